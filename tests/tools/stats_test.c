/*
 * stats_test - is the arithmetic of intervals that of the books?
 *
 * What the intervals are worth is counted in stats_queue_test.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>

#include "tools/stats/interval.h"
#include "tools/stats/stopping.h"
#include "tools/stats/student.h"

static bool
near(double a, double b, double allowed)
{

	return (fabs(a - b) <= allowed);
}

/* --- student ------------------------------------------------------------------ */

Test(stats, normal_quantiles_are_those_of_the_tables)
{
	double p;

	cr_expect(near(student_normal(0.5), 0, 1e-12));
	cr_expect(near(student_normal(0.975), 1.959963984540054, 1e-12));
	cr_expect(near(student_normal(0.995), 2.575829303548901, 1e-12));
	cr_expect(near(student_normal(1e-9), -5.997807015007687, 1e-10));
	cr_expect(near(student_normal(0.025), -1.959963984540054, 1e-12));
	cr_expect(isinf(student_normal(1)));
	cr_expect(isinf(student_normal(0)));
	for (p = 0.001; p < 1; p += 0.001)
		cr_expect(near(0.5 * erfc(-student_normal(p) / sqrt(2)), p,
		    1e-14), "%g", p);
}

Test(stats, quantiles_of_t_undo_its_tail)
{
	static const double levels[] = { 0.6, 0.9, 0.975, 0.99, 0.9995 };
	size_t f, i;

	/* Cauchy's: tan(pi (p - 1/2)). */
	cr_expect(near(student_t(0.75, 1), 1, 1e-10));
	cr_expect(near(student_t(0.9, 1), 3.0776835371752536, 1e-9));
	/* Abramowitz and Stegun, table 26.10. */
	cr_expect(near(student_t(0.995, 10), 3.169, 5e-4));
	cr_expect(near(student_t(0.95, 4), 2.132, 5e-4));
	for (f = 1; f < 60; f++) {
		for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
			cr_expect(near(student_p(student_t(levels[i], f), f),
			    2 * (1 - levels[i]), 1e-6), "%g, %zu", levels[i],
			    f);
	}
	cr_expect_eq(student_t(0.5, 3), 0);
	cr_expect_eq(student_t(0.1, 3), -student_t(0.9, 3));
	cr_expect_eq(student_width(0.95, 7), student_t975(7));
	cr_expect(isinf(student_t(0.9, 0)));
	cr_expect(isinf(student_t(1, 4)));
}

/* --- intervals ------------------------------------------------------------------ */

Test(stats, an_interval_by_hand)
{
	static const double values[] = { 10, 12, NAN, 17 };
	struct interval interval;

	/* Mean 13, variance 13, three values. */
	interval = interval_mean(values, 4, 0.95);
	cr_expect_eq(interval.n, 3);
	cr_expect(near(interval.value, 13, 1e-12));
	cr_expect(near(interval.low, 13 - 4.3026527297 * sqrt(13.0 / 3),
	    1e-9));
	cr_expect(near(interval.high, 13 + 4.3026527297 * sqrt(13.0 / 3),
	    1e-9));
	cr_expect(near(interval_relative(&interval),
	    4.3026527297 * sqrt(13.0 / 3) / 13, 1e-9));
	cr_expect_lt(interval_mean(values, 4, 0.8).high, interval.high);
}

Test(stats, what_was_not_observed_has_no_interval)
{
	static const double values[] = { NAN, 3, NAN };
	struct interval interval;

	interval = interval_mean(values, 3, 0.95);
	cr_expect_eq(interval.n, 1);
	cr_expect_eq(interval.value, 3);
	cr_expect(isnan(interval.low) && isnan(interval.high));
	cr_expect(isinf(interval_relative(&interval)));
	interval = interval_mean(values, 1, 0.95);
	cr_expect_eq(interval.n, 0);
	cr_expect(isnan(interval.value));
	interval = interval_mean(values, 0, 0.95);
	cr_expect_eq(interval.n, 0);
}

/* --- stopping -------------------------------------------------------------------- */

Test(stats, looks_grow_by_half_and_end_at_the_most)
{
	size_t n;

	cr_expect_eq(stopping_next(1, 64), 5);
	cr_expect_eq(stopping_next(5, 64), 8);
	cr_expect_eq(stopping_next(8, 64), 12);
	cr_expect_eq(stopping_next(12, 64), 18);
	cr_expect_eq(stopping_next(60, 64), 64);
	cr_expect_eq(stopping_next(64, 64), 64);
	cr_expect_eq(stopping_next(2, 3), 3);
	for (n = 1; n < 1000; n = stopping_next(n, 1000))
		cr_assert_gt(stopping_next(n, 1000), n);
}

Test(stats, final_decisions_of_all_looks_err_at_most_once_in_twenty)
{
	double sum;
	size_t look;

	sum = 0;
	for (look = 1; look < 100000; look++)
		sum += 1 - stopping_confidence(look);
	cr_expect_lt(sum, 0.05);
	cr_expect_gt(sum, 0.0499);
}

Test(stats, a_sequence_ends_when_it_may)
{
	static const double wide[] = { 1, 100, 2, 90, 5, 60 };
	static const double narrow[] = { 100, 101, 99, 100, 101, 100 };
	static const double equal[] = { 7, 7, 7, 7, 7, 7 };
	static const double zero[] = { -1, 1, -1, 1, -1, 1 };
	static const double absent[] = { NAN, NAN, NAN, NAN, 1, 1 };

	cr_expect(!stopping_enough(wide, 6, 0.05, 1));
	cr_expect(stopping_enough(narrow, 6, 0.05, 1));
	cr_expect(!stopping_enough(narrow, 4, 0.05, 1), "four are too few");
	cr_expect(stopping_enough(equal, 6, 0.05, 1));
	cr_expect(!stopping_enough(zero, 6, 0.05, 1), "no mean to compare with");
	cr_expect(!stopping_enough(absent, 6, 0.05, 1));
	/* Half-widths of 2.1 % and 1.8 %: the first look asks for more. */
	cr_expect(!stopping_enough(narrow, 6, 0.0195, 1));
	cr_expect(stopping_enough(narrow, 6, 0.0195, 8));
	cr_expect_eq(stopping_judge(wide, 6, 0.05, 1, 64), STOPPING_WIDE);
	cr_expect_eq(stopping_judge(wide, 6, 0.05, 1, 6), STOPPING_MOST);
	cr_expect_eq(stopping_judge(wide, 4, 0.05, 1, 64), STOPPING_FEW);
	cr_expect_eq(stopping_judge(narrow, 6, 0.05, 1, 6), STOPPING_NARROW);
}
