/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/explore_walk.h"

#include "sim/base/wide.h"

void
walk_begin(struct walk *walk, uint64_t seed)
{

	rng_init(&walk->rng, seed, "explore_walk", 0);
	walk->mantissa = (uint64_t)1 << 63;
	walk->exponent = 0;
}

uint32_t
walk_branch(struct walk *walk, uint32_t branches)
{
	wide_uint product;
	uint32_t shift;

	if (branches <= 1)
		return (0);
	product = (wide_uint)walk->mantissa * branches;
	for (shift = 0; (product >> shift) > UINT64_MAX; shift++)
		continue;
	walk->mantissa = (uint64_t)(product >> shift);
	walk->exponent += shift;
	return ((uint32_t)rng_below(&walk->rng, branches));
}

/*
 * One binary digit for each squaring; in whole numbers, so that no library of
 * mathematics has a say in what is printed.
 */
uint64_t
walk_log2(const struct walk *walk)
{
	wide_uint square;
	uint64_t x, digits;
	uint32_t i;

	x = walk->mantissa;
	digits = walk->exponent;
	for (i = 0; i < 32; i++) {
		square = (wide_uint)x * x;
		digits <<= 1;
		if (square >> 127) {
			digits |= 1;
			x = (uint64_t)(square >> 64);
		} else {
			x = (uint64_t)(square >> 63);
		}
	}
	return (digits);
}
