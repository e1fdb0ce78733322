/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_test.h"

enum { SIZE = 8 };

static void *items[64 * SIZE];

static void
take(struct zone *zone, unsigned first, unsigned count)
{
	unsigned i;

	for (i = first; i < first + count; i++) {
		items[i] = fake_alloc(zone);
		cr_assert_not_null(items[i]);
	}
}

static void
give(struct zone *zone, unsigned first, unsigned count)
{
	unsigned i;

	for (i = first; i < first + count; i++)
		fake_free(zone, items[i]);
}

static struct bench
start(unsigned advance_every)
{

	fake_reset(2, 1);
	return (bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .advance_every = advance_every }, NULL));
}

/* The reader on CPU 1 leaves after a while; a wait must be for it. */
static struct smr *reader_of;
static unsigned patience;

static void
reader_leaves(void)
{
	unsigned cpu;

	if (patience > 0) {
		patience--;
		return;
	}
	cpu = fake.cpu;
	fake_on(1);
	if (fake_inside(1))
		fake_exit(reader_of);
	fake_on(cpu);
}

static void
reader_enters(struct smr *smr)
{

	reader_of = smr;
	patience = 5;
	fake.waiting = reader_leaves;
	fake_on(1);
	fake_enter(smr);
	fake_on(0);
}

Test(zone_memory, without_bucket_memory_a_full_bucket_is_waited_for_and_kept)
{
	struct bench bench;
	struct bucket *bucket;

	bench = start(1);
	take(bench.zone, 0, SIZE + 1);
	reader_enters(bench.smr);
	give(bench.zone, 0, SIZE);
	bucket = bench.zone->caches[0].free.bucket;
	fake_refuse(KERN_FAIL_BUCKET, 0, 1);
	give(bench.zone, SIZE, 1);
	cr_assert_gt(fake.spins, 0u);
	cr_assert_not(fake_inside(1));
	cr_assert_eq(figures_of(bench.zone).waits, 1u);
	cr_assert_eq(fake.events[KERN_WAIT_BEGIN], 1u);
	cr_assert_eq(fake.events[KERN_WAIT_END], 1u);
	cr_assert_eq(bench.zone->caches[0].free.bucket, bucket);
	cr_assert_eq(bench.zone->caches[0].free.count, 1);
	cr_assert_eq(fake.items[KERN_ITEMS_RELEASED], (uint64_t)SIZE);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	bench_end(&bench);
}

Test(zone_memory, without_bucket_memory_there_is_one_wait_per_bucket_of_frees)
{
	struct bench bench;

	bench = start(1);
	take(bench.zone, 0, 20 * SIZE + 1);
	give(bench.zone, 0, 1);
	fake_refuse(KERN_FAIL_BUCKET, 0, UINT64_MAX);
	give(bench.zone, 1, 20 * SIZE);
	cr_assert_eq(figures_of(bench.zone).waits, 20u);
	fake_refuse(KERN_FAIL_BUCKET, 0, 0);
	bench_end(&bench);
}

Test(zone_memory, a_cpu_that_has_no_bucket_waits_for_each_item)
{
	struct bench bench;

	bench = start(1);
	take(bench.zone, 0, 5);
	reader_enters(bench.smr);
	fake_refuse(KERN_FAIL_BUCKET, 0, UINT64_MAX);
	give(bench.zone, 0, 4);
	cr_assert_eq(figures_of(bench.zone).waits, 4u);
	cr_assert_eq(fake.items[KERN_ITEMS_CACHED], 0u);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], 4u);
	cr_assert_eq(fake.items[KERN_ITEMS_KNOWN], 4u);
	cr_assert_eq(fake.items[KERN_ITEMS_RELEASED], 4u);
	/* It gets one as soon as there is memory. */
	fake_refuse(KERN_FAIL_BUCKET, 0, 0);
	give(bench.zone, 4, 1);
	cr_assert_eq(figures_of(bench.zone).waits, 4u);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 1u);
	bench_end(&bench);
}

