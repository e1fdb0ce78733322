/*
 * How the latency is spread: percentiles of merged histograms.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/compare/scene.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_curve.h"
#include "tools/report/report_shape.h"

static void
draw(struct scene *scene, size_t condition, const struct plot_curve *curves,
    size_t count, size_t shown)
{
	const char *where = scene->conditions[condition].label;
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], remark[400];
	char title[SCENE_LABEL_SIZE + 64];

	scene_name(scene, name, "tail", scene->conditions[condition].key);
	snprintf(title, sizeof(title), "Free-to-use latency%s%s",
	    where[0] == '\0' ? "" : ": ", where);
	snprintf(remark, sizeof(remark), "%s%s", scene_rest(scene, shown),
	    scene_accusation(scene));
	figure = curve_draw_tail(scene->plot, name, title, curves, count,
	    remark);
	if (figure != NULL)
		plot_text(figure, "%zu curves of latency over percentiles.",
		    count);
}

int
scene_tail(struct scene *scene, size_t condition, struct err *err)
{
	struct plot_curve curves[SCENE_CURVES_MAX] = { 0 };
	struct curve *tails;
	size_t contenders[SCENE_CURVES_MAX], count, i, k, point, shown;
	int good;

	tails = must_alloc(SCENE_CURVES_MAX, sizeof(*tails));
	count = 0;
	good = 0;
	shown = scene_curves(scene, contenders);
	for (k = 0; k < shown; k++) {
		i = contenders[k];
		point = scene->conditions[condition].points[i];
		if (point == SCENE_NO_POINT)
			continue;
		good = curve_load(&tails[count], scene->data,
		    &scene->experiment->points[point], err);
		if (good != 0)
			break;
		if (tails[count].count == 0)
			continue;
		curves[count].title = scene->names[i];
		curves[count].kind = scene_is_ideal(scene->contenders[i]) ?
		    PLOT_DASHED : PLOT_THIN;
		curves[count].style = scene_style(scene, i);
		curve_as_tail(&tails[count], &curves[count]);
		count++;
	}
	if (good == 0 && count > 0)
		draw(scene, condition, curves, count, shown);
	free(tails);
	return (good);
}
