/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "tests/tools/store_fixture.h"
#include "tools/report/plot.h"
#include "tools/report/plot_areas.h"
#include "tools/report/plot_bars.h"
#include "tools/report/plot_heat.h"
#include "tools/report/plot_lines.h"

static struct err err;
static bool blind;

/* What a user may have called something. */
static const char hostile[] =
    "it's `touch owned` \"$HOME\" %s 100% {^_} \\n\n@;plot x # <&>";

static char *
contents(const char *name)
{
	static char text[1 << 20];
	size_t length;
	FILE *in;

	in = fopen(fixture_path(name), "r");
	cr_assert_not_null(in, "%s", name);
	length = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	text[length] = '\0';
	return (text);
}

static void
add_heat(struct plot *plot, const char *name)
{
	static const char *const columns[] = { hostile, "2" };
	static const char *const rows[] = { "1", hostile, "eager" };
	static const double values[] = { 1, 10, NAN, 1000, 5, 6 };
	static const char *const marks[] = { "", "", "", hostile, "", "" };
	static const char *const notes[] = { "", hostile, "", "x", "", "" };
	struct plot_heat heat = { .x_label = hostile, .y_label = hostile,
		.unit = "ns", .columns = columns, .column_count = 2,
		.rows = rows, .row_count = 3, .reference_count = 1,
		.values = values, .marks = marks, .notes = notes };

	plot_heat(plot, name, hostile, &heat);
}

static void
add_lines(struct plot *plot, const char *name, const double *y, size_t count)
{
	static const double x[] = { 1, 2, 4 };
	static const double low[] = { NAN, -50, 1 }, high[] = { NAN, 50, 5 };
	static const char *const labels[] = { "", hostile, "" };
	struct plot_curve curve = { .title = hostile, .kind = PLOT_LINE,
		.count = count, .x = x, .y = y, .y_low = low, .y_high = high,
		.labels = labels };
	struct plot_lines lines = { .x_label = hostile, .y_label = hostile,
		.x_unit = "1", .y_unit = "bytes", .curves = &curve,
		.curve_count = 1 };

	plot_lines(plot, name, hostile, &lines);
}

static void
add_bars(struct plot *plot, const char *name)
{
	static const double parts[] = { 3, NAN };
	static const char *const names[] = { hostile, "b" };
	struct plot_bar bar = { hostile, parts, NAN, NAN, NAN, false };
	struct plot_bars bars = { .x_label = hostile, .unit = "1/s",
		.parts = names, .part_count = 2, .bars = &bar,
		.bar_count = 1 };

	plot_bars(plot, name, hostile, &bars);
}

static void
add_areas(struct plot *plot, const char *name)
{
	static const double layer[] = { 1, 2, 3 };
	static const double *const layers[] = { layer, layer };
	static const char *const names[] = { hostile, "b" };
	struct plot_panel panel = { hostile, 3, 1000, layers, layer };
	struct plot_areas areas = { .y_label = hostile, .unit = "bytes",
		.layers = names, .layer_count = 2, .bound = hostile,
		.panels = &panel, .panel_count = 1 };

	plot_areas(plot, name, hostile, &areas);
}

Test(plot, hostile_texts_are_only_texts)
{
	static const double y[] = { 1, 2, 3 };
	struct plot *plot;

	plot = plot_create(fixture_folder());
	add_heat(plot, "heat");
	add_lines(plot, "lines", y, 3);
	add_bars(plot, "bars");
	add_areas(plot, "areas");
	cr_assert_eq(plot_count(plot), 4);
	cr_assert_eq(plot_run(plot, &blind, &err), 0, "%s", err.text);
	plot_destroy(plot);
	cr_expect_neq(access(fixture_path("owned"), F_OK), 0);
	cr_expect_neq(access("owned", F_OK), 0);
	/* As it was written, less the line end. */
	cr_expect_not_null(strstr(contents("lines.svg"),
	    "it's `touch owned` \"$HOME\" %s 100% {^_} \\n @;plot x # "
	    "&lt;&amp;>"));
	cr_expect_not_null(strstr(contents("heat.svg"), "100%"));
	cr_expect_neq(access(fixture_path("areas.png"), F_OK), -1);
	cr_expect_neq(access(fixture_path("bars.png"), F_OK), -1);
}

/* A dash is no number, and a lower bound no more than that. */
Test(plot, bars_tell_what_is_known_of_them)
{
	static const double bound[] = { 3 }, nothing[] = { NAN };
	struct plot_bar list[] = {
		{ "bound", bound, NAN, NAN, NAN, true },
		{ "none", nothing, NAN, NAN, NAN, false },
	};
	struct plot_bars bars = { .x_label = "x", .unit = "ns",
		.part_count = 1, .bars = list, .bar_count = 2 };
	struct plot *plot;

	plot = plot_create(fixture_folder());
	cr_expect_not_null(plot_bars(plot, "known", "known", &bars));
	cr_assert_eq(plot_run(plot, &blind, &err), 0, "%s", err.text);
	plot_destroy(plot);
	cr_expect_not_null(strstr(contents("known.svg"), "\u22653 ns"));
	cr_expect_not_null(strstr(contents("known.svg"), ">-<"));
	cr_expect_null(strstr(contents("known.svg"), ">0 ns<"));
	/* Nothing at all is no picture. */
	plot = plot_create(fixture_folder());
	bars.bars = &list[1];
	bars.bar_count = 1;
	cr_expect_null(plot_bars(plot, "nothing", "nothing", &bars));
	plot_destroy(plot);
}

