/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/design.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "sim/base/rng.h"
#include "sim/base/wide.h"

enum { DESIGN_BITS = 32, DESIGN_DEGREE_MOST = 7 };

/* --- Sobol -------------------------------------------------------------------- */

/*
 * One dimension: a primitive polynomial over the integers modulo 2, its
 * coefficients as bits (11 is x^3 + x + 1), and one odd number for each degree,
 * the k-th below 2^k, from which all others follow.
 */
struct dimension {
	unsigned polynomial;
	unsigned char initial[DESIGN_DEGREE_MOST];
};

/* Dimensions 2 and up of new-joe-kuo-6; the first is the bits reversed. */
static const struct dimension dimensions_of[DESIGN_DIMENSIONS - 1] = {
	{ 3, { 1 } },
	{ 7, { 1, 3 } },
	{ 11, { 1, 3, 1 } },
	{ 13, { 1, 1, 1 } },
	{ 19, { 1, 1, 3, 3 } },
	{ 25, { 1, 3, 5, 13 } },
	{ 37, { 1, 1, 5, 5, 17 } },
	{ 41, { 1, 1, 5, 5, 5 } },
	{ 47, { 1, 1, 7, 11, 19 } },
	{ 55, { 1, 1, 5, 1, 1 } },
	{ 59, { 1, 1, 1, 3, 11 } },
	{ 61, { 1, 3, 5, 5, 31 } },
	{ 67, { 1, 3, 3, 9, 7, 49 } },
	{ 91, { 1, 1, 1, 15, 21, 21 } },
	{ 97, { 1, 3, 1, 13, 27, 49 } },
	{ 103, { 1, 1, 1, 15, 7, 5 } },
	{ 109, { 1, 3, 1, 15, 13, 25 } },
	{ 115, { 1, 1, 5, 5, 19, 61 } },
	{ 131, { 1, 3, 7, 11, 23, 15, 103 } },
	{ 137, { 1, 3, 7, 13, 13, 15, 69 } },
	{ 143, { 1, 1, 3, 13, 7, 35, 63 } },
	{ 145, { 1, 3, 5, 9, 1, 25, 53 } },
	{ 157, { 1, 3, 1, 13, 9, 35, 107 } },
	{ 167, { 1, 3, 1, 5, 27, 61, 31 } },
	{ 171, { 1, 1, 5, 11, 19, 41, 61 } },
	{ 185, { 1, 3, 5, 3, 3, 13, 69 } },
	{ 191, { 1, 1, 7, 13, 1, 19, 1 } },
	{ 193, { 1, 3, 7, 5, 13, 19, 59 } },
	{ 203, { 1, 1, 3, 9, 25, 29, 41 } },
	{ 211, { 1, 3, 5, 13, 23, 1, 55 } },
	{ 213, { 1, 3, 7, 3, 13, 59, 17 } },
};

/*
 * Direction k is a binary fraction whose last bit is that of 2^-(k+1).  Beyond
 * the given ones it is the sum modulo 2, over the polynomial's coefficients, of
 * earlier ones, and of the one `degree` back moved down by as many bits.
 */
static void
directions_of(size_t d, uint32_t direction[DESIGN_BITS])
{
	const struct dimension *dimension;
	unsigned degree, j, k;

	if (d == 0) {
		for (k = 0; k < DESIGN_BITS; k++)
			direction[k] = (uint32_t)1 << (31 - k);
		return;
	}
	dimension = &dimensions_of[d - 1];
	degree = 31U - (unsigned)__builtin_clz(dimension->polynomial);
	for (k = 0; k < degree; k++)
		direction[k] = (uint32_t)dimension->initial[k] << (31 - k);
	for (; k < DESIGN_BITS; k++) {
		direction[k] = direction[k - degree] ^
		    direction[k - degree] >> degree;
		for (j = 1; j < degree; j++) {
			if ((dimension->polynomial >> (degree - j) & 1) != 0)
				direction[k] ^= direction[k - j];
		}
	}
}

