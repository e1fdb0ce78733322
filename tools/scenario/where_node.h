/*
 * where_node - what is an expression made of?
 *
 * The inside of tools/scenario/where*.c.  Nodes are numbers of an array; a
 * node comes after those that it is made of, and the last is the whole.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_WHERE_NODE_H
#define TOOLS_SCENARIO_WHERE_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/base/knob.h"
#include "tools/scenario/where.h"

enum where_op {
	WHERE_NUMBER,		/* a literal */
	WHERE_KNOB,		/* the number of a knob */
	WHERE_ADD, WHERE_SUBTRACT, WHERE_MULTIPLY, WHERE_DIVIDE, WHERE_NEGATE,
	WHERE_EQUAL, WHERE_UNEQUAL, WHERE_LESS, WHERE_AT_MOST, WHERE_MORE,
	WHERE_AT_LEAST,
	WHERE_TRUE, WHERE_FALSE,
	WHERE_FLAG,		/* a knob that is true or false */
	WHERE_IS,		/* a knob has the value of a word */
	WHERE_AND, WHERE_OR, WHERE_NOT,
	WHERE_WORD,		/* while it is parsed: a word, or a knob with words */
	WHERE_KNOB_WORD,
};

enum where_sort { WHERE_A_NUMBER, WHERE_A_TRUTH, WHERE_A_WORD };

struct where_type {
	enum where_sort sort;
	int time;		/* powers of the unit */
	int bytes;
	int scale;		/* the value is to be taken times 10^scale */
	bool bare;		/* a number that was written without a unit */
	bool hertz;		/* a knob that takes such numbers as hertz */
};

struct where_node {
	enum where_op op;
	struct where_type type;
	size_t left;		/* index */
	size_t right;
	size_t at;		/* offset of its sign, or of its first letter */
	double number;		/* WHERE_NUMBER */
	/* What brings the values of both sides to one scale. */
	double left_factor;
	double right_factor;
	enum knob_kind kind;
	char *name;		/* of a knob */
	char *word;		/* canonical */
};

struct where {
	struct where_node nodes[WHERE_NODES_MAX];
	size_t count;
};

#endif
