/*
 * sweep_close - what has to be said beside the figures of a sweep?
 *
 * Runs that are not in the figures, figures that are bounds, why points have
 * the number of seeds that they have, what the audit found; and where the time
 * went.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_CLOSE_H
#define TOOLS_CLI_SWEEP_CLOSE_H

#include <stdint.h>

struct err;
struct store;
struct sweep;

/* To standard output: depends on the results alone. */
int sweep_close(struct store *store, int64_t experiment, struct err *err);

/* To standard error, where progress was shown: the time of this process. */
void sweep_close_times(const struct sweep *sweep, uint64_t wall_ns,
    uint64_t workers);

#endif
