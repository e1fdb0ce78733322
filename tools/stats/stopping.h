/*
 * stopping - are there enough replicas?
 *
 * A sequence of replicas is looked at only now and then, at sizes that grow by
 * half, and ends when the interval of the mean is narrow enough or when there
 * are as many replicas as are allowed.
 *
 * Whoever looks often, and stops when the interval looks narrow, stops too
 * early: the looks at which the spread is underestimated by chance are the ones
 * that end the sequence.  So look k (from 1) demands the width of an interval
 * whose confidence is 1 - 0.05 * 6 / (pi k)^2: over all looks together the
 * chance to err is 5 % at most (Bonferroni), however many there will be.  What
 * is reported at the end is the plain 95 % interval, which is then narrower
 * than was asked for.  tests/tools/stats_queue_test.c counts how often it holds.
 *
 * Source      Law, Simulation Modeling and Analysis, 9.4.1, for the rule and
 *             its failing at small n; Bonferroni for the correction.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_STOPPING_H
#define TOOLS_STATS_STOPPING_H

#include <stdbool.h>
#include <stddef.h>

enum {
	/* With fewer no look is enough: the spread of four is anybody's guess. */
	STOPPING_LEAST = 5,
};

enum stopping_reason {
	STOPPING_WIDE,		/* go on: the interval is too wide */
	STOPPING_FEW,		/* go on: too few to tell */
	STOPPING_NARROW,	/* stop: the interval is as narrow as asked for */
	STOPPING_MOST,		/* stop: as many as are allowed, and still wide */
	STOPPING_REASONS,
};

extern const char *const stopping_words[STOPPING_REASONS];

/* How many there shall be at the next look, after one at n; at most `most`. */
size_t stopping_next(size_t n, size_t most);

/* The confidence by which look `look` (from 1) judges. */
double stopping_confidence(size_t look);

/*
 * Is the interval's half-width at most `relative` of the mean, at this look?
 * NAN among the values was not observed; equal values have no width.
 */
bool stopping_enough(const double *values, size_t n, double relative,
    size_t look);

/* The same with the reason; n counts also what was not observed. */
enum stopping_reason stopping_judge(const double *values, size_t n,
    double relative, size_t look, size_t most);

#endif
