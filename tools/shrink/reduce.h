/*
 * reduce - how small can the program and its machine be?
 *
 * CPUs, threads, rounds, slots and what else a workload counts, faults, time,
 * features of the machine.  After each change the same schedule is tried; where
 * it does not fail any more, a number of runs of a strategy look for the failure
 * in the smaller program.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHRINK_REDUCE_H
#define TOOLS_SHRINK_REDUCE_H

#include <stdbool.h>

struct shrink;

/*
 * All at once, as far down as a search finds the failure; that run is the best
 * then, however many choices it takes.  `anywhere`: the same check, wherever it
 * fires; from then on it is looked for there.  False: nothing was found.
 */
bool reduce_leap(struct shrink *shrink, bool anywhere);

/* Other choices, where there are many left. */
void reduce_others(struct shrink *shrink);

/* One after the other. */
void reduce_steps(struct shrink *shrink);

/* Settings that make no difference to the failure get their defaults. */
void reduce_end(struct shrink *shrink);

#endif
