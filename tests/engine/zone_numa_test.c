/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_test.h"

enum { SIZE = 8, COUNT = 16 * SIZE };

static void *items[COUNT];

static struct bench
start(unsigned cpus, unsigned domains)
{

	fake_reset(cpus, domains);
	return (bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .flags = ZONE_FIRST_TOUCH }, NULL));
}

static void
take_on(unsigned cpu, struct zone *zone, unsigned count)
{
	unsigned i;

	fake_on(cpu);
	for (i = 0; i < count; i++)
		cr_assert_not_null(items[i] = fake_alloc(zone));
}

static int64_t
queued_in(const struct zone *zone, unsigned domain)
{
	struct zone_domain_figures figures;

	zone_domain_figures(zone, domain, &figures);
	return (figures.nitems);
}

Test(zone_numa, first_touch_items_are_from_the_cpus_own_domain)
{
	struct bench bench;
	unsigned cpu, i;

	bench = start(4, 4);
	for (cpu = 0; cpu < 4; cpu++) {
		take_on(cpu, bench.zone, 20);
		for (i = 0; i < 20; i++)
			cr_assert_eq(zone_home(items[i]), cpu);
		for (i = 0; i < 20; i++)
			fake_free(bench.zone, items[i]);
	}
	cr_assert_eq(figures_of(bench.zone).xdomain, 0u);
	bench_end(&bench);
}

Test(zone_numa, round_robin_items_are_from_all_domains)
{
	struct bench bench;
	unsigned homes[4], i;

	fake_reset(4, 4);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE }, NULL);
	take_on(0, bench.zone, COUNT);
	memset(homes, 0, sizeof(homes));
	for (i = 0; i < COUNT; i++)
		homes[zone_home(items[i])]++;
	for (i = 0; i < 4; i++)
		cr_assert_eq(homes[i], COUNT / 4u);
	for (i = 0; i < COUNT; i++)
		fake_free(bench.zone, items[i]);
	/* Full buckets go where there are the fewest items. */
	for (i = 0; i < 4; i++)
		cr_assert_leq(queued_in(bench.zone, i), 4 * SIZE);
	cr_assert_eq(census_of(bench.zone).items_cross_buckets, 0u);
	bench_end(&bench);
}

Test(zone_numa, with_two_domains_a_full_cross_bucket_goes_straight_home)
{
	struct bench bench;
	unsigned i;

	bench = start(2, 2);
	take_on(0, bench.zone, SIZE + 1);
	fake_on(1);
	for (i = 0; i < SIZE; i++)
		fake_free(bench.zone, items[i]);
	cr_assert_eq(census_of(bench.zone).items_cross_buckets,
	    (uint64_t)SIZE);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	fake_free(bench.zone, items[SIZE]);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_eq(queued_in(bench.zone, 0), SIZE);
	cr_assert_eq(queued_in(bench.zone, 1), 0);
	cr_assert_eq(figures_of(bench.zone).xdomain, (uint64_t)SIZE);
	cr_assert_null(bench.zone->domains[0].cross);
	must_be_sound(bench.zone);
	bench_end(&bench);
}

Test(zone_numa, with_more_domains_cross_items_are_sorted_by_home)
{
	struct bench bench;
	void *mine[4][2 * SIZE];
	uint64_t advances;
	unsigned cpu, i;

	bench = start(4, 4);
	for (cpu = 1; cpu < 4; cpu++) {
		take_on(cpu, bench.zone, 2 * SIZE);
		memcpy(mine[cpu], items, sizeof(mine[cpu]));
	}
	fake_on(0);
	for (i = 0; i < 3; i++)
		for (cpu = 1; cpu < 4; cpu++)
			if (i * 3 + cpu - 1 < SIZE)
				fake_free(bench.zone, mine[cpu][i]);
	cr_assert_eq(census_of(bench.zone).items_cross_buckets,
	    (uint64_t)SIZE);
	advances = counters_of(bench.smr).advance;
	cr_assert_eq(advances, 0u);
	fake_free(bench.zone, mine[3][2]);
	/* One as its bucket was full, one for the whole sorted batch. */
	cr_assert_eq(counters_of(bench.smr).advance, advances + 2);
	cr_assert_eq(bench.zone->domains[1].cross->count, 3);
	cr_assert_eq(bench.zone->domains[2].cross->count, 3);
	cr_assert_eq(bench.zone->domains[3].cross->count, 2);
	for (cpu = 1; cpu < 4; cpu++) {
		cr_assert(smr_seq_eq(bench.zone->domains[cpu].cross->seq,
		    smr_current(bench.smr)));
		cr_assert_eq(zone_home(
		    bench.zone->domains[cpu].cross->items[0]), cpu);
	}
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], (uint64_t)SIZE);
	must_be_sound(bench.zone);
	for (i = 3; i < 2 * SIZE; i++)
		for (cpu = 1; cpu < 4; cpu++)
			fake_free(bench.zone, mine[cpu][i]);
	/* A shared bucket that got full is in its domain's queue. */
	cr_assert_eq(queued_in(bench.zone, 0), 0);
	cr_assert_gt(queued_in(bench.zone, 1) + queued_in(bench.zone, 2) +
	    queued_in(bench.zone, 3), 0);
	must_be_sound(bench.zone);
	bench_end(&bench);
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

