/*
 * store_run - how does a run's answer get into the tables?
 *
 * The row of the run and everything that hangs on it are written within the
 * caller's transaction, so a run is there as a whole or not at all.
 *
 * Errors      -1 with err; the caller rolls back.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_RUN_H
#define TOOLS_STORE_STORE_RUN_H

#include <stdint.h>

struct err;
struct store;
struct wire_result;

/*
 * Ends the pending run `run_id`.  A run that is not pending (any more) is left
 * as it is: two processes that resume the same sweep do the same work, and
 * the first to write wins.  `token` goes with each finding.
 */
int store_run_write(struct store *store, int64_t run_id,
    const struct wire_result *result, uint64_t wall_ns, const char *token,
    struct err *err);

#endif
