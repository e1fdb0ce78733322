/*
 * search - where in a space too large to race may the best be?
 *
 * Nothing is assumed of the space but that near values of a knob do nearly the
 * same.  A Sobol design spreads the first candidates, and a short race picks a
 * few.  From each of these the search goes on in steps along one knob at a
 * time, up and down, and races the neighbours against the centre; where none is
 * better the steps are halved, until the smallest find nothing.  The best of
 * all that were seen then race for good.
 *
 * What was asked once is not asked again.  A third of the budget is left for
 * the last race.
 *
 * The points are those of a plan, each with a row of every joint of the sweep;
 * a step goes from row to row.  Where the neighbour was filtered away the
 * nearest point with that row stands for it.
 *
 * Source      Hooke and Jeeves, Direct search solution of numerical and
 *             statistical problems, J. ACM 8, 1961 (steps along coordinates,
 *             halved).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_TUNE_SEARCH_H
#define TOOLS_TUNE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plan;
struct race;

struct search_space {
	const uint32_t *rows;		/* [point * joints + joint] */
	size_t points;
	size_t joints;
	uint32_t *row_counts;		/* of each joint */
	size_t *sorted;			/* points, by their rows */
};

struct search_rules {
	uint64_t budget;		/* runs, in all */
	uint64_t seed;			/* of the design */
	size_t most;			/* blocks in the last race */
};

struct search_client {
	/* The race's index of a new candidate; SIZE_MAX: it cannot be one. */
	size_t (*enter)(void *context, size_t point);
	void *context;
};

/* `rows` of a plan, which must live as long. */
void search_space_make(struct search_space *space, const struct plan *plan);
/* The same of bare rows; PLAN_NO_ROW where a joint does not apply. */
void search_space_of(struct search_space *space, const uint32_t *rows,
    size_t points, size_t joints);
void search_space_fini(struct search_space *space);

/* The point with these rows, or the nearest with that row of `held`. */
size_t search_space_find(const struct search_space *space,
    const uint32_t *rows, size_t held);

/*
 * The race has its reference alone, and ends as race_run() does: race->end is
 * of the last race.  False: runs or time were over before nothing better was
 * left around the best points.
 */
bool search_run(struct race *race, const struct search_space *space,
    const struct search_rules *rules, const struct search_client *client);

#endif
