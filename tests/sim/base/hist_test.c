/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/hist.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "sim/base/rng.h"

static struct hist *
hist_make(void)
{
	static struct hist pool[8];	/* each test is a process of its own */
	static size_t used;

	cr_assert(used < sizeof(pool) / sizeof(pool[0]));
	hist_init(&pool[used]);
	return (&pool[used++]);
}

/* Values of every magnitude. */
static uint64_t
any_value(struct rng *rng)
{

	return (rng_next(rng) >> rng_below(rng, 64));
}

static struct hist *
hist_make_random(uint64_t seed, unsigned count)
{
	struct hist *hist;
	struct rng rng;

	hist = hist_make();
	rng_init(&rng, seed, "hist", 0);
	while (count-- > 0)
		hist_add(hist, any_value(&rng));
	return (hist);
}

Test(hist, buckets_hold_their_values_and_are_narrow)
{
	uint64_t lower, next, value;
	struct rng rng;
	size_t i, index;

	rng_init(&rng, 1, "values", 0);
	for (i = 0; i < 1000000; i++) {
		value = i < 5000 ? i : i < 5064 ? ~0ULL >> (i - 5000) :
		    any_value(&rng);
		index = hist_index(value);
		cr_assert(index < HIST_BUCKETS);
		lower = hist_lower(index);
		cr_assert(lower <= value);
		if (index + 1 == HIST_BUCKETS)
			continue;
		next = hist_lower(index + 1);
		cr_assert(value < next);
		cr_assert(next - lower == 1 ||
		    next - lower <= lower / HIST_SUB_COUNT);
	}
}

Test(hist, buckets_follow_each_other_without_a_gap)
{
	size_t i;

	cr_assert(eq(u64, hist_lower(0), 0));
	for (i = 1; i < HIST_BUCKETS; i++) {
		cr_assert(hist_lower(i) > hist_lower(i - 1));
		cr_assert(hist_index(hist_lower(i)) == i);
		cr_assert(hist_index(hist_lower(i) - 1) == i - 1);
	}
	cr_assert(hist_index(UINT64_MAX) == HIST_BUCKETS - 1);
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x < y ? -1 : x > y);
}

Test(hist, quantiles_are_those_of_the_sorted_values)
{
	enum { COUNT = 5000 };
	static const uint64_t ppm[] = { 1, 1000, 10000, 250000, 500000, 900000,
		990000, 999000, 999999 };
	static uint64_t values[COUNT];
	struct hist *hist = hist_make();
	struct rng rng;
	uint64_t exact, got, rank;
	size_t i;

	rng_init(&rng, 3, "values", 0);
	for (i = 0; i < COUNT; i++) {
		values[i] = any_value(&rng);
		hist_add(hist, values[i]);
	}
	qsort(values, COUNT, sizeof(values[0]), compare);
	for (i = 0; i < sizeof(ppm) / sizeof(ppm[0]); i++) {
		rank = (COUNT * ppm[i] + 999999) / 1000000;
		exact = values[rank - 1];
		got = hist_quantile(hist, ppm[i]);
		cr_assert(hist_index(got) == hist_index(exact));
	}
	cr_assert(eq(u64, hist_quantile(hist, 0), values[0]));
	cr_assert(eq(u64, hist_quantile(hist, 1000000), values[COUNT - 1]));
	cr_assert(eq(u64, hist_quantile(hist, 2000000), values[COUNT - 1]));
}

Test(hist, empty_and_single)
{
	struct hist *hist = hist_make();

	cr_assert(eq(u64, hist_quantile(hist, 500000), 0));
	cr_assert(hist_mean(hist) == 0.0);
	hist_add(hist, 1000003);
	/* Not the middle of the bucket: never beyond what was seen. */
	cr_assert(eq(u64, hist_quantile(hist, 1), 1000003));
	cr_assert(eq(u64, hist_quantile(hist, 999999), 1000003));
	cr_assert(hist_mean(hist) == 1000003.0);
}

Test(hist, merging_is_commutative_and_the_same_as_adding)
{
	struct hist *a = hist_make_random(1, 3000);
	struct hist *b = hist_make_random(2, 500);
	struct hist *left = hist_make(), *right = hist_make();
	struct hist *direct = hist_make_random(1, 3000);
	struct rng rng;
	int i;

	hist_merge(left, a);
	hist_merge(left, b);
	hist_merge(right, b);
	hist_merge(right, a);
	hist_merge(right, hist_make());
	rng_init(&rng, 2, "hist", 0);
	for (i = 0; i < 500; i++)
		hist_add(direct, any_value(&rng));
	cr_assert(memcmp(left, right, sizeof(*left)) == 0);
	cr_assert(memcmp(left, direct, sizeof(*left)) == 0);
}

Test(hist, sums_beyond_64_bits_are_kept)
{
	struct hist *hist = hist_make(), *back = hist_make();
	static unsigned char bytes[200];
	size_t length;
	int i;

	for (i = 0; i < 5; i++)
		hist_add(hist, UINT64_MAX);
	cr_assert(hist->sum >> 64 == 4);
	cr_assert(hist_mean(hist) == 0x1p64);
	length = hist_encode(hist, bytes, sizeof(bytes));
	cr_assert(hist_decode(back, bytes, length) == 0);
	cr_assert(memcmp(hist, back, sizeof(*hist)) == 0);
}

