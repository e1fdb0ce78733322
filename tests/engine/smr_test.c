/*
 * The eager clock, step by step.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "tests/engine/cpus.h"

TestSuite(smr, .init = cpus_init, .timeout = 10);

Test(smr, hands_of_an_idle_domain_meet)
{
	struct smr *smr;
	struct smr_seq goal;

	smr = smr_create("test", NULL);

	/* A new domain has nothing outstanding. */
	cr_assert(smr_seq_eq(rd_of(smr), smr_current(smr)));

	/* The advance moves wr by one step and leaves rd alone. */
	goal = smr_advance(smr);
	cr_assert(smr_seq_eq(goal, smr_current(smr)));
	cr_assert_eq(smr_seq_delta(goal, rd_of(smr)), 2);

	/* Nobody reads, so the first poll scans and is content. */
	cr_assert(smr_poll(smr, goal, false));
	cr_assert(smr_seq_eq(rd_of(smr), goal));
	cr_assert_eq(counters_of(smr).poll_scan, 1);

	/* The second finds rd at the goal and does not scan. */
	cr_assert(smr_poll(smr, goal, false));
	cr_assert_eq(counters_of(smr).poll_scan, 1);
	cr_assert_eq(counters_of(smr).poll, 2);
	cr_assert_eq(counters_of(smr).poll_fail, 0);
	AUDIT(smr);
	smr_destroy(smr);
}

Test(smr, section_that_was_open_holds_the_goal)
{
	struct smr *smr;
	struct smr_seq goal;

	smr = smr_create("test", NULL);

	/* The reader is there before the advance. */
	enter_on(smr, 1);
	goal = smr_advance(smr);

	/* It cannot be missed, however often one asks. */
	cr_assert_not(smr_poll(smr, goal, false));
	cr_assert_not(smr_poll(smr, goal, false));
	cr_assert_eq(counters_of(smr).poll_fail, 2);
	cr_assert_eq(counters_of(smr).poll_scan, 2);
	AUDIT(smr);

	/* It goes, and with it the reason to wait. */
	exit_on(smr, 1);
	cr_assert(smr_poll(smr, goal, false));
	smr_destroy(smr);
}

Test(smr, section_that_began_later_does_not)
{
	struct smr *smr;
	struct smr_seq goal, next;

	smr = smr_create("test", NULL);
	goal = smr_advance(smr);

	/* This reader carries the goal itself: it cannot see the unlinked. */
	enter_on(smr, 1);
	cr_assert(smr_poll(smr, goal, false));

	/* The next goal is another matter. */
	next = smr_advance(smr);
	cr_assert_not(smr_poll(smr, next, false));
	exit_on(smr, 1);
	cr_assert(smr_poll(smr, next, false));
	smr_destroy(smr);
}

Test(smr, each_section_of_a_row_is_judged_anew)
{
	struct smr *smr;
	struct smr_seq goal;

	smr = smr_create("test", NULL);
	enter_on(smr, 1);
	goal = smr_advance(smr);
	cr_assert_not(smr_poll(smr, goal, false));

	/* The CPU is in a section again, but not in that one. */
	exit_on(smr, 1);
	enter_on(smr, 1);
	cr_assert(smr_poll(smr, goal, false));
	exit_on(smr, 1);
	smr_destroy(smr);
}

Test(smr, failed_poll_moves_rd_to_the_oldest_section)
{
	struct smr *smr;
	struct smr_seq first, second, third;

	smr = smr_create("test", NULL);
	first = smr_advance(smr);
	enter_on(smr, 1);
	second = smr_advance(smr);
	enter_on(smr, 2);
	third = smr_advance(smr);

	/* CPU 1 fails it; CPU 2 would allow more; the older decides. */
	cr_assert_not(smr_poll(smr, third, false));
	cr_assert(smr_seq_eq(rd_of(smr), first));

	/* So the older goal needs no scan of its own. */
	cr_assert(smr_poll(smr, first, false));
	cr_assert_eq(counters_of(smr).poll_scan, 1);

	/* Without CPU 1 the failing scan gets as far as CPU 2. */
	exit_on(smr, 1);
	cr_assert_not(smr_poll(smr, third, false));
	cr_assert(smr_seq_eq(rd_of(smr), second));
	exit_on(smr, 2);
	cr_assert(smr_poll(smr, third, false));
	AUDIT(smr);
	smr_destroy(smr);
}

