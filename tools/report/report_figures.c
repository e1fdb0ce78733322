/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_figures.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tools/report/report_data.h"
#include "tools/report/report_shape.h"

enum { FEW_SLICES = 3 };

const struct report_amount report_amounts[REPORT_AMOUNTS] = {
	[REPORT_PEAK_FOOTPRINT] = { "footprint_bytes", "peak",
	    "footprint_bytes", "clairvoyant_peak", "bytes", "Peak footprint" },
	[REPORT_MEAN_FOOTPRINT] = { "footprint_bytes", "mean",
	    "footprint_bytes", "clairvoyant_mean", "bytes", "Mean footprint" },
	[REPORT_LATENCY] = { "free_to_use_ns", "p99",
	    "free_to_safe_ns", "p99", "ns", "Free-to-use latency, p99" },
};

void
report_name(char name[REPORT_NAME_SIZE], const char *const *words,
    size_t count)
{
	size_t i, used;
	const char *at;

	used = 0;
	for (i = 0; i < count; i++) {
		if (used > 0 && used < REPORT_NAME_SIZE - 1)
			name[used++] = '-';
		for (at = words[i]; *at != '\0' && used < REPORT_NAME_SIZE - 1;
		    at++) {
			if (isalnum((unsigned char)*at) || *at == '_' ||
			    *at == '.')
				name[used++] = *at;
			else if (used > 0 && name[used - 1] != '-')
				name[used++] = '-';
		}
	}
	name[used] = '\0';
}

void
report_range(char *text, size_t room, size_t least, size_t most)
{

	if (least == most)
		snprintf(text, room, "%zu", most);
	else
		snprintf(text, room, "%zu to %zu", least, most);
}

static void
choose(size_t *points, size_t *count, size_t room, size_t point)
{
	size_t i;

	for (i = 0; i < *count; i++) {
		if (points[i] == point)
			return;
	}
	if (*count < room)
		points[(*count)++] = point;
}

size_t
report_choose(const struct report_scene *scene, size_t *points, size_t room)
{
	const struct shape *shape = scene->shape;
	const struct shape_slice *slice;
	struct report_estimate estimate;
	size_t best, count, i, s, worst;
	double least, most;

	count = 0;
	for (s = 0; s < shape->slice_count; s++) {
		slice = &shape->slices[s];
		choose(points, &count, room, slice->middle);
		if (shape->slice_count > FEW_SLICES || slice->axis_count == 0)
			continue;
		least = INFINITY;
		most = -INFINITY;
		best = worst = slice->middle;
		for (i = 0; i < slice->point_count; i++) {
			estimate = report_find(scene->data,
			    &scene->experiment->points[slice->points[i]],
			    "free_to_use_ns", "p99");
			if (estimate.n > 0 && estimate.mean < least) {
				least = estimate.mean;
				best = slice->points[i];
			}
			if (estimate.n > 0 && estimate.mean > most) {
				most = estimate.mean;
				worst = slice->points[i];
			}
		}
		choose(points, &count, room, best);
		choose(points, &count, room, worst);
	}
	return (count);
}

int
report_figures(struct report_scene *scene, struct err *err)
{

	report_figures_pareto(scene);
	report_figures_heat(scene);
	report_figures_lines(scene);
	report_figures_bars(scene);
	if (report_figures_tail(scene, err) != 0 ||
	    report_figures_time(scene, err) != 0)
		return (-1);
	return (0);
}
