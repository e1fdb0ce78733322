/*
 * Each knob of struct zone_tuning, on a kernel where nothing happens by itself:
 * what it changes, counted, and that no item is handed out under a reader, which
 * fake_alloc() sees to.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "zone_test.h"

enum { SIZE = 8, COUNT = 40 * SIZE, BUCKET_BYTES = SIZE * 256 };

static void *items[COUNT];

/* Whole buckets, so that the next allocation needs another. */
static void
take(struct zone *zone, unsigned buckets)
{
	unsigned i;

	for (i = 0; i < buckets * SIZE; i++)
		cr_assert_not_null(items[i] = fake_alloc(zone));
}

static void
give(struct zone *zone, unsigned first, unsigned count)
{
	unsigned i;

	for (i = first; i < first + count; i++)
		fake_free(zone, items[i]);
}

static struct bench
start(uint32_t flags, struct zone_tuning tuning)
{

	fake_reset(2, 1);
	return (bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .flags = flags, .tuning = tuning }, NULL));
}

static struct bench
start_deferred(uint32_t deferral, struct zone_tuning tuning)
{
	struct smr_config config;

	fake_reset(2, 1);
	smr_config_production(&config);
	config.mode = SMR_DEFERRED;
	config.deferral = deferral;
	return (bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .tuning = tuning }, &config));
}

/* Of which of the buckets that take() filled is the item? */
static unsigned
bucket_of(const void *item)
{
	unsigned i;

	for (i = 0; i < COUNT; i++)
		if (items[i] == item)
			return (i / SIZE);
	return (COUNT);
}

static void
sections(unsigned cpu, struct smr *smr, bool enter)
{

	fake_on(cpu);
	if (enter)
		fake_enter(smr);
	else
		fake_exit(smr);
	fake_on(0);
}

Test(zone_tune, a_zone_without_tuning_has_none)
{
	struct bench bench;

	bench = start(0, (struct zone_tuning){ .poll_depth = 1 });
	cr_assert_null(bench.zone->tuning);
	cr_assert_eq(bench.zone->flags & ZONE_TUNED, 0u);
	cr_assert_not(zone_tick(bench.zone));
	bench_end(&bench);
}

Test(zone_tune, the_free_that_fills_a_bucket_stamps_it_early)
{
	struct bench bench;
	void *item;

	bench = start(ZONE_STAMP_EARLY, (struct zone_tuning){ 0 });
	take(bench.zone, 3);
	give(bench.zone, 0, SIZE - 1);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	give(bench.zone, SIZE - 1, 1);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_eq(fake.items[KERN_ITEMS_STAMPED], (uint64_t)SIZE);
	cr_assert_eq(census_of(bench.zone).items_queued, 0u);
	must_be_sound(bench.zone);
	/* The next free queues it, and advances no more. */
	sections(1, bench.smr, true);
	give(bench.zone, SIZE, 1);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_eq(census_of(bench.zone).items_queued, (uint64_t)SIZE);
	/* The section began after the stamp, and before the queue. */
	item = fake_alloc(bench.zone);
	cr_assert_eq(bucket_of(item), 0u);
	sections(1, bench.smr, false);
	fake_free(bench.zone, item);
	give(bench.zone, SIZE + 1, 2 * SIZE - 1);
	bench_end(&bench);
}

static unsigned
first_reused(uint32_t flags)
{
	struct bench bench;
	unsigned bucket;
	void *item;

	bench = start(flags, (struct zone_tuning){ 0 });
	take(bench.zone, 4);
	give(bench.zone, 0, 3 * SIZE + 1);
	must_be_sound(bench.zone);
	item = fake_alloc(bench.zone);
	bucket = bucket_of(item);
	fake_free(bench.zone, item);
	give(bench.zone, 3 * SIZE + 1, SIZE - 1);
	bench_end(&bench);
	return (bucket);
}

Test(zone_tune, the_newest_bucket_comes_first_or_last)
{

	cr_expect_eq(first_reused(0), 0u);
	cr_expect_eq(first_reused(ZONE_LIFO), 2u);
}

