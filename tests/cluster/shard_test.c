/*
 * shard_test - is every run in one shard, and are shards even?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "tools/cluster/shard.h"

enum { SHARDS_MOST = 40, POINTS_MOST = 40, ROWS_MOST = 12 };

/* How many of the first `rows` rows' runs each shard has. */
static void
deal(const struct shard *like, uint64_t points, uint64_t rows,
    uint64_t sizes[SHARDS_MOST])
{
	struct shard shard = *like;
	uint64_t owner, point, row, owners;

	memset(sizes, 0, SHARDS_MOST * sizeof(*sizes));
	for (row = 0; row < rows; row++) {
		for (point = 0; point < points; point++) {
			owner = shard_of(&shard, points, point, row);
			cr_assert_lt(owner, shard.count);
			sizes[owner]++;
			owners = 0;
			for (shard.index = 0; shard.index < shard.count;
			    shard.index++)
				owners += shard_has(&shard, points, point,
				    row);
			cr_assert_eq(owners, 1);
		}
	}
}

static void
check_even(const uint64_t *sizes, uint64_t count, uint64_t step)
{
	uint64_t i, least, most;

	least = most = sizes[0];
	for (i = 1; i < count; i++) {
		least = sizes[i] < least ? sizes[i] : least;
		most = sizes[i] > most ? sizes[i] : most;
	}
	cr_assert_leq(most - least, step);
}

Test(shard, every_run_is_in_one_and_sizes_differ_by_one_at_most)
{
	uint64_t sizes[SHARDS_MOST];
	struct shard shard;
	uint64_t points, rows;

	memset(&shard, 0, sizeof(shard));
	for (shard.count = 2; shard.count <= SHARDS_MOST; shard.count += 3) {
		for (points = 1; points <= POINTS_MOST; points++) {
			for (rows = 1; rows <= ROWS_MOST; rows++) {
				deal(&shard, points, rows, sizes);
				check_even(sizes, shard.count, 1);
				shard.index = rows % shard.count;
				cr_assert_eq(shard_runs(&shard, points, rows),
				    sizes[shard.index]);
			}
		}
	}
}

Test(shard, a_point_keeps_all_its_seeds_where_points_are_dealt)
{
	uint64_t sizes[SHARDS_MOST];
	struct shard shard;
	uint64_t points, point, row;

	memset(&shard, 0, sizeof(shard));
	shard.by_point = true;
	for (shard.count = 2; shard.count <= SHARDS_MOST; shard.count++) {
		for (points = 1; points <= POINTS_MOST; points++) {
			deal(&shard, points, 3, sizes);
			check_even(sizes, shard.count, 3);
			shard.index = points % shard.count;
			cr_assert_eq(shard_runs(&shard, points, 3),
			    sizes[shard.index]);
			for (point = 0; point < points; point++)
				for (row = 1; row < 3; row++)
					cr_assert_eq(shard_of(&shard, points,
					    point, row), shard_of(&shard,
					    points, point, 0));
		}
	}
}

/* A costly point must not be one shard's alone. */
Test(shard, no_shard_keeps_a_point_or_a_value_of_the_fastest_axis)
{
	struct shard shard;
	uint64_t owners[8], row, block;

	memset(&shard, 0, sizeof(shard));
	shard.count = 8;
	memset(owners, 0, sizeof(owners));
	for (row = 0; row < 64; row++)
		owners[shard_of(&shard, 8, 3, row)]++;
	for (row = 0; row < 8; row++)
		cr_expect_eq(owners[row], 8);

	shard.by_point = true;
	memset(owners, 0, sizeof(owners));
	for (block = 0; block < 64; block++)
		owners[shard_of(&shard, 512, 8 * block + 3, 0)]++;
	for (block = 0; block < 8; block++)
		cr_expect_eq(owners[block], 8);
}

Test(shard, a_million_by_a_hundred_is_counted_at_once)
{
	struct shard shard;
	uint64_t runs;

	memset(&shard, 0, sizeof(shard));
	shard.count = 97;
	runs = 0;
	for (shard.index = 0; shard.index < shard.count; shard.index++)
		runs += shard_runs(&shard, 10000, 100);
	cr_expect_eq(runs, 1000000);
}

Test(shard, one_of_one_and_none_at_all_are_everything)
{
	struct shard shard;

	memset(&shard, 0, sizeof(shard));
	cr_expect(shard_has(&shard, 7, 6, 5));
	cr_expect_eq(shard_runs(&shard, 7, 5), 35);
	shard.count = 1;
	cr_expect(shard_has(&shard, 7, 6, 5));
	cr_expect_eq(shard_runs(&shard, 7, 5), 35);
}

Test(shard, k_of_n_is_read_and_nothing_else)
{
	static const char *const bad[] = { "", "3", "3/", "/8", "0/8", "9/8",
		"3/0", "-1/8", "3/8 ", " 3/8", "3/8/9", "3.0/8", "+3/8",
		"1/1000001", "99999999999999999999/99999999999999999999" };
	struct shard shard;
	struct err err;
	size_t i;

	memset(&shard, 0, sizeof(shard));
	cr_expect_eq(shard_parse("3/8", &shard, &err), 0);
	cr_expect_eq(shard.index, 2);
	cr_expect_eq(shard.count, 8);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		err.text[0] = '\0';
		cr_expect_eq(shard_parse(bad[i], &shard, &err), -1, "'%s'",
		    bad[i]);
		cr_expect_neq(err.text[0], '\0');
	}
	cr_expect_eq(shard.index, 2, "a bad text has changed the shard");
	cr_expect_eq(shard.count, 8);
}
