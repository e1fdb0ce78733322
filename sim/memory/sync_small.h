/*
 * sync_small - what does a load synchronise with, where a clock is one vector?
 *
 * What sync.h says, for machines of at most SYNC_SMALL_CPUS.  Where four epochs
 * are a clock, a location keeps it itself, and nothing is counted or shared: a
 * release copies a vector, an acquire takes the larger of each lane.  It knows
 * exactly what stamps would know.
 *
 * Locations are granules of eight bytes.  As long as its two halves were stored
 * to together, or only one of them was, a granule has one clock; from then on
 * it is split, and its second half has a clock elsewhere.
 *
 * The common cases are here, to be put in line; the others are sync_small.c.
 *
 * Invariant   an empty half has no bytes and no heads; a split granule has no
 *             empty half; the halves of one that is not split, and not half
 *             empty, have the same heads.
 * Cost        O(1).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_SYNC_SMALL_H
#define SIM_MEMORY_SYNC_SMALL_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/memory/clock.h"
#include "sim/memory/memory.h"

enum {
	SYNC_SMALL_CPUS = CLOCK_LANES,
	SYNC_GRANULE_BYTES = 8,
	SYNC_PAGE_SHIFT = 12,	/* of the arena */
	SYNC_PAGES = 1 << 20,	/* offsets have 32 bits */
	SYNC_GRANULES = (1 << SYNC_PAGE_SHIFT) / SYNC_GRANULE_BYTES,
	SYNC_ISSUED_MAX = 128,	/* the largest store buffer */
	SYNC_ISSUED_RELEASES = SYNC_ISSUED_MAX * 2,	/* not by a fence */
};

/* A granule's tag: its page's life (else it is empty), and flags. */
enum {
	SYNC_TAG_LIFE = 0xffff,
	SYNC_TAG_BYTES_SHIFT = 16,	/* bit for each byte stored with a clock */
	SYNC_TAG_BYTES = 0xff << SYNC_TAG_BYTES_SHIFT,
	SYNC_TAG_SPLIT = 1 << 24,
};

struct sync_granule {
	clock_lanes row;	/* of both halves, or of the first */
	uint32_t tag;
	uint32_t heads;		/* bit for each CPU, then those of half 2 */
	uint32_t second;	/* where half 2 has its row once it is split */
	uint32_t unused;
};

struct sync_page {
	struct sync_page *next;	/* in use, or not */
	uint32_t number;
	uint32_t tag;		/* of granules that were stored to as a whole */
	_Alignas(64) struct sync_granule granules[SYNC_GRANULES];
};

extern struct sync_small {
	clock_lanes noted[SYNC_SMALL_CPUS];	/* for an acquire fence */
	clock_lanes fences[SYNC_SMALL_CPUS];	/* what release fences left */
	uint32_t fenced[SYNC_SMALL_CPUS];	/* 1: there was such a fence */
	uint32_t next[SYNC_SMALL_CPUS];		/* in `issued` */
	struct sync_page **pages;	/* those that this run uses, by number */
	bool on;		/* this run has so few CPUs */
	/* Stores that are not visible yet. */
	clock_lanes issued[SYNC_SMALL_CPUS][SYNC_ISSUED_MAX];
} sync_small;

void sync_small_reset(uint32_t cpus);
void sync_small_fini(void);
void sync_small_forget(uint32_t offset, uint32_t bytes);

/* Everything but the common cases. */
struct sync_page *sync_small_page_slow(uint32_t offset);
void sync_small_load_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);
void sync_small_visible_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    uint32_t issued);
void sync_small_store_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);
void sync_small_change_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);

static inline clock_lanes *
sync_small_clock(uint32_t cpu)
{

	return ((clock_lanes *)clock_rows.hb + cpu);
}

/* What the CPU knows now; what it does next is not in it. */
static inline clock_lanes
sync_small_freeze(uint32_t cpu)
{
	clock_lanes row;
	uint32_t *epoch;

	row = *sync_small_clock(cpu);
	epoch = &clock_rows.hb[(size_t)cpu * CLOCK_LANES + cpu];
	assert(*epoch < INT32_MAX);
	++*epoch;
	return (row);
}

static inline void
sync_small_join(uint32_t cpu, clock_lanes row, int order)
{
	clock_lanes *clock;

	clock = order_acquires(order) ? sync_small_clock(cpu) :
	    &sync_small.noted[cpu];
	*clock = lanes_max(*clock, row);
}

/* NULL: nothing in it has a clock. */
static inline struct sync_page *
sync_small_find(uint32_t offset)
{

	return (sync_small.pages[offset >> SYNC_PAGE_SHIFT]);
}

