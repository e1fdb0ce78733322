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

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/machine/machine.h"
#include "sim/machine/value.h"
#include "sim/memory/clock.h"
#include "sim/memory/clock_few.h"
#include "sim/memory/relaxed_stamp.h"

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
	/*
	 * Where clock_few(): for each CPU the epoch from which on whoever has
	 * seen it cannot ignore this store, since the CPU wrote or read it
	 * then.  Of the oldest store all is 0: nobody can ignore it.
	 */
	clock_lanes told;
	uint64_t value;
	uint64_t since_ps;	/* when it came */
	uint32_t epoch;		/* the writer's; 0: known to all */
	uint16_t cpu;
	uint8_t reader_count;
	bool attached;		/* the next one is the RMW that read this one */
	/* Those to whom it was news; a list, or 0, and 0 where clock_few(). */
	uint32_t readers;
	/* Where it and the last load of it stand among seq_cst operations, and
	 * the latest fence before any load of it, and before it; and the latest
	 * operation before it in execution, by sb and rf. */
	order_id ordered_read;
	order_id ordered;
	order_id fence_read;
	order_id fence;
	order_id cause;
	/* What an acquiring load joins, and what later stores of the CPU to here
	 * keep; where they have the same id it is one reference. */
	struct past_stamp stamp;
	struct past_stamp release;
} __attribute__((aligned(16)));

_Static_assert(sizeof(struct past_store) == 128, "it is found by a shift");

struct location {
	uint32_t offset;
	uint32_t live;		/* its index in the list of those in use */
	order_id fence;		/* the last of all that was dropped */
	uint8_t size;
	uint8_t count;		/* stores; at least 1 */
	bool recent;		/* used since the hand of the clock passed */
	bool plain;		/* the last value is only in memory */
	uint64_t dropped;	/* bit cpu % 64: a release store was dropped */
	/* No store but the first came before. */
	uint64_t oldest_ps;
	/* Where they are in stores[], a byte for each; the rest is free. */
	uint64_t order;
	struct past_store *newest;	/* the last of them */
	struct past_store stores[HISTORY_STORES];
};

struct history_counts {
	uint64_t mixed;		/* histories lost to another width */
	uint64_t evicted;	/* ... to other locations, for want of room */
	uint64_t dropped;	/* stores, for want of room */
	uint64_t crossing;	/* atomic accesses across a granule */
};

extern struct history_counts history_counts;

/* Where the histories are, for the functions below. */
extern struct history_table {
	uint16_t buckets[HISTORY_BUCKETS];	/* location number + 1, or 0 */
	/* What a search must know of each: they are large, and far apart. */
	struct history_key {
		uint32_t offset;
		uint16_t next;	/* in its bucket, or free; number + 1, or 0 */
		uint8_t size;
	} keys[HISTORY_LOCATIONS];
	struct past_stamp lost;	/* what all others have to give */
	/* By number + 1; what has number 0 has no bytes, and is nobody's. */
	struct location locations[HISTORY_LOCATIONS + 1];
} history_table;

void history_reset(void);

/* It has a history from now on.  It must not cross a granule. */
struct location *history_make(uint32_t offset, uint32_t size);

/* Everything before that index is dropped. */
void history_cut(struct location *location, uint32_t index);
/* ... and what is older than that.  See history_age(). */
void history_cut_older(struct location *location, uint64_t since_ps);

/* The CPU has read the store; false: no room to remember that. */
bool history_read_by(struct past_store *store, uint32_t cpu, uint32_t epoch);
/* One of its readers is seen by the CPU; for many CPUs. */
bool history_reader_seen(const struct past_store *store, uint32_t cpu);

/* Memory is about to be stored to, plainly. */
void history_plain_store(uint32_t cpu, uint32_t offset, uint32_t size);
/* No history is left there; what it had to give is lost, or kept for all. */
void history_forget(uint32_t offset, uint32_t bytes);
void history_collapse(uint32_t offset, uint32_t bytes);

/* All locations without history have this to give, too. */
void history_lose(const struct past_stamp *stamp);
/* A load saw one, behind this operation. */
void history_bare_load(uint32_t offset, order_id order);

/* The locations in use, for those who must look at them all. */
uint32_t history_live(void);
struct location *history_live_at(uint32_t index);

/* --- what each access does ------------------------------------------------ */

/* What is not where values of its size are. */
uint64_t history_bytes(uint32_t offset, uint32_t size);
void history_bytes_set(uint32_t offset, uint32_t size, uint64_t value);

static inline uint64_t
history_memory(uint32_t offset, uint32_t size)
{

	if (size == HISTORY_GRANULE && offset % HISTORY_GRANULE == 0)
		return (value_get(the.base + offset, HISTORY_GRANULE));
	return (__builtin_expect((offset & (size - 1)) != 0, 0) ?
	    history_bytes(offset, size) :
	    value_get(the.base + offset, size));
}

