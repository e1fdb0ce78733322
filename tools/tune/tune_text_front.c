/*
 * The front of two aims, for a mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/cli/table.h"
#include "tools/tune/tune.h"

enum { TEXT_FRONT_MOST = 12 };	/* points of it that are shown */

void
tune_text_value(struct table *table, double value, const char *unit)
{
	char text[HUMAN_SIZE];

	human_value(value, unit, text);
	table_add(table, "%s", text);
}

static double
mean_first(const struct tune *tune, size_t candidate, size_t value)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < tune->front_n; i++)
		sum += race_values(tune->race, candidate, i, 0)[value];
	return (sum / (double)tune->front_n);
}

static const struct tune *sorted_tune;

static int
compare_front(const void *left, const void *right)
{
	const size_t *a = left, *b = right;
	double x, y;

	x = mean_first(sorted_tune, *a, 0);
	y = mean_first(sorted_tune, *b, 0);
	return (x < y ? -1 : x > y ? 1 : *a < *b ? -1 : *a > *b);
}

static void
print_front_rows(FILE *out, const struct tune *tune, const size_t *front,
    size_t count)
{
	const struct scenario_tune *wish = tune->field->tune;
	struct table *table;
	char name[FIELD_TEXT_SIZE];
	size_t i;

	table = table_create("rrll");
	table_add(table, "first");
	table_add(table, "second");
	table_add(table, "place");
	table_add(table, "candidate");
	for (i = 0; i < count; i++) {
		field_name(tune->field, front[i], name);
		tune_text_value(table, mean_first(tune, front[i], 0),
		    wish->goals[0].unit);
		tune_text_value(table, mean_first(tune, front[i], 1),
		    wish->goal_count > 1 ? wish->goals[1].unit :
		    wish->limits[0].unit);
		table_add(table, "%s%s", pareto_words[tune->places[front[i]]],
		    front[i] == tune->knee ? ", knee" : "");
		table_add(table, "%s%s", name, front[i] == tune->winner ?
		    "  <-" : front[i] == 0 ? "  (default)" : "");
	}
	table_print(table, out);
	table_destroy(table);
}

void
tune_text_front(FILE *out, const struct tune *tune)
{
	const struct scenario_stat *first = &tune->field->tune->goals[0].stat;
	const struct scenario_stat *second = tune_second(tune);
	size_t *front;
	size_t count, i;

	if (tune->front_n == 0)
		return;
	front = must_alloc(tune->race->count, sizeof(*front));
	count = 0;
	for (i = 0; i < tune->race->count; i++)
		if (tune->places[i] == PARETO_FRONT ||
		    (tune->places[i] == PARETO_MAYBE && (i == 0 ||
		    i == tune->winner)))
			front[count++] = i;
	sorted_tune = tune;
	qsort(front, count, sizeof(*front), compare_front);
	fprintf(out, "\nFRONT of both aims in %s, first %zu seeds\n"
	    "first: %s.%s, second: %s.%s\n", tune->field->scenes[0].label,
	    tune->front_n, first->metric, first->stat, second->metric,
	    second->stat);
	print_front_rows(out, tune, front, count < TEXT_FRONT_MOST ? count :
	    TEXT_FRONT_MOST);
	if (count > TEXT_FRONT_MOST)
		fprintf(out, "... and %zu more\n", count - TEXT_FRONT_MOST);
	free(front);
}
