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

/* What is loaded is loaded again after this, and not kept. */
#define DRAIN_FORGET __asm__ volatile("" : : : "memory")

/*
 * What is not common is done elsewhere; it returns the CPU, so that who calls it
 * need not keep it.  A store of any size reaches memory; those who read it there
 * hear of it; and so does the order of accesses.
 */
struct cpu *drain_bytes(struct cpu *cpu);
struct cpu *drain_tell(struct cpu *cpu);
struct cpu *drain_order(struct cpu *cpu);

DRAIN_INLINE struct store *
drain_now_first(struct cpu *cpu)
{

	return (&cpu->stores[cpu->store_head]);
}

/* False: nobody has heard of it yet, and drain_tell() has to do it. */
DRAIN_INLINE bool
drain_now_told(const struct cpu *cpu, const struct store *store)
{
	struct place_page *page;
	struct place *granule;
	uint32_t bits;

	if ((the.listen >> STREAM_STORE_DRAIN & 1) != 0)
		return (false);
	if (!the.ordering || !store->atomic)
		return (true);
	page = places_find(store->offset);
	bits = store->stamp & SYNC_TAG_BYTES;
	if (!sync_small.on || bits == 0 || page == NULL)
		return (false);
	granule = place_first(page, store->offset);
	if (bits != SYNC_TAG_BYTES && !sync_small_alone(granule, page, bits))
		return (false);
	sync_small_put(granule, page, bits, cpu->index,
	    sync_small_issued(cpu->index, store->stamp));
	return (true);
}

/* False: as above, drain_order(). */
DRAIN_INLINE bool
drain_now_ordered(const struct cpu *cpu, const struct store *store)
{
	uint32_t granule;

	if (!the.causal)
		return (true);
	granule = store->offset >> CAUSALITY_GRANULE_SHIFT;
	if (causality_last(store->offset, store->size) != granule ||
	    !causality_is_first(store->offset))
		return (false);
	causality_put(&causality.cells[causality_slot(granule)], cpu->index,
	    granule, store->past);
	return (true);
}

/* A step; `applied`: the CPU's stores are shown. */
DRAIN_INLINE void
drain_now(struct cpu *cpu, bool applied)
{
	const struct store *store;
	struct cpu_wrote *wrote;
	uint32_t number;

	store = drain_now_first(cpu);
	if (applied) {
		/* It is there. */
	} else if (store->size == 8 || store->size == 4) {
		store_copy(the.base + store->offset, store->value,
		    store->size == 8 ? 8 : 4);
	} else {
		cpu = drain_bytes(cpu);
		store = drain_now_first(cpu);
	}
	cpu->hash = (cpu->hash ^ store->offset ^ the.floor_ps) *
	    UINT64_C(0x9e3779b97f4a7c15);
	if (__builtin_expect(!drain_now_told(cpu, store), 0))
		cpu = drain_tell(cpu);
	DRAIN_FORGET;
	if (__builtin_expect(!drain_now_ordered(cpu, drain_now_first(cpu)), 0))
		cpu = drain_order(cpu);
	DRAIN_FORGET;
	store = drain_now_first(cpu);
	/* As step_written(), which may have more to do, and that comes last. */
	number = the.wrote_count++;
	wrote = &the.wrote[number % STEP_WROTE];
	wrote->offset = store->offset;
	wrote->size = store->size;
	wrote->by = (uint16_t)cpu->index;
	DRAIN_FORGET;
	cpu->store_head = (cpu->store_head + 1) % CPU_STORES_MAX;
	cpu->store_count--;
	step_popped(cpu);
	if (__builtin_expect(the.awaiting != 0 ||
	    number % STEP_WROTE == STEP_WROTE - 1, 0))
		step_written_slow();
}

#endif
