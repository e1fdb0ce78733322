/*
 * data_race_cell - which older accesses race with this one, at a glance?
 *
 * While all accesses to a place touch the same bytes, there is at most one
 * older access for each CPU and kind that a later one could race with.  On
 * machines of up to four CPUs a cell has the epochs of all of a kind in a
 * vector: whether one of them is unknown to a CPU is a comparison with its
 * clock.  What a finding says beyond that lies in the log of
 * sim/memory/place.h, in the order in which it happened, the order of the lists.
 *
 * Most places never have one: they have a chain, of which a cell can be made.
 *
 * Invariant   an epoch in a cell is 0, or there is an entry for it in the log.
 *             Whose entry stands later in the log happened later, or has taken
 *             the place of one that did.
 * Errors      without memory the program ends.
 * Cost        192 bytes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_CELL_H
#define SIM_CHECKS_DATA_RACE_CELL_H

#include "sim/checks/data_race_record.h"

enum {
	RACE_CPUS = PLACE_CPUS,
	RACE_LANES = RACE_KINDS * RACE_CPUS,	/* kind * RACE_CPUS + cpu */
};

struct race_cell {
	/* 0: nothing that a later access could race with. */
	_Alignas(64) clock_lanes epochs[RACE_KINDS];
	uint32_t entries[RACE_KINDS][RACE_CPUS];	/* as place_link() */
	/* The epoch in which a CPU was last kept; it may have gone since. */
	uint32_t last[RACE_CPUS];
	uint32_t newest;	/* lane; RACE_LANES: none yet */
	uint32_t shape;		/* of its place: place_judge.h */
};

/* There are no cells. */
void race_cells_begin(void);
void race_cells_fini(void);
/* Of this number or a smaller one. */
uint32_t race_cells_count(void);

/* The number of one that knows of nothing; UINT32_MAX: there are too many. */
uint32_t race_cell_take(void);
struct race_cell *race_cell_number(uint32_t number);
/* Nobody has it from now on. */
void race_cell_give(uint32_t number);
void race_cell_clear(struct race_cell *cell);

/* The lanes of these kinds that hold something, the newest first. */
uint32_t race_cell_lanes(struct race_cell *cell, unsigned kinds,
    uint8_t *lanes);
/* Is the first of two lanes the newer one? */
bool race_cell_newer(struct race_cell *cell, uint32_t lane, uint32_t other);
/* Both change places in the order. */
void race_cell_swap(struct race_cell *cell, uint32_t lane, uint32_t other);
/* As a list would have it; but for the bytes, and the size in `how`. */
void race_cell_record(struct race_cell *cell, uint32_t lane,
    struct race_record *record);

/*
 * The newest that stands for such an access, in whose epoch it is; or
 * RACE_LANES.
 */
uint32_t race_cell_covering(struct race_cell *cell, unsigned kind,
    uint32_t cpu, uint32_t epoch);
/*
 * An access of what is known has come, which races with nothing; `covering`
 * stands for it, or it is the log's newest entry.
 */
void race_cell_add(struct race_cell *cell, unsigned kind, uint32_t cpu,
    clock_lanes known, uint32_t covering, const struct place_entry *entry);
/* That is its newest, and whatever else it has stays. */
void race_cell_put(struct race_cell *cell, unsigned kind, uint32_t cpu,
    const struct place_entry *entry);

static inline uint32_t *
race_cell_link(struct race_cell *cell, uint32_t lane)
{

	return (&cell->entries[lane / RACE_CPUS][lane % RACE_CPUS]);
}

static inline uint32_t
race_cell_epoch(const struct race_cell *cell, uint32_t lane)
{

	return (((const uint32_t *)(const void *)cell->epochs)[lane]);
}

/* Is there one that conflicts, and that this clock does not know of? */
static inline __attribute__((always_inline)) bool
race_cell_races(const struct race_cell *cell, unsigned kind, clock_lanes known)
{
	const clock_lanes *epochs;
	clock_lanes unknown;

	epochs = cell->epochs;
	unknown = epochs[PLAIN_WRITE] > known;
	if (kind == PLAIN_READ)
		unknown |= epochs[ATOMIC_WRITE] > known;
	else if (kind == ATOMIC_WRITE)
		unknown |= epochs[PLAIN_READ] > known;
	else if (kind == PLAIN_WRITE)
		unknown |= (epochs[PLAIN_READ] > known) |
		    (epochs[ATOMIC_WRITE] > known) |
		    (epochs[ATOMIC_READ] > known);
	return (place_any(unknown));
}

/* Drops what the access stands for; `own` is for the vector of its kind. */
static inline __attribute__((always_inline)) void
race_cell_follow(struct race_cell *cell, unsigned kind, clock_lanes known,
    clock_lanes own)
{
	static const clock_lanes nothing;
	clock_lanes *epochs;

	epochs = cell->epochs;
	if (kind == PLAIN_WRITE) {
		epochs[PLAIN_READ] = nothing;
		epochs[ATOMIC_READ] = nothing;
		epochs[ATOMIC_WRITE] = nothing;
		epochs[PLAIN_WRITE] = own;
		return;
	}
	if (kind != ATOMIC_READ)
		epochs[ATOMIC_READ] &= epochs[ATOMIC_READ] > known;
	epochs[kind] = (epochs[kind] & (epochs[kind] > known)) | own;
}

#endif
