/*
 * sweep_slurm - how does a sweep go through a cluster, and what is said of it?
 *
 * `gusim sweep --backend slurm`: lays the whole plan into the database, gives
 * the shards that lack runs to an array of tasks, and says what becomes of
 * them.  Everything that can be wrong with the words is found before anything
 * is written or submitted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_SLURM_H
#define TOOLS_CLI_SWEEP_SLURM_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct options;
struct plan;
struct sweep;

enum { SWEEP_SLURM_TASKS = 8 };		/* where --array does not say */

/* Set by the caller; the rest is zero. */
struct sweep_slurm {
	const struct options *options;
	const struct plan *plan;
	struct sweep *sweep;
	/* Opens the database and the experiment; an exit status. */
	int (*open)(void *context);
	/* With them open: tables, expectations; an exit status. */
	int (*conclude)(void *context);
	void *context;
};

/* An exit status. */
int sweep_slurm(struct sweep_slurm *slurm);

/* For a dry run: tasks, and workers in all of them that are at work at a time. */
int sweep_slurm_size(const struct options *options, const struct plan *plan,
    uint64_t *tasks, uint64_t *workers, struct err *err);

/* Whether options were given that have a meaning for a cluster alone. */
bool sweep_slurm_only(const struct options *options, struct err *err);

#endif
