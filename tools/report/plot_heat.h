/*
 * plot_heat - how does an amount depend on two knobs?
 *
 * A table of coloured cells with the amount printed in each.  Columns go to
 * the right in the order given, rows upwards.  Reference rows (a policy that
 * lacks the second knob) stand apart above the others.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_PLOT_HEAT_H
#define TOOLS_REPORT_PLOT_HEAT_H

#include <stddef.h>

struct plot;
struct plot_figure;

struct plot_heat {
	const char *x_label;
	const char *y_label;
	const char *unit;		/* of the values */
	const char *const *columns;
	size_t column_count;
	const char *const *rows;	/* reference rows last */
	size_t row_count;
	size_t reference_count;
	const double *values;		/* row by row; NAN: an empty cell */
	const char *const *marks;	/* before the value: "\u2265" */
	const char *const *notes;	/* small, under the value; "": none */
};

/* Makes the figure as large as the table needs. */
struct plot_figure *plot_heat(struct plot *plot, const char *name,
    const char *title, const struct plot_heat *heat);

#endif
