/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* asprintf() */
#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/report/report.h"
#include "tools/store/store.h"

static struct err err;
static struct report_made made;
static volatile sig_atomic_t stop;

static enum report_end
make(struct store *store, const char *folder)
{
	enum report_end end;
	FILE *brief;

	brief = fopen("/dev/null", "w");
	end = report_make(store, fixture_path(folder), brief, &stop, &made,
	    &err);
	fclose(brief);
	return (end);
}

static char *
contents(const char *folder, const char *name)
{
	char *path, *text;
	struct stat found;
	FILE *in;

	cr_assert_gt(asprintf(&path, "%s/%s", fixture_path(folder), name), 0);
	in = fopen(path, "r");
	cr_assert_not_null(in, "%s", path);
	fstat(fileno(in), &found);
	text = calloc(1, (size_t)found.st_size + 1);
	cr_assert_eq(fread(text, 1, (size_t)found.st_size, in),
	    (size_t)found.st_size);
	fclose(in);
	free(path);
	return (text);
}

static size_t
files_in(const char *folder)
{
	struct dirent *entry;
	size_t count;
	DIR *dir;

	dir = opendir(folder);
	cr_assert_not_null(dir);
	count = 0;
	while ((entry = readdir(dir)) != NULL)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return (count);
}

static bool
has(const char *name)
{
	size_t i;

	for (i = 0; i < made.file_count; i++) {
		if (strcmp(made.files[i], name) == 0)
			return (true);
	}
	return (false);
}

static size_t
occurrences(const char *text, const char *word)
{
	size_t count;

	for (count = 0; (text = strstr(text, word)) != NULL; text++)
		count++;
	return (count);
}

Test(report, a_grid_gets_its_figures)
{
	static const char *const names[] = {
		"grid-heat-both-mean-deferred",
		"grid-heat-footprint_bytes-peak-deferred",
		"grid-heat-footprint_bytes-mean-deferred",
		"grid-heat-footprint_bytes-mean-lazy",
		"grid-heat-free_to_use_ns-p99-deferred",
		"grid-heat-free_to_use_ns-p99-lazy",
		"grid-line-free_to_use_ns-p99-bucket_size",
		"grid-line-footprint_bytes-peak-deferral",
		"grid-bars-footprint_bytes-mean", "grid-split", "grid-tail",
		"grid-time", "grid-pareto",
	};
	struct store *store;
	char *file, *page;
	size_t i;

	store = report_fixture(fixture_path("grid.db"));
	cr_assert_eq(make(store, "grid"), REPORT_DONE, "%s", err.text);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cr_assert_gt(asprintf(&file, "%s.png", names[i]), 0);
		cr_expect(has(file), "%s", file);
		memcpy(file + strlen(file) - 3, "svg", 3);
		cr_expect(has(file), "%s", file);
		free(file);
	}
	cr_expect_eq(files_in(fixture_path("grid")), made.file_count);
	/* Eager is the row to compare the second number with. */
	page = contents("grid",
	    "grid-heat-footprint_bytes-mean-deferred.svg");
	cr_expect_not_null(strstr(page, "eager"));
	/* (62000 + 10 + 2.5) bytes, and their ratio to 500. */
	cr_expect_not_null(strstr(page, "60.6 KiB"));
	cr_expect_not_null(strstr(page, "124"));
	free(page);
	store_close(store);
}

Test(report, the_page_needs_nothing_but_itself)
{
	struct store *store;
	char *page, *p;

	store = report_fixture(fixture_path("page.db"));
	cr_assert_eq(make(store, "page"), REPORT_DONE, "%s", err.text);
	page = contents("page", "index.html");
	cr_expect_not_null(strstr(page, "<html lang=\"en\">"));
	cr_expect_null(strstr(page, "<script"));
	cr_expect_null(strstr(page, "<img"));
	cr_expect_null(strstr(page, "@import"));
	cr_expect_null(strstr(page, "src="));
	cr_expect_null(strstr(page, "<link"));
	/* Addresses are names of formats and nothing else. */
	for (p = strstr(page, "http"); p != NULL; p = strstr(p + 1, "http"))
		cr_expect_eq(strncmp(p, "http://www.w3.org/", 18), 0, "%.60s",
		    p);
	/* Every figure says in words what it shows. */
	cr_expect_eq(occurrences(page, "<figure>"),
	    occurrences(page, "<svg role=\"img\""));
	cr_expect_gt(occurrences(page, "<figure>"), 10);
	cr_expect_eq(occurrences(page, "aria-label=\"\""), 0);
	cr_expect_eq(occurrences(page, "<table>"),
	    occurrences(page, "<caption>"));
	/* Names inside the drawings are told apart. */
	cr_expect_eq(occurrences(page, "\"gnuplot_canvas\""), 0);
	cr_expect_eq(occurrences(page, "id=\"f1-gnuplot_canvas\""), 1);
	cr_expect_eq(occurrences(page, "id=\"f2-gnuplot_canvas\""), 1);
	free(page);
	store_close(store);
}

