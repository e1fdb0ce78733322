/*
 * sync_small - what does a load synchronise with, where a clock is one vector?
 *
 * What sync.h says, for machines of at most SYNC_SMALL_CPUS.  Where four epochs
 * are a clock, a location keeps it itself, and nothing is counted or shared: a
 * release copies a vector, an acquire takes the larger of each lane.  It knows
 * exactly what stamps would know.
 *
 * Locations are granules of eight bytes.  As long as its two halves were stored
 * to together, or only one of them was, a granule has one clock, that of its
 * first place; from then on it is split, and its second half has the row of the
 * second place (place.h).
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
#include "sim/memory/place.h"

enum {
	SYNC_SMALL_CPUS = CLOCK_LANES,
	SYNC_GRANULE_BYTES = PLACE_GRANULE_BYTES,
	SYNC_ISSUED_MAX = 128,	/* the largest store buffer */
	SYNC_ISSUED_RELEASES = SYNC_ISSUED_MAX * 2,	/* not by a fence; then
				 * there are also bits as in a tag */
};

/*
 * The tag of a granule's first place: the life of all (else it is empty), and
 * flags.  `heads` has a bit for each CPU, then those of half 2.
 */
enum {
	SYNC_TAG_LIFE = PLACE_TAG_LIFE,
	/* A bit for each byte stored with a clock. */
	SYNC_TAG_BYTES_SHIFT = PLACE_TAG_BYTES_SHIFT,
	SYNC_TAG_BYTES = PLACE_TAG_BYTES,
	SYNC_TAG_SPLIT = 1 << 24,
};

extern struct sync_small {
	clock_lanes noted[SYNC_SMALL_CPUS];	/* for an acquire fence */
	clock_lanes fences[SYNC_SMALL_CPUS];	/* what release fences left */
	uint32_t fenced[SYNC_SMALL_CPUS];	/* 1: there was such a fence */
	uint32_t next[SYNC_SMALL_CPUS];		/* in `issued` */
	bool on;		/* this run has so few CPUs */
	/* Stores that are not visible yet. */
	clock_lanes issued[SYNC_SMALL_CPUS][SYNC_ISSUED_MAX];
} sync_small;

void sync_small_reset(uint32_t cpus);
void sync_small_forget(uint32_t offset, uint32_t bytes);

/* Everything but the common cases. */
void sync_small_load_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);
void sync_small_visible_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    uint32_t issued);
void sync_small_store_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);
void sync_small_change_slow(uint32_t cpu, uint32_t offset, uint32_t size,
    int order);

/* Where the size is known, most of what follows is. */
#define SYNC_SMALL_INLINE static inline __attribute__((always_inline))

SYNC_SMALL_INLINE clock_lanes *
sync_small_clock(uint32_t cpu)
{

	return ((clock_lanes *)clock_rows.hb + cpu);
}

/* What the CPU knows now; what it does next is not in it. */
SYNC_SMALL_INLINE clock_lanes
sync_small_freeze(uint32_t cpu)
{
	clock_lanes *clock, row;

	clock = sync_small_clock(cpu);
	assert(clock_rows.hb[cpu * (CLOCK_LANES + 1)] < INT32_MAX);
	row = *clock;
	/* As a whole, as it will be read: part of it would have to wait. */
	*clock = row - clock_alone[cpu];
	return (row);
}

SYNC_SMALL_INLINE void
sync_small_join(uint32_t cpu, clock_lanes row, int order)
{
	clock_lanes *clock;

	clock = order_acquires(order) ? sync_small_clock(cpu) :
	    &sync_small.noted[cpu];
	*clock = lanes_max(*clock, row);
}

/* It may have a clock. */
SYNC_SMALL_INLINE bool
sync_small_lives(const struct place *granule)
{

	return (((granule->is.tag ^ places.tag) & SYNC_TAG_LIFE) == 0);
}

/* What a tag has for all of a granule, or of a half; 0: it is neither. */
SYNC_SMALL_INLINE uint32_t
sync_small_bits(uint32_t offset, uint32_t size)
{

	if (size == SYNC_GRANULE_BYTES)
		return (offset % SYNC_GRANULE_BYTES == 0 ? SYNC_TAG_BYTES : 0);
	if (size == SYNC_GRANULE_BYTES / 2)
		return (offset % size == 0 ? (uint32_t)0xf <<
		    (SYNC_TAG_BYTES_SHIFT + offset % SYNC_GRANULE_BYTES) : 0);
	return (0);
}

/* All of that has the clock that is here; `bits` is not 0 in what follows. */
SYNC_SMALL_INLINE bool
sync_small_has(const struct place *granule, uint32_t bits)
{

	if (__builtin_constant_p(bits) && bits == SYNC_TAG_BYTES)
		return (granule->is.tag == places.tag);
	return (((granule->is.tag ^ places.tag) & (SYNC_TAG_LIFE |
	    SYNC_TAG_SPLIT | bits)) == 0);
}

