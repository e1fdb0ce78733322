/*
 * Prediction against measurement: where the two agree a point lies on the
 * diagonal.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/validate/validate.h"

/* One picture: rows of one unit and with the same bounds, of all cases. */
struct picture {
	const char *name;
	const char *title;
	const char *unit;
	enum validate_row rows[3];
	size_t row_count;
};

static const struct picture pictures[] = {
	{ "validate-costs", "Costs: predicted and measured", "ns",
	    { VALIDATE_SECTION, VALIDATE_ALLOC, VALIDATE_FREE }, 3 },
	{ "validate-throughput", "Throughput: predicted and measured", "1/s",
	    { VALIDATE_OPS }, 1 },
	{ "validate-latency", "Free to use: predicted and measured", "ns",
	    { VALIDATE_USE_P50, VALIDATE_USE_P90, VALIDATE_USE_P99 }, 3 },
};

enum { ROW_CURVES_MAX = 3, EDGES = 3 };

struct cloud {
	double *numbers;	/* x, its interval, y, its interval */
	double *column[6];
	size_t count;
};

static void
cloud_take(struct cloud *cloud, const struct validate_case *cases,
    size_t count, enum validate_row row, double *low, double *high)
{
	struct validate_verdict verdict;
	size_t i, n;

	cloud->numbers = must_alloc(6 * count, sizeof(*cloud->numbers));
	for (i = 0; i < 6; i++)
		cloud->column[i] = cloud->numbers + i * count;
	cloud->count = 0;
	for (i = 0; i < count; i++) {
		validate_judge(&cases[i], row, &verdict);
		if (isnan(verdict.ratio) || verdict.measured.low <= 0 ||
		    verdict.predicted.low <= 0)
			continue;
		n = cloud->count++;
		cloud->column[0][n] = verdict.measured.value;
		cloud->column[1][n] = verdict.measured.low;
		cloud->column[2][n] = verdict.measured.high;
		cloud->column[3][n] = verdict.predicted.value;
		cloud->column[4][n] = verdict.predicted.low;
		cloud->column[5][n] = verdict.predicted.high;
		*low = fmin(*low, fmin(verdict.measured.low,
		    verdict.predicted.low));
		*high = fmax(*high, fmax(verdict.measured.high,
		    verdict.predicted.high));
	}
}

static void
draw(struct plot *plot, const struct picture *picture,
    const struct validate_case *cases, size_t count)
{
	struct cloud clouds[ROW_CURVES_MAX];
	struct plot_curve curves[ROW_CURVES_MAX + EDGES];
	struct plot_figure *figure;
	const struct validate_row_def *def;
	struct plot_lines lines;
	double edge[EDGES][2], high, low, x[2];
	char titles[ROW_CURVES_MAX][48], caption[48];
	size_t i, points;

	low = INFINITY;
	high = 0;
	points = 0;
	for (i = 0; i < picture->row_count; i++) {
		cloud_take(&clouds[i], cases, count, picture->rows[i], &low,
		    &high);
		points += clouds[i].count;
		snprintf(titles[i], sizeof(titles[i]), "%s %s",
		    validate_rows[picture->rows[i]].name,
		    validate_rows[picture->rows[i]].stat);
		curves[i] = (struct plot_curve){ .title = titles[i],
			.kind = PLOT_POINTS, .style = i,
			.count = clouds[i].count,
			.x = clouds[i].column[0], .x_low = clouds[i].column[1],
			.x_high = clouds[i].column[2],
			.y = clouds[i].column[3], .y_low = clouds[i].column[4],
			.y_high = clouds[i].column[5] };
	}
	x[0] = low / 1.2;
	x[1] = high * 1.2;
	/* A point is outside where the table says that it is off. */
	def = &validate_rows[picture->rows[0]];
	snprintf(caption, sizeof(caption), "%s off", def->allowed);
	for (i = 0; i < EDGES; i++) {
		edge[i][0] = x[0] * (i == 0 ? 1 : i == 1 ? def->most :
		    def->least);
		edge[i][1] = edge[i][0] / x[0] * x[1];
		curves[picture->row_count + i] = (struct plot_curve){
			.title = i == 0 ? "equal" : i == 1 ?
			    caption : "",
			.kind = i == 0 ? PLOT_THIN : PLOT_DASHED,
			.style = 7, .count = 2, .x = x, .y = edge[i] };
	}
	lines = (struct plot_lines){ .x_label = "measured",
		.y_label = "predicted", .x_unit = picture->unit,
		.y_unit = picture->unit, .x_log = true, .curves = curves,
		.curve_count = picture->row_count + EDGES };
	figure = points == 0 ? NULL : plot_lines(plot, picture->name,
	    picture->title, &lines);
	if (figure != NULL)
		plot_caption(figure, "Medians and extremes of rounds and runs; dotted: "
		    "%s.", caption);
	for (i = 0; i < picture->row_count; i++)
		free(clouds[i].numbers);
}

int
validate_plot(const struct validate_case *cases, size_t count,
    const char *folder, struct err *err)
{
	struct plot *plot;
	size_t i;
	bool blind;
	int status;

	plot = plot_create(folder);
	for (i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		draw(plot, &pictures[i], cases, count);
	status = plot_run(plot, &blind, err);
	plot_destroy(plot);
	return (status);
}
