/*
 * data_race_record - what is kept of an access, and which two conflict?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_RECORD_H
#define SIM_CHECKS_DATA_RACE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/checks/data_race.h"
#include "sim/machine/stream.h"
#include "sim/memory/place_judge.h"

enum {
	RACE_GRANULE_BYTES = 8,
	RACE_KIND_MASK = RACE_WRITE | RACE_ATOMIC,
};

#define KIND(kind)	(1U << (kind))

/* With which kinds does one conflict? */
static const uint8_t race_conflicts[RACE_KINDS] = {
	[PLAIN_READ] = KIND(PLAIN_WRITE) | KIND(ATOMIC_WRITE),
	[PLAIN_WRITE] = KIND(PLAIN_READ) | KIND(PLAIN_WRITE) |
	    KIND(ATOMIC_READ) | KIND(ATOMIC_WRITE),
	[ATOMIC_READ] = KIND(PLAIN_WRITE),
	[ATOMIC_WRITE] = KIND(PLAIN_READ) | KIND(PLAIN_WRITE),
};

/*
 * For which kinds does one stand, if it comes after them?  For those that
 * conflict with nothing that it does not conflict with itself.
 */
static const uint8_t race_stands_for[RACE_KINDS] = {
	[PLAIN_READ] = KIND(PLAIN_READ) | KIND(ATOMIC_READ),
	[PLAIN_WRITE] = KIND(PLAIN_READ) | KIND(PLAIN_WRITE) |
	    KIND(ATOMIC_READ) | KIND(ATOMIC_WRITE),
	[ATOMIC_READ] = KIND(ATOMIC_READ),
	[ATOMIC_WRITE] = KIND(ATOMIC_READ) | KIND(ATOMIC_WRITE),
};

/* What the current CPU does to the bytes of one granule. */
struct race_access {
	const void *where;
	uint32_t offset;	/* of the granule */
	uint32_t cpu;
	uint32_t epoch;
	uint32_t size;		/* of all of it */
	unsigned kind;
	unsigned bytes;
};

/*
 * They race, and have a byte in common: a finding, unless this pair of places
 * is known.
 */
void race_tell(const struct race_record *old,
    const struct race_access *access);

/* 1 + the age of a section at an instant, in ns, for a record. */
static inline uint32_t
race_inside_ns(uint64_t at_ps, uint64_t opened_ps)
{
	uint64_t open_ns;

	open_ns = (at_ps - opened_ps) / 1000;
	return (open_ns < UINT32_MAX - 1 ? (uint32_t)open_ns + 1 :
	    UINT32_MAX);
}

/* That access: all but `next` and `life`. */
static inline void
race_record_fill(struct race_record *record, const struct race_access *access)
{
	const struct cpu *cpu;

	cpu = the.cpu;
	record->at_ps = cpu->now_ps;
	record->epoch = access->epoch;
	record->where = (uint32_t)stream_place(access->where);
	record->cpu = (uint16_t)access->cpu;
	record->thread = (uint16_t)cpu->current->number;
	record->bytes = (uint8_t)access->bytes;
	record->how = (uint8_t)(access->kind |
	    (access->size - 1) << RACE_SIZE_SHIFT |
	    (cpu->interrupts > 0 ? RACE_HANDLER : 0));
	record->inside_ns = cpu->current->opened_ps == MACHINE_NEVER ? 0 :
	    race_inside_ns(cpu->now_ps, cpu->current->opened_ps);
}

#endif
