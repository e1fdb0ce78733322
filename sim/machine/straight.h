/*
 * straight - what is an access in which nothing unusual happens?
 *
 * What swift.h says of an atomic access, for the common case alone: its step is
 * granted beforehand, the run looks for data races, memory has no history, all
 * of it lies in one place that is there, nobody watches it or waits for it.
 * Whether all that is so is found out first, before anything has happened, so
 * that the rest is a line without a call: its registers need not be saved.
 * What turns out on the way is left to a function that ends the access.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_STRAIGHT_H
#define SIM_MACHINE_STRAIGHT_H

#include "sim/machine/swift.h"

#define STRAIGHT static inline __attribute__((always_inline))

enum {
	STRAIGHT_NEVER,
	STRAIGHT_VISIBLE,	/* stores are visible at once */
	STRAIGHT_BUFFERED,
};

/* To be said again whenever what it depends on has changed. */
static inline void
straight_settle(void)
{

	if (!the.swift || the.history != NULL || places.closer == NULL ||
	    !the.ordering || !sync_small.on)
		the.straight = STRAIGHT_NEVER;
	else
		the.straight = the.buffered ? STRAIGHT_BUFFERED :
		    STRAIGHT_VISIBLE;
}

/* What the access is about. */
struct straight {
	struct cpu *cpu;
	struct place_page *page;
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
	return (size >= PLACE_HALF_BYTES && the.straight != STRAIGHT_NEVER &&
	    at < the.bytes && at % size == 0);
}

STRAIGHT bool
straight_leased(const volatile void *address, uint32_t kinds)
{

	return (step_leased_alone(the.cpu, kinds, straight_offset(address)));
}

/*
 * Its step is taken.  The place is there and nobody but this CPU has to do with
 * it; false: the long way from here.  `late`: a debugger may wait for it.
 */
STRAIGHT bool
straight_there(struct straight *it, const volatile void *address,
    const void *where, bool late)
{
	struct place *first;

	it->cpu = the.cpu;
	it->offset = straight_offset(address);
	it->page = places_find(it->offset);
	if (it->page == NULL || (late && machine_halt.access != 0) ||
	    (the.watching &&
	    the.lines[it->offset >> ARENA_LINE_SHIFT].watched))
		return (false);
	/* As a pointer that is kept, not as the sum that it is made of. */
	first = place_first(it->page, it->offset);
	__asm__("" : "+r"(first));
	it->first = first;
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
straight_digests(const struct straight *it)
{

	return (!the.causal || causality_is_first(it->offset));
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

STRAIGHT bool
straight_judge(const struct straight *it, uint32_t size, unsigned kind,
    clock_lanes known, const void *where)
{

	/* Which half it is, is all that is asked of its offset. */
	return (__builtin_expect(place_judge_at(it->first,
	    it->offset & (PLACE_GRANULE_BYTES - size), size, kind, it->cpu,
	    known, where), 1));
}

/* --- loads ------------------------------------------------------------------- */

/* What the CPU's buffer holds is somewhere else; one store at most is asked. */
STRAIGHT bool
straight_misses(const struct cpu *cpu, uint32_t offset, uint32_t size)
{
	const struct store *store;

	if (cpu->store_count == 0)
		return (true);
	store = &cpu->stores[cpu->store_head];
	return (cpu->store_count == 1 &&
	    (offset >= store->offset + store->size ||
	    store->offset >= offset + size));
}

/* False: nothing but the step has happened yet. */
STRAIGHT bool
straight_load(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late)
{

	if (!straight_there(it, address, where, late) ||
	    !straight_misses(it->cpu, it->offset, size) ||
	    !straight_digests(it))
		return (false);
	step_heed(it->cpu, it->offset, size);
	straight_count(it);
	if (the.causal)
		causality_read_first(it->cpu->index, it->offset);
	return (true);
}

/* False: straight_join_left() is to be called. */
STRAIGHT bool
straight_join(const struct straight *it, uint32_t size, int order,
    clock_lanes *known)
{
	clock_lanes *clock;

	clock = sync_small_clock(it->cpu->index);
	*known = *clock;
	if (__builtin_expect(sync_small_has(it->first, it->page,
	    straight_bits(it, size)), 1)) {
		if (order_acquires(order))
			*clock = *known = lanes_max(*known, it->first->row);
		else
			sync_small_join(it->cpu->index, it->first->row, order);
		return (true);
	}
	return (!sync_small_lives(it->first, it->page));
}

static inline void
straight_join_left(uint32_t offset, uint32_t size, int order)
{

	sync_small_load_slow(the.cpu->index, offset, size, order);
}

/* --- stores ------------------------------------------------------------------ */

/* The same, of a store that is visible at once. */
STRAIGHT bool
straight_store(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late)
{

	if (!straight_there(it, address, where, late) || !straight_quiet() ||
	    !straight_digests(it))
		return (false);
	straight_count(it);
	if (the.causal)
		causality_write_first(it->cpu->index, it->offset);
	step_written(it->cpu, it->offset, size);
	return (true);
}

/* False: sync_small_store_slow() is to be called. */
STRAIGHT bool
straight_release(const struct straight *it, uint32_t size, int order)
{
	uint32_t bits;

	bits = straight_bits(it, size);
	if (!order_releases(order) || (bits != SYNC_TAG_BYTES &&
	    !sync_small_alone(it->first, it->page, bits)))
		return (false);
	sync_small_put(it->first, it->page, bits, it->cpu->index,
	    sync_small_freeze(it->cpu->index));
	return (true);
}

/* ... of one that goes into the buffer, and is there now. */
STRAIGHT struct store *
straight_push(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late)
{

	if (!straight_there(it, address, where, late) ||
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
straight_change_kinds(void)
{

	return (STEP_READ | STEP_WRITE | (the.straight == STRAIGHT_BUFFERED ?
	    STEP_EMPTY : 0));
}

STRAIGHT bool
straight_change(struct straight *it, const volatile void *address,
    uint32_t size, const void *where, bool late)
{

	if (!straight_there(it, address, where, late) ||
	    !straight_quiet() || !straight_digests(it))
		return (false);
	step_heed(it->cpu, it->offset, size);
	straight_count(it);
	if (the.causal) {
		causality_read_first(it->cpu->index, it->offset);
		causality_write_first(it->cpu->index, it->offset);
	}
	return (true);
}

/* What comes first if it acquires; as straight_join(). */
STRAIGHT bool
straight_change_join(const struct straight *it, uint32_t size, int order,
    clock_lanes *known)
{

	if (order_acquires(order))
		return (straight_join(it, size, order, known));
	*known = place_clock(it->cpu->index);
	return (true);
}

/* False: sync_small_change() is to be called. */
STRAIGHT bool
straight_change_release(const struct straight *it, uint32_t size, int order)
{
	uint32_t bits;

	bits = straight_bits(it, size);
	if ((order != ORDER_ACQ_REL && order != ORDER_SEQ_CST) ||
	    !sync_small_has(it->first, it->page, bits) ||
	    (bits != SYNC_TAG_BYTES &&
	    !sync_small_alone(it->first, it->page, bits)))
		return (false);
	/* What it adds to is what the CPU has joined. */
	it->first->row = sync_small_freeze(it->cpu->index);
	it->first->heads |= sync_small_heads(it->cpu->index, bits);
	return (true);
}

#endif
