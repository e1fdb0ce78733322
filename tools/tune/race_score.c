/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/stats/student.h"
#include "tools/tune/race.h"

/*
 * A histogram tells values apart by 1/128 (sim/base/hist.h): the difference of
 * two values so rounded has this standard deviation, as a share of the value.
 */
static const double race_rounding = 1.0 / 128 / 2.449489742783178; /* sqrt 6 */

static size_t
width(const struct race *race)
{

	return (race->rules.goal_count + race->rules.limit_count);
}

const double *
race_values(const struct race *race, size_t candidate, size_t block,
    size_t scenario)
{
	const struct race_candidate *one;

	one = &race->candidates[candidate];
	assert(block < one->blocks);
	return (one->values + (block * race->rules.scenario_count + scenario) *
	    width(race));
}

/* --- gaps ------------------------------------------------------------------- */

static double
reach(const struct race_gap *gap, double confidence)
{

	if (gap->n < 2)
		return (INFINITY);
	return (gap->error * student_t(confidence, gap->freedom));
}

double
race_gap_low(const struct race_gap *gap, double confidence)
{

	return (gap->difference - reach(gap, confidence));
}

double
race_gap_high(const struct race_gap *gap, double confidence)
{

	return (gap->difference + reach(gap, confidence));
}

double
race_gap_p(const struct race_gap *gap)
{
	double p;

	if (gap->n < 2)
		return (1);
	p = student_p(gap->difference / gap->error, gap->freedom) / 2;
	return (gap->difference > 0 ? p : 1 - p);
}

/* Of pseudo-values whose mean is the difference. */
static struct race_gap
gap_of(const double *values, size_t n, double difference, double least)
{
	struct race_gap gap;
	double centre, squares;
	size_t i;

	gap.n = n;
	gap.freedom = n < 2 ? 0 : n - 1;
	gap.difference = difference;
	gap.error = INFINITY;
	if (n < 2)
		return (gap);
	centre = squares = 0;
	for (i = 0; i < n; i++)
		centre += values[i] / (double)n;
	for (i = 0; i < n; i++)
		squares += (values[i] - centre) * (values[i] - centre);
	gap.error = fmax(sqrt(squares / (double)(n - 1)), least) /
	    sqrt((double)n);
	return (gap);
}

/* The first two derivatives of log gamma, for x > 0: up to 6, then a series. */
static double
digamma(double x)
{
	double sum;

	for (sum = 0; x < 6; x++)
		sum -= 1 / x;
	return (sum + log(x) - 1 / (2 * x) - 1 / (12 * x * x) +
	    1 / (120 * x * x * x * x));
}

static double
trigamma(double x)
{
	double sum;

	for (sum = 0; x < 6; x++)
		sum += 1 / (x * x);
	return (sum + 1 / x + 1 / (2 * x * x) + 1 / (6 * x * x * x) -
	    1 / (30 * x * x * x * x * x));
}

/* The degrees of freedom of which the logarithm varies so much; at most `most`. */
static double
prior_freedom(double excess, double most)
{
	double high, low, middle;
	int i;

	if (excess <= trigamma(most / 2))
		return (most);
	low = 1e-3;
	high = most;
	for (i = 0; i < 60; i++) {
		middle = (low + high) / 2;
		if (trigamma(middle / 2) > excess)
			low = middle;
		else
			high = middle;
	}
	return (low);
}

enum { SHARED_LEAST = 8 };	/* gaps, to say anything of spreads */

void
race_gaps_share(struct race_gap *gaps, size_t count)
{
	double centre, freedom, *logs, prior, spread, variance;
	size_t i;

	if (count < SHARED_LEAST || gaps[0].n < 2)
		return;
	logs = must_alloc(count, sizeof(*logs));
	freedom = (double)gaps[0].freedom;
	centre = spread = 0;
	for (i = 0; i < count; i++) {
		logs[i] = 2 * log(gaps[i].error) - digamma(freedom / 2) +
		    log(freedom / 2);
		centre += logs[i] / (double)count;
	}
	for (i = 0; i < count; i++)
		spread += (logs[i] - centre) * (logs[i] - centre) /
		    (double)(count - 1);
	free(logs);
	prior = prior_freedom(spread - trigamma(freedom / 2), 2 * freedom);
	variance = exp(centre + digamma(prior / 2) - log(prior / 2));
	for (i = 0; i < count; i++) {
		gaps[i].error = sqrt((prior * variance + freedom *
		    gaps[i].error * gaps[i].error) / (prior + freedom));
		gaps[i].freedom = (size_t)(prior + freedom);
	}
}