Test(zone_memory, a_bucket_that_must_be_waited_for_is_stamped_first)
{
	struct bench bench;

	/* With a shared advance the full bucket has no goal yet. */
	bench = start(4);
	take(bench.zone, 0, 2 * SIZE + 1);
	give(bench.zone, 0, SIZE + 1);
	cr_assert_eq(census_of(bench.zone).items_pending, (uint64_t)SIZE);
	give(bench.zone, SIZE + 1, SIZE - 1);
	reader_enters(bench.smr);
	fake_refuse(KERN_FAIL_BUCKET, 0, 1);
	give(bench.zone, 2 * SIZE, 1);
	cr_assert_gt(fake.spins, 0u);
	cr_assert_eq(figures_of(bench.zone).waits, 1u);
	/* The one that was set aside still waits for its own advance. */
	cr_assert_eq(census_of(bench.zone).items_pending, (uint64_t)SIZE);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], (uint64_t)SIZE);
	bench_end(&bench);
}

Test(zone_memory, severe_memory_stops_imports_of_buckets_but_not_smr_frees)
{
	struct bench bench;

	bench = start(1);
	fake.severe = true;
	take(bench.zone, 0, SIZE + 1);
	cr_assert_eq(census_of(bench.zone).buckets, 0u);
	cr_assert_eq(census_of(bench.zone).items_cached, 0u);
	give(bench.zone, 0, SIZE + 1);
	cr_assert_eq(figures_of(bench.zone).waits, 0u);
	cr_assert_eq(census_of(bench.zone).buckets, 2u);
	/* What is queued is still used. */
	take(bench.zone, 0, SIZE);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	give(bench.zone, 0, SIZE);
	bench_end(&bench);
}

Test(zone_memory, severe_memory_stops_the_buckets_of_plain_frees)
{
	struct zone_setup setup;
	struct zone *zone;

	fake_reset(1, 1);
	setup = (struct zone_setup){ .name = "plain", .item_size = 64 };
	zone = zone_create(&setup);
	fake.severe = true;
	zone_free(zone, zone_alloc(zone));
	cr_assert_eq(census_of(zone).buckets, 0u);
	cr_assert_eq(census_of(zone).items_cached, 0u);
	must_be_sound(zone);
	cr_assert_eq(zone_destroy(zone), 0u);
}

Test(zone_memory, without_pages_allocation_fails_and_nothing_is_lost)
{
	struct bench bench;
	unsigned i;

	bench = start(1);
	fake_refuse(KERN_FAIL_PAGE, 0, UINT64_MAX);
	cr_assert_null(fake_alloc(bench.zone));
	must_be_sound(bench.zone);
	cr_assert_eq(census_of(bench.zone).slab_bytes, 0u);
	/* A page for the bucket, and one for its items: 15 of 256 bytes. */
	fake_refuse(KERN_FAIL_PAGE, 2, UINT64_MAX);
	for (i = 0; (items[i] = fake_alloc(bench.zone)) != NULL; i++)
		continue;
	cr_assert_eq(i, 15u);
	must_be_sound(bench.zone);
	give(bench.zone, 0, i);
	fake_refuse(KERN_FAIL_PAGE, 0, 0);
	bench_end(&bench);
}

Test(zone_memory, a_zone_works_at_every_point_of_exhaustion)
{
	struct bench bench;
	unsigned count, left;

	/* Off-page headers and a map of pages need memory of their own. */
	for (left = 0; left < 60; left++) {
		fake_reset(1, 1);
		bench = bench_make((struct zone_setup){ .item_size = 2048,
		    .bucket_size = 30, .advance_every = 1 + left % 3 }, NULL);
		fake.pages_left = left;
		for (count = 0; count < 200; count++)
			if ((items[count] = fake_alloc(bench.zone)) == NULL)
				break;
		cr_assert_lt(count, 2 * left + 1);
		must_be_sound(bench.zone);
		give(bench.zone, 0, count);
		must_be_sound(bench.zone);
		cr_assert_eq(census_of(bench.zone).items_total -
		    census_of(bench.zone).items_slab_free,
		    census_of(bench.zone).items_cached);
		bench_end(&bench);
	}
}

