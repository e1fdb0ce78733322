/*
 * Actors have priorities, and the highest that can go goes; at d - 1 steps,
 * drawn beforehand, the one that would go falls below all others.  Whatever
 * needs d ordered steps is found with a chance of at least 1 / (n k^(d-1)) for
 * n actors and k steps: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A
 * randomized scheduler with probabilistic guarantees of finding bugs",
 * ASPLOS 2010.  Store buffers are actors, so a store may wait for long.
 *
 * Steps are counted where CPUs share what is touched: a change of priorities at
 * any other one is the same as one at the next of those.
 *
 * One thing is added: who has had too many steps in a row falls too, since a
 * CPU that spins would otherwise never let the one run that it waits for.  The
 * steps of a CPU's store buffer are its own: what spins may store and wait.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/draw.h"
#include "sim/strategies/strategy.h"

enum {
	PCT_DEPTH_MAX = 5,
	PCT_STEPS_LEAST = 16,		/* taken for the length of shorter runs */
	PCT_PATIENCE_LEAST = 64,	/* steps in a row */
	PCT_PATIENCE_MOST = 8192,
	PCT_RARE_MOST = 256,
};

struct pct_state {
	/* `stay.shared`: steps that matter until the next change. */
	struct guide_stay stay;
	uint32_t said;			/* stay.steps when it was asked last */
	uint64_t length;		/* steps of the usual run that matter */
	struct draw draw;
	uint64_t changes[PCT_DEPTH_MAX];	/* ascending */
	uint32_t change_count;
	uint32_t change;		/* the next one */
	uint64_t in_a_row;
	uint64_t patience;
	uint32_t cpus;
	uint32_t actors;
	uint32_t last;			/* CPU that went, or its buffer */
	uint32_t order[STEP_ACTORS_MAX];	/* highest priority first */
	uint64_t higher[STEP_ACTORS_MAX];	/* than the actor of this number */
	uint64_t until[CHOICE_KIND_COUNT];
	uint64_t gaps[CHOICE_KIND_COUNT];
};

static void
pct_measure(void *context, const struct strategy_usual *usual)
{
	struct pct_state *state = context;

	state->length = usual->shared_steps;
}

static void
draw_changes(struct pct_state *state)
{
	uint64_t at, length, word;
	uint32_t i, j;

	length = state->length < PCT_STEPS_LEAST ? PCT_STEPS_LEAST :
	    state->length;
	word = draw_word(&state->draw);
	state->change_count = (uint32_t)draw_part(&word, PCT_DEPTH_MAX);
	for (i = 0; i < state->change_count; i++) {
		word = draw_word(&state->draw);
		at = draw_part(&word, length);
		for (j = i; j > 0 && state->changes[j - 1] > at; j--)
			state->changes[j] = state->changes[j - 1];
		state->changes[j] = at;
	}
	state->change = 0;
	state->stay.shared = state->change_count == 0 ? UINT32_MAX :
	    (uint32_t)state->changes[0];
}

/* Who is higher than those of the order, from a place on. */
static void
know_higher(struct pct_state *state, uint32_t place, uint64_t higher)
{

	for (; place < state->actors; place++) {
		state->higher[state->order[place]] = higher;
		higher |= UINT64_C(1) << state->order[place];
	}
}

static void
draw_order(struct pct_state *state)
{
	uint64_t word;
	uint32_t i, j;

	state->actors = 2 * state->cpus;
	word = 0;
	for (i = 0; i < state->actors; i++) {
		/* A word is enough for eight of them. */
		if (i % 8 == 0)
			word = draw_word(&state->draw);
		j = (uint32_t)draw_part(&word, i + 1);
		state->order[i] = state->order[j];
		state->order[j] = i;
	}
	know_higher(state, 0, 0);
}

static void
pct_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct pct_state *state = context;
	uint64_t word;
	uint32_t i;

	draw_begin(&state->draw, seed, "pct", number);
	state->cpus = (uint32_t)spec->machine.cpus;
	draw_order(state);
	draw_changes(state);
	state->stay.steps = state->said = 0;
	state->in_a_row = 0;
	state->last = STEP_ACTORS_MAX;
	word = draw_word(&state->draw);
	state->patience = draw_length_part(&word, PCT_PATIENCE_LEAST,
	    PCT_PATIENCE_MOST);
	for (i = CHOICE_READ; i <= CHOICE_PLACE; i++) {
		word = draw_word(&state->draw);
		state->gaps[i] = draw_length_part(&word, 1, PCT_RARE_MOST);
		state->until[i] = draw_gap_part(&word, state->gaps[i]);
	}
}

