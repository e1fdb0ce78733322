/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE	/* asprintf() */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/campaign/token.h"
#include "tools/plugin/plugin.h"
#include "tools/stats/stopping.h"
#include "tools/tune/tune.h"

const char *const tune_verdict_words[] = { "propose", "default is best",
	"keep the default, nothing is better by more than the indifference",
	"keep the default, what is better is not certain",
	"keep the default, the gain did not hold under fresh seeds",
	"no candidate keeps the limits", "stopped too early to say" };

/* --- who ---------------------------------------------------------------------- */

/*
 * The chance that any of the candidates looks so good against the default, at
 * any look, without being so, is 5 % at most.
 */
static double
claim_confidence(const struct race *race)
{

	return (1 - (1 - stopping_confidence(race->look)) /
	    (double)(race->count < 2 ? 1 : race->count - 1));
}

static enum tune_verdict
judge(struct tune *tune)
{
	const struct race *race = tune->race;
	double indifference = race->rules.indifference;

	if (race->frame.n == 0)
		return (TUNE_TOO_EARLY);
	if (race->incumbent == SIZE_MAX)
		return (TUNE_NOTHING);
	tune->winner = race->incumbent;
	if (tune->winner == 0)
		return (TUNE_BEST);
	tune->confidence = claim_confidence(race);
	if (race->candidates[0].standing != RACE_FAILED)
		tune->gain = race_gap(race, &race->frame, 0, tune->winner);
	if (!tune->default_stands)
		return (TUNE_PROPOSE);
	if (race_gap_low(&tune->gain, tune->confidence) > indifference)
		return (TUNE_PROPOSE);
	return (race_gap_high(&tune->gain, stopping_confidence(race->look)) <
	    indifference ? TUNE_ALIKE : TUNE_UNSURE);
}

void
tune_choose(struct tune *tune)
{
	const struct race *race = tune->race;

	tune->winner = SIZE_MAX;
	tune->nearest = SIZE_MAX;
	tune->knee = SIZE_MAX;
	tune->default_stands = race->candidates[0].standing != RACE_FAILED &&
	    race->candidates[0].standing != RACE_BROKEN;
	tune->grid_runs = (uint64_t)tune->field->plan->point_count *
	    tune->field->race_count * tune->seeds_most;
	tune->verdict = judge(tune);
}

/* --- where -------------------------------------------------------------------- */

static double
mean_over(const struct race *race, size_t candidate, size_t n,
    size_t scenario, size_t value)
{
	double sum;
	size_t i;

	if (n == 0 || race->candidates[candidate].blocks < n)
		return ((double)NAN);
	sum = 0;
	for (i = 0; i < n; i++)
		sum += race_values(race, candidate, i, scenario)[value];
	return (sum / (double)n);
}

static double
mean_of(const struct race *race, size_t candidate, size_t scenario,
    size_t value)
{

	return (mean_over(race, candidate, race->frame.n, scenario, value));
}

/* How far the mean is beyond the bound, as a share of it; below 0: it is not. */
static double
over(const struct race *race, size_t candidate, size_t n, size_t scenario,
    size_t limit)
{
	const struct race_limit *rule = &race->rules.limits[limit];
	double excess;

	excess = (rule->least ? -1 : 1) * (mean_over(race, candidate, n,
	    scenario, race->rules.goal_count + limit) - rule->bound);
	return (rule->bound != 0 ? excess / fabs(rule->bound) : excess);
}

static void
fill_limits(const struct race *race, size_t candidate, size_t n,
    size_t scenario, struct tune_scene_row *row)
{
	size_t i;

	for (i = 0; i < race->rules.limit_count; i++) {
		row->keeping[i] = race_keeping_in(race, n, candidate, 0.95,
		    scenario, i);
		row->measured[i] = mean_over(race, candidate, n, scenario,
		    race->rules.goal_count + i);
		row->measured_default[i] = mean_over(race, 0, n, scenario,
		    race->rules.goal_count + i);
		row->over[i] = over(race, candidate, n, scenario, i);
	}
}

/* Whose worst excess over a limit is the least, by the seeds that it has. */
static size_t
find_nearest(const struct race *race)
{
	double least, worst;
	size_t i, limit, nearest, scenario;

	nearest = SIZE_MAX;
	least = INFINITY;
	for (i = 0; i < race->count; i++) {
		if (race->candidates[i].standing == RACE_FAILED ||
		    race->candidates[i].blocks < race->rules.first)
			continue;
		worst = -INFINITY;
		for (scenario = 0; scenario < race->rules.scenario_count;
		    scenario++)
			for (limit = 0; limit < race->rules.limit_count;
			    limit++)
				worst = fmax(worst, over(race, i,
				    race->candidates[i].blocks, scenario,
				    limit));
		if (worst < least) {
			least = worst;
			nearest = i;
		}
	}
	return (nearest);
}

