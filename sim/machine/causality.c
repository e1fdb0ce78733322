/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/causality.h"

#include <string.h>

#include "sim/machine/machine.h"

enum {
	CELLS = 4096,		/* a power of two */
	GRANULE_SHIFT = 3,
	NOBODY = 0xffff,
};

static struct cell {
	uint64_t written;	/* by the last write, with all before it */
	uint64_t reads;		/* since then; the sum of all readers' */
	uint32_t run;		/* an older run's cell is empty */
	uint16_t toucher;	/* the only CPU so far, or NOBODY */
	uint8_t wrote;		/* somebody wrote in this run */
	uint8_t shared;		/* two CPUs, one of which wrote; in any run */
} cells[CELLS];

static uint64_t pasts[MACHINE_CPUS_MAX];	/* of each CPU */
static uint32_t run;

static inline uint64_t
mix(uint64_t left, uint64_t right)
{

	left = (left ^ right) * UINT64_C(0x9e3779b97f4a7c15);
	return (left ^ left >> 29);
}

static inline struct cell *
cell_of(uint32_t granule)
{

	return (&cells[granule * UINT32_C(0x9e3779b1) >> 20 & (CELLS - 1)]);
}

void
causality_begin(void)
{

	if (++run == 0) {
		memset(cells, 0, sizeof(cells));
		run = 1;
	}
	memset(pasts, 0, the.cpu_count * sizeof(pasts[0]));
}

void
causality_forget(void)
{

	memset(cells, 0, sizeof(cells));
}

static inline void
touch(uint32_t cpu, uint32_t granule, bool write)
{
	struct cell *cell;

	cell = cell_of(granule);
	if (cell->run != run) {
		cell->run = run;
		cell->written = cell->reads = 0;
		cell->toucher = (uint16_t)cpu;
		cell->wrote = 0;
	}
	if (cell->toucher != cpu) {
		cell->toucher = NOBODY;
		if (write || cell->wrote)
			cell->shared = 1;
	}
	cell->wrote |= write;
	if (write) {
		pasts[cpu] = mix(mix(pasts[cpu], granule),
		    cell->written + cell->reads);
		cell->written = pasts[cpu];
		cell->reads = 0;
	} else {
		pasts[cpu] = mix(mix(pasts[cpu], ~granule), cell->written);
		cell->reads += pasts[cpu];
	}
}

void
causality_touch(uint32_t cpu, uint32_t offset, uint32_t size, bool write)
{
	uint32_t granule, last;

	last = (offset + size - 1) >> GRANULE_SHIFT;
	for (granule = offset >> GRANULE_SHIFT; granule <= last; granule++)
		touch(cpu, granule, write);
}

uint64_t
causality_digest(uint32_t cpus)
{
	uint64_t digest;
	uint32_t i;

	digest = 0;
	for (i = 0; i < cpus; i++)
		digest = mix(digest, pasts[i]);
	return (digest);
}

bool
causality_shared(uint32_t offset, uint32_t size)
{

	return (cell_of(offset >> GRANULE_SHIFT)->shared ||
	    cell_of((offset + size - 1) >> GRANULE_SHIFT)->shared);
}
