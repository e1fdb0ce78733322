/*
 * store_warmup_test - is a warm-up judged by the rows that it is of?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/store/series.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"
#include "tools/store/store_warmup.h"

enum { POINT = 1, COUNT = 100 };

static struct err err;

/* A footprint that is nothing for a fifth of the time in place of the run's. */
static void
put(struct store *store, int64_t run, size_t count, double step_ns)
{
	unsigned char bytes[SERIES_ENCODED_MAX(COUNT)];
	struct store_query *query;
	uint64_t points[COUNT];
	size_t i;

	report_fixture_sql(store, "DELETE FROM series WHERE run_id = %lld",
	    (long long)run);
	for (i = 0; i < count; i++)
		points[i] = i < 20 ? 0 : 1000 + (i + (size_t)run) % 3;
	query = store_query_begin(store, "INSERT INTO series VALUES (?1, "
	    "'total', 'bytes', ?3, ?2)", &err);
	cr_assert_not_null(query, "%s", err.text);
	store_query_bind_int(query, 1, run);
	store_query_bind_blob(query, 2, bytes, series_encode(points, count,
	    bytes));
	store_query_bind_real(query, 3, step_ns);
	cr_assert_eq(store_query_step(query, &err), 0);
	store_query_end(query);
}

static struct store *
begin(void)
{
	struct store *store;
	int64_t seed;

	store = report_fixture(fixture_path("warmup.db"));
	for (seed = 1; seed <= REPORT_FIXTURE_SEEDS; seed++)
		put(store, POINT * 100 + seed, COUNT, 5000);
	return (store);
}

static struct store_warmup
judge(struct store *store)
{
	struct store_warmup answer;

	cr_assert_eq(store_warmup(store, POINT, &answer, &err), 0, "%s",
	    err.text);
	return (answer);
}

Test(store_warmup, what_begins_empty_shall_warm_up_longer)
{
	struct store_warmup answer;
	struct store *store;

	store = begin();
	answer = judge(store);
	cr_expect_eq(answer.warmup.verdict, WARMUP_LONGER, "%s",
	    warmup_words[answer.warmup.verdict]);
	cr_expect_eq(answer.warmup.cut, 20);
	cr_expect_eq(answer.warmup.count, COUNT);
	cr_expect_eq(answer.warmup.replicas, REPORT_FIXTURE_SEEDS);
	cr_expect_eq(answer.step_ns, 5000);
	store_close(store);
}

Test(store_warmup, runs_that_did_not_end_do_not_count)
{
	struct store_warmup answer;
	struct store *store;

	store = begin();
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' WHERE "
	    "point_id = %d AND seed = 2", POINT);
	answer = judge(store);
	cr_expect_eq(answer.warmup.replicas, REPORT_FIXTURE_SEEDS - 1);
	/* Of another step, and shorter. */
	put(store, POINT * 100 + 3, COUNT, 7000);
	put(store, POINT * 100 + 4, 80, 5000);
	answer = judge(store);
	cr_expect_eq(answer.warmup.replicas, 2);
	cr_expect_eq(answer.warmup.count, 80);
	cr_expect_eq(answer.warmup.cut, 20);
	cr_expect_eq(answer.warmup.verdict, WARMUP_UNKNOWN, "of two runs");
	report_fixture_sql(store, "DELETE FROM series");
	answer = judge(store);
	cr_expect_eq(answer.warmup.replicas, 0);
	cr_expect_eq(answer.warmup.verdict, WARMUP_UNKNOWN);
	store_close(store);
}

Test(store_warmup, a_damaged_series_is_told)
{
	struct store_warmup answer;
	struct store *store;

	store = begin();
	report_fixture_sql(store, "UPDATE series SET points = x'0102ff' WHERE "
	    "run_id = %d", POINT * 100 + 1);
	cr_expect_eq(store_warmup(store, POINT, &answer, &err), -1);
	cr_expect_not_null(strstr(err.text, "series total of run 101 is damaged"),
	    "%s", err.text);
	store_close(store);
}
