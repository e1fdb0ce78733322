/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/unit.h"

#include <stdio.h>
#include <string.h>

#include "sim/base/wide.h"

/*
 * A fraction of more digits cannot be exact in any unit but the binary ones,
 * where it would stand for less than a byte in a mebibyte.
 */
enum { UNIT_FRACTION_MAX = 18 };

static const struct unit no_units[] = { { "", 0, false } };

static const struct unit time_units[] = {
	{ "ps", 1, true },
	{ "ns", UINT64_C(1000), true },
	{ "us", UINT64_C(1000000), true },
	{ "ms", UINT64_C(1000000000), true },
	{ "s", UINT64_C(1000000000000), true },
	{ "m", UINT64_C(60000000000000), false },
	{ "min", UINT64_C(60000000000000), false },
	{ "h", UINT64_C(3600000000000000), false },
	{ "", 0, false },
};

static const struct unit size_units[] = {
	{ "B", 1, true },
	{ "kB", UINT64_C(1000), true },
	{ "KiB", UINT64_C(1) << 10, true },
	{ "MB", UINT64_C(1000000), true },
	{ "MiB", UINT64_C(1) << 20, true },
	{ "GB", UINT64_C(1000000000), true },
	{ "GiB", UINT64_C(1) << 30, true },
	{ "", 0, false },
};

static const struct unit rate_units[] = {
	{ "/s", UINT64_C(1000000), true },
	{ "/ms", UINT64_C(1000000000), false },
	{ "k/s", UINT64_C(1000000000), true },
	{ "/us", UINT64_C(1000000000000), false },
	{ "k/ms", UINT64_C(1000000000000), false },
	{ "M/s", UINT64_C(1000000000000), true },
	{ "k/us", UINT64_C(1000000000000000), false },
	{ "M/ms", UINT64_C(1000000000000000), false },
	{ "M/us", UINT64_C(1000000000000000000), false },
	{ "", 0, false },
};

static const struct unit share_units[] = {
	{ "ppm", 1, true },
	{ "%", 10000, true },
	{ "", 0, false },
};

static const struct unit frequency_units[] = {
	{ "Hz", 1, false },
	{ "kHz", 1000, false },
	{ "", 0, false },
};

const struct unit_system unit_none = { "units", 1, no_units };
const struct unit_system unit_time = { "picoseconds", 0, time_units };
const struct unit_system unit_size = { "bytes", 0, size_units };
const struct unit_system unit_rate = { "millionths per second", 0, rate_units };
const struct unit_system unit_share = { "parts per million", 0, share_units };
const struct unit_system unit_frequency = { "hertz", 1, frequency_units };
const struct unit_system unit_thousandth = { "thousandths", 1000, no_units };

void
unit_names(const struct unit_system *system, char *text, size_t room)
{
	const struct unit *unit;
	size_t used;
	int length;

	used = 0;
	if (room > 0)
		text[0] = '\0';
	for (unit = system->units; unit->name[0] != '\0'; unit++) {
		length = snprintf(text + used, room - used, "%s%s",
		    unit == system->units ? "" :
		    unit[1].name[0] == '\0' ? " or " : ", ", unit->name);
		if (length < 0 || (size_t)length >= room - used)
			return;
		used += (size_t)length;
	}
}

static bool
is_digit(char c)
{

	return (c >= '0' && c <= '9');
}

static int
refuse(char *reason, size_t room, const char *why)
{

	snprintf(reason, room, "%s", why);
	return (-1);
}

static uint64_t
power_of_ten(size_t exponent)
{
	uint64_t power;

	for (power = 1; exponent > 0; exponent--)
		power *= 10;
	return (power);
}

/* The scale that the text after the number asks for. */
static int
unit_scale(const struct unit_system *system, const char *name, size_t length,
    uint64_t *scale, char *reason, size_t room)
{
	const struct unit *unit;
	char names[UNIT_REASON_MAX];

	unit_names(system, names, sizeof(names));
	if (length == 0) {
		*scale = system->bare;
		if (system->bare == 0) {
			snprintf(reason, room, "has no unit (%s)", names);
			return (-1);
		}
		return (0);
	}
	for (unit = system->units; unit->name[0] != '\0'; unit++)
		if (strlen(unit->name) == length &&
		    memcmp(unit->name, name, length) == 0) {
			*scale = unit->scale;
			return (0);
		}
	if (is_digit(name[0]) || name[0] == '.' || name[0] == ',' ||
	    name[0] == '_')
		return (refuse(reason, room,
		    "is not one decimal number (digits, and a point at most)"));
	if (names[0] == '\0')
		return (refuse(reason, room,
		    "is not a bare decimal number"));
	snprintf(reason, room, "has a unit that is none of %s", names);
	return (-1);
}

