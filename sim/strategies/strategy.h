/*
 * strategy - where shall the hunt look next?
 *
 * A strategy answers the questions of one run after another
 * (sim/machine/choice.h).  Each is one file with a `const struct strategy
 * strategy_NAME` and a row STRATEGY(NAME) in strategies.def.  What it draws
 * comes from the stream of its run: run number n of seed s asks the same
 * questions of the same generator on every machine and for every number of
 * workers.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_STRATEGIES_STRATEGY_H
#define SIM_STRATEGIES_STRATEGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/choice.h"

struct run_spec;
struct run_result;

/*
 * The run in which nothing is chosen, so that a strategy knows its way.  Its
 * result is there while measure() runs, the conflicts for as long as the state.
 */
struct strategy_usual {
	const struct run_result *result;
	uint64_t asked[CHOICE_KIND_COUNT];	/* questions of each kind */
	/*
	 * Which of the questions CHOICE_DELAY came before an access that
	 * another CPU's access conflicts with; ascending.  NULL: not known.
	 */
	const uint64_t *conflicts;
	size_t conflict_count;
	uint64_t shared_steps;	/* stepped: steps on memory that CPUs share */
};

/* How the runs are divided among the parts of a strategy of strategies. */
enum { STRATEGY_PARTS_MAX = 8 };
struct strategy_shares {
	unsigned char of[STRATEGY_PARTS_MAX];	/* at least 1 for each part */
};

struct strategy {
	const char *name;
	const char *about;
	bool stepped;
	/* Each run depends on the ones before: it cannot be split. */
	bool one_worker;
	/* The strategy's own state, zeroed, is this large. */
	size_t state_bytes;
	/*
	 * A strategy of strategies has these and none of the functions below:
	 * the others, and which of them has this run.
	 */
	const struct strategy *const *parts;
	uint32_t part_count;
	uint32_t (*pick)(const struct run_spec *spec, uint64_t seed,
	    uint64_t number, const struct strategy_shares *shares);
	/* Called once, before the first run; NULL: no need to know. */
	void (*measure)(void *state, const struct strategy_usual *usual);
	/* Run `number` of the hunt with this seed is about to begin. */
	void (*begin)(void *state, const struct run_spec *spec, uint64_t seed,
	    uint64_t number);
	uint32_t (*next)(void *state, const struct step *steps,
	    uint32_t actors, uint64_t ready, uint32_t usual);
	uint64_t (*choose)(void *state, enum choice_kind kind, uint32_t cpu,
	    uint64_t alternatives);
	/* Where the state says how long next() stands; NULL: for a step. */
	struct guide_stay *(*stay)(void *state);
	/* The run is over; false: there is nothing left to try. */
	bool (*end)(void *state, const struct run_result *result);
	/* Lines for the end of a hunt, each with a newline; may be NULL. */
	void (*report)(void *state, char *text, size_t room);
	/* May be NULL. */
	void (*fini)(void *state);
};

/* No store waits longer than this because a strategy says so. */
#define STRATEGY_HOLD_MAX_PS CHOICE_HIDDEN_MAX_PS

extern const struct strategy *const strategies[];
extern const size_t strategy_count;

const struct strategy *strategy_find(const char *name);

#endif
