/*
 * prefetch - what will be touched soon?
 *
 * Of no consequence to a run but for the host's time.  An address of nothing
 * does no harm.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_PREFETCH_H
#define SIM_MACHINE_PREFETCH_H

static inline void
prefetch(const void *address)
{

	__builtin_prefetch(address);
	/* gcc takes a function that only fetches for one of no effect, and
	 * leaves the calls of it out. */
	__asm__ volatile("");
}

#endif
