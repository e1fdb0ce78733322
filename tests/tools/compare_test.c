/*
 * compare_test - are the right runs compared, and is what is missing said?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tests/tools/report_fixture.h"
#include "tests/tools/store_fixture.h"
#include "tools/compare/compare.h"
#include "tools/compare/scene.h"
#include "tools/report/plot.h"
#include "tools/report/report_shape.h"
#include "tools/store/store.h"

static struct err err;
static struct store *store;
static struct report_data *data;

static void
open_fixture(const char *name)
{

	store = report_fixture(fixture_path(name));
}

static struct compare *
make(const char *a, const char *b)
{

	report_data_free(data);
	data = report_data_load(store, &err);
	cr_assert_not_null(data, "%s", err.text);
	return (compare_make(data, a, b, false, &err));
}

static void
close_fixture(struct compare *compare)
{

	compare_free(compare);
	report_data_free(data);
	data = NULL;
	store_close(store);
}

static const struct compare_row *
row_of(const struct compare_condition *condition, const char *name,
    const char *stat)
{
	size_t i;

	for (i = 0; i < condition->row_count; i++) {
		if (strcmp(condition->rows[i].metric->name, name) == 0 &&
		    strcmp(condition->rows[i].metric->stat, stat) == 0)
			return (&condition->rows[i]);
	}
	return (NULL);
}

static char *
text_of(const struct compare *compare, bool json)
{
	size_t length;
	char *text;
	FILE *out;

	out = open_memstream(&text, &length);
	cr_assert_not_null(out);
	if (json)
		compare_json(out, compare);
	else
		compare_text(out, compare);
	fclose(out);
	return (text);
}

/* --- pairs -------------------------------------------------------------------- */

Test(compare, points_that_agree_are_compared_seed_by_seed)
{
	const struct compare_row *row;
	struct compare *compare;
	size_t c;

	open_fixture("pairs.db");
	compare = make("core.mode=eager", "core.mode=lazy,lazy_grace=4");
	cr_assert_not_null(compare, "%s", err.text);
	/* One for each bucket size; the second number is the lazy side's. */
	cr_assert_eq(compare->condition_count, 3);
	for (c = 0; c < 3; c++) {
		cr_expect_eq(compare->conditions[c].pairs, 4);
		row = row_of(&compare->conditions[c], "footprint_bytes",
		    "mean");
		cr_assert_not_null(row);
		cr_expect_eq(row->paired.n, 4);
		/* 10 * 4 bytes more in each pair, by the fixture's formula. */
		cr_expect(fabs(row->paired.difference - 40) < 1e-9);
		cr_expect_eq(row->paired.above, 4);
		row = row_of(&compare->conditions[c], "free_to_use_ns", "p99");
		cr_assert_not_null(row);
		cr_expect(fabs(row->paired.difference - 4000) < 1e-6);
		cr_expect_null(row_of(&compare->conditions[c],
		    "censored_items", "total"));
	}
	cr_expect_not_null(strstr(compare->conditions[1].label,
	    "zone.bucket_size=16"), "%s", compare->conditions[1].label);
	close_fixture(compare);
}

Test(compare, a_side_that_names_a_knob_alone_names_it_for_both)
{
	struct compare *compare;

	open_fixture("alone.db");
	compare = make("core.mode=eager", "core.mode=lazy,lazy_grace=1,"
	    "bucket_size=62");
	cr_assert_not_null(compare, "%s", err.text);
	cr_expect_eq(compare->condition_count, 1);
	cr_expect_eq(compare->conditions[0].points[0]->id, 3);
	close_fixture(compare);
}

Test(compare, what_both_name_may_differ)
{
	struct compare *compare;

	open_fixture("both.db");
	compare = make("core.mode=eager,bucket_size=4",
	    "core.mode=eager,bucket_size=62");
	cr_assert_not_null(compare, "%s", err.text);
	cr_assert_eq(compare->condition_count, 1);
	cr_expect_str_eq(compare->conditions[0].label, "gus");
	compare_free(compare);
	compare = make("#1", "#3");
	cr_assert_not_null(compare, "%s", err.text);
	cr_assert_eq(compare->condition_count, 1);
	cr_expect_eq(compare->conditions[0].points[0]->id, 1);
	cr_expect_eq(compare->conditions[0].points[1]->id, 3);
	close_fixture(compare);
}

