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

#include <string.h>

#include "sim/machine/causality.h"
#include "sim/machine/step_now.h"
#include "sim/memory/sync_now.h"

#define DRAIN_INLINE static inline __attribute__((always_inline))

/* Of any size; as store_copy(). */
void store_move(unsigned char *to, const unsigned char *from, uint32_t size);
/* For whoever draws the run; the entry's bytes are in memory. */
void store_tell(struct cpu *cpu, const struct store *store);

/* It is in memory, for all to see. */
DRAIN_INLINE void
drain_now_seen(struct cpu *cpu, const struct store *store)
{

	if (__builtin_expect(the.listen >> STREAM_STORE_DRAIN & 1, 0))
		store_tell(cpu, store);
	if (the.ordering && store->atomic)
		sync_now_visible(cpu->index, store->offset, store->size,
		    store->stamp);
	if (the.causal)
		causality_write(cpu->index, store->offset, store->size,
		    store->past);
}

/* A step; `applied`: the CPU's stores are shown. */
DRAIN_INLINE void
drain_now(struct cpu *cpu, bool applied)
{
	const struct store *store;
	uint64_t value;
	uint32_t offset, size;

	store = &cpu->stores[cpu->store_head];
	offset = store->offset;
	size = store->size;
	if (applied) {
		/* It is there. */
	} else if (__builtin_expect(size == sizeof(value), 1)) {
		memcpy(&value, store->value, sizeof(value));
		memcpy(the.base + offset, &value, sizeof(value));
	} else
		store_move(the.base + offset, store->value, size);
	cpu->hash = (cpu->hash ^ offset ^ the.floor_ps) *
	    UINT64_C(0x9e3779b97f4a7c15);
	drain_now_seen(cpu, store);
	step_written(cpu, offset, size);
	cpu->store_head = (cpu->store_head + 1) % CPU_STORES_MAX;
	cpu->store_count--;
	step_popped(cpu);
}

#endif
