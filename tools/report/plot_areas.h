/*
 * plot_areas - what was a quantity made of, over time?
 *
 * Panels on top of each other with the same axes, so that their heights can be
 * compared.  Layers are stacked from the bottom; a dashed line may mark a
 * bound.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_PLOT_AREAS_H
#define TOOLS_REPORT_PLOT_AREAS_H

#include <stddef.h>

struct plot;
struct plot_figure;

struct plot_panel {
	const char *title;
	size_t count;
	double step_ns;			/* between two points */
	const double *const *layers;	/* one list of points for each layer */
	const double *bound;		/* or NULL */
};

struct plot_areas {
	const char *y_label;
	const char *unit;
	const char *const *layers;	/* names, from the bottom */
	size_t layer_count;
	const char *bound;
	const struct plot_panel *panels;
	size_t panel_count;
};

/* Returns NULL where there is nothing to draw. */
struct plot_figure *plot_areas(struct plot *plot, const char *name,
    const char *title, const struct plot_areas *areas);

#endif
