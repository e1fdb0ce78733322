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

/* That access: all but `next` and `life`. */
void race_record_fill(struct race_record *record,
    const struct race_access *access);

/*
 * They race, and have a byte in common: a finding, unless this pair of places
 * is known.
 */
void race_tell(const struct race_record *old,
    const struct race_access *access);

/* 1 + the age of a section at an instant, in ns, for a record. */
uint32_t race_inside_ns(uint64_t at_ps, uint64_t opened_ps);

#endif
