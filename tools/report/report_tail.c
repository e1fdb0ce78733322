/*
 * How the latency is spread: percentiles of merged histograms.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/hist.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_quantile.h"
#include "tools/report/report_shape.h"

enum {
	STEPS = 24,		/* in each tenfold of 1 / (1 - p) */
	TENFOLDS = 6,
	POINTS = STEPS * TENFOLDS,
};

struct tail {
	char title[SHAPE_LABEL_SIZE];
	size_t style;
	size_t count;
	double x[POINTS], y[POINTS];
};

/* Up to where the number of values bears it. */
static int
fill(const struct report_scene *scene, size_t point, struct tail *tail,
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
draw(struct report_scene *scene, const struct tail *tails, size_t count)
{
	static const double ticks[] = { 2, 10, 100, 1000, 1e4, 1e5 };
	static const char *const labels[] = { "50 %", "90 %", "99 %", "99.9 %",
		"99.99 %", "99.999 %" };
	struct plot_curve curves[REPORT_CURVES_MAX] = { 0 };
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;
	const char *words[2];
	char name[REPORT_NAME_SIZE];
	size_t i;

	for (i = 0; i < count; i++) {
		curves[i].title = tails[i].title;
		curves[i].kind = PLOT_THIN;
		curves[i].style = tails[i].style;
		curves[i].count = tails[i].count;
		curves[i].x = tails[i].x;
		curves[i].y = tails[i].y;
	}
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
	words[0] = scene->prefix;
	words[1] = "tail";
	report_name(name, words, 2);
	figure = plot_lines(scene->plot, name,
	    "Free-to-use latency, percentile by percentile", &lines);
	if (figure == NULL)
		return;
	plot_caption(figure, "From the merged histograms of all seeds of a "
	    "point. A curve ends where there are too few values for a 95 %% "
	    "bound, or where too many items still waited when the run "
	    "ended.");
	plot_text(figure, "%zu curves of latency over percentiles; the table "
	    "of percentiles has the numbers.", count);
}

int
report_figures_tail(struct report_scene *scene, struct err *err)
{
	static struct tail tails[REPORT_CURVES_MAX];
	size_t count, i, points[REPORT_CURVES_MAX], used;

	count = report_choose(scene, points, REPORT_CURVES_MAX);
	used = 0;
	for (i = 0; i < count; i++) {
		if (fill(scene, points[i], &tails[used], err) != 0)
			return (-1);
		if (tails[used].count == 0)
			continue;
		shape_label(scene->shape,
		    shape_slice_of(scene->shape, points[i]), points[i],
		    tails[used].title, sizeof(tails[used].title));
		tails[used].style = used;
		used++;
	}
	if (used > 0)
		draw(scene, tails, used);
	return (0);
}
