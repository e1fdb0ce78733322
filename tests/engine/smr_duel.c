/*
 * smr_duel - is the reader's fence there when only the scan pays for it?
 *
 *	smr_duel asymmetric|symmetric|canary [seconds]
 *
 * One reader and one writer, each bound to a processor.  The writer unlinks an
 * item and asks at once whether anybody can hold it; if not, it spoils it, while
 * the reader has one section, from about the same moment on.  The scan keeps
 * taking the line of the reader's word away, so the reader's store to it waits
 * in the store buffer for about as long as the writer needs, and its loads do
 * not wait with it; some stores before it to lines that the writer has just
 * written hold it up further.  Without a fence on one of the two sides a reader
 * is missed now and then.
 *
 * The program is linked a second time as smr_duel_unfenced, with a function
 * that does nothing in place of the heavy fence's membarrier(2); `canary` there
 * demands that a use after free is seen, and ends with the first.  Of the rounds
 * only those tell anything in which the two ran at the same time, and beside
 * other programs, or on processors that are none, that can be few: they are
 * those that took about as long as the shortest, since handing a round over
 * from one time slice to the next takes a thousand times as long.  Without
 * enough of them the canary says nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/kern.h"
#include "engine/smr.h"
#include "engine/smr_section.h"

enum {
	LOOKS = 4000,
	NOISE = 8,
	LAG = 500,
	CLOSE = 8,	/* times the shortest round */
	CLOSE_MIN = 200000,	/* rounds; one in some thousands shows it */
	SKIPPED = 77
};

struct item {
	_Alignas(128) _Atomic(uint64_t) sound;
};

static struct {
	struct smr *smr;
	uint64_t end_ns;
	_Alignas(128) _Atomic(struct item *) slot;
	_Alignas(128) _Atomic(uint64_t) round;	/* by the writer; 0 ends it */
	_Alignas(128) _Atomic(uint64_t) done;	/* by the reader */
	struct item noise[NOISE];
	_Atomic(uint64_t) violations;
	uint64_t rounds;
	uint64_t close_rounds;	/* the two ran at the same time */
	bool canary;
} duel = { .round = 1, .done = 1 };

static struct item items[2];

static uint64_t
wall_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return ((uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec);
}

static void
bind_to(const cpu_set_t *allowed, int nth)
{
	cpu_set_t one;
	int cpu;

	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed) && nth-- == 0)
			break;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	(void)pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
}

/* Some hundred nanoseconds at most, so that the two meet in all ways. */
static void
lag(uint64_t *state)
{
	unsigned turns;

	*state = *state * UINT64_C(6364136223846793005) +
	    UINT64_C(1442695040888963407);
	for (turns = (unsigned)(*state >> 33) % LAG; turns > 0; turns--)
		__asm__ volatile("");
}

static void
make_noise(uint64_t value)
{
	unsigned i;

	for (i = 0; i < NOISE; i++)
		atomic_store_explicit(&duel.noise[i].sound, value,
		    memory_order_relaxed);
}

static void *
reader(void *allowed)
{
	struct item *item;
	uint64_t round, seen, state;
	unsigned looks;

	bind_to(allowed, 1);
	if (kern_native_attach() != 0)
		abort();
	state = 1;
	for (seen = 1;; seen = round) {
		while ((round = atomic_load_explicit(&duel.round,
		    memory_order_acquire)) == seen)
			kern_spin();
		if (round == 0)
			return (NULL);
		lag(&state);
		make_noise(round);
		smr_section_enter(duel.smr);
		item = atomic_load_explicit(&duel.slot, memory_order_acquire);
		for (looks = 0; looks < LOOKS; looks++)
			if (atomic_load_explicit(&item->sound,
			    memory_order_relaxed) == 0) {
				atomic_fetch_add(&duel.violations, 1);
				break;
			}
		smr_section_exit(duel.smr);
		atomic_store_explicit(&duel.done, round, memory_order_release);
	}
}

