/*
 * rng - what does chance say, on this stream?
 *
 * Randomness is a set of named streams.  Each is a counter-based generator
 * (Philox4x32-10 of Random123) whose key is a hash of (seed, stream name,
 * index), so that a draw on one stream never shifts another, and two policies
 * run under one seed see the same arrivals and the same faults.
 *
 * Cost        about 5 ns a draw.  A stream makes its first four words together
 *             and later ones eight at a time.
 * Source      Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 *             SC'11.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_RNG_H
#define SIM_BASE_RNG_H

#include <stdint.h>

#include "sim/base/wide.h"

/* So many are made together, of two words each. */
enum { RNG_BLOCKS_FIRST = 2, RNG_BLOCKS = 4 };

struct rng {
	uint64_t key;
	uint64_t counter;	/* of the next block */
	uint32_t next;		/* in words[] */
	uint32_t count;		/* of those there */
	uint64_t words[2 * RNG_BLOCKS];
};

/* `name` says what the stream is for, `index` whose it is (a CPU, a thread). */
void rng_init(struct rng *rng, uint64_t seed, const char *name, uint64_t index);

/* The next words of the stream; part of rng_next(). */
void rng_fill(struct rng *rng);

/* All 64 bits. */
static inline uint64_t
rng_next(struct rng *rng)
{

	if (__builtin_expect(rng->next == rng->count, 0))
		rng_fill(rng);
	return (rng->words[rng->next++]);
}

/* Uniform in [0, bound); bound 0 gives 0.  Multiply-shift, bias below 2^-32. */
static inline uint64_t
rng_below(struct rng *rng, uint64_t bound)
{

	return ((uint64_t)(((wide_uint)rng_next(rng) * bound) >> 64));
}

/* True with a chance of `ppm` parts per million. */
int rng_chance(struct rng *rng, uint64_t ppm);

#endif
