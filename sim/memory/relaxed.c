/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stddef.h>

#include "sim/machine/machine.h"
#include "sim/memory/clock_order.h"
#include "sim/memory/memory.h"
#include "sim/memory/memory_choose.h"
#include "sim/memory/relaxed_history.h"
#include "sim/memory/relaxed_order.h"
#include "sim/memory/relaxed_store.h"

/*
 * RC11 (Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing sequential consistency in
 * C/C++11, PLDI 2017), executed in an order that extends sb and rf.
 *
 * Consistency of an execution is kept by each step alone, since a prefix of a
 * consistent execution is consistent and a new event is the last one of its
 * CPU.  Coherence then says one thing of loads and of stores: the new event
 * comes at or behind the last store that is seen, or of which a reader is seen
 * (relaxed_floor()).  A store may come anywhere behind it, since modification order
 * need not be that of execution, but not between a store and the
 * read-modify-write that read it (atomicity).
 *
 * seq_cst operations stand in one order, which need not be that of execution
 * either: see sim/memory/relaxed_order.h.
 */

/*
 * What is the same for nearly all accesses is one piece of code, without a call
 * but for clocks; what few of them need is out of its way.
 */
#define USUAL	inline __attribute__((always_inline))
#define RARE	__attribute__((noinline))

static struct relaxed_cpu *const cpus = relaxed_cpus;

/* A read-modify-write under way: nothing comes between its halves. */
static struct {
	struct location *location;	/* NULL: memory itself */
	uint32_t index;		/* of the store that it reads */
	uint32_t floor;
	order_id ordered;
} change;

static void
relaxed_reset(uint32_t count)
{
	uint32_t i;

	assert(count <= RELAXED_CPUS_MAX);
	clocks_reset(count);
	history_reset();
	for (i = 0; i < count; i++) {
		cpus[i].released = 0;
		cpus[i].cause = 0;
	}
}

/*
 * Nobody chooses and nobody asks what happened before what, in a run without a
 * guide as in the part of any run that is before it guides: each load sees the
 * newest value, so there is no need for a history.  What is done by then is
 * known to all when a guide comes (machine_publish()).
 */
static inline bool
unguided(void)
{

	return (the.guide == NULL && the.ports.accessed == NULL &&
	    the.cpu_count != 0);
}

/* An access that crosses a granule has no history and leaves none. */
static bool
crosses(uint32_t offset, uint32_t size)
{

	if (history_fits(offset, size))
		return (false);
	history_counts.crossing++;
	history_collapse(offset, size);
	return (true);
}

/* NULL: it has no history, and none from now on. */
static RARE struct location *
locate_new(uint32_t offset, uint32_t size)
{

	return (crosses(offset, size) ? NULL : history_make(offset, size));
}

static USUAL struct location *
locate(uint32_t offset, uint32_t size)
{
	struct location *location;

	location = history_find(offset, size);
	return (location != NULL ? location : locate_new(offset, size));
}

/* --- fences -------------------------------------------------------------- */

static USUAL void
fence_after(uint32_t cpu, int order, order_id cause)
{
	uint32_t before;
	order_id fence;

	if (order_acquires(order))
		clock_acquire(cpu);
	if (order >= ORDER_SEQ_CST) {
		before = relaxed_place_fence(cpu, cause);
		fence = order_fence(cpu, before);
		cpus[cpu].cause = before == 0 ? fence :
		    order_later(cpus[cpu].cause, fence);
	}
	if (order_releases(order)) {
		stamp_drop(cpus[cpu].released);
		cpus[cpu].released = stamp_take(cpu, 0);
	}
}

static void
relaxed_fence(uint32_t cpu, int order)
{

	if (unguided())
		return;
	fence_after(cpu, order, cpus[cpu].cause);
}

/*
 * The fences around a locked operation, which are of the same step.  What stands
 * between the two has been executed by then, so the first is always free to
 * move; and who reads the store is executed after the second.
 */
static RARE void
fence_before(uint32_t cpu)
{

	fence_after(cpu, ORDER_SEQ_CST, order_last());
}

