/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "sim/machine/machine.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/memory_choose.h"
#include "sim/memory/relaxed_history.h"

/*
 * RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing sequential consistency in
 * C/C++11, PLDI 2017), executed in an order that extends sb and rf.
 *
 * Consistency of an execution is kept by each step alone, since a prefix of a
 * consistent execution is consistent and a new event is the last one of its
 * CPU.  Coherence then says one thing of loads and of stores: the new event
 * comes at or behind the last store that is seen, or of which a reader is seen
 * (floor_of()).  A store may come anywhere behind it, since modification order
 * need not be that of execution, but not between a store and the
 * read-modify-write that read it (atomicity).
 *
 * seq_cst fences stand in one order, which need not be that of execution
 * either: see place_fence().  seq_cst accesses stand in it as they execute.
 * That is stronger than RC11 where a seq_cst access would have to stand before
 * one that happened to be executed earlier (Z6.U in the paper, figure 1).
 */

enum {
	CPUS_MAX = 1024,
	/* Above so many locations a fence takes the last place, unasked. */
	PLACE_LOCATIONS_MAX = 1024,
};

static struct {
	stamp_id released;	/* by the last release fence */
	/* The latest fence from which a path of sb and rf leads here. */
	fence_id cause;
} cpus[CPUS_MAX];
static uint32_t cpu_count;

static uint32_t ordered_count;	/* seq_cst stores so far */
static fence_id ordered_after;	/* the last fence before a seq_cst access */

/* A read-modify-write under way: nothing comes between its halves. */
static struct {
	struct location *location;	/* NULL: memory itself */
	uint32_t index;		/* of the store that it reads */
	uint32_t floor;
} change;

static void
relaxed_reset(uint32_t count)
{

	assert(count <= CPUS_MAX);
	clocks_reset(count);
	history_reset();
	cpu_count = count;
	memset(cpus, 0, count * sizeof(cpus[0]));
	ordered_count = 0;
	ordered_after = 0;
}

/* An access that crosses a granule has no history and leaves none. */
static bool
crosses(uint32_t offset, uint32_t size)
{

	if (offset % HISTORY_GRANULE + size <= HISTORY_GRANULE)
		return (false);
	history_counts.crossing++;
	history_collapse(offset, size);
	return (true);
}

static struct location *
locate(uint32_t offset, uint32_t size)
{
	struct location *location;

	location = history_find(offset, size);
	if (location == NULL && !crosses(offset, size))
		location = history_make(offset, size);
	return (location);
}

static bool
sees(uint32_t cpu, const struct past_store *store)
{

	return (clock_has_seen(cpu, store->cpu, store->epoch) ||
	    (store->ordered != 0 && store->ordered <= clock_stores_seen(cpu)));
}

/* Nothing before this index is left to the CPU. */
static uint32_t
floor_of(uint32_t cpu, struct location *location)
{
	const struct past_store *store;
	uint32_t index;

	for (index = location->count - 1U; index > 0; index--) {
		store = history_at(location, index);
		if (sees(cpu, store) || (store->readers != 0 &&
		    history_reader_seen(store, cpu)))
			break;
	}
	return (index);
}

/* The same of a seq_cst access, where RC11's scb has a say as well. */
static uint32_t
floor_ordered(struct location *location, uint32_t floor)
{
	const struct past_store *store;
	uint32_t index;

	for (index = location->count - 1U; index > floor; index--) {
		store = history_at(location, index);
		if (store->ordered != 0 ||
		    clock_fenced(store->cpu, store->epoch))
			break;
	}
	return (index);
}

/* --- fences -------------------------------------------------------------- */

/*
 * The latest fence that must stand before a new one of the CPU.
 *
 * RC11 orders fence F before the new one, N, where F hb N, and where F hb a, b
 * hb N, and a comes before b by eco: a is a store before b, or a load of one,
 * or the store that b read.  What happened before N of a location is the store
 * at its floor, or a reader of that one.
 */
static fence_id
fence_limit(uint32_t cpu)
{
	const struct past_store *store;
	struct location *location;
	uint32_t floor, i, index;
	fence_id limit;

	limit = fence_later(clock_fence_known(cpu), ordered_after);
	for (i = 0; i < history_live(); i++) {
		location = history_live_at(i);
		limit = fence_later(limit, location->fence);
		floor = floor_of(cpu, location);
		for (index = 0; index <= floor; index++) {
			store = history_at(location, index);
			limit = fence_later(limit, store->fence);
			if (index < floor)
				limit = fence_later(limit, store->fence_read);
		}
	}
	return (limit);
}

/*
 * How many of the fences executed before it the new one stands in front of.
 *
 * Were fences always last, we would miss
 *
 *	z = 1; fence; x = 1 | r = x; y = 1 | r = y; fence; r = z
 *
 * with all relaxed and 1, 1, 0 read, which RC11 allows: the middle CPU orders
 * nothing.  There is something to gain only where some fence that could stand
 * later has been executed of necessity, that is, if a path of sb and rf leads
 * from it to here; otherwise another order of execution shows the same.  (Take
 * any consistent execution and let the latest fence go last that no other
 * depends on by sb and rf: either it is the last one, or it depends on one that
 * stands later.)
 */
