/*
 * markup - how does any text stand in a page or a picture?
 *
 * Texts come from databases and scenarios, which anybody may have written.  In
 * HTML and in SVG they stand as they are, and never as marks: what would be one
 * is escaped, what no document may hold is replaced.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_MARKUP_H
#define TOOLS_MARKUP_H

#include <stdio.h>

/* For the inside of an element, and of an attribute in quotes. */
void markup_text(FILE *out, const char *text);

/*
 * A copy in well-formed UTF-8 without control characters but tab and newline:
 * U+FFFD stands for each byte that is not part of it.  The caller frees it.
 */
char *markup_clean(const char *text);

#endif
