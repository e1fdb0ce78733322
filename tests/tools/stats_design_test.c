/*
 * stats_design_test - do designs lie as evenly as they claim?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/rng.h"
#include "tests/tools/say.h"
#include "tools/stats/design.h"

/*
 * The first ten points in three dimensions that Joe and Kuo's page gives for
 * new-joe-kuo-6, in sixteenths.
 */
static const unsigned published[10][3] = { { 0, 0, 0 }, { 8, 8, 8 },
	{ 12, 4, 4 }, { 4, 12, 12 }, { 6, 6, 10 }, { 14, 14, 2 }, { 10, 2, 14 },
	{ 2, 10, 6 }, { 3, 5, 15 }, { 11, 13, 7 } };

Test(stats_design, the_first_points_are_the_published_ones)
{
	uint32_t points[10 * 3];
	size_t d, i;

	design_sobol_plain(points, 10, 3);
	for (i = 0; i < 10; i++) {
		for (d = 0; d < 3; d++)
			cr_expect_eq(points[i * 3 + d], published[i][d] << 28,
			    "point %zu, coordinate %zu: %#x", i, d,
			    points[i * 3 + d]);
	}
}

/*
 * Point 2^k - 1 of Gray's order is the k-th direction alone less what came
 * before it; for the first points of a dimension of degree s the directions are
 * the initial numbers themselves.  Twelfth dimension: 1 1 1 3 11; thirty-second:
 * 1 3 7 3 13 59 17.
 */
Test(stats_design, high_dimensions_have_the_published_directions)
{
	static const unsigned char twelfth[] = { 1, 1, 1, 3, 11 };
	static const unsigned char last[] = { 1, 3, 7, 3, 13, 59, 17 };
	enum { DIMENSIONS = DESIGN_DIMENSIONS, COUNT = 128 };
	static uint32_t points[COUNT * DIMENSIONS];
	uint32_t step;
	size_t k;

	design_sobol_plain(points, COUNT, DIMENSIONS);
	for (k = 0; k < 7; k++) {
		size_t at = (size_t)1 << k;

		step = points[at * DIMENSIONS + 31] ^
		    points[(at - 1) * DIMENSIONS + 31];
		cr_expect_eq(step, (uint32_t)last[k] << (31 - k));
		step = points[at * DIMENSIONS + 11] ^
		    points[(at - 1) * DIMENSIONS + 11];
		if (k < 5)
			cr_expect_eq(step, (uint32_t)twelfth[k] << (31 - k));
	}
	/* x^5 + x^4 + x^3 + x + 1: direction 5 by hand from the others. */
	step = points[32 * DIMENSIONS + 11] ^ points[31 * DIMENSIONS + 11];
	cr_expect_eq(step, (uint32_t)(1U << 31) ^ 1U << 31 >> 5 ^
	    11U << 27 ^ 3U << 28 ^ 1U << 30);
}

static void
one_in_each_part(const uint32_t *points, size_t count, size_t dimensions,
    const char *what)
{
	unsigned char *seen;
	size_t d, i, level;

	for (d = 0; d < dimensions; d++) {
		seen = calloc(count, 1);
		for (i = 0; i < count; i++) {
			level = design_level(points[i * dimensions + d], count);
			cr_assert_lt(level, count);
			cr_assert_eq(seen[level]++, 0,
			    "%s: two points of %zu in part %zu of axis %zu",
			    what, count, level, d);
		}
		free(seen);
	}
}

Test(stats_design, each_axis_of_a_power_of_two_is_cut_evenly)
{
	static uint32_t points[1024 * DESIGN_DIMENSIONS];
	uint64_t seed;
	size_t count;

	for (count = 1; count <= 1024; count *= 2) {
		design_sobol_plain(points, count, DESIGN_DIMENSIONS);
		one_in_each_part(points, count, DESIGN_DIMENSIONS, "plain");
		for (seed = 0; seed < 3; seed++) {
			design_sobol(points, count, DESIGN_DIMENSIONS, seed);
			one_in_each_part(points, count, DESIGN_DIMENSIONS,
			    "shifted");
		}
	}
}

