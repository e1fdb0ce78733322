/*
 * report_shape - which pictures does an experiment ask for?
 *
 * Points fall into slices.  A slice is all points with the same policy and the
 * same words (core.mode, say) in which the same numbers were varied; those
 * numbers are its axes.  A slice without axes is one point, with one axis a
 * line, with two a heat map.
 *
 * A slice is shown by its middle point where there is room for one: the one
 * with the middle value on each axis.
 *
 * Points of a design (Sobol, Latin hypercube) fill the space but have hardly a
 * value in common.  Such a slice is no grid: it is shown as a cloud.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_SHAPE_H
#define TOOLS_REPORT_REPORT_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

struct report_experiment;
struct report_point;

enum {
	SHAPE_LABEL_SIZE = 160,
	SHAPE_GRID_VALUES_MAX = 64,	/* on an axis of a grid */
};

struct shape_axis {
	const char *knob;
	double *numbers;	/* rising */
	const char **values;	/* the same as written */
	size_t count;		/* at least 2 */
};

struct shape_slice {
	char label[SHAPE_LABEL_SIZE];	/* "deferred", "epoch, relaxed" */
	const char *policy;
	size_t *points;		/* indices into the experiment's points */
	size_t point_count;
	struct shape_axis *axes;	/* in the order of the plan's knobs */
	size_t axis_count;
	size_t middle;		/* index into the experiment's points */
	/* Every value of an axis meets those of the others: lines and maps. */
	bool grid;
};

struct shape {
	const struct report_experiment *experiment;
	struct shape_slice *slices;	/* in the order of their first points */
	size_t slice_count;
	size_t *slice_of;	/* for each point, the index of its slice */
	bool policies;		/* there are several */
};

struct shape *shape_make(const struct report_experiment *experiment);
/* NULL is fine. */
void shape_free(struct shape *shape);

/* The axis of that knob, or NULL. */
const struct shape_axis *shape_axis_find(const struct shape_slice *slice,
    const char *knob);

/* Where the point lies on the axis; axis->count if it is not on it. */
size_t shape_place(const struct shape_axis *axis,
    const struct report_point *point);

/* "bucket_size" of "zone.bucket_size". */
const char *shape_short(const char *knob);

/*
 * "deferred, bucket_size 62, deferral 4": everything that varies, and (!) where
 * a check fired in some run.
 */
void shape_label(const struct shape *shape, const struct shape_slice *slice,
    size_t point, char *text, size_t room);

/* " (!)" if a check fired in some run of the slice, or "". */
const char *shape_accused(const struct shape *shape,
    const struct shape_slice *slice);

/* The slice that holds the point. */
static inline const struct shape_slice *
shape_slice_of(const struct shape *shape, size_t point)
{

	return (&shape->slices[shape->slice_of[point]]);
}

/* The whole name of what is swept: "zone.bucket_size=62 core.deferral=4". */
void shape_settings(const struct report_point *point, char *text, size_t room);

#endif
