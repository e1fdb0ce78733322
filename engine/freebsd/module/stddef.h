/*
 * stddef - what does C itself call sizes?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_STDDEF_H
#define ENGINE_FREEBSD_MODULE_STDDEF_H

typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;

#ifndef NULL
#define NULL	((void *)0)
#endif
#define offsetof(type, field)	__builtin_offsetof(type, field)

#endif