int
unit_parse(const struct unit_system *system, const char *text, size_t length,
    uint64_t *value, char *reason, size_t room)
{
	wide_uint sum;
	uint64_t fraction, places, scale, whole;
	size_t end, i, start;

	if (length == 0)
		return (refuse(reason, room, "is empty"));
	if (text[0] == '-' || text[0] == '+')
		return (refuse(reason, room, "has a sign"));
	if (!is_digit(text[0]))
		return (refuse(reason, room, "does not start with a digit"));
	if (text[0] == '0' && length > 1 && is_digit(text[1]))
		return (refuse(reason, room,
		    "has a leading zero (numbers are decimal)"));
	if (text[0] == '0' && length > 1 && (text[1] == 'x' || text[1] == 'X'))
		return (refuse(reason, room,
		    "is hexadecimal (numbers are decimal)"));

	whole = 0;
	for (i = 0; i < length && is_digit(text[i]); i++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(text[i] - '0'),
		    &whole))
			return (refuse(reason, room,
			    "is too large to be represented"));
	fraction = 0;
	places = 1;
	if (i < length && text[i] == '.') {
		start = ++i;
		while (i < length && is_digit(text[i]))
			i++;
		if (i == start)
			return (refuse(reason, room,
			    "has no digit after the point"));
		for (end = i; end > start && text[end - 1] == '0'; end--)
			continue;
		if (end - start > UNIT_FRACTION_MAX)
			return (refuse(reason, room,
			    "has too many digits after the point"));
		places = power_of_ten(end - start);
		for (; start < end; start++)
			fraction = fraction * 10 +
			    (uint64_t)(text[start] - '0');
	}
	/* Zero is the same in every unit. */
	if (i == length && whole == 0 && fraction == 0)
		scale = 1;
	else if (unit_scale(system, text + i, length - i, &scale, reason,
	    room) != 0)
		return (-1);

	/* Each product is below 2^64 * 2^60, so the sum cannot overflow. */
	sum = (wide_uint)fraction * scale;
	if (sum % places != 0) {
		snprintf(reason, room, "is not a whole number of %s",
		    system->base);
		return (-1);
	}
	sum = sum / places + (wide_uint)whole * scale;
	if (sum > UINT64_MAX)
		return (refuse(reason, room, "is too large to be represented"));
	*value = (uint64_t)sum;
	return (0);
}

/*
 * value / scale as an exact decimal followed by `name`.  Returns the length,
 * or 0 where the decimal does not end soon enough to be parsed back.
 */
static size_t
write_in(uint64_t value, uint64_t scale, const char *name, char *text,
    size_t room)
{
	uint64_t rest;
	size_t digits, used;

	used = (size_t)snprintf(text, room, "%llu",
	    (unsigned long long)(value / scale));
	rest = value % scale;
	if (rest != 0 && used < room)
		text[used++] = '.';
	for (digits = 0; rest != 0; digits++) {
		if (digits == UNIT_FRACTION_MAX || used + 1 >= room)
			return (0);
		text[used++] = (char)('0' +
		    (int)((wide_uint)rest * 10 / scale));
		rest = (uint64_t)((wide_uint)rest * 10 % scale);
	}
	used += (size_t)snprintf(text + used, room - used, "%s", name);
	return (used < room ? used : 0);
}

void
unit_format(const struct unit_system *system, uint64_t value, char *text,
    size_t room)
{
	const struct unit *unit;
	char best[UNIT_TEXT_MAX * 2], text_in[UNIT_TEXT_MAX * 2];
	size_t best_length, length;
	bool best_whole, whole;

	best_length = 0;
	best_whole = false;
	if (value == 0 || system->bare != 0)
		best_length = write_in(value, value == 0 ? 1 : system->bare, "",
		    best, sizeof(best));
	for (unit = system->units; value != 0 && unit->name[0] != '\0';
	    unit++) {
		/* 100ms reads better than 0.1s. */
		if (!unit->spoken || (value < unit->scale && best_length != 0))
			continue;
		length = write_in(value, unit->scale, unit->name, text_in,
		    sizeof(text_in));
		whole = value % unit->scale == 0;
		/* Of equal lengths: no point, and then the larger unit. */
		if (length == 0 || (best_length != 0 && length > best_length) ||
		    (length == best_length && best_whole && !whole))
			continue;
		memcpy(best, text_in, length + 1);
		best_length = length;
		best_whole = whole;
	}
	snprintf(text, room, "%s", best);
}