/* --- costs ------------------------------------------------------------------ */

static double
cost(const struct race *race, const struct race_frame *frame, size_t candidate,
    size_t block, size_t scenario)
{
	const struct race_goal *goal;
	const double *values;
	double sum, weights;
	size_t i;

	values = race_values(race, candidate, block, scenario);
	sum = weights = 0;
	for (i = 0; i < race->rules.goal_count; i++) {
		goal = &race->rules.goals[i];
		sum += (goal->largest ? -1 : 1) * goal->weight * values[i] /
		    frame->unit[scenario][i];
		weights += goal->weight;
	}
	return (sum / weights);
}

static double
mean_cost(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t scenario)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < frame->n; i++)
		sum += cost(race, frame, candidate, i, scenario);
	return (sum / (double)frame->n);
}

static double
mean_value(const struct race *race, size_t candidate, size_t n,
    size_t scenario, size_t value)
{
	double sum;
	size_t i;

	sum = 0;
	for (i = 0; i < n; i++)
		sum += race_values(race, candidate, i, scenario)[value];
	return (sum / (double)n);
}

/* Whom n blocks can be asked of: has them, did not fail. */
static bool
counts(const struct race *race, size_t candidate, size_t n)
{
	const struct race_candidate *one;

	one = &race->candidates[candidate];
	return (one->blocks >= n && one->standing != RACE_FAILED);
}

/* The reference's mean; where that is nothing, anybody's. */
static double
unit_of(const struct race *race, size_t n, size_t scenario, size_t goal,
    size_t *whose)
{
	double unit;
	size_t i;

	for (i = 0; i < race->count; i++) {
		if (!counts(race, i, n))
			continue;
		unit = fabs(mean_value(race, i, n, scenario, goal));
		if (unit > 0) {
			*whose = i;
			return (unit);
		}
	}
	*whose = SIZE_MAX;
	return (1);
}

/* What the costs of the best are made of, signs aside. */
static double
scale_of(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t scenario)
{
	double scale, weights;
	size_t i;

	scale = weights = 0;
	for (i = 0; i < race->rules.goal_count; i++) {
		scale += race->rules.goals[i].weight * fabs(mean_value(race,
		    candidate, frame->n, scenario, i)) /
		    frame->unit[scenario][i];
		weights += race->rules.goals[i].weight;
	}
	/* The best has none of it at all: then the reference's is the measure. */
	return (scale > 0 ? scale / weights : 1);
}

static size_t
blocks_of(const struct race *race, size_t candidate, size_t most)
{
	size_t blocks;

	blocks = race->candidates[candidate].blocks;
	return (blocks < most ? blocks : most);
}

/*
 * The frame as the candidate saw it: it has fewer blocks than others where it
 * was put out, and its values are then held against the unit's of these blocks
 * alone.  What a hard seed does to all thus cancels out, as it does in pairs.
 */
static void
frame_seen(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t scenario, struct race_frame *seen)
{
	double unit;
	size_t goal, whose;

	seen->n = blocks_of(race, candidate, frame->n);
	for (goal = 0; goal < race->rules.goal_count; goal++) {
		whose = frame->whose[scenario][goal];
		unit = frame->unit[scenario][goal];
		if (seen->n < frame->n && whose != SIZE_MAX) {
			unit = fabs(mean_value(race, whose, seen->n, scenario,
			    goal));
			if (unit == 0)
				unit = frame->unit[scenario][goal];
		}
		seen->unit[scenario][goal] = unit;
	}
}

/* Its cost by the blocks that it has. */
static double
cost_seen(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t scenario, double *scale)
{
	struct race_frame seen;

	frame_seen(race, frame, candidate, scenario, &seen);
	if (scale != NULL)
		*scale = scale_of(race, &seen, candidate, scenario);
	return (mean_cost(race, &seen, candidate, scenario));
}

