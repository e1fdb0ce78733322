/*
 * What follows by arithmetic from a scheme must follow from its runs.  Each
 * test prints what was measured beside what is predicted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

#include <criterion/criterion.h>

#include "tests/sim/measure.h"

TestSuite(scheme_theory, .timeout = 120);

/*
 * Under constant reading an item's list is safe when the epoch has moved twice
 * after it was filed, and the epoch moves at ticks.  With the phases of eight
 * CPUs spread over the tick it may do so several times in one; with all ticks
 * at once it moves once in each, and the item's own CPU has to be there.
 */
Test(scheme_theory, epoch_needs_at_least_two_ticks)
{
	static const uint64_t rates[] = { 1000, 2000, 4000 };
	double tick_ns, least;
	size_t i;

	for (i = 0; i < 3; i++) {
		begin_churn("epoch");
		set_number("machine.hz", rates[i]);
		set("machine.tick_phase", "aligned");
		run();
		tick_ns = 1e9 / (double)rates[i];
		least = metric("free_to_use_ns", "p50");
		printf("hz %llu: p50 %.0f ns from free to use, a tick is "
		    "%.0f ns\n", (unsigned long long)rates[i], least, tick_ns);
		/* Filed half a tick before the first one on average. */
		WITHIN(least, 1.5 * tick_ns, 6 * tick_ns, "free to use");
	}
	run_result_fini(&result);
}

/*
 * N CPUs that poll once a tick move the epoch N times, so each meets the same
 * residues mod 4 again, and of four lists a rule that looks at one sees one in
 * gcd(N, 4): docs/findings/epoch-parity.md.
 */
Test(scheme_theory, epoch_polls_meet_the_same_lists_again)
{
	static const struct {
		const char *rule;
		uint64_t polling;
		double low, high;	/* share of what was freed */
	} cases[] = {
		{ "2017", 2, 0.45, 0.55 }, { "2018", 2, 0.90, 1 },
		{ "2026", 2, 0.45, 0.55 }, { "2017", 3, 0.85, 1 },
		{ "2018", 3, 0.90, 1 }, { "2026", 3, 0.85, 1 },
		{ "2017", 4, 0.20, 0.30 }, { "2018", 4, 0.45, 0.55 },
		{ "2026", 4, 0.20, 0.30 },
	};
	double share;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin_churn("epoch");
		set("machine.cpus", "12");
		set("machine.tick_phase", "spread");
		set("policy.epoch.rule", cases[i].rule);
		set_number("workload.slot_churn.writers", cases[i].polling);
		set("workload.slot_churn.write_rate", "50k/s");
		set("run.duration", "60ms");
		run();
		share = metric("free_to_use_ns", "count") /
		    metric("frees", "total");
		printf("rule %s, %llu CPUs: %.0f %% reused\n", cases[i].rule,
		    (unsigned long long)cases[i].polling, 100 * share);
		WITHIN(share, cases[i].low, cases[i].high, "reused");
	}
	run_result_fini(&result);
}

/* A task that never gets the CPU frees nothing: what is retained is all. */
Test(scheme_theory, starved_epoch_keeps_what_was_freed)
{
	double urgent, starved;

	begin_churn("epoch");
	run();
	urgent = metric("waiting_bytes", "mean");
	begin_churn("epoch");
	set("policy.epoch.task", "background");
	/* Nobody sleeps: the CPUs are never idle. */
	set("workload.slot_churn.write_rate", "0/s");
	set("workload.slot_churn.think", "2us");
	run();
	starved = metric("waiting_bytes", "mean");
	printf("waiting: %.0f bytes, starved %.0f\n", urgent, starved);
	cr_expect_eq(metric("free_to_use_ns", "count"), 0);
	cr_expect_gt(starved, 3 * urgent);
	cr_expect_eq(metric("footprint_bytes", "unstable"), 1);
	run_result_fini(&result);
}

/*
 * K performers that come at once: one round for the first, and one for all who
 * came while it was under way.  Without coalescing each has its own.
 */
Test(scheme_theory, coalesced_performs_take_at_most_two_rounds_each_batch)
{
	double rounds, performs;
	int coalesce;

	for (coalesce = 0; coalesce < 2; coalesce++) {
		begin_churn("pserialize");
		set("workload.slot_churn.readers", "0");
		set("workload.slot_churn.writers", "8");
		set("workload.slot_churn.write_rate", "0/s");
		set("policy.pserialize.coalesce", coalesce ? "true" : "false");
		run();
		rounds = metric("poll_scan", "total");
		performs = metric("poll", "total");
		printf("coalesce %d: %.0f rounds for %.0f performs, %.0f IPIs\n",
		    coalesce, rounds, performs, metric("ipis", "total"));
		cr_assert_gt(performs, 100);
		if (!coalesce)
			WITHIN(rounds / performs, 0.98, 1.02, "rounds");
		else
			/* Eight at once: two rounds for seven or eight. */
			cr_expect_leq(rounds / performs, 2.0 / 7,
			    "%.3f rounds for a perform", rounds / performs);
		WITHIN(metric("ipis", "total") / rounds, 6.9, 7.1,
		    "IPIs of a round");
	}
	run_result_fini(&result);
}

