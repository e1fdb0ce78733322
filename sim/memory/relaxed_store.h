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
#include "sim/memory/relaxed_stamp.h"

enum { RELAXED_CPUS_MAX = 1024 };

extern struct relaxed_cpu {
	struct past_stamp released;	/* by the last release fence */
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
void relaxed_release_kept(uint32_t cpu, struct location *location,
    struct past_stamp *released);

/* `few` is clock_few(), for whoever knows, here and below. */
FEW_INLINE void
relaxed_release(uint32_t cpu, struct location *location, int order,
    struct past_stamp *released, bool few)
{

	if (order_releases(order))
		past_stamp_take(released, cpu, few);
	else
		relaxed_release_kept(cpu, location, released);
}

/* What an acquiring load joins; mostly who changes has acquired the chain. */
FEW_INLINE void
relaxed_stamp(struct past_store *store, const struct past_stamp *chain,
    int order, bool few)
{
	const struct past_stamp *released;

	released = &store->release;
	store->stamp = *released;
	if (chain == NULL)
		return;
	if (few) {
		/* What it has acquired is in what it releases. */
		if (!order_acquires(order) || !order_releases(order))
			past_stamp_both(&store->stamp, released, chain, true);
		return;
	}
	if (chain->id == 0 || (released->id != 0 && stamp_covered(
	    stamp_words(released->id) + STAMP_HB, stamp_words(chain->id))))
		return;
	store->stamp.id = stamp_both(released->id, chain->id);
	if (store->stamp.id == released->id)
		stamp_drop(released->id);
}

/* All of a past store but its stamps. */
FEW_INLINE void
relaxed_fill(struct past_store *store, uint32_t cpu, uint64_t value,
    uint64_t now_ps, uint32_t epoch, order_id ordered, bool few)
{

	if (few) {
		store->told = (clock_lanes){ INT32_MAX, INT32_MAX, INT32_MAX,
		    INT32_MAX };
		((int32_t *)&store->told)[cpu] = (int32_t)epoch;
	}
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
	store->cause = clock_rows.own[cpu].cause;
}

/*
 * A store of the CPU behind all others, which goes on with the release sequence
 * `chain` (or NULL) and stands at `ordered` (or 0); and the same at an index.
 */
FEW_INLINE struct past_store *
relaxed_put_last(uint32_t cpu, struct location *location, uint64_t value,
    int order, const struct past_stamp *chain, order_id ordered, bool few)
{
	struct past_store *store;
	uint64_t now_ps;
	uint32_t epoch;

	epoch = clock_epoch(cpu);
	now_ps = history_now(cpu);
	store = history_free(location);
	relaxed_release(cpu, location, order, &store->release, few);
	history_append(location, now_ps);
	relaxed_stamp(store, chain, order, few);
	relaxed_fill(store, cpu, value, now_ps, epoch, ordered, few);
	history_memory_set(location->offset, location->size, value);
	return (store);
}

struct past_store *relaxed_put_before(uint32_t cpu, struct location *location,
    uint32_t index, uint64_t value, int order, const struct past_stamp *chain,
    order_id ordered);

#endif