Test(report, texts_of_users_are_texts)
{
	struct store *store;
	char *page;

	store = report_fixture(fixture_path("texts.db"));
	report_fixture_sql(store, "UPDATE experiment SET name = "
	    "'<script>alert(''a/../b'')</script>', "
	    "command = 'gusim sweep --set ''x=<b>&|`''', "
	    "scenario_text = '</pre><script>'");
	report_fixture_sql(store, "UPDATE point_knob SET value = "
	    "'it''s <i>`id` %%d' WHERE knob = 'core.mode' AND point_id < 4");
	report_fixture_sql(store, "INSERT INTO finding VALUES (1, 101, "
	    "'use_after_free', 'a | b <c>', 'gus1.token')");
	cr_assert_eq(make(store, "texts"), REPORT_DONE, "%s", err.text);
	page = contents("texts", "index.html");
	cr_expect_null(strstr(page, "<script"));
	cr_expect_null(strstr(page, "<i>"));
	cr_expect_not_null(strstr(page, "&lt;script&gt;alert("));
	cr_expect_not_null(strstr(page, "gusim replay gus1.token"));
	free(page);
	page = contents("texts", "report.md");
	/* The colon of a column to the right ends its cell. */
	cr_expect_not_null(strstr(page, "-:|"));
	cr_expect_null(strstr(page, ":-|"));
	cr_expect_not_null(strstr(page, "gusim replay gus1.token"));
	free(page);
	store_close(store);
}

Test(report, what_is_a_lower_bound_is_marked)
{
	struct store *store;
	char *page;

	store = report_fixture(fixture_path("least.db"));
	report_fixture_sql(store, "INSERT INTO metric SELECT run_id, name, "
	    "'p50', unit, value FROM metric JOIN run ON run.id = run_id WHERE "
	    "name = 'free_to_use_ns' AND stat = 'p99' AND point_id IN (1, 2)");
	report_fixture_sql(store, "INSERT INTO metric SELECT id, "
	    "'free_to_use_ns', 'p99_is_bound', '1', seed = 2 FROM run WHERE "
	    "point_id = 1");
	cr_assert_eq(make(store, "least"), REPORT_DONE, "%s", err.text);
	page = contents("least", "report.md");
	/* 1e6 / 4 + 2.5, and 100 times less for the oracle; both are bounds. */
	cr_expect_not_null(strstr(page, " >= 250 us |       >= 250 us | "
	    ">= 2500 |"), "%s", page);
	free(page);
	page = contents("least", "grid-line-free_to_use_ns-p99-bucket_size."
	    "svg");
	cr_expect_not_null(strstr(page, "\u2265"));
	free(page);
	store_close(store);
}

Test(report, legends_accuse_as_tables_do)
{
	static const char *const files[] = { "grid-pareto.svg",
		"grid-line-free_to_use_ns-p99-bucket_size.svg" };
	struct store *store;
	char *page;
	size_t i;

	store = report_fixture(fixture_path("accuse.db"));
	report_fixture_sql(store, "UPDATE run SET status = 'finding' WHERE "
	    "id = 101");
	report_fixture_sql(store, "INSERT INTO finding VALUES (1, 101, "
	    "'use_after_free', 'read', 'gus1.token')");
	cr_assert_eq(make(store, "accuse"), REPORT_DONE, "%s", err.text);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		page = contents("accuse", files[i]);
		cr_expect_eq(occurrences(page, "(!)"), 1, "%s: %d", files[i],
		    (int)occurrences(page, "(!)"));
		free(page);
	}
	store_close(store);
}