static inline void
history_memory_set(uint32_t offset, uint32_t size, uint64_t value)
{

	if (size == HISTORY_GRANULE && offset % HISTORY_GRANULE == 0)
		value_set(the.base + offset, HISTORY_GRANULE, value);
	else if (__builtin_expect((offset & (size - 1)) != 0, 0))
		history_bytes_set(offset, size, value);
	else
		value_set(the.base + offset, size, value);
}

/* Some compilers find out anew where it is whenever it is used. */
#define HISTORY_FOUND(pointer)	__asm__ ("" : "+r" (pointer))

static inline struct past_store *
history_at(struct location *location, uint32_t index)
{

	return (&location->stores[location->order >> 8 * index & 0xff]);
}

static inline uint32_t
history_bucket(uint32_t offset)
{

	return ((offset >> HISTORY_GRANULE_SHIFT) * UINT32_C(0x9e3779b1) >>
	    18 & (HISTORY_BUCKETS - 1));
}

/* It is within a granule. */
static inline bool
history_fits(uint32_t offset, uint32_t size)
{

	return (offset % HISTORY_GRANULE + size <= HISTORY_GRANULE);
}

/* What all locations without history have to give. */
static inline const struct past_stamp *
history_lost(void)
{

	return (&history_table.lost);
}

bool history_overlapped(uint32_t number, uint32_t offset, uint32_t size);

/* Whether another width has a history there. */
static inline bool
history_overlaps(uint32_t offset, uint32_t size)
{
	uint32_t number;

	number = history_table.buckets[history_bucket(offset)];
	return (number != 0 && history_overlapped(number, offset, size));
}

/* The same, if it is not the first of its bucket. */
struct location *history_look_behind(uint32_t number, uint32_t offset,
    uint32_t size);

/* Its history, whose last value may be out of date; NULL: it has none. */
FEW_INLINE struct location *
history_look(uint32_t offset, uint32_t size)
{
	struct location *location;
	uint32_t number;

	number = history_table.buckets[history_bucket(offset)];
	location = &history_table.locations[number];
	HISTORY_FOUND(location);
	if (__builtin_expect(location->offset != offset ||
	    location->size != size, 0)) {
		if (number == 0)
			return (NULL);
		return (history_look_behind(number, offset, size));
	}
	location->recent = true;
	return (location);
}

static inline void
history_refresh(struct location *location)
{

	if (location->plain) {
		location->plain = false;
		location->newest->value = history_memory(location->offset,
		    location->size);
	}
}

/* Its history; NULL where it has none. */
static inline struct location *
history_find(uint32_t offset, uint32_t size)
{
	struct location *location;

	location = history_look(offset, size);
	if (location != NULL)
		history_refresh(location);
	return (location);
}

/* The CPU's clock; 0 where time does not count. */
static inline uint64_t
history_now(uint32_t cpu)
{

	return (the.stepped || the.cpu_count == 0 ? 0 :
	    the.cpus[cpu].now_ps);
}

/*
 * In a timed run, what has been overwritten for longer than a store can be
 * hidden from this CPU is dropped (CHOICE_HIDDEN_MAX_PS), so nothing can be
 * placed before what has been there for that long.
 */
static inline uint64_t
history_hidden(void)
{

	/* Without a guide nobody ever wants an older one. */
	return (the.guide == NULL ? 0 :
	    the.tick_ps / 4 < CHOICE_HIDDEN_MAX_PS ? the.tick_ps / 4 :
	    CHOICE_HIDDEN_MAX_PS);
}

/* Something is to be dropped. */
static inline bool
history_old(const struct location *location, uint32_t cpu)
{

	return (!the.stepped && location->count > 1 &&
	    location->oldest_ps + history_hidden() < history_now(cpu));
}

static inline void
history_age(struct location *location, uint32_t cpu)
{

	if (history_old(location, cpu))
		history_cut_older(location,
		    history_now(cpu) - history_hidden());
}

/* Makes room for one more: the oldest store is dropped if need be. */
static inline void
history_make_room(struct location *location)
{

	if (location->count < HISTORY_STORES)
		return;
	history_counts.dropped++;
	history_cut(location, 1);
}

/* A free place behind all others. */
static inline struct past_store *
history_free(struct location *location)
{
	struct past_store *store;

	assert(location->count < HISTORY_STORES);
	store = history_at(location, location->count);
	HISTORY_FOUND(store);
	return (store);
}

/*
 * It is taken, and one at an index, behind which comes what was there; for the
 * caller to fill, all of it, with a store of that time.
 */
static inline struct past_store *
history_append(struct location *location, uint64_t since_ps)
{
	struct past_store *store;

	store = history_free(location);
	location->count++;
	location->newest = store;
	if (since_ps < location->oldest_ps)
		location->oldest_ps = since_ps;
	return (store);
}

struct past_store *history_insert(struct location *location, uint32_t index,
    uint64_t since_ps);

#endif
