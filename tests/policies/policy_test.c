/*
 * What every policy must do, whatever else it does: one contract over the
 * registry, on real memory.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "policies/policy.h"

#include <ctype.h>
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "engine/kern.h"

TestSuite(policy, .timeout = 60);

enum { ITEMS = 3000, HELD = 8 };

static struct policy_setup
setup_of(enum core_mode mode)
{

	return ((struct policy_setup){
		.core = { .mode = mode, .deferral = 4, .lazy_grace = 2 },
		.zone = { .item_size = 144, .bucket_size_max = 254,
		    .bucket_growth = 1, .advance_every = 1, .first_touch = 1 },
	});
}

static void
attach(void)
{
	struct kern_native_config config = { .cpus = 4, .hz = 10000 };

	cr_assert_eq(kern_native_configure(&config), 0);
	cr_assert_eq(kern_native_attach(), 0);
}

/* The thread is another CPU from here on: see tests/engine/cpus.h. */
static void
on_cpu(unsigned cpu)
{
	static struct kern_native_thread state[2];
	static unsigned now;

	state[now] = kern_native_self;
	kern_native_self = state[cpu];
	kern_native_self.cpu_next = cpu + 1;
	kern_native_self.block_next = (size_t)(cpu + 1) * KERN_BLOCK_SIZE;
	now = cpu;
}

Test(policy, registry_is_complete_and_described)
{
	const struct policy_def *def;
	size_t i, j;

	cr_assert_geq(policy_def_count, 3);
	for (i = 0; i < policy_def_count; i++) {
		def = policy_defs[i];
		cr_assert_not_null(def->part.name);
		for (j = 0; def->part.name[j] != '\0'; j++)
			cr_assert(islower((unsigned char)def->part.name[j]) ||
			    isdigit((unsigned char)def->part.name[j]) ||
			    def->part.name[j] == '_', "%s", def->part.name);
		cr_assert_gt(strlen(def->part.about), 20, "%s",
		    def->part.name);
		cr_assert_leq(def->part.config_bytes, PART_CONFIG_BYTES);
		for (j = 0; j < i; j++)
			cr_assert_str_neq(def->part.name,
			    policy_defs[j]->part.name);
		cr_assert(def->create != NULL && def->destroy != NULL &&
		    def->enter != NULL && def->exit != NULL &&
		    def->alloc != NULL && def->retire != NULL &&
		    def->synchronize != NULL && def->census != NULL, "%s",
		    def->part.name);
		/* Whoever is unsafe says so where users read it. */
		cr_assert_eq(def->safe,
		    strstr(def->part.about, "UNSAFE") == NULL, "%s",
		    def->part.name);
	}
}

/* Whether an item that is retired under a section comes back during it. */
static bool
reused_under_section(const struct policy_def *def, enum core_mode mode)
{
	struct policy_setup setup = setup_of(mode);
	_Atomic(void *) slot[HELD];
	void *policy, *held[HELD], *item;
	bool reused;
	unsigned i, j;

	policy = def->create(&setup);
	cr_assert_not_null(policy, "%s", def->part.name);
	for (i = 0; i < HELD; i++) {
		held[i] = def->alloc(policy);
		cr_assert_not_null(held[i]);
		atomic_init(&slot[i], held[i]);
		memset(held[i], 0x5a, setup.zone.item_size);
	}
	on_cpu(1);
	def->enter(policy);
	if (def->load != NULL)
		for (i = 0; i < HELD; i++)
			(void)def->load(policy, &slot[i]);
	on_cpu(0);
	for (i = 0; i < HELD; i++)
		def->retire(policy, held[i]);
	reused = false;
	/* Enough to fill every bucket many times, and to let ticks pass. */
	for (i = 0; i < ITEMS; i++) {
		item = def->alloc(policy);
		cr_assert_not_null(item);
		for (j = 0; j < HELD; j++)
			reused = reused || item == held[j];
		def->retire(policy, item);
	}
	on_cpu(1);
	def->exit(policy);
	on_cpu(0);
	def->synchronize(policy);
	if (def->audit != NULL)
		cr_assert_null(def->audit(policy), "%s", def->part.name);
	def->destroy(policy);
	return (reused);
}

Test(policy, safe_ones_keep_what_a_section_may_hold_and_others_do_not)
{
	size_t i;
	unsigned mode;

	attach();
	for (i = 0; i < policy_def_count; i++) {
		/* One thread cannot wait for itself. */
		if (policy_defs[i]->waits)
			continue;
		for (mode = 0; mode < CORE_MODE_COUNT; mode++)
			cr_assert_eq(reused_under_section(policy_defs[i], mode),
			    !policy_defs[i]->safe, "%s, mode %u",
			    policy_defs[i]->part.name, mode);
	}
}

struct reader {
	const struct policy_def *def;
	void *policy;
	_Atomic(void *) slot;
	_Atomic(int) state;	/* 1: inside, 2: about to leave */
};

static void *
reader_stays_inside(void *argument)
{
	struct reader *reader = argument;
	const struct policy_def *def = reader->def;
	struct timespec while_ = { .tv_nsec = 30000000 };

	cr_assert_eq(kern_native_attach(), 0);
	def->enter(reader->policy);
	if (def->load != NULL)
		(void)def->load(reader->policy, &reader->slot);
	atomic_store(&reader->state, 1);
	(void)nanosleep(&while_, NULL);
	atomic_store(&reader->state, 2);
	def->exit(reader->policy);
	kern_native_detach();
	return (NULL);
}

