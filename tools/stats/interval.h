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

#include <stddef.h>

struct interval {
	size_t n;		/* replicas */
	double value;		/* NAN where n is 0 */
	double low, high;
};

/* Of the mean: Student's t with n - 1 degrees of freedom. */
struct interval interval_mean(const double *values, size_t n,
    double confidence);

/* Half its width over its value; infinity where either is not known. */
double interval_relative(const struct interval *interval);

#endif
