/*
 * Fixed point throughout: binary logarithms and exponents have 32 fractional
 * bits (_q32), normal deviates 27 (_q27).  A random word w stands for the
 * probability (w | 1) / 2^64: the middle of one of 2^63 equal cells, so neither
 * 0 nor 1 can come up and no logarithm is infinite.
 *
 * Accuracy: straight lines between 257 points leave at most 3e-6 in log2 and a
 * relative 1e-6 in exp2; a cubic through four neighbours leaves 2e-4 standard
 * deviations near the median and less in the tails.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/base/dist.h"

#include "sim/base/dist_table.h"
#include "sim/base/rng.h"
#include "sim/base/wide.h"

enum {
	DIST_PPM = 1000000,
	DIST_SHAPE_ONE = 1000,		/* a pareto's b for shape 1 */
};

static const int64_t DIST_ONE_Q32 = 1LL << 32;
static const uint64_t DIST_LN2_Q32 = 2977044472;	/* ln 2 */
/* 1 / 2.326347874..., the 99th percentile of the standard normal. */
static const int64_t DIST_PER_P99_Q32 = 1846227948;

/* log2(value), value >= 1. */
static int64_t
dist_log2_q32(uint64_t value)
{
	uint64_t below, fraction, slope;
	unsigned exponent, i;

	exponent = 63U - (unsigned)__builtin_clzll(value);
	/* The bits after the leading one, as a fraction of 2^64. */
	fraction = exponent == 0 ? 0 : value << (64U - exponent);
	i = (unsigned)(fraction >> (64 - DIST_CURVE_BITS));
	below = dist_log2_table[i];
	slope = dist_log2_table[i + 1] - below;
	fraction = (fraction << DIST_CURVE_BITS) >> 32;
	return ((int64_t)((uint64_t)exponent << 32) +
	    (int64_t)(below + (slope * fraction >> 32)));
}

/* value * 2^exponent, rounded; UINT64_MAX where it does not fit. */
static uint64_t
dist_scale(uint64_t value, int64_t exponent_q32)
{
	wide_uint product;
	uint64_t above, below, factor, fraction;
	int64_t whole;
	unsigned i;

	whole = exponent_q32 >> 32;
	fraction = (uint64_t)exponent_q32 & 0xffffffff;
	i = (unsigned)(fraction >> (32 - DIST_CURVE_BITS));
	below = dist_exp2_table[i];
	above = dist_exp2_table[i + 1];
	fraction = (fraction << DIST_CURVE_BITS) & 0xffffffff;
	factor = below + ((above - below) * fraction >> 32);
	/* Below 2^64 * 2^33, so it can be shifted left by 31 places. */
	product = (wide_uint)value * factor;
	if (value == 0 || whole < -66)
		return (0);
	if (whole > 63)
		return (UINT64_MAX);
	if (whole < 32)
		product = (product + ((wide_uint)1 << (31 - whole))) >>
		    (32 - whole);
	else
		product <<= whole - 32;
	return (product > UINT64_MAX ? UINT64_MAX : (uint64_t)product);
}

/* value * factor, rounded; UINT64_MAX where it does not fit. */
static uint64_t
dist_multiply(uint64_t value, uint64_t factor_q32)
{
	wide_uint product;

	product = (wide_uint)value * factor_q32 + (1ULL << 31);
	product >>= 32;
	return (product > UINT64_MAX ? UINT64_MAX : (uint64_t)product);
}

/*
 * The normal deviate that `word` stands for, rising with it.  Each half of the
 * words is one tail, whose table is spaced evenly in the logarithm of the
 * chance: there the curve is smooth out to 2^-64.
 */
static int64_t
dist_normal_q27(uint64_t word)
{
	const int32_t *point;
	int64_t f, p0, p1, p2, p3, t, z;
	uint64_t tail;

	tail = (word >> 63 != 0 ? ~word : word) | 1;
	t = 64 * DIST_ONE_Q32 - dist_log2_q32(tail);	/* in (1, 64] */
	/* The table starts at t = 3/4 and has four points to a unit. */
	t = t * 4 - 4 * DIST_ONE_Q32;
	point = &dist_normal_table[t >> 32];
	f = t & 0xffffffff;
	p0 = point[0];
	p1 = point[1];
	p2 = point[2];
	p3 = point[3];
	/* Newton's form of the cubic through the four, f counted from p1. */
	z = p3 - 3 * p2 + 3 * p1 - p0;
	z = p2 - 2 * p1 + p0 + ((z * (f - DIST_ONE_Q32) / 3) >> 32);
	z = p1 - p0 + ((z * f / 2) >> 32);
	z = p0 + ((z * (f + DIST_ONE_Q32)) >> 32);
	return (word >> 63 != 0 ? z : -z);
}

/* The slope of a lognormal in log2 per standard deviation. */
static int64_t
dist_sigma_q32(const struct dist *dist)
{
	int64_t spread;

	if (dist->a == 0 || dist->b <= dist->a)
		return (0);
	spread = dist_log2_q32(dist->b) - dist_log2_q32(dist->a);
	return ((int64_t)((wide_int)spread * DIST_PER_P99_Q32 >> 32));
}

