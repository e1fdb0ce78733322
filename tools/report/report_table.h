/*
 * report_table - what stands in the tables, whatever they are written in?
 *
 * A grid is a head and rows of texts; the same grid becomes a table on a
 * terminal, in Markdown and in HTML.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_TABLE_H
#define TOOLS_REPORT_REPORT_TABLE_H

#include <stddef.h>

struct err;
struct report_data;
struct report_experiment;
struct shape;

struct grid {
	const char *columns;	/* 'l' or 'r' for each */
	size_t column_count;
	char **cells;		/* the head, then row by row */
	size_t cell_count;
};

struct grid *grid_create(const char *columns);
/* NULL is fine. */
void grid_destroy(struct grid *grid);
void grid_add(struct grid *grid, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
size_t grid_rows(const struct grid *grid);	/* without the head */

/* Runs by status, one row. */
struct grid *report_table_runs(const struct report_experiment *experiment);

/*
 * Amounts with their intervals at the given points (all of them where `points`
 * is NULL): memory, latency, their distance to the bound, what is missing.
 */
struct grid *report_table_points(const struct report_data *data,
    const struct shape *shape, const size_t *points, size_t count);

/* The few columns that fit a terminal. */
struct grid *report_table_brief(const struct report_data *data,
    const struct shape *shape, const size_t *points, size_t count);

/* Percentiles from merged histograms at the given points; NULL with err. */
struct grid *report_table_quantiles(const struct report_data *data,
    const struct shape *shape, const size_t *points, size_t count,
    struct err *err);

/* At most `most` findings. */
struct grid *report_table_findings(const struct shape *shape, size_t most);

#endif