Test(compare, a_point_is_the_same_as_itself)
{
	struct compare *compare;
	size_t c, i;

	open_fixture("itself.db");
	compare = make("gus", "gus");
	cr_assert_not_null(compare, "%s", err.text);
	cr_assert_geq(compare->condition_count, REPORT_FIXTURE_POINTS);
	for (c = 0; c < compare->condition_count; c++) {
		if (compare->conditions[c].points[0] !=
		    compare->conditions[c].points[1])
			continue;
		for (i = 0; i < compare->conditions[c].row_count; i++)
			cr_expect_eq(compare->conditions[c].rows[i].verdict,
			    COMPARE_SAME);
	}
	close_fixture(compare);
}

/* --- what is missing ------------------------------------------------------------ */

Test(compare, runs_without_numbers_and_without_partners_are_counted)
{
	const struct compare_condition *condition;
	const struct compare_row *row;
	struct compare *compare;
	char *text;

	open_fixture("missing.db");
	/* Of four seeds: one crashed, one given up, and one of the other side
	 * has another seed.  A finding is a run as any other. */
	report_fixture_sql(store, "UPDATE run SET status = 'crashed' WHERE "
	    "id = 101");
	report_fixture_sql(store, "UPDATE run SET status = 'timeout' WHERE "
	    "id = 102");
	report_fixture_sql(store, "UPDATE run SET seed = 77 WHERE id = 203");
	report_fixture_sql(store, "UPDATE run SET status = 'finding' WHERE "
	    "id = 204");
	report_fixture_sql(store, "UPDATE metric SET value = NULL WHERE "
	    "run_id = 104 AND name = 'free_to_use_ns'");
	compare = make("#1", "#2");
	cr_assert_not_null(compare, "%s", err.text);
	condition = &compare->conditions[0];
	cr_expect_eq(condition->pairs, 1, "%zu", condition->pairs);
	cr_expect_eq(condition->alone[0], 1);
	cr_expect_eq(condition->alone[1], 3);
	row = row_of(condition, "footprint_bytes", "mean");
	cr_assert_not_null(row);
	cr_expect_eq(row->paired.n, 1);
	cr_expect_eq(row->verdict, COMPARE_FEW);
	/* The one pair lacks this value, so there is no row of it. */
	cr_expect_null(row_of(condition, "free_to_use_ns", "p99"));
	cr_expect_eq(compare->family, 0);
	text = text_of(compare, false);
	cr_expect_not_null(strstr(text, "#1: 1 of 4 runs crashed"), "%s", text);
	cr_expect_not_null(strstr(text, "#1: 1 of 4 runs given up"));
	cr_expect_not_null(strstr(text, "#2: 1 of 4 runs with findings"));
	cr_expect_not_null(strstr(text, "#2: 3 finished runs have no partner"));
	free(text);
	text = text_of(compare, true);
	cr_expect_not_null(strstr(text, "\"timeout\": 1"), "%s", text);
	cr_expect_not_null(strstr(text, "\"without_partner\": 3"));
	cr_expect_not_null(strstr(text, "\"difference_ci95\": [\n            "
	    "null,"), "%s", text);
	free(text);
	close_fixture(compare);
}

Test(compare, percentiles_that_are_bounds_are_marked)
{
	const struct compare_row *row;
	struct compare *compare;

	open_fixture("bound.db");
	report_fixture_sql(store, "INSERT INTO metric SELECT id, "
	    "'free_to_use_ns', 'p99_is_bound', '1', id = 102 FROM run");
	compare = make("#1", "#2");
	cr_assert_not_null(compare, "%s", err.text);
	row = row_of(&compare->conditions[0], "free_to_use_ns", "p99");
	cr_assert_not_null(row);
	cr_expect(row->bound);
	row = row_of(&compare->conditions[0], "footprint_bytes", "mean");
	cr_expect_not(row->bound);
	compare_free(compare);
	compare = make("#2", "#3");
	cr_expect_not(row_of(&compare->conditions[0], "free_to_use_ns",
	    "p99")->bound);
	close_fixture(compare);
}

