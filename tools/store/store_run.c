/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_run.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tools/store/store_sqlite.h"
#include "tools/campaign/wire.h"

/*
 * Most of a run are rows by the dozen, so several go into one statement: what
 * it costs to begin and end one is as much as a row.
 */
enum { STORE_RUN_ROWS = 16 };

static const struct {
	const char *begin;
	unsigned columns;	/* the run's id among them, as ?1 */
} insert[] = {
	[STORE_METRIC] = { "INSERT INTO metric (run_id, name, stat, unit, "
	    "value) VALUES ", 5 },
	[STORE_HISTOGRAM] = { "INSERT INTO histogram (run_id, name, unit, "
	    "buckets) VALUES ", 4 },
	[STORE_SERIES] = { "INSERT INTO series (run_id, name, unit, step_ns, "
	    "points) VALUES ", 5 },
	[STORE_COVERAGE] = { "INSERT INTO coverage (run_id, name, hits) "
	    "VALUES ", 3 },
	[STORE_FINDING] = { "INSERT INTO finding (run_id, check_name, "
	    "summary, token) VALUES ", 4 },
};

/* "... VALUES (?1,?2,?3),(?1,?4,?5)" */
static void
write_sql(enum store_statement which, unsigned rows, char *text, size_t room)
{
	unsigned row, column;
	size_t used;

	used = (size_t)snprintf(text, room, "%s", insert[which].begin);
	for (row = 0; row < rows; row++) {
		used += (size_t)snprintf(text + used, room - used, "%s(?1",
		    row > 0 ? "," : "");
		for (column = 1; column < insert[which].columns; column++) {
			used += (size_t)snprintf(text + used, room - used,
			    ",?%u", row * (insert[which].columns - 1) +
			    column + 1);
		}
		used += (size_t)snprintf(text + used, room - used, ")");
	}
	assert(used < room);
}

/* Where the values of a table's rows go: filled, executed, filled again. */
struct rows {
	struct store *store;
	enum store_statement which;
	int64_t run_id;
	size_t left;		/* rows that are still to come */
	sqlite3_stmt *row;	/* NULL: to be begun */
	unsigned filled, size;	/* rows of `row` */
};

/* For the next row: its first parameter but the run's id; 0 with err. */
static int
rows_next(struct rows *rows, struct err *err)
{
	enum store_statement which;
	char text[2000];
	bool several;

	assert(rows->left > 0);
	if (rows->row == NULL) {
		several = rows->left >= STORE_RUN_ROWS;
		rows->filled = 0;
		rows->size = several ? STORE_RUN_ROWS : 1;
		which = rows->which + (several ? STORE_SEVERAL : 0);
		if (rows->store->statements[which] == NULL)
			write_sql(rows->which, rows->size, text, sizeof(text));
		rows->row = store_statement(rows->store, which, text, err);
		if (rows->row == NULL)
			return (0);
		sqlite3_bind_int64(rows->row, 1, rows->run_id);
	}
	return (2 + (int)(rows->filled * (insert[rows->which].columns - 1)));
}

/* The row has its values. */
static int
rows_end(struct rows *rows, struct err *err)
{
	int code;

	rows->left--;
	if (++rows->filled < rows->size)
		return (0);
	code = sqlite3_step(rows->row);
	sqlite3_reset(rows->row);
	rows->row = NULL;
	return (code == SQLITE_DONE ? 0 : store_err(rows->store, code, err));
}

/* What the rows of a run are sorted by; a table with one name has no stat. */
struct key {
	const char *name;
	const char *stat;
};

static int
compare_keys(const struct key *a, const struct key *b)
{
	int names;

	names = strcmp(a->name, b->name);
	return (names != 0 || a->stat == NULL ? names :
	    strcmp(a->stat, b->stat));
}

/*
 * In the order of the table's key each row goes behind the last, which is
 * where SQLite looks first.  Runs have the same rows in the same order, mostly,
 * so the answer for one run is nearly that for the next.
 */
static const uint16_t *
sort_rows(struct store *store, enum store_statement which,
    const struct key *keys, size_t count)
{
	struct store_order *order = &store->orders[which];
	uint16_t moved;
	size_t i, k;

	assert(count <= STORE_ORDER_MAX);
	if (order->count != count) {
		for (i = 0; i < count; i++)
			order->rows[i] = (uint16_t)i;
		order->count = count;
	}
	for (i = 1; i < count; i++) {
		moved = order->rows[i];
		for (k = i; k > 0 && compare_keys(&keys[order->rows[k - 1]],
		    &keys[moved]) > 0; k--)
			order->rows[k] = order->rows[k - 1];
		order->rows[k] = moved;
	}
	return (order->rows);
}

/* The texts outlive the step, so SQLite need not copy them. */
static void
bind_text(sqlite3_stmt *row, int index, const char *text)
{

	sqlite3_bind_text(row, index, text, -1, SQLITE_STATIC);
}