/* Readers do not pay, and each free interrupts all other CPUs. */
Test(scheme_theory, performs_per_batch_divide_the_interrupts)
{
	double single, batched;

	begin_churn("pserialize");
	set("workload.slot_churn.write_rate", "20k/s");
	run();
	single = metric("ipis", "total") / metric("frees", "total");
	begin_churn("pserialize");
	set("workload.slot_churn.write_rate", "20k/s");
	set("policy.pserialize.batch", "16");
	run();
	batched = metric("ipis", "total") / metric("frees", "total");
	printf("IPIs for a free: %.2f, by batches %.3f\n", single, batched);
	WITHIN(single, 6.8, 7.2, "each its own");
	WITHIN(batched, 0.9 * 7 / 16, 1.1 * 7 / 16, "a batch of 16");
	run_result_fini(&result);
}

/* What waits when a reader has stalled for `stall_ms`, in items. */
static double
stalled(const char *policy, unsigned stall_ms)
{
	char text[16];

	begin_churn(policy);
	snprintf(text, sizeof(text), "%ums", stall_ms);
	set("workload.slot_churn.stalled_reader", text);
	set("workload.slot_churn.stalled_every", "100ms");
	set("workload.slot_churn.readers", "4");
	set("run.warmup", "0s");
	snprintf(text, sizeof(text), "%ums", stall_ms - 1);
	set("run.duration", text);
	run();
	return (metric("footprint_bytes", "peak") / 256);
}

/*
 * Two writers free 400,000 items a second.  Under a reader that stays, the
 * schemes that wait for sections keep all of them; the bounded ones keep what
 * their formulas allow: the published items, what the CPUs cache, and
 *	hazard	N * (batch + N * K)
 *	ibr	live + N * era_every, and N * batch
 */
Test(scheme_theory, stalled_reader_grows_linearly_or_is_bounded)
{
	static const char *const unbounded[] = { "gus", "ebr", "qsbr", "epoch",
		"parsec", "rcu" };
	double shorter, longer, bound, live;
	size_t i;

	for (i = 0; i < sizeof(unbounded) / sizeof(unbounded[0]); i++) {
		shorter = stalled(unbounded[i], 6);
		longer = stalled(unbounded[i], 16);
		printf("%s: %.0f items in 5 ms, %.0f in 15 ms\n",
		    unbounded[i], shorter, longer);
		/* 400 items a millisecond; pages and buckets on top. */
		WITHIN(longer - shorter, 0.9 * 4000, 1.4 * 4000,
		    unbounded[i]);
	}
	/* 256 slots; a bucket to allocate from and one to free to, full. */
	live = 256 + 8 * 2 * 8;
	bound = live + 8 * (64 + 8 * 8);
	longer = stalled("hazard", 16);
	printf("hazard: %.0f items, at most %.0f\n", longer, bound);
	cr_expect_leq(longer, 1.25 * bound);
	bound = live + live + 8 * 64 + 8 * 64;
	longer = stalled("ibr", 16);
	printf("ibr: %.0f items, at most %.0f\n", longer, bound);
	cr_expect_leq(longer, 1.25 * bound);
	run_result_fini(&result);
}

/* The oracle's own figure for the ideal, and a scheme that has it. */
Test(scheme_theory, clairvoyant_needs_no_more_than_the_ideal)
{
	double ideal, least;

	begin_churn("gus");
	run();
	least = metric("footprint_bytes", "mean");
	begin_churn("clairvoyant");
	run();
	ideal = metric("footprint_bytes", "clairvoyant_mean");
	printf("clairvoyant: %.0f bytes, ideal %.0f, gus %.0f\n",
	    metric("footprint_bytes", "mean"), ideal, least);
	/* Whole slabs, buckets, and a link behind each item. */
	cr_expect_leq(metric("footprint_bytes", "mean"), 2 * ideal);
	cr_expect_leq(metric("footprint_bytes", "mean"), least);
	cr_expect_leq(metric("safe_to_known_ns", "p50"),
	    metric("free_to_use_ns", "p50"));
	run_result_fini(&result);
}

/* Sections of those that promise it cost no shared line and no fence. */
Test(scheme_theory, free_sections_cost_less_than_fenced_ones)
{
	static const char *const cheap[] = { "qsbr", "rcu", "openbsd",
		"pserialize" };
	double fenced, locked, cost;
	size_t i;

	begin_churn("ebr");
	set("workload.slot_churn.write_rate", "1k/s");
	run();
	fenced = metric("enter_exit_ns", "p50");
	begin_churn("rwlock");
	set("workload.slot_churn.write_rate", "1k/s");
	run();
	locked = metric("enter_exit_ns", "p50");
	for (i = 0; i < 4; i++) {
		begin_churn(cheap[i]);
		set("workload.slot_churn.write_rate", "1k/s");
		run();
		cost = metric("enter_exit_ns", "p50");
		printf("%s: %.0f ns, ebr %.0f ns, rwlock %.0f ns\n", cheap[i],
		    cost, fenced, locked);
		cr_expect_lt(cost, fenced);
	}
	cr_expect_gt(locked, 5 * fenced);
	run_result_fini(&result);
}