Test(compare, less_memory_is_better_and_a_count_is_neither)
{
	const struct compare_row *row;
	struct compare *compare;

	open_fixture("wish.db");
	compare = make("bucket_size=62,core.mode=eager",
	    "bucket_size=4,core.mode=eager");
	cr_assert_not_null(compare, "%s", err.text);
	row = row_of(&compare->conditions[0], "footprint_bytes", "mean");
	cr_assert_not_null(row);
	cr_expect_eq(row->verdict, COMPARE_LOWER);
	cr_expect_str_eq(compare_opinion(row), "better");
	row = row_of(&compare->conditions[0], "free_to_use_ns", "p99");
	cr_expect_eq(row->verdict, COMPARE_HIGHER);
	cr_expect_str_eq(compare_opinion(row), "worse");
	compare_free(compare);
	report_data_free(data);
	data = report_data_load(store, &err);
	compare = compare_make(data, "#1", "#2", true, &err);
	row = row_of(&compare->conditions[0], "censored_items", "total");
	cr_assert_not_null(row);
	cr_expect_eq(row->wish, COMPARE_NEITHER);
	close_fixture(compare);
}

/* --- complaints ------------------------------------------------------------------ */

Test(compare, what_names_nothing_is_refused_with_what_there_is)
{
	static const char *const wrong[] = { "epoch", "", "gus,gus",
		"core.moed=lazy", "core.mode=sleepy", "#0", "#99", "#1x",
		"gus,,core.mode=lazy", "=", "core.mode", "#" };
	size_t i;

	open_fixture("wrong.db");
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		err.text[0] = '\0';
		cr_expect_null(make("gus", wrong[i]), "'%s'", wrong[i]);
		cr_expect_neq(err.text[0], '\0');
		cr_expect_null(make(wrong[i], "gus"), "'%s'", wrong[i]);
	}
	cr_expect_null(make("epoch", "gus"));
	cr_expect_not_null(strstr(err.text, "policies: gus"), "%s", err.text);
	cr_expect_not_null(strstr(err.text, "core.mode"), "%s", err.text);
	cr_expect_null(make("gus", "bucket_size=17"));
	cr_expect_not_null(strstr(err.text, "bucket_size is 4, 16, 62"), "%s",
	    err.text);
	/* Both are there, and never under the same conditions. */
	cr_expect_null(make("bucket_size=4", "bucket_size=62,lazy_grace=1,"
	    "core.mode=eager"));
	close_fixture(NULL);
}

/* --- pictures -------------------------------------------------------------------- */

static bool
has(const struct scene_made *made, const char *name)
{
	size_t i;

	for (i = 0; i < made->file_count; i++) {
		if (strcmp(made->files[i], name) == 0)
			return (true);
	}
	return (false);
}

Test(compare, pictures_are_drawn_of_all_or_of_the_two)
{
	struct compare *compare;
	struct scene_made made;
	const char *folder;
	size_t all;

	open_fixture("scene.db");
	folder = fixture_path("pictures");
	compare = make("core.mode=eager", "core.mode=lazy");
	cr_assert_not_null(compare, "%s", err.text);
	cr_assert_eq(scene_make(data, NULL, folder, &made, &err), 0, "%s",
	    err.text);
	cr_expect(has(&made, "index.md"));
	cr_expect(has(&made, "grid-grid-footprint.png"));
	cr_expect(has(&made, "grid-bucket_size-footprint.svg"));
	cr_expect(has(&made, "grid-deferral-peak.png"));
	cr_expect(has(&made, "grid-split-bucket_size4-deferral1.png"));
	cr_expect(has(&made, "grid-tail-bucket_size62-deferral4.svg"));
	cr_expect(has(&made, "grid-bucket_size16-deferral4-time.png"));
	all = made.file_count;
	scene_made_fini(&made);
	/* Into the same folder again: an earlier one of ours may go. */
	cr_assert_eq(scene_make(data, compare, folder, &made, &err), 0, "%s",
	    err.text);
	cr_expect(made.file_count > 0 && made.file_count <= all);
	scene_made_fini(&made);
	close_fixture(compare);
}

/* As many contenders of a policy as wanted; the last may be the ideal. */
static void
fill_scene(struct scene *scene, struct shape_slice *slices, size_t count,
    bool ideal)
{
	size_t i;

	memset(scene, 0, sizeof(*scene));
	for (i = 0; i < count; i++) {
		slices[i].policy = ideal && i == count - 1 ? "clairvoyant" :
		    "gus";
		scene->contenders[i] = &slices[i];
	}
	scene->contender_count = count;
}

