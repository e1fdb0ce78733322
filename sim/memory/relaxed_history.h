/*
 * relaxed_history - which stores to a location can still be seen?
 *
 * A location is (offset, size) in the arena.  Its history is the list of its
 * last stores in modification order; the bytes in memory are always those of
 * the last one.  A location that nobody has stored to atomically has none: all
 * CPUs see what is in memory.
 *
 * Locations that are known never overlap and never cross a granule of eight
 * bytes.  When another width is used, or a plain store comes along, the history
 * collapses to what is in memory, for everybody to see.
 *
 * Whatever is dropped for want of room leaves fewer behaviours, never more: an
 * older store is no longer there to be read, and the stamp of a location that
 * gave its place to another goes to `lost`, which every load from a location
 * without history joins.
 *
 * Cost        find: O(1).  Nothing allocates; reset clears what was used.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_RELAXED_HISTORY_H
#define SIM_MEMORY_RELAXED_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/memory/clock.h"

enum {
	HISTORY_STORES = 8,		/* of one location */
	HISTORY_LOCATIONS = 16384,
	HISTORY_BUCKETS = 16384,
	HISTORY_READERS = 65536,	/* in all */
	HISTORY_READERS_EACH = 24,
	HISTORY_GRANULE_SHIFT = 3,
	HISTORY_GRANULE = 1 << HISTORY_GRANULE_SHIFT,
};

struct past_store {
	uint64_t value;
	uint64_t since_ps;	/* when it came */
	uint32_t epoch;		/* the writer's; 0: known to all */
	stamp_id stamp;		/* what an acquiring load joins */
	stamp_id release;	/* what later stores of the CPU to here keep */
	uint32_t readers;	/* those to whom it was news; a list, or 0 */
	uint32_t reader_count;
	/* Where it and the last load of it stand among seq_cst operations. */
	order_id ordered;
	order_id ordered_read;
	/* The latest fence before it, and before any load of it; and the latest
	 * operation before it in execution, by sb and rf. */
	order_id fence;
	order_id fence_read;
	order_id cause;
	uint16_t cpu;
	bool attached;		/* the next one is the RMW that read this one */
};

struct location {
	uint32_t offset;
	uint32_t live;		/* its index in the list of those in use */
	order_id fence;		/* the last of all that was dropped */
	uint64_t dropped;	/* bit cpu % 64: a release store was dropped */
	uint8_t size;
	uint8_t count;		/* stores; at least 1 */
	bool recent;		/* used since the hand of the clock passed */
	bool plain;		/* the last value is only in memory */
	uint8_t order[HISTORY_STORES];	/* in stores[]; the rest is free */
	struct past_store stores[HISTORY_STORES];
};

struct history_counts {
	uint64_t mixed;		/* histories lost to another width */
	uint64_t evicted;	/* ... to other locations, for want of room */
	uint64_t dropped;	/* stores, for want of room */
	uint64_t crossing;	/* atomic accesses across a granule */
};

extern struct history_counts history_counts;

void history_reset(void);

/* Its history; NULL where it has none. */
struct location *history_find(uint32_t offset, uint32_t size);
/* ... and it has one from now on.  It must not cross a granule. */
struct location *history_make(uint32_t offset, uint32_t size);
/* Whether another width has a history there. */
bool history_overlaps(uint32_t offset, uint32_t size);

/* A free place at the index, from what was index on, for the caller to fill. */
struct past_store *history_insert(struct location *location, uint32_t index);
/* Makes room for one more: the oldest store is dropped if need be. */
void history_make_room(struct location *location);
/* Everything before that index is dropped. */
void history_cut(struct location *location, uint32_t index);

/*
 * In a timed run, what has been overwritten for longer than a store can be
 * hidden from this CPU is dropped (CHOICE_HIDDEN_MAX_PS), so nothing can be
 * placed before what has been there for that long.
 */
void history_age(struct location *location, uint32_t cpu);
/* The CPU's clock; 0 where time does not count. */
uint64_t history_now(uint32_t cpu);

/* The CPU has read the store; false: no room to remember that. */
bool history_read_by(struct past_store *store, uint32_t cpu, uint32_t epoch);
/* One of its readers is seen by the CPU. */
bool history_reader_seen(const struct past_store *store, uint32_t cpu);

/* Memory is about to be stored to, plainly. */
void history_plain_store(uint32_t cpu, uint32_t offset, uint32_t size);
/* No history is left there; what it had to give is lost, or kept for all. */
void history_forget(uint32_t offset, uint32_t bytes);
void history_collapse(uint32_t offset, uint32_t bytes);

/* What all locations without history have to give. */
stamp_id history_lost(void);
void history_lose(stamp_id stamp);
/* A load saw one, behind this operation. */
void history_bare_load(uint32_t offset, order_id order);

/* The locations in use, for those who must look at them all. */
uint32_t history_live(void);
struct location *history_live_at(uint32_t index);

uint64_t history_memory(uint32_t offset, uint32_t size);
void history_memory_set(uint32_t offset, uint32_t size, uint64_t value);

static inline struct past_store *
history_at(struct location *location, uint32_t index)
{

	return (&location->stores[location->order[index]]);
}

#endif
