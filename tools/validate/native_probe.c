/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "tools/validate/native_probe.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tools/validate/native_clock.h"

enum { LINES = 128, TURNS = 61, KEPT = 1024, STEP = 37 };	/* which no prefetcher
						 * follows */

struct probe_line {
	_Alignas(128) _Atomic(uint64_t) word;
};

/* Half of a small second-level cache, in no order that a prefetcher knows. */
static struct probe_line kept[KEPT];

static struct probe {
	struct probe_line lines[LINES];
	_Alignas(128) _Atomic(unsigned) turn;
	unsigned right;
} probe;

void
native_pin(unsigned n)
{
	static cpu_set_t all;
	static bool known;
	cpu_set_t one;
	unsigned cpu;

	/* Asked by the first caller, which is not pinned yet. */
	if (!known) {
		CPU_ZERO(&all);
		if (sched_getaffinity(0, sizeof(all), &all) != 0)
			return;
		known = true;
	}
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &all) || n-- > 0)
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		/* Where it is refused, the scheduler places the thread. */
		(void)sched_setaffinity(0, sizeof(one), &one);
		return;
	}
}

/* The other may still be on its way to its own processor. */
static void
await(unsigned turn)
{
	unsigned turns;

	for (turns = 1; atomic_load_explicit(&probe.turn,
	    memory_order_acquire) != turn; turns++)
		if (turns % 65536 == 0)
			(void)sched_yield();
}

static void
pass(unsigned turn)
{

	atomic_store_explicit(&probe.turn, turn, memory_order_release);
}

/* Changes all lines; then, in the next turn, reads them. */
static void *
right_body(void *argument)
{
	uint64_t sum;
	unsigned i, turn;

	(void)argument;
	native_pin(probe.right);
	sum = 0;
	for (turn = 0; turn < TURNS; turn++) {
		await(4 * turn + 1);
		for (i = 0; i < LINES; i++)
			atomic_store_explicit(&probe.lines[i].word, 0,
			    memory_order_relaxed);
		pass(4 * turn + 2);
		await(4 * turn + 3);
		for (i = 0; i < LINES; i++)
			sum += atomic_load_explicit(&probe.lines[i].word,
			    memory_order_relaxed);
		__asm__ volatile("" : : "r"(sum));
		pass(4 * turn + 4);
	}
	return (NULL);
}

/* Each address comes from the word before it. */
static uint64_t
time_loads(void)
{
	uint64_t at, begin, i;

	begin = native_stamp();
	at = 0;
	for (i = 0; i < LINES; i++)
		at = (at + STEP + atomic_load_explicit(&probe.lines[at].word,
		    memory_order_relaxed)) % LINES;
	__asm__ volatile("" : : "r"(at));
	return (native_stamp() - begin);
}

static uint64_t
time_additions(void)
{
	uint64_t at, begin, i;

	begin = native_stamp();
	at = 0;
	for (i = 0; i < LINES; i++)
		at = (at + STEP + atomic_fetch_add(&probe.lines[at].word,
		    0)) % LINES;
	__asm__ volatile("" : : "r"(at));
	return (native_stamp() - begin);
}

static int
by_value(const void *left, const void *right)
{
	uint64_t a, b;

	a = *(const uint64_t *)left;
	b = *(const uint64_t *)right;
	return (a < b ? -1 : a > b);
}

static void *
left_body(void *argument)
{
	struct native_distance *distance = argument;
	uint64_t additions[TURNS], loads[TURNS], upgrades[TURNS];
	unsigned turn;

	for (turn = 0; turn < TURNS; turn++) {
		pass(4 * turn + 1);
		await(4 * turn + 2);
		loads[turn] = time_loads();
		upgrades[turn] = time_additions();
		pass(4 * turn + 3);
		await(4 * turn + 4);
		additions[turn] = time_additions();
	}
	qsort(loads, TURNS, sizeof(loads[0]), by_value);
	qsort(upgrades, TURNS, sizeof(upgrades[0]), by_value);
	distance->upgrade_ps = native_to_ps(upgrades[TURNS / 2]) / LINES;
	qsort(additions, TURNS, sizeof(additions[0]), by_value);
	distance->transfer_ps = native_to_ps(loads[TURNS / 2]) / LINES;
	distance->invalidate_ps = native_to_ps(additions[TURNS / 2]) / LINES;
	return (NULL);
}

/* One line after the other; the mean. */
static uint64_t
time_kept(void)
{
	uint64_t at, begin, i;

	begin = native_stamp();
	at = 0;
	for (i = 0; i < KEPT; i++)
		at = (at + STEP + atomic_load_explicit(&kept[at].word,
		    memory_order_relaxed)) % KEPT;
	__asm__ volatile("" : : "r"(at));
	return ((native_stamp() - begin) / KEPT);
}

/* What one of these lines costs that has been thrown out on purpose. */
static uint64_t
time_lost(void)
{
#ifdef __x86_64__
	int i;

	for (i = 0; i < KEPT; i++)
		__builtin_ia32_clflush(&kept[i]);
	return (time_kept());
#else
	return (0);
#endif
}

uint64_t
native_keeps_ps(unsigned processor)
{
	uint64_t after, again, begin, gone, lost, wait;
	cpu_set_t before;
	double share;

	if (sched_getaffinity(0, sizeof(before), &before) != 0)
		return (0);
	native_pin(processor);
	wait = native_to_ticks(NATIVE_LEFT_ALONE_MS * UINT64_C(1000000000));
	memset(kept, 0, sizeof(kept));
	lost = time_lost();
	(void)time_kept();
	again = time_kept();
	begin = native_ticks();
	while (native_ticks() - begin < wait)
		continue;
	after = time_kept();
	(void)sched_setaffinity(0, sizeof(before), &before);
	if (lost <= again)
		return (0);
	gone = after > again ? after - again : 0;
	share = (double)gone / (double)(lost - again);
	if (share < 0.0035)
		share = 0.0035;		/* 200 times the wait */
	if (share > 0.999)
		share = 0.999;		/* a tenth of it */
	return ((uint64_t)(NATIVE_LEFT_ALONE_MS * 1e9 * log(2) /
	    -log(1 - share)));
}

void
native_probe(unsigned left, unsigned right, struct native_distance *distance)
{
	cpu_set_t before;
	pthread_t other;

	memset(distance, 0, sizeof(*distance));
	if (sched_getaffinity(0, sizeof(before), &before) != 0)
		return;
	memset(&probe, 0, sizeof(probe));
	probe.right = right;
	native_pin(left);
	if (pthread_create(&other, NULL, right_body, NULL) == 0) {
		(void)left_body(distance);
		(void)pthread_join(other, NULL);
	}
	(void)sched_setaffinity(0, sizeof(before), &before);
}
