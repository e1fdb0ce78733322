/*
 * report_words - how is a report written without pictures?
 *
 * The Markdown file that is pasted into a mail, the short form for a terminal,
 * and the table of all sums for other programs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_WORDS_H
#define TOOLS_REPORT_REPORT_WORDS_H

#include <stddef.h>
#include <stdio.h>

struct err;
struct grid;
struct report_data;
struct report_experiment;
struct shape;

/*
 * What a reader must know before believing a mean: runs that are missing,
 * crashed or were given up, points that grow without bound, single runs.
 * Returns how many of the lines were filled.
 */
enum { WARNINGS_MAX = 8, WARNING_SIZE = 240 };
size_t report_warnings(const struct report_data *data,
    const struct report_experiment *experiment,
    char lines[WARNINGS_MAX][WARNING_SIZE]);

/* The whole report; `shapes` has one for each experiment. */
int report_markdown(FILE *out, const struct report_data *data,
    struct shape *const *shapes, struct err *err);

/* The points that stand for the whole, for a terminal. */
void report_terminal(FILE *out, const struct report_data *data,
    const struct shape *shape, const size_t *points, size_t count);

/* One row for each point and metric, RFC 4180. */
void report_csv(FILE *out, const struct report_data *data);

#endif
