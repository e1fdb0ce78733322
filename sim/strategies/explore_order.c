/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/explore_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* No granule has this number: offsets have 32 bits. */
#define KEY_ORDERED	UINT64_MAX

enum { ACCESS = STEP_READ | STEP_WRITE };

static uint64_t
bit(uint32_t actor)
{

	return ((uint64_t)1 << actor);
}

static uint32_t
lowest(uint64_t mask)
{

	return ((uint32_t)__builtin_ctzll(mask));
}

static void *
grown(void *memory, size_t count, size_t bytes)
{

	memory = realloc(memory, count * bytes);
	assert(memory != NULL && "memory for the search");
	return (memory);
}

static const uint32_t *
clock_of(const struct order *order, uint32_t event)
{

	return (order->clocks + (size_t)event * order->actors);
}

static void
join(uint32_t *clock, const uint32_t *other, uint32_t actors)
{
	uint32_t i;

	for (i = 0; i < actors; i++) {
		if (clock[i] < other[i])
			clock[i] = other[i];
	}
}

void
order_fini(struct order *order)
{
	uint32_t i;

	for (i = 0; i < STEP_ACTORS_MAX; i++)
		free(order->pushes[i].events);
	free(order->events);
	free(order->clocks);
	free(order->places);
	free(order->heads);
	free(order->table);
	free(order->rivals);
	memset(order, 0, sizeof(*order));
}

void
order_reset(struct order *order, uint32_t cpus)
{
	uint32_t i;

	order->cpus = cpus;
	order->actors = 0;
	order->count = 1;
	order->place_count = 0;
	memset(order->last, 0, sizeof(order->last));
	if (order->table_size != 0)
		memset(order->table, 0,
		    order->table_size * sizeof(*order->table));
	for (i = 0; i < STEP_ACTORS_MAX; i++)
		order->pushes[i].pushed = order->pushes[i].drained = 0;
	/* Their sizes depend on the number of actors. */
	order->room = 0;
	order->place_room = 0;
}

void
order_actors(struct order *order, uint32_t actors)
{

	assert(order->count == 1 && actors <= STEP_ACTORS_MAX);
	order->actors = actors;
}

/* --- places ---------------------------------------------------------------- */

static uint32_t
hash(uint64_t key, uint32_t size)
{

	return ((uint32_t)((key * 0x9e3779b97f4a7c15) >> 32) & (size - 1));
}

static void
table_grow(struct order *order)
{
	uint32_t i, at;

	order->table_size = order->table_size == 0 ? 256 :
	    2 * order->table_size;
	order->table = grown(order->table, order->table_size,
	    sizeof(*order->table));
	memset(order->table, 0, order->table_size * sizeof(*order->table));
	for (i = 0; i < order->place_count; i++) {
		at = hash(order->places[i].key, order->table_size);
		while (order->table[at] != 0)
			at = (at + 1) & (order->table_size - 1);
		order->table[at] = i + 1;
	}
}

static uint32_t
place_new(struct order *order, uint64_t key)
{
	size_t heads;
	uint32_t place;

	heads = 2 * (size_t)order->actors;
	place = order->place_count++;
	if (place >= order->place_room) {
		order->place_room = 2 * place + 64;
		order->places = grown(order->places, order->place_room,
		    sizeof(*order->places));
		order->heads = grown(order->heads, order->place_room,
		    heads * sizeof(*order->heads));
	}
	order->places[place] = (struct order_place){ .key = key };
	memset(order->heads + place * heads, 0,
	    heads * sizeof(*order->heads));
	return (place);
}

static uint32_t
place_of(struct order *order, uint64_t key)
{
	uint32_t at, place;

	if (2 * order->place_count >= order->table_size)
		table_grow(order);
	at = hash(key, order->table_size);
	while (order->table[at] != 0) {
		place = order->table[at] - 1;
		if (order->places[place].key == key)
			return (place);
		at = (at + 1) & (order->table_size - 1);
	}
	place = place_new(order, key);
	order->table[at] = place + 1;
	return (place);
}

static uint32_t *
head(const struct order *order, uint32_t place, uint32_t actor, bool writes)
{

	return (order->heads + 2 * ((size_t)place * order->actors + actor) +
	    writes);
}

/* --- dependence ------------------------------------------------------------ */

static bool
overlap(const struct step *one, const struct step *other)
{

	return (one->offset < (uint64_t)other->offset + other->size &&
	    other->offset < (uint64_t)one->offset + one->size);
}

static bool
is_own_buffer(const struct order *order, uint32_t cpu, uint32_t actor)
{

	return (cpu < order->cpus && actor == order->cpus + cpu);
}

/*
 * A load sees the CPU's own store in the buffer as well as behind it, so it
 * does not matter to it when the store leaves.
 */
