/*
 * rng - what does chance say, on this stream?
 *
 * Randomness is a set of named streams.  Each is a counter-based generator
 * (Philox4x32-10 of Random123) whose key is a hash of (seed, stream name,
 * index), so that a draw on one stream never shifts another, and two policies
 * run under one seed see the same arrivals and the same faults.
 *
 * Cost        a block of two 64-bit words every second draw, about 17 ns.
 * Source      Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
 *             SC'11.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_RNG_H
#define SIM_BASE_RNG_H

#include <stdint.h>

struct rng {
	uint64_t key;
	uint64_t counter;
	uint64_t spare;		/* the second word of the last block */
	uint64_t spare_count;	/* 0 or 1 */
};

/* `name` says what the stream is for, `index` whose it is (a CPU, a thread). */
void rng_init(struct rng *rng, uint64_t seed, const char *name, uint64_t index);

/* All 64 bits. */
uint64_t rng_next(struct rng *rng);

/* Uniform in [0, bound); bound 0 gives 0.  Multiply-shift, bias below 2^-32. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/* True with a chance of `ppm` parts per million. */
int rng_chance(struct rng *rng, uint64_t ppm);

#endif
