/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/wait.h>

#include <criterion/criterion.h>

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/validate/native.h"
#include "tools/validate/validate.h"

static void
rounds(struct validate_case *one, size_t count)
{
	size_t i, row;

	memset(one, 0, sizeof(*one));
	spec_init(&one->spec);
	one->rounds = must_alloc(count, sizeof(*one->rounds));
	one->round_count = count;
	for (i = 0; i < count; i++) {
		hist_init(&one->rounds[i].gaps);
		one->rounds[i].watched_ps = UINT64_C(1000000000000);
		for (row = 0; row < VALIDATE_ROWS; row++)
			one->rounds[i].values[row] = NAN;
	}
}

Test(validate, keeps_the_calmest_half)
{
	static const double lost[] = { 0.5, 0.01, 0.02, 0.9, 0.06, 0.03, 0.04 };
	static const bool kept[] = { false, true, true, false, false, true,
		true };
	struct validate_case one;
	size_t i;

	rounds(&one, 7);
	for (i = 0; i < 7; i++)
		one.rounds[i].lost = lost[i];
	validate_keep(&one);
	cr_expect_eq(validate_kept(&one), 4);
	for (i = 0; i < 7; i++) {
		cr_expect_eq(one.rounds[i].kept, kept[i], "round %zu", i);
		cr_expect_eq(one.rounds[i].disturbed, lost[i] > 0.05);
	}
	validate_case_fini(&one);
}

Test(validate, keeps_no_round_at_another_distance)
{
	static const uint64_t ns[] = { 100, 20, 19, 21, 98 };
	struct validate_case one;
	size_t i;

	rounds(&one, 5);
	for (i = 0; i < 5; i++) {
		one.rounds[i].transfer_ps = ns[i] * 1000;
		/* The far ones would be the calm ones. */
		one.rounds[i].lost = ns[i] > 50 ? 0 : 0.04;
	}
	validate_keep(&one);
	for (i = 0; i < 5; i++) {
		cr_expect_eq(one.rounds[i].kept, ns[i] < 50, "round %zu", i);
		cr_expect_eq(one.rounds[i].moved, ns[i] > 50);
	}
	validate_case_fini(&one);
}

Test(validate, a_number_is_the_median_with_its_extremes)
{
	double odd[] = { 5, 1, 3 }, even[] = { 4, 1, 2, 9 };
	struct validate_estimate estimate;

	estimate = validate_estimate(odd, 3);
	cr_expect(estimate.value == 3 && estimate.low == 1 &&
	    estimate.high == 5);
	estimate = validate_estimate(even, 4);
	cr_expect(estimate.value == 3 && estimate.low == 1 &&
	    estimate.high == 9);
	cr_expect(isnan(validate_estimate(NULL, 0).value));
}

static enum validate_word
word_for(enum validate_row row, double measured, double predicted)
{
	struct validate_verdict verdict;
	struct validate_case one;

	rounds(&one, 1);
	one.rounds[0].kept = true;
	one.rounds[0].values[row] = measured;
	one.runs = must_alloc(1, sizeof(*one.runs));
	one.run_count = 1;
	one.runs[0] = one.rounds[0];
	one.runs[0].values[row] = predicted;
	validate_judge(&one, row, &verdict);
	validate_case_fini(&one);
	return (verdict.word);
}

Test(validate, costs_may_be_a_quarter_off_and_percentiles_a_factor_of_two)
{

	cr_expect_eq(word_for(VALIDATE_ALLOC, 100, 124), VALIDATE_WITHIN);
	cr_expect_eq(word_for(VALIDATE_ALLOC, 100, 76), VALIDATE_WITHIN);
	cr_expect_eq(word_for(VALIDATE_ALLOC, 100, 126), VALIDATE_OFF);
	cr_expect_eq(word_for(VALIDATE_ALLOC, 100, 74), VALIDATE_OFF);
	cr_expect_eq(word_for(VALIDATE_USE_P99, 100, 198), VALIDATE_WITHIN);
	cr_expect_eq(word_for(VALIDATE_USE_P99, 100, 202), VALIDATE_OFF);
	cr_expect_eq(word_for(VALIDATE_USE_P99, 100, 49), VALIDATE_OFF);
	/* What only one side has is no agreement. */
	cr_expect_eq(word_for(VALIDATE_SCAN, 100, NAN), VALIDATE_OFF);
	cr_expect_eq(word_for(VALIDATE_SCAN, NAN, 100), VALIDATE_OFF);
	cr_expect_eq(word_for(VALIDATE_SCAN, NAN, NAN), VALIDATE_NOTHING);
}

