/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/load.h"
#include "sim/machine/choice.h"
#include "sim/run.h"
#include "sim/spec.h"

static struct run_result result;

/* One run of so many simulated ns. */
static void
timed(struct run_spec *spec, const struct guide *guide, struct tracer *tracer,
    uint64_t duration_ns, struct load_cost *cost)
{
	char text[32];

	snprintf(text, sizeof(text), "%lluns",
	    (unsigned long long)duration_ns);
	load_set(spec, "run.duration", text);
	cost->spent_ns = bench_cpu_ns();
	run_execute_guided(spec, &result, guide, tracer);
	cost->spent_ns = bench_cpu_ns() - cost->spent_ns;
	if (result.status != RUN_OK) {
		fprintf(stderr, "bench: the run ended with %s\n",
		    run_status_name(result.status));
		exit(1);
	}
	cost->accesses = result.accesses;
	cost->switches = result.switches;
}

/* The steady state: what a long run does more than a short one. */
static void
steady(const struct load_cost *less, const struct load_cost *more,
    struct load_cost *cost)
{

	cost->spent_ns = more->spent_ns > less->spent_ns ?
	    more->spent_ns - less->spent_ns : 1;
	cost->whole_ns = more->spent_ns;
	cost->accesses = more->accesses - less->accesses;
	cost->switches = more->switches - less->switches;
	if (cost->accesses == 0) {
		fprintf(stderr, "bench: a run of twice the time has made no "
		    "access more\n");
		exit(1);
	}
}

void
load_measure(struct run_spec *spec, const struct guide *guide,
    struct tracer *tracer, uint64_t brief_ns, struct load_cost *cost)
{
	struct load_cost less, more;

	timed(spec, guide, tracer, brief_ns, &less);
	timed(spec, guide, tracer, 2 * brief_ns, &more);
	steady(&less, &more, cost);
}

static void
lesser(struct load_cost *best, const struct load_cost *cost, unsigned try)
{

	if (try == 0 || cost->spent_ns < best->spent_ns)
		*best = *cost;
}

/*
 * The least time of several runs, and of several of twice the length.  Each
 * does the same work to the instruction, so what it takes longer now and then
 * is somebody else's.
 */
static void
load_measure_least(struct run_spec *spec, uint64_t brief_ns, unsigned tries,
    struct load_cost *cost)
{
	struct load_cost less, more, now;
	unsigned try;

	for (try = 0; try < tries; try++) {
		timed(spec, NULL, NULL, brief_ns, &now);
		lesser(&less, &now, try);
		timed(spec, NULL, NULL, 2 * brief_ns, &now);
		lesser(&more, &now, try);
	}
	steady(&less, &more, cost);
}

/* Long enough that each CPU of a large machine has all of its lines. */
uint64_t
load_brief_ns(const struct run_spec *spec)
{

	return (60000 + 40000000 / spec->machine.cpus);
}

double
bench_accesses(uint64_t which)
{
	struct load_cost cost;
	struct run_spec spec;
	uint64_t brief_ns;
	unsigned tries;
	enum { CONTENDED_CPUS = 256, CONTENDED_NS = 2000000, RUSH_NS = 3000 };

	load_prepare(&spec, which);
	brief_ns = load_brief_ns(&spec);
	tries = 1;
	/* What demands are made of, and others of that kind. */
	if (which >> 24 == LOAD_HIT && (which >> 16 & 0xff) == BENCH_TSO)
		tries = 5;
	if (which >> 24 == LOAD_PLAIN) {
		brief_ns /= 4;
		tries = 9;
	}
	/*
	 * All of a large machine's CPUs look at all of them all the time.  With
	 * 256 the first operations take more than a ms; with more, in the rush
	 * for the first buckets, a us has some ten million accesses, and these
	 * are all that is measured.
	 */
	if (which >> 24 == LOAD_CONTENDED &&
	    spec.machine.cpus >= CONTENDED_CPUS)
		brief_ns = spec.machine.cpus == CONTENDED_CPUS ?
		    CONTENDED_NS : RUSH_NS;
	load_measure_least(&spec, brief_ns, tries, &cost);
	return ((double)cost.accesses * 1e9 / (double)cost.spent_ns);
}

double
bench_run_length(uint64_t which)
{
	struct load_cost cost;
	struct run_spec spec;

	load_prepare(&spec, which);
	load_measure(&spec, NULL, NULL, load_brief_ns(&spec), &cost);
	return ((double)cost.accesses / (double)cost.switches);
}

/* --- what a memory model costs --------------------------------------------------- */

/*
 * Eight CPUs with a radix tree, where nearly each step of a lookup is an
 * atomic load.  Without a guide all loads see the newest value, so what relaxed
 * costs is told by guided runs, in which it keeps its histories and orders.
 */
static double
model_rate(uint64_t model, const struct guide *guide)
{
	struct load_cost cost;
	struct run_spec spec;

	load_workload(&spec, "radix", 8, model);
	load_measure(&spec, guide, NULL, guide == NULL ? 4000000 : 1000000,
	    &cost);
	return ((double)cost.accesses * 1e9 / (double)cost.spent_ns);
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

/* --- whole runs ------------------------------------------------------------------- */

double
bench_tiny_runs(uint64_t unused)
{
	struct run_spec spec;
	uint64_t start, spent, i;
	enum { RUNS = 2000 };

	(void)unused;
	load_workload(&spec, "slot_churn", 3, BENCH_TSO);
	load_set(&spec, "machine.pages", "4MiB");
	load_set(&spec, "run.duration", "2us");
	load_set(&spec, "zone.bucket_size", "2");
	load_set(&spec, "workload.slot_churn.slots", "4");
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

/* --- memory ----------------------------------------------------------------------- */

static uint64_t
resident_bytes(void)
{
	unsigned long size, resident;
	FILE *file;

	file = fopen("/proc/self/statm", "r");
	if (file == NULL || fscanf(file, "%lu %lu", &size, &resident) != 2) {
		fprintf(stderr, "bench: cannot read /proc/self/statm\n");
		exit(3);
	}
	fclose(file);
	return ((uint64_t)resident * (uint64_t)sysconf(_SC_PAGESIZE));
}

/* What a run of a machine takes of the host's memory, all together. */
double
bench_memory(uint64_t cpus)
{
	struct run_spec spec;
	uint64_t before, after;

	run_result_fini(&result);
	before = resident_bytes();
	load_prepare(&spec, LOAD(LOAD_HIT, BENCH_TSO, cpus));
	load_set(&spec, "run.duration", "200us");
	run_execute(&spec, &result);
	after = resident_bytes();
	run_result_fini(&result);
	return (after > before ? (double)(after - before) : 0);
}

/* What each CPU more takes. */
double
bench_memory_per_cpu(uint64_t cpus)
{
	double few;

	few = bench_memory(8);
	return ((bench_memory(cpus) - few) / (double)(cpus - 8));
}
