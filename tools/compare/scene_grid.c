/*
 * Who loses where: contenders by conditions, one amount each.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/compare/scene.h"
#include "tools/report/plot.h"
#include "tools/report/plot_heat.h"
#include "tools/report/report_shape.h"

struct cells {
	const char *rows[SCENE_CONTENDERS_MAX];
	const char *columns[SCENE_COLUMNS_MAX];
	const char *marks[SCENE_CONTENDERS_MAX * SCENE_COLUMNS_MAX];
	const char *notes[SCENE_CONTENDERS_MAX * SCENE_COLUMNS_MAX];
	double values[SCENE_CONTENDERS_MAX * SCENE_COLUMNS_MAX];
	char ratios[SCENE_CONTENDERS_MAX * SCENE_COLUMNS_MAX][24];
};

/* The best of a condition, of those that are real and safe. */
static double
best_of(const struct scene *scene, const struct scene_amount *amount,
    const struct scene_condition *condition)
{
	double best, value;
	size_t i;

	best = NAN;
	for (i = 0; i < scene->contender_count; i++) {
		if (condition->points[i] == SCENE_NO_POINT ||
		    scene_is_barred(scene, i))
			continue;
		value = scene_value(scene, condition->points[i], amount).mean;
		best = amount->more ? fmax(best, value) : fmin(best, value);
	}
	return (best);
}

static void
fill(const struct scene *scene, const struct scene_amount *amount,
    struct cells *cells)
{
	const struct scene_condition *condition;
	size_t c, cell, count, i, row;
	double best, ratio;

	count = scene->contender_count;
	for (c = 0; c < scene->condition_count; c++) {
		condition = &scene->conditions[c];
		cells->columns[c] = condition->values;
		best = best_of(scene, amount, condition);
		for (i = 0; i < count; i++) {
			/* Rows go upwards, and the first should be on top. */
			row = count - 1 - i;
			cell = row * scene->condition_count + c;
			cells->rows[row] = scene->names[i];
			cells->marks[cell] = cells->notes[cell] = "";
			cells->values[cell] = NAN;
			if (condition->points[i] == SCENE_NO_POINT)
				continue;
			cells->values[cell] = scene_value(scene,
			    condition->points[i], amount).mean;
			if (!(best > 0) || isnan(cells->values[cell]))
				continue;
			ratio = cells->values[cell] / best;
			snprintf(cells->ratios[cell],
			    sizeof(cells->ratios[cell]), ratio < 1000 ?
			    "x %.3g" : "x %.0f", ratio);
			cells->notes[cell] = cells->ratios[cell];
		}
	}
}

static void
draw(struct scene *scene, const struct scene_amount *amount,
    struct cells *cells)
{
	struct plot_heat heat = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], label[SCENE_LABEL_SIZE];
	const struct shape_slice *slice;
	size_t a, cell, used;
	bool any;

	fill(scene, amount, cells);
	any = false;
	for (cell = 0; cell < scene->contender_count * scene->condition_count;
	    cell++)
		any = any || cells->values[cell] > 0;
	if (!any)
		return;
	slice = scene->contenders[0];
	for (a = used = 0; a < slice->axis_count && used < sizeof(label); a++)
		used += (size_t)snprintf(label + used, sizeof(label) - used,
		    "%s%s", a == 0 ? "" : ", ", slice->axes[a].knob);
	if (slice->axis_count == 0)
		snprintf(label, sizeof(label), "the one condition");
	heat.x_label = label;
	heat.y_label = "";
	heat.unit = amount->unit;
	heat.columns = cells->columns;
	heat.column_count = scene->condition_count;
	heat.rows = cells->rows;
	heat.row_count = scene->contender_count;
	heat.values = cells->values;
	heat.marks = cells->marks;
	heat.notes = cells->notes;
	scene_name(scene, name, "grid", amount->key);
	figure = plot_heat(scene->plot, name, amount->title, &heat);
	plot_caption(figure, "%s: the mean over the seeds, and under it how "
	    "many times that of the best in the column (the clairvoyant "
	    "reclaimer, if there is one, not counted).%s%s", amount->label,
	    scene_rest(scene, scene->contender_count),
	    scene_accusation(scene));
	plot_text(figure, "Table of %s for %zu policies in %zu conditions.",
	    amount->label, scene->contender_count, scene->condition_count);
}

void
scene_grids(struct scene *scene)
{
	struct cells *cells;
	size_t a;

	if (scene->contender_count < 2 ||
	    scene->condition_count > SCENE_COLUMNS_MAX)
		return;
	for (a = 0; a < SCENE_AMOUNTS; a++) {
		cells = must_alloc(1, sizeof(*cells));
		draw(scene, &scene_amounts[a], cells);
		free(cells);
	}
}
