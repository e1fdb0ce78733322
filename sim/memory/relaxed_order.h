/*
 * relaxed_order - where may a seq_cst operation stand?
 *
 * RC11 wants of seq_cst operations that psc is acyclic: that there is one order
 * of them all that agrees with coherence, with happens-before between fences,
 * and with most of happens-before between accesses.  Here that order is kept
 * (sim/memory/clock.h), and a new operation takes a place in it.  Which places
 * there are follows from what the histories know of the operations before it:
 * nothing may be ordered the other way by psc.
 *
 * The order need not be that of execution.  Were new ones always last, we would
 * miss
 *
 *	z = 1; fence; x = 1 | r = x; y = 1 | r = y; fence; r = z
 *
 * with all relaxed and 1, 1, 0 read, which RC11 allows: the middle CPU orders
 * nothing.  There is something to gain only where a path of sb and rf leads
 * from the operation that stands last to the new one; otherwise another order
 * of execution shows the same.  (Of any consistent execution, let that
 * operation be executed last that stands last, or if others depend on it by sb
 * and rf, one of these on which no other depends.  And so on with the rest.)
 *
 * Source      Lahav, Vafeiadis, Kang, Hur, Dreyer: Repairing sequential
 *             consistency in C/C++11, PLDI 2017, section 3.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_RELAXED_ORDER_H
#define SIM_MEMORY_RELAXED_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/memory/clock_order.h"
#include "sim/memory/memory.h"
#include "sim/memory/relaxed_history.h"

/* A change reads one store and puts another right behind it. */
enum relaxed_access { RELAXED_LOAD, RELAXED_STORE, RELAXED_CHANGE };

/*
 * What an access is, and whether it has a place in the order.  A compare-
 * exchange is a load where it reads what it does not expect.
 */
struct relaxed_what {
	enum relaxed_access access;
	bool ordered;
	const struct memory_expected *expected;	/* or NULL */
};

/* It stands before a fence that the CPU knows of. */
static inline bool
relaxed_stands_before(uint32_t cpu, const struct past_store *store)
{

	return (store->ordered != 0 && order_place(store->ordered) <=
	    order_place(order_known(cpu)));
}

/* Coherence: the CPU can see nothing older than this store. */
static inline bool
relaxed_sees(uint32_t cpu, const struct past_store *store)
{

	return (clock_has_seen(cpu, store->cpu, store->epoch) ||
	    relaxed_stands_before(cpu, store));
}

/* The index of the oldest store that the CPU can still see. */
static inline uint32_t
relaxed_search_many(uint32_t cpu, struct location *location)
{
	const struct past_store *store;
	uint32_t index;

	for (index = location->count - 1U; index > 0; index--) {
		store = history_at(location, index);
		if (relaxed_sees(cpu, store) || (store->readers != 0 &&
		    history_reader_seen(store, cpu)))
			break;
	}
	return (index);
}

/* The same where clock_few(). */
FEW_INLINE uint32_t
relaxed_search_few(uint32_t cpu, struct location *location)
{
	const struct past_store *store;
	clock_lanes seen;
	uint64_t order;
	uint32_t index;

	seen = few_seen(cpu);
	order = location->order;
	for (index = location->count - 1U;; index--) {
		store = &location->stores[order >> 8 * index & 0xff];
		/* Nobody ignores the oldest. */
		if (!lanes_all(store->told > seen) ||
		    relaxed_stands_before(cpu, store))
			return (index);
	}
}

/*
 * Nothing is older that the CPU could see, as far as can be told at once: mostly
 * it can.  `few` is clock_few(), for whoever knows.
 */
FEW_INLINE bool
relaxed_sees_newest(uint32_t cpu, const struct location *location, bool few)
{
	const struct past_store *newest;

	newest = location->newest;
	return (few ? !lanes_all(newest->told > *few_clock(cpu)) :
	    clock_knows(cpu, newest->cpu, newest->epoch));
}

uint32_t relaxed_lowest(uint32_t cpu, struct location *location);

/* The same, which takes longer where it is not the newest. */
static inline uint32_t
relaxed_floor(uint32_t cpu, struct location *location)
{

	return (location->count == 1 ||
	    relaxed_sees_newest(cpu, location, clock_few()) ?
	    location->count - 1U : relaxed_lowest(cpu, location));
}

/*
 * `cause` is the latest operation with a path of sb and rf to the new one,
 * `limit` one that must stand before it.
 */
bool relaxed_movable(order_id cause, order_id limit);
/* How many operations a new fence stands in front of; it may choose, or not. */
uint32_t relaxed_choose_fence(uint32_t cpu);
static inline uint32_t
relaxed_place_fence(uint32_t cpu, order_id cause)
{

	return (cause != 0 && relaxed_movable(cause, order_known(cpu)) ?
	    relaxed_choose_fence(cpu) : 0);
}

/*
 * An access that may be seq_cst chooses an index from `floor` on, which is
 * returned, and takes its place if it is; `taken` is 0 if it is not.  One that
 * changes or stores comes right behind what it reads or follows, so not where
 * another read-modify-write does.
 */
uint32_t relaxed_place_access(uint32_t cpu, order_id causes,
    struct location *location, uint32_t floor,
    const struct relaxed_what *what, order_id *taken);
/* What the access is if it reads, or follows, that store. */
struct relaxed_what relaxed_what_of(const struct relaxed_what *what,
    const struct past_store *store);

#endif
