/*
 * straight - what is an access in which nothing unusual happens?
 *
 * What swift.h says of an atomic access, for the common case alone: its step is
 * granted beforehand, the run looks for data races, memory has no history, all
 * of it lies in one place that is there, nobody watches it or waits for it.
 * Whether all that is so is found out first, before anything has happened, so
 * that the rest is a line without a call: its registers need not be saved.
 * What turns out on the way is left to a function that ends the access
 * (hook_left.h).  Plain accesses of eight bytes and of four go the same way
 * (straight.c).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_STRAIGHT_H
#define SIM_MACHINE_STRAIGHT_H

#include "sim/machine/swift.h"

#define STRAIGHT static inline __attribute__((always_inline))

/* What an access of this run has to look at beside what is said above. */
enum straight_mode {
	STRAIGHT_NEVER,		/* all of it: none goes this way */
	STRAIGHT_BARE,		/* nothing */
	STRAIGHT_BUFFERED,	/* stores wait in a buffer */
	/* That, perhaps; the order is digested, or there are watched lines. */
	STRAIGHT_WIDE,
};

/* To be said again whenever what it depends on has changed. */
static inline void
straight_settle(void)
{

	if (!the.swift || the.history != NULL || places.closer == NULL ||
	    !the.ordering || !sync_small.on)
		the.straight = STRAIGHT_NEVER;
	else
		the.straight = the.causal || the.watching ? STRAIGHT_WIDE :
		    the.buffered ? STRAIGHT_BUFFERED : STRAIGHT_BARE;
}

/* What `mode`, which the compiler knows, leaves to be asked. */
STRAIGHT bool
straight_wide(enum straight_mode mode)
{

	return (mode == STRAIGHT_WIDE);
}

STRAIGHT bool
straight_buffered(enum straight_mode mode)
{

	return (mode == STRAIGHT_BUFFERED ||
	    (mode == STRAIGHT_WIDE && the.buffered != 0));
}

/* What the access is about. */
struct straight {
	struct cpu *cpu;
	clock_lanes *clock;	/* what the CPU knows */
	struct place *first;	/* place of its granule */
	uint32_t offset;
};

STRAIGHT uint32_t
straight_offset(const volatile void *address)
{

	return ((uint32_t)((const volatile unsigned char *)address -
	    the.base));
}

/* It may be such an access, of an aligned place.  Nothing has happened yet. */
STRAIGHT bool
straight_inside(const volatile void *address, uint32_t size)
{
	uint64_t at;

	at = (uint64_t)((const volatile unsigned char *)address - the.base);
	return (size >= PLACE_HALF_BYTES && at < the.bytes && at % size == 0);
}

STRAIGHT bool
straight_leased(const volatile void *address, uint32_t kinds,
    enum straight_mode mode)
{

	return (step_leased_of(the.cpu, kinds, straight_offset(address), 1,
	    true, straight_buffered(mode)));
}

/*
 * Its step is taken.  The place is there and nobody but this CPU has to do with
 * it; false: the long way from here.  `late`: a debugger may wait for it.
 */
STRAIGHT bool
straight_there(struct straight *it, const volatile void *address,
    const void *where, bool late, enum straight_mode mode)
{
	struct place_page *page;
	struct place *first;

	it->cpu = the.cpu;
	it->offset = straight_offset(address);
	page = places_find(it->offset);
	if (page == NULL || (late && machine_halt.access != 0) ||
	    (straight_wide(mode) && the.watching &&
	    the.lines[it->offset >> ARENA_LINE_SHIFT].watched))
		return (false);
	/* As a pointer that is kept, not as the sum that it is made of. */
	first = place_first(page, it->offset);
	__asm__("" : "+r"(first));
	it->first = first;
	it->clock = sync_small_clock(it->cpu->index);
	__asm__("" : "+r"(it->clock));
	it->cpu->where = where;
	return (true);
}

/* Nobody waits for a write, nor is the list of writes full. */
STRAIGHT bool
straight_quiet(void)
{

	return (the.awaiting == 0 &&
	    the.wrote_count % STEP_WROTE != STEP_WROTE - 1);
}

/* The order of accesses is digested without looking for a cell. */
STRAIGHT bool
straight_digests(const struct straight *it, enum straight_mode mode)
{

	return (!straight_wide(mode) || !the.causal ||
	    causality_is_first(it->offset));
}

STRAIGHT void
straight_count(const struct straight *it)
{

	hook_count(it->cpu, it->offset);
	it->cpu->now_ps += it->cpu->hit_ps;
}

