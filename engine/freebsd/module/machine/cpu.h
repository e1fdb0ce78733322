/*
 * cpu - how does kernel code pass the time?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_MACHINE_CPU_H
#define ENGINE_FREEBSD_MODULE_MACHINE_CPU_H

#include <sys/types.h>

void gusim_spin(void);
uint64_t gusim_cycles(void);

/* One turn of a spin loop. */
#define cpu_spinwait()		gusim_spin()
#define cpu_lock_delay()	gusim_spin()
/* Of a clock of 1 GHz, the same on all CPUs. */
#define get_cyclecount()	gusim_cycles()
#define cpu_ticks()		gusim_cycles()
#define cpu_tickrate()		((uint64_t)1000000000)

#endif