static uint64_t
dist_at_lognormal(const struct dist *dist, uint64_t word)
{
	wide_int exponent;

	exponent = (wide_int)dist_sigma_q32(dist) * dist_normal_q27(word);
	return (dist_scale(dist->a, (int64_t)(exponent >> 27)));
}

/* -log2 of the chance to be exceeded: 0 upwards, rising with the word. */
static uint64_t
dist_rarity_q32(uint64_t word)
{

	return ((uint64_t)(64 * DIST_ONE_Q32 - dist_log2_q32(~word | 1)));
}

static uint64_t
dist_at_pareto(const struct dist *dist, uint64_t word)
{
	uint64_t rarity, value;

	rarity = dist_rarity_q32(word);		/* at most 2^38 */
	if (dist->b == 0)
		return (dist->c);
	value = dist_scale(dist->a,
	    (int64_t)(rarity * DIST_SHAPE_ONE / dist->b));
	return (value < dist->c ? value : dist->c);
}

static uint64_t
dist_at_uniform(const struct dist *dist, uint64_t word)
{
	wide_uint count;

	if (dist->b <= dist->a)
		return (dist->a);
	count = (wide_uint)(dist->b - dist->a) + 1;
	return (dist->a + (uint64_t)(count * word >> 64));
}

uint64_t
dist_at(const struct dist *dist, uint64_t word)
{
	uint64_t chance;

	switch ((enum dist_kind)dist->kind) {
	case DIST_FIXED:
		return (dist->a);
	case DIST_UNIFORM:
		return (dist_at_uniform(dist, word));
	case DIST_EXP:
		return (dist_multiply(dist->a, dist_multiply(DIST_LN2_Q32,
		    dist_rarity_q32(word))));
	case DIST_LOGNORMAL:
		return (dist_at_lognormal(dist, word));
	case DIST_PARETO:
		return (dist_at_pareto(dist, word));
	case DIST_BIMODAL:
		chance = (uint64_t)((wide_uint)~word * DIST_PPM >> 64);
		return (chance < dist->c ? dist->b : dist->a);
	}
	return (dist->a);
}

uint64_t
dist_sample(const struct dist *dist, struct rng *rng)
{

	return (dist_at(dist, rng_next(rng)));
}

/* --- means ---------------------------------------------------------------- */

/* exp(mu + sigma^2 / 2), all in binary logarithms. */
static uint64_t
dist_mean_lognormal(const struct dist *dist)
{
	wide_uint exponent;
	uint64_t sigma;

	sigma = (uint64_t)dist_sigma_q32(dist);	/* below 2^37 */
	exponent = (wide_uint)sigma * sigma >> 32;
	exponent = exponent * DIST_LN2_Q32 >> 33;
	return (dist_scale(dist->a, (int64_t)exponent));
}

/*
 * a plus the integral of the chance to exceed x, from a to the cap:
 * a + a * (1 - (a/c)^(k-1)) / (k - 1), and a + a * ln(c/a) at k = 1.
 */
static uint64_t
dist_mean_pareto(const struct dist *dist)
{
	uint64_t beyond, distance, power, steps;
	int64_t excess;

	if (dist->a == 0 || dist->c <= dist->a || dist->b == 0)
		return (dist->c);
	distance = (uint64_t)(dist_log2_q32(dist->c) - dist_log2_q32(dist->a));
	excess = (int64_t)dist->b - DIST_SHAPE_ONE;
	if (excess == 0)
		beyond = dist_multiply(dist->a,
		    dist_multiply(DIST_LN2_Q32, distance));
	else if (excess > 0) {
		/* More than 64 octaves down nothing is left of a. */
		if ((uint64_t)excess < 1ULL << 24)
			steps = distance * (uint64_t)excess / DIST_SHAPE_ONE;
		else
			steps = UINT64_MAX;
		if (steps >> 32 > 64)
			power = 0;
		else
			power = dist_scale(dist->a, -(int64_t)steps);
		beyond = (uint64_t)((wide_uint)(dist->a - power) *
		    DIST_SHAPE_ONE / (uint64_t)excess);
	} else {
		steps = distance * (uint64_t)-excess / DIST_SHAPE_ONE;
		power = dist_scale(dist->a, (int64_t)steps);
		beyond = (uint64_t)((wide_uint)(power - dist->a) *
		    DIST_SHAPE_ONE / (uint64_t)-excess);
	}
	return (dist->a + beyond < dist->a ? UINT64_MAX : dist->a + beyond);
}

uint64_t
dist_mean(const struct dist *dist)
{
	wide_uint sum;
	uint64_t chance;

	switch ((enum dist_kind)dist->kind) {
	case DIST_FIXED:
	case DIST_EXP:
		return (dist->a);
	case DIST_UNIFORM:
		if (dist->b <= dist->a)
			return (dist->a);
		return (dist->a + (dist->b - dist->a) / 2);
	case DIST_LOGNORMAL:
		return (dist_mean_lognormal(dist));
	case DIST_PARETO:
		return (dist_mean_pareto(dist));
	case DIST_BIMODAL:
		chance = dist->c < DIST_PPM ? dist->c : DIST_PPM;
		sum = (wide_uint)dist->a * (DIST_PPM - chance) +
		    (wide_uint)dist->b * chance;
		return ((uint64_t)((sum + DIST_PPM / 2) / DIST_PPM));
	}
	return (dist->a);
}
