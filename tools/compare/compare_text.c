/*
 * A comparison for a person: one table for each condition.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tools/cli/human.h"
#include "tools/cli/table.h"
#include "tools/compare/compare.h"

enum { RATIO_SIZE = 80 };

/* A difference has a sign; the unit is that of its size. */
static void
signed_value(double value, const char *unit, char text[HUMAN_SIZE + 1])
{
	char size[HUMAN_SIZE];

	human_value(fabs(value), unit, size);
	snprintf(text, HUMAN_SIZE + 1, "%s%s", isnan(value) || value == 0 ?
	    "" : value < 0 ? "-" : "+", size);
}

static void
ratio_text(const struct paired *paired, char text[RATIO_SIZE])
{

	if (isnan(paired->ratio))
		snprintf(text, RATIO_SIZE, "-");
	else if (isnan(paired->ratio_low))
		snprintf(text, RATIO_SIZE, "%.4g", paired->ratio);
	else
		snprintf(text, RATIO_SIZE, "%.4g [%.4g, %.4g]", paired->ratio,
		    paired->ratio_low, paired->ratio_high);
}

static void
add_row(struct table *table, const struct compare_row *row)
{
	const struct paired *paired = &row->paired;
	const char *opinion, *unit = row->metric->unit;
	char a[HUMAN_SIZE], b[HUMAN_SIZE], high[HUMAN_SIZE + 1];
	char low[HUMAN_SIZE + 1], middle[HUMAN_SIZE + 1], ratio[RATIO_SIZE];

	table_add(table, "%s %s", row->metric->name, row->metric->stat);
	table_add(table, "%zu", paired->n);
	human_value(paired->median_a, unit, a);
	human_value(paired->median_b, unit, b);
	table_add(table, "%s", a);
	table_add(table, "%s", b);
	signed_value(paired->difference, unit, middle);
	table_add(table, "%s", middle);
	signed_value(paired->low, unit, low);
	signed_value(paired->high, unit, high);
	if (isnan(paired->low))
		table_add(table, "-");
	else
		table_add(table, "[%s, %s]", low, high);
	ratio_text(paired, ratio);
	table_add(table, "%s", ratio);
	if (isnan(paired->variance_cut))
		table_add(table, "-");
	else
		table_add(table, "%.3gx", paired->variance_cut);
	opinion = compare_opinion(row);
	table_add(table, "%s%s%s%s", compare_verdict_names[row->verdict],
	    opinion[0] == '\0' ? "" : ", ", opinion,
	    row->bound ? " (lower bounds)" : "");
}

/* What is not in the numbers, and what else should be known of them. */
static void
print_runs(FILE *out, const struct compare *compare,
    const struct compare_condition *condition)
{
	static const enum report_status odd[] = { REPORT_FINDING,
		REPORT_CRASHED, REPORT_TIMEOUT, REPORT_PENDING };
	static const char *const said[] = {
		"with findings, counted all the same", "crashed", "given up",
		"not executed yet"
	};
	const struct report_point *point;
	size_t i, k;

	for (i = 0; i < 2; i++) {
		point = condition->points[i];
		for (k = 0; k < sizeof(odd) / sizeof(odd[0]); k++) {
			if (point->status[odd[k]] > 0)
				fprintf(out, "  %s: %" PRIu64 " of %zu runs %s"
				    "\n", compare->names[i],
				    point->status[odd[k]], point->run_count,
				    said[k]);
		}
		if (condition->alone[i] > 0)
			fprintf(out, "  %s: %zu finished runs have no partner "
			    "of the same seed and are left out\n",
			    compare->names[i], condition->alone[i]);
	}
}

static void
print_condition(FILE *out, const struct compare *compare,
    const struct compare_condition *condition)
{
	static const char *const heads[] = { "metric", "n", "median A",
		"median B", "B - A", "95% interval", "B / A",
		"seeds cut", "B is" };
	struct table *table;
	size_t i;

	fprintf(out, "\n%s%s%zu pairs\n", condition->label,
	    condition->label[0] == '\0' ? "" : ": ", condition->pairs);
	print_runs(out, compare, condition);
	if (condition->row_count == 0)
		return;
	table = table_create("lrrrrllrl");
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_add(table, "%s", heads[i]);
	for (i = 0; i < condition->row_count; i++)
		add_row(table, &condition->rows[i]);
	table_print(table, out);
	table_destroy(table);
}

void
compare_text(FILE *out, const struct compare *compare)
{
	size_t c;

	fprintf(out, "experiment %s: A is %s, B is %s\n",
	    compare->experiment->name, compare->names[0], compare->names[1]);
	for (c = 0; c < compare->condition_count; c++)
		print_condition(out, compare, &compare->conditions[c]);
	fprintf(out, "\n%zu comparisons; \"lower\" and \"higher\" are said where "
	    "p < 0.05 after Holm's\ncorrection for all of them. The interval "
	    "is of the mean difference of pairs\n(Student's t), the ratio is "
	    "the geometric mean of theirs.\n", compare->family);
	if (isnan(compare->variance_cut))
		fputs("What common seeds saved is not known: that takes three "
		    "pairs that differ.\n", out);
	else
		fprintf(out, "Common seeds cut the variance of a difference by "
		    "%.3g (median; \"seeds cut\" has it\nfor each row).\n",
		    compare->variance_cut);
}
