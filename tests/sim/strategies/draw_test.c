/*
 * draw_test - is what strategies draw as long, and as even, as they say?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include "sim/strategies/draw.h"

enum { DRAWS = 400000 };

/* As long as n or longer in so many of a million, against q^n. */
static void
row_tail(uint64_t one_in, uint32_t n, double chance)
{
	struct draw draw;
	uint64_t rate;
	uint32_t i, longer;

	draw_begin(&draw, 1, "row", one_in);
	rate = draw_rate(one_in);
	longer = 0;
	for (i = 0; i < DRAWS; i++)
		longer += draw_row(draw_word(&draw), rate) >= n;
	cr_assert_gt(longer, DRAWS * (chance * 0.98 - 0.002), "one in %d: "
	    "%d of %d are %d or longer", (int)one_in, (int)longer, DRAWS,
	    (int)n);
	cr_assert_lt(longer, DRAWS * (chance * 1.02 + 0.002), "one in %d: "
	    "%d of %d are %d or longer", (int)one_in, (int)longer, DRAWS,
	    (int)n);
}

Test(draw, rows_are_geometric)
{

	row_tail(2, 1, 0.5);
	row_tail(2, 2, 0.25);
	row_tail(2, 5, 0.03125);
	row_tail(3, 1, 0.666667);
	row_tail(10, 10, 0.348678);
	row_tail(64, 1, 0.984375);
	row_tail(64, 64, 0.364987);
	row_tail(256, 256, 0.367160);
	row_tail(256, 1024, 0.018172);
}

Test(draw, what_happens_each_time_has_no_row)
{
	struct draw draw;
	int i;

	draw_begin(&draw, 2, "row", 0);
	for (i = 0; i < 1000; i++)
		cr_assert_eq(draw_row(draw_word(&draw), draw_rate(1)), 0);
	/* The longest there is, of the least word. */
	cr_assert_lt(draw_row(0, draw_rate(DRAW_ROW_MOST)), 1U << 14);
	cr_assert_eq(draw_rate(100000), draw_rate(DRAW_ROW_MOST));
}

Test(draw, parts_of_a_word_are_even_and_within_their_bounds)
{
	uint32_t counts[3][7] = { { 0 } };
	struct draw draw;
	uint64_t word;
	uint32_t i, j;

	draw_begin(&draw, 3, "part", 0);
	for (i = 0; i < DRAWS; i++) {
		word = draw_word(&draw);
		for (j = 0; j < 3; j++)
			counts[j][draw_part(&word, 7)]++;
	}
	for (i = 0; i < 3; i++)
		for (j = 0; j < 7; j++) {
			cr_assert_gt(counts[i][j], DRAWS / 7 * 0.98);
			cr_assert_lt(counts[i][j], DRAWS / 7 * 1.02);
		}
	for (i = 0; i < 1000; i++) {
		word = draw_word(&draw);
		word = draw_length_part(&word, 3, 50);
		cr_assert(word >= 3 && word <= 50);
	}
}

/* Each set bit as often as the others, and no other. */
static void
bits_are_even(uint64_t bits)
{
	uint32_t counts[64] = { 0 };
	struct draw draw;
	uint64_t word;
	uint32_t i, set;

	draw_begin(&draw, 4, "bit", bits);
	for (i = 0; i < DRAWS; i++) {
		word = draw_word(&draw);
		counts[draw_bit(&word, bits)]++;
	}
	set = (uint32_t)__builtin_popcountll(bits);
	for (i = 0; i < 64; i++) {
		if ((bits >> i & 1) == 0) {
			cr_assert_eq(counts[i], 0);
			continue;
		}
		cr_assert_gt(counts[i], (double)DRAWS / set * 0.95);
		cr_assert_lt(counts[i], (double)DRAWS / set * 1.05);
	}
}

Test(draw, one_of_the_bits_is_any_of_them)
{
	uint64_t bits;

	for (bits = 1; bits < 1 << (DRAW_BITS_LOW + 1); bits++)
		bits_are_even(bits);
	bits_are_even(UINT64_C(1) << 63);
	bits_are_even(UINT64_C(0x8000000100010010));
}
