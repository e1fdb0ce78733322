/*
 * relaxed_store - where does a new store go, and what does it leave to readers?
 *
 * A store that is part of a release sequence has a stamp, and every store has
 * what its CPU knew of the order of seq_cst operations.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_RELAXED_STORE_H
#define SIM_MEMORY_RELAXED_STORE_H

#include <stdint.h>

#include "sim/memory/clock_order.h"
#include "sim/memory/memory.h"
#include "sim/memory/relaxed_history.h"

enum { RELAXED_CPUS_MAX = 1024 };

extern struct relaxed_cpu {
	stamp_id released;	/* by the last release fence */
	/* The latest seq_cst operation with a path of sb and rf to here. */
	order_id cause;
} relaxed_cpus[RELAXED_CPUS_MAX];

/*
 * Where a store goes that is not seq_cst: at an index above `lowest`, as whoever
 * guides says, but not between a store and the read-modify-write of it.
 */
uint32_t relaxed_choose_index(uint32_t cpu, struct location *location,
    uint32_t lowest);

/*
 * What a store releases that is no release itself; RC11: it may be part of a
 * release sequence that one of the same CPU to the same location heads, or
 * follow a release fence.  Of several stamps of one CPU the last one has it
 * all.  Where one of its release stores has been dropped, this one is taken for
 * another, which covers it.
 */
stamp_id relaxed_release_kept(uint32_t cpu, struct location *location);

static inline stamp_id
relaxed_release(uint32_t cpu, struct location *location, int order)
{

	return (order_releases(order) ? stamp_take(cpu, 0) :
	    relaxed_release_kept(cpu, location));
}

/* What an acquiring load joins; mostly who changes has acquired the chain. */
static inline stamp_id
relaxed_stamp(stamp_id released, stamp_id chain)
{
	stamp_id both;

	if (chain == 0 || (released != 0 && stamp_covered(
	    stamp_words(released) + STAMP_HB, stamp_words(chain))))
		return (released);
	both = stamp_both(released, chain);
	if (both == released)
		stamp_drop(both);
	return (both);
}

/* All of a past store but its stamp. */
static inline __attribute__((always_inline)) void
relaxed_fill(struct past_store *store, uint32_t cpu, uint64_t value,
    uint64_t now_ps, uint32_t epoch, stamp_id released, order_id ordered)
{

	store->value = value;
	store->since_ps = now_ps;
	store->epoch = epoch;
	store->cpu = (uint16_t)cpu;
	store->reader_count = 0;
	store->attached = false;
	store->readers = 0;
	store->ordered_read = 0;
	store->ordered = ordered;
	store->fence_read = 0;
	store->fence = order_known(cpu);
	store->cause = relaxed_cpus[cpu].cause;
	store->release = released;
}

/*
 * A store of the CPU behind all others, which goes on with the release sequence
 * `chain` and stands at `ordered` (0: neither); and the same at an index.
 */
static inline __attribute__((always_inline)) struct past_store *
relaxed_put_last(uint32_t cpu, struct location *location, uint64_t value,
    int order, stamp_id chain, order_id ordered)
{
	struct past_store *store;
	stamp_id released;
	uint64_t now_ps;
	uint32_t epoch;

	epoch = clock_epoch(cpu);
	released = relaxed_release(cpu, location, order);
	now_ps = history_now(cpu);
	store = history_append(location, now_ps);
	store->stamp = relaxed_stamp(released, chain);
	relaxed_fill(store, cpu, value, now_ps, epoch, released, ordered);
	history_memory_set(location->offset, location->size, value);
	return (store);
}

struct past_store *relaxed_put_before(uint32_t cpu, struct location *location,
    uint32_t index, uint64_t value, int order, stamp_id chain,
    order_id ordered);

#endif
