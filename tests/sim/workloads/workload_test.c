/*
 * What every workload must do, whatever else it does: one contract over the
 * registry, on the simulated machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"
#include "sim/run.h"
#include "sim/spec.h"

#include <ctype.h>
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/kmod/kmod.h"

TestSuite(workload, .timeout = 120);

/* A module that the build made; known to the program from then on. */
static void
give_module(struct run_spec *spec)
{
	char digest[KMOD_DIGEST_SIZE];
	struct err err;
	size_t bytes;
	char *file;
	FILE *in;

	in = fopen(KMOD_STRESS, "rb");
	cr_assert_not_null(in, "%s", KMOD_STRESS);
	file = malloc(1 << 20);
	bytes = fread(file, 1, 1 << 20, in);
	fclose(in);
	cr_assert_eq(kmod_provide(KMOD_STRESS, file, bytes, &err), 0, "%s",
	    err.text);
	kmod_digest(file, bytes, digest);
	free(file);
	cr_assert_eq(spec_set(spec, "workload.kernel_module.content", digest,
	    &err), 0, "%s", err.text);
}

/* A small machine on which things go on quickly. */
static void
spec_make(struct run_spec *spec, const char *workload)
{
	static const char *const knobs[][2] = {
		{ "machine.cpus", "4" }, { "machine.sockets", "2" },
		{ "zone.item_size", "256B" }, { "zone.bucket_size", "4" },
		{ "run.warmup", "50us" }, { "run.duration", "300us" },
	};
	struct err err;
	size_t i;

	spec_init(spec);
	cr_assert_eq(spec_set_workload(spec, workload, &err), 0, "%s", err.text);
	for (i = 0; i < sizeof(knobs) / sizeof(knobs[0]); i++)
		cr_assert_eq(spec_set(spec, knobs[i][0], knobs[i][1], &err), 0,
		    "%s", err.text);
	if (strcmp(workload, "calls") == 0)
		cr_assert_eq(spec_set(spec, "workload.calls.operations",
		    "20000", &err), 0, "%s", err.text);
	if (strcmp(workload, "kernel_module") == 0)
		give_module(spec);
	if (strcmp(workload, "kernel") != 0)
		return;
	/* It ends after its rounds; these are enough for the whole window. */
	cr_assert_eq(spec_set(spec, "workload.kernel.rounds", "20000", &err),
	    0, "%s", err.text);
	cr_assert_eq(spec_set(spec, "workload.kernel.swaps", "20000", &err),
	    0, "%s", err.text);
}

static void
set(struct run_spec *spec, const char *knob, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(spec, knob, value, &err), 0, "%s", err.text);
}

/* One for the whole test: a run reuses the memory of the one before it. */
static struct run_result the_result;

static struct run_result *
run(const struct run_spec *spec)
{
	struct run_result *result = &the_result;
	char blame[128];
	struct err err;

	cr_assert_eq(spec_check(spec, blame, sizeof(blame), &err), 0, "%s: %s",
	    blame, err.text);
	run_execute(spec, result);
	return (result);
}

static double
metric(const struct run_result *result, const char *name, const char *stat)
{
	const struct run_metric *found;

	found = run_metric_find(result, name, stat);
	cr_assert_not_null(found, "%s %s", name, stat);
	return (found->value);
}

static bool
is(const struct workload_def *def, const char *name)
{

	return (strcmp(def->part.name, name) == 0);
}

/* Nothing wrong was found; what a canary finds is not wrong. */
static void
assert_clean(const struct run_result *result, const struct workload_def *def)
{

	if (is(def, "canary")) {
		cr_assert_eq(result->status, RUN_FINDING);
		cr_assert_str_eq(result->findings[0].check, "canary");
		cr_assert_eq(result->finding_count, 1);
		return;
	}
	cr_assert_eq(result->status, RUN_OK, "%s: %s %s %s", def->part.name,
	    run_status_name(result->status), result->finding_count > 0 ?
	    result->findings[0].check : "", result->finding_count > 0 ?
	    result->findings[0].summary : "");
}

