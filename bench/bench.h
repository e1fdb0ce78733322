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

/* CPU time of this process; ns. */
uint64_t bench_cpu_ns(void);

/* What most tables call them. */
enum bench_model { BENCH_SC, BENCH_TSO, BENCH_RELAXED };

/* sim_bench.c: whole runs. */
double bench_accesses(uint64_t cpus);
double bench_accesses_sc(uint64_t cpus);
double bench_accesses_contended(uint64_t cpus);
double bench_accesses_model(uint64_t model);
double bench_cost(uint64_t model);
double bench_cost_guided(uint64_t model);
double bench_tiny_runs(uint64_t unused);

/* part_bench.c: what a run is made of. */
double bench_fiber_switch(uint64_t fibers);
double bench_timers(uint64_t pending);
double bench_rng(uint64_t unused);
double bench_hist(uint64_t unused);

#endif
