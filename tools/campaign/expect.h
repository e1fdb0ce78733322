/*
 * expect - did every expectation hold?
 *
 * Judges all runs of an experiment that are done, whoever executed them and
 * when, from what the store says.  Without a word in the scenario it is
 * expected that no check fires and that every run comes to its end.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_EXPECT_H
#define TOOLS_CAMPAIGN_EXPECT_H

#include <stdint.h>

struct err;
struct plan;
struct store;

/*
 * Prints to standard error what did not hold, a few examples of each with the
 * line to replay them, and counts in `broken` the runs that are meant.
 */
int expect_judge(struct store *store, int64_t experiment,
    const struct plan *plan, uint64_t *broken, struct err *err);

#endif
