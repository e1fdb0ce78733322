/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/data_race_log.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

enum {
	LOG_LEAST = 2048,	/* entries; a multiple of 64 */
	/*
	 * So many times what is left after clearing up: that costs a few
	 * hundred instructions for each that stays, which those that went pay.
	 */
	LOG_ROOM = 4,
};

static struct {
	uint64_t *live;		/* a bit for each entry, while clearing up */
	uint32_t *before;	/* how many are before 64 of them */
} marks;

static void
log_room(uint32_t entries)
{
	size_t used;

	used = (size_t)(places.next - places.first);
	places.first = must_resize(places.first, entries,
	    sizeof(*places.first));
	places.next = places.first + used;
	places.end = places.first + entries;
	places.nothing = place_link(places.first);
	marks.live = must_resize(marks.live, entries / 64,
	    sizeof(*marks.live));
	marks.before = must_resize(marks.before, entries / 64,
	    sizeof(*marks.before));
}

void
race_log_begin(void)
{

	if (places.first == NULL) {
		log_room(LOG_LEAST);
		memset(places.first, 0, sizeof(*places.first));
	}
	places.next = places.first + 1;
}

void
race_log_fini(void)
{

	free(places.first);
	free(marks.live);
	free(marks.before);
	memset(&marks, 0, sizeof(marks));
	places.first = places.next = places.end = NULL;
}

/* --- chains ------------------------------------------------------------------ */

void
race_chain_cell(const struct place *place, struct race_cell *cell)
{
	struct place_entry *entry;
	uint32_t covering, cpu, link, newer, older;
	unsigned kind;

	/* From the oldest on: turn it round. */
	newer = places.nothing;
	for (link = place->newest; link != places.nothing; link = older) {
		entry = place_entry(link);
		older = entry->older;
		entry->older = newer;
		newer = link;
	}
	for (link = newer; link != places.nothing; link = newer) {
		entry = place_entry(link);
		newer = entry->older;
		kind = (entry->lane & ~(unsigned)PLACE_SETTLED) / RACE_CPUS;
		cpu = entry->lane % RACE_CPUS;
		if ((entry->lane & PLACE_SETTLED) != 0) {
			race_cell_put(cell, kind, cpu, entry);
			continue;
		}
		covering = race_cell_covering(cell, kind, cpu,
		    *place_lane(&entry->known, cpu));
		if (covering == RACE_LANES || covering != cell->newest)
			race_cell_add(cell, kind, cpu, entry->known, covering,
			    entry);
	}
}

void
race_chain_shorten(struct place *place)
{
	struct race_cell cell;
	struct place_entry *entry;
	uint8_t lanes[RACE_LANES];
	uint32_t count, link;

	race_cell_clear(&cell);
	race_chain_cell(place, &cell);
	link = places.nothing;
	for (count = race_cell_lanes(&cell, (1U << RACE_KINDS) - 1, lanes);
	    count > 0; count--) {
		entry = place_entry(*race_cell_link(&cell, lanes[count - 1]));
		entry->older = link;
		entry->lane |= PLACE_SETTLED;
		link = place_link(entry);
	}
	place->newest = link;
}

void
race_chains_swap(struct place *place, struct place *beside)
{
	struct place_entry *one, *two, entry;
	uint32_t at, *link;

	one = place_entry(place->newest);
	two = place_entry(beside->newest);
	entry = *one;
	*one = *two;
	*two = entry;
	at = place->newest;
	place->newest = beside->newest;
	/* The other one has gone back to where it belongs among its own. */
	for (link = &one->older; *link - places.nothing > at - places.nothing;
	    link = &place_entry(*link)->older)
		continue;
	if (link == &one->older) {
		beside->newest = at;
		return;
	}
	beside->newest = one->older;
	one->older = *link;
	*link = at;
}

/* --- clearing up ------------------------------------------------------------ */

static uint32_t
number_of(uint32_t link)
{

	return ((link - places.nothing) / (uint32_t)sizeof(struct place_entry));
}

