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

#include "sim/base/must.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_front.h"
#include "tools/report/report_shape.h"

/* Which of a slice's points, in the order in which they are drawn. */
enum kind { DOMINATED, MAYBE, FRONT, KINDS };

enum {
	NUMBERS_MAX = 12,
	NUMBER_SIZE = 24,
	POINTS_MAX = 3000,
	SLICES_MAX = 8,
	BARS_MAX = 60,		/* with intervals, of a slice */
};

struct cloud {
	double *x, *y, *x_low, *x_high, *y_low, *y_high;
	const char **labels;
	size_t count;
};

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
	bool bound;

	x = report_find(scene->data, &scene->experiment->points[point],
	    "footprint_bytes", "mean");
	y = report_find(scene->data, &scene->experiment->points[point],
	    "free_to_use_ns", "p99");
	i = cloud->count++;
	cloud->x[i] = x.mean;
	cloud->x_low[i] = x.low;
	cloud->x_high[i] = x.high;
	cloud->y[i] = y.mean;
	/* Seeds that agree on a lower bound do not make it sharper. */
	bound = report_is_bound(scene->data, &scene->experiment->points[point],
	    "free_to_use_ns");
	cloud->y_low[i] = bound ? NAN : y.low;
	cloud->y_high[i] = bound ? NAN : y.high;
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

/* A slice is named once, by the best that it has. */
static size_t
put_slice(struct cloud clouds[KINDS], size_t s, const char *title,
    struct plot_curve *curves)
{
	static const enum plot_curve_kind drawn[KINDS] = {
		[DOMINATED] = PLOT_SMALL, [MAYBE] = PLOT_HOLLOW,
		[FRONT] = PLOT_POINTS,
	};
	size_t count;
	int best, kind;

	count = 0;
	best = -1;
	for (kind = 0; kind < KINDS; kind++) {
		if (clouds[kind].count > 0)
			best = kind;
	}
	for (kind = 0; kind <= best; kind++) {
		if (clouds[kind].count == 0)
			continue;
		curves[count].title = kind == best ? title : "";
		curves[count].kind = drawn[kind];
		curves[count].style = s;
		cloud_curve(&clouds[kind], &curves[count]);
		/* Bars on what is beaten, or on too much, hide the rest. */
		if (kind == DOMINATED || (kind == MAYBE &&
		    clouds[kind].count > BARS_MAX))
			curves[count].x_low = curves[count].x_high =
			    curves[count].y_low = curves[count].y_high = NULL;
		count++;
	}
	return (count);
}

static void
describe(const struct report_scene *scene, struct plot_figure *figure,
    size_t left_out)
{
	const struct report_front *front = scene->experiment->front;
	char unpaired[120], slices[160];
	size_t bounds, i;

	bounds = 0;
	for (i = 0; i < scene->experiment->point_count; i++)
		bounds += report_is_bound(scene->data,
		    &scene->experiment->points[i], "free_to_use_ns");
	unpaired[0] = slices[0] = '\0';
	if (front->unpaired > 0 && front->n > 1)
		snprintf(unpaired, sizeof(unpaired), " %zu points lack runs "
		    "and are nowhere called dominated.", front->unpaired);
	if (left_out > 0)
		snprintf(slices, sizeof(slices), " Policies and modes with "
		    "the best points are shown; those of %zu others are left "
		    "out, and the tables have them.", left_out);
	plot_caption(figure, "Means over the seeds. Filled marks with bars, "
	    "which are 95 %% confidence intervals: no other point beats them "
	    "in both; the line joins them. Hollow marks: beaten, perhaps by "
	    "chance alone. Small marks: beaten, and %s Numbers are those of "
	    "the rows in the table of best points.%s%s%s%s", front->n > 1 ?
	    "chance is excluded (one-sided t tests of the differences under "
	    "the same seeds, Holm over all pairs, 5 %)." :
	    "for certain (none here: that takes several seeds, and few enough "
	    "points to compare all pairs).", unpaired, slices, bounds > 0 ?
	    " Latencies without a bar are lower bounds or of one run; the "
	    "tables say which." : "",
	    scene->experiment->status[REPORT_FINDING] > 0 ? " (!): a check "
	    "fired in some runs of it; the tables say at which points." : "");
	plot_text(figure, "Scatter plot of %zu points: %zu are best in the "
	    "sense of Pareto, %zu may be as good. They are listed in the table "
	    "of best points.", scene->experiment->point_count,
	    front->order_count, front->maybe_count);
}

static void
draw(struct report_scene *scene, const struct shape_slice *const *slices,
    struct cloud (*clouds)[KINDS], size_t slice_count, struct cloud *line)
{
	struct plot_curve *curves;
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;
	const char *words[2] = { scene->prefix, "pareto" };
	char name[REPORT_NAME_SIZE], titles[SLICES_MAX][SHAPE_LABEL_SIZE + 8];
	size_t count, s;