Test(smr, one_scan_pays_for_all_older_goals)
{
	struct smr_seq goals[50];
	struct smr *smr;
	size_t i;

	smr = smr_create("test", NULL);
	for (i = 0; i < 50; i++)
		goals[i] = advance_on(smr, i % CPUS);
	cr_assert(smr_poll(smr, goals[0], false));
	for (i = 1; i < 50; i++)
		cr_assert(smr_poll(smr, goals[i], false));
	cr_assert_eq(counters_of(smr).poll_scan, 1);
	cr_assert_eq(counters_of(smr).poll, 50);
	cr_assert_eq(counters_of(smr).advance, 50);
	smr_destroy(smr);
}

Test(smr, goal_ahead_of_wr_counts_as_expired)
{
	struct smr *smr;

	smr = smr_create("test", NULL);
	enter_on(smr, 1);

	/* No eager advance can have returned it, so it is from a turn ago. */
	cr_assert(smr_poll(smr, smr_seq_add(smr_current(smr), 2), false));
	cr_assert(smr_poll(smr, smr_seq_add(smr_current(smr), 1000), false));
	cr_assert_eq(counters_of(smr).poll_scan, 0);
	exit_on(smr, 1);
	smr_destroy(smr);
}

Test(smr, goal_older_than_rd_is_met_for_half_a_turn)
{
	struct smr *smr;
	struct smr_seq goal;

	smr = smr_create("test", NULL);
	goal = smr_advance(smr);
	cr_assert(smr_poll(smr, goal, false));
	enter_on(smr, 1);
	cr_assert(smr_poll(smr, smr_seq_add(goal, 0 - 2u), false));
	cr_assert(smr_poll(smr, smr_seq_add(goal, 0x80000001u), false));
	exit_on(smr, 1);
	smr_destroy(smr);
}

Test(smr, answer_for_no_goal_depends_on_where_rd_is)
{
	struct smr_config config;
	struct smr *smr;

	/* rd is in the half of the circle after 0: 0 looks passed. */
	smr = smr_create("test", NULL);
	enter_on(smr, 1);
	(void)smr_advance(smr);
	cr_assert(smr_poll(smr, SMR_SEQ_INVALID, false));
	exit_on(smr, 1);
	smr_destroy(smr);

	/* 0 lies between rd and wr: the reader seems to matter. */
	smr_config_production(&config);
	smr_config_start_before_wrap(&config, 1);
	smr = smr_create("test", &config);
	enter_on(smr, 1);
	(void)smr_advance(smr);
	cr_assert_not(smr_poll(smr, SMR_SEQ_INVALID, false));
	exit_on(smr, 1);
	smr_destroy(smr);
}

Test(smr, stale_section_holds_rd_where_it_is)
{
	struct smr *smr;
	struct smr_seq goal, stale, next;

	smr = smr_create("test", NULL);

	/*
	 * CPU 1 reads wr and stops.  Meanwhile rd passes what it has read.
	 */
	stale = smr_current(smr);
	goal = smr_advance(smr);
	cr_assert(smr_poll(smr, goal, false));

	/* Now it stores: an open section with a number older than rd. */
	atomic_store(&smr->cpu[1].c_seq, stale.value);
	AUDIT(smr);

	/* rd does not go back, nor on, and goals that were met stay so. */
	next = smr_advance(smr);
	cr_assert_not(smr_poll(smr, next, false));
	cr_assert(smr_seq_eq(rd_of(smr), goal));
	cr_assert(smr_poll(smr, goal, false));

	/* It ends, and all is as usual. */
	atomic_store(&smr->cpu[1].c_seq, 0);
	cr_assert(smr_poll(smr, next, false));
	smr_destroy(smr);
}

