/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory/clock.h"

/*
 * An event of CPU c in epoch e is known to whoever has e or more for c.  The
 * epoch ends with the stamp that carries it, so what c does afterwards is not
 * mistaken for what it did before.
 *
 * From this follows the shortcut of covers(): a clock gets e for c only from a
 * stamp that c took at the end of epoch e or later, or from one that had joined
 * it.  Then it has all that c had when it took the stamp of e.
 */

/* A stamp is a few words, then a clock. */
enum {
	STAMP_REFERENCES,
	STAMP_OWNER,		/* CPU; when free: the next free stamp */
	STAMP_EPOCH,		/* the owner's; 0: joined from several */
	STAMP_FENCE,
	STAMP_HB
};

/* Rows are copied in pieces of so many words. */
enum { ROW_WORDS = 4 };

struct own {
	order_id fence;		/* the latest in hb */
	order_id noted_fence;
	uint32_t noted;		/* 1: an acquire fence has something to join */
	uint32_t row_version;	/* when `row` was looked up */
	const uint32_t *row;	/* of `fence` */
};

static struct {
	uint32_t cpus;
	uint32_t cpus_room;
	uint32_t words;		/* of a row, of which `cpus` are epochs */
	uint32_t *hb;		/* a row for each CPU */
	uint32_t *noted;	/* the same, where own.noted */
	struct own *own;

	uint32_t *stamps;
	uint32_t stride;	/* words of one */
	uint32_t stamp_count;	/* ever used in this run; number 0 is none */
	size_t stamp_room;	/* words */
	uint32_t stamp_free;

	/*
	 * The order: place 0 is before everything, place 1 is for all that is
	 * too old, the last one is number place_last.
	 */
	struct place {
		uint32_t *row;	/* of a fence */
		uint32_t cpu;
		uint32_t epoch;
		uint32_t offset;	/* of an access */
		bool fence;
	} places[ORDER_MAX + 2];
	order_id ids[ORDER_MAX + 2];	/* those of places[], to be found soon */
	order_id id_lowest;	/* none lower is left */
	uint32_t *rows;
	uint32_t place_last;
	uint32_t places_words;	/* of the rows that they have; 0: none yet */
	order_id order_next;
	uint32_t version;	/* changes with each fence */
} clocks;

struct clock_rows clock_rows;

static void *
must(void *memory)
{

	if (memory == NULL)
		abort();
	return (memory);
}

static inline uint32_t *
hb_of(uint32_t cpu)
{

	return (clocks.hb + (size_t)cpu * clocks.words);
}

static uint32_t *
noted_of(uint32_t cpu)
{

	return (clocks.noted + (size_t)cpu * clocks.words);
}

static inline uint32_t *
stamp_of(stamp_id stamp)
{

	return (clocks.stamps + (size_t)stamp * clocks.stride);
}

/*
 * Rows are a few words, as a rule: what compilers know for such loops, a call
 * of memcpy() or four epochs at once with all that goes with it, is slower.
 */
#define EACH_ALONE	__asm__ ("")

static inline void
join(uint32_t *into, const uint32_t *from)
{
	uint32_t i;

	for (i = 0; i < clocks.cpus; i++) {
		EACH_ALONE;
		into[i] = into[i] > from[i] ? into[i] : from[i];
	}
}

static inline void
copy(uint32_t *to, const uint32_t *from)
{
	uint32_t i;

	for (i = 0; i < clocks.words; i += ROW_WORDS) {
		EACH_ALONE;
		__builtin_memcpy(to + i, from + i,
		    ROW_WORDS * sizeof(uint32_t));
	}
}

/* The stamp would bring nothing to this clock, as far as can be told at once. */
static inline bool
covers(const uint32_t *clock, const uint32_t *stamp)
{

	return (stamp[STAMP_EPOCH] != 0 &&
	    clock[stamp[STAMP_OWNER]] >= stamp[STAMP_EPOCH]);
}

void
clocks_fini(void)
{

	free(clocks.hb);
	free(clocks.noted);
	free(clocks.own);
	free(clocks.rows);
	free(clocks.stamps);
	memset(&clocks, 0, sizeof(clocks));
}