static uint32_t
link_of(uint32_t number)
{

	return (place_link(places.first + number));
}

/* Entries that are live and stand before this one. */
static uint32_t
live_before(uint32_t number)
{

	return (marks.before[number / 64] +
	    (uint32_t)__builtin_popcountll(marks.live[number / 64] &
	    ((UINT64_C(1) << number % 64) - 1)));
}

/* Calls for each place of granules that were accessed. */
static void
each_place(void (*call)(struct place *place))
{
	struct place_page *page;
	struct place *first;
	uint64_t judged;
	uint32_t i;

	for (page = places.used; page != NULL; page = page->next) {
		if (page->race != places.key)
			continue;
		for (i = 0; i < PLACE_GRANULES / 64; i++)
			for (judged = page->judged[i]; judged != 0;
			    judged &= judged - 1) {
				first = &page->places[0][i * 64 + (uint32_t)
				    __builtin_ctzll(judged)];
				if (!place_is_open(first))
					continue;
				call(first);
				call(place_second(first));
			}
	}
}

static void
mark(uint32_t number)
{

	marks.live[number / 64] |= UINT64_C(1) << number % 64;
}

static void
links_mark(struct place *place)
{
	struct race_cell *cell;
	uint32_t lane, link;

	if (race_place_chained(place)) {
		race_chain_shorten(place);
		for (link = place->newest; link != places.nothing;
		    link = place_entry(link)->older)
			mark(number_of(link));
		return;
	}
	if (race_place_state(place) != PLACE_CELL)
		return;
	cell = race_place_cell(place);
	for (lane = 0; lane < RACE_LANES; lane++) {
		if (race_cell_epoch(cell, lane) == 0)
			continue;
		link = *race_cell_link(cell, lane);
		mark(number_of(link));
		place_entry(link)->older = places.nothing;
	}
}

static void
link_close_up(uint32_t *link)
{

	*link = link_of(live_before(number_of(*link)));
}

/* The log has moved: by so much. */
static uint32_t moved_by;

static void
link_move(uint32_t *link)
{

	*link += moved_by;
}

static void
place_links(struct place *place, void (*call)(uint32_t *link))
{
	struct race_cell *cell;
	uint32_t lane;

	call(&place->newest);
	if (race_place_state(place) != PLACE_CELL)
		return;
	cell = race_place_cell(place);
	for (lane = 0; lane < RACE_LANES; lane++)
		if (race_cell_epoch(cell, lane) != 0)
			call(race_cell_link(cell, lane));
}

static void
place_close_up(struct place *place)
{

	place_links(place, link_close_up);
}

static void
place_move(struct place *place)
{

	place_links(place, link_move);
}

/* There is room for all that was there, and for what is about to come. */
static void
log_grow(uint32_t entries, uint32_t needed)
{
	struct place_entry *entry;
	uint32_t old;

	while (entries < needed)
		entries *= 2;
	old = places.nothing;
	log_room(entries);
	moved_by = places.nothing - old;
	each_place(place_move);
	for (entry = places.first + 1; entry != places.next; entry++)
		link_move(&entry->older);
}

void
race_log_clear_up(void)
{
	uint32_t entries, i, live;

	entries = (uint32_t)(places.end - places.first);
	memset(marks.live, 0, entries / 64 * sizeof(*marks.live));
	mark(0);
	each_place(links_mark);
	live = 0;
	for (i = 0; i < entries / 64; i++) {
		marks.before[i] = live;
		live += (uint32_t)__builtin_popcountll(marks.live[i]);
	}
	each_place(place_close_up);
	for (i = 1; i < entries; i++)
		if (marks.live[i / 64] >> i % 64 & 1) {
			link_close_up(&places.first[i].older);
			places.first[live_before(i)] = places.first[i];
		}
	places.next = places.first + live;
	live += race_cells_count();
	if (entries < LOG_ROOM * live)
		log_grow(entries, LOG_ROOM * live);
}
