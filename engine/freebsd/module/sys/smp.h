/*
 * smp - which CPUs are there?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_SYS_SMP_H
#define ENGINE_FREEBSD_MODULE_SYS_SMP_H

#include <sys/cpuset.h>
#include <sys/pcpu.h>

extern int mp_ncpus;
extern u_int mp_maxid;
extern int smp_cpus;
extern int smp_started;
extern int smp_cores;
extern int vm_ndomains;

/* All that the machine has, numbered without gaps, from the first moment on. */
#define CPU_ABSENT(cpu)		((u_int)(cpu) > mp_maxid)
#define CPU_FIRST()		0
#define CPU_NEXT(cpu)		((u_int)(cpu) >= mp_maxid ? 0 : (int)(cpu) + 1)
#define CPU_FOREACH(cpu) \
	for ((cpu) = 0; (u_int)(cpu) <= mp_maxid; (cpu)++) \
		if (!CPU_ABSENT(cpu))

static inline int
cpu_first(void)
{

	return (0);
}

static inline int
cpu_next(int cpu)
{

	return (CPU_NEXT(cpu));
}

/* One CPU after the other, not all at once. */
void smp_rendezvous(void (*setup)(void *), void (*action)(void *),
    void (*teardown)(void *), void *argument);
#define smp_no_rendezvous_barrier	NULL
#define smp_no_rendevous_barrier	NULL
#define quiesce_all_cpus(why, priority)	((void)pause((why), 2), 0)

#endif