Test(compare, no_two_curves_of_a_picture_look_alike)
{
	struct scene *scene;
	struct shape_slice *slices;
	size_t count, i, k, list[SCENE_CURVES_MAX], n, style[SCENE_CURVES_MAX];

	scene = calloc(1, sizeof(*scene));
	slices = calloc(SCENE_CONTENDERS_MAX, sizeof(*slices));
	cr_assert(scene != NULL && slices != NULL);
	for (n = 1; n <= SCENE_CONTENDERS_MAX; n++) {
		fill_scene(scene, slices, n, false);
		count = scene_curves(scene, list);
		cr_expect_eq(count, n < SCENE_STYLES ? n : SCENE_STYLES);
		for (i = 0; i < count; i++) {
			style[i] = scene_style(scene, list[i]);
			for (k = 0; k < i; k++)
				cr_expect(plot_colour(style[i]) !=
				    plot_colour(style[k]),
				    "of %zu, %zu and %zu", n, k, i);
		}
		/* The ideal has no colour, and takes the place of nobody. */
		fill_scene(scene, slices, n, true);
		count = scene_curves(scene, list);
		cr_expect_eq(count, n < SCENE_CURVES_MAX ? n :
		    SCENE_CURVES_MAX);
		cr_expect_eq(list[count - 1], n - 1);
	}
	free(slices);
	free(scene);
}

Test(compare, pictures_say_whom_they_leave_out)
{
	static const char *const tables[] = { "metric", "histogram", "series" };
	static const char *const rest[] = { "name, stat, unit, value",
		"name, unit, buckets", "name, unit, step_ns, points" };
	struct scene_made made;
	const char *folder;
	char path[4096], text[65536];
	FILE *file;
	size_t i, length;

	/* Thirty policies, of which there is room for sixteen and eight. */
	open_fixture("many.db");
	report_fixture_sql(store, "UPDATE point SET policy = 'p' || id");
	report_fixture_sql(store, "INSERT INTO point SELECT id + 20, "
	    "experiment_id, 'q' || id, ordinal + 20 FROM point");
	report_fixture_sql(store, "INSERT INTO point_knob SELECT point_id + "
	    "20, knob, value, number FROM point_knob");
	report_fixture_sql(store, "INSERT INTO run SELECT id + 2000, point_id "
	    "+ 20, seed, status, digest, sim_ns, accesses, wall_ns FROM run");
	for (i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		report_fixture_sql(store, "INSERT INTO %s SELECT run_id + "
		    "2000, %s FROM %s", tables[i], rest[i], tables[i]);
	data = report_data_load(store, &err);
	cr_assert_not_null(data, "%s", err.text);
	folder = fixture_path("many");
	cr_assert_eq(scene_make(data, NULL, folder, &made, &err), 0, "%s",
	    err.text);
	scene_made_fini(&made);
	snprintf(path, sizeof(path), "%s/index.md", folder);
	file = fopen(path, "r");
	cr_assert_not_null(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	cr_expect_not_null(strstr(text, "not counted). 14 more policies and "
	    "modes are in no picture: there is room for 16."));
	cr_expect_not_null(strstr(text, " The grids have the policies that "
	    "are left out here. 14 more policies and modes are in no "
	    "picture"));
	close_fixture(NULL);
}

Test(compare, a_folder_of_somebody_else_is_left_alone)
{
	struct scene_made made;
	const char *folder;
	char path[4096];
	FILE *file;

	open_fixture("foreign.db");
	folder = fixture_folder();
	snprintf(path, sizeof(path), "%s/mine", folder);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	fclose(file);
	data = report_data_load(store, &err);
	cr_expect_eq(scene_make(data, NULL, folder, &made, &err), 1);
	scene_made_fini(&made);
	close_fixture(NULL);
}

Test(compare, with_no_finished_run_there_is_nothing_to_draw)
{
	struct scene_made made;

	open_fixture("pending.db");
	report_fixture_sql(store, "UPDATE run SET status = 'pending'");
	data = report_data_load(store, &err);
	cr_expect_eq(scene_make(data, NULL, fixture_path("nothing"), &made,
	    &err), -1);
	cr_expect_not_null(strstr(err.text, "nothing to draw"), "%s",
	    err.text);
	scene_made_fini(&made);
	close_fixture(NULL);
}