/* The place of the first in the order who is ready. */
static uint32_t
highest(const struct pct_state *state, uint64_t ready)
{
	uint32_t place;

	for (place = 0; (ready >> state->order[place] & 1) == 0;)
		place++;
	return (place);
}

static uint32_t
place_of(const struct pct_state *state, uint32_t actor)
{
	uint32_t place;

	for (place = 0; state->order[place] != actor;)
		place++;
	return (place);
}

static void
fall(struct pct_state *state, uint32_t place)
{
	uint32_t actor, from;

	actor = state->order[place];
	for (from = place; place + 1 < state->actors; place++)
		state->order[place] = state->order[place + 1];
	state->order[place] = actor;
	know_higher(state, from, state->higher[actor]);
}

/* Its own buffer's, too. */
static inline uint32_t
cpu_of(const struct pct_state *state, uint32_t actor)
{

	return (actor < state->cpus ? actor : actor - state->cpus);
}

/* The first in the order who is ready. */
static inline uint32_t
first(const struct pct_state *state, uint64_t ready)
{

	return (state->order[highest(state, ready)]);
}

/* The one that would go is too low to go any more. */
static void
change(struct pct_state *state, uint64_t ready)
{
	uint64_t at;

	fall(state, highest(state, ready));
	at = state->changes[state->change++];
	state->stay.shared = state->change == state->change_count ?
	    UINT32_MAX : (uint32_t)(state->changes[state->change] - at);
}

/* A CPU goes on until one that is higher wakes, or for so many steps. */
static void
pct_stay(struct pct_state *state, uint32_t actor)
{
	uint64_t left;

	state->stay.unless = state->higher[actor];
	state->stay.before = state->higher[actor + state->cpus];
	state->stay.who = actor;
	state->stay.stored = UINT32_MAX;
	left = state->patience - state->in_a_row;
	state->stay.steps = state->said = (uint32_t)left;
}

static uint32_t
pct_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct pct_state *state = context;
	uint32_t actor;

	(void)actors;
	if (ready == 0)
		return (usual);
	state->in_a_row += state->said - state->stay.steps;
	state->stay.steps = state->said = 0;
	actor = first(state, ready);
	if (cpu_of(state, actor) == state->last &&
	    ++state->in_a_row > state->patience) {
		fall(state, place_of(state, state->last));
		actor = first(state, ready);
		state->in_a_row = 0;
	}
	/* What is nobody else's is no place for a change. */
	while (choice_shared(&steps[actor]) && state->stay.shared-- == 0) {
		change(state, ready);
		actor = first(state, ready);
	}
	if (cpu_of(state, actor) != state->last) {
		state->last = cpu_of(state, actor);
		state->in_a_row = 0;
	}
	if (actor < state->cpus)
		pct_stay(state, actor);
	return (actor);
}

static uint64_t
pct_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct pct_state *state = context;
	uint64_t word;

	(void)cpu;
	if (kind != CHOICE_READ && kind != CHOICE_PLACE)
		return (0);
	if (state->until[kind] > 0) {
		state->until[kind]--;
		return (0);
	}
	word = draw_word(&state->draw);
	state->until[kind] = draw_gap_part(&word, state->gaps[kind]);
	return (draw_older_part(&word, alternatives));
}

static struct guide_stay *
pct_stays(void *context)
{
	struct pct_state *state = context;

	return (&state->stay);
}

const struct strategy strategy_pct = {
	.name = "pct",
	.about = "step by step: whoever has the highest priority goes, and up "
	    "to four times in a run the highest becomes the lowest",
	.stepped = true,
	.state_bytes = sizeof(struct pct_state),
	.measure = pct_measure,
	.begin = pct_begin,
	.next = pct_next,
	.stay = pct_stays,
	.choose = pct_choose,
};
