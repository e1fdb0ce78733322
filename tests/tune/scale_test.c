/*
 * scale_test - who says how good a candidate could be in a scenario?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/tune/landscape.h"

enum { REFERENCE, STEADY, NEARLY, SPECIAL, KINDS };

/*
 * SPECIAL is by far the best in the first scenario and hopeless in the second,
 * so it is put out at once.  Against it STEADY is worse by 30 % and NEARLY by
 * 33 %; without it, by 15 % (in the second) and by 2 %.
 */
static void
make_special(struct landscape *landscape, uint64_t seed)
{
	static const double truth[KINDS][2] = { { 1.6, 1.5 }, { 1.3, 1.15 },
		{ 1.33, 1 }, { 1, 3 } };
	size_t i, j;

	make_bowl(landscape, seed);
	landscape->own = 0.02;
	for (i = 0; i < KINDS; i++)
		for (j = 0; j < 2; j++)
			landscape->truth[i][j] = truth[i][j] * 1e6;
}

static struct race_rules
special_rules(void)
{
	struct race_rules rules;

	rules = plain_rules();
	rules.scenario_count = 2;
	rules.weights[1] = 1;
	rules.indifference = 0.005;
	return (rules);
}

/* The worst over scenarios of what a table of them shows. */
static double
worst_shown(const struct race *race, size_t candidate)
{
	struct race_gap gap;
	double worst;
	size_t i;

	worst = -INFINITY;
	for (i = 0; i < race->rules.scenario_count; i++) {
		gap = race_regret_in(race, &race->frame, i, candidate);
		worst = fmax(worst, gap.difference);
	}
	return (worst);
}

Test(scale, who_was_put_out_still_says_what_a_scenario_can_be)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	double score;
	size_t good, later;
	uint64_t seed;

	rules = special_rules();
	good = later = 0;
	for (seed = 1; seed <= LANDSCAPES; seed++) {
		make_special(&landscape, seed);
		race = race_over(&landscape, &rules, KINDS);
		cr_expect_eq(race->candidates[SPECIAL].standing, RACE_WORSE);
		cr_expect_eq(race->frame.leader[0], SPECIAL);
		later += race->candidates[SPECIAL].blocks < race->frame.n;
		good += race->incumbent == STEADY;
		/* In pairs: common noise of 30 % leaves it as near as this. */
		score = race_score(race, &race->frame, STEADY);
		cr_expect(score > 0.24 && score < 0.36, "%g", score);
		cr_expect_float_eq(worst_shown(race, race->incumbent),
		    race_score(race, &race->frame, race->incumbent), 1e-12);
		cr_expect_float_eq(worst_shown(race, REFERENCE),
		    race_score(race, &race->frame, REFERENCE), 1e-12);
		race_free(race);
	}
	fprintf(stderr, "race, the best of one scenario put out: right in %zu "
	    "of %d, %zu of them after it had gone\n", good, LANDSCAPES,
	    later);
	cr_expect_geq(good, 95, "%zu", good);
	cr_expect_geq(later, LANDSCAPES / 2, "%zu", later);
}

Test(scale, who_breaks_a_limit_or_fails_sets_no_scale)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	int fails;

	rules = special_rules();
	for (fails = 0; fails < 2; fails++) {
		make_special(&landscape, 1);
		if (fails)
			landscape.fails = SPECIAL;
		else
			landscape.latency[SPECIAL] = 2.5;
		race = race_over(&landscape, &rules, KINDS);
		cr_expect_eq(race->incumbent, NEARLY);
		cr_expect_eq(race->frame.leader[0], STEADY);
		cr_expect_eq(race->frame.leader[1], NEARLY);
		cr_expect_float_eq(race_score(race, &race->frame, NEARLY),
		    0.03 / 1.3, 0.02);
		race_free(race);
	}
}