void
clocks_reset(uint32_t cpus)
{
	size_t square;
	uint32_t i, words;

	assert(cpus > 0);
	words = (cpus + ROW_WORDS - 1) & ~(ROW_WORDS - 1U);
	if (cpus > clocks.cpus_room) {
		square = (size_t)cpus * words * sizeof(uint32_t);
		clocks_fini();
		clocks.hb = must(malloc(square));
		clocks.noted = must(malloc(square));
		clocks.own = must(malloc(cpus * sizeof(struct own)));
		clocks.rows = must(calloc(ORDER_MAX + 2,
		    words * sizeof(uint32_t)));
		clocks.cpus_room = cpus;
	}
	clocks.cpus = cpus;
	clocks.words = words;
	clock_rows.hb = clocks.hb;
	clock_rows.words = words;
	memset(clocks.hb, 0, (size_t)cpus * words * sizeof(uint32_t));
	memset(clocks.own, 0, cpus * sizeof(struct own));
	for (i = 0; i < cpus; i++)
		hb_of(i)[i] = 1;
	clocks.stride = STAMP_HB + words;
	clocks.stamp_count = 1;
	clocks.stamp_free = 0;
	/* Which row is whose changes in a run; which are there does not. */
	if (clocks.places_words != words)
		for (i = 0; i < ORDER_MAX + 2; i++)
			clocks.places[i].row = clocks.rows +
			    (size_t)i * words;
	clocks.places_words = words;
	memset(clocks.places[0].row, 0, words * sizeof(uint32_t));
	memset(clocks.places[1].row, 0, words * sizeof(uint32_t));
	clocks.id_lowest = 1;
	clocks.places[1].fence = true;
	clocks.place_last = 1;
	clocks.order_next = 0;
	clocks.version = 1;
}

/* --- stamps ------------------------------------------------------------- */

static __attribute__((noinline)) void
stamps_grow(size_t words)
{

	clocks.stamp_room = 2 * words;
	clocks.stamps = must(realloc(clocks.stamps,
	    clocks.stamp_room * sizeof(uint32_t)));
}

static inline stamp_id
stamp_new(void)
{
	size_t words;
	stamp_id stamp;

	stamp = clocks.stamp_free;
	if (stamp != 0) {
		clocks.stamp_free = stamp_of(stamp)[STAMP_OWNER];
	} else {
		stamp = clocks.stamp_count++;
		words = (size_t)clocks.stamp_count * clocks.stride;
		if (__builtin_expect(words > clocks.stamp_room, 0))
			stamps_grow(words);
	}
	stamp_of(stamp)[STAMP_REFERENCES] = 1;
	return (stamp);
}

stamp_id
stamp_hold(stamp_id stamp)
{

	if (stamp != 0)
		stamp_of(stamp)[STAMP_REFERENCES]++;
	return (stamp);
}

void
stamp_drop(stamp_id stamp)
{
	uint32_t *words;

	if (stamp == 0)
		return;
	words = stamp_of(stamp);
	assert(words[STAMP_REFERENCES] > 0);
	if (--words[STAMP_REFERENCES] == 0) {
		words[STAMP_OWNER] = clocks.stamp_free;
		clocks.stamp_free = stamp;
	}
}

uint32_t
stamp_epoch(stamp_id stamp)
{

	return (stamp == 0 ? 0 : stamp_of(stamp)[STAMP_EPOCH]);
}

/* Joins `from` into the stamp `into`, which is nobody's own from then on. */
static void
stamp_add(uint32_t *into, const uint32_t *from)
{

	if (covers(into + STAMP_HB, from))
		return;
	join(into + STAMP_HB, from + STAMP_HB);
	into[STAMP_FENCE] = order_later(into[STAMP_FENCE], from[STAMP_FENCE]);
	into[STAMP_EPOCH] = 0;
}

static inline __attribute__((always_inline)) stamp_id
stamp_freeze(uint32_t cpu)
{
	stamp_id stamp;
	uint32_t *hb, *words;

	stamp = stamp_new();
	words = stamp_of(stamp);
	hb = hb_of(cpu);
	words[STAMP_OWNER] = cpu;
	words[STAMP_EPOCH] = hb[cpu];
	words[STAMP_FENCE] = clocks.own[cpu].fence;
	copy(words + STAMP_HB, hb);
	assert(hb[cpu] != UINT32_MAX);
	hb[cpu]++;
	return (stamp);
}

