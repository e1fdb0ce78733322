/*
 * plot - how are numbers drawn?
 *
 * A plot is a set of figures.  Each is written as commands for gnuplot and
 * comes out twice, as NAME.png and NAME.svg; the commands stay beside them as
 * plots.gp, for whoever wants to change a picture.  gnuplot is found by PATH
 * when the plot is run, and is run only here.
 *
 *	plot = plot_create(folder);
 *	figure = plot_heat(plot, "heat", "Footprint", &heat);
 *	if (plot_run(plot, &blind, &err) != 0) ...
 *
 * Colours     one scale from light to dark (viridis, reversed) for amounts,
 *             eight colours that differ in lightness and in dash for curves:
 *             both are told apart without colour vision and in print.
 * Errors      plot_run() sets err: no gnuplot, no font, or what it complained
 *             about.  Texts of users need no care: they are quoted here.
 * Cost        about 60 ms for each figure.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_PLOT_H
#define TOOLS_REPORT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct err;
struct plot;

struct plot_figure {
	char *name;		/* without .png or .svg */
	char *title;
	char *caption;		/* what to see; NULL until set */
	char *text;		/* for those who cannot see it; NULL until set */
	unsigned width, height;	/* in pixels of the SVG; the PNG has more */
	FILE *commands;		/* closed by plot_run() */
	char *buffer;
	size_t length;
};

/* Nothing is written before plot_run(). */
struct plot *plot_create(const char *folder);
/* NULL is fine. */
void plot_destroy(struct plot *plot);

/* The name must be fit for a file; one that is taken gets a number. */
struct plot_figure *plot_add(struct plot *plot, const char *name,
    const char *title, unsigned width, unsigned height);

size_t plot_count(const struct plot *plot);
const struct plot_figure *plot_at(const struct plot *plot, size_t i);

/*
 * Draws everything; without a figure it does nothing.  0, or -1 with err.
 * `*blind` is set where no font is installed: the PNG files lack all text.
 */
int plot_run(struct plot *plot, bool *blind, struct err *err);

void plot_caption(struct plot_figure *figure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void plot_text(struct plot_figure *figure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- for the kinds of figures, plot_*.c --------------------------------- */

/* A quoted text for gnuplot: no mark-up, no commands, no line ends. */
void plot_quote(FILE *out, const char *text);
/* The same for a tick of an axis, which gnuplot takes for a printf() format. */
void plot_quote_tick(FILE *out, const char *text);
/*
 * The name of a row: as a tick in a list of them, and once more after the list,
 * for gnuplot cuts a tick with a % in it after 49 bytes.
 */
void plot_row_tick(FILE *out, const char *name);
void plot_row_name(FILE *out, const char *name, double at);

/* The colour of a share from 0 (light) to 1 (dark), 0xrrggbb. */
unsigned plot_shade(double share);
/* Whether white is the better ink on it. */
bool plot_is_dark(unsigned rgb);
/* The colour, dash and point of the i-th curve. */
unsigned plot_colour(size_t i);
int plot_dash(size_t i);
int plot_point(size_t i);
int plot_hollow(size_t i);	/* the same point, not filled */

/*
 * Ticks with human units on an axis ("x", "y", "cb") from `low` to `high`,
 * and the range.  Where `log`, both must be positive.
 */
void plot_scale(FILE *out, const char *axis, double low, double high, bool log,
    const char *unit);

/* Whether a logarithmic axis shows these values better. */
bool plot_wants_log(double low, double high);

#endif