Test(report, the_front_has_its_marks_however_many_policies_there_are)
{
	static const char *const best[] = { "p001, eager", "p002, eager",
		"p003, eager" };
	struct store *store;
	char *page;
	size_t i;

	/* Each point is a policy, and the best three come last. */
	store = report_fixture(fixture_path("crowd.db"));
	report_fixture_sql(store, "UPDATE point SET policy = "
	    "printf('p%%03d', id), ordinal = 1000 - id");
	report_fixture_sql(store, "UPDATE metric SET value = value / 1e3 "
	    "WHERE name IN ('footprint_bytes', 'free_to_use_ns') "
	    "AND run_id < 400");
	cr_assert_eq(make(store, "crowd"), REPORT_DONE, "%s", err.text);
	page = contents("crowd", "grid-pareto.svg");
	for (i = 0; i < sizeof(best) / sizeof(best[0]); i++)
		cr_expect_geq(occurrences(page, best[i]), 1, "%s", best[i]);
	free(page);
	page = contents("crowd", "index.html");
	cr_expect_eq(occurrences(page, "those of 7 others are left out"), 1);
	free(page);
	store_close(store);
}

Test(report, an_axis_of_many_values_has_their_unit)
{
	static const struct {
		const char *value, *number, *tick;
	} kinds[] = {
		{ "(500 + id * 100) || 'us'", "(500 + id * 100) * 1e6",
		    ">1 ms<" },
		{ "(id * 2) || '%'", "id * 20000", ">20 %<" },
		{ "(id * 16) || 'KiB'", "id * 16384", ">64 KiB<" },
		{ "id || 'k/s'", "id * 1000", ">5 k/s<" },
	};
	struct store *store;
	char *picture;
	size_t i;

	store = report_fixture(fixture_path("units.db"));
	/* More values than are named one by one. */
	report_fixture_sql(store, "INSERT INTO point SELECT id + 20, "
	    "experiment_id, policy, ordinal + 20 FROM point");
	report_fixture_sql(store, "INSERT INTO run SELECT id + 2000, point_id "
	    "+ 20, seed, status, digest, sim_ns, accesses, wall_ns FROM run");
	report_fixture_sql(store, "INSERT INTO metric SELECT run_id + 2000, "
	    "name, stat, unit, value FROM metric");
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		report_fixture_sql(store, "DELETE FROM point_knob");
		report_fixture_sql(store, "INSERT INTO point_knob SELECT id, "
		    "'some.knob', %s, %s FROM point", kinds[i].value,
		    kinds[i].number);
		cr_assert_eq(make(store, "units"), REPORT_DONE, "%s",
		    err.text);
		picture = contents("units",
		    "grid-line-footprint_bytes-peak-knob.svg");
		cr_expect_not_null(strstr(picture, kinds[i].tick), "%s",
		    kinds[i].tick);
		free(picture);
	}
	store_close(store);
}

Test(report, long_names_are_whole_with_a_percent_sign_too)
{
	static const char name[] = "a policy with 5 % of this and of that and "
	    "of all the rest a little";
	struct store *store;
	char *picture;

	store = report_fixture(fixture_path("long.db"));
	report_fixture_sql(store, "UPDATE point SET policy = '%s' WHERE id > "
	    "9", name);
	cr_assert_eq(make(store, "long"), REPORT_DONE, "%s", err.text);
	picture = contents("long", "grid-split.svg");
	cr_expect_not_null(strstr(picture, name));
	free(picture);
	store_close(store);
}

Test(report, shares_that_overlap_are_said_to)
{
	static const char words[] = "add up to more than 100 %";
	struct store *store;
	char *page;

	store = report_fixture(fixture_path("overlap.db"));
	cr_assert_eq(make(store, "overlap"), REPORT_DONE, "%s", err.text);
	page = contents("overlap", "index.html");
	cr_expect_null(strstr(page, words));
	free(page);
	/* Two knobs that rise together, and whose effects go apart. */
	report_fixture_sql(store, "DELETE FROM point_knob");
	report_fixture_sql(store, "INSERT INTO point_knob SELECT id, 'an.x', "
	    "id / 4, id / 4 FROM point");
	report_fixture_sql(store, "INSERT INTO point_knob SELECT id, 'an.y', "
	    "(id + 1) / 4, (id + 1) / 4 FROM point");
	report_fixture_sql(store, "UPDATE metric SET value = 10000 + 3000 * "
	    "(run_id / 400) - 2900 * ((run_id / 100 + 1) / 4) WHERE name = "
	    "'footprint_bytes' AND stat = 'mean'");
	cr_assert_eq(make(store, "overlap"), REPORT_DONE, "%s", err.text);
	page = contents("overlap", "index.html");
	cr_expect_not_null(strstr(page, words));
	free(page);
	store_close(store);
}

