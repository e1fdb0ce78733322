/*
 * Memory against latency.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tools/must.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_pareto.h"
#include "tools/report/report_shape.h"

enum { NUMBERS_MAX = 12, NUMBER_SIZE = 24, POINTS_MAX = 3000 };

struct cloud {
	double *x, *y, *x_low, *x_high, *y_low, *y_high;
	const char **labels;
	size_t count;
};

struct pair {
	double x, y;
	size_t point;
};

static int
compare_pairs(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	if (p->x != q->x)
		return (p->x < q->x ? -1 : 1);
	if (p->y != q->y)
		return (p->y < q->y ? -1 : 1);
	return (p->point < q->point ? -1 : p->point > q->point);
}

size_t
report_pareto(const struct report_data *data,
    const struct report_experiment *experiment, size_t *front, size_t room)
{
	struct report_estimate x, y;
	struct pair *pairs;
	size_t count, i, used;
	double least;

	pairs = must_alloc(experiment->point_count, sizeof(*pairs));
	used = 0;
	for (i = 0; i < experiment->point_count; i++) {
		x = report_find(data, &experiment->points[i],
		    "footprint_bytes", "mean");
		y = report_find(data, &experiment->points[i], "free_to_use_ns",
		    "p99");
		if (x.n > 0 && y.n > 0)
			pairs[used++] = (struct pair){ x.mean, y.mean, i };
	}
	qsort(pairs, used, sizeof(*pairs), compare_pairs);
	/* From small to large footprint, the latency must keep falling. */
	count = 0;
	least = INFINITY;
	for (i = 0; i < used && count < room; i++) {
		if (pairs[i].y >= least)
			continue;
		least = pairs[i].y;
		front[count++] = pairs[i].point;
	}
	free(pairs);
	return (count);
}

static void
cloud_init(struct cloud *cloud, size_t room)
{

	cloud->count = 0;
	cloud->x = must_alloc(room * 6, sizeof(*cloud->x));
	cloud->y = cloud->x + room;
	cloud->x_low = cloud->y + room;
	cloud->x_high = cloud->x_low + room;
	cloud->y_low = cloud->x_high + room;
	cloud->y_high = cloud->y_low + room;
	cloud->labels = must_alloc(room, sizeof(*cloud->labels));
}

static void
cloud_fini(struct cloud *cloud)
{

	free(cloud->x);
	free(cloud->labels);
}

static void
cloud_add(struct cloud *cloud, const struct report_scene *scene, size_t point,
    const char *label)
{
	struct report_estimate x, y;
	size_t i;

	x = report_find(scene->data, &scene->experiment->points[point],
	    "footprint_bytes", "mean");
	y = report_find(scene->data, &scene->experiment->points[point],
	    "free_to_use_ns", "p99");
	i = cloud->count++;
	cloud->x[i] = x.mean;
	cloud->x_low[i] = x.low;
	cloud->x_high[i] = x.high;
	cloud->y[i] = y.mean;
	cloud->y_low[i] = y.low;
	cloud->y_high[i] = y.high;
	cloud->labels[i] = label;
}

static void
cloud_curve(const struct cloud *cloud, struct plot_curve *curve)
{

	curve->count = cloud->count;
	curve->x = cloud->x;
	curve->y = cloud->y;
	curve->x_low = cloud->x_low;
	curve->x_high = cloud->x_high;
	curve->y_low = cloud->y_low;
	curve->y_high = cloud->y_high;
}

/* So near to a point with a number that two would cover each other. */
static bool
is_near(const struct cloud *cloud, size_t i)
{
	static const double near = 0.15;
	size_t k;

	for (k = 0; k < i; k++) {
		if (cloud->labels[k][0] != '\0' &&
		    fabs(log(cloud->x[k] / cloud->x[i])) < near &&
		    fabs(log(cloud->y[k] / cloud->y[i])) < near)
			return (true);
	}
	return (false);
}

static void
draw(struct report_scene *scene, struct cloud *clouds, size_t cloud_count,
    struct cloud *front)
{
	const struct shape *shape = scene->shape;
	struct plot_curve *curves;
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;
	const char *words[2];
	char name[REPORT_NAME_SIZE];
	size_t s;

	curves = must_alloc(cloud_count + 1, sizeof(*curves));
	for (s = 0; s < cloud_count; s++) {
		curves[s].title = shape->slices[s].label;
		curves[s].kind = PLOT_POINTS;
		curves[s].style = s;
		cloud_curve(&clouds[s], &curves[s]);
	}
	/* On top of the points. */
	curves[s].title = "nothing is better in both";
	curves[s].kind = PLOT_JOIN;
	curves[s].style = 5;
	curves[s].labels = front->labels;
	curves[s].count = front->count;
	curves[s].x = front->x;
	curves[s].y = front->y;
	lines.x_label = "mean footprint_bytes";
	lines.y_label = "free_to_use_ns, p99";
	lines.x_unit = "bytes";
	lines.y_unit = "ns";
	lines.curves = curves;
	lines.curve_count = cloud_count + 1;
	words[0] = scene->prefix;
	words[1] = "pareto";
	report_name(name, words, 2);
	figure = plot_lines(scene->plot, name, "Memory against latency",
	    &lines);
	free(curves);
	if (figure == NULL)
		return;
	plot_caption(figure, "Each mark is a point of the sweep, its mean over "
	    "the seeds with 95 %% confidence intervals. The line joins the "
	    "points that no other point beats in both; with noise, a "
	    "neighbour may be as good. The numbers are those of the rows in "
	    "the table of best points.");
	plot_text(figure, "Scatter plot of %zu points; %zu of them are best "
	    "in the sense of Pareto. They are listed in the table of the "
	    "same name.", scene->experiment->point_count, front->count);
}

void
report_figures_pareto(struct report_scene *scene)
{
	const struct shape *shape = scene->shape;
	struct cloud *clouds, front;
	char numbers[NUMBERS_MAX][NUMBER_SIZE];
	size_t count, i, *best, s;

	count = scene->experiment->point_count;
	if (count < 3)
		return;
	if (count > POINTS_MAX) {
		scene->omitted++;
		return;
	}
	clouds = must_alloc(shape->slice_count, sizeof(*clouds));
	for (s = 0; s < shape->slice_count; s++) {
		cloud_init(&clouds[s], shape->slices[s].point_count);
		for (i = 0; i < shape->slices[s].point_count; i++)
			cloud_add(&clouds[s], scene,
			    shape->slices[s].points[i], "");
	}
	best = must_alloc(count, sizeof(*best));
	count = report_pareto(scene->data, scene->experiment, best, count);
	cloud_init(&front, count + 1);
	for (i = 0; i < count; i++) {
		cloud_add(&front, scene, best[i], "");
		if (i >= NUMBERS_MAX || is_near(&front, i))
			continue;
		snprintf(numbers[i], NUMBER_SIZE, "%zu", i + 1);
		front.labels[i] = numbers[i];
	}
	draw(scene, clouds, shape->slice_count, &front);
	cloud_fini(&front);
	free(best);
	for (s = 0; s < shape->slice_count; s++)
		cloud_fini(&clouds[s]);
	free(clouds);
}
