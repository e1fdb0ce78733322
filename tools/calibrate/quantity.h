/*
 * quantity - what is measured, how, and what came of it?
 *
 * A quantity is one row of the table: a knob of the simulated machine, or
 * something that has no knob and is told because it helps to judge the others.
 * Its values are the repetitions of a probe, taken in turn with all others
 * over the whole time.
 *
 * The result is a low quantile of the repetitions where disturbances only make
 * things slower, else the median.  The spread says where the result of another
 * run on the same computer is to be expected.  It is the widest of
 *
 *	the range in which nine of ten repetitions lie,
 *	the results of eight parts of the time, each by itself: what disturbs
 *	    for seconds differs less within a moment than from one to the next,
 *	five percent to either side: the processor's frequency, what its
 *	    neighbours leave of it and the placement in memory may stay the
 *	    same for a whole run,
 *
 * and with n repetitions its ratios to the result are raised to the power of
 * 1 + 20/n, at most 2.  Where a host decides how far apart the CPUs of its
 * guest are, what passes between them has a spread from the nearest cache to
 * memory.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_QUANTITY_H
#define TOOLS_CALIBRATE_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/calibrate/probe.h"

enum quantity_unit {
	QUANTITY_NS,
	QUANTITY_COUNT,		/* a whole number */
	QUANTITY_HZ,
};

struct quantity {
	const char *name;	/* of the knob, where there is one */
	bool knob;
	enum quantity_unit unit;
	unsigned every;		/* it is due in each so-manieth round; 0: never */
	double share;		/* which quantile is the result */
	bool between;		/* two CPUs take part */
	probe_function *measure;
	const char *method;
	const char *missing;	/* why it could not be measured, if so */
};

enum quantity_bound {
	BOUND_NONE,
	BOUND_LEAST,		/* the value is at least this */
	BOUND_MOST,		/* ... at most this */
};

struct estimate {
	bool measured;
	bool counted;		/* known, not measured: no spread */
	double value;
	double low, high;	/* the spread */
	double median;
	size_t n;
	enum quantity_bound bound;
	bool placed;		/* the spread has been widened for a guest */
};

extern const struct quantity quantities[];
extern const size_t quantity_count;

/* Fewer repetitions are no measurement. */
enum { ESTIMATE_LEAST = 5 };

/* The row of that name, which exists. */
size_t quantity_find(const char *name);

/* From values in the order of time; NANs do not count. */
struct estimate estimate_make(const double *values, size_t count,
    double share);

/*
 * How long a line stays: `values[i]` are `counts[i]` loads after a wait of
 * rig_rungs_ns[i], and those above the limit have found it gone.  The result
 * is when half of them have, the spread from a tenth to nine tenths and a rung
 * more to either side; with n loads, 20/n rungs more.  Sorts the values.
 */
struct estimate estimate_hold(double *const *values, const size_t *counts,
    double limit);

#endif
