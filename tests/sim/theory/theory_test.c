/*
 * What follows from the algorithm by arithmetic must follow from the runs.
 * Each test prints what was measured beside what is predicted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/sim/measure.h"

enum { WRITERS = 4, ITEM = 256 };

/* Four CPUs read and four replace items, 100,000 times a second each. */
static void
begin(void)
{

	begin_with("gus", "slot_churn");
	set("machine.cpus", "8");
	set("machine.pages", "256MiB");
	spec.zone.item_size = ITEM;
	set("zone.bucket_growth", "false");
	set("workload.slot_churn.readers", "4");
	set_number("workload.slot_churn.writers", WRITERS);
	set("workload.slot_churn.write_rate", "100k/s");
	set("run.warmup", "10ms");
	set("run.duration", "20ms");
}

/* Frees per second. */
static double
rate(void)
{

	return (metric("frees", "total") /
	    ((double)spec.run.duration_ps / 1e12));
}

/*
 * A lazy goal lies `grace` ticks ahead of the tick at which it was made, so an
 * item waits for grace to grace + 1 ticks after it was stamped, however short
 * the readers are.  Items without a goal are those of the open buckets.
 */
Test(theory, lazy_backlog_is_rate_times_grace_and_one_tick)
{
	static const uint64_t graces[] = { 2, 3, 5, 8 };
	double backlog, first, frees, most;
	size_t i;

	first = 0;
	for (i = 0; i < 4; i++) {
		begin();
		set("core.mode", "lazy");
		set_number("core.lazy_grace", graces[i]);
		set("zone.bucket_size", "8");
		run();
		frees = rate();
		backlog = metric("waiting_bytes", "mean") / ITEM;
		most = frees * (double)(graces[i] + 1) / 1000;
		printf("grace %lu: %.0f items wait, predicted %.0f to %.0f\n",
		    graces[i], backlog, most - frees / 1000, most);
		WITHIN(backlog, most - frees / 1000, most * 1.15 +
		    WRITERS * 8, "backlog");
		if (i == 0)
			first = backlog;
		else
			/* Each further tick of grace is one tick of frees. */
			WITHIN(backlog - first, 0.85 * frees *
			    (double)(graces[i] - 2) / 1000, 1.15 * frees *
			    (double)(graces[i] - 2) / 1000, "slope");
	}
}

Test(theory, lazy_backlog_does_not_depend_on_readers)
{
	static const char *const sections[] = { "100ns", "5us", "50us" };
	double backlog[3];
	size_t i;

	for (i = 0; i < 3; i++) {
		begin();
		set("core.mode", "lazy");
		set("zone.bucket_size", "8");
		set("workload.slot_churn.section", sections[i]);
		run();
		backlog[i] = metric("waiting_bytes", "mean") / ITEM;
		printf("sections of %s: %.0f items wait\n", sections[i],
		    backlog[i]);
	}
	WITHIN(backlog[2] / backlog[0], 0.9, 1.1, "50us against 100ns");
}

/* One advance for a full bucket, one write of wr for so many advances. */
Test(theory, frees_for_each_write_of_wr_are_bucket_times_deferral)
{
	static const struct {
		const char *mode;
		uint64_t bucket;
		uint64_t deferral;
		uint64_t every;
	} cases[] = {
		{ "eager", 4, 1, 1 }, { "eager", 16, 1, 1 },
		{ "eager", 62, 1, 1 }, { "eager", 8, 1, 3 },
		{ "deferred", 4, 4, 1 }, { "deferred", 4, 8, 1 },
		{ "deferred", 16, 4, 1 }, { "deferred", 4, 4, 2 },
	};
	double measured, edge;
	uint64_t predicted;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		set("core.mode", cases[i].mode);
		set_number("zone.bucket_size", cases[i].bucket);
		set_number("core.deferral", cases[i].deferral);
		set_number("zone.advance_every", cases[i].every);
		run();
		predicted = cases[i].bucket * cases[i].deferral *
		    cases[i].every;
		measured = metric("frees", "total") /
		    metric("advance", "total");
		printf("%s, bucket %lu, deferral %lu, every %lu: %.2f, "
		    "predicted %lu\n", cases[i].mode, cases[i].bucket,
		    cases[i].deferral, cases[i].every, measured, predicted);
		/* Each writer may have begun one more, or one less. */
		edge = WRITERS / metric("advance", "total");
		WITHIN(measured, (double)predicted * (1 - edge),
		    (double)predicted * (1 + edge), "frees for each advance");
	}
}

