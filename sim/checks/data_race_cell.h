/*
 * data_race_cell - which older accesses race with this one, at a glance?
 *
 * While all accesses to a granule touch the same of its bytes, there is at most
 * one older access for each CPU and kind that a later one could race with.  On
 * machines of up to four CPUs a cell has the epochs of all of a kind in a
 * vector: whether one of them is unknown to a CPU is a comparison with its
 * clock.  What a finding says beyond that lies in a log, in the order in which
 * it happened, the order of the lists.
 *
 * Invariant   an epoch in a cell is 0, or there is an entry for it in the log.
 *             Whose entry stands later in the log happened later, or has taken
 *             the place of one that did.
 * Errors      without memory the program ends.
 * Cost        128 bytes for a cell, 32 for each access kept.  The log is
 *             cleared up when it is full, and then at least half of it is free.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_CELL_H
#define SIM_CHECKS_DATA_RACE_CELL_H

#include "sim/checks/data_race_record.h"
#include "sim/lab_run.h"
#include "sim/memory/clock.h"

enum {
	RACE_CPUS = CLOCK_LANES,
	RACE_LANES = RACE_KINDS * RACE_CPUS,	/* kind * RACE_CPUS + cpu */
};

struct race_cell {
	/* 0: nothing that a later access could race with. */
	_Alignas(64) clock_lanes epochs[RACE_KINDS];
	/*
	 * Where its entry is, for each of them: the lower half of the address,
	 * of which differences are all that counts.
	 */
	uint32_t entries[RACE_KINDS][RACE_CPUS];
};

/* What a finding would say of an access. */
struct race_entry {
	uint64_t at_ps;
	const void *where;
	uint64_t opened_ps;	/* the section around it; UINT64_MAX: none */
	uint32_t thread;
	uint32_t interrupts;
};

extern struct race_log {
	struct race_entry *next;
	struct race_entry *end;
	struct race_entry *first;
} race_log;

/* One lane of all ones for each CPU. */
extern const clock_lanes race_alone[RACE_CPUS];

/* There are no cells. */
void race_cells_begin(void);
void race_cells_fini(void);

/* One that knows of nothing; NULL: there are too many. */
struct race_cell *race_cell_take(void);
/* Nobody has it from now on. */
void race_cell_give(struct race_cell *cell);

/* Makes room; only what cells have stays. */
void race_log_clear_up(void);

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

static inline uint32_t
race_cell_epoch(const struct race_cell *cell, uint32_t lane)
{

	return (((const uint32_t *)(const void *)cell->epochs)[lane]);
}

/* All of a CPU's clock. */
static inline clock_lanes
race_clock(uint32_t cpu)
{

	return (((const clock_lanes *)(const void *)clock_rows.hb)[cpu]);
}

/* Did a comparison of vectors hold for any lane? */
static inline bool
race_any(clock_lanes compared)
{

#if defined(__SSE2__)
	typedef char bytes __attribute__((vector_size(sizeof(compared))));

	return (__builtin_ia32_pmovmskb128((bytes)compared) != 0);
#else
	return ((compared[0] | compared[1] | compared[2] | compared[3]) != 0);
#endif
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
	return (race_any(unknown));
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

/* The entry of the current CPU's access, for which there is room. */
static inline __attribute__((always_inline)) void
race_cell_keep(struct race_cell *cell, unsigned kind, const struct cpu *cpu,
    const void *where)
{
	const struct lab_thread *thread;
	struct race_entry *entry;

	entry = race_log.next;
	race_log.next = entry + 1;
	cell->entries[kind][cpu->index] = (uint32_t)(uintptr_t)entry;
	entry->at_ps = cpu->now_ps;
	entry->where = where;
	entry->interrupts = cpu->interrupts;
	/* Compilers would put the two together, which is slower. */
	__asm__ volatile ("" : : : "memory");
	entry->thread = cpu->current->number;
	thread = cpu->current->owner;
	entry->opened_ps = thread != NULL && thread->section.serial != 0 ?
	    thread->section.opened_ps : UINT64_MAX;
}

#endif
