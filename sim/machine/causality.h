/*
 * causality - in which order did the CPUs touch what they share?
 *
 * A digest of happens-before, as a partial order of accesses: two runs have the
 * same one if each CPU did the same accesses, and conflicting accesses of
 * different CPUs came in the same order, whatever the order of all others, and
 * whenever they were.  It tells a hunt whether a run was new.  Kept in guided
 * runs only.
 *
 * Memory is told apart by granules of 8 bytes, of which a table holds some
 * thousands; beyond those, several are taken for one, and the digest is finer
 * than the order.
 *
 * Cost        about 3 ns for an access.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_CAUSALITY_H
#define SIM_MACHINE_CAUSALITY_H

#include <stdbool.h>
#include <stdint.h>

void causality_begin(void);
/*
 * Runs from now on, until it is off again, teach what is shared; what was
 * learnt before is forgotten.  Runs after that change nothing, so that what a
 * strategy knows does not depend on which runs it has had.
 */
void causality_learn(bool on);

/* The digest of everything since causality_begin(). */
uint64_t causality_digest(uint32_t cpus);

/* --- accesses ---------------------------------------------------------------
 *
 * Which write each read saw, and the order of the writes to each place: that a
 * read came before a write follows.
 */

enum {
	CAUSALITY_CELLS = 8192,	/* a power of two */
	CAUSALITY_BITS = 13,
	CAUSALITY_GRANULE_SHIFT = 3,
	CAUSALITY_NOBODY = 0xffff,
	CAUSALITY_CPUS_MAX = 1024,
};

struct causality_cell {
	uint64_t written;	/* by the last write, with all before it */
	uint32_t granule;	/* + 1; 0: nobody's */
	uint32_t run;		/* in an older one nothing has happened yet */
	uint16_t toucher;	/* the only CPU so far, or CAUSALITY_NOBODY */
	uint16_t writer;	/* the last, or CAUSALITY_NOBODY */
	uint8_t wrote;		/* somebody wrote in this run */
};

extern struct causality {
	uint64_t writes;	/* the sum of all */
	uint32_t run;
	uint32_t learning;
	uint64_t pasts[CAUSALITY_CPUS_MAX];	/* of each CPU */
	/* Two CPUs, one of which wrote: learnt, of all that belong there. */
	uint8_t shared[CAUSALITY_CELLS];
	struct causality_cell cells[CAUSALITY_CELLS];
} causality;

/* Where the granule is not in its first place. */
struct causality_cell *causality_probe(uint32_t granule);

static inline uint64_t
causality_mix(uint64_t left, uint64_t right)
{

	left = (left ^ right) * UINT64_C(0x9e3779b97f4a7c15);
	return (left ^ left >> 29);
}

/* Where it is looked for first. */
static inline uint32_t
causality_slot(uint32_t granule)
{

	return (granule * UINT32_C(0x9e3779b1) >> (32 - CAUSALITY_BITS));
}

/* Its own, or, where the table is full, one that it shares. */
static inline struct causality_cell *
causality_cell(uint32_t granule)
{
	struct causality_cell *cell;

	cell = &causality.cells[causality_slot(granule)];
	if (__builtin_expect(cell->granule == granule + 1, 1))
		return (cell);
	return (causality_probe(granule));
}

static inline uint32_t
causality_last(uint32_t offset, uint32_t size)
{

	return ((offset + size - 1) >> CAUSALITY_GRANULE_SHIFT);
}

static inline struct causality_cell *
causality_touch(struct causality_cell *cell, uint32_t cpu, uint32_t granule,
    bool write)
{

	if (cell->run != causality.run) {
		cell->run = causality.run;
		cell->written = 0;
		cell->toucher = (uint16_t)cpu;
		cell->writer = CAUSALITY_NOBODY;
		cell->wrote = 0;
	}
	if (cell->toucher != cpu) {
		cell->toucher = CAUSALITY_NOBODY;
		if (causality.learning && (write || cell->wrote))
			causality.shared[causality_slot(granule)] = 1;
	}
	return (cell);
}

