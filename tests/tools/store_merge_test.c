/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/store_fixture.h"
#include "tools/store/store.h"
#include "tools/store/store_merge.h"
#include "tools/store/store_query.h"
#include "tools/store/store_run.h"

enum { POINTS = 3, SEEDS = 10, RUNS = POINTS * SEEDS };

static struct err err;

/* The runs whose id leaves `rest` modulo `parts` are done. */
static void
write_part(const char *path, int parts, int rest)
{
	struct store *store;
	int i;

	store = fixture_sweep(path, POINTS, SEEDS);
	cr_assert_eq(store_begin(store, &err), 0);
	for (i = 1; i <= RUNS; i++) {
		if (i % parts == rest)
			cr_assert_eq(store_run_write(store, i, fixture_result(
			    (uint64_t)i), 5, "gus1.x", &err), 0);
	}
	cr_assert_eq(store_commit(store, &err), 0);
	store_close(store);
}

/* Everything but ids and host times, in one text. */
static char *
dump(struct store *store)
{
	static const char *const queries[] = {
		"SELECT name || scenario_digest || build_id || "
		"(finished_at IS NULL) FROM experiment ORDER BY 1",
		"SELECT ordinal || policy || knob || value || number FROM point "
		"JOIN point_knob ON point_id = id ORDER BY 1",
		"SELECT ordinal || ' ' || seed || status || "
		"coalesce(digest, '') || coalesce(sim_ns, '') || "
		"coalesce(accesses, '') FROM run JOIN point "
		"ON point.id = point_id ORDER BY 1",
		"SELECT ordinal || ' ' || seed || name || stat || unit || "
		"coalesce(value, '-') FROM metric JOIN run ON run.id = run_id "
		"JOIN point ON point.id = point_id ORDER BY 1",
		"SELECT ordinal || ' ' || seed || name || hex(buckets) "
		"FROM histogram JOIN run ON run.id = run_id "
		"JOIN point ON point.id = point_id ORDER BY 1",
		"SELECT ordinal || ' ' || seed || name || step_ns || "
		"hex(points) FROM series JOIN run ON run.id = run_id "
		"JOIN point ON point.id = point_id ORDER BY 1",
		"SELECT ordinal || ' ' || seed || name || hits FROM coverage "
		"JOIN run ON run.id = run_id "
		"JOIN point ON point.id = point_id ORDER BY 1",
		"SELECT ordinal || ' ' || seed || check_name || summary || "
		"token FROM finding JOIN run ON run.id = run_id "
		"JOIN point ON point.id = point_id ORDER BY 1",
	};
	struct store_query *query;
	char *text;
	size_t size, i;
	FILE *out;

	out = open_memstream(&text, &size);
	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		query = store_query_begin(store, queries[i], &err);
		cr_assert_not_null(query, "%s", err.text);
		while (store_query_step(query, &err) > 0)
			fprintf(out, "%s\n", store_query_text(query, 0));
		store_query_end(query);
	}
	fclose(out);
	return (text);
}

static char *
dump_file(const char *path)
{
	struct store *store;
	char *text;

	store = store_open(path, STORE_READ, &err);
	cr_assert_not_null(store, "%s", err.text);
	text = dump(store);
	store_close(store);
	return (text);
}

Test(merge, the_parts_of_a_sweep_become_the_whole)
{
	struct store_merged merged;
	struct store *store;
	char *parts[3], *whole;
	char name[20];
	int i, round;

	whole = fixture_path("whole.db");
	write_part(whole, 1, 0);
	for (i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "part%d.db", i);
		parts[i] = fixture_path(name);
		write_part(parts[i], 3, i);
	}
	store = store_open(fixture_path("merged.db"), STORE_WRITE, &err);
	/* The second round changes nothing. */
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 3; i++) {
			cr_assert_eq(store_merge(store, parts[i], &merged,
			    &err), 0, "%s", err.text);
			cr_assert_eq(merged.runs, round == 0 ? RUNS / 3 : 0);
			cr_assert_eq(merged.experiments,
			    round == 0 && i == 0 ? 1 : 0);
		}
		cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run "
		    "WHERE status = 'pending'"), 0);
		cr_assert_eq(fixture_number(store, "SELECT count(*) "
		    "FROM experiment WHERE finished_at IS NOT NULL"), 1);
		/* The whole was never marked as finished: it is here. */
		fixture_number(store, "UPDATE experiment SET finished_at=NULL");
		cr_assert_str_eq(dump(store), dump_file(whole));
	}
	store_close(store);
}

