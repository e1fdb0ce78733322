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
	 * How long the last CPU goes on: until it has made so many steps where
	 * it could change, or a store has waited for so many.
	 */
	struct guide_stay stay;
	uint32_t said;			/* stay.steps when it was asked last */
	uint32_t row;			/* steps of the last CPU in a row */
	uint64_t change;		/* rates: of changes, in shared steps */
	uint64_t drain;			/* in steps with something in a buffer */
	uint64_t older;			/* in loads and stores */
	uint32_t until_older;		/* loads and stores */
	struct draw draw;
	uint64_t ahead;			/* the next word, for whom goes on */
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
	state->change = draw_rate(draw_length_part(&word, 1,
	    WALK_RARE_MOST));
	state->drain = draw_rate(draw_length_part(&word, 1,
	    WALK_DRAIN_MOST));
	state->older = draw_rate(draw_length_part(&word, 1,
	    WALK_OLDER_MOST));
	state->until_older = draw_row(draw_word(&state->draw),
	    state->older);
	state->stay = (struct guide_stay){ .who = STEP_ACTORS_MAX - 1 };
	state->stay.stored = draw_row(draw_word(&state->draw),
	    state->drain);
	state->ahead = draw_word(&state->draw);
	state->said = 0;
	state->row = 0;
}

/*
 * One of those whose bits are set.  Few, as a rule: without loops that end when
 * chance has it, which no processor guesses.
 */
static inline uint32_t
draw_actor(uint64_t *word, uint64_t actors)
{
	uint64_t count, left, second, skip, third;

	second = actors & (actors - 1);
	third = second & (second - 1);
	count = 1 + (second != 0) + (third != 0);
	for (left = third & (third - 1); left != 0; left &= left - 1)
		count++;
	skip = draw_part(word, count);
	actors = skip == 0 ? actors : skip == 1 ? second : third;
	for (; skip > 2; skip--)
		actors &= actors - 1;
	return ((uint32_t)__builtin_ctzll(actors));
}

static uint32_t
walk_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct walk_state *state = context;
	uint64_t cpus, buffers, word;
	uint32_t who;

	if (ready == 0)
		return (usual);
	/* Steps of which it was not asked. */
	state->row += state->said - state->stay.steps;
	cpus = ready & ((UINT64_C(1) << actors / 2) - 1);
	buffers = ready & ~cpus;
	who = state->stay.who;
	if (cpus == 0 || (buffers != 0 && state->stay.stored-- == 0)) {
		word = draw_word(&state->draw);
		if (cpus != 0)
			state->stay.stored = draw_row(draw_word(&state->draw),
			    state->drain);
		state->said = state->stay.steps;
		return (draw_actor(&word, buffers));
	}
	if ((cpus >> who & 1) == 0 || ++state->row >= WALK_ROW_MOST ||
	    (choice_shared(&steps[who]) && state->stay.shared-- == 0)) {
		word = state->ahead;
		who = state->stay.who = draw_actor(&word, cpus);
		/* Nobody waits for these, as the switch does for who it is. */
		state->stay.shared = draw_row(word, state->change);
		state->ahead = draw_word(&state->draw);
		state->row = 0;
	}
	state->stay.steps = state->said = WALK_ROW_MOST - 1 - state->row;
	return (who);
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
	    state->older);
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
