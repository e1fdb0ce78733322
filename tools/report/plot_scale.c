/*
 * Ticks, ranges and colours.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/report/plot.h"

#include <math.h>
#include <string.h>

#include "tools/cli/human.h"

/* --- colours ---------------------------------------------------------------- */

/*
 * Viridis (van der Walt and Smith, 2015; public domain) at nine equal steps,
 * from its light end to its dark one: more is darker, also on paper.
 */
static const unsigned shades[9] = { 0xfde725, 0xaddc30, 0x5ec962, 0x28ae80,
	0x21918c, 0x2c728e, 0x3b528b, 0x472d7b, 0x440154 };

/*
 * Okabe and Ito's colours for all kinds of colour vision, in an order in which
 * neighbours also differ in lightness.
 */
static const unsigned colours[8] = { 0x0072b2, 0xe69f00, 0x000000, 0x009e73,
	0xcc79a7, 0xd55e00, 0x56b4e9, 0x7f7f7f };
static const int dashes[8] = { 1, 2, 1, 4, 5, 2, 4, 5 };
/* Circle, square, triangle, diamond, triangle, pentagon, star, cross. */
static const int points[8] = { 7, 5, 9, 13, 11, 15, 3, 2 };
static const int hollows[8] = { 6, 4, 8, 12, 10, 14, 1, 1 };

static unsigned
mix(unsigned a, unsigned b, double share)
{
	unsigned i, mixed, x, y;

	mixed = 0;
	for (i = 0; i < 24; i += 8) {
		x = a >> i & 0xff;
		y = b >> i & 0xff;
		mixed |= (unsigned)(x + (y - (double)x) * share + 0.5) << i;
	}
	return (mixed);
}

unsigned
plot_shade(double share)
{
	double place;
	int step;

	place = (isnan(share) ? 0 : fmin(fmax(share, 0), 1)) * 8;
	step = place >= 8 ? 7 : (int)place;
	return (mix(shades[step], shades[step + 1], place - step));
}

bool
plot_is_dark(unsigned rgb)
{

	static const double weights[3] = { 0.0722, 0.7152, 0.2126 };
	double light, part;
	int i;

	/*
	 * Relative luminance as WCAG 2 defines it.  At 0.18 black and white
	 * contrast with it alike; small print is read better in white up to a
	 * little more.
	 */
	light = 0;
	for (i = 0; i < 3; i++) {
		part = (rgb >> (8 * i) & 0xff) / 255.0;
		light += weights[i] * (part <= 0.03928 ? part / 12.92 :
		    pow((part + 0.055) / 1.055, 2.4));
	}
	return (light < 0.23);
}

unsigned
plot_colour(size_t i)
{

	return (colours[i % 8]);
}

int
plot_dash(size_t i)
{

	return (dashes[i % 8]);
}

int
plot_point(size_t i)
{

	return (points[i % 8]);
}

int
plot_hollow(size_t i)
{

	return (hollows[i % 8]);
}

/* --- axes ------------------------------------------------------------------- */

/* The factor and the name of the unit that suits a whole axis. */
static double
axis_unit(const char *unit, double most, const char **name)
{
	static const struct {
		const char *unit;
		const char *names[4];
		double step;
	} units[] = {
		{ "ns", { "ns", "us", "ms", "s" }, 1000 },
		{ "bytes", { "B", "KiB", "MiB", "GiB" }, 1024 },
		{ "1/s", { "/s", "k/s", "M/s", "G/s" }, 1000 },
	};
	double factor;
	size_t i, k;

	*name = strcmp(unit, "1") == 0 ? "" : unit;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].unit, unit) != 0)
			continue;
		factor = 1;
		for (k = 0; k < 3 && most >= factor * units[i].step; k++)
			factor *= units[i].step;
		*name = units[i].names[k];
		return (factor);
	}
	return (1);
}

static void
tick(FILE *out, double at, const char *label, bool *first)
{

	fputs(*first ? "" : ", ", out);
	*first = false;
	plot_quote_tick(out, label);
	fprintf(out, " %.12g", at);
}

static void
tick_human(FILE *out, double at, const char *unit, bool *first)
{
	char text[HUMAN_SIZE];

	human_value(at, unit, text);
	tick(out, at, text, first);
}

/* Powers of ten with 2 and 5 between them, or powers of two for bytes. */
static void
ticks_log(FILE *out, double low, double high, const char *unit)
{
	static const double fine[3] = { 1, 2, 5 };
	double at, decade, span;
	bool bytes, first;
	int i, step;

	bytes = strcmp(unit, "bytes") == 0;
	first = true;
	span = bytes ? log2(high / low) : log10(high / low);
	if (bytes) {
		step = span > 24 ? 5 : span > 12 ? 2 : 1;
		for (i = (int)ceil(log2(low) - 1e-9); exp2(i) <= high; i++) {
			if (i % step == 0)
				tick_human(out, exp2(i), unit, &first);
		}
		if (span < 2 && first)
			tick_human(out, low, unit, &first);
		return;
	}
	for (decade = pow(10, floor(log10(low))); decade <= high;
	    decade *= 10) {
		for (i = 0; i < (span > 3.2 ? 1 : 3); i++) {
			at = decade * fine[i];
			if (at >= low * (1 - 1e-9) && at <= high * (1 + 1e-9))
				tick_human(out, at, unit, &first);
		}
	}
	if (first)
		tick_human(out, low, unit, &first);
}

/* Five steps or so of 1, 2 or 5 in one unit. */
static void
ticks_linear(FILE *out, double low, double high, const char *unit)
{
	char text[64];
	const char *name;
	double at, factor, raw, step;
	bool first;

	factor = axis_unit(unit, fmax(fabs(low), fabs(high)), &name);
	raw = (high - low) / factor / 5;
	step = pow(10, floor(log10(raw)));
	step *= raw / step > 5 ? 10 : raw / step > 2 ? 5 : raw / step > 1 ? 2 :
	    1;
	first = true;
	for (at = ceil(low / factor / step - 1e-9) * step;
	    at * factor <= high + step * factor * 1e-6; at += step) {
		/* Zero needs no unit, and is exactly that. */
		if (fabs(at) < step / 1000)
			snprintf(text, sizeof(text), "0");
		else
			snprintf(text, sizeof(text), "%.4g%s%s", at,
			    name[0] == '\0' || name[0] == '/' ? "" : " ",
			    name);
		tick(out, at * factor, text, &first);
	}
}

bool
plot_wants_log(double low, double high)
{

	return (low > 0 && high / low > 8);
}

void
plot_scale(FILE *out, const char *axis, double low, double high, bool log,
    const char *unit)
{

	if (!(high > low)) {
		/* One value, or none: any range that shows it. */
		if (isnan(low) || isnan(high))
			low = high = 0;
		high = high > 0 ? high * 1.1 : high + 1;
		low = log ? low / 1.1 : low > 0 ? low * 0.9 : low;
	}
	fprintf(out, "set %srange [%.12g:%.12g]\nset %stics (", axis, low, high,
	    axis);
	if (log)
		ticks_log(out, low, high, unit);
	else
		ticks_linear(out, low, high, unit);
	fprintf(out, ")\n%sset logscale %s\n", log ? "" : "un", axis);
	fprintf(out, "unset m%stics\n", axis);
}
