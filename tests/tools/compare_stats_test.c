/*
 * compare_stats_test - does a comparison err as seldom as it says?
 *
 * Arithmetic by hand, and then counting: of things that are alike, how many are
 * called different, and how often does an interval hold the truth?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "sim/base/rng.h"
#include "tools/stats/paired.h"
#include "tools/stats/student.h"

enum { REPETITIONS = 4000, PAIRS = 6 };

static bool
near(double a, double b, double allowed)
{

	return (fabs(a - b) <= allowed);
}

/* --- arithmetic ------------------------------------------------------------- */

Test(compare_stats, the_tail_of_student_is_that_of_the_tables)
{
	size_t f;

	cr_expect(near(student_p(0, 3), 1, 1e-12));
	/* One degree of freedom is Cauchy's: 1 - 2 atan(t) / pi. */
	cr_expect(near(student_p(1, 1), 0.5, 1e-12));
	cr_expect(near(student_p(-1, 1), 0.5, 1e-12));
	/* Two: 1 - t / sqrt(2 + t^2). */
	cr_expect(near(student_p(3, 2), 1 - 3 / sqrt(11), 1e-12));
	for (f = 1; f < 200; f++)
		cr_expect(near(student_p(student_t975(f), f), 0.05,
		    1e-6), "%zu degrees", f);
	cr_expect(near(student_p(1.959963984540, 100000000), 0.05,
	    1e-6));
	cr_expect_eq(student_p(INFINITY, 3), 0);
	cr_expect_eq(student_p(5, 0), 1);
}

Test(compare_stats, holm_is_that_of_the_book)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 };
	double high[] = { 0.6, 0.5 };

	paired_holm(p, 4);
	cr_expect(near(p[0], 0.03, 1e-12));
	cr_expect(near(p[1], 0.06, 1e-12));
	cr_expect(near(p[2], 0.06, 1e-12));
	cr_expect(near(p[3], 0.02, 1e-12));
	paired_holm(high, 2);
	cr_expect_eq(high[0], 1);
	cr_expect_eq(high[1], 1);
	paired_holm(NULL, 0);
}

Test(compare_stats, a_comparison_by_hand)
{
	static const double a[] = { 10, 20, 30 }, b[] = { 12, 21, 36 };
	struct paired paired;
	double error;

	/* Differences 2, 1, 6: mean 3, variance 7. */
	paired_compare(&paired, a, b, 3);
	error = sqrt(7.0 / 3);
	cr_expect_eq(paired.n, 3);
	cr_expect_eq(paired.above, 3);
	cr_expect_eq(paired.below, 0);
	cr_expect(near(paired.mean_a, 20, 1e-12));
	cr_expect(near(paired.median_b, 21, 1e-12));
	cr_expect(near(paired.difference, 3, 1e-12));
	cr_expect(near(paired.low, 3 - 4.30265273 * error, 1e-6));
	cr_expect(near(paired.high, 3 + 4.30265273 * error, 1e-6));
	cr_expect(near(paired.ratio, cbrt(1.2 * 1.05 * 1.2), 1e-12));
	cr_expect(paired.ratio_low < paired.ratio &&
	    paired.ratio < paired.ratio_high);
	/* Variances 100 and 147 of strangers, 7 of pairs. */
	cr_expect(near(paired.variance_cut, 247.0 / 7, 1e-9));
	cr_expect(near(paired.p, student_p(3 / error, 2), 1e-12));
}

Test(compare_stats, what_cannot_be_said_is_not_said)
{
	static const double a[] = { 1, 1, 1, 1 }, b[] = { 2, 2, 2, 2 };
	static const double zero[] = { 0, 1, 1, 1 };
	struct paired paired;

	paired_compare(&paired, a, b, 1);
	cr_expect_eq(paired.p, 1);
	cr_expect(isnan(paired.low));
	cr_expect(isnan(paired.ratio_low));
	cr_expect(near(paired.ratio, 2, 1e-12));
	/* Two pairs that agree may do so by chance. */
	paired_compare(&paired, a, b, 2);
	cr_expect(near(paired.p, 0.5, 1e-12));
	/* Four that agree, far beyond rounding, do not. */
	paired_compare(&paired, a, b, 4);
	cr_expect(paired.p < 1e-4);
	cr_expect(isnan(paired.variance_cut));
	paired_compare(&paired, a, a, 4);
	cr_expect_eq(paired.p, 1);
	cr_expect_eq(paired.difference, 0);
	paired_compare(&paired, zero, b, 4);
	cr_expect(isnan(paired.ratio), "a ratio to nothing");
	paired_compare(&paired, a, b, 0);
	cr_expect_eq(paired.n, 0);
	cr_expect_eq(paired.p, 1);
}

/* --- counting ---------------------------------------------------------------- */