Test(plot, a_legend_of_many_parts_has_several_rows)
{
	static const double parts[] = { 1, 1, 1, 1, 1, 1 };
	static const char *const names[] = { "deferral", "hz", "slots",
		"bucket_size", "item_size", "interactions" };
	struct plot_bar bar = { "bar", parts, NAN, NAN, NAN, false };
	struct plot_bars bars = { .x_label = "x", .unit = "%",
		.parts = names, .part_count = 2, .shares = true, .bars = &bar,
		.bar_count = 1 };
	struct plot_figure *few, *many;
	struct plot *plot;

	plot = plot_create(fixture_folder());
	few = plot_bars(plot, "few", "few", &bars);
	bars.part_count = 6;
	many = plot_bars(plot, "many", "many", &bars);
	cr_expect_eq(many->width, few->width);
	cr_expect_gt(many->height, few->height);
	cr_assert_eq(plot_run(plot, &blind, &err), 0, "%s", err.text);
	plot_destroy(plot);
}

/* With one CPU nobody can hold an item: the ideal latency is nothing. */
Test(plot, an_ideal_of_zero_does_not_flatten_the_rest)
{
	static const double x[] = { 1, 2, 4 }, y[] = { 10, 100, 5000 };
	static const double ideal[] = { 0, 2, 2 };
	struct plot_curve curves[] = {
		{ .title = "y", .kind = PLOT_LINE, .count = 3, .x = x,
		    .y = y },
		{ .title = "ideal", .kind = PLOT_DASHED, .count = 3, .x = x,
		    .y = ideal },
	};
	struct plot_lines lines = { .x_label = "x", .y_label = "y",
		.x_unit = "1", .y_unit = "ns", .y_zero = true,
		.curves = curves, .curve_count = 2 };
	struct plot *plot;

	plot = plot_create(fixture_folder());
	plot_lines(plot, "ideal", "ideal", &lines);
	cr_assert_eq(plot_run(plot, &blind, &err), 0, "%s", err.text);
	plot_destroy(plot);
	cr_expect_not_null(strstr(contents("ideal.svg"), ">10 ns<"));
	cr_expect_not_null(strstr(contents("ideal.svg"), ">1 us<"));
}

Test(plot, the_same_numbers_give_the_same_drawing)
{
	static const double y[] = { 1, 2, 3 };
	struct plot *plot;
	char *first;
	int round;

	first = NULL;
	for (round = 0; round < 2; round++) {
		plot = plot_create(fixture_folder());
		add_lines(plot, "again", y, 3);
		cr_assert_eq(plot_run(plot, &blind, &err), 0);
		plot_destroy(plot);
		if (round == 0)
			first = strdup(contents("again.svg"));
	}
	cr_expect_str_eq(first, contents("again.svg"));
	free(first);
}

Test(plot, odd_numbers_draw_too)
{
	static const double same[] = { 5, 5, 5 }, zero[] = { 0, 0, 0 };
	static const double wide[] = { 1e-3, 1, 1e12 };
	static const double none[] = { NAN, NAN, NAN };
	struct plot *plot;

	plot = plot_create(fixture_folder());
	add_lines(plot, "same", same, 3);
	add_lines(plot, "zero", zero, 3);
	add_lines(plot, "wide", wide, 3);
	add_lines(plot, "one", same, 1);
	cr_expect_eq(plot_count(plot), 4);
	add_lines(plot, "none", none, 3);
	cr_expect_eq(plot_count(plot), 4, "nothing is no figure");
	cr_expect_eq(plot_run(plot, &blind, &err), 0, "%s", err.text);
	plot_destroy(plot);
}

Test(plot, a_name_that_is_taken_gets_a_number)
{
	static const double y[] = { 1, 2, 3 };
	struct plot *plot;

	plot = plot_create(fixture_folder());
	add_lines(plot, "a", y, 3);
	add_lines(plot, "a", y, 3);
	add_lines(plot, "a", y, 3);
	cr_expect_str_eq(plot_at(plot, 1)->name, "a-2");
	cr_expect_str_eq(plot_at(plot, 2)->name, "a-3");
	plot_destroy(plot);
}

Test(plot, without_gnuplot_it_says_what_to_install)
{
	static const double y[] = { 1, 2, 3 };
	struct plot *plot;

	setenv("PATH", fixture_folder(), 1);
	plot = plot_create(fixture_folder());
	cr_expect_eq(plot_run(plot, &blind, &err), 0, "nothing to draw");
	add_lines(plot, "x", y, 3);
	cr_assert_eq(plot_run(plot, &blind, &err), -1);
	cr_expect_not_null(strstr(err.text, "gnuplot-nox"));
	plot_destroy(plot);
}

Test(plot, what_gnuplot_complains_about_is_passed_on)
{
	struct plot *plot;

	plot = plot_create(fixture_folder());
	fputs("no such command\n", plot_add(plot, "bad", "bad", 100,
	    100)->commands);
	cr_assert_eq(plot_run(plot, &blind, &err), -1);
	cr_expect_not_null(strstr(err.text, "gnuplot gave up"));
	cr_expect_not_null(strstr(err.text, "invalid command"));
	plot_destroy(plot);
}

Test(plot, more_is_darker)
{
	unsigned last, light, rgb;
	int i;

	last = 1000000;
	for (i = 0; i <= 100; i++) {
		rgb = plot_shade(i / 100.0);
		light = 299 * (rgb >> 16) + 587 * (rgb >> 8 & 0xff) +
		    114 * (rgb & 0xff);
		cr_assert_lt(light, last, "%d", i);
		last = light;
	}
	cr_expect(!plot_is_dark(plot_shade(0)));
	cr_expect(plot_is_dark(plot_shade(1)));
	cr_expect(plot_wants_log(1, 100));
	cr_expect(!plot_wants_log(0, 100));
	cr_expect(!plot_wants_log(50, 100));
}
