/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/calibrate/watch.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#define WATCH_X86 1
#endif

static struct {
	bool counter;		/* the processor's own, at a constant rate */
	double ns;		/* of one unit of a reading */
	double reading_ns;	/* what a reading costs */
	char name[64];
} watch = { .ns = 1, .name = "CLOCK_MONOTONIC_RAW" };

static uint64_t
raw_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return ((uint64_t)now.tv_sec * UINT64_C(1000000000) +
	    (uint64_t)now.tv_nsec);
}

#ifdef WATCH_X86
/* Leaf 80000007H, bit 8 of EDX: the counter runs at a constant rate. */
static bool
counter_is_constant(void)
{
	unsigned a, b, c, d;

	return (__get_cpuid(0x80000007, &a, &b, &c, &d) != 0 &&
	    (d >> 8 & 1) != 0);
}

static uint64_t
counter_read(void)
{
	uint64_t value;

	/* LFENCE waits for loads, RDTSC may otherwise go ahead of them. */
	__asm__ volatile ("lfence" ::: "memory");
	value = __builtin_ia32_rdtsc();
	__asm__ volatile ("lfence" ::: "memory");
	return (value);
}
#endif

uint64_t
watch_read(void)
{

#ifdef WATCH_X86
	if (watch.counter)
		return (counter_read());
#endif
	return (raw_ns());
}

#ifdef WATCH_X86
/* Both clocks at one instant: of some attempts the one that took least. */
static void
pair(uint64_t *counter, uint64_t *ns)
{
	uint64_t best, from, time, to;
	int i;

	best = UINT64_MAX;
	for (i = 0; i < 50; i++) {
		from = counter_read();
		time = raw_ns();
		to = counter_read();
		if (to - from < best) {
			best = to - from;
			*counter = from + best / 2;
			*ns = time;
		}
	}
}

static void
find_rate(void)
{
	uint64_t counter[2] = { 0, 0 }, ns[2] = { 0, 0 };

	pair(&counter[0], &ns[0]);
	while (raw_ns() - ns[0] < UINT64_C(50000000))
		watch_pause();
	pair(&counter[1], &ns[1]);
	watch.ns = (double)(ns[1] - ns[0]) / (double)(counter[1] - counter[0]);
	watch.counter = true;
	snprintf(watch.name, sizeof(watch.name),
	    "time stamp counter at %.3f GHz", 1 / watch.ns);
}
#endif

void
watch_init(void)
{
	uint64_t best, from, to;
	int i;

#ifdef WATCH_X86
	if (counter_is_constant())
		find_rate();
#endif
	best = UINT64_MAX;
	for (i = 0; i < 1000; i++) {
		from = watch_read();
		to = watch_read();
		if (to - from < best)
			best = to - from;
	}
	watch.reading_ns = (double)best * watch.ns;
}

double
watch_ns(uint64_t from, uint64_t to)
{
	double ns;

	ns = (double)(to - from) * watch.ns - watch.reading_ns;
	return (ns > 0 ? ns : 0);
}

const char *
watch_name(void)
{

	return (watch.name);
}
