/*
 * stdint - how wide is an integer?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_STDINT_H
#define ENGINE_FREEBSD_MODULE_STDINT_H

typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __INTMAX_TYPE__ intmax_t;
typedef __UINTMAX_TYPE__ uintmax_t;

#define INT8_MIN	(-INT8_MAX - 1)
#define INT8_MAX	127
#define UINT8_MAX	255
#define INT16_MIN	(-INT16_MAX - 1)
#define INT16_MAX	32767
#define UINT16_MAX	65535
#define INT32_MIN	(-INT32_MAX - 1)
#define INT32_MAX	2147483647
#define UINT32_MAX	4294967295U
#define INT64_MIN	(-INT64_MAX - 1)
#define INT64_MAX	9223372036854775807L
#define UINT64_MAX	18446744073709551615UL
#define INTPTR_MAX	INT64_MAX
#define UINTPTR_MAX	UINT64_MAX
#define SIZE_MAX	UINT64_MAX
#define INT32_C(x)	x
#define UINT32_C(x)	x ## U
#define INT64_C(x)	x ## L
#define UINT64_C(x)	x ## UL

#endif