/* Last in first out, and the last one is not safe: how deep is one that is? */
static unsigned
found_at(uint32_t depth)
{
	struct bench bench;
	unsigned bucket, i;
	void *item;

	bench = start(ZONE_LIFO, (struct zone_tuning){ .poll_depth = depth });
	take(bench.zone, 5);
	/* Bucket 0 is stamped, a reader enters, 1 to 3 are stamped. */
	give(bench.zone, 0, SIZE + 1);
	sections(1, bench.smr, true);
	give(bench.zone, SIZE + 1, 3 * SIZE);
	cr_assert_eq(census_of(bench.zone).items_queued, 4u * SIZE);
	item = fake_alloc(bench.zone);
	bucket = bucket_of(item);
	must_be_sound(bench.zone);
	sections(1, bench.smr, false);
	fake_free(bench.zone, item);
	for (i = 4 * SIZE + 1; i < 5 * SIZE; i++)
		fake_free(bench.zone, items[i]);
	bench_end(&bench);
	return (bucket);
}

Test(zone_tune, a_look_is_as_deep_as_it_is_told)
{

	cr_expect_eq(found_at(1), (unsigned)COUNT, "the head only");
	cr_expect_eq(found_at(3), (unsigned)COUNT, "one less than enough");
	cr_expect_eq(found_at(4), 0u);
	cr_expect_eq(found_at(100), 0u, "deeper than the queue");
}

Test(zone_tune, a_deep_look_asks_only_about_older_goals)
{
	struct bench bench;
	uint64_t before;

	bench = start(0, (struct zone_tuning){ .poll_depth = 10 });
	sections(1, bench.smr, true);
	take(bench.zone, 6);
	give(bench.zone, 0, 5 * SIZE + 1);
	before = counters_of(bench.smr).poll;
	(void)fake_alloc(bench.zone);
	/* Oldest first: what holds for the head holds for the rest. */
	cr_assert_eq(counters_of(bench.smr).poll - before, 1u);
	cr_assert_eq(figures_of(bench.zone).imports_early, 1u);
	sections(1, bench.smr, false);
	zone_destroy(bench.zone);
	smr_destroy(bench.smr);
}

/* How many advances do 16 full buckets take? */
static uint64_t
advances(unsigned every, uint64_t bytes)
{
	struct bench bench;
	uint64_t count;

	fake_reset(2, 1);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .advance_every = every,
	    .tuning = { .advance_bytes = bytes } }, NULL);
	take(bench.zone, 17);
	give(bench.zone, 0, 16 * SIZE + 1);
	count = counters_of(bench.smr).advance;
	must_be_sound(bench.zone);
	give(bench.zone, 16 * SIZE + 1, SIZE - 1);
	bench_end(&bench);
	return (count);
}

Test(zone_tune, advances_go_by_bytes)
{

	cr_expect_eq(advances(1, 0), 16u);
	cr_expect_eq(advances(1, 1), 16u);
	cr_expect_eq(advances(1, 4 * BUCKET_BYTES), 4u);
	cr_expect_eq(advances(1, 4 * BUCKET_BYTES - 1), 4u);
	cr_expect_eq(advances(1, 4 * BUCKET_BYTES + 1), 3u, "of 5 buckets");
	cr_expect_eq(advances(1, 100 * BUCKET_BYTES), 0u);
	/* Whichever comes first. */
	cr_expect_eq(advances(2, 4 * BUCKET_BYTES), 8u);
	cr_expect_eq(advances(8, 4 * BUCKET_BYTES), 4u);
}

