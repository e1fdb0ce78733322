/*
 * store_quantile_test - is a quantile that of the rows that it is of?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/store/store.h"
#include "tools/store/store_quantile.h"

enum { POINT = 1 };

static struct err err;

static struct store_quantile
judge(struct store *store, const char *name)
{
	struct store_quantile answer;

	cr_assert_eq(store_quantile(store, POINT, name, 0.99, &answer, &err),
	    0, "%s", err.text);
	return (answer);
}

Test(store_quantile, it_is_of_all_runs_that_ended)
{
	struct store_quantile answer, fewer;
	struct store *store;

	store = report_fixture(fixture_path("quantile.db"));
	answer = judge(store, "free_to_use_ns");
	cr_expect_eq(answer.interval.n, REPORT_FIXTURE_SEEDS);
	cr_expect_eq(answer.needed, 299);
	/* Runs that are nearly alike know it well. */
	cr_expect_gt(answer.effective, 299);
	cr_expect(answer.interval.low <= answer.interval.value &&
	    answer.interval.value <= answer.interval.high);
	report_fixture_sql(store, "UPDATE run SET status = 'timeout' WHERE "
	    "point_id = %d AND seed > 1", POINT);
	fewer = judge(store, "free_to_use_ns");
	cr_expect_eq(fewer.interval.n, 1);
	cr_expect(isnan(fewer.interval.high));
	cr_expect_eq(fewer.effective, 0);
	cr_expect_float_eq(fewer.interval.value / answer.interval.value, 1,
	    0.02);
	answer = judge(store, "no_such_ns");
	cr_expect_eq(answer.interval.n, 0);
	store_close(store);
}

Test(store_quantile, a_damaged_histogram_is_told)
{
	struct store_quantile answer;
	struct store *store;

	store = report_fixture(fixture_path("quantile_damaged.db"));
	report_fixture_sql(store, "UPDATE histogram SET buckets = x'0102' "
	    "WHERE run_id = %d", POINT * 100 + 1);
	cr_expect_eq(store_quantile(store, POINT, "free_to_use_ns", 0.99,
	    &answer, &err), -1);
	cr_expect_not_null(strstr(err.text,
	    "histogram free_to_use_ns of run 101 is damaged"), "%s", err.text);
	store_close(store);
}
