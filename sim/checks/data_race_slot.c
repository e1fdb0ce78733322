/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/data_race_slot.h"

#include <string.h>

#include "sim/checks/data_race_cell.h"
#include "sim/checks/data_race_list.h"
#include "sim/checks/data_race_log.h"
#include "sim/checks/data_race_shape.h"
#include "sim/memory/place_judge.h"

_Static_assert((int)RACE_GRANULE_BYTES == (int)PLACE_GRANULE_BYTES,
    "lists and places are of the same bytes");

static struct {
	uint32_t run;
	enum { SLOTS_OFF, SLOTS_NEW, SLOTS_PLACES, SLOTS_LISTS } mode;
} slots;

void
race_slots_begin(bool on)
{

	slots.mode = on ? SLOTS_NEW : SLOTS_OFF;
	places.closer = NULL;
	the.straight = 0;
	if (slots.run == PLACE_RUN_MAX) {
		/* Its numbers are about to come again. */
		places_outdate();
		slots.run = 0;
	}
	/* Off or on, what was known is not known any more. */
	places.key = ++slots.run << PLACE_RUN_SHIFT;
	places_settle();
	if (on) {
		race_log_begin();
		race_cells_begin();
	}
}

void
race_slots_fini(void)
{

	slots.mode = SLOTS_OFF;
	race_log_fini();
	race_cells_fini();
}

/* --- shapes ------------------------------------------------------------------ */

/* Of a place that has a chain or a cell. */
static uint32_t
place_shape(struct place *place)
{

	return (race_place_chained(place) ? race_place_state(place) :
	    race_place_cell(place)->shape);
}

static bool
place_has_some(const struct place *place)
{

	return (race_place_state(place) >= PLACE_CELL);
}

static void
place_state(struct place *place, uint32_t state)
{

	place->is.race = places.key | state;
	place->newest = places.nothing;
}

static void
place_empty(struct place *place, uint32_t state)
{
	static const clock_lanes nothing;

	place_state(place, state);
	place->writes = place->reads = nothing;
}

/* --- from chains to cells to lists ------------------------------------------------ */

/* False: there are too many cells. */
static bool
place_make_cell(struct place *place)
{
	struct race_cell *cell;
	uint32_t number;

	number = race_cell_take();
	if (number == UINT32_MAX)
		return (false);
	cell = race_cell_number(number);
	cell->shape = race_place_state(place);
	race_chain_cell(place, cell);
	place->is.race = places.key | PLACE_CELL;
	place->newest = *race_cell_link(cell, cell->newest);
	*place_lane(&place->reads, 0) = number;
	return (true);
}

/* What is there, and in which order. */
struct told {
	struct race_record records[2 * RACE_LANES];
	uint32_t links[2 * RACE_LANES];
	uint32_t count;
};

static void
told_add(struct told *told, struct race_cell *cell, uint32_t lane,
    uint32_t shape)
{
	struct race_record *record;
	uint32_t i, link;

	link = *race_cell_link(cell, lane) - places.nothing;
	for (i = told->count++; i > 0 && link > told->links[i - 1]; i--) {
		told->links[i] = told->links[i - 1];
		told->records[i] = told->records[i - 1];
	}
	told->links[i] = link;
	record = &told->records[i];
	race_cell_record(cell, lane, record);
	record->bytes = (uint8_t)shape_bytes(shape);
	record->how |= (uint8_t)((shape_size(shape) - 1) << RACE_SIZE_SHIFT);
}

static void
place_told(struct place *place, struct told *told)
{
	struct race_cell of_chain, *cell;
	uint32_t lane, shape;

	if (!place_has_some(place))
		return;
	shape = place_shape(place);
	if (race_place_chained(place)) {
		cell = &of_chain;
		race_cell_clear(cell);
		race_chain_cell(place, cell);
	} else
		cell = race_place_cell(place);
	for (lane = 0; lane < RACE_LANES; lane++)
		if (race_cell_epoch(cell, lane) != 0)
			told_add(told, cell, lane, shape);
	if (cell != &of_chain)
		race_cell_give(*place_lane(&place->reads, 0));
}

/* From now on the granule has a list. */
static void
granule_list(struct place *first, uint32_t offset)
{
	struct told told;

	told.count = 0;
	place_told(first, &told);
	place_told(place_second(first), &told);
	race_list_make(offset, told.records, told.count);
	place_state(first, PLACE_LIST);
	place_state(place_second(first), PLACE_LIST);
}

