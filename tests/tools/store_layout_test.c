/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/store_fixture.h"
#include "tools/store/store.h"
#include "tools/store/store_audit.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_merge.h"
#include "tools/store/store_query.h"
#include "tools/store/store_run.h"

static struct err err;

/* As version 1 had it: less of it is there. */
static struct store *
old_sweep(const char *path)
{
	struct store *store;

	store = fixture_sweep(path, 2, 3);
	cr_assert_eq(store_query_run(store, "DROP TABLE audit;"
	    "DROP TABLE point_stop; PRAGMA user_version=1", &err), 0, "%s",
	    err.text);
	return (store);
}

/* Names and columns of all tables and views. */
static char *
shape(struct store *store)
{
	struct store_query *query;
	char *text;

	query = store_query_begin(store, "SELECT group_concat(s, '; ') FROM "
	    "(SELECT m.name || ':' || group_concat(c.name) AS s "
	    "FROM sqlite_schema m, pragma_table_info(m.name) c "
	    "WHERE m.type IN ('table', 'view') GROUP BY m.name "
	    "ORDER BY m.name)", &err);
	cr_assert_not_null(query, "%s", err.text);
	cr_assert_eq(store_query_step(query, &err), 1);
	text = strdup(store_query_text(query, 0));
	store_query_end(query);
	return (text);
}

Test(store_layout, an_older_database_gets_what_it_lacks_and_keeps_its_rows)
{
	struct store *store, *fresh;
	char *path, *ours, *theirs;

	path = fixture_path("old.db");
	store = old_sweep(path);
	store_close(store);
	store = store_open(path, STORE_WRITE, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(fixture_number(store, "PRAGMA user_version"), 2);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run"), 6);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM audit"), 0);
	fresh = store_open(fixture_path("fresh.db"), STORE_WRITE, &err);
	ours = shape(store);
	theirs = shape(fresh);
	cr_assert_str_eq(ours, theirs);
	free(ours);
	free(theirs);
	store_close(fresh);
	store_close(store);
}

Test(store_layout, an_older_database_is_read_as_it_is)
{
	struct store *store;
	char *path;

	path = fixture_path("read.db");
	store_close(old_sweep(path));
	store = store_open(path, STORE_READ, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(fixture_number(store, "PRAGMA main.user_version"), 1);
	/* The same columns, and no rows. */
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM (SELECT "
	    "run_id, digest, again, verdict FROM audit)"), 0);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM (SELECT "
	    "point_id, reason, seeds, look, until FROM point_stop)"), 0);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run"), 6);
	store_close(store);
	store = store_open(path, STORE_READ, &err);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM "
	    "main.sqlite_schema WHERE name = 'audit'"), 0);
	store_close(store);
}

/* The digests that fixture_result() gives to run number `n`. */
static const char *
digest(unsigned n)
{
	static char texts[2][33];
	static unsigned turn;
	char *text;

	/* Two may be arguments of one call. */
	text = texts[turn++ % 2];
	snprintf(text, sizeof(texts[0]), "%032x", n);
	return (text);
}

static struct store *
audited(const char *path, enum store_verdict verdict, uint64_t seeds)
{
	const struct store_stop stop = { true, seeds, 2, 0.05 };
	struct store *store;
	int64_t run;

	store = fixture_sweep(path, 2, 3);
	for (run = 1; run <= 6; run++)
		cr_assert_eq(store_run_write(store, run,
		    fixture_result((uint64_t)run), 1, "", &err), 0);
	cr_assert_eq(store_audit_add(store, 2, digest(2),
	    verdict == STORE_SAME ? digest(2) : digest(77), verdict, &err), 0,
	    "%s", err.text);
	cr_assert_eq(store_stop_set(store, 1, 1, &stop, &err), 0, "%s",
	    err.text);
	return (store);
}

Test(store_layout, merging_keeps_the_worst_verdict_and_the_longest_look)
{
	struct store_merged merged;
	struct store_audits audits;
	struct store_stops stops;
	struct store *store;
	char *paths[3];
	size_t i;

	paths[0] = fixture_path("same.db");
	paths[1] = fixture_path("differs.db");
	paths[2] = fixture_path("older.db");
	store_close(audited(paths[0], STORE_SAME, 40));
	store_close(audited(paths[1], STORE_DIFFERS, 20));
	store_close(old_sweep(paths[2]));
	store = store_open(fixture_path("all.db"), STORE_WRITE, &err);
	for (i = 0; i < 6; i++) {
		cr_assert_eq(store_merge(store, paths[i % 3], &merged, &err),
		    0, "%s", err.text);
	}
	cr_assert_eq(store_audit_count(store, 1, &audits, &err), 0);
	cr_assert_eq(audits.count[STORE_DIFFERS], 1);
	cr_assert_eq(audits.count[STORE_SAME], 0);
	cr_assert_eq(store_stop_count(store, 1, &stops, &err), 0);
	cr_assert_eq(stops.narrow, 1);
	cr_assert_eq(stops.narrow_most, 40);
	cr_assert_eq(stops.most, 0);
	store_close(store);
}

Test(store_layout, what_was_audited_is_not_open_any_more)
{
	struct store_audit_run *runs;
	struct store *store;
	size_t count;

	store = audited(fixture_path("open.db"), STORE_TIMEOUT, 3);
	cr_assert_eq(store_audit_open(store, 1, &runs, &count, &err), 0);
	cr_assert_eq(count, 5);
	cr_assert_eq(runs[0].job.run_id, 1);
	cr_assert_eq(runs[1].job.run_id, 3);
	cr_assert_str_eq(runs[1].digest, digest(3));
	free(runs);
	store_close(store);
}
