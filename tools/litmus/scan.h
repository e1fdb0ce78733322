/*
 * scan - which word of a litmus test comes next?
 *
 * Cuts the text into tokens and knows where each stands.  The first complaint
 * ends the text: from then on every token is SCAN_END, so that whoever reads
 * need not look for trouble after each step, but must stop at SCAN_END in
 * every loop.
 *
 * Comments    (* ... *), nested, and // to the end of the line; within the
 *             bodies of C functions, where "(*" is code, C's own two kinds.
 * Errors      scan_fail() keeps the first complaint, as "FILE:LINE:COLUMN: ...".
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_SCAN_H
#define TOOLS_LITMUS_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum scan_kind {
	SCAN_END,
	SCAN_NAME,		/* letters, digits, '_', '.'; not a digit first */
	SCAN_NUMBER,
	SCAN_STRING,		/* "..."; its text is without the quotes */
	SCAN_MARK,		/* one of the marks below, or one character */
};

/* Marks of more than one character; others are their character. */
enum scan_mark {
	MARK_AND = 256,		/* /\ */
	MARK_OR,		/* \/ */
	MARK_IMPLIES,		/* => */
	MARK_EQ,		/* == */
	MARK_NE,		/* != <> */
	MARK_LE,		/* <= */
	MARK_GE,		/* >= */
	MARK_SHL,		/* << */
	MARK_SHR,		/* >> */
	MARK_BOTH,		/* && */
	MARK_EITHER,		/* || */
	MARK_UP,		/* ++ */
	MARK_DOWN,		/* -- */
	MARK_BECOMES,		/* += and its like; `operator` says which */
};

struct scan_token {
	enum scan_kind kind;
	int mark;
	int operator;		/* of MARK_BECOMES: a mark */
	const char *text;
	size_t length;
	uint64_t number;
	size_t line, column;
};

struct scan {
	const char *file;	/* its name, for messages */
	const char *at, *end;
	const char *line_start;
	size_t line;
	bool code;		/* inside the body of a C function */
	bool failed;
	struct scan_token token;	/* the one that is looked at */
	struct err *err;
};

/* The text need not end in a NUL.  The first token is looked at. */
void scan_init(struct scan *scan, const char *file, const char *text,
    size_t length, struct err *err);

/* The rest of this line, as it is, and the next token after it. */
void scan_skip_line(struct scan *scan);

/*
 * What stands on this line up to the next blank, where no token has been
 * looked at behind the current one; then the next token.
 */
struct scan_token scan_word(struct scan *scan);

void scan_next(struct scan *scan);

static inline bool
scan_is(const struct scan *scan, int mark)
{

	return (scan->token.kind == SCAN_MARK && scan->token.mark == mark);
}

bool scan_is_name(const struct scan *scan, const char *name);

/* Whether a token is this name. */
bool scan_same(const struct scan_token *token, const char *name);

/* Goes on if that is what comes next. */
bool scan_take(struct scan *scan, int mark);
bool scan_take_name(struct scan *scan, const char *name);

/* Goes on, or complains: "expected `what` WHERE, found ...". */
bool scan_need(struct scan *scan, int mark, const char *where);

/* A whole number with its sign; complains of anything else. */
int64_t scan_number(struct scan *scan, const char *what);

/* "P0" or, where `bare`, "0" as well: the number of a thread, or -1. */
int scan_thread(const struct scan_token *token, bool bare);

/*
 * A complaint about a token; false, for `return (scan_fail(...));`.
 * scan_unexpected() says "expected WHAT, found ...".
 */
bool scan_fail(struct scan *scan, const struct scan_token *token,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
bool scan_unexpected(struct scan *scan, const char *what);

/* A token's text for a message: short, and without control characters. */
enum { SCAN_QUOTE_SIZE = 64 };
const char *scan_quote(const struct scan_token *token,
    char quote[SCAN_QUOTE_SIZE]);

#endif
