/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "sim/base/err.h"
#include "tests/tools/store_fixture.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"
#include "tools/store/store_run.h"

static struct err err;

static void
sql(const char *path, const char *text)
{
	sqlite3 *db;

	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, NULL), SQLITE_OK, "%s",
	    sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Opening fails, says `word`, and leaves the file as it was. */
static void
check_refused(const char *path, const char *word)
{
	unsigned char before[8192], after[8192];
	size_t length, again;
	FILE *file;

	file = fopen(path, "rb");
	length = fread(before, 1, sizeof(before), file);
	fclose(file);
	cr_assert_null(store_open(path, STORE_WRITE, &err));
	cr_assert(strstr(err.text, word) != NULL, "%s", err.text);
	cr_assert(strstr(err.text, path) != NULL, "%s", err.text);
	file = fopen(path, "rb");
	again = fread(after, 1, sizeof(after), file);
	fclose(file);
	cr_assert_eq(length, again);
	cr_assert_eq(memcmp(before, after, length), 0);
}

Test(store, is_made_once_and_opened_again)
{
	struct store *store;
	char *path;

	path = fixture_path("new.db");
	cr_assert_null(store_open(path, STORE_READ, &err), "made to be read");
	store = store_open(path, STORE_WRITE, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(fixture_number(store, "PRAGMA application_id"),
	    0x67757369);
	cr_assert_eq(fixture_number(store, "PRAGMA user_version"), 2);
	store_close(store);
	store = store_open(path, STORE_WRITE, &err);
	cr_assert_not_null(store, "%s", err.text);
	store_close(store);
	store = store_open(path, STORE_READ, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(store_query_run(store, "DELETE FROM run", &err), -1,
	    "reading may not write");
	store_close(store);
}

Test(store, leaves_other_peoples_files_alone)
{
	char *path;
	FILE *file;

	path = fixture_path("foreign.db");
	sql(path, "CREATE TABLE t (a); PRAGMA application_id=77");
	check_refused(path, "another program");

	path = fixture_path("plain.db");
	sql(path, "CREATE TABLE t (a)");
	check_refused(path, "another program");

	path = fixture_path("newer.db");
	sql(path, "CREATE TABLE t (a); PRAGMA application_id=0x67757369;"
	    "PRAGMA user_version=3");
	check_refused(path, "newer gusim");

	path = fixture_path("text.db");
	file = fopen(path, "w");
	fputs("This is a shopping list, and quite long at that: ....\n", file);
	for (int i = 0; i < 200; i++)
		fputs("two pounds of flour\n", file);
	fclose(file);
	check_refused(path, "not a database");
}

Test(store, says_where_it_cannot_write)
{

	cr_assert_null(store_open("/proc/gusim.db", STORE_WRITE, &err));
	cr_assert(strstr(err.text, "/proc/gusim.db") != NULL, "%s", err.text);
	cr_assert_null(store_open(fixture_path("no/such/folder.db"),
	    STORE_WRITE, &err));
	cr_assert(strstr(err.text, "cannot open") != NULL, "%s", err.text);
	cr_assert_null(store_open(fixture_folder(), STORE_WRITE, &err));
}

Test(store, a_damaged_database_is_named_so)
{
	struct store *store;
	char *path;
	int fd;

	path = fixture_path("damaged.db");
	store = fixture_sweep(path, 2, 3);
	store_close(store);
	fd = open(path, O_WRONLY);
	cr_assert_eq(pwrite(fd, fixture_garbage(), 4096, 4096), 4096);
	close(fd);
	store = store_open(path, STORE_READ, &err);
	if (store != NULL) {
		struct store_query *query;

		query = store_query_begin(store, "SELECT * FROM experiment",
		    &err);
		if (query != NULL) {
			while (store_query_step(query, &err) > 0)
				continue;
			store_query_end(query);
		}
		store_close(store);
	}
	cr_assert(strstr(err.text, "damaged") != NULL, "%s", err.text);
}

Test(store, waits_for_a_lock_and_then_says_so, .timeout = 30)
{
	struct store *one, *other;
	char *path;

	path = fixture_path("locked.db");
	one = store_open(path, STORE_WRITE, &err);
	other = store_open(path, STORE_WRITE, &err);
	cr_assert_eq(store_begin(one, &err), 0);
	cr_assert_eq(store_begin(other, &err), -1);
	cr_assert(strstr(err.text, "locked") != NULL, "%s", err.text);
	store_rollback(one);
	cr_assert_eq(store_begin(other, &err), 0);
	store_close(one);
	store_close(other);
}

Test(store, a_full_disk_loses_nothing_that_was_committed)
{
	struct store *store;
	char limit[60];
	char *path;
	int64_t runs;
	int i, status;

	path = fixture_path("full.db");
	store = fixture_sweep(path, 2, 200);
	runs = fixture_number(store, "SELECT count(*) FROM run "
	    "WHERE status = 'pending'");
	cr_assert_eq(runs, 400);
	/* SQLite answers as on a full disk once the file has its last page. */
	snprintf(limit, sizeof(limit), "PRAGMA max_page_count = %lld",
	    (long long)fixture_number(store, "PRAGMA page_count") + 8);
	fixture_number(store, limit);
	status = 0;
	for (i = 1; i <= 400 && status == 0; i++) {
		cr_assert_eq(store_begin(store, &err), 0);
		status = store_run_write(store, i, fixture_result(
		    (uint64_t)i), 5, "gus1.x", &err);
		if (status == 0)
			status = store_commit(store, &err);
		else
			store_rollback(store);
	}
	cr_assert_eq(status, -1);
	cr_assert(strstr(err.text, "disk is full") != NULL, "%s", err.text);
	store_close(store);

	store = store_open(path, STORE_WRITE, &err);
	cr_assert_not_null(store, "%s", err.text);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run WHERE "
	    "status <> 'pending'"), i - 2);
	/* Of every run that is done, all rows; of the others, none. */
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM metric"),
	    3 * (i - 2));
	cr_assert_eq(fixture_number(store, "PRAGMA foreign_key_check"), 0);
	store_close(store);
}