static __attribute__((noinline)) stamp_id
stamp_take_with(uint32_t cpu, stamp_id with)
{
	stamp_id stamp;

	stamp = stamp_freeze(cpu);
	stamp_add(stamp_of(stamp), stamp_of(with));
	return (stamp);
}

stamp_id
stamp_take(uint32_t cpu, stamp_id with)
{

	return (with == 0 ? stamp_freeze(cpu) : stamp_take_with(cpu, with));
}

stamp_id
stamp_both(stamp_id left, stamp_id right)
{
	stamp_id stamp;
	uint32_t *words;

	if (left == 0 || left == right)
		return (stamp_hold(right));
	if (right == 0 || covers(stamp_of(left) + STAMP_HB, stamp_of(right)))
		return (stamp_hold(left));
	if (covers(stamp_of(right) + STAMP_HB, stamp_of(left)))
		return (stamp_hold(right));
	stamp = stamp_new();
	words = stamp_of(stamp);
	words[STAMP_OWNER] = stamp_of(left)[STAMP_OWNER];
	words[STAMP_EPOCH] = stamp_of(left)[STAMP_EPOCH];
	words[STAMP_FENCE] = stamp_of(left)[STAMP_FENCE];
	copy(words + STAMP_HB, stamp_of(left) + STAMP_HB);
	stamp_add(words, stamp_of(right));
	return (stamp);
}

void
stamp_join(uint32_t cpu, stamp_id stamp)
{
	const uint32_t *words;
	struct own *own;
	order_id later;

	if (stamp == 0)
		return;
	words = stamp_of(stamp);
	if (covers(hb_of(cpu), words))
		return;
	join(hb_of(cpu), words + STAMP_HB);
	own = &clocks.own[cpu];
	later = order_later(own->fence, words[STAMP_FENCE]);
	if (later != own->fence) {
		own->fence = later;
		own->row_version = 0;
	}
}

void
clock_note(uint32_t cpu, stamp_id stamp)
{
	const uint32_t *words;
	struct own *own;

	if (stamp == 0)
		return;
	words = stamp_of(stamp);
	if (covers(hb_of(cpu), words))
		return;
	own = &clocks.own[cpu];
	if (!own->noted) {
		own->noted = 1;
		own->noted_fence = words[STAMP_FENCE];
		copy(noted_of(cpu), words + STAMP_HB);
	} else if (!covers(noted_of(cpu), words)) {
		own->noted_fence = order_later(own->noted_fence,
		    words[STAMP_FENCE]);
		join(noted_of(cpu), words + STAMP_HB);
	}
}

void
clock_acquire(uint32_t cpu)
{
	struct own *own;

	own = &clocks.own[cpu];
	if (!own->noted)
		return;
	own->noted = 0;
	join(hb_of(cpu), noted_of(cpu));
	own->fence = order_later(own->fence, own->noted_fence);
	own->row_version = 0;
}

/* --- the order of seq_cst operations -------------------------------------- */

uint32_t
order_place(order_id id)
{
	uint32_t place;

	if (id == 0)
		return (0);
	if (id < clocks.id_lowest)
		return (1);
	for (place = clocks.place_last; place > 1; place--)
		if (clocks.ids[place] == id)
			break;
	return (place);
}

order_id
order_later(order_id left, order_id right)
{

	if (left == right || right == 0)
		return (left);
	return (order_place(left) >= order_place(right) ? left : right);
}

order_id
order_last(void)
{

	return (clocks.ids[clocks.place_last]);
}

order_id
order_known(uint32_t cpu)
{

	return (clocks.own[cpu].fence);
}

bool
clock_has_seen(uint32_t cpu, uint32_t other, uint32_t epoch)
{
	struct own *own;

	if (hb_of(cpu)[other] >= epoch)
		return (true);
	own = &clocks.own[cpu];
	if (own->row_version != clocks.version) {
		own->row = clocks.places[order_place(own->fence)].row;
		own->row_version = clocks.version;
	}
	return (own->row[other] >= epoch);
}

