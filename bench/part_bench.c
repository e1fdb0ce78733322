/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "bench/bench.h"
#include "sim/base/hist.h"
#include "sim/base/rng.h"
#include "sim/machine/fiber.h"
#include "sim/machine/timer.h"

enum { FIBERS_MAX = 64, ROUNDS = 200000 };

static struct fiber ring[FIBERS_MAX + 1];
static uint64_t ring_size;
static uint64_t laps;

/* Each fiber hands on to the next; the last lap ends at the host. */
static void
ring_body(void *argument)
{
	uint64_t self, next;

	self = (uint64_t)(uintptr_t)argument;
	for (;;) {
		next = self + 1 < ring_size ? self + 1 : 0;
		if (next == 0 && --laps == 0)
			fiber_switch(&ring[self], &ring[FIBERS_MAX]);
		fiber_switch(&ring[self], &ring[next]);
	}
}

double
bench_fiber_switch(uint64_t fibers)
{
	uint64_t start, spent, i;

	ring_size = fibers;
	laps = ROUNDS / fibers + 1;
	for (i = 0; i < fibers; i++) {
		if (!fiber_map(&ring[i], (unsigned)i))
			abort();
		fiber_prepare(&ring[i], ring_body, (void *)(uintptr_t)i);
	}
	start = bench_cpu_ns();
	fiber_switch(&ring[FIBERS_MAX], &ring[0]);
	spent = bench_cpu_ns() - start;
	for (i = 0; i < fibers; i++)
		fiber_unmap(&ring[i]);
	return ((double)spent / (double)(ROUNDS / fibers * fibers));
}

double
bench_fiber_switches(uint64_t fibers)
{

	return (1e9 / bench_fiber_switch(fibers));
}

static void
nothing(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	(void)at_ps;
}

/* Take the first, set one later: the hold model. */
double
bench_timers(uint64_t pending)
{
	struct timers timers = { 0 };
	struct timer timer;
	struct rng rng;
	uint64_t start, spent, i;

	rng_init(&rng, 1, "bench", 0);
	timers_reset(&timers);
	for (i = 0; i < pending; i++)
		timers_add(&timers, rng_below(&rng, 1000000), nothing, NULL, 0);
	start = bench_cpu_ns();
	for (i = 0; i < ROUNDS; i++) {
		timer = timers_take(&timers);
		timers_add(&timers, timer.at_ps + (i * 7919 & 0xfffff),
		    timer.call, NULL, 0);
	}
	spent = bench_cpu_ns() - start;
	timers_fini(&timers);
	return ((double)spent / ROUNDS);
}

double
bench_events(uint64_t pending)
{

	return (1e9 / bench_timers(pending));
}

double
bench_rng(uint64_t unused)
{
	struct rng rng;
	uint64_t start, spent, sum, i;

	(void)unused;
	rng_init(&rng, 1, "bench", 0);
	sum = 0;
	start = bench_cpu_ns();
	for (i = 0; i < ROUNDS; i++)
		sum += rng_next(&rng);
	spent = bench_cpu_ns() - start;
	__asm__ volatile("" : : "r"(sum));
	return ((double)spent / ROUNDS);
}

double
bench_hist(uint64_t unused)
{
	static struct hist hist;
	struct rng rng;
	uint64_t values[256], start, spent, i;

	(void)unused;
	hist_init(&hist);
	rng_init(&rng, 1, "bench", 0);
	for (i = 0; i < 256; i++)
		values[i] = rng_below(&rng, 10000000);
	start = bench_cpu_ns();
	for (i = 0; i < ROUNDS; i++)
		hist_add(&hist, values[i % 256]);
	spent = bench_cpu_ns() - start;
	return ((double)spent / ROUNDS);
}
