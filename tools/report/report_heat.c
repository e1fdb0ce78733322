/*
 * Heat maps of an experiment.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdint.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/report/plot.h"
#include "tools/report/plot_heat.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_shape.h"

enum { REFERENCES_MAX = 4 };

/* One map while it is made. */
struct map {
	struct report_scene *scene;
	const struct report_amount *amount;
	bool both;			/* the latency stands under it */
	const struct shape_slice *slice;
	const struct shape_axis *x, *y;
	const struct shape_slice *references[REFERENCES_MAX];
	size_t reference_count;
	size_t rows;
	const char **labels;		/* of the rows */
	size_t *points;			/* of each cell; SIZE_MAX: none */
	double *values;
	const char **marks;
	char **notes;
	size_t n_least, n_most;
	bool bounds, censored, unstable;
};

/* The same as the map but for the second knob, which it does not have. */
static bool
is_reference(const struct map *map, const struct shape_slice *slice)
{
	size_t i;

	for (i = 0; i < slice->axis_count; i++) {
		if (shape_axis_find(map->slice, slice->axes[i].knob) == NULL)
			return (false);
	}
	return (shape_axis_find(slice, map->x->knob) != NULL &&
	    shape_axis_find(slice, map->y->knob) == NULL);
}

static void
find_references(struct map *map)
{
	const struct shape *shape = map->scene->shape;
	const struct shape_slice *slice;
	size_t s;

	for (s = 0; s < shape->slice_count; s++) {
		slice = &shape->slices[s];
		if (is_reference(map, slice) &&
		    map->reference_count < REFERENCES_MAX)
			map->references[map->reference_count++] = slice;
	}
}

/* Other axes of a slice are held at the values of its middle point. */
static bool
is_on_map(const struct map *map, const struct shape_slice *slice,
    const struct report_point *point)
{
	const struct report_experiment *experiment = map->scene->experiment;
	const struct shape_axis *axis;
	size_t i;

	for (i = 0; i < slice->axis_count; i++) {
		axis = &slice->axes[i];
		if (strcmp(axis->knob, map->x->knob) != 0 &&
		    strcmp(axis->knob, map->y->knob) != 0 &&
		    shape_place(axis, point) != shape_place(axis,
		    &experiment->points[slice->middle]))
			return (false);
	}
	return (true);
}

static void
find_points(struct map *map)
{
	const struct report_experiment *experiment = map->scene->experiment;
	const struct shape_slice *reference;
	size_t column, i, r, row;

	for (i = 0; i < map->rows * map->x->count; i++)
		map->points[i] = SIZE_MAX;
	for (i = 0; i < map->slice->point_count; i++) {
		const struct report_point *point;

		point = &experiment->points[map->slice->points[i]];
		column = shape_place(map->x, point);
		row = shape_place(map->y, point);
		if (column < map->x->count && row < map->y->count &&
		    is_on_map(map, map->slice, point))
			map->points[row * map->x->count + column] =
			    map->slice->points[i];
	}
	for (r = 0; r < map->reference_count; r++) {
		reference = map->references[r];
		row = map->y->count + r;
		for (i = 0; i < reference->point_count; i++) {
			const struct report_point *point;

			point = &experiment->points[reference->points[i]];
			column = shape_place(map->x, point);
			if (column < map->x->count &&
			    is_on_map(map, reference, point))
				map->points[row * map->x->count + column] =
				    reference->points[i];
		}
	}
}