/* `forwarded`: from the CPU's own store buffer. */
static inline void
causality_read(uint32_t cpu, uint32_t offset, uint32_t size, bool forwarded)
{
	const struct causality_cell *cell;
	uint64_t past;
	uint32_t granule, last;

	last = causality_last(offset, size);
	granule = offset >> CAUSALITY_GRANULE_SHIFT;
	past = causality.pasts[cpu];
	do {
		past = causality_mix(past, ~granule);
		if (forwarded)
			continue;
		cell = causality_touch(causality_cell(granule), cpu, granule,
		    false);
		/* Whether its own store has left the buffer is nothing to a
		 * CPU. */
		if (cell->writer != cpu && cell->writer != CAUSALITY_NOBODY)
			past = causality_mix(past, cell->written);
	} while (++granule <= last);
	causality.pasts[cpu] = past;
}

/*
 * A store is two things: the CPU issues it, and it becomes visible, at once or
 * when it leaves the buffer, with the past that it had when it was issued.
 */
static inline uint64_t
causality_issue(uint32_t cpu, uint32_t offset)
{

	return (causality.pasts[cpu] = causality_mix(causality.pasts[cpu],
	    offset));
}

static inline void
causality_put(struct causality_cell *cell, uint32_t cpu, uint32_t granule,
    uint64_t past)
{

	cell = causality_touch(cell, cpu, granule, true);
	cell->wrote = 1;
	cell->written = causality_mix(past, cell->written);
	cell->writer = (uint16_t)cpu;
	causality.writes += cell->written;
}

static inline void
causality_write(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t past)
{
	struct causality_cell *cell;
	uint32_t granule, last;

	last = causality_last(offset, size);
	granule = offset >> CAUSALITY_GRANULE_SHIFT;
	do {
		cell = causality_cell(granule);
		causality_put(cell, cpu, granule, past);
	} while (++granule <= last);
}

/* --- within one granule, which has its first place ---------------------------- */

static inline bool
causality_is_first(uint32_t offset)
{
	uint32_t granule;

	granule = offset >> CAUSALITY_GRANULE_SHIFT;
	return (causality.cells[causality_slot(granule)].granule ==
	    granule + 1);
}

static inline void
causality_read_first(uint32_t cpu, uint32_t offset)
{
	const struct causality_cell *cell;
	uint64_t past;
	uint32_t granule;

	granule = offset >> CAUSALITY_GRANULE_SHIFT;
	past = causality_mix(causality.pasts[cpu], ~granule);
	cell = causality_touch(&causality.cells[causality_slot(granule)], cpu,
	    granule, false);
	if (cell->writer != cpu && cell->writer != CAUSALITY_NOBODY)
		past = causality_mix(past, cell->written);
	causality.pasts[cpu] = past;
}

/* The write is issued and visible. */
static inline void
causality_write_first(uint32_t cpu, uint32_t offset)
{
	uint32_t granule;

	granule = offset >> CAUSALITY_GRANULE_SHIFT;
	causality_put(&causality.cells[causality_slot(granule)], cpu, granule,
	    causality_issue(cpu, offset));
}

/* --- what is shared ----------------------------------------------------------- */

/* In a run that taught, two CPUs touched it, of which one wrote. */
static inline bool
causality_shared_alone(uint32_t offset)
{

	return (causality.shared[causality_slot(offset >>
	    CAUSALITY_GRANULE_SHIFT)] != 0);
}

/* The same of what may lie in two granules. */
static inline bool
causality_shared(uint32_t offset, uint32_t size)
{
	uint32_t first, last;

	first = offset >> CAUSALITY_GRANULE_SHIFT;
	last = causality_last(offset, size);
	return (causality.shared[causality_slot(first)] != 0 ||
	    (first != last && causality.shared[causality_slot(last)] != 0));
}

#endif
