/*
 * report_settled - had the runs settled when they were measured?
 *
 * By their footprint over time, seed by seed (tools/stats/warmup.h): was the
 * warm-up that the scenario left out long enough, and is there a steady state?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_SETTLED_H
#define TOOLS_REPORT_REPORT_SETTLED_H

#include <stddef.h>

#include "tools/stats/warmup.h"

struct err;
struct grid;
struct report_data;
struct report_experiment;
struct shape;

struct settled_point {
	struct warmup warmup;	/* n is 0 where no run kept its footprint */
	double step_ns;		/* between observations */
};

struct settled {
	struct settled_point *points;	/* each of the experiment */
	size_t point_count;
	size_t verdicts[WARMUP_VERDICTS];	/* how many points */
};

/* NULL with err. */
struct settled *settled_make(const struct report_data *data,
    const struct report_experiment *experiment, struct err *err);
/* NULL is fine. */
void settled_free(struct settled *settled);

/* The middle point of each slice, and those that had not settled. */
struct grid *settled_table(const struct settled *settled,
    const struct shape *shape, size_t most);

#endif
