/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/base/knob.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/dist.h"
#include "sim/base/err.h"
#include "sim/base/knob_dist.h"
#include "sim/base/unit.h"

struct kind_row {
	const char *name;
	const char *unit;
	const char *a_value;	/* in sentences: "a time" */
	const struct unit_system *units;
};

static const struct kind_row kinds[] = {
	[KNOB_COUNT] = { "count", "1", "a whole number", &unit_none },
	[KNOB_TIME] = { "time", "ps", "a time", &unit_time },
	[KNOB_SIZE] = { "size", "bytes", "a size", &unit_size },
	[KNOB_RATE] = { "rate", "1/s", "a rate", &unit_rate },
	[KNOB_SHARE] = { "share", "ppm", "a share", &unit_share },
	[KNOB_FREQUENCY] = { "frequency", "Hz", "a frequency",
	    &unit_frequency },
	[KNOB_FLAG] = { "flag", "1", "true or false", NULL },
	[KNOB_CHOICE] = { "choice", "1", "one of", NULL },
	[KNOB_TIME_DIST] = { "time distribution", "ps",
	    "a time or a distribution of times", &unit_time },
	[KNOB_COUNT_DIST] = { "count distribution", "1",
	    "a whole number or a distribution of such", &unit_none },
	[KNOB_WORDS] = { "words", "1", "a text of at most 255 bytes", NULL },
};

static const char DIST_FORMS[] = "{exp: MEAN}, {uniform: [FROM, TO]}, "
    "{lognormal: {median: M, p99: P}}, "
    "{pareto: {least: L, shape: S, most: M}}, "
    "{bimodal: {mostly: A, rarely: B, chance: C%}}";

static bool
is_dist(const struct knob *knob)
{

	return (knob->kind == KNOB_TIME_DIST || knob->kind == KNOB_COUNT_DIST);
}

const char *
knob_kind_name(enum knob_kind kind)
{

	return (kinds[kind].name);
}

const char *
knob_kind_unit(enum knob_kind kind)
{

	return (kinds[kind].unit);
}

/* A limit of the knob's own, in base units. */
static uint64_t
limit(const struct knob *knob, const char *text, uint64_t absent)
{
	char reason[UNIT_REASON_MAX];
	uint64_t value;
	int failed;

	if (text == NULL)
		return (absent);
	failed = unit_parse(kinds[knob->kind].units, text, strlen(text), &value,
	    reason, sizeof(reason));
	assert(!failed && "a knob's limit is written in its own unit");
	return (value);
}

void
knob_allowed(const struct knob *knob, char *text, size_t room)
{
	const struct kind_row *row;
	const char *const *choice;
	size_t used;

	row = &kinds[knob->kind];
	used = (size_t)snprintf(text, room, "%s", row->a_value);
	if (knob->kind == KNOB_CHOICE) {
		for (choice = knob->choices; *choice != NULL && used < room;
		    choice++)
			used += (size_t)snprintf(text + used, room - used,
			    "%s%s", choice == knob->choices ? " " : ", ",
			    *choice);
		return;
	}
	if (used >= room)
		return;
	if (knob->least != NULL && knob->most != NULL)
		used += (size_t)snprintf(text + used, room - used,
		    " from %s to %s", knob->least, knob->most);
	else if (knob->least != NULL)
		used += (size_t)snprintf(text + used, room - used,
		    " of at least %s", knob->least);
	else if (knob->most != NULL)
		used += (size_t)snprintf(text + used, room - used,
		    " up to %s", knob->most);
	if (is_dist(knob) && used < room)
		snprintf(text + used, room - used, "; %s", DIST_FORMS);
}

struct choice_list {
	const char *const *choices;
};

static const char *
choice_at(const void *context, size_t i)
{

	return (((const struct choice_list *)context)->choices[i]);
}

/*
 * What was given comes from outside: bytes that are no printable ASCII are
 * shown as '?', and what is long is cut.
 */
static void
show_given(const char *given, char *text, size_t room)
{
	size_t i;

	for (i = 0; given[i] != '\0' && i + 4 < room; i++)
		text[i] = given[i] >= ' ' && given[i] <= '~' ? given[i] : '?';
	snprintf(text + i, room - i, "%s", given[i] != '\0' ? "..." : "");
}

static int
complain(const struct knob *knob, const char *given, const char *reason,
    const char *nearest, struct err *err)
{
	char allowed[512], shown[72];

	knob_allowed(knob, allowed, sizeof(allowed));
	show_given(given, shown, sizeof(shown));
	if (nearest != NULL)
		return (err_set(err, "given \"%s\", allowed is %s; "
		    "did you mean \"%s\"?", shown, allowed, nearest));
	return (err_set(err, "given \"%s\", which %s; allowed is %s", shown,
	    reason, allowed));
}

