/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* vasprintf() */
#include "tests/tools/report_fixture.h"

#include <criterion/criterion.h>

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"
#include "sim/base/hist.h"
#include "tools/store/series.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

static struct err err;

void
report_fixture_sql(struct store *store, const char *format, ...)
{
	va_list args;
	char *sql;

	va_start(args, format);
	cr_assert_gt(vasprintf(&sql, format, args), 0);
	va_end(args);
	cr_assert_eq(store_query_run(store, sql, &err), 0, "%s: %s", sql,
	    err.text);
	free(sql);
}

static void
put_blob(struct store *store, const char *sql, int64_t run, const void *bytes,
    size_t length)
{
	struct store_query *query;

	query = store_query_begin(store, sql, &err);
	cr_assert_not_null(query);
	store_query_bind_int(query, 1, run);
	store_query_bind_blob(query, 2, bytes, length);
	cr_assert_eq(store_query_step(query, &err), 0);
	store_query_end(query);
}

static void
put_metric(struct store *store, int64_t run, const char *name,
    const char *stat, const char *unit, double value)
{

	report_fixture_sql(store, "INSERT INTO metric VALUES (%lld, '%s', "
	    "'%s', '%s', %.17g)", (long long)run, name, stat, unit, value);
}

/* 2000 latencies around the p99 of the run, in picoseconds. */
static void
put_histogram(struct store *store, int64_t run, double ns)
{
	static unsigned char bytes[HIST_ENCODED_MAX];
	struct hist *hist;
	size_t length;
	unsigned i;

	hist = malloc(sizeof(*hist));
	cr_assert_not_null(hist);
	hist_init(hist);
	for (i = 1; i <= 2000; i++)
		hist_add(hist, (uint64_t)(ns * 1000 * i / 1980));
	length = hist_encode(hist, bytes, sizeof(bytes));
	free(hist);
	put_blob(store, "INSERT INTO histogram VALUES (?, 'free_to_use_ns', "
	    "'ps', ?)", run, bytes, length);
}

static void
put_hist(struct store *store, int64_t run, const char *name,
    const struct hist *hist)
{
	static unsigned char bytes[HIST_ENCODED_MAX];
	char sql[160];

	report_fixture_sql(store, "DELETE FROM histogram WHERE run_id = %lld "
	    "AND name = '%s'", (long long)run, name);
	snprintf(sql, sizeof(sql), "INSERT INTO histogram VALUES (?, '%s', "
	    "'ps', ?)", name);
	put_blob(store, sql, run, bytes, hist_encode(hist, bytes,
	    sizeof(bytes)));
}

void
report_fixture_waits(struct store *store, int64_t run, unsigned done,
    unsigned waiting)
{
	struct hist *hist;
	unsigned i;

	hist = malloc(sizeof(*hist));
	cr_assert_not_null(hist);
	hist_init(hist);
	for (i = 1; i <= done; i++)
		hist_add(hist, i < done ? 10000 : 900000);
	put_hist(store, run, "free_to_use_ns", hist);
	hist_init(hist);
	for (i = 0; i < waiting; i++)
		hist_add(hist, 110000);
	put_hist(store, run, "free_to_use_censored_ns", hist);
	free(hist);
	report_fixture_sql(store, "DELETE FROM metric WHERE run_id = %lld AND "
	    "name = 'censored_items'", (long long)run);
	put_metric(store, run, "censored_items", "total", "1", waiting);
	put_metric(store, run, "free_to_use_ns", "count", "1", done);
}

static void
put_series(struct store *store, int64_t run, double bytes)
{
	static const char *const names[] = { "live", "unstamped",
		"stamped_unsafe", "safe_unknown", "ready", "buckets", "slabs",
		"total", "clairvoyant" };
	static const double shares[] = { 0.3, 0.1, 0.1, 0.2, 0.1, 0.1, 0.9, 1,
		0.4 };
	static unsigned char blob[SERIES_ENCODED_MAX(64)];
	uint64_t points[64];
	char sql[120];
	size_t i, k;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (k = 0; k < 64; k++)
			points[k] = (uint64_t)(bytes * shares[i] *
			    (1 + 0.2 * sin((double)k / 8)));
		snprintf(sql, sizeof(sql), "INSERT INTO series VALUES (?, "
		    "'%s', 'bytes', 100000, ?)", names[i]);
		put_blob(store, sql, run, blob, series_encode(points, 64,
		    blob));
	}
}

