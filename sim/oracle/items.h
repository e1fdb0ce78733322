/*
 * items - where is each item in its life, in truth?
 *
 * The oracle's record of every item that a workload was handed, kept apart
 * from any sequence number of the code under test.  An item is safe when all
 * sections that were open when it was freed have closed; the clairvoyant
 * reclaimer would reuse it at that instant.
 *
 *	none -> live -> freed -> cached -> stamped -> known -> live ...
 *
 * Invariant   count[] sums to the items that are not ITEM_NONE.
 * Cost        O(1) for each step, O(1) amortised for becoming safe.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_ORACLE_ITEMS_H
#define SIM_ORACLE_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum item_state {
	ITEM_NONE,	/* never handed out, or back in a slab */
	ITEM_LIVE,	/* a workload has it */
	ITEM_FREED,	/* retired, not yet in a bucket */
	ITEM_CACHED,	/* in a per-CPU bucket without a goal */
	ITEM_STAMPED,	/* waits for its goal */
	ITEM_KNOWN,	/* found safe */
	ITEM_STATES
};

/* What the footprint distinguishes; item counts. */
enum item_place {
	PLACE_LIVE,
	PLACE_UNSTAMPED,	/* freed or cached */
	PLACE_STAMPED_UNSAFE,	/* stamped; a reader may still hold it */
	PLACE_SAFE_UNKNOWN,	/* stamped and safe, nobody has looked */
	PLACE_READY,		/* known safe, waiting for an allocation */
	PLACE_UNSAFE,		/* freed and not safe, in any state */
	PLACE_COUNT
};

struct item {
	uint32_t offset;
	uint32_t holders;	/* open sections that loaded a pointer to it */
	uint32_t generation;	/* grows when it is handed out or given back */
	uint32_t bytes;
	uint32_t domain;	/* whose sections it waits for: sections.h */
	uint8_t state;
	uint8_t safe;
	uint8_t counted;	/* retired in the measured window */
	uint8_t published;	/* a retire, not a discard */
	uint64_t intended_ps;
	uint64_t retired_ps;
	uint64_t stamped_ps;
	uint64_t safe_ps;
	uint64_t known_ps;
	uint64_t serial;	/* sections below it were open when it was freed */
};

struct items {
	struct item *table;	/* by number; 0 is nobody */
	uint32_t count;
	uint32_t room;
	uint32_t size;		/* bytes of an item, unless somebody says more */
	uint32_t largest;	/* bytes of the largest one */
	uint64_t places[PLACE_COUNT];
	uint64_t bytes[PLACE_COUNT];	/* of the items that places[] counts */
	uint64_t version;	/* grows when a place's count changes */
	/* Freed items in order of serial that are not yet safe. */
	struct items_queue {
		struct items_waiting {
			uint32_t number;
			uint32_t generation;
		} *ring;
		uint32_t head;
		uint32_t count;
		uint32_t room;	/* a power of two */
	} *waiting;		/* one for each domain */
	uint32_t waiting_domains;
};

extern struct items items;

void items_reset(uint32_t item_size);
void items_fini(void);

/* The number of the item at this address; a new one where there is none. */
uint32_t items_number(const void *address);
/* 0 where no item starts. */
uint32_t items_find(const void *address);
/*
 * The item that this byte of the arena is in, or 0.  Of items that are not
 * items now it knows nothing.
 */
uint32_t items_around(uint32_t offset);
/* Who hands the item out says that it has this size, and whom it waits for. */
void items_shape(uint32_t number, uint32_t bytes, uint32_t domain);

static inline struct item *
items_get(uint32_t number)
{

	return (&items.table[number]);
}

/* Steps of life, with the speaker's clock. */
void items_live(uint32_t number);
void items_freed(uint32_t number, uint64_t now_ps, uint64_t intended_ps,
    bool published);
void items_step(uint32_t number, enum item_state state, uint64_t now_ps);

/* All sections of the domain with a smaller serial have closed. */
void items_safe_below(uint32_t domain, uint64_t serial, uint64_t now_ps);

#endif
