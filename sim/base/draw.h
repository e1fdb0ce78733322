/*
 * draw - which of them, and how many times in a row?
 *
 * What is drawn at every turn of a run: words of chance, parts of them, the
 * length of a row.  In integers, cheap, and without a loop whose end chance
 * decides, which no processor guesses.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_DRAW_H
#define SIM_BASE_DRAW_H

#include <stdint.h>

#include "sim/base/rng.h"
#include "sim/base/wide.h"

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

#define DRAW_STRIDE	UINT64_C(0x9e3779b97f4a7c15)

static inline uint64_t
draw_word(struct draw *draw)
{
	uint64_t word;

	word = draw->state += DRAW_STRIDE;
	word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
	return (word ^ word >> 31);
}

/* The next word says nothing that is not known. */
static inline void
draw_skip(struct draw *draw)
{

	draw->state += DRAW_STRIDE;
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

/*
 * How many bits are set.  The oldest machines of this kind cannot count them, so
 * the compiler would call a function for it.
 */
static inline uint64_t
draw_bits(uint64_t bits)
{

	bits -= bits >> 1 & UINT64_C(0x5555555555555555);
	bits = (bits & UINT64_C(0x3333333333333333)) +
	    (bits >> 2 & UINT64_C(0x3333333333333333));
	bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (bits * UINT64_C(0x0101010101010101) >> 56);
}

/*
 * One of the bits that are set, as a number; there is one.  Few bits, as a
 * rule, and low ones: those are looked up.
 */
enum { DRAW_BITS_LOW = 4 };

static inline uint32_t
draw_bit(uint64_t *word, uint64_t bits)
{
	static const uint8_t counts[1 << DRAW_BITS_LOW] = {
		0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
	};
	/* Two bits for each: the number of the first, of the second, ... */
	static const uint8_t places[1 << DRAW_BITS_LOW] = {
		0x00, 0x00, 0x01, 0x04, 0x02, 0x08, 0x09, 0x24,
		0x03, 0x0c, 0x0d, 0x34, 0x0e, 0x38, 0x39, 0xe4,
	};
	uint64_t skip;

	if (__builtin_expect(bits < 1 << DRAW_BITS_LOW, 1)) {
		skip = draw_part(word, counts[bits]);
		return (places[bits] >> 2 * skip & 3);
	}
	skip = draw_part(word, draw_bits(bits));
	for (; skip > 0; skip--)
		bits &= bits - 1;
	return ((uint32_t)__builtin_ctzll(bits));
}

/*
 * How many times in a row something does not happen that happens once in
 * `one_in` times: the geometric distribution, as the quotient of two logarithms
 * (sim/strategies/draw.c says how near, and makes rates of the second).
 */
enum { DRAW_ROW_MOST = 256 };	/* for one_in */

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

#endif
