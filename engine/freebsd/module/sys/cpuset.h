/*
 * cpuset - which CPUs are in this set?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_CPUSET_H
#define ENGINE_FREEBSD_MODULE_SYS_CPUSET_H

#include <sys/param.h>

#define CPU_SETSIZE	MAXCPU
#define CPU_WORDS	(CPU_SETSIZE / 64)

typedef struct _cpuset {
	uint64_t words[CPU_WORDS];
} cpuset_t;

#define CPU_WORD_(set, n)	((set)->words[(u_int)(n) / 64])
#define CPU_BIT_(n)		((uint64_t)1 << (u_int)(n) % 64)
#define CPU_SET(n, set)		((void)(CPU_WORD_(set, n) |= CPU_BIT_(n)))
#define CPU_CLR(n, set)		((void)(CPU_WORD_(set, n) &= ~CPU_BIT_(n)))
#define CPU_ISSET(n, set)	((CPU_WORD_(set, n) & CPU_BIT_(n)) != 0)
#define CPU_ZERO(set)		((void)memset((set), 0, sizeof(*(set))))
#define CPU_FILL(set)		((void)memset((set), 0xff, sizeof(*(set))))
#define CPU_COPY(from, to)	((void)(*(to) = *(from)))
#define CPU_SETOF(n, set)	(CPU_ZERO(set), CPU_SET(n, set))
extern cpuset_t all_cpus;

#endif
