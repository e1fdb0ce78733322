/*
 * Amounts along one knob.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_shape.h"

/* Along these an ideal program's throughput is a straight line. */
static const char scaling_knob[] = "machine.cpus";

static const struct report_amount throughput = { "ops_per_s", "mean", "", "",
	"1/s", "Throughput" };

enum { TICKS_MAX = 16 };	/* named one by one */

#define NOWHERE	((size_t)-1)

/* A curve with numbers of its own. */
struct line {
	char title[SHAPE_LABEL_SIZE];
	double *x, *y, *low, *high;
	const char **labels;	/* the sign of a lower bound, or "" */
	size_t count;
	bool bounds;		/* some are no more than that */
	bool accused;		/* a check fired in some run of the slice */
	bool cloud;		/* its points are not to be joined */
};

/* All values of one knob, over the slices that vary it. */
struct ticks {
	double *numbers;
	const char **values;
	size_t count;
};

static void
line_init(struct line *line, size_t room)
{

	line->title[0] = '\0';
	line->count = 0;
	line->bounds = line->cloud = line->accused = false;
	line->x = must_alloc(room, sizeof(*line->x));
	line->y = must_alloc(room, sizeof(*line->y));
	line->low = must_alloc(room, sizeof(*line->low));
	line->high = must_alloc(room, sizeof(*line->high));
	line->labels = must_alloc(room, sizeof(*line->labels));
}

static void
line_fini(struct line *line)
{

	free(line->x);
	free(line->y);
	free(line->low);
	free(line->high);
	free(line->labels);
}

static void
line_add(struct line *line, double x, struct report_estimate estimate,
    bool at_least)
{

	line->x[line->count] = x;
	line->y[line->count] = estimate.mean;
	/* Seeds that agree on a bound do not make it sharper. */
	line->low[line->count] = at_least ? NAN : estimate.low;
	line->high[line->count] = at_least ? NAN : estimate.high;
	line->labels[line->count] = at_least ? "\u2265" : "";
	line->bounds = line->bounds || at_least;
	line->count++;
}

/*
 * The points of a slice along one axis; the other axes at their middle, or
 * where hardly any two points have a value in common, all of them.
 */
static size_t
points_along(const struct report_scene *scene, const struct shape_slice *slice,
    const struct shape_axis *along, size_t *points)
{
	const struct report_point *middle, *point;
	size_t a, found, i, p;

	middle = &scene->experiment->points[slice->middle];
	found = 0;
	if (!slice->grid) {
		memcpy(points, slice->points,
		    slice->point_count * sizeof(*points));
		return (slice->point_count);
	}
	for (i = 0; i < along->count; i++)
		points[i] = NOWHERE;
	for (p = 0; p < slice->point_count; p++) {
		point = &scene->experiment->points[slice->points[p]];
		for (a = 0; a < slice->axis_count; a++) {
			if (&slice->axes[a] != along &&
			    shape_place(&slice->axes[a], point) !=
			    shape_place(&slice->axes[a], middle))
				break;
		}
		i = shape_place(along, point);
		if (a == slice->axis_count && i < along->count &&
		    points[i] == NOWHERE)
			points[i] = slice->points[p];
	}
	for (i = 0; i < along->count; i++) {
		if (points[i] != NOWHERE)
			points[found++] = points[i];
	}
	return (found);
}

static void
name_line(const struct report_scene *scene, const struct shape_slice *slice,
    const struct shape_axis *along, struct line *line)
{
	const struct shape_axis *axis;
	size_t a, place, used;

	used = (size_t)snprintf(line->title, sizeof(line->title), "%s%s",
	    slice->label, shape_accused(scene->shape, slice));
	for (a = 0; a < slice->axis_count; a++) {
		axis = &slice->axes[a];
		if (axis == along || !slice->grid ||
		    used >= sizeof(line->title))
			continue;
		place = shape_place(axis,
		    &scene->experiment->points[slice->middle]);
		used += (size_t)snprintf(line->title + used,
		    sizeof(line->title) - used, ", %s %s",
		    shape_short(axis->knob), axis->values[place]);
	}
}

static void
fill_lines(const struct report_scene *scene, const struct report_amount *amount,
    const struct shape_slice *slice, const struct shape_axis *along,
    struct line *line, struct line *bound)
{
	const struct report_point *point;
	size_t count, i, *points, place;

