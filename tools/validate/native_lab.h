/*
 * native_lab - what is inside a lab of real threads?
 *
 * Shared by lab_native.c (what a workload calls), native_cost.c (what that
 * costs) and native_run.c (which makes a lab).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_VALIDATE_NATIVE_LAB_H
#define TOOLS_VALIDATE_NATIVE_LAB_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "policies/policy.h"
#include "sim/base/hist.h"
#include "sim/base/rng.h"
#include "sim/lab.h"
#include "sim/spec.h"
#include "tools/validate/native.h"

enum { NATIVE_THREADS_MAX = 64, NATIVE_DIST_KINDS = DIST_BIMODAL + 1 };

/* What the lab's own work takes, in ticks; measured before the first round. */
struct native_cost {
	uint64_t ticks;			/* native_ticks() */
	uint64_t draw;
	uint64_t sample[NATIVE_DIST_KINDS];
	uint64_t pair_ps;		/* what two stamps show of nothing */
	uint64_t timed;			/* what measuring one call adds to it */
	uint64_t item;			/* a look into the side table */
	uint64_t gap;			/* no reading of the clock takes so long */
};
extern struct native_cost native_cost;

/* One thread; its counts are read by another while it runs. */
struct lab_thread {
	_Alignas(128) uint64_t debt;	/* ticks that the lab took */
	uint32_t section_wait;		/* until one is measured */
	uint32_t alloc_wait;
	uint32_t free_wait;
	uint32_t cpu;
	uint64_t enter_cost;
	struct rng rng;
	_Atomic(uint64_t) operations;
	_Atomic(uint64_t) frees;
	_Atomic(uint64_t) allocs;
	_Atomic(uint64_t) alloc_failures;
	uint64_t watched;		/* ticks, in the window */
	uint64_t lost;
	uint64_t lab;
	uint64_t unpaid;
	uint64_t dropped;
	uint64_t switches;		/* taken off */
	uint64_t sleeps;		/* gone by itself */
	uint64_t queued_ns;		/* ready to run, and not running */
	uint64_t ran_ns;		/* by the operating system's account */
	uint64_t alive;			/* ticks */
	uint32_t index;
	int wanted;			/* CPU, or LAB_ANY_CPU */
	const char *name;
	lab_body *body;
	void *argument;
	pthread_t thread;
	struct hist hists[NATIVE_HISTS];
};

struct native_lab {
	/* Read by all, written at the edges of the window. */
	_Alignas(128) const struct policy_def *policy_def;
	void *policy;
	_Atomic(bool) running;
	_Atomic(bool) in_window;
	uint64_t start;			/* ticks at time 0 */
	uint64_t end_ps;		/* of the window */
	unsigned cpu_count;
	size_t item_size;
	_Atomic(uint64_t) window_begin;	/* ticks */

	_Alignas(128) const struct run_spec *spec;
	const struct workload_def *workload_def;
	struct lab_thread *threads[NATIVE_THREADS_MAX];
	unsigned thread_count;
	struct lab_thread boot;
	void **memory;			/* lab_memory() */
	size_t memory_count;
	_Atomic(unsigned) attached;
	_Atomic(bool) go;
	_Atomic(uint64_t) complaints;
	char complaint[128];
	char refusal[160];		/* the workload asks for what is not here */
};
extern struct native_lab native_lab;

/* Measures the costs: some milliseconds, once in a process. */
void native_cost_open(void);

/* A thread's record, zeroed, on lines of its own; it may be lab.boot. */
void lab_thread_init(struct lab_thread *thread, const char *stream,
    uint64_t index);
/* Gives back what the workload's set-up took. */
void lab_native_end(void);

#endif
