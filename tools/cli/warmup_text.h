/*
 * warmup_text - what does a sweep say of its own warm-up?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_WARMUP_TEXT_H
#define TOOLS_CLI_WARMUP_TEXT_H

#include <stdint.h>

struct err;
struct plan;
struct store;

/*
 * A line for each verdict that somebody should act on, with a point that has it
 * and what to do, or one that all is well; nothing where no run has a series.
 * Of many points, some that are spread evenly over the plan.
 */
int warmup_text(struct store *store, int64_t experiment,
    const struct plan *plan, struct err *err);

#endif
