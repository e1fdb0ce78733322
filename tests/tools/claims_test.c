/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "tools/claims/claim_judge.h"
#include "tools/claims/claim_trial.h"
#include "tools/scenario/plan.h"

static void
near(double given, double wanted)
{

	cr_assert(fabs(given - wanted) <= 1e-6 * fmax(1, fabs(wanted)),
	    "%.9g is not %.9g", given, wanted);
}

Test(claims, interval_of_values_of_both_signs_is_that_of_student)
{
	const double values[] = { -1, 0, 4 };
	struct claim_estimate estimate;

	estimate = claim_estimate_of(values, 3);
	near(estimate.mean, 1);
	/* s = sqrt(7), t(2) = 4.302653 */
	near(estimate.high - 1, 4.3026527297 * sqrt(7.0 / 3));
	near(1 - estimate.low, 4.3026527297 * sqrt(7.0 / 3));
	cr_assert_eq(estimate.count, 3);
}

Test(claims, interval_of_positive_values_is_of_their_logarithms)
{
	const double values[] = { 1, 4, 16 };
	struct claim_estimate estimate;
	double half;

	estimate = claim_estimate_of(values, 3);
	near(estimate.mean, 4);
	half = 4.3026527297 * log(4) / sqrt(3);
	near(estimate.low, 4 * exp(-half));
	near(estimate.high, 4 * exp(half));
}

Test(claims, values_that_were_not_measured_do_not_count)
{
	const double some[] = { NAN, 2, NAN, 2 }, one[] = { NAN, 3 };
	const double none[] = { NAN, INFINITY };
	struct claim_estimate estimate;

	estimate = claim_estimate_of(some, 4);
	cr_assert_eq(estimate.count, 2);
	near(estimate.low, 2);
	near(estimate.high, 2);
	/* One value has no interval, so it decides nothing. */
	estimate = claim_estimate_of(one, 2);
	near(estimate.mean, 3);
	cr_assert_eq(estimate.low, 0);
	cr_assert(isinf(estimate.high));
	estimate = claim_estimate_of(none, 2);
	cr_assert_eq(estimate.count, 0);
	cr_assert(isnan(estimate.mean));
}

static enum claim_outcome
outcome(enum claim_relation relation, double published, double slack,
    double low, double high)
{
	struct claim_part part = { .relation = relation,
		.published = published, .slack = slack };
	struct claim_estimate estimate = { (low + high) / 2, low, high, 3 };

	return (claim_outcome_of(&part, &estimate));
}

Test(claims, an_interval_holds_fails_or_is_open)
{

	cr_assert_eq(outcome(CLAIM_AT_LEAST, 3, 0, 3, 4), CLAIM_HOLDS);
	cr_assert_eq(outcome(CLAIM_AT_LEAST, 3, 0, 2, 4), CLAIM_OPEN);
	cr_assert_eq(outcome(CLAIM_AT_LEAST, 3, 0, 1, 2), CLAIM_FAILS);
	cr_assert_eq(outcome(CLAIM_AT_MOST, 3, 0, 1, 3), CLAIM_HOLDS);
	cr_assert_eq(outcome(CLAIM_AT_MOST, 3, 0, 2, 4), CLAIM_OPEN);
	cr_assert_eq(outcome(CLAIM_AT_MOST, 3, 0, 3.1, 4), CLAIM_FAILS);
	/* Not above nothing: what never happened is no wait. */
	cr_assert_eq(outcome(CLAIM_AT_MOST, 0, 0, 0, 0), CLAIM_HOLDS);
	cr_assert_eq(outcome(CLAIM_AT_MOST, 1, 1.02, 1, 1.01), CLAIM_HOLDS);
	cr_assert_eq(outcome(CLAIM_ABOUT, 1, 2, 0.5, 2), CLAIM_HOLDS);
	cr_assert_eq(outcome(CLAIM_ABOUT, 1, 2, 0.4, 1), CLAIM_OPEN);
	cr_assert_eq(outcome(CLAIM_ABOUT, 1, 2, 2.1, 3), CLAIM_FAILS);
	cr_assert_eq(outcome(CLAIM_ABOUT, 1, 2, 0.1, 0.2), CLAIM_FAILS);
	cr_assert_eq(outcome(CLAIM_SHOWN, 1, 2, 1, 1), CLAIM_OPEN);
}

Test(claims, a_verdict_needs_all_parts)
{
	struct claim claim = { .part_count = 3, .parts = {
		{ .relation = CLAIM_AT_MOST }, { .relation = CLAIM_ABOUT },
		{ .relation = CLAIM_SHOWN } } };
	struct claim_finding findings[3] = { { .outcome = CLAIM_HOLDS },
		{ .outcome = CLAIM_HOLDS }, { .outcome = CLAIM_OPEN } };

	cr_assert_eq(claim_judge(&claim, findings), CLAIM_REPRODUCED);
	findings[1].outcome = CLAIM_FAILS;
	cr_assert_eq(claim_judge(&claim, findings), CLAIM_NOT_AS_STATED);
	findings[0].outcome = CLAIM_FAILS;
	cr_assert_eq(claim_judge(&claim, findings), CLAIM_CONTRADICTED);
	findings[1].outcome = CLAIM_OPEN;
	cr_assert_eq(claim_judge(&claim, findings), CLAIM_NOT_AS_STATED);
	/* What is only shown decides nothing. */
	claim.parts[0].relation = claim.parts[1].relation = CLAIM_SHOWN;
	cr_assert_eq(claim_judge(&claim, findings), CLAIM_NOT_AS_STATED);
}

