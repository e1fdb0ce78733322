/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/peers.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "bench/peers_kernel.h"
#include "bench/peers_run.h"
#include "sim/machine/machine.h"
#include "sim/strategies/explore.h"

/* --- what is measured -------------------------------------------------------- */

enum {
	BATCH = 2000,
	LEAST_NS = 200000000,
	SEEDS = 201,
	GIVE_UP = 1000000,
};

double
peers_rate(struct peers_player *player, uint64_t (*clock)(void))
{
	uint64_t start, spent, number, i;

	number = 0;
	start = clock();
	do {
		for (i = 0; i < BATCH; i++) {
			if (peers_run_play(player, 1, number++)) {
				fprintf(stderr, "bench: the kernel with its "
				    "fence was accused: %s\n",
				    peers_run.result.findings[0].summary);
				exit(1);
			}
		}
		spent = clock() - start;
	} while (spent < LEAST_NS);
	return ((double)number * 1e9 / (double)spent);
}

/* Of what has been prepared. */
static double
rate(uint64_t which)
{
	struct peers_player player;
	double result;

	peers_run_learn(&player, which);
	result = peers_rate(&player, bench_cpu_ns);
	peers_run_forget(&player);
	return (result);
}

double
peers_executions_per_second(uint64_t which)
{

	peers_run_prepare(which & 0xff, true);
	return (rate(which));
}

double
peers_whole_runs_per_second(uint64_t which)
{

	peers_run_prepare_whole(which & 0xff);
	return (rate(which));
}

enum { COUNTED = 2000 };

/* Over the same executions as the rates, the first of them. */
static double
mean(uint64_t which, uint64_t (*count)(void))
{
	struct peers_player player;
	uint64_t sum, i;

	peers_run_prepare(which & 0xff, true);
	peers_run_learn(&player, which);
	sum = 0;
	for (i = 0; i < COUNTED; i++) {
		(void)peers_run_play(&player, 1, i);
		sum += count();
	}
	peers_run_forget(&player);
	return ((double)sum / COUNTED);
}

static uint64_t
switches(void)
{

	return (the.switches);
}

double
peers_accesses_per_execution(uint64_t which)
{

	return (mean(which, machine_accesses));
}

double
peers_switches_per_execution(uint64_t which)
{

	return (mean(which, switches));
}

static int
by_value(const void *left, const void *right)
{
	uint64_t a, b;

	a = *(const uint64_t *)left;
	b = *(const uint64_t *)right;
	return ((a > b) - (a < b));
}

/* Medians of how many, and of how long with what each hunt has to learn. */
static void
find(uint64_t which, uint64_t *executions, uint64_t *ns)
{
	static uint64_t counts[SEEDS], times[SEEDS];
	struct peers_player player;
	uint64_t start, seed, number;

	peers_run_prepare(which & 0xff, false);
	for (seed = 0; seed < SEEDS; seed++) {
		start = bench_cpu_ns();
		peers_run_learn(&player, which);
		number = 0;
		while (!peers_run_play(&player, seed << 32, number++)) {
			if (number == GIVE_UP) {
				fprintf(stderr, "bench: the missing fence was "
				    "not found\n");
				exit(1);
			}
		}
		peers_run_forget(&player);
		counts[seed] = number;
		times[seed] = bench_cpu_ns() - start;
	}
	qsort(counts, SEEDS, sizeof(counts[0]), by_value);
	qsort(times, SEEDS, sizeof(times[0]), by_value);
	*executions = counts[SEEDS / 2];
	*ns = times[SEEDS / 2];
}

double
peers_executions_to_find(uint64_t which)
{
	uint64_t executions, ns;

	find(which, &executions, &ns);
	return ((double)executions);
}

double
peers_us_to_find(uint64_t which)
{
	uint64_t executions, ns;

	find(which, &executions, &ns);
	return ((double)ns / 1000);
}

/* --- what no execution can do without ------------------------------------------ */

enum { LIMIT_TURNS = 100000 };

/* The program with hooks that find no machine at work. */
double
peers_limit_hooks(uint64_t unused)
{
	uint64_t start, i;
	unsigned reader;

	(void)unused;
	peers_run_prepare(BENCH_SC, true);
	peers_run_begin();
	the.careful = 0;
	start = bench_cpu_ns();
	for (i = 0; i < LIMIT_TURNS; i++) {
		for (reader = 0; reader < PEERS_READERS; reader++)
			peers_run.bad |= peers_reader(peers_run.kernel, reader,
			    true);
		peers_writer(peers_run.kernel);
	}
	return ((double)(bench_cpu_ns() - start) / LIMIT_TURNS);
}

/* As many bare switches as an execution of a walk has. */
double
peers_limit_switches(uint64_t unused)
{

	(void)unused;
	return (peers_switches_per_execution(PEERS(PEERS_WALK, BENCH_SC)) *
	    bench_fiber_switch(2));
}

/* A machine as new, and nothing known of races. */
double
peers_limit_reset(uint64_t unused)
{
	uint64_t start, i;

	(void)unused;
	peers_run_prepare(BENCH_SC, true);
	start = bench_cpu_ns();
	for (i = 0; i < LIMIT_TURNS; i++)
		peers_run_begin();
	return ((double)(bench_cpu_ns() - start) / LIMIT_TURNS);
}

/* --- all of them -------------------------------------------------------------- */

static uint32_t
search_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{

	(void)usual;
	return (explore_next(context, steps, actors, ready));
}

static uint64_t
search_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)kind;
	(void)cpu;
	return (alternatives < 2 ? 0 :
	    explore_pick(context, (uint32_t)alternatives));
}

static double
search(uint64_t model, double *seconds)
{
	struct explore *explore;
	struct explore_counts counts;
	struct guide guide;
	uint64_t start;

	peers_run_prepare(model, true);
	start = bench_cpu_ns();
	explore = explore_new(EXPLORE_CLASSES);
	explore_reset(explore, EXPLORE_CLASSES, PEERS_READERS + 1);
	guide = (struct guide){ .stepped = true, .next = search_next,
	    .choose = search_choose, .context = explore,
	    .stay = explore_stay(explore) };
	do {
		explore_begin(explore);
		if (peers_run_execute(&guide)) {
			fprintf(stderr, "bench: the kernel with its fence was "
			    "accused\n");
			exit(1);
		}
	} while (explore_end(explore));
	counts = explore_counts(explore);
	explore_free(explore);
	*seconds = (double)(bench_cpu_ns() - start) / 1e9;
	return ((double)counts.executions);
}

double
peers_classes(uint64_t which)
{
	double seconds;

	return (search(which & 0xff, &seconds));
}

double
peers_seconds(uint64_t which)
{
	double seconds;

	(void)search(which & 0xff, &seconds);
	return (seconds);
}

double
peers_loop(uint64_t unused)
{
	enum { TURNS = 100000000 };
	uint64_t start, state, i;

	(void)unused;
	state = 88172645463325252;
	start = bench_cpu_ns();
	/* Each turn needs the one before: xorshift, six operations. */
	for (i = 0; i < TURNS; i++) {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		__asm__ volatile ("" : "+r" (state));
	}
	return (TURNS * 1e9 / (double)(bench_cpu_ns() - start));
}
