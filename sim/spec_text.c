/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/unit.h"
#include "sim/spec.h"

/*
 * Bounds for text from outside: a spec of all parts at their limits needs far
 * less of both.
 */
enum { LINES_MAX = 1024, LINE_MAX_LENGTH = 512 };

/* Text that may be longer than its room; `length` counts all of it. */
struct writer {
	char *text;
	size_t room;
	size_t length;
};

static void __attribute__((format(printf, 2, 3)))
put(struct writer *writer, const char *format, ...)
{
	va_list args;
	size_t left;
	int length;

	left = writer->length < writer->room ? writer->room - writer->length :
	    0;
	va_start(args, format);
	length = vsnprintf(left > 0 ? writer->text + writer->length : NULL,
	    left, format, args);
	va_end(args);
	writer->length += (size_t)length;
}

size_t
spec_write(const struct run_spec *spec, char *text, size_t room)
{
	struct writer writer = { text, room, 0 };
	char dotted[SPEC_NAME_SIZE], value[KNOB_TEXT_MAX];
	const struct knob *knob;
	const void *config;
	size_t i;

	if (room > 0)
		text[0] = '\0';
	put(&writer, "policy %s\n", spec->policy.def->name);
	put(&writer, "workload %s\n", spec->workload.def->name);
	for (i = 0; i < spec->fault_count; i++)
		put(&writer, "fault %s\n", spec->faults[i].def->name);
	for (i = 0; (knob = spec_knob_at(spec, i, dotted, &config)) != NULL;
	    i++) {
		if (spec_is_preset(knob, config))
			continue;
		knob_format(knob, config, value, sizeof(value));
		put(&writer, "%s %s\n", dotted, value);
	}
	if (spec->seed != 1)
		put(&writer, "seed %llu\n", (unsigned long long)spec->seed);
	return (writer.length);
}

/* Whether an earlier line of the text has the same first word. */
static bool
said_before(const char *text, const char *line, size_t key_length)
{
	const char *at;

	for (at = text; at < line; at = strchr(at, '\n') + 1)
		if (strncmp(at, line, key_length + 1) == 0)
			return (true);
	return (false);
}

static int
read_seed(const char *text, uint64_t *seed, struct err *err)
{
	char reason[UNIT_REASON_MAX];

	if (unit_parse(&unit_none, text, strlen(text), seed, reason,
	    sizeof(reason)) != 0)
		return (err_set(err, "the seed \"%.40s\" %s", text, reason));
	return (0);
}

static bool
is_part(const char *key)
{

	return (strcmp(key, "policy") == 0 || strcmp(key, "workload") == 0 ||
	    strcmp(key, "fault") == 0);
}

static int
read_line(struct run_spec *spec, const char *key, const char *value,
    struct err *err)
{

	if (strcmp(key, "policy") == 0)
		return (spec_set_policy(spec, value, err));
	if (strcmp(key, "workload") == 0)
		return (spec_set_workload(spec, value, err));
	if (strcmp(key, "fault") == 0)
		return (spec_add_fault(spec, value, err));
	if (strcmp(key, "seed") == 0)
		return (read_seed(value, &spec->seed, err));
	return (spec_set(spec, key, value, err));
}

int
spec_read(struct run_spec *spec, const char *text, struct err *err)
{
	struct run_spec read;
	char line[LINE_MAX_LENGTH];
	const char *at, *end;
	char *blank;
	size_t length, number;
	bool knobs;

	spec_init(&read);
	knobs = false;
	number = 0;
	for (at = text; *at != '\0'; at = end + 1) {
		number++;
		end = strchr(at, '\n');
		if (end == NULL)
			return (err_set(err, "line %zu has no end", number));
		length = (size_t)(end - at);
		if (length >= sizeof(line) || number > LINES_MAX)
			return (err_set(err, "line %zu is too long, or there "
			    "are more than %d", number, LINES_MAX));
		memcpy(line, at, length);
		line[length] = '\0';
		blank = strchr(line, ' ');
		if (blank == NULL || blank == line)
			return (err_set(err, "line %zu is no \"name value\"",
			    number));
		*blank = '\0';
		if (strcmp(line, "fault") != 0 &&
		    said_before(text, at, (size_t)(blank - line)))
			return (err_set(err, "line %zu sets %.90s again",
			    number, line));
		/* A part that is chosen late would undo its knobs. */
		if (knobs && is_part(line))
			return (err_set(err, "line %zu: %s comes after a knob",
			    number, line));
		knobs = knobs || strchr(line, '.') != NULL;
		if (read_line(&read, line, blank + 1, err) != 0)
			return (err_at(err, "line %zu: %.90s", number, line));
	}
	*spec = read;
	return (0);
}
