/*
 * Memory by state, over simulated time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/report/plot.h"
#include "tools/report/plot_areas.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_shape.h"

/*
 * From the bottom: what must be there, then what was freed, the younger the
 * higher, then what is spent on top.
 */
enum layer {
	LAYER_LIVE,
	LAYER_UNSTAMPED,
	LAYER_STAMPED_UNSAFE,
	LAYER_SAFE_UNKNOWN,
	LAYER_READY,
	LAYER_REST,		/* of the slabs: slots never used, padding */
	LAYER_BUCKETS,
	LAYERS
};

static const char *const layer_names[LAYERS] = {
	"live", "unstamped", "stamped_unsafe", "safe_unknown", "ready",
	"rest of slabs", "buckets",
};

struct history {
	char title[SHAPE_LABEL_SIZE + 48];
	double step_ns;
	size_t count;
	bool has_bound;
	double points[LAYERS][RUN_SERIES_POINTS_MAX];
	double bound[RUN_SERIES_POINTS_MAX];
	const double *layers[LAYERS];
};

/* What the slabs hold beside the items. */
static void
find_rest(struct history *history, const double *slabs)
{
	double items;
	size_t i;
	int layer;

	for (i = 0; i < history->count; i++) {
		items = 0;
		for (layer = LAYER_LIVE; layer <= LAYER_READY; layer++)
			items += history->points[layer][i];
		history->points[LAYER_REST][i] = slabs[i] > items ?
		    slabs[i] - items : 0;
	}
}

/* 1: filled; 0: the run kept no series; -1: err. */
static int
fill(const struct report_scene *scene, int64_t run_id, struct history *history,
    struct err *err)
{
	double slabs[RUN_SERIES_POINTS_MAX];
	size_t count;
	int found, layer;

	history->count = SIZE_MAX;
	for (layer = 0; layer < LAYERS; layer++) {
		history->layers[layer] = history->points[layer];
		found = report_series(scene->data, run_id,
		    layer == LAYER_REST ? "slabs" : layer_names[layer],
		    layer == LAYER_REST ? slabs : history->points[layer],
		    RUN_SERIES_POINTS_MAX, &count, &history->step_ns, err);
		if (found <= 0)
			return (found);
		if (count < history->count)
			history->count = count;
	}
	find_rest(history, slabs);
	found = report_series(scene->data, run_id, "clairvoyant",
	    history->bound, RUN_SERIES_POINTS_MAX, &count, &history->step_ns,
	    err);
	if (found < 0)
		return (-1);
	history->has_bound = found > 0 && count >= history->count;
	return (history->count > 1);
}

static void
draw(struct report_scene *scene, const struct history *histories, size_t count)
{
	struct plot_panel panels[REPORT_PANELS_MAX];
	struct plot_areas areas = { 0 };
	struct plot_figure *figure;
	const char *words[2];
	char name[REPORT_NAME_SIZE];
	size_t i;

	for (i = 0; i < count; i++) {
		panels[i].title = histories[i].title;
		panels[i].count = histories[i].count;
		panels[i].step_ns = histories[i].step_ns;
		panels[i].layers = histories[i].layers;
		panels[i].bound = histories[i].has_bound ?
		    histories[i].bound : NULL;
	}
	areas.y_label = "footprint";
	areas.unit = "bytes";
	areas.layers = layer_names;
	areas.layer_count = LAYERS;
	areas.bound = "clairvoyant bound";
	areas.panels = panels;
	areas.panel_count = count;
	words[0] = scene->prefix;
	words[1] = "time";
	report_name(name, words, 2);
	figure = plot_areas(scene->plot, name,
	    "Memory by state over simulated time", &areas);
	if (figure == NULL)
		return;
	plot_caption(figure, "One run each: the one whose mean footprint is "
	    "nearest to the mean of its point. Unstamped items wait in a "
	    "bucket for a goal; stamped_unsafe ones for readers; safe_unknown "
	    "ones for the policy to notice; ready ones for somebody who wants "
	    "memory.%s", scene->shape->slice_count > REPORT_PANELS_MAX ?
	    " Only the first policies and modes are shown." : "");
	plot_text(figure, "Stacked areas of seven kinds of memory over time, "
	    "%zu panels.", count);
}

int
report_figures_time(struct report_scene *scene, struct err *err)
{
	const struct shape *shape = scene->shape;
	const struct shape_slice *slice;
	struct history *histories;
	char label[SHAPE_LABEL_SIZE];
	size_t count, i, s;
	int64_t run_id;
	int found;

	histories = must_alloc(REPORT_PANELS_MAX, sizeof(*histories));
	count = 0;
	found = 0;
	for (s = 0; s < shape->slice_count && count < REPORT_PANELS_MAX; s++) {
		const struct report_point *point;

		slice = &shape->slices[s];
		point = &scene->experiment->points[slice->middle];
		run_id = report_typical_run(scene->data, point,
		    "footprint_bytes", "mean", err);
		found = run_id <= 0 ? (int)run_id : fill(scene, run_id,
		    &histories[count], err);
		if (found < 0)
			break;
		if (found == 0)
			continue;
		shape_label(shape, slice, slice->middle, label, sizeof(label));
		for (i = 0; point->runs[i].id != run_id;)
			i++;
		snprintf(histories[count].title,
		    sizeof(histories[count].title), "%s (seed %lld)", label,
		    (long long)point->runs[i].seed);
		count++;
	}
	if (found >= 0 && count > 0)
		draw(scene, histories, count);
	free(histories);
	return (found < 0 ? -1 : 0);
}
