/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/where_token.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/unit.h"

/* Numbers without a unit may have a point. */
static const struct unit no_units[] = { { "", 0, false } };
static const struct unit_system decimals = { "millionths", 1000000, no_units };

/* What a unit is of; a name that two have is the same in both. */
static const struct {
	const struct unit_system *system;
	enum knob_kind kind;
	int scale;
} systems[] = {
	{ &unit_time, KNOB_TIME, -12 },
	{ &unit_size, KNOB_SIZE, 0 },
	{ &unit_rate, KNOB_RATE, -6 },
	{ &unit_share, KNOB_SHARE, -6 },
	{ &unit_frequency, KNOB_FREQUENCY, 0 },
};

static const struct {
	const char *text;
	enum where_op op;
} signs[] = {
	{ "==", WHERE_EQUAL }, { "!=", WHERE_UNEQUAL },
	{ "<=", WHERE_AT_MOST }, { ">=", WHERE_AT_LEAST },
	{ "<", WHERE_LESS }, { ">", WHERE_MORE }, { "+", WHERE_ADD },
	{ "-", WHERE_SUBTRACT }, { "*", WHERE_MULTIPLY },
	{ "/", WHERE_DIVIDE },
};

static const struct {
	const char *text;
	enum where_token_kind kind;
	bool truth;
} keywords[] = {
	{ "and", WHERE_TOKEN_AND, false }, { "or", WHERE_TOKEN_OR, false },
	{ "not", WHERE_TOKEN_NOT, false },
	{ "true", WHERE_TOKEN_TRUTH, true },
	{ "false", WHERE_TOKEN_TRUTH, false },
	{ "policy", WHERE_TOKEN_NAME, false },
};

/* What other languages write. */
static const struct {
	const char *text;
	const char *ours;
} foreign[] = {
	{ "&&", "and" }, { "||", "or" }, { "!", "not" }, { "=", "==" },
	{ "&", "and" }, { "|", "or" },
};

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

static bool
among(char c, const char *set)
{

	return (c != '\0' && strchr(set, c) != NULL);
}

static int
take(struct where_token *token, const char *from, size_t length,
    struct err *err)
{

	if (length >= sizeof(token->text))
		return (err_set(err, "a word of %zu letters, allowed are %d",
		    length, KNOB_TEXT_MAX - 1));
	memcpy(token->text, from, length);
	token->text[length] = '\0';
	return (0);
}

/* Letters, digits, points, [2], and a minus between two of them. */
static size_t
word_length(const char *text)
{
	size_t i;

	for (i = 0; among(text[i], LETTERS DIGITS ".[]") || (i > 0 &&
	    text[i] == '-' && among(text[i + 1], LETTERS DIGITS)); i++)
		continue;
	return (i);
}

static int
take_word(struct where_token *token, struct err *err)
{
	size_t i, length;

	length = word_length(token->rest);
	if (take(token, token->rest, length, err) != 0)
		return (-1);
	token->rest += length;
	for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (strcmp(keywords[i].text, token->text) == 0) {
			token->kind = keywords[i].kind;
			token->truth = keywords[i].truth;
			return (0);
		}
	token->kind = strchr(token->text, '.') != NULL ? WHERE_TOKEN_NAME :
	    WHERE_TOKEN_WORD;
	return (0);
}

static int
take_quoted(struct where_token *token, struct err *err)
{
	const char *end;

	end = strchr(token->rest + 1, token->rest[0]);
	if (end == NULL)
		return (err_set(err, "this quote is not closed"));
	token->kind = WHERE_TOKEN_WORD;
	if (take(token, token->rest + 1, (size_t)(end - token->rest) - 1,
	    err) != 0)
		return (-1);
	token->rest = end + 1;
	return (0);
}

/* A rate has a slash in its unit: 1000/s, 2.5k/s. */
static size_t
unit_length(const char *text)
{
	static const char *const per[] = { "/ms", "/us", "/s" };
	size_t i, length, whole;

	length = strspn(text, LETTERS DIGITS ".%");
	for (i = 0; i < sizeof(per) / sizeof(per[0]); i++) {
		whole = length + strlen(per[i]);
		if (strncmp(text + length, per[i], strlen(per[i])) == 0 &&
		    !among(text[whole], LETTERS DIGITS ".["))
			return (whole);
	}
	return (length);
}

