/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/rng.h"

#include <string.h>

#include <Random123/philox.h>
#include <xxhash.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The same eight bytes on a machine of either byte order. */
static inline void
rng_store(unsigned char *bytes, uint64_t word)
{

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	memcpy(bytes, &word, sizeof(word));
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
	rng->next = rng->count = 0;
}

#if defined(__SSE2__)

/* Two blocks side by side; what counts of each lane is its lower half. */
struct pair {
	__m128i v[4];
};

struct pair_keys {
	__m128i key[2];
};

static inline void
keys_begin(struct pair_keys *keys, uint64_t key)
{

	keys->key[0] = _mm_set1_epi64x((int64_t)(key & UINT32_MAX));
	keys->key[1] = _mm_set1_epi64x((int64_t)(key >> 32));
}

static inline void
keys_next(struct pair_keys *keys)
{

	keys->key[0] = _mm_add_epi64(keys->key[0],
	    _mm_set1_epi64x(PHILOX_W32_0));
	keys->key[1] = _mm_add_epi64(keys->key[1],
	    _mm_set1_epi64x(PHILOX_W32_1));
}

/* The first round, in which half of the block is zero. */
static inline void
pair_begin(struct pair *pair, uint64_t counter, const struct pair_keys *keys)
{
	__m128i counters, product;

	counters = _mm_set_epi64x((int64_t)(counter + 1), (int64_t)counter);
	product = _mm_mul_epu32(_mm_set1_epi64x(PHILOX_M4x32_0), counters);
	pair->v[0] = _mm_xor_si128(_mm_srli_epi64(counters, 32),
	    keys->key[0]);
	pair->v[1] = _mm_setzero_si128();
	pair->v[2] = _mm_xor_si128(_mm_srli_epi64(product, 32),
	    keys->key[1]);
	pair->v[3] = product;
}

static inline void
pair_round(struct pair *pair, const struct pair_keys *keys)
{
	__m128i product0, product1;

	product0 = _mm_mul_epu32(_mm_set1_epi64x(PHILOX_M4x32_0), pair->v[0]);
	product1 = _mm_mul_epu32(_mm_set1_epi64x(PHILOX_M4x32_1), pair->v[2]);
	pair->v[0] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product1, 32),
	    pair->v[1]), keys->key[0]);
	pair->v[2] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product0, 32),
	    pair->v[3]), keys->key[1]);
	pair->v[1] = product1;
	pair->v[3] = product0;
}

static inline void
pair_end(const struct pair *pair, uint64_t *words)
{
	__m128i low, first, second;

	low = _mm_set1_epi64x(UINT32_MAX);
	first = _mm_or_si128(_mm_slli_epi64(pair->v[1], 32),
	    _mm_and_si128(pair->v[0], low));
	second = _mm_or_si128(_mm_slli_epi64(pair->v[3], 32),
	    _mm_and_si128(pair->v[2], low));
	_mm_storeu_si128((__m128i *)words, _mm_unpacklo_epi64(first, second));
	_mm_storeu_si128((__m128i *)(words + 2),
	    _mm_unpackhi_epi64(first, second));
}

/* The same blocks as the library's, in a third of the time. */
static inline __attribute__((always_inline)) void
rng_blocks(struct rng *rng, int count)
{
	struct pair one, other;
	struct pair_keys keys;
	int round;

	keys_begin(&keys, rng->key);
	pair_begin(&one, rng->counter, &keys);
	if (count > 2)
		pair_begin(&other, rng->counter + 2, &keys);
#pragma GCC unroll 9
	for (round = 1; round < philox4x32_rounds; round++) {
		keys_next(&keys);
		pair_round(&one, &keys);
		if (count > 2)
			pair_round(&other, &keys);
	}
	pair_end(&one, rng->words);
	if (count > 2)
		pair_end(&other, rng->words + 4);
}

#else

/* One by one, as the library makes them. */
static inline void
rng_blocks(struct rng *rng, int count)
{
	philox4x32_ctr_t counter = { { 0 } };
	philox4x32_key_t key;
	philox4x32_ctr_t block;
	uint64_t number;
	int i;

	key.v[0] = (uint32_t)rng->key;
	key.v[1] = (uint32_t)(rng->key >> 32);
	for (i = 0; i < count; i++) {
		number = rng->counter + (uint64_t)i;
		counter.v[0] = (uint32_t)number;
		counter.v[1] = (uint32_t)(number >> 32);
		block = philox4x32(counter, key);
		rng->words[2 * i] = (uint64_t)block.v[1] << 32 | block.v[0];
		rng->words[2 * i + 1] = (uint64_t)block.v[3] << 32 |
		    block.v[2];
	}
}

#endif

/* Most streams are short: little is made in advance at first. */
void
rng_fill(struct rng *rng)
{

	rng->next = 0;
	if (rng->counter == 0) {
		rng_blocks(rng, RNG_BLOCKS_FIRST);
		rng->counter = RNG_BLOCKS_FIRST;
		rng->count = 2 * RNG_BLOCKS_FIRST;
		return;
	}
	rng_blocks(rng, RNG_BLOCKS);
	rng->counter += RNG_BLOCKS;
	rng->count = 2 * RNG_BLOCKS;
}

int
rng_chance(struct rng *rng, uint64_t ppm)
{

	return (rng_below(rng, 1000000) < ppm);
}
