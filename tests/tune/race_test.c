/*
 * race_test - does the race find what is best, and for how few runs?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "tests/tune/landscape.h"

static void
make_heavy(struct landscape *landscape, bool heavy)
{

	landscape->heavy = heavy;
	if (heavy)
		landscape->own = 0.1;
}

/* How much worse the candidate truly is than the best of those allowed. */
static double
true_regret(const struct landscape *landscape, size_t candidate,
    size_t points)
{
	double least;
	size_t i;

	least = INFINITY;
	for (i = 0; i < points; i++) {
		if (landscape->latency[i] <= 2 && i != landscape->fails)
			least = fmin(least, landscape->truth[i][0]);
	}
	return (landscape->truth[candidate][0] / least - 1);
}

/*
 * How many seeds a full grid needs, so that the best of its means is as near
 * to the truth as the race's choice: in 95 of 100 landscapes.
 */
static size_t
grid_needs(bool heavy)
{
	static struct landscape landscape;
	static double sums[POINTS];
	size_t best, block, good[SEEDS], i, n;
	uint64_t seed;

	memset(good, 0, sizeof(good));
	for (seed = 1; seed <= LANDSCAPES; seed++) {
		make_bowl(&landscape, seed);
		make_heavy(&landscape, heavy);
		memset(sums, 0, sizeof(sums));
		for (block = 0; block < SEEDS; block++) {
			best = 0;
			for (i = 0; i < POINTS; i++) {
				sums[i] += landscape.truth[i][0] * (1 +
				    noise(&landscape, "common", 0, block,
				    landscape.common) + noise(&landscape,
				    "own", i * 64, block, landscape.own));
				if (sums[i] < sums[best])
					best = i;
			}
			good[block] += true_regret(&landscape, best, POINTS) <=
			    0.03;
		}
	}
	for (n = SEEDS; n > 0 && good[n - 1] >= 95; n--)
		continue;
	return (n + 1);
}

static void
race_landscapes(bool heavy, size_t *good, uint64_t *asked)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	uint64_t seed;

	rules = plain_rules();
	*good = 0;
	*asked = 0;
	for (seed = 1; seed <= LANDSCAPES; seed++) {
		make_bowl(&landscape, seed);
		make_heavy(&landscape, heavy);
		race = race_over(&landscape, &rules, POINTS);
		cr_expect_eq(race->runs, landscape.asked);
		*good += race->incumbent != SIZE_MAX &&
		    true_regret(&landscape, race->incumbent, POINTS) <= 0.03;
		*asked += race->runs;
		race_free(race);
	}
}

static void
report(const char *what, size_t good, uint64_t asked, size_t needed)
{

	fprintf(stderr, "race, %s: within 3 %% of the best in %zu of %d, %.1f "
	    "runs to a point; a grid of %d seeds has %.1f times as many, one "
	    "that is as often right %.1f times\n", what, good, LANDSCAPES,
	    (double)asked / LANDSCAPES / POINTS, SEEDS,
	    (double)SEEDS * LANDSCAPES * POINTS / (double)asked,
	    (double)needed * LANDSCAPES * POINTS / (double)asked);
}

Test(race, finds_the_best_with_a_fifth_of_the_runs_of_the_grid)
{
	uint64_t asked;
	size_t good, needed;

	race_landscapes(false, &good, &asked);
	needed = grid_needs(false);
	report("even noise", good, asked, needed);
	cr_expect_geq(good, 95, "%zu", good);
	/* Also of a grid that has no more seeds than it needs. */
	cr_expect_geq((uint64_t)needed * LANDSCAPES * POINTS, 5 * asked);
}

Test(race, finds_it_under_heavy_tails)
{
	uint64_t asked;
	size_t good;

	race_landscapes(true, &good, &asked);
	report("heavy tails", good, asked, grid_needs(true));
	cr_expect_geq(good, 95, "%zu", good);
	cr_expect_geq((uint64_t)SEEDS * LANDSCAPES * POINTS, 5 * asked);
}

/* --- ties --------------------------------------------------------------------- */

enum { FEW = 12 };