Test(report, what_still_waits_is_in_no_part)
{
	struct store *store;
	char *page;

	store = report_fixture(fixture_path("split.db"));
	cr_assert_eq(make(store, "split"), REPORT_DONE, "%s", err.text);
	page = contents("split", "grid-split.svg");
	cr_expect_eq(occurrences(page, "\u2265"), 0);
	free(page);
	report_fixture_sql(store, "INSERT INTO metric SELECT id, "
	    "'free_to_use_ns', 'p99_is_bound', '1', seed = 2 FROM run WHERE "
	    "point_id = 1");
	cr_assert_eq(make(store, "split"), REPORT_DONE, "%s", err.text);
	page = contents("split", "grid-split.svg");
	cr_expect_eq(occurrences(page, "\u2265"), 1);
	free(page);
	page = contents("split", "index.html");
	cr_expect_not_null(strstr(page, "what still waited at the end is in "
	    "no bar"));
	free(page);
	store_close(store);
}

Test(report, what_is_missing_is_said)
{
	struct store *store;
	char *page;

	store = report_fixture(fixture_path("missing.db"));
	report_fixture_sql(store, "UPDATE run SET status = 'pending' WHERE "
	    "point_id = 1 AND seed = 4");
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' WHERE "
	    "point_id = 1 AND seed = 3");
	report_fixture_sql(store, "UPDATE experiment SET finished_at = NULL");
	cr_assert_eq(make(store, "missing"), REPORT_DONE, "%s", err.text);
	page = contents("missing", "report.md");
	cr_expect_not_null(strstr(page, "Incomplete: 1 of 60 runs"));
	cr_expect_not_null(strstr(page, "Runs that crashed: 1, given up after their time limit: 0"));
	cr_expect_not_null(strstr(page, "2 of 4"));
	cr_expect_not_null(strstr(page, "(not finished)"));
	free(page);
	page = contents("missing", "summary.csv");
	/* Mean of 4001 and 4002. */
	cr_expect_not_null(strstr(page, "1,grid,gus,1,eager,4,,,"
	    "footprint_bytes,mean,bytes,4,2,4001.5,"));
	free(page);
	page = contents("missing",
	    "grid-heat-footprint_bytes-mean-deferred.svg");
	cr_expect_not_null(strstr(page, "n=2"));
	free(page);
	store_close(store);
}

Test(report, twice_is_the_same_and_stale_files_go)
{
	struct store *store;
	char *after, *before, *other;
	FILE *out;

	store = report_fixture(fixture_path("twice.db"));
	cr_assert_eq(make(store, "twice"), REPORT_DONE, "%s", err.text);
	before = contents("twice", "index.html");
	cr_assert_gt(asprintf(&other, "%s/mine.txt", fixture_path("twice")),
	    0);
	out = fopen(other, "w");
	fclose(out);
	cr_assert_eq(make(store, "twice"), REPORT_DONE, "%s", err.text);
	after = contents("twice", "index.html");
	cr_expect_str_eq(before, after);
	/* Another name: other files.  What is the user's stays. */
	report_fixture_sql(store, "UPDATE experiment SET name = 'other'");
	cr_assert_eq(make(store, "twice"), REPORT_DONE, "%s", err.text);
	cr_expect(has("other-tail.svg"));
	cr_expect_eq(access(other, F_OK), 0);
	cr_expect_eq(files_in(fixture_path("twice")), made.file_count + 1);
	free(before);
	free(after);
	free(other);
	store_close(store);
}

