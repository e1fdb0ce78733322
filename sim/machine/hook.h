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

/* Everything but the common case: give way, fetch the line, buffer, check. */
void hook_read_slow(uint32_t offset, uint32_t size, const void *where);
void hook_write_slow(uint32_t offset, uint32_t size, const void *where);
/* Accesses to what is not simulated memory: the stack, constants, or worse. */
void hook_foreign_write(const void *address, const void *where);

/* The line is in this CPU's caches now. */
static inline void
hook_fill(struct cpu *cpu, uint32_t number, const struct line *line)
{

	cpu->tags[number % CPU_TAGS] = line->version;
	cpu->tags_near[number % CPU_TAGS_NEAR] = line->version;
}

static inline void
hook_count(struct cpu *cpu, uint32_t offset)
{

	cpu->accesses++;
	cpu->hash = (cpu->hash ^ offset ^ cpu->now_ps) *
	    UINT64_C(0x9e3779b97f4a7c15);
}

/*
 * A load of `size` bytes is about to happen.  The common case, a line that
 * this CPU has, within its limit, is here; the rest is hook_read_slow().
 */
static inline __attribute__((always_inline)) void
hook_read(const void *address, uint32_t size, const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t offset;
	uint32_t number;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (__builtin_expect(offset >= the.bytes, 0))
		return;
	cpu = the.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = &the.lines[number];
	if (__builtin_expect(cpu->now_ps < cpu->limit_ps &&
	    cpu->tags[number % CPU_TAGS] == line->version, 1)) {
		hook_count(cpu, (uint32_t)offset);
		cpu->now_ps += cpu->hit_ps;
		line->touched_ps = cpu->now_ps;
		return;
	}
	hook_read_slow((uint32_t)offset, size, where);
}

/* A store of `size` bytes is about to happen. */
static inline __attribute__((always_inline)) void
hook_write(const void *address, uint32_t size, const void *where)
{
	struct cpu *cpu;
	struct line *line;
	uint64_t offset;
	uint32_t number;

	offset = (uint64_t)((const unsigned char *)address - the.base);
	if (__builtin_expect(offset >= the.bytes, 0)) {
		hook_foreign_write(address, where);
		return;
	}
	cpu = the.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = &the.lines[number];
	if (__builtin_expect(cpu->now_ps < cpu->limit_ps &&
	    cpu->tags[number % CPU_TAGS] == line->version &&
	    line->owner == cpu->index && cpu->store_count == 0, 1)) {
		hook_count(cpu, (uint32_t)offset);
		cpu->now_ps += cpu->hit_ps;
		line->touched_ps = cpu->now_ps;
		return;
	}
	hook_write_slow((uint32_t)offset, size, where);
}

/* A locked read-modify-write: drains, then holds the line exclusively. */
void hook_locked(const void *address, uint32_t size, const void *where);
/* A full fence. */
void hook_fence(void);

static inline void
hook_store32(uint32_t *address, uint32_t value)
{

	hook_write(address, sizeof(*address), __builtin_return_address(0));
	*address = value;
}

static inline uint32_t
hook_load32(const uint32_t *address)
{

	hook_read(address, sizeof(*address), __builtin_return_address(0));
	return (*address);
}

#endif
