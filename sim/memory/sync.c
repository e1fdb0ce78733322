/*
 * Machines of a few CPUs are sync_small.c's.  For all others:
 *
 * Stamps of locations, in places of four bytes.  Two of them that only aligned
 * accesses of eight bytes have met so far are one, which the first stands for.
 * A place holds what a load of
 * it that acquires must join, and which CPUs head the release sequences that
 * its value belongs to (C11 5.1.2.4p10): the same CPU's stores and anybody's
 * read-modify-writes continue one, another CPU's store ends it.
 *
 * Where two atomic objects share a place, or accesses of several sizes meet in
 * it, stamps are added up and never taken away for a part: a load may then
 * synchronise with more than C11 says, never with less.  The same holds of two
 * CPUs whose numbers are equal modulo 64, and of a sequence with several
 * heads, one of which goes on with a plain relaxed store.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/memory/sync.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/memory/memory.h"
#include "sim/memory/shadow.h"
#include "sim/memory/sync_small.h"

enum {
	PLACE_BYTES = 4,
	PLACES = (1 << SHADOW_SHIFT) / PLACE_BYTES,
	PLACE_WHOLE = (1 << PLACE_BYTES) - 1,	/* all of its bytes, as bits */
	ISSUED_MAX = 128,	/* the largest store buffer */
};

struct sync_place {
	uint64_t heads;		/* bit for each CPU, modulo 64 */
	stamp_id stamp;		/* 0: nothing to join */
	uint16_t life;		/* of its page; else it is empty */
	uint8_t bytes;		/* those that the stamp was stored with */
	uint8_t wide;		/* 1: it stands for the next one as well */
};

_Static_assert(sizeof(struct sync_place) * PLACES == SHADOW_PAGE_BYTES,
    "a shadow page holds the places of a page");

struct sync_cpu {
	stamp_id fence;		/* what its last release fence left */
	/* Release stores that are not visible yet, oldest first. */
	uint32_t issued_head;
	uint32_t issued_count;
	stamp_id issued[ISSUED_MAX];
};

static struct shadow stamped;
static struct sync_cpu *sync_cpus;
static uint32_t sync_cpu_room;

/* Stamps of the last run went with its clocks: none is dropped here. */
void
sync_reset_stamps(uint32_t cpus)
{
	uint32_t i;

	sync_small.on = false;
	shadow_reset(&stamped);
	if (cpus > sync_cpu_room) {
		free(sync_cpus);
		sync_cpus = must_alloc(cpus, sizeof(*sync_cpus));
		sync_cpu_room = cpus;
	}
	for (i = 0; i < cpus; i++) {
		sync_cpus[i].fence = 0;
		sync_cpus[i].issued_head = sync_cpus[i].issued_count = 0;
	}
}

void
sync_reset(uint32_t cpus)
{

	if (cpus <= SYNC_SMALL_CPUS) {
		sync_small.on = true;
		sync_small_reset(cpus);
	} else
		sync_reset_stamps(cpus);
}

void
sync_fini(void)
{

	places_fini();
	shadow_fini(&stamped);
	free(sync_cpus);
	sync_cpus = NULL;
	sync_cpu_room = 0;
}

/* --- places ----------------------------------------------------------------- */

static inline struct sync_place *
place_in(struct shadow_page *page, uint32_t offset)
{

	return ((struct sync_place *)(void *)page->cells +
	    offset / PLACE_BYTES % PLACES);
}

/* Of the first of two places: the second one is like it, and its own again. */
static __attribute__((noinline)) void
place_split(struct sync_place *place)
{

	place->wide = 0;
	place[1] = place[0];
	(void)stamp_hold(place->stamp);
}

/* The place, by itself. */
static inline struct sync_place *
place_alone(struct shadow_page *page, uint32_t offset)
{
	struct sync_place *place, *first;

	place = place_in(page, offset);
	first = place_in(page, offset & ~(uint32_t)PLACE_BYTES);
	if (__builtin_expect(first->wide != 0, 0) &&
	    first->life == page->life)
		place_split(first);
	return (place);
}

/* NULL where there is no stamp. */
static inline struct sync_place *
place_find(uint32_t offset)
{
	struct shadow_page *page;
	struct sync_place *place;

	page = shadow_find(&stamped, offset);
	if (page == NULL)
		return (NULL);
	place = place_alone(page, offset);
	return (place->life == page->life && place->stamp != 0 ? place : NULL);
}

static inline void
place_revive(const struct shadow_page *page, struct sync_place *place)
{

	if (place->life != page->life) {
		*place = (struct sync_place){ 0 };
		place->life = page->life;
	}
}

static struct sync_place *
place_get(uint32_t offset)
{
	struct shadow_page *page;
	struct sync_place *place;

	page = shadow_page(&stamped, offset);
	place = place_alone(page, offset);
	place_revive(page, place);
	return (place);
}

/* --- two that are one --------------------------------------------------------- */