static void
note(char **text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
note(char **text, const char *format, ...)
{
	char words[80];
	va_list args;
	char *joined;
	size_t room;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	room = strlen(*text) + strlen(words) + 2;
	joined = must_alloc(room, 1);
	snprintf(joined, room, "%s%s%s", *text, **text != '\0' ? " " : "",
	    words);
	free(*text);
	*text = joined;
}

/* For the map that shows memory and latency. */
static void
note_latency(struct map *map, size_t cell, const struct report_point *point)
{
	const struct report_data *data = map->scene->data;
	struct report_estimate estimate;
	char text[HUMAN_SIZE];
	bool bound;

	estimate = report_find(data, point, "free_to_use_ns", "p99");
	if (estimate.n == 0)
		return;
	bound = report_is_bound(data, point, "free_to_use_ns");
	map->censored = map->censored || bound;
	human_value(estimate.mean, "ns", text);
	note(&map->notes[cell], "%s%s", bound ? "\u2265" : "", text);
}

static void
fill_cell(struct map *map, size_t cell)
{
	const struct report_data *data = map->scene->data;
	const struct report_amount *amount = map->amount;
	const struct report_point *point;
	struct report_estimate bound, estimate;

	map->values[cell] = NAN;
	map->marks[cell] = "";
	map->notes[cell] = must_copy("");
	if (map->points[cell] == SIZE_MAX)
		return;
	point = &map->scene->experiment->points[map->points[cell]];
	estimate = report_find(data, point, amount->name, amount->stat);
	if (estimate.n == 0)
		return;
	map->values[cell] = estimate.mean;
	if (estimate.n < map->n_least)
		map->n_least = estimate.n;
	if (estimate.n > map->n_most)
		map->n_most = estimate.n;
	bound = report_find(data, point, amount->bound_name,
	    amount->bound_stat);
	if (map->both)
		note_latency(map, cell, point);
	else if (bound.n > 0 && bound.mean > 0) {
		note(&map->notes[cell], "\u00d7%.3g", estimate.mean / bound.mean);
		map->bounds = true;
	}
	if (strcmp(amount->stat, "p99") == 0 &&
	    report_is_bound(data, point, amount->name)) {
		map->marks[cell] = "\u2265";
		map->censored = true;
	}
	if (strcmp(amount->name, "footprint_bytes") == 0 &&
	    report_find(data, point, amount->name, "unstable").mean > 0) {
		note(&map->notes[cell], "grows");
		map->unstable = true;
	}
}

/* Cells with fewer runs than others say so. */
static void
note_counts(struct map *map)
{
	const struct report_amount *amount = map->amount;
	struct report_estimate estimate;
	size_t i;

	for (i = 0; i < map->rows * map->x->count; i++) {
		if (isnan(map->values[i]))
			continue;
		estimate = report_find(map->scene->data,
		    &map->scene->experiment->points[map->points[i]],
		    amount->name, amount->stat);
		if (estimate.n < map->n_most)
			note(&map->notes[i], "n=%llu",
			    (unsigned long long)estimate.n);
	}
}

/* The cell with the smallest and the one with the largest amount. */
static void
find_ends(const struct map *map, size_t *least, size_t *most)
{
	size_t i;

	*least = *most = SIZE_MAX;
	for (i = 0; i < map->rows * map->x->count; i++) {
		if (isnan(map->values[i]))
			continue;
		if (*least == SIZE_MAX ||
		    map->values[i] < map->values[*least])
			*least = i;
		if (*most == SIZE_MAX || map->values[i] > map->values[*most])
			*most = i;
	}
}

static void
describe(const struct map *map, struct plot_figure *figure)
{
	char high[HUMAN_SIZE], label[2][SHAPE_LABEL_SIZE], low[HUMAN_SIZE];
	const struct shape *shape = map->scene->shape;
	char counts[48];
	size_t ends[2], i;

	find_ends(map, &ends[0], &ends[1]);
	for (i = 0; i < 2; i++)
		shape_label(shape, shape_slice_of(shape,
		    map->points[ends[i]]), map->points[ends[i]], label[i],
		    sizeof(label[i]));
	human_value(map->values[ends[0]], map->amount->unit, low);
	human_value(map->values[ends[1]], map->amount->unit, high);
	report_range(counts, sizeof(counts), map->n_least, map->n_most);
	plot_caption(figure, "Each cell is the mean over its seeds (n = %s)."
	    "%s%s%s%s", counts, map->both ? " The first line, and the colour, "
	    "is the footprint; the second is the p99 of the latency." :
	    map->bounds ? " The second line is the ratio to what a "
	    "clairvoyant reclaimer would need in the same runs." : "", map->reference_count > 0 ? " The rows apart do not "
	    "have the second knob." : "", map->censored ? " \u2265 marks cells in "
	    "which so many items still waited at the end that only a lower "
	    "bound is known." : "", map->unstable ? " `grows` marks "
	    "footprints that rose all the time: their figures depend on the "
	    "length of the run." : "");
	plot_text(figure, "Heat map, %s across and %s upwards. The smallest "
	    "value is %s (%s), the largest %s (%s).", map->x->knob,
	    map->y->knob, low, label[0], high, label[1]);
}

static void
draw_map(const struct map *map)
{
	struct report_scene *scene = map->scene;
	struct plot_heat heat = { 0 };
	const char *words[7];
	char held[SHAPE_LABEL_SIZE], name[REPORT_NAME_SIZE], title[400];
	size_t i, used;

	words[0] = scene->prefix;
	words[1] = "heat";
	words[2] = map->both ? "both" : map->amount->name;
	words[3] = map->both ? "mean" : map->amount->stat;
	words[4] = map->slice->label;
	words[5] = shape_short(map->x->knob);
	words[6] = shape_short(map->y->knob);
	report_name(name, words, map->slice->axis_count > 2 ? 7 : 5);
	used = (size_t)snprintf(title, sizeof(title), "%s%s: %s",
	    map->amount->title, map->both ?
	    ", and p99 free-to-use latency" : "", map->slice->label);
	for (i = 0; i < map->slice->axis_count; i++) {
		const struct shape_axis *axis = &map->slice->axes[i];

		if (axis == map->x || axis == map->y || used >= sizeof(title))
			continue;
		snprintf(held, sizeof(held), ", %s %s",
		    shape_short(axis->knob), axis->values[shape_place(axis,
		    &scene->experiment->points[map->slice->middle])]);
		used += (size_t)snprintf(title + used, sizeof(title) - used,
		    "%s", held);
	}
	heat.x_label = map->x->knob;
	heat.y_label = map->y->knob;
	heat.unit = map->amount->unit;
	heat.columns = map->x->values;
	heat.column_count = map->x->count;
	heat.rows = map->labels;
	heat.row_count = map->rows;
	heat.reference_count = map->reference_count;
	heat.values = map->values;
	heat.marks = map->marks;
	heat.notes = (const char *const *)map->notes;
	describe(map, plot_heat(scene->plot, name, title, &heat));
}

static void
make_map(struct report_scene *scene, const struct report_amount *amount,
    bool both, const struct shape_slice *slice, const struct shape_axis *x,
    const struct shape_axis *y)
{
	struct map map = { .scene = scene, .amount = amount, .both = both,
		.slice = slice, .x = x, .y = y, .n_least = SIZE_MAX };
	size_t cells, i;

	find_references(&map);
	map.rows = y->count + map.reference_count;
	cells = map.rows * x->count;
	map.labels = must_alloc(map.rows, sizeof(*map.labels));
	for (i = 0; i < map.rows; i++)
		map.labels[i] = i < y->count ? y->values[i] :
		    map.references[i - y->count]->label;
	map.points = must_alloc(cells, sizeof(*map.points));
	map.values = must_alloc(cells, sizeof(*map.values));
	map.marks = must_alloc(cells, sizeof(*map.marks));
	map.notes = must_alloc(cells, sizeof(*map.notes));
	find_points(&map);
	for (i = 0; i < cells; i++)
		fill_cell(&map, i);
	if (map.n_most > 0) {
		note_counts(&map);
		draw_map(&map);
	}
	for (i = 0; i < cells; i++)
		free(map.notes[i]);
	free(map.notes);
	free(map.marks);
	free(map.values);
	free(map.points);
	free(map.labels);
}

/* Every pair of swept numbers, slice by slice. */
static void
make_maps(struct report_scene *scene, const struct report_amount *amount,
    bool both, size_t *made)
{
	const struct shape *shape = scene->shape;
	const struct shape_slice *slice;
	size_t s, x, y;

	for (s = 0; s < shape->slice_count; s++) {
		slice = &shape->slices[s];
		for (x = 0; slice->grid && x < slice->axis_count; x++) {
			for (y = x + 1; y < slice->axis_count; y++) {
				if ((*made)++ >= REPORT_HEATS_MAX)
					scene->omitted++;
				else
					make_map(scene, amount, both, slice,
					    &slice->axes[x], &slice->axes[y]);
			}
		}
	}
}

void
report_figures_heat(struct report_scene *scene)
{
	size_t a, made;

	made = 0;
	/* First what most come for: memory and latency in one. */
	make_maps(scene, &report_amounts[REPORT_MEAN_FOOTPRINT], true, &made);
	for (a = 0; a < REPORT_AMOUNTS; a++)
		make_maps(scene, &report_amounts[a], false, &made);
}
