/*
 * slurm - what does the cluster do with a sweep?
 *
 * Slurm is spoken to through sbatch and squeue; nothing of it is linked.
 *
 * Errors      -1 with err: Slurm is not there, cannot be reached or refuses;
 *             what it said is in err.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLUSTER_SLURM_H
#define TOOLS_CLUSTER_SLURM_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/cluster/folder.h"
#include "tools/cluster/program.h"

struct err;

/* What the person wants of the array, and of the job after it. */
struct slurm_wish {
	const char *name;		/* of the scenario */
	const char *partition;		/* NULL: the cluster's default */
	uint64_t workers;		/* processors for each task; 0: as Slurm has it */
	uint64_t at_most;		/* tasks at a time; 0: no limit */
	struct program_line more;	/* options for both, in the person's words */
};

/* Is sbatch there at all? */
int slurm_there(struct err *err);

/*
 * Submits a task for each shard (from 0) that `wanted` says, and the merge
 * that waits for their end, however they end.  Fills in the folder's job ids:
 * that of the array also where the merge was refused.
 */
int slurm_submit(struct folder *folder, const struct slurm_wish *wish,
    const bool *wanted, struct err *err);

/* How many tasks and jobs of a folder are in which state. */
struct slurm_states {
	unsigned waiting;	/* in the queue, also again */
	unsigned working;	/* running, or about to end */
};

int slurm_look(const struct folder *folder, struct slurm_states *states,
    struct err *err);

#endif