size_t
tune_limit_blocks(const struct tune *tune)
{

	return (tune->race->candidates[tune->nearest].blocks);
}

/* Whether the metric has, beside this stat, what a clairvoyant would need. */
static bool
has_bound(const struct scenario_stat *stat, char bound[48])
{
	size_t i;

	snprintf(bound, 48, "clairvoyant_%s", stat->stat);
	for (i = 0; i < metric_def_count; i++)
		if (strcmp(metric_defs[i].name, stat->metric) == 0)
			return (strstr(metric_defs[i].stats, bound) != NULL);
	return (false);
}

/* The mean over the seeds of the race, of the winner's own rows. */
static int
read_bound(struct tune *tune, size_t scenario, size_t goal, double *bound)
{
	const struct scenario_stat *stat;
	struct ledger_run run;
	char name[48];
	double sum, value;
	size_t i;

	*bound = (double)NAN;
	stat = &tune->field->tune->goals[goal].stat;
	if (!has_bound(stat, name))
		return (0);
	sum = 0;
	for (i = 0; i < tune->race->frame.n; i++) {
		memset(&run, 0, sizeof(run));
		run.candidate = tune->winner;
		run.seed = tune->field->scenario->seed_from + i;
		if (ledger_need(&tune->ledger, scenario, &run, 1) != 0 ||
		    ledger_value(&tune->ledger, run.row, stat->metric, name,
		    &value) != 0)
			return (-1);
		sum += value;
	}
	*bound = sum / (double)tune->race->frame.n;
	return (0);
}

static int
fill_row(struct tune *tune, size_t scenario, struct tune_scene_row *row)
{
	const struct race *race = tune->race;
	bool beside = race->candidates[0].blocks >= race->frame.n;
	size_t i;

	row->best = race->frame.feasible ? race->frame.leader[scenario] :
	    SIZE_MAX;
	if (beside)
		row->gain = race_gap_in(race, &race->frame, scenario, 0,
		    tune->winner);
	if (row->best != SIZE_MAX) {
		row->regret = race_regret_in(race, &race->frame, scenario,
		    tune->winner);
		row->regret_default = race_regret_in(race, &race->frame,
		    scenario, 0);
	}
	for (i = 0; i < race->rules.goal_count; i++) {
		row->value[i] = mean_of(race, tune->winner, scenario, i);
		row->value_default[i] = mean_of(race, 0, scenario, i);
		if (read_bound(tune, scenario, i, &row->bound[i]) != 0)
			return (-1);
	}
	fill_limits(race, tune->winner, race->frame.n, scenario, row);
	return (0);
}

int
tune_conclude(struct tune *tune)
{
	const struct race *race = tune->race;
	size_t i;

	if (tune->verdict == TUNE_NOTHING && race->rules.limit_count > 0)
		tune->nearest = find_nearest(race);
	for (i = 0; tune->nearest != SIZE_MAX && i < tune->field->race_count;
	    i++)
		fill_limits(race, tune->nearest, tune_limit_blocks(tune), i,
		    &tune->rows[i]);
	if (tune->winner == SIZE_MAX)
		return (0);
	for (i = 0; i < tune->field->race_count; i++)
		if (fill_row(tune, i, &tune->rows[i]) != 0)
			return (-1);
	return (0);
}

/* --- again ---------------------------------------------------------------------- */

char *
tune_replay(const struct tune *tune, size_t candidate, bool held)
{
	const struct tune_failure *failure;
	const struct field_scene *scene;
	struct run_spec spec;
	struct err ignored;
	char *line, *token;
	size_t i;

	for (i = 0; i < tune->failure_count; i++)
		if (tune->failures[i].candidate == candidate &&
		    tune->failures[i].held == held)
			break;
	if (i == tune->failure_count)
		return (NULL);
	failure = &tune->failures[i];
	scene = &tune->field->scenes[failure->scene];
	token = must_alloc(1, TOKEN_SIZE);
	line = NULL;
	if (plan_spec(scene->plan, candidate, failure->seed, &spec,
	    &ignored) == 0 && token_write(scene->scenario->name, &spec,
	    failure->digest, failure->crashed, token) != 0 &&
	    asprintf(&line, "gusim replay %s%s", plugin_words(&spec),
	    token) < 0)
		abort();
	free(token);
	return (line);
}
