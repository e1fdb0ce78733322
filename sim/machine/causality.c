/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/causality.h"

#include <string.h>

#include "sim/base/words.h"
#include "sim/machine/machine.h"

enum { PROBES = 16 };

_Static_assert((int)MACHINE_CPUS_MAX <= (int)CAUSALITY_CPUS_MAX,
    "each has a past");
_Static_assert(CAUSALITY_CELLS == 1 << CAUSALITY_BITS, "all are found");

struct causality causality;

struct causality_cell *
causality_probe(uint32_t granule)
{
	struct causality_cell *cell;
	uint32_t at, probe;

	at = causality_slot(granule);
	for (probe = 0; probe < PROBES; probe++) {
		cell = &causality.cells[(at + probe) & (CAUSALITY_CELLS - 1)];
		if (cell->granule == granule + 1)
			return (cell);
		/* Older runs keep no place: it would matter what they were. */
		if (cell->run != causality.run) {
			cell->granule = granule + 1;
			return (cell);
		}
	}
	return (&causality.cells[at]);
}

void
causality_begin(void)
{
	uint32_t i;

	if (++causality.run == 0) {
		memset(causality.cells, 0, sizeof(causality.cells));
		causality.run = 1;
	}
	causality.writes = 0;
	for (i = 0; i < the.cpu_count; i++) {
		WORDS_ALONE;
		causality.pasts[i] = 0;
	}
}

void
causality_learn(bool on)
{

	if (on && !causality.learning) {
		memset(causality.cells, 0, sizeof(causality.cells));
		memset(causality.shared, 0, sizeof(causality.shared));
	}
	causality.learning = on;
}

uint64_t
causality_digest(uint32_t cpus)
{
	uint64_t digest;
	uint32_t i;

	digest = 0;
	for (i = 0; i < cpus; i++)
		digest = causality_mix(digest, causality.pasts[i]);
	return (causality_mix(digest, causality.writes));
}