static void
sobol_axis(uint32_t *points, size_t count, size_t dimensions, size_t d,
    uint32_t shift)
{
	uint32_t direction[DESIGN_BITS], x;
	size_t i;

	directions_of(d, direction);
	x = shift;
	for (i = 0; i < count; i++) {
		points[i * dimensions + d] = x;
		/* The bit in which the Gray codes of i and i + 1 differ. */
		if (i + 1 < count)
			x ^= direction[__builtin_ctzll((uint64_t)i + 1)];
	}
}

void
design_sobol_plain(uint32_t *points, size_t count, size_t dimensions)
{
	size_t d;

	assert(dimensions > 0 && dimensions <= DESIGN_DIMENSIONS);
	assert((uint64_t)count <= (uint64_t)1 << DESIGN_BITS);
	for (d = 0; d < dimensions; d++)
		sobol_axis(points, count, dimensions, d, 0);
}

void
design_sobol(uint32_t *points, size_t count, size_t dimensions, uint64_t seed)
{
	struct rng rng;
	size_t d;

	assert(dimensions > 0 && dimensions <= DESIGN_DIMENSIONS);
	assert((uint64_t)count <= (uint64_t)1 << DESIGN_BITS);
	for (d = 0; d < dimensions; d++) {
		rng_init(&rng, seed, "sobol shift", d);
		sobol_axis(points, count, dimensions, d,
		    (uint32_t)rng_next(&rng));
	}
}

/* --- Latin hypercube ----------------------------------------------------------- */

/* Where stratum `stratum` of `count` begins. */
static uint64_t
stratum_first(size_t stratum, size_t count)
{

	return ((uint64_t)((((wide_uint)stratum << 32) + count - 1) / count));
}

static void
latin_axis(uint32_t *points, size_t count, size_t dimensions, size_t d,
    uint64_t seed)
{
	struct rng rng;
	uint32_t *here, *there, swap;
	uint64_t first;
	size_t i, other;

	rng_init(&rng, seed, "latin hypercube", d);
	for (i = 0; i < count; i++) {
		first = stratum_first(i, count);
		points[i * dimensions + d] = (uint32_t)(first +
		    rng_below(&rng, stratum_first(i + 1, count) - first));
	}
	for (i = count; i > 1; i--) {
		other = (size_t)rng_below(&rng, i);
		here = &points[(i - 1) * dimensions + d];
		there = &points[other * dimensions + d];
		swap = *here;
		*here = *there;
		*there = swap;
	}
}

void
design_latin_hypercube(uint32_t *points, size_t count, size_t dimensions,
    uint64_t seed)
{
	size_t d;

	assert((uint64_t)count <= (uint64_t)1 << DESIGN_BITS);
	for (d = 0; d < dimensions; d++)
		latin_axis(points, count, dimensions, d, seed);
}

/* --- what a fraction is --------------------------------------------------------- */

size_t
design_level(uint32_t fraction, size_t levels)
{

	return ((size_t)((wide_uint)fraction * levels >> 32));
}

double
design_unit(uint32_t fraction)
{

	return ((double)fraction * 0x1p-32);
}

double
design_discrepancy(const uint32_t *points, size_t count, size_t dimensions)
{
	double cross, factor, near_i, near_k, single, sum, x, y;
	size_t d, i, k;

	if (count == 0)
		return (NAN);
	single = cross = 0;
	for (i = 0; i < count; i++) {
		factor = 1;
		for (d = 0; d < dimensions; d++) {
			x = fabs(design_unit(points[i * dimensions + d]) - 0.5);
			factor *= 1 + x / 2 - x * x / 2;
		}
		single += factor;
		for (k = 0; k < count; k++) {
			factor = 1;
			for (d = 0; d < dimensions; d++) {
				x = design_unit(points[i * dimensions + d]);
				y = design_unit(points[k * dimensions + d]);
				near_i = fabs(x - 0.5);
				near_k = fabs(y - 0.5);
				factor *= 1 + near_i / 2 + near_k / 2 -
				    fabs(x - y) / 2;
			}
			cross += factor;
		}
	}
	sum = pow(13.0 / 12, (double)dimensions) -
	    2 * single / (double)count +
	    cross / (double)count / (double)count;
	return (sqrt(fmax(0, sum)));
}
