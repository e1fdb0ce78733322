/*
 * tail_text - what does a sweep say of tails that it has hardly seen?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_TAIL_TEXT_H
#define TOOLS_CLI_TAIL_TEXT_H

#include <stdint.h>

struct err;
struct plan;
struct store;

/*
 * A line where the p99 of free-to-use rests on fewer independent frees than a
 * bound on it needs, with the point that has the fewest; nothing where all have
 * enough.  Points of one run are not judged: nobody can tell.  Of many points,
 * some that are spread evenly over the plan.
 */
int tail_text(struct store *store, int64_t experiment,
    const struct plan *plan, struct err *err);

#endif