	points = must_alloc(slice->point_count + along->count,
	    sizeof(*points));
	count = points_along(scene, slice, along, points);
	name_line(scene, slice, along, line);
	line->accused = shape_accused(scene->shape, slice)[0] != '\0';
	for (i = 0; i < count; i++) {
		point = &scene->experiment->points[points[i]];
		place = shape_place(along, point);
		line_add(line, along->numbers[place], report_find(scene->data,
		    point, amount->name, amount->stat),
		    strcmp(amount->stat, "p99") == 0 &&
		    report_is_bound(scene->data, point, amount->name));
		if (bound != NULL)
			line_add(bound, along->numbers[place],
			    report_find(scene->data, point, amount->bound_name,
			    amount->bound_stat), false);
	}
	free(points);
}

static void
add_ticks(struct ticks *ticks, const struct shape_axis *axis)
{
	size_t at, i, k;

	for (i = 0; i < axis->count; i++) {
		for (at = 0; at < ticks->count &&
		    ticks->numbers[at] < axis->numbers[i];)
			at++;
		if (at < ticks->count && ticks->numbers[at] == axis->numbers[i])
			continue;
		ticks->numbers = must_grow(ticks->numbers, ticks->count,
		    sizeof(*ticks->numbers));
		ticks->values = must_grow(ticks->values, ticks->count,
		    sizeof(*ticks->values));
		for (k = ticks->count++; k > at; k--) {
			ticks->numbers[k] = ticks->numbers[k - 1];
			ticks->values[k] = ticks->values[k - 1];
		}
		ticks->numbers[at] = axis->numbers[i];
		ticks->values[at] = axis->values[i];
	}
}

/*
 * What the throughput would be if each CPU brought as much as those of the
 * first point do.
 */
static void
fill_ideal(const struct line *line, struct line *ideal)
{
	size_t i;

	for (i = 0; i < line->count; i++) {
		ideal->x[i] = line->x[i];
		ideal->y[i] = line->y[0] / line->x[0] * line->x[i];
	}
	ideal->count = line->count;
}

static void
name_figure(const struct report_scene *scene,
    const struct report_amount *amount, const char *knob, bool cloud,
    char name[REPORT_NAME_SIZE])
{
	const char *words[5];

	words[0] = scene->prefix;
	words[1] = strcmp(knob, scaling_knob) == 0 ? "scale" : cloud ?
	    "cloud" : "line";
	words[2] = amount->name;
	words[3] = amount->stat;
	words[4] = shape_short(knob);
	report_name(name, words, 5);
}

static void
fill_curves(const struct line *lines, size_t count, const struct line *bound,
    bool scaling, struct plot_curve *curves)
{
	size_t i;

	for (i = 0; i < count; i++) {
		curves[i].title = lines[i].title;
		curves[i].kind = lines[i].cloud ? PLOT_POINTS : PLOT_LINE;
		curves[i].style = i;
		curves[i].count = lines[i].count;
		curves[i].x = lines[i].x;
		curves[i].y = lines[i].y;
		/* Thousands of bars would be a wall. */
		if (lines[i].cloud)
			continue;
		curves[i].y_low = lines[i].low;
		curves[i].y_high = lines[i].high;
		curves[i].labels = lines[i].labels;
	}
	curves[count].title = scaling ? "the first, if it scaled ideally" :
	    "clairvoyant bound of the first";
	curves[count].kind = PLOT_DASHED;
	curves[count].style = 2;
	curves[count].count = lines[0].cloud ? 0 : bound->count;
	curves[count].x = bound->x;
	curves[count].y = bound->y;
}

/* What one of a knob's numbers is, by how its values are written. */
static double
unit_of(const struct ticks *ticks, const char **unit)
{
	const char *ending;
	size_t i;

	*unit = "1";
	for (i = 0; i < ticks->count; i++) {
		ending = ticks->values[i] + strspn(ticks->values[i],
		    "0123456789.");
		if (ending[0] == '\0')
			continue;
		*unit = strchr(ending, '/') != NULL ? "1/s" :
		    strchr(ending, 'B') != NULL ? "bytes" :
		    strchr(ending, 'z') != NULL ? "Hz" :
		    ending[0] == '%' || strcmp(ending, "ppm") == 0 ? "%" :
		    "ns";
		/* Of shares the number is in millionths, of times in ps. */
		return ((*unit)[0] == '%' ? 1e-4 : (*unit)[0] == 'n' ? 1e-3 :
		    1);
	}
	return (1);
}

static void
scale_x(struct line *line, double factor)
{
	size_t i;

	for (i = 0; i < line->count; i++)
		line->x[i] *= factor;
}

