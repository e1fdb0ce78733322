/*
 * gather - what have the tasks of a cluster done so far?
 *
 * Merges the databases of all shards that are there into the sweep's own, at
 * any time, also while tasks write to theirs; and says what is missing.
 *
 * Errors      -1 with err: the sweep's own database.  What is wrong with that
 *             of a shard is a trouble of the shard: the others are merged.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLUSTER_GATHER_H
#define TOOLS_CLUSTER_GATHER_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/cluster/shard.h"

struct err;
struct folder;
struct plan;
struct store;

struct gather_shard {
	uint64_t missing;	/* runs */
	bool complete;
	char *trouble;		/* NULL: none */
};

struct gather {
	struct gather_shard *shards;
	uint64_t tasks;
	uint64_t total;		/* runs of the sweep, as far as they are known */
	uint64_t missing;
	uint64_t incomplete;	/* shards */
};

/* The shard of a task, from 0. */
struct shard gather_part(const struct plan *plan, uint64_t tasks,
    uint64_t index);

/*
 * Whether a cluster can work for a database: merging finds its way back only
 * where there is one experiment like the plan, and a new sweep must not become
 * a second.  The file need not exist.  1 with err: it cannot; -1 with err: the
 * database is no good.
 */
int gather_check(const struct folder *folder, const struct plan *plan,
    bool again, struct err *err);

int gather(const struct folder *folder, const struct plan *plan,
    struct store *store, int64_t experiment, struct gather *result,
    struct err *err);
void gather_fini(struct gather *result);

/* Runs that are done and runs with findings in all shards; never fails. */
void gather_progress(const struct folder *folder, const struct plan *plan,
    uint64_t *done, uint64_t *findings, uint64_t *total);

#endif
