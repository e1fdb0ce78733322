/*
 * types - what does kernel code call its integers?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_TYPES_H
#define ENGINE_FREEBSD_MODULE_SYS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/cdefs.h>

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
typedef unsigned long u_long;
typedef unsigned short ushort;
typedef unsigned int uint;
typedef uint8_t u_int8_t;
typedef uint16_t u_int16_t;
typedef uint32_t u_int32_t;
typedef uint64_t u_int64_t;
typedef int64_t quad_t;
typedef uint64_t u_quad_t;
typedef char *caddr_t;
typedef const char *c_caddr_t;
typedef int64_t register_t;
typedef uint64_t u_register_t;
typedef uint64_t vm_offset_t;
typedef uint64_t vm_size_t;
typedef uint64_t vm_paddr_t;
typedef int64_t vm_ooffset_t;
typedef uint64_t vm_pindex_t;
typedef uint8_t vm_prot_t;
typedef int64_t ssize_t;
typedef int64_t off_t;
typedef int64_t time_t;
typedef int64_t suseconds_t;
typedef int64_t sbintime_t;
typedef int32_t pid_t;
typedef int32_t lwpid_t;
typedef uint32_t uid_t;
typedef uint32_t gid_t;
typedef uint16_t mode_t;
typedef int32_t boolean_t;
typedef int cpumask_t;
typedef uint64_t cap_ioctl_t;
typedef struct proc *proc_t;

#ifndef TRUE
#define TRUE	1
#define FALSE	0
#endif

#endif
