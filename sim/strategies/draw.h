/*
 * draw - how long, and how far away?
 *
 * What strategies draw, in integers.  Lengths that may be of any magnitude are
 * drawn evenly over magnitudes: as many between 10 and 20 ns as between 10 and
 * 20 us.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_DRAW_H
#define SIM_STRATEGIES_DRAW_H

#include <stdint.h>

#include "sim/base/rng.h"
#include "sim/base/wide.h"
#include "sim/machine/choice.h"

static inline uint32_t
draw_magnitude(uint64_t value)
{

	return (value == 0 ? 0 : 63 - (uint32_t)__builtin_clzll(value));
}

/* From `least` to `most`, evenly over powers of two; least at least 1. */
static inline uint64_t
draw_length(struct rng *rng, uint64_t least, uint64_t most)
{
	uint64_t length;
	uint32_t magnitude;

	if (most <= least)
		return (least);
	magnitude = draw_magnitude(least);
	magnitude += (uint32_t)rng_below(rng,
	    draw_magnitude(most) - magnitude + 1);
	length = (UINT64_C(1) << magnitude) +
	    rng_below(rng, UINT64_C(1) << magnitude);
	return (length < least ? least : length > most ? most : length);
}

/*
 * The words of one run, from where the stream of its name and number begins: a
 * counter, mixed (SplitMix64 of Steele, Lea, Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014).  A strategy that is asked often and draws
 * little each time wants them cheap.
 */
struct draw {
	uint64_t state;
};

static inline void
draw_begin(struct draw *draw, uint64_t seed, const char *name, uint64_t number)
{
	struct rng rng;

	rng_init(&rng, seed, name, number);
	draw->state = rng.key;
}

static inline uint64_t
draw_word(struct draw *draw)
{
	uint64_t word;

	word = draw->state += UINT64_C(0x9e3779b97f4a7c15);
	word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
	return (word ^ word >> 31);
}

/*
 * Part of a word of chance: uniform in [0, bound), and what is left of the word
 * is as good as new, for as long as the bounds' product stays far below 2^64.
 */
static inline uint64_t
draw_part(uint64_t *word, uint64_t bound)
{
	wide_uint product;

	product = (wide_uint)*word * bound;
	*word = (uint64_t)product;
	return ((uint64_t)(product >> 64));
}

/* draw_length() of a part of a word. */
static inline uint64_t
draw_length_part(uint64_t *word, uint64_t least, uint64_t most)
{
	uint64_t length;
	uint32_t magnitude;

	magnitude = draw_magnitude(least);
	magnitude += (uint32_t)draw_part(word,
	    draw_magnitude(most) - magnitude + 1);
	length = (UINT64_C(1) << magnitude) +
	    draw_part(word, UINT64_C(1) << magnitude);
	return (length < least ? least : length > most ? most : length);
}

/*
 * How many times in a row something does not happen that happens once in
 * `one_in` times: the geometric distribution, as the quotient of two logarithms
 * (draw.c says how near).  The rate is that of the second: draw_rate(one_in).
 */
enum { DRAW_ROW_MOST = 256 };	/* for one_in */

uint64_t draw_rate(uint64_t one_in);

/* -log2(word / 2^64) in units of 2^-32; at most 65 of them. */
static inline uint64_t
draw_log(uint64_t word)
{
	uint64_t bend, part;
	uint32_t zeros;

	word |= 1;
	zeros = (uint32_t)__builtin_clzll(word);
	/* log2(1 + x) is nearly x + 0.3465 x (1 - x). */
	part = word << zeros << 1 >> 32;
	bend = (part * (UINT64_C(0x100000000) - part) >> 32) *
	    UINT64_C(1488205985) >> 32;
	return ((((uint64_t)zeros + 1) << 32) - part - bend);
}

static inline uint32_t
draw_row(uint64_t word, uint64_t rate)
{

	return ((uint32_t)((wide_uint)draw_log(word) * rate >> 64));
}

/* How many questions to let pass, `mean` on average. */
static inline uint64_t
draw_gap(struct rng *rng, uint64_t mean)
{

	return (rng_below(rng, 2 * mean + 1));
}

/* Mostly the hypervisor, which respects nothing. */
static inline enum choice_delay
draw_stop(struct rng *rng)
{
	uint64_t of_ten;

	of_ten = rng_below(rng, 10);
	return (of_ten < 6 ? DELAY_STALL : of_ten < 9 ? DELAY_PREEMPT :
	    DELAY_SMI);
}

/* The answer to CHOICE_DELAY. */
static inline uint64_t
draw_answer(uint64_t length_ps, enum choice_delay stop)
{

	return (length_ps << 2 | (uint64_t)stop);
}

/* draw_gap() and draw_older() of a part of a word. */
static inline uint64_t
draw_gap_part(uint64_t *word, uint64_t mean)
{

	return (draw_part(word, 2 * mean + 1));
}

static inline uint64_t
draw_older_part(uint64_t *word, uint64_t alternatives)
{

	if (alternatives < 2)
		return (0);
	if (draw_part(word, 2) == 0)
		return (1);
	return (1 + draw_part(word, alternatives - 1));
}

/* An older store: mostly the next older one. */
static inline uint64_t
draw_older(struct rng *rng, uint64_t alternatives)
{

	if (alternatives < 2)
		return (0);
	if (rng_below(rng, 2) == 0)
		return (1);
	return (1 + rng_below(rng, alternatives - 1));
}

#endif
