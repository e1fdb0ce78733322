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
 * happens-before and, beyond it, the order of seq_cst fences (clock_order.h);
 * seen covers hb.
 *
 * A stamp is a frozen clock that a release leaves with a store, for the load
 * that reads it to join.  Stamps are counted references in a pool.
 *
 * Units       epochs count a CPU's releases, from 1, and stay below 2^31.
 * Errors      out of memory is the end of the process; that epochs run out,
 *             clocks_spent() says long before it happens.
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
typedef uint32_t order_id;	/* 0: none */

/* Four epochs of a clock: all of it, on a machine of so many CPUs. */
enum { CLOCK_LANES = 4 };

typedef int32_t clock_lanes
    __attribute__((vector_size(CLOCK_LANES * sizeof(int32_t)), may_alias));

/* One lane of all ones for each CPU. */
extern const clock_lanes clock_alone[CLOCK_LANES];

/* All at epoch 1, nobody knows of anybody. */
void clocks_reset(uint32_t cpus);
void clocks_fini(void);

/*
 * Half of all epochs, or of all places in the order of seq_cst operations, have
 * been used: a run that goes on must be ended some day.
 */
bool clocks_spent(uint32_t cpus);

/* The clocks themselves, a row for each CPU; for the functions below. */
extern struct clock_rows {
	uint32_t *hb;		/* rows are clock_lanes, and aligned so */
	uint32_t words;		/* of a row: at least one for each CPU */
	uint32_t version;	/* of the order: it changes with what it has */
	clock_lanes *stamps;	/* that of a stamp begins at its number */
	struct clock_own *own;
	bool straight;		/* of two places a larger id has the later */
	bool quick;		/* straight, and clock_few() */
} clock_rows;

/* A stamp is a few words, then a row. */
enum {
	STAMP_REFERENCES,
	STAMP_OWNER,		/* CPU; when free: the next free stamp */
	STAMP_EPOCH,		/* the owner's; 0: joined from several */
	STAMP_FENCE,
	STAMP_HB
};

/* What a CPU has beside its row. */
struct clock_own {
	order_id fence;		/* the latest in hb */
	/* The latest seq_cst operation with a path of sb and rf to here; for
	 * sim/memory/relaxed.c alone. */
	order_id cause;
	uint32_t noted;		/* 1: an acquire fence has something to join */
	uint32_t row_version;	/* of a fence, when it was looked up: */
	order_id row_fence;
	order_id noted_fence;
	const uint32_t *row;	/* ... and the fence's row */
};

static inline clock_lanes
lanes_max(clock_lanes left, clock_lanes right)
{
	clock_lanes larger;

	larger = left > right;
	return ((left & larger) | (right & ~larger));
}

/* The CPU's own epoch: what it does now bears it. */
static inline uint32_t
clock_epoch(uint32_t cpu)
{

	return (clock_rows.hb[(size_t)cpu * clock_rows.words + cpu]);
}

/* The epochs of all CPUs up to which this one knows what they did. */
static inline const uint32_t *
clock_known(uint32_t cpu)
{

	return (clock_rows.hb + (size_t)cpu * clock_rows.words);
}

/* What `other` did in its epoch happened before what `cpu` does next. */
static inline bool
clock_knows(uint32_t cpu, uint32_t other, uint32_t epoch)
{

	return (clock_known(cpu)[other] >= epoch);
}

/* The row of the CPU's fence is at hand. */
static inline bool
order_row_found(const struct clock_own *own)
{

	return (own->row_fence == own->fence &&
	    own->row_version == clock_rows.version);
}

/* Everything but the common case. */
bool clock_has_seen_slow(uint32_t cpu, uint32_t other, uint32_t epoch);

/* The same of coherence. */
static inline bool
clock_has_seen(uint32_t cpu, uint32_t other, uint32_t epoch)
{
	const struct clock_own *own;

	if (clock_knows(cpu, other, epoch))
		return (true);
	own = &clock_rows.own[cpu];
	if (order_row_found(own))
		return (own->row[other] >= epoch);
	return (clock_has_seen_slow(cpu, other, epoch));
}

/* Freezes the CPU's clocks, joined with those of `with`; begins a new epoch. */
stamp_id stamp_take(uint32_t cpu, stamp_id with);
/* All of both; no CPU's clock. */
stamp_id stamp_both(stamp_id left, stamp_id right);

/* Everything but the common cases. */
void stamp_join_slow(uint32_t cpu, const uint32_t *words);
void stamp_free(stamp_id stamp);

static inline uint32_t *
stamp_words(stamp_id stamp)
{

	return ((uint32_t *)(clock_rows.stamps + stamp));
}

/* It would bring nothing to this clock, as far as can be told at once. */
static inline bool
stamp_covered(const uint32_t *row, const uint32_t *words)
{

	return (words[STAMP_EPOCH] != 0 &&
	    row[words[STAMP_OWNER]] >= words[STAMP_EPOCH]);
}

static inline void
stamp_join(uint32_t cpu, stamp_id stamp)
{
	const uint32_t *words;

	if (stamp == 0)
		return;
	words = stamp_words(stamp);
	if (!stamp_covered(clock_rows.hb + (size_t)cpu * clock_rows.words,
	    words))
		stamp_join_slow(cpu, words);
}

/* One more reference; returns it. */
static inline stamp_id
stamp_hold(stamp_id stamp)
{

	if (stamp != 0)
		stamp_words(stamp)[STAMP_REFERENCES]++;
	return (stamp);
}

static inline void
stamp_drop(stamp_id stamp)
{

	if (stamp != 0 && --stamp_words(stamp)[STAMP_REFERENCES] == 0)
		stamp_free(stamp);
}

/* The taker's epoch then; 0 where several were joined, or none. */
static inline uint32_t
stamp_epoch(stamp_id stamp)
{

	return (stamp == 0 ? 0 : stamp_words(stamp)[STAMP_EPOCH]);
}

/* What the next acquire fence of the CPU shall join; and that fence. */
void clock_note(uint32_t cpu, stamp_id stamp);
void clock_note_row(uint32_t cpu, const uint32_t *row, order_id fence);
void clock_acquire(uint32_t cpu);
/* A new epoch. */
void clock_tick(uint32_t cpu);

#endif
