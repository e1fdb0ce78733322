/*
 * explore - which orders of steps are left to try?
 *
 * A depth-first search over all runs of a stepped machine, with equivalent
 * orders left out.  The caller executes the program again and again from its
 * start; the explorer answers each question so that in the end one member of
 * every class of equivalent runs has been executed:
 *
 *	do {
 *		explore_begin(x);
 *		... explore_next() at each step, explore_pick() for each value
 *		    that the step may choose ...
 *	} while (explore_end(x));
 *
 * Two steps of different actors depend on each other when exchanging them
 * could change anything: overlapping accesses of which one writes, two
 * STEP_ORDERED steps, a store's way into a buffer (STEP_PUSH, the n-th of CPU
 * i) and out of it (STEP_DRAIN, the n-th of buffer i), a drain and a
 * STEP_EMPTY of the same CPU.  Orders that differ only in independent steps
 * are equivalent.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_EXPLORE_H
#define SIM_STRATEGIES_EXPLORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"

struct explore;

enum explore_pruning {
	EXPLORE_ALL,		/* every order of the steps, equivalent or not */
	EXPLORE_CLASSES,	/* one of each class */
};

struct explore_counts {
	uint64_t executions;	/* that came to their end */
	uint64_t abandoned;	/* found to be equivalent to another, midway */
	uint64_t steps;		/* of all of them */
	uint64_t longest;	/* steps of the longest */
	bool complete;		/* nothing is left to try */
};

struct explore *explore_new(enum explore_pruning pruning);
void explore_free(struct explore *explore);
/* Forgets everything; for another program of `cpus` CPUs. */
void explore_reset(struct explore *explore, enum explore_pruning pruning,
    uint32_t cpus);

void explore_begin(struct explore *explore);
/*
 * The actor whose step is next; STEP_STOP: this run need not go on.  Where
 * nobody is ready, but somebody waits, the question is worth asking all the
 * same: it shows what they wait for.  The answer is then STEP_STOP.
 */
uint32_t explore_next(struct explore *explore, const struct step *steps,
    uint32_t actors, uint64_t ready);
/*
 * While a run repeats the one before, how long the same CPU goes on is known,
 * and said here: whoever takes such steps without a question takes them off.
 */
struct guide_stay *explore_stay(struct explore *explore);
/* Which of so many values the step under way takes: 0 to alternatives - 1. */
uint32_t explore_pick(struct explore *explore, uint32_t alternatives);
/* The run has ended; true: there is another one to execute. */
bool explore_end(struct explore *explore);

struct explore_counts explore_counts(const struct explore *explore);

/*
 * How many runs there would be with EXPLORE_ALL, by Knuth's method: the mean
 * over random walks of the product of the branches on the way.  After
 * explore_walk(), the next execution is such a walk, drawn from `seed`;
 * explore_walked() then gives the product as a logarithm to the base 2, in
 * units of 2^-32.
 */
void explore_walk(struct explore *explore, uint64_t seed);
uint64_t explore_walked(const struct explore *explore);

#endif
