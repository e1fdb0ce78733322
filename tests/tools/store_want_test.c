/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/store_fixture.h"
#include "tools/campaign/wire.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"
#include "tools/store/store_run.h"

static struct err err;

Test(store_want, makes_the_point_its_knobs_and_the_run_once)
{
	struct fixture_plan plan;
	struct store *store;
	int64_t id, run, again;
	bool done;

	fixture_plan_init(&plan, 3, 0);
	store = store_open(NULL, STORE_MEMORY, &err);
	cr_assert_eq(store_experiment_start(store, &plan.plan, "gusim tune",
	    &id, &err), 0, "%s", err.text);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM point"), 0);
	cr_assert_eq(store_experiment_want(store, id, &plan.plan, 2, 7, &run,
	    &done, &err), 0, "%s", err.text);
	cr_assert(!done);
	cr_assert_eq(fixture_number(store, "SELECT ordinal FROM point"), 2);
	cr_assert_eq(fixture_number(store, "SELECT number FROM point_knob"), 6);
	cr_assert_eq(fixture_number(store, "SELECT seed FROM run WHERE "
	    "status = 'pending'"), 7);
	cr_assert_eq(store_experiment_want(store, id, &plan.plan, 2, 7, &again,
	    &done, &err), 0);
	cr_assert_eq(again, run);
	cr_assert(!done);
	cr_assert_eq(store_experiment_want(store, id, &plan.plan, 2, UINT64_MAX,
	    &again, &done, &err), 0);
	cr_assert_neq(again, run);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM point"), 1);
	cr_assert_eq(store_run_write(store, run, fixture_result(1), 5, "", &err),
	    0, "%s", err.text);
	cr_assert_eq(store_experiment_want(store, id, &plan.plan, 2, 7, &again,
	    &done, &err), 0);
	cr_assert(done);
	cr_assert_eq(again, run);
	store_close(store);
}

Test(store_want, within_a_transaction_it_can_be_undone)
{
	struct fixture_plan plan;
	struct store *store;
	int64_t id, run;
	bool done;

	fixture_plan_init(&plan, 2, 0);
	store = store_open(NULL, STORE_MEMORY, &err);
	cr_assert_eq(store_experiment_start(store, &plan.plan, "x", &id, &err),
	    0);
	cr_assert_eq(store_begin(store, &err), 0);
	cr_assert_eq(store_experiment_want(store, id, &plan.plan, 0, 1, &run,
	    &done, &err), 0);
	store_rollback(store);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM point"), 0);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run"), 0);
	store_close(store);
}

Test(store_want, values_come_by_seed_and_fates_are_counted)
{
	struct fixture_plan plan;
	struct store_fates fates;
	struct store_value *values;
	struct wire_result *result;
	struct store *store;
	int64_t id, run;
	size_t count, i;
	bool done;
	/* Seeds without a sign: the last is the largest. */
	static const uint64_t seeds[] = { UINT64_MAX, 3, 1, 2, 9, 8 };

	fixture_plan_init(&plan, 2, 0);
	store = store_open(NULL, STORE_MEMORY, &err);
	cr_assert_eq(store_experiment_start(store, &plan.plan, "x", &id, &err),
	    0);
	for (i = 0; i < 6; i++) {
		cr_assert_eq(store_experiment_want(store, id, &plan.plan, 1,
		    seeds[i], &run, &done, &err), 0);
		if (seeds[i] == 9)
			continue;
		result = fixture_result(i);
		if (seeds[i] == 8) {
			memset(result, 0, sizeof(*result));
			result->status = RUN_TIMEOUT;
		}
		cr_assert_eq(store_run_write(store, run, result, 1, "", &err),
		    0, "%s", err.text);
	}
	result = fixture_result(0);
	cr_assert_eq(store_experiment_values(store, id, 1,
	    result->metrics[0].name, result->metrics[0].stat, &values, &count,
	    &err), 0, "%s", err.text);
	cr_assert_eq(count, 4);
	cr_assert_eq(values[0].seed, 1);
	cr_assert_eq(values[2].seed, 3);
	cr_assert_eq(values[3].seed, UINT64_MAX);
	cr_assert_eq(values[3].value, result->metrics[0].value);
	free(values);
	cr_assert_eq(store_experiment_values(store, id, 0, "nothing", "mean",
	    &values, &count, &err), 0);
	cr_assert_eq(count, 0);
	free(values);
	cr_assert_eq(store_experiment_fates(store, id, 1, &fates, &err), 0);
	cr_assert_eq(fates.pending, 1);
	cr_assert_eq(fates.ok + fates.finding, 4);
	cr_assert_eq(fates.timeout, 1);
	cr_assert_eq(store_experiment_fates(store, id, 0, &fates, &err), 0);
	cr_assert_eq(fates.ok + fates.pending, 0);
	cr_assert_eq(store_experiment_fates_all(store, id, &fates, &err), 0);
	cr_assert_eq(fates.pending, 1);
	store_close(store);
}
