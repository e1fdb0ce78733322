/*
 * param - how large are the machine's pages and lines?
 *
 * sys/param.h includes it.  MAXCPU is the largest machine that there can be.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_MACHINE_PARAM_H
#define ENGINE_FREEBSD_MODULE_MACHINE_PARAM_H

#ifndef MACHINE
#define MACHINE			"gusim"
#endif
#define PAGE_SHIFT		12
#define PAGE_SIZE		(1 << PAGE_SHIFT)
#define PAGE_MASK		(PAGE_SIZE - 1)
#define CACHE_LINE_SHIFT	6
#define CACHE_LINE_SIZE		(1 << CACHE_LINE_SHIFT)
#define MAXCPU			1024
#define MAXMEMDOM		8
#define KSTACK_PAGES		16
#define round_page(x) \
	(((uint64_t)(x) + PAGE_MASK) & ~(uint64_t)PAGE_MASK)
#define trunc_page(x)		((uint64_t)(x) & ~(uint64_t)PAGE_MASK)
#define atop(x)			((uint64_t)(x) >> PAGE_SHIFT)
#define ptoa(x)			((uint64_t)(x) << PAGE_SHIFT)

#endif
