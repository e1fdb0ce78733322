/*
 * explain - how is the story told in a mail?
 *
 * As text of at most EXPLAIN_WIDTH columns: the interventions in words, a
 * column for each CPU with time running down, and what it comes to.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_EXPLAIN_H
#define TOOLS_SHOW_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

struct story;

enum { EXPLAIN_WIDTH = 100 };

/* What the story itself does not know. */
struct show_words {
	const char *scenario;
	const char *check;	/* that found it; NULL: nothing did */
	const char *finding;	/* its summary, places filled in */
	bool stepped;		/* time is counted in steps */
};

/* `story` is closed. */
void explain_write(FILE *out, const struct story *story,
    const struct show_words *words);

#endif
