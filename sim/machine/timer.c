/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/timer.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

void
timers_reset(struct timers *timers)
{

	timers->count = 0;
	timers->next_order = 0;
}

void
timers_fini(struct timers *timers)
{

	free(timers->heap);
	timers->heap = NULL;
	timers->count = timers->room = 0;
}

static bool
timer_before(const struct timer *left, const struct timer *right)
{

	if (left->at_ps != right->at_ps)
		return (left->at_ps < right->at_ps);
	return (left->order < right->order);
}

void
timers_add(struct timers *timers, uint64_t at_ps, timer_call *call,
    void *argument, uint64_t value)
{
	struct timer timer, *heap;
	size_t hole, parent;

	if (timers->count == timers->room) {
		timers->room = timers->room == 0 ? 256 : timers->room * 2;
		heap = realloc(timers->heap, timers->room * sizeof(*heap));
		if (heap == NULL)
			abort();
		timers->heap = heap;
	}
	timer.at_ps = at_ps;
	timer.order = timers->next_order++;
	timer.call = call;
	timer.argument = argument;
	timer.value = value;
	hole = timers->count++;
	while (hole > 0) {
		parent = (hole - 1) / 2;
		if (!timer_before(&timer, &timers->heap[parent]))
			break;
		timers->heap[hole] = timers->heap[parent];
		hole = parent;
	}
	timers->heap[hole] = timer;
}

struct timer
timers_take(struct timers *timers)
{
	struct timer first, last;
	size_t hole, child;

	assert(timers->count > 0);
	first = timers->heap[0];
	last = timers->heap[--timers->count];
	hole = 0;
	for (;;) {
		child = 2 * hole + 1;
		if (child >= timers->count)
			break;
		if (child + 1 < timers->count &&
		    timer_before(&timers->heap[child + 1],
		    &timers->heap[child]))
			child++;
		if (!timer_before(&timers->heap[child], &last))
			break;
		timers->heap[hole] = timers->heap[child];
		hole = child;
	}
	if (timers->count > 0)
		timers->heap[hole] = last;
	return (first);
}
