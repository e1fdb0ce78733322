/*
 * effects - which knob matters, and how much?
 *
 * Each point has one of a few levels of each knob.  The response is taken for a
 * sum: a mean, an effect of the level of each knob, and the rest.  The effects
 * of a knob's levels sum to nothing.  They are fitted by least squares, so that
 * a grid gives the plain means of its rows and columns, and a design in which
 * levels do not meet equally often gives what can be told from it.
 *
 * One fit is made for each replica: replicas are independent, and the points of
 * one replica met the same seed, so intervals need no more than Student's t.
 * They are of the effects over these points, and say nothing of other points.
 *
 * Shares are of the variance of the points' true means: what noise adds to each
 * sum of squares on average has been subtracted.  What the knobs leave is of
 * their interactions.
 *
 * Source      Montgomery, Design and Analysis of Experiments, chapter 5; Hays,
 *             Statistics for Psychologists, 1963 (omega squared, the
 *             subtraction).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_EFFECTS_H
#define TOOLS_STATS_EFFECTS_H

#include <stddef.h>

#include "tools/stats/interval.h"

struct effects_knob {
	size_t levels;
	struct interval *level;	/* the effect of each, 95 % */
	size_t lowest, highest;	/* levels with the least and the largest */
	struct interval span;	/* from the lowest to the highest, 95 % */
	double share;		/* of the variance of points, 0 to 1 */
};

struct effects {
	size_t points, replicas;
	size_t left_out;	/* points of which a replica is missing */
	struct interval mean;
	struct effects_knob *knobs;
	size_t knob_count;
	double interactions;	/* share of the variance, 0 to 1 */
	double noise;		/* standard deviation of one replica */
};

/*
 * level[point * knobs + knob] is below levels[knob], and values[point * n +
 * replica] the response, NAN where it is missing.  Returns 0, or -1 where that
 * cannot be told apart: fewer points than effects, a level without a point,
 * or knobs that move together.  Then nothing need be freed.
 */
int effects_fit(struct effects *effects, const size_t *level,
    const size_t *levels, size_t knobs, const double *values, size_t points,
    size_t n);
void effects_fini(struct effects *effects);

/*
 * Levels for a knob of many values: at most `most` groups of neighbours, about
 * equally many points in each, equal numbers never apart.  Returns how many.
 */
size_t effects_group(const double *numbers, size_t points, size_t most,
    size_t *level);

#endif
