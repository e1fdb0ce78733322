/*
 * relaxed_stamp - what does a store leave to whoever acquires it?
 *
 * A clock, as it was: on a machine of a few CPUs in place, so that nothing is
 * counted or looked up, and nothing must be asked before it is joined; else a
 * stamp of the pool (sim/memory/clock.h).  `few` is clock_few(), for whoever
 * knows.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_RELAXED_STAMP_H
#define SIM_MEMORY_RELAXED_STAMP_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/memory/clock.h"
#include "sim/memory/clock_few.h"
#include "sim/memory/memory.h"

struct past_stamp {
	clock_lanes row;	/* few: 0 where it is nothing */
	order_id fence;		/* few: the latest in it */
	uint32_t epoch;		/* few: the taker's; 0: of several, or none */
	stamp_id id;		/* many: a reference; 0 where it is nothing */
	uint32_t unused;
};

FEW_INLINE void
past_stamp_clear(struct past_stamp *stamp, bool few)
{

	if (few) {
		stamp->row = (clock_lanes){ 0 };
		stamp->fence = stamp->epoch = 0;
	}
	stamp->id = 0;
}

/* A new epoch begins behind it. */
FEW_INLINE void
past_stamp_take(struct past_stamp *stamp, uint32_t cpu, bool few)
{
	uint32_t *epoch;

	if (!few) {
		stamp->id = stamp_take(cpu, 0);
		return;
	}
	stamp->row = *few_clock(cpu);
	stamp->fence = order_known(cpu);
	epoch = (uint32_t *)few_clock(cpu) + cpu;
	stamp->epoch = *epoch;
	assert(*epoch < INT32_MAX);
	++*epoch;
}

/* One more of the same. */
FEW_INLINE void
past_stamp_hold(struct past_stamp *stamp, const struct past_stamp *other,
    bool few)
{

	if (few)
		*stamp = *other;
	else
		stamp->id = stamp_hold(other->id);
}

FEW_INLINE void
past_stamp_drop(const struct past_stamp *stamp, bool few)
{

	if (!few)
		stamp_drop(stamp->id);
}

/* All of both, of which neither is the result. */
FEW_INLINE void
past_stamp_both(struct past_stamp *stamp, const struct past_stamp *left,
    const struct past_stamp *right, bool few)
{

	if (few) {
		stamp->row = lanes_max(left->row, right->row);
		stamp->fence = order_later(left->fence, right->fence);
		stamp->epoch = 0;
	} else {
		stamp->id = stamp_both(left->id, right->id);
	}
}

/* More is in it than was; `more` stays the caller's. */
static inline void
past_stamp_add(struct past_stamp *stamp, const struct past_stamp *more)
{
	struct past_stamp before;

	before = *stamp;
	past_stamp_both(stamp, &before, more, clock_few());
	past_stamp_drop(&before, clock_few());
}

/* Nothing is in it. */
FEW_INLINE bool
past_stamp_none(const struct past_stamp *stamp, bool few)
{

	return (few ? lanes_all(stamp->row == 0) : stamp->id == 0);
}

/* The taker's epoch; 0 where it is of several, or nothing. */
FEW_INLINE uint32_t
past_stamp_epoch(const struct past_stamp *stamp, bool few)
{

	return (few ? stamp->epoch : stamp_epoch(stamp->id));
}

/* The clock; NULL where it is nothing. */
FEW_INLINE const uint32_t *
past_stamp_row(const struct past_stamp *stamp, bool few)
{

	if (few)
		return ((const uint32_t *)&stamp->row);
	return (stamp->id == 0 ? NULL : stamp_words(stamp->id) + STAMP_HB);
}

/* The CPU joins it, or will at its next acquire fence. */
FEW_INLINE void
past_stamp_join(uint32_t cpu, const struct past_stamp *stamp, int order,
    bool few)
{

	if (!order_acquires(order)) {
		if (!few)
			clock_note(cpu, stamp->id);
		else if (!past_stamp_none(stamp, true))
			clock_note_row(cpu, past_stamp_row(stamp, true),
			    stamp->fence);
	} else if (few) {
		few_join(cpu, stamp->row, stamp->fence);
	} else {
		stamp_join(cpu, stamp->id);
	}
}

#endif
