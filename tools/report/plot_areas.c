/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/plot_areas.h"

#include <math.h>
#include <stdio.h>

#include "tools/report/plot.h"

enum {
	WIDTH = 720,
	PANEL = 190,
	TOP = 36,
	BOTTOM = 112,
	GAP = 54,
};

static double
height_of(const struct plot_areas *areas, const struct plot_panel *panel,
    size_t point, size_t layers)
{
	double sum;
	size_t i;

	(void)areas;
	sum = 0;
	for (i = 0; i < layers; i++)
		sum += panel->layers[i][point];
	return (sum);
}

static void
find_most(const struct plot_areas *areas, double *y, double *x)
{
	const struct plot_panel *panel;
	size_t i, k;

	*x = *y = NAN;
	for (i = 0; i < areas->panel_count; i++) {
		panel = &areas->panels[i];
		*x = fmax(*x, (double)(panel->count - 1) * panel->step_ns);
		for (k = 0; k < panel->count; k++)
			*y = fmax(*y, height_of(areas, panel, k,
			    areas->layer_count));
	}
}

/* Time, the edges of the layers from 0 to the top, the bound. */
static void
put_data(FILE *out, const struct plot_areas *areas, size_t number)
{
	const struct plot_panel *panel;
	size_t k, layer;

	panel = &areas->panels[number];
	fprintf(out, "$panel%zu << EOD\n", number);
	for (k = 0; k < panel->count; k++) {
		fprintf(out, "%.12g", (double)k * panel->step_ns);
		for (layer = 0; layer <= areas->layer_count; layer++)
			fprintf(out, " %.12g",
			    height_of(areas, panel, k, layer));
		fprintf(out, " %.12g\n", panel->bound != NULL ?
		    panel->bound[k] : 0);
	}
	fputs("EOD\n", out);
}

static void
put_panel(FILE *out, const struct plot_areas *areas, size_t number,
    unsigned height)
{
	const struct plot_panel *panel;
	double bottom, shade;
	size_t layer;
	bool last;

	panel = &areas->panels[number];
	last = number + 1 == areas->panel_count;
	bottom = BOTTOM + (double)(areas->panel_count - 1 - number) *
	    (PANEL + GAP);
	fprintf(out, "set bmargin at screen %.4f\nset tmargin at screen %.4f\n",
	    bottom / height, (bottom + PANEL) / height);
	fputs("set title ", out);
	plot_quote(out, panel->title);
	fputs(" font ',10' offset 0,-0.6\nset ylabel ", out);
	plot_quote(out, number == areas->panel_count / 2 ? areas->y_label :
	    "");
	fputs(last ? "\nset xlabel 'simulated time since the warm-up'\n"
	    "set key at screen 0.5,screen 0.01 center bottom vertical Left "
	    "reverse samplen 2 maxrows 3 width 1\nplot " :
	    "\nunset xlabel\nunset key\nplot ", out);
	/* The legend reads like the layers when the first is the bottom one. */
	for (layer = 0; layer < areas->layer_count; layer++) {
		shade = areas->layer_count == 1 ? 0.5 : 0.96 -
		    0.92 * (double)layer / (double)(areas->layer_count - 1);
		fprintf(out, "%s$panel%zu using 1:%zu:%zu with filledcurves "
		    "fillstyle solid 1 noborder fc rgb '#%06x' title ",
		    layer == 0 ? "" : ", ", number, layer + 2, layer + 3,
		    plot_shade(shade));
		plot_quote(out, areas->layers[layer]);
	}
	if (panel->bound != NULL) {
		/* White under black: seen on every layer. */
		fprintf(out, ", $panel%zu using 1:%zu with lines lw 2.6 lc rgb "
		    "'#ffffff' notitle, $panel%zu using 1:%zu with lines dt 2 "
		    "lw 1.4 lc rgb '#000000' title ", number,
		    areas->layer_count + 3, number, areas->layer_count + 3);
		plot_quote(out, areas->bound);
	}
	fputc('\n', out);
}

struct plot_figure *
plot_areas(struct plot *plot, const char *name, const char *title,
    const struct plot_areas *areas)
{
	struct plot_figure *figure;
	unsigned height;
	double x, y;
	size_t i;
	FILE *out;

	find_most(areas, &y, &x);
	if (areas->panel_count == 0 || isnan(y))
		return (NULL);
	height = (unsigned)(TOP + BOTTOM + areas->panel_count * (PANEL + GAP) -
	    GAP / 2);
	figure = plot_add(plot, name, title, WIDTH, height);
	out = figure->commands;
	for (i = 0; i < areas->panel_count; i++)
		put_data(out, areas, i);
	plot_scale(out, "x", 0, x, false, "ns");
	plot_scale(out, "y", 0, y * 1.05, false, areas->unit);
	fputs("set lmargin at screen 0.13\nset rmargin at screen 0.95\n"
	    "set multiplot\n", out);
	for (i = 0; i < areas->panel_count; i++) {
		put_panel(out, areas, i, height);
		/* The title of the whole was drawn with the first. */
		fputs("unset label\n", out);
	}
	fputs("unset multiplot\n", out);
	return (figure);
}
