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
 * From this follows the shortcut of stamp_covered(): a clock gets e for c only
 * from a stamp that c took at the end of epoch e or later, or from one that had
 * joined it.  Then it has all that c had when it took the stamp of e.
 */

_Static_assert((int)STAMP_HB == (int)CLOCK_LANES,
    "the row of a stamp is aligned");

enum { ORDER_FOUND = 64 };	/* so many ids are found at once */

static struct {
	uint32_t cpus_room;
	uint32_t *noted;	/* a row for each CPU, where own.noted */

	/* Stamps and their numbers are counted in lanes; number 0 is none. */
	uint32_t stride;	/* of one */
	uint32_t stamp_end;	/* of those ever used in this run */
	uint32_t stamp_room;
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
	uint8_t found[ORDER_FOUND];	/* where an id was last put */
	order_id id_lowest;	/* none lower is left */
	uint32_t *rows;
	uint32_t place_last;
	uint32_t places_words;	/* of the rows that they have; 0: none yet */
	order_id order_next;
	bool straight;		/* none was put before an earlier one */
} clocks;

struct clock_rows clock_rows;

static void stamps_grow(void);

/* Zero, and aligned as rows are. */
static void *
rows_make(size_t bytes)
{
	void *memory;

	memory = aligned_alloc(sizeof(clock_lanes), bytes);
	if (memory == NULL)
		abort();
	memset(memory, 0, bytes);
	return (memory);
}

static inline uint32_t *
hb_of(uint32_t cpu)
{

	return (clock_rows.hb + (size_t)cpu * clock_rows.words);
}

static inline uint32_t *
noted_of(uint32_t cpu)
{

	return (clocks.noted + (size_t)cpu * clock_rows.words);
}

/*
 * Rows are one or two vectors, as a rule: what compilers make of such loops, a
 * call of memcpy() or several turns at once, is slower.
 */
#define EACH_ALONE	__asm__ ("")

static inline void
join(uint32_t *into, const uint32_t *from)
{
	const uint32_t *end;
	clock_lanes *to;

	end = from + clock_rows.words;
	do {
		EACH_ALONE;
		to = (clock_lanes *)into;
		*to = lanes_max(*to, *(const clock_lanes *)from);
		into += CLOCK_LANES;
		from += CLOCK_LANES;
	} while (from != end);
}

static inline void
copy(uint32_t *to, const uint32_t *from)
{
	const uint32_t *end;

	end = from + clock_rows.words;
	do {
		EACH_ALONE;
		*(clock_lanes *)to = *(const clock_lanes *)from;
		to += CLOCK_LANES;
		from += CLOCK_LANES;
	} while (from != end);
}

static inline void
copy_both(uint32_t *to, const uint32_t *left, const uint32_t *right)
{
	const uint32_t *end;

	end = left + clock_rows.words;
	do {
		EACH_ALONE;
		*(clock_lanes *)to = lanes_max(*(const clock_lanes *)left,
		    *(const clock_lanes *)right);
		to += CLOCK_LANES;
		left += CLOCK_LANES;
		right += CLOCK_LANES;
	} while (left != end);
}

static inline void
clear(uint32_t *row)
{
	const uint32_t *end;

	end = row + clock_rows.words;
	do {
		EACH_ALONE;
		*(clock_lanes *)row = (clock_lanes){ 0 };
		row += CLOCK_LANES;
	} while (row != end);
}

void
clocks_fini(void)
{

	free(clock_rows.hb);
	free(clock_rows.own);
	free(clock_rows.stamps);
	free(clocks.noted);
	free(clocks.rows);
	memset(&clocks, 0, sizeof(clocks));
	memset(&clock_rows, 0, sizeof(clock_rows));
}

static void
clocks_make(uint32_t cpus, uint32_t words)
{
	size_t row;

	clocks_fini();
	row = words * sizeof(uint32_t);
	clock_rows.hb = rows_make(cpus * row);
	clock_rows.own = calloc(cpus, sizeof(struct clock_own));
	if (clock_rows.own == NULL)
		abort();
	clocks.noted = rows_make(cpus * row);
	clocks.rows = rows_make((ORDER_MAX + 2) * row);
	clocks.cpus_room = cpus;
}

/* Which row is whose changes in a run; which are there does not. */
static void
places_lay(uint32_t words)
{
	uint32_t i;

	for (i = 0; i < ORDER_MAX + 2; i++)
		clocks.places[i].row = clocks.rows + (size_t)i * words;
	clocks.places_words = words;
	clear(clocks.places[0].row);
}

