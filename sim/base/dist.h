/*
 * dist - how long, or how many, this time?
 *
 * A dist is a distribution over unsigned integers (picoseconds or a count).
 * It is plain data: it is compared, hashed and copied with the scenario.
 * Sampling uses integers and fixed point only, so that a draw is the same on
 * every machine, compiler and C library.
 *
 * Units       whatever the values given to it have.
 * Errors      sampling cannot fail.
 * Cost        one 64-bit random word whatever the kind, no floating point; only
 *             a pareto divides by a variable.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_BASE_DIST_H
#define SIM_BASE_DIST_H

#include <stdint.h>

struct rng;

enum dist_kind {
	DIST_FIXED,	/* a */
	DIST_UNIFORM,	/* from a to b, both included */
	DIST_EXP,	/* mean a */
	DIST_LOGNORMAL,	/* median a, 99th percentile b (b >= a) */
	DIST_PARETO,	/* smallest a, shape b/1000, capped at c */
	DIST_BIMODAL,	/* a, but b with a chance of c parts per million */
};

struct dist {
	uint64_t kind;	/* enum dist_kind */
	uint64_t a;
	uint64_t b;
	uint64_t c;
};

/* One value. */
uint64_t dist_sample(const struct dist *dist, struct rng *rng);

/*
 * The value that a random word stands for: the inverse of the distribution
 * function, so it never falls while the word rises.  What does not fit into 64
 * bits is UINT64_MAX.
 */
uint64_t dist_at(const struct dist *dist, uint64_t word);

/*
 * The mean, rounded; UINT64_MAX where it does not fit.  For estimates and
 * messages, not for decisions.
 */
uint64_t dist_mean(const struct dist *dist);

#endif
