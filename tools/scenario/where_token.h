/*
 * where_token - what is the next word of a condition?
 *
 * The inside of tools/scenario/where*.c.
 *
 * Errors      -1 with err; `at` is then the offset that is to blame.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_WHERE_TOKEN_H
#define TOOLS_SCENARIO_WHERE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/knob.h"
#include "tools/scenario/where_node.h"

struct err;

enum where_token_kind {
	WHERE_TOKEN_END,
	WHERE_TOKEN_NUMBER,
	WHERE_TOKEN_NAME,	/* of a knob, or `policy` */
	WHERE_TOKEN_WORD,	/* any other, or a text in quotes */
	WHERE_TOKEN_TRUTH,	/* true, false */
	WHERE_TOKEN_AND, WHERE_TOKEN_OR, WHERE_TOKEN_NOT,
	WHERE_TOKEN_OPEN, WHERE_TOKEN_CLOSE,
	WHERE_TOKEN_SIGN,	/* + - * / and comparisons */
};

struct where_token {
	const char *start;		/* of the whole text */
	const char *rest;		/* after this token */
	enum where_token_kind kind;
	size_t at;
	char text[KNOB_TEXT_MAX];	/* without quotes */
	enum where_op op;		/* of a sign */
	bool truth;
	double number;			/* whole, times 10^scale */
	int scale;
	enum knob_kind number_kind;
	bool bare;			/* without a unit */
};

int where_token_next(struct where_token *token, struct err *err);

#endif
