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

Test(zone_life, the_first_allocation_imports_one_bucket_of_new_items)
{
	struct bench bench;
	struct zone_census census;

	bench = start(1);
	take(bench.zone, 0, 1);
	census = census_of(bench.zone);
	cr_assert_eq(census.items_alloc_buckets, SIZE - 1u);
	cr_assert_eq(census.items_cached, SIZE - 1u);
	cr_assert_eq(census.buckets, 1u);
	cr_assert_eq(census.slab_bytes, 4096u);
	cr_assert_eq(census.items_total, 15u);
	cr_assert_eq(census.items_slab_free, 15u - SIZE);
	cr_assert_eq(counters_of(bench.smr).poll, 0u);
	must_be_sound(bench.zone);
	give(bench.zone, 0, 1);
	bench_end(&bench);
}

Test(zone_life, a_free_costs_no_sequence_operation_until_the_bucket_is_full)
{
	struct bench bench;

	bench = start(1);
	take(bench.zone, 0, SIZE + 1);
	give(bench.zone, 0, SIZE);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	cr_assert_eq(fake.items[KERN_ITEMS_CACHED], (uint64_t)SIZE);
	cr_assert_eq(fake.sets[KERN_ITEMS_CACHED], (uint64_t)SIZE);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], 0u);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, (uint64_t)SIZE);
	/* The next free finds it full, and only that one advances. */
	give(bench.zone, SIZE, 1);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], (uint64_t)SIZE);
	cr_assert_eq(fake.sets[KERN_ITEMS_STAMPED], 1u);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 1u);
	cr_assert_eq(census_of(bench.zone).items_queued, (uint64_t)SIZE);
	cr_assert_eq(counters_of(bench.smr).poll, 0u);
	bench_end(&bench);
}

Test(zone_life, allocation_imports_rather_than_wait_for_readers)
{
	struct bench bench;
	struct zone_census census;

	bench = start(1);
	take(bench.zone, 0, 2 * SIZE);
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, 0, SIZE + 1);
	census = census_of(bench.zone);
	cr_assert_eq(census.items_queued, (uint64_t)SIZE);
	/* The reader could hold the queued ones. */
	take(bench.zone, 0, SIZE + 1);
	cr_assert_eq(fake.spins, 0u);
	cr_assert_eq(census_of(bench.zone).items_queued, (uint64_t)SIZE);
	cr_assert_eq(figures_of(bench.zone).imports_early, 2u);
	cr_assert_eq(fake.items[KERN_ITEMS_KNOWN], 0u);
	/* Once it has left, they come first. */
	fake_on(1);
	fake_exit(bench.smr);
	fake_on(0);
	census = census_of(bench.zone);
	take(bench.zone, 2 * SIZE, (unsigned)census.items_alloc_buckets + 1);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	cr_assert_eq(census_of(bench.zone).items_total, census.items_total);
	cr_assert_eq(fake.items[KERN_ITEMS_KNOWN], (uint64_t)SIZE);
	must_be_sound(bench.zone);
	give(bench.zone, 0, SIZE + 1);
	give(bench.zone, SIZE + 1, SIZE - 1);
	give(bench.zone, 2 * SIZE, (unsigned)census.items_alloc_buckets + 1);
	bench_end(&bench);
}

Test(zone_life, an_smr_zone_never_allocates_from_its_free_bucket)
{
	struct bench bench;
	void *first;

	bench = start(1);
	take(bench.zone, 0, SIZE);
	first = items[0];
	give(bench.zone, 0, 1);
	/* The allocation bucket is empty, the free bucket is not. */
	take(bench.zone, SIZE, 1);
	cr_assert_neq(items[SIZE], first);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 1u);
	give(bench.zone, 1, SIZE);
	bench_end(&bench);
}

Test(zone_life, the_queue_is_first_in_first_out_and_only_its_head_is_polled)
{
	struct bench bench;
	struct zone_domain *domain;
	struct smr_seq first, second;
	uint64_t polls;

	bench = start(1);
	domain = &bench.zone->domains[0];
	take(bench.zone, 0, 4 * SIZE);
	give(bench.zone, 0, SIZE + 1);
	first = domain->head->seq;
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, SIZE + 1, SIZE);
	second = domain->tail->seq;
	cr_assert(smr_seq_lt(first, second));
	cr_assert(smr_seq_eq(first, domain->head->seq));
	cr_assert_eq(atomic_load(&domain->head_seq), first.value);
	/* The reader entered after the first goal, so the head is good. */
	take(bench.zone, 0, 1);
	cr_assert_eq(census_of(bench.zone).items_queued, (uint64_t)SIZE);
	cr_assert_eq(atomic_load(&domain->head_seq), second.value);
	take(bench.zone, 1, SIZE - 1);
	polls = counters_of(bench.smr).poll;
	take(bench.zone, SIZE, 1);
	/* One unlocked look at the head, which is not; then an import. */
	cr_assert_eq(counters_of(bench.smr).poll, polls + 1);
	cr_assert_eq(census_of(bench.zone).items_queued, (uint64_t)SIZE);
	fake_on(1);
	fake_exit(bench.smr);
	fake_on(0);
	must_be_sound(bench.zone);
	give(bench.zone, 0, SIZE + 1);
	give(bench.zone, 2 * SIZE + 1, 2 * SIZE - 1);
	bench_end(&bench);
}