/* In what way the place is accessed: as sync_small_bits(). */
STRAIGHT uint32_t
straight_bits(const struct straight *it, uint32_t size)
{

	return (size == SYNC_GRANULE_BYTES ? (uint32_t)SYNC_TAG_BYTES :
	    (uint32_t)0xf << (SYNC_TAG_BYTES_SHIFT +
	    it->offset % SYNC_GRANULE_BYTES));
}

/* All of it is one place, with a clock and a chain of such accesses. */
STRAIGHT bool
straight_whole(const struct straight *it, uint32_t size)
{

	return (size == PLACE_GRANULE_BYTES && __builtin_expect(
	    place_is(it->first, &places.whole), 1));
}

/* What it is about, found again after all but the check has happened. */
STRAIGHT struct place_page *
straight_odd(struct straight *it, const volatile void *address)
{
	struct place_page *page;

	it->cpu = the.cpu;
	it->offset = straight_offset(address);
	it->clock = sync_small_clock(it->cpu->index);
	page = places_find(it->offset);
	it->first = place_first(page, it->offset);
	return (page);
}

/* Nothing of it has a clock. */
STRAIGHT bool
straight_clockless(const struct straight *it)
{

	return (!sync_small_lives(it->first) || (it->first->is.tag &
	    (SYNC_TAG_BYTES | SYNC_TAG_SPLIT)) == 0);
}

/* If it is the first of the run there, its place is as usual from now on. */
STRAIGHT bool
straight_first(struct straight *it, const volatile void *address,
    unsigned kind, const void *where)
{
	static const clock_lanes nothing;
	struct place_page *page;
	bool plain;

	page = straight_odd(it, address);
	plain = kind == PLAIN_READ || kind == PLAIN_WRITE;
	if (!plain && !straight_clockless(it))
		return (false);
	if (place_is_open(it->first) || places.next == places.end) {
		if (!plain) {
			it->first->row = nothing;
			it->first->is.tag = places.tag;
			it->first->heads = 0;
		}
		return (false);
	}
	place_first_whole(page, it->offset, kind, it->cpu, *it->clock, where);
	return (true);
}

/* In the log, at its place's chain, unless one that is there stands for it. */
STRAIGHT bool
straight_chain(const struct straight *it, unsigned kind, clock_lanes known,
    const void *where)
{
	uint32_t epoch;

	epoch = *place_lane(it->clock, it->cpu->index);
	if (!place_is_new(it->first, kind, it->cpu->index, epoch) ||
	    __builtin_expect(places.next == places.end, 0))
		return (false);
	place_chain(it->first, kind, it->cpu, known, where, epoch, false);
	return (true);
}

/* `whole`: so it is. */
STRAIGHT bool
straight_judge(const struct straight *it, uint32_t size, unsigned kind,
    clock_lanes known, const void *where, bool whole)
{

	if (!whole)
		/* Which half it is, is all that is asked of its offset. */
		return (__builtin_expect(place_judge_at(it->first,
		    it->offset & (PLACE_GRANULE_BYTES - size), size, kind,
		    it->cpu, known, where), 1));
	return (straight_chain(it, kind, known, where));
}

/* --- loads ------------------------------------------------------------------- */

/* What the CPU's buffer holds is somewhere else. */
STRAIGHT bool
straight_misses(const struct cpu *cpu, uint32_t offset, uint32_t size)
{
	const struct store *store;
	uint32_t i;

	for (i = 0; i < cpu->store_count; i++) {
		store = &cpu->stores[(cpu->store_head + i) % CPU_STORES_MAX];
		if (offset < store->offset + store->size &&
		    store->offset < offset + size)
			return (false);
	}
	return (true);
}

/* False: nothing but the step has happened yet. */
STRAIGHT bool
straight_load(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late, enum straight_mode mode)
{

	if (!straight_there(it, address, where, late, mode) ||
	    (mode != STRAIGHT_BARE &&
	    !straight_misses(it->cpu, it->offset, size)) ||
	    !straight_digests(it, mode))
		return (false);
	step_heed(it->cpu, it->offset, size);
	straight_count(it);
	if (straight_wide(mode) && the.causal)
		causality_read_first(it->cpu->index, it->offset);
	return (true);
}

/* False: straight_join_left() is to be called. */
STRAIGHT bool
straight_join(const struct straight *it, uint32_t size, int order,
    clock_lanes *known, bool whole)
{

	*known = *it->clock;
	if (whole || __builtin_expect(sync_small_has(it->first,
	    straight_bits(it, size)), 1)) {
		if (order_acquires(order))
			*it->clock = *known = lanes_max(*known,
			    it->first->row);
		else
			sync_small_join(it->cpu->index, it->first->row, order);
		return (true);
	}
	return (!sync_small_lives(it->first));
}

