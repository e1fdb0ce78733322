/*
 * store_warmup - was the warm-up of a point long enough?
 *
 * Judged by the footprint over the measured time, as the runs of the point have
 * stored it: all that begins empty fills memory first.  The series begins where
 * `run.warmup` ends, so what is to be cut is to be added to that.
 *
 * Errors      -1 with err: the database, or a series that is damaged.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_WARMUP_H
#define TOOLS_STORE_STORE_WARMUP_H

#include <stddef.h>
#include <stdint.h>

#include "tools/stats/warmup.h"

struct err;
struct store;

struct store_warmup {
	struct warmup warmup;
	double step_ns;		/* between observations; 0 where there are none */
};

/*
 * Of a point by its id, over the runs that came to their end; those that have
 * no series, or one of another step, are left out, and warmup.replicas says how
 * many were not.  At most the first STORE_WARMUP_RUNS by seed.
 */
enum { STORE_WARMUP_RUNS = 64 };
int store_warmup(struct store *store, int64_t point_id,
    struct store_warmup *answer, struct err *err);

#endif
