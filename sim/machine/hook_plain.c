/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "sim/machine/hook.h"

/*
 * Plain accesses.  The compiler makes the call and then does the access
 * itself, so nothing may happen between the two: all giving way comes first.
 */

void
hook_foreign_write(const void *address, const void *where)
{
	const struct fiber *fiber;
	const unsigned char *byte;
	char summary[160];

	(void)where;
	if (the.cpu == NULL || the.bytes == 0)
		return;
	fiber = &the.cpu->current->fiber;
	byte = address;
	if (byte >= fiber->stack && byte < fiber->stack + FIBER_STACK_BYTES)
		return;
	snprintf(summary, sizeof(summary),
	    "a store outside the simulated memory and its thread's stack "
	    "by thread %s", the.cpu->current->name);
	the.ports.report("crash", summary);
	machine_stop();
	machine_sync();
}

/*
 * A line in either private cache needs no transaction; nor does anybody else
 * notice when it is used, so the CPU need not wait for its turn.
 */
static bool
hook_has(const struct cpu *cpu, const struct line *line, uint32_t number,
    bool write)
{

	if (write && line->owner != cpu->index)
		return (false);
	return (cpu->tags[number % CPU_TAGS] == line->version ||
	    cpu->tags_near[number % CPU_TAGS_NEAR] == line->version);
}

/* Has its line now, or gets it at the cost of a transaction. */
static void
hook_take(struct cpu *cpu, struct line *line, uint32_t offset, bool write)
{
	uint32_t number;

	number = offset >> ARENA_LINE_SHIFT;
	if (hook_has(cpu, line, number, write)) {
		if (cpu->tags[number % CPU_TAGS] == line->version)
			cpu->now_ps += cpu->hit_ps;
		else
			cpu->now_ps += cache_again(cpu, line, offset);
		cpu->tags[number % CPU_TAGS] = line->version;
		line->touched_ps = cpu->now_ps;
		return;
	}
	cpu->now_ps += cache_fetch(cpu, line, offset, write);
	if (!line->watched)
		hook_fill(cpu, number, line);
}

void
hook_read_slow(uint32_t offset, uint32_t size, const void *where)
{
	struct cpu *cpu;
	struct line *line;

	if (the.cpu->now_ps >= the.cpu->limit_ps)
		machine_sync();
	cpu = the.cpu;
	line = &the.lines[offset >> ARENA_LINE_SHIFT];
	if (cpu->store_count > 0) {
		stores_drain_due(cpu, cpu->now_ps, true);
		if (stores_cover(cpu, offset, size)) {
			hook_count(cpu, offset);
			cpu->now_ps += cpu->hit_ps;
			return;
		}
	}
	if (!hook_has(cpu, line, offset >> ARENA_LINE_SHIFT, false)) {
		machine_turn();
		cpu = the.cpu;
	}
	hook_count(cpu, offset);
	hook_take(cpu, line, offset, false);
	if (line->watched)
		the.ports.watched(offset, size, false, where);
}

/* A place in the store buffer, waiting for the oldest entry if need be. */
static void
hook_room(void)
{
	struct cpu *cpu;

	for (;;) {
		cpu = the.cpu;
		stores_drain_due(cpu, cpu->now_ps, true);
		if (cpu->store_count < the.config.store_buffer)
			return;
		cpu->now_ps = cpu->stores[cpu->store_head].due_ps;
		if (cpu->now_ps >= cpu->limit_ps)
			machine_sync();
	}
}

void
hook_write_slow(uint32_t offset, uint32_t size, const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t cost;

	if (the.cpu->now_ps >= the.cpu->limit_ps)
		machine_sync();
	line = &the.lines[offset >> ARENA_LINE_SHIFT];
	if (line->watched)
		the.ports.watched(offset, size, true, where);
	if (the.buffered) {
		if (the.cpu->store_count > 0)
			hook_room();
		cpu = the.cpu;
		if (cpu->store_count > 0 || line->owner != cpu->index) {
			hook_count(cpu, offset);
			cost = line->owner == cpu->index ? cpu->hit_ps :
			    cache_quote(cpu, line, offset);
			cpu->now_ps += cpu->hit_ps;
			stores_push(cpu, offset, size, cost);
			return;
		}
	} else if (!hook_has(the.cpu, line, offset >> ARENA_LINE_SHIFT, true))
		machine_turn();
	cpu = the.cpu;
	hook_count(cpu, offset);
	hook_take(cpu, line, offset, true);
}

void
hook_locked(const void *address, uint32_t size, const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t offset;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (offset >= the.bytes) {
		/* On the stack a locked operation is still a full fence. */
		hook_foreign_write(address, where);
		if (the.cpu != NULL && the.bytes != 0 &&
		    the.cpu->store_count > 0)
			stores_drain_all();
		return;
	}
	if (the.cpu->now_ps >= the.cpu->limit_ps)
		machine_sync();
	if (the.cpu->store_count > 0)
		stores_drain_all();
	line = &the.lines[offset >> ARENA_LINE_SHIFT];
	if (!hook_has(the.cpu, line, (uint32_t)(offset >> ARENA_LINE_SHIFT),
	    true))
		machine_turn();
	cpu = the.cpu;
	hook_count(cpu, (uint32_t)offset);
	hook_take(cpu, line, (uint32_t)offset, true);
	cpu->now_ps += cpu_scale(cpu, the.config.atomic_ps);
	line->busy_ps = cpu->now_ps;
	if (line->watched)
		the.ports.watched((uint32_t)offset, size, true, where);
}

