/*
 * swift - what is an access, where time is only counted?
 *
 * In a stepped run it is this: it waits for its step, is counted, the order of
 * accesses and the checks hear of it, and memory changes.  All of that is in
 * line here, for atomic loads, stores and read-modify-writes of a size that the
 * compiler knows, and for plain accesses.  Where swift_inside() is false, this
 * is another kind of run, or not simulated memory: those take the way of
 * atomic.c and hook_slow.c, which is the same and looks at everything.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_SWIFT_H
#define SIM_MACHINE_SWIFT_H

#include "sim/machine/step_now.h"
#include "sim/machine/store_now.h"
#include "sim/memory/memory.h"
#include "sim/memory/place_now.h"
#include "sim/memory/sync_now.h"

#define SWIFT_INLINE static inline __attribute__((always_inline))

/* What is true of all accesses; `taken`: their step is. */
SWIFT_INLINE struct cpu *
swift_begin_of(uint32_t kinds, uint32_t offset, uint32_t size, unsigned how,
    const void *where, bool taken)
{
	struct cpu *cpu;
	bool leased;

	cpu = the.cpu;
	cpu->where = where;
	leased = !taken && step_leased(cpu, kinds, offset, size);
	if (!leased && !taken) {
		step_wait_slow(kinds, offset, size);
		cpu = the.cpu;
		cpu->where = where;
	}
	if (kinds & STEP_READ)
		step_heed(cpu, offset, size);
	hook_count(cpu, offset);
	cpu->now_ps += cpu->hit_ps;
	if (!leased)
		hook_halt(cpu);
	if (the.watching && the.lines[offset >> ARENA_LINE_SHIFT].watched)
		the.ports.watched(offset, size, (how & ACCESS_WRITE) != 0,
		    where);
	if (the.causal)
		hook_order(offset, size, how);
	return (cpu);
}

