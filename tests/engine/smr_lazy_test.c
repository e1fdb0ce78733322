/*
 * The lazy clock, step by step, with ticks that stand until told.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "tests/engine/cpus.h"

TestSuite(smr_lazy, .init = cpus_init, .timeout = 10);

static struct smr *
lazy(uint32_t grace)
{
	struct smr_config config;

	smr_config_production(&config);
	config.mode = SMR_LAZY;
	config.lazy_grace = grace;
	return (smr_create("lazy", &config));
}

/* Ticks that pass whenever somebody looks, for what sleeps until they do. */
static uint32_t
hurried_ticks(void)
{

	return (cpus_ticks++ / 4);
}

static void
destroy(struct smr *smr)
{

	kern_native_tick_source(hurried_ticks);
	smr_destroy(smr);
	kern_native_tick_source(cpus_tick_source);
}

Test(smr_lazy, goal_is_met_when_its_ticks_have_passed)
{
	struct smr *smr;
	struct smr_seq start, goal;
	uint32_t grace, tick;

	for (grace = 1; grace <= 10; grace++) {
		smr = lazy(grace);
		start = smr_current(smr);

		/* In the same tick wr stands, and the goal is ahead of it. */
		goal = smr_advance(smr);
		cr_assert_eq(smr_seq_delta(goal, start), (int32_t)grace * 2);
		cr_assert(smr_seq_eq(smr_current(smr), start));

		/* Polling moves wr with the clock, and does not scan. */
		for (tick = 0; tick < grace; tick++) {
			cr_assert_not(smr_poll(smr, goal, false));
			cr_assert_eq(smr_seq_delta(smr_current(smr), start),
			    (int32_t)tick * 2);
			cpus_ticks++;
		}
		cr_assert_eq(counters_of(smr).poll_scan, 0);
		cr_assert(smr_poll(smr, goal, false));
		cr_assert_eq(counters_of(smr).poll_scan, 1);
		AUDIT(smr);
		destroy(smr);
	}
}

Test(smr_lazy, advances_of_one_tick_share_a_goal)
{
	struct smr *smr;
	struct smr_seq goal;
	unsigned cpu;

	smr = lazy(2);
	goal = smr_advance(smr);
	for (cpu = 0; cpu < CPUS; cpu++)
		cr_assert(smr_seq_eq(advance_on(smr, cpu), goal));
	cpus_ticks++;
	cr_assert_eq(smr_seq_delta(smr_advance(smr), goal), 2);

	/* None of them counts: wr was written by the clock. */
	cr_assert_eq(counters_of(smr).advance, 0);
	destroy(smr);
}

Test(smr_lazy, section_holds_the_goal_beyond_its_ticks)
{
	struct smr *smr;
	struct smr_seq goal;
	unsigned i;

	smr = lazy(2);
	enter_on(smr, 1);
	goal = smr_advance(smr);
	for (i = 0; i < 10; i++) {
		cpus_ticks++;
		cr_assert_not(smr_poll(smr, goal, false));
	}
	AUDIT(smr);
	exit_on(smr, 1);
	cr_assert(smr_poll(smr, goal, false));
	destroy(smr);
}

Test(smr_lazy, section_of_the_next_tick_holds_it_too)
{
	struct smr *smr;
	struct smr_seq goal;

	/* It may have looked before the unlink reached its CPU. */
	smr = lazy(2);
	goal = smr_advance(smr);
	cpus_ticks++;
	cr_assert_not(smr_poll(smr, goal, false));
	enter_on(smr, 1);
	cpus_ticks++;
	cr_assert_not(smr_poll(smr, goal, false));

	/* One that begins when the grace is over does not. */
	enter_on(smr, 2);
	exit_on(smr, 1);
	cr_assert(smr_poll(smr, goal, false));
	exit_on(smr, 2);
	destroy(smr);
}

Test(smr_lazy, idle_time_is_not_made_up_for)
{
	struct smr *smr;
	struct smr_seq start, goal;

	smr = lazy(2);
	start = smr_current(smr);
	cpus_ticks += 1000000;

	/* wr jumps by the grace, not by a million steps. */
	goal = smr_advance(smr);
	cr_assert_eq(smr_seq_delta(smr_current(smr), start), 4);
	cr_assert_eq(smr_seq_delta(goal, start), 8);

	/* And the goal still needs its two ticks. */
	cr_assert_not(smr_poll(smr, goal, false));
	cpus_ticks += 1;
	cr_assert_not(smr_poll(smr, goal, false));
	cpus_ticks += 1;
	cr_assert(smr_poll(smr, goal, false));
	destroy(smr);
}

Test(smr_lazy, tick_counter_may_wrap)
{
	struct smr *smr;
	struct smr_seq start, goal;
	unsigned i;

	cpus_ticks = UINT32_MAX - 2;
	smr = lazy(2);
	start = smr_current(smr);
	for (i = 1; i <= 8; i++) {
		goal = smr_advance(smr);
		cpus_ticks++;
		cr_assert_not(smr_poll(smr, goal, false));
		cr_assert_eq(smr_seq_delta(smr_current(smr), start),
		    (int32_t)i * 2);
	}
	cr_assert_lt(cpus_ticks, 10);
	destroy(smr);
}

Test(smr_lazy, tick_that_goes_back_is_a_jump_like_any_other)
{
	struct smr *smr;
	struct smr_seq start;

	cpus_ticks = 1000;
	smr = lazy(2);
	start = smr_current(smr);
	cpus_ticks = 10;
	(void)smr_advance(smr);
	cr_assert_eq(smr_seq_delta(smr_current(smr), start), 4);
	AUDIT(smr);
	destroy(smr);
}

Test(smr_lazy, goal_too_far_ahead_counts_as_expired)
{
	struct smr *smr;
	struct smr_seq wr;

	smr = lazy(3);
	wr = smr_current(smr);
	cr_assert_not(smr_poll(smr, smr_seq_add(wr, 6), false));
	cr_assert(smr_poll(smr, smr_seq_add(wr, 8), false));
	destroy(smr);
}

Test(smr_lazy, grace_of_none_still_has_a_clock)
{
	struct smr *smr;
	struct smr_seq start, goal;

	/* Unsafe, but it must not stand still: it is a known mistake. */
	smr = lazy(0);
	start = smr_current(smr);
	goal = smr_advance(smr);
	cr_assert(smr_seq_eq(goal, start));
	cr_assert(smr_poll(smr, goal, false));
	cpus_ticks += 5;
	goal = smr_advance(smr);
	cr_assert_eq(smr_seq_delta(goal, start), 2);
	destroy(smr);
}

Test(smr_lazy, synchronize_sleeps_from_tick_to_tick)
{
	struct smr *smr;
	struct smr_seq start;

	smr = lazy(2);
	start = smr_current(smr);
	kern_native_tick_source(hurried_ticks);
	smr_synchronize(smr);
	kern_native_tick_source(cpus_tick_source);
	cr_assert_geq(smr_seq_delta(rd_of(smr), start), 4);
	cr_assert_gt(counters_of(smr).poll_fail, 0);
	destroy(smr);
}
