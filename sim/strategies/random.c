/*
 * Delays anywhere, of any length, at a density that each run draws for itself:
 * one run is calm with a few long stops, the next one trembles all the time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/spec.h"
#include "sim/strategies/draw.h"
#include "sim/strategies/strategy.h"

enum {
	RANDOM_DELAY_LEAST_PS = 1000,
	RANDOM_GAP_LEAST = 8,		/* accesses between two stops */
	RANDOM_GAP_MOST = 1 << 16,
	RANDOM_RARE_MOST = 256,		/* stores, loads between two choices */
};

struct random_state {
	uint64_t shared;	/* questions of the usual run that matter */
	struct rng rng;
	uint64_t until[CHOICE_KIND_COUNT];	/* questions to let pass */
	uint64_t gaps[CHOICE_KIND_COUNT];	/* ... on average */
	uint64_t delay_most_ps;
	uint64_t hold_most_ps;
	bool picky;		/* stops only where CPUs share what is touched */
};

/*
 * The longest stop of this run.  Long stops come with wide gaps, or nothing
 * would happen between them.
 */
static void
set_delays(struct random_state *state, const struct run_spec *spec)
{
	uint64_t most, tick_ps;

	tick_ps = UINT64_C(1000000000000) / spec->machine.hz;
	switch (rng_below(&state->rng, 8)) {
	case 0:		/* across ticks */
		most = 5 * tick_ps / 2;
		break;
	case 1:
	case 2:
		most = UINT64_C(50000000);
		break;
	default:
		most = UINT64_C(1000000) << rng_below(&state->rng, 4);
		break;
	}
	if (most > spec->run.warmup_ps + spec->run.duration_ps)
		most = spec->run.warmup_ps + spec->run.duration_ps;
	if (most < RANDOM_DELAY_LEAST_PS)
		most = RANDOM_DELAY_LEAST_PS;
	state->delay_most_ps = most;
	state->picky = state->shared > 0 && rng_below(&state->rng, 4) != 0;
	state->gaps[CHOICE_DELAY] = state->picky ?
	    draw_length(&state->rng, 1, state->shared) :
	    draw_length(&state->rng, RANDOM_GAP_LEAST + most / 100000,
	    RANDOM_GAP_MOST);
}

static void
random_measure(void *context, const struct strategy_usual *usual)
{
	struct random_state *state = context;

	state->shared = usual->conflict_count;
}

static void
random_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct random_state *state = context;
	uint32_t kind;

	rng_init(&state->rng, seed, "random", number);
	set_delays(state, spec);
	state->hold_most_ps = draw_length(&state->rng, RANDOM_DELAY_LEAST_PS,
	    STRATEGY_HOLD_MAX_PS);
	state->gaps[CHOICE_HOLD] = draw_length(&state->rng, 1,
	    RANDOM_RARE_MOST);
	state->gaps[CHOICE_READ] = draw_length(&state->rng, 1,
	    RANDOM_RARE_MOST);
	state->gaps[CHOICE_PLACE] = draw_length(&state->rng, 1,
	    RANDOM_RARE_MOST);
	for (kind = 0; kind < CHOICE_KIND_COUNT; kind++)
		state->until[kind] = draw_gap(&state->rng, state->gaps[kind]);
}

static uint64_t
random_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct random_state *state = context;
	uint64_t length;

	(void)cpu;
	if (kind == CHOICE_DELAY && state->picky && !choice_conflicts())
		return (0);
	if (state->until[kind] > 0) {
		state->until[kind]--;
		return (0);
	}
	state->until[kind] = draw_gap(&state->rng, state->gaps[kind]);
	switch (kind) {
	case CHOICE_DELAY:
		length = draw_length(&state->rng, RANDOM_DELAY_LEAST_PS,
		    state->delay_most_ps);
		return (draw_answer(length, draw_stop(&state->rng)));
	case CHOICE_HOLD:
		return (draw_length(&state->rng, RANDOM_DELAY_LEAST_PS,
		    state->hold_most_ps));
	case CHOICE_READ:
	case CHOICE_PLACE:
		return (draw_older(&state->rng, alternatives));
	default:
		return (0);
	}
}

const struct strategy strategy_random = {
	.name = "random",
	.about = "CPUs stopped, stores held back and older stores read at "
	    "random, each run at a density of its own",
	.state_bytes = sizeof(struct random_state),
	.measure = random_measure,
	.begin = random_begin,
	.choose = random_choose,
};
