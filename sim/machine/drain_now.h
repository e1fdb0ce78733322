/*
 * drain_now - the oldest store of a buffer becomes visible: who must know?
 *
 * In line, for whoever carries out step after step: most stores are of one whole
 * word, and nobody listens to them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_DRAIN_NOW_H
#define SIM_MACHINE_DRAIN_NOW_H

#include "sim/machine/causality.h"
#include "sim/machine/step_now.h"
#include "sim/machine/store_now.h"
#include "sim/memory/sync_now.h"

#define DRAIN_INLINE static inline __attribute__((always_inline))

/* What is loaded is loaded again after this, and not kept in a register. */
#define DRAIN_FORGET __asm__ volatile("" : : : "memory")

/* Who knows of it hears of it in a line: the order of accesses does. */
DRAIN_INLINE bool
drain_now_orders(const struct store *store)
{

	return (!the.causal || (causality_is_first(store->offset) &&
	    causality_last(store->offset, store->size) ==
	    store->offset >> CAUSALITY_GRANULE_SHIFT));
}

/* ... and whoever will load it, where the store has a clock. */
DRAIN_INLINE bool
drain_now_syncs(const struct cpu *cpu, const struct store *store)
{
	struct place_page *page;
	struct place *granule;
	uint32_t bits;

	if (!the.ordering || !store->atomic)
		return (true);
	/* Without it there are no places to look at. */
	bits = store->stamp & SYNC_TAG_BYTES;
	if (!sync_small.on || bits == 0)
		return (false);
	page = places_find(store->offset);
	if (page == NULL)
		return (false);
	granule = place_first(page, store->offset);
	if (bits != SYNC_TAG_BYTES && !sync_small_alone(granule, bits))
		return (false);
	sync_small_put(granule, bits, cpu->index,
	    sync_small_issued(cpu->index, store->stamp));
	return (true);
}

/* It is gone from the buffer. */
DRAIN_INLINE void
drain_now_pop(struct cpu *cpu)
{

	cpu->store_head = (cpu->store_head + 1) % CPU_STORES_MAX;
	cpu->store_count--;
	step_popped(cpu);
}

/*
 * A step; `applied`: the CPU's stores are shown.  False: it is not of the common
 * kind; nobody has heard of it yet, and stores_step() does it.
 */
DRAIN_INLINE bool
drain_now(struct cpu *cpu, bool applied)
{
	const struct store *store;
	struct cpu_wrote *wrote;
	uint32_t granule, number;

	/* As a pointer that is kept, not as the sum that it is made of. */
	store = &cpu->stores[cpu->store_head];
	__asm__("" : "+r"(store));
	if ((store->size != 8 && store->size != 4) ||
	    (the.listen >> STREAM_STORE_DRAIN & 1) != 0 ||
	    !drain_now_orders(store))
		return (false);
	/* Once more does no harm. */
	if (!applied)
		store_copy(the.base + store->offset, store->value,
		    store->size == 8 ? 8 : 4);
	DRAIN_FORGET;
	if (!drain_now_syncs(cpu, store))
		return (false);
	DRAIN_FORGET;
	cpu->hash = (cpu->hash ^ store->offset ^ the.floor_ps) *
	    UINT64_C(0x9e3779b97f4a7c15);
	if (the.causal) {
		granule = store->offset >> CAUSALITY_GRANULE_SHIFT;
		causality_put(&causality.cells[causality_slot(granule)],
		    cpu->index, granule, store->past);
	}
	DRAIN_FORGET;
	/* As step_written(), which may have more to do, and that comes last. */
	number = the.wrote_count++;
	wrote = &the.wrote[number % STEP_WROTE];
	wrote->offset = store->offset;
	wrote->size = store->size;
	wrote->by = (uint16_t)cpu->index;
	DRAIN_FORGET;
	drain_now_pop(cpu);
	if (__builtin_expect(the.awaiting != 0 ||
	    number % STEP_WROTE == STEP_WROTE - 1, 0))
		step_written_slow();
	return (true);
}

#endif
