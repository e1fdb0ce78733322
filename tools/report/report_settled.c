/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_settled.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/cli/human.h"
#include "tools/report/report_data.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_table.h"

enum { SEEDS_MAX = 64 };	/* more tell no more */

/*
 * The whole footprint of each finished run, one after the other, as far as all
 * of them have it: what the end of a run cuts off may be a sample more in one.
 */
static int
load(const struct report_data *data, const struct report_point *point,
    double *values, size_t *n, size_t *count, double *step_ns,
    struct err *err)
{
	double *row, step;
	size_t i, length;
	int found;

	*n = *count = 0;
	for (i = 0; i < point->run_count && *n < SEEDS_MAX; i++) {
		if (point->runs[i].status != REPORT_OK &&
		    point->runs[i].status != REPORT_FINDING)
			continue;
		row = &values[*n * RUN_SERIES_POINTS_MAX];
		found = report_series(data, point->runs[i].id, "total", row,
		    RUN_SERIES_POINTS_MAX, &length, &step, err);
		if (found < 0)
			return (-1);
		/* A replica with another step is no replica. */
		if (found == 0 || (*n > 0 && step != *step_ns))
			continue;
		if (*n == 0 || length < *count)
			*count = length;
		*step_ns = step;
		++*n;
	}
	for (i = 1; i < *n; i++)
		memmove(&values[i * *count],
		    &values[i * RUN_SERIES_POINTS_MAX],
		    *count * sizeof(*values));
	return (0);
}

struct settled *
settled_make(const struct report_data *data,
    const struct report_experiment *experiment, struct err *err)
{
	struct settled *settled;
	struct settled_point *point;
	size_t count, i, n;
	double *values;
	int good;

	settled = must_alloc(1, sizeof(*settled));
	settled->point_count = experiment->point_count;
	settled->points = must_alloc(settled->point_count,
	    sizeof(*settled->points));
	values = must_alloc((size_t)SEEDS_MAX * RUN_SERIES_POINTS_MAX,
	    sizeof(*values));
	good = 0;
	for (i = 0; i < settled->point_count && good == 0; i++) {
		point = &settled->points[i];
		count = 0;
		good = load(data, &experiment->points[i], values, &n, &count,
		    &point->step_ns, err);
		if (good != 0 || n == 0)
			continue;
		warmup_judge(&point->warmup, values, n, count);
		settled->verdicts[point->warmup.verdict]++;
	}
	free(values);
	if (good == 0)
		return (settled);
	settled_free(settled);
	return (NULL);
}

void
settled_free(struct settled *settled)
{

	if (settled == NULL)
		return;
	free(settled->points);
	free(settled);
}

static void
add_share(struct grid *grid, double share)
{

	if (isnan(share))
		grid_add(grid, "-");
	else
		grid_add(grid, "%+.1f %%", share * 100);
}

struct grid *
settled_table(const struct settled *settled, const struct shape *shape,
    size_t most)
{
	static const char *const head[] = { "point", "seeds", "cut", "bias",
		"drift", "verdict" };
	const struct settled_point *point;
	char text[SHAPE_LABEL_SIZE];
	struct grid *grid;
	size_t i, rows;
	bool middle;

	grid = grid_create("lrrrrl");
	for (i = 0; i < grid->column_count; i++)
		grid_add(grid, "%s", head[i]);
	for (i = rows = 0; i < settled->point_count && rows < most; i++) {
		point = &settled->points[i];
		middle = shape_slice_of(shape, i)->middle == i;
		if (point->warmup.replicas == 0 || (!middle &&
		    point->warmup.verdict == WARMUP_FINE))
			continue;
		shape_label(shape, shape_slice_of(shape, i), i, text,
		    sizeof(text));
		grid_add(grid, "%s", text);
		grid_add(grid, "%zu", point->warmup.replicas);
		if (point->warmup.verdict == WARMUP_UNKNOWN ||
		    point->warmup.cut >= point->warmup.count)
			snprintf(text, sizeof(text), "-");
		else
			human_value((double)point->warmup.cut *
			    point->step_ns, "ns", text);
		grid_add(grid, "%s", text);
		add_share(grid, point->warmup.bias);
		add_share(grid, point->warmup.drift);
		grid_add(grid, "%s", warmup_words[point->warmup.verdict]);
		rows++;
	}
	return (grid);
}
