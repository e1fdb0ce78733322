/*
 * sweep_text - how does a sweep read to a person, before and after?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_TEXT_H
#define TOOLS_CLI_SWEEP_TEXT_H

#include <stdint.h>

struct campaign;
struct err;
struct plan;
struct store;

/* One row for each point: its knobs, its runs, what matters most. */
int sweep_text_results(struct store *store, int64_t experiment,
    const struct plan *plan, struct err *err);

/* One row for each point: its knobs; then how many runs. */
void sweep_text_plan(const struct plan *plan);

/*
 * What the whole would cost, judged by the runs that the campaign has
 * executed with so many workers.
 */
void sweep_text_estimate(const struct plan *plan,
    const struct campaign *campaign, uint64_t workers);

#endif
