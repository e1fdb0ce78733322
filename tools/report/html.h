/*
 * html - how does a page say it?
 *
 * Pieces of one page that needs nothing but itself: no script, no other file,
 * no network.  Every text is escaped here.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_HTML_H
#define TOOLS_REPORT_HTML_H

#include <stdbool.h>
#include <stdio.h>

struct grid;

/*
 * Opens the page and its header, html_main() closes the header and opens what
 * the page is about, html_end() closes all.
 */
void html_begin(FILE *out, const char *title);
void html_main(FILE *out);
void html_end(FILE *out);

/* A text, and a printed one. */
void html_text(FILE *out, const char *text);
void html_printf(FILE *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A heading of level 2 to 4; `id` may be NULL. */
void html_heading(FILE *out, int level, const char *id, const char *text);

/*
 * A table with a caption.  The first cell of a row is its heading.  `mono`
 * sets the last column in type of one width.
 */
void html_table(FILE *out, const char *caption, const struct grid *grid,
    bool mono);

/*
 * An SVG of gnuplot inside the page.  `id` makes the names inside it unique;
 * `label` says what it shows to those who cannot see it.  -1 if it is no SVG.
 */
int html_svg(FILE *out, const char *svg, const char *id, const char *title,
    const char *label);

#endif
