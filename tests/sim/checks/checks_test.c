/*
 * Each check against a program that it must accuse, and against one that looks
 * much the same and is right.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include <criterion/criterion.h>

#include "engine/kern.h"
#include "policies/policy.h"
#include "sim/base/err.h"
#include "sim/machine/machine.h"
#include "sim/memory/clock.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "tests/sim/checks/crimes.h"

extern const struct policy_def policy_gus, policy_immediate;

static struct run_spec spec;
static struct run_result result;

static void
begin(void)
{

	spec_init(&spec);
	spec.machine.cpus = 2;
	spec.machine.hz = 10000;
	spec.machine.pages = 16 << 20;
	spec.zone.bucket_size = 4;
	spec.run.warmup_ps = 0;
	spec.run.duration_ps = 2000000000;
}

static void
play(const struct policy_def *policy, const struct workload_def *workload,
    uint64_t kind)
{

	part_init(&spec.policy, &policy->part);
	part_init(&spec.workload, &workload->part);
	memcpy(spec.workload.config, &kind, sizeof(kind));
	run_execute(&spec, &result);
}

static const struct run_finding *
finding(const char *check)
{
	size_t i;

	for (i = 0; i < result.finding_count; i++)
		if (strcmp(result.findings[i].check, check) == 0)
			return (&result.findings[i]);
	return (NULL);
}

/* Accused of this and of nothing else. */
static void
only(const char *check, const char *words)
{

	cr_assert_eq(result.status, RUN_FINDING);
	cr_assert_eq(result.finding_count, 1, "%s: %s",
	    result.findings[0].check, result.findings[0].summary);
	cr_assert_str_eq(result.findings[0].check, check);
	cr_assert_not_null(strstr(result.findings[0].summary, words), "%s",
	    result.findings[0].summary);
}

static void
clean(void)
{

	cr_assert_eq(result.finding_count, 0, "%s: %s",
	    result.findings[0].check, result.findings[0].summary);
	cr_assert_eq(result.status, RUN_OK);
}

/* --- use after free, premature grace ------------------------------------------- */

Test(checks, access_through_a_stale_pointer_is_a_use_after_free)
{

	begin();
	play(&policy_immediate, &crime_stale, STALE_READS);
	cr_assert_not_null(finding("use_after_free"));
	cr_assert_not_null(strstr(finding("use_after_free")->summary,
	    "thread reader reads byte 16 "), "%s",
	    finding("use_after_free")->summary);
	cr_assert_eq(finding("use_after_free")->cpu, 0);
	cr_assert_gt(finding("use_after_free")->repeats, 10);
	cr_assert_not_null(finding("premature_grace"));

	play(&policy_immediate, &crime_stale, STALE_WRITES);
	cr_assert_not_null(strstr(finding("use_after_free")->summary,
	    "thread reader writes byte 16 "));
}

Test(checks, who_does_not_touch_the_item_again_has_used_nothing)
{
	static const enum stale_kind kinds[] = { STALE_LOOKS_AWAY,
		STALE_READS_OUTSIDE, STALE_OWNS };
	size_t i;

	begin();
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		play(&policy_immediate, &crime_stale, kinds[i]);
		/* The policy is still wrong, and that is found. */
		only("premature_grace", "thread reader on CPU 0");
	}
}

Test(checks, policy_that_waits_is_not_accused_of_either)
{
	int kind, mode, model;

	for (kind = STALE_READS; kind <= STALE_LOOKS_AWAY; kind++)
		for (mode = CORE_EAGER; mode < CORE_MODE_COUNT; mode++)
			for (model = 0; model < 2; model++) {
				begin();
				spec.core.mode = (uint64_t)mode;
				spec.machine.memory = (uint64_t)model;
				play(&policy_gus, &crime_stale,
				    (uint64_t)kind);
				clean();
			}
}

/* --- the grace of an advance and its poll, event by event ------------------------ */

static int domain_a, domain_b;

static void
advance(int *domain, uint64_t goal)
{

	kern_event(KERN_ADVANCE_BEGIN, domain, 0, 0);
	kern_event(KERN_ADVANCE_END, domain, goal, 0);
}