static uint32_t
place_fence(uint32_t cpu)
{
	fence_id cause, limit;

	cause = cpus[cpu].cause;
	if (fences_after(cause) >= fences_after(clock_fence_known(cpu)) ||
	    history_live() > PLACE_LOCATIONS_MAX)
		return (0);
	limit = fence_limit(cpu);
	if (fences_after(cause) >= fences_after(limit))
		return (0);
	return ((uint32_t)memory_choose(CHOICE_PLACE, cpu,
	    fences_after(limit) + 1U));
}

static void
relaxed_fence(uint32_t cpu, int order)
{
	fence_id fence;

	if (order_acquires(order))
		clock_acquire(cpu);
	if (order >= ORDER_SEQ_CST) {
		fence = clock_fence(cpu, place_fence(cpu), ordered_count);
		cpus[cpu].cause = fence_later(cpus[cpu].cause, fence);
	}
	if (order_releases(order)) {
		stamp_drop(cpus[cpu].released);
		cpus[cpu].released = stamp_take(cpu, 0);
	}
}

/* A seq_cst access stands behind all fences so far. */
static void
take_order(void)
{

	ordered_after = fence_last();
}

/* --- loads --------------------------------------------------------------- */

static void
acquire(uint32_t cpu, stamp_id stamp, int order)
{

	if (order_acquires(order))
		stamp_join(cpu, stamp);
	else
		clock_note(cpu, stamp);
}

/* The CPU reads that store; what that brings it. */
static uint64_t
see(uint32_t cpu, struct location *location, uint32_t index, uint32_t floor,
    int order)
{
	struct past_store *store;

	store = history_at(location, index);
	if (store->stamp != 0)
		acquire(cpu, store->stamp, order);
	if (store->fence_cause != 0)
		cpus[cpu].cause = fence_later(cpus[cpu].cause,
		    store->fence_cause);
	store->fence_read = fence_later(store->fence_read,
	    clock_fence_known(cpu));
	/* Whoever sees the CPU's present has seen the store, or must be told. */
	if (index > floor && !sees(cpu, store) &&
	    !history_read_by(store, cpu, clock_epoch(cpu)))
		history_cut(location, index);
	return (store->value);
}

static uint64_t
load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct location *location;
	uint32_t back, floor, lowest;

	location = history_find(offset, size);
	if (location == NULL) {
		if (crosses(offset, size) || !history_overlaps(offset, size)) {
			acquire(cpu, history_lost(), order);
			history_bare_load(offset, clock_fence_known(cpu));
			return (history_memory(offset, size));
		}
		location = history_make(offset, size);
	}
	floor = lowest = floor_of(cpu, location);
	if (order == ORDER_SEQ_CST)
		lowest = floor_ordered(location, floor);
	back = location->count - 1U - lowest;
	if (back != 0)
		back = (uint32_t)memory_choose(CHOICE_READ, cpu, back + 1U);
	assert(back < location->count - lowest);
	return (see(cpu, location, location->count - 1U - back, floor, order));
}

static uint64_t
relaxed_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	uint64_t value;

	if (order == ORDER_SEQ_CST)
		take_order();
	if (order != ORDER_LOCKED)
		return (load(cpu, offset, size, order));
	relaxed_fence(cpu, ORDER_SEQ_CST);
	value = load(cpu, offset, size, ORDER_RELAXED);
	relaxed_fence(cpu, ORDER_SEQ_CST);
	return (value);
}

/* --- stores -------------------------------------------------------------- */

/* The CPU's last store there; NULL: none is left. */
static const struct past_store *
last_by(uint32_t cpu, struct location *location)
{
	const struct past_store *store;
	uint32_t index;

	for (index = location->count; index-- > 0;) {
		store = history_at(location, index);
		if (store->cpu == cpu && store->epoch != 0)
			return (store);
	}
	return (NULL);
}

/*
 * What a store releases; RC11: it may head a release sequence, be part of one
 * of the same CPU to the same location, or follow a release fence.  Of several
 * stamps of one CPU the last one has it all.  Where one of its release stores
 * has been dropped, this one is taken for another, which covers it.
 */
static stamp_id
release(uint32_t cpu, struct location *location, int order)
{
	const struct past_store *last;
	stamp_id fence;

	if (order_releases(order))
		return (stamp_take(cpu, 0));
	fence = cpus[cpu].released;
	last = last_by(cpu, location);
	if (last == NULL || last->release == 0)
		return ((location->dropped >> cpu % 64 & 1) != 0 ?
		    stamp_take(cpu, 0) : stamp_hold(fence));
	return (stamp_hold(stamp_epoch(last->release) > stamp_epoch(fence) ?
	    last->release : fence));
}

