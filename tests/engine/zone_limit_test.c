/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_test.h"

enum { SIZE = 8 };

static void *items[1024];

static struct bench
start(uint64_t limit, uint32_t flags)
{

	fake_reset(2, 1);
	return (bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .limit = limit, .flags = flags }, NULL));
}

Test(zone_limit, the_limit_counts_cached_items_too)
{
	struct bench bench;
	unsigned i;

	bench = start(20, 0);
	for (i = 0; (items[i] = fake_alloc(bench.zone)) != NULL; i++)
		continue;
	cr_assert_eq(i, 20u);
	cr_assert_eq(figures_of(bench.zone).items_limited, 20u);
	must_be_sound(bench.zone);
	while (i-- > 10)
		fake_free(bench.zone, items[i]);
	/* Eight wait in the queue, two are parked in the free bucket. */
	cr_assert_eq(figures_of(bench.zone).items_limited, 20u);
	for (i = 10; (items[i] = fake_alloc(bench.zone)) != NULL; i++)
		continue;
	cr_assert_eq(i, 18u);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 2u);
	must_be_sound(bench.zone);
	while (i-- > 0)
		fake_free(bench.zone, items[i]);
	bench_end(&bench);
}

Test(zone_limit, draining_to_the_slabs_gives_the_charge_back)
{
	struct bench bench;
	unsigned i;

	bench = start(24, 0);
	for (i = 0; i < 24; i++)
		items[i] = fake_alloc(bench.zone);
	for (i = 0; i < 24; i++)
		fake_free(bench.zone, items[i]);
	zone_reclaim(bench.zone, ZONE_DRAIN);
	cr_assert_eq(figures_of(bench.zone).items_limited, (uint64_t)SIZE);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, (uint64_t)SIZE);
	bench_end(&bench);
}

Test(zone_limit, failed_imports_charge_nothing)
{
	struct bench bench;

	bench = start(100, 0);
	fake_refuse(KERN_FAIL_PAGE, 0, UINT64_MAX);
	cr_assert_null(fake_alloc(bench.zone));
	cr_assert_eq(figures_of(bench.zone).items_limited, 0u);
	fake_refuse(KERN_FAIL_PAGE, 0, 0);
	fake_free(bench.zone, fake_alloc(bench.zone));
	bench_end(&bench);
}

static struct zone *zone_of_sleeper;
static unsigned to_free;

/* Somebody else frees plain items while the allocation sleeps. */
static void
free_one(void)
{
	unsigned cpu;

	cr_assert_eq(figures_of(zone_of_sleeper).sleepers, 1u);
	cpu = fake.cpu;
	fake_on(1);
	zone_free(zone_of_sleeper, items[--to_free]);
	fake_on(cpu);
}

Test(zone_limit, a_plain_free_bypasses_the_cache_while_somebody_sleeps)
{
	struct zone_setup setup;
	unsigned i;

	fake_reset(2, 1);
	setup = (struct zone_setup){ .name = "limited", .item_size = 64,
		.bucket_size = SIZE, .limit = 10, .flags = ZONE_LIMIT_WAIT };
	zone_of_sleeper = zone_create(&setup);
	for (i = 0; i < 10; i++)
		cr_assert_not_null(items[i] = zone_alloc(zone_of_sleeper));
	to_free = 10;
	fake.waiting = free_one;
	items[10] = zone_alloc(zone_of_sleeper);
	cr_assert_not_null(items[10]);
	cr_assert_eq(to_free, 9u);
	cr_assert_eq(fake.ticks, 1u);
	cr_assert_eq(figures_of(zone_of_sleeper).sleepers, 0u);
	cr_assert_eq(figures_of(zone_of_sleeper).items_limited, 10u);
	fake.waiting = NULL;
	zone_free(zone_of_sleeper, items[10]);
	while (to_free > 0)
		zone_free(zone_of_sleeper, items[--to_free]);
	must_be_sound(zone_of_sleeper);
	cr_assert_eq(zone_destroy(zone_of_sleeper), 0u);
}

