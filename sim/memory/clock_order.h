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
 * Cost        a new last one: O(1), amortised, beside its row; any other linear
 *             in ORDER_MAX at most.  Comparing two is one comparison, as long
 *             as ids can be found between those of their neighbours.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_CLOCK_ORDER_H
#define SIM_MEMORY_CLOCK_ORDER_H

#include "sim/memory/clock.h"

enum {
	ORDER_MAX = 16,
	ORDER_SPAN = 64,	/* room for those, and for the next */
	ORDER_GAP = 16,		/* ids between two that come one after another */
	ORDER_GAPS_UPTO = 1 << 30,
	ORDER_FOUND = 64,	/* so many ids are found at once */
};

extern struct clock_order {
	/*
	 * Those from `first` to `last`.  The first one is for all that is too
	 * old, and is called place 1; place 0 is before everything.
	 */
	struct place {
		uint32_t *row;	/* of a fence */
		uint32_t cpu;
		uint32_t epoch;
		uint32_t offset;	/* of an access */
		bool fence;
	} places[ORDER_SPAN];
	order_id ids[ORDER_SPAN];	/* those of places[], to be found soon */
	uint8_t found[ORDER_FOUND];	/* where an id was last put */
	uint32_t first;
	uint32_t last;
	order_id id_last;	/* the highest ever given */
	order_id id_lowest;	/* none lower is left */
	order_id id_dropped;	/* the highest that is too old */
} clock_order;

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

static inline order_id
order_last(void)
{

	return (clock_order.ids[clock_order.last]);
}

/* It has this id from now on. */
static inline void
order_name(uint32_t at, order_id id)
{

	clock_order.ids[at] = id;
	clock_order.found[(id / ORDER_GAP + id) % ORDER_FOUND] = (uint8_t)at;
}

/* Which of two stands later. */
order_id order_later_slow(order_id left, order_id right);

static inline order_id
order_later(order_id left, order_id right)
{

	if (left == right)
		return (left);
	/* Nothing is 0, and those too old to tell are alike. */
	if (__builtin_expect(clock_rows.straight, 1))
		return (left > right ? left : right);
	return (order_later_slow(left, right));
}

/* Looks up the row of the CPU's fence. */
void order_row_find(struct clock_own *own);
/* Grows along the order; 0: none; those too old to tell share a place. */
uint32_t order_place(order_id id);
/* The first place of a fence that this happened before; UINT32_MAX: none. */
uint32_t order_fenced(uint32_t other, uint32_t epoch);
/*
 * The last operation that must stand before a new one of the CPU for the sake
 * of happens-before: a fence, or an access to `offset` that joins `row` (or NULL).
 */
order_id order_limit_fence(uint32_t cpu);
order_id order_limit_access(uint32_t cpu, uint32_t offset,
    const uint32_t *row);

#endif
