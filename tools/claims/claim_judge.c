/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/claims/claim_judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/scenario/plan.h"
#include "tools/stats/student.h"

const char *const claim_outcome_names[CLAIM_OUTCOMES] = {
	[CLAIM_HOLDS] = "holds",
	[CLAIM_FAILS] = "fails",
	[CLAIM_OPEN] = "open",
};

void
claim_values_init(struct claim_values *values, size_t parts, size_t points,
    size_t seeds)
{
	size_t i;

	values->points = points;
	values->seeds = seeds;
	values->values = must_alloc(parts * points * seeds, sizeof(double));
	for (i = 0; i < parts * points * seeds; i++)
		values->values[i] = NAN;
}

void
claim_values_fini(struct claim_values *values)
{

	free(values->values);
	values->values = NULL;
}

double *
claim_values_at(const struct claim_values *values, size_t part, size_t point,
    size_t seed)
{

	return (&values->values[(part * values->points + point) *
	    values->seeds + seed]);
}

struct claim_estimate
claim_estimate_of(const double *values, size_t count)
{
	struct claim_estimate estimate = { NAN, NAN, NAN, 0 };
	double half, mean, squares, value;
	bool positive;
	size_t i;

	positive = true;
	for (i = 0; i < count; i++) {
		estimate.count += isfinite(values[i]) ? 1 : 0;
		if (isfinite(values[i]) && values[i] <= 0)
			positive = false;
	}
	if (estimate.count == 0)
		return (estimate);
	mean = 0;
	for (i = 0; i < count; i++) {
		if (isfinite(values[i]))
			mean += positive ? log(values[i]) : values[i];
	}
	mean /= (double)estimate.count;
	squares = 0;
	for (i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			continue;
		value = positive ? log(values[i]) : values[i];
		squares += (value - mean) * (value - mean);
	}
	half = estimate.count < 2 ? INFINITY :
	    student_t975(estimate.count - 1) * sqrt(squares /
	    (double)(estimate.count - 1) / (double)estimate.count);
	estimate.mean = positive ? exp(mean) : mean;
	estimate.low = positive ? exp(mean - half) : mean - half;
	estimate.high = positive ? exp(mean + half) : mean + half;
	return (estimate);
}

enum claim_outcome
claim_outcome_of(const struct claim_part *part,
    const struct claim_estimate *estimate)
{
	double least, most, slack;

	slack = part->slack > 1 ? part->slack : 1;
	least = part->relation == CLAIM_AT_MOST ? -INFINITY :
	    part->published / slack;
	most = part->relation == CLAIM_AT_LEAST ? INFINITY :
	    part->published * slack;
	if (part->relation == CLAIM_SHOWN || estimate->count == 0)
		return (CLAIM_OPEN);
	if (estimate->low >= least && estimate->high <= most)
		return (CLAIM_HOLDS);
	if (estimate->high < least || estimate->low > most)
		return (CLAIM_FAILS);
	return (CLAIM_OPEN);
}

static bool
begins(const char *text, const char *with)
{

	return (strncmp(text, with, strlen(with)) == 0);
}

/* Whether each knob that `base` was swept over has the same value in `of`. */
static bool
same_knobs(const struct plan_point *base, const struct plan_point *of)
{
	size_t i, j;

	for (i = 0; i < base->knob_count; i++) {
		for (j = 0; j < of->knob_count; j++) {
			if (strcmp(base->knobs[i].knob, of->knobs[j].knob) == 0)
				break;
		}
		if (j == of->knob_count ||
		    strcmp(base->knobs[i].value, of->knobs[j].value) != 0)
			return (false);
	}
	return (true);
}

/* The point of the policy `label` in the same set-up, or that of none. */
static size_t
partner(const struct plan *plan, const char *label, size_t point)
{
	size_t i;

	for (i = 0; i < plan->point_count; i++) {
		if (strcmp(plan->points[i].policy->label, label) == 0 &&
		    same_knobs(&plan->points[i], &plan->points[point]))
			return (i);
	}
	return (plan->point_count);
}

static double
between(enum claim_between how, double of, double base)
{

	switch (how) {
	case CLAIM_OVER_BASE:
		return (of / base);
	case CLAIM_BASE_OVER:
		return (base / of);
	case CLAIM_LESS_BASE:
		return (of - base);
	default:
		return (of);
	}
}

static void
judge_row(const struct claim_part *part, size_t index,
    const struct plan *plan, const struct claim_values *values,
    struct claim_row *row)
{
	double *found;
	size_t base, seed;

	base = part->between == CLAIM_ALONE ? row->point :
	    partner(plan, part->base, row->point);
	found = must_alloc(values->seeds, sizeof(*found));
	for (seed = 0; seed < values->seeds; seed++) {
		found[seed] = base == plan->point_count ? NAN :
		    between(part->between,
		    *claim_values_at(values, index, row->point, seed),
		    *claim_values_at(values, index, base, seed));
	}
	row->estimate = claim_estimate_of(found, values->seeds);
	row->outcome = claim_outcome_of(part, &row->estimate);
	free(found);
}

void
claim_judge_part(const struct claim_part *part, size_t index,
    const struct plan *plan, const struct claim_values *values,
    struct claim_finding *finding)
{
	struct claim_row *row;
	size_t i;

	*finding = (struct claim_finding){ .outcome = CLAIM_OPEN };
	finding->rows = must_alloc(plan->point_count, sizeof(*finding->rows));
	for (i = 0; i < plan->point_count; i++) {
		if (!begins(plan->points[i].policy->label, part->of))
			continue;
		row = &finding->rows[finding->row_count++];
		row->point = i;
		judge_row(part, index, plan, values, row);
		finding->holds += row->outcome == CLAIM_HOLDS ? 1 : 0;
		finding->fails += row->outcome == CLAIM_FAILS ? 1 : 0;
	}
	if (finding->row_count == 0 || part->relation == CLAIM_SHOWN)
		return;
	if (finding->holds == finding->row_count ||
	    (part->somewhere && finding->holds > 0))
		finding->outcome = CLAIM_HOLDS;
	else if (finding->fails == finding->row_count)
		finding->outcome = CLAIM_FAILS;
}

void
claim_finding_fini(struct claim_finding *finding)
{

	free(finding->rows);
	finding->rows = NULL;
}

enum claim_verdict
claim_judge(const struct claim *claim, const struct claim_finding *findings)
{
	size_t fails, holds, i, judged;

	holds = fails = judged = 0;
	for (i = 0; i < claim->part_count; i++) {
		if (claim->parts[i].relation == CLAIM_SHOWN)
			continue;
		judged++;
		holds += findings[i].outcome == CLAIM_HOLDS ? 1 : 0;
		fails += findings[i].outcome == CLAIM_FAILS ? 1 : 0;
	}
	if (judged > 0 && holds == judged)
		return (CLAIM_REPRODUCED);
	if (judged > 0 && fails == judged)
		return (CLAIM_CONTRADICTED);
	return (CLAIM_NOT_AS_STATED);
}
