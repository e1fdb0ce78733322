/*
 * data_race - did two CPUs touch this byte with nothing between them?
 *
 * Two accesses race when they overlap in a byte, come from different CPUs, at
 * least one writes, at least one is not atomic, and neither happens before the
 * other (C11 5.1.2.4p25; program order is per CPU, see sim/memory/clock.h).
 *
 * Each 8 bytes of memory have those accesses that a later one could still race
 * with: of one CPU and epoch the first of its kind, and none that a later one
 * stands for, being after it and conflicting with all that it does (FastTrack's
 * epochs, extended by atomic accesses and by bytes).  They stand in a cell
 * (data_race_cell.h) or in a list (data_race_list.h), which say the same.
 *
 * Precision   nothing is accused that is ordered.  Nothing is missed among what
 *             a run did, but for lists of more than RACE_RECORDS_MAX accesses:
 *             they forget the oldest.
 * Cost        that of a cell, up to four CPUs; linear in a list otherwise.
 * Source      C. Flanagan and S. N. Freund, FastTrack: efficient and precise
 *             dynamic race detection, PLDI 2009, sections 3 and 4.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_CHECKS_DATA_RACE_H
#define SIM_CHECKS_DATA_RACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	RACE_WRITE = 1,		/* of `how` */
	RACE_ATOMIC = 2,
	RACE_RECORDS_MAX = 256,
	RACE_PAIRS_MAX = 256,	/* pairs of places that are told apart in a run */
};

/* No access is known; off: nor will be.  The check calls it for each run. */
void data_race_begin(bool on);
/* Gives back host memory kept between runs. */
void data_race_fini(void);

/*
 * The current CPU accesses 1 to 16 bytes, at a place in the code.  Before what
 * the access itself releases, after what it acquires.  Of `how` it looks at
 * RACE_WRITE and RACE_ATOMIC, which are those of the machine.
 */
void data_race_access(uint32_t offset, uint32_t size, unsigned how,
    const void *where);
/*
 * The machine asks about each access from now on, for as long as the run lasts,
 * and the simple ones are judged where they happen.
 */
void data_race_listen(void);
/* Pages are given out or taken back: what came before is in order. */
void data_race_forget(uint32_t offset, uint32_t bytes);

/* --- for the other files of the check ------------------------------------- */

/* One access to some of the 8 bytes of a granule. */
struct race_record {
	uint64_t at_ps;
	uint32_t epoch;
	uint32_t where;		/* distance from the start of the image */
	uint32_t inside_ns;	/* 1 + age of the open section; 0: outside */
	uint32_t next;		/* in the pool; 0: none */
	uint16_t cpu;
	uint16_t thread;
	uint16_t life;		/* of the cell's page; else it is empty */
	uint8_t bytes;		/* that it still stands for; 0: empty */
	uint8_t how;		/* RACE_*; size - 1, from RACE_SIZE_SHIFT on */
};

enum {
	RACE_HANDLER = 4,	/* in an interrupt handler */
	RACE_SIZE_SHIFT = 3,
};

/* The finding: `now` races with `before`, both touch the byte at `offset`. */
void data_race_report(const struct race_record *now,
    const struct race_record *before, uint32_t offset);

#endif
