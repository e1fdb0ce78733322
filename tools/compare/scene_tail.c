/*
 * How the latency is spread: percentiles of merged histograms.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/hist.h"
#include "tools/compare/scene.h"
#include "tools/must.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_quantile.h"
#include "tools/report/report_shape.h"

enum {
	STEPS = 24,		/* in each tenfold of 1 / (1 - p) */
	POINTS = STEPS * 5,
};

struct tail {
	double x[POINTS], y[POINTS];
	size_t count;
};

/* Up to where the number of values bears it. */
static int
fill(const struct scene *scene, size_t point, struct tail *tail,
    struct err *err)
{
	struct quantiles quantiles;
	struct quantile quantile;
	double inverse;
	int i;

	tail->count = 0;
	if (quantiles_load(&quantiles, scene->data,
	    &scene->experiment->points[point], "free_to_use_ns", err) != 0)
		return (-1);
	for (i = 1; i < POINTS; i++) {
		inverse = pow(10, (double)i / STEPS);
		quantile = quantiles_at(&quantiles,
		    (uint64_t)((1 - 1 / inverse) * 1e6 + 0.5));
		if (quantile.kind != QUANTILE_KNOWN)
			break;
		tail->x[tail->count] = inverse;
		tail->y[tail->count++] = fmax(quantile.ns, 1);
	}
	quantiles_fini(&quantiles);
	return (0);
}

static void
draw(struct scene *scene, size_t condition, const struct plot_curve *curves,
    size_t count)
{
	static const double ticks[] = { 2, 10, 100, 1000, 1e4 };
	static const char *const labels[] = { "50 %", "90 %", "99 %", "99.9 %",
		"99.99 %" };
	const char *where = scene->conditions[condition].label;
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], title[SCENE_LABEL_SIZE + 64];

	lines.x_label = "share of the frees that were reused by then";
	lines.y_label = "free_to_use_ns";
	lines.x_unit = "1";
	lines.y_unit = "ns";
	lines.x_ticks = ticks;
	lines.x_tick_labels = labels;
	lines.x_tick_count = sizeof(ticks) / sizeof(ticks[0]);
	lines.x_log = true;
	lines.curves = curves;
	lines.curve_count = count;
	scene_name(scene, name, "tail",
	    scene->conditions[condition].key);
	snprintf(title, sizeof(title), "Free-to-use latency%s%s",
	    where[0] == '\0' ? "" : ": ", where);
	figure = plot_lines(scene->plot, name, title, &lines);
	if (figure == NULL)
		return;
	plot_caption(figure, "From the merged histograms of all seeds. A curve "
	    "ends where there are too few values for a 95 %% bound, or where "
	    "too many items still waited when the run ended.%s%s",
	    scene->contender_count > SCENE_CURVES_MAX ?
	    " The grids have the policies that are left out." : "", scene_accusation(scene));
	plot_text(figure, "%zu curves of latency over percentiles.", count);
}

int
scene_tail(struct scene *scene, size_t condition, struct err *err)
{
	struct plot_curve curves[SCENE_CURVES_MAX] = { 0 };
	struct tail *tails;
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
		good = fill(scene, point, &tails[count], err);
		if (good != 0)
			break;
		if (tails[count].count == 0)
			continue;
		curves[count].title = scene->names[i];
		curves[count].kind = scene_is_ideal(scene->contenders[i]) ?
		    PLOT_DASHED : PLOT_THIN;
		curves[count].style = scene_style(scene, i);
		curves[count].count = tails[count].count;
		curves[count].x = tails[count].x;
		curves[count].y = tails[count].y;
		count++;
	}
	if (good == 0 && count > 0)
		draw(scene, condition, curves, count);
	free(tails);
	return (good);
}
