/*
 * param - how large are the kernel's pages and lines?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_PARAM_H
#define ENGINE_FREEBSD_INCLUDE_SYS_PARAM_H

#include <sys/types.h>

#include "engine/kern.h"

/* The revision whose interfaces these headers have: 14.0. */
#define __FreeBSD_version	1400000

#define PAGE_SIZE		KERN_PAGE_SIZE
#define CACHE_LINE_SIZE		KERN_LINE_SIZE
#define MAXCPU			KERN_CPUS_MAX

#define nitems(array)		(sizeof(array) / sizeof((array)[0]))
#define howmany(x, y)		(((x) + ((y) - 1)) / (y))
#define rounddown(x, y)		(((x) / (y)) * (y))
#define roundup(x, y)		((((x) + ((y) - 1)) / (y)) * (y))
#define roundup2(x, y)		(((x) + ((y) - 1)) & ~((y) - 1))
#define powerof2(x)		((((x) - 1) & (x)) == 0)
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))

#endif
