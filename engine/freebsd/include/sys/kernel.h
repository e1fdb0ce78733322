/*
 * kernel - what time is it, in clock interrupts?
 *
 * `ticks` is a global integer to kernel code, and a structure may have a member
 * of the same name.  The machine's counter is a word of simulated memory, so
 * `ticks` is a pointer to it that this macro dereferences; sys/smr.h makes the
 * members arrays of one, and the macro finds their only element.  A member that
 * is declared under the macro does not compile, since no array in a structure
 * has a size that a function returns.
 *
 * The word is atomic, as it is to the clock interrupt that moves it; what a
 * plain load of a volatile int promises, this one does, and some more: it is
 * sequentially consistent, since C has no lvalue that is less.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_KERNEL_H
#define ENGINE_FREEBSD_INCLUDE_SYS_KERNEL_H

#include <sys/param.h>

extern _Atomic(int) *ticks;

static inline int
freebsd_first(void)
{

	return (0);
}

#define ticks			ticks[freebsd_first()]

/*
 * What a kernel calls while it boots: here before main(), and before counters
 * get their names (sys/sysctl.h).
 */
#define SYSINIT(name, subsystem, order, function, argument)		\
	static __attribute__((constructor(500))) void			\
	freebsd_sysinit_##name(void)					\
	{								\
		(function)(argument);					\
	}								\
	_Static_assert(sizeof(#name) > 0, "takes the semicolon")

#endif
