/*
 * plot_lines - how does one amount depend on another?
 *
 * Curves and points over two axes, with 95 % intervals where they are known.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_PLOT_LINES_H
#define TOOLS_REPORT_PLOT_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct plot;
struct plot_figure;

enum plot_curve_kind {
	PLOT_LINE,		/* a line with points */
	PLOT_THIN,		/* a line without */
	PLOT_DASHED,		/* thin, dashed: a bound to compare with */
	PLOT_JOIN,		/* thin: joins points that belong together */
	PLOT_POINTS,		/* points only */
	PLOT_HOLLOW,		/* the same, not filled */
	PLOT_SMALL,		/* the same, small */
};

struct plot_curve {
	const char *title;	/* "": not in the legend */
	enum plot_curve_kind kind;
	size_t style;		/* which colour, dash and point */
	size_t count;
	const double *x;
	const double *y;
	/* Intervals, or NULL; NAN where there is none. */
	const double *x_low, *x_high;
	const double *y_low, *y_high;
	/* Words beside the points, or NULL; "": none. */
	const char *const *labels;
};

struct plot_lines {
	const char *x_label;
	const char *y_label;
	const char *x_unit;
	const char *y_unit;
	/* Ticks of the x axis, or NULL for round numbers with their unit. */
	const double *x_ticks;
	const char *const *x_tick_labels;
	size_t x_tick_count;
	bool x_log;		/* otherwise as the values want it */
	bool y_log;
	bool y_linear;		/* never logarithmic */
	bool y_zero;		/* the y axis starts at 0, unless logarithmic */
	const struct plot_curve *curves;
	size_t curve_count;
};

/* Returns NULL where there is nothing to draw. */
struct plot_figure *plot_lines(struct plot *plot, const char *name,
    const char *title, const struct plot_lines *lines);

#endif