static const char two_policies[] =
    "name: two\n"
    "workload: {slot_churn: {}}\n"
    "policies:\n"
    "  - {name: gus, label: base}\n"
    "  - {name: gus, label: other-a}\n"
    "  - {name: gus, label: other-b}\n"
    "sweep:\n"
    "  - {knob: machine.cpus, over: [2, 4]}\n"
    "  - {knob: machine.hz, over: [100, 1000], when: {policy: other-b}}\n"
    "seeds: {from: 1, count: 2}\n";

/* Values so that each ratio tells which runs were paired. */
static void
judge_two(const struct claim_part *part, struct claim_finding *finding,
    struct scenario **scenario, struct plan **plan)
{
	struct claim_values values;
	struct err err;
	size_t point, seed;

	*scenario = scenario_parse("two.yaml", two_policies,
	    sizeof(two_policies) - 1, NULL, 0, &err);
	cr_assert_not_null(*scenario, "%s", err.text);
	*plan = plan_make(*scenario, 0, &err);
	cr_assert_not_null(*plan, "%s", err.text);
	cr_assert_eq((*plan)->point_count, 8);
	claim_values_init(&values, 1, 8, 2);
	for (point = 0; point < 8; point++) {
		for (seed = 0; seed < 2; seed++)
			*claim_values_at(&values, 0, point, seed) =
			    pow(2, (double)point);
	}
	claim_judge_part(part, 0, *plan, &values, finding);
	claim_values_fini(&values);
}

Test(claims, policies_are_compared_in_the_same_set_up)
{
	struct claim_part part = { .of = "other-", .base = "base",
		.between = CLAIM_OVER_BASE, .relation = CLAIM_AT_LEAST,
		.published = 8 };
	/* Points: base 2, 4; a 2, 4; b 2/100, 2/1000, 4/100, 4/1000. */
	const double wanted[] = { 4, 4, 16, 32, 32, 64 };
	struct claim_finding finding;
	struct scenario *scenario;
	struct plan *plan;
	size_t i;

	judge_two(&part, &finding, &scenario, &plan);
	cr_assert_eq(finding.row_count, 6);
	for (i = 0; i < 6; i++)
		near(finding.rows[i].estimate.mean, wanted[i]);
	cr_assert_eq(finding.holds, 4);
	cr_assert_eq(finding.fails, 2);
	cr_assert_eq(finding.outcome, CLAIM_OPEN);
	claim_finding_fini(&finding);
	plan_free(plan);
	scenario_free(scenario);

	part.somewhere = true;
	judge_two(&part, &finding, &scenario, &plan);
	cr_assert_eq(finding.outcome, CLAIM_HOLDS);
	claim_finding_fini(&finding);
	plan_free(plan);
	scenario_free(scenario);

	part.between = CLAIM_BASE_OVER;
	judge_two(&part, &finding, &scenario, &plan);
	near(finding.rows[5].estimate.mean, 1.0 / 64);
	cr_assert_eq(finding.outcome, CLAIM_FAILS);
	claim_finding_fini(&finding);
	plan_free(plan);
	scenario_free(scenario);
}

/* How many policies of the plan begin so. */
static size_t
labels(const struct plan *plan, const char *with)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < plan->point_count; i++)
		count += strncmp(plan->points[i].policy->label, with,
		    strlen(with)) == 0 ? 1 : 0;
	return (count);
}

static void
check_part(const struct claim *claim, const struct claim_part *part,
    const struct plan *plan)
{

	cr_assert(strlen(part->what) > 0 && strlen(part->formula) > 0 &&
	    strlen(part->unit) > 0);
	cr_assert_not_null(part->value);
	cr_assert(labels(plan, part->of) > 0, "%s: no policy is %s",
	    claim->id, part->of);
	cr_assert_eq(part->base != NULL, part->between != CLAIM_ALONE,
	    "%s: %s", claim->id, part->what);
	cr_assert(part->base == NULL || labels(plan, part->base) > 0,
	    "%s: no policy is %s", claim->id, part->base);
	cr_assert(part->relation != CLAIM_ABOUT || part->slack > 1,
	    "%s: about what?", claim->id);
}

Test(claims, each_has_a_scenario_a_source_and_a_reason)
{
	struct claim_trial trial;
	const struct claim *claim;
	struct run_spec spec;
	struct err err;
	size_t i, j;

	for (i = 0; i < claim_count; i++) {
		claim = &claim_table[i];
		cr_assert_eq(claim_find(claim->id), claim, "%s is there twice",
		    claim->id);
		cr_assert(strlen(claim->source) > 0 &&
		    strlen(claim->published) > 0 && strlen(claim->says) > 0);
		cr_assert(strlen(claim->reason) > 20, "%s: no reason",
		    claim->id);
		cr_assert(claim->recorded != CLAIM_NO_ANSWER);
		cr_assert_eq(claim_trial_begin(&trial, claim, &err), 0, "%s",
		    err.text);
		cr_assert(trial.plan->seed_count >= 3, "%s", claim->id);
		for (j = 0; j < claim->part_count; j++)
			check_part(claim, &claim->parts[j], trial.plan);
		for (j = 0; j < trial.plan->point_count; j++)
			cr_assert_eq(plan_spec(trial.plan, j, 1, &spec, &err),
			    0, "%s: %s", claim->id, err.text);
		claim_trial_end(&trial);
	}
	cr_assert_null(claim_find("q99"));
	cr_assert_str_eq(claim_nearest("vm71"), "vm17");
}
