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
	/*
	 * How long the last CPU goes on: `stay.shared` steps where it could
	 * change, and so many of any kind as was said when it was asked last.
	 */
	struct guide_stay stay;
	uint32_t said;
	uint32_t row;			/* steps of the last CPU in a row */
	uint32_t last;
	uint32_t until_drain;		/* steps with something in a buffer */
	bool buffered;			/* something was, when it was asked last */
	uint64_t no_change;		/* chance of each shared step */
	uint64_t no_drain;		/* ... of each with something in a buffer */
	uint64_t no_older;		/* ... of each load and store */
	uint32_t until_older;		/* loads and stores */
	struct draw draw;
};

static void
walk_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct walk_state *state = context;
	uint64_t word;

	(void)spec;
	draw_begin(&state->draw, seed, "walk", number);
	word = draw_word(&state->draw);
	state->no_change = draw_not(draw_length_part(&word, 1,
	    WALK_RARE_MOST));
	state->no_drain = draw_not(draw_length_part(&word, 1,
	    WALK_DRAIN_MOST));
	state->no_older = draw_not(draw_length_part(&word, 1,
	    WALK_OLDER_MOST));
	state->until_drain = draw_row(draw_word(&state->draw),
	    state->no_drain);
	state->until_older = draw_row(draw_word(&state->draw),
	    state->no_older);
	state->stay = (struct guide_stay){ 0 };
	state->said = 0;
	state->row = 0;
	state->last = STEP_ACTORS_MAX;
	state->buffered = false;
}

/* One of those whose bits are set. */
static inline uint32_t
draw_actor(uint64_t *word, uint64_t actors)
{
	uint64_t count, left, skip;

	/* Few, as a rule: without a processor's own word for it. */
	for (count = 0, left = actors; left != 0; left &= left - 1)
		count++;
	skip = draw_part(word, count);
	while (skip-- > 0)
		actors &= actors - 1;
	return ((uint32_t)__builtin_ctzll(actors));
}

/* Steps of which it was not asked. */
static inline void
walk_catch_up(struct walk_state *state)
{
	uint32_t steps;

	steps = state->said - state->stay.steps;
	state->row += steps;
	if (state->buffered)
		state->until_drain -= steps;
}

/* From now on, until a buffer that was empty holds a store, or has to drain. */
static inline void
walk_stay(struct walk_state *state, uint64_t all_buffers, uint64_t buffers)
{
	uint32_t steps;

	steps = WALK_ROW_MOST - 1 - state->row;
	if (buffers != 0 && state->until_drain < steps)
		steps = state->until_drain;
	state->buffered = buffers != 0;
	state->stay.unless = all_buffers & ~buffers;
	state->stay.steps = state->said = steps;
}

static uint32_t
walk_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct walk_state *state = context;
	uint64_t cpus, buffers, all_cpus, word;
	uint32_t last;

	if (ready == 0)
		return (usual);
	walk_catch_up(state);
	state->stay.steps = state->said = 0;
	all_cpus = (UINT64_C(1) << actors / 2) - 1;
	cpus = ready & all_cpus;
	buffers = ready & ~all_cpus;
	if (cpus == 0 || (buffers != 0 && state->until_drain-- == 0)) {
		word = draw_word(&state->draw);
		last = draw_actor(&word, buffers);
		if (cpus != 0)
			state->until_drain = draw_row(word, state->no_drain);
		return (last);
	}
	last = state->last;
	if (last >= actors || (cpus >> last & 1) == 0 ||
	    ++state->row >= WALK_ROW_MOST ||
	    (choice_shared(&steps[last]) && state->stay.shared-- == 0)) {
		word = draw_word(&state->draw);
		last = state->last = draw_actor(&word, cpus);
		state->stay.shared = draw_row(word, state->no_change);
		state->row = 0;
	}
	walk_stay(state, ~all_cpus, buffers);
	return (last);
}

static uint64_t
walk_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct walk_state *state = context;
	uint64_t answer, word;

	(void)cpu;
	if ((kind != CHOICE_READ && kind != CHOICE_PLACE) ||
	    state->until_older-- > 0)
		return (0);
	word = draw_word(&state->draw);
	answer = draw_older_part(&word, alternatives);
	state->until_older = draw_row(draw_word(&state->draw),
	    state->no_older);
	return (answer);
}

static void
walk_measure(void *context, const struct strategy_usual *usual)
{

	/* That there is one makes known what is shared. */
	(void)context;
	(void)usual;
}

static struct guide_stay *
walk_stays(void *context)
{
	struct walk_state *state = context;

	return (&state->stay);
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
	.stay = walk_stays,
	.choose = walk_choose,
};
