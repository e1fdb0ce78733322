/*
 * claim_trial - what did the runs of one claim say?
 *
 * Executes all runs of scenarios/claims/ID.yaml in worker processes and judges
 * them.  The values go into places that the plan numbers, so the answer is the
 * same for every number of workers.
 *
 * Errors      set err; findings of runs are no error, but `troubled` counts
 *             the runs that did not end well, and `token` repeats the first.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLAIMS_CLAIM_TRIAL_H
#define TOOLS_CLAIMS_CLAIM_TRIAL_H

#include "sim/run.h"
#include "tools/campaign/pool.h"
#include "tools/campaign/token.h"
#include "tools/claims/claim_judge.h"
#include "tools/cli/progress.h"

struct err;
struct options;
struct plan;
struct scenario;

struct claim_trial {
	const struct claim *claim;
	struct scenario *scenario;
	struct plan *plan;
	struct claim_values values;
	struct claim_finding findings[CLAIM_PARTS_MAX];
	enum claim_verdict verdict;
	uint64_t runs;
	uint64_t troubled;
	uint64_t trouble_run;		/* number of the first, in the plan */
	char trouble[RUN_SUMMARY_SIZE];	/* what it said */
	char token[TOKEN_SIZE];
};

/* Reads the scenario; nothing is run.  -1 with err where it cannot be read. */
int claim_trial_begin(struct claim_trial *trial, const struct claim *claim,
    struct err *err);

/* Runs and judges. */
enum pool_end claim_trial_run(struct claim_trial *trial,
    const struct options *options, size_t workers, enum progress_mode mode,
    struct err *err);

/* May be called in any state after claim_trial_begin(). */
void claim_trial_end(struct claim_trial *trial);

#endif
