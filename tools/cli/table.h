/*
 * table - how do results look on a terminal?
 *
 * Rows of cells in aligned columns.  A column is `l` (left) or `r` (right).
 * Text is counted in UTF-8 characters.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_TABLE_H
#define TOOLS_CLI_TABLE_H

#include <stdio.h>

struct table;

/* `columns` has one letter for each column. */
struct table *table_create(const char *columns);
void table_destroy(struct table *table);

/* The next cell, row by row; the first row is the head. */
void table_add(struct table *table, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The head, a blank in place of what is empty, two spaces between columns. */
void table_print(const struct table *table, FILE *out);

#endif
