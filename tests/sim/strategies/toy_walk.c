/*
 * The plain walks over a toy: all its states, all its runs, and which runs are
 * the same but for the order of steps that do not depend on each other.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <xxhash.h>

#include "tests/sim/strategies/toy.h"

/* --- picks, one combination after the other -------------------------------- */

enum { PICKS = 4 };

struct combination {
	uint32_t values[PICKS];
	uint32_t alternatives[PICKS];
	uint32_t count;
	uint32_t at;
};

static uint32_t
combination_pick(void *context, uint32_t alternatives)
{
	struct combination *all;

	all = context;
	cr_assert_lt(all->at, PICKS);
	if (all->at == all->count)
		all->values[all->count++] = 0;
	all->alternatives[all->at] = alternatives;
	return (all->values[all->at++]);
}

static bool
combination_next(struct combination *all)
{

	while (all->count > 0) {
		if (++all->values[all->count - 1] <
		    all->alternatives[all->count - 1])
			return (true);
		all->count--;
	}
	return (false);
}

/* --- states ---------------------------------------------------------------- */

struct table {
	uint64_t *digests;
	size_t count;
	size_t size;
};

static bool
table_add(struct table *table, uint64_t digest)
{
	struct table old;
	size_t i;

	digest |= digest == 0;
	if (2 * table->count >= table->size) {
		old = *table;
		table->size = old.size == 0 ? 1024 : 4 * old.size;
		table->digests = calloc(table->size, sizeof(uint64_t));
		table->count = 0;
		for (i = 0; i < old.size; i++) {
			if (old.digests[i] != 0)
				table_add(table, old.digests[i]);
		}
		free(old.digests);
	}
	for (i = digest % table->size; table->digests[i] != 0;
	    i = (i + 1) % table->size) {
		if (table->digests[i] == digest)
			return (false);
	}
	table->digests[i] = digest;
	table->count++;
	return (true);
}

static void
visit(const struct toy_program *program, const struct toy_state *state,
    struct table *table, struct toy_set *finals)
{
	struct step steps[2 * TOY_THREADS];
	struct combination all;
	struct toy_pick pick;
	struct toy_state next;
	uint64_t ready;
	uint32_t actor;

	if (!table_add(table, toy_digest(state)))
		return;
	ready = toy_steps(program, state, steps);
	if (ready == 0)
		toy_set_add(finals, toy_digest(state));
	pick = (struct toy_pick){ combination_pick, &all };
	for (; ready != 0; ready &= ready - 1) {
		actor = (uint32_t)__builtin_ctzll(ready);
		all.count = 0;
		do {
			all.at = 0;
			next = *state;
			toy_go(program, &next, actor, &pick);
			visit(program, &next, table, finals);
		} while (combination_next(&all));
	}
}

void
toy_states(const struct toy_program *program, struct toy_set *finals)
{
	struct toy_state state;
	struct table table;

	table = (struct table){ 0 };
	toy_start(program, &state);
	visit(program, &state, &table, finals);
	toy_set_close(finals);
	free(table.digests);
}

/* --- classes --------------------------------------------------------------- */

static bool
conflict(const struct toy_program *program, const struct toy_event *one,
    const struct toy_event *other)
{
	const struct step *a, *b;
	uint32_t i, j;
	bool write;

	a = &one->step;
	b = &other->step;
	write = (a->kinds & STEP_WRITE) || (b->kinds & STEP_WRITE);
	if (!write || !(a->kinds & (STEP_READ | STEP_WRITE)) ||
	    !(b->kinds & (STEP_READ | STEP_WRITE)))
		return (false);
	/* A load does not care when its own thread's store leaves. */
	if (a->kinds == STEP_READ && other->actor ==
	    one->actor + program->threads)
		return (false);
	if (b->kinds == STEP_READ && one->actor ==
	    other->actor + program->threads)
		return (false);
	for (i = a->offset; i < a->offset + a->size; i++) {
		for (j = b->offset; j < b->offset + b->size; j++) {
			if (i == j)
				return (true);
		}
	}
	return (false);
}

/* The how-manieth push, or drain, of its actor the event is. */
static uint32_t
rank(const struct toy_event *events, uint32_t index, uint32_t kind)
{
	uint32_t i, n;

	n = 0;
	for (i = 0; i < index; i++) {
		n += events[i].actor == events[index].actor &&
		    (events[i].step.kinds & kind);
	}
	return (n);
}

