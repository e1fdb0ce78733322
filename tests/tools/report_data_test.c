/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/hist.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/report/report_data.h"
#include "tools/report/report_front.h"
#include "tools/report/report_quantile.h"
#include "tools/report/report_shape.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

static struct err err;

static struct report_data *
load(struct store *store)
{
	struct report_data *data;

	data = report_data_load(store, &err);
	cr_assert_not_null(data, "%s", err.text);
	return (data);
}

static bool
near(double a, double b)
{

	return ((isnan(a) && isnan(b)) || fabs(a - b) <= 1e-6 * fmax(1,
	    fabs(b)));
}

/* --- sums ------------------------------------------------------------------- */

Test(report_data, sums_are_those_of_the_view_summary)
{
	const struct report_experiment *experiment;
	struct report_estimate estimate;
	struct report_data *data;
	struct store_query *query;
	struct store *store;
	size_t i;
	int rows;

	store = report_fixture(fixture_path("sums.db"));
	/* One value that is missing, one run alone, one that crashed. */
	report_fixture_sql(store, "UPDATE metric SET value = NULL WHERE "
	    "run_id = 101 AND stat = 'p99'");
	report_fixture_sql(store, "UPDATE run SET status = 'pending' WHERE "
	    "point_id = 2 AND seed > 1");
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' WHERE "
	    "id = 302");
	data = load(store);
	experiment = &data->experiments[0];
	query = store_query_begin(store, "SELECT point_id, metric, stat, n, "
	    "mean, ci95_low, ci95_high FROM summary", &err);
	cr_assert_not_null(query);
	for (rows = 0; store_query_step(query, &err) > 0; rows++) {
		for (i = 0; experiment->points[i].id !=
		    store_query_int(query, 0);)
			i++;
		estimate = report_find(data, &experiment->points[i],
		    store_query_text(query, 1), store_query_text(query, 2));
		cr_assert_eq((int64_t)estimate.n, store_query_int(query, 3));
		cr_assert(near(estimate.mean, store_query_real(query, 4)));
		cr_assert(near(estimate.low, store_query_real(query, 5)));
		cr_assert(near(estimate.high, store_query_real(query, 6)));
	}
	cr_assert_eq(rows, REPORT_FIXTURE_POINTS * 11);
	store_query_end(query);
	report_data_free(data);
	store_close(store);
}

Test(report_data, what_did_not_end_is_counted_and_in_no_mean)
{
	const struct report_point *point;
	struct report_estimate estimate;
	struct report_data *data;
	struct store *store;

	store = report_fixture(fixture_path("failed.db"));
	report_fixture_sql(store, "UPDATE run SET status = 'timeout' WHERE "
	    "id = 104");
	report_fixture_sql(store, "UPDATE metric SET value = 1e12 WHERE "
	    "run_id = 104");
	report_fixture_sql(store, "UPDATE run SET status = 'finding' WHERE "
	    "id = 103");
	data = load(store);
	point = &data->experiments[0].points[0];
	cr_expect_eq(point->status[REPORT_OK], 2);
	cr_expect_eq(point->status[REPORT_FINDING], 1);
	cr_expect_eq(point->status[REPORT_TIMEOUT], 1);
	cr_expect_eq(report_runs_done(point->status), 3);
	cr_expect_eq(report_runs_all(point->status), 4);
	estimate = report_find(data, point, "footprint_bytes", "mean");
	cr_expect_eq(estimate.n, 3);
	cr_expect(near(estimate.mean, 4002));
	cr_expect(near(estimate.least, 4001));
	cr_expect(near(estimate.most, 4003));
	estimate = report_find(data, point, "no_such_metric", "mean");
	cr_expect_eq(estimate.n, 0);
	cr_expect(isnan(estimate.mean));
	report_data_free(data);
	store_close(store);
}

Test(report_data, a_damaged_histogram_is_no_histogram)
{
	struct report_data *data;
	struct store *store;
	struct hist *hist;

	store = report_fixture(fixture_path("damaged.db"));
	report_fixture_sql(store, "UPDATE histogram SET buckets = x'0105' "
	    "WHERE run_id = 102");
	data = load(store);
	hist = malloc(sizeof(*hist));
	hist_init(hist);
	cr_expect_eq(report_hist(data, &data->experiments[0].points[0],
	    "free_to_use_ns", hist, &err), -1);
	cr_expect_not_null(strstr(err.text, "run 102"));
	hist_init(hist);
	cr_expect_eq(report_hist(data, &data->experiments[0].points[1],
	    "free_to_use_ns", hist, &err), REPORT_FIXTURE_SEEDS);
	cr_expect_eq(hist->count, 2000 * REPORT_FIXTURE_SEEDS);
	free(hist);
	report_data_free(data);
	store_close(store);
}

