/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/hook.h"

/*
 * Plain accesses.  The compiler makes the call and then does the access
 * itself, so nothing may happen between the two: all giving way comes first.
 */

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

/* All of it is the running thread's own, and nobody's business. */
static inline bool
range_on_stack(const unsigned char *at, size_t bytes)
{
	const struct fiber *fiber;

	if (the.cpu == NULL)
		return (false);
	fiber = &the.cpu->current->fiber;
	return (at >= fiber->stack &&
	    at + bytes <= fiber->stack + FIBER_STACK_BYTES);
}

/* The short way of a hit, which goes past the buffer anyway; or false. */
static inline bool
range_hit(uint64_t offset)
{
	struct line *line;
	struct cpu *cpu;
	uint32_t number;

	cpu = the.cpu;
	number = (uint32_t)(offset >> ARENA_LINE_SHIFT);
	line = &the.lines[number];
	if (cpu->now_ps >= cpu->limit_ps || cpu->store_count > 0 ||
	    cpu->tags[number % CPU_TAGS] != line->version ||
	    line->owner != cpu->index)
		return (false);
	hook_hit(cpu, line, (uint32_t)offset);
	return (true);
}

void
hook_write_range(const void *address, size_t bytes, const void *where)
{
	const unsigned char *at;
	uint64_t offset;
	size_t step;
	bool once;

	at = address;
	if (range_on_stack(at, bytes))
		return;
	once = bytes == range_step(at, bytes);
	for (; bytes > 0; at += step, bytes -= step) {
		step = range_step(at, bytes);
		offset = (uint64_t)(at - the.base);
		if (once || !the.buffered || offset >= the.bytes)
			hook_write(at, (uint32_t)step, where);
		else if (!range_hit(offset))
			hook_write_own((uint32_t)offset, (uint32_t)step,
			    where);
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