Test(workload, registry_is_complete_and_described)
{
	const struct workload_def *def;
	struct part part;
	size_t i, j;

	cr_assert_geq(workload_def_count, 9);
	for (i = 0; i < workload_def_count; i++) {
		def = workload_defs[i];
		for (j = 0; def->part.name[j] != '\0'; j++)
			cr_assert(islower((unsigned char)def->part.name[j]) ||
			    def->part.name[j] == '_', "%s", def->part.name);
		cr_assert_gt(strlen(def->part.about), 20);
		cr_assert_not_null(def->setup);
		for (j = 0; j < i; j++)
			cr_assert_str_neq(def->part.name,
			    workload_defs[j]->part.name);
		/* Sets every default: a bad one would stop here. */
		part_init(&part, &def->part);
		for (j = 0; j < def->part.knob_count; j++)
			cr_assert_gt(strlen(def->part.knobs[j].about), 8,
			    "%s.%s", def->part.name, def->part.knobs[j].name);
	}
}

Test(workload, gus_serves_every_one_of_them)
{
	struct run_result *result;
	struct run_spec spec;
	size_t i;

	for (i = 0; i < workload_def_count; i++) {
		spec_make(&spec, workload_defs[i]->part.name);
		result = run(&spec);
		assert_clean(result, workload_defs[i]);
		if (is(workload_defs[i], "idle") ||
		    is(workload_defs[i], "canary"))
			continue;
		cr_assert_gt(metric(result, "ops_per_s", "mean"), 1e5, "%s",
		    workload_defs[i]->part.name);
		/* Calls of the core reclaim nothing, and pages are no items. */
		if (!is(workload_defs[i], "calls") &&
		    !is(workload_defs[i], "page_churn"))
			cr_assert_gt(metric(result, "allocs", "total"), 0,
			    "%s", workload_defs[i]->part.name);
	}
	run_result_fini(&the_result);
}

Test(workload, equal_seeds_give_equal_runs_and_others_do_not)
{
	struct run_result *result;
	struct run_spec spec;
	char first[33];
	size_t i;

	for (i = 0; i < workload_def_count; i++) {
		spec_make(&spec, workload_defs[i]->part.name);
		result = run(&spec);
		memcpy(first, result->digest, sizeof(first));
		run(&spec);
		cr_assert_str_eq(result->digest, first, "%s",
		    workload_defs[i]->part.name);
		if (is(workload_defs[i], "idle") ||
		    is(workload_defs[i], "canary"))
			continue;	/* nothing in them is left to chance */
		spec.seed = 2;
		run(&spec);
		cr_assert_str_neq(result->digest, first, "%s",
		    workload_defs[i]->part.name);
	}
	run_result_fini(&the_result);
}

Test(workload, one_cpu_or_an_odd_number_will_do)
{
	static const char *const counts[] = { "1", "3", "7" };
	struct run_result *result;
	struct run_spec spec;
	size_t i, j;

	for (i = 0; i < workload_def_count; i++)
		for (j = 0; j < sizeof(counts) / sizeof(counts[0]); j++) {
			spec_make(&spec, workload_defs[i]->part.name);
			set(&spec, "machine.sockets", "1");
			set(&spec, "machine.cpus", counts[j]);
			result = run(&spec);
			assert_clean(result, workload_defs[i]);
		}
	run_result_fini(&the_result);
}

Test(workload, running_out_of_memory_is_not_the_end)
{
	static const char *const limits[] = { "1", "20", "200" };
	struct run_result *result;
	struct run_spec spec;
	double failures;
	size_t i, j;

	failures = 0;
	for (i = 0; i < workload_def_count; i++)
		for (j = 0; j < sizeof(limits) / sizeof(limits[0]); j++) {
			spec_make(&spec, workload_defs[i]->part.name);
			set(&spec, "zone.limit", limits[j]);
			result = run(&spec);
			assert_clean(result, workload_defs[i]);
			if (!is(workload_defs[i], "canary"))
				failures += metric(result, "alloc_failures",
				    "total");
		}
	run_result_fini(&the_result);
	cr_assert_gt(failures, 100);
}