static void
make_flat(struct landscape *landscape, uint64_t seed)
{
	size_t i;

	make_bowl(landscape, seed);
	landscape->own = 0.05;
	for (i = 0; i < POINTS; i++)
		landscape->truth[i][0] = 1000;
}

Test(race, stops_within_the_indifference_where_all_are_alike)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race_gap gap;
	struct race *race;
	size_t early, kept;
	uint64_t seed;

	rules = plain_rules();
	early = kept = 0;
	for (seed = 1; seed <= LANDSCAPES; seed++) {
		make_flat(&landscape, seed);
		race = race_over(&landscape, &rules, FEW);
		early += race->end == RACE_INDIFFERENT;
		/* To be proposed a candidate beats the reference for sure. */
		gap = race_gap(race, &race->frame, 0, race->incumbent);
		kept += race->incumbent == 0 || race_gap_low(&gap, 0.95) <=
		    rules.indifference;
		race_free(race);
	}
	fprintf(stderr, "race, all alike: ends before the seeds do in %zu of "
	    "%d, keeps the reference in %zu\n", early, LANDSCAPES, kept);
	cr_expect_geq(early, 95, "%zu", early);
	cr_expect_geq(kept, 95, "%zu", kept);
}

Test(race, what_is_equal_to_the_bit_stays_with_the_reference)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;

	rules = plain_rules();
	make_flat(&landscape, 1);
	landscape.own = 0;
	race = race_over(&landscape, &rules, FEW);
	cr_expect_eq(race->end, RACE_INDIFFERENT);
	cr_expect_eq(race->incumbent, 0);
	cr_expect_eq(race->frame.n, rules.first);
	race_free(race);
}

/* --- limits and failures ------------------------------------------------------ */

static size_t
best_of(const struct landscape *landscape, double most)
{
	size_t best, i;

	best = SIZE_MAX;
	for (i = 0; i < POINTS; i++) {
		if (landscape->latency[i] <= most && (best == SIZE_MAX ||
		    landscape->truth[i][0] < landscape->truth[best][0]))
			best = i;
	}
	return (best);
}

Test(race, puts_out_the_best_where_it_breaks_a_limit)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	size_t best, good;
	uint64_t seed;

	rules = plain_rules();
	good = 0;
	for (seed = 1; seed <= LANDSCAPES; seed++) {
		make_bowl(&landscape, seed);
		landscape.own = 0.05;
		best = best_of(&landscape, 2);
		landscape.latency[best] = 2.5;
		race = race_over(&landscape, &rules, POINTS);
		cr_expect_eq(race->candidates[best].standing, RACE_BROKEN);
		good += true_regret(&landscape, race->incumbent, POINTS) <=
		    0.03;
		race_free(race);
	}
	cr_expect_geq(good, 95, "%zu", good);
}

Test(race, says_so_where_nobody_keeps_the_limit)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;

	rules = plain_rules();
	rules.limits[0].bound = 0.5;
	make_bowl(&landscape, 1);
	race = race_over(&landscape, &rules, POINTS);
	cr_expect_eq(race->end, RACE_NOBODY);
	cr_expect_eq(race->incumbent, SIZE_MAX);
	cr_expect_eq(race->runs, (uint64_t)POINTS * rules.first);
	race_free(race);
}

Test(race, does_not_decide_what_lies_at_the_limit)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	size_t best;

	rules = plain_rules();
	make_bowl(&landscape, 3);
	landscape.own = 0.02;
	best = best_of(&landscape, 2);
	landscape.truth[best][0] *= 0.8;
	landscape.latency[best] = 2.0001;
	race = race_over(&landscape, &rules, POINTS);
	cr_expect_eq(race->candidates[best].standing, RACE_IN);
	cr_expect_eq(race->end, RACE_SEEDS);
	race_free(race);
}

