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
 * seq_cst operations stand in one order, which need not be that of execution.
 * Whatever happened before a fence is seen by whoever comes after it or after a
 * later one.  So `seen` is not kept for each CPU: it is hb and the row of the
 * latest fence in hb, and a row is all that happened before its fence and those
 * before it.  The order has its last ORDER_MAX operations; all older ones are
 * taken for one, which can only show more.
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
#include <stddef.h>
#include <stdint.h>

typedef uint32_t stamp_id;	/* 0: nothing to join */

/* All at epoch 1, nobody knows of anybody. */
void clocks_reset(uint32_t cpus);
void clocks_fini(void);

/* The clocks themselves, a row for each CPU; for the functions below. */
extern struct clock_rows {
	uint32_t *hb;
	uint32_t words;		/* of a row: at least one for each CPU */
} clock_rows;

/* The CPU's own epoch: what it does now bears it. */
static inline uint32_t
clock_epoch(uint32_t cpu)
{

	return (clock_rows.hb[(size_t)cpu * clock_rows.words + cpu]);
}

/* What `other` did in its epoch happened before what `cpu` does next. */
static inline bool
clock_knows(uint32_t cpu, uint32_t other, uint32_t epoch)
{

	return (clock_rows.hb[(size_t)cpu * clock_rows.words + other] >=
	    epoch);
}

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

/* --- the order of seq_cst operations -------------------------------------- */

enum { ORDER_MAX = 16 };

typedef uint32_t order_id;	/* 0: none */

/*
 * A fence of the CPU takes its place, before the last `before` operations (0:
 * it is the last).  Whoever wants a new epoch behind it takes a stamp.
 */
order_id order_fence(uint32_t cpu, uint32_t before);
/* The same of an access there.  A load wants a new epoch as well. */
order_id order_access(uint32_t cpu, uint32_t before, uint32_t offset);
void clock_tick(uint32_t cpu);

/* The latest fence that happened before what the CPU does next. */
order_id order_known(uint32_t cpu);
order_id order_last(void);
/* Which of two stands later. */
order_id order_later(order_id left, order_id right);
/* Grows along the order; 0: none; those too old to tell share a place. */
uint32_t order_place(order_id id);
/* The first place of a fence that this happened before; UINT32_MAX: none. */
uint32_t order_fenced(uint32_t other, uint32_t epoch);
/*
 * The last operation that must stand before a new one of the CPU for the sake
 * of happens-before: a fence, or an access to `offset` that joins `stamp`.
 */
order_id order_limit_fence(uint32_t cpu);
order_id order_limit_access(uint32_t cpu, uint32_t offset, stamp_id stamp);

#endif