Test(report, a_folder_of_somebody_else_is_left_alone)
{
	struct store *store;
	char *path;
	FILE *out;

	store = report_fixture(fixture_path("foreign.db"));
	mkdir(fixture_path("foreign"), 0777);
	cr_assert_gt(asprintf(&path, "%s/x", fixture_path("foreign")), 0);
	out = fopen(path, "w");
	fclose(out);
	cr_expect_eq(make(store, "foreign"), REPORT_REFUSED);
	cr_expect_not_null(strstr(err.text, "-o"));
	cr_expect_eq(files_in(fixture_path("foreign")), 1);
	unlink(path);
	cr_expect_eq(make(store, "foreign"), REPORT_DONE, "empty is fine");
	cr_expect_eq(make(store, "foreign.db"), REPORT_REFUSED, "no folder");
	free(path);
	store_close(store);
}

Test(report, failing_leaves_nothing)
{
	struct store *store;
	size_t before;

	store = report_fixture(fixture_path("nothing.db"));
	before = files_in(fixture_folder());
	stop = SIGINT;
	cr_expect_eq(make(store, "out"), REPORT_STOPPED);
	stop = 0;
	setenv("PATH", "/nonexistent", 1);
	cr_expect_eq(make(store, "out"), REPORT_FAILED);
	cr_expect_not_null(strstr(err.text, "gnuplot-nox"));
	cr_expect_eq(make(store, "no/such/place"), REPORT_FAILED);
	cr_expect_eq(files_in(fixture_folder()), before);
	store_close(store);
}

Test(report, no_experiment_and_no_runs_make_a_report_too)
{
	struct store *store;
	char *page;

	store = store_open(fixture_path("empty.db"), STORE_WRITE, &err);
	cr_assert_eq(make(store, "empty"), REPORT_DONE, "%s", err.text);
	page = contents("empty", "index.html");
	cr_expect_not_null(strstr(page, "holds no experiment"));
	free(page);
	report_fixture_sql(store, "INSERT INTO experiment VALUES (1, 'p', "
	    "'', '', '', '', '', '', '', NULL)");
	report_fixture_sql(store, "INSERT INTO point VALUES (1, 1, 'gus', 0)");
	report_fixture_sql(store, "INSERT INTO run VALUES (1, 1, 1, "
	    "'pending', NULL, NULL, NULL, NULL)");
	cr_assert_eq(make(store, "empty"), REPORT_DONE, "%s", err.text);
	page = contents("empty", "index.html");
	cr_expect_not_null(strstr(page, "Incomplete: 1 of 1"));
	free(page);
	store_close(store);
}

/* 8,000 runs with 125 numbers each. */
Test(report, a_million_numbers_take_less_than_half_a_minute, .timeout = 120)
{
	struct timespec begin, end;
	struct store *store;

	store = store_open(fixture_path("million.db"), STORE_WRITE, &err);
	report_fixture_sql(store, "INSERT INTO experiment VALUES (1, 'm', "
	    "'', '', '', '', '', '', '', 'x')");
	report_fixture_sql(store, "WITH RECURSIVE n(i) AS (VALUES (1) UNION "
	    "ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO point "
	    "SELECT i, 1, 'gus', i FROM n");
	report_fixture_sql(store, "INSERT INTO point_knob SELECT id, "
	    "'zone.bucket_size', 4 + id %% 50, 4 + id %% 50 FROM point UNION "
	    "ALL SELECT id, 'core.deferral', 1 + id / 50, 1 + id / 50 "
	    "FROM point");
	report_fixture_sql(store, "INSERT INTO run SELECT p.id * 4 + s, p.id, "
	    "s, 'ok', 'aa', 1, 1, 1 FROM point p, (SELECT 0 s UNION SELECT 1 "
	    "UNION SELECT 2 UNION SELECT 3)");
	report_fixture_sql(store, "WITH RECURSIVE n(i) AS (VALUES (1) UNION "
	    "ALL SELECT i + 1 FROM n WHERE i < 123) INSERT INTO metric "
	    "SELECT r.id, 'metric_' || i, 'mean', '1', r.id * i FROM run r, "
	    "n UNION ALL SELECT id, 'footprint_bytes', 'mean', 'bytes', "
	    "id * 10 FROM run UNION ALL SELECT id, 'free_to_use_ns', 'p99', "
	    "'ns', 1e9 / id FROM run");
	clock_gettime(CLOCK_MONOTONIC, &begin);
	cr_assert_eq(make(store, "million"), REPORT_DONE, "%s", err.text);
	clock_gettime(CLOCK_MONOTONIC, &end);
	cr_expect_lt(end.tv_sec - begin.tv_sec, 30);
	store_close(store);
}