/* A policy that frees at once is caught by each workload that frees. */
Test(workload, premature_reuse_does_not_go_unnoticed)
{
	struct run_result *result;
	struct run_spec spec;
	struct err err;
	size_t i;

	for (i = 0; i < workload_def_count; i++) {
		/* A module brings its own: tests/kmod has one that is wrong. */
		if (is(workload_defs[i], "idle") ||
		    is(workload_defs[i], "canary") ||
		    is(workload_defs[i], "page_churn") ||
		    is(workload_defs[i], "kernel_module"))
			continue;
		spec_make(&spec, workload_defs[i]->part.name);
		cr_assert_eq(spec_set_policy(&spec, "immediate", &err), 0);
		set(&spec, "run.duration", "3ms");
		result = run(&spec);
		cr_assert_eq(result->status, RUN_FINDING, "%s: %s",
		    workload_defs[i]->part.name,
		    run_status_name(result->status));
	}
	run_result_fini(&the_result);
}

/* So that every order of its accesses can be tried, and each comes to an end. */
Test(workload, kernel_does_its_rounds_and_ends_whatever_the_clock_says)
{
	static const char *const durations[] = { "100us", "3ms" };
	struct run_result *result;
	struct run_spec spec;
	uint64_t accesses;
	size_t i;

	accesses = 0;
	for (i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		spec_make(&spec, "kernel");
		set(&spec, "machine.hz", "1");
		set(&spec, "workload.kernel.readers", "3");
		set(&spec, "workload.kernel.rounds", "7");
		set(&spec, "workload.kernel.swaps", "5");
		set(&spec, "run.warmup", "0ns");
		set(&spec, "run.duration", durations[i]);
		result = run(&spec);
		cr_assert_eq(result->status, RUN_OK);
		cr_assert_float_eq(metric(result, "frees", "total"), 5, 0);
		cr_assert(i == 0 || result->accesses == accesses,
		    "%llu accesses, then %llu", (unsigned long long)accesses,
		    (unsigned long long)result->accesses);
		accesses = result->accesses;
	}
	run_result_fini(&the_result);
}

/* Open loop: the same number of frees fall due, whoever is slow. */
Test(workload, open_loops_do_not_wait_for_slow_policies)
{
	struct run_result *result;
	struct run_spec spec;
	double fast, slow;

	spec_make(&spec, "slot_churn");
	set(&spec, "workload.slot_churn.write_rate", "50k/s");
	set(&spec, "workload.slot_churn.think", "{exp: 100ns}");
	set(&spec, "run.duration", "5ms");
	result = run(&spec);
	fast = metric(result, "frees", "total");
	set(&spec, "machine.atomic", "300ns");
	set(&spec, "machine.transfer_socket", "400ns");
	run(&spec);
	slow = metric(result, "frees", "total");
	/* 4 CPUs, 50k/s each, 5 ms: a thousand, give or take. */
	cr_assert(fast > 850 && fast < 1150, "%f", fast);
	cr_assert(slow > fast * 0.97 && slow < fast * 1.03, "%f, %f", slow,
	    fast);
	run_result_fini(&the_result);
}

Test(workload, stalled_reader_keeps_memory_back)
{
	struct run_result *result;
	struct run_spec spec;
	double with, without;

	spec_make(&spec, "slot_churn");
	set(&spec, "workload.slot_churn.write_share", "50%");
	set(&spec, "run.duration", "3ms");
	result = run(&spec);
	without = metric(result, "footprint_bytes", "peak");
	set(&spec, "workload.slot_churn.stalled_reader", "2ms");
	set(&spec, "workload.slot_churn.stalled_every", "3ms");
	run(&spec);
	with = metric(result, "footprint_bytes", "peak");
	cr_assert_gt(with, 2 * without, "%f, %f", with, without);
	run_result_fini(&the_result);
}
