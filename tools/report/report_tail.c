/*
 * How the latency is spread: percentiles of merged histograms, and shares.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_curve.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_shape.h"

struct spread {
	struct curve curve;
	char title[SHAPE_LABEL_SIZE];
};

static void
draw(struct report_scene *scene, const struct spread *spreads, size_t count,
    bool tail)
{
	struct plot_curve curves[REPORT_CURVES_MAX] = { 0 };
	struct plot_figure *figure;
	const char *words[2] = { scene->prefix, tail ? "tail" : "cdf" };
	char name[REPORT_NAME_SIZE];
	size_t i;

	for (i = 0; i < count; i++) {
		curves[i].title = spreads[i].title;
		curves[i].kind = PLOT_THIN;
		curves[i].style = i;
		if (tail)
			curve_as_tail(&spreads[i].curve, &curves[i]);
		else
			curve_as_cdf(&spreads[i].curve, &curves[i]);
	}
	report_name(name, words, 2);
	figure = tail ? curve_draw_tail(scene->plot, name,
	    "Free-to-use latency, percentile by percentile", curves, count,
	    "") : curve_draw_cdf(scene->plot, name,
	    "Free-to-use latency, cumulative", curves, count, "");
	if (figure != NULL)
		plot_text(figure, "%zu curves of %s, of %s%s; the table of "
		    "percentiles has the numbers.", count, tail ?
		    "latency over percentiles" : "the share that is done over "
		    "latency", spreads[0].title, count > 1 ? " and others" :
		    "");
}

int
report_figures_tail(struct report_scene *scene, struct err *err)
{
	struct spread *spreads;
	size_t count, i, points[REPORT_CURVES_MAX], used;
	int good;

	count = report_choose(scene, points, REPORT_CURVES_MAX);
	spreads = must_alloc(count, sizeof(*spreads));
	used = 0;
	good = 0;
	for (i = 0; i < count && good == 0; i++) {
		good = curve_load(&spreads[used].curve, scene->data,
		    &scene->experiment->points[points[i]], err);
		if (good != 0 || spreads[used].curve.count == 0)
			continue;
		shape_label(scene->shape,
		    shape_slice_of(scene->shape, points[i]), points[i],
		    spreads[used].title, sizeof(spreads[used].title));
		used++;
	}
	if (good == 0 && used > 0) {
		draw(scene, spreads, used, true);
		draw(scene, spreads, used, false);
	}
	free(spreads);
	return (good);
}
