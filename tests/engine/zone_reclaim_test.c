/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_test.h"

enum { SIZE = 8, COUNT = 40 * SIZE };

static void *items[COUNT];

static void
take(struct zone *zone, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		cr_assert_not_null(items[i] = fake_alloc(zone));
}

static void
give(struct zone *zone, unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		fake_free(zone, items[i]);
}

static struct bench
start(uint32_t flags)
{

	fake_reset(2, 1);
	return (bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .bucket_size_max = 64, .flags = flags }, NULL));
}

static struct zone_domain_figures
domain_of(const struct zone *zone)
{
	struct zone_domain_figures figures;

	zone_domain_figures(zone, 0, &figures);
	return (figures);
}

Test(zone_reclaim, a_drain_takes_all_that_readers_have_left)
{
	struct bench bench;
	struct zone_census census;

	bench = start(0);
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	zone_reclaim(bench.zone, ZONE_DRAIN);
	census = census_of(bench.zone);
	cr_assert_eq(census.items_queued, 0u);
	/* The CPU's free bucket stays as it is. */
	cr_assert_eq(census.items_free_buckets, (uint64_t)SIZE);
	cr_assert_leq(census.slab_bytes, 3u * 4096);
	cr_assert_eq(fake.events[KERN_RECLAIM], 1u);
	cr_assert_eq(fake.last_a[KERN_RECLAIM], (uint64_t)ZONE_DRAIN);
	cr_assert_eq(fake.last_a[KERN_PAGES] * 4096, census.slab_bytes);
	cr_assert_eq(fake.last_a[KERN_BUCKETS], census.bucket_bytes);
	cr_assert_eq(fake.spins, 0u);
	must_be_sound(bench.zone);
	bench_end(&bench);
}

Test(zone_reclaim, a_drain_stops_at_the_first_bucket_that_readers_may_hold)
{
	struct bench bench;

	bench = start(0);
	take(bench.zone, 10 * SIZE + 1);
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, 10 * SIZE + 1);
	zone_reclaim(bench.zone, ZONE_DRAIN);
	cr_assert_eq(census_of(bench.zone).items_queued, 10u * SIZE);
	cr_assert_eq(fake.spins, 0u);
	fake_on(1);
	fake_exit(bench.smr);
	fake_on(0);
	zone_reclaim(bench.zone, ZONE_DRAIN);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	bench_end(&bench);
}

Test(zone_reclaim, a_trim_keeps_the_working_set)
{
	struct bench bench;
	unsigned round;

	bench = start(0);
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	/* The burst fades; batches of 8 buckets go on. */
	for (round = 0; round < 40; round++) {
		take(bench.zone, 8 * SIZE);
		give(bench.zone, 8 * SIZE);
		zone_timeout(bench.zone);
	}
	zone_reclaim(bench.zone, ZONE_TRIM);
	cr_assert_geq(census_of(bench.zone).items_queued,
	    (uint64_t)domain_of(bench.zone).wss);
	cr_assert_geq(domain_of(bench.zone).wss, 6 * SIZE);
	cr_assert_leq(census_of(bench.zone).items_queued, 12u * SIZE);
	must_be_sound(bench.zone);
	/* Trimmed again and again without use, it fades away. */
	for (round = 0; round < 60; round++)
		zone_reclaim(bench.zone, ZONE_TRIM);
	cr_assert_leq(census_of(bench.zone).items_queued, 2u * SIZE);
	bench_end(&bench);
}

