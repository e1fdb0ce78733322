/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/scan.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"

/* The longest first: the first that fits is taken. */
static const struct {
	const char *text;
	int mark;
	int operator;
	bool code;		/* in C functions only */
} marks[] = {
	{ "<<=", MARK_BECOMES, MARK_SHL, true },
	{ ">>=", MARK_BECOMES, MARK_SHR, true },
	{ "/\\", MARK_AND, 0, false },
	{ "\\/", MARK_OR, 0, false },
	{ "=>", MARK_IMPLIES, 0, false },
	{ "==", MARK_EQ, 0, false },
	{ "!=", MARK_NE, 0, false },
	{ "<>", MARK_NE, 0, false },
	{ "<=", MARK_LE, 0, false },
	{ ">=", MARK_GE, 0, false },
	{ "<<", MARK_SHL, 0, true },
	{ ">>", MARK_SHR, 0, true },
	{ "&&", MARK_BOTH, 0, true },
	{ "||", MARK_EITHER, 0, true },
	{ "++", MARK_UP, 0, true },
	{ "--", MARK_DOWN, 0, true },
	{ "+=", MARK_BECOMES, '+', true },
	{ "-=", MARK_BECOMES, '-', true },
	{ "*=", MARK_BECOMES, '*', true },
	{ "&=", MARK_BECOMES, '&', true },
	{ "|=", MARK_BECOMES, '|', true },
	{ "^=", MARK_BECOMES, '^', true },
};

static bool
starts(const struct scan *scan, const char *text)
{
	size_t length;

	length = strlen(text);
	return ((size_t)(scan->end - scan->at) >= length &&
	    memcmp(scan->at, text, length) == 0);
}

static void
step(struct scan *scan, size_t count)
{

	for (; count > 0; count--) {
		if (*scan->at++ == '\n') {
			scan->line++;
			scan->line_start = scan->at;
		}
	}
}

static void
place(const struct scan *scan, struct scan_token *token)
{

	memset(token, 0, sizeof(*token));
	token->text = scan->at;
	token->line = scan->line;
	token->column = (size_t)(scan->at - scan->line_start) + 1;
}

static bool
skip_nested(struct scan *scan)
{
	struct scan_token from;
	size_t depth;

	place(scan, &from);
	depth = 0;
	do {
		if (scan->at == scan->end) {
			return (scan_fail(scan, &from, "this comment does not "
			    "end; expected \"*)\" before the end of the "
			    "file"));
		}
		if (starts(scan, "(*")) {
			depth++;
			step(scan, 2);
		} else if (starts(scan, "*)")) {
			depth--;
			step(scan, 2);
		} else
			step(scan, 1);
	} while (depth > 0);
	return (true);
}

static bool
skip_starred(struct scan *scan)
{
	struct scan_token from;

	place(scan, &from);
	step(scan, 2);
	while (!starts(scan, "*/")) {
		if (scan->at == scan->end) {
			return (scan_fail(scan, &from, "this comment does not "
			    "end; expected \"*/\" before the end of the "
			    "file"));
		}
		step(scan, 1);
	}
	step(scan, 2);
	return (true);
}

/* Blanks and comments; false if the text is at its end. */
static bool
skip(struct scan *scan)
{

	while (!scan->failed && scan->at < scan->end) {
		if (strchr(" \t\r\n\f\v", *scan->at) != NULL &&
		    *scan->at != '\0')
			step(scan, 1);
		else if (starts(scan, "//")) {
			while (scan->at < scan->end && *scan->at != '\n')
				step(scan, 1);
		} else if (!scan->code && starts(scan, "(*"))
			skip_nested(scan);
		else if (starts(scan, "/*"))
			skip_starred(scan);
		else
			return (true);
	}
	return (false);
}

static bool
is_word(char c)
{

	return (isalnum((unsigned char)c) || c == '_' || c == '.');
}

static int
digit(char c)
{

	if (c >= '0' && c <= '9')
		return (c - '0');
	c = (char)tolower((unsigned char)c);
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16);
}

