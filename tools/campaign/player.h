/*
 * player - how does a strategy play one run after another?
 *
 * Run number n of a hunt has the hunt's seed plus n as its own seed, so that
 * the program draws anew as well; a strategy whose runs depend on each other
 * explores one seed.
 *
 * Errors      none.  Running out of memory ends the process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_PLAYER_H
#define TOOLS_CAMPAIGN_PLAYER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/machine/choice.h"

struct run_result;
struct run_spec;
struct strategy;
struct strategy_shares;

/* All zero is a valid start. */
struct player {
	const struct strategy *strategy;
	void *state;
	struct guide guide;
	uint64_t *conflicts;	/* see struct strategy_usual */
	bool measured;
	bool spent;		/* there is nothing left to try */
	uint64_t next;		/* of a strategy whose runs have an order */
};

/* The strategy that has this run: for mixed, one of the others. */
const struct strategy *player_pick(const struct strategy *strategy,
    const struct run_spec *spec, uint64_t seed, uint64_t number,
    const struct strategy_shares *shares);

uint64_t player_seed(const struct strategy *strategy, uint64_t seed,
    uint64_t number);

/*
 * Makes ready for run `number` of the hunt with this seed; `spec` gets the
 * run's seed.  Executes other runs where that takes some: one to measure, or
 * all that come before; their results go to `scratch`.  False: there is no
 * such run.
 */
bool player_begin(struct player *player, const struct strategy *strategy,
    struct run_spec *spec, uint64_t seed, uint64_t number,
    struct run_result *scratch);

/* The run has been executed under player->guide. */
void player_end(struct player *player, const struct run_result *result);

void player_fini(struct player *player);

#endif