Test(zone_reclaim, the_working_set_follows_the_formula)
{
	struct zone_domain domain;

	memset(&domain, 0, sizeof(domain));
	zone_domain_init(&domain);
	atomic_store(&domain.nitems, 60);
	atomic_store(&domain.imax, 100);
	domain.imin = 20;
	domain.bimin = 30;
	domain.wss = 40;
	zone_domain_period(&domain);
	/* max(3/4 * 40, 100 - 30); half of 100 - 60 is kept. */
	cr_assert_eq(domain.wss, 70);
	cr_assert_eq(atomic_load(&domain.imax), 80);
	cr_assert_eq(domain.imin, 60);
	cr_assert_eq(domain.bimin, 60);
	/* 20 - 70 < 0: all that there is was close to being needed. */
	cr_assert_eq(domain.limin, 0);
	cr_assert_eq(domain.timin, 0);
	/* Quiet periods: wss decays, the long-term minimum rises slowly. */
	zone_domain_period(&domain);
	cr_assert_eq(domain.wss, 52);
	cr_assert_eq(atomic_load(&domain.imax), 70);
	cr_assert_eq(domain.timin, 1);
	cr_assert_eq(domain.limin, 0);
	domain.limin = 50;
	zone_domain_period(&domain);
	cr_assert_eq(domain.wss, 39);
	cr_assert_eq(domain.limin, 21);
	cr_assert_eq(domain.timin, 2);
	zone_domain_period(&domain);
	cr_assert_eq(domain.wss, 29);
	/* (31 + 255 * 21) / 256 */
	cr_assert_eq(domain.limin, 21);
	cr_assert_eq(domain.timin, 3);
}

Test(zone_reclaim, periods_trim_only_what_was_idle_for_a_quarter_of_an_hour)
{
	struct bench bench;
	uint64_t before;
	unsigned period;

	bench = start(0);
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	before = census_of(bench.zone).items_queued;
	for (period = 0; domain_of(bench.zone).timin <= 44; period++) {
		cr_assert_lt(period, 200u);
		zone_timeout(bench.zone);
		cr_assert_eq(census_of(bench.zone).items_queued, before);
	}
	for (period = 0; period < 40; period++)
		zone_timeout(bench.zone);
	cr_assert_lt(census_of(bench.zone).items_queued, before);
	must_be_sound(bench.zone);
	bench_end(&bench);
}

Test(zone_reclaim, an_unmanaged_zone_is_never_trimmed_by_periods)
{
	struct bench bench;
	uint64_t before;
	unsigned period;

	bench = start(ZONE_UNMANAGED);
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	before = census_of(bench.zone).items_queued;
	for (period = 0; period < 200; period++)
		zone_timeout(bench.zone);
	cr_assert_eq(census_of(bench.zone).items_queued, before);
	bench_end(&bench);
}

Test(zone_reclaim, a_flush_of_all_cpus_leaves_smr_free_buckets_alone)
{
	struct bench bench;
	struct zone_census census;

	bench = start(0);
	fake.binds = true;
	take(bench.zone, 4);
	fake_on(1);
	items[4] = fake_alloc(bench.zone);
	fake_free(bench.zone, items[4]);
	fake_on(0);
	give(bench.zone, 3);
	census = census_of(bench.zone);
	cr_assert_eq(census.items_alloc_buckets, 2u * SIZE - 5);
	zone_reclaim(bench.zone, ZONE_DRAIN_CPU);
	census = census_of(bench.zone);
	cr_assert_eq(census.items_alloc_buckets, 0u);
	cr_assert_eq(census.items_free_buckets, 4u);
	cr_assert_eq(census.items_queued, 0u);
	cr_assert_eq(fake.spins, 0u);
	/* So that a free right after it does not wait. */
	fake_on(0);
	fake_refuse(KERN_FAIL_BUCKET, 0, UINT64_MAX);
	fake_free(bench.zone, items[3]);
	cr_assert_eq(figures_of(bench.zone).waits, 0u);
	fake_refuse(KERN_FAIL_BUCKET, 0, 0);
	bench_end(&bench);
}

