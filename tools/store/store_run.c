/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_run.h"

#include <sqlite3.h>
#include <string.h>

#include "tools/store/store_sqlite.h"
#include "tools/campaign/wire.h"

static const char *const statement_text[] = {
	[STORE_RUN_DONE] = "UPDATE run SET status = ?2, digest = ?3, "
	    "sim_ns = ?4, accesses = ?5, wall_ns = ?6 "
	    "WHERE id = ?1 AND status = 'pending'",
	[STORE_METRIC] = "INSERT INTO metric (run_id, name, stat, unit, value) "
	    "VALUES (?1, ?2, ?3, ?4, ?5)",
	[STORE_HISTOGRAM] = "INSERT INTO histogram (run_id, name, unit, "
	    "buckets) VALUES (?1, ?2, ?3, ?4)",
	[STORE_SERIES] = "INSERT INTO series (run_id, name, unit, step_ns, "
	    "points) VALUES (?1, ?2, ?3, ?4, ?5)",
	[STORE_COVERAGE] = "INSERT INTO coverage (run_id, name, hits) "
	    "VALUES (?1, ?2, ?3)",
	[STORE_FINDING] = "INSERT INTO finding (run_id, check_name, summary, "
	    "token) VALUES (?1, ?2, ?3, ?4)",
};

/* A statement with its first parameter, the run; NULL with err. */
static sqlite3_stmt *
statement(struct store *store, enum store_statement which, int64_t run_id,
    struct err *err)
{
	sqlite3_stmt *row;

	row = store_statement(store, which, statement_text[which], err);
	if (row != NULL)
		sqlite3_bind_int64(row, 1, run_id);
	return (row);
}

/* The texts outlive the step, so SQLite need not copy them. */
static void
bind_text(sqlite3_stmt *row, int index, const char *text)
{

	sqlite3_bind_text(row, index, text, -1, SQLITE_STATIC);
}

static int
execute(struct store *store, sqlite3_stmt *row, struct err *err)
{
	int code;

	code = sqlite3_step(row);
	sqlite3_reset(row);
	return (code == SQLITE_DONE ? 0 : store_err(store, code, err));
}

static int
write_run(struct store *store, int64_t run_id, const struct wire_result *result,
    uint64_t wall_ns, struct err *err)
{
	sqlite3_stmt *row;

	row = statement(store, STORE_RUN_DONE, run_id, err);
	if (row == NULL)
		return (-1);
	bind_text(row, 2, run_status_name(result->status));
	if (result->digest[0] != '\0') {
		bind_text(row, 3, result->digest);
		sqlite3_bind_int64(row, 4, (int64_t)(result->sim_ps / 1000));
		sqlite3_bind_int64(row, 5, (int64_t)result->accesses);
	} else {
		sqlite3_bind_null(row, 3);
		sqlite3_bind_null(row, 4);
		sqlite3_bind_null(row, 5);
	}
	sqlite3_bind_int64(row, 6, (int64_t)wall_ns);
	return (execute(store, row, err));
}

static int
write_metrics(struct store *store, int64_t run_id,
    const struct wire_result *result, struct err *err)
{
	const struct run_metric *metric;
	sqlite3_stmt *row;
	size_t i;

	for (i = 0; i < result->metric_count; i++) {
		metric = &result->metrics[i];
		row = statement(store, STORE_METRIC, run_id, err);
		if (row == NULL)
			return (-1);
		bind_text(row, 2, metric->name);
		bind_text(row, 3, metric->stat);
		bind_text(row, 4, metric->unit);
		/* Not a number becomes NULL: there was nothing to measure. */
		sqlite3_bind_double(row, 5, metric->value);
		if (execute(store, row, err) != 0)
			return (-1);
	}
	return (0);
}

static int
write_blobs(struct store *store, int64_t run_id,
    const struct wire_result *result, struct err *err)
{
	const struct wire_blob *blob;
	sqlite3_stmt *row;
	size_t i;

	for (i = 0; i < result->histogram_count; i++) {
		blob = &result->histograms[i];
		row = statement(store, STORE_HISTOGRAM, run_id, err);
		if (row == NULL)
			return (-1);
		bind_text(row, 2, blob->name);
		bind_text(row, 3, blob->unit);
		sqlite3_bind_blob64(row, 4, blob->bytes, blob->length,
		    SQLITE_STATIC);
		if (execute(store, row, err) != 0)
			return (-1);
	}
	for (i = 0; i < result->series_count; i++) {
		blob = &result->series[i];
		row = statement(store, STORE_SERIES, run_id, err);
		if (row == NULL)
			return (-1);
		bind_text(row, 2, blob->name);
		bind_text(row, 3, blob->unit);
		sqlite3_bind_double(row, 4, (double)blob->step_ps / 1000);
		sqlite3_bind_blob64(row, 5, blob->bytes, blob->length,
		    SQLITE_STATIC);
		if (execute(store, row, err) != 0)
			return (-1);
	}
	return (0);
}

static int
write_observations(struct store *store, int64_t run_id,
    const struct wire_result *result, const char *token, struct err *err)
{
	sqlite3_stmt *row;
	size_t i;

	for (i = 0; i < result->coverage_count; i++) {
		row = statement(store, STORE_COVERAGE, run_id, err);
		if (row == NULL)
			return (-1);
		bind_text(row, 2, result->coverage[i].name);
		sqlite3_bind_int64(row, 3, (int64_t)result->coverage[i].hits);
		if (execute(store, row, err) != 0)
			return (-1);
	}
	for (i = 0; i < result->finding_count; i++) {
		row = statement(store, STORE_FINDING, run_id, err);
		if (row == NULL)
			return (-1);
		bind_text(row, 2, result->findings[i].check);
		bind_text(row, 3, result->findings[i].summary);
		bind_text(row, 4, token);
		if (execute(store, row, err) != 0)
			return (-1);
	}
	return (0);
}

int
store_run_write(struct store *store, int64_t run_id,
    const struct wire_result *result, uint64_t wall_ns, const char *token,
    struct err *err)
{

	if (write_run(store, run_id, result, wall_ns, err) != 0)
		return (-1);
	if (sqlite3_changes(store->db) == 0)
		return (0);
	if (write_metrics(store, run_id, result, err) != 0 ||
	    write_blobs(store, run_id, result, err) != 0)
		return (-1);
	return (write_observations(store, run_id, result, token, err));
}