Test(zone_life, an_unstamped_bucket_goes_to_the_head_and_makes_the_hint_say_so)
{
	struct bench bench;
	struct zone_domain *domain;

	bench = start(1);
	fake.binds = true;
	domain = &bench.zone->domains[0];
	take(bench.zone, 0, 2 * SIZE + 1);
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, 0, SIZE + 1);
	cr_assert_neq(atomic_load(&domain->head_seq), 0u);
	/* The flush of this CPU queues new items, which no reader can hold. */
	kern_critical_enter();
	zone_cache_flush(bench.zone);
	cr_assert_eq(atomic_load(&domain->head_seq), 0u);
	cr_assert_eq(domain->head->count, SIZE - 1);
	must_be_sound(bench.zone);
	take(bench.zone, 0, 1);
	cr_assert_neq(atomic_load(&domain->head_seq), 0u);
	fake_on(1);
	fake_exit(bench.smr);
	fake_on(0);
	give(bench.zone, SIZE + 1, SIZE);
	give(bench.zone, 0, 1);
	bench_end(&bench);
}

/* --- callbacks ------------------------------------------------------------ */

static unsigned built, destroyed, prepared, finished;

static void
count_ctor(void *item, size_t size, void *argument)
{

	cr_assert_eq(size, 100u);
	cr_assert_eq(argument, &built);
	memset(item, 1, size);
	built++;
}

static void
count_dtor(void *item, size_t size, void *argument)
{
	unsigned i;

	(void)item;
	(void)size;
	(void)argument;
	for (i = 0; i < fake.cpus; i++)
		cr_assert_not(fake_inside(i), "destructor under a reader");
	destroyed++;
}

static void
count_init(void *item, size_t size, void *argument)
{

	(void)item;
	(void)argument;
	cr_assert_eq(size, 104u);
	prepared++;
}

static void
count_fini(void *item, size_t size, void *argument)
{

	(void)item;
	(void)size;
	(void)argument;
	finished++;
}

Test(zone_life, destructors_run_when_a_bucket_is_fetched_never_at_free)
{
	struct bench bench;

	fake_reset(2, 1);
	bench = bench_make((struct zone_setup){ .item_size = 100,
	    .bucket_size = SIZE, .ctor = count_ctor, .dtor = count_dtor,
	    .init = count_init, .fini = count_fini, .argument = &built }, NULL);
	take(bench.zone, 0, 2 * SIZE);
	cr_assert_eq(built, 2u * SIZE);
	cr_assert_eq(prepared, census_of(bench.zone).items_total);
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, 0, SIZE + 1);
	take(bench.zone, 0, 1);
	cr_assert_eq(destroyed, 0u);
	fake_on(1);
	fake_exit(bench.smr);
	fake_on(0);
	cr_assert_eq(destroyed, 0u);
	/* Empties the allocation bucket; the next one comes from the queue. */
	take(bench.zone, 1, SIZE);
	cr_assert_eq(destroyed, (unsigned)SIZE);
	give(bench.zone, 0, SIZE + 1);
	give(bench.zone, SIZE + 1, SIZE - 1);
	bench_end(&bench);
	/* What was freed was destroyed, once; what was prepared is finished. */
	cr_assert_eq(destroyed, built);
	cr_assert_eq(finished, prepared);
}

/* --- several buckets to an advance ---------------------------------------------- */

Test(zone_life, one_advance_stamps_as_many_full_buckets_as_are_asked_for)
{
	struct bench bench;
	struct bucket *bucket;
	uint32_t goal;
	unsigned i;

	bench = start(3);
	take(bench.zone, 0, 3 * SIZE + 1);
	give(bench.zone, 0, 3 * SIZE);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	cr_assert_eq(census_of(bench.zone).items_pending, 2u * SIZE);
	must_be_sound(bench.zone);
	give(bench.zone, 3 * SIZE, 1);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_eq(census_of(bench.zone).items_pending, 0u);
	cr_assert_eq(census_of(bench.zone).items_queued, 3u * SIZE);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], 3u * SIZE);
	goal = atomic_load(&bench.zone->domains[0].head_seq);
	bucket = bench.zone->domains[0].head;
	for (i = 0; i < 3; i++, bucket = bucket->next) {
		cr_assert_eq(bucket->seq.value, goal);
		/* Oldest first. */
		cr_assert_eq(bucket->items[0], items[i * SIZE]);
	}
	bench_end(&bench);
}

