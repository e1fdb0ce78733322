/*
 * lab - what may a workload do on the simulated machine?
 *
 * A workload is ordinary C, instrumented like the engine: its plain and atomic
 * accesses to memory from lab_memory() or lab_alloc() are seen by the machine.
 * It calls the functions below for everything else.  They tell the checks what
 * happened; they never change what the policy does.
 *
 * To add one: sim/workloads/NAME.c with `const struct workload_def
 * workload_NAME`, and a row WORKLOAD(NAME) in sim/workloads/workloads.def.
 *
 * Units       time is simulated picoseconds (_ps).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_LAB_H
#define SIM_LAB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/dist.h"
#include "sim/base/part.h"

struct lab;		/* one run, as a workload sees it */
struct lab_thread;	/* one simulated thread */

typedef void lab_body(struct lab_thread *thread, void *argument);

struct workload_def {
	struct part_def part;
	size_t item_bytes_least;	/* zone.item_size must be at least this */
	bool linked;	/* readers follow links that lie in items */
	/*
	 * Runs on CPU 0 in a thread of its own before the clock of the run
	 * starts; makes the shared structures and spawns the threads.
	 */
	void (*setup)(struct lab_thread *thread, const void *config);
};

extern const struct workload_def *const workload_defs[];
extern const size_t workload_def_count;

enum { LAB_ANY_CPU = -1 };

/* --- set-up ---------------------------------------------------------- */

unsigned lab_cpu_count(struct lab_thread *thread);
size_t lab_item_size(struct lab_thread *thread);

/* Zeroed shared memory, aligned to a cache line; lives until the run ends. */
void *lab_memory(struct lab_thread *thread, size_t bytes);

/*
 * A thread pinned to `cpu`, or one that migrates (LAB_ANY_CPU).  `argument`
 * is handed to the body.  Threads start when setup() has returned.
 * `name` must be a string literal.
 */
void lab_spawn(struct lab_thread *thread, const char *name, int cpu,
    lab_body *body, void *argument);

/* --- time and chance -------------------------------------------------- */

uint64_t lab_now_ps(const struct lab_thread *thread);
unsigned lab_cpu(const struct lab_thread *thread);
unsigned lab_index(const struct lab_thread *thread);	/* 0, 1, ... in order of spawning */

/* False once the run is over: finish the operation and return. */
bool lab_running(const struct lab_thread *thread);

/* Busy with its own registers for so long; may be preempted. */
void lab_compute(struct lab_thread *thread, uint64_t ps);
/* Off the CPU until that instant. */
void lab_sleep_until(struct lab_thread *thread, uint64_t instant_ps);
/* One turn of a spin loop. */
void lab_spin(struct lab_thread *thread);

/* Draws on the thread's own stream: same seed, same draws, any policy. */
uint64_t lab_draw(struct lab_thread *thread, uint64_t bound);
uint64_t lab_sample(struct lab_thread *thread, const struct dist *dist);

/* --- the policy under test -------------------------------------------- */

void lab_enter(struct lab_thread *thread);
void lab_exit(struct lab_thread *thread);

/*
 * NULL when memory is exhausted.  The item's content is whatever it was.
 * The caller initialises it before publishing.
 */
void *lab_alloc(struct lab_thread *thread);

/*
 * The item is unlinked.  `intended_ps` is when an open-loop workload meant to
 * do it (latency counts from there); 0 means now.
 */
void lab_retire(struct lab_thread *thread, void *item, uint64_t intended_ps);

/* Gives back an item that was never published. */
void lab_discard(struct lab_thread *thread, void *item);

void lab_synchronize(struct lab_thread *thread);

/*
 * The core of the policy by itself: goals are sequence numbers, and what must
 * not be called where, engine/smr.h says.  Only where there is one.
 */
enum lab_core { LAB_ADVANCE, LAB_POLL, LAB_WAIT, LAB_SEQUENCE };
bool lab_has_core(const struct lab_thread *thread);
/* Goals may be waited for: not where the clock moves the sequence. */
bool lab_core_waits(const struct lab_thread *thread);
uint32_t lab_advance(struct lab_thread *thread);
bool lab_poll(struct lab_thread *thread, uint32_t goal, bool wait);
uint32_t lab_sequence(struct lab_thread *thread);

/* Tells the oracle that this section now may hold `item`; see lab_load(). */
void lab_hold(struct lab_thread *thread, void *item);

void *lab_policy_load(struct lab_thread *thread, _Atomic(void *) *slot);

/*
 * Loads a published pointer inside a section.  Every pointer to an item that
 * a reader follows must come from here.
 */
static inline void *
lab_load(struct lab_thread *thread, _Atomic(void *) *slot)
{
	void *item;

	item = lab_policy_load(thread, slot);
	if (item != NULL)
		lab_hold(thread, item);
	return (item);
}

/*
 * Publishes `item` (may be NULL) and returns what was there.  The release is
 * for readers, the acquire for the next writer: those of a workload need not be
 * serialised (as those of FreeBSD's smr_serialized_swap() are), and whoever
 * takes an item out must come after whoever filled it.
 */
static inline void *
lab_swap(_Atomic(void *) *slot, void *item)
{

	return (atomic_exchange_explicit(slot, item, memory_order_acq_rel));
}

/* Publishes under the caller's own exclusion: a release store. */
static inline void
lab_publish(_Atomic(void *) *slot, void *item)
{

	atomic_store_explicit(slot, item, memory_order_release);
}

/* --- what was achieved -------------------------------------------------- */

/* `operations` units of the work that ops_per_s counts are done. */
void lab_done(struct lab_thread *thread, uint64_t operations);

/* The workload itself saw something impossible (a stale generation, say). */
void lab_complain(struct lab_thread *thread, const char *message);

/* A finding of the check `canary`: tests of the testing fire it. */
void lab_canary(struct lab_thread *thread);

#endif