Test(policy, those_that_wait_do_wait_for_a_section)
{
	struct policy_setup setup = setup_of(CORE_EAGER);
	const struct policy_def *def;
	struct reader reader;
	pthread_t thread;
	void *item;
	size_t i;

	attach();
	for (i = 0; i < policy_def_count; i++) {
		def = policy_defs[i];
		if (!def->waits)
			continue;
		reader = (struct reader){ .def = def };
		reader.policy = def->create(&setup);
		cr_assert_not_null(reader.policy, "%s", def->part.name);
		item = def->alloc(reader.policy);
		atomic_store(&reader.slot, item);
		cr_assert_eq(pthread_create(&thread, NULL,
		    reader_stays_inside, &reader), 0);
		while (atomic_load(&reader.state) == 0)
			kern_spin();
		atomic_store(&reader.slot, NULL);
		def->retire(reader.policy, item);
		/* Or it has only been put aside. */
		def->synchronize(reader.policy);
		cr_assert_eq(atomic_load(&reader.state), 2, "%s",
		    def->part.name);
		cr_assert_eq(pthread_join(thread, NULL), 0);
		def->destroy(reader.policy);
	}
}

Test(policy, census_accounts_for_every_item)
{
	const struct policy_def *def;
	struct policy_setup setup = setup_of(CORE_EAGER);
	struct policy_census census;
	void *policy, *items[ITEMS];
	size_t i, j;

	attach();
	for (i = 0; i < policy_def_count; i++) {
		def = policy_defs[i];
		policy = def->create(&setup);
		cr_assert_not_null(policy);
		for (j = 0; j < ITEMS; j++) {
			items[j] = def->alloc(policy);
			cr_assert_not_null(items[j]);
		}
		for (j = 0; j < ITEMS / 2; j++)
			def->retire(policy, items[j]);
		def->census(policy, &census);
		cr_assert_eq(census.items_total, census.items_slab_free +
		    census.items_cached + ITEMS - ITEMS / 2, "%s",
		    def->part.name);
		cr_assert_geq(census.items_total, ITEMS);
		cr_assert_geq(census.slab_bytes,
		    census.items_total * setup.zone.item_size);
		for (; j < ITEMS; j++)
			def->retire(policy, items[j]);
		def->synchronize(policy);
		def->destroy(policy);
	}
}

Test(policy, destroy_gives_all_memory_back)
{
	const struct policy_def *def;
	struct policy_setup setup = setup_of(CORE_DEFERRED);
	void *policy, *items[ITEMS];
	size_t before, i, j, round;

	attach();
	for (i = 0; i < policy_def_count; i++) {
		def = policy_defs[i];
		before = kern_native_pages();
		policy = def->create(&setup);
		cr_assert_not_null(policy);
		for (round = 0; round < 3; round++) {
			for (j = 0; j < ITEMS; j++)
				items[j] = def->alloc(policy);
			for (j = 0; j < ITEMS; j++) {
				on_cpu((unsigned)j % 2);
				def->retire(policy, items[j]);
			}
			on_cpu(0);
			if (def->housekeep != NULL)
				def->housekeep(policy);
			if (def->reclaim != NULL)
				def->reclaim(policy, POLICY_DRAIN);
		}
		def->destroy(policy);
		cr_assert_eq(kern_native_pages(), before, "%s: %zu pages",
		    def->part.name, kern_native_pages() - before);
	}
}

Test(policy, gus_counts_what_its_core_does)
{
	const struct policy_def *gus;
	struct policy_setup setup = setup_of(CORE_EAGER);
	struct policy_counters counters;
	void *policy;

	attach();
	gus = policy_defs[0];
	cr_assert_str_eq(gus->part.name, "gus");
	policy = gus->create(&setup);
	gus->synchronize(policy);
	gus->counters(policy, &counters);
	cr_assert_eq(counters.advance, 1);
	cr_assert_eq(counters.poll, 1);
	cr_assert_eq(counters.poll_scan, 1);
	cr_assert_eq(counters.poll_fail, 0);
	cr_assert_eq(counters.advance_wait, 0);
	gus->destroy(policy);
}

Test(policy, gus_runs_from_every_profile_and_start)
{
	const struct policy_def *gus;
	struct policy_setup setup;
	void *policy, *item;
	unsigned profile, mode, start, i;

	attach();
	gus = policy_defs[0];
	for (profile = 0; profile < CORE_PROFILE_COUNT; profile++)
		for (mode = 0; mode < CORE_MODE_COUNT; mode++)
			for (start = 0; start < 4; start++) {
				setup = setup_of(mode);
				setup.core.profile = profile;
				setup.core.start_before_wrap = start;
				setup.zone.bucket_size = 2;
				policy = gus->create(&setup);
				cr_assert_not_null(policy);
				for (i = 0; i < 500; i++) {
					item = gus->alloc(policy);
					cr_assert_not_null(item);
					gus->retire(policy, item);
					cr_assert_null(gus->audit(policy));
				}
				gus->destroy(policy);
			}
}
