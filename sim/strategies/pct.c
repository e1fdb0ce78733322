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
	uint64_t length;		/* steps of the usual run that matter */
	struct rng rng;
	uint64_t step;
	uint64_t changes[PCT_DEPTH_MAX];	/* ascending */
	uint32_t change_count;
	uint32_t change;		/* the next one */
	uint64_t in_a_row;
	uint64_t patience;
	uint32_t cpus;
	uint32_t actors;
	uint32_t last;			/* CPU that went, or its buffer */
	uint32_t order[STEP_ACTORS_MAX];	/* highest priority first */
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
	uint64_t at, length;
	uint32_t i, j;

	length = state->length < PCT_STEPS_LEAST ? PCT_STEPS_LEAST :
	    state->length;
	state->change_count = (uint32_t)rng_below(&state->rng, PCT_DEPTH_MAX);
	for (i = 0; i < state->change_count; i++) {
		at = rng_below(&state->rng, length);
		for (j = i; j > 0 && state->changes[j - 1] > at; j--)
			state->changes[j] = state->changes[j - 1];
		state->changes[j] = at;
	}
}

/* Of as many actors as there can be, less those that this machine has not. */
static void
draw_order(struct pct_state *state)
{
	uint32_t i, j;

	for (i = 0; i < STEP_ACTORS_MAX; i++) {
		j = (uint32_t)rng_below(&state->rng, i + 1);
		state->order[i] = state->order[j];
		state->order[j] = i;
	}
	state->actors = 0;
	for (i = 0; i < STEP_ACTORS_MAX; i++)
		if (state->order[i] < 2 * state->cpus)
			state->order[state->actors++] = state->order[i];
}

static void
pct_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct pct_state *state = context;
	uint32_t i;

	rng_init(&state->rng, seed, "pct", number);
	state->cpus = (uint32_t)spec->machine.cpus;
	draw_order(state);
	draw_changes(state);
	state->step = 0;
	state->change = 0;
	state->in_a_row = 0;
	state->last = STEP_ACTORS_MAX;
	state->patience = draw_length(&state->rng, PCT_PATIENCE_LEAST,
	    PCT_PATIENCE_MOST);
	for (i = 0; i < CHOICE_KIND_COUNT; i++) {
		state->gaps[i] = draw_length(&state->rng, 1, PCT_RARE_MOST);
		state->until[i] = draw_gap(&state->rng, state->gaps[i]);
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
	uint32_t actor;

	actor = state->order[place];
	for (; place + 1 < state->actors; place++)
		state->order[place] = state->order[place + 1];
	state->order[place] = actor;
}

/* Its own buffer's, too. */
static inline uint32_t
cpu_of(const struct pct_state *state, uint32_t actor)
{

	return (actor < state->cpus ? actor : actor - state->cpus);
}

static uint32_t
pct_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct pct_state *state = context;
	uint32_t actor, cpu, place;

	(void)actors;
	if (ready == 0)
		return (usual);
	place = highest(state, ready);
	while (state->change < state->change_count &&
	    state->changes[state->change] <= state->step) {
		state->change++;
		fall(state, place);
		place = highest(state, ready);
	}
	actor = state->order[place];
	cpu = cpu_of(state, actor);
	state->in_a_row = cpu == state->last ? state->in_a_row + 1 : 0;
	if (state->in_a_row > state->patience) {
		fall(state, place_of(state, cpu));
		actor = state->order[highest(state, ready)];
		cpu = cpu_of(state, actor);
		state->in_a_row = 0;
	}
	/* What is nobody else's is no place for a change. */
	state->step += choice_shared(&steps[actor]);
	state->last = cpu;
	return (actor);
}

static uint64_t
pct_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct pct_state *state = context;

	(void)cpu;
	if (kind != CHOICE_READ && kind != CHOICE_PLACE)
		return (0);
	if (state->until[kind] > 0) {
		state->until[kind]--;
		return (0);
	}
	state->until[kind] = draw_gap(&state->rng, state->gaps[kind]);
	return (draw_older(&state->rng, alternatives));
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
	.choose = pct_choose,
};
