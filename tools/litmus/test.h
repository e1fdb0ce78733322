/*
 * test - what does a file of herd's litmus format ask?
 *
 * A litmus test as read: the program, in the terms of sim/litmus/program.h;
 * the final clause; what of a final state is shown, and how that is called.
 *
 * Dialects    C, X86, X86_64 (see docs/commands.md for what each may say).
 * Errors      litmus_test_read() gives NULL and "FILE:LINE:COLUMN: ..."; what
 *             is read is always a program that can be run.
 * Source      the format is that of herd7 and litmus7, of Alglave and
 *             Maranget's diy tool suite (diy.inria.fr/doc/herd.html).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_TEST_H
#define TOOLS_LITMUS_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/litmus/program.h"
#include "tools/litmus/clause.h"

struct err;

enum {
	LITMUS_NAME_SIZE = 40,		/* of a location or register */
	LITMUS_TITLE_SIZE = 128,	/* of a test */
	LITMUS_TEXT_MAX = 1 << 20,	/* bytes of a file */
};

enum litmus_dialect { LITMUS_C, LITMUS_X86, LITMUS_X86_64 };

struct litmus_test {
	char name[LITMUS_TITLE_SIZE];
	enum litmus_dialect dialect;
	struct litmus_program program;
	/*
	 * program.observed[i] is called so, as in "0:r0" or "[x]".  The first
	 * `shown_count` of them are shown, the others are for the filter.
	 */
	char observed[LITMUS_OBSERVED_MAX][LITMUS_NAME_SIZE + 8];
	size_t shown_count;
	enum litmus_quantifier quantifier;
	struct litmus_clause clause;
	struct litmus_clause filter;	/* of no length: there is none */
};

struct litmus_test *litmus_test_read(const char *file, const char *text,
    size_t length, struct err *err);

/* The same of a file; NULL, and the exit status for that. */
struct litmus_test *litmus_test_load(const char *file, int *status,
    struct err *err);

void litmus_test_free(struct litmus_test *test);

#endif