/* --- all that an access can be -------------------------------------------------- */

static void
cell_tell(struct race_cell *cell, const struct race_access *access)
{
	struct race_record old;
	uint8_t lanes[RACE_LANES];
	uint32_t count, i;

	count = race_cell_lanes(cell, race_conflicts[access->kind], lanes);
	for (i = 0; i < count; i++) {
		if (clock_knows(access->cpu, lanes[i] % RACE_CPUS,
		    race_cell_epoch(cell, lanes[i])))
			continue;
		race_cell_record(cell, lanes[i], &old);
		old.bytes = (uint8_t)shape_bytes(cell->shape);
		old.how |= (uint8_t)((shape_size(cell->shape) - 1) <<
		    RACE_SIZE_SHIFT);
		race_tell(&old, access);
	}
}

/*
 * The newest of a place stands for an access: nobody has come since, so whoever
 * could race with it has met the one that is there.  But in the order of both
 * halves it is the newest now.
 */
static bool
place_again(struct place *place, struct place *beside)
{

	if (!place_has_some(beside))
		return (true);
	if (!race_place_chained(place) || !race_place_chained(beside))
		return (false);
	if (place_entry(place->newest)->older != places.nothing)
		race_chain_shorten(place);
	if (place_entry(beside->newest)->older != places.nothing)
		race_chain_shorten(beside);
	if (place->newest - places.nothing > beside->newest - places.nothing)
		return (true);
	/* Its CPU may know more of its own now, which a list would notice. */
	if (place_entry(place->newest)->older != places.nothing)
		return (false);
	race_chains_swap(place, beside);
	return (true);
}

/* Beside the other half: false, together they need a list. */
static bool
place_cell_access(struct place *place, struct place *beside,
    const struct race_access *access)
{
	static const clock_lanes nothing;
	struct place_entry *entry;
	struct race_cell *cell;
	clock_lanes known;
	uint32_t covering;

	cell = race_place_cell(place);
	covering = race_cell_covering(cell, access->kind, access->cpu,
	    access->epoch);
	if (covering != RACE_LANES) {
		if (covering == cell->newest)
			return (place_again(place, beside));
		if (place_has_some(beside))
			return (false);
	}
	known = place_clock(access->cpu);
	if (race_cell_races(cell, access->kind, known))
		cell_tell(cell, access);
	entry = covering == RACE_LANES ? place_note(access->kind, the.cpu,
	    known, access->where) : NULL;
	race_cell_add(cell, access->kind, access->cpu, known, covering, entry);
	place->newest = *race_cell_link(cell, cell->newest);
	if (access->kind != PLAIN_WRITE || entry == NULL)
		return (true);
	/* Nothing else is left, and a chain is cheaper. */
	place->is.race = places.key | cell->shape | PLACE_PLAIN;
	race_cell_give(*place_lane(&place->reads, 0));
	entry->older = places.nothing;
	place->writes = known & clock_alone[access->cpu];
	place->reads = nothing;
	return (true);
}

/* The same of a place with a chain. */
static bool
place_chain_access(struct place *place, struct place *beside,
    const struct race_access *access)
{
	struct place_entry *newest;
	clock_lanes known;
	bool plain, read, wrote;

	read = *place_lane(&place->reads, access->cpu) == access->epoch;
	wrote = *place_lane(&place->writes, access->cpu) == access->epoch;
	if (read || wrote) {
		newest = place_entry(place->newest);
		if (newest->lane % RACE_CPUS == access->cpu &&
		    *place_lane(&newest->known, access->cpu) ==
		    access->epoch &&
		    (race_stands_for[(newest->lane & ~PLACE_SETTLED) /
		    RACE_CPUS] >> access->kind & 1) != 0)
			return (place_again(place, beside));
		if (place_has_some(beside))
			return (false);
	}
	known = place_clock(access->cpu);
	plain = access->kind == PLAIN_READ || access->kind == PLAIN_WRITE;
	if ((plain || (place->is.race & PLACE_PLAIN) != 0) &&
	    !place_is_known(place, access->kind, known))
		return (place_make_cell(place) &&
		    place_cell_access(place, beside, access));
	place_chain(place, access->kind, the.cpu, known, access->where,
	    access->epoch, wrote);
	if (plain)
		place->is.race |= PLACE_PLAIN;
	return (true);
}

