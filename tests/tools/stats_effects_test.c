/*
 * stats_effects_test - are effects that are known found again?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "sim/base/rng.h"
#include "tests/tools/say.h"
#include "tools/stats/design.h"
#include "tools/stats/effects.h"

enum { REPETITIONS = 4000, N = 6, KNOBS = 3 };

static const size_t levels[KNOBS] = { 3, 4, 2 };
static const double known[KNOBS][4] = { { -6, 1, 5 }, { -2, -1, 1, 2 },
	{ 0, 0 } };

static double
normal(struct rng *rng)
{
	double u, v;

	u = ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
	v = ((double)(rng_next(rng) >> 11) + 0.5) * 0x1p-53;
	return (sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v));
}

/* An effect of the first two knobs together that has no main effect. */
static double
together(const size_t *level)
{
	static const double of[3][4] = { { 1, -1, 1, -1 }, { -1, 1, -1, 1 },
		{ 0, 0, 0, 0 } };

	return (of[level[0]][level[1]]);
}

static void
respond(const size_t *level, size_t points, double interaction, double sd,
    uint64_t seed, double *values)
{
	double common[N];
	struct rng rng;
	size_t i, k, r;

	rng_init(&rng, seed, "effects", 0);
	for (r = 0; r < N; r++)
		common[r] = 3 * normal(&rng);
	for (i = 0; i < points; i++) {
		for (r = 0; r < N; r++) {
			values[i * N + r] = 100 + common[r] + sd *
			    normal(&rng) + interaction *
			    together(&level[i * KNOBS]);
			for (k = 0; k < KNOBS; k++)
				values[i * N + r] +=
				    known[k][level[i * KNOBS + k]];
		}
	}
}

static size_t
grid(size_t *level)
{
	size_t i;

	for (i = 0; i < 24; i++) {
		level[i * KNOBS] = i / 8;
		level[i * KNOBS + 1] = i / 2 % 4;
		level[i * KNOBS + 2] = i % 2;
	}
	return (24);
}

static size_t
design(size_t *level, size_t points)
{
	uint32_t at[64 * KNOBS];
	size_t i, k;

	design_sobol(at, points, KNOBS, 3);
	for (i = 0; i < points; i++) {
		for (k = 0; k < KNOBS; k++)
			level[i * KNOBS + k] = design_level(
			    at[i * KNOBS + k], levels[k]);
	}
	return (points);
}

static void
covers(const size_t *level, size_t points, const char *what)
{
	unsigned held[KNOBS][4] = { { 0 } };
	static double values[64 * N];
	struct effects effects;
	unsigned all, possible;
	uint64_t seed;
	size_t k, l;

	for (seed = 1; seed <= REPETITIONS; seed++) {
		respond(level, points, 0, 2, seed, values);
		cr_assert_eq(effects_fit(&effects, level, levels, KNOBS, values,
		    points, N), 0);
		for (k = 0; k < KNOBS; k++) {
			for (l = 0; l < levels[k]; l++)
				held[k][l] += effects.knobs[k].level[l].low <
				    known[k][l] && known[k][l] <
				    effects.knobs[k].level[l].high;
		}
		effects_fini(&effects);
	}
	all = possible = 0;
	for (k = 0; k < KNOBS; k++) {
		for (l = 0; l < levels[k]; l++) {
			cr_expect(held[k][l] >= 0.93 * REPETITIONS &&
			    held[k][l] <= 0.97 * REPETITIONS,
			    "%s: knob %zu, level %zu: %u", what, k, l,
			    held[k][l]);
			all += held[k][l];
			possible += REPETITIONS;
		}
	}
	say("%s: intervals of effects hold in %.1f%%", what,
	    100. * all / possible);
}

Test(stats_effects, intervals_hold_what_is_known)
{
	size_t level[64 * KNOBS];

	covers(level, grid(level), "a grid of 24");
	covers(level, design(level, 37), "37 points of Sobol");
}

Test(stats_effects, of_a_grid_they_are_plain_means)
{
	size_t level[24 * KNOBS], i, l, points;
	double mean, sum, values[24 * N];
	struct effects effects;
	size_t count;

	points = grid(level);
	respond(level, points, 2, 1, 1, values);
	cr_assert_eq(effects_fit(&effects, level, levels, KNOBS, values, points,
	    N), 0);
	mean = 0;
	for (i = 0; i < points * N; i++)
		mean += values[i] / (double)(points * N);
	cr_expect_float_eq(effects.mean.value, mean, 1e-9);
	for (l = 0; l < 4; l++) {
		sum = 0;
		count = 0;
		for (i = 0; i < points * N; i++) {
			if (level[i / N * KNOBS + 1] == l) {
				sum += values[i];
				count++;
			}
		}
		cr_expect_float_eq(effects.knobs[1].level[l].value,
		    sum / (double)count - mean, 1e-9);
	}
	cr_expect_eq(effects.knobs[0].lowest, 0);
	cr_expect_eq(effects.knobs[0].highest, 2);
	cr_expect_float_eq(effects.knobs[0].span.value, 11, 1.5);
	effects_fini(&effects);
}

