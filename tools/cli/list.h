/*
 * list - what is there, as rows that a table and JSON can both be made of?
 *
 * A row is an object of JSON: `name`, `summary`, and what else there is.  Parts
 * carry their `knobs`.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLI_LIST_H
#define TOOLS_CLI_LIST_H

#include <stddef.h>

struct json_t;

struct list_def {
	const char *name;	/* the word on the command line */
	const char *about;
	struct json_t *(*rows)(void);	/* an array; the caller owns it */
	/* What the table shows, in order: "name unit stats summary". */
	const char *columns;
};

extern const struct list_def list_table[];
extern const size_t list_count;

#endif
