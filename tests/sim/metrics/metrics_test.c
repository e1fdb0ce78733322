/*
 * What a run reports, against a play of which every instant is known.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "engine/kern.h"
#include "policies/policy.h"
#include "sim/lab_run.h"
#include "sim/metrics/metrics.h"
#include "tests/sim/measure.h"

#define CLOSE(name, stat, expected)					\
	cr_expect(fabs(metric(name, stat) - (expected)) <= 1e-9 *	\
	    (expected) + 1e-6, "%s.%s is %.9g, not %.9g", name, stat,	\
	    metric(name, stat), (double)(expected))

/* Of a histogram: within the width of its bucket. */
#define NEAR(name, stat, expected)					\
	cr_expect(fabs(metric(name, stat) - (expected)) <=		\
	    (expected) / 100.0, "%s.%s is %.9g, not %.9g", name, stat,	\
	    metric(name, stat), (double)(expected))

/* --- a policy that does nothing but what the play says --------------------------- */

static unsigned char *stock;
static void *next_item;

static void *
puppet_create(const struct policy_setup *setup)
{

	(void)setup;
	stock = kern_pages_alloc(1, 0);
	return (stock);
}

static void
puppet_nothing(void *policy)
{

	(void)policy;
}

static void *
puppet_alloc(void *policy)
{

	(void)policy;
	return (next_item);
}

static void
puppet_retire(void *policy, void *item)
{

	(void)policy;
	(void)item;
}

static const struct policy_def puppet = {
	.part = { .name = "puppet" },
	.create = puppet_create,
	.destroy = puppet_nothing,
	.enter = puppet_nothing,
	.exit = puppet_nothing,
	.alloc = puppet_alloc,
	.retire = puppet_retire,
	.synchronize = puppet_nothing,
};

static void *items_of_play[3];

static uint64_t
at(uint64_t us)
{

	return (lab.window_begin_ps + us * 1000000);
}

static void
until(struct lab_thread *thread, uint64_t us)
{

	while (lab_now_ps(thread) < at(us))
		lab_compute(thread, at(us) - lab_now_ps(thread));
}

static void
pages(uint64_t count)
{

	kern_event(KERN_PAGES, &puppet, count, 0);
}

static void
buckets(uint64_t bytes)
{

	kern_event(KERN_BUCKETS, &puppet, bytes, 0);
}

static void
step(enum kern_items what, int item)
{

	kern_items(what, &puppet, &items_of_play[item], 1, 1);
}

/*
 *	us     0   50  70  100 200 300 400 450 500 600 700 800 1000
 *	pages  1               3                   2
 *	A                  freed   cached stamped   known   live
 *	B              freed, and nobody cares
 *	reader     [---------------------------]
 */
static void
play_body(struct lab_thread *thread, void *argument)
{

	(void)argument;
	until(thread, 70);
	lab_retire(thread, items_of_play[1], 0);
	until(thread, 100);
	lab_retire(thread, items_of_play[0], at(60));
	until(thread, 200);
	pages(3);
	until(thread, 300);
	step(KERN_ITEMS_CACHED, 0);
	until(thread, 400);
	step(KERN_ITEMS_STAMPED, 0);
	until(thread, 500);
	pages(2);
	until(thread, 600);
	step(KERN_ITEMS_KNOWN, 0);
	until(thread, 700);
	buckets(300);
	until(thread, 800);
	next_item = items_of_play[0];
	(void)lab_alloc(thread);
	lab_done(thread, 500);
	until(thread, 1100);	/* the run ends with its threads */
}

static void
play_reader(struct lab_thread *thread, void *argument)
{

	(void)argument;
	until(thread, 50);
	lab_enter(thread);
	until(thread, 450);
	lab_exit(thread);
}

static void
play_setup(struct lab_thread *thread, const void *config)
{
	int i;

	(void)config;
	pages(1);
	buckets(100);
	for (i = 0; i < 3; i++) {
		next_item = stock + 256 * i;
		items_of_play[i] = lab_alloc(thread);
	}
	lab_spawn(thread, "player", 0, play_body, NULL);
	lab_spawn(thread, "reader", 1, play_reader, NULL);
}

static const struct workload_def play = {
	.part = { .name = "play" },
	.setup = play_setup,
};

static void
perform(void)
{

	spec_init(&spec);
	spec.machine.cpus = 3;
	spec.machine.hz = 1;	/* no clock during the play */
	spec.machine.pages = 4 << 20;
	spec.zone.item_size = 256;
	spec.run.warmup_ps = 100000000;
	spec.run.duration_ps = 1000000000;
	spec.run.series_points = 10;
	part_init(&spec.policy, &puppet.part);
	part_init(&spec.workload, &play.part);
	run_execute(&spec, &result);
	cr_assert_eq(result.status, RUN_OK, "%s",
	    result.findings[0].summary);
}

Test(metrics, footprint_is_weighted_by_time)
{

	perform();
	/* 200 us of 1 page, 300 of 3, 500 of 2; 700 of 100 bytes, 300 of 300. */
	CLOSE("footprint_bytes", "mean", 2.1 * 4096 + 160);
	CLOSE("footprint_bytes", "peak", 3 * 4096 + 100);
	NEAR("footprint_bytes", "p50", 2 * 4096 + 300);
	NEAR("footprint_bytes", "p99", 3 * 4096 + 100);
	CLOSE("footprint_state_bytes", "slabs", 2.1 * 4096);
	CLOSE("footprint_state_bytes", "buckets", 160);
	CLOSE("footprint_bytes", "unstable", 0);
}

