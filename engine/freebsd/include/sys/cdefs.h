/*
 * cdefs - which words does kernel code have beside those of C?
 *
 * Found instead of the C library's: kernel code is compiled freestanding.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_CDEFS_H
#define ENGINE_FREEBSD_INCLUDE_SYS_CDEFS_H

#define __BEGIN_DECLS
#define __END_DECLS
#define __FBSDID(id)		_Static_assert(sizeof(id) > 0, "an identity")

#define __predict_true(condition)	__builtin_expect((condition) != 0, 1)
#define __predict_false(condition)	__builtin_expect((condition) != 0, 0)

#define __dead2			__attribute__((noreturn))
#define __unused		__attribute__((unused))
#define __used			__attribute__((used))
#define __packed		__attribute__((packed))
#define __aligned(bytes)	__attribute__((aligned(bytes)))
#define __section(name)		__attribute__((section(name)))
#define __printflike(string, first) \
	__attribute__((format(printf, string, first)))
#define __noinline		__attribute__((noinline))
#define __always_inline		__inline __attribute__((always_inline))
#define __weak_symbol		__attribute__((weak))
#define __pure2			__attribute__((const))
/* Placed with data that is hardly ever written: of no meaning here. */
#define __read_mostly
#define __read_frequently
#define __exclusive_cache_line	__aligned(128)

#define __CONCAT1(a, b)		a ## b
#define __CONCAT(a, b)		__CONCAT1(a, b)
#define __STRING(x)		#x
#define __XSTRING(x)		__STRING(x)
#define __offsetof(type, field)	__builtin_offsetof(type, field)
#define __containerof(pointer, type, field) \
	((type *)(void *)((char *)(pointer) - __offsetof(type, field)))
#define __DECONST(type, value)	((type)(uintptr_t)(const void *)(value))
#define __DEVOLATILE(type, value) \
	((type)(uintptr_t)(volatile void *)(value))

#endif
