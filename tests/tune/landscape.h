/*
 * landscape - what is true of the candidates, and what does a race see of it?
 *
 * A cost for each candidate, and noise that depends on the seed, shared by all
 * candidates and of each alone.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_TUNE_LANDSCAPE_H
#define TESTS_TUNE_LANDSCAPE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "sim/base/rng.h"
#include "tools/tune/race.h"

enum { LANDSCAPES = 100, SIDE = 12, POINTS = SIDE * SIDE, SEEDS = 200 };

/* What is true, and how it is seen. */
struct landscape {
	uint64_t seed;
	double truth[POINTS][RACE_SCENARIOS_MAX];
	double latency[POINTS];		/* for a limit */
	double common;			/* noise that all candidates share */
	double own;			/* ... and that of each */
	bool heavy;			/* now and then a far larger one */
	size_t fails;			/* a candidate that does; SIZE_MAX */
	uint64_t asked;			/* answers */
	bool backwards;			/* answers a batch from its end */
};

/* About normal: the sum of twelve uniform numbers, less six. */
static inline double
normal(struct rng *rng)
{
	double sum;
	int i;

	sum = -6;
	for (i = 0; i < 12; i++)
		sum += (double)(rng_next(rng) >> 11) / 9007199254740992.0;
	return (sum);
}

static inline double
noise(const struct landscape *landscape, const char *name, uint64_t index,
    size_t block, double spread)
{
	struct rng rng;
	double value;

	rng_init(&rng, landscape->seed * 1000003 + block, name, index);
	value = normal(&rng) * spread;
	if (landscape->heavy && rng_below(&rng, 20) == 0)
		value += spread * (double)(1 + rng_below(&rng, 20));
	return (value);
}

static inline void
see(struct landscape *landscape, struct race *race, size_t candidate,
    size_t block, size_t scenario)
{
	double values[2];

	landscape->asked++;
	if (candidate == landscape->fails && block == 1) {
		race_fail(race, candidate, "seed 2 crashed");
		return;
	}
	values[0] = landscape->truth[candidate][scenario] * (1 +
	    noise(landscape, "common", scenario, block, landscape->common) +
	    noise(landscape, "own", candidate * 64 + scenario, block,
	    landscape->own));
	values[1] = landscape->latency[candidate] * (1 +
	    noise(landscape, "latency", candidate, block, 0.02));
	race_answer(race, candidate, block, scenario, values);
}

static inline int
evaluate(void *context, struct race *race, const struct race_task *tasks,
    size_t count)
{
	struct landscape *landscape = context;
	const struct race_task *task;
	size_t i, scenario;

	for (i = 0; i < count; i++) {
		task = &tasks[landscape->backwards ? count - 1 - i : i];
		for (scenario = 0; scenario < race->rules.scenario_count;
		    scenario++)
			see(landscape, race, task->candidate, task->block,
			    scenario);
	}
	return (0);
}

/* A bowl over two knobs on a logarithmic scale, its bottom anywhere. */
static inline void
make_bowl(struct landscape *landscape, uint64_t seed)
{
	struct rng rng;
	double bottom[2], slope[2], x, y;
	size_t i;

	memset(landscape, 0, sizeof(*landscape));
	rng_init(&rng, seed, "bowl", 0);
	for (i = 0; i < 2; i++) {
		bottom[i] = (double)rng_below(&rng, SIDE * 100) / 100;
		slope[i] = 0.08 + (double)rng_below(&rng, 30) / 100;
	}
	for (i = 0; i < POINTS; i++) {
		x = (double)(i % SIDE) - bottom[0];
		y = (double)(i / SIDE) - bottom[1];
		landscape->truth[i][0] = 1e6 * (1 + slope[0] * fabs(x) +
		    slope[1] * fabs(y));
		landscape->latency[i] = 1;
	}
	landscape->seed = seed;
	landscape->common = 0.3;
	landscape->own = 0.25;
	landscape->fails = SIZE_MAX;
}

static inline struct race_rules
plain_rules(void)
{
	struct race_rules rules;

	memset(&rules, 0, sizeof(rules));
	rules.scenario_count = 1;
	rules.weights[0] = 1;
	rules.across = RACE_WORST;
	rules.goal_count = 1;
	rules.goals[0].weight = 1;
	rules.indifference = 0.03;
	rules.limit_count = 1;
	rules.limits[0].bound = 2;
	rules.first = 5;
	return (rules);
}

static inline struct race *
race_over(struct landscape *landscape, const struct race_rules *rules,
    size_t points)
{
	struct race_client client = { evaluate, NULL, NULL, landscape };
	struct race *race;
	size_t i;

	race = race_create(rules, &client);
	for (i = 0; i < points; i++)
		race_add(race);
	race_run(race, SEEDS, true);
	return (race);
}

#endif
