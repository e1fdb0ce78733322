/*
 * Policies side by side, and what their latency is made of.
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
#include "tools/report/plot_bars.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_shape.h"

enum { PARTS_MAX = 4 };

/* Bars with words and numbers of their own. */
struct row {
	char label[SHAPE_LABEL_SIZE];
	double parts[PARTS_MAX];
};

static void
compare_figure(struct report_scene *scene, const struct report_amount *amount)
{
	const struct shape *shape = scene->shape;
	struct plot_bars bars = { 0 };
	struct plot_bar *list;
	struct plot_figure *figure;
	struct report_estimate estimate;
	const struct report_point *point;
	struct row *rows;
	const char *words[4];
	char name[REPORT_NAME_SIZE], title[200];
	size_t count, s;
	bool bounds;

	bounds = false;
	count = shape->slice_count < REPORT_BARS_MAX ? shape->slice_count :
	    REPORT_BARS_MAX;
	list = must_alloc(count, sizeof(*list));
	rows = must_alloc(count, sizeof(*rows));
	for (s = 0; s < count; s++) {
		point = &scene->experiment->points[shape->slices[s].middle];
		shape_label(shape, &shape->slices[s], shape->slices[s].middle,
		    rows[s].label, sizeof(rows[s].label));
		estimate = report_find(scene->data, point, amount->name,
		    amount->stat);
		rows[s].parts[0] = estimate.mean;
		list[s].label = rows[s].label;
		list[s].parts = rows[s].parts;
		list[s].at_least = strcmp(amount->stat, "p99") == 0 &&
		    report_is_bound(scene->data, point, amount->name);
		/* Seeds that agree on a bound do not make it sharper. */
		list[s].low = list[s].at_least ? NAN : estimate.low;
		list[s].high = list[s].at_least ? NAN : estimate.high;
		bounds = bounds || list[s].at_least;
		list[s].bound = report_find(scene->data, point,
		    amount->bound_name, amount->bound_stat).mean;
	}
	bars.x_label = amount->name;
	bars.unit = amount->unit;
	bars.part_count = 1;
	bars.bound = "clairvoyant bound";
	bars.bars = list;
	bars.bar_count = count;
	words[0] = scene->prefix;
	words[1] = "bars";
	words[2] = amount->name;
	words[3] = amount->stat;
	report_name(name, words, 4);
	snprintf(title, sizeof(title), "%s side by side", amount->title);
	figure = plot_bars(scene->plot, name, title, &bars);
	if (figure != NULL) {
		plot_caption(figure, "The middle point of each policy and mode, "
		    "its mean over the seeds with a 95 %% confidence "
		    "interval.%s%s", bounds ? " With \u2265 it is a lower "
		    "bound: too many items still waited at the end." : "",
		    shape->slice_count > count ? " Further ones "
		    "are left out; the tables have them all." : "");
		plot_text(figure, "Bar chart of %zu points; the table of all "
		    "points has the numbers.", count);
	}
	free(rows);
	free(list);
}

static void
split_figure(struct report_scene *scene, const size_t *points, size_t count)
{
	static const char *const parts[PARTS_MAX] = { "batching", "readers",
		"detection", "demand" };
	const struct shape *shape = scene->shape;
	struct plot_bars bars = { 0 };
	struct plot_bar *list;
	struct plot_figure *figure;
	struct row *rows;
	const char *words[2];
	char name[REPORT_NAME_SIZE];
	size_t bounds, i, k, measured;

	bounds = 0;
	list = must_alloc(count, sizeof(*list));
	rows = must_alloc(count, sizeof(*rows));
	measured = 0;
	for (i = 0; i < count; i++) {
		shape_label(shape, shape_slice_of(shape, points[i]), points[i],
		    rows[measured].label, sizeof(rows[measured].label));
		for (k = 0; k < PARTS_MAX; k++)
			rows[measured].parts[k] = report_find(scene->data,
			    &scene->experiment->points[points[i]],
			    "latency_split_ns", parts[k]).mean;
		if (isnan(rows[measured].parts[0]))
			continue;
		list[measured].label = rows[measured].label;
		list[measured].parts = rows[measured].parts;
		list[measured].at_least = report_is_bound(scene->data,
		    &scene->experiment->points[points[i]], "free_to_use_ns");
		bounds += list[measured].at_least;
		list[measured].low = list[measured].high = NAN;
		list[measured].bound = NAN;
		measured++;
	}
	bars.x_label = "mean free_to_use_ns";
	bars.unit = "ns";
	bars.parts = parts;
	bars.part_count = PARTS_MAX;
	bars.bars = list;
	bars.bar_count = measured;
	words[0] = scene->prefix;
	words[1] = "split";
	report_name(name, words, 2);
	figure = plot_bars(scene->plot, name,
	    "What the free-to-use latency is made of", &bars);
	if (figure != NULL) {
		plot_caption(figure, "Mean time from free to reuse: batching, "
		    "until the item's bucket had its goal; readers, until in "
		    "truth none could hold it; detection, until the policy "
		    "knew; demand, until somebody asked for memory. Only items "
		    "that were reused have parts: what still waited at the end "
		    "is in no bar.%s", bounds > 0 ? " With \u2265 so much "
		    "waited that the mean of all is longer." : "");
		plot_text(figure, "Stacked bars of four parts for %zu points.",
		    measured);
	}
	free(rows);
	free(list);
}

/*
 * Along the first axis of each slice, the others at their middle: that is
 * where batching shows.  Too many of them, and the chosen few are shown.
 */
static void
split_points(struct report_scene *scene)
{
	const struct shape *shape = scene->shape;
	const struct shape_slice *slice;
	const struct report_point *middle, *point;
	size_t a, count, i, points[REPORT_BARS_MAX], s, wanted;

	wanted = 0;
	for (s = 0; s < shape->slice_count; s++)
		wanted += shape->slices[s].axis_count == 0 ? 1 :
		    shape->slices[s].axes[0].count;
	if (wanted > REPORT_BARS_MAX) {
		count = report_choose(scene, points, REPORT_BARS_MAX);
		split_figure(scene, points, count);
		return;
	}
	count = 0;
	for (s = 0; s < shape->slice_count; s++) {
		slice = &shape->slices[s];
		middle = &scene->experiment->points[slice->middle];
		for (i = 0; i < slice->point_count; i++) {
			point = &scene->experiment->points[slice->points[i]];
			for (a = 1; a < slice->axis_count; a++) {
				if (shape_place(&slice->axes[a], point) !=
				    shape_place(&slice->axes[a], middle))
					break;
			}
			if (a >= slice->axis_count && count < REPORT_BARS_MAX)
				points[count++] = slice->points[i];
		}
	}
	split_figure(scene, points, count);
}

void
report_figures_bars(struct report_scene *scene)
{
	size_t a;

	for (a = 0; a < REPORT_AMOUNTS; a++) {
		if (scene->shape->slice_count > 1)
			compare_figure(scene, &report_amounts[a]);
	}
	split_points(scene);
}
