/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/strategies/explore_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

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

/* --- clocks ----------------------------------------------------------------- */

typedef int32_t lanes
    __attribute__((vector_size(16), aligned(4), may_alias));

static inline uint32_t *
clock_of(const struct order *order, uint32_t event)
{

	return (order->clocks + ((size_t)event << order->lanes_shift));
}

static inline void
copy(uint32_t *clock, const uint32_t *other, uint32_t count)
{
	const lanes *from = (const lanes *)(const void *)other;
	lanes *to = (lanes *)(void *)clock;

	for (;;) {
		to[0] = from[0];
		to[1] = from[1];
		if (__builtin_expect((count -= ORDER_LANES) == 0, 1))
			return;
		to += 2;
		from += 2;
	}
}

static inline lanes
later(lanes one, lanes other)
{
	lanes which;

	which = one > other;
	return ((one & which) | (other & ~which));
}

static inline void
join(uint32_t *clock, const uint32_t *other, uint32_t count)
{
	const lanes *from = (const lanes *)(const void *)other;
	lanes *to = (lanes *)(void *)clock;

	for (;;) {
		to[0] = later(to[0], from[0]);
		to[1] = later(to[1], from[1]);
		if (__builtin_expect((count -= ORDER_LANES) == 0, 1))
			return;
		to += 2;
		from += 2;
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
	uint32_t i;

	assert(order->count == 1 && actors <= STEP_ACTORS_MAX);
	order->actors = actors;
	for (i = 0; i < actors; i++)
		order->buffers[i] = i < order->cpus &&
		    order->cpus + i < actors ? bit(order->cpus + i) : 0;
	order->lanes_shift = 3;
	while (1u << order->lanes_shift < actors)
		order->lanes_shift++;
	order->lanes = 1u << order->lanes_shift;
}

/* --- places ---------------------------------------------------------------- */

/* Granules that are used together are near each other, or a page apart. */
static inline uint32_t
hash(uint64_t key, uint32_t size)
{

	return ((uint32_t)(key ^ key >> 9) & (size - 1));
}

static void
table_grow(struct order *order)
{
	uint32_t i, at;

	order->table_size = order->table_size == 0 ? 256 :
	    2 * order->table_size;
	order->table = must_resize(order->table, order->table_size,
	    sizeof(*order->table));
	memset(order->table, 0, order->table_size * sizeof(*order->table));
	for (i = 0; i < order->place_count; i++) {
		at = hash(order->places[i].key, order->table_size);
		while (order->table[at] != 0)
			at = (at + 1) & (order->table_size - 1);
		order->table[at] = i + 1;
	}
}

/* Its chains begin here: of each lane the reads, then the writes. */
static inline size_t
heads_of(const struct order *order, uint32_t place)
{

	return ((size_t)place << (order->lanes_shift + 1));
}

static __attribute__((noinline)) uint32_t
place_new(struct order *order, uint64_t key)
{
	size_t bytes;
	uint32_t at, place;

	if (2 * order->place_count >= order->table_size)
		table_grow(order);
	bytes = 2 * order->lanes * sizeof(*order->heads);
	place = order->place_count++;
	if (place >= order->place_room) {
		order->place_room = 2 * place + 64;
		order->places = must_resize(order->places, order->place_room,
		    sizeof(*order->places));
		order->heads = must_resize(order->heads, order->place_room,
		    bytes);
	}
	assert(heads_of(order, place) < UINT32_MAX - 2 * order->lanes);
	order->places[place] = (struct order_place){ .key = key };
	memset(order->heads + heads_of(order, place), 0, bytes);
	at = hash(key, order->table_size);
	while (order->table[at] != 0)
		at = (at + 1) & (order->table_size - 1);
	order->table[at] = place + 1;
	return (place);
}

static inline uint32_t
place_of(struct order *order, uint64_t key)
{
	uint32_t at, place;

	if (__builtin_expect(order->table_size == 0, 0))
		return (place_new(order, key));
	at = hash(key, order->table_size);
	while ((place = order->table[at]) != 0) {
		if (order->places[place - 1].key == key)
			return (place - 1);
		at = (at + 1) & (order->table_size - 1);
	}
	return (place_new(order, key));
}

/* --- dependence ------------------------------------------------------------ */

static inline bool
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

static __attribute__((noinline)) void
rivals_grow(struct order *order)
{

	order->rival_room = 2 * order->rival_room + 64;
	order->rivals = must_resize(order->rivals, order->rival_room,
	    sizeof(*order->rivals));
}

static __attribute__((noinline)) void
events_grow(struct order *order)
{

	if (order->room == 0)
		order->room = 512;
	while (order->count >= order->room)
		order->room *= 2;
	order->events = must_resize(order->events, order->room,
	    sizeof(*order->events));
	order->clocks = must_resize(order->clocks, order->room,
	    order->lanes * sizeof(*order->clocks));
	/* What comes before the first step is nothing. */
	memset(order->events, 0, sizeof(*order->events));
	memset(order->clocks, 0, order->lanes * sizeof(*order->clocks));
}

/*
 * Along one chain of another actor, from its newest access back.  All of them
 * are rivals, and not only those that directly precede the step: where the
 * newest is what made the actor ready, it is an older one that the step can
 * overtake, a lock taken before it was released.
 */
static inline __attribute__((always_inline)) void
look_along(struct order *order, uint32_t chain, uint32_t other,
    const struct order_event *event, uint32_t *clock, bool ordered)
{
	const struct order_event *past;
	uint32_t at, known, i;

	known = order->base[other];
	for (at = order->heads[chain]; at != 0; at = past->older[i]) {
		past = &order->events[at];
		if (past->number <= known)
			return;
		if (ordered || overlap(&past->step, &event->step)) {
			join(clock, clock_of(order, at), order->lanes);
			if (order->rival_count == order->rival_room)
				rivals_grow(order);
			order->rivals[order->rival_count++] = at;
		}
		for (i = 0; past->chains[i] != chain; i++)
			continue;
	}
}

static inline __attribute__((always_inline)) void
look_at(struct order *order, uint64_t key, struct order_event *event,
    uint32_t *clock)
{
	struct order_place *place;
	uint64_t others, self;
	uint32_t heads, other;
	bool ordered, writes;

	ordered = key == KEY_ORDERED;
	writes = ordered || (event->step.kinds & STEP_WRITE) != 0;
	self = bit(event->actor);
	other = place_of(order, key);
	place = &order->places[other];
	heads = (uint32_t)heads_of(order, other);
	event->chains[event->chain_count++] = heads + 2 * event->actor +
	    writes;
	others = place->writers & ~self;
	if (!writes) {
		others &= ~order->buffers[event->actor];
		place->readers |= self;
	} else {
		place->writers |= self;
	}
	for (; others != 0; others &= others - 1) {
		other = lowest(others);
		look_along(order, heads + 2 * other + 1, other, event, clock,
		    ordered);
	}
	if (!writes)
		return;
	others = place->readers & ~self;
	if ((event->step.kinds & STEP_DRAIN) && event->actor >= order->cpus)
		others &= ~bit(event->actor - order->cpus);
	for (; others != 0; others &= others - 1) {
		other = lowest(others);
		look_along(order, heads + 2 * other, other, event, clock,
		    ordered);
	}
}

/* What waits behind the CPU's buffer, and what leaves it. */
static __attribute__((noinline)) void
base_of_buffer(struct order *order, uint32_t actor, uint32_t kinds)
{
	const struct order_pushes *pushes;
	uint32_t cpu;

	if (kinds & STEP_DRAIN) {
		cpu = actor - order->cpus;
		assert(actor >= order->cpus && "only a buffer drains");
		pushes = &order->pushes[cpu];
		assert(pushes->drained < pushes->pushed &&
		    "what drains from a buffer was put into it");
		join(order->base, clock_of(order,
		    pushes->events[pushes->drained]), order->lanes);
	}
	if ((kinds & STEP_EMPTY) && order->buffers[actor] != 0)
		join(order->base, clock_of(order,
		    order->last[order->cpus + actor]), order->lanes);
}

void
order_look(struct order *order, uint32_t actor, const struct step *step)
{
	struct order_event *event;
	uint64_t granule, last;
	uint32_t *clock;

	if (__builtin_expect(order->count >= order->room, 0))
		events_grow(order);
	event = &order->events[order->count];
	clock = clock_of(order, order->count);
	event->step = *step;
	event->actor = actor;
	event->before = order->last[actor];
	event->chain_count = 0;
	order->rival_count = 0;
	copy(order->base, clock_of(order, event->before), order->lanes);
	event->number = clock_of(order, event->before)[actor] + 1;
	if (step->kinds & (STEP_DRAIN | STEP_EMPTY))
		base_of_buffer(order, actor, step->kinds);
	copy(clock, order->base, order->lanes);
	if ((step->kinds & ACCESS) && step->size != 0) {
		assert(step->size <= ORDER_STEP_BYTES);
		granule = step->offset >> 3;
		last = ((uint64_t)step->offset + step->size - 1) >> 3;
		do
			look_at(order, granule, event, clock);
		while (++granule <= last);
	}
	if (__builtin_expect(step->kinds & STEP_ORDERED, 0))
		look_at(order, KEY_ORDERED, event, clock);
}

static void
push_put(struct order_pushes *pushes, uint32_t index)
{

	if (pushes->pushed >= pushes->room) {
		pushes->room = 2 * pushes->pushed + 64;
		pushes->events = must_resize(pushes->events, pushes->room,
		    sizeof(*pushes->events));
	}
	pushes->events[pushes->pushed++] = index;
}

void
order_put(struct order *order, uint32_t maker)
{
	struct order_event *event;
	uint32_t index, *clock, i;

	index = order->count++;
	event = &order->events[index];
	clock = clock_of(order, index);
	if (__builtin_expect(maker != 0, 0))
		join(clock, clock_of(order, maker), order->lanes);
	clock[event->actor] = event->number;
	order->last[event->actor] = index;
	for (i = 0; i < event->chain_count; i++) {
		event->older[i] = order->heads[event->chains[i]];
		order->heads[event->chains[i]] = index;
	}
	if (__builtin_expect(event->step.kinds & (STEP_PUSH | STEP_DRAIN), 0)) {
		if (event->step.kinds & STEP_PUSH)
			push_put(&order->pushes[event->actor], index);
		else
			order->pushes[event->actor - order->cpus].drained++;
	}
}

void
order_cut(struct order *order, uint32_t steps)
{
	const struct order_event *event;
	uint32_t i;

	while (order->count > steps + 1) {
		event = &order->events[--order->count];
		order->last[event->actor] = event->before;
		for (i = 0; i < event->chain_count; i++)
			order->heads[event->chains[i]] = event->older[i];
		if ((event->step.kinds & (STEP_PUSH | STEP_DRAIN)) == 0)
			continue;
		if (event->step.kinds & STEP_PUSH)
			order->pushes[event->actor].pushed--;
		else
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
	uint32_t first[STEP_ACTORS_MAX];	/* none: a late one */
};

/* Nothing in the sequence comes before what has this clock. */
static inline bool
is_first(const struct sequence *sequence, const uint32_t *clock,
    uint32_t count)
{
	typedef int64_t halves __attribute__((vector_size(16), may_alias));
	const lanes *first, *known;
	halves any;
	uint32_t i;

	first = (const lanes *)(const void *)sequence->first;
	known = (const lanes *)(const void *)clock;
	any = (halves){ 0, 0 };
	for (i = 0; i < count / 4; i += 2)
		any |= (halves)(known[i] >= first[i]) |
		    (halves)(known[i + 1] >= first[i + 1]);
	return ((any[0] | any[1]) == 0);
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
	memset(sequence.first, INT8_MAX, order->lanes * sizeof(uint32_t));
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
		if (is_first(&sequence, clock, order->lanes)) {
			initials |= bit(event->actor);
			if (initials & wanted)
				return (initials);
		}
		sequence.seen |= bit(event->actor);
		sequence.first[event->actor] = event->number;
	}
	if (!(sequence.seen & bit(actor)) && free_to_go &&
	    is_first(&sequence, order->base, order->lanes))
		initials |= bit(actor);
	return (initials);
}
