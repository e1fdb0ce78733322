/*
 * types - what does kernel code call its integers?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_TYPES_H
#define ENGINE_FREEBSD_INCLUDE_SYS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/cdefs.h>

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef int64_t register_t;
typedef uint64_t u_register_t;
typedef uint64_t vm_offset_t;
typedef uint64_t vm_size_t;
typedef uint64_t vm_paddr_t;
typedef long ssize_t;
typedef int64_t sbintime_t;

#endif
