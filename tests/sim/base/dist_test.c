/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/dist.h"

#include <math.h>
#include <stdio.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "sim/base/dist_table.h"
#include "sim/base/rng.h"

/* The normal deviate that is exceeded with a chance of `tail`, by bisection. */
static double
exact_deviate(double tail)
{
	double high, low, middle;
	int i;

	low = -10.0;
	high = 12.0;
	for (i = 0; i < 200; i++) {
		middle = (low + high) / 2;
		if (0.5 * erfc(middle / sqrt(2.0)) > tail)
			low = middle;
		else
			high = middle;
	}
	return (low);
}

/* The exact quantile; `chance` is that of being below it. */
static double
exact_quantile(const struct dist *dist, double chance)
{
	double sigma, value;

	switch ((enum dist_kind)dist->kind) {
	case DIST_EXP:
		return (-log1p(-chance) * (double)dist->a);
	case DIST_LOGNORMAL:
		sigma = log((double)dist->b / (double)dist->a) /
		    exact_deviate(0.01);
		return ((double)dist->a * exp(sigma *
		    exact_deviate(1 - chance)));
	case DIST_PARETO:
		value = (double)dist->a * pow(1 - chance,
		    -1000.0 / (double)dist->b);
		return (value < (double)dist->c ? value : (double)dist->c);
	case DIST_UNIFORM:
		return ((double)dist->a + chance *
		    (double)(dist->b - dist->a));
	case DIST_BIMODAL:
		return ((double)(chance < 1 - (double)dist->c / 1e6 ?
		    dist->a : dist->b));
	case DIST_FIXED:
		break;
	}
	return ((double)dist->a);
}

static uint64_t
word_at(double chance)
{

	return ((uint64_t)(chance * 0x1p64));
}

static const struct dist examples[] = {
	{ DIST_FIXED, 12345, 0, 0 },
	{ DIST_UNIFORM, 1000000, 9000000, 0 },
	{ DIST_EXP, 3200000, 0, 0 },
	{ DIST_EXP, 1000000000000, 0, 0 },
	{ DIST_LOGNORMAL, 200000000, 5000000000, 0 },
	{ DIST_LOGNORMAL, 1000000, 1200000, 0 },
	{ DIST_LOGNORMAL, 1000000000, 1000000000000, 0 },
	{ DIST_PARETO, 1000000, 1500, 100000000000 },
	{ DIST_PARETO, 1000000, 800, UINT64_MAX },
	{ DIST_PARETO, 1000000, 30000, UINT64_MAX },
	{ DIST_BIMODAL, 1000000, 1000000000, 12345 },
};
enum { EXAMPLES = sizeof(examples) / sizeof(examples[0]) };

Test(dist, tables_are_what_their_comments_say)
{
	double exact;
	int i;

	for (i = 0; i < DIST_CURVE_COUNT; i++) {
		exact = 0x1p32 * log2(1 + i / 256.0);
		cr_assert(fabs((double)dist_log2_table[i] - exact) < 0.51);
		exact = 0x1p32 * exp2(i / 256.0);
		cr_assert(fabs((double)dist_exp2_table[i] - exact) < 0.51);
	}
	for (i = 0; i < DIST_NORMAL_COUNT; i++) {
		exact = 0x1p27 * exact_deviate(exp2(-(i + 3) / 4.0));
		cr_assert(fabs((double)dist_normal_table[i] - exact) < 0.6,
		    "%d: %d, not %f", i, dist_normal_table[i], exact);
	}
}