/*
 * Variances over the grid: (36 + 1 + 25) / 3 of the first knob, 10 / 4 of the
 * second, none of the third, and 4 * 8 / 12 of the first two together.
 */
Test(stats_effects, shares_are_those_of_the_truth)
{
	const double first = 62. / 3, second = 2.5, both = 8. / 3;
	const double total = first + second + both;
	double share[KNOBS] = { 0 }, noise, rest;
	size_t level[24 * KNOBS], k, points;
	double values[24 * N];
	struct effects effects;
	uint64_t seed;

	points = grid(level);
	noise = rest = 0;
	for (seed = 1; seed <= 200; seed++) {
		respond(level, points, 2, 2, seed, values);
		cr_assert_eq(effects_fit(&effects, level, levels, KNOBS, values,
		    points, N), 0);
		for (k = 0; k < KNOBS; k++)
			share[k] += effects.knobs[k].share / 200;
		rest += effects.interactions / 200;
		noise += effects.noise / 200;
		effects_fini(&effects);
	}
	say("shares %.3f %.3f %.3f, interactions %.3f; true %.3f %.3f "
	    "0, %.3f", share[0], share[1], share[2], rest, first / total,
	    second / total, both / total);
	cr_expect_float_eq(share[0], first / total, 0.01);
	cr_expect_float_eq(share[1], second / total, 0.01);
	cr_expect_float_eq(share[2], 0, 0.005);
	cr_expect_float_eq(rest, both / total, 0.01);
	cr_expect_float_eq(noise, 2, 0.05);
}

Test(stats_effects, what_is_missing_is_left_out_and_said)
{
	size_t level[24 * KNOBS], points;
	double values[24 * N];
	struct effects effects;

	points = grid(level);
	respond(level, points, 0, 0.01, 1, values);
	values[5 * N + 2] = NAN;
	values[9 * N] = NAN;
	cr_assert_eq(effects_fit(&effects, level, levels, KNOBS, values, points,
	    N), 0);
	cr_expect_eq(effects.left_out, 2);
	cr_expect_eq(effects.points, 22);
	cr_expect_float_eq(effects.knobs[0].level[0].value, -6, 0.05);
	cr_expect_float_eq(effects.knobs[1].level[3].value, 2, 0.05);
	effects_fini(&effects);
}

Test(stats_effects, what_cannot_be_told_apart_is_refused)
{
	static const size_t two[] = { 2, 2 };
	/* Both knobs always move together. */
	static const size_t level[] = { 0, 0, 1, 1, 0, 0, 1, 1 };
	static const size_t absent[] = { 0, 0, 0, 1, 0, 0, 0, 1 };
	double values[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct effects effects;

	cr_expect_eq(effects_fit(&effects, level, two, 2, values, 4, 2), -1);
	cr_expect_eq(effects_fit(&effects, absent, two, 2, values, 4, 2), -1);
	cr_expect_eq(effects_fit(&effects, level, two, 2, values, 2, 2), -1);
	cr_expect_eq(effects_fit(&effects, level, two, 2, values, 0, 2), -1);
	effects_fini(&effects);
}

Test(stats_effects, many_values_become_groups_of_neighbours)
{
	static const double numbers[] = { 9, 1, 5, 3, 7, 2, 8, 6 };
	static const size_t expected[] = { 3, 0, 1, 1, 2, 0, 3, 2 };
	static const double few[] = { 4, 4, 4, 16, 16, 64 };
	size_t i, level[8];

	cr_expect_eq(effects_group(numbers, 8, 4, level), 4);
	for (i = 0; i < 8; i++)
		cr_expect_eq(level[i], expected[i], "%zu: %zu", i, level[i]);
	cr_expect_eq(effects_group(few, 6, 4, level), 3);
	cr_expect_eq(level[0], 0);
	cr_expect_eq(level[3], 1);
	cr_expect_eq(level[5], 2);
	cr_expect_eq(effects_group(few, 6, 1, level), 1);
	cr_expect_eq(effects_group(few, 0, 4, level), 0);
}
