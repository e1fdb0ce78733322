/*
 * explore_walk - how many runs does one random walk speak for?
 *
 * Knuth's estimate of the size of a tree that is too large to walk through:
 * from the root down take one of the branches at random, each as likely as the
 * others; the product of the numbers of branches is, on average over walks,
 * the number of leaves.
 *
 * Source      D. E. Knuth, "Estimating the efficiency of backtrack programs",
 *             Mathematics of Computation 29 (1975).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_EXPLORE_WALK_H
#define SIM_STRATEGIES_EXPLORE_WALK_H

#include <stdint.h>

#include "sim/base/rng.h"

/* The product is mantissa * 2^(exponent - 63), its top bit always set. */
struct walk {
	struct rng rng;
	uint64_t mantissa;
	uint64_t exponent;
};

void walk_begin(struct walk *walk, uint64_t seed);
/* One of so many branches: 0 to branches - 1. */
uint32_t walk_branch(struct walk *walk, uint32_t branches);
/* The product as a logarithm to the base 2, in units of 2^-32. */
uint64_t walk_log2(const struct walk *walk);

#endif