Test(smr, poll_in_a_section_may_look_but_not_wait)
{
	struct smr *smr, *other;
	struct smr_seq goal, elsewhere;

	smr = smr_create("test", NULL);
	other = smr_create("other", NULL);
	goal = smr_advance(smr);
	elsewhere = smr_advance(other);
	smr_enter(smr);

	/* The section began after the goal. */
	cr_assert(smr_poll(smr, goal, false));

	/* Waiting for another domain is allowed; sections nest across them. */
	smr_wait(other, elsewhere);
	smr_enter(other);
	cr_assert(smr_entered(smr) && smr_entered(other));
	smr_exit(other);
	cr_assert_not(smr_entered(other));
	cr_assert(smr_entered(smr));
	smr_exit(smr);
	cr_assert_not(smr_entered(smr));
	cr_assert_eq(kern_critical_depth(), 0);
	smr_destroy(other);
	smr_destroy(smr);
}

Test(smr, synchronize_is_advance_and_wait)
{
	struct smr *smr;

	smr = smr_create("test", NULL);
	smr_synchronize(smr);
	cr_assert_eq(counters_of(smr).advance, 1);
	cr_assert_eq(counters_of(smr).poll, 1);
	cr_assert(smr_seq_eq(rd_of(smr), smr_current(smr)));
	smr_destroy(smr);
}

Test(smr, destroy_gives_back_what_create_took)
{
	struct smr *smr;
	size_t before;

	before = kern_native_pages();
	smr = smr_create("test", NULL);
	cr_assert_gt(kern_native_pages(), before);
	cr_assert_str_eq(smr_name(smr), "test");
	smr_destroy(smr);
	cr_assert_eq(kern_native_pages(), before);
}

Test(smr, words_of_a_domain_are_kept_apart)
{
	struct smr *smr;
	uintptr_t shared, cpu;

	smr = smr_create("test", NULL);
	shared = (uintptr_t)smr->cpu[0].shared;
	cpu = (uintptr_t)&smr->cpu[0];
	cr_assert_eq(shared % 128, 0);
	cr_assert_eq(cpu % 128, 0);
	cr_assert_eq((uintptr_t)&smr->cpu[1] - cpu, 128);
	cr_assert_eq((uintptr_t)&smr->cpu[0].shared->rd / 64, shared / 64);
	smr_destroy(smr);
}

Test(smr, audit_names_what_is_broken)
{
	struct smr_shared *shared;
	struct smr *smr;
	struct smr_seq wr;

	smr = smr_create("test", NULL);
	shared = smr->cpu[0].shared;
	(void)smr_advance(smr);
	AUDIT(smr);
	wr = smr_current(smr);

	atomic_store(&shared->rd, wr.value + 2);
	cr_assert_str_eq(smr_audit(smr), "rd has passed wr");
	atomic_store(&shared->rd, wr.value - 1);
	cr_assert_str_eq(smr_audit(smr), "wr or rd is even");
	atomic_store(&shared->rd, wr.value - 4);
	cr_assert_str_eq(smr_audit(smr), "rd moved backwards");
	atomic_store(&shared->rd, wr.value);
	AUDIT(smr);
	atomic_store(&smr->cpu[2].c_seq, wr.value + 2);
	cr_assert_str_eq(smr_audit(smr), "an open section is newer than wr");
	atomic_store(&smr->cpu[2].c_seq, wr.value + 1);
	cr_assert_str_eq(smr_audit(smr),
	    "the number of an open section is even");
	atomic_store(&smr->cpu[2].c_seq, 0);
	atomic_store(&shared->rd, wr.value - 2);
	atomic_store(&shared->wr_pair, smr_pair(smr_seq_make(wr.value - 2), 0));
	cr_assert_str_eq(smr_audit(smr), "wr moved backwards");
	smr_destroy(smr);
}
