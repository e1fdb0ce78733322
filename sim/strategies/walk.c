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
	struct chance chance;
	uint64_t older;			/* a rate, in loads and stores */
	uint32_t until_older;		/* loads and stores */
};

static void
walk_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct walk_state *state = context;
	struct chance *chance;
	uint64_t word;

	(void)spec;
	chance = &state->chance;
	draw_begin(&chance->draw, seed, "walk", number);
	word = draw_word(&chance->draw);
	chance->change = draw_rate(draw_length_part(&word, 1,
	    WALK_RARE_MOST));
	chance->drain = draw_rate(draw_length_part(&word, 1,
	    WALK_DRAIN_MOST));
	chance->row = WALK_ROW_MOST;
	state->older = draw_rate(draw_length_part(&word, 1,
	    WALK_OLDER_MOST));
	state->until_older = draw_row(draw_word(&chance->draw),
	    state->older);
	state->stay = (struct guide_stay){ .before = UINT64_MAX,
	    .who = STEP_ACTORS_MAX - 1, .chance = chance };
	state->stay.stored = chance_wait(chance);
	chance->ahead = draw_word(&chance->draw);
}

static uint32_t
walk_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct walk_state *state = context;
	struct guide_stay *stay;
	uint64_t cpus, buffers;
	uint32_t who;

	if (ready == 0)
		return (usual);
	stay = &state->stay;
	buffers = ready >> actors / 2;
	cpus = ready ^ buffers << actors / 2;
	who = stay->who;
	if (cpus == 0)
		return (actors / 2 + chance_drain(stay->chance, buffers));
	if (buffers != 0 && stay->stored-- == 0) {
		who = actors / 2 + chance_drain(stay->chance, buffers);
		stay->stored = chance_wait(stay->chance);
		return (who);
	}
	if ((cpus >> who & 1) == 0 || stay->steps-- == 0 ||
	    (choice_shared(&steps[who]) && stay->shared-- == 0)) {
		stay->who = chance_turn(stay->chance, cpus, &stay->shared);
		stay->steps = stay->chance->row - 1;
	}
	return (stay->who);
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
	word = draw_word(&state->chance.draw);
	answer = draw_older_part(&word, alternatives);
	state->until_older = draw_row(draw_word(&state->chance.draw),
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
