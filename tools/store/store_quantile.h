/*
 * store_quantile - how well do a point's runs know a quantile?
 *
 * From the histograms of all runs of the point that came to their end, added
 * up, with an interval over the runs (tools/stats/interval.h).
 *
 * Errors      -1 with err: the database, or a histogram that is damaged.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_QUANTILE_H
#define TOOLS_STORE_STORE_QUANTILE_H

#include <stdint.h>

#include "tools/stats/interval.h"

struct err;
struct store;

struct store_quantile {
	struct interval interval;	/* 95 %, in the histogram's unit: ps */
	double effective;	/* independent events, interval_effective() */
	double needed;		/* of them, interval_quantile_needs() */
};

/*
 * The first STORE_QUANTILE_RUNS runs by seed; those without an event do not
 * count.  interval.n is 0 where none has one.
 */
enum { STORE_QUANTILE_RUNS = 64 };
int store_quantile(struct store *store, int64_t point_id, const char *name,
    double p, struct store_quantile *answer, struct err *err);

#endif