/* Who can set the scale; fills keeps[] with who keeps the limits on average. */
static bool
find_keepers(const struct race *race, size_t n, bool *keeps)
{
	size_t i, least;
	bool any;

	least = n < race->rules.first ? n : race->rules.first;
	any = false;
	for (i = 0; i < race->count; i++) {
		keeps[i] = counts(race, i, least) && race_keeping(race,
		    blocks_of(race, i, n), i, 0.5, NULL, NULL) <= RACE_PERHAPS;
		any = any || keeps[i];
	}
	/* Nobody does: then the best of all must do. */
	for (i = 0; i < race->count && !any; i++)
		keeps[i] = counts(race, i, least);
	return (any);
}

static void
find_best(const struct race *race, struct race_frame *frame, size_t scenario,
    const bool *keeps)
{
	double mine, least;
	size_t i;

	frame->leader[scenario] = SIZE_MAX;
	frame->best[scenario] = 0;
	frame->scale[scenario] = 1;
	least = INFINITY;
	for (i = 0; i < race->count; i++) {
		if (!keeps[i])
			continue;
		mine = cost_seen(race, frame, i, scenario, NULL);
		if (mine < least) {
			least = mine;
			frame->leader[scenario] = i;
		}
	}
	if (frame->leader[scenario] != SIZE_MAX)
		frame->best[scenario] = cost_seen(race, frame,
		    frame->leader[scenario], scenario,
		    &frame->scale[scenario]);
}

void
race_frame_make(const struct race *race, size_t n, struct race_frame *frame)
{
	bool *keeps;
	size_t goal, scenario;

	frame->n = n;
	keeps = must_alloc(race->count, sizeof(*keeps));
	frame->feasible = find_keepers(race, n, keeps);
	for (scenario = 0; scenario < race->rules.scenario_count; scenario++) {
		for (goal = 0; goal < race->rules.goal_count; goal++)
			frame->unit[scenario][goal] = unit_of(race, n,
			    scenario, goal, &frame->whose[scenario][goal]);
		find_best(race, frame, scenario, keeps);
	}
	free(keeps);
}

/* --- scores ----------------------------------------------------------------- */

static double
regret(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t block, size_t scenario)
{

	return ((cost(race, frame, candidate, block, scenario) -
	    frame->best[scenario]) / frame->scale[scenario]);
}

double
race_regret(const struct race *race, const struct race_frame *frame,
    size_t candidate, size_t block)
{
	double sum, weights;
	size_t i;

	sum = weights = 0;
	for (i = 0; i < race->rules.scenario_count; i++) {
		sum += race->rules.weights[i] *
		    regret(race, frame, candidate, block, i);
		weights += race->rules.weights[i];
	}
	return (sum / weights);
}

/* Of sums of regrets over so many blocks. */
static double
across(const struct race_rules *rules, const double *sums, double blocks)
{
	double largest, mean, weights;
	size_t i;

	mean = weights = 0;
	largest = -INFINITY;
	for (i = 0; i < rules->scenario_count; i++) {
		mean += rules->weights[i] * sums[i] / blocks;
		weights += rules->weights[i];
		largest = fmax(largest, rules->weights[i] * sums[i] / blocks);
	}
	return (rules->across == RACE_MEAN ? mean / weights : largest);
}

static void
sum_up(const struct race *race, const struct race_frame *frame,
    size_t candidate, double *sums)
{
	size_t block, scenario;

	for (scenario = 0; scenario < race->rules.scenario_count; scenario++) {
		sums[scenario] = 0;
		for (block = 0; block < frame->n; block++)
			sums[scenario] += regret(race, frame, candidate, block,
			    scenario);
	}
}

double
race_score(const struct race *race, const struct race_frame *frame,
    size_t candidate)
{
	double sums[RACE_SCENARIOS_MAX];

	sum_up(race, frame, candidate, sums);
	return (across(&race->rules, sums, (double)frame->n));
}

/* The score without one block. */
static double
score_less(const struct race *race, const struct race_frame *frame,
    size_t candidate, const double *sums, size_t block)
{
	double less[RACE_SCENARIOS_MAX];
	size_t i;

	for (i = 0; i < race->rules.scenario_count; i++)
		less[i] = sums[i] - regret(race, frame, candidate, block, i);
	return (across(&race->rules, less, (double)(frame->n - 1)));
}

