/*
 * A random walk, step by step: where somebody is about to touch what CPUs
 * share, anybody may go on, at a rate that each run draws for itself; from one
 * such place to the next a CPU goes on undisturbed.  Store buffers drain at
 * once in some runs and late in others.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/spec.h"
#include "sim/strategies/draw.h"
#include "sim/strategies/strategy.h"

enum {
	WALK_RARE_MOST = 64,		/* shared steps between two changes */
	WALK_DRAIN_MOST = 256,		/* steps that a store stays */
	WALK_OLDER_MOST = 32,		/* loads and stores between two choices */
	WALK_ROW_MOST = 10000,		/* steps in a row, of who may be waiting */
};

struct walk_state {
	struct rng rng;
	uint64_t change;		/* one in so many shared steps */
	uint64_t drain;			/* one in so many steps drains a buffer */
	uint64_t older;			/* one in so many reads is old */
	uint32_t last;
	uint32_t row;
};

static void
walk_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct walk_state *state = context;

	(void)spec;
	rng_init(&state->rng, seed, "walk", number);
	state->change = draw_length(&state->rng, 1, WALK_RARE_MOST);
	state->drain = draw_length(&state->rng, 1, WALK_DRAIN_MOST);
	state->older = draw_length(&state->rng, 1, WALK_OLDER_MOST);
	state->last = STEP_ACTORS_MAX;
	state->row = 0;
}

/* One of those whose bits are set. */
static inline uint32_t
draw_actor(struct walk_state *state, uint64_t actors)
{
	uint64_t count, left, skip;

	/* Few, as a rule: without a processor's own word for it. */
	for (count = 0, left = actors; left != 0; left &= left - 1)
		count++;
	skip = rng_below(&state->rng, count);
	while (skip-- > 0)
		actors &= actors - 1;
	return ((uint32_t)__builtin_ctzll(actors));
}

static uint32_t
walk_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct walk_state *state = context;
	uint64_t cpus, buffers;
	uint32_t last;

	if (ready == 0)
		return (usual);
	cpus = ready & ((UINT64_C(1) << actors / 2) - 1);
	buffers = ready & ~cpus;
	if (cpus == 0 || (buffers != 0 &&
	    rng_below(&state->rng, state->drain) == 0))
		return (draw_actor(state, buffers));
	last = state->last;
	if (last < actors && (cpus >> last & 1) != 0 &&
	    ++state->row < WALK_ROW_MOST && (!choice_shared(&steps[last]) ||
	    rng_below(&state->rng, state->change) != 0))
		return (last);
	state->row = 0;
	state->last = draw_actor(state, cpus);
	return (state->last);
}

static uint64_t
walk_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct walk_state *state = context;

	(void)cpu;
	if ((kind != CHOICE_READ && kind != CHOICE_PLACE) ||
	    rng_below(&state->rng, state->older) != 0)
		return (0);
	return (draw_older(&state->rng, alternatives));
}

static void
walk_measure(void *context, const struct strategy_usual *usual)
{

	/* That there is one makes known what is shared. */
	(void)context;
	(void)usual;
}

const struct strategy strategy_walk = {
	.name = "walk",
	.about = "step by step: where CPUs share what is touched, anybody may "
	    "go on; buffers drain soon in some runs and late in others",
	.stepped = true,
	.state_bytes = sizeof(struct walk_state),
	.measure = walk_measure,
	.begin = walk_begin,
	.next = walk_next,
	.choose = walk_choose,
};
