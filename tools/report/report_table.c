/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* vasprintf() */
#include "tools/report/report_table.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/hist.h"
#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/report/report_data.h"
#include "tools/report/report_front.h"
#include "tools/report/report_quantile.h"
#include "tools/report/report_replay.h"
#include "tools/report/report_shape.h"

struct grid *
grid_create(const char *columns)
{
	struct grid *grid;

	grid = must_alloc(1, sizeof(*grid));
	grid->columns = columns;
	grid->column_count = strlen(columns);
	return (grid);
}

void
grid_destroy(struct grid *grid)
{
	size_t i;

	if (grid == NULL)
		return;
	for (i = 0; i < grid->cell_count; i++)
		free(grid->cells[i]);
	free(grid->cells);
	free(grid);
}

void
grid_add(struct grid *grid, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		abort();
	va_end(args);
	grid->cells = must_grow(grid->cells, grid->cell_count,
	    sizeof(*grid->cells));
	grid->cells[grid->cell_count++] = text;
}

size_t
grid_rows(const struct grid *grid)
{

	return (grid->cell_count / grid->column_count - 1);
}

struct grid *
report_table_runs(const struct report_experiment *experiment)
{
	struct grid *grid;
	int i;

	grid = grid_create("rrrrrr");
	grid_add(grid, "runs");
	for (i = 0; i < REPORT_STATUSES; i++)
		grid_add(grid, "%s", report_status_names[i]);
	grid_add(grid, "%llu",
	    (unsigned long long)report_runs_all(experiment->status));
	for (i = 0; i < REPORT_STATUSES; i++)
		grid_add(grid, "%llu",
		    (unsigned long long)experiment->status[i]);
	return (grid);
}

/*
 * "1.20 MiB +-3.0%": the interval as a share of the mean.  A mean of bounds is
 * a bound, and seeds that agree on it do not make it sharper: no interval.
 */
static void
add_estimate(struct grid *grid, struct report_estimate estimate,
    const char *unit, const char *mark)
{
	char value[HUMAN_SIZE];
	double share;

	human_value(estimate.mean, unit, value);
	if (isnan(estimate.low) || estimate.mean == 0 || mark[0] == '>') {
		grid_add(grid, "%s%s", mark, value);
		return;
	}
	share = (estimate.high - estimate.mean) / fabs(estimate.mean) * 100;
	grid_add(grid, "%s%s +-%.*f%%", mark, value, share < 10 ? 1 : 0,
	    share);
}

static void
add_ratio(struct grid *grid, struct report_estimate estimate,
    struct report_estimate bound, const char *mark)
{

	if (estimate.n == 0 || bound.n == 0 || !(bound.mean > 0))
		grid_add(grid, "-");
	else
		grid_add(grid, estimate.mean < 1000 * bound.mean ? "%s%.3g" :
		    "%s%.0f", mark, estimate.mean / bound.mean);
}

/* Where runs are missing, of how many, and what became of them. */
static void
add_count(struct grid *grid, const struct report_point *point)
{
	static const enum report_status lost[] = { REPORT_CRASHED,
		REPORT_TIMEOUT, REPORT_PENDING };
	unsigned long long all, done;
	char text[120];
	size_t i, used;

	done = report_runs_done(point->status);
	all = report_runs_all(point->status);
	used = (size_t)snprintf(text, sizeof(text), done == all ? "%llu" :
	    "%llu of %llu", done, all);
	for (i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		if (point->status[lost[i]] > 0)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, ", %llu %s",
			    (unsigned long long)point->status[lost[i]],
			    report_status_names[lost[i]]);
	}
	grid_add(grid, "%s", text);
}

static void
add_point(struct grid *grid, const struct report_data *data,
    const struct shape *shape, size_t i)
{
	const struct report_point *point;
	struct report_estimate half, peak, mean, tail;
	char label[SHAPE_LABEL_SIZE];
	const char *mark;

	point = &shape->experiment->points[i];
	shape_label(shape, shape_slice_of(shape, i), i, label, sizeof(label));
	peak = report_find(data, point, "footprint_bytes", "peak");
	mean = report_find(data, point, "footprint_bytes", "mean");
	half = report_find(data, point, "free_to_use_ns", "p50");
	tail = report_find(data, point, "free_to_use_ns", "p99");
	mark = report_is_bound(data, point, "free_to_use_ns") ? ">= " : "";
	grid_add(grid, "%s", label);
	add_count(grid, point);
	grid_add(grid, "%s", shape->experiment->front == NULL ? "-" :
	    report_front_word(shape->experiment->front->place[i]));
	add_estimate(grid, mean, "bytes", "");
	add_ratio(grid, mean, report_find(data, point, "footprint_bytes",
	    "clairvoyant_mean"), "");
	add_estimate(grid, peak, "bytes", report_find(data, point,
	    "footprint_bytes", "unstable").mean > 0 ? "grows, " : "");
	/* Where half of a run's items waited on, its p50 is its p99. */
	add_estimate(grid, half, "ns", half.most >= tail.least ? mark : "");
	add_estimate(grid, tail, "ns", mark);
	add_ratio(grid, tail, report_find(data, point, "free_to_safe_ns",
	    "p99"), mark);
	add_estimate(grid, report_find(data, point, "censored_items", "total"),
	    "1", "");
	add_estimate(grid, report_find(data, point, "ops_per_s", "mean"),
	    "1/s", "");
	grid_add(grid, "%llu",
	    (unsigned long long)point->status[REPORT_FINDING]);
}

