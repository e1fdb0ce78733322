/*
 * warmup - from where on may a run be believed?
 *
 * A run begins with nothing in use, so its first observations are of another
 * time than the rest.  MSER-5 cuts where the mean of what is left is known
 * best: observations are joined by fives, and the cut d makes the squares of
 * what is left, over the square of its count, least.  A cut in the second half
 * is none: the run is too short to tell.
 *
 * Replicas are averaged before, observation by observation: the beginning is
 * what they have in common.  Then two things are asked of them, each by a 99 %
 * interval with one observation for each replica, and each only where it would
 * matter to somebody:
 *
 * biased      does the part before the cut move the mean, by WARMUP_MATTERS?
 *             Then the warm-up should be longer by the cut.
 * drifting    does it still move after the cut, by WARMUP_DRIFTS from there to
 *             the end?  Then there is no steady state within this run, and its
 *             mean is of no state at all.
 *
 * Source      White, An effective truncation heuristic for bias reduction in
 *             simulation output, Simulation 69, 1997; White, Cobb, Spratt, A
 *             comparison of five steady-state truncation heuristics, WSC 2000
 *             (joining by five, and the second half); Welch's averaging over
 *             replicas, Law, Simulation Modeling and Analysis, 9.5.1.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_WARMUP_H
#define TOOLS_STATS_WARMUP_H

#include <stddef.h>

enum {
	WARMUP_JOINED = 5,	/* observations to a batch */
	WARMUP_BATCHES = 10,	/* with fewer nothing is said */
};

/* Less than this share of the mean is not worth a longer run. */
#define WARMUP_MATTERS	0.02
#define WARMUP_DRIFTS	0.10

enum warmup_verdict {
	WARMUP_FINE,		/* what was left out before was enough */
	WARMUP_LONGER,		/* leave out `cut` observations more */
	WARMUP_SHORT,		/* not settled within the first half */
	WARMUP_DRIFT,		/* a trend after the cut */
	WARMUP_UNKNOWN,		/* too few observations */
	WARMUP_VERDICTS,
};

extern const char *const warmup_words[WARMUP_VERDICTS];

struct warmup {
	enum warmup_verdict verdict;
	size_t replicas, count;	/* what it was judged by */
	size_t cut;		/* MSER-5's; the first observation to keep */
	double mean;		/* of what is kept; NAN where unknown */
	double bias;		/* of keeping all, as a share of the mean */
	double drift;		/* from cut to end, as a share of the mean */
};

/*
 * The cut of one series; `count` where the run is too short or has fewer than
 * WARMUP_BATCHES batches.
 */
size_t warmup_cut(const double *values, size_t count);

/*
 * What `n` replicas of `count` observations each say; replica i has its first
 * at values[i * count].  Chance can be told from what happens always with three
 * or more; of fewer, WARMUP_UNKNOWN is said where they look biased or drifting.
 */
void warmup_judge(struct warmup *warmup, const double *values, size_t n,
    size_t count);

#endif
