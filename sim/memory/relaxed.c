/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stddef.h>

#include "sim/machine/machine.h"
#include "sim/memory/memory.h"
#include "sim/memory/relaxed_access.h"
#include "sim/memory/relaxed_history.h"
#include "sim/memory/relaxed_order.h"
#include "sim/memory/relaxed_quick.h"
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
 *
 * Here is who does an access: the short way is in line, and calls are the last
 * thing that a function does, so that it need not save a register.
 */

static void
relaxed_reset(uint32_t count)
{
	uint32_t i;

	assert(count <= RELAXED_CPUS_MAX);
	clocks_reset(count);
	history_reset();
	for (i = 0; i < count; i++)
		past_stamp_clear(&relaxed_cpus[i].released, true);
}

/* What relaxed_quick.h has may be done. */
FEW_INLINE bool
guided_quick(void)
{

	return (the.guide != NULL && clock_rows.quick);
}

static void
relaxed_fence(uint32_t cpu, int order)
{

	if (guided_quick() && quick_fences(cpu, order))
		quick_fence(cpu);
	else
		relaxed_any_fence(cpu, order);
}

/* Of stores of which the CPU may not know the newest. */
static __attribute__((noinline)) uint64_t
load_either_quick(uint32_t cpu, struct location *location)
{
	struct past_store *store;
	uint32_t floor, index;

	floor = relaxed_search_few(cpu, location);
	index = relaxed_choose_read(cpu, location, floor);
	store = history_at(location, index);
	HISTORY_FOUND(store);
	quick_join(cpu, store);
	return (index > floor && !few_knows(cpu, store->cpu, store->epoch) ?
	    relaxed_tell(cpu, location, index, floor, store->value) :
	    store->value);
}

static uint64_t
relaxed_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct location *location;
	struct past_store *newest;

	if (!guided_quick())
		return (relaxed_unguided() ? history_memory(offset, size) :
		    relaxed_any_load(cpu, offset, size, order));
	location = history_look(offset, size);
	if (!quick_usual(location, cpu, order))
		return (location == NULL && order < ORDER_SEQ_CST ?
		    relaxed_load_first(cpu, offset, size, order) :
		    relaxed_any_load(cpu, offset, size, order));
	newest = location->newest;
	if (!order_acquires(order) && !past_stamp_none(&newest->stamp, true))
		return (relaxed_any_load(cpu, offset, size, order));
	if (!relaxed_sees_newest(cpu, location, true))
		return (order_acquires(order) ?
		    load_either_quick(cpu, location) :
		    relaxed_load_either(cpu, location, order));
	quick_join(cpu, newest);
	return (newest->value);
}

static void
relaxed_store(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t value,
    int order)
{
	struct location *location;

	if (!guided_quick()) {
		if (relaxed_unguided())
			history_memory_set(offset, size, value);
		else
			relaxed_any_store(cpu, offset, size, value, order);
		return;
	}
	location = history_look(offset, size);
	if (quick_usual(location, cpu, order) && order_releases(order) &&
	    location->count < HISTORY_STORES &&
	    relaxed_sees_newest(cpu, location, true))
		quick_put(cpu, location, value);
	else if (location == NULL && order < ORDER_SEQ_CST)
		relaxed_store_first(cpu, offset, size, value, order);
	else
		relaxed_any_store(cpu, offset, size, value, order);
}

static uint64_t
relaxed_change_begin(uint32_t cpu, uint32_t offset, uint32_t size, int order,
    const struct memory_expected *expected)
{
	struct location *location;

	if (!guided_quick())
		return (relaxed_any_change_begin(cpu, offset, size, order,
		    expected));
	location = history_look(offset, size);
	return (quick_usual(location, cpu, order) && (expected == NULL ||
	    expected->fail_order != ORDER_SEQ_CST) &&
	    location->count < HISTORY_STORES &&
	    relaxed_sees_newest(cpu, location, true) ?
	    relaxed_change_newest(location) :
	    relaxed_any_change_begin(cpu, offset, size, order, expected));
}

static void
relaxed_change_end(uint32_t cpu, uint32_t offset, uint32_t size,
    uint64_t value, int order)
{
	struct location *location;
	struct past_store *read;

	location = relaxed_change.location;
	if (!guided_quick() || order != ORDER_ACQ_REL || location == NULL ||
	    relaxed_change.index + 1U != location->count) {
		relaxed_any_change_end(cpu, offset, size, value, order);
		return;
	}
	read = location->newest;
	quick_join(cpu, read);
	quick_put(cpu, location, value);
	read->attached = true;
}

static const struct memory_history relaxed_history = {
	.reset = relaxed_reset,
	.load = relaxed_load,
	.store = relaxed_store,
	.change_begin = relaxed_change_begin,
	.change_end = relaxed_change_end,
	.change_cancel = relaxed_any_change_cancel,
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
