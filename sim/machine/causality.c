/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/causality.h"

#include <string.h>

#include "sim/machine/machine.h"

enum {
	CELLS = 8192,		/* a power of two */
	PROBES = 16,
	GRANULE_SHIFT = 3,
	NOBODY = 0xffff,
};

/*
 * Which write each read saw, and the order of the writes to each place: that a
 * read came before a write follows.
 */
static struct cell {
	uint64_t written;	/* by the last write, with all before it */
	uint32_t granule;	/* + 1; 0: nobody's */
	uint32_t run;		/* in an older one nothing has happened yet */
	uint16_t toucher;	/* the only CPU so far, or NOBODY */
	uint16_t writer;	/* the last, or NOBODY */
	uint8_t wrote;		/* somebody wrote in this run */
	uint8_t shared;		/* two CPUs, one of which wrote; learnt */
} cells[CELLS];

static uint64_t pasts[MACHINE_CPUS_MAX];	/* of each CPU */
static uint64_t writes;		/* the sum of all */
static uint32_t run;
static bool learning;

static inline uint64_t
mix(uint64_t left, uint64_t right)
{

	left = (left ^ right) * UINT64_C(0x9e3779b97f4a7c15);
	return (left ^ left >> 29);
}

/* Its own, or, where the table is full, one that it shares. */
static inline struct cell *
cell_of(uint32_t granule)
{
	struct cell *cell;
	uint32_t at, probe;

	at = granule * UINT32_C(0x9e3779b1) >> 19;
	for (probe = 0; probe < PROBES; probe++) {
		cell = &cells[(at + probe) & (CELLS - 1)];
		if (cell->granule == granule + 1)
			return (cell);
		if (cell->granule == 0) {
			cell->granule = granule + 1;
			return (cell);
		}
	}
	return (&cells[at & (CELLS - 1)]);
}

void
causality_begin(void)
{

	if (++run == 0) {
		memset(cells, 0, sizeof(cells));
		run = 1;
	}
	writes = 0;
	memset(pasts, 0, the.cpu_count * sizeof(pasts[0]));
}

void
causality_learn(bool on)
{

	if (on && !learning)
		memset(cells, 0, sizeof(cells));
	learning = on;
}

static struct cell *
cell_touched(uint32_t cpu, uint32_t granule, bool write)
{
	struct cell *cell;

	cell = cell_of(granule);
	if (cell->run != run) {
		cell->run = run;
		cell->written = 0;
		cell->toucher = (uint16_t)cpu;
		cell->writer = NOBODY;
		cell->wrote = 0;
	}
	if (cell->toucher != cpu) {
		cell->toucher = NOBODY;
		if (learning && (write || cell->wrote))
			cell->shared = 1;
	}
	cell->wrote |= write;
	return (cell);
}

static void
read_one(uint32_t cpu, uint32_t granule)
{
	struct cell *cell;

	cell = cell_touched(cpu, granule, false);
	pasts[cpu] = mix(pasts[cpu], ~granule);
	/* Whether its own store has left the buffer is nothing to a CPU. */
	if (cell->writer != cpu && cell->writer != NOBODY)
		pasts[cpu] = mix(pasts[cpu], cell->written);
}

static void
write_one(uint32_t cpu, uint32_t granule, uint64_t past)
{
	struct cell *cell;

	cell = cell_touched(cpu, granule, true);
	cell->written = mix(past, cell->written);
	cell->writer = (uint16_t)cpu;
	writes += cell->written;
}

static inline uint32_t
last_of(uint32_t offset, uint32_t size)
{

	return ((offset + size - 1) >> GRANULE_SHIFT);
}

void
causality_read(uint32_t cpu, uint32_t offset, uint32_t size, bool forwarded)
{
	uint32_t granule;

	for (granule = offset >> GRANULE_SHIFT; granule <= last_of(offset,
	    size); granule++) {
		if (forwarded)
			pasts[cpu] = mix(pasts[cpu], ~granule);
		else
			read_one(cpu, granule);
	}
}

uint64_t
causality_issue(uint32_t cpu, uint32_t offset)
{

	pasts[cpu] = mix(pasts[cpu], offset);
	return (pasts[cpu]);
}

void
causality_write(uint32_t cpu, uint32_t offset, uint32_t size, uint64_t past)
{
	uint32_t granule;

	for (granule = offset >> GRANULE_SHIFT; granule <= last_of(offset,
	    size); granule++)
		write_one(cpu, granule, past);
}

uint64_t
causality_digest(uint32_t cpus)
{
	uint64_t digest;
	uint32_t i;

	digest = 0;
	for (i = 0; i < cpus; i++)
		digest = mix(digest, pasts[i]);
	return (mix(digest, writes));
}

bool
causality_shared(uint32_t offset, uint32_t size)
{

	return (cell_of(offset >> GRANULE_SHIFT)->shared ||
	    cell_of(last_of(offset, size))->shared);
}