static bool
forwards(const struct order *order, uint32_t cpu, const struct step *load,
    uint32_t buffer)
{

	return ((load->kinds & ACCESS) == STEP_READ &&
	    is_own_buffer(order, cpu, buffer));
}

bool
order_depend(const struct order *order, uint32_t actor,
    const struct step *step, uint32_t other, const struct step *other_step)
{
	uint32_t both, either;

	both = step->kinds & other_step->kinds;
	either = step->kinds | other_step->kinds;
	if (both & STEP_ORDERED)
		return (true);
	if ((step->kinds & STEP_EMPTY) && (other_step->kinds & STEP_DRAIN) &&
	    is_own_buffer(order, actor, other))
		return (true);
	if ((step->kinds & STEP_DRAIN) && (other_step->kinds & STEP_EMPTY) &&
	    is_own_buffer(order, other, actor))
		return (true);
	return ((either & STEP_WRITE) && (step->kinds & ACCESS) &&
	    (other_step->kinds & ACCESS) && overlap(step, other_step) &&
	    !forwards(order, actor, step, other) &&
	    !forwards(order, other, other_step, actor));
}

/* --- one more step --------------------------------------------------------- */

static void
rival_add(struct order *order, uint32_t event)
{

	if (order->rival_count == order->rival_room) {
		order->rival_room = 2 * order->rival_room + 64;
		order->rivals = grown(order->rivals, order->rival_room,
		    sizeof(*order->rivals));
	}
	order->rivals[order->rival_count++] = event;
}

/*
 * Along one chain of another actor, from its newest access back.  All of them
 * are rivals, and not only those that directly precede the step: where the
 * newest is what made the actor ready, it is an older one that the step can
 * overtake, a lock taken before it was released.
 */
static void
look_along(struct order *order, uint32_t place, uint32_t event,
    const struct step *step)
{
	const struct order_event *past;
	uint32_t known, i;
	bool ordered;

	ordered = order->places[place].key == KEY_ORDERED;
	known = event == 0 ? 0 : order->base[order->events[event].actor];
	while (event != 0) {
		past = &order->events[event];
		if (past->number <= known)
			return;
		if (ordered || overlap(&past->step, step)) {
			join(order->clock, clock_of(order, event),
			    order->actors);
			rival_add(order, event);
		}
		for (i = 0; past->chains[i] != place; i++)
			continue;
		event = past->older[i];
	}
}

static void
look_at(struct order *order, uint32_t place, uint32_t actor,
    const struct step *step, bool writes)
{
	uint64_t others;
	uint32_t other;

	order->found[order->found_count++] = place;
	others = order->places[place].writers & ~bit(actor);
	if (!writes && actor < order->cpus &&
	    order->cpus + actor < STEP_ACTORS_MAX)
		others &= ~bit(order->cpus + actor);
	for (; others != 0; others &= others - 1) {
		other = lowest(others);
		look_along(order, place, *head(order, place, other, true),
		    step);
	}
	if (!writes)
		return;
	others = order->places[place].readers & ~bit(actor);
	if ((step->kinds & STEP_DRAIN) && actor >= order->cpus)
		others &= ~bit(actor - order->cpus);
	for (; others != 0; others &= others - 1) {
		other = lowest(others);
		look_along(order, place, *head(order, place, other, false),
		    step);
	}
}

static void
base_join(struct order *order, uint32_t event)
{

	if (event != 0)
		join(order->base, clock_of(order, event), order->actors);
}

void
order_look(struct order *order, uint32_t actor, const struct step *step)
{
	const struct order_pushes *pushes;
	uint64_t granule;
	uint32_t cpu;

	memset(order->base, 0, order->actors * sizeof(*order->base));
	base_join(order, order->last[actor]);
	if (step->kinds & STEP_DRAIN) {
		cpu = actor - order->cpus;
		assert(actor >= order->cpus && "only a buffer drains");
		pushes = &order->pushes[cpu];
		assert(pushes->drained < pushes->pushed &&
		    "what drains from a buffer was put into it");
		base_join(order, pushes->events[pushes->drained]);
	}
	if ((step->kinds & STEP_EMPTY) && actor < order->cpus &&
	    order->cpus + actor < order->actors)
		base_join(order, order->last[order->cpus + actor]);
	memcpy(order->clock, order->base,
	    order->actors * sizeof(*order->clock));
	order->rival_count = 0;
	order->found_count = 0;
	if ((step->kinds & ACCESS) && step->size != 0) {
		assert(step->size <= ORDER_STEP_BYTES);
		for (granule = step->offset >> 3; granule <=
		    ((uint64_t)step->offset + step->size - 1) >> 3; granule++)
			look_at(order, place_of(order, granule), actor, step,
			    step->kinds & STEP_WRITE);
	}
	if (step->kinds & STEP_ORDERED)
		look_at(order, place_of(order, KEY_ORDERED), actor, step,
		    true);
}