Test(race, a_failed_run_never_ranks)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;

	rules = plain_rules();
	make_bowl(&landscape, 7);
	landscape.own = 0.05;
	landscape.fails = best_of(&landscape, 2);
	race = race_over(&landscape, &rules, POINTS);
	cr_expect_eq(race->candidates[landscape.fails].standing, RACE_FAILED);
	cr_expect_str_eq(race->candidates[landscape.fails].why,
	    "seed 2 crashed");
	cr_expect_neq(race->incumbent, landscape.fails);
	cr_expect_leq(true_regret(&landscape, race->incumbent, POINTS), 0.03);
	race_free(race);
}

Test(race, goes_on_where_the_reference_itself_fails)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;

	rules = plain_rules();
	make_bowl(&landscape, 9);
	landscape.own = 0.05;
	landscape.fails = 0;
	race = race_over(&landscape, &rules, POINTS);
	cr_expect_eq(race->candidates[0].standing, RACE_FAILED);
	cr_expect_leq(true_regret(&landscape, race->incumbent, POINTS), 0.03);
	race_free(race);
}

/* --- scenarios ---------------------------------------------------------------- */

/* Candidate i is best in scenario i, and 30 % worse in the others but one. */
static void
make_rivals(struct landscape *landscape)
{
	size_t i;

	make_bowl(landscape, 5);
	landscape->own = 0.05;
	for (i = 0; i < FEW; i++) {
		landscape->truth[i][0] = i == 1 ? 1e6 : i == 3 ? 1.1e6 : 1.3e6;
		landscape->truth[i][1] = i == 2 ? 8 : i == 3 ? 8.8 : i == 1 ?
		    20 : 10.4;
		landscape->truth[i][2] = 50;
	}
}

Test(race, weighs_scenarios_whose_scales_differ_by_regret)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	double score;

	rules = plain_rules();
	rules.scenario_count = 3;
	rules.weights[1] = rules.weights[2] = 1;
	make_rivals(&landscape);
	race = race_over(&landscape, &rules, FEW);
	/* 3 is the best of none, and 10 % from the best of each. */
	cr_expect_eq(race->incumbent, 3);
	score = race_score(race, &race->frame, 3);
	cr_expect(score > 0.07 && score < 0.13, "%g", score);
	race_free(race);

	rules.across = RACE_MEAN;
	race = race_over(&landscape, &rules, FEW);
	cr_expect_eq(race->incumbent, 3);
	score = race_score(race, &race->frame, 3);
	cr_expect(score > 0.02 && score < 0.12, "%g", score);
	race_free(race);
}

Test(race, can_want_the_largest)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;
	size_t i;

	rules = plain_rules();
	rules.goals[0].largest = true;
	make_flat(&landscape, 2);
	for (i = 0; i < FEW; i++)
		landscape.truth[i][0] = i == 7 ? 1500 : 1000;
	race = race_over(&landscape, &rules, FEW);
	cr_expect_eq(race->incumbent, 7);
	cr_expect_eq(race->end, RACE_ALONE);
	race_free(race);
}

/* --- what does not count -------------------------------------------------------- */

Test(race, does_not_depend_on_the_order_of_the_answers)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *one, *two;
	size_t i;

	rules = plain_rules();
	make_bowl(&landscape, 11);
	one = race_over(&landscape, &rules, POINTS);
	landscape.backwards = true;
	two = race_over(&landscape, &rules, POINTS);
	cr_expect_eq(one->incumbent, two->incumbent);
	cr_expect_eq(one->runs, two->runs);
	for (i = 0; i < POINTS; i++) {
		cr_expect_eq(one->candidates[i].standing,
		    two->candidates[i].standing);
		cr_expect_eq(one->candidates[i].out_at,
		    two->candidates[i].out_at);
	}
	race_free(one);
	race_free(two);
}

Test(race, asks_for_no_more_runs_than_are_allowed)
{
	static struct landscape landscape;
	struct race_rules rules;
	struct race *race;

	rules = plain_rules();
	rules.runs_most = POINTS * 6;
	make_bowl(&landscape, 13);
	race = race_over(&landscape, &rules, POINTS);
	cr_expect_eq(race->end, RACE_RUNS);
	cr_expect_leq(race->runs, rules.runs_most);
	cr_expect_neq(race->incumbent, SIZE_MAX);
	race_free(race);
}
