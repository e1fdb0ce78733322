/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/rng.h"

#include <string.h>

#include <Random123/philox.h>
#include <xxhash.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

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
	rng->next = rng->count = 0;
}

/* One block, as the library makes it. */
static void
rng_block(struct rng *rng, uint64_t *words)
{
	philox4x32_ctr_t counter = { { 0 } };
	philox4x32_key_t key;
	philox4x32_ctr_t block;

	counter.v[0] = (uint32_t)rng->counter;
	counter.v[1] = (uint32_t)(rng->counter >> 32);
	key.v[0] = (uint32_t)rng->key;
	key.v[1] = (uint32_t)(rng->key >> 32);
	block = philox4x32(counter, key);
	rng->counter++;
	words[0] = (uint64_t)block.v[1] << 32 | block.v[0];
	words[1] = (uint64_t)block.v[3] << 32 | block.v[2];
}

#if defined(__SSE2__)

/* Two blocks side by side; what counts of each lane is its lower half. */
struct pair {
	__m128i v[4];
};

static inline void
pair_begin(struct pair *pair, uint64_t counter)
{

	pair->v[0] = _mm_set_epi64x((int64_t)(counter + 1), (int64_t)counter);
	pair->v[1] = _mm_srli_epi64(pair->v[0], 32);
	pair->v[2] = pair->v[3] = _mm_setzero_si128();
}

static inline void
pair_round(struct pair *pair, __m128i left, __m128i right, __m128i key0,
    __m128i key1)
{
	__m128i product0, product1;

	product0 = _mm_mul_epu32(left, pair->v[0]);
	product1 = _mm_mul_epu32(right, pair->v[2]);
	pair->v[0] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product1, 32),
	    pair->v[1]), key0);
	pair->v[2] = _mm_xor_si128(_mm_xor_si128(_mm_srli_epi64(product0, 32),
	    pair->v[3]), key1);
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

/* The same four blocks in a third of the time. */
static void
rng_blocks(struct rng *rng)
{
	struct pair one, other;
	__m128i left, right, key0, key1, step0, step1;
	int round;

	left = _mm_set1_epi64x(PHILOX_M4x32_0);
	right = _mm_set1_epi64x(PHILOX_M4x32_1);
	step0 = _mm_set1_epi64x(PHILOX_W32_0);
	step1 = _mm_set1_epi64x(PHILOX_W32_1);
	key0 = _mm_set1_epi64x((int64_t)(rng->key & UINT32_MAX));
	key1 = _mm_set1_epi64x((int64_t)(rng->key >> 32));
	pair_begin(&one, rng->counter);
	pair_begin(&other, rng->counter + 2);
	for (round = 0; round < philox4x32_rounds; round++) {
		pair_round(&one, left, right, key0, key1);
		pair_round(&other, left, right, key0, key1);
		key0 = _mm_add_epi64(key0, step0);
		key1 = _mm_add_epi64(key1, step1);
	}
	pair_end(&one, rng->words);
	pair_end(&other, rng->words + 4);
	rng->counter += RNG_BLOCKS;
}

#else

static void
rng_blocks(struct rng *rng)
{
	int i;

	for (i = 0; i < RNG_BLOCKS; i++)
		rng_block(rng, rng->words + 2 * i);
}

#endif

/* Most streams are short: nothing is made in advance at first. */
void
rng_fill(struct rng *rng)
{

	rng->next = 0;
	if (rng->counter < 2) {
		rng_block(rng, rng->words);
		rng->count = 2;
		return;
	}
	rng_blocks(rng);
	rng->count = 2 * RNG_BLOCKS;
}

int
rng_chance(struct rng *rng, uint64_t ppm)
{

	return (rng_below(rng, 1000000) < ppm);
}
