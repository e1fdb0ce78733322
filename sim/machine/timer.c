/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/timer.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/base/must.h"

enum {
	LINE_ROOM = 64,		/* at first */
	HEAP_ROOM = 256,
	LINE_SHIFTS = 4,	/* that a timer may be from the line's end */
};

void
timers_reset(struct timers *timers)
{

	timers->first_ps = UINT64_MAX;
	timers->next_order = 0;
	timers->line_head = timers->line_count = 0;
	timers->heap_count = 0;
}

void
timers_fini(struct timers *timers)
{

	free(timers->line);
	free(timers->heap);
	*timers = (struct timers){ .first_ps = UINT64_MAX };
}

static inline bool
timer_before(const struct timer *left, const struct timer *right)
{

	if (left->at_ps != right->at_ps)
		return (left->at_ps < right->at_ps);
	return (left->order < right->order);
}

/* --- the line ------------------------------------------------------------- */

static inline struct timer *
line_at(const struct timers *timers, size_t nth)
{

	return (&timers->line[(timers->line_head + nth) &
	    (timers->line_room - 1)]);
}

static __attribute__((noinline)) void
line_grow(struct timers *timers)
{
	struct timer *line;
	size_t room, i;

	room = timers->line_room == 0 ? LINE_ROOM : timers->line_room * 2;
	line = must_resize(NULL, room, sizeof(*line));
	for (i = 0; i < timers->line_count; i++)
		line[i] = *line_at(timers, i);
	free(timers->line);
	timers->line = line;
	timers->line_room = room;
	timers->line_head = 0;
}

/*
 * Where an instant would stand: behind those of the same, which were set
 * earlier.  Too far from the end it is beyond the line.
 */
static inline size_t
line_place(const struct timers *timers, uint64_t at_ps)
{
	size_t place, least;

	place = timers->line_count;
	least = place < LINE_SHIFTS ? 0 : place - LINE_SHIFTS;
	while (place > 0 && line_at(timers, place - 1)->at_ps > at_ps)
		if (place-- == least)
			return (SIZE_MAX);
	return (place);
}

static inline struct timer *
line_insert(struct timers *timers, size_t place)
{
	size_t i;

	for (i = timers->line_count++; i > place; i--)
		*line_at(timers, i) = *line_at(timers, i - 1);
	return (line_at(timers, place));
}

/* --- the heap ------------------------------------------------------------- */

/* A place for one that is the newest of its instant. */
static struct timer *
heap_insert(struct timers *timers, uint64_t at_ps)
{
	size_t hole, parent;

	if (timers->heap_count == timers->heap_room) {
		timers->heap_room = timers->heap_room == 0 ? HEAP_ROOM :
		    timers->heap_room * 2;
		timers->heap = must_resize(timers->heap, timers->heap_room,
		    sizeof(*timers->heap));
	}
	hole = timers->heap_count++;
	while (hole > 0) {
		parent = (hole - 1) / 2;
		if (timers->heap[parent].at_ps <= at_ps)
			break;
		timers->heap[hole] = timers->heap[parent];
		hole = parent;
	}
	return (&timers->heap[hole]);
}

static void
heap_remove(struct timers *timers)
{
	struct timer last;
	size_t hole, child;

	last = timers->heap[--timers->heap_count];
	hole = 0;
	for (;;) {
		child = 2 * hole + 1;
		if (child >= timers->heap_count)
			break;
		if (child + 1 < timers->heap_count &&
		    timer_before(&timers->heap[child + 1],
		    &timers->heap[child]))
			child++;
		if (!timer_before(&timers->heap[child], &last))
			break;
		timers->heap[hole] = timers->heap[child];
		hole = child;
	}
	if (timers->heap_count > 0)
		timers->heap[hole] = last;
}

/* --- both ----------------------------------------------------------------- */

/* Not the last of the line. */
static __attribute__((noinline)) struct timer *
timers_place(struct timers *timers, uint64_t at_ps)
{
	size_t place;

	place = line_place(timers, at_ps);
	return (place == SIZE_MAX ? heap_insert(timers, at_ps) :
	    line_insert(timers, place));
}

void
timers_add(struct timers *timers, uint64_t at_ps, timer_call *call,
    void *argument, uint64_t value)
{
	struct timer *timer;

	if (at_ps < timers->first_ps)
		timers->first_ps = at_ps;
	if (__builtin_expect(timers->line_count == timers->line_room, 0))
		line_grow(timers);
	if (timers->line_count == 0 || timers->line_last_ps <= at_ps) {
		timer = line_at(timers, timers->line_count++);
		timers->line_last_ps = at_ps;
	} else {
		timer = timers_place(timers, at_ps);
	}
	timer->at_ps = at_ps;
	timer->order = timers->next_order++;
	timer->call = call;
	timer->argument = argument;
	timer->value = value;
}

/* Some are in the heap. */
static __attribute__((noinline)) struct timer
timers_choose(struct timers *timers)
{
	struct timer first;

	if (timers->line_count > 0 &&
	    timer_before(line_at(timers, 0), timers->heap)) {
		first = *line_at(timers, 0);
		timers->line_head++;
		timers->line_count--;
	} else {
		first = timers->heap[0];
		heap_remove(timers);
	}
	timers->first_ps = timers->line_count == 0 ? UINT64_MAX :
	    line_at(timers, 0)->at_ps;
	if (timers->heap_count > 0 &&
	    timers->heap[0].at_ps < timers->first_ps)
		timers->first_ps = timers->heap[0].at_ps;
	return (first);
}

struct timer
timers_take(struct timers *timers)
{
	const struct timer *first;

	if (timers->heap_count > 0)
		return (timers_choose(timers));
	assert(timers->line_count > 0);
	first = line_at(timers, 0);
	timers->line_head++;
	timers->first_ps = --timers->line_count == 0 ? UINT64_MAX :
	    line_at(timers, 0)->at_ps;
	return (*first);
}
