/*
 * place_now - what does an atomic access do to its place?
 *
 * What sync_small.h and place_judge.h say of a load, a store and a
 * read-modify-write, in one go: the place is looked up once, and what the CPU
 * knows is at hand for both.  For machines without histories whose run looks
 * for data races, which is when places.closer is there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MEMORY_PLACE_NOW_H
#define SIM_MEMORY_PLACE_NOW_H

#include "sim/memory/place_judge.h"
#include "sim/memory/sync_small.h"

/* `forwarded`: from the CPU's own buffer, so it joins nothing. */
PLACE_INLINE void
place_now_load(const struct cpu *cpu, uint32_t offset, uint32_t size,
    int order, bool forwarded, const void *where)
{
	struct place_page *page;
	struct place *place;
	clock_lanes *clock, known;
	uint32_t bits;

	page = places_page(offset);
	place = place_first(page, offset);
	clock = sync_small_clock(cpu->index);
	known = *clock;
	bits = sync_small_bits(offset, size);
	if (!forwarded) {
		if (bits != 0 && __builtin_expect(sync_small_has(place,
		    bits), 1)) {
			if (order_acquires(order))
				*clock = known = lanes_max(known, place->row);
			else
				sync_small_join(cpu->index, place->row, order);
		} else if (sync_small_lives(place) || bits == 0) {
			sync_small_load_slow(cpu->index, offset, size, order);
			known = *clock;
		}
	}
	if (__builtin_expect(!place_judge_at(place, offset, size, ATOMIC_READ,
	    cpu, known, where), 0))
		places.closer(offset, size, ACCESS_ATOMIC, where);
}

/* The store is visible at once. */
PLACE_INLINE void
place_now_store(const struct cpu *cpu, uint32_t offset, uint32_t size,
    int order, const void *where)
{
	struct place_page *page;
	struct place *place;
	uint32_t bits;

	page = places_page(offset);
	place = place_first(page, offset);
	if (__builtin_expect(!place_judge_at(place, offset, size,
	    ATOMIC_WRITE, cpu, place_clock(cpu->index), where), 0))
		places.closer(offset, size, ACCESS_ATOMIC | ACCESS_WRITE,
		    where);
	bits = sync_small_bits(offset, size);
	if (order_releases(order) && bits != 0 && (bits == SYNC_TAG_BYTES ||
	    sync_small_alone(place, bits)))
		sync_small_put(place, bits, cpu->index,
		    sync_small_freeze(cpu->index));
	else
		sync_small_store_slow(cpu->index, offset, size, order);
}

PLACE_INLINE void
place_now_change(const struct cpu *cpu, uint32_t offset, uint32_t size,
    int order, const void *where)
{
	struct place_page *page;
	struct place *place;
	clock_lanes *clock, known;
	uint32_t bits;
	bool has;

	page = places_page(offset);
	place = place_first(page, offset);
	clock = sync_small_clock(cpu->index);
	known = *clock;
	bits = sync_small_bits(offset, size);
	has = bits != 0 && sync_small_has(place, bits);
	if (order_acquires(order)) {
		if (__builtin_expect(has, 1)) {
			*clock = known = lanes_max(known, place->row);
		} else if (sync_small_lives(place) || bits == 0) {
			sync_small_load_slow(cpu->index, offset, size,
			    ORDER_ACQUIRE);
			known = *clock;
		}
	}
	if (__builtin_expect(!place_judge_at(place, offset, size,
	    ATOMIC_WRITE, cpu, known, where), 0))
		places.closer(offset, size, ACCESS_ATOMIC | ACCESS_WRITE,
		    where);
	if (__builtin_expect(has && (order == ORDER_ACQ_REL ||
	    order == ORDER_SEQ_CST) && (bits == SYNC_TAG_BYTES ||
	    sync_small_alone(place, bits)), 1)) {
		/* What it adds to is what the CPU has joined. */
		place->row = sync_small_freeze(cpu->index);
		place->heads |= sync_small_heads(cpu->index, bits);
	} else
		sync_small_change(cpu->index, offset, size, order);
}

#endif