Test(report_data, a_typical_run_is_the_one_nearest_to_the_mean)
{
	struct report_data *data;
	struct store *store;
	int64_t run;

	store = report_fixture(fixture_path("typical.db"));
	report_fixture_sql(store, "UPDATE metric SET value = 4002.6 WHERE "
	    "run_id = 104 AND name = 'footprint_bytes' AND stat = 'mean'");
	data = load(store);
	run = report_typical_run(data, &data->experiments[0].points[0],
	    "footprint_bytes", "mean", &err);
	cr_expect_eq(run, 102, "%lld", (long long)run);
	cr_expect_eq(report_typical_run(data, &data->experiments[0].points[0],
	    "footprint_bytes", "nothing", &err), 0);
	report_data_free(data);
	store_close(store);
}

/* --- percentiles ------------------------------------------------------------ */

Test(report_quantile, few_values_make_no_number)
{
	static struct hist done, waiting;
	struct quantiles quantiles = { &done, &waiting, 1 };
	char text[40];
	unsigned i;

	cr_expect_eq(quantile_needs(990000), 299);
	cr_expect_eq(quantile_needs(999000), 2995);
	cr_expect_eq(quantile_needs(999900), 29956);
	hist_init(&done);
	hist_init(&waiting);
	for (i = 0; i < 298; i++)
		hist_add(&done, 1000);
	cr_expect_eq(quantiles_at(&quantiles, 990000).kind, QUANTILE_FEW);
	quantile_text(quantiles_at(&quantiles, 990000), text, sizeof(text));
	cr_expect_str_eq(text, "n too small");
	hist_add(&done, 1000);
	cr_expect_eq(quantiles_at(&quantiles, 990000).kind, QUANTILE_KNOWN);
	cr_expect(near(quantiles_at(&quantiles, 990000).ns, 1));
	quantile_text(quantiles_at(&quantiles, 990000), text, sizeof(text));
	cr_expect_str_eq(text, "1 ns");
}

Test(report_quantile, what_still_waits_does_not_improve_it)
{
	static struct hist done, waiting;
	struct quantiles quantiles = { &done, &waiting, 1 };
	struct quantile quantile;
	unsigned i;

	hist_init(&done);
	hist_init(&waiting);
	for (i = 0; i < 9000; i++)
		hist_add(&done, 1000);
	for (i = 0; i < 1000; i++)
		hist_add(&waiting, 5000000);
	cr_expect_eq(quantiles_at(&quantiles, 500000).kind, QUANTILE_KNOWN);
	quantile = quantiles_at(&quantiles, 990000);
	cr_expect_eq(quantile.kind, QUANTILE_AT_LEAST);
	cr_expect(near(quantile.ns, 5000));
	quantile = quantiles_at(&quantiles, 1000000);
	cr_expect_eq(quantile.kind, QUANTILE_AT_LEAST);
	cr_expect(near(quantile.ns, 5000));
}

/* Kaplan and Meier come to an end with the last one, and know nothing by it. */
Test(report_quantile, the_last_one_does_not_speak_for_those_that_wait)
{
	static struct hist done, waiting;
	struct quantiles quantiles = { &done, &waiting, 1 };
	struct quantile quantile;
	unsigned i;

	hist_init(&done);
	hist_init(&waiting);
	for (i = 0; i < 99; i++)
		hist_add(&done, 1000 * (i + 1));
	for (i = 0; i < 316; i++)
		hist_add(&waiting, 500000);
	hist_add(&done, 994000);
	quantile = quantiles_at(&quantiles, 990000);
	cr_expect_eq(quantile.kind, QUANTILE_AT_LEAST);
	cr_expect(quantile.ns > 985 && quantile.ns <= 994, "%g", quantile.ns);
	/* A fifth was done among all of them: that is known well. */
	cr_expect_eq(quantiles_at(&quantiles, 200000).kind, QUANTILE_KNOWN);
	/* So is what nobody was lost before. */
	hist_init(&waiting);
	for (i = 0; i < 316; i++)
		hist_add(&done, 500000);
	cr_expect_eq(quantiles_at(&quantiles, 990000).kind, QUANTILE_KNOWN);
}

