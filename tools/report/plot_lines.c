/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/plot_lines.h"

#include <math.h>
#include <string.h>

#include "tools/report/plot.h"

enum {
	WIDTH = 640,
	HEIGHT = 400,
	LEGEND_ROW = 20,
	LEGEND_CHARACTER = 8,
};

/* Of the values, or of the ends of their intervals. */
enum which { VALUES, LOWS, HIGHS };

struct range {
	double low, high;
	bool log_scale;
};

static const double *
numbers(const struct plot_curve *curve, bool y, enum which which)
{

	switch (which) {
	case LOWS:
		return (y ? curve->y_low : curve->x_low);
	case HIGHS:
		return (y ? curve->y_high : curve->x_high);
	default:
		return (y ? curve->y : curve->x);
	}
}

/* An ideal of nothing at all has no place on a logarithmic scale. */
static bool
is_off(const struct plot_curve *curve, bool y, double value)
{

	return (y && curve->kind == PLOT_DASHED && !(value > 0));
}

static void
extend(struct range *range, const struct plot_lines *lines, bool y,
    enum which which, bool all)
{
	const double *values;
	size_t i, k;

	for (i = 0; i < lines->curve_count; i++) {
		values = numbers(&lines->curves[i], y, which);
		for (k = 0; values != NULL && k < lines->curves[i].count;
		    k++) {
			if (!all && is_off(&lines->curves[i], y, values[k]))
				continue;
			range->low = fmin(range->low, values[k]);
			range->high = fmax(range->high, values[k]);
		}
	}
}

/*
 * The values decide on the scale; a wide interval must not: it may reach below
 * zero, where the quantity itself cannot go.
 */
static struct range
find_range(const struct plot_lines *lines, bool y)
{
	struct range range = { NAN, NAN, false };
	double air, low;

	extend(&range, lines, y, VALUES, false);
	if (isnan(range.low))
		return (range);
	low = range.low;
	range.log_scale = !(y && lines->y_linear) &&
	    (plot_wants_log(low, range.high) ||
	    ((y ? lines->y_log : lines->x_log) && low > 0));
	if (!range.log_scale) {
		extend(&range, lines, y, VALUES, true);
		low = range.low;
	}
	extend(&range, lines, y, LOWS, true);
	extend(&range, lines, y, HIGHS, true);
	if (range.log_scale) {
		range.low = fmax(range.low, low / 2);
		air = pow(range.high / range.low, 0.05);
		range.low /= air;
		range.high *= air;
		return (range);
	}
	air = (range.high - range.low) * 0.05;
	range.high += air;
	range.low -= air;
	if (low >= 0 && ((y && lines->y_zero) || range.low < 0))
		range.low = 0;
	return (range);
}

static void
put_x_ticks(FILE *out, const struct plot_lines *lines)
{
	size_t i;

	fputs("set xtics (", out);
	for (i = 0; i < lines->x_tick_count; i++) {
		fputs(i == 0 ? "" : ", ", out);
		plot_quote_tick(out, lines->x_tick_labels[i]);
		fprintf(out, " %.12g", lines->x_ticks[i]);
	}
	fputs(")\n", out);
}

static double
or_middle(const double *values, size_t i, double middle)
{

	return (values == NULL || isnan(values[i]) ? middle : values[i]);
}

static void
put_data(FILE *out, const struct plot_curve *curve, size_t number,
    const struct range *x_range, const struct range *y_range)
{
	size_t i;
	double x, y;

	fprintf(out, "$curve%zu << EOD\n", number);
	for (i = 0; i < curve->count; i++) {
		x = curve->x[i];
		y = curve->y[i];
		if (isnan(x) || isnan(y) || (y_range->log_scale &&
		    is_off(curve, true, y)))
			continue;
		fprintf(out, "%.12g %.12g %.12g %.12g %.12g %.12g\n", x, y,
		    fmax(or_middle(curve->x_low, i, x), x_range->low),
		    or_middle(curve->x_high, i, x),
		    fmax(or_middle(curve->y_low, i, y), y_range->low),
		    or_middle(curve->y_high, i, y));
	}
	fputs("EOD\n", out);
	for (i = 0; curve->labels != NULL && i < curve->count; i++) {
		if (curve->labels[i][0] == '\0' || isnan(curve->y[i]))
			continue;
		fputs("set label ", out);
		plot_quote(out, curve->labels[i]);
		fprintf(out, " at %.12g,%.12g right offset -0.6,-0.5 font ',9' "
		    "textcolor rgb '#333333' front\n", curve->x[i],
		    curve->y[i]);
	}
}

