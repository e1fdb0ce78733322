/*
 * search_test - does the search find a good point among very many?
 *
 * Bowls over four knobs of 24 values each, tilted so that knobs matter together,
 * and seen through noise.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/must.h"
#include "sim/base/rng.h"
#include "tools/scenario/plan.h"
#include "tools/tune/race.h"
#include "tools/tune/search.h"

enum { KNOBS = 4, ROWS = 24, POINTS = ROWS * ROWS * ROWS * ROWS,
	LANDSCAPES = 40, BUDGET = 3000 };

struct landscape {
	uint64_t seed;
	double bottom[KNOBS];
	double slope[KNOBS];
	double noise;
	uint32_t (*rows)[KNOBS];
	size_t points;
	size_t *of;		/* the point of each candidate */
	struct race *race;
	uint64_t asked;
};

static uint32_t every[POINTS][KNOBS];

static void
fill_rows(void)
{
	size_t i, j, rest;

	for (i = 0; i < POINTS; i++) {
		rest = i;
		for (j = 0; j < KNOBS; j++) {
			every[i][j] = (uint32_t)(rest % ROWS);
			rest /= ROWS;
		}
	}
}

static double
truth(const struct landscape *landscape, size_t point)
{
	double apart[KNOBS], sum;
	size_t i;

	sum = 1;
	for (i = 0; i < KNOBS; i++) {
		apart[i] = landscape->rows[point][i] == PLAN_NO_ROW ? 0 :
		    ((double)landscape->rows[point][i] -
		    landscape->bottom[i]) / ROWS;
		sum += landscape->slope[i] * apart[i] * apart[i];
	}
	/* Two of them pull at each other. */
	return (sum + apart[0] * apart[1]);
}

static void
make(struct landscape *landscape, uint64_t seed)
{
	struct rng rng;
	size_t i;

	memset(landscape, 0, sizeof(*landscape));
	rng_init(&rng, seed, "valley", 0);
	for (i = 0; i < KNOBS; i++) {
		landscape->bottom[i] = (double)rng_below(&rng, ROWS);
		landscape->slope[i] = 1 + (double)rng_below(&rng, 300) / 100;
	}
	landscape->seed = seed;
	landscape->noise = 0.05;
	landscape->rows = every;
	landscape->points = POINTS;
}

static int
evaluate(void *context, struct race *race, const struct race_task *tasks,
    size_t count)
{
	struct landscape *landscape = context;
	struct rng rng;
	double value;
	size_t i, j;

	for (i = 0; i < count; i++) {
		rng_init(&rng, landscape->seed * 1000 + tasks[i].block, "own",
		    tasks[i].candidate);
		value = -6;
		for (j = 0; j < 12; j++)
			value += (double)(rng_next(&rng) >> 11) /
			    9007199254740992.0;
		value = truth(landscape, landscape->of[tasks[i].candidate]) *
		    (1 + landscape->noise * value);
		race_answer(race, tasks[i].candidate, tasks[i].block, 0,
		    &value);
		landscape->asked++;
	}
	return (0);
}

static size_t
enter(void *context, size_t point)
{
	struct landscape *landscape = context;
	size_t candidate;

	candidate = race_add(landscape->race);
	landscape->of = must_grow(landscape->of, candidate,
	    sizeof(*landscape->of));
	landscape->of[candidate] = point;
	return (candidate);
}

/* Ends with the winner's point; the reference is point 0. */
static size_t
search(struct landscape *landscape, uint64_t budget)
{
	const struct search_rules rules = { budget, 1, 60 };
	const struct search_client client = { enter, landscape };
	const struct race_client race_client = { evaluate, NULL, NULL,
		landscape };
	struct search_space space;
	struct race_rules race_rules;
	size_t winner;

	memset(&race_rules, 0, sizeof(race_rules));
	race_rules.scenario_count = 1;
	race_rules.weights[0] = 1;
	race_rules.goal_count = 1;
	race_rules.goals[0].weight = 1;
	race_rules.indifference = 0.03;
	race_rules.first = 5;
	landscape->race = race_create(&race_rules, &race_client);
	(void)enter(landscape, 0);
	search_space_of(&space, &landscape->rows[0][0], landscape->points,
	    KNOBS);
	search_run(landscape->race, &space, &rules, &client);
	winner = landscape->race->incumbent;
	cr_assert_neq(winner, SIZE_MAX);
	winner = landscape->of[winner];
	cr_expect_leq(landscape->race->runs, budget);
	cr_expect_eq(landscape->race->runs, landscape->asked);
	search_space_fini(&space);
	race_free(landscape->race);
	free(landscape->of);
	landscape->of = NULL;
	return (winner);
}

static double
best_truth(const struct landscape *landscape)
{
	double best;
	size_t i;

	best = INFINITY;
	for (i = 0; i < landscape->points; i++)
		best = fmin(best, truth(landscape, i));
	return (best);
}

Test(search, finds_a_point_within_5_percent_among_331776)
{
	static struct landscape landscape;
	size_t good, winner;
	uint64_t seed;

	fill_rows();
	good = 0;
	for (seed = 1; seed <= LANDSCAPES; seed++) {
		make(&landscape, seed);
		winner = search(&landscape, BUDGET);
		good += truth(&landscape, winner) <= 1.05 *
		    best_truth(&landscape);
	}
	fprintf(stderr, "search: within 5 %% of the best of %d points in %zu "
	    "of %d landscapes, with at most %d runs each\n", POINTS, good,
	    LANDSCAPES, BUDGET);
	cr_expect_geq(good * 100, 90 * LANDSCAPES, "%zu", good);
}

Test(search, is_the_same_twice)
{
	static struct landscape one, two;

	fill_rows();
	make(&one, 77);
	make(&two, 77);
	cr_expect_eq(search(&one, BUDGET), search(&two, BUDGET));
	cr_expect_eq(one.asked, two.asked);
}

Test(search, keeps_within_a_small_budget)
{
	static struct landscape landscape;

	fill_rows();
	make(&landscape, 5);
	(void)search(&landscape, 120);
	cr_expect_leq(landscape.asked, 120);
}

/* Points of a plan with a filter, and a knob that does not always apply. */
Test(search, steps_over_holes_and_knobs_that_do_not_apply)
{
	static struct landscape landscape;
	static uint32_t rows[POINTS][KNOBS];
	size_t i, winner;

	fill_rows();
	make(&landscape, 9);
	landscape.points = 0;
	for (i = 0; i < POINTS; i++) {
		/* The last knob applies above the middle of the third. */
		if ((every[i][0] + every[i][1]) % 3 == 1 ||
		    (every[i][2] < ROWS / 2 && every[i][3] != 0))
			continue;
		memcpy(rows[landscape.points], every[i], sizeof(rows[0]));
		if (every[i][2] < ROWS / 2)
			rows[landscape.points][3] = PLAN_NO_ROW;
		landscape.points++;
	}
	landscape.rows = rows;
	winner = search(&landscape, BUDGET);
	cr_expect_leq(truth(&landscape, winner), 1.1 *
	    best_truth(&landscape));
}
