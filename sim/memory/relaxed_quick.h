/*
 * relaxed_quick - what does the usual access do, on a machine of a few CPUs?
 *
 * What sim/memory/relaxed.c does, where clock_rows.quick: a clock is one vector,
 * and of two seq_cst operations that with the larger id stands later.  Nothing
 * here calls anything that comes back, so those who put it in line need to save
 * no register.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_RELAXED_QUICK_H
#define SIM_MEMORY_RELAXED_QUICK_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/memory/clock_few.h"
#include "sim/memory/clock_order.h"
#include "sim/memory/memory.h"
#include "sim/memory/relaxed_history.h"
#include "sim/memory/relaxed_order.h"
#include "sim/memory/relaxed_stamp.h"
#include "sim/memory/relaxed_store.h"

FEW_INLINE order_id
quick_later(order_id left, order_id right)
{

	return (left > right ? left : right);
}

/* It is neither seq_cst nor locked, and nothing must be done to it before. */
FEW_INLINE bool
quick_usual(const struct location *location, uint32_t cpu, int order)
{

	return (location != NULL && order < ORDER_SEQ_CST &&
	    !location->plain && !history_old(location, cpu));
}

/* What it brings to the CPU to have read that store, of which it knows. */
FEW_INLINE void
quick_join(uint32_t cpu, struct past_store *store)
{
	struct clock_own *own;
	clock_lanes *clock;

	clock = few_clock(cpu);
	*clock = lanes_max(*clock, store->stamp.row);
	own = &clock_rows.own[cpu];
	own->fence = quick_later(own->fence, store->stamp.fence);
	own->cause = quick_later(own->cause, store->cause);
	store->fence_read = quick_later(store->fence_read, own->fence);
}

/* A new epoch begins behind what this has. */
FEW_INLINE void
quick_release(uint32_t cpu, struct past_stamp *stamp)
{

	past_stamp_take(stamp, cpu, true);
}

/*
 * A store of the CPU, behind all others, for which there is room, that releases;
 * and acquires, if it goes on with a release sequence.
 */
FEW_INLINE void
quick_put(uint32_t cpu, struct location *location, uint64_t value)
{
	const struct clock_own *own;
	struct past_store *store;
	uint64_t now_ps;
	uint32_t epoch;

	now_ps = history_now(cpu);
	store = history_append(location, now_ps);
	own = &clock_rows.own[cpu];
	store->ordered_read = store->ordered = store->fence_read = 0;
	store->readers = 0;
	store->cause = own->cause;
	store->fence = own->fence;
	store->since_ps = now_ps;
	store->cpu = (uint16_t)cpu;
	store->reader_count = 0;
	store->attached = false;
	store->value = value;
	store->stamp.row = *few_clock(cpu);
	store->stamp.fence = own->fence;
	epoch = ((const uint32_t *)few_clock(cpu))[cpu];
	store->epoch = store->stamp.epoch = epoch;
	store->told = (clock_lanes){ INT32_MAX, INT32_MAX, INT32_MAX,
	    INT32_MAX };
	((uint32_t *)&store->told)[cpu] = epoch;
	quick_release(cpu, &store->release);
	history_memory_set(location->offset, location->size, value);
}

/* A seq_cst fence that nobody is asked about, of a CPU with nothing to acquire. */
FEW_INLINE bool
quick_fences(uint32_t cpu, int order)
{
	const struct clock_own *own;

	own = &clock_rows.own[cpu];
	return (order == ORDER_SEQ_CST && !own->noted && few_order_room() &&
	    (own->cause != order_last() || own->cause == own->fence));
}

FEW_INLINE void
quick_fence(uint32_t cpu)
{

	clock_rows.own[cpu].cause = few_order_fence(cpu);
	quick_release(cpu, &relaxed_cpus[cpu].released);
}

#endif