static RARE void
fence_behind(uint32_t cpu, struct past_store *store)
{

	relaxed_fence(cpu, ORDER_SEQ_CST);
	if (store != NULL)
		store->cause = cpus[cpu].cause;
}

/* --- loads --------------------------------------------------------------- */

static USUAL void
acquire(uint32_t cpu, stamp_id stamp, int order)
{

	if (order_acquires(order))
		stamp_join(cpu, stamp);
	else
		clock_note(cpu, stamp);
}

/* The CPU reads that store, of which it knows; what that brings it. */
static USUAL uint64_t
see_known(uint32_t cpu, struct past_store *store, int order)
{

	if (store->stamp != 0)
		acquire(cpu, store->stamp, order);
	cpus[cpu].cause = order_later(cpus[cpu].cause, store->cause);
	store->fence_read = order_later(store->fence_read, order_known(cpu));
	return (store->value);
}

/* The same of one of those from `floor` on. */
static USUAL uint64_t
see(uint32_t cpu, struct location *location, uint32_t index, uint32_t floor,
    int order)
{
	struct past_store *store;
	uint64_t value;

	store = history_at(location, index);
	value = see_known(cpu, store, order);
	/* Whoever sees the CPU's present has seen the store, or must be told. */
	if (index > floor && !relaxed_sees(cpu, store) &&
	    !history_read_by(store, cpu, clock_epoch(cpu)))
		history_cut(location, index);
	return (value);
}

static const struct relaxed_what
    ordered_load = { .access = RELAXED_LOAD, .ordered = true },
    ordered_store = { .access = RELAXED_STORE, .ordered = true };

static uint32_t
take_place(uint32_t cpu, struct location *location, uint32_t floor,
    const struct relaxed_what *what, order_id *taken)
{
	uint32_t index;

	index = relaxed_place_access(cpu, cpus[cpu].cause, location, floor,
	    what, taken);
	cpus[cpu].cause = order_later(cpus[cpu].cause, *taken);
	return (index);
}

/* Memory itself, where there is no history. */
static uint64_t
load_bare(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	order_id taken;

	taken = order_known(cpu);
	if (order == ORDER_SEQ_CST) {
		taken = order_access(cpu, 0, offset);
		cpus[cpu].cause = taken;
	}
	if (history_lost() != 0)
		acquire(cpu, history_lost(), order);
	if (taken != 0)
		history_bare_load(offset, taken);
	if (order == ORDER_SEQ_CST)
		clock_tick(cpu);
	return (history_memory(offset, size));
}

static uint64_t
load_ordered(uint32_t cpu, struct location *location)
{
	struct past_store *store;
	uint64_t value;
	uint32_t floor, index;
	order_id taken;

	floor = relaxed_floor(cpu, location);
	index = take_place(cpu, location, floor, &ordered_load, &taken);
	store = history_at(location, index);
	store->ordered_read = order_later(store->ordered_read, taken);
	value = see(cpu, location, index, floor, ORDER_SEQ_CST);
	clock_tick(cpu);
	return (value);
}

/* The first access to there, or one of another width. */
static RARE uint64_t
load_oddly(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct location *location;

	if (crosses(offset, size) || (!history_overlaps(offset, size) &&
	    (order != ORDER_SEQ_CST ||
	    !relaxed_movable(cpus[cpu].cause, 0))))
		return (load_bare(cpu, offset, size, order));
	location = history_make(offset, size);
	return (order == ORDER_SEQ_CST ? load_ordered(cpu, location) :
	    see_known(cpu, location->newest, order));
}

static RARE uint64_t
load_first(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	uint64_t value;

	if (order == ORDER_SEQ_CST || history_lost() != 0 ||
	    history_overlaps(offset, size) || !history_fits(offset, size))
		return (load_oddly(cpu, offset, size, order));
	value = history_memory(offset, size);
	if (order_known(cpu) != 0)
		history_bare_load(offset, order_known(cpu));
	return (value);
}

