/*
 * interval - how well is a number known?
 *
 * An interval holds the truth in `confidence` of all repetitions of the whole
 * experiment.  Its observations are replicas: runs of one point under different
 * seeds, which are independent, while the events within a run are not.
 *
 * A value that is NAN was not observed, and is not counted in n.  Bounds are
 * NAN where there are fewer than two observations.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_INTERVAL_H
#define TOOLS_STATS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

struct hist;

struct interval {
	size_t n;		/* replicas */
	double value;		/* NAN where n is 0 */
	double low, high;
};

/* Of the mean: Student's t with n - 1 degrees of freedom. */
struct interval interval_mean(const double *values, size_t n,
    double confidence);

/*
 * Of a quantile, 0 < p < 1: the value is that of all replicas' histograms
 * merged, interpolated within its bucket.  The bounds are the values between
 * which the merged distribution function passes p - h and p + h, where h is
 * the half-width of a t interval of that function at the quantile, with one
 * observation for each replica: what the events of one run have in common is
 * thereby counted as one.  Such an interval is as skewed as the tail, and says
 * so where too little of it was seen: `high` is then infinity, or `low` 0.
 * Replicas without an event were not observed.
 * Source      Woodruff, Confidence intervals for medians and other position
 *             measures, J. Am. Stat. Assoc. 47, 1952; Cochran, Sampling
 *             Techniques, 6.3 (the variance of a ratio, over clusters).
 * Cost        two passes over the buckets of each replica.
 */
struct interval interval_quantile(const struct hist *const *replicas, size_t n,
    double p, double confidence);

/*
 * How many independent events would tell the distribution function at the
 * quantile as well as these replicas do; 0 where that cannot be told, at most
 * as many as there are events.
 */
double interval_effective(const struct hist *const *replicas, size_t n,
    double p);

/*
 * How many independent events an interval of the quantile needs to be bounded
 * at all: with fewer, all of them lie on one side of it with a chance of more
 * than 1 - confidence.  299 for p = 0.99 at 95 %.
 */
double interval_quantile_needs(double p, double confidence);

/* Both together: were enough independent events seen? */
bool interval_quantile_enough(const struct hist *const *replicas, size_t n,
    double p, double confidence);

/* Half its width over its value; infinity where either is not known. */
double interval_relative(const struct interval *interval);

#endif
