/*
 * What the latency is made of, and what each kind of operation costs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tools/compare/scene.h"
#include "tools/report/plot.h"
#include "tools/report/plot_bars.h"
#include "tools/report/plot_heat.h"
#include "tools/report/report_shape.h"

enum { PARTS = 4, KINDS = 6 };

void
scene_split(struct scene *scene, size_t condition)
{
	static const char *const parts[PARTS] = { "batching", "readers",
		"detection", "demand" };
	const struct scene_condition *here = &scene->conditions[condition];
	double values[SCENE_CONTENDERS_MAX][PARTS];
	struct plot_bar list[SCENE_CONTENDERS_MAX];
	struct plot_bars bars = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], title[SCENE_LABEL_SIZE + 64];
	size_t bounds, count, i, k;

	bounds = 0;
	count = 0;
	for (i = 0; i < scene->contender_count; i++) {
		if (here->points[i] == SCENE_NO_POINT)
			continue;
		for (k = 0; k < PARTS; k++)
			values[count][k] = report_find(scene->data,
			    &scene->experiment->points[here->points[i]],
			    "latency_split_ns", parts[k]).mean;
		if (isnan(values[count][0]))
			continue;
		list[count].label = scene->names[i];
		list[count].parts = values[count];
		list[count].low = list[count].high = list[count].bound = NAN;
		list[count].at_least = report_is_bound(scene->data,
		    &scene->experiment->points[here->points[i]],
		    "free_to_use_ns");
		bounds += list[count].at_least;
		count++;
	}
	bars.x_label = "mean free_to_use_ns";
	bars.unit = "ns";
	bars.parts = parts;
	bars.part_count = PARTS;
	bars.bars = list;
	bars.bar_count = count;
	scene_name(scene, name, "split", here->key);
	snprintf(title, sizeof(title), "What the latency is made of%s%s",
	    here->label[0] == '\0' ? "" : ": ", here->label);
	figure = plot_bars(scene->plot, name, title, &bars);
	if (figure == NULL)
		return;
	plot_caption(figure, "Mean time from free to reuse: batching, until "
	    "the item's bucket had its goal; readers, until in truth none "
	    "could hold it; detection, until the policy knew; demand, until "
	    "somebody asked for memory.%s%s%s", bounds > 0 ? " With \u2265 so "
	    "much waited at the end that the mean of all is longer." : "",
	    scene_rest(scene, scene->contender_count),
	    scene_accusation(scene));
	plot_text(figure, "Stacked bars of four parts for %zu policies.",
	    count);
}

void
scene_cost(struct scene *scene, size_t condition)
{
	static const struct { const char *column, *name, *stat; } kinds[KINDS] =
	{
		{ "section", "enter_exit_ns", "mean" },
		{ "section p99", "enter_exit_ns", "p99" },
		{ "alloc", "alloc_ns", "mean" },
		{ "free", "free_ns", "mean" },
		{ "free p99", "free_ns", "p99" },
		{ "of it waiting", "wait_ns", "mean" },
	};
	const struct scene_condition *here = &scene->conditions[condition];
	const char *blanks[SCENE_CONTENDERS_MAX * KINDS], *columns[KINDS];
	const char *rows[SCENE_CONTENDERS_MAX];
	double values[SCENE_CONTENDERS_MAX * KINDS];
	struct plot_heat heat = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], title[SCENE_LABEL_SIZE + 64];
	size_t cell, count, i, k;

	count = 0;
	/* Rows go upwards, and the first should be on top. */
	for (i = scene->contender_count; i-- > 0;) {
		if (here->points[i] == SCENE_NO_POINT)
			continue;
		rows[count] = scene->names[i];
		for (k = 0; k < KINDS; k++) {
			cell = count * KINDS + k;
			blanks[cell] = "";
			columns[k] = kinds[k].column;
			values[cell] = report_find(scene->data,
			    &scene->experiment->points[here->points[i]],
			    kinds[k].name, kinds[k].stat).mean;
		}
		count++;
	}
	if (count == 0 || isnan(values[0]))
		return;
	heat.x_label = "";
	heat.y_label = "";
	heat.unit = "ns";
	heat.columns = columns;
	heat.column_count = KINDS;
	heat.rows = rows;
	heat.row_count = count;
	heat.values = values;
	heat.marks = heat.notes = blanks;
	scene_name(scene, name, "cost", here->key);
	snprintf(title, sizeof(title), "What operations cost%s%s",
	    here->label[0] == '\0' ? "" : ": ", here->label);
	figure = plot_heat(scene->plot, name, title, &heat);
	plot_caption(figure, "Mean over the seeds: a read section (in and "
	    "out), an allocation, a free, and how long a blocking wait takes "
	    "where there is one. An empty cell: nobody waited.%s%s",
	    scene_rest(scene, scene->contender_count),
	    scene_accusation(scene));
	plot_text(figure, "Table of costs for %zu policies.", count);
}
