/*
 * sync_now - how do small machines synchronise without a call?
 *
 * What sync.h says, with the common case of machines of a few CPUs in line, for
 * those who ask at each access.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_SYNC_NOW_H
#define SIM_MEMORY_SYNC_NOW_H

#include <stdint.h>

#include "sim/memory/sync.h"
#include "sim/memory/sync_small.h"

#define SYNC_NOW static inline __attribute__((always_inline))

SYNC_NOW void
sync_now_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	if (__builtin_expect(sync_small.on, 1))
		sync_small_load(cpu, offset, size, order);
	else
		sync_load(cpu, offset, size, order);
}

SYNC_NOW void
sync_now_store(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	if (__builtin_expect(sync_small.on, 1))
		sync_small_store(cpu, offset, size, order);
	else
		sync_store(cpu, offset, size, order);
}

/* Where it acquires, after sync_now_load() of the same. */
SYNC_NOW void
sync_now_change(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	if (__builtin_expect(sync_small.on, 1))
		sync_small_change(cpu, offset, size, order);
	else
		sync_change(cpu, offset, size, order);
}

SYNC_NOW stamp_id
sync_now_release(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	return (__builtin_expect(sync_small.on, 1) ?
	    sync_small_release(cpu, offset, size, order) :
	    sync_release(cpu, offset, size, order));
}

SYNC_NOW void
sync_now_visible(uint32_t cpu, uint32_t offset, uint32_t size, stamp_id stamp)
{

	if (__builtin_expect(sync_small.on, 1))
		sync_small_visible(cpu, offset, size, stamp);
	else
		sync_visible(cpu, offset, size, stamp);
}

SYNC_NOW void
sync_now_fence(uint32_t cpu, int order)
{

	if (__builtin_expect(sync_small.on, 1))
		sync_small_fence(cpu, order);
	else
		sync_fence(cpu, order);
}

#endif
