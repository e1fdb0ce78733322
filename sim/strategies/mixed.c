/*
 * The others in turn.  No strategy is best at all bugs; the price of the mix
 * is at most the share that the others take.  Who has which run depends on
 * its number alone, so that runs can be repeated, and split among workers.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/spec.h"
#include "sim/strategies/strategy.h"

extern const struct strategy strategy_random, strategy_pct, strategy_delay;

static const struct strategy *
mixed_pick(const struct run_spec *spec, uint64_t seed, uint64_t number)
{
	static const struct strategy *const turn[] = {
		&strategy_delay, &strategy_random, &strategy_pct,
		&strategy_delay, &strategy_random, &strategy_delay,
		&strategy_pct, &strategy_random,
	};
	const struct strategy *picked;

	(void)seed;
	picked = turn[number % (sizeof(turn) / sizeof(turn[0]))];
	/* Steps are for machines that are small enough. */
	if (picked->stepped && spec->machine.cpus > STEP_ACTORS_MAX / 2)
		picked = &strategy_random;
	return (picked);
}

const struct strategy strategy_mixed = {
	.name = "mixed",
	.about = "delay, random and pct in turn: what to use where nothing is "
	    "known about the bug",
	.pick = mixed_pick,
};
