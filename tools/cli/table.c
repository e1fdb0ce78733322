/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* vasprintf() */
#include "tools/cli/table.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

struct table {
	char *columns;
	size_t column_count;
	char **cells;
	size_t cell_count;
};

struct table *
table_create(const char *columns)
{
	struct table *table;

	table = must_alloc(1, sizeof(*table));
	table->columns = must_copy(columns);
	table->column_count = strlen(columns);
	return (table);
}

void
table_destroy(struct table *table)
{
	size_t i;

	for (i = 0; i < table->cell_count; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table->columns);
	free(table);
}

void
table_add(struct table *table, const char *format, ...)
{
	va_list args;
	char *cell;

	table->cells = must_grow(table->cells, table->cell_count,
	    sizeof(*table->cells));
	va_start(args, format);
	if (vasprintf(&cell, format, args) < 0)
		abort();
	va_end(args);
	table->cells[table->cell_count++] = cell;
}

/* Bytes that begin a character. */
static size_t
width(const char *text)
{
	size_t count;

	for (count = 0; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return (count);
}

void
table_print(const struct table *table, FILE *out)
{
	size_t *widths;
	size_t i, column, blanks, held;

	assert(table->cell_count % table->column_count == 0);
	widths = must_alloc(table->column_count, sizeof(*widths));
	for (i = 0; i < table->cell_count; i++) {
		column = i % table->column_count;
		if (width(table->cells[i]) > widths[column])
			widths[column] = width(table->cells[i]);
	}
	held = 0;
	for (i = 0; i < table->cell_count; i++) {
		column = i % table->column_count;
		blanks = widths[column] - width(table->cells[i]);
		if (table->columns[column] == 'r')
			held += blanks;
		/* Blanks are held back, so that no line ends with some. */
		if (table->cells[i][0] != '\0') {
			fprintf(out, "%*s%s", (int)held, "", table->cells[i]);
			held = 0;
		}
		if (table->columns[column] == 'l')
			held += blanks;
		held += 2;
		if (column + 1 == table->column_count) {
			putc('\n', out);
			held = 0;
		}
	}
	free(widths);
}
