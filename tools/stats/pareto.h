/*
 * pareto - which points does no other beat, as far as one can tell?
 *
 * A point beats another if it is at most as large in all objectives, and
 * smaller in one.  What is to be large is given with its sign turned.
 *
 * Means of a few replicas make a front of whoever was lucky.  So a point that
 * another one's means beat is dominated only where chance is excluded: by
 * one-sided t tests of the paired differences, which must all reject (an
 * intersection-union test: its p is the largest of them), after Bonferroni over
 * who it might be and Holm over the points.  The chance that any point at all
 * that is on the true front is called dominated is then 5 % at most.  Everything
 * in between is `maybe`.
 *
 * Values are values[(point * objectives + objective) * n + replica], and those
 * of one replica met the same seed.  All must be numbers: points with a run
 * that did not come to its end are left out by the caller, who counts them.
 *
 * Source      Berger, Multiparameter hypothesis testing and acceptance
 *             sampling, Technometrics 24, 1982 (intersection-union); Holm 1979
 *             (tools/stats/paired.h); Zitzler and Thiele, PPSN V, 1998 (the
 *             hypervolume); Efron, Bootstrap methods, Ann. Stat. 7, 1979.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_PARETO_H
#define TOOLS_STATS_PARETO_H

#include <stddef.h>
#include <stdint.h>

#include "tools/stats/interval.h"

enum pareto_place {
	PARETO_FRONT,		/* no other's means beat its own */
	PARETO_MAYBE,		/* beaten, perhaps by chance */
	PARETO_DOMINATED,	/* beaten */
	PARETO_PLACES,
};

extern const char *const pareto_words[PARETO_PLACES];

struct pareto_set {
	const double *values;
	size_t points, objectives, n;
};

/*
 * place[i] for each point.  Where n is 1 nothing is dominated for certain.
 * Cost        points^2 * objectives, and points * front * objectives * n.
 */
void pareto_judge(const struct pareto_set *set, enum pareto_place *place);

/*
 * Of two objectives: how much of the box below `reference` the front of means
 * dominates, as a share of the box from the best of each mean to `reference`;
 * and the percentile interval of that over 1000 resamplings of the replicas,
 * the same replicas for all points.  The front of means is an optimist: its
 * value is a little larger than that of the true front.
 */
struct interval pareto_hypervolume(const struct pareto_set *set,
    const double reference[2], double confidence, uint64_t seed);

/*
 * Of two objectives: the point of the front that is farthest from the line
 * between the front's ends, each axis scaled by the front's extent; `points`
 * where the front has fewer than three.
 */
size_t pareto_knee(const struct pareto_set *set);

#endif
