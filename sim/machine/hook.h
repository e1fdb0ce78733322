/*
 * hook - where does instrumented code meet the machine?
 *
 * The compiler calls a __tsan_* entry point before each plain access and in
 * place of each atomic one.  Every entry point that gcc 12 and clang 14 can
 * emit is implemented in hook_plain.c, hook_atomic.c and hook_string.c; one
 * that is missing fails at link time, since libtsan is never linked.
 *
 * The functions below do the same for code that is not instrumented.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_HOOK_H
#define SIM_MACHINE_HOOK_H

#include <stddef.h>
#include <stdint.h>

#include "sim/machine/machine.h"
#include "sim/machine/prefetch.h"

/*
 * Everything but the common case: give way, fetch the line, buffer, check.
 * `how` has bits of enum access_how.  A store that went into the buffer is
 * returned; the program's bytes go to memory as ever.
 */
void hook_read_slow(uint32_t offset, uint32_t size, unsigned how,
    const void *where);
struct store *hook_write_slow(uint32_t offset, uint32_t size, unsigned how,
    const void *where);
/* A store that must not wait in the buffer. */
void hook_write_own(uint32_t offset, uint32_t size, const void *where);
/*
 * For a debugger, which writes it before a run: machine_halted() is called
 * when this CPU is about to make its access of this number, counted from 1.
 * The run is the same to the bit.  What is written later is found out by
 * accesses that take the long way, of which a run may have none: there, the
 * debugger calls machine_halt_at(), which has all accesses take it from then on.
 */
extern volatile struct machine_halt {
	uint64_t access;	/* 0: none */
	uint32_t cpu;
} machine_halt;
void machine_halted(void);
void machine_halt_at(uint32_t cpu, uint64_t access);

/* Accesses to what is not simulated memory: the stack, constants, or worse. */
void hook_foreign_write(const void *address, const void *where);

/* The line is in this CPU's caches now. */
static inline void
hook_fill(struct cpu *cpu, uint32_t number, struct line *line)
{

	if (__builtin_expect(line->version == ARENA_VERSION_LONE, 0))
		line_renew(&the.arena, line);
	cpu->tags[number % CPU_TAGS] = line->version;
	cpu->tags_near[number % CPU_TAGS_NEAR] = line->version;
}

static inline void
hook_count(struct cpu *cpu, uint32_t offset)
{

	uint64_t mixed;

	cpu->accesses++;
	/* The hash waits for the one before: nothing else may stand in its way. */
	mixed = offset ^ cpu->now_ps;
	__asm__("" : "+r"(mixed));
	cpu->hash = (cpu->hash ^ mixed) * UINT64_C(0x9e3779b97f4a7c15);
}

/* An access to a line that the CPU has near. */
static inline __attribute__((always_inline)) void
hook_hit(struct cpu *cpu, struct line *line, uint32_t offset)
{

	hook_count(cpu, offset);
	cpu->now_ps += cpu->hit_ps;
	line->touched_ps = cpu->now_ps;
}

/*
 * A load is about to happen.  The common case, a line that this CPU has, within
 * its limit: true, and that was all.
 */
static inline __attribute__((always_inline)) bool
hook_reads(const void *address)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t offset;
	uint32_t number;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (__builtin_expect(offset >= the.bytes, 0))
		return (true);
	cpu = the.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = &the.lines[number];
	if (__builtin_expect(cpu->now_ps >= cpu->limit_ps ||
	    cpu->tags[number % CPU_TAGS] != line->version, 0))
		return (false);
	hook_hit(cpu, line, (uint32_t)offset);
	return (true);
}

/* The same of a store. */
static inline __attribute__((always_inline)) bool
hook_writes(const void *address)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t offset;
	uint32_t number;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (__builtin_expect(offset >= the.bytes, 0))
		return (false);
	cpu = the.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = &the.lines[number];
	if (__builtin_expect(cpu->now_ps >= cpu->limit_ps ||
	    cpu->tags[number % CPU_TAGS] != line->version ||
	    line->owner != cpu->index || cpu->store_count != 0, 0))
		return (false);
	hook_hit(cpu, line, (uint32_t)offset);
	return (true);
}

/* A load of `size` bytes is about to happen; the rest is hook_read_slow(). */
static inline __attribute__((always_inline)) void
hook_read(const void *address, uint32_t size, const void *where)
{

	if (!hook_reads(address))
		hook_read_slow((uint32_t)((const unsigned char *)address -
		    the.base), size, 0, where);
}

/* A store of `size` bytes is about to happen. */
static inline __attribute__((always_inline)) void
hook_write(const void *address, uint32_t size, const void *where)
{
	uint64_t offset;

	if (hook_writes(address))
		return;
	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (__builtin_expect(offset >= the.bytes, 0))
		hook_foreign_write(address, where);
	else
		(void)hook_write_slow((uint32_t)offset, size, 0, where);
}

/*
 * A loaded pointer is likely to be followed: fetch what that access will look
 * at.  Of no consequence to the run; on a large machine, where the tags of a
 * thousand CPUs fill the host's caches, three misses become one.
 */
static inline void
hook_follow(uint64_t value)
{
	const struct cpu *cpu;
	uint64_t offset;
	uint32_t number;

	offset = value - (uint64_t)(uintptr_t)the.base;
	if (offset >= the.bytes)
		return;
	cpu = the.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	prefetch(&cpu->tags[number % CPU_TAGS]);
	prefetch(&cpu->tags_near[number % CPU_TAGS_NEAR]);
	prefetch(&the.lines[number]);
	prefetch(the.base + offset);
}

/* A locked read-modify-write: drains, then holds the line exclusively. */
void hook_locked(const void *address, uint32_t size, unsigned how,
    const void *where);
/* A full fence. */
void hook_fence(void);

/* --- atomic accesses, for code that is not instrumented -------------------- */

enum atomic_change {
	CHANGE_EXCHANGE,
	CHANGE_ADD, CHANGE_SUB, CHANGE_AND, CHANGE_OR, CHANGE_XOR, CHANGE_NAND,
};

/*
 * As the model of this run has it; `order` is a memory_order_number of
 * sim/memory/memory.h, values are in the low bytes.  The compare-exchange
 * returns what it read.
 */
uint64_t atomic_read(const void *address, uint32_t size, int order,
    const void *where);
void atomic_write(void *address, uint32_t size, uint64_t value, int order,
    const void *where);
uint64_t atomic_change(void *address, uint32_t size, enum atomic_change change,
    uint64_t operand, int order, const void *where);
uint64_t atomic_compare(void *address, uint32_t size, uint64_t expected,
    uint64_t value, int order, int fail_order, const void *where);
void atomic_fence(int order);

#endif
