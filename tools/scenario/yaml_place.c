/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/yaml_place.h"

#include <stdbool.h>
#include <string.h>

#include "tools/scenario/yaml.h"

/* A reader of the file that knows where it is. */
struct walk {
	const char *at;
	const char *end;
	struct yaml_place place;
};

static char
here(const struct walk *walk)
{

	return (walk->at < walk->end ? *walk->at : '\0');
}

/* How many bytes break the line here: libyaml also knows those of Unicode. */
static size_t
break_length(const struct walk *walk)
{
	static const char *const breaks[] = { "\r\n", "\n", "\r", "\302\205",
		"\342\200\250", "\342\200\251" };
	size_t i, length;

	for (i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		length = strlen(breaks[i]);
		if ((size_t)(walk->end - walk->at) >= length &&
		    memcmp(walk->at, breaks[i], length) == 0)
			return (length);
	}
	return (0);
}

static bool
at_break(const struct walk *walk)
{

	return (break_length(walk) > 0);
}

static void
step(struct walk *walk)
{

	if (walk->at >= walk->end)
		return;
	if (at_break(walk)) {
		walk->at += break_length(walk);
		walk->place.line++;
		walk->place.column = 1;
		return;
	}
	/* The bytes after the first of a character are no columns. */
	walk->at++;
	if (walk->at >= walk->end || ((unsigned char)*walk->at & 0xc0) != 0x80)
		walk->place.column++;
}

static void
skip_blanks(struct walk *walk)
{

	while (here(walk) == ' ' || here(walk) == '\t')
		step(walk);
}

/* Over the end of a line, empty lines and the indentation of the next. */
static bool
skip_lines(struct walk *walk)
{

	skip_blanks(walk);
	if (!at_break(walk))
		return (false);
	while (at_break(walk)) {
		step(walk);
		skip_blanks(walk);
	}
	return (true);
}

/* Onto the first letter: behind the quote, or the line with | or >. */
static char
enter(struct walk *walk, const struct yaml_value *value)
{
	char style;

	style = value->quoted ? here(walk) : ' ';
	if (style == '\'' || style == '"')
		step(walk);
	else if (value->quoted) {
		while (walk->at < walk->end && !at_break(walk))
			step(walk);
		skip_lines(walk);
	}
	return (style);
}

/* Over what stands for one letter of the text. */
static bool
pass(struct walk *walk, char style, char letter)
{

	if (style == '\'' && letter == '\'' && here(walk) == '\'') {
		step(walk);
		if (here(walk) != '\'')
			return (false);
		step(walk);
		return (true);
	}
	if (style == '"' && here(walk) == '\\') {
		step(walk);
		if (at_break(walk)) {
			skip_lines(walk);
			return (pass(walk, ' ', letter));
		}
		if (strchr("\"\\/ \t", here(walk)) == NULL)
			return (false);
		step(walk);
		return (true);
	}
	/* A break is folded into a blank, or kept; so are its neighbours. */
	if (letter == ' ' || letter == '\n') {
		if (!skip_lines(walk) && here(walk) == letter)
			step(walk);
		return (true);
	}
	if (here(walk) != letter)
		return (false);
	step(walk);
	return (true);
}

struct yaml_place
yaml_place(const char *file, size_t bytes, const struct yaml_value *value,
    size_t offset)
{
	struct yaml_place start;
	struct walk walk;
	char style;
	size_t i;

	start.line = value->line;
	start.column = value->column;
	walk.at = file;
	walk.end = file + bytes;
	walk.place.line = walk.place.column = 1;
	if (bytes >= 3 && memcmp(file, "\357\273\277", 3) == 0)
		walk.at += 3;
	while (walk.at < walk.end && (walk.place.line < value->line ||
	    (walk.place.line == value->line &&
	    walk.place.column < value->column)))
		step(&walk);
	style = enter(&walk, value);
	for (i = 0; i < offset; i++)
		if (!pass(&walk, style, value->text[i]))
			return (start);
	/* The end of the text may be followed by anything. */
	return (walk.place);
}