/* Decimal or 0x...; the u and l of C may follow in code. */
static void
number(struct scan *scan)
{
	struct scan_token *token;
	const char *p;
	uint64_t value;
	unsigned base;

	token = &scan->token;
	token->kind = SCAN_NUMBER;
	base = 10;
	p = scan->at;
	while (scan->at < scan->end && is_word(*scan->at))
		step(scan, 1);
	token->length = (size_t)(scan->at - token->text);
	if (token->length > 2 && p[0] == '0' && (p[1] | 32) == 'x') {
		base = 16;
		p += 2;
	} else if (p[0] == '0' && token->length > 1 && digit(p[1]) < 10) {
		scan_fail(scan, token, "a number that begins with 0; octal "
		    "numbers are not read, write it in decimal or as 0x...");
		return;
	}
	value = 0;
	for (; p < scan->at && digit(*p) < (int)base; p++) {
		if (value > (UINT64_MAX - (unsigned)digit(*p)) / base) {
			scan_fail(scan, token, "a number of more than 64 bits");
			return;
		}
		value = value * base + (unsigned)digit(*p);
	}
	while (scan->code && p < scan->at && strchr("uUlL", *p) != NULL)
		p++;
	if (p != scan->at) {
		char quote[SCAN_QUOTE_SIZE];

		scan_fail(scan, token, "%s is no number; numbers are decimal "
		    "or 0x...", scan_quote(token, quote));
		return;
	}
	token->number = value;
}

static void
string(struct scan *scan)
{
	struct scan_token *token;

	token = &scan->token;
	token->kind = SCAN_STRING;
	step(scan, 1);
	token->text = scan->at;
	while (scan->at < scan->end && *scan->at != '"')
		step(scan, 1);
	token->length = (size_t)(scan->at - token->text);
	if (scan->at == scan->end)
		scan_fail(scan, token, "this text does not end; expected '\"' "
		    "before the end of the file");
	else
		step(scan, 1);
}

static void
mark(struct scan *scan)
{
	struct scan_token *token;
	size_t i;

	token = &scan->token;
	token->kind = SCAN_MARK;
	for (i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if ((scan->code || !marks[i].code) &&
		    starts(scan, marks[i].text)) {
			token->mark = marks[i].mark;
			token->operator = marks[i].operator;
			token->length = strlen(marks[i].text);
			step(scan, token->length);
			return;
		}
	}
	token->mark = (unsigned char)*scan->at;
	token->length = 1;
	if (token->mark < ' ' || token->mark > '~') {
		scan_fail(scan, token, "a byte 0x%02x; a litmus test is plain "
		    "text", (unsigned)token->mark);
		return;
	}
	step(scan, 1);
}

void
scan_next(struct scan *scan)
{

	if (!skip(scan)) {
		place(scan, &scan->token);
		return;
	}
	place(scan, &scan->token);
	if (isdigit((unsigned char)*scan->at))
		number(scan);
	else if (is_word(*scan->at)) {
		scan->token.kind = SCAN_NAME;
		while (scan->at < scan->end && is_word(*scan->at))
			step(scan, 1);
		scan->token.length = (size_t)(scan->at - scan->token.text);
	} else if (*scan->at == '"')
		string(scan);
	else
		mark(scan);
	if (scan->failed)
		scan->token.kind = SCAN_END;
}

void
scan_skip_line(struct scan *scan)
{

	if (scan->failed)
		return;
	/* Back to where the token began: it may have been a part of it. */
	scan->at = scan->token.text;
	scan->line = scan->token.line;
	scan->line_start = scan->at - (scan->token.column - 1);
	while (scan->at < scan->end && *scan->at != '\n')
		step(scan, 1);
	scan_next(scan);
}

struct scan_token
scan_word(struct scan *scan)
{
	struct scan_token token;

	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
		step(scan, 1);
	place(scan, &token);
	while (scan->at < scan->end && *scan->at > ' ' && *scan->at <= '~')
		step(scan, 1);
	token.length = (size_t)(scan->at - token.text);
	token.kind = token.length > 0 ? SCAN_NAME : SCAN_END;
	scan_next(scan);
	return (token);
}

