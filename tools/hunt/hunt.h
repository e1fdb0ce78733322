/*
 * hunt - which runs are executed, and what did they find?
 *
 * The parent's side.  Runs are numbered from 0; workers get them in batches,
 * and the answers are taken in the order of the numbers.  So what is found,
 * and how much has been looked at until then, does not depend on how many
 * workers there are, unless time is what ends the hunt.
 *
 * The first HUNT_CAUSES_MAX causes of findings are listed, by the numbers of
 * their first runs; of further ones there is how many and in how many runs.
 *
 * Errors      hunt_begin() and hunt_run() set err when the system refuses a
 *             process; what the runs do is no error.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_HUNT_HUNT_H
#define TOOLS_HUNT_HUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/run.h"
#include "sim/spec.h"
#include "tools/campaign/pool.h"
#include "tools/hunt/hunt_batch.h"
#include "tools/hunt/hunt_set.h"
#include "tools/hunt/hunt_shares.h"
#include "tools/hunt/hunt_told.h"

struct err;
struct hunt_work;
struct strategy;
struct wire_result;

struct hunt_settings {
	const char *scenario;		/* its name */
	struct run_spec spec;
	const struct strategy *strategy;
	uint64_t seed;
	uint64_t runs_max;		/* UINT64_MAX: no limit */
	uint64_t time_ns;		/* of the host; 0: no limit */
	bool keep_going;
	size_t workers;
	uint64_t timeout_ns;		/* for one run */
	uint64_t memory_bytes;
	/* Called about ten times a second; may be NULL. */
	void (*look)(void *context);
	void *context;
};

struct hunt_finding {
	uint64_t cause;
	uint64_t number;		/* of the first run */
	uint64_t seed;			/* ... of that run */
	uint64_t count;			/* runs */
	uint64_t wall_ns;		/* of the first run */
	char strategy[32];
	char defect[HUNT_DEFECT_SIZE];
	char *token;
	struct wire_result *result;	/* points into `bytes` */
	unsigned char *bytes;
};

struct hunt {
	struct hunt_settings settings;
	struct hunt_work *work;
	struct pool *pool;

	uint64_t runs;
	uint64_t accesses;
	uint64_t given_up;
	uint64_t lost;			/* crashed, or hanging */
	bool spent;			/* the strategy has tried everything */
	struct hunt_set behaviours;
	struct hunt_batch_coverage coverage[RUN_COVERAGE_MAX];
	size_t coverage_count;
	struct hunt_finding *findings;	/* by the number of the first run */
	size_t finding_count;
	uint64_t unlisted;		/* runs with causes beyond the list */
	struct hunt_set further;	/* ... and those */
	char report[HUNT_REPORT_SIZE];
	uint64_t start_ns;
	uint64_t wall_ns;
	uint64_t last_new_ns;		/* when the last behaviour was new */

	struct hunt_shares shares;

	/* Batches on their way. */
	uint64_t issue_next;		/* the first run not given out yet */
	uint64_t batch_runs;
	uint64_t fold_next;		/* ... not counted yet */
	struct hunt_arrival *arrivals;	/* answers that came before others */
	struct hunt_single *singles;	/* runs of batches that were lost */
	bool over;			/* nothing more is given out */
	bool waits;			/* for answers, before more is given out */
};

int hunt_begin(struct hunt *hunt, const struct hunt_settings *settings,
    struct err *err);

/* As pool_run(); whatever it returns, what was found is there. */
enum pool_end hunt_run(struct hunt *hunt, struct err *err);

void hunt_end(struct hunt *hunt);

#endif
