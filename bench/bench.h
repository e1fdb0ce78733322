/*
 * bench - how fast is this, here, now?
 *
 * Each benchmark is one row of bench.c: a name, a unit and a function that
 * measures once.  The program takes the rows in turn, several rounds of all of
 * them, so that a machine that slows down slows all alike, and prints medians.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdint.h>

struct bench {
	const char *name;
	const char *unit;
	double (*measure)(uint64_t argument);
	uint64_t argument;
};

/* CPU time of this process, and real time; ns. */
uint64_t bench_cpu_ns(void);
uint64_t bench_wall_ns(void);

/* What most tables call them. */
enum bench_model { BENCH_SC, BENCH_TSO, BENCH_RELAXED };

/* sim_bench.c: whole runs; `which` as load.h has it. */
double bench_accesses(uint64_t which);
double bench_run_length(uint64_t which);
double bench_accesses_model(uint64_t model);
double bench_cost(uint64_t model);
double bench_cost_guided(uint64_t model);
double bench_tiny_runs(uint64_t unused);

/* cost_bench.c: with somebody who listens, over without. */
double bench_cost_all(uint64_t load);
double bench_cost_oracle(uint64_t load);
double bench_cost_metrics(uint64_t load);
double bench_cost_use_after_free(uint64_t load);
double bench_cost_premature_grace(uint64_t load);
double bench_cost_invariant(uint64_t load);
double bench_cost_data_race(uint64_t load);
double bench_cost_tracing(uint64_t load);

/* part_bench.c: what a run is made of. */
double bench_fiber_switch(uint64_t fibers);
double bench_fiber_switches(uint64_t fibers);
double bench_timers(uint64_t pending);
double bench_events(uint64_t pending);
double bench_rng(uint64_t unused);
double bench_hist(uint64_t unused);

/* limit_bench.c: what nothing can be faster than, and what others have. */
double bench_limit_hook(uint64_t unused);
double bench_limit_lookup(uint64_t unused);
double bench_limit_switch(uint64_t unused);
double bench_limit_heap(uint64_t pending);
double bench_peer_ucontext(uint64_t unused);
double bench_peer_boost(uint64_t unused);
double bench_peer_threads(uint64_t unused);

/* host_bench.c: the program as it is started. */
double bench_startup(uint64_t unused);
double bench_startup_run(uint64_t unused);
double bench_sweep(uint64_t workers);
double bench_memory(uint64_t cpus);
double bench_memory_per_cpu(uint64_t cpus);

#endif