/* Of stores of which the CPU may not know the newest. */
static RARE uint64_t
load_either(uint32_t cpu, struct location *location, int order)
{
	uint32_t back, floor;

	floor = relaxed_search(cpu, location);
	back = location->count - 1U - floor;
	if (back != 0)
		back = (uint32_t)memory_choose(CHOICE_READ, cpu, back + 1U);
	assert(back < location->count - floor);
	return (see(cpu, location, location->count - 1U - back, floor, order));
}

static RARE uint64_t
load(uint32_t cpu, uint32_t offset, uint32_t size, int order,
    struct location *location)
{

	if (location == NULL)
		return (load_first(cpu, offset, size, order));
	history_refresh(location);
	history_age(location, cpu);
	return (order == ORDER_SEQ_CST ? load_ordered(cpu, location) :
	    load_either(cpu, location, order));
}

static RARE uint64_t
load_locked(uint32_t cpu, uint32_t offset, uint32_t size)
{
	uint64_t value;

	fence_before(cpu);
	value = load(cpu, offset, size, ORDER_RELAXED,
	    history_look(offset, size));
	relaxed_fence(cpu, ORDER_SEQ_CST);
	return (value);
}

static RARE uint64_t
load_news(uint32_t cpu, struct past_store *store, int order)
{

	return (see_known(cpu, store, order));
}

/*
 * It knows of the store, and there is nothing in it that it does not know.  Who
 * knows of a store knows of what the same CPU had released before.
 */
static USUAL bool
no_news(uint32_t cpu, const struct past_store *store)
{

	return ((store->stamp == 0 || store->stamp == store->release) &&
	    (store->cause == 0 || store->cause == cpus[cpu].cause) &&
	    store->fence_read == order_known(cpu));
}

/* All calls are the last thing that it does, so it need not save a register. */
static uint64_t
relaxed_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct location *location;
	struct past_store *newest;

	if (unguided())
		return (history_memory(offset, size));
	if (order == ORDER_LOCKED)
		return (load_locked(cpu, offset, size));
	location = history_look(offset, size);
	if (location == NULL || order == ORDER_SEQ_CST || location->plain ||
	    history_old(location, cpu))
		return (load(cpu, offset, size, order, location));
	newest = location->newest;
	if (!clock_knows(cpu, newest->cpu, newest->epoch))
		return (load_either(cpu, location, order));
	return (no_news(cpu, newest) ? newest->value :
	    load_news(cpu, newest, order));
}

/* --- stores -------------------------------------------------------------- */

/* A store that goes past all histories. */
static RARE void
put_bare(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value)
{
	stamp_id stamp;

	stamp = stamp_take(cpu, 0);
	history_lose(stamp);
	stamp_drop(stamp);
	history_memory_set(offset, size, value);
}

static RARE struct past_store *
store(uint32_t cpu, struct location *location, uint64_t value, int order)
{
	uint32_t floor, index;
	order_id taken;

	floor = relaxed_floor(cpu, location);
	taken = 0;
	if (order == ORDER_SEQ_CST)
		index = take_place(cpu, location, floor, &ordered_store,
		    &taken) + 1;
	else if (floor + 1U == location->count)
		index = location->count;
	else
		index = relaxed_choose_index(cpu, location, floor);
	return (index == location->count ?
	    relaxed_put_last(cpu, location, value, order, 0, taken) :
	    relaxed_put_before(cpu, location, index, value, order, 0, taken));
}

/* Where a store of the CPU can go now; NULL: past all histories. */
static USUAL struct location *
room(uint32_t cpu, uint32_t offset, uint32_t size)
{
	struct location *location;

	location = locate(offset, size);
	if (location != NULL) {
		history_age(location, cpu);
		history_make_room(location);
	}
	return (location);
}

static RARE void
store_locked(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value)
{
	struct location *location;
	struct past_store *written;

	fence_before(cpu);
	location = room(cpu, offset, size);
	written = NULL;
	if (location == NULL)
		put_bare(cpu, offset, size, value);
	else
		written = store(cpu, location, value, ORDER_RELAXED);
	fence_behind(cpu, written);
}