/* The first access to a granule, or again after all was forgotten. */
static void
granule_begin(struct place *first, uint32_t offset, uint32_t shape)
{
	uint32_t state;

	place_mark(places_find(offset), offset);
	state = shape == PLACE_LIST ? PLACE_LIST : PLACE_EMPTY;
	place_state(first, state);
	if (state == PLACE_EMPTY && !shape_is_narrow(shape))
		state = PLACE_OTHER;
	place_state(place_second(first), state);
}

/* False: the granule needs a list. */
static bool
granule_access(struct place *first, uint32_t shape,
    const struct race_access *access)
{
	struct place *beside, *mine;

	if (shape == PLACE_LIST || race_place_state(first) == PLACE_LIST)
		return (false);
	mine = first;
	beside = place_second(first);
	if (shape_is_narrow(shape)) {
		if (race_place_state(beside) == PLACE_OTHER)
			return (false);
		if ((access->bytes & 0x0f) == 0) {
			mine = beside;
			beside = first;
		}
	} else if (race_place_state(beside) != PLACE_OTHER)
		return (false);
	if (race_place_state(mine) == PLACE_EMPTY) {
		place_empty(mine, shape);
		/* From now on it matters which of its own is the newest. */
		if (race_place_chained(beside))
			race_chain_shorten(beside);
	} else if (place_shape(mine) != shape)
		return (false);
	/* A loop over small parts is one access. */
	if (place_has_some(beside) &&
	    place_entry(beside->newest)->where == access->where)
		return (false);
	return (race_place_chained(mine) ?
	    place_chain_access(mine, beside, access) :
	    place_cell_access(mine, beside, access));
}

/* The bytes of one granule, in a shape. */
static void
race_part(const struct race_access *access, uint32_t shape)
{
	struct place *first;

	if (slots.mode == SLOTS_LISTS) {
		race_list_access(access);
		return;
	}
	if (places.next == places.end)
		race_log_clear_up();
	first = place_first(places_page(access->offset), access->offset);
	if (!place_is_open(first))
		granule_begin(first, access->offset, shape);
	if (granule_access(first, shape, access))
		return;
	if (race_place_state(first) != PLACE_LIST)
		granule_list(first, access->offset);
	race_list_access(access);
}

/* The first access of a run finds the clocks as they will be. */
static inline void
slots_settle(void)
{

	if (slots.mode != SLOTS_NEW)
		return;
	slots.mode = clock_rows.words == RACE_CPUS ? SLOTS_PLACES : SLOTS_LISTS;
	if (slots.mode == SLOTS_PLACES)
		places_make();
}

static __attribute__((noinline)) void
race_slow(uint32_t offset, uint32_t size, unsigned how, const void *where)
{
	struct race_access access;
	uint32_t first, left, part;

	if (slots.mode == SLOTS_OFF)
		return;
	slots_settle();
	access.where = where;
	access.cpu = the.cpu->index;
	access.epoch = clock_epoch(access.cpu);
	access.size = size;
	access.kind = how & RACE_KIND_MASK;
	for (left = size; left > 0; left -= part, offset += part) {
		first = offset % RACE_GRANULE_BYTES;
		part = RACE_GRANULE_BYTES - first;
		if (part > left)
			part = left;
		access.offset = offset - first;
		access.bytes = ((1U << part) - 1) << first;
		race_part(&access, part == size ?
		    size << PLACE_SHAPE_SHIFT | first :
		    part == RACE_GRANULE_BYTES && size == 16 ? PLACE_HALF :
		    PLACE_LIST);
	}
}

/* The first access to a granule, to all of it or in one of its halves. */
static inline void
race_first(struct place_page *page, struct place *first, uint32_t offset,
    uint32_t size, unsigned kind, const void *where)
{
	struct place *mine, *other;

	place_mark(page, offset);
	mine = first;
	other = place_second(first);
	if (size <= PLACE_HALF_BYTES && (offset & PLACE_HALF_BYTES) != 0) {
		mine = other;
		other = first;
	}
	place_state(other, size <= PLACE_HALF_BYTES ? PLACE_EMPTY :
	    PLACE_OTHER);
	place_empty(mine, size << PLACE_SHAPE_SHIFT |
	    offset % PLACE_GRANULE_BYTES |
	    (kind == PLAIN_READ || kind == PLAIN_WRITE ? PLACE_PLAIN : 0));
	place_chain(mine, kind, the.cpu, place_clock(the.cpu->index), where,
	    place_epoch(the.cpu->index), false);
}