SWIFT_INLINE struct cpu *
swift_begin(uint32_t kinds, uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{

	return (swift_begin_of(kinds, offset, size, how, where, false));
}

SWIFT_INLINE void
swift_tell(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	if (__builtin_expect(places.closer != NULL, 1)) {
		if (__builtin_expect(!place_judge(offset, size,
		    how & (ACCESS_WRITE | ACCESS_ATOMIC), where), 0))
			places.closer(offset, size, how, where);
		return;
	}
	if (the.ports.accessed != NULL)
		the.ports.accessed(offset, size, how, where);
}

/* --- plain accesses --------------------------------------------------------- */

SWIFT_INLINE void
swift_plain_read(uint32_t offset, uint32_t size, const void *where, bool taken)
{

	(void)swift_begin_of(STEP_READ, offset, size, 0, where, taken);
	swift_tell(offset, size, 0, where);
}

/* The store in the buffer, if that is where it goes. */
SWIFT_INLINE struct store *
swift_plain_write(uint32_t offset, uint32_t size, const void *where,
    bool taken)
{
	struct store *store;
	struct cpu *cpu;

	if (!the.buffered) {
		cpu = swift_begin_of(STEP_WRITE, offset, size, ACCESS_WRITE,
		    where, taken);
		swift_tell(offset, size, ACCESS_WRITE, where);
		step_written(cpu, offset, size);
		if (the.history != NULL)
			the.history->plain_store(cpu->index, offset, size);
		return (NULL);
	}
	cpu = swift_begin_of(STEP_PUSH, offset, size, ACCESS_WRITE |
	    ACCESS_LATER, where, taken);
	swift_tell(offset, size, ACCESS_WRITE | ACCESS_LATER, where);
	store = store_now_push(cpu, offset, size);
	machine_event_at(STREAM_STORE_PUSH, NULL, offset, size, where);
	return (store);
}

/* --- atomic accesses -------------------------------------------------------- */

SWIFT_INLINE bool
swift_inside(const volatile void *address, uint32_t *offset)
{
	uint64_t at;

	at = (uint64_t)((const volatile unsigned char *)address - the.base);
	*offset = (uint32_t)at;
	return (the.swift != 0 && at < the.bytes);
}

/* Under sc and tso: memory may be loaded now. */
SWIFT_INLINE void
swift_load(uint32_t offset, uint32_t size, int order, const void *where,
    bool taken)
{
	const struct cpu *cpu;
	bool forwarded;

	cpu = swift_begin_of(STEP_READ, offset, size, ACCESS_ATOMIC, where,
	    taken);
	forwarded = cpu->store_count != 0 && stores_cover(cpu, offset, size);
	if (__builtin_expect(places.closer != NULL, 1)) {
		place_now_load(cpu, offset, size, order, forwarded, where);
		return;
	}
	if (the.ordering && !forwarded)
		sync_now_load(cpu->index, offset, size, order);
	swift_tell(offset, size, ACCESS_ATOMIC, where);
}

/* The same, weaker than seq_cst: memory may be stored to now. */
SWIFT_INLINE void
swift_store(uint32_t offset, uint32_t size, int order, const void *where,
    bool taken)
{
	struct store *store;
	struct cpu *cpu;

	if (the.buffered) {
		cpu = swift_begin_of(STEP_PUSH, offset, size, ACCESS_ATOMIC |
		    ACCESS_WRITE | ACCESS_LATER, where, taken);
		store = store_now_push(cpu, offset, size);
		machine_event_at(STREAM_STORE_PUSH, NULL, offset, size, where);
		swift_tell(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
		if (the.ordering) {
			store->atomic = 1;
			store->stamp = sync_now_release(cpu->index, offset,
			    size, order);
		}
		return;
	}
	cpu = swift_begin_of(STEP_WRITE, offset, size, ACCESS_ATOMIC |
	    ACCESS_WRITE, where, taken);
	step_written(cpu, offset, size);
	if (__builtin_expect(places.closer != NULL, 1)) {
		place_now_store(cpu, offset, size, order, where);
		return;
	}
	swift_tell(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	if (the.ordering)
		sync_now_store(cpu->index, offset, size, order);
}

/* A read-modify-write ends with swift_change_end() before it stores. */
SWIFT_INLINE void
swift_change_begin(uint32_t offset, uint32_t size, const void *where,
    bool taken)
{

	(void)swift_begin_of(STEP_READ | STEP_WRITE | (the.buffered ?
	    STEP_EMPTY : 0), offset, size, ACCESS_ATOMIC | ACCESS_WRITE |
	    ACCESS_UPDATE, where, taken);
}

/* `news`: it stores another value than it has read. */
SWIFT_INLINE void
swift_change_end(uint32_t offset, uint32_t size, int order, bool news,
    const void *where)
{
	const struct cpu *cpu;

	cpu = the.cpu;
	if (__builtin_expect(places.closer != NULL, 1)) {
		place_now_change(cpu, offset, size, order, where);
		if (news)
			step_written(cpu, offset, size);
		return;
	}
	if (the.ordering && order_acquires(order))
		sync_now_load(cpu->index, offset, size, ORDER_ACQUIRE);
	swift_tell(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	if (news)
		step_written(cpu, offset, size);
	if (the.ordering)
		sync_now_change(cpu->index, offset, size, order);
}

/* --- the same, of memory that has a history ---------------------------------- */

SWIFT_INLINE uint32_t
swift_ordered(int order)
{

	return (order >= ORDER_SEQ_CST ? STEP_ORDERED : 0);
}

SWIFT_INLINE uint64_t
swift_past_load(uint32_t offset, uint32_t size, int order, const void *where)
{
	const struct cpu *cpu;
	uint64_t value;

	cpu = swift_begin(STEP_READ | swift_ordered(order), offset, size,
	    ACCESS_ATOMIC, where);
	value = the.history->load(cpu->index, offset, size, order);
	swift_tell(offset, size, ACCESS_ATOMIC, where);
	return (value);
}

SWIFT_INLINE void
swift_past_store(uint32_t offset, uint32_t size, uint64_t value, int order,
    const void *where)
{
	const struct cpu *cpu;

	cpu = swift_begin(STEP_WRITE | swift_ordered(order), offset, size,
	    ACCESS_ATOMIC | ACCESS_WRITE, where);
	step_written(cpu, offset, size);
	swift_tell(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	the.history->store(cpu->index, offset, size, value, order);
}

SWIFT_INLINE uint64_t
swift_past_change_begin(uint32_t offset, uint32_t size, int order,
    const void *where)
{
	const struct cpu *cpu;

	cpu = swift_begin(STEP_READ | STEP_WRITE | swift_ordered(order),
	    offset, size, ACCESS_ATOMIC | ACCESS_WRITE | ACCESS_UPDATE,
	    where);
	return (the.history->change_begin(cpu->index, offset, size, order,
	    NULL));
}

SWIFT_INLINE void
swift_past_change_end(uint32_t offset, uint32_t size, uint64_t value,
    bool news, int order, const void *where)
{

	swift_tell(offset, size, ACCESS_ATOMIC | ACCESS_WRITE, where);
	if (news)
		step_written(the.cpu, offset, size);
	the.history->change_end(the.cpu->index, offset, size, value, order);
}

#endif
