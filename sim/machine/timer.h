/*
 * timer - what was to happen at that instant?
 *
 * Calls to make, ordered by (time, insertion).  Two timers of one instant fire
 * in the order in which they were set: that order is part of the machine's
 * contract.
 *
 * Most timers are set for later than all others, or nearly: threads that start
 * together, clock interrupts that come again.  They wait in a line, in order;
 * the others in a binary heap.
 *
 * Errors      timers_add() aborts when memory is exhausted.
 * Cost        O(1) for a timer that comes last or nearly, else O(log n).
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
	uint64_t first_ps;	/* when the first is due; UINT64_MAX: none */
	uint64_t next_order;
	struct timer *line;	/* a ring */
	size_t line_room;	/* a power of two, or 0 */
	size_t line_head;
	size_t line_count;
	uint64_t line_last_ps;	/* the last one's, if there is one */
	struct timer *heap;
	size_t heap_count;
	size_t heap_room;
};

/* None is set; on one that was all zero before the first time. */
void timers_reset(struct timers *timers);
void timers_fini(struct timers *timers);
void timers_add(struct timers *timers, uint64_t at_ps, timer_call *call,
    void *argument, uint64_t value);

/* When the first is due; UINT64_MAX: none. */
static inline uint64_t
timers_next(const struct timers *timers)
{

	return (timers->first_ps);
}

/* Takes the first out; there must be one. */
struct timer timers_take(struct timers *timers);

#endif