Test(hist, stored_form_comes_back)
{
	static const unsigned counts[] = { 0, 1, 2, 100, 20000 };
	static unsigned char bytes[HIST_ENCODED_MAX];
	struct hist *back = hist_make(), *hist;
	size_t i, length;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		hist = hist_make_random(i, counts[i]);
		length = hist_encode(hist, bytes, sizeof(bytes));
		cr_assert(length <= sizeof(bytes));
		cr_assert(hist_decode(back, bytes, length) == 0);
		cr_assert(memcmp(hist, back, sizeof(*hist)) == 0);
	}
}

Test(hist, fullest_hist_fits_the_promised_room)
{
	struct hist *hist = hist_make();
	static unsigned char bytes[HIST_ENCODED_MAX];
	size_t i;

	for (i = 0; i < HIST_BUCKETS; i++)
		hist->bucket[i] = UINT64_MAX;
	hist->count = hist->min = hist->max = UINT64_MAX;
	hist->sum = ~(wide_uint)0;
	cr_assert(hist_encode(hist, bytes, sizeof(bytes)) <= sizeof(bytes));
}

Test(hist, encoding_never_writes_beyond_its_room)
{
	struct hist *hist = hist_make_random(9, 300);
	static unsigned char whole[HIST_ENCODED_MAX], part[HIST_ENCODED_MAX];
	size_t length, room;

	length = hist_encode(hist, whole, sizeof(whole));
	for (room = 0; room <= length; room++) {
		memset(part, 0xa5, sizeof(part));
		cr_assert(hist_encode(hist, part, room) == length);
		cr_assert(memcmp(part, whole, room) == 0);
		cr_assert(part[room] == 0xa5);
	}
}

/* Decodes from memory that ends exactly where the bytes do. */
static int
decode_exactly(const unsigned char *bytes, size_t length, struct hist *hist)
{
	unsigned char *copy;
	int result;

	copy = malloc(length == 0 ? 1 : length);
	cr_assert(copy != NULL);
	memcpy(copy, bytes, length);
	result = hist_decode(hist, copy, length);
	free(copy);
	return (result);
}

Test(hist, hostile_bytes_are_refused_and_leave_it_empty)
{
	static const struct {
		const char *why;
		unsigned char bytes[24];
		size_t length;
	} hostile[] = {
		{ "other version", { 2, 0, 0, 0, 0, 0 }, 6 },
		{ "no head", { 1 }, 1 },
		{ "count without buckets", { 1, 1, 5, 5, 5, 0 }, 6 },
		{ "empty, but a minimum", { 1, 0, 5, 0, 0, 0 }, 6 },
		{ "bucket of nothing", { 1, 1, 5, 5, 5, 0, 5, 0 }, 8 },
		{ "more than count", { 1, 1, 5, 5, 5, 0, 5, 2 }, 8 },
		{ "less than count", { 1, 3, 5, 5, 15, 0, 5, 2 }, 8 },
		{ "minimum elsewhere", { 1, 1, 4, 5, 5, 0, 5, 1 }, 8 },
		{ "maximum elsewhere", { 1, 1, 5, 6, 5, 0, 5, 1 }, 8 },
		{ "sum too small", { 1, 1, 5, 5, 4, 0, 5, 1 }, 8 },
		{ "sum too large", { 1, 1, 5, 5, 6, 0, 5, 1 }, 8 },
		{ "sum with a high half", { 1, 1, 5, 5, 5, 1, 5, 1 }, 8 },
		{ "same bucket twice", { 1, 2, 5, 5, 10, 0, 5, 1, 0, 1 }, 10 },
		{ "bucket out of range",
		    { 1, 1, 5, 5, 5, 0, 0x80, 0x80, 1, 1 }, 10 },
		{ "padded varint", { 1, 0x81, 0, 5, 5, 5, 0, 5, 1 }, 9 },
		{ "varint of 70 bits", { 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0 }, 15 },
		{ "endless varint", { 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, 15 },
		{ "half a pair", { 1, 1, 5, 5, 5, 0, 5 }, 7 },
		{ "trailing byte", { 1, 1, 5, 5, 5, 0, 5, 1, 0 }, 9 },
	};
	static const unsigned char sound[] = { 1, 1, 5, 5, 5, 0, 5, 1 };
	struct hist *empty = hist_make(), *hist = hist_make();
	size_t i;

	cr_assert(decode_exactly(sound, sizeof(sound), hist) == 0);
	cr_assert(decode_exactly(sound, 0, hist) != 0);
	for (i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		hist_add(hist, 1);
		cr_assert(decode_exactly(hostile[i].bytes, hostile[i].length,
		    hist) != 0, "%s", hostile[i].why);
		cr_assert(memcmp(hist, empty, sizeof(*hist)) == 0, "%s",
		    hostile[i].why);
	}
}

/* Whatever is accepted is exactly what encoding would have written. */
Test(hist, mutilated_bytes_are_refused_or_canonical)
{
	struct hist *back = hist_make(), *hist = hist_make_random(4, 40);
	static unsigned char again[HIST_ENCODED_MAX], bytes[HIST_ENCODED_MAX];
	size_t length, size;
	struct rng rng;
	int i;

	size = hist_encode(hist, bytes, sizeof(bytes));
	for (length = 0; length < size; length++)
		cr_assert(decode_exactly(bytes, length, back) != 0);
	rng_init(&rng, 1, "mutilate", 0);
	for (i = 0; i < 100000; i++) {
		size_t at = (size_t)rng_below(&rng, size);
		unsigned char old = bytes[at];

		bytes[at] = (unsigned char)rng_next(&rng);
		if (decode_exactly(bytes, size, back) == 0) {
			length = hist_encode(back, again, sizeof(again));
			cr_assert(length == size);
			cr_assert(memcmp(again, bytes, size) == 0);
		}
		bytes[at] = old;
	}
}
