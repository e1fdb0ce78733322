/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/knob_dist.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/dist.h"
#include "sim/base/unit.h"

/* What remains to be read, and where to say why it cannot be. */
struct reader {
	const char *at;
	const struct unit_system *system;
	uint64_t least;
	uint64_t most;
	char *reason;
	size_t room;
};

enum parameter_kind { PARAMETER_VALUE, PARAMETER_SHAPE, PARAMETER_CHANCE };

struct parameter {
	const char *name;
	enum parameter_kind kind;
	size_t offset;			/* in struct dist */
};

/* One way to write a distribution: {name: {parameter: value, ...}}. */
struct form {
	const char *name;
	enum dist_kind kind;
	struct parameter parameters[3];
	size_t count;
};

static const struct form forms[] = {
	{ "lognormal", DIST_LOGNORMAL, {
	    { "median", PARAMETER_VALUE, offsetof(struct dist, a) },
	    { "p99", PARAMETER_VALUE, offsetof(struct dist, b) } }, 2 },
	{ "pareto", DIST_PARETO, {
	    { "least", PARAMETER_VALUE, offsetof(struct dist, a) },
	    { "shape", PARAMETER_SHAPE, offsetof(struct dist, b) },
	    { "most", PARAMETER_VALUE, offsetof(struct dist, c) } }, 3 },
	{ "bimodal", DIST_BIMODAL, {
	    { "mostly", PARAMETER_VALUE, offsetof(struct dist, a) },
	    { "rarely", PARAMETER_VALUE, offsetof(struct dist, b) },
	    { "chance", PARAMETER_CHANCE, offsetof(struct dist, c) } }, 3 },
};
enum { FORM_COUNT = sizeof(forms) / sizeof(forms[0]) };

static const struct unit_system *
parameter_units(const struct reader *reader, enum parameter_kind kind)
{

	switch (kind) {
	case PARAMETER_SHAPE:
		return (&unit_thousandth);
	case PARAMETER_CHANCE:
		return (&unit_share);
	case PARAMETER_VALUE:
		break;
	}
	return (reader->system);
}

static void
skip_blanks(struct reader *reader)
{

	while (*reader->at == ' ')
		reader->at++;
}

static bool
taken(struct reader *reader, char c)
{

	skip_blanks(reader);
	if (*reader->at != c)
		return (false);
	reader->at++;
	return (true);
}

static int
expect(struct reader *reader, char c)
{

	if (taken(reader, c))
		return (0);
	snprintf(reader->reason, reader->room,
	    "is no distribution: '%c' is missing", c);
	return (-1);
}

/* The next word: up to a blank or a mark of the flow syntax. */
static size_t
word(struct reader *reader, const char **start)
{
	size_t length;

	skip_blanks(reader);
	*start = reader->at;
	length = strcspn(reader->at, " ,:{}[]");
	reader->at += length;
	return (length);
}

static int
read_number(struct reader *reader, enum parameter_kind kind, const char *name,
    uint64_t *value)
{
	char limit[UNIT_TEXT_MAX * 2], why[UNIT_REASON_MAX];
	const char *start;
	size_t length;

	length = word(reader, &start);
	if (unit_parse(parameter_units(reader, kind), start, length, value, why,
	    sizeof(why)) != 0) {
		if (name[0] == '\0')
			snprintf(reader->reason, reader->room, "%s", why);
		else
			snprintf(reader->reason, reader->room,
			    "has a %s that %s", name, why);
		return (-1);
	}
	if (kind != PARAMETER_VALUE)
		return (0);
	if (*value < reader->least || *value > reader->most) {
		unit_format(reader->system, *value < reader->least ?
		    reader->least : reader->most, limit, sizeof(limit));
		snprintf(reader->reason, reader->room, "%s%s%sis %s than %s",
		    name[0] == '\0' ? "" : "has a ", name,
		    name[0] == '\0' ? "" : " that ",
		    *value < reader->least ? "less" : "more", limit);
		return (-1);
	}
	return (0);
}

/* {median: 200us, p99: 5ms}: each parameter once, in any order. */
static int
read_form(struct reader *reader, const struct form *form, struct dist *dist)
{
	const struct parameter *parameter;
	const char *start;
	uint64_t value;
	size_t i, length;
	unsigned seen;

	seen = 0;
	dist->kind = form->kind;
	if (expect(reader, '{') != 0)
		return (-1);
	do {
		length = word(reader, &start);
		for (i = 0; i < form->count; i++)
			if (strlen(form->parameters[i].name) == length &&
			    memcmp(form->parameters[i].name, start,
			    length) == 0)
				break;
		if (i == form->count) {
			snprintf(reader->reason, reader->room,
			    "has \"%.*s\" where %s takes %s, %s%s%s",
			    length > 32 ? 32 : (int)length, start, form->name,
			    form->parameters[0].name, form->parameters[1].name,
			    form->count > 2 ? ", " : "",
			    form->count > 2 ? form->parameters[2].name : "");
			return (-1);
		}
		parameter = &form->parameters[i];
		if ((seen & 1U << i) != 0) {
			snprintf(reader->reason, reader->room, "has %s twice",
			    parameter->name);
			return (-1);
		}
		seen |= 1U << i;
		if (expect(reader, ':') != 0 || read_number(reader,
		    parameter->kind, parameter->name, &value) != 0)
			return (-1);
		memcpy((char *)dist + parameter->offset, &value, sizeof(value));
	} while (taken(reader, ','));
	for (i = 0; i < form->count; i++)
		if ((seen & 1U << i) == 0) {
			snprintf(reader->reason, reader->room,
			    "is a %s without %s", form->name,
			    form->parameters[i].name);
			return (-1);
		}
	return (expect(reader, '}'));
}

