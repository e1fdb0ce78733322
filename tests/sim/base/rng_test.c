/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/rng.h"

#include <stdio.h>
#include <string.h>

#include <Random123/philox.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>

/* Published with Random123 as known answers of philox4x32 with 10 rounds. */
Test(rng, philox_gives_the_published_answers)
{
	static const struct {
		uint32_t counter[4], key[2], answer[4];
	} known[] = {
		{ { 0, 0, 0, 0 }, { 0, 0 },
		    { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
		{ { ~0U, ~0U, ~0U, ~0U }, { ~0U, ~0U },
		    { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
		{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
		    { 0xa4093822, 0x299f31d0 },
		    { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		philox4x32_ctr_t counter, answer;
		philox4x32_key_t key;

		memcpy(counter.v, known[i].counter, sizeof(counter.v));
		memcpy(key.v, known[i].key, sizeof(key.v));
		answer = philox4x32(counter, key);
		cr_assert_arr_eq(answer.v, known[i].answer, sizeof(answer.v),
		    "vector %zu", i);
	}
}

/* Our own use of the generator: word order, counter. */
Test(rng, words_are_the_published_block_in_order)
{
	struct rng rng = { 0 };

	cr_assert(eq(u64, rng_next(&rng), 0xe169c58d6627e8d5));
	cr_assert(eq(u64, rng_next(&rng), 0x9b00dbd8bc57ac4c));
	cr_assert(eq(u64, rng.counter, RNG_BLOCKS_FIRST));
}

/* However many blocks are made at once, and across a carry of the counter. */
Test(rng, blocks_made_together_are_those_made_alone)
{
	static const uint64_t starts[] = { 0, 1, 2, 3, 1000, 0xfffffffe,
	    0xffffffff, 0x100000000, UINT64_MAX - 7 };
	philox4x32_ctr_t counter, block;
	philox4x32_key_t key = { { 0xa4093822, 0x299f31d0 } };
	struct rng rng;
	uint64_t at;
	size_t i, n;

	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		rng = (struct rng){ .key = 0x299f31d0a4093822,
		    .counter = starts[i] };
		for (n = 0; n < 20; n++) {
			at = starts[i] + n;
			counter = (philox4x32_ctr_t){ { (uint32_t)at,
			    (uint32_t)(at >> 32), 0, 0 } };
			block = philox4x32(counter, key);
			cr_assert(eq(u64, rng_next(&rng),
			    (uint64_t)block.v[1] << 32 | block.v[0]));
			cr_assert(eq(u64, rng_next(&rng),
			    (uint64_t)block.v[3] << 32 | block.v[2]));
		}
	}
}

/* A change here changes every run that was ever recorded. */
Test(rng, streams_have_not_moved)
{
	struct rng rng;

	rng_init(&rng, 1, "workload", 0);
	cr_expect(eq(u64, rng_next(&rng), 0x6989c24160237e3a));
	rng_init(&rng, 1, "workload", 1);
	cr_expect(eq(u64, rng_next(&rng), 0xcb05c1ed408c0f7a));
	rng_init(&rng, 2, "faults.smi", 0);
	cr_expect(eq(u64, rng_next(&rng), 0x70067723b7f6a84e));
}

Test(rng, streams_differ_in_seed_name_and_index)
{
	static const char *const names[] = { "a", "b", "ab", "workload", "" };
	uint64_t seen[5 * 8 * 8];
	size_t count, i, index, seed;
	struct rng rng;

	count = 0;
	for (i = 0; i < 5; i++)
		for (seed = 0; seed < 8; seed++)
			for (index = 0; index < 8; index++) {
				rng_init(&rng, seed, names[i], index);
				seen[count++] = rng_next(&rng);
			}
	for (i = 0; i < count; i++)
		for (index = i + 1; index < count; index++)
			cr_assert(ne(u64, seen[i], seen[index]));
}

Test(rng, drawing_on_one_stream_leaves_others_alone)
{
	struct rng alone, one, two;
	int i;

	rng_init(&alone, 7, "x", 3);
	rng_init(&one, 7, "x", 3);
	rng_init(&two, 7, "y", 3);
	for (i = 0; i < 1000; i++) {
		rng_next(&two);
		cr_assert(eq(u64, rng_next(&one), rng_next(&alone)));
		if (i % 3 == 0)
			rng_chance(&two, 500000);
	}
}

Test(rng, below_stays_below_and_reaches_all)
{
	static const uint64_t bounds[] = { 1, 2, 3, 7, 1000, 1ULL << 40,
		UINT64_MAX };
	unsigned hits[7] = { 0 };
	struct rng rng;
	size_t i, j;

	rng_init(&rng, 1, "below", 0);
	cr_assert(eq(u64, rng_below(&rng, 0), 0));
	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++)
		for (j = 0; j < 2000; j++)
			cr_assert(lt(u64, rng_below(&rng, bounds[i]),
			    bounds[i]));
	for (j = 0; j < 70000; j++)
		hits[rng_below(&rng, 7)]++;
	/* Ten thousand each, give or take five standard deviations. */
	for (i = 0; i < 7; i++)
		cr_assert(hits[i] > 9530 && hits[i] < 10470, "%zu: %u", i,
		    hits[i]);
}

Test(rng, chance_is_in_parts_per_million)
{
	struct rng rng;
	unsigned hits, i;

	rng_init(&rng, 1, "chance", 0);
	hits = 0;
	for (i = 0; i < 1000; i++) {
		cr_assert(not(rng_chance(&rng, 0)));
		cr_assert(rng_chance(&rng, 1000000));
	}
	for (i = 0; i < 1000000; i++)
		hits += rng_chance(&rng, 20000) != 0;
	cr_assert(hits > 19300 && hits < 20700, "%u", hits);
}