void
clocks_reset(uint32_t cpus)
{
	struct clock_own *own;
	const uint32_t *end;
	uint32_t *at;
	uint32_t i, words;

	assert(cpus > 0);
	words = (cpus + CLOCK_LANES - 1) & ~(CLOCK_LANES - 1U);
	if (cpus > clocks.cpus_room)
		clocks_make(cpus, words);
	clock_rows.words = words;
	clock_rows.version = 1;
	at = clock_rows.hb;
	own = clock_rows.own;
	for (i = 0; i < cpus; i++, own++) {
		own->fence = own->noted = own->row_version = 0;
		end = at + words;
		do {
			EACH_ALONE;
			*(clock_lanes *)at = (clock_lanes){ 0 };
			at += CLOCK_LANES;
		} while (at != end);
		(at - words)[i] = 1;
	}
	clocks.stride = 1 + words / CLOCK_LANES;
	clocks.stamp_end = 1;
	if (clocks.stamp_room == 0)
		stamps_grow();
	clocks.stamp_free = 0;
	if (clocks.places_words != words)
		places_lay(words);
	clear(clocks.places[1].row);
	clocks.id_lowest = 1;
	clocks.places[1].fence = true;
	clocks.place_last = 1;
	clocks.order_next = 0;
	clocks.straight = true;
}

/* --- stamps ------------------------------------------------------------- */

/* There is room for one stamp more. */
static __attribute__((noinline)) void
stamps_grow(void)
{
	clock_lanes *larger;
	size_t room;

	room = (size_t)clocks.stamp_room * 2 + clocks.stride + 1024;
	assert(room <= UINT32_MAX);
	larger = rows_make(room * sizeof(*larger));
	if (clocks.stamp_room > 0)
		memcpy(larger, clock_rows.stamps,
		    clocks.stamp_room * sizeof(*larger));
	free(clock_rows.stamps);
	clock_rows.stamps = larger;
	clocks.stamp_room = (uint32_t)room;
}

static inline bool
stamps_full(void)
{

	return (clocks.stamp_free == 0 &&
	    clocks.stamp_room - clocks.stamp_end < clocks.stride);
}

/* Where there is room. */
static inline stamp_id
stamp_new(void)
{
	stamp_id stamp;

	stamp = clocks.stamp_free;
	if (stamp != 0) {
		clocks.stamp_free = stamp_words(stamp)[STAMP_OWNER];
	} else {
		stamp = clocks.stamp_end;
		clocks.stamp_end = stamp + clocks.stride;
	}
	return (stamp);
}

void
stamp_free(stamp_id stamp)
{

	stamp_words(stamp)[STAMP_OWNER] = clocks.stamp_free;
	clocks.stamp_free = stamp;
}

/* Joins `from` into the stamp `into`, which is nobody's own from then on. */
static void
stamp_add(uint32_t *into, const uint32_t *from)
{

	if (stamp_covered(into + STAMP_HB, from))
		return;
	join(into + STAMP_HB, from + STAMP_HB);
	into[STAMP_FENCE] = order_later(into[STAMP_FENCE], from[STAMP_FENCE]);
	into[STAMP_EPOCH] = 0;
}

/* Where there is room.  `single`: a row is one vector. */
static inline __attribute__((always_inline)) stamp_id
stamp_freeze(uint32_t cpu, bool single)
{
	stamp_id stamp;
	uint32_t *hb, *words;
	uint32_t epoch, fence;

	hb = single ? clock_rows.hb + (size_t)cpu * CLOCK_LANES : hb_of(cpu);
	epoch = hb[cpu];
	assert(epoch < INT32_MAX);
	fence = clock_rows.own[cpu].fence;
	stamp = stamp_new();
	words = stamp_words(stamp);
	words[STAMP_REFERENCES] = 1;
	words[STAMP_OWNER] = cpu;
	words[STAMP_EPOCH] = epoch;
	words[STAMP_FENCE] = fence;
	if (single)
		*(clock_lanes *)(words + STAMP_HB) = *(clock_lanes *)hb;
	else
		copy(words + STAMP_HB, hb);
	hb[cpu] = epoch + 1;
	return (stamp);
}

static __attribute__((noinline)) stamp_id
stamp_take_slow(uint32_t cpu, stamp_id with)
{
	stamp_id stamp;

	if (stamps_full())
		stamps_grow();
	stamp = stamp_freeze(cpu, false);
	if (with != 0)
		stamp_add(stamp_words(stamp), stamp_words(with));
	return (stamp);
}

stamp_id
stamp_take(uint32_t cpu, stamp_id with)
{

	if (__builtin_expect(with != 0 || clock_rows.words != CLOCK_LANES ||
	    stamps_full(), 0))
		return (stamp_take_slow(cpu, with));
	return (stamp_freeze(cpu, true));
}

stamp_id
stamp_both(stamp_id left, stamp_id right)
{
	stamp_id stamp;
	uint32_t *words;

	if (left == 0 || left == right)
		return (stamp_hold(right));
	if (right == 0 || stamp_covered(stamp_words(left) + STAMP_HB,
	    stamp_words(right)))
		return (stamp_hold(left));
	if (stamp_covered(stamp_words(right) + STAMP_HB, stamp_words(left)))
		return (stamp_hold(right));
	if (stamps_full())
		stamps_grow();
	stamp = stamp_new();
	words = stamp_words(stamp);
	words[STAMP_REFERENCES] = 1;
	words[STAMP_OWNER] = stamp_words(left)[STAMP_OWNER];
	words[STAMP_EPOCH] = stamp_words(left)[STAMP_EPOCH];
	words[STAMP_FENCE] = stamp_words(left)[STAMP_FENCE];
	copy(words + STAMP_HB, stamp_words(left) + STAMP_HB);
	stamp_add(words, stamp_words(right));
	return (stamp);
}