/* The part behind "{NAME:". */
static int
read_named(struct reader *reader, const char *name, size_t length,
    struct dist *dist)
{
	size_t i;

	if (length == 3 && memcmp(name, "exp", 3) == 0) {
		dist->kind = DIST_EXP;
		return (read_number(reader, PARAMETER_VALUE, "mean", &dist->a));
	}
	if (length == 7 && memcmp(name, "uniform", 7) == 0) {
		dist->kind = DIST_UNIFORM;
		if (expect(reader, '[') != 0 ||
		    read_number(reader, PARAMETER_VALUE, "start",
		    &dist->a) != 0 || expect(reader, ',') != 0 ||
		    read_number(reader, PARAMETER_VALUE, "end", &dist->b) != 0)
			return (-1);
		return (expect(reader, ']'));
	}
	for (i = 0; i < FORM_COUNT; i++)
		if (strlen(forms[i].name) == length &&
		    memcmp(forms[i].name, name, length) == 0)
			return (read_form(reader, &forms[i], dist));
	snprintf(reader->reason, reader->room,
	    "names the distribution \"%.*s\", which is none of exp, uniform, "
	    "lognormal, pareto, bimodal", length > 32 ? 32 : (int)length, name);
	return (-1);
}

/* Rules that hold between the parameters; sampling relies on them. */
static const char *
disorder(const struct dist *dist)
{

	switch ((enum dist_kind)dist->kind) {
	case DIST_UNIFORM:
		if (dist->b < dist->a)
			return ("ends before it starts");
		break;
	case DIST_LOGNORMAL:
		if (dist->a == 0)
			return ("has a median of 0");
		if (dist->b < dist->a)
			return ("has a p99 below its median");
		break;
	case DIST_PARETO:
		if (dist->a == 0)
			return ("has a least of 0");
		if (dist->b == 0)
			return ("has a shape of 0");
		if (dist->c < dist->a)
			return ("has a most below its least");
		break;
	case DIST_BIMODAL:
		if (dist->c > 1000000)
			return ("has a chance above 100%");
		break;
	case DIST_FIXED:
	case DIST_EXP:
		break;
	}
	return (NULL);
}

int
knob_dist_parse(const struct unit_system *system, uint64_t least,
    uint64_t most, const char *text, struct dist *dist, char *reason,
    size_t room)
{
	struct dist read = { DIST_FIXED, 0, 0, 0 };
	struct reader reader = { text, system, least, most, reason, room };
	const char *name, *why;
	size_t length;

	if (taken(&reader, '{')) {
		length = word(&reader, &name);
		if (expect(&reader, ':') != 0 ||
		    read_named(&reader, name, length, &read) != 0 ||
		    expect(&reader, '}') != 0)
			return (-1);
	} else if (read_number(&reader, PARAMETER_VALUE, "", &read.a) != 0)
		return (-1);
	skip_blanks(&reader);
	if (*reader.at != '\0') {
		snprintf(reason, room, "goes on where it should end");
		return (-1);
	}
	why = disorder(&read);
	if (why != NULL) {
		snprintf(reason, room, "%s", why);
		return (-1);
	}
	*dist = read;
	return (0);
}

void
knob_dist_format(const struct unit_system *system, const struct dist *dist,
    char *text, size_t room)
{
	const struct reader reader = { NULL, system, 0, 0, NULL, 0 };
	const struct form *form;
	char numbers[3][UNIT_TEXT_MAX * 2];
	uint64_t value;
	size_t i, used;

	unit_format(system, dist->a, numbers[0], sizeof(numbers[0]));
	unit_format(system, dist->b, numbers[1], sizeof(numbers[1]));
	switch ((enum dist_kind)dist->kind) {
	case DIST_FIXED:
		snprintf(text, room, "%s", numbers[0]);
		return;
	case DIST_EXP:
		snprintf(text, room, "{exp: %s}", numbers[0]);
		return;
	case DIST_UNIFORM:
		snprintf(text, room, "{uniform: [%s, %s]}", numbers[0],
		    numbers[1]);
		return;
	case DIST_LOGNORMAL:
	case DIST_PARETO:
	case DIST_BIMODAL:
		break;
	}
	form = forms;
	while (form->kind != (enum dist_kind)dist->kind)
		form++;
	used = (size_t)snprintf(text, room, "{%s: {", form->name);
	for (i = 0; i < form->count && used < room; i++) {
		memcpy(&value, (const char *)dist + form->parameters[i].offset,
		    sizeof(value));
		unit_format(parameter_units(&reader, form->parameters[i].kind),
		    value, numbers[0], sizeof(numbers[0]));
		used += (size_t)snprintf(text + used, room - used, "%s%s: %s",
		    i == 0 ? "" : ", ", form->parameters[i].name, numbers[0]);
	}
	if (used < room)
		snprintf(text + used, room - used, "}}");
}
