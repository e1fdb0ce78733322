/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/checks/data_race_slot.h"

#include <string.h>

#include "sim/checks/data_race_cell.h"
#include "sim/checks/data_race_list.h"
#include "sim/memory/shadow.h"

enum {
	SLOTS = (1 << SHADOW_SHIFT) / RACE_GRANULE_BYTES,

	/* A shape is size << 3 | first byte, or one of these. */
	SHAPE_SHIFT = 3,
	SHAPE_HALF = 254,	/* all eight, by an access to sixteen */
	SHAPE_LIST = 255,	/* of all kinds: see the list */
	SHAPE_MASK = 255,
	RUN_SHIFT = 8,
	RUN_MAX = (1 << 24) - 1,
};

struct slot {
	uint32_t key;		/* number of the run, then the shape */
	uint32_t newest;	/* lane of the cell; the head of a list */
	struct race_cell *cell;
	/* The epoch in which a CPU was last kept; it may have gone since. */
	uint32_t last[RACE_CPUS];
};

_Static_assert(sizeof(struct slot) * SLOTS == SHADOW_PAGE_BYTES,
    "a shadow page holds the slots of a page");

static struct {
	struct shadow shadow;
	uint32_t key;		/* of this run, without a shape */
	uint32_t run;
	enum { SLOTS_OFF, SLOTS_NEW, SLOTS_CELLS, SLOTS_LISTS } mode;
} slots;

void
race_slots_begin(bool on)
{

	slots.mode = on ? SLOTS_NEW : SLOTS_OFF;
	if (slots.run == RUN_MAX) {
		/* Its numbers are about to come again. */
		shadow_fini(&slots.shadow);
		slots.run = 0;
	}
	/* Off or on, what was known is not known any more. */
	slots.key = ++slots.run << RUN_SHIFT;
	shadow_reset(&slots.shadow);
	if (on)
		race_cells_begin();
}

void
race_slots_fini(void)
{

	shadow_fini(&slots.shadow);
	race_cells_fini();
	memset(&slots, 0, sizeof(slots));
}

static inline struct slot *
slot_in(struct shadow_page *page, uint32_t offset)
{

	return ((struct slot *)(void *)page->cells +
	    offset / RACE_GRANULE_BYTES % SLOTS);
}

static inline bool
slot_is_used(const struct slot *slot)
{

	return ((slot->key ^ slots.key) <= SHAPE_MASK);
}

/* --- shapes ------------------------------------------------------------------ */

static uint32_t
slot_size(const struct slot *slot)
{
	uint32_t shape;

	shape = slot->key & SHAPE_MASK;
	return (shape == SHAPE_HALF ? 16 : shape >> SHAPE_SHIFT);
}

static uint32_t
slot_bytes(const struct slot *slot)
{
	uint32_t shape;

	shape = slot->key & SHAPE_MASK;
	if (shape == SHAPE_HALF)
		return (0xff);
	return (((1U << (shape >> SHAPE_SHIFT)) - 1) <<
	    shape % RACE_GRANULE_BYTES);
}

static void
slot_record(struct slot *slot, uint32_t lane, struct race_record *record)
{

	race_cell_record(slot->cell, lane, record);
	record->bytes = (uint8_t)slot_bytes(slot);
	record->how |= (uint8_t)((slot_size(slot) - 1) << RACE_SIZE_SHIFT);
}

/* From now on the granule has a list. */
static void
slot_list(struct slot *slot, uint32_t offset)
{
	struct race_record records[RACE_LANES];
	uint8_t lanes[RACE_LANES];
	uint32_t count, i;

	count = race_cell_lanes(slot->cell, (1U << RACE_KINDS) - 1, lanes);
	for (i = 0; i < count; i++)
		slot_record(slot, lanes[i], &records[i]);
	race_list_make(offset, records, count);
	race_cell_give(slot->cell);
	slot->key |= SHAPE_LIST;
}

/* --- all that an access can be -------------------------------------------------- */

static void
slot_tell(struct slot *slot, const struct race_access *access)
{
	struct race_record old;
	uint8_t lanes[RACE_LANES];
	uint32_t count, i;

	count = race_cell_lanes(slot->cell, race_conflicts[access->kind],
	    lanes);
	for (i = 0; i < count; i++) {
		if (clock_knows(access->cpu, lanes[i] % RACE_CPUS,
		    race_cell_epoch(slot->cell, lanes[i])))
			continue;
		slot_record(slot, lanes[i], &old);
		race_tell(&old, access);
	}
}

