/*
 * store_fixture - what do the tests of the store have in common?
 *
 * A folder that vanishes, a small plan made by hand, and an answer for any
 * run.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TOOLS_STORE_FIXTURE_H
#define TESTS_TOOLS_STORE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "tools/scenario/plan.h"
#include "tools/campaign/wire.h"

enum { FIXTURE_POINTS_MAX = 8 };

struct fixture_plan {
	struct scenario scenario;
	struct plan_point points[FIXTURE_POINTS_MAX];
	struct plan_knob knobs[FIXTURE_POINTS_MAX];
	struct plan plan;
};

/* A folder of this process's own; removed when it ends. */
const char *fixture_folder(void);
/* A path in it; good until the test ends. */
char *fixture_path(const char *name);

/* The scenario `fixture` over zone.bucket_size 4, 5, ..., seeds from 1. */
void fixture_plan_init(struct fixture_plan *plan, size_t points,
    uint64_t seeds);

/* A store with such an experiment, all runs pending; run ids from 1. */
struct store *fixture_sweep(const char *path, size_t points, uint64_t seeds);

/* The same for the same number: three metrics, one of them NAN, one finding. */
struct wire_result *fixture_result(uint64_t number);

/* The first column of the first row; 0 if there is none. */
int64_t fixture_number(struct store *store, const char *sql);

/* One page of bytes that mean nothing. */
const void *fixture_garbage(void);

#endif