Test(stats_design, each_quarter_of_neighbouring_axes_has_as_many_points)
{
	enum { COUNT = 256, DIMENSIONS = 6 };
	uint32_t points[COUNT * DIMENSIONS];
	size_t a, b, counts[16], i;

	design_sobol(points, COUNT, DIMENSIONS, 7);
	for (a = 0; a < DIMENSIONS; a++) {
		for (b = a + 1; b < DIMENSIONS; b++) {
			memset(counts, 0, sizeof(counts));
			for (i = 0; i < COUNT; i++)
				counts[design_level(points[i * DIMENSIONS + a],
				    4) * 4 + design_level(
				    points[i * DIMENSIONS + b], 4)]++;
			for (i = 0; i < 16; i++)
				cr_expect_eq(counts[i], COUNT / 16,
				    "axes %zu and %zu, box %zu: %zu", a, b, i,
				    counts[i]);
		}
	}
}

Test(stats_design, a_hypercube_has_one_point_in_each_stratum)
{
	static uint32_t points[1000 * 40];
	static const size_t counts[] = { 1, 2, 3, 7, 10, 100, 997, 1000 };
	uint64_t seed;
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		for (seed = 0; seed < 5; seed++) {
			design_latin_hypercube(points, counts[i], 40, seed);
			one_in_each_part(points, counts[i], 40, "latin");
		}
	}
}

static double
random_discrepancy(size_t count, size_t dimensions, uint64_t seed)
{
	uint32_t *points;
	struct rng rng;
	double result;
	size_t i;

	points = malloc(count * dimensions * sizeof(*points));
	rng_init(&rng, seed, "anywhere", 0);
	for (i = 0; i < count * dimensions; i++)
		points[i] = (uint32_t)rng_next(&rng);
	result = design_discrepancy(points, count, dimensions);
	free(points);
	return (result);
}

Test(stats_design, designs_lie_more_evenly_than_chance)
{
	enum { COUNT = 128, MOST = 12 };
	uint32_t points[COUNT * MOST];
	double anywhere, latin, sobol;
	size_t dimensions;
	uint64_t seed;

	for (dimensions = 2; dimensions <= MOST; dimensions += 5) {
		anywhere = latin = sobol = 0;
		for (seed = 1; seed <= 10; seed++) {
			anywhere += random_discrepancy(COUNT, dimensions, seed);
			design_latin_hypercube(points, COUNT, dimensions, seed);
			latin += design_discrepancy(points, COUNT, dimensions);
			design_sobol(points, COUNT, dimensions, seed);
			sobol += design_discrepancy(points, COUNT, dimensions);
		}
		say("%zu dimensions, %d points: centred discrepancy "
		    "%.4f by chance, %.4f of hypercubes, %.4f of Sobol",
		    dimensions, COUNT, anywhere / 10, latin / 10, sobol / 10);
		cr_expect_lt(latin, 0.9 * anywhere);
		cr_expect_lt(sobol, 0.9 * anywhere);
		cr_expect_lt(sobol, latin);
	}
}

Test(stats_design, a_seed_is_a_design_and_another_is_another)
{
	uint32_t a[64 * 4], b[64 * 4];

	design_sobol(a, 64, 4, 1);
	design_sobol(b, 64, 4, 1);
	cr_expect_eq(memcmp(a, b, sizeof(a)), 0);
	design_sobol(b, 64, 4, 2);
	cr_expect_neq(memcmp(a, b, sizeof(a)), 0);
	/* More points, or more axes, move none. */
	design_sobol(b, 32, 4, 1);
	cr_expect_eq(memcmp(a, b, 32 * 4 * sizeof(a[0])), 0);
	design_latin_hypercube(a, 64, 4, 1);
	design_latin_hypercube(b, 64, 4, 1);
	cr_expect_eq(memcmp(a, b, sizeof(a)), 0);
	design_latin_hypercube(b, 64, 4, 2);
	cr_expect_neq(memcmp(a, b, sizeof(a)), 0);
}

Test(stats_design, levels_are_equal_parts)
{

	cr_expect_eq(design_level(0, 3), 0);
	cr_expect_eq(design_level(UINT32_MAX, 3), 2);
	cr_expect_eq(design_level(UINT32_MAX / 3, 3), 0);
	cr_expect_eq(design_level(UINT32_MAX / 3 + 1, 3), 1);
	cr_expect_eq(design_level(UINT32_MAX, 1), 0);
	cr_expect_eq(design_unit(0x80000000), 0.5);
	cr_expect_lt(design_unit(UINT32_MAX), 1);
}
