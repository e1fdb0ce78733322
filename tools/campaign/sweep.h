/*
 * sweep - how does a plan become an experiment with all of its runs?
 *
 * The course of a sweep from its database to the last run, whoever asks for
 * it: which experiment, which runs are left, execute them, finish.  What the
 * person reads of it is not in here.
 *
 *	sweep_begin()  workers are there		(before the store is open)
 *	sweep_open()   the database and the experiment are there
 *	sweep_run()    all runs are there, or err, or a signal
 *	sweep_end()
 *
 * Errors      as each says; what was committed before stays, and a later
 *             sweep_open() with `resume` goes on from there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_SWEEP_H
#define TOOLS_CAMPAIGN_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/campaign/audit.h"
#include "tools/campaign/campaign.h"
#include "tools/campaign/wave.h"

struct err;
struct options;
struct plan;

struct sweep {
	/* Set by the caller before sweep_begin(), all else zero. */
	const struct plan *plan;
	const char *command;		/* goes into the experiment */
	bool resume;
	bool shared;			/* the database: see STORE_SHARED */
	bool no_audit;
	enum progress_mode mode;
	/* Whether a run is this process's share of the plan; NULL: all are. */
	bool (*mine)(void *context, size_t point, uint64_t seed);
	void *context;

	struct campaign campaign;
	int64_t experiment;
	int64_t interrupted;		/* pending runs of an earlier one like it */
	size_t to_do;			/* runs that were left, and came up */
	struct audit audit;
	struct wave wave;
};

enum sweep_start {
	SWEEP_NEW,		/* a new experiment; see `interrupted` */
	SWEEP_RESUMED,
	SWEEP_NONE_TO_RESUME,	/* a new one, as there is none of this name */
	SWEEP_OTHER,		/* err: what is there was made of something else */
	SWEEP_FAILED,		/* err */
};

int sweep_begin(struct sweep *sweep, const struct options *options,
    size_t workers_most, struct err *err);

enum sweep_start sweep_open(struct sweep *sweep, const char *path,
    struct err *err);

enum pool_end sweep_run(struct sweep *sweep, struct err *err);

/* Also after a failure of any of the above. */
void sweep_end(struct sweep *sweep);

#endif