static inline bool
is_wide(uint32_t offset, uint32_t size)
{

	return (size == 2 * PLACE_BYTES && offset % (2 * PLACE_BYTES) == 0);
}

/* Nothing was ever stored with a stamp there. */
static inline bool
place_new(const struct shadow_page *page, const struct sync_place *place)
{

	return (place->life != page->life || (place->stamp == 0 &&
	    place->bytes == 0));
}

/* The one that stands for both, from now on if need be; NULL: they are two. */
static inline struct sync_place *
wide_get(uint32_t offset)
{
	struct shadow_page *page;
	struct sync_place *place;

	page = shadow_page(&stamped, offset);
	place = place_in(page, offset);
	if (__builtin_expect(place->wide && place->life == page->life, 1))
		return (place);
	if (!place_new(page, place) || !place_new(page, place + 1))
		return (NULL);
	place[0] = place[1] = (struct sync_place){ .life = page->life };
	place->wide = 1;
	return (place);
}

static inline void
place_clear(struct sync_place *place)
{

	stamp_drop(place->stamp);
	place->stamp = 0;
	place->heads = 0;
	place->bytes = 0;
	place->wide = 0;
}

/* The stamp is the place's from now on; it takes a reference of its own. */
static inline void
place_put(struct sync_place *place, stamp_id stamp)
{

	stamp_hold(stamp);
	stamp_drop(place->stamp);
	place->stamp = stamp;
}

static inline void
place_add(struct sync_place *place, stamp_id stamp)
{
	stamp_id old;

	old = place->stamp;
	place->stamp = stamp_both(old, stamp);
	stamp_drop(old);
}

/* The bytes of [offset, end) that lie in the place of `at`, as bits. */
static inline uint8_t
place_bytes(uint32_t at, uint32_t offset, uint64_t end)
{
	uint32_t first, beyond;

	first = offset > at ? offset - at : 0;
	beyond = end < (uint64_t)at + PLACE_BYTES ? (uint32_t)(end - at) :
	    PLACE_BYTES;
	return ((uint8_t)((1U << beyond) - (1U << first)));
}

static inline uint64_t
head_bit(uint32_t cpu)
{

	return (UINT64_C(1) << (cpu & 63));
}

#define FOR_PLACES(at, offset, size)					\
	for (uint64_t at = (offset) & ~(uint64_t)(PLACE_BYTES - 1);	\
	    at < (uint64_t)(offset) + (size); at += PLACE_BYTES)

/* --- loads ------------------------------------------------------------------ */

static inline void
load_stamp(uint32_t cpu, stamp_id stamp, int order)
{

	if (order_acquires(order))
		stamp_join(cpu, stamp);
	else
		clock_note(cpu, stamp);
}

static __attribute__((noinline)) void
load_places(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	const struct sync_place *place;
	stamp_id last;

	last = 0;
	FOR_PLACES(at, offset, size) {
		place = place_find((uint32_t)at);
		if (place == NULL || place->stamp == last)
			continue;
		last = place->stamp;
		load_stamp(cpu, last, order);
	}
}

void
sync_load(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	const struct shadow_page *page;
	const struct sync_place *place;

	if (sync_small.on) {
		sync_small_load(cpu, offset, size, order);
		return;
	}
	if (!is_wide(offset, size)) {
		load_places(cpu, offset, size, order);
		return;
	}
	page = shadow_find(&stamped, offset);
	if (page == NULL)
		return;
	place = (const struct sync_place *)(const void *)page->cells +
	    offset / PLACE_BYTES % PLACES;
	if (place->wide && place->life == page->life)
		load_stamp(cpu, place->stamp, order);
	else if (place[0].life == page->life || place[1].life == page->life)
		load_places(cpu, offset, size, order);
}

/* --- stores ----------------------------------------------------------------- */

static inline void
issued_push(struct sync_cpu *self, stamp_id stamp)
{

	/* Stores that never came; those that follow are taken for fenced. */
	if (self->issued_count == ISSUED_MAX)
		self->issued_count = 0;
	self->issued[(self->issued_head + self->issued_count++) %
	    ISSUED_MAX] = stamp;
}

/* Is it the stamp of a release store, and not of a fence before it? */
static inline bool
issued_pop(struct sync_cpu *self, stamp_id stamp)
{

	if (self->issued_count == 0 ||
	    self->issued[self->issued_head] != stamp)
		return (false);
	self->issued_head = (self->issued_head + 1) % ISSUED_MAX;
	self->issued_count--;
	return (true);
}

stamp_id
sync_release(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct sync_cpu *self;
	stamp_id stamp;

	if (sync_small.on)
		return (sync_small_release(cpu, offset, size, order));
	self = &sync_cpus[cpu];
	if (!order_releases(order))
		return (stamp_hold(self->fence));
	stamp = stamp_take(cpu, 0);
	issued_push(self, stamp);
	return (stamp);
}

/* A store without a stamp: it goes on with a sequence, or ends it. */
static void
place_overwrite(struct sync_place *place, uint32_t cpu, uint8_t bytes)
{

	if ((place->heads & head_bit(cpu)) == 0 &&
	    (place->bytes & ~bytes) == 0)
		place_clear(place);
}

