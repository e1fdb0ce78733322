/*
 * rig - what do all measurements have in common?
 *
 * The CPUs, the memory in which there are chains of each size, and what one
 * measurement finds that another one needs.
 *
 * Errors      rig_create() sets err where there is no memory.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_RIG_H
#define TOOLS_CALIBRATE_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/calibrate/chain.h"
#include "tools/calibrate/topology.h"

struct err;

enum rig_level { LEVEL_HIT, LEVEL_NEAR, LEVEL_SHARED, LEVEL_DRAM, LEVEL_COUNT };

enum {
	RIG_RUNGS = 7,		/* waits of the residency measurement */
	RIG_SIZES_MAX = 24,	/* points of the curve of latency over size */
	RIG_GAPS_MAX = 1 << 16,
};

/* An interval in which the thread that reads the clock did not run. */
struct rig_gap {
	uint64_t at_ns;		/* CLOCK_MONOTONIC, of its beginning */
	double ns;
	bool switched;		/* another thread ran */
};

struct rig {
	struct topology topology;
	int home;			/* the CPU that measures alone */
	bool partner;			/* there can be a second thread */
	bool two_cpus;
	struct chain level[LEVEL_COUNT];
	struct chain small_pages;	/* LEVEL_DRAM without huge pages */
	struct chain elsewhere;		/* LEVEL_DRAM in another domain */
	struct chain lines;		/* that two CPUs pass to each other */
	struct chain partner_lines;	/* the same, as the partner walks them */
	void *scratch;			/* larger than all caches */
	size_t scratch_bytes;
	size_t scratch_next;
	uint64_t round;			/* repetitions so far */

	struct rig_gap *gaps;
	size_t gap_count;
	double watched_ns;		/* how long they were looked for */
	uint64_t hz;			/* clock interrupts, as the kernel says */

	size_t curve_bytes[RIG_SIZES_MAX];
	double curve_ns[RIG_SIZES_MAX];
	size_t curve_count;
};

/* How long the residency measurement waits, in ns. */
extern const double rig_rungs_ns[RIG_RUNGS];

struct rig *rig_create(struct err *err);
void rig_destroy(struct rig *rig);

/* The middle one; sorts the values. */
double rig_median(double *values, size_t count);

/* A part of the values is below it, by `share` from 0 to 1; sorts them. */
double rig_quantile(double *values, size_t count, double share);

#endif
