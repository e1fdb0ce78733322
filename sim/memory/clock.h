/*
 * clock - what happened before what?
 *
 * A vector clock for each CPU: how much of every CPU's past is ordered before
 * the next thing it does.  Program order is per CPU, since that is what
 * hardware orders: an interrupt handler and two threads that take turns on a
 * CPU are in order, a thread that moves takes its past along by a stamp.
 *
 * There are two clocks to a CPU.  `hb` is happens-before as in C11, which data
 * races are judged by.  `seen` is what coherence lets a load ignore no longer:
 * happens-before and, beyond it, the order of seq_cst fences; seen covers hb.
 *
 * seq_cst fences stand in one order.  Whatever happened before one of them is
 * seen by whoever comes after it or after a later one.  So `seen` is not kept
 * for each CPU: it is hb and the row of the latest fence in hb, and a row is
 * all that happened before its fence and those before it.  Rows are kept for
 * the last FENCES_MAX fences; an older one is taken for the oldest of these,
 * which can only show more.
 *
 * A stamp is a frozen clock that a release leaves with a store, for the load
 * that reads it to join.  Stamps are counted references in a pool.
 *
 * Units       epochs count a CPU's releases, from 1.
 * Errors      out of memory, or of epochs, is the end of the process.
 * Cost        knows: two loads.  join, stamp: linear in the number of CPUs;
 *             a join that would bring nothing new is mostly found out at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_CLOCK_H
#define SIM_MEMORY_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t stamp_id;	/* 0: nothing to join */

/* All at epoch 1, nobody knows of anybody. */
void clocks_reset(uint32_t cpus);
void clocks_fini(void);

/* The CPU's own epoch: what it does now bears it. */
uint32_t clock_epoch(uint32_t cpu);
/* What `other` did in its epoch happened before what `cpu` does next. */
bool clock_knows(uint32_t cpu, uint32_t other, uint32_t epoch);
/* The same of coherence. */
bool clock_has_seen(uint32_t cpu, uint32_t other, uint32_t epoch);

/* Freezes the CPU's clocks, joined with those of `with`; begins a new epoch. */
stamp_id stamp_take(uint32_t cpu, stamp_id with);
/* All of both; no CPU's clock. */
stamp_id stamp_both(stamp_id left, stamp_id right);
void stamp_join(uint32_t cpu, stamp_id stamp);
stamp_id stamp_hold(stamp_id stamp);	/* one more reference; returns it */
void stamp_drop(stamp_id stamp);
/* The taker's epoch then; 0 where several were joined, or none. */
uint32_t stamp_epoch(stamp_id stamp);

/* What the next acquire fence of the CPU shall join; and that fence. */
void clock_note(uint32_t cpu, stamp_id stamp);
void clock_acquire(uint32_t cpu);

/* --- seq_cst fences ------------------------------------------------------ */

enum { FENCES_MAX = 8 };

typedef uint32_t fence_id;	/* 0: none */

/*
 * A fence of the CPU takes its place, before the last `before` ones (0: it is
 * the last) and behind seq_cst store number `stores`.  Whoever wants a new
 * epoch behind it takes a stamp.
 */
fence_id clock_fence(uint32_t cpu, uint32_t before, uint32_t stores);
/* The latest fence that happened before what the CPU does next. */
fence_id clock_fence_known(uint32_t cpu);
/* The last one. */
fence_id fence_last(void);
/* Which of two stands later; how many stand later than this one. */
fence_id fence_later(fence_id left, fence_id right);
uint32_t fences_after(fence_id fence);
/* It happened before some fence. */
bool clock_fenced(uint32_t other, uint32_t epoch);
/* The last seq_cst store that the CPU has seen for a fence's sake. */
uint32_t clock_stores_seen(uint32_t cpu);

#endif