static void
events_grow(struct order *order)
{

	if (order->room == 0)
		order->room = 512;
	while (order->count >= order->room)
		order->room *= 2;
	order->events = grown(order->events, order->room,
	    sizeof(*order->events));
	order->clocks = grown(order->clocks, order->room,
	    order->actors * sizeof(*order->clocks));
	/* What comes before the first step is nothing. */
	memset(order->events, 0, sizeof(*order->events));
	memset(order->clocks, 0, order->actors * sizeof(*order->clocks));
}

static void
push_put(struct order_pushes *pushes, uint32_t index)
{

	if (pushes->pushed >= pushes->room) {
		pushes->room = 2 * pushes->pushed + 64;
		pushes->events = grown(pushes->events, pushes->room,
		    sizeof(*pushes->events));
	}
	pushes->events[pushes->pushed++] = index;
}

/* The chain of writes is for whatever conflicts with a read. */
static bool
in_writes(const struct order *order, const struct order_event *event,
    uint32_t place)
{

	return ((event->step.kinds & STEP_WRITE) ||
	    order->places[place].key == KEY_ORDERED);
}

void
order_put(struct order *order, uint32_t actor, const struct step *step,
    uint32_t maker)
{
	struct order_event *event;
	uint32_t index, place, *newest, i;

	if (order->count >= order->room)
		events_grow(order);
	index = order->count++;
	event = &order->events[index];
	event->step = *step;
	event->actor = actor;
	event->before = order->last[actor];
	event->number = order->events[event->before].number + 1;
	order->last[actor] = index;
	if (maker != 0)
		join(order->clock, clock_of(order, maker), order->actors);
	order->clock[actor] = event->number;
	memcpy(order->clocks + (size_t)index * order->actors, order->clock,
	    order->actors * sizeof(*order->clocks));
	event->chain_count = order->found_count;
	for (i = 0; i < order->found_count; i++) {
		place = order->found[i];
		if (in_writes(order, event, place))
			order->places[place].writers |= bit(actor);
		else
			order->places[place].readers |= bit(actor);
		newest = head(order, place, actor,
		    in_writes(order, event, place));
		event->chains[i] = place;
		event->older[i] = *newest;
		*newest = index;
	}
	if (step->kinds & STEP_PUSH)
		push_put(&order->pushes[actor], index);
	if (step->kinds & STEP_DRAIN)
		order->pushes[actor - order->cpus].drained++;
}

void
order_cut(struct order *order, uint32_t steps)
{
	const struct order_event *event;
	uint32_t i, place;

	while (order->count > steps + 1) {
		event = &order->events[--order->count];
		order->last[event->actor] = event->before;
		for (i = 0; i < event->chain_count; i++) {
			place = event->chains[i];
			*head(order, place, event->actor,
			    in_writes(order, event, place)) = event->older[i];
		}
		if (event->step.kinds & STEP_PUSH)
			order->pushes[event->actor].pushed--;
		if (event->step.kinds & STEP_DRAIN)
			order->pushes[event->actor - order->cpus].drained--;
	}
}

bool
order_buffered(const struct order *order, uint32_t cpu)
{

	return (order->pushes[cpu].drained < order->pushes[cpu].pushed);
}

/* --- had it come before its rival ------------------------------------------ */

/* Steps of the sequence so far: which actors', and the first of each. */
struct sequence {
	uint64_t seen;
	uint32_t first[STEP_ACTORS_MAX];
};

/* Nothing in the sequence comes before what has this clock. */
static bool
is_first(const struct sequence *sequence, const uint32_t *clock)
{
	uint64_t rest;
	uint32_t actor;

	for (rest = sequence->seen; rest != 0; rest &= rest - 1) {
		actor = lowest(rest);
		if (clock[actor] >= sequence->first[actor])
			return (false);
	}
	return (true);
}

uint64_t
order_initials(const struct order *order, uint32_t rival, uint32_t actor,
    const struct step *step, uint64_t wanted)
{
	const struct order_event *lost, *event;
	struct sequence sequence;
	uint64_t initials;
	const uint32_t *clock;
	uint32_t i;
	bool free_to_go;

	lost = &order->events[rival];
	sequence.seen = 0;
	initials = 0;
	free_to_go = true;
	for (i = rival + 1; i < order->count; i++) {
		event = &order->events[i];
		clock = clock_of(order, i);
		if (clock[lost->actor] >= lost->number)
			continue;
		free_to_go = free_to_go && !order_depend(order, actor, step,
		    event->actor, &event->step);
		if (sequence.seen & bit(event->actor))
			continue;
		if (is_first(&sequence, clock)) {
			initials |= bit(event->actor);
			if (initials & wanted)
				return (initials);
		}
		sequence.seen |= bit(event->actor);
		sequence.first[event->actor] = event->number;
	}
	if (!(sequence.seen & bit(actor)) && free_to_go &&
	    is_first(&sequence, order->base))
		initials |= bit(actor);
	return (initials);
}
