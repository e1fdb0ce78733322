/*
 * campaign - how do the runs of a plan get into the store?
 *
 * Worker processes execute the runs; the campaign takes the answers in
 * whatever order they come and writes each as a whole, some to a transaction.
 *
 * The workers' template is forked by campaign_begin(), before the store is
 * opened, so that no worker ever holds the database.
 *
 * Errors      -1 with err.  What was committed before stays.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_CAMPAIGN_H
#define TOOLS_CAMPAIGN_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/run.h"
#include "sim/spec.h"
#include "tools/campaign/pool.h"
#include "tools/cli/progress.h"
#include "tools/campaign/token.h"
#include "tools/show/show.h"

struct err;
struct options;
struct plan;
struct store;
struct wire_result;

/* What a worker needs to execute a job. */
struct campaign_work {
	const struct plan *plan;	/* NULL: every job is `spec` */
	struct run_spec spec;
	const struct token *token;	/* of `spec`; NULL: it has none */
	const char *scenario;		/* its name */
	struct show show;		/* what is to be seen of it */
	struct run_result result;
};

/* Who has jobs of its own, besides those of campaign_run(); all may be NULL. */
struct campaign_hooks {
	/* A job that goes before those, and one behind them; false: none now. */
	bool (*ahead)(void *context, struct pool_job *job);
	bool (*behind)(void *context, struct pool_job *job);
	/* Sees each answer once it is written, within its transaction. */
	int (*after)(void *context, const struct pool_outcome *outcome,
	    const struct wire_result *result, struct err *err);
	/* Gets the answer to a job with CAMPAIGN_AGAIN, which nobody else does. */
	int (*again)(void *context, const struct pool_outcome *outcome,
	    const struct wire_result *result, struct err *err);
	void *context;
};

enum { CAMPAIGN_AGAIN = 1 };	/* a job's flags: a run that is known already */

struct campaign {
	struct campaign_work work;
	struct pool *pool;
	struct store *store;		/* NULL: answers are only shown to `see` */
	/* Sees each answer, before it is written; may be NULL. */
	void (*see)(void *context, const struct pool_outcome *outcome,
	    const struct wire_result *result, const char *token);
	void *context;

	struct campaign_hooks hooks;
	uint64_t more;			/* jobs of the hooks, to count in progress */

	const struct pool_job *jobs;
	size_t job_count;
	size_t job_next;
	uint64_t done;
	uint64_t findings;		/* runs with a finding */
	uint64_t wall_ns;		/* of all runs together */
	uint64_t accesses;
	uint64_t answer_bytes;
	uint64_t store_cpu_ns;		/* processor time spent in the store */
	uint64_t cpu_ns;		/* ... by this process, in campaign_run() */
	struct progress progress;

	size_t uncommitted;
	uint64_t committed_ns;
	struct err *err;
	char token[TOKEN_SIZE];
};

/* Takes --jobs, --timeout, --memory, and those of show_begin() from the options. */
int campaign_begin(struct campaign *campaign, const struct plan *plan,
    const struct options *options, size_t workers_most, struct err *err);

/* For one run that a token holds, which must live as long. */
int campaign_begin_token(struct campaign *campaign, const struct token *token,
    const struct options *options, struct err *err);

/* Executes the jobs; returns as pool_run(), with all answers committed. */
enum pool_end campaign_run(struct campaign *campaign,
    const struct pool_job *jobs, size_t count, enum progress_mode mode,
    struct err *err);

void campaign_end(struct campaign *campaign);

#endif