static struct zone *parked_zone;
static void *parked[2];

/* One item goes to the free bucket, where the sleeper cannot get at it. */
static void
park(void)
{

	if (parked[0] != NULL)
		fake_free(parked_zone, parked[0]);
	parked[0] = NULL;
	/* Give up: the limit is raised, or the sleeper would never wake. */
	if (fake.ticks == 20)
		zone_set_max(parked_zone, 3);
}

Test(zone_limit, an_smr_free_does_not_wake_who_sleeps_at_the_limit)
{
	struct bench bench;

	bench = start(2, ZONE_LIMIT_WAIT);
	parked_zone = bench.zone;
	parked[0] = fake_alloc(bench.zone);
	parked[1] = fake_alloc(bench.zone);
	fake.waiting = park;
	items[0] = fake_alloc(bench.zone);
	cr_assert_not_null(items[0]);
	cr_assert_eq(fake.ticks, 20u);
	fake.waiting = NULL;
	fake_free(bench.zone, items[0]);
	fake_free(bench.zone, parked[1]);
	bench_end(&bench);
}

Test(zone_limit, a_cache_limit_shrinks_buckets_by_umas_rule)
{
	static const struct {
		unsigned cpus, domains;
		uint64_t limit;
		unsigned size;
		uint64_t queue;
	} rows[] = {
		/* 2 buckets per CPU; half the items for them */
		{ 4, 1, 1600, 100, 800 },
		{ 4, 1, 16, 1, 8 },
		{ 4, 1, 8, 1, 0 },
		{ 4, 1, 7, 0, 7 },
		{ 2, 1, 1000000, 254, 1000000 - 4 * 254 },
		/* 3 per CPU and one per domain */
		{ 4, 2, 1400, 50, 700 },
	};
	struct bench bench;
	struct zone_figures figures;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_reset(rows[i].cpus, rows[i].domains);
		bench = bench_make((struct zone_setup){
		    .flags = ZONE_MAXBUCKET | ZONE_FIRST_TOUCH,
		    .cache_limit = rows[i].limit }, NULL);
		figures = figures_of(bench.zone);
		cr_expect_eq(figures.bucket_size, rows[i].size, "row %zu", i);
		cr_expect_eq(figures.bucket_size_max, rows[i].size);
		cr_expect_leq(figures.bucket_size_min, rows[i].size);
		cr_expect_eq(figures.bucket_max, rows[i].queue, "row %zu", i);
		bench_end(&bench);
	}
}

static struct smr *reader_of;

static void
reader_leaves(void)
{

	fake_on(1);
	if (fake_inside(1))
		fake_exit(reader_of);
	fake_on(0);
}

Test(zone_limit, a_full_queue_makes_the_freeing_thread_wait)
{
	struct bench bench;
	unsigned i;

	fake_reset(2, 1);
	/* Buckets of 4, and a queue for fewer than 17. */
	bench = bench_make((struct zone_setup){ .cache_limit = 33,
	    .bucket_size = SIZE }, NULL);
	cr_assert_eq(figures_of(bench.zone).bucket_size, 4u);
	cr_assert_eq(figures_of(bench.zone).bucket_max, 17u);
	for (i = 0; i < 100; i++)
		items[i] = fake_alloc(bench.zone);
	reader_of = bench.smr;
	fake.waiting = reader_leaves;
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	for (i = 0; i < 20; i++)
		fake_free(bench.zone, items[i]);
	cr_assert(fake_inside(1));
	for (; i < 100; i++)
		fake_free(bench.zone, items[i]);
	cr_assert_not(fake_inside(1));
	cr_assert_eq(census_of(bench.zone).items_queued, 16u);
	cr_assert_gt(figures_of(bench.zone).waits, 0u);
	bench_end(&bench);
}