/* A store with a stamp, of which it takes a reference. */
static inline void
place_store(struct sync_place *place, uint32_t cpu, uint8_t bytes,
    stamp_id stamp, bool releases)
{

	if ((place->bytes & ~bytes) == 0 && (releases ||
	    (place->heads & head_bit(cpu)) == 0)) {
		place_put(place, stamp);
		place->heads = 0;
	} else
		place_add(place, stamp);
	place->heads |= head_bit(cpu);
	place->bytes |= bytes;
}

void
sync_visible(uint32_t cpu, uint32_t offset, uint32_t size, stamp_id stamp)
{
	struct sync_place *place;
	uint64_t end;
	uint8_t bytes;
	bool releases;

	if (sync_small.on) {
		sync_small_visible(cpu, offset, size, stamp);
		return;
	}
	end = (uint64_t)offset + size;
	releases = stamp != 0 && issued_pop(&sync_cpus[cpu], stamp);
	if (is_wide(offset, size) && stamp != 0 &&
	    (place = wide_get(offset)) != NULL) {
		place_store(place, cpu, PLACE_WHOLE, stamp, releases);
		stamp_drop(stamp);
		return;
	}
	FOR_PLACES(at, offset, size) {
		bytes = place_bytes((uint32_t)at, offset, end);
		if (stamp == 0) {
			place = place_find((uint32_t)at);
			if (place != NULL)
				place_overwrite(place, cpu, bytes);
			continue;
		}
		place_store(place_get((uint32_t)at), cpu, bytes, stamp,
		    releases);
	}
	stamp_drop(stamp);
}

void
sync_store(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct sync_place *place;
	stamp_id stamp;

	if (sync_small.on) {
		sync_small_store(cpu, offset, size, order);
		return;
	}
	if (order_releases(order) && sync_cpus[cpu].issued_count == 0 &&
	    is_wide(offset, size) && (place = wide_get(offset)) != NULL) {
		stamp = stamp_take(cpu, 0);
		stamp_drop(place->stamp);
		place->stamp = stamp;
		place->heads = head_bit(cpu);
		place->bytes = PLACE_WHOLE;
		return;
	}
	stamp = sync_release(cpu, offset, size, order);
	sync_visible(cpu, offset, size, stamp);
}

/* --- read-modify-writes ------------------------------------------------------ */

/* What it adds to what its place holds: one stamp for all of its places. */
static stamp_id
change_stamp(uint32_t cpu, int order)
{
	const struct sync_cpu *self;

	self = &sync_cpus[cpu];
	if (order_releases(order))
		return (stamp_take(cpu, 0));
	return (stamp_hold(self->fence));
}

void
sync_change(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	struct sync_place *place;
	stamp_id stamp;
	uint64_t end;

	if (sync_small.on) {
		if (order_acquires(order))
			sync_small_load(cpu, offset, size, order);
		sync_small_change(cpu, offset, size, order);
		return;
	}
	if (order == ORDER_LOCKED)
		sync_fence(cpu, ORDER_SEQ_CST);
	sync_load(cpu, offset, size, order);
	stamp = change_stamp(cpu, order);
	end = (uint64_t)offset + size;
	if (stamp != 0 && is_wide(offset, size) &&
	    (place = wide_get(offset)) != NULL) {
		place_add(place, stamp);
		place->heads |= head_bit(cpu);
		place->bytes |= PLACE_WHOLE;
		stamp_drop(stamp);
	} else if (stamp != 0) {
		FOR_PLACES(at, offset, size) {
			place = place_get((uint32_t)at);
			place_add(place, stamp);
			place->heads |= head_bit(cpu);
			place->bytes |= place_bytes((uint32_t)at, offset, end);
		}
		stamp_drop(stamp);
	}
	if (order == ORDER_LOCKED)
		sync_fence(cpu, ORDER_SEQ_CST);
}

/* --- fences, memory ---------------------------------------------------------- */

void
sync_fence(uint32_t cpu, int order)
{
	struct sync_cpu *self;

	if (sync_small.on) {
		sync_small_fence(cpu, order);
		return;
	}
	self = &sync_cpus[cpu];
	if (order_acquires(order))
		clock_acquire(cpu);
	if (order_releases(order)) {
		stamp_drop(self->fence);
		self->fence = stamp_take(cpu, 0);
	}
}

void
sync_forget(uint32_t offset, uint32_t bytes)
{
	struct sync_place *place;

	if (sync_small.on) {
		sync_small_forget(offset, bytes);
		return;
	}
	FOR_PLACES(at, offset, bytes) {
		if (shadow_find(&stamped, (uint32_t)at) == NULL) {
			at |= (1 << SHADOW_SHIFT) - PLACE_BYTES;
			continue;
		}
		place = place_find((uint32_t)at);
		if (place != NULL)
			place_clear(place);
	}
}