Test(zone_reclaim,
    where_threads_cannot_move_others_flush_at_their_next_slow_path)
{
	struct bench bench;

	bench = start(0);
	fake_on(1);
	take(bench.zone, 1);
	fake_on(0);
	zone_reclaim(bench.zone, ZONE_DRAIN_CPU);
	cr_assert_eq(census_of(bench.zone).items_alloc_buckets, SIZE - 1u);
	fake_on(1);
	give(bench.zone, 1);
	/* That free needed a bucket, so it took the slow path. */
	cr_assert_eq(census_of(bench.zone).items_alloc_buckets, 0u);
	cr_assert_eq(census_of(bench.zone).items_queued, SIZE - 1u);
	must_be_sound(bench.zone);
	bench_end(&bench);
}

Test(zone_reclaim, slabs_of_a_nofree_zone_stay)
{
	struct bench bench;
	uint64_t before;

	bench = start(ZONE_NOFREE);
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	before = census_of(bench.zone).slab_bytes;
	zone_reclaim(bench.zone, ZONE_DRAIN_CPU);
	cr_assert_eq(census_of(bench.zone).slab_bytes, before);
	cr_assert_gt(census_of(bench.zone).items_slab_free, 0u);
	bench_end(&bench);
}

Test(zone_reclaim, bucket_memory_goes_back_as_well)
{
	struct bench bench;
	uint64_t before;

	bench = start(0);
	before = census_of(bench.zone).base_bytes;
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	cr_assert_gt(census_of(bench.zone).base_bytes, before);
	zone_reclaim(bench.zone, ZONE_DRAIN_CPU);
	/* One page for the bucket that the CPU frees to. */
	cr_assert_eq(census_of(bench.zone).base_bytes, before + 4096);
	bench_end(&bench);
}

Test(zone_reclaim,
    buckets_grow_where_the_lock_is_contended_and_shrink_on_request)
{
	struct bench bench;
	unsigned i;

	bench = start(ZONE_GROWTH);
	take(bench.zone, COUNT);
	give(bench.zone, COUNT);
	cr_assert_eq(figures_of(bench.zone).bucket_size, (unsigned)SIZE);
	atomic_store(&bench.zone->bucket_size, 31);
	zone_reclaim(bench.zone, ZONE_TRIM);
	cr_assert_eq(figures_of(bench.zone).bucket_size, 30u);
	zone_reclaim(bench.zone, ZONE_DRAIN);
	cr_assert_eq(figures_of(bench.zone).bucket_size, 29u);
	zone_timeout(bench.zone);
	cr_assert_eq(figures_of(bench.zone).bucket_size, 29u);
	/* 28, (8 + 28) / 2, 17 */
	zone_reclaim(bench.zone, ZONE_DRAIN_CPU);
	cr_assert_eq(figures_of(bench.zone).bucket_size, 17u);
	for (i = 0; i < 100; i++)
		zone_reclaim(bench.zone, ZONE_TRIM);
	cr_assert_eq(figures_of(bench.zone).bucket_size, (unsigned)SIZE);
	bench_end(&bench);
}

/* Whoever holds the domain's lock lets go when somebody spins for it. */
static struct mutex *held;

static void
let_go(void)
{

	if (held != NULL)
		mutex_unlock(held);
	held = NULL;
}

Test(zone_reclaim, a_contended_lock_grows_buckets_by_one_up_to_the_maximum)
{
	struct bench bench;
	unsigned i;

	fake_reset(2, 1);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .bucket_size_max = SIZE + 3, .flags = ZONE_GROWTH }, NULL);
	fake.waiting = let_go;
	take(bench.zone, 20 * SIZE);
	for (i = 0; i < 20 * SIZE; i++) {
		if (bench.zone->caches[0].free.count ==
		    bench.zone->caches[0].free.entries && held == NULL) {
			held = &bench.zone->domains[0].lock;
			mutex_lock(held);
		}
		fake_free(bench.zone, items[i]);
	}
	let_go();
	cr_assert_eq(figures_of(bench.zone).bucket_size, SIZE + 3u);
	must_be_sound(bench.zone);
	bench_end(&bench);
}