static void
draw(struct report_scene *scene, const struct report_amount *amount,
    const char *knob, struct line *lines, size_t count,
    struct line *bound,
    const struct ticks *ticks, size_t left_out)
{
	struct plot_curve curves[REPORT_CURVES_MAX + 1] = { 0 };
	struct plot_lines plot = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], title[200];
	bool accused, bounds, scaling;
	double factor;
	size_t i;

	accused = bounds = false;
	for (i = 0; i < count; i++) {
		accused = accused || lines[i].accused;
		bounds = bounds || lines[i].bounds;
	}
	scaling = amount == &throughput;
	if (scaling)
		fill_ideal(&lines[0], bound);
	fill_curves(lines, count, bound, scaling, curves);
	plot.x_label = knob;
	plot.y_label = amount->name;
	plot.x_unit = "1";
	plot.y_unit = amount->unit;
	if (ticks->count <= TICKS_MAX) {
		plot.x_ticks = ticks->numbers;
		plot.x_tick_labels = ticks->values;
		plot.x_tick_count = ticks->count;
	} else {
		factor = unit_of(ticks, &plot.x_unit);
		for (i = 0; i < count; i++)
			scale_x(&lines[i], factor);
		scale_x(bound, factor);
	}
	plot.x_log = strcmp(knob, scaling_knob) == 0;
	plot.y_log = scaling;
	plot.y_zero = true;
	plot.curves = curves;
	plot.curve_count = count + 1;
	name_figure(scene, amount, knob, lines[0].cloud, name);
	snprintf(title, sizeof(title), "%s by %s", amount->title,
	    shape_short(knob));
	figure = plot_lines(scene->plot, name, title, &plot);
	if (figure == NULL)
		return;
	plot_caption(figure, "Means over the seeds%s%s%s%s%s", lines[0].cloud ?
	    "; each mark is a point of the design, with other values of the "
	    "other knobs too." : " with 95 % confidence intervals. Other "
	    "swept numbers are at their middle value.", scaling ?
	    " Both axes double from line to line, so ideal scaling is a "
	    "straight slope." : "", !bounds ? "" : lines[0].cloud ?
	    " Some are lower bounds, since too many items still waited at the "
	    "end; the tables say which." : " With \u2265 a mark is a lower "
	    "bound: too many items still waited at the end.", left_out > 0 ?
	    " Further curves are left out; the tables have them all." : "",
	    accused ? " (!): a check fired in some runs of it; the tables say "
	    "at which points." : "");
	plot_text(figure, "%zu curves over %s: %s%s.", count, knob,
	    lines[0].title, count > 1 ? " and others" : "");
}

static void
line_figure(struct report_scene *scene, const struct report_amount *amount,
    const char *knob)
{
	const struct shape *shape = scene->shape;
	const struct shape_axis *axis;
	struct line bound, lines[REPORT_CURVES_MAX];
	struct ticks ticks = { 0 };
	size_t count, i, left_out, s;

	count = left_out = 0;
	bound.x = NULL;
	for (s = 0; s < shape->slice_count; s++) {
		axis = shape_axis_find(&shape->slices[s], knob);
		if (axis == NULL)
			continue;
		if (count == REPORT_CURVES_MAX) {
			left_out++;
			continue;
		}
		if (count == 0)
			line_init(&bound, shape->slices[s].point_count);
		line_init(&lines[count], shape->slices[s].point_count);
		lines[count].cloud = !shape->slices[s].grid;
		fill_lines(scene, amount, &shape->slices[s], axis,
		    &lines[count], count == 0 ? &bound : NULL);
		add_ticks(&ticks, axis);
		count++;
	}
	if (count > 0) {
		draw(scene, amount, knob, lines, count, &bound, &ticks,
		    left_out);
		line_fini(&bound);
	}
	for (i = 0; i < count; i++)
		line_fini(&lines[i]);
	free(ticks.numbers);
	free(ticks.values);
}

/* Every swept number once, in the order in which slices have them. */
void
report_figures_lines(struct report_scene *scene)
{
	const struct shape *shape = scene->shape;
	const char **knobs;
	size_t a, count, i, k, s;

	knobs = NULL;
	count = 0;
	for (s = 0; s < shape->slice_count; s++) {
		for (i = 0; i < shape->slices[s].axis_count; i++) {
			for (k = 0; k < count; k++) {
				if (strcmp(knobs[k],
				    shape->slices[s].axes[i].knob) == 0)
					break;
			}
			if (k < count)
				continue;
			knobs = must_grow(knobs, count, sizeof(*knobs));
			knobs[count++] = shape->slices[s].axes[i].knob;
		}
	}
	for (k = 0; k < count; k++) {
		if (strcmp(knobs[k], scaling_knob) == 0)
			line_figure(scene, &throughput, knobs[k]);
		for (a = 0; a < REPORT_AMOUNTS; a++) {
			/* The mean tells the same story as the peak. */
			if (a != REPORT_MEAN_FOOTPRINT)
				line_figure(scene, &report_amounts[a],
				    knobs[k]);
		}
	}
	free(knobs);
}
