/*
 * plan - which points does a sweep have, and which runs?
 *
 * A point is a policy and one row of each joint that applies to it.  Points
 * that differ only in axes that do not apply are one point; those for which a
 * filter does not hold are none.  A run is a point and a seed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_PLAN_H
#define TOOLS_SCENARIO_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "tools/scenario/scenario.h"

struct plan_knob {
	const char *knob;	/* dotted name */
	char *value;		/* text as written */
	double number;		/* in base units */
};

struct plan_point {
	size_t ordinal;		/* 0, 1, ... in the order of the file */
	const struct scenario_policy *policy;
	struct plan_knob *knobs;	/* the swept knobs that apply, axis order */
	size_t knob_count;
};

struct plan {
	const struct scenario *scenario;
	struct plan_point *points;
	size_t point_count;
	/* rows[point * joint_count + joint]; PLAN_NO_ROW where it does not apply */
	uint32_t *rows;
	/* Points that each filter took; the first that does not hold takes. */
	size_t taken[SCENARIO_FILTERS_MAX];
	uint64_t seed_from;
	uint64_t seed_count;
	/* As in struct scenario; seed_until is 0 where the count is fixed. */
	double seed_until;
	uint64_t seed_most;
	struct scenario_stat seed_of[SCENARIO_SEED_STATS_MAX];
	size_t seed_of_count;
};

enum {
	PLAN_POINTS_MAX = 1000000,
	PLAN_CANDIDATES_MAX = 4000000,	/* before the filters */
};
#define PLAN_NO_ROW UINT32_MAX

/* `base_only`: one point, the base of each policy, no sweep. NULL on failure. */
struct plan *plan_make(const struct scenario *scenario, int base_only,
    struct err *err);
void plan_free(struct plan *plan);

/* The spec of one run: the policy's base, the point's knobs, the seed. */
int plan_spec(const struct plan *plan, size_t point, uint64_t seed,
    struct run_spec *spec, struct err *err);

/*
 * The order in which to execute the points of one seed: order[i] is the point
 * that comes as number i.  However soon it is cut short, what was executed
 * covers the space evenly: every axis by itself, and as far as may be all of
 * them together.  The same for equal plans.  tools/scenario/plan_order.c
 */
void plan_order(const struct plan *plan, size_t *order);

#endif
