/*
 * report_front - which points does no other beat in memory and latency?
 *
 * By mean footprint_bytes and the p99 of free_to_use_ns, both the less the
 * better.  Means of a few seeds make a front of whoever was lucky, so a point
 * that others' means beat is called dominated only where chance is excluded
 * (tools/stats/pareto.h), and `maybe` otherwise.  A p99 that is only a lower
 * bound is taken as it stands: the truth is not better.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_FRONT_H
#define TOOLS_REPORT_REPORT_FRONT_H

#include <stddef.h>

#include "tools/stats/interval.h"

struct err;
struct report_data;
struct report_experiment;

enum {
	REPORT_FRONT_POINTS_MAX = 3000,	/* judged pair by pair up to here */
	REPORT_BEST_MAX = 100,
};

enum report_place {
	REPORT_UNMEASURED,	/* lacks one of the two */
	REPORT_FRONT,		/* no other's means beat its own */
	REPORT_MAYBE,		/* beaten, perhaps by chance */
	REPORT_DOMINATED,	/* beaten */
};

struct report_front {
	enum report_place *place;	/* of each point of the experiment */
	size_t *order;		/* the front, from small to large footprint */
	size_t order_count;
	size_t maybe_count;
	size_t n;		/* seeds that were compared; below 2: by means */
	size_t unpaired;	/* points that lack one of these seeds */
};

/* NULL with err. */
struct report_front *report_front_make(const struct report_data *data,
    const struct report_experiment *experiment, struct err *err);
/* NULL is fine. */
void report_front_free(struct report_front *front);

/*
 * The points of the front, then those that may be on it, at most
 * REPORT_BEST_MAX.  The caller frees `*points`.
 */
size_t report_best(const struct report_experiment *experiment,
    size_t **points);

/* "front", "maybe", "dominated" or "-". */
const char *report_front_word(enum report_place place);

#endif