struct race_gap
race_gap(const struct race *race, const struct race_frame *frame, size_t a,
    size_t b)
{
	double of_a[RACE_SCENARIOS_MAX], of_b[RACE_SCENARIOS_MAX];
	struct race_gap gap;
	double difference, n, *pseudo;
	size_t i;

	sum_up(race, frame, a, of_a);
	sum_up(race, frame, b, of_b);
	n = (double)frame->n;
	difference = across(&race->rules, of_a, n) -
	    across(&race->rules, of_b, n);
	pseudo = must_alloc(frame->n, sizeof(*pseudo));
	for (i = 0; frame->n > 1 && i < frame->n; i++)
		pseudo[i] = n * difference - (n - 1) *
		    (score_less(race, frame, a, of_a, i) -
		    score_less(race, frame, b, of_b, i));
	gap = gap_of(pseudo, frame->n, difference, race_rounding);
	free(pseudo);
	return (gap);
}

struct race_gap
race_gap_in(const struct race *race, const struct race_frame *frame,
    size_t scenario, size_t a, size_t b)
{
	struct race_gap gap;
	double *values, sum;
	size_t i;

	values = must_alloc(frame->n, sizeof(*values));
	sum = 0;
	for (i = 0; i < frame->n; i++) {
		values[i] = regret(race, frame, a, i, scenario) -
		    regret(race, frame, b, i, scenario);
		sum += values[i];
	}
	gap = gap_of(values, frame->n, sum / (double)frame->n, race_rounding);
	free(values);
	return (gap);
}

struct race_gap
race_regret_in(const struct race *race, const struct race_frame *frame,
    size_t scenario, size_t candidate)
{
	struct race_gap gap;
	double *values;
	size_t i, leader, n;

	memset(&gap, 0, sizeof(gap));
	gap.difference = (double)NAN;
	leader = frame->leader[scenario];
	if (leader == SIZE_MAX)
		return (gap);
	n = blocks_of(race, leader, blocks_of(race, candidate, frame->n));
	if (n == 0)
		return (gap);
	values = must_alloc(n, sizeof(*values));
	for (i = 0; i < n; i++)
		values[i] = regret(race, frame, candidate, i, scenario) -
		    regret(race, frame, leader, i, scenario);
	gap = gap_of(values, n, (cost_seen(race, frame, candidate, scenario,
	    NULL) - frame->best[scenario]) / frame->scale[scenario],
	    race_rounding);
	free(values);
	return (gap);
}

/* --- limits ----------------------------------------------------------------- */

enum race_keeping
race_keeping_in(const struct race *race, size_t n, size_t candidate,
    double confidence, size_t scenario, size_t limit)
{
	const struct race_limit *rule;
	struct race_gap excess;
	double *values, sum;
	size_t i;

	rule = &race->rules.limits[limit];
	values = must_alloc(n, sizeof(*values));
	sum = 0;
	for (i = 0; i < n; i++) {
		values[i] = (rule->least ? -1 : 1) * (race_values(race,
		    candidate, i, scenario)[race->rules.goal_count + limit] -
		    rule->bound);
		sum += values[i];
	}
	excess = gap_of(values, n, sum / (double)n, 0);
	free(values);
	if (excess.difference <= 0)
		return (n > 1 && race_gap_high(&excess, confidence) <= 0 ?
		    RACE_KEEPS : RACE_PERHAPS);
	return (n > 1 && race_gap_low(&excess, confidence) > 0 ? RACE_BREAKS :
	    RACE_DOUBTFUL);
}

enum race_keeping
race_keeping(const struct race *race, size_t n, size_t candidate,
    double confidence, size_t *scenario, size_t *limit)
{
	enum race_keeping one, worst;
	size_t i, j;

	worst = RACE_KEEPS;
	for (i = 0; i < race->rules.scenario_count; i++) {
		for (j = 0; j < race->rules.limit_count; j++) {
			one = race_keeping_in(race, n, candidate, confidence,
			    i, j);
			if (one <= worst)
				continue;
			worst = one;
			if (scenario != NULL)
				*scenario = i;
			if (limit != NULL)
				*limit = j;
		}
	}
	return (worst);
}