/* 350 items in all, but only 250 from which a p99 could be known. */
Test(report_quantile, who_was_lost_at_once_does_not_count)
{
	static struct hist done, waiting;
	struct quantiles quantiles = { &done, &waiting, 1 };
	unsigned i;

	hist_init(&done);
	hist_init(&waiting);
	for (i = 0; i < 250; i++)
		hist_add(&done, 100000 + 100 * i);
	for (i = 0; i < 100; i++)
		hist_add(&waiting, 10);
	cr_expect_eq(quantiles_at(&quantiles, 990000).kind, QUANTILE_AT_LEAST);
	cr_expect_eq(quantiles_at(&quantiles, 900000).kind, QUANTILE_KNOWN);
	for (i = 0; i < 48; i++)
		hist_add(&done, 100000);
	cr_expect_eq(quantiles_at(&quantiles, 990000).kind, QUANTILE_AT_LEAST);
	hist_add(&done, 100000);
	cr_expect_eq(quantiles_at(&quantiles, 990000).kind, QUANTILE_KNOWN);
}

Test(report_quantile, no_percentile_is_above_the_maximum)
{
	struct quantiles quantiles;
	struct report_data *data;
	struct store *store;

	store = report_fixture(fixture_path("quantile.db"));
	data = load(store);
	cr_assert_eq(quantiles_load(&quantiles, data,
	    &data->experiments[0].points[0], "free_to_use_ns", &err), 0);
	cr_expect_eq(quantiles.runs, REPORT_FIXTURE_SEEDS);
	cr_expect_leq(quantiles_at(&quantiles, 999000).ns,
	    quantiles_at(&quantiles, 1000000).ns);
	quantiles_fini(&quantiles);
	report_data_free(data);
	store_close(store);
}

/* --- the shape -------------------------------------------------------------- */

Test(report_shape, modes_are_slices_and_numbers_are_axes)
{
	const struct report_experiment *experiment;
	const struct shape_slice *slice;
	struct report_data *data;
	struct shape *shape;
	struct store *store;
	char label[SHAPE_LABEL_SIZE];

	store = report_fixture(fixture_path("shape.db"));
	data = load(store);
	experiment = &data->experiments[0];
	shape = shape_make(experiment);
	cr_assert_eq(shape->slice_count, 3);
	cr_expect_str_eq(shape->slices[0].label, "eager");
	cr_expect_eq(shape->slices[0].axis_count, 1);
	slice = &shape->slices[1];
	cr_expect_str_eq(slice->label, "deferred");
	cr_assert_eq(slice->axis_count, 2);
	cr_expect_str_eq(slice->axes[0].knob, "zone.bucket_size");
	cr_expect_eq(slice->axes[0].count, 3);
	cr_expect_str_eq(slice->axes[0].values[2], "62");
	cr_expect_str_eq(slice->axes[1].knob, "core.deferral");
	cr_expect_eq(slice->axes[1].count, 2);
	/* 16 is the middle of 4, 16, 62; 4 the upper of 1, 4. */
	shape_label(shape, slice, slice->middle, label, sizeof(label));
	cr_expect_str_eq(label, "deferred, bucket_size 16, deferral 4");
	cr_expect_eq(shape_slice_of(shape, slice->middle), slice);
	shape_settings(&experiment->points[slice->middle], label,
	    sizeof(label));
	cr_expect_str_eq(label, "core.deferral=4 core.mode=deferred "
	    "zone.bucket_size=16");
	shape_free(shape);
	report_data_free(data);
	store_close(store);
}

Test(report_shape, one_value_is_no_axis_and_policies_are_named)
{
	struct report_data *data;
	struct shape *shape;
	struct store *store;

	store = store_open(fixture_path("policies.db"), STORE_WRITE, &err);
	report_fixture_sql(store, "INSERT INTO experiment VALUES (1, 'p', "
	    "'', '', '', '', '', '', '', NULL)");
	report_fixture_sql(store, "INSERT INTO point VALUES (1, 1, 'gus', 0), "
	    "(2, 1, 'epoch', 1)");
	report_fixture_sql(store, "INSERT INTO point_knob VALUES "
	    "(1, 'machine.cpus', '4', 4), (2, 'machine.cpus', '4', 4)");
	data = load(store);
	shape = shape_make(&data->experiments[0]);
	cr_assert_eq(shape->slice_count, 2);
	cr_expect_str_eq(shape->slices[0].label, "gus");
	cr_expect_str_eq(shape->slices[1].label, "epoch");
	cr_expect_eq(shape->slices[1].axis_count, 0);
	shape_free(shape);
	report_data_free(data);
	store_close(store);
}

/* A little of it, for what is exact is beyond statistics. */
static void
noise(struct store *store)
{

	report_fixture_sql(store, "UPDATE metric SET value = value * "
	    "(1 + 1e-7 * (run_id * 7919 %% 101))");
}