Test(zone_memory, creation_fails_cleanly_without_memory)
{
	struct zone_setup setup;
	struct zone *zone;
	size_t left;

	setup = (struct zone_setup){ .name = "poor", .item_size = 64 };
	zone = NULL;
	for (left = 0; zone == NULL; left++) {
		cr_assert_lt(left, 100u);
		fake_reset(4, 1);
		fake.pages_left = left;
		zone = zone_create(&setup);
		cr_assert(zone != NULL || fake.pages_used == 0);
	}
	cr_assert_eq(zone_destroy(zone), 0u);
	cr_assert_eq(fake.pages_used, 0u);
}

/* --- lazy domains ------------------------------------------------------------ */

Test(zone_memory, a_lazy_zone_polls_once_a_tick_where_others_would_block)
{
	struct smr_config config;
	struct bench bench;

	fake_reset(2, 1);
	smr_config_production(&config);
	config.mode = SMR_LAZY;
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE },
	    &config);
	take(bench.zone, 0, SIZE + 1);
	reader_enters(bench.smr);
	give(bench.zone, 0, SIZE);
	fake_refuse(KERN_FAIL_BUCKET, 0, 1);
	give(bench.zone, SIZE, 1);
	cr_assert_not(fake_inside(1));
	/* Five looks in vain, and the grace of the clock. */
	cr_assert_geq(fake.ticks, 6u);
	cr_assert_leq(fake.ticks, 12u);
	cr_assert_eq(fake.events[KERN_WAIT_BEGIN], 1u);
	cr_assert_eq(fake.events[KERN_WAIT_END], 1u);
	bench_end(&bench);
}

Test(zone_memory, a_lazy_zone_reuses_items_after_its_grace)
{
	struct smr_config config;
	struct bench bench;

	fake_reset(1, 1);
	smr_config_production(&config);
	config.mode = SMR_LAZY;
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE },
	    &config);
	take(bench.zone, 0, SIZE + 1);
	give(bench.zone, 0, SIZE + 1);
	take(bench.zone, 0, SIZE - 1);
	cr_assert_eq(figures_of(bench.zone).imports_early, 0u);
	take(bench.zone, SIZE - 1, 1);
	cr_assert_eq(figures_of(bench.zone).imports_early, 1u);
	fake.ticks += 2;
	cr_assert_eq(census_of(bench.zone).items_queued, (uint64_t)SIZE);
	take(bench.zone, SIZE, SIZE - 1);
	take(bench.zone, 2 * SIZE - 1, 1);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	give(bench.zone, 0, 2 * SIZE);
	bench_end(&bench);
}

Test(zone_memory, a_deferred_zone_commits_its_goal_when_it_must_wait)
{
	struct smr_config config;
	struct bench bench;

	fake_reset(2, 1);
	smr_config_production(&config);
	config.mode = SMR_DEFERRED;
	config.deferral = 8;
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE },
	    &config);
	take(bench.zone, 0, 3 * SIZE + 1);
	give(bench.zone, 0, SIZE + 1);
	/* Not committed: a look at the queue finds nothing to use. */
	cr_assert_null(zone_domain_fetch(bench.zone, 0));
	reader_enters(bench.smr);
	give(bench.zone, SIZE + 1, SIZE - 1);
	fake_refuse(KERN_FAIL_BUCKET, 0, 1);
	give(bench.zone, 2 * SIZE, 1);
	cr_assert_not(fake_inside(1));
	give(bench.zone, 2 * SIZE + 1, SIZE);
	bench_end(&bench);
}
