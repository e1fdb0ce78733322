/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/range.h"

#include <criterion/criterion.h>
#include <math.h>

Test(range, linear_is_the_nearest_whole_number)
{
	struct range range;

	range_init(&range, 4, 64, false);
	cr_expect_eq(range_at(&range, 0, 15), 4);
	cr_expect_eq(range_at(&range, 1, 15), 8);
	cr_expect_eq(range_at(&range, 15, 15), 64);
	range_init(&range, 0, 10, false);
	cr_expect_eq(range_at(&range, 1, 3), 3);
	cr_expect_eq(range_at(&range, 2, 3), 7);
	range_init(&range, 0, UINT64_MAX, false);
	cr_expect_eq(range_at(&range, 1, 2), (uint64_t)1 << 63);
	cr_expect_eq(range_at(&range, 2, 2), UINT64_MAX);
}

Test(range, log_has_equal_ratios_and_exact_ends)
{
	struct range range;
	uint64_t i;

	range_init(&range, 4, 256, true);
	for (i = 0; i <= 6; i++)
		cr_expect_eq(range_at(&range, i, 6), (uint64_t)4 << i);
	range_init(&range, 1, 1000000000000, true);
	for (i = 0; i <= 12; i++)
		cr_expect_eq(range_at(&range, i, 12),
		    (uint64_t)llround(pow(10, (double)i)), "10^%d", (int)i);
	range_init(&range, 3, UINT64_MAX, true);
	cr_expect_eq(range_at(&range, 0, 5), 3);
	cr_expect_eq(range_at(&range, 5, 5), UINT64_MAX);
	/* Against the mathematical library, which is only nearly exact. */
	range_init(&range, 17, 54321, true);
	for (i = 0; i <= 200; i++)
		cr_expect_eq(range_at(&range, i, 200), (uint64_t)llround(17 *
		    pow(54321.0 / 17, (double)i / 200)), "%d", (int)i);
}

Test(range, a_part_gives_each_whole_number_its_share)
{
	struct range range;
	uint64_t counts[16] = { 0 }, i, value;
	double wanted;

	range_init(&range, 4, 11, false);
	for (i = 0; i < 8 * 64; i++)
		counts[range_part(&range, (uint32_t)(i << 23))]++;
	for (i = 4; i <= 11; i++)
		cr_expect_eq(counts[i], 64);
	range_init(&range, 1, 15, true);
	for (i = 1; i < 16; i++)
		counts[i] = 0;
	for (i = 0; i < 65536; i++) {
		value = range_part(&range, (uint32_t)(i << 16));
		cr_assert(value >= 1 && value <= 15);
		counts[value]++;
	}
	for (i = 1; i < 16; i++) {
		wanted = 65536 * log((double)(i + 1) / (double)i) / log(16);
		cr_expect(fabs((double)counts[i] - wanted) <= 2,
		    "%d: %d, not %g", (int)i, (int)counts[i], wanted);
	}
	cr_expect_eq(range_part(&range, 0), 1);
	cr_expect_eq(range_part(&range, UINT32_MAX), 15);
	range_init(&range, 1, UINT64_MAX, true);
	cr_expect_geq(range_part(&range, UINT32_MAX), (uint64_t)1 << 63);
}

Test(range, readable_values_have_four_digits_and_stay_apart)
{
	struct range range;
	uint64_t i, last, value;

	range_init(&range, 1000000, 1000000000, true);
	cr_expect_eq(range_readable(&range, 3162277, 7), 3162000);
	cr_expect_eq(range_readable(&range, 31622776, 7), 31620000);
	cr_expect_eq(range_readable(&range, 1000000000, 7), 1000000000);
	/* Narrow, and with many values. */
	range_init(&range, 123456789, 123457789, false);
	last = 0;
	for (i = 0; i < 300; i++) {
		value = range_readable(&range, range_at(&range, i, 299), 300);
		cr_expect(value > last && value >= 123456789 &&
		    value <= 123457789);
		last = value;
	}
}
