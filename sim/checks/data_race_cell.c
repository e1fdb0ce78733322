/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/data_race_cell.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/machine/stream.h"

enum {
	BLOCK_CELLS = 256,
	CELLS_MAX = 1 << 18,
	NO_CELL = -1,
};

static struct {
	struct race_cell **blocks;
	uint32_t block_count;
	uint32_t count;		/* cells that this run has ever used */
	uint32_t free;		/* the next one is where an entry would be */
} cells;

/* --- the life of a run ------------------------------------------------------ */

void
race_cells_begin(void)
{

	cells.count = 0;
	cells.free = (uint32_t)NO_CELL;
}

void
race_cells_fini(void)
{
	uint32_t i;

	for (i = 0; i < cells.block_count; i++)
		free(cells.blocks[i]);
	free(cells.blocks);
	memset(&cells, 0, sizeof(cells));
}

uint32_t
race_cells_count(void)
{

	return (cells.count);
}

static void
block_new(void)
{

	cells.blocks = must_grow(cells.blocks, cells.block_count,
	    sizeof(*cells.blocks));
	cells.blocks[cells.block_count++] = must_have(aligned_alloc(
	    _Alignof(struct race_cell), BLOCK_CELLS *
	    sizeof(struct race_cell)));
}

struct race_cell *
race_cell_number(uint32_t number)
{

	return (&cells.blocks[number / BLOCK_CELLS][number % BLOCK_CELLS]);
}

void
race_cell_clear(struct race_cell *cell)
{

	memset(cell->epochs, 0, sizeof(cell->epochs));
	memset(cell->last, 0, sizeof(cell->last));
	cell->newest = RACE_LANES;
}

uint32_t
race_cell_take(void)
{
	uint32_t number;

	number = cells.free;
	if (number != (uint32_t)NO_CELL) {
		cells.free = race_cell_number(number)->entries[0][0];
	} else {
		if (cells.count == CELLS_MAX)
			return (UINT32_MAX);
		if (cells.count / BLOCK_CELLS == cells.block_count)
			block_new();
		number = cells.count++;
	}
	race_cell_clear(race_cell_number(number));
	return (number);
}

void
race_cell_give(uint32_t number)
{

	race_cell_number(number)->entries[0][0] = cells.free;
	cells.free = number;
}

/* --- entries ---------------------------------------------------------------- */

bool
race_cell_newer(struct race_cell *cell, uint32_t lane, uint32_t other)
{

	return (*race_cell_link(cell, lane) - places.nothing >
	    *race_cell_link(cell, other) - places.nothing);
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
	struct place_entry *one, *two, entry;
	uint32_t link;

	one = place_entry(*race_cell_link(cell, lane));
	two = place_entry(*race_cell_link(cell, other));
	entry = *one;
	*one = *two;
	*two = entry;
	link = *race_cell_link(cell, lane);
	*race_cell_link(cell, lane) = *race_cell_link(cell, other);
	*race_cell_link(cell, other) = link;
}

void
race_cell_record(struct race_cell *cell, uint32_t lane,
    struct race_record *record)
{
	const struct place_entry *entry;

	entry = place_entry(*race_cell_link(cell, lane));
	memset(record, 0, sizeof(*record));
	record->at_ps = entry->at_ps;
	record->epoch = race_cell_epoch(cell, lane);
	record->where = (uint32_t)stream_place(entry->where);
	record->cpu = (uint16_t)(lane % RACE_CPUS);
	record->thread = entry->thread;
	record->how = (uint8_t)(lane / RACE_CPUS |
	    (entry->interrupts > 0 ? RACE_HANDLER : 0));
	if (entry->opened_ps != UINT64_MAX)
		record->inside_ns = race_inside_ns(entry->at_ps,
		    entry->opened_ps);
}

/* --- accesses ---------------------------------------------------------------- */

uint32_t
race_cell_covering(struct race_cell *cell, unsigned kind, uint32_t cpu,
    uint32_t epoch)
{
	uint32_t best, lane, older;

	best = RACE_LANES;
	if (cell->last[cpu] != epoch)
		return (best);
	for (older = 0; older < RACE_KINDS; older++) {
		lane = older * RACE_CPUS + cpu;
		if ((race_stands_for[older] >> kind & 1) != 0 &&
		    race_cell_epoch(cell, lane) == epoch &&
		    (best == RACE_LANES || race_cell_newer(cell, lane, best)))
			best = lane;
	}
	return (best);
}

void
race_cell_put(struct race_cell *cell, unsigned kind, uint32_t cpu,
    const struct place_entry *entry)
{

	uint32_t epoch;

	epoch = ((const uint32_t *)(const void *)&entry->known)[cpu];
	cell->newest = kind * RACE_CPUS + cpu;
	*race_cell_link(cell, cell->newest) = place_link(entry);
	*place_lane(&cell->epochs[kind], cpu) = epoch;
	/* One that has happened again stands before what came between. */
	if (cell->last[cpu] < epoch)
		cell->last[cpu] = epoch;
}

void
race_cell_add(struct race_cell *cell, unsigned kind, uint32_t cpu,
    clock_lanes known, uint32_t covering, const struct place_entry *entry)
{
	clock_lanes own;

	own = known & clock_alone[cpu];
	if (covering == RACE_LANES) {
		race_cell_follow(cell, kind, known, own);
		cell->newest = kind * RACE_CPUS + cpu;
		*race_cell_link(cell, cell->newest) = place_link(entry);
		cell->last[cpu] = *place_lane(&own, cpu);
		return;
	}
	if (covering / RACE_CPUS != kind)
		own &= 0;
	race_cell_follow(cell, kind, known, own);
	race_cell_swap(cell, covering, cell->newest);
	cell->newest = covering;
}