static int
write_run(struct store *store, int64_t run_id, const struct wire_result *result,
    uint64_t wall_ns, struct err *err)
{
	sqlite3_stmt *row;
	int code;

	row = store_statement(store, STORE_RUN_DONE, "UPDATE run SET "
	    "status = ?2, digest = ?3, sim_ns = ?4, accesses = ?5, "
	    "wall_ns = ?6 WHERE id = ?1 AND status = 'pending'", err);
	if (row == NULL)
		return (-1);
	sqlite3_bind_int64(row, 1, run_id);
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
	code = sqlite3_step(row);
	sqlite3_reset(row);
	return (code == SQLITE_DONE ? 0 : store_err(store, code, err));
}

static int
write_metrics(struct store *store, int64_t run_id,
    const struct wire_result *result, struct err *err)
{
	struct rows rows = { store, STORE_METRIC, run_id,
		result->metric_count, NULL, 0, 0 };
	struct key keys[RUN_METRICS_MAX] = { { NULL, NULL } };
	const struct run_metric *metric;
	const uint16_t *order;
	int at;
	size_t i;

	for (i = 0; i < result->metric_count; i++) {
		keys[i].name = result->metrics[i].name;
		keys[i].stat = result->metrics[i].stat;
	}
	order = sort_rows(store, STORE_METRIC, keys, result->metric_count);
	for (i = 0; i < result->metric_count; i++) {
		metric = &result->metrics[order[i]];
		at = rows_next(&rows, err);
		if (at == 0)
			return (-1);
		bind_text(rows.row, at, metric->name);
		bind_text(rows.row, at + 1, metric->stat);
		bind_text(rows.row, at + 2, metric->unit);
		/* Not a number becomes NULL: there was nothing to measure. */
		sqlite3_bind_double(rows.row, at + 3, metric->value);
		if (rows_end(&rows, err) != 0)
			return (-1);
	}
	return (0);
}

static int
write_blobs(struct store *store, int64_t run_id,
    const struct wire_blob *blobs, size_t count, bool stepped, struct err *err)
{
	struct rows rows = { store, stepped ? STORE_SERIES : STORE_HISTOGRAM,
		run_id, count, NULL, 0, 0 };
	struct key keys[STORE_ORDER_MAX] = { { NULL, NULL } };
	const struct wire_blob *blob;
	const uint16_t *order;
	size_t i;
	int at;

	for (i = 0; i < count; i++)
		keys[i] = (struct key){ blobs[i].name, NULL };
	order = sort_rows(store, rows.which, keys, count);
	for (i = 0; i < count; i++) {
		blob = &blobs[order[i]];
		at = rows_next(&rows, err);
		if (at == 0)
			return (-1);
		bind_text(rows.row, at++, blob->name);
		bind_text(rows.row, at++, blob->unit);
		if (stepped)
			sqlite3_bind_double(rows.row, at++,
			    (double)blob->step_ps / 1000);
		sqlite3_bind_blob64(rows.row, at, blob->bytes,
		    blob->length, SQLITE_STATIC);
		if (rows_end(&rows, err) != 0)
			return (-1);
	}
	return (0);
}

static int
write_observations(struct store *store, int64_t run_id,
    const struct wire_result *result, const char *token, struct err *err)
{
	struct rows rows = { store, STORE_COVERAGE, run_id,
		result->coverage_count, NULL, 0, 0 };
	struct rows findings = { store, STORE_FINDING, run_id,
		result->finding_count, NULL, 0, 0 };
	struct key keys[RUN_COVERAGE_MAX] = { { NULL, NULL } };
	const struct run_coverage *coverage;
	const uint16_t *order;
	size_t i;
	int at;

	for (i = 0; i < result->coverage_count; i++)
		keys[i] = (struct key){ result->coverage[i].name, NULL };
	order = sort_rows(store, STORE_COVERAGE, keys, result->coverage_count);
	for (i = 0; i < result->coverage_count; i++) {
		coverage = &result->coverage[order[i]];
		at = rows_next(&rows, err);
		if (at == 0)
			return (-1);
		bind_text(rows.row, at, coverage->name);
		sqlite3_bind_int64(rows.row, at + 1,
		    (int64_t)coverage->hits);
		if (rows_end(&rows, err) != 0)
			return (-1);
	}
	for (i = 0; i < result->finding_count; i++) {
		at = rows_next(&findings, err);
		if (at == 0)
			return (-1);
		bind_text(findings.row, at, result->findings[i].check);
		bind_text(findings.row, at + 1, result->findings[i].summary);
		bind_text(findings.row, at + 2, token);
		if (rows_end(&findings, err) != 0)
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
	    write_blobs(store, run_id, result->histograms,
	    result->histogram_count, false, err) != 0 ||
	    write_blobs(store, run_id, result->series, result->series_count,
	    true, err) != 0)
		return (-1);
	return (write_observations(store, run_id, result, token, err));
}