/* Of a thread and its buffer; `i` comes before `j`. */
static bool
passes(const struct toy_program *program, const struct toy_event *events,
    uint32_t i, uint32_t j)
{
	const struct toy_event *one, *other;

	one = &events[i];
	other = &events[j];
	if (other->actor == one->actor + program->threads)
		return ((one->step.kinds & STEP_PUSH) && rank(events, i,
		    STEP_PUSH) == rank(events, j, STEP_DRAIN));
	if (one->actor != other->actor + program->threads)
		return (false);
	if (other->step.kinds & STEP_EMPTY)
		return (true);
	/* Room in the buffer. */
	return ((other->step.kinds & STEP_PUSH) && rank(events, i,
	    STEP_DRAIN) + program->capacity == rank(events, j, STEP_PUSH));
}

static bool
before(const struct toy_program *program, const struct toy_event *events,
    uint32_t i, uint32_t j)
{
	const struct toy_event *one, *other;

	one = &events[i];
	other = &events[j];
	if (one->actor == other->actor)
		return (true);
	if (one->step.kinds & other->step.kinds & STEP_ORDERED)
		return (true);
	return (conflict(program, one, other) ||
	    passes(program, events, i, j));
}

/*
 * The normal form of Foata: layer after layer of all steps whose predecessors
 * are in the layers before, each layer sorted by actor.
 */
uint64_t
toy_class(const struct toy_program *program, const struct toy_event *events,
    uint32_t count)
{
	uint32_t layers[TOY_STEPS], words[3 * TOY_STEPS], layer, i, j, n;

	n = 0;
	for (j = 0; j < count; j++) {
		layers[j] = 0;
		for (i = 0; i < j; i++) {
			if (layers[i] >= layers[j] &&
			    before(program, events, i, j))
				layers[j] = layers[i] + 1;
		}
	}
	for (layer = 0; n < 3 * count; layer++) {
		for (i = 0; i < 2 * TOY_THREADS; i++) {
			for (j = 0; j < count; j++) {
				if (layers[j] != layer || events[j].actor != i)
					continue;
				words[n++] = layer;
				words[n++] = i;
				words[n++] = events[j].value;
			}
		}
	}
	return (XXH3_64bits(words, n * sizeof(words[0])));
}

/* --- runs ------------------------------------------------------------------ */

struct runs {
	const struct toy_program *program;
	struct toy_event events[TOY_STEPS];
	struct table classes;
	uint64_t count;
	uint64_t most;
};

static void
run_on(struct runs *runs, const struct toy_state *state, uint32_t depth)
{
	struct step steps[2 * TOY_THREADS];
	struct combination all;
	struct toy_event *event;
	struct toy_pick pick;
	struct toy_state next;
	uint64_t ready;
	uint32_t actor;

	ready = toy_steps(runs->program, state, steps);
	if (ready == 0) {
		runs->count++;
		table_add(&runs->classes,
		    toy_class(runs->program, runs->events, depth));
	}
	pick = (struct toy_pick){ combination_pick, &all };
	cr_assert_lt(depth, TOY_STEPS);
	event = &runs->events[depth];
	for (; ready != 0; ready &= ready - 1) {
		actor = (uint32_t)__builtin_ctzll(ready);
		all.count = 0;
		do {
			if (runs->count > runs->most)
				return;
			all.at = 0;
			next = *state;
			event->step = steps[actor];
			event->actor = actor;
			event->value = toy_go(runs->program, &next, actor,
			    &pick);
			run_on(runs, &next, depth + 1);
		} while (combination_next(&all));
	}
}

uint64_t
toy_runs(const struct toy_program *program, uint64_t most,
    struct toy_set *classes)
{
	struct toy_state state;
	struct runs runs;
	size_t i;

	runs = (struct runs){ .program = program, .most = most };
	toy_start(program, &state);
	run_on(&runs, &state, 0);
	for (i = 0; i < runs.classes.size; i++) {
		if (runs.classes.digests[i] != 0)
			toy_set_add(classes, runs.classes.digests[i]);
	}
	toy_set_close(classes);
	free(runs.classes.digests);
	return (runs.count > runs.most ? 0 : runs.count);
}