Test(validate, the_simulator_is_told_of_the_host)
{
	struct validate_case one;
	struct run_spec spec;
	struct err err;
	char text[96];
	double number;
	size_t i;

	rounds(&one, 3);
	for (i = 0; i < 3; i++) {
		one.rounds[i].kept = true;
		one.rounds[i].transfer_ps = 90000;
		one.rounds[i].invalidate_ps = 130000;
		one.rounds[i].upgrade_ps = 6000;
		one.rounds[i].keeps_ps = UINT64_C(7000000000);
	}
	/* In three seconds: six short stops, three long ones. */
	for (i = 0; i < 6; i++)
		hist_add(&one.rounds[i % 3].gaps, 4000000);
	for (i = 0; i < 3; i++)
		hist_add(&one.rounds[i].gaps, UINT64_C(2000000000));
	validate_host(one.rounds, 3, &one.host);
	cr_expect_float_eq(one.host.stops[0].rate, 2, 1e-9);
	cr_expect_eq(one.host.stops[1].rate, 0);
	cr_expect_float_eq(one.host.stops[2].rate, 1, 1e-9);
	cr_expect_float_eq((double)one.host.stops[0].median_ps, 4e6, 4e4);
	cr_expect_float_eq((double)one.host.stops[2].median_ps, 2e9, 2e7);
	cr_assert_eq(validate_simulated(&one, &one.rounds[0], &spec, &err), 0,
	    "%s", err.text);
	cr_expect_eq(spec.machine.preemptible, 1);
	cr_expect_eq(spec.machine.tick_ps, 0);
	cr_expect_eq(spec.machine.transfer_socket_ps, 90000);
	cr_expect_eq(spec.machine.handover, 1);
	cr_expect_eq(spec.machine.near_hold_ps, UINT64_C(7000000000));
	cr_expect_geq(spec.machine.shared_hold_ps, spec.machine.near_hold_ps);
	cr_expect_eq(spec.fault_count, 2);
	cr_assert_eq(spec_get(&spec, "faults.preemption.rate", text,
	    sizeof(text), &number, &err), 0);
	/* Of this round's own second. */
	cr_expect_str_eq(text, "2/s");
	cr_assert_eq(spec_get(&spec, "faults.preemption[2].rate", text,
	    sizeof(text), &number, &err), 0);
	cr_expect_str_eq(text, "1/s");
	/* A load that leaves the line where it was takes nothing over. */
	one.rounds[0].upgrade_ps = 80000;
	cr_assert_eq(validate_simulated(&one, &one.rounds[0], &spec, &err), 0);
	cr_expect_eq(spec.machine.handover, 0);
	validate_case_fini(&one);
}

/* --- the machine's two switches ----------------------------------------------- */

static double
metric_with(const char *const *sets, const char *name, const char *stat)
{
	static struct run_result result;
	const struct run_metric *metric;
	struct run_spec spec;
	struct err err;
	double value;

	spec_init(&spec);
	cr_assert_eq(spec_set_workload(&spec, "slot_churn", &err), 0);
	cr_assert_eq(spec_set(&spec, "machine.cpus", "2", &err), 0);
	cr_assert_eq(spec_set(&spec, "zone.bucket_size", "4", &err), 0);
	cr_assert_eq(spec_set(&spec, "zone.bucket_growth", "false", &err), 0);
	cr_assert_eq(spec_set(&spec, "workload.slot_churn.write_share", "90%",
	    &err), 0);
	cr_assert_eq(spec_add_fault(&spec, "preemption", &err), 0);
	cr_assert_eq(spec_set(&spec, "faults.preemption.for", "20us", &err),
	    0);
	for (; *sets != NULL; sets += 2)
		cr_assert_eq(spec_set(&spec, sets[0], sets[1], &err), 0, "%s",
		    err.text);
	run_execute(&spec, &result);
	cr_assert_eq(result.finding_count, 0, "%s",
	    result.findings[0].summary);
	metric = run_metric_find(&result, name, stat);
	cr_assert_not_null(metric);
	value = metric->value;
	run_result_fini(&result);
	return (value);
}