Test(metrics, states_of_items_are_weighted_by_time)
{

	perform();
	/* A: 100 + 200 us; B: 70; C: all the time. */
	CLOSE("footprint_state_bytes", "live", 1.370 * 256);
	CLOSE("footprint_state_bytes", "unstamped", (0.3 + 0.93) * 256);
	CLOSE("footprint_state_bytes", "stamped_unsafe", 0.05 * 256);
	CLOSE("footprint_state_bytes", "safe_unknown", 0.15 * 256);
	CLOSE("footprint_state_bytes", "ready", 0.2 * 256);
	CLOSE("waiting_bytes", "mean", (1.23 + 0.05 + 0.15) * 256);
	/* The ideal reclaimer keeps what lives and what the reader may hold. */
	CLOSE("footprint_bytes", "clairvoyant_mean",
	    (1.370 + 0.350 + 0.380) * 256);
	CLOSE("footprint_bytes", "clairvoyant_peak", 3 * 256);
}

Test(metrics, latency_splits_at_the_instants_of_the_play)
{
	double sum;

	perform();
	CLOSE("free_to_use_ns", "mean", 740000);
	CLOSE("free_to_use_ns", "count", 1);
	CLOSE("latency_split_ns", "batching", 340000);
	CLOSE("latency_split_ns", "readers", 50000);
	CLOSE("latency_split_ns", "detection", 150000);
	CLOSE("latency_split_ns", "demand", 200000);
	CLOSE("free_to_safe_ns", "mean", 390000);
	CLOSE("safe_to_known_ns", "mean", 150000);
	CLOSE("free_to_stamped_ns", "mean", 340000);
	CLOSE("known_to_use_ns", "mean", 200000);
	sum = metric("latency_split_ns", "batching") +
	    metric("latency_split_ns", "readers") +
	    metric("latency_split_ns", "detection") +
	    metric("latency_split_ns", "demand");
	CLOSE("free_to_use_ns", "mean", sum);
}

Test(metrics, item_that_still_waits_is_counted_as_censored)
{

	perform();
	CLOSE("censored_items", "total", 1);
	CLOSE("censored_items", "oldest_ns", 930000);
	/* One of two was done after 740 us; the other waits for longer. */
	NEAR("free_to_use_ns", "p50", 740000);
	NEAR("free_to_use_ns", "p90", 930000);
	NEAR("free_to_use_ns", "p99", 930000);
	CLOSE("free_to_use_ns", "p99_is_bound", 1);
	CLOSE("free_to_use_ns", "max", 740000);
}

Test(metrics, counts_are_those_of_the_window)
{

	perform();
	CLOSE("frees", "total", 2);
	CLOSE("allocs", "total", 1);	/* not those of the set-up */
	CLOSE("alloc_failures", "total", 0);
	CLOSE("ops_per_s", "mean", 500 / 1e-3);
	CLOSE("enter_exit_ns", "count", 1);
	CLOSE("stalled_ns", "total", 0);
}

Test(metrics, series_shows_the_state_at_equal_steps)
{
	static const uint64_t slabs[] = { 1, 1, 3, 3, 3, 2, 2, 2, 2, 2 };
	const struct run_series *series;
	size_t i, n;

	perform();
	for (n = 0; n < result.series_count; n++)
		if (strcmp(result.series[n].name, "slabs") == 0)
			break;
	cr_assert_lt(n, result.series_count);
	series = &result.series[n];
	cr_assert_eq(series->step_ps, 100000000);
	cr_assert_eq(series->point_count, 10);
	for (i = 0; i < 10; i++)
		cr_expect_eq(series->points[i], slabs[i] * 4096, "%zu", i);
}

/* --- of real runs ------------------------------------------------------------------ */

static void
churn(const char *stalled_reader)
{

	begin_with("gus", "slot_churn");
	set("machine.cpus", "4");
	set("zone.bucket_size", "8");
	set("workload.slot_churn.write_share", "50%");
	set("workload.slot_churn.stalled_reader", stalled_reader);
	set("workload.slot_churn.stalled_every", "100s");
	run();
}

Test(metrics, parts_of_the_latency_sum_to_its_mean)
{
	double sum;

	churn("0");
	sum = metric("latency_split_ns", "batching") +
	    metric("latency_split_ns", "readers") +
	    metric("latency_split_ns", "detection") +
	    metric("latency_split_ns", "demand");
	printf("%.3f us of %.3f us\n", sum / 1e3,
	    metric("free_to_use_ns", "mean") / 1e3);
	/* Each is rounded down to a picosecond. */
	cr_assert(fabs(sum - metric("free_to_use_ns", "mean")) < 0.01);
}

Test(metrics, stalled_reader_cannot_improve_a_percentile)
{
	static const char *const stats[] = { "p50", "p90", "p99", "p999" };
	double without[4];
	size_t i;

	churn("0");
	for (i = 0; i < 4; i++)
		without[i] = metric("free_to_use_ns", stats[i]);
	CLOSE("footprint_bytes", "unstable", 0);
	/* It enters before the window and does not leave. */
	churn("50ms");
	for (i = 0; i < 4; i++) {
		printf("%s %.1f us, stalled %.1f us\n", stats[i],
		    without[i] / 1e3,
		    metric("free_to_use_ns", stats[i]) / 1e3);
		cr_assert_geq(metric("free_to_use_ns", stats[i]), without[i]);
	}
	cr_assert_gt(metric("censored_items", "total"), 1000);
	CLOSE("free_to_use_ns", "p99_is_bound", 1);
	/* Memory grows for as long as it is there, and the verdict says so. */
	CLOSE("footprint_bytes", "unstable", 1);
}
