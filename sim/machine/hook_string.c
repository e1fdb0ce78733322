/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sim/machine/hook.h"

/*
 * memcpy, memmove and memset of the whole program come through here (--wrap at
 * the final link), because neither compiler instruments what they do.  Calls
 * that touch no simulated memory go straight on.  Those that do are made in
 * steps, each hooked and then done, so that a buffered store is complete
 * before the next one begins.
 */

void *__real_memcpy(void *to, const void *from, size_t bytes);
void *__real_memmove(void *to, const void *from, size_t bytes);
void *__real_memset(void *to, int byte, size_t bytes);
void *__wrap_memcpy(void *to, const void *from, size_t bytes);
void *__wrap_memmove(void *to, const void *from, size_t bytes);
void *__wrap_memset(void *to, int byte, size_t bytes);

enum { STEP = 16 };

static inline bool
simulated(const void *address)
{

	return ((uint64_t)((const unsigned char *)address - the.base) <
	    the.bytes && the.cpu != NULL);
}

static inline size_t
step_of(const unsigned char *at, size_t bytes)
{
	size_t step;

	step = STEP - ((uintptr_t)at & (STEP - 1));
	return (step < bytes ? step : bytes);
}

static void
copy_up(unsigned char *to, const unsigned char *from, size_t bytes,
    const void *where)
{
	size_t step, i;
	unsigned char hold[STEP];

	for (; bytes > 0; to += step, from += step, bytes -= step) {
		step = step_of(to, bytes);
		/* The source of a step may lie across two lines. */
		for (i = 0; i < step; i += step_of(from + i, step - i))
			hook_read(from + i, (uint32_t)step_of(from + i,
			    step - i), where);
		__real_memcpy(hold, from, step);
		hook_write(to, (uint32_t)step, where);
		__real_memcpy(to, hold, step);
	}
}

static void
copy_down(unsigned char *to, const unsigned char *from, size_t bytes,
    const void *where)
{
	unsigned char byte;

	while (bytes-- > 0) {
		hook_read(from + bytes, 1, where);
		byte = from[bytes];
		hook_write(to + bytes, 1, where);
		to[bytes] = byte;
	}
}

void *
__wrap_memcpy(void *to, const void *from, size_t bytes)
{

	if (!simulated(to) && !simulated(from))
		return (__real_memcpy(to, from, bytes));
	copy_up(to, from, bytes, __builtin_return_address(0));
	return (to);
}

void *
__wrap_memmove(void *to, const void *from, size_t bytes)
{

	if (!simulated(to) && !simulated(from))
		return (__real_memmove(to, from, bytes));
	/*
	 * Downwards only where it must be: which of two distant addresses is
	 * the larger depends on where the host put stacks and memory.
	 */
	if ((uintptr_t)to - (uintptr_t)from >= bytes)
		copy_up(to, from, bytes, __builtin_return_address(0));
	else
		copy_down(to, from, bytes, __builtin_return_address(0));
	return (to);
}

void *
__wrap_memset(void *to, int byte, size_t bytes)
{
	unsigned char *at;
	size_t step;

	if (!simulated(to))
		return (__real_memset(to, byte, bytes));
	for (at = to; bytes > 0; at += step, bytes -= step) {
		step = step_of(at, bytes);
		hook_write(at, (uint32_t)step, __builtin_return_address(0));
		__real_memset(at, byte, step);
	}
	return (to);
}