/* --- stores ------------------------------------------------------------------ */

/* The same, of a store that is visible at once. */
STRAIGHT bool
straight_store(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late, enum straight_mode mode)
{

	if (!straight_there(it, address, where, late, mode) ||
	    !straight_quiet() || !straight_digests(it, mode))
		return (false);
	straight_count(it);
	if (straight_wide(mode) && the.causal)
		causality_write_first(it->cpu->index, it->offset);
	step_written(it->cpu, it->offset, size);
	return (true);
}

/* False: sync_small_store_slow() is to be called. */
STRAIGHT bool
straight_release(const struct straight *it, uint32_t size, int order,
    bool whole)
{
	uint32_t bits;

	bits = straight_bits(it, size);
	if (whole && order_releases(order)) {
		it->first->row = sync_small_freeze(it->cpu->index);
		it->first->heads = sync_small_heads(it->cpu->index, bits);
		return (true);
	}
	if (!order_releases(order) || (bits != SYNC_TAG_BYTES &&
	    !sync_small_alone(it->first, bits)))
		return (false);
	sync_small_put(it->first, bits, it->cpu->index,
	    sync_small_freeze(it->cpu->index));
	return (true);
}

/* ... of one that goes into the buffer, and is there now. */
STRAIGHT struct store *
straight_push(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late, enum straight_mode mode)
{

	if (!straight_there(it, address, where, late, mode) ||
	    (the.listen >> STREAM_STORE_PUSH & 1) != 0)
		return (NULL);
	straight_count(it);
	return (store_now_push(it->cpu, it->offset, size));
}

/* The last that went there. */
static inline struct store *
straight_newest(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	return (&cpu->stores[(cpu->store_head + cpu->store_count - 1) %
	    CPU_STORES_MAX]);
}

STRAIGHT void
straight_issue(struct store *store, uint32_t offset, uint32_t size, int order)
{

	store->atomic = 1;
	store->stamp = sync_small_release(the.cpu->index, offset, size, order);
}

/* --- read-modify-writes -------------------------------------------------------- */

/* The buffer is empty then: that is part of the step. */
STRAIGHT uint32_t
straight_change_kinds(enum straight_mode mode)
{

	return (STEP_READ | STEP_WRITE | (straight_buffered(mode) ?
	    STEP_EMPTY : 0));
}

STRAIGHT bool
straight_change(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late, enum straight_mode mode)
{

	if (!straight_there(it, address, where, late, mode) ||
	    !straight_quiet() || !straight_digests(it, mode))
		return (false);
	step_heed(it->cpu, it->offset, size);
	straight_count(it);
	if (straight_wide(mode) && the.causal) {
		causality_read_first(it->cpu->index, it->offset);
		causality_write_first(it->cpu->index, it->offset);
	}
	return (true);
}

/* What comes first if it acquires; as straight_join(). */
STRAIGHT bool
straight_change_join(const struct straight *it, uint32_t size, int order,
    clock_lanes *known, bool whole)
{

	if (order_acquires(order))
		return (straight_join(it, size, order, known, whole));
	*known = *it->clock;
	return (true);
}

/* False: sync_small_change() is to be called. */
STRAIGHT bool
straight_change_release(const struct straight *it, uint32_t size, int order,
    bool whole)
{
	uint32_t bits;

	bits = straight_bits(it, size);
	if ((order != ORDER_ACQ_REL && order != ORDER_SEQ_CST) ||
	    (!whole && !sync_small_has(it->first, bits)) ||
	    (bits != SYNC_TAG_BYTES &&
	    !sync_small_alone(it->first, bits)))
		return (false);
	/* What it adds to is what the CPU has joined. */
	it->first->row = sync_small_freeze(it->cpu->index);
	it->first->heads |= sync_small_heads(it->cpu->index, bits);
	return (true);
}

/* --- plain accesses ------------------------------------------------------------ */

/*
 * Whether the place has a chain of such accesses, to all eight bytes, and none
 * that this one could race with or that stands for it.  Then it is in the log.
 */
STRAIGHT bool
straight_judge_plain(const struct straight *it, unsigned kind,
    const void *where)
{

	return (it->first->is.race == places.whole.race + PLACE_PLAIN &&
	    place_is_known(it->first, kind, *it->clock) &&
	    straight_chain(it, kind, *it->clock, where));
}

/*
 * Of eight bytes or four, aligned, in a run that goes this way; a store that
 * went into the buffer is returned.
 */
void straight_read_word(uint32_t offset, const void *where);
void straight_read_half(uint32_t offset, const void *where);
struct store *straight_write_word(uint32_t offset, const void *where);
struct store *straight_write_half(uint32_t offset, const void *where);

#endif