Test(machine, a_preemption_stops_a_cpu_only_where_that_is_asked_for)
{
	static const char *const plain[] = { "faults.preemption.rate",
		"5000/s", NULL };
	static const char *const stopped[] = { "faults.preemption.rate",
		"5000/s", "machine.preemptible", "true", NULL };
	double ns;

	cr_expect_eq(metric_with(plain, "stalled_ns", "total"), 0);
	/* 5000 a second on two CPUs in 20 ms, of 20 us each: about 4 ms. */
	ns = metric_with(stopped, "stalled_ns", "total");
	cr_expect(ns > 2e6 && ns < 6e6, "%.0f ns", ns);
	/* The same costs strike: one stop comes within an allocation or free. */
	cr_expect_gt(metric_with(stopped, "free_ns", "max") +
	    metric_with(stopped, "alloc_ns", "max"), 20000);
}

Test(machine, what_a_load_takes_over_the_next_store_has)
{
	static const char *const off[] = { "faults.preemption.rate", "0.001/s",
		"machine.invalidate", "500ns", "machine.memory", "sc",
		NULL };
	static const char *const on[] = { "faults.preemption.rate", "0.001/s",
		"machine.invalidate", "500ns", "machine.memory", "sc",
		"machine.handover", "true", NULL };
	double with, without;

	with = metric_with(on, "alloc_ns", "mean");
	without = metric_with(off, "alloc_ns", "mean");
	/* What comes from the other CPU is loaded first, and then changed. */
	cr_expect_lt(with, 0.5 * without, "%.1f and %.1f ns", with, without);
}

/* --- real threads ------------------------------------------------------------------ */

static void
native_spec(struct run_spec *spec)
{
	struct err err;

	spec_init(spec);
	cr_assert_eq(spec_set_workload(spec, "slot_churn", &err), 0);
	cr_assert_eq(spec_set(spec, "machine.cpus", "1", &err), 0);
	cr_assert_eq(spec_set(spec, "run.warmup", "2ms", &err), 0);
	cr_assert_eq(spec_set(spec, "run.duration", "100ms", &err), 0);
	cr_assert_eq(spec_set(spec, "workload.slot_churn.write_share", "50%",
	    &err), 0);
	cr_assert_eq(spec_set(spec, "zone.bucket_size", "16", &err), 0);
}

Test(native, a_round_measures_all_that_is_compared)
{
	static struct native_answer answer;
	struct validate_sample *sample;
	struct run_spec spec;
	struct err err;
	size_t row;

	native_spec(&spec);
	cr_assert_eq(native_check(&spec, 1, &err), 0, "%s", err.text);
	cr_assert_eq(native_run(&spec, &answer, &err), 0, "%s", err.text);
	cr_expect_eq(answer.threads, 1);
	cr_expect_eq(answer.complaints, 0, "%s", answer.complaint);
	cr_expect_gt(answer.window_ps, 0);
	cr_expect_gt(answer.operations, 100);
	/* Every free is of a bucket's items, and every bucket is scanned for. */
	cr_expect_gt(answer.frees, 100);
	cr_expect_leq(answer.frees, answer.operations + 1);
	cr_expect_gt(answer.hists[NATIVE_USE].count, 0);
	cr_expect_eq(answer.dropped, 0);
	sample = must_alloc(1, sizeof(*sample));
	validate_from_native(&answer, sample);
	for (row = 0; row < VALIDATE_ROWS; row++)
		cr_expect_not(isnan(sample->values[row]), "%s %s",
		    validate_rows[row].name, validate_rows[row].stat);
	/* One CPU alone: a scan for each bucket of 16. */
	cr_expect_float_eq(sample->values[VALIDATE_SCAN], 16, 1);
	free(sample);
}

