/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "sim/base/err.h"
#include "sim/machine/choice.h"
#include "sim/run.h"
#include "sim/spec.h"

/*
 * Whole runs with all checks and metrics on.  `accesses` is a table of 512
 * items, which a CPU's own cache holds, under readers that visit four of them
 * for sixteen words each.  All CPUs together replace one item for each five
 * sections of one CPU, whatever their number, so that a reader finds about one
 * item in twenty new: the share of accesses that miss is the same on all
 * machines, and what is compared is the cost of simulating them.  `contended`
 * replaces one in ten of 256 items: on a large machine nearly every access
 * needs a transaction and a change of CPU.
 */

static void
set(struct run_spec *spec, const char *knob, const char *value)
{
	struct err err;

	if (spec_set(spec, knob, value, &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
}

static void
prepare(struct run_spec *spec, const char *workload, uint64_t cpus)
{
	struct err err;
	char text[32];

	spec_init(spec);
	if (spec_set_workload(spec, workload, &err) != 0) {
		fprintf(stderr, "bench: %s\n", err.text);
		exit(1);
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)cpus);
	set(spec, "machine.cpus", text);
	set(spec, "machine.memory", "tso");
	set(spec, "zone.item_size", "144B");
	set(spec, "run.warmup", "0s");
}

/* One run of so many simulated ns; CPU time in ns. */
static uint64_t
timed(struct run_spec *spec, const struct guide *guide, uint64_t duration_ns,
    uint64_t *accesses)
{
	static struct run_result result;
	uint64_t start, spent;
	char text[32];

	snprintf(text, sizeof(text), "%lluns",
	    (unsigned long long)duration_ns);
	set(spec, "run.duration", text);
	start = bench_cpu_ns();
	run_execute_guided(spec, &result, guide, NULL);
	spent = bench_cpu_ns() - start;
	if (result.status != RUN_OK) {
		fprintf(stderr, "bench: the run ended with %s\n",
		    run_status_name(result.status));
		exit(1);
	}
	*accesses = result.accesses;
	return (spent);
}

/*
 * Accesses per second of CPU time in the steady state: what a long run does
 * more than a short one, so that set-up, the rush for the first buckets and
 * the first touch of every line by every CPU do not count.
 */
static double
rate(struct run_spec *spec, const struct guide *guide)
{
	uint64_t brief, first, second, less, more;

	brief = 500000 + 50000000 / spec->machine.cpus;
	first = timed(spec, guide, brief, &less);
	second = timed(spec, guide, 2 * brief, &more);
	return ((double)(more - less) * 1e9 / (double)(second - first));
}

static void
mostly_hits(struct run_spec *spec)
{
	char text[32];

	snprintf(text, sizeof(text), "%lluppm",
	    (unsigned long long)(200000 / spec->machine.cpus));
	set(spec, "workload.slot_churn.words", "16");
	set(spec, "workload.slot_churn.reads", "4");
	set(spec, "workload.slot_churn.write_share", text);
	set(spec, "workload.slot_churn.slots", "512");
}

double
bench_accesses(uint64_t cpus)
{
	struct run_spec spec;

	prepare(&spec, "slot_churn", cpus);
	mostly_hits(&spec);
	return (rate(&spec, NULL));
}

double
bench_accesses_sc(uint64_t cpus)
{
	struct run_spec spec;

	prepare(&spec, "slot_churn", cpus);
	mostly_hits(&spec);
	set(&spec, "machine.memory", "sc");
	return (rate(&spec, NULL));
}

double
bench_accesses_contended(uint64_t cpus)
{
	struct run_spec spec;

	prepare(&spec, "slot_churn", cpus);
	return (rate(&spec, NULL));
}

/*
 * What a memory model costs, to eight CPUs with a radix tree, where nearly each
 * step of a lookup is an atomic load.  Without a guide all loads see the newest
 * value, so what relaxed costs is told by guided runs, in which it keeps its
 * histories and orders.
 */
static double
model_rate(uint64_t model, const struct guide *guide)
{
	static const char *const models[] = { "sc", "tso", "relaxed" };
	struct run_spec spec;

	prepare(&spec, "radix", 8);
	set(&spec, "machine.memory", models[model]);
	return (rate(&spec, guide));
}

double
bench_accesses_model(uint64_t model)
{

	return (model_rate(model, NULL));
}

/* One against the other, as near in time as can be. */
double
bench_cost(uint64_t model)
{
	double sc;

	sc = model_rate(BENCH_SC, NULL);
	return (sc / model_rate(model, NULL));
}

static uint64_t
as_usual(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)context;
	(void)kind;
	(void)cpu;
	(void)alternatives;
	return (0);
}

/* The same where each question is asked, as in a hunt. */
double
bench_cost_guided(uint64_t model)
{
	const struct guide guide = { .choose = as_usual };
	double sc;

	sc = model_rate(BENCH_SC, &guide);
	return (sc / model_rate(model, &guide));
}

double
bench_tiny_runs(uint64_t unused)
{
	struct run_result result = { 0 };
	struct run_spec spec;
	uint64_t start, spent, i;
	enum { RUNS = 2000 };

	(void)unused;
	prepare(&spec, "slot_churn", 3);
	set(&spec, "machine.pages", "4MiB");
	set(&spec, "run.duration", "2us");
	set(&spec, "zone.bucket_size", "2");
	set(&spec, "workload.slot_churn.slots", "4");
	run_execute(&spec, &result);
	start = bench_cpu_ns();
	for (i = 0; i < RUNS; i++) {
		spec.seed = i + 1;
		run_execute(&spec, &result);
	}
	spent = bench_cpu_ns() - start;
	run_result_fini(&result);
	return (RUNS * 1e9 / (double)spent);
}
