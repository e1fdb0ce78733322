/*
 * timer - what was to happen at that instant?
 *
 * A binary heap of calls to make, ordered by (time, insertion).  Two timers of
 * one instant fire in the order in which they were set: that order is part of
 * the machine's contract.
 *
 * Errors      timers_add() aborts when memory is exhausted.
 * Cost        O(log n).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_TIMER_H
#define SIM_MACHINE_TIMER_H

#include <stddef.h>
#include <stdint.h>

typedef void timer_call(void *argument, uint64_t value, uint64_t at_ps);

struct timer {
	uint64_t at_ps;
	uint64_t order;
	timer_call *call;
	void *argument;
	uint64_t value;
};

struct timers {
	struct timer *heap;
	size_t count;
	size_t room;
	uint64_t next_order;
};

void timers_reset(struct timers *timers);
void timers_fini(struct timers *timers);
void timers_add(struct timers *timers, uint64_t at_ps, timer_call *call,
    void *argument, uint64_t value);

/* When the first is due; UINT64_MAX: none. */
static inline uint64_t
timers_next(const struct timers *timers)
{

	return (timers->count == 0 ? UINT64_MAX : timers->heap[0].at_ps);
}

/* Takes the first out; there must be one. */
struct timer timers_take(struct timers *timers);

#endif
