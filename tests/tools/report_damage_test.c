/*
 * report_damage_test - is a database that nobody wrote refused in words?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/report/report.h"
#include "tools/store/store.h"

static struct err err;
static volatile sig_atomic_t stop;

static enum report_end
make(struct store *store, const char *folder)
{
	struct report_made made;
	enum report_end end;
	FILE *brief;

	brief = fopen("/dev/null", "w");
	memset(&err, 0, sizeof(err));
	end = report_make(store, fixture_path(folder), brief, &stop, &made,
	    &err);
	fclose(brief);
	report_made_fini(&made);
	return (end);
}

/* The damage is refused with these words, and nothing is written. */
static void
expect_refused(const char *sql, const char *words)
{
	struct store *store;

	store = report_fixture(fixture_path("damage.db"));
	report_fixture_sql(store, "PRAGMA ignore_check_constraints = ON; "
	    "PRAGMA foreign_keys = OFF; %s", sql);
	cr_expect_eq(make(store, "damage"), REPORT_FAILED, "%s", sql);
	cr_expect_not_null(strstr(err.text, words), "%s: %s", sql, err.text);
	cr_expect_neq(access(fixture_path("damage"), F_OK), 0, "%s", sql);
	store_close(store);
	unlink(fixture_path("damage.db"));
}

Test(report_damage, what_no_gusim_writes_is_refused)
{

	expect_refused("UPDATE metric SET value = 9e999 WHERE run_id = 101",
	    "the database is damaged");
	expect_refused("UPDATE metric SET value = -1e200 WHERE run_id = 101 "
	    "AND stat = 'peak'", "footprint_bytes peak");
	expect_refused("UPDATE metric SET name = CAST(x'ff' AS TEXT) "
	    "WHERE run_id = 101 AND stat = 'peak'", "no text");
	expect_refused("UPDATE point_knob SET number = 1e300 WHERE "
	    "point_id = 2 AND knob = 'zone.bucket_size'",
	    "the database is damaged");
	expect_refused("UPDATE run SET status = 'well' WHERE id = 101",
	    "'well'");
	expect_refused("UPDATE point SET experiment_id = 7 WHERE id = 3",
	    "experiment 7");
	expect_refused("UPDATE histogram SET buckets = "
	    "substr(buckets, 1, length(buckets) / 2)", "is damaged");
	expect_refused("UPDATE histogram SET buckets = zeroblob(0)",
	    "is damaged");
	expect_refused("UPDATE histogram SET buckets = randomblob(99)",
	    "is damaged");
	expect_refused("UPDATE series SET points = CAST(x'02' || points AS BLOB)",
	    "is damaged");
	expect_refused("UPDATE series SET points = zeroblob(9)", "is damaged");
	expect_refused("UPDATE series SET step_ns = -1", "is damaged");
	expect_refused("DROP TABLE finding", "finding");
}

Test(report_damage, texts_that_are_none_are_shown_as_such)
{
	struct store *store;
	char page[4096];
	FILE *in;

	store = report_fixture(fixture_path("texts.db"));
	report_fixture_sql(store, "UPDATE experiment SET "
	    "name = CAST(x'41ff42c328' AS TEXT), "
	    "host = CAST(x'1b5b33316d' AS TEXT), started_at = '%s'",
	    "</title><script>");
	report_fixture_sql(store, "UPDATE point_knob SET value = "
	    "CAST(x'f0288cbc' AS TEXT) WHERE knob = 'core.mode' AND "
	    "point_id < 4");
	report_fixture_sql(store, "UPDATE point SET policy = "
	    "'a''b\"c`d<e>&$(f)%%n'");
	cr_assert_eq(make(store, "texts"), REPORT_DONE, "%s", err.text);
	snprintf(page, sizeof(page), "%s/index.html", fixture_path("texts"));
	in = fopen(page, "r");
	cr_assert_not_null(in);
	while (fgets(page, sizeof(page), in) != NULL) {
		cr_expect_null(strstr(page, "<script"), "%s", page);
		cr_expect_null(strchr(page, '\xff'), "%s", page);
		cr_expect_null(strchr(page, '\x1b'), "%s", page);
	}
	fclose(in);
	store_close(store);
}

/* A design: hardly two points have a value in common. */
Test(report_damage, ten_thousand_points_of_a_design_make_a_report,
    .timeout = 120)
{
	struct store *store;
	struct stat file;
	char page[4096];

	store = store_open(fixture_path("many.db"), STORE_WRITE, &err);
	report_fixture_sql(store, "INSERT INTO experiment VALUES (1, 'm', "
	    "'', '', '', '', '', '', '', 'x')");
	report_fixture_sql(store, "WITH RECURSIVE n(i) AS (VALUES (1) UNION "
	    "ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO point "
	    "SELECT i, 1, 'gus', i FROM n");
	report_fixture_sql(store, "INSERT INTO point_knob SELECT p.id, 'a.' || "
	    "k.value, (p.id * k.value * 7919) %% 9973, (p.id * k.value * 7919) "
	    "%% 9973 FROM point p, json_each('[1,2,3,5,7]') AS k");
	report_fixture_sql(store, "INSERT INTO run SELECT p.id * 2 + s, p.id, "
	    "s, 'ok', 'aa', 1, 1, 1 FROM point p, (SELECT 0 s UNION "
	    "SELECT 1)");
	report_fixture_sql(store, "INSERT INTO metric SELECT id, "
	    "'footprint_bytes', 'mean', 'bytes', id * 10 FROM run UNION ALL "
	    "SELECT id, 'free_to_use_ns', 'p99', 'ns', 1e9 / id FROM run");
	cr_assert_eq(make(store, "many"), REPORT_DONE, "%s", err.text);
	snprintf(page, sizeof(page), "%s/m-cloud-free_to_use_ns-p99-1.svg",
	    fixture_path("many"));
	cr_expect_eq(stat(page, &file), 0);
	snprintf(page, sizeof(page), "%s/index.html", fixture_path("many"));
	cr_assert_eq(stat(page, &file), 0);
	cr_expect_lt(file.st_size, 20 << 20);
	store_close(store);
}
