/*
 * sweep_text - how does a sweep read to a person, before and after?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_TEXT_H
#define TOOLS_CLI_SWEEP_TEXT_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct plan;
struct store;

/* One row for each point: its knobs, its runs, what matters most. */
int sweep_text_results(struct store *store, int64_t experiment,
    const struct plan *plan, struct err *err);

/* One row for each point: its knobs.  Of many points some, unless `all`. */
void sweep_text_plan(const struct plan *plan, bool all);

#endif
