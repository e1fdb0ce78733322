/*
 * axis - how far to the right is an instant?
 *
 * Between the instants that matter there may be nanoseconds or milliseconds.
 * An axis keeps their order and as much of their distances as can be seen: each
 * gap is at least AXIS_GAP_LEAST wide, and a gap that would be wider than
 * AXIS_GAP_MOST is cut and marked as such.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_AXIS_H
#define TOOLS_SHOW_AXIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AXIS_GAP_LEAST = 13, AXIS_GAP_MOST = 150 };

struct axis_point {
	uint64_t at_ps;
	double x;
	bool cut;		/* the gap before it is not to scale */
};

struct axis {
	struct axis_point *points;	/* in order, each instant once */
	size_t count;
};

void axis_add(struct axis *axis, uint64_t at_ps);
/* Gives each point its place, from `left` on, about `width` in all. */
void axis_lay(struct axis *axis, double left, double width);
void axis_fini(struct axis *axis);

/* Where an instant is; before the first point and after the last: there. */
double axis_x(const struct axis *axis, uint64_t at_ps);
double axis_right(const struct axis *axis);

#endif
