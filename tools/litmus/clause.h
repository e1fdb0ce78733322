/*
 * clause - is this final state one that the test asks for?
 *
 * The proposition behind exists, ~exists, forall or filter, as a tree in an
 * array: a part comes after the parts that it is made of, so the last one is
 * the whole.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_CLAUSE_H
#define TOOLS_LITMUS_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct litmus_test;
struct reader;

enum { LITMUS_PARTS_MAX = 256 };

enum litmus_quantifier { LITMUS_EXISTS, LITMUS_NOT_EXISTS, LITMUS_FORALL };

enum litmus_part_kind {
	PART_TRUE, PART_FALSE,
	PART_VALUE,		/* observed a == value */
	PART_SAME,		/* observed a == observed b */
	PART_NOT, PART_AND, PART_OR, PART_IMPLIES,	/* of parts a, b */
};

struct litmus_part {
	uint8_t kind;
	uint16_t a, b;
	int64_t value;
	bool never;		/* the value is none that `a` can have */
};

struct litmus_clause {
	struct litmus_part parts[LITMUS_PARTS_MAX];
	size_t length;
};

/* locations [...], filter, and the final clause up to the end of the file. */
void clause_read(struct reader *reader);

/* Whether a state (values as in program.observed) is as the clause says. */
bool clause_holds(const struct litmus_clause *clause, const int64_t *values);

/* "0:r0=0 /\ [x]=1", as herd writes it; the caller frees it. */
char *clause_text(const struct litmus_test *test,
    const struct litmus_clause *clause);

#endif
