/*
 * Anybody may go on at each step, at a rate that each run draws for itself, and
 * now and then one of them stands still for long while the others go on: a CPU,
 * often one that is about to store, or a store buffer.  That is how numbers
 * grow old between reading wr and storing c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/spec.h"
#include "sim/strategies/draw.h"
#include "sim/strategies/strategy.h"

enum {
	LAGGARD_CHANGE_MOST = 64,	/* steps between two changes of CPU */
	LAGGARD_DRAIN_MOST = 64,	/* steps that a store stays */
	LAGGARD_GAP_MOST = 1024,	/* steps between two stops */
	LAGGARD_STOP_LEAST = 4,		/* steps of others */
	LAGGARD_STOP_MOST = 4096,
	LAGGARD_ROW_MOST = 10000,	/* steps in a row, of who may be waiting */
};

struct laggard_state {
	struct rng rng;
	uint64_t change;	/* one in so many steps is another CPU's */
	uint64_t drain;		/* one in so many drains a buffer */
	uint64_t gap;		/* steps between two stops, on average */
	uint64_t until;		/* steps to the next stop, or to its end */
	uint64_t stopped;	/* a bit for who stands still */
	uint32_t last;
	uint32_t row;
};

static void
laggard_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct laggard_state *state = context;

	(void)spec;
	rng_init(&state->rng, seed, "laggard", number);
	state->change = draw_length(&state->rng, 1, LAGGARD_CHANGE_MOST);
	state->drain = draw_length(&state->rng, 1, LAGGARD_DRAIN_MOST);
	state->gap = draw_length(&state->rng, 1, LAGGARD_GAP_MOST);
	state->until = draw_gap(&state->rng, state->gap);
	state->stopped = 0;
	state->last = STEP_ACTORS_MAX;
	state->row = 0;
}

/* One of those whose bits are set. */
static uint32_t
one_of(struct laggard_state *state, uint64_t actors)
{
	uint64_t skip;

	skip = rng_below(&state->rng, (uint64_t)__builtin_popcountll(actors));
	while (skip-- > 0)
		actors &= actors - 1;
	return ((uint32_t)__builtin_ctzll(actors));
}

/* Somebody stops, or goes on again. */
static void
change_stop(struct laggard_state *state, const struct step *steps,
    uint32_t actors, uint64_t ready)
{
	uint64_t storing;
	uint32_t actor;

	if (state->stopped != 0) {
		state->stopped = 0;
		state->until = draw_gap(&state->rng, state->gap);
		return;
	}
	storing = 0;
	for (actor = 0; actor < actors / 2; actor++)
		if ((ready >> actor & 1) != 0 &&
		    (steps[actor].kinds & (STEP_WRITE | STEP_PUSH)) != 0)
			storing |= UINT64_C(1) << actor;
	if (storing != 0 && rng_below(&state->rng, 2) == 0)
		ready = storing;
	state->stopped = UINT64_C(1) << one_of(state, ready);
	state->until = draw_length(&state->rng, LAGGARD_STOP_LEAST,
	    LAGGARD_STOP_MOST);
}

static uint32_t
laggard_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct laggard_state *state = context;
	uint64_t cpus, buffers;
	uint32_t last;

	if (ready == 0)
		return (usual);
	if (state->until-- == 0)
		change_stop(state, steps, actors, ready);
	if ((ready & ~state->stopped) != 0)
		ready &= ~state->stopped;
	cpus = ready & ((UINT64_C(1) << actors / 2) - 1);
	buffers = ready & ~cpus;
	if (cpus == 0 || (buffers != 0 &&
	    rng_below(&state->rng, state->drain) == 0))
		return (one_of(state, buffers));
	last = state->last;
	if (last < actors && (cpus >> last & 1) != 0 &&
	    ++state->row < LAGGARD_ROW_MOST &&
	    rng_below(&state->rng, state->change) != 0)
		return (last);
	state->row = 0;
	state->last = one_of(state, cpus);
	return (state->last);
}

static uint64_t
laggard_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)context;
	(void)kind;
	(void)cpu;
	(void)alternatives;
	return (0);
}

const struct strategy strategy_laggard = {
	.name = "laggard",
	.about = "step by step: anybody may go on at each step, and now and "
	    "then a CPU or a store buffer stands still for long",
	.stepped = true,
	.state_bytes = sizeof(struct laggard_state),
	.begin = laggard_begin,
	.next = laggard_next,
	.choose = laggard_choose,
};
