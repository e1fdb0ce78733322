/*
 * peers - how does gusim compare with what a user would otherwise pick?
 *
 * The program of peers_kernel.h on three CPUs of the machine, an execution
 * after the other, with data races looked for: how many executions a second,
 * how many until the missing fence is found, and how many there are in all.
 *
 * What others achieve was measured on another machine, which cannot be asked
 * any more: peers_table() prints both side by side, with a loop's speed here.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_PEERS_H
#define BENCH_PEERS_H

#include <stdint.h>

struct peers_player;	/* bench/peers_run.h */

enum peers_strategy {
	PEERS_WALK,
	PEERS_PCT,
	PEERS_RANDOM,
	PEERS_EXHAUSTIVE,
	PEERS_STRATEGIES
};

/* A benchmark's argument: who guides, and under which enum bench_model. */
#define PEERS(strategy, model)	((uint64_t)(strategy) << 8 | (model))
/* The same for so many processes at a time. */
#define PEERS_BY(workers, strategy, model)				\
	((uint64_t)(workers) << 16 | PEERS(strategy, model))

double peers_executions_per_second(uint64_t which);
/* How many the player makes, by that clock. */
double peers_rate(struct peers_player *player, uint64_t (*clock)(void));
/* Of all workers together, in real time; by PEERS_BY(). */
double peers_workers_per_second(uint64_t which);
/* Means over the first executions of those. */
double peers_accesses_per_execution(uint64_t which);
double peers_switches_per_execution(uint64_t which);
/* What hooks, switches and the reset of one execution cost alone; ns. */
double peers_limit_hooks(uint64_t unused);
double peers_limit_switches(uint64_t unused);
double peers_limit_reset(uint64_t unused);
/* With GUS, a zone, all checks and metrics below: what a hunt executes. */
double peers_whole_runs_per_second(uint64_t which);
/* Without the reader's fence: medians over many seeds. */
double peers_executions_to_find(uint64_t which);
double peers_us_to_find(uint64_t which);
/* All of them: how many classes, and how long that takes. */
double peers_classes(uint64_t which);
double peers_seconds(uint64_t which);
/* A fixed loop of integer operations: what this machine is. */
double peers_loop(uint64_t unused);

/* `value` gives the median of a benchmark, or 0 where it was not measured. */
void peers_table(double (*value)(const char *name));

#endif
