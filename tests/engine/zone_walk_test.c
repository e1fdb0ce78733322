/*
 * A long random walk over everything that can be done to a zone, with readers
 * on all CPUs.  The fake kernel stops it at the first item that is handed out,
 * or given to the slabs, while a reader from before its free is there; the
 * audit looks at the whole zone again and again.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "zone_test.h"

enum { CPUS = 6, LIVE_MAX = 600, STEPS = 40000 };

static uint64_t state;
static struct smr *smr;
static void *live[LIVE_MAX];
static unsigned live_count;

static unsigned
draw(unsigned bound)
{

	state = state * 6364136223846793005u + 1442695040888963407u;
	return ((unsigned)(state >> 33) % bound);
}

/* A blocking wait goes on until all readers have left, one by one. */
static void
some_reader_leaves(void)
{
	unsigned cpu, here;

	here = fake.cpu;
	fake.spins = 0;
	cpu = draw(CPUS);
	if (cpu != here && fake_inside(cpu)) {
		fake_on(cpu);
		fake_exit(smr);
		fake_on(here);
	}
}

static void
step_memory(struct zone *zone)
{

	switch (draw(12)) {
	case 0:
		fake_refuse(KERN_FAIL_BUCKET, draw(4), draw(12));
		break;
	case 1:
		fake_refuse(KERN_FAIL_PAGE, draw(4), draw(4));
		break;
	case 2:
		fake.severe = draw(4) == 0;
		break;
	case 3:
		zone_reclaim(zone, ZONE_TRIM);
		break;
	case 4:
		zone_reclaim(zone, ZONE_DRAIN);
		break;
	case 5:
		zone_reclaim(zone, ZONE_DRAIN_CPU);
		break;
	case 6:
		fake.binds = draw(2) == 0;
		break;
	default:
		zone_timeout(zone);
	}
}

static void
step(struct zone *zone)
{
	unsigned victim;

	fake_on(draw(CPUS));
	fake.ticks += draw(20) == 0;
	if (fake_inside(fake.cpu)) {
		if (draw(3) == 0)
			fake_exit(smr);
		return;
	}
	switch (draw(16)) {
	case 0:
	case 1:
		fake_enter(smr);
		break;
	case 2:
		if (draw(20) == 0)
			step_memory(zone);
		break;
	default:
		/* Phases of growth and of shrinking. */
		if (draw(100) < (state >> 62 ? 48u : 56u) &&
		    live_count < LIVE_MAX) {
			live[live_count] = fake_alloc(zone);
			live_count += live[live_count] != NULL;
		} else if (live_count > 0) {
			victim = draw(live_count);
			fake_free(zone, live[victim]);
			live[victim] = live[--live_count];
		}
	}
}

static void
walk(uint64_t seed, unsigned domains, enum smr_mode mode,
    struct zone_setup setup)
{
	struct smr_config config;
	struct bench bench;
	unsigned cpu, i;

	state = seed;
	live_count = 0;
	fake_reset(CPUS, domains);
	fake.waiting = some_reader_leaves;
	if (seed % 2 == 0)
		smr_config_production(&config);
	else
		smr_config_wrap(&config);
	config.mode = mode;
	config.deferral = 5;
	bench = bench_make(setup, &config);
	smr = bench.smr;
	for (i = 0; i < STEPS; i++) {
		step(bench.zone);
		if (i % 64 == 0)
			must_be_sound(bench.zone);
	}
	fake_refuse(KERN_FAIL_BUCKET, 0, 0);
	fake_refuse(KERN_FAIL_PAGE, 0, 0);
	for (cpu = 0; cpu < CPUS; cpu++) {
		fake_on(cpu);
		if (fake_inside(cpu))
			fake_exit(smr);
	}
	while (live_count > 0)
		fake_free(bench.zone, live[--live_count]);
	cr_assert_gt(fake.items[KERN_ITEMS_KNOWN], 1000u);
	bench_end(&bench);
}

Test(zone_walk, an_eager_zone_is_sound_and_safe_on_any_path, .timeout = 120)
{
	unsigned domains, every, seed;

	seed = 1;
	for (domains = 1; domains <= 4; domains++)
		for (every = 1; every <= 3; every++)
			walk(seed++, domains, SMR_EAGER, (struct zone_setup){
			    .bucket_size = 5, .bucket_size_max = 20,
			    .advance_every = every,
			    .flags = ZONE_FIRST_TOUCH | ZONE_GROWTH });
}

Test(zone_walk, a_deferred_zone_is_sound_and_safe_on_any_path, .timeout = 120)
{
	unsigned domains, every, seed;

	seed = 101;
	for (domains = 1; domains <= 3; domains++)
		for (every = 1; every <= 3; every += 2)
			walk(seed++, domains, SMR_DEFERRED,
			    (struct zone_setup){ .bucket_size = 7,
			    .advance_every = every, .limit = 1500 });
}

Test(zone_walk, a_lazy_zone_is_sound_and_safe_on_any_path, .timeout = 120)
{
	unsigned domains, seed;

	seed = 201;
	for (domains = 1; domains <= 3; domains++)
		walk(seed++, domains, SMR_LAZY, (struct zone_setup){
		    .item_size = 1024, .cache_limit = 300,
		    .flags = ZONE_FIRST_TOUCH });
}
