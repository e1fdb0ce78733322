/*
 * pcpu - where is this CPU's copy?
 *
 * Per-CPU memory is an array with one copy for each CPU.  A kernel puts the
 * copies a page apart.  Here it is the two lines that matter, since processors
 * fetch lines in pairs: nothing that costs time depends on what lies farther
 * away.  The second line of each copy belongs to the counters: see counter.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_PCPU_H
#define ENGINE_FREEBSD_INCLUDE_SYS_PCPU_H

#include <sys/param.h>

#define UMA_PCPU_ALLOC_SIZE	((size_t)(2 * CACHE_LINE_SIZE))

#define curcpu			(kern_cpu())

#define zpcpu_offset_cpu(cpu)	(UMA_PCPU_ALLOC_SIZE * (size_t)(cpu))
#define zpcpu_offset()		zpcpu_offset_cpu(curcpu)
#define zpcpu_get_cpu(base, cpu) \
	((__typeof(base))(void *)((char *)(base) + zpcpu_offset_cpu(cpu)))
#define zpcpu_get(base)		zpcpu_get_cpu(base, curcpu)

#endif
