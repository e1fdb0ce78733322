/*
 * pcpu - where is this CPU's copy?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_PCPU_H
#define ENGINE_FREEBSD_MODULE_SYS_PCPU_H

#include <sys/param.h>

u_int gusim_curcpu(void);
u_int gusim_domain(u_int cpu);

/* Stable only while the thread is bound, or in a critical section. */
#define curcpu			(gusim_curcpu())
#define UMA_PCPU_ALLOC_SIZE	((size_t)(2 * CACHE_LINE_SIZE))

#define zpcpu_offset_cpu(cpu)	(UMA_PCPU_ALLOC_SIZE * (size_t)(cpu))
#define zpcpu_offset()		zpcpu_offset_cpu(curcpu)
#define zpcpu_get_cpu(base, cpu) \
	((__typeof(base))(void *)((char *)(base) + zpcpu_offset_cpu(cpu)))
#define zpcpu_get(base)		zpcpu_get_cpu(base, curcpu)

/* Variables with a copy for each CPU, a pair of cache lines apart. */
#define DPCPU_SIZE_(type)						\
	(roundup2(sizeof(type), UMA_PCPU_ALLOC_SIZE))
#define DPCPU_DEFINE(type, name)					\
	struct { type value; } __aligned(2 * CACHE_LINE_SIZE)		\
	    gusim_pcpu_##name[MAXCPU]
#define DPCPU_DEFINE_STATIC(type, name)	static DPCPU_DEFINE(type, name)
#define DPCPU_DECLARE(type, name)	extern DPCPU_DEFINE(type, name)
#define DPCPU_ID_PTR(cpu, name)		(&gusim_pcpu_##name[(cpu)].value)
#define DPCPU_ID_GET(cpu, name)		(*DPCPU_ID_PTR(cpu, name))
#define DPCPU_ID_SET(cpu, name, v)	(*DPCPU_ID_PTR(cpu, name) = (v))
#define DPCPU_PTR(name)			DPCPU_ID_PTR(curcpu, name)
#define DPCPU_GET(name)			(*DPCPU_PTR(name))
#define DPCPU_SET(name, v)		(*DPCPU_PTR(name) = (v))

#define PCPU_GET_cpuid			curcpu
#define PCPU_GET_domain			gusim_domain(curcpu)
#define PCPU_GET_curthread		curthread
#define PCPU_GET(member)		(PCPU_GET_##member)

#endif