/* Half a percent in the body, two in the tail; really far less. */
Test(dist, quantiles_are_exact_enough)
{
	static const double chances[] = { 0.001, 0.01, 0.05, 0.1, 0.2, 0.25,
		0.3, 0.4, 0.45, 0.49, 0.5, 0.51, 0.6, 0.7, 0.75, 0.8, 0.9,
		0.95, 0.98, 0.99, 0.999, 0.9999, 0.99999 };
	double allowed, error, exact, got;
	size_t i, j;

	for (i = 0; i < EXAMPLES; i++)
		for (j = 0; j < sizeof(chances) / sizeof(chances[0]); j++) {
			exact = exact_quantile(&examples[i], chances[j]);
			got = (double)dist_at(&examples[i],
			    word_at(chances[j]));
			error = fabs(got / exact - 1);
			allowed = chances[j] > 0.99 ? 0.005 : 0.001;
			cr_assert(error < allowed,
			    "example %zu at %g: %g, not %g (%g)", i,
			    chances[j], got, exact, error);
		}
}

/* A dense walk: no gap at the seams of the tables, and never downhill. */
Test(dist, value_rises_with_the_word)
{
	uint64_t last, value, word;
	size_t i, j;

	for (i = 0; i < EXAMPLES; i++) {
		last = 0;
		for (j = 0; j < 200000; j++) {
			word = (uint64_t)j * (UINT64_MAX / 200000);
			value = dist_at(&examples[i], word);
			cr_assert(value >= last, "example %zu at %zu", i, j);
			last = value;
		}
		/* The last words of all, a step of one each. */
		for (j = 2000; j-- > 0;) {
			value = dist_at(&examples[i], UINT64_MAX - j);
			cr_assert(value >= last, "example %zu, %zu", i, j);
			last = value;
		}
	}
}

Test(dist, means_agree_with_a_fine_sum_over_quantiles)
{
	enum { CELLS = 1000000 };
	/* Not those whose mean lives in the last millionth. */
	static const size_t tame[] = { 0, 1, 2, 3, 4, 5, 7, 9, 10 };
	double mean, sum;
	size_t i, j;

	for (i = 0; i < sizeof(tame) / sizeof(tame[0]); i++) {
		const struct dist *dist = &examples[tame[i]];

		sum = 0;
		for (j = 0; j < CELLS; j++)
			sum += (double)dist_at(dist,
			    word_at(((double)j + 0.5) / CELLS));
		sum /= CELLS;
		mean = (double)dist_mean(dist);
		cr_assert(fabs(mean / sum - 1) < 0.01, "example %zu: %g, %g",
		    tame[i], mean, sum);
	}
}

Test(dist, pareto_means_at_and_below_shape_one)
{
	const struct dist one = { DIST_PARETO, 1000, 1000, 1000000 };
	const struct dist half = { DIST_PARETO, 1000, 500, 1000000 };
	const struct dist endless = { DIST_PARETO, 1ULL << 62, 1,
		UINT64_MAX };

	/* 1000 * (1 + ln 1000), and 1000 * (1 + 2 * (sqrt(1000) - 1)) */
	cr_assert(fabs((double)dist_mean(&one) - 7907.755) < 8);
	cr_assert(fabs((double)dist_mean(&half) - 62245.55) < 62);
	cr_assert(dist_mean(&endless) > 1ULL << 62);
}

Test(dist, what_does_not_fit_saturates)
{
	const struct dist exponential = { DIST_EXP, UINT64_MAX, 0, 0 };
	const struct dist wide = { DIST_LOGNORMAL, 1ULL << 60, UINT64_MAX, 0 };
	const struct dist steep = { DIST_LOGNORMAL, 1, UINT64_MAX, 0 };
	const struct dist heavy = { DIST_PARETO, 1000, 1, UINT64_MAX };
	const struct dist capped = { DIST_PARETO, 1000, 1, 5000 };
	const struct dist whole = { DIST_UNIFORM, 0, UINT64_MAX, 0 };

	cr_assert(eq(u64, dist_at(&exponential, UINT64_MAX), UINT64_MAX));
	cr_assert(eq(u64, dist_at(&wide, UINT64_MAX), UINT64_MAX));
	cr_assert(eq(u64, dist_at(&steep, UINT64_MAX), UINT64_MAX));
	cr_assert(eq(u64, dist_at(&steep, 0), 0));
	cr_assert(eq(u64, dist_mean(&steep), UINT64_MAX));
	cr_assert(eq(u64, dist_at(&heavy, UINT64_MAX), UINT64_MAX));
	cr_assert(eq(u64, dist_at(&heavy, 0), 1000));
	cr_assert(eq(u64, dist_at(&capped, UINT64_MAX), 5000));
	cr_assert(eq(u64, dist_at(&whole, UINT64_MAX), UINT64_MAX));
	cr_assert(eq(u64, dist_at(&whole, 0), 0));
}

