/*
 * What follows by arithmetic from the forms of page caches must follow from runs
 * on the machine.  tests/engine/page_pool_test.c has the same step by step.
 * Each test prints what was measured.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/sim/measure.h"

TestSuite(page_cache, .timeout = 120);

/* Address spaces of twenty pages on each of eight CPUs, one after another. */
static void
begin(const char *form)
{

	begin_with("gus", "page_churn");
	set("machine.cpus", "8");
	set("machine.pages", "64MiB");
	set("zone.page_cache", form);
	set("workload.page_churn.pages", "20");
	set("workload.page_churn.remote_share", "0%");
	set("run.warmup", "1ms");
	set("run.duration", "5ms");
}

Test(page_cache, without_one_each_page_is_a_lock_of_all)
{

	begin("none");
	run();
	printf("none: %.3f locks for a page\n",
	    metric("page_locks", "lists_each"));
	WITHIN(metric("page_locks", "lists_each"), 0.999, 1.001, "locks");
	cr_expect_eq(metric("page_cache_pages", "peak"), 0);
	run_result_fini(&result);
}

static unsigned
draw(uint64_t *state)
{

	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (1 + (unsigned)(*state >> 40) % 32);
}

/*
 * The array by itself: refills and spills for each of many pages.  What a CPU
 * takes and what it gives back are of different address spaces: if they were of
 * one, the count would be the same modulo seven after each, for ever.
 */
static void
model(unsigned most, unsigned fill, double *refills, double *spills)
{
	unsigned cached, i, pages, round;
	uint64_t state;
	double taken;

	cached = 0;
	state = 1;
	*refills = *spills = taken = 0;
	for (round = 0; round < 100000; round++) {
		pages = draw(&state);
		taken += pages;
		for (i = 0; i < pages; i++)
			if (cached > 0)
				cached--;
			else {
				cached = fill;
				++*refills;
			}
		pages = draw(&state);
		for (i = 0; i < pages; i++, cached++)
			if (cached == most) {
				cached = 0;
				++*spills;
			}
	}
	*refills /= taken;
	*spills /= taken;
}

Test(page_cache, a_tiny_one_takes_the_lock_as_often_as_seven_and_six_say)
{
	double locks, refills, spills, taken;

	begin("tiny");
	set("workload.page_churn.pages", "{uniform: [1, 32]}");
	set("workload.page_churn.remote_share", "100%");
	set("run.duration", "20ms");
	run();
	model(7, 6, &refills, &spills);
	taken = metric("pages", "taken");
	printf("tiny: %.4f refills for a page taken, %.4f by arithmetic; "
	    "%.4f spills for one given back, %.4f by arithmetic\n",
	    metric("page_caches", "refills") / taken, refills,
	    metric("page_caches", "spills") / metric("pages", "given_back"),
	    spills);
	WITHIN(metric("page_caches", "refills") / taken, 0.98 * refills,
	    1.02 * refills, "refills");
	WITHIN(metric("page_caches", "spills") /
	    metric("pages", "given_back"), 0.98 * spills, 1.02 * spills,
	    "spills");
	/* Each CPU may have been between the two as the window opened or closed. */
	locks = metric("page_caches", "refills") +
	    metric("page_caches", "spills");
	WITHIN(metric("page_locks", "lists"), locks - 8, locks + 8,
	    "locks of all");
	cr_expect_eq(metric("page_cache_pages", "cpu_peak"), 7);
	cr_expect_eq(metric("page_locks", "caches"), 0);
	run_result_fini(&result);
}

Test(page_cache, an_own_lock_is_nobody_elses)
{

	begin("own_lock");
	run();
	printf("own lock: %.4f locks of all for a page, %.0f of %.0f own locks "
	    "contended\n", metric("page_locks", "lists_each"),
	    metric("page_locks", "caches_contended"),
	    metric("page_locks", "caches"));
	/* All pages that a CPU needs lie there after the first round. */
	cr_expect_eq(metric("page_locks", "lists"), 0);
	cr_expect_eq(metric("page_locks", "caches_contended"), 0);
	cr_expect_eq(metric("page_locks", "caches"),
	    metric("pages", "taken") + metric("pages", "given_back"));
	run_result_fini(&result);
}

/*
 * One address space for each CPU, in about 30 us, and then nothing: 20 pages in
 * three fills, so that 21 lie there until somebody takes them back.  On CPU 0
 * there are a few more, of the set-up.
 */
Test(page_cache, pages_are_handed_back_within_the_period)
{
	static const char *const every[] = { "0", "1ms", "2ms" };
	static const double period_ms[] = { 10, 1, 2 };
	double peak, stranded_ms;
	unsigned i;

	for (i = 0; i < 3; i++) {
		begin("own_lock");
		set("workload.page_churn.rest", "1s");
		set("workload.page_churn.hold", "0ns");
		set("zone.page_cache_every", every[i]);
		set("run.warmup", "0");
		set("run.duration", "10ms");
		run();
		peak = metric("page_cache_pages", "peak");
		WITHIN(peak, 8 * 21, 8 * 21 + 7, "pages in caches");
		stranded_ms = metric("page_cache_pages", "mean") / peak * 10;
		printf("every %s: pages lay there for %.2f ms\n", every[i],
		    stranded_ms);
		WITHIN(stranded_ms, 0.9 * period_ms[i] - 0.05,
		    period_ms[i] + 0.05, "stranded");
		cr_expect_eq(metric("page_caches", "handed_back"),
		    i == 0 ? 0 : peak);
	}
	run_result_fini(&result);
}

