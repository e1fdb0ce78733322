/*
 * native - what happens when a scenario runs on real threads?
 *
 * The engine, the policies and the workloads are compiled a second time, as
 * ordinary code, and meet a lab of pthreads (lab_native.c) instead of the
 * simulated one.  All of that is sealed into one object whose only names for
 * the rest of the program are those below, so that it can stand beside the
 * instrumented copies (tools/validate/seal.cmake).
 *
 * Each thread of the workload is one CPU of the engine, and is pinned to a
 * processor of its own.  What the lab itself costs (random numbers, clocks, the
 * measuring of every NATIVE_SAMPLE-th operation) is known, and is taken off the
 * next lab_compute(), which waits for so much less.
 *
 * Units       _ps picoseconds of real time.
 * Errors      native_run() returns -1 with err for what real threads cannot
 *             do.  A broken promise of the engine ends the process, as it
 *             does for any user of libgus.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_VALIDATE_NATIVE_H
#define TOOLS_VALIDATE_NATIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "policies/policy.h"
#include "sim/base/hist.h"
#include "sim/spec.h"
#include "tools/validate/native_probe.h"

struct err;

enum {
	/* One in so many is measured: a prime, so that no bucket is in step. */
	NATIVE_SAMPLE = 17,
	/* Of the items, by a hash of their address. */
	NATIVE_ITEM_SAMPLE = 8,
};

/*
 * ps.  The three costs are as the clock shows them: a pair of readings for an
 * allocation or a free, two for a section, each with pair_ps of its own.  The
 * clock may be coarser than what it measures, so only means mean something.
 */
enum native_hist {
	NATIVE_SECTION,		/* cost of enter and exit */
	NATIVE_ALLOC,
	NATIVE_FREE,
	NATIVE_USE,		/* from the free to the next handing out */
	NATIVE_WAITING,		/* freed and not handed out when the window closed */
	NATIVE_GAP,		/* the processor was somewhere else so long */
	NATIVE_HISTS
};

struct native_answer {
	uint64_t window_ps;	/* measured, by the clock */
	uint64_t run_ps;	/* with the warm-up */
	uint64_t operations;
	uint64_t frees;
	uint64_t allocs;
	uint64_t alloc_failures;
	struct policy_counters counters;
	bool counted;		/* the policy has counters */
	uint64_t footprint_mean;	/* bytes of slabs and buckets */
	uint64_t footprint_peak;
	uint64_t threads;
	uint64_t pair_ps;	/* what two readings of the clock show of nothing */
	uint64_t watched_ps;	/* of all threads, in lab_compute(): gaps show there */
	uint64_t lost_ps;	/* ... and what of it was lost in gaps */
	uint64_t lab_ps;	/* what the lab itself took, by reckoning */
	uint64_t unpaid_ps;	/* ... and could not take off a lab_compute() */
	uint64_t switches;	/* involuntary context switches */
	struct native_distance before, after;	/* of its processors */
	uint64_t keeps_ps;	/* half of what is left alone is gone; 0: unknown */
	uint64_t dropped;	/* items for which the side table had no room */
	uint64_t complaints;	/* the workload saw something impossible */
	char complaint[128];	/* the first of them */
	struct hist hists[NATIVE_HISTS];
};

/*
 * Whether real threads can run this; the message says what stands in the way.
 * `processors` is how many there are.
 */
int native_check(const struct run_spec *spec, unsigned processors,
    struct err *err);

/* One round: set-up, warm-up, window, end. */
int native_run(const struct run_spec *spec, struct native_answer *answer,
    struct err *err);

#endif
