/*
 * smp - which CPUs are there?
 *
 * All that the machine has, from the first moment on.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_INCLUDE_SYS_SMP_H
#define ENGINE_FREEBSD_INCLUDE_SYS_SMP_H

#include <sys/pcpu.h>

#define mp_ncpus		((int)kern_cpu_count())
#define mp_maxid		(kern_cpu_count() - 1)
#define smp_started		1

#define CPU_ABSENT(cpu)		((u_int)(cpu) > mp_maxid)
#define CPU_FIRST()		0
#define CPU_NEXT(cpu)		((u_int)(cpu) >= mp_maxid ? 0 : (cpu) + 1)
#define CPU_FOREACH(cpu) \
	for ((cpu) = 0; (u_int)(cpu) <= mp_maxid; (cpu)++) \
		if (!CPU_ABSENT(cpu))

#endif
