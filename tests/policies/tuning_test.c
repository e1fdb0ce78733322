/*
 * What follows by arithmetic from a tuning of gus must follow from its runs.
 * Each test prints what was measured.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/sim/measure.h"

TestSuite(tuning, .timeout = 120);

/*
 * A free every 5 us.  The item that comes first waits for seven more, or for
 * eight: on average 3.5 frees or 4.5.
 */
Test(tuning, an_early_stamp_comes_one_free_sooner)
{
	double early, late;

	begin_churn("gus");
	run();
	late = metric("free_to_stamped_ns", "mean");
	begin_churn("gus");
	set("zone.stamp", "early");
	run();
	early = metric("free_to_stamped_ns", "mean");
	printf("free to stamped: early %.0f ns, late %.0f ns\n", early, late);
	/* What a free waits for its turn comes on top. */
	WITHIN(late, 4.5 * 5000, 1.15 * 4.5 * 5000, "late");
	WITHIN(early, 3.5 * 5000, 1.15 * 3.5 * 5000, "early");
	WITHIN(late - early, 0.8 * 5000, 1.2 * 5000, "one free");
	run_result_fini(&result);
}

Test(tuning, advances_are_frees_by_bytes)
{
	double each;

	begin_churn("gus");
	set("zone.advance_bytes", "16KiB");
	run();
	each = metric("frees", "total") / metric("advance", "total");
	printf("%.1f frees for an advance, 16 KiB are 64\n", each);
	WITHIN(each, 0.97 * 64, 1.03 * 64, "frees for an advance");
	run_result_fini(&result);
}

/* A CPU frees 20 items in a tick, so two full buckets: they wait for the tick. */
Test(tuning, advances_come_once_in_so_many_ticks)
{
	double advances;

	begin_churn("gus");
	set("machine.hz", "10000");
	set("zone.advance_ticks", "5");
	run();
	advances = metric("advance", "total");
	/* 200 ticks, two CPUs; the first bucket comes 40 us after the advance. */
	printf("%.0f advances in 200 ticks\n", advances);
	WITHIN(advances, 2 * 200 / 7.0, 2 * 200 / 5.0, "advances");
	run_result_fini(&result);
}

/* 1000 frees a second: a bucket takes 8 ms to fill, or two ticks to be old. */
Test(tuning, ageing_bounds_the_wait_for_a_stamp)
{
	double aged, stranded;

	begin_churn("gus");
	set("workload.slot_churn.write_rate", "1k/s");
	set("run.duration", "100ms");
	run();
	stranded = metric("free_to_stamped_ns", "max");
	begin_churn("gus");
	set("workload.slot_churn.write_rate", "1k/s");
	set("run.duration", "100ms");
	set("zone.age_ticks", "2");
	run();
	aged = metric("free_to_stamped_ns", "max");
	printf("free to stamped: at most %.2f ms, aged %.2f ms\n",
	    stranded / 1e6, aged / 1e6);
	/* They come at random. */
	WITHIN(stranded, 8e6, 24e6, "until the bucket is full");
	/* Up to a tick until it is seen, two more, and the task's turn. */
	WITHIN(aged, 1.9e6, 3.1e6, "until it is old");
	run_result_fini(&result);
}

/* The goals of 1000 advances wait for the last of them, which never comes. */
Test(tuning, goals_of_nobodys_are_met_once_they_are_committed)
{
	static const char *const by[] = { "never", "queue", "tick" };
	double reused[3], steps[3];
	unsigned i;

	for (i = 0; i < 3; i++) {
		begin_churn("gus");
		set("core.mode", "deferred");
		set("core.deferral", "100000");
		set("core.commit", by[i]);
		run();
		reused[i] = metric("free_to_use_ns", "count");
		steps[i] = metric("advance", "total");
		printf("commit %s: %.0f items reused, %.0f steps\n", by[i],
		    reused[i], steps[i]);
	}
	cr_expect_eq(reused[0], 0);
	cr_expect_eq(steps[0], 0);
	/* 8000 frees are 1000 buckets, each of which has its goal. */
	WITHIN(steps[1], 900, 1010, "a step for each bucket");
	cr_expect_gt(reused[1], 7000);
	/* Two CPUs, 20 ticks. */
	WITHIN(steps[2], 38, 42, "a step for each tick of a CPU that frees");
	cr_expect_gt(reused[2], 6500);
	run_result_fini(&result);
}

Test(tuning, a_deferral_by_bytes_is_one_by_count)
{
	double each;

	begin_churn("gus");
	set("core.mode", "deferred");
	set("core.deferral", "100000");
	set("core.deferral_bytes", "32KiB");
	run();
	each = metric("frees", "total") / metric("advance", "total");
	printf("%.1f frees for a step, 32 KiB are 128\n", each);
	WITHIN(each, 0.97 * 128, 1.05 * 128, "frees for a step");
	run_result_fini(&result);
}

