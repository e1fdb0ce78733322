/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/plot_lines.h"

#include <math.h>
#include <string.h>

#include "tools/plot.h"

enum {
	WIDTH = 640,
	HEIGHT = 400,
	LEGEND_ROW = 20,
	LEGEND_CHARACTER = 8,
};

/* The range of the values and, where they are known, their intervals. */
static void
extend(double *low, double *high, const double *values, size_t count)
{
	size_t i;

	for (i = 0; values != NULL && i < count; i++) {
		*low = fmin(*low, values[i]);
		*high = fmax(*high, values[i]);
	}
}

static void
find_range(const struct plot_lines *lines, bool y, double *low, double *high)
{
	const struct plot_curve *curve;
	size_t i;

	*low = *high = NAN;
	for (i = 0; i < lines->curve_count; i++) {
		curve = &lines->curves[i];
		extend(low, high, y ? curve->y : curve->x, curve->count);
		extend(low, high, y ? curve->y_low : curve->x_low,
		    curve->count);
		extend(low, high, y ? curve->y_high : curve->x_high,
		    curve->count);
	}
}

/* Some air around the curves. */
static void
put_axis(FILE *out, const char *axis, double low, double high, bool log_scale,
    bool zero, const char *unit)
{
	double air;

	if (log_scale) {
		air = pow(high / low, 0.05);
		plot_scale(out, axis, low / air, high * air, true, unit);
		return;
	}
	air = (high - low) * 0.05;
	if (zero && low >= 0)
		low = 0;
	else
		low = low >= 0 && low < air ? 0 : low - air;
	plot_scale(out, axis, low, high + air, false, unit);
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
put_data(FILE *out, const struct plot_curve *curve, size_t number)
{
	size_t i;
	double x, y;

	fprintf(out, "$curve%zu << EOD\n", number);
	for (i = 0; i < curve->count; i++) {
		x = curve->x[i];
		y = curve->y[i];
		if (isnan(x) || isnan(y))
			continue;
		fprintf(out, "%.12g %.12g %.12g %.12g %.12g %.12g\n", x, y,
		    or_middle(curve->x_low, i, x),
		    or_middle(curve->x_high, i, x),
		    or_middle(curve->y_low, i, y),
		    or_middle(curve->y_high, i, y));
	}
	fputs("EOD\n", out);
	for (i = 0; curve->labels != NULL && i < curve->count; i++) {
		if (curve->labels[i][0] == '\0' || isnan(curve->y[i]))
			continue;
		fputs("set label ", out);
		plot_quote(out, curve->labels[i]);
		fprintf(out, " at %.12g,%.12g left offset 0.8,0.5 font ',8' "
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
		[PLOT_DASHED] = "lines", [PLOT_POINTS] = "points",
	};
	unsigned rgb;
	size_t style;
	bool line;

	style = curve->style;
	rgb = plot_colour(style);
	line = curve->kind != PLOT_POINTS;
	if (curve->y_low != NULL || curve->x_low != NULL)
		fprintf(out, "$curve%zu using %s with %s lw 1 lc rgb '#%06x' "
		    "pt 0 notitle, ", number, curve->x_low != NULL ?
		    "1:2:3:4:5:6" : "1:2:5:6", curve->x_low != NULL ?
		    "xyerrorbars" : "yerrorbars", rgb);
	fprintf(out, "$curve%zu using 1:2 with %s", number,
	    drawn[curve->kind]);
	if (line)
		fprintf(out, " lw %s dt %d", curve->kind == PLOT_DASHED ?
		    "1.2" : "2", curve->kind == PLOT_DASHED ? 3 :
		    plot_dash(style));
	if (curve->kind == PLOT_LINE || curve->kind == PLOT_POINTS)
		fprintf(out, " pt %d ps 0.9", plot_point(style));
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
	columns = WIDTH / ((longest + 7) * LEGEND_CHARACTER);
	if (columns == 0)
		columns = 1;
	return ((titles + columns - 1) / columns);
}

struct plot_figure *
plot_lines(struct plot *plot, const char *name, const char *title,
    const struct plot_lines *lines)
{
	struct plot_figure *figure;
	double high, low;
	const char *separator;
	size_t i, rows;
	FILE *out;

	find_range(lines, true, &low, &high);
	if (isnan(low))
		return (NULL);
	rows = legend_rows(lines);
	figure = plot_add(plot, name, title, WIDTH,
	    (unsigned)(HEIGHT + rows * LEGEND_ROW));
	out = figure->commands;
	put_axis(out, "y", low, high, plot_wants_log(low, high), lines->y_zero,
	    lines->y_unit);
	find_range(lines, false, &low, &high);
	put_axis(out, "x", low, high, low > 0 && (lines->x_log ||
	    plot_wants_log(low, high)), false, lines->x_unit);
	if (lines->x_ticks != NULL)
		put_x_ticks(out, lines);
	fputs("set key outside bottom center horizontal Left reverse "
	    "noenhanced samplen 3 spacing 1.1\nset xlabel ", out);
	plot_quote(out, lines->x_label);
	fputs("\nset ylabel ", out);
	plot_quote(out, lines->y_label);
	fputs("\nset rmargin 4\n", out);
	for (i = 0; i < lines->curve_count; i++)
		put_data(out, &lines->curves[i], i);
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
