/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/human.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct scale {
	double factor;
	const char *unit;
};

static const struct scale times[] = { { 1e9, "s" }, { 1e6, "ms" },
	{ 1e3, "us" }, { 1, "ns" }, { 1e-3, "ps" }, { 0, NULL } };
static const struct scale sizes[] = { { 1073741824.0, "GiB" },
	{ 1048576, "MiB" }, { 1024, "KiB" }, { 1, "B" }, { 0, NULL } };
static const struct scale rates[] = { { 1e9, "G/s" }, { 1e6, "M/s" },
	{ 1e3, "k/s" }, { 1, "/s" }, { 0, NULL } };

static const struct {
	const char *unit;
	double base;			/* the unit in the first of the scales */
	const struct scale *scales;
} units[] = {
	{ "ns", 1, times },
	{ "ps", 1e-3, times },
	{ "bytes", 1, sizes },
	{ "1/s", 1, rates },
};

static void
digits(double value, char number[HUMAN_PART_SIZE])
{
	double size;

	size = fabs(value);
	if (value == floor(value) && size < 1e6)
		snprintf(number, HUMAN_PART_SIZE, "%.0f", value);
	else if (size >= 1e6 || size < 1e-3)
		snprintf(number, HUMAN_PART_SIZE, "%.3g", value);
	else
		snprintf(number, HUMAN_PART_SIZE, "%.*f", size < 10 ? 2 :
		    size < 100 ? 1 : 0, value);
}

void
human_scale(double value, const char *unit, char number[HUMAN_PART_SIZE],
    char scaled[HUMAN_PART_SIZE])
{
	const struct scale *scale;
	size_t i;

	if (isnan(value)) {
		snprintf(number, HUMAN_PART_SIZE, "-");
		scaled[0] = '\0';
		return;
	}
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(units[i].unit, unit) != 0)
			continue;
		value *= units[i].base;
		scale = units[i].scales;
		/* Half a unit below, it would be rounded up to 1000 of it. */
		while (scale[1].unit != NULL &&
		    fabs(value) < scale->factor * 0.9995)
			scale++;
		if (value == 0)
			scale = units[i].scales + 3;
		digits(value / scale->factor, number);
		snprintf(scaled, HUMAN_PART_SIZE, "%s", scale->unit);
		return;
	}
	digits(value, number);
	snprintf(scaled, HUMAN_PART_SIZE, "%s", strcmp(unit, "1") == 0 ? "" : unit);
}

void
human_value(double value, const char *unit, char text[HUMAN_SIZE])
{
	char number[HUMAN_PART_SIZE], scaled[HUMAN_PART_SIZE];

	human_scale(value, unit, number, scaled);
	snprintf(text, HUMAN_SIZE, "%s%s%s", number,
	    scaled[0] == '/' || scaled[0] == '\0' ? "" : " ", scaled);
}

void
human_wait(uint64_t ns, char text[HUMAN_SIZE])
{
	unsigned long long s;

	s = (ns + 999999999) / 1000000000;
	if (s < 100)
		snprintf(text, HUMAN_SIZE, "%llu s", s);
	else if (s < 6000)
		snprintf(text, HUMAN_SIZE, "%llu min %llu s", s / 60, s % 60);
	else
		snprintf(text, HUMAN_SIZE, "%llu h %llu min", s / 3600,
		    s / 60 % 60);
}