/* Nothing but that could have a clock, and it has it here. */
SYNC_SMALL_INLINE bool
sync_small_alone(const struct place *granule, uint32_t bits)
{

	return (!sync_small_lives(granule) || (granule->is.tag & ~bits &
	    (SYNC_TAG_BYTES | SYNC_TAG_SPLIT)) == 0);
}

SYNC_SMALL_INLINE uint32_t
sync_small_heads(uint32_t cpu, uint32_t bits)
{

	return (UINT32_C(0x11) << cpu & bits >> SYNC_TAG_BYTES_SHIFT);
}

/* It alone has a clock from now on. */
SYNC_SMALL_INLINE void
sync_small_put(struct place *granule, uint32_t bits, uint32_t cpu,
    clock_lanes row)
{

	granule->row = row;
	granule->is.tag = places.tag ^ (SYNC_TAG_BYTES ^ bits);
	granule->heads = sync_small_heads(cpu, bits);
}

SYNC_SMALL_INLINE void
sync_small_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct place_page *page;
	const struct place *granule;
	uint32_t bits;

	page = places_find(offset);
	bits = sync_small_bits(offset, size);
	if (bits != 0) {
		if (page == NULL)
			return;
		granule = place_first(page, offset);
		if (__builtin_expect(sync_small_has(granule, bits), 1)) {
			sync_small_join(cpu, granule->row, order);
			return;
		}
		if (!sync_small_lives(granule))
			return;
	}
	sync_small_load_slow(cpu, offset, size, order);
}

SYNC_SMALL_INLINE void
sync_small_store(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct place_page *page;
	struct place *granule;
	uint32_t bits;

	bits = sync_small_bits(offset, size);
	if (order_releases(order) && bits != 0) {
		page = places_page(offset);
		granule = place_first(page, offset);
		if (bits == SYNC_TAG_BYTES ||
		    sync_small_alone(granule, bits)) {
			sync_small_put(granule, bits, cpu,
			    sync_small_freeze(cpu));
			return;
		}
	}
	sync_small_store_slow(cpu, offset, size, order);
}

/* What the store leaves, for sync_small_visible() alone. */
SYNC_SMALL_INLINE uint32_t
sync_small_release(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	uint32_t slot;
	bool releases;

	releases = order_releases(order);
	if (!releases && !sync_small.fenced[cpu])
		return (0);
	slot = sync_small.next[cpu]++ % SYNC_ISSUED_MAX;
	sync_small.issued[cpu][slot] = releases ? sync_small_freeze(cpu) :
	    sync_small.fences[cpu];
	return (!releases ? slot + 1 : (slot + 1) | SYNC_ISSUED_RELEASES |
	    sync_small_bits(offset, size));
}

SYNC_SMALL_INLINE clock_lanes
sync_small_issued(uint32_t cpu, uint32_t issued)
{

	return (sync_small.issued[cpu][(issued - 1) % SYNC_ISSUED_MAX]);
}

SYNC_SMALL_INLINE void
sync_small_visible(uint32_t cpu, uint32_t offset, uint32_t size,
    uint32_t issued)
{
	struct place_page *page;
	struct place *granule;
	uint32_t bits;

	bits = issued & SYNC_TAG_BYTES;
	if (bits != 0) {
		page = places_page(offset);
		granule = place_first(page, offset);
		if (bits == SYNC_TAG_BYTES ||
		    sync_small_alone(granule, bits)) {
			sync_small_put(granule, bits, cpu,
			    sync_small_issued(cpu, issued));
			return;
		}
	}
	sync_small_visible_slow(cpu, offset, size, issued);
}

/* Where it acquires, sync_small_load() has been here just before. */
SYNC_SMALL_INLINE void
sync_small_change(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct place_page *page;
	struct place *granule;
	uint32_t bits;

	bits = sync_small_bits(offset, size);
	if ((order == ORDER_ACQ_REL || order == ORDER_SEQ_CST) && bits != 0) {
		page = places_page(offset);
		granule = place_first(page, offset);
		if (!sync_small_lives(granule)) {
			sync_small_put(granule, bits, cpu,
			    sync_small_freeze(cpu));
			return;
		}
		if (sync_small_has(granule, bits) &&
		    (bits == SYNC_TAG_BYTES ||
		    sync_small_alone(granule, bits))) {
			/* What it adds to is what the CPU has joined. */
			granule->row = sync_small_freeze(cpu);
			granule->heads |= sync_small_heads(cpu, bits);
			return;
		}
	}
	sync_small_change_slow(cpu, offset, size, order);
}

SYNC_SMALL_INLINE void
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