Test(zone_life, a_flush_stamps_what_was_set_aside_with_a_fresh_advance)
{
	struct bench bench;
	struct smr_seq entered;

	bench = start(4);
	take(bench.zone, 0, 2 * SIZE + 1);
	give(bench.zone, 0, 2 * SIZE + 1);
	cr_assert_eq(census_of(bench.zone).items_pending, 2u * SIZE);
	fake_on(1);
	fake_enter(bench.smr);
	entered = smr_current(bench.smr);
	fake_on(0);
	zone_reclaim(bench.zone, ZONE_DRAIN_CPU);
	/* The reader may hold them: nothing is given back. */
	cr_assert_eq(census_of(bench.zone).items_pending, 0u);
	cr_assert_eq(census_of(bench.zone).items_queued, 2u * SIZE);
	cr_assert(smr_seq_lt(entered, bench.zone->domains[0].head->seq));
	must_be_sound(bench.zone);
	fake_on(1);
	fake_exit(bench.smr);
	fake_on(0);
	zone_reclaim(bench.zone, ZONE_DRAIN);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	bench_end(&bench);
}

static struct smr *reader_of;

static void
reader_leaves(void)
{
	unsigned cpu;

	cpu = fake.cpu;
	fake_on(1);
	if (fake.spins > 3 && fake_inside(1))
		fake_exit(reader_of);
	fake_on(cpu);
}

Test(zone_life, the_end_of_a_zone_waits_for_the_readers_of_every_bucket)
{
	struct bench bench;

	/* Partly filled, set aside: nothing of this has a goal yet. */
	bench = start(2);
	take(bench.zone, 0, 2 * SIZE);
	fake_on(1);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, 0, 2 * SIZE);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	reader_of = bench.smr;
	fake.waiting = reader_leaves;
	/* The fake kernel looks at each item that becomes known. */
	bench_end(&bench);
	cr_assert_gt(fake.spins, 3u);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], 2u * SIZE);
	cr_assert_eq(fake.items[KERN_ITEMS_KNOWN], 2u * SIZE);
}

/* --- two at once ---------------------------------------------------------------------- */

static struct zone *raced;
static struct bucket *taken_first;

/* While CPU 0 waits for the lock, CPU 1 takes the head that it looked at. */
static void
somebody_else_fetches(void)
{

	fake.waiting = NULL;
	mutex_unlock(&raced->domains[0].lock);
	fake_on(1);
	taken_first = zone_domain_fetch(raced, 0);
	fake_on(0);
}

Test(zone_life, a_fetch_polls_the_head_that_it_finds_under_the_lock)
{
	struct bench bench;

	fake_reset(3, 1);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE }, NULL);
	take(bench.zone, 0, 2 * SIZE + 1);
	give(bench.zone, 0, SIZE + 1);
	fake_on(2);
	fake_enter(bench.smr);
	fake_on(0);
	give(bench.zone, SIZE + 1, SIZE);
	/* Two buckets are queued; a reader can hold the second. */
	raced = bench.zone;
	mutex_lock(&raced->domains[0].lock);
	fake.waiting = somebody_else_fetches;
	cr_assert_null(zone_domain_fetch(raced, 0));
	cr_assert_not_null(taken_first);
	cr_assert_eq(fake.items[KERN_ITEMS_KNOWN], (uint64_t)SIZE);
	fake_on(2);
	fake_exit(bench.smr);
	fake_on(0);
	zone_domain_put(raced, 0, taken_first, false);
	bench_end(&bench);
}

/* --- plain zones -------------------------------------------------------------------- */

Test(zone_life, a_plain_zone_reuses_the_last_freed_item_at_once)
{
	struct zone *zone;
	struct zone_setup setup;
	void *first, *second;

	fake_reset(1, 1);
	setup = (struct zone_setup){ .name = "plain", .item_size = 64 };
	zone = zone_create(&setup);
	first = zone_alloc(zone);
	second = zone_alloc(zone);
	cr_assert_neq(first, second);
	zone_free(zone, first);
	cr_assert_eq(zone_alloc(zone), first);
	zone_free(zone, first);
	zone_free(zone, second);
	must_be_sound(zone);
	cr_assert_eq(zone_destroy(zone), 0u);
	cr_assert_eq(fake.pages_used, 0u);
}