/* Wants the processor that the thread on CPU `index` of a round is bound to. */
static pid_t
rival(int index)
{
	cpu_set_t allowed, one;
	pid_t child;
	int cpu;

	cr_assert_eq(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	for (cpu = 0; !CPU_ISSET(cpu, &allowed) || index-- > 0; cpu++)
		continue;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	child = fork();
	cr_assert_geq(child, 0);
	if (child > 0)
		return (child);
	(void)sched_setaffinity(0, sizeof(one), &one);
	(void)alarm(60);
	for (;;)
		continue;
}

/* Holds the lock of the process's memory, so that first touches sleep. */
static void *
mapper(void *done)
{
	const size_t bytes = (size_t)16 << 20;
	void *memory;

	while (!atomic_load((_Atomic(bool) *)done)) {
		memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (memory != MAP_FAILED)
			(void)munmap(memory, bytes);
	}
	return (NULL);
}

/*
 * Who allocates and frees and never computes does not see its gaps itself, and
 * may sleep for a moment, too.
 */
Test(native, a_lost_processor_shows_where_nothing_is_computed)
{
	static struct native_answer answer;
	cpu_set_t allowed;
	struct run_spec spec;
	struct err err;
	_Atomic(bool) done;
	pthread_t thread;
	pid_t rivals[2];
	int count, i;

	cr_assert_eq(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	count = CPU_COUNT(&allowed) < 2 ? 1 : 2;
	spec_init(&spec);
	cr_assert_eq(spec_set_workload(&spec, "chains", &err), 0);
	cr_assert_eq(spec_set(&spec, "machine.cpus", count == 1 ? "1" : "2",
	    &err), 0);
	cr_assert_eq(spec_set(&spec, "run.warmup", "2ms", &err), 0);
	cr_assert_eq(spec_set(&spec, "run.duration", "300ms", &err), 0);
	for (i = 0; i < count; i++)
		rivals[i] = rival(i);
	atomic_init(&done, false);
	cr_assert_eq(pthread_create(&thread, NULL, mapper, &done), 0);
	cr_expect_eq(native_run(&spec, &answer, &err), 0, "%s", err.text);
	atomic_store(&done, true);
	(void)pthread_join(thread, NULL);
	for (i = 0; i < count; i++) {
		(void)kill(rivals[i], SIGKILL);
		(void)waitpid(rivals[i], NULL, 0);
	}
	cr_expect_gt(answer.lost_ps, answer.watched_ps / 10);
	cr_expect_leq(answer.lost_ps, answer.watched_ps);
	cr_expect_gt(answer.hists[NATIVE_GAP].count, 0);
}

static void
refused(struct run_spec *spec, unsigned processors, const char *words)
{
	struct err err;

	cr_assert_eq(native_check(spec, processors, &err), -1);
	cr_expect_not_null(strstr(err.text, words), "%s", err.text);
}

Test(native, what_threads_cannot_do_is_refused)
{
	struct run_spec spec;
	struct err err;

	native_spec(&spec);
	spec.machine.cpus = 4;
	refused(&spec, 2, "machine.cpus: given 4, but this process may use 2");
	native_spec(&spec);
	cr_assert_eq(spec_set_policy(&spec, "immediate", &err), 0);
	refused(&spec, 2, "only safe policies are validated");
	native_spec(&spec);
	cr_assert_eq(spec_add_fault(&spec, "smi", &err), 0);
	refused(&spec, 2, "faults: given smi");
	native_spec(&spec);
	cr_assert_eq(spec_set_workload(&spec, "kernel", &err), 0);
	refused(&spec, 2, "kernel is for the simulated machine only");
	native_spec(&spec);
	spec.zone.reclaim_every_ps = 1000;
	refused(&spec, 2, "zone.reclaim_every");
	native_spec(&spec);
	spec.zone.page_cache = ZONE_PAGES_TINY;
	refused(&spec, 2, "zone.page_cache");
}

Test(native, two_threads_on_one_cpu_are_refused)
{
	static struct native_answer answer;
	struct run_spec spec;
	struct err err;

	native_spec(&spec);
	cr_assert_eq(spec_set(&spec, "workload.slot_churn.threads_per_cpu", "2",
	    &err), 0);
	cr_assert_eq(native_run(&spec, &answer, &err), -1);
	cr_expect_not_null(strstr(err.text, "two threads on one CPU"), "%s",
	    err.text);
}
