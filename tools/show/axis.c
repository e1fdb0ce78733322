/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/axis.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

void
axis_add(struct axis *axis, uint64_t at_ps)
{

	axis->points = must_grow(axis->points, axis->count,
	    sizeof(*axis->points));
	memset(&axis->points[axis->count], 0, sizeof(*axis->points));
	axis->points[axis->count++].at_ps = at_ps;
}

void
axis_fini(struct axis *axis)
{

	free(axis->points);
	memset(axis, 0, sizeof(*axis));
}

static int
compare(const void *a, const void *b)
{
	const struct axis_point *one = a, *other = b;

	return (one->at_ps < other->at_ps ? -1 : one->at_ps > other->at_ps);
}

static void
sort(struct axis *axis)
{
	size_t i, kept;

	if (axis->count == 0)
		return;
	qsort(axis->points, axis->count, sizeof(*axis->points), compare);
	kept = 1;
	for (i = 1; i < axis->count; i++)
		if (axis->points[i].at_ps != axis->points[kept - 1].at_ps)
			axis->points[kept++] = axis->points[i];
	axis->count = kept;
}

static double
gap(const struct axis *axis, size_t i, double scale, bool *cut)
{
	double wide;

	wide = (double)(axis->points[i].at_ps - axis->points[i - 1].at_ps) *
	    scale;
	*cut = wide > AXIS_GAP_MOST;
	return (wide < AXIS_GAP_LEAST ? AXIS_GAP_LEAST :
	    wide > AXIS_GAP_MOST ? AXIS_GAP_MOST : wide);
}

static double
total(const struct axis *axis, double scale)
{
	double sum;
	size_t i;
	bool cut;

	sum = 0;
	for (i = 1; i < axis->count; i++)
		sum += gap(axis, i, scale, &cut);
	return (sum);
}

void
axis_lay(struct axis *axis, double left, double width)
{
	double low, high, middle;
	size_t i;
	int turn;

	sort(axis);
	/* Points to a picosecond: from a second to the width, to more. */
	low = 1e-12;
	high = 1;
	for (turn = 0; turn < 60; turn++) {
		middle = (low + high) / 2;
		if (total(axis, middle) < width)
			low = middle;
		else
			high = middle;
	}
	for (i = 0; i < axis->count; i++) {
		axis->points[i].x = i == 0 ? left : axis->points[i - 1].x +
		    gap(axis, i, low, &axis->points[i].cut);
	}
}

double
axis_x(const struct axis *axis, uint64_t at_ps)
{
	const struct axis_point *before, *after;
	size_t i;

	if (axis->count == 0)
		return (0);
	for (i = 0; i < axis->count && axis->points[i].at_ps < at_ps; i++)
		;
	if (i == axis->count)
		return (axis_right(axis));
	after = &axis->points[i];
	if (i == 0 || after->at_ps == at_ps)
		return (after->x);
	before = &axis->points[i - 1];
	return (before->x + (after->x - before->x) *
	    (double)(at_ps - before->at_ps) /
	    (double)(after->at_ps - before->at_ps));
}

double
axis_right(const struct axis *axis)
{

	return (axis->count == 0 ? 0 : axis->points[axis->count - 1].x);
}
