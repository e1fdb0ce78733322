/*
 * A comparison for a machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "tools/compare/compare.h"

static json_t *
number(double value)
{

	return (isfinite(value) ? json_real(value) : json_null());
}

static json_t *
interval(double low, double high)
{

	return (json_pack("[o, o]", number(low), number(high)));
}

static json_t *
row_object(const struct compare_row *row)
{
	const struct paired *paired = &row->paired;
	json_t *object;

	object = json_pack("{s:s, s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, "
	    "s:o, s:o}", "name", row->metric->name, "stat", row->metric->stat,
	    "unit", row->metric->unit, "n", (json_int_t)paired->n,
	    "median_a", number(paired->median_a),
	    "median_b", number(paired->median_b),
	    "mean_a", number(paired->mean_a), "mean_b", number(paired->mean_b),
	    "difference", number(paired->difference),
	    "difference_ci95", interval(paired->low, paired->high),
	    "ratio", number(paired->ratio),
	    "ratio_ci95", interval(paired->ratio_low, paired->ratio_high));
	json_object_update_new(object, json_pack("{s:o, s:o, s:o, s:I, s:I, "
	    "s:s, s:s, s:b}", "p", number(paired->p),
	    "p_holm", number(row->p),
	    "variance_cut", number(paired->variance_cut),
	    "pairs_above", (json_int_t)paired->above,
	    "pairs_below", (json_int_t)paired->below,
	    "verdict", compare_verdict_names[row->verdict],
	    "opinion", compare_opinion(row),
	    "is_bound", row->bound ? 1 : 0));
	return (object);
}

static json_t *
side_object(const struct compare *compare,
    const struct compare_condition *condition, int i)
{
	const struct report_point *point = condition->points[i];
	json_t *object;
	int status;

	object = json_pack("{s:s, s:s, s:I, s:I, s:I}", "side",
	    compare->names[i], "policy", point->policy,
	    "point_id", (json_int_t)point->id,
	    "runs", (json_int_t)point->run_count,
	    "without_partner", (json_int_t)condition->alone[i]);
	for (status = 0; status < REPORT_STATUSES; status++)
		json_object_set_new(object, report_status_names[status],
		    json_integer((json_int_t)point->status[status]));
	return (object);
}

void
compare_json(FILE *out, const struct compare *compare)
{
	const struct compare_condition *condition;
	json_t *conditions, *document, *rows;
	size_t c, i;

	conditions = json_array();
	for (c = 0; c < compare->condition_count; c++) {
		condition = &compare->conditions[c];
		rows = json_array();
		for (i = 0; i < condition->row_count; i++)
			json_array_append_new(rows,
			    row_object(&condition->rows[i]));
		json_array_append_new(conditions, json_pack("{s:s, s:I, s:o, "
		    "s:o, s:o}", "condition", condition->label,
		    "pairs", (json_int_t)condition->pairs,
		    "a", side_object(compare, condition, 0),
		    "b", side_object(compare, condition, 1),
		    "metrics", rows));
	}
	document = json_pack("{s:s, s:s, s:s, s:I, s:o, s:o}",
	    "experiment", compare->experiment->name,
	    "a", compare->names[0], "b", compare->names[1],
	    "comparisons", (json_int_t)compare->family,
	    "variance_cut", number(compare->variance_cut),
	    "conditions", conditions);
	json_dumpf(document, out, JSON_INDENT(2) | JSON_REAL_PRECISION(17));
	putc('\n', out);
	json_decref(document);
}