/*
 * Newest first, a head that is not safe hides all that are: memory grows.  A
 * look behind it finds them.
 */
Test(tuning, newest_first_wants_a_deep_look)
{
	double fifo, lifo, deep;

	begin_churn("gus");
	set("workload.slot_churn.section", "20us");
	run();
	fifo = metric("footprint_bytes", "peak");
	begin_churn("gus");
	set("workload.slot_churn.section", "20us");
	set("zone.order", "lifo");
	run();
	lifo = metric("footprint_bytes", "peak");
	begin_churn("gus");
	set("workload.slot_churn.section", "20us");
	set("zone.order", "lifo");
	set("zone.poll_depth", "1000");
	run();
	deep = metric("footprint_bytes", "peak");
	printf("peak: fifo %.0f, lifo %.0f, deep %.0f bytes\n", fifo, lifo,
	    deep);
	cr_expect_gt(lifo, 1.5 * fifo);
	cr_expect_leq(deep, 1.1 * fifo);
	run_result_fini(&result);
}

/* What piles up behind the newest is safe all the same. */
Test(tuning, a_drain_gives_back_what_a_timeout_leaves)
{
	double drained, left;

	begin_churn("gus");
	set("workload.slot_churn.section", "20us");
	set("zone.order", "lifo");
	set("zone.reclaim_every", "500us");
	run();
	left = metric("footprint_bytes", "mean");
	begin_churn("gus");
	set("workload.slot_churn.section", "20us");
	set("zone.order", "lifo");
	set("zone.reclaim_every", "500us");
	set("zone.reclaim", "drain");
	run();
	drained = metric("footprint_bytes", "mean");
	printf("mean: timeout %.0f, drain %.0f bytes\n", left, drained);
	cr_expect_lt(drained, 0.8 * left);
	run_result_fini(&result);
}

/*
 * XNU takes a step when magazines are shared: with D in a CPU's depot, once for
 * each D + 1 of them.  Consumers only free, so that nothing else empties it.
 */
Test(tuning, xnu_commits_once_for_a_depot)
{
	static const char *const depots[] = { "0", "3", "7" };
	static const double full[] = { 1, 4, 8 };
	double each;
	struct err err;
	unsigned i;

	for (i = 0; i < 3; i++) {
		begin_churn("gus");
		cr_assert_eq(spec_set_policy(&spec, "xnu", &err), 0);
		set("policy.xnu.depot", depots[i]);
		cr_assert_eq(spec_set_workload(&spec, "producer_consumer",
		    &err), 0);
		run();
		each = metric("frees", "total") / metric("advance", "total");
		printf("depot %s: %.1f frees for a step\n", depots[i], each);
		WITHIN(each, 0.95 * 8 * full[i], 1.05 * 8 * full[i],
		    "frees for a step");
	}
	run_result_fini(&result);
}

/* Each is refused where it would mean nothing, in words. */
Test(tuning, what_means_nothing_is_refused)
{
	static const struct {
		const char *knobs[3][2];
		const char *blamed;
		const char *word;
	} cases[] = {
		{ { { "core.commit", "tick" } }, "core.commit", "deferred" },
		{ { { "core.deferral_bytes", "1KiB" } }, "core.commit",
		    "deferred" },
		{ { { "zone.stamp", "early" }, { "zone.advance_every", "2" } },
		    "zone.stamp", "must be 1" },
	};
	struct err err;
	char name[96];
	size_t i, j;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_churn("gus");
		for (j = 0; j < 3 && cases[i].knobs[j][0] != NULL; j++)
			set(cases[i].knobs[j][0], cases[i].knobs[j][1]);
		cr_expect_neq(spec_check(&spec, name, sizeof(name), &err), 0);
		cr_expect_str_eq(name, cases[i].blamed);
		cr_expect_neq(strstr(err.text, cases[i].word), NULL, "%s",
		    err.text);
	}
}

/* Schemes that keep what a reader has loaded know nothing of links in items. */
Test(tuning, a_rooted_policy_is_refused_where_links_lie_in_items)
{
	static const char *const rooted[] = { "hazard", "ibr", "psref",
		"localcount" };
	struct err err;
	char name[96];
	size_t i;

	for (i = 0; i < 4; i++) {
		begin_churn("gus");
		cr_assert_eq(spec_set_policy(&spec, rooted[i], &err), 0);
		cr_expect_eq(spec_check(&spec, name, sizeof(name), &err), 0);
		cr_assert_eq(spec_set_workload(&spec, "radix", &err), 0);
		cr_expect_neq(spec_check(&spec, name, sizeof(name), &err), 0);
		cr_expect_str_eq(name, "policy");
		cr_assert_eq(spec_set_workload(&spec, "namecache", &err), 0);
		cr_expect_neq(spec_check(&spec, name, sizeof(name), &err), 0);
		cr_expect_neq(strstr(err.text, "slot_churn"), NULL);
	}
}