Test(zone_life, a_plain_zone_swaps_its_buckets_before_it_asks_for_more)
{
	struct zone *zone;
	struct zone_setup setup;
	unsigned i, round;

	fake_reset(1, 1);
	setup = (struct zone_setup){ .name = "plain", .item_size = 64,
		.bucket_size = SIZE };
	zone = zone_create(&setup);
	for (round = 0; round < 50; round++) {
		for (i = 0; i < 2 * SIZE; i++)
			cr_assert_not_null(items[i] = zone_alloc(zone));
		must_be_sound(zone);
		for (i = 0; i < 2 * SIZE; i++)
			zone_free(zone, items[i]);
		must_be_sound(zone);
	}
	cr_assert_leq(census_of(zone).buckets, 3u);
	cr_assert_eq(census_of(zone).items_cached, 2u * SIZE);
	cr_assert_eq(zone_destroy(zone), 0u);
}

Test(zone_life, a_zone_joins_a_domain_only_before_its_first_item)
{
	struct zone *zone;
	struct zone_setup setup;
	struct smr *smr;
	void *item;

	fake_reset(1, 1);
	smr = smr_create("test", NULL);
	setup = (struct zone_setup){ .name = "late", .item_size = 64 };
	zone = zone_create(&setup);
	cr_assert_null(zone_smr(zone));
	item = zone_alloc(zone);
	cr_assert_not(zone_set_smr(zone, smr));
	zone_free(zone, item);
	cr_assert_eq(zone_destroy(zone), 0u);
	zone = zone_create(&setup);
	cr_assert(zone_set_smr(zone, smr));
	cr_assert_not(zone_set_smr(zone, smr));
	cr_assert_eq(zone_smr(zone), smr);
	fake_free(zone, fake_alloc(zone));
	cr_assert_eq(zone_destroy(zone), 0u);
	smr_destroy(smr);
}

Test(zone_life, a_free_inside_a_section_is_a_bug_that_stops, .signal = SIGABRT)
{
	struct bench bench;
	void *item;

	bench = start(1);
	item = fake_alloc(bench.zone);
	fake_enter(bench.smr);
	fake_free(bench.zone, item);
}

Test(zone_life, a_plain_free_to_an_smr_zone_is_a_bug_that_stops,
    .signal = SIGABRT)
{
	struct bench bench;

	bench = start(1);
	zone_free(bench.zone, fake_alloc(bench.zone));
}

Test(zone_life, a_zone_tells_how_many_items_were_never_freed)
{
	struct bench bench;

	bench = start(1);
	take(bench.zone, 0, 3);
	give(bench.zone, 0, 1);
	cr_assert_eq(zone_destroy(bench.zone), 2u);
}

Test(zone_life, zones_share_the_zones_of_their_buckets)
{
	struct zone_base *base;
	struct zone *one, *two;
	struct zone_setup setup;

	fake_reset(1, 1);
	base = zone_base_create();
	setup = (struct zone_setup){ .name = "shared", .item_size = 2048,
		.base = base };
	one = zone_create(&setup);
	two = zone_create(&setup);
	items[0] = zone_alloc(one);
	items[1] = zone_alloc(two);
	must_be_sound(one);
	must_be_sound(two);
	cr_assert_eq(census_of(one).bucket_bytes, 80u);
	cr_assert_eq(census_of(one).base_bytes, census_of(two).base_bytes);
	zone_free(one, items[0]);
	zone_free(two, items[1]);
	cr_assert_eq(zone_destroy(one), 0u);
	cr_assert_eq(zone_destroy(two), 0u);
	zone_base_destroy(base);
	cr_assert_eq(fake.pages_used, 0u);
}

Test(zone_life, a_zone_without_buckets_waits_for_readers_at_every_free)
{
	struct bench bench;

	fake_reset(1, 1);
	bench = bench_make((struct zone_setup){ .flags = ZONE_NOBUCKET }, NULL);
	take(bench.zone, 0, 10);
	cr_assert_eq(census_of(bench.zone).buckets, 0u);
	give(bench.zone, 0, 10);
	cr_assert_eq(figures_of(bench.zone).waits, 10u);
	cr_assert_eq(fake.items[KERN_ITEMS_CACHED], 0u);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], 10u);
	cr_assert_eq(fake.items[KERN_ITEMS_KNOWN], 10u);
	cr_assert_eq(fake.items[KERN_ITEMS_RELEASED], 10u);
	bench_end(&bench);
}