enum grace_kind {
	GRACE_TOO_EARLY,	/* the reader was there before the advance */
	GRACE_LATER_READER,
	GRACE_NOT_MET,
	GRACE_AFTER_READER,
	GRACE_OTHER_DOMAIN,
	GRACE_TWO_ADVANCES,	/* one goal, and a reader between them */
	GRACE_DURING_ADVANCE,	/* the reader came while it was under way */
};

static void
grace_reader(struct lab_thread *thread, void *argument)
{
	uint64_t from_us, to_us;

	(void)argument;
	from_us = 20;
	to_us = 100;
	if (spec.workload.config[0] == GRACE_LATER_READER)
		from_us = 50;
	if (spec.workload.config[0] == GRACE_AFTER_READER)
		to_us = 30;
	if (spec.workload.config[0] == GRACE_DURING_ADVANCE)
		from_us = 42;
	lab_sleep_until(thread, from_us * 1000000);
	lab_enter(thread);
	lab_compute(thread, to_us * 1000000 - lab_now_ps(thread));
	lab_exit(thread);
}

static void
grace_writer(struct lab_thread *thread, void *argument)
{
	unsigned kind;

	(void)argument;
	kind = spec.workload.config[0];
	if (kind == GRACE_TWO_ADVANCES) {
		lab_sleep_until(thread, 10000000);
		advance(&domain_a, 5);
	}
	lab_sleep_until(thread, 40000000);
	kern_event(KERN_ADVANCE_BEGIN, &domain_a, 0, 0);
	lab_compute(thread, 5000000);
	kern_event(KERN_ADVANCE_END, &domain_a, 5, 0);
	lab_sleep_until(thread, 60000000);
	kern_event(KERN_POLL_END, kind == GRACE_OTHER_DOMAIN ? &domain_b :
	    &domain_a, 5, kind != GRACE_NOT_MET);
}

static void
grace_setup(struct lab_thread *thread, const void *config)
{

	(void)config;
	lab_spawn(thread, "reader", 0, grace_reader, NULL);
	lab_spawn(thread, "writer", 1, grace_writer, NULL);
}

static const struct workload_def grace = {
	.part = { .name = "grace", .config_bytes = 8 },
	.setup = grace_setup,
};

Test(checks, poll_that_forgets_a_reader_is_a_premature_grace)
{

	begin();
	play(&policy_immediate, &grace, GRACE_TOO_EARLY);
	only("premature_grace", "a poll answered true while the section of "
	    "thread reader on CPU 0");
	play(&policy_immediate, &grace, GRACE_TWO_ADVANCES);
	only("premature_grace", "a poll answered true");
}

Test(checks, poll_that_forgets_nobody_is_not)
{
	static const enum grace_kind kinds[] = { GRACE_LATER_READER,
		GRACE_NOT_MET, GRACE_AFTER_READER, GRACE_OTHER_DOMAIN,
		GRACE_DURING_ADVANCE };
	size_t i;

	begin();
	for (i = 0; i < 5; i++) {
		play(&policy_immediate, &grace, kinds[i]);
		clean();
	}
}

/* --- invariants -------------------------------------------------------------------- */

static void *twice;
static unsigned allocs;

static void *
double_alloc(void *policy)
{

	/* The fifth item is the fourth. */
	if (++allocs == 5)
		return (twice);
	twice = policy_gus.alloc(policy);
	return (twice);
}

static const char *
unhappy_audit(const void *policy)
{

	(void)policy;
	return (the.cpus[0].now_ps > 1000000000 ? "the moon is full" : NULL);
}

static void
stamp_live(void *policy, void *item)
{

	kern_items(KERN_ITEMS_STAMPED, policy, &twice, 1, 7);
	policy_gus.retire(policy, item);
}

static void
double_free_body(struct lab_thread *thread, void *argument)
{
	void *item;

	(void)argument;
	item = lab_alloc(thread);
	lab_retire(thread, item, 0);
	lab_retire(thread, item, 0);
}

static void
double_free_setup(struct lab_thread *thread, const void *config)
{

	(void)config;
	lab_spawn(thread, "careless", 0, double_free_body, NULL);
}