Test(zone_tune, advances_go_by_ticks)
{
	struct bench bench;

	bench = start(0, (struct zone_tuning){ .advance_ticks = 3 });
	take(bench.zone, 6);
	give(bench.zone, 0, 2 * SIZE + 1);
	cr_assert_eq(census_of(bench.zone).items_pending, 2u * SIZE);
	fake.ticks += 2;
	cr_assert_not(zone_tick(bench.zone));
	zone_age(bench.zone);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	/* The next full bucket finds that it is time. */
	fake.ticks += 1;
	give(bench.zone, 2 * SIZE + 1, SIZE);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_eq(census_of(bench.zone).items_queued, 3u * SIZE);
	/* And where none comes, the clock does. */
	give(bench.zone, 3 * SIZE + 1, SIZE);
	cr_assert_not(zone_tick(bench.zone));
	fake.ticks += 3;
	cr_assert(zone_tick(bench.zone));
	zone_age(bench.zone);
	cr_assert_eq(counters_of(bench.smr).advance, 2u);
	cr_assert_eq(census_of(bench.zone).items_queued, 4u * SIZE);
	cr_assert_not(zone_tick(bench.zone));
	give(bench.zone, 4 * SIZE + 1, 2 * SIZE - 1);
	bench_end(&bench);
}

Test(zone_tune, a_stranded_bucket_is_queued_when_it_is_old)
{
	struct bench bench;
	void *item;

	bench = start(0, (struct zone_tuning){ .age_ticks = 2 });
	take(bench.zone, 1);
	sections(1, bench.smr, true);
	give(bench.zone, 0, 3);
	cr_assert_not(zone_tick(bench.zone), "seen for the first time");
	fake.ticks++;
	cr_assert_not(zone_tick(bench.zone));
	zone_age(bench.zone);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 3u);
	fake.ticks++;
	cr_assert(zone_tick(bench.zone));
	zone_age(bench.zone);
	must_be_sound(bench.zone);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 0u);
	cr_assert_eq(census_of(bench.zone).items_queued, 3u);
	cr_assert_eq(counters_of(bench.smr).advance, 1u);
	cr_assert_not(zone_tick(bench.zone));
	/* Not before its readers have left. */
	item = fake_alloc(bench.zone);
	cr_assert_eq(bucket_of(item), (unsigned)COUNT);
	sections(1, bench.smr, false);
	fake_free(bench.zone, item);
	give(bench.zone, 3, SIZE - 3);
	bench_end(&bench);
}

Test(zone_tune, a_bucket_that_fills_in_time_is_left_alone)
{
	struct bench bench;
	unsigned i;

	bench = start(0, (struct zone_tuning){ .age_ticks = 2 });
	take(bench.zone, 4);
	for (i = 0; i < 4; i++) {
		give(bench.zone, i * SIZE, SIZE);
		cr_assert_not(zone_tick(bench.zone));
		fake.ticks++;
	}
	cr_assert_eq(counters_of(bench.smr).advance, 3u);
	bench_end(&bench);
}

Test(zone_tune, a_cpu_keeps_its_free_bucket_where_there_is_no_other)
{
	struct bench bench;

	bench = start(0, (struct zone_tuning){ .age_ticks = 1 });
	take(bench.zone, 1);
	give(bench.zone, 0, 3);
	(void)zone_tick(bench.zone);
	fake.ticks++;
	fake_refuse(KERN_FAIL_BUCKET, 0, 1);
	zone_age(bench.zone);
	cr_assert_eq(census_of(bench.zone).items_free_buckets, 3u);
	cr_assert_eq(counters_of(bench.smr).advance, 0u);
	zone_age(bench.zone);
	cr_assert_eq(census_of(bench.zone).items_queued, 3u);
	give(bench.zone, 3, SIZE - 3);
	bench_end(&bench);
}

Test(zone_tune, buckets_for_another_domain_age_too)
{
	struct bench bench;

	fake_reset(2, 2);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .flags = ZONE_FIRST_TOUCH, .tuning = { .age_ticks = 1 } }, NULL);
	take(bench.zone, 1);
	fake_on(1);
	give(bench.zone, 0, 3);
	cr_assert_eq(census_of(bench.zone).items_cross_buckets, 3u);
	(void)zone_tick(bench.zone);
	fake.ticks++;
	cr_assert(zone_tick(bench.zone));
	zone_age(bench.zone);
	cr_assert_eq(census_of(bench.zone).items_cross_buckets, 0u);
	cr_assert_eq(census_of(bench.zone).items_queued, 3u);
	must_be_sound(bench.zone);
	fake_on(0);
	give(bench.zone, 3, SIZE - 3);
	bench_end(&bench);
}