static bool
has_points(const struct plot_curve *curve)
{
	size_t i;

	for (i = 0; i < curve->count; i++) {
		if (!isnan(curve->x[i]) && !isnan(curve->y[i]))
			return (true);
	}
	return (false);
}

static void
put_curve(FILE *out, const struct plot_curve *curve, size_t number)
{
	static const char *const drawn[] = {
		[PLOT_LINE] = "linespoints", [PLOT_THIN] = "lines",
		[PLOT_DASHED] = "lines", [PLOT_JOIN] = "lines",
		[PLOT_POINTS] = "points", [PLOT_HOLLOW] = "points",
		[PLOT_SMALL] = "points",
	};
	unsigned rgb;
	size_t style;
	bool line;

	style = curve->style;
	rgb = plot_colour(style);
	line = curve->kind < PLOT_POINTS;
	if (curve->y_low != NULL || curve->x_low != NULL)
		fprintf(out, "$curve%zu using %s with %s lw 1 lc rgb '#%06x' "
		    "pt 0 notitle, ", number, curve->x_low != NULL ?
		    "1:2:3:4:5:6" : "1:2:5:6", curve->x_low != NULL ?
		    "xyerrorbars" : "yerrorbars", rgb);
	fprintf(out, "$curve%zu using 1:2 with %s", number,
	    drawn[curve->kind]);
	if (line)
		/* Two of the dashes are none: without marks one is thick. */
		fprintf(out, " lw %s dt %d", curve->kind == PLOT_DASHED ?
		    "1.4" : curve->kind == PLOT_JOIN ? "1" :
		    curve->kind == PLOT_THIN && style % 8 == 2 ? "3.6" : "2",
		    curve->kind == PLOT_DASHED ? 3 :
		    curve->kind == PLOT_JOIN ? 1 : plot_dash(style));
	if (curve->kind == PLOT_LINE || !line)
		fprintf(out, " pt %d ps %s", curve->kind == PLOT_HOLLOW ?
		    plot_hollow(style) : plot_point(style),
		    curve->kind == PLOT_SMALL ? "0.45" : "0.9");
	fprintf(out, " lc rgb '#%06x' ", rgb);
	if (curve->title[0] == '\0')
		fputs("notitle", out);
	else {
		fputs("title ", out);
		plot_quote(out, curve->title);
	}
}

/* Rows of the legend under the picture, as many as its longest title needs. */
static size_t
legend_rows(const struct plot_lines *lines)
{
	size_t columns, i, longest, titles;

	longest = titles = 0;
	for (i = 0; i < lines->curve_count; i++) {
		if (lines->curves[i].title[0] == '\0')
			continue;
		titles++;
		if (strlen(lines->curves[i].title) > longest)
			longest = strlen(lines->curves[i].title);
	}
	columns = WIDTH / ((longest + 5) * LEGEND_CHARACTER);
	if (columns == 0)
		columns = 1;
	return ((titles + columns - 1) / columns);
}

struct plot_figure *
plot_lines(struct plot *plot, const char *name, const char *title,
    const struct plot_lines *lines)
{
	struct plot_figure *figure;
	struct range x, y;
	const char *separator;
	size_t i, rows;
	FILE *out;

	x = find_range(lines, false);
	y = find_range(lines, true);
	if (isnan(y.low))
		return (NULL);
	rows = legend_rows(lines);
	figure = plot_add(plot, name, title, WIDTH,
	    (unsigned)(HEIGHT + rows * LEGEND_ROW));
	out = figure->commands;
	plot_scale(out, "y", y.low, y.high, y.log_scale, lines->y_unit);
	plot_scale(out, "x", x.low, x.high, x.log_scale, lines->x_unit);
	if (lines->x_ticks != NULL)
		put_x_ticks(out, lines);
	fprintf(out, "set bmargin at screen %.4f\nset key at screen 0.5,"
	    "screen 0.01 center bottom vertical Left reverse samplen 3 "
	    "spacing 1.1 maxrows %zu\nset xlabel ",
	    (double)(72 + rows * LEGEND_ROW) / figure->height, rows);
	plot_quote(out, lines->x_label);
	fputs("\nset ylabel ", out);
	plot_quote(out, lines->y_label);
	/* The title stands above the axes. */
	fprintf(out, "\nset rmargin 4\nset tmargin at screen %.4f\n",
	    1 - 34.0 / figure->height);
	for (i = 0; i < lines->curve_count; i++)
		put_data(out, &lines->curves[i], i, &x, &y);
	fputs("plot ", out);
	separator = "";
	for (i = 0; i < lines->curve_count; i++) {
		if (!has_points(&lines->curves[i]))
			continue;
		fputs(separator, out);
		put_curve(out, &lines->curves[i], i);
		separator = ", ";
	}
	fputc('\n', out);
	return (figure);
}
