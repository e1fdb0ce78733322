/*
 * Fixed work whose instructions are counted (tests/perf/instructions.sh): a run
 * of one of the loads of bench/load.h, a tiny hunt, all executions of a litmus
 * test, some executions of the kernel that gusim and its peers are compared by.
 * What is counted is counted_part() and what it calls.
 *
 * `slices` is for tests/perf/long.sh: one run of at least so many accesses, and
 * of each tenth the accesses and the CPU time in ns.
 *
 * usage: counted LOAD/MODEL/CPUS [DURATION [races]] | peers/MODEL | hunt |
 *	litmus FILE | slices ACCESSES
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/bench.h"
#include "bench/load.h"
#include "bench/peers.h"
#include "bench/peers_run.h"
#include "sim/base/err.h"
#include "sim/machine/machine.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/player.h"
#include "tools/litmus/test.h"

static const char usage[] =
    "usage: counted LOAD/MODEL/CPUS [DURATION [races]] | peers/MODEL | hunt | "
    "litmus FILE";

static struct run_spec spec;
static struct run_result result;
static uint64_t accesses;

static void
fail(const char *what)
{

	fprintf(stderr, "counted: %s\n", what);
	exit(2);
}

static void
whole_run(void)
{

	run_execute(&spec, &result);
	accesses = result.accesses;
}

/* Steps and delays, each of a strategy that knows the usual run first. */
static void
tiny_hunt(void)
{
	static const char *const names[] = { "pct", "delay" };
	struct player player;
	struct run_spec each;
	uint64_t number;
	size_t i;
	enum { RUNS = 50 };

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		memset(&player, 0, sizeof(player));
		for (number = 0; number < RUNS; number++) {
			each = spec;
			if (!player_begin(&player, strategy_find(names[i]),
			    &each, 1, number, &result))
				fail("the strategy had no such run");
			run_execute_guided(&each, &result, &player.guide,
			    NULL);
			player_end(&player, &result);
			accesses += result.accesses;
		}
		player_fini(&player);
	}
}

static struct litmus_test *test;

static void
all_executions(void)
{
	struct litmus_limits limits = { .prune = true };
	struct litmus_outcome outcome;
	uint32_t model;

	/* sc, tso and relaxed, by their rows in memories.def */
	for (model = 0; model < 3; model++) {
		litmus_explore(&test->program, model, &limits,
		    &outcome);
		accesses += outcome.executions;
		litmus_outcome_fini(&outcome);
	}
}

/* What is shared has been learnt before, as by a hunt. */
static struct peers_player peers;

static void
peers_executions(void)
{
	uint64_t number;
	enum { EXECUTIONS = 300 };

	for (number = 0; number < EXECUTIONS; number++) {
		if (peers_run_play(&peers, 1, number))
			fail("the kernel with its fence was accused");
		accesses += machine_accesses();
	}
}

/* --- one long run ------------------------------------------------------------- */

static struct {
	uint64_t each;		/* accesses */
	uint64_t next;
	uint64_t begun_ns;
	uint64_t counted;
} slices;

static uint64_t
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

static void
slice_begin(struct tracer *tracer, unsigned cpus,
    const char *const *thread_names, unsigned thread_count)
{

	(void)tracer;
	(void)cpus;
	(void)thread_names;
	(void)thread_count;
}

/* As often as CPU 0's clock ticks: a millisecond of the machine. */
static void
slice_look(struct tracer *tracer, const struct stream_event *event)
{
	uint64_t now_ns, done;

	(void)tracer;
	if (event->kind != STREAM_TICK)
		return;
	done = machine_accesses();
	if (done < slices.next)
		return;
	now_ns = cpu_ns();
	printf("%llu %llu\n", (unsigned long long)(done - slices.counted),
	    (unsigned long long)(now_ns - slices.begun_ns));
	fflush(stdout);
	slices.counted = done;
	slices.begun_ns = now_ns;
	slices.next += slices.each;
}

static int
long_run(const char *text)
{
	struct tracer tracer = { .event = slice_look, .begin = slice_begin };
	char *end;

	slices.each = strtoull(text, &end, 10) / 10;
	if (*end != '\0' || slices.each == 0)
		fail("usage: counted slices ACCESSES");
	slices.next = slices.each;
	slices.begun_ns = cpu_ns();
	load_prepare(&spec, LOAD(LOAD_HIT, BENCH_TSO, 8));
	load_set(&spec, "machine.pages", "64MiB");
	load_set(&spec, "run.duration", "1000s");
	/* As many as wanted, and those until it is looked at next. */
	load_set(&spec, "run.accesses_max", text);
	run_execute_traced(&spec, &result, &tracer);
	if (result.status != RUN_TIMEOUT || result.finding_count > 0)
		fail("the run ended in another way than by its accesses");
	return (0);
}

void counted_part(void (*work)(void));

__attribute__((noinline)) void
counted_part(void (*work)(void))
{

	work();
	/* Not a function's last call, or its caller would be counted too. */
	__asm__ volatile("" : : : "memory");
}

static unsigned
model_find(const char *name)
{
	static const char *const models[] = { "sc", "tso", "relaxed" };
	unsigned i;

	for (i = 0; i < 2 && strcmp(models[i], name) != 0; i++)
		continue;
	return (i);
}

static void
load(const char *name)
{
	static const char *const loads[] = { "hit", "near", "miss", "contended",
	    "plain" };
	char word[16], model[16];
	unsigned cpus, i, j;

	if (sscanf(name, "%15[a-z]/%15[a-z]/%u", word, model, &cpus) != 3 ||
	    cpus < 1 || cpus > 1024)
		fail(usage);
	for (i = 0; i < 4 && strcmp(loads[i], word) != 0; i++)
		continue;
	j = model_find(model);
	load_prepare(&spec, LOAD(i, j, cpus));
	load_set(&spec, "machine.pages", "64MiB");
}

int
main(int argc, char **argv)
{
	void (*work)(void);
	struct err err;
	unsigned model;
	int status;

	if (argc < 2)
		fail(usage);
	if (strcmp(argv[1], "slices") == 0 && argc == 3)
		return (long_run(argv[2]));
	work = whole_run;
	if (strcmp(argv[1], "hunt") == 0) {
		load_workload(&spec, "slot_churn", 3, BENCH_TSO);
		load_set(&spec, "machine.pages", "4MiB");
		load_set(&spec, "zone.bucket_size", "2");
		load_set(&spec, "workload.slot_churn.slots", "4");
		load_set(&spec, "run.duration", "2us");
		work = tiny_hunt;
	} else if (strcmp(argv[1], "litmus") == 0 && argc == 3) {
		test = litmus_test_load(argv[2], &status, &err);
		if (test == NULL)
			fail(err.text);
		work = all_executions;
	} else if (strncmp(argv[1], "peers/", 6) == 0) {
		model = model_find(argv[1] + 6);
		peers_run_prepare(model, true);
		peers_run_learn(&peers, PEERS(PEERS_WALK, model));
		work = peers_executions;
	} else {
		load(argv[1]);
		load_set(&spec, "run.duration", argc > 2 ? argv[2] : "100us");
		if (argc > 3)
			load_set(&spec, "run.data_race", "true");
	}
	counted_part(work);
	printf("%llu\n", (unsigned long long)accesses);
	return (0);
}
