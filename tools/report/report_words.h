/*
 * report_words - how is a report written without pictures?
 *
 * The tables in Markdown, the short form for a mail and for a terminal, and the
 * table of all sums for other programs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_WORDS_H
#define TOOLS_REPORT_REPORT_WORDS_H

#include <stddef.h>
#include <stdio.h>

struct err;
struct report_data;
struct report_part;

/* The whole report; `parts` has one for each experiment. */
int report_markdown(FILE *out, const struct report_data *data,
    const struct report_part *parts, struct err *err);

/* What matters of it in lines of at most 72 columns, but for replay lines. */
void report_mail(FILE *out, const struct report_data *data,
    const struct report_part *parts);

/* The points that stand for the whole, for a terminal. */
void report_terminal(FILE *out, const struct report_data *data,
    const struct report_part *part, const size_t *points, size_t count);

/* One row for each point and metric, RFC 4180. */
void report_csv(FILE *out, const struct report_data *data);

#endif
