/*
 * systm - what does all kernel code take for granted?
 *
 * Assertions, as in a kernel, are compiled in with INVARIANTS alone.  One that
 * fails ends the run with a finding that has the kernel's own message.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_SYSTM_H
#define ENGINE_FREEBSD_INCLUDE_SYS_SYSTM_H

#include <sys/param.h>
#include <sys/malloc.h>
#include <sys/pcpu.h>
#include <sys/proc.h>
#include <machine/atomic.h>
#include <machine/cpu.h>

void freebsd_panic(const char *file, int line, const char *format, ...)
    __dead2 __printflike(3, 4);
void freebsd_critical_exit(void);

#define panic(...)	freebsd_panic(__FILE__, __LINE__, __VA_ARGS__)

/* The message is in parentheses already. */
#define FREEBSD_PANIC_AT(...)	__FILE__, __LINE__, __VA_ARGS__
#ifdef INVARIANTS
#define KASSERT(condition, message) do {				\
	if (__predict_false(!(condition)))				\
		freebsd_panic_with(FREEBSD_PANIC_AT message);		\
} while (0)
#define freebsd_panic_with(...)	freebsd_panic(__VA_ARGS__)
#else
#define KASSERT(condition, message) do { } while (0)
#endif
#define MPASS(condition) \
	KASSERT((condition), ("Assertion %s failed", #condition))
#define CTASSERT(condition)	_Static_assert(condition, #condition)

#define critical_enter()	kern_critical_enter()
#define critical_exit()		freebsd_critical_exit()
#define CRITICAL_ASSERT(td) \
	KASSERT((td)->td_critnest >= 1, ("Not in a critical section"))

#endif
