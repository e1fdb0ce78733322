/*
 * crimes - what shall the checks accuse, and what not?
 *
 * Workloads that do one thing, right or wrong.  Instrumented, since some of what
 * they do is only seen there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_CHECKS_CRIMES_H
#define TESTS_SIM_CHECKS_CRIMES_H

#include "sim/lab.h"

/* The config of all of them. */
struct crime {
	uint64_t kind;
};

/*
 * A reader loads the pointer to an item and stays in its section for long,
 * while a writer replaces items; what the reader does at the end is the kind.
 */
enum stale_kind {
	STALE_READS,		/* through the old pointer */
	STALE_WRITES,
	STALE_LOADS_AGAIN,	/* looks at what is published now */
	STALE_LOOKS_AWAY,
	STALE_READS_OUTSIDE,	/* of the item: the rest of its line */
	STALE_OWNS,		/* looks away, and later takes one that is out */
};
extern const struct workload_def crime_stale;

/* Spins on a word that nobody changes, or gets things done meanwhile. */
enum spin_kind {
	SPIN_FOREVER,
	SPIN_WITH_PROGRESS,
	SPIN_BESIDE_OTHERS,	/* one forever, one gets things done */
	SPIN_WITHOUT_ACCESS,	/* the same, with a pause and nothing else */
};
extern const struct workload_def crime_spin;

/* Stores to where the workload has no memory. */
extern const struct workload_def crime_wild;
/* Counts in the word behind its memory; what it does depends on what is there. */
extern const struct workload_def crime_behind;

#endif
