/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory/clock_order.h"
#include "sim/memory/clock_row.h"

enum { ORDER_FOUND = 64 };	/* so many ids are found at once */

static struct {
	/*
	 * Place 0 is before everything, place 1 is for all that is
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
	uint32_t *rows;		/* of all places */
	uint32_t rows_words;	/* room for one */
	uint32_t place_last;
	uint32_t places_words;	/* of the rows that they have; 0: none yet */
	order_id order_next;
	bool straight;		/* none was put before an earlier one */
} order;

void
clock_order_fini(void)
{

	free(order.rows);
	memset(&order, 0, sizeof(order));
}

/* Which row is whose changes in a run; which are there does not. */
static void
places_lay(uint32_t words)
{
	uint32_t i;

	for (i = 0; i < ORDER_MAX + 2; i++)
		order.places[i].row = order.rows + (size_t)i * words;
	order.places_words = words;
	row_clear(order.places[0].row);
}

void
clock_order_reset(void)
{
	uint32_t words;

	words = clock_rows.words;
	if (words > order.rows_words) {
		clock_order_fini();
		order.rows = row_make((ORDER_MAX + 2) * words);
		order.rows_words = words;
	}
	if (order.places_words != words)
		places_lay(words);
	row_clear(order.places[1].row);
	order.id_lowest = 1;
	order.places[1].fence = true;
	order.place_last = 1;
	order.order_next = 0;
	order.straight = true;
}

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
	if (id < order.id_lowest)
		return (1);
	place = order.found[id % ORDER_FOUND];
	if (place <= order.place_last && order.ids[place] == id)
		return (place);
	for (place = order.place_last; place > 1; place--)
		if (order.ids[place] == id)
			break;
	return (place);
}

order_id
order_later_slow(order_id left, order_id right)
{

	if (order.straight)
		return (left > right || right < order.id_lowest ? left :
		    right);
	return (order_place(left) >= order_place(right) ? left : right);
}

order_id
order_last(void)
{

	return (order.ids[order.place_last]);
}

bool
clock_has_seen_slow(uint32_t cpu, uint32_t other, uint32_t epoch)
{
	struct clock_own *own;

	own = &clock_rows.own[cpu];
	own->row = order.places[order_place(own->fence)].row;
	own->row_version = clock_rows.version;
	return (own->row[other] >= epoch);
}

uint32_t
order_fenced(uint32_t other, uint32_t epoch)
{
	uint32_t first, place;

	first = UINT32_MAX;
	for (place = order.place_last; place > 0; place--) {
		if (!order.places[place].fence)
			continue;
		if (order.places[place].row[other] < epoch)
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

	for (i = order.place_last; i > 1; i--) {
		place = &order.places[i];
		if (clock_knows(cpu, place->cpu, place->epoch))
			break;
	}
	return (order.ids[i]);
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

	for (i = order.place_last; i > 1; i--) {
		place = &order.places[i];
		joined = clock_knows(cpu, place->cpu, place->epoch) ||
		    (stamp != 0 && stamp_words(stamp)[STAMP_HB + place->cpu] >=
		    place->epoch);
		if (place->cpu == cpu || (joined && (place->fence ||
		    place->offset == offset ||
		    clock_knows(cpu, place->cpu, place->epoch + 1))))
			break;
	}
	return (order.ids[i]);
}

static inline void
place_name(uint32_t at, order_id id)
{

	order.ids[at] = id;
	order.found[id % ORDER_FOUND] = (uint8_t)at;
}

static inline void
place_move(uint32_t to, uint32_t from)
{

	order.places[to] = order.places[from];
	place_name(to, order.ids[from]);
}

/* The oldest is too old to tell now. */
static void
place_drop(void)
{
	uint32_t *row;
	uint32_t i;

	row = order.places[2].row;
	if (order.places[2].fence) {
		row = order.places[1].row;
		order.places[1].row = order.places[2].row;
	}
	for (i = 2; i < order.place_last; i++)
		place_move(i, i + 1);
	order.places[order.place_last--].row = row;
	order.id_lowest = UINT32_MAX;
	for (i = 2; i <= order.place_last; i++)
		if (order.ids[i] < order.id_lowest)
			order.id_lowest = order.ids[i];
	clock_rows.version++;
}

static inline uint32_t
place_new(uint32_t cpu, uint32_t before)
{
	struct place *place;
	uint32_t *row;
	uint32_t at, i;

	if (order.place_last == ORDER_MAX + 1)
		place_drop();
	if (before > order.place_last - 1)
		before = order.place_last - 1;
	if (before > 0)
		order.straight = false;
	at = ++order.place_last - before;
	row = order.places[order.place_last].row;
	for (i = order.place_last; i > at; i--)
		place_move(i, i - 1);
	assert(order.order_next != UINT32_MAX);
	place_name(at, ++order.order_next);
	place = &order.places[at];
	place->row = row;
	place->cpu = cpu;
	place->epoch = clock_epoch(cpu);
	place->offset = UINT32_MAX;
	place->fence = false;
	return (at);
}

bool
order_spent(void)
{

	return (order.order_next > UINT32_MAX / 2);
}

order_id
order_access(uint32_t cpu, uint32_t before, uint32_t offset)
{
	uint32_t at;

	at = place_new(cpu, before);
	order.places[at].offset = offset;
	return (order.ids[at]);
}

order_id
order_fence(uint32_t cpu, uint32_t before)
{
	struct place *earlier, *place;
	uint32_t at, i;

	at = place_new(cpu, before);
	place = &order.places[at];
	place->fence = true;
	earlier = place - 1;
	while (!earlier->fence)
		earlier--;
	row_copy_both(place->row, earlier->row, row_of(cpu));
	for (i = at + 1; i <= order.place_last; i++)
		if (order.places[i].fence)
			row_join(order.places[i].row, row_of(cpu));
	clock_rows.own[cpu].fence = order.ids[at];
	clock_rows.version++;
	return (order.ids[at]);
}
