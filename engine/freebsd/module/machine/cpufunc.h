/*
 * cpufunc - what can one instruction do?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_FREEBSD_MODULE_MACHINE_CPUFUNC_H
#define ENGINE_FREEBSD_MODULE_MACHINE_CPUFUNC_H

#include <machine/cpu.h>

#define rdtsc()			gusim_cycles()
#define rdtscp()		gusim_cycles()
#define rdtsc32()		((uint32_t)gusim_cycles())
#define ia32_pause()		gusim_spin()
#define breakpoint()		do { } while (0)
#define prefetch(address)	((void)(address))
#define mfence()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define lfence()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define sfence()		__atomic_thread_fence(__ATOMIC_RELEASE)

#endif
