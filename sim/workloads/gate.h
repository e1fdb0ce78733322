/*
 * gate - who may change this structure now?
 *
 * A lock in simulated memory for writers: it spins for a while and then sleeps,
 * so that a holder who lost its CPU is not waited for at full speed.  Readers
 * never take one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_WORKLOADS_GATE_H
#define SIM_WORKLOADS_GATE_H

#include "sim/lab.h"

struct gate {
	_Alignas(64) _Atomic(uint32_t) shut;
};

enum {
	GATE_TURNS = 50,		/* of spinning before each sleep */
};

static const uint64_t gate_nap_ps = 2000000;

static inline void
gate_lock(struct lab_thread *thread, struct gate *gate)
{
	unsigned turns;

	for (turns = 1;; turns++) {
		if (atomic_load_explicit(&gate->shut,
		    memory_order_relaxed) == 0 &&
		    atomic_exchange_explicit(&gate->shut, 1,
		    memory_order_acquire) == 0)
			return;
		if (turns % GATE_TURNS == 0)
			lab_sleep_until(thread,
			    lab_now_ps(thread) + gate_nap_ps);
		else
			lab_spin(thread);
	}
}

static inline void
gate_unlock(struct gate *gate)
{

	atomic_store_explicit(&gate->shut, 0, memory_order_release);
}

#endif