/* 1 MiB less what the machine itself needs, for which eight CPUs compete. */
Test(page_cache, on_demand_what_lies_in_caches_is_everybodys)
{
	double tiny, own;

	begin("own_lock");
	set("machine.pages", "1MiB");
	set("workload.page_churn.pages", "{uniform: [1, 60]}");
	set("zone.page_cache_every", "0");
	run();
	cr_expect_gt(metric("page_caches", "demands"), 0);
	cr_expect_gt(metric("page_caches", "handed_back"), 0);
	own = metric("page_cache_pages", "cpu_peak");
	begin("tiny");
	set("machine.pages", "1MiB");
	set("workload.page_churn.pages", "{uniform: [1, 60]}");
	run();
	tiny = metric("page_cache_pages", "cpu_peak");
	cr_expect_eq(metric("page_caches", "demands"), 0);
	printf("at most in one cache: own lock %.0f, tiny %.0f pages\n", own,
	    tiny);
	cr_expect_gt(own, 30);
	cr_expect_eq(tiny, 7);
	run_result_fini(&result);
}

/* The page daemon asks, and whatever the form, all of it goes back. */
Test(page_cache, low_memory_empties_caches)
{
	static const char *const forms[] = { "own_lock", "tiny" };
	struct err err;
	unsigned i;

	for (i = 0; i < 2; i++) {
		begin(forms[i]);
		set("workload.page_churn.rest", "1s");
		set("zone.page_cache_every", "0");
		cr_assert_eq(spec_add_fault(&spec, "memory_pressure", &err), 0);
		set("faults.memory_pressure.every", "1500us");
		run();
		cr_expect_eq(metric("page_caches", "handed_back"),
		    metric("page_cache_pages", "peak"));
		cr_expect_gt(metric("page_cache_pages", "peak"), 0);
		cr_expect_lt(metric("page_cache_pages", "mean"),
		    0.5 * metric("page_cache_pages", "peak"));
	}
	run_result_fini(&result);
}

/* Slabs come and go through it, and caches are part of the footprint. */
Test(page_cache, the_zone_takes_its_pages_there)
{
	struct err err;
	double sum;

	begin("tiny");
	cr_assert_eq(spec_set_workload(&spec, "burst", &err), 0);
	set("zone.item_size", "1KiB");
	set("zone.reclaim", "drain_cpu");
	set("zone.reclaim_every", "500us");
	set("workload.burst.every", "1ms");
	set("workload.burst.length", "300us");
	run();
	printf("%.0f pages taken, %.0f given back\n", metric("pages", "taken"),
	    metric("pages", "given_back"));
	cr_expect_gt(metric("pages", "taken"), 100);
	cr_expect_gt(metric("pages", "given_back"), 10);
	sum = metric("footprint_state_bytes", "slabs") +
	    metric("footprint_state_bytes", "buckets") +
	    metric("footprint_state_bytes", "page_caches");
	cr_expect_gt(metric("footprint_state_bytes", "page_caches"), 0);
	WITHIN(metric("footprint_bytes", "mean"), sum - 1, sum + 1, "footprint");
	WITHIN(metric("page_cache_pages", "mean") * 4096,
	    metric("footprint_state_bytes", "page_caches") - 5,
	    metric("footprint_state_bytes", "page_caches") + 5, "pages");
	run_result_fini(&result);
}

/* Who has no page allocator hears nothing of it. */
Test(page_cache, flat_has_no_such_numbers)
{

	begin("flat");
	run();
	cr_expect_null(run_metric_find(&result, "page_locks", "lists"));
	cr_expect_null(run_metric_find(&result, "footprint_state_bytes",
	    "page_caches"));
	cr_expect_eq(result.series_count, 9);
	begin("none");
	run();
	cr_expect_eq(result.series_count, 10);
	cr_expect_str_eq(result.series[9].name, "page_caches");
	run_result_fini(&result);
}

Test(page_cache, what_does_not_fit_is_refused)
{
	static const char *const cases[][4] = {
		{ "tiny", "zone.page_cache_max", "64", "at most 63" },
		{ "tiny", "zone.page_cache_fill", "8", "at most 7" },
		{ "own_lock", "zone.page_cache_max", "5", "at most 5" },
	};
	struct err err;
	char name[96];
	unsigned i;

	for (i = 0; i < 3; i++) {
		begin(cases[i][0]);
		set(cases[i][1], cases[i][2]);
		cr_expect_neq(spec_check(&spec, name, sizeof(name), &err), 0);
		cr_expect_neq(strstr(err.text, cases[i][3]), NULL, "%s",
		    err.text);
		cr_expect_eq(strncmp(name, "zone.page_cache_", 16), 0);
	}
}
