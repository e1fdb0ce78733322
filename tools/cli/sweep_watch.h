/*
 * sweep_watch - are the tasks of a cluster done yet?
 *
 * Waits until Slurm knows no waiting or working job of a folder any more, with
 * progress from the databases of the shards.  `sbatch --wait` would do no: it
 * calls a merge that was cancelled a success.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_WATCH_H
#define TOOLS_CLI_SWEEP_WATCH_H

#include "tools/cli/progress.h"

struct err;
struct folder;
struct plan;

/*
 * 0: none is left; a number above it: the signal that ended the wait; -1 with
 * err: Slurm did not answer for minutes.
 */
int sweep_watch(const struct folder *folder, const struct plan *plan,
    enum progress_mode mode, struct err *err);

#endif