/* The newest that stands for the access, in whose epoch it is; or no lane. */
static uint32_t
slot_covering(struct slot *slot, const struct race_access *access)
{
	uint32_t best, kind, lane;

	best = RACE_LANES;
	for (kind = 0; kind < RACE_KINDS; kind++) {
		lane = kind * RACE_CPUS + access->cpu;
		if ((race_stands_for[kind] >> access->kind & 1) != 0 &&
		    race_cell_epoch(slot->cell, lane) == access->epoch &&
		    (best == RACE_LANES ||
		    race_cell_newer(slot->cell, lane, best)))
			best = lane;
	}
	return (best);
}

static void
slot_access(struct slot *slot, const struct race_access *access)
{
	struct race_cell *cell;
	clock_lanes known, own;
	uint32_t covering;

	cell = slot->cell;
	covering = slot_covering(slot, access);
	if (covering != RACE_LANES && covering == slot->newest)
		/*
		 * Nobody has come since, so whoever could race with it has
		 * met the one that is there.
		 */
		return;
	known = race_clock(access->cpu);
	if (race_cell_races(cell, access->kind, known))
		slot_tell(slot, access);
	own = known & race_alone[access->cpu];
	if (covering == RACE_LANES) {
		race_cell_follow(cell, access->kind, known, own);
		race_cell_keep(cell, access->kind, the.cpu, access->where);
		slot->last[access->cpu] = access->epoch;
		slot->newest = access->kind * RACE_CPUS + access->cpu;
		return;
	}
	if (covering / RACE_CPUS != access->kind)
		own &= 0;
	race_cell_follow(cell, access->kind, known, own);
	race_cell_swap(cell, covering, slot->newest);
	slot->newest = covering;
}

/* The first access to a granule. */
static void
slot_begin(struct slot *slot, uint32_t shape)
{

	slot->cell = shape == SHAPE_LIST ? NULL : race_cell_take();
	slot->key = slots.key | (slot->cell == NULL ? SHAPE_LIST : shape);
	slot->newest = RACE_LANES;
	memset(slot->last, 0, sizeof(slot->last));
}

/* The bytes of one granule, in a shape. */
static void
race_part(const struct race_access *access, uint32_t shape)
{
	struct slot *slot;

	if (slots.mode == SLOTS_LISTS) {
		race_list_access(access);
		return;
	}
	if (race_log.next == race_log.end)
		race_log_clear_up();
	slot = slot_in(shadow_page(&slots.shadow, access->offset),
	    access->offset);
	if (!slot_is_used(slot))
		slot_begin(slot, shape);
	else if (slot->key != (slots.key | shape) &&
	    slot->key != (slots.key | SHAPE_LIST))
		slot_list(slot, access->offset);
	if (slot->key == (slots.key | SHAPE_LIST))
		race_list_access(access);
	else
		slot_access(slot, access);
}

/* The first access of a run finds the clocks as they will be. */
static inline void
slots_settle(void)
{

	if (slots.mode == SLOTS_NEW)
		slots.mode = clock_rows.words == RACE_CPUS ? SLOTS_CELLS :
		    SLOTS_LISTS;
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
		    size << SHAPE_SHIFT | first :
		    part == RACE_GRANULE_BYTES && size == 16 ? SHAPE_HALF :
		    SHAPE_LIST);
	}
}

/* --- what it mostly is ------------------------------------------------------------ */

/* One to a granule that has a list. */
static inline __attribute__((always_inline)) void
race_listed(uint32_t offset, uint32_t size, unsigned how, const void *where)
{
	struct race_access access;
	uint32_t first;

	first = offset % RACE_GRANULE_BYTES;
	access.where = where;
	access.offset = offset - first;
	access.cpu = the.cpu->index;
	access.epoch = clock_epoch(access.cpu);
	access.size = size;
	access.kind = how & RACE_KIND_MASK;
	access.bytes = ((1U << size) - 1) << first;
	race_list_access(&access);
}

/* Most likely the CPU has been there, and nobody since. */
static __attribute__((noinline)) void
race_again(uint32_t offset, uint32_t size, unsigned how, const void *where)
{
	const struct slot *slot;
	uint32_t cpu, newest;

	slot = slot_in(slots.shadow.pages[offset >> SHADOW_SHIFT], offset);
	cpu = the.cpu->index;
	newest = slot->newest;
	if (newest % RACE_CPUS == cpu &&
	    (race_stands_for[newest / RACE_CPUS] >> (how & RACE_KIND_MASK) &
	    1) != 0 &&
	    race_cell_epoch(slot->cell, newest) == clock_epoch(cpu))
		return;
	race_slow(offset, size, how, where);
}

