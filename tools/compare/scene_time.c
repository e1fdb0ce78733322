/*
 * Memory by state over simulated time, a few contenders to a picture.
 *
 * The picture is that of the report.  It draws the middle points of slices, so
 * it is handed slices whose middle is the condition.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/compare/scene.h"
#include "tools/report/report_shape.h"

int
scene_time(struct scene *scene, size_t condition, struct err *err)
{
	const struct scene_condition *here = &scene->conditions[condition];
	struct shape_slice slices[REPORT_PANELS_MAX];
	struct shape shape = *scene->shape;
	struct report_scene picture = { .data = scene->data,
		.experiment = scene->experiment, .shape = &shape,
		.plot = scene->plot };
	char prefix[REPORT_NAME_SIZE];
	const char *words[2] = { scene->prefix, here->key };
	size_t i;
	int good;

	report_name(prefix, words, here->key[0] == '\0' ? 1 : 2);
	picture.prefix = prefix;
	shape.slices = slices;
	shape.slice_count = 0;
	good = 0;
	for (i = 0; i < scene->contender_count && good == 0; i++) {
		if (here->points[i] != SCENE_NO_POINT) {
			slices[shape.slice_count] = *scene->contenders[i];
			slices[shape.slice_count++].middle = here->points[i];
		}
		if (shape.slice_count == REPORT_PANELS_MAX ||
		    (i + 1 == scene->contender_count &&
		    shape.slice_count > 0)) {
			good = report_figures_time(&picture, err);
			shape.slice_count = 0;
		}
	}
	return (good);
}