Test(zone_numa, only_a_full_drain_takes_a_shared_cross_bucket_and_it_waits)
{
	struct bench bench;
	void *others[4];
	unsigned i;

	bench = start(3, 3);
	/* Two homes, so that the shared buckets stay partly filled. */
	take_on(1, bench.zone, 4);
	memcpy(others, items, sizeof(others));
	take_on(2, bench.zone, SIZE + 1);
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	for (i = 0; i < 4; i++)
		fake_free(bench.zone, others[i]);
	for (i = 0; i < 5; i++)
		fake_free(bench.zone, items[i]);
	cr_assert_eq(bench.zone->domains[2].cross->count, 4);
	zone_reclaim(bench.zone, ZONE_TRIM);
	cr_assert_eq(bench.zone->domains[2].cross->count, 4);
	cr_assert_eq(fake.spins, 0u);
	reader_of = bench.smr;
	fake.waiting = reader_leaves;
	zone_reclaim(bench.zone, ZONE_DRAIN);
	cr_assert_gt(fake.spins, 0u);
	cr_assert_null(bench.zone->domains[2].cross);
	for (i = 5; i < SIZE + 1; i++)
		fake_free(bench.zone, items[i]);
	bench_end(&bench);
}

Test(zone_numa, sorting_without_bucket_memory_waits_and_loses_nothing)
{
	struct bench bench;
	unsigned i;

	bench = start(3, 3);
	take_on(2, bench.zone, 3 * SIZE);
	fake_on(0);
	for (i = 0; i < SIZE; i++)
		fake_free(bench.zone, items[i]);
	/* The new cross bucket is to be had, a shared one is not. */
	fake_refuse(KERN_FAIL_BUCKET, 1, UINT64_MAX);
	fake_free(bench.zone, items[SIZE]);
	cr_assert_eq(figures_of(bench.zone).waits, 1u);
	cr_assert_eq(fake.items[KERN_ITEMS_RELEASED], (uint64_t)SIZE);
	must_be_sound(bench.zone);
	/* Not even a new cross bucket: the full one is kept. */
	for (i = SIZE + 1; i < 3 * SIZE; i++)
		fake_free(bench.zone, items[i]);
	cr_assert_eq(figures_of(bench.zone).waits, 2u);
	fake_refuse(KERN_FAIL_BUCKET, 0, 0);
	bench_end(&bench);
}

Test(zone_numa, plain_zones_take_items_home_as_well)
{
	struct zone_setup setup;
	struct zone *zone;
	unsigned domains, i;

	for (domains = 2; domains <= 4; domains++) {
		fake_reset(domains, domains);
		setup = (struct zone_setup){ .name = "plain", .item_size = 64,
			.bucket_size = SIZE, .flags = ZONE_FIRST_TOUCH };
		zone = zone_create(&setup);
		fake_on(0);
		for (i = 0; i < COUNT; i++)
			items[i] = zone_alloc(zone);
		fake_on(1);
		for (i = 0; i < COUNT; i++)
			zone_free(zone, items[i]);
		must_be_sound(zone);
		cr_assert_geq(queued_in(zone, 0), COUNT - 3 * SIZE);
		cr_assert_eq(queued_in(zone, 1), 0);
		fake.binds = true;
		zone_reclaim(zone, ZONE_DRAIN_CPU);
		must_be_sound(zone);
		cr_assert_eq(census_of(zone).items_cached, 0u);
		cr_assert_eq(zone_destroy(zone), 0u);
		cr_assert_eq(fake.pages_used, 0u);
	}
}