/* Least squares over a series; *fit: how well a line describes it. */
static double
slope_of(const char *name, double *fit)
{
	const struct run_series *series;
	double n, sx, sy, sxx, sxy, syy, x, y, cov;
	size_t i, s;

	for (s = 0; s < result.series_count; s++)
		if (strcmp(result.series[s].name, name) == 0)
			break;
	cr_assert_lt(s, result.series_count);
	series = &result.series[s];
	n = sx = sy = sxx = sxy = syy = 0;
	for (i = 0; i < series->point_count; i++) {
		x = (double)i * (double)series->step_ps / 1e12;
		y = (double)series->points[i];
		n++, sx += x, sy += y, sxx += x * x, sxy += x * y,
		    syy += y * y;
	}
	cov = n * sxy - sx * sy;
	*fit = cov * cov / ((n * sxx - sx * sx) * (n * syy - sy * sy));
	return (cov / (n * sxx - sx * sx));
}

Test(theory, stalled_reader_makes_memory_grow_by_the_rate_of_frees)
{
	static const char *const rates[] = { "50k/s", "100k/s", "200k/s" };
	double fit, measured, predicted;
	size_t i;

	for (i = 0; i < 3; i++) {
		begin();
		set("machine.cpus", "9");	/* one for the reader */
		set("workload.slot_churn.write_rate", rates[i]);
		set("workload.slot_churn.stalled_reader", "100ms");
		set("workload.slot_churn.stalled_every", "100s");
		set("zone.bucket_size", "16");
		run();
		predicted = rate() * ITEM;
		measured = slope_of("stamped_unsafe", &fit);
		printf("%s: grows by %.4g bytes/s, predicted %.4g, fit %.5f\n",
		    rates[i], measured, predicted, fit);
		WITHIN(measured, 0.97 * predicted, 1.03 * predicted, "slope");
		WITHIN(fit, 0.999, 1.0, "fit");
		/* The slabs follow, a page for each sixteen or fifteen. */
		measured = slope_of("slabs", &fit);
		WITHIN(measured, 0.97 * predicted, 1.15 * predicted, "slabs");
		WITHIN(metric("footprint_bytes", "unstable"), 1, 1, "verdict");
	}
	/* A reader that comes and goes does not. */
	begin();
	set("machine.cpus", "9");
	set("workload.slot_churn.stalled_reader", "200us");
	set("workload.slot_churn.stalled_every", "1ms");
	set("zone.bucket_size", "16");
	run();
	WITHIN(metric("footprint_bytes", "unstable"), 0, 0, "verdict");
}

/*
 * Without memory for a bucket the full one is waited for, emptied and kept: one
 * wait for each bucket of frees, or less where memory is only now and then
 * short.
 */
Test(theory, without_buckets_there_is_one_wait_for_a_bucket_of_frees)
{
	static const struct {
		uint64_t bucket;
		uint64_t percent;
	} cases[] = { { 4, 100 }, { 16, 100 }, { 62, 100 }, { 8, 50 },
		{ 8, 20 } };
	struct err err;
	double measured, predicted, noise;
	char text[16];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		set_number("zone.bucket_size", cases[i].bucket);
		cr_assert_eq(spec_add_fault(&spec, "bucket_failure", &err), 0);
		/* When all have their first. */
		set("faults.bucket_failure.every", "9ms");
		set("faults.bucket_failure.for", "1000s");
		snprintf(text, sizeof(text), "%lu%%", cases[i].percent);
		set("faults.bucket_failure.chance", text);
		run();
		measured = metric("wait_ns", "count") /
		    metric("frees", "total");
		predicted = (double)cases[i].percent / 100 /
		    (double)cases[i].bucket;
		/* Three standard deviations, and a bucket for each writer. */
		noise = 3 / sqrt(metric("wait_ns", "count")) *
		    (cases[i].percent == 100 ? 0 : 1) +
		    WRITERS / metric("wait_ns", "count");
		printf("bucket %lu, %lu%% refused: %.5f waits for each free, "
		    "predicted %.5f\n", cases[i].bucket, cases[i].percent,
		    measured, predicted);
		WITHIN(measured, predicted * (1 - noise),
		    predicted * (1 + noise), "waits for each free");
	}
}

/*
 * The floor: each CPU that frees has a bucket that it fills, and one that it
 * empties, on average half full each; at most both are full.
 */
Test(theory, halving_the_bucket_halves_the_floor)
{
	static const uint64_t buckets[] = { 8, 16, 32, 64 };
	double before, floor, predicted;
	size_t i;

	before = 0;
	for (i = 0; i < 4; i++) {
		begin();
		set_number("zone.bucket_size", buckets[i]);
		set("run.warmup", "20ms");
		run();
		floor = metric("footprint_state_bytes", "unstamped") +
		    metric("footprint_state_bytes", "ready");
		predicted = (double)(WRITERS * buckets[i] * ITEM);
		printf("bucket %lu: %.0f bytes, predicted %.0f", buckets[i],
		    floor, predicted);
		if (before > 0) {
			printf(", %.3f times the one before", floor / before);
			WITHIN(floor / before, 1.8, 2.2, "doubling");
		}
		printf("\n");
		WITHIN(floor, 0.75 * predicted, 1.25 * predicted, "floor");
		cr_expect_leq(floor, 2 * predicted);
		before = floor;
	}
}