void
hook_fence(void)
{

	if (the.cpu == NULL)
		return;
	if (the.cpu->now_ps >= the.cpu->limit_ps)
		machine_sync();
	if (the.cpu->store_count > 0)
		stores_drain_all();
	the.cpu->now_ps += cpu_scale(the.cpu, the.config.fence_ps);
}

/* --- the compilers' entry points ------------------------------------------ */

#define WHERE __builtin_return_address(0)

#define PLAIN(bytes)							\
	void __tsan_read##bytes(void *address);				\
	void __tsan_write##bytes(void *address);			\
	void __tsan_read_write##bytes(void *address);			\
	void __tsan_volatile_read##bytes(void *address);		\
	void __tsan_volatile_write##bytes(void *address);		\
	void __tsan_read##bytes(void *address)				\
	{								\
		hook_read(address, bytes, WHERE);			\
	}								\
	void __tsan_write##bytes(void *address)				\
	{								\
		hook_write(address, bytes, WHERE);			\
	}								\
	void __tsan_read_write##bytes(void *address)			\
	{								\
		hook_read(address, bytes, WHERE);			\
		hook_write(address, bytes, WHERE);			\
	}								\
	void __tsan_volatile_read##bytes(void *address)			\
	{								\
		hook_read(address, bytes, WHERE);			\
	}								\
	void __tsan_volatile_write##bytes(void *address)		\
	{								\
		hook_write(address, bytes, WHERE);			\
	}

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

/* --- accesses that may cross a line ----------------------------------------- */

enum { RANGE_STEP = 16 };

void hook_read_range(const void *address, size_t bytes, const void *where);
void hook_write_range(const void *address, size_t bytes, const void *where);

static inline size_t
range_step(const unsigned char *at, size_t bytes)
{
	size_t step;

	step = RANGE_STEP - ((uintptr_t)at & (RANGE_STEP - 1));
	return (step < bytes ? step : bytes);
}

void
hook_read_range(const void *address, size_t bytes, const void *where)
{
	const unsigned char *at;
	size_t step;

	for (at = address; bytes > 0; at += step, bytes -= step) {
		step = range_step(at, bytes);
		hook_read(at, (uint32_t)step, where);
	}
}

/*
 * One step of a store that needs several: nothing of it may wait in the store
 * buffer.  The program stores after the last step, and giving way in a later
 * one could make an entry leave before, with the old bytes in it, over what
 * another CPU has stored there meanwhile.
 */
static void
range_own(uint64_t offset, uint32_t size, const void *where)
{
	struct line *line;
	uint32_t number;

	if (the.cpu->now_ps >= the.cpu->limit_ps)
		machine_sync();
	if (the.cpu->store_count > 0)
		stores_drain_all();
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = &the.lines[number];
	if (!hook_has(the.cpu, line, number, true))
		machine_turn();
	hook_count(the.cpu, (uint32_t)offset);
	hook_take(the.cpu, line, (uint32_t)offset, true);
	if (line->watched)
		the.ports.watched((uint32_t)offset, size, true, where);
}

void
hook_write_range(const void *address, size_t bytes, const void *where)
{
	const unsigned char *at;
	uint64_t offset;
	size_t step;
	bool once;

	at = address;
	once = bytes == range_step(at, bytes);
	for (; bytes > 0; at += step, bytes -= step) {
		step = range_step(at, bytes);
		offset = (uint64_t)(at - the.base);
		if (once || !the.buffered || offset >= the.bytes)
			hook_write(at, (uint32_t)step, where);
		else
			range_own(offset, (uint32_t)step, where);
	}
}

void __tsan_read_range(void *address, size_t bytes);
void __tsan_write_range(void *address, size_t bytes);

void
__tsan_read_range(void *address, size_t bytes)
{

	hook_read_range(address, bytes, WHERE);
}

void
__tsan_write_range(void *address, size_t bytes)
{

	hook_write_range(address, bytes, WHERE);
}

#define UNALIGNED(bytes)						\
	void __tsan_unaligned_read##bytes(void *address);		\
	void __tsan_unaligned_write##bytes(void *address);		\
	void __tsan_unaligned_read_write##bytes(void *address);		\
	void __tsan_unaligned_volatile_read##bytes(void *address);	\
	void __tsan_unaligned_volatile_write##bytes(void *address);	\
	void __tsan_unaligned_read##bytes(void *address)		\
	{								\
		hook_read_range(address, bytes, WHERE);			\
	}								\
	void __tsan_unaligned_write##bytes(void *address)		\
	{								\
		hook_write_range(address, bytes, WHERE);		\
	}								\
	void __tsan_unaligned_read_write##bytes(void *address)		\
	{								\
		hook_read_range(address, bytes, WHERE);			\
		hook_write_range(address, bytes, WHERE);		\
	}								\
	void __tsan_unaligned_volatile_read##bytes(void *address)	\
	{								\
		hook_read_range(address, bytes, WHERE);			\
	}								\
	void __tsan_unaligned_volatile_write##bytes(void *address)	\
	{								\
		hook_write_range(address, bytes, WHERE);		\
	}

UNALIGNED(2)
UNALIGNED(4)
UNALIGNED(8)
UNALIGNED(16)

/* --- functions ---------------------------------------------------------------- */

void __tsan_init(void);
void __tsan_func_entry(void *caller);
void __tsan_func_exit(void);

void
__tsan_init(void)
{
}

void
__tsan_func_entry(void *caller)
{

	(void)caller;
}

void
__tsan_func_exit(void)
{
}