static int
parse_number(const struct knob *knob, const char *text, uint64_t *value,
    char *reason, size_t room)
{
	uint64_t least, most;

	if (unit_parse(kinds[knob->kind].units, text, strlen(text), value,
	    reason, room) != 0)
		return (-1);
	least = limit(knob, knob->least, 0);
	most = limit(knob, knob->most, UINT64_MAX);
	if (*value >= least && *value <= most)
		return (0);
	snprintf(reason, room, "is %s than %s", *value < least ? "less" :
	    "more", *value < least ? knob->least : knob->most);
	return (-1);
}

static int
parse_choice(const struct knob *knob, const char *text, uint64_t *value,
    const char **nearest)
{
	static const char *const flags[] = { "false", "true", NULL };
	struct choice_list list;
	uint64_t i;

	list.choices = knob->kind == KNOB_FLAG ? flags : knob->choices;
	for (i = 0; list.choices[i] != NULL; i++)
		if (strcmp(list.choices[i], text) == 0) {
			*value = i;
			return (0);
		}
	*nearest = knob_nearest(text, choice_at, &list);
	return (-1);
}

/* Any text but one that a line or a terminal could not hold. */
static int
parse_words(const char *text, char *value, char *reason, size_t room)
{
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
			snprintf(reason, room, "has control characters");
			return (-1);
		}
	if (i >= KNOB_WORDS_SIZE) {
		snprintf(reason, room, "has %zu bytes", i);
		return (-1);
	}
	memset(value, 0, KNOB_WORDS_SIZE);
	memcpy(value, text, i);
	return (0);
}

int
knob_parse(const struct knob *knob, const char *text, void *config,
    struct err *err)
{
	char reason[UNIT_REASON_MAX * 2];
	const char *nearest;
	struct dist dist;
	uint64_t value;
	int failed;

	nearest = NULL;
	value = 0;
	if (knob->kind == KNOB_WORDS) {
		failed = parse_words(text, (char *)config + knob->offset,
		    reason, sizeof(reason));
	} else if (is_dist(knob)) {
		failed = knob_dist_parse(kinds[knob->kind].units,
		    limit(knob, knob->least, 0),
		    limit(knob, knob->most, UINT64_MAX), text, &dist, reason,
		    sizeof(reason));
		if (!failed)
			memcpy((char *)config + knob->offset, &dist,
			    sizeof(dist));
	} else {
		if (knob->kind == KNOB_FLAG || knob->kind == KNOB_CHOICE) {
			snprintf(reason, sizeof(reason), "%s",
			    text[0] == '\0' ? "is empty" : "is not that");
			failed = parse_choice(knob, text, &value, &nearest);
		} else
			failed = parse_number(knob, text, &value, reason,
			    sizeof(reason));
		if (!failed)
			memcpy((char *)config + knob->offset, &value,
			    sizeof(value));
	}
	return (failed ? complain(knob, text, reason, nearest, err) : 0);
}

void
knob_format(const struct knob *knob, const void *config, char *text,
    size_t room)
{
	struct dist dist;
	uint64_t value;

	if (knob->kind == KNOB_WORDS) {
		snprintf(text, room, "%s",
		    (const char *)config + knob->offset);
		return;
	}
	if (is_dist(knob)) {
		memcpy(&dist, (const char *)config + knob->offset,
		    sizeof(dist));
		knob_dist_format(kinds[knob->kind].units, &dist, text, room);
		return;
	}
	memcpy(&value, (const char *)config + knob->offset, sizeof(value));
	switch (knob->kind) {
	case KNOB_FLAG:
		snprintf(text, room, "%s", value != 0 ? "true" : "false");
		break;
	case KNOB_CHOICE:
		snprintf(text, room, "%s", knob->choices[value]);
		break;
	default:
		unit_format(kinds[knob->kind].units, value, text, room);
		break;
	}
}

void
knob_preset_all(const struct knob *knobs, size_t count, void *config)
{
	struct err err;
	size_t i;
	int failed;

	for (i = 0; i < count; i++) {
		failed = knob_parse(&knobs[i], knobs[i].preset, config, &err);
		assert(!failed && "a knob's default obeys its own limits");
	}
}

double
knob_number(const struct knob *knob, const void *config)
{
	struct dist dist;
	uint64_t value;

	if (knob->kind == KNOB_WORDS)
		return (__builtin_nan(""));	/* no number */
	if (is_dist(knob)) {
		memcpy(&dist, (const char *)config + knob->offset,
		    sizeof(dist));
		return ((double)dist_mean(&dist));
	}
	memcpy(&value, (const char *)config + knob->offset, sizeof(value));
	if (knob->kind == KNOB_RATE)
		return ((double)value / 1e6);
	return ((double)value);
}

const struct knob *
knob_find(const struct knob *knobs, size_t count, const char *name)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(knobs[i].name, name) == 0)
			return (&knobs[i]);
	return (NULL);
}
