/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/plot_bars.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "tools/cli/human.h"
#include "tools/report/plot.h"

enum {
	BARS_WIDTH = 420,
	WIDTH = 720,		/* at least */
	BAR = 24,
	AROUND = 130,		/* title, axis, a row of legend */
	LEGEND_ROW = 20,
	CHARACTER = 8,
};

/* NAN where there is no part at all. */
static double
sum_of(const struct plot_bars *bars, const struct plot_bar *bar)
{
	double sum;
	size_t i;

	sum = NAN;
	for (i = 0; i < bars->part_count; i++) {
		if (!isnan(bar->parts[i]))
			sum = (isnan(sum) ? 0 : sum) + bar->parts[i];
	}
	return (sum);
}

static double
most_of(const struct plot_bars *bars)
{
	const struct plot_bar *bar;
	double most;
	size_t i;

	most = NAN;
	for (i = 0; i < bars->bar_count; i++) {
		bar = &bars->bars[i];
		if (isnan(sum_of(bars, bar)))
			continue;
		most = fmax(most, sum_of(bars, bar));
		most = fmax(most, bar->high);
		most = fmax(most, bar->bound);
	}
	return (most);
}

/* Rows of the legend, as many as keep all of it in the picture. */
static size_t
legend_rows(const struct plot_bars *bars, unsigned width)
{
	size_t columns, i, longest;

	if (bars->part_count == 1)
		return (1);
	longest = 0;
	for (i = 0; i < bars->part_count; i++) {
		if (strlen(bars->parts[i]) > longest)
			longest = strlen(bars->parts[i]);
	}
	columns = width / ((longest + 6) * CHARACTER);
	if (columns == 0)
		columns = 1;
	return ((bars->part_count + columns - 1) / columns);
}

/* Part by part: where it begins and ends. */
static void
put_parts(FILE *out, const struct plot_bars *bars)
{
	size_t i, part;
	double at, begin;

	for (part = 0; part < bars->part_count; part++) {
		fprintf(out, "$part%zu << EOD\n", part);
		for (i = 0; i < bars->bar_count; i++) {
			begin = 0;
			for (size_t k = 0; k < part; k++)
				begin += isnan(bars->bars[i].parts[k]) ? 0 :
				    bars->bars[i].parts[k];
			at = bars->bars[i].parts[part];
			if (isnan(at))
				continue;
			fprintf(out, "%.12g %g %.12g %.12g %g %g\n", begin,
			    -(double)i, begin, begin + at, -(double)i - 0.38,
			    -(double)i + 0.38);
		}
		/* A place outside keeps an empty block legal. */
		fputs("0 99 0 0 99 99\nEOD\n", out);
	}
}

/* "995 us", what is no more than a lower bound with its sign before it. */
static void
put_sum(FILE *out, const struct plot_bars *bars, const struct plot_bar *bar,
    size_t place)
{
	char text[HUMAN_SIZE], value[HUMAN_SIZE + 8];
	double end;

	end = sum_of(bars, bar);
	if (isnan(end)) {
		snprintf(value, sizeof(value), "-");
		end = 0;
	} else {
		human_value(end, bars->unit, text);
		snprintf(value, sizeof(value), "%s%s", bar->at_least ?
		    "\u2265" : "", text);
	}
	end = fmax(end, isnan(bar->high) ? end : bar->high);
	end = fmax(end, isnan(bar->bound) ? end : bar->bound);
	fputs("set label ", out);
	plot_quote(out, value);
	fprintf(out, " at %.12g,%g left offset 1,0 font ',9' front\n", end,
	    -(double)place);
}

static void
put_marks(FILE *out, const struct plot_bars *bars)
{
	const struct plot_bar *bar;
	size_t i;

	fputs("$spans << EOD\n0 99 0 0\n", out);
	for (i = 0; i < bars->bar_count; i++) {
		bar = &bars->bars[i];
		if (!isnan(bar->low) && !isnan(bar->high))
			fprintf(out, "%.12g %g %.12g %.12g\n",
			    sum_of(bars, bar), -(double)i, bar->low,
			    bar->high);
	}
	fputs("EOD\n$bounds << EOD\n0 99\n", out);
	for (i = 0; i < bars->bar_count; i++) {
		if (!isnan(bars->bars[i].bound))
			fprintf(out, "%.12g %g\n", bars->bars[i].bound,
			    -(double)i);
	}
	fputs("EOD\n", out);
	for (i = 0; i < bars->bar_count && !bars->shares; i++)
		put_sum(out, bars, &bars->bars[i], i);
}

