/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/rng.h"

#include <string.h>

#include <Random123/philox.h>
#include <xxhash.h>

#include "sim/base/wide.h"

/* The same eight bytes on a machine of either byte order. */
static void
rng_store(unsigned char *bytes, uint64_t word)
{
	int i;

	for (i = 0; i < 8; i++)
		bytes[i] = (unsigned char)(word >> (8 * i));
}

/*
 * The name is hashed first, under a seed of zero; then (seed, index, hash of
 * the name) as three words of eight bytes.  Names of any length therefore meet
 * numbers at fixed places, and no two triples make the same input.
 */
void
rng_init(struct rng *rng, uint64_t seed, const char *name, uint64_t index)
{
	unsigned char bytes[24];

	rng_store(bytes, seed);
	rng_store(bytes + 8, index);
	rng_store(bytes + 16, XXH3_64bits(name, strlen(name)));
	rng->key = XXH3_64bits(bytes, sizeof(bytes));
	rng->counter = 0;
	rng->spare = 0;
	rng->spare_count = 0;
}

uint64_t
rng_next(struct rng *rng)
{
	philox4x32_ctr_t counter = { { 0 } };
	philox4x32_key_t key;
	philox4x32_ctr_t block;

	if (rng->spare_count != 0) {
		rng->spare_count = 0;
		return (rng->spare);
	}
	counter.v[0] = (uint32_t)rng->counter;
	counter.v[1] = (uint32_t)(rng->counter >> 32);
	key.v[0] = (uint32_t)rng->key;
	key.v[1] = (uint32_t)(rng->key >> 32);
	block = philox4x32(counter, key);
	rng->counter++;
	rng->spare = (uint64_t)block.v[3] << 32 | block.v[2];
	rng->spare_count = 1;
	return ((uint64_t)block.v[1] << 32 | block.v[0]);
}

uint64_t
rng_below(struct rng *rng, uint64_t bound)
{

	return ((uint64_t)(((wide_uint)rng_next(rng) * bound) >> 64));
}

int
rng_chance(struct rng *rng, uint64_t ppm)
{

	return (rng_below(rng, 1000000) < ppm);
}