/* What place_judge() does not know of. */
static void
race_closer(uint32_t offset, uint32_t size, unsigned how, const void *where)
{
	struct place_page *page;
	struct place *first;

	page = slots.mode == SLOTS_PLACES ? places_page(offset) : NULL;
	if (page == NULL || places.next == places.end ||
	    (offset % PLACE_HALF_BYTES + size > PLACE_HALF_BYTES &&
	    (size != PLACE_GRANULE_BYTES || offset % size != 0)))
		goto slow;
	first = place_first(page, offset);
	if (place_is_open(first)) {
		if (race_place_state(first) != PLACE_LIST)
			goto slow;
		race_list_within(offset, size, how, where);
		return;
	}
	race_first(page, first, offset, size, how & RACE_KIND_MASK, where);
	return;
slow:
	race_slow(offset, size, how, where);
}

void
data_race_access(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	bool known;

	if (slots.mode == SLOTS_PLACES) {
		switch (how & RACE_KIND_MASK) {
		case PLAIN_READ:
			known = place_judge(offset, size, PLAIN_READ, where);
			break;
		case PLAIN_WRITE:
			known = place_judge(offset, size, PLAIN_WRITE, where);
			break;
		case ATOMIC_READ:
			known = place_judge(offset, size, ATOMIC_READ, where);
			break;
		default:
			known = place_judge(offset, size, ATOMIC_WRITE, where);
			break;
		}
		if (known)
			return;
	}
	race_closer(offset, size, how, where);
}

/* On a machine where all granules have lists. */
static void
race_listed(uint32_t offset, uint32_t size, unsigned how, const void *where)
{

	if (__builtin_expect(offset % RACE_GRANULE_BYTES + size <=
	    RACE_GRANULE_BYTES, 1))
		race_list_within(offset, size, how, where);
	else
		race_slow(offset, size, how, where);
}

void
race_slots_listen(void)
{

	the.ports.accessed = data_race_access;
	if (slots.mode == SLOTS_OFF)
		return;
	slots_settle();
	if (slots.mode == SLOTS_PLACES)
		places.closer = race_closer;
	else
		the.ports.accessed = race_listed;
}

/* --- memory --------------------------------------------------------------------- */

/* Which of these bytes the place has accesses to. */
static unsigned
place_meets(struct place *place, unsigned bytes)
{

	return (place_has_some(place) ?
	    shape_bytes(place_shape(place)) & bytes : 0);
}

static void
place_drop(struct place *place)
{

	if (race_place_state(place) == PLACE_CELL)
		race_cell_give(*place_lane(&place->reads, 0));
}

/* Of one granule. */
static void
granule_forget(struct place *first, uint32_t offset, uint32_t count)
{
	struct place *second;
	unsigned all, bytes, met;
	uint32_t from;

	from = offset % RACE_GRANULE_BYTES;
	bytes = ((1U << count) - 1) << from;
	second = place_second(first);
	if (race_place_state(first) != PLACE_LIST) {
		all = place_meets(first, SHAPE_WHOLE) |
		    place_meets(second, SHAPE_WHOLE);
		met = place_meets(first, bytes) | place_meets(second, bytes);
		if (met == 0)
			return;
		if (met == all) {
			place_drop(first);
			place_drop(second);
			first->is.race = second->is.race = 0;
			return;
		}
		granule_list(first, offset - from);
	}
	race_lists_forget(offset, count);
	if (bytes == SHAPE_WHOLE)
		first->is.race = second->is.race = 0;
}

void
race_slots_forget(uint32_t offset, uint32_t bytes)
{
	struct place_page *page;
	struct place *first;
	uint64_t at, end, part;

	if (slots.mode == SLOTS_LISTS)
		race_lists_forget(offset, bytes);
	if (slots.mode != SLOTS_PLACES)
		return;
	end = (uint64_t)offset + bytes;
	for (at = offset; at < end; at += part) {
		page = places_find((uint32_t)at);
		if (page == NULL || page->race != places.key) {
			part = (1U << PLACE_PAGE_SHIFT) -
			    at % (1U << PLACE_PAGE_SHIFT);
			continue;
		}
		part = RACE_GRANULE_BYTES - at % RACE_GRANULE_BYTES;
		if (part > end - at)
			part = end - at;
		first = place_first(page, (uint32_t)at);
		if (place_is_open(first))
			granule_forget(first, (uint32_t)at, (uint32_t)part);
	}
}
