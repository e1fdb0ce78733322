/*
 * native_clock - what time is it, and what does asking cost?
 *
 * The processor's time-stamp counter where there is one that never changes its
 * rate, else the operating system's monotonic clock.  Inside of a round all
 * times are ticks of it.
 *
 * Cost        on a guest whose hypervisor scales the counter, 10 to 20 ns for
 *             native_ticks(), twice that for native_stamp().
 * Source      Intel SDM volume 2, RDTSC: with LFENCE before it, it waits for
 *             all earlier instructions; with one after it, nothing later begins
 *             before.  AMD64 manual volume 3 says the same of LFENCE.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_VALIDATE_NATIVE_CLOCK_H
#define TOOLS_VALIDATE_NATIVE_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "sim/base/wide.h"

/* Set by native_clock_open(). */
extern uint64_t native_clock_ps;	/* ps in a tick, times 2^32 */
extern uint64_t native_clock_ticks;	/* ticks in a ps, times 2^64 */

/* Finds the rate: 10 ms, once in a process. */
void native_clock_open(void);

static inline uint64_t
native_ticks(void)
{
#ifdef __x86_64__
	return (__builtin_ia32_rdtsc());
#else
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
#endif
}

/* All that came before is done, and nothing that follows has begun. */
static inline uint64_t
native_stamp(void)
{
#ifdef __x86_64__
	uint64_t ticks;

	__builtin_ia32_lfence();
	ticks = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return (ticks);
#else
	__sync_synchronize();
	return (native_ticks());
#endif
}

static inline uint64_t
native_to_ps(uint64_t ticks)
{

	return ((uint64_t)((wide_uint)ticks * native_clock_ps >> 32));
}

static inline uint64_t
native_to_ticks(uint64_t ps)
{

	return ((uint64_t)((wide_uint)ps * native_clock_ticks >> 64));
}

#endif
