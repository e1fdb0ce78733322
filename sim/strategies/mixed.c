/*
 * The others, each with a share of the runs.  No strategy is best at all bugs;
 * the price of the mix is at most the share that the others take.  The shares
 * follow what has paid, in behaviours that were new, but nobody's falls below a
 * sixteenth.  Who has which run depends on its number and the shares alone, so
 * that runs can be repeated, and split among workers.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/base/rng.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"

extern const struct strategy strategy_random, strategy_pct, strategy_delay,
    strategy_walk;

static const struct strategy *const parts[] = {
	&strategy_delay, &strategy_random, &strategy_walk, &strategy_pct,
};

enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

static uint32_t
mixed_pick(const struct run_spec *spec, uint64_t seed, uint64_t number,
    const struct strategy_shares *shares)
{
	struct rng rng;
	uint64_t draw, sum;
	uint32_t i;

	sum = 0;
	for (i = 0; i < PARTS; i++)
		sum += shares->of[i];
	rng_init(&rng, seed, "mixed", number);
	draw = rng_below(&rng, sum);
	for (i = 0; i + 1 < PARTS && draw >= shares->of[i]; i++)
		draw -= shares->of[i];
	/* Steps are for machines that are small enough. */
	if (parts[i]->stepped && spec->machine.cpus > STEP_ACTORS_MAX / 2)
		i %= 2;
	return (i);
}

const struct strategy strategy_mixed = {
	.name = "mixed",
	.about = "delay, random, walk and pct, each with a share of the runs "
	    "that follows what has paid: what to use where nothing is known",
	.parts = parts,
	.part_count = PARTS,
	.pick = mixed_pick,
};
