/*
 * The deferred clock, step by step.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "tests/engine/cpus.h"

TestSuite(smr_deferred, .init = cpus_init, .timeout = 10);

static struct smr *
deferred(uint32_t deferral)
{
	struct smr_config config;

	smr_config_production(&config);
	config.mode = SMR_DEFERRED;
	config.deferral = deferral;
	return (smr_create("deferred", &config));
}

Test(smr_deferred, wr_is_written_once_in_so_many_advances)
{
	struct smr *smr;
	struct smr_seq start, goal;
	unsigned i;

	smr = deferred(4);
	start = smr_current(smr);

	/* Three advances share the step that nobody has taken. */
	for (i = 0; i < 3; i++) {
		goal = smr_advance(smr);
		cr_assert_eq(smr_seq_delta(goal, start), 2);
		cr_assert(smr_seq_eq(smr_current(smr), start));
	}
	cr_assert_eq(counters_of(smr).advance, 0);

	/* The fourth takes it. */
	goal = smr_advance(smr);
	cr_assert_eq(smr_seq_delta(goal, start), 2);
	cr_assert(smr_seq_eq(smr_current(smr), goal));
	cr_assert_eq(counters_of(smr).advance, 1);

	/* And the count begins again. */
	goal = smr_advance(smr);
	cr_assert_eq(smr_seq_delta(goal, start), 4);
	cr_assert_eq(smr_seq_delta(smr_current(smr), start), 2);
	AUDIT(smr);
	smr_destroy(smr);
}

Test(smr_deferred, every_cpu_counts_for_itself)
{
	struct smr *smr;
	struct smr_seq start;
	unsigned cpu, i;

	smr = deferred(4);
	start = smr_current(smr);

	/* Twelve advances, none of which is any CPU's fourth. */
	for (i = 0; i < 3; i++)
		for (cpu = 0; cpu < CPUS; cpu++)
			(void)advance_on(smr, cpu);
	cr_assert(smr_seq_eq(smr_current(smr), start));

	/* CPU 2 is the first to get there. */
	(void)advance_on(smr, 2);
	cr_assert_eq(smr_seq_delta(smr_current(smr), start), 2);
	smr_destroy(smr);
}

Test(smr_deferred, goal_that_nobody_committed_fails_without_a_scan)
{
	struct smr *smr;
	struct smr_seq goal;
	unsigned i;

	smr = deferred(8);
	goal = smr_advance(smr);

	/* No reader far and wide, and still no amount of polling helps. */
	for (i = 0; i < 10; i++)
		cr_assert_not(smr_poll(smr, goal, false));
	cr_assert_eq(counters_of(smr).poll_scan, 0);
	cr_assert_eq(counters_of(smr).poll_fail, 10);

	/* Another CPU's advance takes the step for all who wait for it. */
	for (i = 0; i < 8; i++)
		(void)advance_on(smr, 3);
	cr_assert(smr_poll(smr, goal, false));
	smr_destroy(smr);
}

Test(smr_deferred, waiting_poll_commits)
{
	struct smr *smr;
	struct smr_seq goal;

	smr = deferred(8);
	goal = smr_advance(smr);
	smr_wait(smr, goal);
	cr_assert(smr_seq_eq(smr_current(smr), goal));
	cr_assert(smr_seq_eq(rd_of(smr), goal));

	/* It took the step, but it was no advance. */
	cr_assert_eq(counters_of(smr).advance, 0);
	smr_synchronize(smr);
	cr_assert_eq(smr_seq_delta(smr_current(smr), goal), 2);
	AUDIT(smr);
	smr_destroy(smr);
}

Test(smr_deferred, goal_too_far_ahead_counts_as_expired)
{
	struct smr *smr;
	struct smr_seq wr;

	/* With a grace of two ticks goals may lie two steps ahead. */
	smr = deferred(8);
	wr = smr_current(smr);
	cr_assert_not(smr_poll(smr, smr_seq_add(wr, 2), false));
	cr_assert_not(smr_poll(smr, smr_seq_add(wr, 4), false));
	cr_assert(smr_poll(smr, smr_seq_add(wr, 6), false));
	cr_assert_eq(counters_of(smr).poll_scan, 0);
	smr_destroy(smr);
}

Test(smr_deferred, deferral_of_one_or_none_is_eager)
{
	struct smr *smr;
	struct smr_seq goal;
	uint32_t deferral;
	unsigned i;

	for (deferral = 0; deferral <= 1; deferral++) {
		smr = deferred(deferral);
		for (i = 0; i < 5; i++) {
			goal = smr_advance(smr);
			cr_assert(smr_seq_eq(smr_current(smr), goal));
		}
		cr_assert_eq(counters_of(smr).advance, 5);
		smr_destroy(smr);
	}
}

Test(smr_deferred, section_holds_shared_goals)
{
	struct smr *smr;
	struct smr_seq goal;
	unsigned i;

	smr = deferred(3);
	goal = smr_advance(smr);

	/* Entered after the advance, but before the step: it must be waited for. */
	enter_on(smr, 1);
	for (i = 0; i < 2; i++)
		(void)smr_advance(smr);
	cr_assert(smr_seq_eq(smr_current(smr), goal));
	cr_assert_not(smr_poll(smr, goal, false));

	/* Entered after the step: it need not. */
	enter_on(smr, 2);
	exit_on(smr, 1);
	cr_assert(smr_poll(smr, goal, false));
	exit_on(smr, 2);
	smr_destroy(smr);
}