static double
uniform(struct rng *rng)
{

	return (((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53);
}

static double
exponential(struct rng *rng, double mean)
{

	return (-mean * log(uniform(rng)));
}

static double
normal(struct rng *rng)
{

	return (sqrt(-2 * log(uniform(rng))) *
	    cos(2 * 3.14159265358979323846 * uniform(rng)));
}

/*
 * The mean sojourn of a queue with one server: a small discrete-event
 * simulation whose runs are skewed, as those of memory are.
 */
static double
queue(struct rng *arrivals, struct rng *service)
{
	double sum, wait;
	int i;

	sum = wait = 0;
	for (i = 0; i < 100; i++) {
		double own = exponential(service, 0.7);

		sum += wait + own;
		wait = fmax(0, wait + own - exponential(arrivals, 1));
	}
	return (sum / 100);
}

/* Two runs of one seed: the same arrivals, services of their own. */
static void
queues(uint64_t seed, double *a, double *b, int pairs)
{
	struct rng arrivals, service;
	int i;

	for (i = 0; i < pairs; i++) {
		rng_init(&arrivals, seed, "arrivals", (uint64_t)i);
		rng_init(&service, seed, "service of a", (uint64_t)i);
		a[i] = queue(&arrivals, &service);
		rng_init(&arrivals, seed, "arrivals", (uint64_t)i);
		rng_init(&service, seed, "service of b", (uint64_t)i);
		b[i] = queue(&arrivals, &service);
	}
}

/* So many of `n` may be called different by bad luck at 5%, and no more. */
static double
allowed(double n)
{

	return (0.05 * n + 3 * sqrt(n * 0.05 * 0.95));
}

Test(compare_stats, a_policy_differs_from_itself_in_at_most_one_of_twenty)
{
	double a[PAIRS], b[PAIRS], cut;
	struct paired paired;
	uint64_t seed;
	int called;

	called = 0;
	cut = 0;
	for (seed = 1; seed <= REPETITIONS; seed++) {
		queues(seed, a, b, PAIRS);
		paired_compare(&paired, a, b, PAIRS);
		called += paired.p < 0.05;
		cut += log(paired.variance_cut);
		cr_assert_eq(paired.p < 0.05, paired.low > 0 || paired.high < 0,
		    "seed %llu: p %g, but the interval is [%g, %g]",
		    (unsigned long long)seed, paired.p, paired.low,
		    paired.high);
	}
	cr_expect(called <= allowed(REPETITIONS), "%d of %d", called,
	    REPETITIONS);
	/* A test that never says so would pass too. */
	cr_expect(called > REPETITIONS / 100, "%d of %d", called, REPETITIONS);
	/* Common arrivals help. */
	cr_expect(exp(cut / REPETITIONS) > 1.2, "%g", exp(cut / REPETITIONS));
}

Test(compare_stats, of_families_of_twenty_too)
{
	double a[PAIRS], b[PAIRS], p[20];
	struct paired paired;
	uint64_t family;
	int called, i, naive;

	called = naive = 0;
	for (family = 0; family < REPETITIONS / 8; family++) {
		bool any = false, any_naive = false;

		for (i = 0; i < 20; i++) {
			queues(1000000 + family * 20 + (uint64_t)i, a, b,
			    PAIRS);
			paired_compare(&paired, a, b, PAIRS);
			p[i] = paired.p;
			any_naive = any_naive || p[i] < 0.05;
		}
		paired_holm(p, 20);
		for (i = 0; i < 20; i++)
			any = any || p[i] < 0.05;
		called += any;
		naive += any_naive;
	}
	cr_expect(called <= allowed(REPETITIONS / 8), "%d of %d", called,
	    REPETITIONS / 8);
	cr_expect(naive > REPETITIONS / 8 / 4, "without correction %d of %d",
	    naive, REPETITIONS / 8);
}

Test(compare_stats, intervals_hold_the_truth_and_common_noise_is_cut)
{
	double a[PAIRS], b[PAIRS], common, cut, half;
	struct paired paired;
	struct rng rng;
	int held, i, n, ratio_held;

	rng_init(&rng, 1, "intervals", 0);
	held = ratio_held = 0;
	cut = half = 0;
	for (n = 0; n < REPETITIONS; n++) {
		/* Variance 4 in common, 1 of one's own; b is 1.5 times a. */
		for (i = 0; i < PAIRS; i++) {
			common = 2 * normal(&rng);
			a[i] = exp(0.1 * (common + normal(&rng)));
			b[i] = 1.5 * exp(0.1 * (common + normal(&rng)));
		}
		paired_compare(&paired, a, b, PAIRS);
		ratio_held += paired.ratio_low < 1.5 && 1.5 < paired.ratio_high;
		for (i = 0; i < PAIRS; i++) {
			a[i] = log(a[i]);
			b[i] = log(b[i]) - log(1.5) + 0.25;
		}
		paired_compare(&paired, a, b, PAIRS);
		held += paired.low < 0.25 && 0.25 < paired.high;
		cut += log(paired.variance_cut);
		/* Strangers: each meets its neighbour's partner. */
		common = a[0];
		for (i = 0; i + 1 < PAIRS; i++)
			a[i] = a[i + 1];
		a[PAIRS - 1] = common;
		paired_compare(&paired, a, b, PAIRS);
		half += log(paired.variance_cut);
	}
	cr_expect(held >= 0.93 * REPETITIONS && held <= 0.97 * REPETITIONS,
	    "%d of %d", held, REPETITIONS);
	cr_expect(ratio_held >= 0.93 * REPETITIONS &&
	    ratio_held <= 0.97 * REPETITIONS, "%d of %d", ratio_held,
	    REPETITIONS);
	/* (5 + 5) / (1 + 1) for pairs; 1 for strangers, or a little less. */
	cr_expect(near(exp(cut / REPETITIONS), 5, 1), "%g",
	    exp(cut / REPETITIONS));
	cr_expect(near(exp(half / REPETITIONS), 1, 0.2), "%g",
	    exp(half / REPETITIONS));
}
