/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/relaxed_access.h"

#include <assert.h>
#include <stddef.h>

#include "sim/memory/clock_order.h"
#include "sim/memory/memory_choose.h"
#include "sim/memory/relaxed_order.h"
#include "sim/memory/relaxed_store.h"

/* In line they would cost those registers who come by on the short way. */
#define RARE	__attribute__((noinline))

struct relaxed_change relaxed_change;

static struct relaxed_cpu *const cpus = relaxed_cpus;
static struct relaxed_change *const change = &relaxed_change;

/* The latest seq_cst operation with a path of sb and rf to here. */
static inline order_id *
cause_of(uint32_t cpu)
{

	return (&clock_rows.own[cpu].cause);
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

static inline struct location *
locate(uint32_t offset, uint32_t size)
{
	struct location *location;

	location = history_find(offset, size);
	return (location != NULL ? location : locate_new(offset, size));
}

/* --- fences -------------------------------------------------------------- */

static void
fence_after(uint32_t cpu, int order, order_id cause)
{
	uint32_t before;
	order_id fence;

	if (order_acquires(order))
		clock_acquire(cpu);
	if (order >= ORDER_SEQ_CST) {
		before = relaxed_place_fence(cpu, cause);
		fence = order_fence(cpu, before);
		*cause_of(cpu) = before == 0 ? fence :
		    order_later(*cause_of(cpu), fence);
	}
	if (order_releases(order)) {
		past_stamp_drop(&cpus[cpu].released, clock_few());
		past_stamp_take(&cpus[cpu].released, cpu, clock_few());
	}
}

RARE void
relaxed_any_fence(uint32_t cpu, int order)
{

	if (!relaxed_unguided())
		fence_after(cpu, order, *cause_of(cpu));
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

	relaxed_any_fence(cpu, ORDER_SEQ_CST);
	if (store != NULL)
		store->cause = *cause_of(cpu);
}

/* --- loads --------------------------------------------------------------- */

/* The CPU reads that store, of which it knows; what that brings it. */
static uint64_t
see_known(uint32_t cpu, struct past_store *store, int order)
{
	struct clock_own *own;

	past_stamp_join(cpu, &store->stamp, order, clock_few());
	own = &clock_rows.own[cpu];
	own->cause = order_later(own->cause, store->cause);
	store->fence_read = order_later(store->fence_read, own->fence);
	return (store->value);
}

/*
 * It has read that one, of those from `floor` on.  Whoever sees the CPU's
 * present has seen the store, or must be told.
 */
static void
tell(uint32_t cpu, struct location *location, uint32_t index, uint32_t floor)
{
	struct past_store *store;

	store = history_at(location, index);
	if (index > floor && !relaxed_sees(cpu, store) &&
	    !history_read_by(store, cpu, clock_epoch(cpu)))
		history_cut(location, index);
}

/* Both. */
static uint64_t
see(uint32_t cpu, struct location *location, uint32_t index, uint32_t floor,
    int order)
{
	uint64_t value;

	value = see_known(cpu, history_at(location, index), order);
	tell(cpu, location, index, floor);
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

	index = relaxed_place_access(cpu, *cause_of(cpu), location, floor,
	    what, taken);
	*cause_of(cpu) = order_later(*cause_of(cpu), *taken);
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
		*cause_of(cpu) = taken;
	}
	past_stamp_join(cpu, history_lost(), order, clock_few());
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
	    !relaxed_movable(*cause_of(cpu), 0))))
		return (load_bare(cpu, offset, size, order));
	location = history_make(offset, size);
	return (order == ORDER_SEQ_CST ? load_ordered(cpu, location) :
	    see_known(cpu, location->newest, order));
}

RARE uint64_t
relaxed_load_first(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	uint64_t value;

	if (order == ORDER_SEQ_CST ||
	    !past_stamp_none(history_lost(), clock_few()) ||
	    history_overlaps(offset, size) || !history_fits(offset, size))
		return (load_oddly(cpu, offset, size, order));
	value = history_memory(offset, size);
	if (order_known(cpu) != 0)
		history_bare_load(offset, order_known(cpu));
	return (value);
}

/* Of stores of which the CPU may not know the newest. */
RARE uint64_t
relaxed_load_either(uint32_t cpu, struct location *location, int order)
{
	uint32_t floor, index;

	floor = relaxed_lowest(cpu, location);
	index = relaxed_choose_read(cpu, location, floor);
	return (see(cpu, location, index, floor, order));
}

RARE uint64_t
relaxed_tell(uint32_t cpu, struct location *location, uint32_t index,
    uint32_t floor, uint64_t value)
{

	tell(cpu, location, index, floor);
	return (value);
}

static RARE uint64_t
load(uint32_t cpu, uint32_t offset, uint32_t size, int order,
    struct location *location)
{

	if (location == NULL)
		return (relaxed_load_first(cpu, offset, size, order));
	history_refresh(location);
	history_age(location, cpu);
	return (order == ORDER_SEQ_CST ? load_ordered(cpu, location) :
	    relaxed_load_either(cpu, location, order));
}

static RARE uint64_t
load_locked(uint32_t cpu, uint32_t offset, uint32_t size)
{
	uint64_t value;

	fence_before(cpu);
	value = load(cpu, offset, size, ORDER_RELAXED,
	    history_look(offset, size));
	relaxed_any_fence(cpu, ORDER_SEQ_CST);
	return (value);
}

/*
 * It knows of the store, and there is nothing in it that it does not know.  Who
 * knows of a store knows of what the same CPU had released before.
 */
