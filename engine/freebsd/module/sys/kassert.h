/*
 * kassert - is it as it must be?
 *
 * A failed assertion ends the run with a finding of the check `assertion`.  As in
 * a kernel, KASSERT() is compiled in with INVARIANTS alone; `gusim kmod flags`
 * defines it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_KASSERT_H
#define ENGINE_FREEBSD_MODULE_SYS_KASSERT_H

#include <sys/cdefs.h>

void kmod_panic(const char *file, int line, const char *format, ...)
    __dead2 __printflike(3, 4);

#define panic(...)	kmod_panic(__FILE__, __LINE__, __VA_ARGS__)

#ifdef INVARIANTS
#define VNASSERT(condition, vp, message)	KASSERT(condition, message)
#define KASSERT(condition, message) do {				\
	if (__predict_false(!(condition)))				\
		panic message;						\
} while (0)
#else
#define KASSERT(condition, message)	do { } while (0)
#endif
#define MPASS(condition)						\
	KASSERT((condition), ("Assertion %s failed", #condition))
#define MPASS2(condition, what)						\
	KASSERT((condition), ("Assertion %s failed", what))
#define MPASS3(condition, file, line)	MPASS(condition)
#define MPASS4(condition, what, file, line)	MPASS2(condition, what)
#define kassert_panic	panic
#define CTASSERT(condition)	_Static_assert(condition, #condition)
#define ASSERT_ATOMIC_LOAD_PTR(variable, message)			\
	KASSERT(sizeof(variable) == sizeof(void *), message)

#endif