Test(dist, odd_parameters_are_harmless)
{
	const struct dist backwards = { DIST_UNIFORM, 9, 3, 0 };
	const struct dist nothing = { DIST_LOGNORMAL, 0, 0, 0 };
	const struct dist narrow = { DIST_LOGNORMAL, 100, 50, 0 };
	const struct dist shapeless = { DIST_PARETO, 100, 0, 700 };
	const struct dist zero = { DIST_EXP, 0, 0, 0 };

	cr_assert(eq(u64, dist_at(&backwards, UINT64_MAX), 9));
	cr_assert(eq(u64, dist_at(&nothing, UINT64_MAX), 0));
	cr_assert(eq(u64, dist_at(&narrow, UINT64_MAX), 100));
	cr_assert(eq(u64, dist_at(&shapeless, 5), 700));
	cr_assert(eq(u64, dist_at(&zero, UINT64_MAX), 0));
	cr_assert(eq(u64, dist_mean(&shapeless), 700));
	cr_assert(eq(u64, dist_mean(&nothing), 0));
}

Test(dist, uniform_reaches_both_ends)
{
	const struct dist die = { DIST_UNIFORM, 1, 6, 0 };
	unsigned hits[7] = { 0 };
	struct rng rng;
	int i;

	rng_init(&rng, 1, "die", 0);
	for (i = 0; i < 60000; i++)
		hits[dist_sample(&die, &rng)]++;
	for (i = 1; i <= 6; i++)
		cr_assert(hits[i] > 9500 && hits[i] < 10500);
}

Test(dist, every_sample_costs_one_word)
{
	struct rng counted, rng;
	size_t i, j;

	for (i = 0; i < EXAMPLES; i++) {
		if (examples[i].kind == DIST_FIXED)
			continue;
		rng_init(&rng, 1, "cost", i);
		counted = rng;
		for (j = 0; j < 10; j++)
			dist_sample(&examples[i], &rng);
		for (j = 0; j < 10; j++)
			rng_next(&counted);
		cr_assert(eq(u64, rng_next(&rng), rng_next(&counted)));
	}
}

/* A change here changes every run that was ever recorded. */
Test(dist, samples_have_not_moved)
{
	static const uint64_t golden[EXAMPLES][4] = {
		{ 12345, 12345, 12345, 12345 },
		{ 8477318, 5915955, 6339115, 6275874 },
		{ 236997, 7866692, 346025, 3981916 },
		{ 49920631340, 2177831490990, 106750052888, 918290958041 },
		{ 57255299, 55149794, 194341645, 699570484 },
		{ 968488, 977080, 1153450, 1104468 },
		{ 22139499851, 1179415866, 287378996, 1892965040 },
		{ 1106707, 1123468, 1330558, 10559185 },
		{ 2762283, 3376119, 42311959, 7228683 },
		{ 1025229, 1026518, 1005365, 1035892 },
		{ 1000000, 1000000, 1000000, 1000000 },
	};
	struct rng rng;
	size_t i, j;
	uint64_t value;

	for (i = 0; i < EXAMPLES; i++) {
		rng_init(&rng, 1, "golden", i);
		for (j = 0; j < 4; j++) {
			value = dist_sample(&examples[i], &rng);
			cr_expect(value == golden[i][j],
			    "example %zu, draw %zu: %llu", i, j,
			    (unsigned long long)value);
		}
	}
}
