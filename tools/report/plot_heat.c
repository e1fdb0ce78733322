/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/plot_heat.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/report/plot.h"

enum {
	CELL_WIDTH = 84,
	CELL_HEIGHT = 44,
	CHARACTER = 8,		/* width of one, roughly, in pixels */
	TOP = 44,
	BOTTOM = 62,
	RIGHT = 112,		/* the colours and their scale */
};

/* Reference rows are half a row away. */
static double
row_at(const struct plot_heat *heat, size_t row)
{

	return ((double)row +
	    (row >= heat->row_count - heat->reference_count &&
	    heat->reference_count < heat->row_count ? 0.35 : 0));
}

static void
find_range(const struct plot_heat *heat, double *low, double *high)
{
	size_t i;

	*low = *high = NAN;
	for (i = 0; i < heat->row_count * heat->column_count; i++) {
		*low = fmin(*low, heat->values[i]);
		*high = fmax(*high, heat->values[i]);
	}
}

static double
share_of(double value, double low, double high, bool log_scale)
{

	if (!(high > low))
		return (0);
	return (log_scale ? log(value / low) / log(high / low) :
	    (value - low) / (high - low));
}

static void
put_ticks(FILE *out, const char *axis, const char *const *labels, size_t count,
    const struct plot_heat *rows)
{
	size_t i;

	fprintf(out, "set %stics scale 0 (", axis);
	for (i = 0; i < count; i++) {
		fputs(i == 0 ? "" : ", ", out);
		if (rows != NULL)
			plot_row_tick(out, labels[i]);
		else
			plot_quote_tick(out, labels[i]);
		fprintf(out, " %g", rows != NULL ? row_at(rows, i) :
		    (double)i);
	}
	fputs(")\n", out);
	for (i = 0; rows != NULL && i < count; i++)
		plot_row_name(out, labels[i], row_at(rows, i));
}

/* The amount, and under it the note. */
static void
put_cell(FILE *out, const struct plot_heat *heat, size_t row, size_t column,
    unsigned rgb)
{
	char text[HUMAN_SIZE + 32], value[HUMAN_SIZE];
	const char *ink, *note;
	size_t i;

	i = row * heat->column_count + column;
	note = heat->notes[i];
	ink = plot_is_dark(rgb) ? "#ffffff" : "#000000";
	human_value(heat->values[i], heat->unit, value);
	snprintf(text, sizeof(text), "%s%s", heat->marks[i], value);
	fputs("set label ", out);
	plot_quote(out, text);
	fprintf(out, " at %zu,%g center offset 0,%s textcolor rgb '%s' front\n",
	    column, row_at(heat, row), note[0] == '\0' ? "0" : "0.45", ink);
	if (note[0] == '\0')
		return;
	fputs("set label ", out);
	plot_quote(out, note);
	fprintf(out, " at %zu,%g center offset 0,-0.55 font ',8' textcolor "
	    "rgb '%s' front\n", column, row_at(heat, row), ink);
}

static void
put_cells(FILE *out, const struct plot_heat *heat, double low, double high,
    bool log_scale)
{
	unsigned *colours;
	size_t column, i, row;
	double y;

	colours = must_alloc(heat->row_count * heat->column_count,
	    sizeof(*colours));
	for (i = 0; i < heat->row_count * heat->column_count; i++) {
		if (isnan(heat->values[i]))
			continue;
		row = i / heat->column_count;
		column = i % heat->column_count;
		colours[i] = plot_shade(share_of(heat->values[i], low, high,
		    log_scale));
		put_cell(out, heat, row, column, colours[i]);
	}
	fputs("$cells << EOD\n", out);
	for (i = 0; i < heat->row_count * heat->column_count; i++) {
		if (isnan(heat->values[i]))
			continue;
		y = row_at(heat, i / heat->column_count);
		column = i % heat->column_count;
		fprintf(out, "%zu %g %g %g %g %g %u\n", column, y,
		    (double)column - 0.5, (double)column + 0.5, y - 0.5,
		    y + 0.5, colours[i]);
	}
	fputs("EOD\n", out);
	free(colours);
}

static void
put_palette(FILE *out)
{
	int i;

	fputs("set palette defined (", out);
	for (i = 0; i <= 8; i++)
		fprintf(out, "%s%d '#%06x'", i == 0 ? "" : ", ", i,
		    plot_shade(i / 8.0));
	fputs(")\n", out);
}

static size_t
longest(const char *const *texts, size_t count)
{
	size_t i, most;

	most = 1;
	for (i = 0; i < count; i++) {
		if (strlen(texts[i]) > most)
			most = strlen(texts[i]);
	}
	return (most);
}

struct plot_figure *
plot_heat(struct plot *plot, const char *name, const char *title,
    const struct plot_heat *heat)
{
	struct plot_figure *figure;
	unsigned height, left, width;
	double high, low, top;
	bool log_scale;
	FILE *out;

	top = row_at(heat, heat->row_count - 1) + 0.5;
	left = (unsigned)longest(heat->rows, heat->row_count) * CHARACTER + 44;
	width = left + RIGHT + (unsigned)heat->column_count * CELL_WIDTH;
	/* The title has larger letters. */
	if (width < strlen(title) * (CHARACTER + 2))
		width = (unsigned)strlen(title) * (CHARACTER + 2);
	height = TOP + BOTTOM + (unsigned)((top + 0.5) * CELL_HEIGHT);
	figure = plot_add(plot, name, title, width, height);
	out = figure->commands;
	find_range(heat, &low, &high);
	log_scale = plot_wants_log(low, high);
	fprintf(out, "unset grid\nunset border\nset lmargin at screen %.4f\n"
	    "set rmargin at screen %.4f\nset bmargin at screen %.4f\n"
	    "set tmargin at screen %.4f\n",
	    (double)left / width, (double)(width - RIGHT) / width,
	    (double)BOTTOM / height, 1 - (double)TOP / height);
	put_palette(out);
	plot_scale(out, "cb", low, high, log_scale, heat->unit);
	fprintf(out, "set colorbox user origin screen %.4f, screen %.4f "
	    "size screen %.4f, screen %.4f noborder\n",
	    (double)(width - RIGHT + 22) / width, (double)BOTTOM / height,
	    16.0 / width, 1 - (double)(TOP + BOTTOM) / height);
	fputs("set xlabel ", out);
	plot_quote(out, heat->x_label);
	fputs("\nset ylabel ", out);
	plot_quote(out, heat->y_label);
	fputc('\n', out);
	put_ticks(out, "x", heat->columns, heat->column_count, NULL);
	put_ticks(out, "y", heat->rows, heat->row_count, heat);
	fprintf(out, "set xrange [-0.5:%g]\nset yrange [-0.5:%g]\n",
	    (double)heat->column_count - 0.5, top);
	put_cells(out, heat, low, high, log_scale);
	/* The second plot is empty: it asks for the scale of colours. */
	fputs("plot $cells using 1:2:3:4:5:6:7 with boxxyerror fillstyle "
	    "solid 1 border rgb '#ffffff' fillcolor rgb variable notitle, "
	    "$cells using (NaN):(NaN):(1) with points palette notitle\n", out);
	return (figure);
}