static RARE void
store_guided(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value,
    int order)
{
	struct location *location;

	location = room(cpu, offset, size);
	if (location == NULL)
		put_bare(cpu, offset, size, value);
	else if (order != ORDER_SEQ_CST && (location->count == 1 ||
	    clock_knows(cpu, location->newest->cpu, location->newest->epoch)))
		relaxed_put_last(cpu, location, value, order, 0, 0);
	else
		store(cpu, location, value, order);
}

static void
relaxed_store(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value,
    int order)
{

	if (unguided())
		history_memory_set(offset, size, value);
	else if (order == ORDER_LOCKED)
		store_locked(cpu, offset, size, value);
	else
		store_guided(cpu, offset, size, value, order);
}

/* --- read-modify-writes -------------------------------------------------- */

/* It reads the newest store, and has no place in the order. */
static USUAL uint64_t
change_newest(struct location *location)
{

	change.location = location;
	change.index = change.floor = location->count - 1U;
	change.ordered = 0;
	return (location->newest->value);
}

static RARE uint64_t
change_otherwise(uint32_t cpu, uint32_t offset, uint32_t size, int order,
    const struct memory_expected *expected)
{
	const struct relaxed_what what = { .access = RELAXED_CHANGE,
	    .ordered = order == ORDER_SEQ_CST, .expected = expected };
	struct location *location;
	uint32_t floor;

	if (order == ORDER_LOCKED)
		fence_before(cpu);
	location = change.location = room(cpu, offset, size);
	if (location == NULL)
		return (history_memory(offset, size));
	floor = relaxed_floor(cpu, location);
	if (floor + 1U == location->count && !what.ordered &&
	    (expected == NULL || expected->fail_order != ORDER_SEQ_CST))
		return (change_newest(location));
	change.floor = floor;
	change.index = take_place(cpu, location, floor, &what,
	    &change.ordered);
	return (history_at(location, change.index)->value);
}

/* As relaxed_load(). */
static uint64_t
relaxed_change_begin(uint32_t cpu, uint32_t offset, uint32_t size, int order,
    const struct memory_expected *expected)
{
	struct location *location;

	if (unguided())
		return (history_memory(offset, size));
	location = order >= ORDER_SEQ_CST || (expected != NULL &&
	    expected->fail_order == ORDER_SEQ_CST) ? NULL :
	    history_look(offset, size);
	return (location == NULL || location->plain ||
	    location->count == HISTORY_STORES || history_old(location, cpu) ||
	    !clock_knows(cpu, location->newest->cpu, location->newest->epoch) ?
	    change_otherwise(cpu, offset, size, order, expected) :
	    change_newest(location));
}

static RARE void
change_guided(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value,
    int order)
{
	struct location *location;
	struct past_store *read, *written;
	int half;

	written = NULL;
	half = order == ORDER_LOCKED ? ORDER_RELAXED : order;
	location = change.location;
	if (location == NULL) {
		acquire(cpu, history_lost(), half);
		put_bare(cpu, offset, size, value);
	} else {
		/* Its own store tells others of what it read. */
		read = history_at(location, change.index);
		see_known(cpu, read, half);
		written = change.index + 1U == location->count ?
		    relaxed_put_last(cpu, location, value, half, read->stamp,
		    change.ordered) : relaxed_put_before(cpu, location,
		    change.index + 1U, value, half, read->stamp,
		    change.ordered);
		read->attached = true;
	}
	if (order == ORDER_LOCKED)
		fence_behind(cpu, written);
}

static void
relaxed_change_end(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order)
{

	if (unguided())
		history_memory_set(offset, size, value);
	else
		change_guided(cpu, offset, size, value, order);
}

static void
relaxed_change_cancel(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct past_store *store;
	int half;

	(void)offset;
	(void)size;
	if (unguided())
		return;
	half = order == ORDER_LOCKED ? ORDER_RELAXED : order;
	if (change.location == NULL) {
		acquire(cpu, history_lost(), half);
	} else {
		store = history_at(change.location, change.index);
		store->ordered_read = order_later(store->ordered_read,
		    change.ordered);
		see(cpu, change.location, change.index, change.floor, half);
		if (change.ordered != 0)
			clock_tick(cpu);
	}
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
