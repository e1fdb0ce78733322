/*
 * hunt_batch - what came out of a number of runs in a row?
 *
 * A worker executes hundreds or thousands of runs for one message to its
 * parent.  The message has counts, a hash of each run's behaviour, and every
 * cause of findings: its first run, how many runs have it and, where the parent
 * may ask for it (tools/hunt/hunt_told.h), the account of that first run, which
 * is its whole result and a token.
 *
 * Two findings have one cause if they are of the same check and at the same
 * places of the code; or, where they have none, in the same words but for
 * numbers.  Two runs behave alike if conflicting accesses came in the same
 * order in both (sim/machine/causality.h).
 *
 * How long a batch is follows the clock, so nothing may depend on it: what the
 * batches of a hunt say adds up to the same, wherever the borders are.
 *
 * Errors      hunt_batch_decode() returns -1 for what hunt_batch_encode() did
 *             not write.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_HUNT_HUNT_BATCH_H
#define TOOLS_HUNT_HUNT_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/run.h"
#include "tools/campaign/wire_bytes.h"

enum {
	HUNT_BATCH_RUNS_MAX = 16384,
	HUNT_DEFECT_SIZE = 200,
	HUNT_REPORT_SIZE = 1000,
};

/* What there is to say about a run with a finding. */
struct hunt_account {
	uint64_t wall_ns;		/* host time of the run */
	char strategy[32];
	/* "": replayed and found to be the same; or what was not. */
	char defect[HUNT_DEFECT_SIZE];
	char *token;			/* "": there is none */
	unsigned char *result;		/* as wire_encode() writes it */
	size_t result_length;
};

struct hunt_batch_finding {
	uint64_t cause;			/* a hash */
	uint64_t number;		/* the first run with it */
	uint64_t count;			/* runs with it */
	struct hunt_account *account;	/* of that run; NULL: nobody asks */
};

struct hunt_batch_coverage {
	char name[48];
	char about[160];
	uint64_t hits;
};

/* All zero is an empty one. */
struct hunt_batch {
	uint64_t first;			/* the number of its first run */
	uint64_t runs;
	uint64_t accesses;
	uint64_t given_up;		/* runs that would not end */
	bool spent;			/* there is nothing left to try */
	uint64_t *behaviours;		/* one for each run */
	size_t behaviour_room;
	struct hunt_batch_coverage coverage[RUN_COVERAGE_MAX];
	size_t coverage_count;
	struct hunt_batch_finding *findings;	/* by number */
	size_t finding_count;
	char report[HUNT_REPORT_SIZE];
};

/* Counts the run; findings are the caller's. */
void hunt_batch_add(struct hunt_batch *batch, const struct run_result *result);

uint64_t hunt_cause(const struct run_finding *finding);

/* The finding of that cause, or NULL. */
struct hunt_batch_finding *hunt_batch_find(struct hunt_batch *batch,
    uint64_t cause);

/* One of a cause that is not there yet, for its first run. */
struct hunt_batch_finding *hunt_batch_append(struct hunt_batch *batch,
    uint64_t cause, uint64_t number);

/* Back to empty; memory for what comes next is kept. */
void hunt_batch_clear(struct hunt_batch *batch);
void hunt_batch_fini(struct hunt_batch *batch);

void hunt_batch_encode(const struct hunt_batch *batch,
    struct wire_buffer *buffer);
/* `batch` must be empty; the caller clears it in any case. */
int hunt_batch_decode(const unsigned char *bytes, size_t length,
    struct hunt_batch *batch);

#endif