/* Most likely the first access to a granule, or it has a list. */
static __attribute__((noinline)) void
race_first(uint32_t offset, uint32_t size, unsigned how, const void *where)
{
	const struct cpu *cpu;
	struct slot *slot;
	struct race_cell *cell;
	unsigned kind;

	slots_settle();
	if (slots.mode != SLOTS_CELLS || race_log.next == race_log.end ||
	    offset % RACE_GRANULE_BYTES + size > RACE_GRANULE_BYTES)
		goto slow;
	slot = slot_in(shadow_page(&slots.shadow, offset), offset);
	if (slot->key == (slots.key | SHAPE_LIST)) {
		race_listed(offset, size, how, where);
		return;
	}
	if (slot_is_used(slot))
		goto slow;
	cell = race_cell_take();
	if (cell == NULL)
		goto slow;
	cpu = the.cpu;
	kind = how & RACE_KIND_MASK;
	slot->cell = cell;
	slot->key = slots.key | size << SHAPE_SHIFT |
	    offset % RACE_GRANULE_BYTES;
	slot->newest = kind * RACE_CPUS + cpu->index;
	cell->epochs[kind] = race_clock(cpu->index) & race_alone[cpu->index];
	memcpy(slot->last, &cell->epochs[kind], sizeof(slot->last));
	race_cell_keep(cell, kind, cpu, where);
	return;
slow:
	race_slow(offset, size, how, where);
}

/* One of a kind that nothing stands for; false: it races. */
static inline __attribute__((always_inline)) bool
slot_meet(struct slot *slot, unsigned kind, const struct cpu *cpu,
    const void *where)
{
	struct race_cell *cell;
	clock_lanes known;

	cell = slot->cell;
	known = race_clock(cpu->index);
	if (__builtin_expect(race_cell_races(cell, kind, known), 0))
		return (false);
	race_cell_follow(cell, kind, known, known & race_alone[cpu->index]);
	slot->newest = kind * RACE_CPUS + cpu->index;
	race_cell_keep(cell, kind, cpu, where);
	return (true);
}

void
data_race_access(uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct shadow_page *page;
	struct slot *slot;
	const struct cpu *cpu;
	uint32_t epoch;
	bool met;

	page = slots.shadow.pages[offset >> SHADOW_SHIFT];
	if (__builtin_expect(page == NULL, 0)) {
		race_slow(offset, size, how, where);
		return;
	}
	slot = slot_in(page, offset);
	if (slot->key != slots.key + (size << SHAPE_SHIFT) +
	    offset % RACE_GRANULE_BYTES) {
		race_first(offset, size, how, where);
		return;
	}
	cpu = the.cpu;
	epoch = clock_rows.hb[cpu->index * (RACE_CPUS + 1)];
	if (slot->last[cpu->index] == epoch) {
		race_again(offset, size, how, where);
		return;
	}
	if (race_log.next == race_log.end)
		goto slow;
	/* Early, so that a register is free; no harm where it races. */
	slot->last[cpu->index] = epoch;
	if ((how & RACE_ATOMIC) != 0)
		met = (how & RACE_WRITE) != 0 ?
		    slot_meet(slot, ATOMIC_WRITE, cpu, where) :
		    slot_meet(slot, ATOMIC_READ, cpu, where);
	else
		met = (how & RACE_WRITE) != 0 ?
		    slot_meet(slot, PLAIN_WRITE, cpu, where) :
		    slot_meet(slot, PLAIN_READ, cpu, where);
	if (__builtin_expect(met, 1))
		return;
slow:
	race_slow(offset, size, how, where);
}

/* --- memory --------------------------------------------------------------------- */

/* Of one granule. */
static void
slot_forget(struct slot *slot, uint32_t offset, uint32_t count)
{
	uint32_t bytes, first;

	first = offset % RACE_GRANULE_BYTES;
	bytes = ((1U << count) - 1) << first;
	if ((slot->key & SHAPE_MASK) != SHAPE_LIST) {
		if ((slot_bytes(slot) & bytes) == 0)
			return;
		if ((slot_bytes(slot) & ~bytes) == 0) {
			race_cell_give(slot->cell);
			slot->key = 0;
			return;
		}
		slot_list(slot, offset - first);
	}
	race_lists_forget(offset, count);
	if (bytes == 0xff)
		slot->key = 0;
}

void
race_slots_forget(uint32_t offset, uint32_t bytes)
{
	struct shadow_page *page;
	struct slot *slot;
	uint64_t at, end, part;

	if (slots.mode == SLOTS_LISTS) {
		race_lists_forget(offset, bytes);
		return;
	}
	end = (uint64_t)offset + bytes;
	for (at = offset; at < end; at += part) {
		page = shadow_find(&slots.shadow, (uint32_t)at);
		if (page == NULL) {
			part = (1U << SHADOW_SHIFT) -
			    at % (1U << SHADOW_SHIFT);
			continue;
		}
		part = RACE_GRANULE_BYTES - at % RACE_GRANULE_BYTES;
		if (part > end - at)
			part = end - at;
		slot = slot_in(page, (uint32_t)at);
		if (slot_is_used(slot))
			slot_forget(slot, (uint32_t)at, (uint32_t)part);
	}
}