Test(store, seeds_keep_all_their_bits)
{
	struct fixture_plan plan;
	struct store_job *jobs;
	struct store *store;
	int64_t id;
	size_t count;

	fixture_plan_init(&plan, 2, 4);
	plan.plan.seed_from = UINT64_MAX - 1;	/* ..., 2^64 - 1, 0, 1 */
	store = store_open(NULL, STORE_MEMORY, &err);
	cr_assert_eq(store_experiment_add(store, &plan.plan, "x", &id, &err),
	    0, "%s", err.text);
	cr_assert_eq(store_experiment_jobs(store, id, &plan.plan, &jobs,
	    &count, &err), 0);
	cr_assert_eq(count, 8);
	cr_assert_eq(jobs[0].seed, UINT64_MAX - 1);
	cr_assert_eq(jobs[0].point, 0);
	cr_assert_eq(jobs[1].seed, UINT64_MAX - 1, "seeds are outermost");
	cr_assert_eq(jobs[1].point, 1);
	cr_assert_eq(jobs[2].seed, UINT64_MAX);
	cr_assert_eq(jobs[7].seed, 1);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run "
	    "WHERE seed = -1"), 2);
	free(jobs);
	store_close(store);
}

Test(store, a_run_is_written_once)
{
	struct store *store;

	store = fixture_sweep(fixture_path("once.db"), 1, 1);
	cr_assert_eq(store_begin(store, &err), 0);
	cr_assert_eq(store_run_write(store, 1, fixture_result(1), 5, "t",
	    &err), 0, "%s", err.text);
	cr_assert_eq(store_run_write(store, 1, fixture_result(2), 5, "t",
	    &err), 0, "%s", err.text);
	cr_assert_eq(store_commit(store, &err), 0);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM metric"), 3);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM finding"), 1);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM metric "
	    "WHERE value IS NULL"), 1, "what is not a number is NULL");
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run "
	    "WHERE digest = '00000000000000000000000000000001'"), 1);
	store_close(store);
}

Test(store, results_leave_out_runs_that_did_not_come_to_their_end)
{
	struct wire_result *result;
	struct store *store;
	int i;

	store = fixture_sweep(fixture_path("ends.db"), 1, 4);
	cr_assert_eq(store_begin(store, &err), 0);
	for (i = 1; i <= 3; i++) {
		result = fixture_result((uint64_t)i);
		result->status = i == 1 ? RUN_OK : i == 2 ? RUN_FINDING :
		    RUN_TIMEOUT;
		cr_assert_eq(store_run_write(store, i, result, 5, "t", &err),
		    0);
	}
	cr_assert_eq(store_commit(store, &err), 0);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM result"), 6);
	cr_assert_eq(fixture_number(store, "SELECT n FROM summary "
	    "WHERE metric = 'footprint_bytes'"), 2);
	store_close(store);
}

