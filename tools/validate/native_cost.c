/*
 * What the lab itself costs.  Each number is the median of many batches, so
 * that an interruption of one does not matter.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "tools/validate/native_clock.h"
#include "tools/validate/native_items.h"
#include "tools/validate/native_lab.h"

struct native_cost native_cost;

enum { BATCHES = 41, BATCH = 512, PAIRS = 20000 };

static const uint64_t gap_ps = 1000000;		/* 1 us */

static int
by_value(const void *left, const void *right)
{
	uint64_t a, b;

	a = *(const uint64_t *)left;
	b = *(const uint64_t *)right;
	return (a < b ? -1 : a > b);
}

/* Ticks of one call, by batches. */
static uint64_t
cost_of(void (*call)(struct lab_thread *, const void *),
    struct lab_thread *thread, const void *argument)
{
	uint64_t begin, ticks[BATCHES];
	int batch, i;

	for (batch = 0; batch < BATCHES; batch++) {
		begin = native_stamp();
		for (i = 0; i < BATCH; i++)
			call(thread, argument);
		ticks[batch] = (native_stamp() - begin + BATCH / 2) / BATCH;
	}
	qsort(ticks, BATCHES, sizeof(ticks[0]), by_value);
	return (ticks[BATCHES / 2]);
}

/*
 * The mean: counters of some processors move in steps of many ticks, so that
 * the median of short times is one step or another.  ps.
 */
static uint64_t
cost_of_pair(void)
{
	uint64_t begin, sum, ticks[PAIRS];
	int i;

	for (i = 0; i < PAIRS; i++) {
		begin = native_stamp();
		ticks[i] = native_stamp() - begin;
	}
	qsort(ticks, PAIRS, sizeof(ticks[0]), by_value);
	/* The few that were interrupted are left out. */
	sum = 0;
	for (i = 0; i < PAIRS - PAIRS / 100; i++)
		sum += ticks[i];
	return (native_to_ps(sum) / (uint64_t)i);
}

/* --- what is measured -------------------------------------------------------- */

static void
call_nothing(struct lab_thread *thread, const void *argument)
{

	(void)argument;
	__asm__ volatile("" : : "r"(thread) : "memory");
}

static void
call_ticks(struct lab_thread *thread, const void *argument)
{

	(void)argument;
	thread->enter_cost = native_ticks();
}

static void
call_draw(struct lab_thread *thread, const void *argument)
{

	(void)argument;
	(void)lab_draw(thread, 1000000);
}

static void
call_sample(struct lab_thread *thread, const void *argument)
{

	(void)lab_sample(thread, argument);
}

static void
call_section(struct lab_thread *thread, const void *argument)
{

	thread->section_wait = argument == NULL ? NATIVE_SAMPLE : 1;
	lab_enter(thread);
	lab_exit(thread);
}

/* A free item's place is looked up, read and written. */
static void
call_item(struct lab_thread *thread, const void *argument)
{
	struct native_item *place;

	place = native_item_place(argument);
	thread->enter_cost = atomic_load_explicit(&place->freed,
	    memory_order_relaxed);
	atomic_store_explicit(&place->freed, native_ticks(),
	    memory_order_relaxed);
}

static void
no_section(void *policy)
{

	__asm__ volatile("" : : "r"(policy) : "memory");
}

void
native_cost_open(void)
{
	static const struct policy_def nobody = {
		.enter = no_section,
		.exit = no_section,
	};
	static struct lab_thread thread;
	struct dist dist;
	uint64_t call, section, timed;
	int kind;

	if (native_cost.gap != 0)
		return;
	lab_thread_init(&thread, "cost", 0);
	native_lab.policy_def = &nobody;
	call = cost_of(call_nothing, &thread, NULL);
	native_cost.ticks = cost_of(call_ticks, &thread, NULL) - call;
	native_cost.pair_ps = cost_of_pair();
	native_cost.draw = cost_of(call_draw, &thread, NULL) - call;
	for (kind = 0; kind < NATIVE_DIST_KINDS; kind++) {
		dist = (struct dist){ (uint64_t)kind, 200000, 300000, 400000 };
		native_cost.sample[kind] =
		    cost_of(call_sample, &thread, &dist) - call;
	}
	native_items_reset();
	native_cost.item = cost_of(call_item, &thread, &dist) - call;
	/* Two calls are measured in a section. */
	atomic_store(&native_lab.in_window, true);
	section = cost_of(call_section, &thread, NULL);
	timed = cost_of(call_section, &thread, &thread);
	native_cost.timed = (timed > section ? timed - section : 0) / 2;
	atomic_store(&native_lab.in_window, false);
	native_cost.gap = native_to_ticks(gap_ps);
	native_lab.policy_def = NULL;
}
