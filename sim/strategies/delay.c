/*
 * One to five events in a run that is otherwise as usual: a CPU stopped for a
 * short, a medium or a long time, a store held back, an older store read.  A
 * few delays are what most races need, and what shrinks to something that a
 * person can read.  (That few suffice: Emmi, Qadeer, Rakamaric, "Delay-bounded
 * scheduling", POPL 2011.)
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/draw.h"
#include "sim/strategies/strategy.h"

enum {
	DELAY_EVENTS_MAX = 5,
	DELAY_NEAR_MOST = 1024,		/* questions from one event to the next */
	DELAY_SHORT_LEAST_PS = 10000,
	DELAY_SHORT_MOST_PS = 1000000,
	DELAY_MEDIUM_MOST_PS = 50000000,
};

struct delay_event {
	uint64_t at;		/* number of the question among its kind */
	uint64_t answer;	/* for CHOICE_READ and _PLACE: drawn then */
};

struct delay_state {
	struct strategy_usual usual;
	struct rng rng;
	uint64_t asked[CHOICE_KIND_COUNT];
	uint64_t first[CHOICE_KIND_COUNT];	/* the next event of each kind */
	struct delay_event events[CHOICE_KIND_COUNT][DELAY_EVENTS_MAX];
	uint32_t counts[CHOICE_KIND_COUNT];
};

static void
delay_measure(void *context, const struct strategy_usual *usual)
{
	struct delay_state *state = context;

	state->usual = *usual;
}

/* Where: anywhere, next to the last event, or where CPUs meet. */
static uint64_t
draw_place(struct delay_state *state, enum choice_kind kind, uint64_t last)
{
	const struct strategy_usual *usual = &state->usual;
	uint64_t length;

	length = usual->asked[kind];
	if (last != UINT64_MAX && rng_below(&state->rng, 2) == 0)
		return (last + draw_length(&state->rng, 1, DELAY_NEAR_MOST));
	if (kind == CHOICE_DELAY && usual->conflict_count > 0 &&
	    rng_below(&state->rng, 4) != 0)
		return (usual->conflicts[rng_below(&state->rng,
		    usual->conflict_count)]);
	return (rng_below(&state->rng, length));
}

static uint64_t
draw_delay(struct delay_state *state, const struct run_spec *spec)
{
	uint64_t length, tick_ps;

	tick_ps = UINT64_C(1000000000000) / spec->machine.hz;
	switch (rng_below(&state->rng, 3)) {
	case 0:
		length = draw_length(&state->rng, DELAY_SHORT_LEAST_PS,
		    DELAY_SHORT_MOST_PS);
		break;
	case 1:
		length = draw_length(&state->rng, DELAY_SHORT_MOST_PS,
		    DELAY_MEDIUM_MOST_PS);
		break;
	default:
		length = tick_ps / 2 + rng_below(&state->rng, 2 * tick_ps);
		break;
	}
	return (draw_answer(length, draw_stop(&state->rng)));
}

static uint64_t
draw_event(struct delay_state *state, enum choice_kind kind,
    const struct run_spec *spec)
{

	if (kind == CHOICE_DELAY)
		return (draw_delay(state, spec));
	if (kind == CHOICE_HOLD)
		return (draw_length(&state->rng, DELAY_SHORT_LEAST_PS,
		    STRATEGY_HOLD_MAX_PS));
	return (0);
}

/* Half the events are stops; the rest what else this machine can do. */
static enum choice_kind
draw_kind(struct delay_state *state)
{
	static const enum choice_kind others[] = {
		CHOICE_HOLD, CHOICE_READ, CHOICE_PLACE
	};
	enum choice_kind able[3];
	uint32_t count, i;

	count = 0;
	for (i = 0; i < 3; i++)
		if (state->usual.asked[others[i]] > 0)
			able[count++] = others[i];
	if (count == 0 || rng_below(&state->rng, 2) == 0)
		return (CHOICE_DELAY);
	return (able[rng_below(&state->rng, count)]);
}

/* Events of one kind stay in the order of their questions. */
static void
insert(struct delay_state *state, enum choice_kind kind,
    struct delay_event event)
{
	struct delay_event *events = state->events[kind];
	uint32_t i;

	for (i = state->counts[kind]++; i > 0 && events[i - 1].at > event.at;
	    i--)
		events[i] = events[i - 1];
	events[i] = event;
}

static void
delay_begin(void *context, const struct run_spec *spec, uint64_t seed,
    uint64_t number)
{
	struct delay_state *state = context;
	struct delay_event event;
	enum choice_kind kind;
	uint64_t left, last[CHOICE_KIND_COUNT];
	uint32_t i;

	rng_init(&state->rng, seed, "delay", number);
	for (i = 0; i < CHOICE_KIND_COUNT; i++) {
		state->asked[i] = 0;
		state->first[i] = UINT64_MAX;
		state->counts[i] = 0;
		last[i] = UINT64_MAX;
	}
	if (state->usual.asked[CHOICE_DELAY] == 0)
		return;
	for (left = 1 + rng_below(&state->rng, DELAY_EVENTS_MAX); left > 0;
	    left--) {
		kind = draw_kind(state);
		event.at = draw_place(state, kind, last[kind]);
		event.answer = draw_event(state, kind, spec);
		last[kind] = event.at;
		insert(state, kind, event);
	}
	for (i = 0; i < CHOICE_KIND_COUNT; i++)
		if (state->counts[i] > 0)
			state->first[i] = state->events[i][0].at;
}

static uint64_t
delay_strike(struct delay_state *state, enum choice_kind kind, uint64_t now,
    uint64_t alternatives)
{
	struct delay_event *events = state->events[kind];
	uint64_t answer;
	uint32_t i, gone;

	if ((kind == CHOICE_READ || kind == CHOICE_PLACE) && alternatives < 2) {
		/* Nothing older is here: at the next question, then. */
		events[0].at = state->first[kind] = now + 1;
		return (0);
	}
	answer = events[0].answer;
	for (gone = 1; gone < state->counts[kind] && events[gone].at <= now;)
		gone++;
	state->counts[kind] -= gone;
	for (i = 0; i < state->counts[kind]; i++)
		events[i] = events[i + gone];
	state->first[kind] = state->counts[kind] > 0 ? events[0].at :
	    UINT64_MAX;
	return (kind == CHOICE_DELAY || kind == CHOICE_HOLD ? answer :
	    draw_older(&state->rng, alternatives));
}

static uint64_t
delay_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct delay_state *state = context;
	uint64_t now;

	(void)cpu;
	now = state->asked[kind]++;
	if (now < state->first[kind])
		return (0);
	return (delay_strike(state, kind, now, alternatives));
}

const struct strategy strategy_delay = {
	.name = "delay",
	.about = "one to five stops, held stores and old reads, short, medium "
	    "or about a tick long, in a run that is otherwise as usual",
	.state_bytes = sizeof(struct delay_state),
	.measure = delay_measure,
	.begin = delay_begin,
	.choose = delay_choose,
};