	curves = must_alloc(slice_count * KINDS + 1, sizeof(*curves));
	count = 0;
	for (s = 0; s < slice_count; s++) {
		snprintf(titles[s], sizeof(titles[s]), "%s%s",
		    slices[s]->label, shape_accused(scene->shape, slices[s]));
		count += put_slice(clouds[s], s, titles[s], &curves[count]);
	}
	/* On top of the points. */
	curves[count].title = "nothing is better in both";
	curves[count].kind = PLOT_JOIN;
	curves[count].style = 5;
	curves[count].labels = line->labels;
	curves[count].count = line->count;
	curves[count].x = line->x;
	curves[count].y = line->y;
	lines.x_label = "mean footprint_bytes";
	lines.y_label = "free_to_use_ns, p99";
	lines.x_unit = "bytes";
	lines.y_unit = "ns";
	lines.curves = curves;
	lines.curve_count = count + 1;
	report_name(name, words, 2);
	figure = plot_lines(scene->plot, name, "Memory against latency",
	    &lines);
	free(curves);
	if (figure != NULL)
		describe(scene, figure, scene->shape->slice_count -
		    slice_count);
}

static void
sort_points(const struct report_scene *scene,
    const struct shape_slice *const *slices, struct cloud (*clouds)[KINDS],
    size_t slice_count)
{
	const struct shape_slice *slice;
	enum report_place place;
	size_t i, s;
	int kind;

	for (s = 0; s < slice_count; s++) {
		slice = slices[s];
		for (kind = 0; kind < KINDS; kind++)
			cloud_init(&clouds[s][kind], slice->point_count);
		for (i = 0; i < slice->point_count; i++) {
			place = scene->experiment->front->place[
			    slice->points[i]];
			if (place != REPORT_UNMEASURED)
				cloud_add(&clouds[s][place == REPORT_FRONT ?
				    FRONT : place == REPORT_MAYBE ? MAYBE :
				    DOMINATED], scene, slice->points[i], "");
		}
	}
}

static bool
has_place(const struct report_front *front, const struct shape_slice *slice,
    enum report_place place)
{
	size_t i;

	for (i = 0; i < slice->point_count; i++) {
		if (front->place[slice->points[i]] == place)
			return (true);
	}
	return (false);
}

/* In their order; of too many, those with the best points. */
static size_t
choose_slices(const struct report_scene *scene,
    const struct shape_slice *chosen[SLICES_MAX])
{
	static const enum report_place places[] = { REPORT_FRONT,
		REPORT_MAYBE, REPORT_DOMINATED, REPORT_UNMEASURED };
	const struct shape *shape = scene->shape;
	size_t count, p, s;
	bool *taken;

	taken = must_alloc(shape->slice_count, sizeof(*taken));
	count = 0;
	for (p = 0; p < sizeof(places) / sizeof(places[0]); p++) {
		for (s = 0; s < shape->slice_count && count < SLICES_MAX;
		    s++) {
			if (taken[s] || !has_place(scene->experiment->front,
			    &shape->slices[s], places[p]))
				continue;
			taken[s] = true;
			count++;
		}
	}
	count = 0;
	for (s = 0; s < shape->slice_count; s++) {
		if (taken[s])
			chosen[count++] = &shape->slices[s];
	}
	free(taken);
	return (count);
}

void
report_figures_pareto(struct report_scene *scene)
{
	const struct report_front *front = scene->experiment->front;
	const struct shape_slice *slices[SLICES_MAX];
	struct cloud (*clouds)[KINDS], line;
	char numbers[NUMBERS_MAX][NUMBER_SIZE];
	size_t i, s, slice_count;
	int kind;

	if (scene->experiment->point_count < 3)
		return;
	if (scene->experiment->point_count > POINTS_MAX) {
		scene->omitted++;
		return;
	}
	slice_count = choose_slices(scene, slices);
	clouds = must_alloc(slice_count, sizeof(*clouds));
	sort_points(scene, slices, clouds, slice_count);
	cloud_init(&line, front->order_count + 1);
	for (i = 0; i < front->order_count; i++) {
		cloud_add(&line, scene, front->order[i], "");
		if (i >= NUMBERS_MAX || is_near(&line, i))
			continue;
		snprintf(numbers[i], NUMBER_SIZE, "%zu", i + 1);
		line.labels[i] = numbers[i];
	}
	draw(scene, slices, clouds, slice_count, &line);
	cloud_fini(&line);
	for (s = 0; s < slice_count; s++) {
		for (kind = 0; kind < KINDS; kind++)
			cloud_fini(&clouds[s][kind]);
	}
	free(clouds);
}
