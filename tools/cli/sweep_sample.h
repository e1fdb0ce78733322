/*
 * sweep_sample - which points does a sweep look at once more when it ends?
 *
 * All of them, or of many some that are spread evenly over the plan: they tell
 * enough, and more would cost seconds.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_SWEEP_SAMPLE_H
#define TOOLS_CLI_SWEEP_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct plan;
struct store;
struct wrap;

enum { SWEEP_SAMPLE_POINTS = 256 };

/* What is to be done with a point of the plan; not 0 ends it all. */
typedef int sweep_sample_visit(void *context, struct store *store,
    int64_t point_id, size_t ordinal, struct err *err);

/* In the order of the plan. */
int sweep_sample(struct store *store, int64_t experiment,
    const struct plan *plan, sweep_sample_visit *visit, void *context,
    struct err *err);

/* "gus zone.bucket_size=32" */
void sweep_sample_name(struct wrap *wrap, const struct plan *plan,
    size_t ordinal);

#endif
