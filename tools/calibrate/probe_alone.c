/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>

#include "tools/calibrate/probe.h"
#include "tools/calibrate/rig.h"
#include "tools/calibrate/watch.h"

enum { BATCHES = 7, TURNS = 2000, FULL = 32 };

static _Alignas(128) _Atomic uint64_t word;
static _Alignas(128) pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* The same batch some times; the middle one, for each of its turns. */
static double
turns_median(void (*turns)(void))
{
	double batch[BATCHES];
	uint64_t from, to;
	size_t i;

	turns();
	for (i = 0; i < BATCHES; i++) {
		from = watch_read();
		turns();
		to = watch_read();
		batch[i] = watch_ns(from, to) / TURNS;
	}
	return (rig_median(batch, BATCHES));
}

static MEASURED void
turns_atomic(void)
{
	uint64_t value;
	size_t i;

	value = 0;
	for (i = 0; i < TURNS; i++)
		value = atomic_fetch_add_explicit(&word, value,
		    memory_order_seq_cst);
}

double
probe_atomic(struct rig *rig)
{
	double added;

	added = turns_median(turns_atomic) - probe_hit(rig);
	return (added > 0 ? added : 0);
}

static MEASURED void
turns_fence(void)
{
	size_t i;

	for (i = 0; i < TURNS; i++) {
		atomic_thread_fence(memory_order_seq_cst);
		/* clang makes one of several fences in a row. */
		__asm__ volatile ("" ::: "memory");
	}
}

double
probe_fence(struct rig *rig)
{

	(void)rig;
	return (turns_median(turns_fence));
}

static MEASURED void
turns_lock(void)
{
	size_t i;

	for (i = 0; i < TURNS; i++) {
		pthread_mutex_lock(&mutex);
		pthread_mutex_unlock(&mutex);
	}
}

double
probe_lock(struct rig *rig)
{

	(void)rig;
	return (turns_median(turns_lock));
}

static MEASURED void
turns_pause(void)
{
	size_t i;

	for (i = 0; i < TURNS; i++)
		watch_pause();
}

double
probe_pause(struct rig *rig)
{

	(void)rig;
	return (turns_median(turns_pause));
}

/* --- a fence behind stores that wait for their lines ------------------------------ */

static MEASURED double
store_and_fence(struct chain *chain)
{
	struct chain_line *lines[FULL];
	uint64_t from, to;
	size_t i;

	/* Their addresses are known; by the time of the stores they are not
	 * in the private caches, for the chain is longer than those. */
	for (i = 0; i < FULL; i++) {
		lines[i] = chain->at;
		chain_walk(chain, 1);
	}
	chain_walk(chain, chain->lines - FULL);
	from = watch_read();
	for (i = 0; i < FULL; i++)
		atomic_store_explicit(&lines[i]->word, i,
		    memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	to = watch_read();
	return (watch_ns(from, to));
}

double
probe_fence_full(struct rig *rig)
{
	double batch[3];
	size_t i;

	for (i = 0; i < 3; i++)
		batch[i] = store_and_fence(&rig->level[LEVEL_SHARED]);
	return (rig_median(batch, 3));
}
