/*
 * plot_bars - which of these is larger, and what is it made of?
 *
 * Horizontal bars, the first on top.  A bar is one amount with its 95 %
 * interval, or several amounts in a row.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_PLOT_BARS_H
#define TOOLS_REPORT_PLOT_BARS_H

#include <stdbool.h>
#include <stddef.h>

struct plot;
struct plot_figure;

struct plot_bar {
	const char *label;
	const double *parts;	/* one for each part; NAN: nothing */
	double low, high;	/* of the sum; NAN: unknown */
	double bound;		/* a mark to compare with; NAN: none */
	bool at_least;		/* the sum is a lower bound, and marked so */
};

struct plot_bars {
	const char *x_label;
	const char *unit;
	const char *const *parts;	/* names; for one part there is no legend */
	size_t part_count;
	const char *bound;		/* what the mark is; NULL: no marks */
	bool shares;			/* the parts sum to a whole: no sum is told */
	const struct plot_bar *bars;
	size_t bar_count;
};

/*
 * A bar without any part has a dash for its sum.  Returns NULL where there is
 * nothing to draw: no bar has a part, or all shares are 0.
 */
struct plot_figure *plot_bars(struct plot *plot, const char *name,
    const char *title, const struct plot_bars *bars);

#endif