static const struct workload_def double_free = {
	.part = { .name = "double_free" },
	.setup = double_free_setup,
};

Test(checks, item_handed_out_twice_breaks_an_invariant)
{
	struct policy_def policy;

	begin();
	policy = policy_gus;
	policy.alloc = double_alloc;
	play(&policy, &crime_stale, STALE_LOOKS_AWAY);
	cr_assert_not_null(finding("invariant"));
	cr_assert_not_null(strstr(finding("invariant")->summary,
	    "handed out while it was in use"));
}

Test(checks, item_freed_twice_breaks_an_invariant)
{

	begin();
	play(&policy_gus, &double_free, 0);
	cr_assert_not_null(finding("invariant"));
	cr_assert_not_null(strstr(finding("invariant")->summary,
	    "freed that was not in use"));
}

Test(checks, item_in_use_that_is_stamped_breaks_an_invariant)
{
	struct policy_def policy;

	begin();
	policy = policy_gus;
	policy.alloc = double_alloc;
	policy.retire = stamp_live;
	allocs = 100;
	play(&policy, &crime_stale, STALE_LOOKS_AWAY);
	cr_assert_not_null(finding("invariant"));
	cr_assert_not_null(strstr(finding("invariant")->summary,
	    "an item in use was stamped"));
}

Test(checks, what_the_policys_own_audit_says_is_reported)
{
	struct policy_def policy;

	begin();
	policy = policy_gus;
	policy.audit = unhappy_audit;
	play(&policy, &crime_stale, STALE_LOOKS_AWAY);
	only("invariant", "the moon is full");
	cr_assert_geq(result.findings[0].at_ps, 1000000000);
	cr_assert_leq(result.findings[0].at_ps, 1200000000);
}

/* --- assertions, crashes, lost progress --------------------------------------------- */

static void
retire_asserts(void *policy, void *item)
{

	(void)policy;
	KERN_ASSERT(item == NULL, "the cat is away");
}

static void
inside_body(struct lab_thread *thread, void *argument)
{

	lab_enter(thread);
	if (argument != NULL)
		lab_exit(thread);
}

static void
inside_setup(struct lab_thread *thread, const void *config)
{

	lab_spawn(thread, "forgetful", 0, inside_body,
	    *(const unsigned char *)config ? thread : NULL);
}

static const struct workload_def inside = {
	.part = { .name = "inside", .config_bytes = 8 },
	.setup = inside_setup,
};

static void *
create_fails(const struct policy_setup *setup)
{

	(void)setup;
	return (NULL);
}

Test(checks, failed_assertion_is_reported_with_its_place)
{
	struct policy_def policy;

	begin();
	policy = policy_gus;
	policy.retire = retire_asserts;
	play(&policy, &crime_stale, STALE_LOOKS_AWAY);
	only("assertion", "the cat is away, at checks_test.c:");
}

Test(checks, policy_that_cannot_be_made_is_an_assertion)
{
	struct policy_def policy;

	begin();
	policy = policy_gus;
	policy.create = create_fails;
	play(&policy, &crime_stale, STALE_LOOKS_AWAY);
	only("assertion", "machine.pages");
}

Test(checks, thread_that_ends_in_a_section_is_an_assertion)
{

	begin();
	play(&policy_immediate, &inside, 0);
	cr_assert_not_null(finding("assertion"));
	cr_assert_not_null(strstr(finding("assertion")->summary,
	    "inside a section"));
	play(&policy_immediate, &inside, 1);
	clean();
}

Test(checks, store_to_nowhere_is_a_crash)
{

	begin();
	play(&policy_gus, &crime_wild, 0);
	only("crash", "thread wild");
}

Test(checks, many_accesses_without_an_operation_are_a_livelock)
{

	begin();
	spec.run.patience = 100000;
	play(&policy_gus, &crime_spin, SPIN_FOREVER);
	only("livelock", "no operation has ended");
	cr_assert_lt(result.accesses, 400000);

	play(&policy_gus, &crime_spin, SPIN_WITH_PROGRESS);
	clean();
	cr_assert_gt(result.accesses, 1000000);
}

