/*
 * paired - is B different from A, where both met the same seeds?
 *
 * Under one seed two policies meet the same arrivals and the same faults, so
 * the difference of two runs of one seed is less noisy than that of two
 * strangers.  All that is said here is said of those differences.
 *
 * The interval of the difference is Student's t with n - 1 degrees of freedom;
 * that of the ratio is the same over differences of logarithms, so it is of
 * the geometric mean of the ratios, and there is none unless all values are
 * positive.  Where all differences are equal there is no variance to judge by:
 * the values were rounded alike.  Then the spread is taken to be that of a
 * rounding to 1/128, which is how finely a histogram tells values apart, and
 * with two pairs p is that of the sign test.
 *
 * Under the hypothesis that A and B are alike a difference is as likely as its
 * negative, and for such distributions the t interval errs at most as often as
 * it says, nearly (tests/tools/compare_stats_test.c counts).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STATS_PAIRED_H
#define TOOLS_STATS_PAIRED_H

#include <stddef.h>

struct paired {
	size_t n;
	double mean_a, mean_b;
	double median_a, median_b;
	double difference;		/* mean of b - a */
	double low, high;		/* its 95 % interval; NAN where n < 2 */
	double ratio;			/* b / a, geometric mean; NAN: none */
	double ratio_low, ratio_high;
	double p;			/* two-sided; 1 where n < 2 */
	/*
	 * The variance of a difference of strangers over that of a pair: how many
	 * times as many runs it would take without common seeds.  NAN where n < 3
	 * or nothing varies.
	 */
	double variance_cut;
	size_t above, below;		/* pairs in which b > a, b < a */
};

/* `a` and `b` have n values each, those of a pair in the same place. */
void paired_compare(struct paired *paired, const double *a, const double *b,
    size_t n);

/*
 * Correction for many comparisons after Holm: p[i] becomes the least level of
 * the whole family at which comparison i is significant.
 * Source      Holm, A simple sequentially rejective multiple test procedure,
 *             Scandinavian Journal of Statistics 6, 1979.
 */
void paired_holm(double *p, size_t count);

#endif