uint32_t
order_fenced(uint32_t other, uint32_t epoch)
{
	uint32_t first, place;

	first = UINT32_MAX;
	for (place = clocks.place_last; place > 0; place--) {
		if (!clocks.places[place].fence)
			continue;
		if (clocks.places[place].row[other] < epoch)
			break;
		first = place;
	}
	return (first);
}

order_id
order_limit_fence(uint32_t cpu)
{
	const struct place *place;
	uint32_t i;

	for (i = clocks.place_last; i > 1; i--) {
		place = &clocks.places[i];
		if (clock_knows(cpu, place->cpu, place->epoch))
			break;
	}
	return (clocks.ids[i]);
}

/*
 * RC11's scb has happens-before between an access and a later one of another
 * location only where it begins and ends with program order; so the access must
 * be known by something that its CPU did afterwards.
 */
order_id
order_limit_access(uint32_t cpu, uint32_t offset, stamp_id stamp)
{
	const struct place *place;
	uint32_t i;
	bool joined;

	for (i = clocks.place_last; i > 1; i--) {
		place = &clocks.places[i];
		joined = clock_knows(cpu, place->cpu, place->epoch) ||
		    (stamp != 0 && stamp_of(stamp)[STAMP_HB + place->cpu] >=
		    place->epoch);
		if (place->cpu == cpu || (joined && (place->fence ||
		    place->offset == offset ||
		    clock_knows(cpu, place->cpu, place->epoch + 1))))
			break;
	}
	return (clocks.ids[i]);
}

/* The oldest is too old to tell now. */
static void
place_drop(void)
{
	uint32_t *row;
	uint32_t i;

	row = clocks.places[2].row;
	if (clocks.places[2].fence) {
		row = clocks.places[1].row;
		clocks.places[1].row = clocks.places[2].row;
	}
	for (i = 2; i < clocks.place_last; i++) {
		clocks.places[i] = clocks.places[i + 1];
		clocks.ids[i] = clocks.ids[i + 1];
	}
	clocks.places[clocks.place_last--].row = row;
	clocks.id_lowest = UINT32_MAX;
	for (i = 2; i <= clocks.place_last; i++)
		if (clocks.ids[i] < clocks.id_lowest)
			clocks.id_lowest = clocks.ids[i];
	clocks.version++;
}

static uint32_t
place_new(uint32_t cpu, uint32_t before)
{
	struct place *place;
	uint32_t *row;
	uint32_t at, i;

	if (clocks.place_last == ORDER_MAX + 1)
		place_drop();
	if (before > clocks.place_last - 1)
		before = clocks.place_last - 1;
	at = ++clocks.place_last - before;
	row = clocks.places[clocks.place_last].row;
	for (i = clocks.place_last; i > at; i--) {
		clocks.places[i] = clocks.places[i - 1];
		clocks.ids[i] = clocks.ids[i - 1];
	}
	assert(clocks.order_next != UINT32_MAX);
	clocks.ids[at] = ++clocks.order_next;
	place = &clocks.places[at];
	place->row = row;
	place->cpu = cpu;
	place->epoch = clock_epoch(cpu);
	place->offset = UINT32_MAX;
	place->fence = false;
	return (at);
}

order_id
order_access(uint32_t cpu, uint32_t before, uint32_t offset)
{
	uint32_t at;

	at = place_new(cpu, before);
	clocks.places[at].offset = offset;
	return (clocks.ids[at]);
}

void
clock_tick(uint32_t cpu)
{
	uint32_t *hb;

	hb = hb_of(cpu);
	assert(hb[cpu] != UINT32_MAX);
	hb[cpu]++;
}

order_id
order_fence(uint32_t cpu, uint32_t before)
{
	struct place *earlier, *place;
	uint32_t at, i;

	at = place_new(cpu, before);
	place = &clocks.places[at];
	place->fence = true;
	earlier = place - 1;
	while (!earlier->fence)
		earlier--;
	copy(place->row, earlier->row);
	for (i = at; i <= clocks.place_last; i++)
		if (clocks.places[i].fence)
			join(clocks.places[i].row, hb_of(cpu));
	clocks.own[cpu].fence = clocks.ids[at];
	clocks.version++;
	return (clocks.ids[at]);
}