struct grid *
report_table_points(const struct report_data *data, const struct shape *shape,
    const size_t *points, size_t count)
{
	static const char *const head[] = { "point", "n", "place",
		"footprint mean", "x bound", "footprint peak",
		"free-to-use p50", "free-to-use p99", "x bound", "censored",
		"ops", "findings" };
	struct grid *grid;
	size_t i;

	grid = grid_create("lrlrrrrrrrrr");
	for (i = 0; i < grid->column_count; i++)
		grid_add(grid, "%s", head[i]);
	for (i = 0; i < count; i++)
		add_point(grid, data, shape, points == NULL ? i : points[i]);
	return (grid);
}

struct grid *
report_table_brief(const struct report_data *data, const struct shape *shape,
    const size_t *points, size_t count)
{
	static const char *const head[] = { "point", "n", "footprint",
		"x bound", "free-to-use p99", "x bound", "findings" };
	const struct report_point *point;
	struct report_estimate mean, tail;
	const char *mark;
	struct grid *grid;
	char label[SHAPE_LABEL_SIZE];
	size_t i;

	grid = grid_create("lrrrrrr");
	for (i = 0; i < grid->column_count; i++)
		grid_add(grid, "%s", head[i]);
	for (i = 0; i < count; i++) {
		point = &shape->experiment->points[points[i]];
		shape_label(shape, shape_slice_of(shape, points[i]), points[i],
		    label, sizeof(label));
		mean = report_find(data, point, "footprint_bytes", "mean");
		tail = report_find(data, point, "free_to_use_ns", "p99");
		grid_add(grid, "%s", label);
		add_count(grid, point);
		add_estimate(grid, mean, "bytes", "");
		add_ratio(grid, mean, report_find(data, point,
		    "footprint_bytes", "clairvoyant_mean"), "");
		mark = report_is_bound(data, point, "free_to_use_ns") ?
		    ">= " : "";
		add_estimate(grid, tail, "ns", mark);
		add_ratio(grid, tail, report_find(data, point,
		    "free_to_safe_ns", "p99"), mark);
		grid_add(grid, "%llu",
		    (unsigned long long)point->status[REPORT_FINDING]);
	}
	return (grid);
}

struct grid *
report_table_quantiles(const struct report_data *data,
    const struct shape *shape, const size_t *points, size_t count,
    struct err *err)
{
	static const uint64_t ppm[] = { 500000, 900000, 990000, 999000,
		999900, 1000000 };
	static const char *const head[] = { "point", "runs", "items",
		"waiting", "p50", "p90", "p99", "p99.9", "p99.99", "max" };
	struct quantiles quantiles;
	struct grid *grid;
	char text[80];
	size_t i, k, point;

	grid = grid_create("lrrrrrrrrr");
	for (i = 0; i < grid->column_count; i++)
		grid_add(grid, "%s", head[i]);
	for (i = 0; i < count; i++) {
		point = points == NULL ? i : points[i];
		if (quantiles_load(&quantiles, data,
		    &shape->experiment->points[point], "free_to_use_ns",
		    err) != 0) {
			grid_destroy(grid);
			return (NULL);
		}
		if (quantiles.runs > 0) {
			shape_label(shape, shape_slice_of(shape, point), point,
			    text, sizeof(text));
			grid_add(grid, "%s", text);
			grid_add(grid, "%d", quantiles.runs);
			grid_add(grid, "%llu",
			    (unsigned long long)quantiles.done->count);
			grid_add(grid, "%llu",
			    (unsigned long long)quantiles.waiting->count);
			for (k = 0; k < sizeof(ppm) / sizeof(ppm[0]); k++) {
				quantile_text(quantiles_at(&quantiles, ppm[k]),
				    text, sizeof(text));
				grid_add(grid, "%s", text);
			}
		}
		quantiles_fini(&quantiles);
	}
	return (grid);
}

struct grid *
report_table_findings(const struct shape *shape, size_t most)
{
	const struct report_experiment *experiment = shape->experiment;
	const struct report_finding *finding;
	struct grid *grid;
	char label[SHAPE_LABEL_SIZE], *line;
	size_t i;

	grid = grid_create("lrlll");
	grid_add(grid, "check");
	grid_add(grid, "seed");
	grid_add(grid, "point");
	grid_add(grid, "summary");
	grid_add(grid, "replay");
	for (i = 0; i < experiment->finding_count && i < most; i++) {
		finding = &experiment->findings[i];
		shape_label(shape, shape_slice_of(shape, finding->point),
		    finding->point, label, sizeof(label));
		grid_add(grid, "%s", finding->check);
		grid_add(grid, "%llu", (unsigned long long)finding->seed);
		grid_add(grid, "%s", label);
		grid_add(grid, "%s", finding->summary);
		line = report_replay(experiment->command, finding->token);
		grid_add(grid, "%s", line);
		free(line);
	}
	return (grid);
}
