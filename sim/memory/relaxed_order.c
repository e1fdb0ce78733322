/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/memory/relaxed_order.h"

#include <assert.h>
#include <stddef.h>

#include "sim/memory/memory_choose.h"

/* Above so many locations a new operation is the last one, unasked. */
enum { PLACE_LOCATIONS_MAX = 1024 };

uint32_t
relaxed_lowest(uint32_t cpu, struct location *location)
{

	return (clock_few() ? relaxed_search_few(cpu, location) :
	    relaxed_search_many(cpu, location));
}

bool
relaxed_movable(order_id cause, order_id limit)
{

	return (cause != 0 && cause == order_last() && cause != limit &&
	    history_live() <= PLACE_LOCATIONS_MAX);
}

/*
 * The last operation that must stand before a new fence of the CPU.
 *
 * RC11 orders fence F before the new one, N, where F hb N, and where F hb a, b
 * hb N, and a comes before b by eco: a is a store before b, or a load of one,
 * or the store that b read.  What happened before N of a location is the store
 * at its floor, or a reader of that one.  An access stands before N also where
 * it is a store before a store b, or a load of one.
 */
static order_id
fence_limit(uint32_t cpu)
{
	const struct past_store *store;
	struct location *location;
	uint32_t floor, i, index, stored;
	order_id limit;

	limit = order_later(order_known(cpu), order_limit_fence(cpu));
	for (i = 0; i < history_live(); i++) {
		location = history_live_at(i);
		limit = order_later(limit, location->fence);
		floor = relaxed_floor(cpu, location);
		for (stored = floor; stored > 0; stored--)
			if (relaxed_sees(cpu, history_at(location, stored)))
				break;
		for (index = 0; index <= floor; index++) {
			store = history_at(location, index);
			limit = order_later(limit, store->fence);
			if (index < floor)
				limit = order_later(limit, store->fence_read);
			if (index < stored)
				limit = order_later(limit, order_later(
				    store->ordered, store->ordered_read));
		}
	}
	return (limit);
}

uint32_t
relaxed_choose_fence(uint32_t cpu)
{
	uint32_t before, limit;

	limit = order_place(fence_limit(cpu));
	before = order_place(order_last()) - (limit == 0 ? 1 : limit);
	return (before == 0 ? 0 :
	    (uint32_t)memory_choose(CHOICE_PLACE, cpu, before + 1U));
}

/* What an access can do: a range of places for one index, or just that. */
struct option {
	bool ordered;
	uint32_t index;		/* of the store that it reads, or follows */
	uint32_t first;		/* place that it may take */
	uint32_t last;
};

/* The first place before which one must stand that the store comes after. */
static uint32_t
place_before(const struct past_store *store)
{
	uint32_t fenced, place;

	fenced = order_fenced(store->cpu, store->epoch);
	if (store->ordered == 0)
		return (fenced);
	place = order_place(store->ordered);
	return (place < fenced ? place : fenced);
}

/* The last place that it must stand behind. */
static uint32_t
access_behind(uint32_t cpu, struct location *location, uint32_t index,
    enum relaxed_access access)
{
	const struct past_store *store;
	order_id limit;
	uint32_t i;

	store = history_at(location, index);
	limit = order_limit_access(cpu, location->offset,
	    access == RELAXED_STORE ? NULL :
	    past_stamp_row(&store->stamp, clock_few()));
	if (access != RELAXED_LOAD) {
		limit = order_later(limit, location->fence);
		for (i = 0; i <= index; i++) {
			store = history_at(location, i);
			limit = order_later(limit, order_later(store->fence,
			    store->fence_read));
			limit = order_later(limit, order_later(store->ordered,
			    store->ordered_read));
		}
	}
	return (order_place(limit));
}

struct relaxed_what
relaxed_what_of(const struct relaxed_what *what,
    const struct past_store *store)
{
	struct relaxed_what result;

	result = *what;
	if (what->expected != NULL && store->value != what->expected->value) {
		result.access = RELAXED_LOAD;
		result.ordered = what->expected->fail_order == ORDER_SEQ_CST;
	}
	return (result);
}

/*
 * The places that the access could take at that index, where `before` is the
 * first one that it must stand in front of (UINT32_MAX: none), and `end` one
 * behind all others; false: it could not be there.
 */
static bool
option_find(uint32_t cpu, order_id causes, struct location *location,
    uint32_t index, enum relaxed_access access, uint32_t before, uint32_t end,
    struct option *option)
{
	order_id cause;
	bool moves;

	cause = causes;
	if (access != RELAXED_STORE)
		cause = order_later(cause, history_at(location, index)->cause);
	moves = relaxed_movable(cause, 0) && relaxed_movable(cause,
	    order_limit_access(cpu, UINT32_MAX, NULL));
	if (before != UINT32_MAX && !moves)
		return (false);
	option->last = before < end ? before : end;
	option->first = !moves ? end :
	    access_behind(cpu, location, index, access) + 1;
	if (option->first < 2)
		option->first = 2;
	return (option->first <= option->last);
}

uint32_t
relaxed_place_access(uint32_t cpu, order_id causes, struct location *location,
    uint32_t floor, const struct relaxed_what *what, order_id *taken)
{
	struct option options[HISTORY_STORES];
	struct relaxed_what here;
	struct option *option;
	uint32_t before, choices, count, end, index, next, pick;

	end = order_place(order_last()) + 1;
	if (end == 1)
		end = 2;
	count = choices = 0;
	before = UINT32_MAX;
	for (index = location->count; index-- > floor;) {
		if (index + 1U < location->count && before > 2) {
			next = place_before(history_at(location, index + 1));
			before = next < before ? next : before;
		}
		here = relaxed_what_of(what, history_at(location, index));
		if (here.access != RELAXED_LOAD && history_at(location,
		    index)->attached)
			continue;
		option = &options[count];
		option->index = index;
		option->ordered = here.ordered;
		option->first = option->last = end;
		if (here.ordered && !option_find(cpu, causes, location, index,
		    here.access, before, end, option))
			continue;
		choices += option->last - option->first + 1;
		count++;
	}
	pick = choices == 1 ? 0 : (uint32_t)memory_choose(what->access ==
	    RELAXED_STORE ? CHOICE_PLACE : CHOICE_READ, cpu, choices);
	assert(pick < choices);
	for (option = options; pick > option->last - option->first; option++)
		pick -= option->last - option->first + 1;
	*taken = option->ordered ? order_access(cpu, end - (option->last -
	    pick), location->offset) : 0;
	return (option->index);
}
