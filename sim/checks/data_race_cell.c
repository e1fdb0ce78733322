/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/data_race_cell.h"

#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_CELLS = 512,
	CELLS_MAX = 1 << 18,
	LOG_LEAST = 2048,
};

struct race_log race_log;

const clock_lanes race_alone[RACE_CPUS] = {
	{ -1, 0, 0, 0 }, { 0, -1, 0, 0 }, { 0, 0, -1, 0 }, { 0, 0, 0, -1 },
};

static struct {
	struct race_cell **blocks;
	uint32_t block_count;
	uint32_t count;		/* cells that this run has ever used */
	struct race_cell *free;	/* the next one is where entries would be */
	uint64_t *live;		/* a bit for each entry, while it is cleared up */
	uint32_t *before;	/* how many are before 64 of them */
} cells;

/* --- the life of a run ------------------------------------------------------ */

static void *
must(void *memory)
{

	if (memory == NULL)
		abort();
	return (memory);
}

static void
log_room(uint32_t entries)
{
	size_t used;

	used = (size_t)(race_log.next - race_log.first);
	race_log.first = must(realloc(race_log.first,
	    entries * sizeof(*race_log.first)));
	race_log.next = race_log.first + used;
	race_log.end = race_log.first + entries;
	cells.live = must(realloc(cells.live,
	    entries / 64 * sizeof(*cells.live)));
	cells.before = must(realloc(cells.before,
	    entries / 64 * sizeof(*cells.before)));
}

void
race_cells_begin(void)
{

	if (race_log.first == NULL)
		log_room(LOG_LEAST);
	race_log.next = race_log.first;
	cells.count = 0;
	cells.free = NULL;
}

void
race_cells_fini(void)
{
	uint32_t i;

	for (i = 0; i < cells.block_count; i++)
		free(cells.blocks[i]);
	free(cells.blocks);
	free(cells.live);
	free(cells.before);
	free(race_log.first);
	memset(&cells, 0, sizeof(cells));
	memset(&race_log, 0, sizeof(race_log));
}

static __attribute__((noinline)) void
block_new(void)
{

	cells.blocks = must(realloc(cells.blocks,
	    (cells.block_count + 1) * sizeof(*cells.blocks)));
	cells.blocks[cells.block_count++] = must(aligned_alloc(
	    _Alignof(struct race_cell), BLOCK_CELLS *
	    sizeof(struct race_cell)));
}

static inline struct race_cell *
cell_number(uint32_t number)
{

	return (&cells.blocks[number / BLOCK_CELLS][number % BLOCK_CELLS]);
}

struct race_cell *
race_cell_take(void)
{
	struct race_cell *cell;

	cell = cells.free;
	if (cell != NULL) {
		memcpy(&cells.free, cell->entries, sizeof(cells.free));
		return (cell);
	}
	if (cells.count / BLOCK_CELLS == cells.block_count) {
		if (cells.count == CELLS_MAX)
			return (NULL);
		block_new();
	}
	cell = cell_number(cells.count++);
	memset(cell->epochs, 0, sizeof(cell->epochs));
	return (cell);
}

void
race_cell_give(struct race_cell *cell)
{

	memset(cell->epochs, 0, sizeof(cell->epochs));
	memcpy(cell->entries, &cells.free, sizeof(cells.free));
	cells.free = cell;
}

/* --- entries ---------------------------------------------------------------- */

static uint32_t *
entry_of(struct race_cell *cell, uint32_t lane)
{

	return (&cell->entries[lane / RACE_CPUS][lane % RACE_CPUS]);
}

/* Its number in the log. */
static uint32_t
entry_number(struct race_cell *cell, uint32_t lane)
{

	return ((*entry_of(cell, lane) -
	    (uint32_t)(uintptr_t)race_log.first) /
	    (uint32_t)sizeof(struct race_entry));
}

bool
race_cell_newer(struct race_cell *cell, uint32_t lane, uint32_t other)
{

	return (entry_number(cell, lane) > entry_number(cell, other));
}