/* One full bucket with a goal of nobody's; can it be used again? */
static bool
reused(struct zone_tuning tuning, bool tick, uint64_t *advanced)
{
	struct bench bench;
	bool again;
	void *item;

	bench = start_deferred(100, tuning);
	take(bench.zone, 2);
	give(bench.zone, 0, SIZE + 1);
	if (tick)
		smr_commit_tick(bench.smr);
	item = fake_alloc(bench.zone);
	again = bucket_of(item) == 0;
	*advanced = counters_of(bench.smr).advance;
	fake_free(bench.zone, item);
	give(bench.zone, SIZE + 1, SIZE - 1);
	bench_end(&bench);
	return (again);
}

Test(zone_tune, a_goal_is_committed_by_whom_the_tuning_says)
{
	uint64_t steps;

	cr_expect_not(reused((struct zone_tuning){ 0 }, false, &steps));
	cr_expect_eq(steps, 0u);
	cr_expect(reused((struct zone_tuning){ .commit_queued = true }, false,
	    &steps));
	cr_expect_eq(steps, 1u);
	cr_expect(reused((struct zone_tuning){ 0 }, true, &steps));
	cr_expect_eq(steps, 1u);
	cr_expect(reused((struct zone_tuning){ .commit_bytes = BUCKET_BYTES },
	    false, &steps));
	cr_expect_eq(steps, 1u);
	cr_expect_not(reused((struct zone_tuning){
	    .commit_bytes = BUCKET_BYTES + 1 }, false, &steps));
	cr_expect_eq(steps, 0u);
}

Test(zone_tune, a_deferral_ends_after_so_many_bytes)
{
	struct bench bench;

	bench = start_deferred(1000,
	    (struct zone_tuning){ .commit_bytes = 4 * BUCKET_BYTES });
	take(bench.zone, 17);
	give(bench.zone, 0, 16 * SIZE + 1);
	cr_assert_eq(counters_of(bench.smr).advance, 4u);
	give(bench.zone, 16 * SIZE + 1, SIZE - 1);
	bench_end(&bench);
}

Test(zone_tune, a_step_that_somebody_has_taken_is_not_taken_again)
{
	struct smr_seq goal;
	struct bench bench;

	bench = start_deferred(100, (struct zone_tuning){ 0 });
	goal = smr_advance(bench.smr);
	cr_assert_not(smr_poll(bench.smr, goal, false));
	fake_on(1);
	smr_commit(bench.smr, goal);
	fake_on(0);
	cr_assert(smr_seq_eq(smr_current(bench.smr), goal));
	smr_commit(bench.smr, goal);
	cr_assert(smr_seq_eq(smr_current(bench.smr), goal));
	cr_assert(smr_poll(bench.smr, goal, false));
	/* A tick takes one step for all goals since the last, and only one. */
	goal = smr_advance(bench.smr);
	smr_commit_tick(bench.smr);
	cr_assert(smr_seq_eq(smr_current(bench.smr), goal));
	smr_commit_tick(bench.smr);
	cr_assert(smr_seq_eq(smr_current(bench.smr), goal));
	cr_assert_eq(counters_of(bench.smr).advance, 2u);
	bench_end(&bench);
}

Test(zone_tune, no_step_is_taken_where_an_advance_would_wait)
{
	struct smr_config config;
	struct smr_seq goal;
	struct smr *smr;
	unsigned i;

	fake_reset(2, 1);
	smr_config_wrap(&config);
	config.mode = SMR_DEFERRED;
	config.deferral = 1000;
	smr = smr_create("test", &config);
	sections(1, smr, true);
	for (i = 0; i < 200; i++) {
		goal = smr_advance(smr);
		smr_commit(smr, goal);
	}
	/* rd stays where the section is: so does wr, at its distance. */
	cr_assert_lt((uint32_t)smr_seq_delta(smr_current(smr),
	    smr_seq_make(config.init)), config.max_delta);
	cr_assert_lt(counters_of(smr).advance, 200u);
	cr_assert_eq(counters_of(smr).advance_wait, 0u);
	sections(1, smr, false);
	smr_destroy(smr);
}
