/*
 * core_state - what does the core under test hold at this moment?
 *
 * For a tracer, while a run is under way: as memory shows it to the CPU that
 * speaks.  Costs no simulated time and changes nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CORE_STATE_H
#define SIM_CORE_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "policies/policy.h"

enum { CORE_STATE_CPUS = 32 };		/* as many as a stepped run may have */

struct core_state {
	uint32_t wr;
	uint32_t rd;
	uint32_t ticks;			/* of the last step of a lazy wr */
	uint32_t cpus;
	uint32_t c[CORE_STATE_CPUS];	/* 0 from `cpus` on */
	struct policy_counters counters;
	uint64_t steps;			/* of the whole machine so far */
};

/* False: this policy has no such words. */
bool core_state_read(struct core_state *state);

#endif