static void
put_plot(FILE *out, const struct plot_bars *bars)
{
	double shade;
	size_t part;

	fputs("plot ", out);
	for (part = 0; part < bars->part_count; part++) {
		/* From dark to light: neighbours differ also in grey. */
		shade = bars->part_count == 1 ? 0.6 : 0.92 -
		    0.84 * (double)part / (double)(bars->part_count - 1);
		fprintf(out, "%s$part%zu using 1:2:3:4:5:6 with boxxyerror "
		    "fillstyle solid 1 border rgb '#ffffff' fc rgb '#%06x' ",
		    part == 0 ? "" : ", ", part, plot_shade(shade));
		if (bars->part_count == 1)
			fputs("notitle", out);
		else {
			fputs("title ", out);
			plot_quote(out, bars->parts[part]);
		}
	}
	fputs(", $spans using 1:2:3:4 with xerrorbars pt 0 lw 1.5 lc rgb "
	    "'#000000' notitle", out);
	if (bars->bound != NULL) {
		fputs(", $bounds using 1:2 with points pt 12 ps 1.1 lw 1.5 lc "
		    "rgb '#d55e00' title ", out);
		plot_quote(out, bars->bound);
	}
	fputc('\n', out);
}

struct plot_figure *
plot_bars(struct plot *plot, const char *name, const char *title,
    const struct plot_bars *bars)
{
	struct plot_figure *figure;
	size_t i, longest, rows;
	unsigned left, width;
	double most;
	FILE *out;

	most = most_of(bars);
	if (bars->bar_count == 0 || isnan(most) ||
	    (bars->shares && most <= 0))
		return (NULL);
	longest = 0;
	for (i = 0; i < bars->bar_count; i++) {
		if (strlen(bars->bars[i].label) > longest)
			longest = strlen(bars->bars[i].label);
	}
	left = (unsigned)longest * CHARACTER + 16;
	width = left + BARS_WIDTH > WIDTH ? left + BARS_WIDTH : WIDTH;
	rows = legend_rows(bars, width);
	figure = plot_add(plot, name, title, width, (unsigned)(AROUND +
	    bars->bar_count * BAR + (rows - 1) * LEGEND_ROW));
	out = figure->commands;
	plot_scale(out, "x", 0, bars->shares ? most : most * 1.15, false,
	    bars->unit);
	fprintf(out, "set lmargin at screen %.4f\nset rmargin 4\n"
	    "set bmargin at screen %.4f\nset tmargin at screen %.4f\n",
	    (double)left / width,
	    (84.0 + (double)(rows - 1) * LEGEND_ROW) / figure->height,
	    1 - 40.0 / figure->height);
	fprintf(out, "set yrange [%g:0.6]\nset ytics scale 0 (",
	    0.4 - (double)bars->bar_count);
	for (i = 0; i < bars->bar_count; i++) {
		fputs(i == 0 ? "" : ", ", out);
		plot_row_tick(out, bars->bars[i].label);
		fprintf(out, " %g", -(double)i);
	}
	fputs(")\n", out);
	for (i = 0; i < bars->bar_count; i++)
		plot_row_name(out, bars->bars[i].label, -(double)i);
	fprintf(out, "unset grid\nset grid xtics lc rgb '#d0d0d0' lw 0.6 "
	    "lt 1\nset border 1\nset key at screen 0.5,screen 0.01 center "
	    "bottom vertical Left reverse samplen 2 maxrows %zu\n"
	    "set xlabel ", rows);
	plot_quote(out, bars->x_label);
	fputc('\n', out);
	put_parts(out, bars);
	put_marks(out, bars);
	put_plot(out, bars);
	return (figure);
}