static inline struct sync_page *
sync_small_page(uint32_t offset)
{
	struct sync_page *page;

	page = sync_small_find(offset);
	return (__builtin_expect(page != NULL, 1) ? page :
	    sync_small_page_slow(offset));
}

static inline struct sync_granule *
sync_small_granule(struct sync_page *page, uint32_t offset)
{

	return (&page->granules[offset / SYNC_GRANULE_BYTES % SYNC_GRANULES]);
}

/* It may have a clock. */
static inline bool
sync_small_lives(const struct sync_granule *granule,
    const struct sync_page *page)
{

	return (((granule->tag ^ page->tag) & SYNC_TAG_LIFE) == 0);
}

/* All of one granule. */
static inline bool
sync_small_whole(uint32_t offset, uint32_t size)
{

	return (((offset % SYNC_GRANULE_BYTES) | (size ^ SYNC_GRANULE_BYTES)) ==
	    0);
}

static inline uint32_t
sync_small_heads(uint32_t cpu)
{

	return (UINT32_C(0x11) << cpu);
}

static inline void
sync_small_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct sync_page *page;
	const struct sync_granule *granule;

	if (!sync_small_whole(offset, size)) {
		sync_small_load_slow(cpu, offset, size, order);
		return;
	}
	page = sync_small_find(offset);
	if (page == NULL)
		return;
	granule = sync_small_granule(page, offset);
	if (__builtin_expect(granule->tag == page->tag, 1))
		sync_small_join(cpu, granule->row, order);
	else if (sync_small_lives(granule, page))
		sync_small_load_slow(cpu, offset, size, order);
}

/* A release store to all of a granule. */
static inline void
sync_small_overwrite(uint32_t cpu, uint32_t offset, clock_lanes row)
{
	struct sync_page *page;
	struct sync_granule *granule;

	page = sync_small_page(offset);
	granule = sync_small_granule(page, offset);
	granule->row = row;
	granule->tag = page->tag;
	granule->heads = sync_small_heads(cpu);
}

static inline void
sync_small_store(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{

	if (!order_releases(order) || !sync_small_whole(offset, size)) {
		sync_small_store_slow(cpu, offset, size, order);
		return;
	}
	sync_small_overwrite(cpu, offset, sync_small_freeze(cpu));
}

/* What the store leaves, for sync_small_visible() alone. */
static inline uint32_t
sync_small_release(uint32_t cpu, int order)
{
	uint32_t slot;
	bool releases;

	releases = order_releases(order);
	if (!releases && !sync_small.fenced[cpu])
		return (0);
	slot = sync_small.next[cpu]++ % SYNC_ISSUED_MAX;
	sync_small.issued[cpu][slot] = releases ? sync_small_freeze(cpu) :
	    sync_small.fences[cpu];
	return ((slot + 1) | (releases ? SYNC_ISSUED_RELEASES : 0));
}

static inline clock_lanes
sync_small_issued(uint32_t cpu, uint32_t issued)
{

	return (sync_small.issued[cpu][(issued - 1) % SYNC_ISSUED_MAX]);
}

static inline void
sync_small_visible(uint32_t cpu, uint32_t offset, uint32_t size,
    uint32_t issued)
{

	if (issued >= SYNC_ISSUED_RELEASES && sync_small_whole(offset, size))
		sync_small_overwrite(cpu, offset,
		    sync_small_issued(cpu, issued));
	else
		sync_small_visible_slow(cpu, offset, size, issued);
}

/* Where it acquires, sync_small_load() has been here just before. */
static inline void
sync_small_change(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct sync_page *page;
	struct sync_granule *granule;

	if (!sync_small_whole(offset, size) ||
	    (order != ORDER_ACQ_REL && order != ORDER_SEQ_CST)) {
		sync_small_change_slow(cpu, offset, size, order);
		return;
	}
	page = sync_small_page(offset);
	granule = sync_small_granule(page, offset);
	if (__builtin_expect(granule->tag == page->tag, 1)) {
		/* What it adds to is what the CPU has joined. */
		granule->row = sync_small_freeze(cpu);
		granule->heads |= sync_small_heads(cpu);
	} else if (!sync_small_lives(granule, page))
		sync_small_overwrite(cpu, offset, sync_small_freeze(cpu));
	else
		sync_small_change_slow(cpu, offset, size, order);
}

static inline void
sync_small_fence(uint32_t cpu, int order)
{

	if (order_acquires(order))
		sync_small_join(cpu, sync_small.noted[cpu], ORDER_ACQUIRE);
	if (order_releases(order)) {
		sync_small.fences[cpu] = sync_small_freeze(cpu);
		sync_small.fenced[cpu] = 1;
	}
}

#endif