static inline bool
no_news(uint32_t cpu, const struct past_store *store)
{

	return (!clock_few() && (store->stamp.id == 0 ||
	    store->stamp.id == store->release.id) &&
	    (store->cause == 0 || store->cause == *cause_of(cpu)) &&
	    store->fence_read == order_known(cpu));
}

RARE uint64_t
relaxed_any_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct location *location;
	struct past_store *newest;

	if (relaxed_unguided())
		return (history_memory(offset, size));
	if (order == ORDER_LOCKED)
		return (load_locked(cpu, offset, size));
	location = history_look(offset, size);
	if (location == NULL || order == ORDER_SEQ_CST || location->plain ||
	    history_old(location, cpu))
		return (load(cpu, offset, size, order, location));
	newest = location->newest;
	if (!clock_knows(cpu, newest->cpu, newest->epoch))
		return (relaxed_load_either(cpu, location, order));
	return (no_news(cpu, newest) ? newest->value :
	    see_known(cpu, newest, order));
}

/* --- stores -------------------------------------------------------------- */

/* A store that goes past all histories. */
static RARE void
put_bare(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value)
{
	struct past_stamp stamp;

	past_stamp_clear(&stamp, true);
	past_stamp_take(&stamp, cpu, clock_few());
	history_lose(&stamp);
	past_stamp_drop(&stamp, clock_few());
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
	    relaxed_put_last(cpu, location, value, order, NULL, taken,
	    clock_few()) :
	    relaxed_put_before(cpu, location, index, value, order, NULL,
	    taken));
}

/* Where a store of the CPU can go now; NULL: past all histories. */
static inline struct location *
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

RARE void
relaxed_any_store(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value,
    int order)
{
	struct location *location;

	if (relaxed_unguided()) {
		history_memory_set(offset, size, value);
		return;
	}
	if (order == ORDER_LOCKED) {
		store_locked(cpu, offset, size, value);
		return;
	}
	location = room(cpu, offset, size);
	if (location == NULL)
		put_bare(cpu, offset, size, value);
	else if (order != ORDER_SEQ_CST && (location->count == 1 ||
	    relaxed_sees_newest(cpu, location, clock_few())))
		relaxed_put_last(cpu, location, value, order, NULL, 0,
		    clock_few());
	else
		store(cpu, location, value, order);
}

/* The first to there. */
RARE void
relaxed_store_first(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order)
{
	struct location *location;

	location = locate_new(offset, size);
	if (location == NULL)
		put_bare(cpu, offset, size, value);
	else
		relaxed_put_last(cpu, location, value, order, NULL, 0, true);
}

/* --- read-modify-writes -------------------------------------------------- */

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
	location = change->location = room(cpu, offset, size);
	if (location == NULL)
		return (history_memory(offset, size));
	floor = relaxed_floor(cpu, location);
	if (floor + 1U == location->count && !what.ordered &&
	    (expected == NULL || expected->fail_order != ORDER_SEQ_CST))
		return (relaxed_change_newest(location));
	change->floor = floor;
	change->index = take_place(cpu, location, floor, &what,
	    &change->ordered);
	return (history_at(location, change->index)->value);
}

RARE uint64_t
relaxed_any_change_begin(uint32_t cpu, uint32_t offset, uint32_t size,
    int order, const struct memory_expected *expected)
{
	struct location *location;

	if (relaxed_unguided())
		return (history_memory(offset, size));
	location = order >= ORDER_SEQ_CST || (expected != NULL &&
	    expected->fail_order == ORDER_SEQ_CST) ? NULL :
	    history_look(offset, size);
	return (location == NULL || location->plain ||
	    location->count == HISTORY_STORES || history_old(location, cpu) ||
	    !relaxed_sees_newest(cpu, location, clock_few()) ?
	    change_otherwise(cpu, offset, size, order, expected) :
	    relaxed_change_newest(location));
}

RARE void
relaxed_any_change_end(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order)
{
	struct location *location;
	struct past_store *read, *written;
	int half;

	if (relaxed_unguided()) {
		history_memory_set(offset, size, value);
		return;
	}
	written = NULL;
	half = order == ORDER_LOCKED ? ORDER_RELAXED : order;
	location = change->location;
	if (location == NULL) {
		past_stamp_join(cpu, history_lost(), half, clock_few());
		put_bare(cpu, offset, size, value);
	} else {
		/* Its own store tells others of what it read. */
		read = history_at(location, change->index);
		see_known(cpu, read, half);
		written = change->index + 1U == location->count ?
		    relaxed_put_last(cpu, location, value, half, &read->stamp,
		    change->ordered, clock_few()) :
		    relaxed_put_before(cpu, location, change->index + 1U, value,
		    half, &read->stamp, change->ordered);
		read->attached = true;
	}
	if (order == ORDER_LOCKED)
		fence_behind(cpu, written);
}

void
relaxed_any_change_cancel(uint32_t cpu, uint32_t offset, uint32_t size,
    int order)
{
	struct past_store *store;
	int half;

	(void)offset;
	(void)size;
	if (relaxed_unguided())
		return;
	half = order == ORDER_LOCKED ? ORDER_RELAXED : order;
	if (change->location == NULL) {
		past_stamp_join(cpu, history_lost(), half, clock_few());
	} else {
		store = history_at(change->location, change->index);
		store->ordered_read = order_later(store->ordered_read,
		    change->ordered);
		see(cpu, change->location, change->index, change->floor, half);
		if (change->ordered != 0)
			clock_tick(cpu);
	}
	if (order == ORDER_LOCKED)
		relaxed_any_fence(cpu, ORDER_SEQ_CST);
}
