/*
 * clock_order - where do seq_cst operations stand?
 *
 * seq_cst operations stand in one order, which need not be that of execution.
 * Whatever happened before a fence is seen by whoever comes after it or after a
 * later one.  So `seen` is not kept for each CPU: it is hb and the row of the
 * latest fence in hb, and a row is all that happened before its fence and those
 * before it.  The order has its last ORDER_MAX operations; all older ones are
 * taken for one, which can only show more.
 *
 * Errors      out of memory is the end of the process.
 * Cost        linear in ORDER_MAX at most; comparing two that came in order is
 *             one comparison.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_CLOCK_ORDER_H
#define SIM_MEMORY_CLOCK_ORDER_H

#include "sim/memory/clock.h"

enum { ORDER_MAX = 16 };

/*
 * A fence of the CPU takes its place, before the last `before` operations (0:
 * it is the last).  Whoever wants a new epoch behind it takes a stamp.
 */
order_id order_fence(uint32_t cpu, uint32_t before);
/* The same of an access there.  A load wants a new epoch as well. */
order_id order_access(uint32_t cpu, uint32_t before, uint32_t offset);

/* For clocks_spent(). */
bool order_spent(void);

/* The latest fence that happened before what the CPU does next. */
static inline order_id
order_known(uint32_t cpu)
{

	return (clock_rows.own[cpu].fence);
}

order_id order_last(void);
/* Which of two stands later. */
order_id order_later_slow(order_id left, order_id right);

static inline order_id
order_later(order_id left, order_id right)
{

	if (left == right || right == 0)
		return (left);
	return (left == 0 ? right : order_later_slow(left, right));
}

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
