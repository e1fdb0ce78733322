/*
 * How each contender changes along a number: CPUs, stalls, mixes.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/compare/scene.h"
#include "tools/compare/side.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_shape.h"

enum { ALONG_MAX = 32 };

struct curve {
	double x[ALONG_MAX], y[ALONG_MAX], low[ALONG_MAX], high[ALONG_MAX];
	size_t count;
};

/* Does the condition differ from the middle one in this knob only? */
static bool
is_along(const struct scene *scene, size_t condition, const char *knob,
    size_t contender)
{
	const struct report_knob *mine, *theirs;
	const struct report_point *middle, *point;
	size_t k;

	if (scene->conditions[condition].points[contender] == SCENE_NO_POINT ||
	    scene->conditions[scene->middle].points[contender] ==
	    SCENE_NO_POINT)
		return (false);
	point = &scene->experiment->points[
	    scene->conditions[condition].points[contender]];
	middle = &scene->experiment->points[
	    scene->conditions[scene->middle].points[contender]];
	for (k = 0; k < point->knob_count; k++) {
		mine = &point->knobs[k];
		theirs = side_knob_of(middle, mine->knob);
		if (strcmp(mine->knob, knob) != 0 && theirs != NULL &&
		    strcmp(mine->value, theirs->value) != 0)
			return (false);
	}
	return (side_knob_of(point, knob) != NULL);
}

static void
fill(const struct scene *scene, const struct scene_amount *amount,
    const char *knob, size_t contender, struct curve *curve)
{
	struct report_estimate estimate;
	size_t c, point;
	double x;

	curve->count = 0;
	for (c = 0; c < scene->condition_count && curve->count < ALONG_MAX;
	    c++) {
		if (!is_along(scene, c, knob, contender))
			continue;
		point = scene->conditions[c].points[contender];
		estimate = scene_value(scene, point, amount);
		x = side_knob_of(&scene->experiment->points[point],
		    knob)->number;
		if (curve->count > 0 && curve->x[curve->count - 1] == x)
			continue;
		curve->x[curve->count] = x;
		curve->y[curve->count] = estimate.mean;
		curve->low[curve->count] = estimate.low;
		curve->high[curve->count++] = estimate.high;
	}
}

static void
draw(struct scene *scene, const struct scene_amount *amount,
    const struct shape_axis *axis, struct curve *curves)
{
	struct plot_curve list[SCENE_CURVES_MAX] = { 0 };
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], title[SCENE_LABEL_SIZE];
	size_t contenders[SCENE_CURVES_MAX], count, i, k, who;
	bool any;

	count = scene_curves(scene, contenders);
	any = false;
	for (i = 0; i < count; i++) {
		who = contenders[i];
		fill(scene, amount, axis->knob, who, &curves[i]);
		list[i].title = scene->names[who];
		list[i].kind = scene_is_ideal(scene->contenders[who]) ?
		    PLOT_DASHED : PLOT_LINE;
		list[i].style = scene_style(scene, who);
		list[i].count = curves[i].count;
		list[i].x = curves[i].x;
		list[i].y = curves[i].y;
		list[i].y_low = curves[i].low;
		list[i].y_high = curves[i].high;
		for (k = 0; k < curves[i].count; k++)
			any = any || (curves[i].count > 1 &&
			    curves[i].y[k] > 0);
	}
	if (!any)
		return;
	lines.x_label = axis->knob;
	lines.y_label = amount->label;
	lines.x_unit = "1";
	lines.y_unit = amount->unit;
	lines.x_ticks = axis->numbers;
	lines.x_tick_labels = axis->values;
	lines.x_tick_count = axis->count;
	lines.x_log = axis->numbers[axis->count - 1] >= 8 * axis->numbers[0];
	lines.curves = list;
	lines.curve_count = count;
	snprintf(title, sizeof(title), "%s, by %s", amount->title,
	    shape_short(axis->knob));
	scene_name(scene, name, shape_short(axis->knob), amount->key);
	figure = plot_lines(scene->plot, name, title, &lines);
	if (figure == NULL)
		return;
	plot_caption(figure, "Mean over the seeds with 95 %% intervals; other "
	    "swept numbers at their middle: %s.%s%s",
	    scene->conditions[scene->middle].label,
	    scene_rest(scene, count), scene_accusation(scene));
	plot_text(figure, "%zu curves of %s over %s.", count, amount->label,
	    axis->knob);
}

void
scene_lines(struct scene *scene)
{
	const struct shape_slice *slice;
	struct curve *curves;
	size_t a, i, most;

	most = 0;
	for (i = 1; i < scene->contender_count; i++) {
		if (scene->contenders[i]->axis_count >
		    scene->contenders[most]->axis_count)
			most = i;
	}
	slice = scene->contenders[most];
	curves = must_alloc(SCENE_CURVES_MAX, sizeof(*curves));
	for (a = 0; a < slice->axis_count; a++) {
		for (i = 0; i < SCENE_AMOUNTS; i++)
			draw(scene, &scene_amounts[i], &slice->axes[a],
			    curves);
	}
	free(curves);
}