/* A store of the CPU at that index, which reads `chain` (0: reads nothing). */
static void
put(uint32_t cpu, struct location *location, uint32_t index, uint64_t value,
    int order, stamp_id chain)
{
	struct past_store *store;
	stamp_id released;
	uint32_t epoch;

	epoch = clock_epoch(cpu);
	released = release(cpu, location, order);
	store = history_insert(location, index);
	store->value = value;
	store->epoch = epoch;
	store->cpu = (uint16_t)cpu;
	store->release = released;
	store->stamp = stamp_both(released, chain);
	store->fence = clock_fence_known(cpu);
	store->fence_cause = cpus[cpu].cause;
	if (order == ORDER_SEQ_CST) {
		assert(ordered_count != UINT32_MAX);
		store->ordered = ++ordered_count;
	}
	if (index + 1U == location->count)
		history_memory_set(location->offset, location->size, value);
}

/* A store that goes past all histories. */
static void
put_bare(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value)
{
	stamp_id stamp;

	stamp = stamp_take(cpu, 0);
	history_lose(stamp);
	stamp_drop(stamp);
	history_memory_set(offset, size, value);
}

static uint32_t
choose_place(uint32_t cpu, struct location *location, int order)
{
	uint32_t choice, index, lowest, places;

	lowest = floor_of(cpu, location);
	if (order == ORDER_SEQ_CST)
		lowest = floor_ordered(location, lowest);
	places = 1;
	for (index = location->count - 1U; index > lowest; index--)
		if (!history_at(location, index - 1)->attached)
			places++;
	if (places == 1)
		return (location->count);
	choice = (uint32_t)memory_choose(CHOICE_PLACE, cpu, places);
	assert(choice < places);
	for (index = location->count; choice > 0; choice--)
		do
			index--;
		while (history_at(location, index - 1)->attached);
	return (index);
}

static void
store(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value, int order)
{
	struct location *location;

	location = locate(offset, size);
	if (location == NULL) {
		put_bare(cpu, offset, size, value);
		return;
	}
	history_make_room(location);
	put(cpu, location, choose_place(cpu, location, order), value, order, 0);
}

static void
relaxed_store(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value,
    int order)
{

	if (order == ORDER_SEQ_CST)
		take_order();
	if (order != ORDER_LOCKED) {
		store(cpu, offset, size, value, order);
		return;
	}
	relaxed_fence(cpu, ORDER_SEQ_CST);
	store(cpu, offset, size, value, ORDER_RELAXED);
	relaxed_fence(cpu, ORDER_SEQ_CST);
}

/* --- read-modify-writes -------------------------------------------------- */

static uint64_t
relaxed_change_begin(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct location *location;
	uint32_t choice, choices, index, lowest;

	if (order == ORDER_LOCKED)
		relaxed_fence(cpu, ORDER_SEQ_CST);
	else if (order == ORDER_SEQ_CST)
		take_order();
	location = change.location = locate(offset, size);
	if (location == NULL)
		return (history_memory(offset, size));
	history_make_room(location);
	change.floor = lowest = floor_of(cpu, location);
	if (order == ORDER_SEQ_CST)
		lowest = floor_ordered(location, lowest);
	choices = 0;
	for (index = lowest; index < location->count; index++)
		if (!history_at(location, index)->attached)
			choices++;
	choice = choices == 1 ? 0 :
	    (uint32_t)memory_choose(CHOICE_READ, cpu, choices);
	assert(choice < choices);
	for (index = location->count - 1U;; index--)
		if (!history_at(location, index)->attached && choice-- == 0)
			break;
	change.index = index;
	return (history_at(location, index)->value);
}

static void
relaxed_change_end(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order)
{
	struct location *location;
	struct past_store *read;
	int half;

	half = order == ORDER_LOCKED ? ORDER_RELAXED : order;
	location = change.location;
	if (location == NULL) {
		acquire(cpu, history_lost(), half);
		put_bare(cpu, offset, size, value);
	} else {
		/* Its own store tells others of what it read. */
		see(cpu, location, change.index, change.index, half);
		read = history_at(location, change.index);
		put(cpu, location, change.index + 1U, value, half,
		    read->stamp);
		read->attached = true;
	}
	if (order == ORDER_LOCKED)
		relaxed_fence(cpu, ORDER_SEQ_CST);
}

static void
relaxed_change_cancel(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	int half;

	(void)offset;
	(void)size;
	half = order == ORDER_LOCKED ? ORDER_RELAXED : order;
	if (change.location == NULL)
		acquire(cpu, history_lost(), half);
	else
		see(cpu, change.location, change.index, change.floor, half);
	if (order == ORDER_LOCKED)
		relaxed_fence(cpu, ORDER_SEQ_CST);
}

static const struct memory_history relaxed_history = {
	.reset = relaxed_reset,
	.load = relaxed_load,
	.store = relaxed_store,
	.change_begin = relaxed_change_begin,
	.change_end = relaxed_change_end,
	.change_cancel = relaxed_change_cancel,
	.fence = relaxed_fence,
	.plain_store = history_plain_store,
	.forget = history_forget,
};

extern const struct memory_model memory_relaxed;

const struct memory_model memory_relaxed = {
	.name = "relaxed",
	.about = "RC11 without load buffering: loads may see older stores, "
	    "fences and orders are as weak as C11 has them",
	.history = &relaxed_history,
};