Test(merge, what_is_done_beats_what_is_not)
{
	struct store_merged merged;
	struct store *store;
	char *done, *pending, *given_up;

	done = fixture_path("done.db");
	pending = fixture_path("pending.db");
	given_up = fixture_path("given_up.db");
	write_part(done, 1, 0);
	write_part(pending, 1, 5);
	write_part(given_up, 1, 0);
	store = store_open(given_up, STORE_WRITE, &err);
	fixture_number(store, "UPDATE run SET status = 'timeout', digest = NULL");
	fixture_number(store, "DELETE FROM metric");
	store_close(store);

	store = store_open(fixture_path("out.db"), STORE_WRITE, &err);
	cr_assert_eq(store_merge(store, pending, &merged, &err), 0);
	cr_assert_eq(store_merge(store, given_up, &merged, &err), 0);
	cr_assert_eq(merged.runs, RUNS);
	cr_assert_eq(store_merge(store, done, &merged, &err), 0);
	cr_assert_eq(merged.runs, RUNS);
	cr_assert_eq(store_merge(store, given_up, &merged, &err), 0);
	cr_assert_eq(merged.runs, 0, "an answer never gives way to a timeout");
	fixture_number(store, "UPDATE experiment SET finished_at = NULL");
	cr_assert_str_eq(dump(store), dump_file(done));
	store_close(store);
}

Test(merge, other_experiments_are_kept_side_by_side)
{
	struct store_merged merged;
	struct store *store;
	char *path;

	path = fixture_path("other.db");
	write_part(path, 1, 0);
	store = store_open(path, STORE_WRITE, &err);
	fixture_number(store, "UPDATE experiment SET build_id = 'other'");
	store_close(store);
	store = fixture_sweep(fixture_path("side.db"), POINTS, SEEDS);
	cr_assert_eq(store_merge(store, path, &merged, &err), 0, "%s",
	    err.text);
	cr_assert_eq(merged.experiments, 1);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM experiment"),
	    2);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run"),
	    2 * RUNS);
	cr_assert_eq(fixture_number(store, "SELECT count(*) FROM run WHERE "
	    "status = 'pending'"), RUNS);
	store_close(store);
}

Test(merge, two_answers_for_one_run_are_an_error_and_change_nothing)
{
	struct store_merged merged;
	struct store *store;
	char *path, *before;

	path = fixture_path("liar.db");
	write_part(path, 1, 0);
	store = store_open(path, STORE_WRITE, &err);
	fixture_number(store, "UPDATE run SET digest = 'beef' WHERE id = 7");
	store_close(store);
	write_part(fixture_path("honest.db"), 1, 0);
	before = dump_file(fixture_path("honest.db"));
	store = store_open(fixture_path("honest.db"), STORE_WRITE, &err);
	cr_assert_eq(store_merge(store, path, &merged, &err), 1);
	cr_assert(strstr(err.text, "beef") != NULL, "%s", err.text);
	cr_assert_str_eq(dump(store), before);
	store_close(store);
}

Test(merge, foreign_and_newer_databases_are_refused)
{
	struct store_merged merged;
	struct store *store;
	char *path;

	path = fixture_path("newer.db");
	store = fixture_sweep(path, 1, 1);
	fixture_number(store, "PRAGMA user_version = 9");
	store_close(store);
	store = fixture_sweep(fixture_path("out.db"), 1, 1);
	cr_assert_eq(store_merge(store, path, &merged, &err), -1);
	cr_assert(strstr(err.text, "newer gusim") != NULL, "%s", err.text);
	cr_assert(strstr(err.text, path) != NULL, "%s", err.text);
	store_close(store);
}
