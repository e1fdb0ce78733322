/*
 * sweep_dry - what would this sweep cost?
 *
 * Prints the points, what the filters took, how many runs there are and how
 * many of them a database has already; then executes a few runs, spread over
 * the plan, and tells from them how long the others would take and how large
 * the database would grow.  Of a part (--shard), or of the parts of a cluster, it
 * tells what that part would.  What these runs answer goes into a database in
 * memory, so that its size is measured and not guessed; nothing is written.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_DRY_H
#define TOOLS_CLI_SWEEP_DRY_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/campaign/campaign.h"

struct err;
struct plan;
struct shard;

struct sweep_dry {
	const struct plan *plan;
	struct campaign *campaign;	/* begun, without a store */
	enum progress_mode mode;
	uint64_t workers;
	bool all;			/* every point is shown */
	const char *db;			/* NULL: none was named */
	bool resume;
	const struct shard *shard;	/* count 0: the whole plan */
	uint64_t tasks;			/* of a cluster; 0: none */
};

/* As campaign_run(); POOL_FAILED with err. */
enum pool_end sweep_dry(const struct sweep_dry *dry, struct err *err);

#endif
