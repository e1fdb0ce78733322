/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "tools/claims/claim_out.h"
#include "tools/claims/claim_trial.h"
#include "tools/scenario/plan.h"

static const char *const relation_names[] = {
	[CLAIM_AT_LEAST] = "at_least",
	[CLAIM_AT_MOST] = "at_most",
	[CLAIM_ABOUT] = "about",
	[CLAIM_SHOWN] = "shown",
};

/* NULL: out of memory, or a text that is not UTF-8, which a bug of ours made. */
static json_t *
sure(json_t *value)
{

	if (value == NULL)
		abort();
	return (value);
}

static json_t *
text(const char *words)
{

	return (sure(json_string(words)));
}

static json_t *
number(double value)
{

	return (isfinite(value) ? sure(json_real(value)) : json_null());
}

static json_t *
row_json(const struct claim_trial *trial, const struct claim_row *row)
{
	const struct plan_point *point = &trial->plan->points[row->point];
	json_t *knobs, *item;
	size_t i;

	item = sure(json_object());
	knobs = sure(json_object());
	for (i = 0; i < point->knob_count; i++)
		json_object_set_new(knobs, point->knobs[i].knob,
		    text(point->knobs[i].value));
	json_object_set_new(item, "policy", text(point->policy->label));
	json_object_set_new(item, "knobs", knobs);
	json_object_set_new(item, "n",
	    sure(json_integer((json_int_t)row->estimate.count)));
	json_object_set_new(item, "mean", number(row->estimate.mean));
	json_object_set_new(item, "ci95_low", number(row->estimate.low));
	json_object_set_new(item, "ci95_high", number(row->estimate.high));
	json_object_set_new(item, "outcome",
	    text(claim_outcome_names[row->outcome]));
	return (item);
}

static json_t *
part_json(const struct claim_trial *trial, size_t index)
{
	const struct claim_part *part = &trial->claim->parts[index];
	const struct claim_finding *finding = &trial->findings[index];
	json_t *item, *rows;
	size_t i;

	item = sure(json_object());
	rows = sure(json_array());
	for (i = 0; i < finding->row_count; i++)
		json_array_append_new(rows, row_json(trial,
		    &finding->rows[i]));
	json_object_set_new(item, "what", text(part->what));
	json_object_set_new(item, "formula", text(part->formula));
	json_object_set_new(item, "unit", text(part->unit));
	json_object_set_new(item, "relation",
	    text(relation_names[part->relation]));
	json_object_set_new(item, "published",
	    part->relation == CLAIM_SHOWN ? json_null() :
	    number(part->published));
	json_object_set_new(item, "slack",
	    number(part->slack > 1 ? part->slack : 1));
	json_object_set_new(item, "best_is_enough",
	    json_boolean(part->somewhere));
	json_object_set_new(item, "outcome",
	    text(claim_outcome_names[finding->outcome]));
	json_object_set_new(item, "rows", rows);
	return (item);
}

static json_t *
claim_json(const struct claim_trial *trial)
{
	const struct claim *claim = trial->claim;
	json_t *item, *parts;
	size_t i;

	item = sure(json_object());
	parts = sure(json_array());
	for (i = 0; i < claim->part_count; i++)
		json_array_append_new(parts, part_json(trial, i));
	json_object_set_new(item, "id", text(claim->id));
	json_object_set_new(item, "claim", text(claim->says));
	json_object_set_new(item, "published", text(claim->published));
	json_object_set_new(item, "source", text(claim->source));
	json_object_set_new(item, "runs",
	    sure(json_integer((json_int_t)trial->runs)));
	json_object_set_new(item, "seeds",
	    sure(json_integer((json_int_t)trial->plan->seed_count)));
	json_object_set_new(item, "verdict",
	    text(claim_verdict_names[trial->verdict]));
	json_object_set_new(item, "recorded",
	    text(claim_verdict_names[claim->recorded]));
	json_object_set_new(item, "reason", text(claim->reason));
	json_object_set_new(item, "parts", parts);
	return (item);
}

void
claim_json_print(const struct claim_trial *trials, size_t count)
{
	json_t *list;
	size_t i;

	list = sure(json_array());
	for (i = 0; i < count; i++)
		json_array_append_new(list, claim_json(&trials[i]));
	json_dumpf(list, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(list);
}