Test(checks, thread_that_never_ends_is_found_though_others_get_on)
{

	begin();
	spec.run.patience = 100000;
	play(&policy_gus, &crime_spin, SPIN_BESIDE_OTHERS);
	only("livelock", "no operation has ended");
	play(&policy_gus, &crime_spin, SPIN_WITHOUT_ACCESS);
	only("livelock", "long after the end");
}

Test(checks, run_that_is_too_long_gives_up_and_says_so)
{

	begin();
	spec.run.accesses_max = 200000;
	play(&policy_gus, &crime_spin, SPIN_WITH_PROGRESS);
	cr_assert_eq(result.status, RUN_TIMEOUT);
	cr_assert_eq(result.finding_count, 0);
	cr_assert_lt(result.accesses, 500000);
}

/* --- leaks ------------------------------------------------------------------------- */

static unsigned retired;

static void
lose_some(void *policy, void *item)
{

	if (++retired % 50 != 0)
		policy_gus.retire(policy, item);
}

Test(checks, lost_items_are_a_leak)
{
	struct policy_def policy;

	begin();
	policy = policy_gus;
	policy.retire = lose_some;
	play(&policy, &crime_stale, STALE_LOOKS_AWAY);
	only("leak", "items are in slabs, but");

	play(&policy_gus, &crime_stale, STALE_LOOKS_AWAY);
	clean();
}

/* --- the testing of the testing ------------------------------------------------------ */

Test(checks, canary_always_sings_and_idle_never)
{
	struct err err;
	int policy;

	for (policy = 0; policy < 2; policy++) {
		begin();
		part_init(&spec.policy, policy ? &policy_gus.part :
		    &policy_immediate.part);
		cr_assert_eq(spec_set_workload(&spec, "canary", &err), 0);
		run_execute(&spec, &result);
		only("canary", "sang");
		cr_assert_eq(spec_set_workload(&spec, "idle", &err), 0);
		run_execute(&spec, &result);
		clean();
	}
}

Test(checks, second_finding_of_a_check_only_counts)
{

	begin();
	play(&policy_immediate, &crime_stale, STALE_READS);
	cr_assert_eq(result.finding_count, 2);
	cr_assert_gt(result.findings[0].repeats + result.findings[1].repeats,
	    100);
}

Test(checks, store_behind_ones_memory_is_found_and_no_later_run_sees_it)
{
	struct run_result before;

	begin();
	play(&policy_gus, &crime_behind, 0);
	only("crash", "behind the memory");
	before = result;
	play(&policy_gus, &crime_behind, 0);
	only("crash", "behind the memory");
	cr_assert_str_eq(result.digest, before.digest);
}

/* --- what a run can be too long for ------------------------------------------------ */

/* As if this CPU had made that many releases before. */
static void
long_body(struct lab_thread *thread, void *argument)
{
	unsigned cpu;

	cpu = lab_cpu(thread);
	clock_rows.hb[cpu * (clock_rows.words + 1)] = *(uint32_t *)argument;
	while (lab_running(thread)) {
		lab_enter(thread);
		lab_exit(thread);
		lab_done(thread, 1);
	}
}

static uint32_t long_epoch;

static void
long_setup(struct lab_thread *thread, const void *config)
{

	(void)config;
	lab_spawn(thread, "long", 1, long_body, &long_epoch);
}

static const struct workload_def long_run = {
	.part = { .name = "long" },
	.setup = long_setup,
};

Test(checks, run_too_long_for_happens_before_is_ended_with_the_reason)
{
	uint64_t cpus, memory;

	for (cpus = 2; cpus <= 5; cpus += 3)
		for (memory = 0; memory < MACHINE_MEMORY_COUNT; memory++) {
			begin();
			spec.machine.cpus = cpus;
			spec.machine.memory = memory;
			spec.run.data_race = true;
			long_epoch = INT32_MAX / 2 - 1000000;
			play(&policy_gus, &long_run, 0);
			clean();
			long_epoch = INT32_MAX / 2 - 10;
			play(&policy_gus, &long_run, 0);
			only("assertion", "happens-before can be kept");
			cr_assert_lt(result.sim_ps, spec.run.duration_ps / 2);
		}
}
