/*
 * swift - what is left of an access when nobody has to be asked about it?
 *
 * In a stepped run under sc or tso, a step that its CPU holds a lease for
 * (step_now.h) is this: it is counted, the order of accesses and the checks
 * hear of it, and memory changes.  All of that is in line here, for atomic
 * loads, stores and read-modify-writes of a size that the compiler knows, and
 * for plain accesses.  False: not so; take the way of all others (atomic.c,
 * hook_slow.c), which is the same and looks at everything.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_SWIFT_H
#define SIM_MACHINE_SWIFT_H

#include "sim/machine/step_now.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync_now.h"

#define SWIFT_INLINE static inline __attribute__((always_inline))

/* The step is taken; what is true of all accesses. */
SWIFT_INLINE bool
swift_begin(uint32_t kinds, uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (!step_leased(cpu, kinds, offset, size))
		return (false);
	if (kinds & STEP_READ)
		step_heed(cpu, offset, size);
	cpu->where = where;
	hook_count(cpu, offset);
	cpu->now_ps += cpu->hit_ps;
	if (the.watching && the.lines[offset >> ARENA_LINE_SHIFT].watched)
		the.ports.watched(offset, size, (how & ACCESS_WRITE) != 0,
		    where);
	if (the.causal)
		hook_order(offset, size, how);
	return (true);
}

SWIFT_INLINE void
swift_tell(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	if (the.ports.accessed != NULL)
		the.ports.accessed(offset, size, how, where);
}

/* --- plain accesses --------------------------------------------------------- */

SWIFT_INLINE bool
swift_plain_read(uint32_t offset, uint32_t size, const void *where)
{

	if (!swift_begin(STEP_READ, offset, size, 0, where))
		return (false);
	swift_tell(offset, size, 0, where);
	return (true);
}

/* Of a machine without store buffers. */
SWIFT_INLINE bool
swift_plain_write(uint32_t offset, uint32_t size, const void *where)
{

	if (the.buffered || !swift_begin(STEP_WRITE, offset, size,
	    ACCESS_WRITE, where))
		return (false);
	swift_tell(offset, size, ACCESS_WRITE, where);
	step_written(the.cpu, offset, size);
	return (true);
}

/* --- atomic accesses -------------------------------------------------------- */

/* True: an atomic load is in order and has been told of. */
SWIFT_INLINE bool
swift_load(const void *address, uint32_t size, int order, const void *where)
{
	const struct cpu *cpu;
	uint64_t offset;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (!the.swift || offset >= the.bytes || !swift_begin(STEP_READ,
	    (uint32_t)offset, size, ACCESS_ATOMIC, where))
		return (false);
	cpu = the.cpu;
	if (the.ordering && (cpu->store_count == 0 ||
	    !stores_cover(cpu, (uint32_t)offset, size)))
		sync_now_load(cpu->index, (uint32_t)offset, size, order);
	swift_tell((uint32_t)offset, size, ACCESS_ATOMIC, where);
	return (true);
}

/* True: the store may be done, into memory; weaker than seq_cst. */
SWIFT_INLINE bool
swift_store(const void *address, uint32_t size, int order, const void *where)
{
	struct store *store;
	struct cpu *cpu;
	uint64_t offset;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (!the.swift || offset >= the.bytes || order >= ORDER_SEQ_CST)
		return (false);
	if (the.buffered) {
		if (!swift_begin(STEP_PUSH, (uint32_t)offset, size,
		    ACCESS_ATOMIC | ACCESS_WRITE | ACCESS_LATER, where))
			return (false);
		cpu = the.cpu;
		store = stores_push(cpu, (uint32_t)offset, size, 0);
		machine_event_at(STREAM_STORE_PUSH, NULL, offset, size, where);
		swift_tell((uint32_t)offset, size, ACCESS_ATOMIC |
		    ACCESS_WRITE, where);
		if (the.ordering) {
			store->atomic = 1;
			store->stamp = sync_now_release(cpu->index,
			    (uint32_t)offset, size, order);
		}
		return (true);
	}
	if (!swift_begin(STEP_WRITE, (uint32_t)offset, size, ACCESS_ATOMIC |
	    ACCESS_WRITE, where))
		return (false);
	cpu = the.cpu;
	step_written(cpu, (uint32_t)offset, size);
	swift_tell((uint32_t)offset, size, ACCESS_ATOMIC | ACCESS_WRITE,
	    where);
	if (the.ordering)
		sync_now_store(cpu->index, (uint32_t)offset, size, order);
	return (true);
}

/*
 * True: a read-modify-write has begun, and ends with swift_change_end() before
 * it stores.
 */
SWIFT_INLINE bool
swift_change_begin(const void *address, uint32_t size, int order,
    const void *where)
{
	uint64_t offset;

	(void)order;
	offset = (uint64_t)((const unsigned char *)address - the.base);
	return (the.swift && offset < the.bytes && swift_begin(STEP_READ |
	    STEP_WRITE | (the.buffered ? STEP_EMPTY : 0), (uint32_t)offset,
	    size, ACCESS_ATOMIC | ACCESS_WRITE | ACCESS_UPDATE, where));
}

/* `news`: it stores another value than it has read. */
SWIFT_INLINE void
swift_change_end(const void *address, uint32_t size, int order, bool news,
    const void *where)
{
	const struct cpu *cpu;
	uint32_t offset;

	cpu = the.cpu;
	offset = machine_offset(address);
	if (the.ordering && order_acquires(order))
		sync_now_load(cpu->index, offset, size, ORDER_ACQUIRE);
	swift_tell(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	if (news)
		step_written(cpu, offset, size);
	if (the.ordering)
		sync_now_change(cpu->index, offset, size, order);
}

#endif