/* A canary has sung as soon as it is heard. */
static bool
over(uint64_t now_ns)
{

	return (now_ns >= duel.end_ns || (duel.canary &&
	    atomic_load(&duel.violations) != 0));
}

static void
count_round(uint64_t took_ns)
{
	static uint64_t least_ns = UINT64_MAX;

	if (took_ns < least_ns)
		least_ns = took_ns;
	duel.rounds++;
	duel.close_rounds += took_ns / CLOSE <= least_ns;
}

static void
writer(void)
{
	struct item *next, *old;
	struct smr_seq goal;
	uint64_t round, state, now_ns, before_ns;

	state = 2;
	before_ns = wall_ns();
	for (round = 2; !over(before_ns); round++) {
		next = &items[round % 2];
		atomic_store_explicit(&next->sound, 1, memory_order_relaxed);
		make_noise(round);
		atomic_store_explicit(&duel.round, round, memory_order_release);
		lag(&state);
		old = atomic_exchange_explicit(&duel.slot, next,
		    memory_order_acq_rel);
		goal = smr_advance(duel.smr);
		while (!smr_poll(duel.smr, goal, false))
			kern_spin();
		atomic_store_explicit(&old->sound, 0, memory_order_relaxed);
		while (atomic_load_explicit(&duel.done,
		    memory_order_acquire) != round)
			kern_spin();
		now_ns = wall_ns();
		count_round(now_ns - before_ns);
		before_ns = now_ns;
	}
	atomic_store_explicit(&duel.round, 0, memory_order_release);
}

int
main(int argc, char **argv)
{
	static const char *const kinds[] = { "asymmetric", "symmetric",
		"canary" };
	struct kern_native_config config = { .cpus = 2, .hz = 1000 };
	cpu_set_t allowed;
	pthread_t thread;
	double seconds;
	unsigned kind;

	for (kind = 0; argc > 1 && kind < 3 && strcmp(argv[1], kinds[kind]) !=
	    0; kind++)
		continue;
	seconds = argc > 2 ? strtod(argv[2], NULL) : 1;
	if (argc < 2 || argc > 3 || kind == 3 || !(seconds > 0)) {
		(void)fprintf(stderr, "usage: smr_duel asymmetric|symmetric|"
		    "canary [seconds, more than 0]\n");
		return (2);
	}
	(void)sched_getaffinity(0, sizeof(allowed), &allowed);
	duel.canary = kind == 2;
	if (kind == 1)
		config.asymmetric = KERN_NATIVE_NEVER;
	if (CPU_COUNT(&allowed) < 2 || kern_native_configure(&config) != 0 ||
	    kern_native_fences_asymmetric() != (kind != 1)) {
		(void)puts("skipped: one processor, or no membarrier(2)");
		return (SKIPPED);
	}
	if (kern_native_attach() != 0 ||
	    (duel.smr = smr_create("duel", NULL)) == NULL)
		return (3);
	atomic_store(&items[1].sound, 1);
	atomic_store(&duel.slot, &items[1]);
	duel.end_ns = wall_ns() + (uint64_t)(seconds * 1e9);
	if (pthread_create(&thread, NULL, reader, &allowed) != 0)
		return (3);
	bind_to(&allowed, 0);
	writer();
	(void)pthread_join(thread, NULL);
	(void)printf("%s: %" PRIu64 " rounds, of which the two met in %" PRIu64
	    ", %" PRIu64 " uses after free\n", argv[1], duel.rounds,
	    duel.close_rounds, atomic_load(&duel.violations));
	smr_destroy(duel.smr);
	if (duel.canary && atomic_load(&duel.violations) == 0 &&
	    duel.close_rounds < CLOSE_MIN) {
		(void)puts("skipped: the processors had other things to do");
		return (SKIPPED);
	}
	return ((atomic_load(&duel.violations) != 0) != duel.canary);
}