static int
unknown_unit(const struct where_token *token, struct err *err)
{
	char names[200], some[UNIT_REASON_MAX];
	size_t i, used;

	used = 0;
	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++) {
		unit_names(systems[i].system, some, sizeof(some));
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", i == 0 ? "" : "; ", some);
		if (used >= sizeof(names))
			break;
	}
	return (err_set(err, "given \"%.40s\", whose unit is none of %s",
	    token->text, names));
}

/* The row of `systems` whose unit this is, or their number. */
static size_t
system_of(const char *unit)
{
	const struct unit *row;
	size_t i;

	for (i = 0; i < sizeof(systems) / sizeof(systems[0]); i++)
		for (row = systems[i].system->units; row->name[0] != '\0';
		    row++)
			if (strcmp(row->name, unit) == 0)
				return (i);
	return (i);
}

static int
take_number(struct where_token *token, struct err *err)
{
	const struct unit_system *system;
	char reason[UNIT_REASON_MAX];
	const char *unit;
	uint64_t value;
	size_t length, row;

	length = unit_length(token->rest);
	if (take(token, token->rest, length, err) != 0)
		return (-1);
	token->rest += length;
	token->kind = WHERE_TOKEN_NUMBER;
	unit = token->text + strspn(token->text, DIGITS ".");
	token->bare = unit[0] == '\0';
	token->number_kind = KNOB_COUNT;
	token->scale = 0;
	system = &unit_none;
	if (token->bare && strchr(token->text, '.') != NULL) {
		system = &decimals;
		token->scale = -6;
	} else if (!token->bare) {
		row = system_of(unit);
		if (row == sizeof(systems) / sizeof(systems[0]))
			return (unknown_unit(token, err));
		system = systems[row].system;
		token->number_kind = systems[row].kind;
		token->scale = systems[row].scale;
	}
	if (unit_parse(system, token->text, strlen(token->text), &value,
	    reason, sizeof(reason)) != 0)
		return (err_set(err, "given \"%.40s\", which %s", token->text,
		    reason));
	/* 0.5 and 1/2 of it in ppm are the same, and so are 1 and 1.0. */
	if (token->scale == -6 && value % 1000000 == 0) {
		token->scale = 0;
		value /= 1000000;
	}
	token->number = (double)value;
	return (0);
}

static int
take_sign(struct where_token *token, struct err *err)
{
	size_t i, length;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		length = strlen(signs[i].text);
		if (strncmp(token->rest, signs[i].text, length) != 0)
			continue;
		token->kind = WHERE_TOKEN_SIGN;
		token->op = signs[i].op;
		token->rest += length;
		return (take(token, signs[i].text, length, err));
	}
	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (strncmp(token->rest, foreign[i].text,
		    strlen(foreign[i].text)) == 0)
			return (err_set(err, "given \"%s\"; write \"%s\"",
			    foreign[i].text, foreign[i].ours));
	return (err_set(err, "given \"%.1s\", which has no meaning here; "
	    "allowed are knobs, numbers, words, + - * /, comparisons, and, "
	    "or, not", (token->rest[0] & 0x80) != 0 ? "?" : token->rest));
}

int
where_token_next(struct where_token *token, struct err *err)
{
	char c;

	token->rest += strspn(token->rest, " \t\r\n");
	token->at = (size_t)(token->rest - token->start);
	c = token->rest[0];
	token->text[0] = '\0';
	token->bare = false;
	if (c == '\0') {
		token->kind = WHERE_TOKEN_END;
		return (0);
	}
	if (among(c, DIGITS))
		return (take_number(token, err));
	if (among(c, LETTERS))
		return (take_word(token, err));
	if (c == '\'' || c == '"')
		return (take_quoted(token, err));
	if (c == '(' || c == ')') {
		token->kind = c == '(' ? WHERE_TOKEN_OPEN : WHERE_TOKEN_CLOSE;
		return (take(token, token->rest++, 1, err));
	}
	return (take_sign(token, err));
}
