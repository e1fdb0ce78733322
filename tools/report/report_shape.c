/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_shape.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/report/report_data.h"

/* A knob as it varies over the whole experiment. */
struct knob_use {
	const char *knob;
	const char *first;	/* the first value that was met */
	bool varies;
	bool word;		/* a value of it is no number */
};

struct maker {
	struct shape *shape;
	struct knob_use *uses;
	size_t use_count;
};

static void
text_add(char *text, size_t room, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
text_add(char *text, size_t room, const char *format, ...)
{
	va_list args;
	size_t used;

	used = strlen(text);
	va_start(args, format);
	vsnprintf(text + used, room - used, format, args);
	va_end(args);
}

const char *
shape_short(const char *knob)
{
	const char *dot;

	dot = strrchr(knob, '.');
	return (dot == NULL ? knob : dot + 1);
}

static const struct report_knob *
knob_of(const struct report_point *point, const char *knob)
{
	size_t i;

	for (i = 0; i < point->knob_count; i++) {
		if (strcmp(point->knobs[i].knob, knob) == 0)
			return (&point->knobs[i]);
	}
	return (NULL);
}

static struct knob_use *
use_of(struct maker *maker, const struct report_knob *knob)
{
	struct knob_use *use;
	size_t i;

	for (i = 0; i < maker->use_count; i++) {
		if (strcmp(maker->uses[i].knob, knob->knob) == 0)
			return (&maker->uses[i]);
	}
	maker->uses = must_grow(maker->uses, maker->use_count,
	    sizeof(*maker->uses));
	use = &maker->uses[maker->use_count++];
	memset(use, 0, sizeof(*use));
	use->knob = knob->knob;
	use->first = knob->value;
	return (use);
}

static void
look(struct maker *maker)
{
	const struct report_experiment *experiment = maker->shape->experiment;
	const struct report_point *point;
	const struct report_knob *knob;
	struct knob_use *use;
	size_t i, k;

	for (i = 0; i < experiment->point_count; i++) {
		point = &experiment->points[i];
		if (strcmp(point->policy, experiment->points[0].policy) != 0)
			maker->shape->policies = true;
		for (k = 0; k < point->knob_count; k++) {
			knob = &point->knobs[k];
			use = use_of(maker, knob);
			if (strcmp(use->first, knob->value) != 0)
				use->varies = true;
			if (isnan(knob->number))
				use->word = true;
		}
	}
}

/* Policy, words, and which numbers there are. */
static bool
same_slice(const struct maker *maker, const struct report_point *a,
    const struct report_point *b)
{
	const struct report_knob *x, *y;
	const struct knob_use *use;
	size_t i;

	if (strcmp(a->policy, b->policy) != 0)
		return (false);
	for (i = 0; i < maker->use_count; i++) {
		use = &maker->uses[i];
		x = knob_of(a, use->knob);
		y = knob_of(b, use->knob);
		if ((x == NULL) != (y == NULL))
			return (false);
		if (x != NULL && use->word && strcmp(x->value, y->value) != 0)
			return (false);
	}
	return (true);
}

static void
name_slice(const struct maker *maker, struct shape_slice *slice)
{
	const struct report_point *point;
	const struct report_knob *knob;
	const char *separator;
	size_t i;

	point = &maker->shape->experiment->points[slice->points[0]];
	slice->policy = point->policy;
	separator = "";
	if (maker->shape->policies) {
		text_add(slice->label, sizeof(slice->label), "%s",
		    point->policy);
		separator = ", ";
	}
	for (i = 0; i < maker->use_count; i++) {
		knob = knob_of(point, maker->uses[i].knob);
		if (knob == NULL || !maker->uses[i].word ||
		    !maker->uses[i].varies)
			continue;
		text_add(slice->label, sizeof(slice->label), "%s%s", separator,
		    knob->value);
		separator = ", ";
	}
	if (slice->label[0] == '\0')
		text_add(slice->label, sizeof(slice->label), "%s",
		    point->policy);
}

/* Puts a value where it belongs, once. */
static void
axis_add(struct shape_axis *axis, const struct report_knob *knob)
{
	size_t at, i;

	for (at = 0; at < axis->count && axis->numbers[at] < knob->number;)
		at++;
	if (at < axis->count && axis->numbers[at] == knob->number)
		return;
	axis->numbers = must_grow(axis->numbers, axis->count,
	    sizeof(*axis->numbers));
	axis->values = must_grow(axis->values, axis->count,
	    sizeof(*axis->values));
	for (i = axis->count++; i > at; i--) {
		axis->numbers[i] = axis->numbers[i - 1];
		axis->values[i] = axis->values[i - 1];
	}
	axis->numbers[at] = knob->number;
	axis->values[at] = knob->value;
}

static void
axis_fini(struct shape_axis *axis)
{

	free(axis->numbers);
	free(axis->values);
}

static void
find_axes(const struct maker *maker, struct shape_slice *slice)
{
	const struct report_experiment *experiment = maker->shape->experiment;
	const struct report_knob *knob;
	struct shape_axis axis;
	size_t i, p;

	for (i = 0; i < maker->use_count; i++) {
		if (maker->uses[i].word || !maker->uses[i].varies)
			continue;
		memset(&axis, 0, sizeof(axis));
		axis.knob = maker->uses[i].knob;
		for (p = 0; p < slice->point_count; p++) {
			knob = knob_of(&experiment->points[slice->points[p]],
			    axis.knob);
			if (knob != NULL)
				axis_add(&axis, knob);
		}
		if (axis.count < 2) {
			axis_fini(&axis);
			continue;
		}
		slice->axes = must_grow(slice->axes, slice->axis_count,
		    sizeof(*slice->axes));
		slice->axes[slice->axis_count++] = axis;
	}
}

/*
 * More values first: that is the axis that goes to the right.  Equal ones stay
 * in the order of the knobs' names.
 */
static void
order_axes(struct shape_slice *slice)
{
	struct shape_axis axis;
	size_t i, k;

	for (i = 1; i < slice->axis_count; i++) {
		axis = slice->axes[i];
		for (k = i; k > 0 && slice->axes[k - 1].count < axis.count; k--)
			slice->axes[k] = slice->axes[k - 1];
		slice->axes[k] = axis;
	}
}

/*
 * Where values are left out by conditions a grid has gaps, so a quarter of it
 * is enough; a design of n points over two axes has an n-th.
 */
static bool
is_grid(const struct shape_slice *slice)
{
	double cells;
	size_t i;

	cells = 1;
	for (i = 0; i < slice->axis_count; i++) {
		if (slice->axes[i].count > SHAPE_GRID_VALUES_MAX)
			return (slice->axis_count == 1);
		cells *= (double)slice->axes[i].count;
	}
	return (slice->axis_count < 2 ||
	    cells <= 4 * (double)slice->point_count);
}

/* The point with the least steps to the middle of all axes. */
static void
find_middle(const struct maker *maker, struct shape_slice *slice)
{
	const struct report_experiment *experiment = maker->shape->experiment;
	const struct shape_axis *axis;
	size_t best, i, middle, p, place, steps;

	best = SIZE_MAX;
	slice->middle = slice->points[0];
	for (p = 0; p < slice->point_count; p++) {
		steps = 0;
		for (i = 0; i < slice->axis_count; i++) {
			axis = &slice->axes[i];
			middle = axis->count / 2;
			place = shape_place(axis,
			    &experiment->points[slice->points[p]]);
			steps += place > middle ? place - middle :
			    middle - place;
		}
		if (steps < best) {
			best = steps;
			slice->middle = slice->points[p];
		}
	}
}

static void
sort_into_slices(struct maker *maker)
{
	struct shape *shape = maker->shape;
	const struct report_experiment *experiment = shape->experiment;
	struct shape_slice *slice;
	size_t i, s;

	for (i = 0; i < experiment->point_count; i++) {
		for (s = 0; s < shape->slice_count; s++) {
			slice = &shape->slices[s];
			if (same_slice(maker, &experiment->points[i],
			    &experiment->points[slice->points[0]]))
				break;
		}
		if (s == shape->slice_count) {
			shape->slices = must_grow(shape->slices,
			    shape->slice_count, sizeof(*shape->slices));
			memset(&shape->slices[s], 0, sizeof(*shape->slices));
			shape->slice_count++;
		}
		slice = &shape->slices[s];
		slice->points = must_grow(slice->points, slice->point_count,
		    sizeof(*slice->points));
		slice->points[slice->point_count++] = i;
		shape->slice_of[i] = s;
	}
}

struct shape *
shape_make(const struct report_experiment *experiment)
{
	struct maker maker = { 0 };
	struct shape_slice *slice;
	size_t s;

	maker.shape = must_alloc(1, sizeof(*maker.shape));
	maker.shape->experiment = experiment;
	maker.shape->slice_of = must_alloc(experiment->point_count,
	    sizeof(*maker.shape->slice_of));
	look(&maker);
	sort_into_slices(&maker);
	for (s = 0; s < maker.shape->slice_count; s++) {
		slice = &maker.shape->slices[s];
		name_slice(&maker, slice);
		find_axes(&maker, slice);
		order_axes(slice);
		slice->grid = is_grid(slice);
		find_middle(&maker, slice);
	}
	free(maker.uses);
	return (maker.shape);
}

void
shape_free(struct shape *shape)
{
	size_t i, s;

	if (shape == NULL)
		return;
	for (s = 0; s < shape->slice_count; s++) {
		for (i = 0; i < shape->slices[s].axis_count; i++)
			axis_fini(&shape->slices[s].axes[i]);
		free(shape->slices[s].axes);
		free(shape->slices[s].points);
	}
	free(shape->slices);
	free(shape->slice_of);
	free(shape);
}

const struct shape_axis *
shape_axis_find(const struct shape_slice *slice, const char *knob)
{
	size_t i;

	for (i = 0; i < slice->axis_count; i++) {
		if (strcmp(slice->axes[i].knob, knob) == 0)
			return (&slice->axes[i]);
	}
	return (NULL);
}

size_t
shape_place(const struct shape_axis *axis, const struct report_point *point)
{
	const struct report_knob *knob;
	size_t begin, end, middle;

	knob = knob_of(point, axis->knob);
	if (knob == NULL || isnan(knob->number))
		return (axis->count);
	begin = 0;
	for (end = axis->count; begin < end;) {
		middle = begin + (end - begin) / 2;
		if (axis->numbers[middle] < knob->number)
			begin = middle + 1;
		else
			end = middle;
	}
	return (begin < axis->count && axis->numbers[begin] == knob->number ?
	    begin : axis->count);
}

void
shape_label(const struct shape *shape, const struct shape_slice *slice,
    size_t point, char *text, size_t room)
{
	const struct shape_axis *axis;
	size_t i, place;

	snprintf(text, room, "%s", slice->label);
	for (i = 0; i < slice->axis_count; i++) {
		axis = &slice->axes[i];
		place = shape_place(axis, &shape->experiment->points[point]);
		if (place < axis->count)
			text_add(text, room, ", %s %s",
			    shape_short(axis->knob), axis->values[place]);
	}
	/* Who hands out what somebody still reads is quick and small. */
	if (shape->experiment->points[point].status[REPORT_FINDING] > 0)
		text_add(text, room, " (!)");
}

const char *
shape_accused(const struct shape *shape, const struct shape_slice *slice)
{
	size_t i;

	for (i = 0; i < slice->point_count; i++) {
		if (shape->experiment->points[slice->points[i]].status[
		    REPORT_FINDING] > 0)
			return (" (!)");
	}
	return ("");
}

void
shape_settings(const struct report_point *point, char *text, size_t room)
{
	size_t i;

	text[0] = '\0';
	for (i = 0; i < point->knob_count; i++)
		text_add(text, room, "%s%s=%s", i == 0 ? "" : " ",
		    point->knobs[i].knob, point->knobs[i].value);
}
