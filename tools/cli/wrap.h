/*
 * wrap - where does a line of text end?
 *
 * A sentence that is put together of pieces, some of them as long as a user
 * makes them, goes onto lines of 78 columns.  It breaks at single blanks; a
 * word that is longer than a line stays whole.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_WRAP_H
#define TOOLS_CLI_WRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { WRAP_COLUMNS = 78 };

struct wrap {
	FILE *to;
	size_t indent;			/* of the second line and all others */
	size_t column;			/* of what has been written */
	bool within;			/* a word that is longer than a line */
	size_t length;
	char word[WRAP_COLUMNS];	/* what has not, since it may grow */
};

/* The sentence begins in this column, and so does each line of it. */
void wrap_begin(struct wrap *wrap, FILE *to, size_t column);
/* A piece, which need not end where a word does. */
void wrap_put(struct wrap *wrap, const char *text);
/* The same with a format, for up to 512 bytes. */
void wrap_putf(struct wrap *wrap, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The sentence is over, and the line with it. */
void wrap_end(struct wrap *wrap);

#endif