uint32_t
race_cell_lanes(struct race_cell *cell, unsigned kinds, uint8_t *lanes)
{
	uint32_t count, i, lane;

	count = 0;
	for (lane = 0; lane < RACE_LANES; lane++) {
		if ((kinds >> lane / RACE_CPUS & 1) == 0 ||
		    race_cell_epoch(cell, lane) == 0)
			continue;
		for (i = count++; i > 0 &&
		    race_cell_newer(cell, lane, lanes[i - 1]); i--)
			lanes[i] = lanes[i - 1];
		lanes[i] = (uint8_t)lane;
	}
	return (count);
}

void
race_cell_swap(struct race_cell *cell, uint32_t lane, uint32_t other)
{
	struct race_entry *one, *two, entry;
	uint32_t at;

	one = &race_log.first[entry_number(cell, lane)];
	two = &race_log.first[entry_number(cell, other)];
	entry = *one;
	*one = *two;
	*two = entry;
	at = *entry_of(cell, lane);
	*entry_of(cell, lane) = *entry_of(cell, other);
	*entry_of(cell, other) = at;
}

void
race_cell_record(struct race_cell *cell, uint32_t lane,
    struct race_record *record)
{
	const struct race_entry *entry;

	entry = &race_log.first[entry_number(cell, lane)];
	memset(record, 0, sizeof(*record));
	record->at_ps = entry->at_ps;
	record->epoch = race_cell_epoch(cell, lane);
	record->where = (uint32_t)stream_place(entry->where);
	record->cpu = (uint16_t)(lane % RACE_CPUS);
	record->thread = (uint16_t)entry->thread;
	record->how = (uint8_t)(lane / RACE_CPUS |
	    (entry->interrupts > 0 ? RACE_HANDLER : 0));
	if (entry->opened_ps != UINT64_MAX)
		record->inside_ns = race_inside_ns(entry->at_ps,
		    entry->opened_ps);
}

/* --- clearing up ------------------------------------------------------------ */

/* Entries that are live and stand before this one. */
static uint32_t
live_before(uint32_t number)
{

	return (cells.before[number / 64] +
	    (uint32_t)__builtin_popcountll(cells.live[number / 64] &
	    ((UINT64_C(1) << number % 64) - 1)));
}

/* Calls for each epoch of each cell. */
static void
each_lane(void (*call)(struct race_cell *cell, uint32_t lane))
{
	struct race_cell *cell;
	uint32_t i, lane;

	for (i = 0; i < cells.count; i++) {
		cell = cell_number(i);
		for (lane = 0; lane < RACE_LANES; lane++)
			if (race_cell_epoch(cell, lane) != 0)
				call(cell, lane);
	}
}

static void
lane_mark(struct race_cell *cell, uint32_t lane)
{
	uint32_t number;

	number = entry_number(cell, lane);
	cells.live[number / 64] |= UINT64_C(1) << number % 64;
}

static void
lane_close_up(struct race_cell *cell, uint32_t lane)
{

	*entry_of(cell, lane) = (uint32_t)(uintptr_t)(race_log.first +
	    live_before(entry_number(cell, lane)));
}

/* The log has moved; from where? */
static uint32_t moved_from;

static void
lane_move(struct race_cell *cell, uint32_t lane)
{

	*entry_of(cell, lane) += (uint32_t)(uintptr_t)race_log.first -
	    moved_from;
}

void
race_log_clear_up(void)
{
	uint32_t entries, i, live;

	entries = (uint32_t)(race_log.end - race_log.first);
	memset(cells.live, 0, entries / 64 * sizeof(*cells.live));
	each_lane(lane_mark);
	live = 0;
	for (i = 0; i < entries / 64; i++) {
		cells.before[i] = live;
		live += (uint32_t)__builtin_popcountll(cells.live[i]);
	}
	each_lane(lane_close_up);
	for (i = 0; i < entries; i++)
		if (cells.live[i / 64] >> i % 64 & 1)
			race_log.first[live_before(i)] = race_log.first[i];
	race_log.next = race_log.first + live;
	if (entries >= 2 * (live + cells.count))
		return;
	while (entries < 2 * (live + cells.count))
		entries *= 2;
	moved_from = (uint32_t)(uintptr_t)race_log.first;
	log_room(entries);
	each_lane(lane_move);
}
