/*
 * watch - how much host time has passed?
 *
 * Where the processor counts at a constant rate (x86 with an invariant time
 * stamp counter) the watch reads that counter and knows its rate from
 * CLOCK_MONOTONIC_RAW; elsewhere it reads that clock.  Earlier loads and
 * stores of the program are done before a reading, later ones begin after it.
 *
 * Units       a reading is a bare count; watch_ns() makes nanoseconds.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CALIBRATE_WATCH_H
#define TOOLS_CALIBRATE_WATCH_H

#include <stdint.h>

/* Finds the rate and what a reading costs, in about 50 ms. */
void watch_init(void);

uint64_t watch_read(void);

/* Between two readings, less what a reading costs. */
double watch_ns(uint64_t from, uint64_t to);

/* What it reads, for people: "time stamp counter at 2.596 GHz". */
const char *watch_name(void);

/* One spin-wait hint. */
static inline void
watch_pause(void)
{

#if defined(__x86_64__) || defined(__i386__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile ("isb" ::: "memory");
#else
	__asm__ volatile ("" ::: "memory");
#endif
}

#endif
