/*
 * load - which programs are the simulator's speed measured with?
 *
 * All are tables of items under readers and writers (slot_churn), on as many
 * CPUs as wanted, with all checks and metrics on:
 *
 *	hit		128 items, which the smaller cache of a CPU holds; a
 *			section visits four of them for sixteen words each
 *	near		the same with 512 items, which only its larger cache holds
 *	miss		20,000 items, visited for a word each: more than a CPU holds
 *	contended	256 items, of which each tenth operation replaces one: on a
 *			large machine nearly every access changes whose line it is
 *	plain		sections of 512 loads of 4 items, nothing replaced, no time
 *			between: what an access costs where nothing happens
 *
 * In the first three all CPUs together replace an item for each five sections
 * of one CPU, whatever their number: a reader finds about one item in twenty
 * new on all machines, and what differs is the cost of simulating them.
 *
 * What is timed is what a run does more in twice the time: set-up, the rush for
 * the first buckets and the first touch of each line do not count.  Of `hit`
 * under tso, which demands are made of, the least of five such pairs counts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdint.h>

struct guide;
struct run_spec;
struct tracer;

enum load { LOAD_HIT, LOAD_NEAR, LOAD_MISS, LOAD_CONTENDED, LOAD_PLAIN };

/* A benchmark's argument: which load, under which enum bench_model, on what. */
#define LOAD(load, model, cpus)						\
	((uint64_t)(load) << 24 | (uint64_t)(model) << 16 | (cpus))

struct load_cost {
	uint64_t spent_ns;	/* CPU time */
	uint64_t whole_ns;	/* ... of all of the longer run */
	uint64_t accesses;
	uint64_t switches;	/* of fibers */
};

/* What is wrong with a knob ends the process. */
void load_set(struct run_spec *spec, const char *knob, const char *value);
/* A workload with its defaults, under enum bench_model `model`. */
void load_workload(struct run_spec *spec, const char *workload, uint64_t cpus,
    uint64_t model);
void load_prepare(struct run_spec *spec, uint64_t which);
/* A duration that suits the machine; simulated. */
uint64_t load_brief_ns(const struct run_spec *spec);
/* `guide` and `tracer` may be NULL. */
void load_measure(struct run_spec *spec, const struct guide *guide,
    struct tracer *tracer, uint64_t brief_ns, struct load_cost *cost);

#endif