static void
put_runs(struct store *store, int64_t point, double bucket, double second)
{
	static const char *const parts[] = { "batching", "readers",
		"detection", "demand" };
	double bytes, ns;
	int64_t run;
	int i, seed;

	for (seed = 1; seed <= REPORT_FIXTURE_SEEDS; seed++) {
		run = point * 100 + seed;
		bytes = 1000 * bucket + 10 * second + seed;
		ns = 1e6 / bucket + 1000 * second + seed;
		report_fixture_sql(store, "INSERT INTO run VALUES (%lld, %lld, "
		    "%d, 'ok', 'aa', 1000, 1000, 1000)", (long long)run,
		    (long long)point, seed);
		put_metric(store, run, "footprint_bytes", "mean", "bytes",
		    bytes);
		put_metric(store, run, "footprint_bytes", "peak", "bytes",
		    bytes * 2);
		put_metric(store, run, "footprint_bytes", "clairvoyant_mean",
		    "bytes", 500);
		put_metric(store, run, "footprint_bytes", "clairvoyant_peak",
		    "bytes", 1000);
		put_metric(store, run, "free_to_use_ns", "p99", "ns", ns);
		put_metric(store, run, "free_to_safe_ns", "p99", "ns", 100);
		put_metric(store, run, "censored_items", "total", "1", seed);
		for (i = 0; i < 4; i++)
			put_metric(store, run, "latency_split_ns", parts[i],
			    "ns", ns / (4 + i));
		put_histogram(store, run, ns);
		put_series(store, run, bytes);
	}
}

static void
put_point(struct store *store, int64_t point, const char *mode, int bucket,
    const char *knob, int second)
{

	report_fixture_sql(store, "INSERT INTO point VALUES (%lld, 1, 'gus', "
	    "%lld)", (long long)point, (long long)point - 1);
	report_fixture_sql(store, "INSERT INTO point_knob VALUES "
	    "(%lld, 'core.mode', '%s', 1), "
	    "(%lld, 'zone.bucket_size', '%d', %d)", (long long)point, mode,
	    (long long)point, bucket, bucket);
	if (knob != NULL)
		report_fixture_sql(store, "INSERT INTO point_knob VALUES "
		    "(%lld, '%s', '%d', %d)", (long long)point, knob, second,
		    second);
	put_runs(store, point, bucket, second);
}

struct store *
report_fixture(const char *path)
{
	static const int buckets[] = { 4, 16, 62 }, seconds[] = { 1, 4 };
	struct store *store;
	int64_t point;
	int b, s;

	store = store_open(path, STORE_WRITE, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(store_begin(store, &err), 0);
	report_fixture_sql(store, "INSERT INTO experiment VALUES (1, 'grid', "
	    "'name: grid\n', 'd1', 'gusim sweep grid.yaml', '0.1', 'b1', "
	    "'a host', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z')");
	point = 0;
	for (b = 0; b < 3; b++)
		put_point(store, ++point, "eager", buckets[b], NULL, 0);
	for (b = 0; b < 3; b++)
		for (s = 0; s < 2; s++)
			put_point(store, ++point, "deferred", buckets[b],
			    "core.deferral", seconds[s]);
	for (b = 0; b < 3; b++)
		for (s = 0; s < 2; s++)
			put_point(store, ++point, "lazy", buckets[b],
			    "core.lazy_grace", seconds[s]);
	cr_assert_eq(point, REPORT_FIXTURE_POINTS);
	cr_assert_eq(store_commit(store, &err), 0);
	return (store);
}
