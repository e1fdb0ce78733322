/*
 * stopping - are there enough replicas?
 *
 * A sequence of replicas is looked at only now and then, at sizes that grow by
 * half, and ends when the interval of the mean is narrow enough or when there
 * are as many replicas as are allowed.
 *
 * Whoever looks often, and stops when the interval looks narrow, stops too
 * early: the looks at which the spread is underestimated by chance are the ones
 * that end the sequence, and with few replicas chance underestimates a lot.
 * Looking after each replica, a 95 % interval held in 87 % of the repetitions of
 * a queue.  So look k (from 1) at n replicas demands the width not of a 95 %
 * interval but of one that errs in no more than
 *
 *	0.05 * (1 - 4 / n)^3 * (1 - 2^-k)
 *
 * which is next to nothing with five replicas and 5 % with many, where the
 * spread is known and looking does no harm (Chow and Robbins).  The form was
 * found by counting: it costs 15 to 40 % more replicas than none, and the plain
 * 95 % interval that is reported at the end holds in 93 to 94 %.  Bonferroni's
 * over all looks costs three times as many replicas and covers no better: what
 * is left is of skewed replicas, whose spread is small where their mean is.
 *
 * Source      Law, Simulation Modeling and Analysis, 9.4.1, for the rule and
 *             its failing at small n; Chow and Robbins, On the asymptotic theory
 *             of fixed-width sequential confidence intervals for the mean, Ann.
 *             Math. Stat. 36, 1965; tests/tools/stats_queue_test.c counts.
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

/*
 * The confidence of a decision at look `look` (from 1) that cannot be taken
 * back, such as giving up a candidate: 1 - 0.05 * 6 / (pi k)^2.  Over any number
 * of looks together the chance to err is 5 % at most (Bonferroni).
 */
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
