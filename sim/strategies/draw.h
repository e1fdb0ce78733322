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

#include "sim/base/draw.h"
#include "sim/base/rng.h"
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

/* The rate of draw_row(), of what happens once in `one_in` times. */
uint64_t draw_rate(uint64_t one_in);

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