void
stamp_join_slow(uint32_t cpu, const uint32_t *words)
{
	struct clock_own *own;
	order_id later;

	join(hb_of(cpu), words + STAMP_HB);
	own = &clock_rows.own[cpu];
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
	struct clock_own *own;

	if (stamp == 0)
		return;
	words = stamp_words(stamp);
	if (stamp_covered(hb_of(cpu), words))
		return;
	own = &clock_rows.own[cpu];
	if (!own->noted) {
		own->noted = 1;
		own->noted_fence = words[STAMP_FENCE];
		copy(noted_of(cpu), words + STAMP_HB);
	} else if (!stamp_covered(noted_of(cpu), words)) {
		own->noted_fence = order_later(own->noted_fence,
		    words[STAMP_FENCE]);
		join(noted_of(cpu), words + STAMP_HB);
	}
}

void
clock_acquire(uint32_t cpu)
{
	struct clock_own *own;

	own = &clock_rows.own[cpu];
	if (__builtin_expect(!own->noted, 1))
		return;
	own->noted = 0;
	join(hb_of(cpu), noted_of(cpu));
	own->fence = order_later(own->fence, own->noted_fence);
	own->row_version = 0;
}

/* --- the order of seq_cst operations -------------------------------------- */

/*
 * Where an id was put may since have become another's, or nobody's; one that
 * shares the note with a later id is looked for.
 */
uint32_t
order_place(order_id id)
{
	uint32_t place;

	if (id == 0)
		return (0);
	if (id < clocks.id_lowest)
		return (1);
	place = clocks.found[id % ORDER_FOUND];
	if (place <= clocks.place_last && clocks.ids[place] == id)
		return (place);
	for (place = clocks.place_last; place > 1; place--)
		if (clocks.ids[place] == id)
			break;
	return (place);
}

order_id
order_later_slow(order_id left, order_id right)
{

	if (clocks.straight)
		return (left > right || right < clocks.id_lowest ? left :
		    right);
	return (order_place(left) >= order_place(right) ? left : right);
}

order_id
order_last(void)
{

	return (clocks.ids[clocks.place_last]);
}

bool
clock_has_seen_slow(uint32_t cpu, uint32_t other, uint32_t epoch)
{
	struct clock_own *own;

	own = &clock_rows.own[cpu];
	own->row = clocks.places[order_place(own->fence)].row;
	own->row_version = clock_rows.version;
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
		    (stamp != 0 && stamp_words(stamp)[STAMP_HB + place->cpu] >=
		    place->epoch);
		if (place->cpu == cpu || (joined && (place->fence ||
		    place->offset == offset ||
		    clock_knows(cpu, place->cpu, place->epoch + 1))))
			break;
	}
	return (clocks.ids[i]);
}

static inline void
place_name(uint32_t at, order_id id)
{

	clocks.ids[at] = id;
	clocks.found[id % ORDER_FOUND] = (uint8_t)at;
}

static inline void
place_move(uint32_t to, uint32_t from)
{

	clocks.places[to] = clocks.places[from];
	place_name(to, clocks.ids[from]);
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
	for (i = 2; i < clocks.place_last; i++)
		place_move(i, i + 1);
	clocks.places[clocks.place_last--].row = row;
	clocks.id_lowest = UINT32_MAX;
	for (i = 2; i <= clocks.place_last; i++)
		if (clocks.ids[i] < clocks.id_lowest)
			clocks.id_lowest = clocks.ids[i];
	clock_rows.version++;
}

static inline uint32_t
place_new(uint32_t cpu, uint32_t before)
{
	struct place *place;
	uint32_t *row;
	uint32_t at, i;

	if (clocks.place_last == ORDER_MAX + 1)
		place_drop();
	if (before > clocks.place_last - 1)
		before = clocks.place_last - 1;
	if (before > 0)
		clocks.straight = false;
	at = ++clocks.place_last - before;
	row = clocks.places[clocks.place_last].row;
	for (i = clocks.place_last; i > at; i--)
		place_move(i, i - 1);
	assert(clocks.order_next != UINT32_MAX);
	place_name(at, ++clocks.order_next);
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
	assert(hb[cpu] < INT32_MAX);
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
	copy_both(place->row, earlier->row, hb_of(cpu));
	for (i = at + 1; i <= clocks.place_last; i++)
		if (clocks.places[i].fence)
			join(clocks.places[i].row, hb_of(cpu));
	clock_rows.own[cpu].fence = clocks.ids[at];
	clock_rows.version++;
	return (clocks.ids[at]);
}