void
scan_init(struct scan *scan, const char *file, const char *text, size_t length,
    struct err *err)
{

	memset(scan, 0, sizeof(*scan));
	scan->file = file;
	scan->at = scan->line_start = text;
	scan->end = text + length;
	scan->line = 1;
	scan->err = err;
	scan_next(scan);
}

bool
scan_same(const struct scan_token *token, const char *name)
{

	return (token->kind == SCAN_NAME && token->length == strlen(name) &&
	    memcmp(token->text, name, token->length) == 0);
}

bool
scan_is_name(const struct scan *scan, const char *name)
{

	return (scan_same(&scan->token, name));
}

bool
scan_take(struct scan *scan, int wanted)
{

	if (!scan_is(scan, wanted))
		return (false);
	scan_next(scan);
	return (true);
}

bool
scan_take_name(struct scan *scan, const char *name)
{

	if (!scan_is_name(scan, name))
		return (false);
	scan_next(scan);
	return (true);
}

bool
scan_need(struct scan *scan, int wanted, const char *where)
{
	char what[64];

	if (scan_take(scan, wanted))
		return (true);
	snprintf(what, sizeof(what), "'%c' %s", wanted, where);
	return (scan_unexpected(scan, what));
}

int64_t
scan_number(struct scan *scan, const char *what)
{
	struct scan_token first;
	uint64_t value;
	bool minus;

	first = scan->token;
	minus = scan_take(scan, '-');
	if (scan->token.kind != SCAN_NUMBER) {
		scan_unexpected(scan, what);
		return (0);
	}
	value = scan->token.number;
	if (minus && value > (uint64_t)INT64_MAX + 1) {
		scan_fail(scan, &first, "a number of more than 64 bits");
		return (0);
	}
	scan_next(scan);
	return ((int64_t)(minus ? -value : value));
}

int
scan_thread(const struct scan_token *token, bool bare)
{
	size_t i;
	int number;

	if (bare && token->kind == SCAN_NUMBER)
		return (token->number > 9999 ? 9999 : (int)token->number);
	if (token->kind != SCAN_NAME || token->length < 2 ||
	    token->length > 5 || token->text[0] != 'P')
		return (-1);
	number = 0;
	for (i = 1; i < token->length; i++) {
		if (!isdigit((unsigned char)token->text[i]))
			return (-1);
		number = number * 10 + (token->text[i] - '0');
	}
	return (number);
}

bool
scan_fail(struct scan *scan, const struct scan_token *token,
    const char *format, ...)
{
	char text[512];
	va_list args;

	if (scan->failed)
		return (false);
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	err_set(scan->err, "%s:%zu:%zu: %s", scan->file, token->line,
	    token->column, text);
	scan->failed = true;
	scan->at = scan->end;
	scan->token.kind = SCAN_END;
	return (false);
}

bool
scan_unexpected(struct scan *scan, const char *what)
{
	char quote[SCAN_QUOTE_SIZE];

	return (scan_fail(scan, &scan->token, "expected %s, found %s", what,
	    scan_quote(&scan->token, quote)));
}

const char *
scan_quote(const struct scan_token *token, char quote[SCAN_QUOTE_SIZE])
{
	enum { MOST = SCAN_QUOTE_SIZE - 8 };
	size_t i, length;
	char c;

	if (token->kind == SCAN_END) {
		snprintf(quote, SCAN_QUOTE_SIZE, "the end of the file");
		return (quote);
	}
	if (token->kind == SCAN_STRING) {
		snprintf(quote, SCAN_QUOTE_SIZE, "a text in quotes");
		return (quote);
	}
	length = token->length > MOST ? MOST : token->length;
	quote[0] = '\'';
	for (i = 0; i < length; i++) {
		c = token->text[i];
		quote[i + 1] = c >= ' ' && c <= '~' ? c : '?';
	}
	snprintf(quote + 1 + length, SCAN_QUOTE_SIZE - 1 - length, "%s'",
	    token->length > MOST ? "..." : "");
	return (quote);
}
