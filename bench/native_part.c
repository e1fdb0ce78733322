/*
 * What the schemes of bench/native have in common.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "bench/native.h"
#include "engine/zone.h"

static _Atomic(size_t) peak_pages;

/* As it was before anybody was bound. */
static const cpu_set_t *
allowed(void)
{
	static cpu_set_t set;
	static bool known;

	if (!known && sched_getaffinity(0, sizeof(set), &set) != 0)
		native_fail("sched_getaffinity");
	known = true;
	return (&set);
}

unsigned
native_cpus(void)
{
	unsigned count;

	count = (unsigned)CPU_COUNT(allowed());
	return (count < NATIVE_CPUS_MAX ? count : NATIVE_CPUS_MAX);
}

void
native_bind(unsigned index)
{
	cpu_set_t one;
	unsigned cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed()) && index-- == 0)
			break;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	if (pthread_setaffinity_np(pthread_self(), sizeof(one), &one) != 0)
		native_fail("pthread_setaffinity_np");
}

static uint64_t
clock_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

uint64_t
native_wall_ns(void)
{

	return (clock_ns(CLOCK_MONOTONIC));
}

uint64_t
native_thread_ns(void)
{

	return (clock_ns(CLOCK_THREAD_CPUTIME_ID));
}

uint64_t
native_process_ns(void)
{

	return (clock_ns(CLOCK_PROCESS_CPUTIME_ID));
}

uint32_t
native_draw(uint64_t *state)
{

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	return ((uint32_t)(*state >> 33));
}

static int
by_value(const void *left, const void *right)
{
	double a, b;

	a = *(const double *)left;
	b = *(const double *)right;
	return ((a > b) - (a < b));
}

double
native_median(double *values, unsigned count)
{

	qsort(values, count, sizeof(double), by_value);
	return (values[count / 2]);
}

void
native_fail(const char *what)
{

	(void)fprintf(stderr, "bench native: %s failed\n", what);
	exit(3);
}

void
native_configure(enum kern_native_asymmetric fences)
{
	struct kern_native_config config;
	unsigned tries;

	config = (struct kern_native_config){
		.cpus = native_cpus() + NATIVE_SLOTS,
		.hz = KERN_NATIVE_HZ,
		.asymmetric = fences,
	};
	/* A thread that somebody else has ended may be slow to leave. */
	for (tries = 0; tries < 1000; tries++) {
		if (kern_native_configure(&config) == 0)
			return;
		(void)nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	native_fail("kern_native_configure");
}

struct zone *
native_zone(struct smr *smr)
{
	struct zone_setup setup;
	struct zone *zone;

	setup = (struct zone_setup){
		.name = "packets",
		.item_size = sizeof(struct native_packet),
		.flags = ZONE_MAXBUCKET,
		.limit = NATIVE_ITEMS_MAX,
		.smr = smr,
	};
	zone = zone_create(&setup);
	if (zone == NULL)
		native_fail("zone_create");
	return (zone);
}

void
native_note_pages(void)
{
	size_t now, peak;

	now = kern_native_pages();
	peak = atomic_load_explicit(&peak_pages, memory_order_relaxed);
	while (now > peak && !atomic_compare_exchange_weak_explicit(&peak_pages,
	    &peak, now, memory_order_relaxed, memory_order_relaxed))
		continue;
}

double
native_peak_bytes(void)
{

	return ((double)atomic_exchange(&peak_pages, 0) * KERN_PAGE_SIZE);
}

void
native_release(struct zone *zone, struct native_packet *packet)
{

	if (kern_native_attach() != 0)
		native_fail("kern_native_attach");
	zone_free(zone, packet);
}
