/*
 * cdefs - which words does kernel code have beside those of C?
 *
 * What the core's own header has, and what modules use beyond it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_CDEFS_H
#define ENGINE_FREEBSD_MODULE_SYS_CDEFS_H

#include_next <sys/cdefs.h>

#define __GLOBAL(name)
#define __nonnull(which)	__attribute__((nonnull which))
#define __malloc_like		__attribute__((malloc))
#define __pure			__attribute__((pure))
#define __result_use_check	__attribute__((warn_unused_result))
#define __returns_twice
#define __unreachable()		__builtin_unreachable()
#define __restrict		restrict
#define __nosanitizethread
#define __no_tsan
#define __unused_function	__unused
#define __diagused		__unused
#define __debugused		__unused
#define __witness_used		__unused
#define __DEQUALIFY(type, value) \
	((type)(uintptr_t)(const volatile void *)(value))
#define __RCSID(id)		_Static_assert(sizeof(id) > 0, "an identity")
#define __COPYRIGHT(text)	_Static_assert(sizeof(text) > 0, "an owner")

#endif
