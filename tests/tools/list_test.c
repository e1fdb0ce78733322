/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/list.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/spec.h"

static json_t *
rows_of(const char *name)
{
	size_t i;

	for (i = 0; i < list_count; i++)
		if (strcmp(list_table[i].name, name) == 0)
			return (list_table[i].rows());
	cr_assert_fail("there is no list of %s", name);
	return (NULL);
}

static const char *
text_of(const json_t *row, const char *key)
{

	return (json_string_value(json_object_get(row, key)));
}

Test(list, every_row_has_a_name_of_its_own_and_a_summary)
{
	json_t *row, *rows, *seen;
	size_t i, j;

	for (i = 0; i < list_count; i++) {
		rows = list_table[i].rows();
		cr_expect_gt(json_array_size(rows), 0, "%s",
		    list_table[i].name);
		seen = json_object();
		json_array_foreach(rows, j, row) {
			cr_assert_not_null(text_of(row, "name"));
			cr_assert_not_null(text_of(row, "summary"));
			cr_expect_neq(text_of(row, "summary")[0], '\0',
			    "%s has no summary", text_of(row, "name"));
			cr_expect_null(json_object_get(seen,
			    text_of(row, "name")), "%s is there twice",
			    text_of(row, "name"));
			json_object_set_new(seen, text_of(row, "name"),
			    json_true());
		}
		json_decref(seen);
		json_decref(rows);
	}
}

Test(list, the_columns_of_a_table_are_keys_of_its_rows)
{
	char columns[256], *word;
	json_t *rows;
	size_t i;

	for (i = 0; i < list_count; i++) {
		/* Parts have no default of their own; their knobs do. */
		if (strcmp(list_table[i].name, "policies") == 0 ||
		    strcmp(list_table[i].name, "faults") == 0 ||
		    strcmp(list_table[i].name, "workloads") == 0)
			continue;
		rows = list_table[i].rows();
		strcpy(columns, list_table[i].columns);
		for (word = strtok(columns, " "); word != NULL;
		    word = strtok(NULL, " "))
			cr_expect_not_null(json_object_get(json_array_get(rows,
			    0), word), "%s: %s", list_table[i].name, word);
		json_decref(rows);
	}
}

/* Chooses the part that a dotted name speaks of. */
static void
choose(struct run_spec *spec, const char *dotted)
{
	struct err err;
	char part[64];
	const char *name;

	spec_init(spec);
	name = strchr(dotted, '.') + 1;
	snprintf(part, sizeof(part), "%.*s", (int)strcspn(name, "."), name);
	if (strncmp(dotted, "policy.", 7) == 0)
		cr_assert_eq(spec_set_policy(spec, part, &err), 0);
	else if (strncmp(dotted, "workload.", 9) == 0)
		cr_assert_eq(spec_set_workload(spec, part, &err), 0);
	else if (strncmp(dotted, "faults.", 7) == 0)
		cr_assert_eq(spec_add_fault(spec, part, &err), 0);
}

Test(list, every_listed_knob_takes_its_default_and_its_limits)
{
	static const char *const keys[] = { "default", "least", "most" };
	struct run_spec spec;
	struct err err;
	const char *name, *value;
	json_t *row, *rows;
	size_t i, j;

	rows = rows_of("knobs");
	cr_assert_gt(json_array_size(rows), 50);
	json_array_foreach(rows, i, row) {
		name = text_of(row, "name");
		/* Names a file; the scenario layer knows it. */
		if (strcmp(name, "machine.preset") == 0)
			continue;
		choose(&spec, name);
		for (j = 0; j < sizeof(keys) / sizeof(keys[0]); j++) {
			value = text_of(row, keys[j]);
			if (value != NULL)
				cr_expect_eq(spec_set(&spec, name, value, &err),
				    0, "%s=%s: %s", name, value, err.text);
		}
	}
	json_decref(rows);
}