/* Against the textbook: mean 10, s = 2, n = 4: 10 +- 3.18245 * 1. */
Test(store, the_summary_has_students_interval)
{
	static const double values[] = { 8, 8, 12, 12 };
	struct wire_result *result;
	struct store_query *query;
	struct store *store;
	double s;
	int i;

	store = fixture_sweep(fixture_path("summary.db"), 1, 4);
	cr_assert_eq(store_begin(store, &err), 0);
	for (i = 0; i < 4; i++) {
		result = fixture_result((uint64_t)i);
		result->metrics[0].value = values[i];
		cr_assert_eq(store_run_write(store, i + 1, result, 5, "t",
		    &err), 0);
	}
	cr_assert_eq(store_commit(store, &err), 0);
	query = store_query_begin(store, "SELECT experiment, policy, knobs, "
	    "unit, n, mean, ci95_low, ci95_high FROM summary "
	    "WHERE metric = 'footprint_bytes' AND stat = 'peak'", &err);
	cr_assert_not_null(query, "%s", err.text);
	cr_assert_eq(store_query_step(query, &err), 1);
	cr_assert_str_eq(store_query_text(query, 0), "fixture");
	cr_assert_str_eq(store_query_text(query, 1), "gus");
	cr_assert_str_eq(store_query_text(query, 2),
	    "{\"zone.bucket_size\":\"4\"}");
	cr_assert_str_eq(store_query_text(query, 3), "bytes");
	cr_assert_eq(store_query_int(query, 4), 4);
	cr_assert_eq(store_query_real(query, 5), 10);
	s = sqrt(16.0 / 3 / 4);
	cr_assert_float_eq(store_query_real(query, 6), 10 - 3.18244630528 * s,
	    1e-9);
	cr_assert_float_eq(store_query_real(query, 7), 10 + 3.18244630528 * s,
	    1e-9);
	cr_assert_eq(store_query_step(query, &err), 0);
	store_query_end(query);
	/* One value has a mean and no interval. */
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM summary "
	    "WHERE metric = 'free_to_use_ns'"), 0, "none was measured");
	store_close(store);
}

/* Beyond the table the series takes over: t(50) = 2.008559, t(199) = 1.971957. */
Test(store, the_interval_is_right_for_many_seeds)
{
	static const struct { int n; double t; } cases[] = {
		{ 2, 12.7062047 }, { 31, 2.0422725 }, { 32, 2.0395134 },
		{ 51, 2.0085591 }, { 200, 1.9719565 } };
	struct wire_result *result;
	struct store_query *query;
	struct store *store;
	char name[32];
	double half, s;
	size_t c;
	int i;

	for (c = 0; c < 5; c++) {
		snprintf(name, sizeof(name), "seeds-%d.db", cases[c].n);
		store = fixture_sweep(fixture_path(name), 1,
		    (uint64_t)cases[c].n);
		cr_assert_eq(store_begin(store, &err), 0);
		for (i = 0; i < cases[c].n; i++) {
			result = fixture_result((uint64_t)i);
			result->metrics[0].value = i;
			cr_assert_eq(store_run_write(store, i + 1, result, 5,
			    "t", &err), 0);
		}
		cr_assert_eq(store_commit(store, &err), 0);
		query = store_query_begin(store, "SELECT ci95_high - mean "
		    "FROM summary WHERE metric = 'footprint_bytes'", &err);
		cr_assert_eq(store_query_step(query, &err), 1);
		half = store_query_real(query, 0);
		/* The standard error of 0, 1, ..., n - 1. */
		s = sqrt((cases[c].n + 1.0) / 12);
		cr_assert_float_eq(half / s, cases[c].t, 3e-6, "n %d: %.7f",
		    cases[c].n, half / s);
		store_query_end(query);
		store_close(store);
	}
}

Test(store, resuming_finds_its_own_and_names_what_is_not)
{
	struct fixture_plan plan;
	struct store *store;
	int64_t id, pending;

	store = fixture_sweep(fixture_path("find.db"), 2, 2);
	fixture_plan_init(&plan, 2, 2);
	cr_assert_eq(store_experiment_find(store, &plan.plan, &id, &err), 1);
	cr_assert_eq(id, 1);
	cr_assert_eq(store_experiment_interrupted(store, &plan.plan, &pending,
	    &err), 0);
	cr_assert_eq(pending, 4);

	/* More seeds of the same scenario go into the same experiment. */
	plan.plan.seed_count = 3;
	cr_assert_eq(store_experiment_extend(store, id, &plan.plan, &err), 0);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run"), 6);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM point_knob"),
	    2);

	strcpy(plan.scenario.digest, "ffff");
	cr_assert_eq(store_experiment_find(store, &plan.plan, &id, &err), -1);
	cr_assert(strstr(err.text, "another scenario") != NULL, "%s", err.text);
	fixture_plan_init(&plan, 2, 2);
	fixture_number(store, "UPDATE experiment SET build_id = 'other'");
	cr_assert_eq(store_experiment_find(store, &plan.plan, &id, &err), -1);
	cr_assert(strstr(err.text, "another build") != NULL, "%s", err.text);
	strcpy(plan.scenario.name, "something else");
	cr_assert_eq(store_experiment_find(store, &plan.plan, &id, &err), 0);
	store_close(store);
}