Test(report_front, only_points_that_nothing_beats)
{
	const struct report_experiment *experiment;
	struct report_data *data;
	struct report_front *front;
	struct store *store;
	size_t i;

	store = report_fixture(fixture_path("front.db"));
	noise(store);
	data = load(store);
	experiment = &data->experiments[0];
	front = report_front_make(data, experiment, &err);
	cr_assert_not_null(front, "%s", err.text);
	/* Eager has no second number: it is best at each bucket size. */
	cr_assert_eq(front->order_count, 3, "%zu", front->order_count);
	for (i = 0; i < 3; i++)
		cr_expect_eq(front->order[i], i);
	/* There is little noise: what is worse is so for certain. */
	cr_expect_eq(front->n, REPORT_FIXTURE_SEEDS);
	cr_expect_eq(front->maybe_count, 0);
	for (i = 3; i < REPORT_FIXTURE_POINTS; i++)
		cr_expect_eq(front->place[i], REPORT_DOMINATED, "%zu", i);
	report_front_free(front);
	report_data_free(data);
	store_close(store);
}

Test(report_front, what_chance_may_have_done_is_maybe)
{
	const struct report_experiment *experiment;
	struct report_data *data;
	struct report_front *front;
	struct store *store;

	store = report_fixture(fixture_path("maybe.db"));
	noise(store);
	/* Point 4 is now as good as point 1, but for luck. */
	report_fixture_sql(store, "UPDATE metric SET value = value + "
	    "CASE run_id %% 2 WHEN 0 THEN 900 ELSE -880 END WHERE run_id "
	    "IN (SELECT id FROM run WHERE point_id = 4)");
	data = load(store);
	experiment = &data->experiments[0];
	front = report_front_make(data, experiment, &err);
	cr_assert_not_null(front, "%s", err.text);
	cr_expect_eq(front->place[0], REPORT_FRONT);
	cr_expect_eq(front->place[3], REPORT_MAYBE);
	cr_expect_eq(front->maybe_count, 1);
	cr_expect_eq(front->unpaired, 0);
	report_front_free(front);
	/* A point that lacks a run is not called beaten. */
	report_data_free(data);
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' "
	    "WHERE id = 503");
	data = load(store);
	experiment = &data->experiments[0];
	front = report_front_make(data, experiment, &err);
	cr_expect_eq(front->n, REPORT_FIXTURE_SEEDS);
	cr_expect_eq(front->unpaired, 1);
	cr_expect_eq(front->place[4], REPORT_MAYBE);
	report_front_free(front);
	report_data_free(data);
	store_close(store);
}

static int64_t
count_of(struct store *store, const char *sql)
{
	struct store_query *query;
	int64_t count;

	query = store_query_begin(store, sql, &err);
	cr_assert_not_null(query, "%s", err.text);
	cr_assert_eq(store_query_step(query, &err), 1, "%s", err.text);
	count = store_query_int(query, 0);
	store_query_end(query);
	return (count);
}

Test(summary, what_is_kept_is_what_would_be_added_up)
{
	static const char differ[] = "SELECT count(*) FROM (SELECT * FROM "
	    "live EXCEPT SELECT * FROM summary)";
	struct store *store;

	store = report_fixture(fixture_path("kept.db"));
	report_fixture_sql(store, "CREATE TEMP TABLE live AS "
	    "SELECT * FROM summary");
	cr_assert_gt(count_of(store, "SELECT count(*) FROM live"), 100);
	cr_expect_eq(count_of(store, "SELECT count(*) FROM summary_point"),
	    0);
	report_fixture_sql(store, "UPDATE experiment SET finished_at = "
	    "finished_at");
	cr_expect_eq(count_of(store, "SELECT count(*) FROM summary_point"),
	    REPORT_FIXTURE_POINTS);
	/* To the last digit, and no row more. */
	cr_expect_eq(count_of(store, differ), 0);
	cr_expect_eq(count_of(store, "SELECT count(*) FROM summary"),
	    count_of(store, "SELECT count(*) FROM live"));
	/* A change is seen, in its point alone. */
	report_fixture_sql(store, "UPDATE metric SET value = value + 1 WHERE "
	    "run_id = 101 AND name = 'footprint_bytes' AND stat = 'mean'");
	cr_expect_eq(count_of(store, "SELECT count(*) FROM summary_point"),
	    REPORT_FIXTURE_POINTS - 1);
	cr_expect_eq(count_of(store, differ), 1);
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' "
	    "WHERE id = 201");
	cr_expect_eq(count_of(store, "SELECT n FROM summary WHERE "
	    "point_id = 2 AND metric = 'footprint_bytes'"),
	    REPORT_FIXTURE_SEEDS - 1);
	/* An experiment that goes on is added up anew. */
	report_fixture_sql(store, "DELETE FROM metric WHERE run_id = 301");
	cr_expect_eq(count_of(store, "SELECT count(*) FROM summary_point"),
	    REPORT_FIXTURE_POINTS - 3);
	store_close(store);
}
