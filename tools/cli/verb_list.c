/* SPDX-License-Identifier: BSD-2-Clause */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/knob.h"
#include "tools/cli/list.h"
#include "tools/cli/table.h"
#include "tools/cli/verb.h"

enum { COLUMNS_MAX = 8, WORD_MAX = 16 };

static const char *
list_name_at(const void *context, size_t i)
{

	(void)context;
	return (i < list_count ? list_table[i].name : NULL);
}

static const struct list_def *
find(const char *name)
{
	size_t i;

	for (i = 0; i < list_count; i++)
		if (strcmp(list_table[i].name, name) == 0)
			return (&list_table[i]);
	return (NULL);
}

/* A summary is one line; distributions are explained in docs/scenarios.md. */
static void
add_cell(struct table *table, const json_t *row, const char *column,
    const char *indent)
{
	const char *text;
	size_t length;

	text = json_string_value(json_object_get(row, column));
	if (text == NULL)
		text = "";
	length = strcspn(text, strcmp(column, "allowed") == 0 ? ";\n" : "\n");
	table_add(table, "%s%.*s", indent, (int)length, text);
}

static void
add_row(struct table *table, const json_t *row,
    char columns[COLUMNS_MAX][WORD_MAX], size_t count, const char *indent)
{
	const json_t *knob, *knobs;
	size_t i;

	for (i = 0; i < count; i++)
		add_cell(table, row, columns[i], i == 0 ? indent : "");
	/* The knobs of a part stand below it. */
	knobs = json_object_get(row, "knobs");
	if (!json_is_array(knobs))
		return;
	json_array_foreach(knobs, i, knob)
		add_row(table, knob, columns, count, "  ");
}

static void
print_table(const struct list_def *list, const json_t *rows)
{
	char columns[COLUMNS_MAX][WORD_MAX], left[COLUMNS_MAX + 1];
	const char *at;
	const json_t *row;
	struct table *table;
	size_t count, i, length;

	count = 0;
	for (at = list->columns; *at != '\0'; at += strspn(at, " ")) {
		length = strcspn(at, " ");
		snprintf(columns[count], WORD_MAX, "%.*s", (int)length, at);
		left[count++] = 'l';
		at += length;
	}
	left[count] = '\0';
	table = table_create(left);
	for (i = 0; i < count; i++)
		table_add(table, "%s", columns[i]);
	json_array_foreach(rows, i, row)
		add_row(table, row, columns, count, "");
	table_print(table, stdout);
	table_destroy(table);
}

static int
list(const struct options *options)
{
	const struct list_def *wanted;
	const char *nearest;
	json_t *rows;

	wanted = find(options->arguments[0]);
	if (wanted == NULL) {
		nearest = knob_nearest(options->arguments[0], list_name_at,
		    NULL);
		return (verb_failf(VERB_USAGE, "list: there is no list of "
		    "\"%s\"; there are: policies, faults, workloads, metrics, "
		    "checks, strategies, models, machines, scenarios, "
		    "knobs%s%s%s",
		    options->arguments[0], nearest == NULL ? "" :
		    "; did you mean \"", nearest == NULL ? "" : nearest,
		    nearest == NULL ? "" : "\"?"));
	}
	rows = wanted->rows();
	if (options_given(options, OPTION_JSON)) {
		json_dumpf(rows, stdout, JSON_INDENT(2));
		putchar('\n');
	} else
		print_table(wanted, rows);
	json_decref(rows);
	return (VERB_HELD);
}

const struct verb verb_list = {
	.name = "list",
	.arguments = "policies|faults|workloads|metrics|checks|strategies|"
	    "models|machines|scenarios|knobs",
	.summary = "Lists what there is, with units, ranges and defaults",
	.details =
	    "Knobs of a policy, workload or fault are indented below it; `list knobs`\n"
	    "gives every knob by the dotted name that --set and sweeps take.",
	.options = VERB_TAKES(JSON) | VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = list,
};
