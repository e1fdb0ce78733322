/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/tune/tune.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/cli/verb.h"
#include "tools/tune/search.h"

enum { TUNE_FIRST = 5 };	/* seeds before the first look */

/* --- asking ------------------------------------------------------------------- */

struct race_rules
tune_rules(const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	struct race_rules rules;
	size_t i;

	memset(&rules, 0, sizeof(rules));
	rules.scenario_count = tune->field->race_count;
	for (i = 0; i < rules.scenario_count; i++)
		rules.weights[i] = tune->field->scenes[i].weight;
	rules.across = wish->mean ? RACE_MEAN : RACE_WORST;
	rules.goal_count = wish->goal_count;
	for (i = 0; i < wish->goal_count; i++) {
		rules.goals[i].weight = wish->goals[i].weight;
		rules.goals[i].largest = wish->goals[i].largest;
	}
	rules.limit_count = wish->limit_count;
	for (i = 0; i < wish->limit_count; i++) {
		rules.limits[i].bound = wish->limits[i].bound;
		rules.limits[i].least = wish->limits[i].least;
	}
	rules.indifference = wish->indifference;
	rules.first = TUNE_FIRST;
	return (rules);
}

/* What is read of a run: goals, then limits. */
static size_t
wanted(const struct scenario_tune *wish, const struct scenario_stat **stats,
    int *worse)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < wish->goal_count; i++) {
		stats[count] = &wish->goals[i].stat;
		worse[count++] = wish->goals[i].largest ? -1 : 1;
	}
	for (i = 0; i < wish->limit_count; i++) {
		stats[count] = &wish->limits[i].stat;
		worse[count++] = wish->limits[i].least ? -1 : 1;
	}
	return (count);
}

/* So that it can be repeated; the first of a candidate is what puts it out. */
static void
note_failure(const struct tune_bench *bench, size_t scene,
    const struct ledger_run *run)
{
	struct tune *tune = bench->tune;
	struct tune_failure *failure;

	tune->failures = must_grow(tune->failures, tune->failure_count,
	    sizeof(*tune->failures));
	failure = &tune->failures[tune->failure_count++];
	failure->candidate = run->candidate;
	failure->scene = scene;
	failure->seed = run->seed;
	failure->held = bench->candidates != NULL;
	failure->crashed = run->crashed;
	snprintf(failure->digest, sizeof(failure->digest), "%s", run->digest);
}

/* The answers of one scene: -1 where the ledger gave none. */
static int
evaluate_scene(const struct tune_bench *bench, struct race *race,
    size_t scenario, const struct race_task *tasks, size_t count)
{
	const struct scenario_stat *stats[RACE_GOALS_MAX + RACE_LIMITS_MAX];
	int worse[RACE_GOALS_MAX + RACE_LIMITS_MAX];
	double values[RACE_GOALS_MAX + RACE_LIMITS_MAX];
	struct ledger *ledger = &bench->tune->ledger;
	char why[RACE_WHY_SIZE];
	struct ledger_run *runs;
	size_t i, width;
	int status;

	width = wanted(bench->tune->field->tune, stats, worse);
	runs = must_alloc(count, sizeof(*runs));
	for (i = 0; i < count; i++) {
		runs[i].candidate = bench->candidates == NULL ?
		    tasks[i].candidate : bench->candidates[tasks[i].candidate];
		runs[i].seed = bench->seed_from + tasks[i].block;
	}
	status = ledger_need(ledger, bench->scenes[scenario], runs, count);
	for (i = 0; i < count && status == 0; i++) {
		status = ledger_read(ledger, &runs[i], stats, worse, width,
		    values, why);
		if (status == 0 && why[0] != '\0') {
			if (race->candidates[tasks[i].candidate].standing !=
			    RACE_FAILED)
				note_failure(bench, bench->scenes[scenario],
				    &runs[i]);
			race_fail(race, tasks[i].candidate, why);
		} else if (status == 0)
			race_answer(race, tasks[i].candidate, tasks[i].block,
			    scenario, values);
	}
	if (status != 0 && ledger->end == POOL_DONE)
		ledger->end = POOL_FAILED;
	free(runs);
	return (status);
}

int
tune_evaluate(void *context, struct race *race, const struct race_task *tasks,
    size_t count)
{
	const struct tune_bench *bench = context;
	size_t i;
	int status;

	status = 0;
	for (i = 0; i < race->rules.scenario_count && status == 0; i++)
		status = evaluate_scene(bench, race, i, tasks, count);
	return (status);
}

static bool
tired(void *context)
{
	const struct tune_bench *bench = context;

	return (bench->tune->deadline_ns > 0 &&
	    host_clock_ns() > bench->tune->deadline_ns);
}

/* One line for each look, beside the progress of the runs. */
static void
looked(void *context, const struct race *race)
{
	const struct tune_bench *bench = context;
	char name[FIELD_TEXT_SIZE];
	size_t i, left;

	if (!bench->tune->aloud)
		return;
	left = 0;
	for (i = 0; i < race->count; i++)
		left += race->candidates[i].standing == RACE_IN;
	snprintf(name, sizeof(name), "none");
	if (race->incumbent != SIZE_MAX)
		field_name(bench->tune->field, race->incumbent, name);
	verb_note("%zu seeds, %llu runs: %zu of %zu candidates left, best so "
	    "far %s", race->frame.n, (unsigned long long)race->runs, left,
	    race->count, name);
}

/* --- racing ------------------------------------------------------------------- */

static int
bad_input(struct tune *tune)
{

	return (verb_fail(VERB_USAGE, &tune->ledger.err));
}

/* All points are candidates. */
static int
enter_all(struct tune *tune)
{
	struct field *field = tune->field;
	uint64_t first;
	size_t i;

	if (field->plan->point_count > FIELD_RACE_MAX)
		return (verb_failf(VERB_USAGE, "tune: the sweep has %zu points "
		    "and a race takes %d at most; `search: {budget: RUNS}` in "
		    "`tune` looks for the best of more", field->plan->
		    point_count, FIELD_RACE_MAX));
	for (i = 0; i < field->plan->point_count; i++) {
		if (field_add(field, i, &tune->ledger.err) < 0)
			return (bad_input(tune));
	}
	for (i = 0; i < field->count; i++)
		race_add(tune->race);
	first = (uint64_t)field->count * field->race_count *
	    tune->race->rules.first;
	if (tune->race->rules.runs_most > 0 &&
	    tune->race->rules.runs_most < first)
		return (verb_failf(VERB_USAGE, "tune: given --runs %llu, but "
		    "the first look at %zu candidates in %zu scenarios takes "
		    "%llu", (unsigned long long)tune->race->rules.runs_most,
		    field->count, field->race_count,
		    (unsigned long long)first));
	field_seal(field, NULL);
	return (VERB_HELD);
}

static int
enter_race(struct tune *tune)
{
	int status;

	status = enter_all(tune);
	if (status != VERB_HELD)
		return (status);
	race_run(tune->race, tune->seeds_most, true);
	return (VERB_HELD);
}

static size_t
enter_point(void *context, size_t point)
{
	struct tune *tune = context;
	int added;

	added = field_add(tune->field, point, &tune->ledger.err);
	if (added < 0)
		return (SIZE_MAX);
	return (added == 0 ? 0 : race_add(tune->race));
}

/* A few of many points are candidates, as it goes. */
static int
enter_search(struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	struct search_rules rules;
	struct search_space space;
	struct search_client client = { enter_point, tune };
	char salt[400];

	if (tune->field->scenario->policy_count > 1)
		return (verb_failf(VERB_USAGE, "tune: a search is for the "
		    "knobs of one policy; --set policy=NAME chooses one"));
	rules.budget = tune->race->rules.runs_most;
	rules.seed = wish->search_seed;
	rules.most = tune->seeds_most;
	search_space_make(&space, tune->field->plan);
	snprintf(salt, sizeof(salt), "search %llu %llu %llu %zu\n",
	    (unsigned long long)rules.budget, (unsigned long long)rules.seed,
	    (unsigned long long)rules.most, tune->field->race_count);
	field_seal(tune->field, salt);
	race_add(tune->race);
	tune->search_cut = !search_run(tune->race, &space, &rules, &client);
	search_space_fini(&space);
	return (VERB_HELD);
}

/* --- the course --------------------------------------------------------------- */

static void
print_resume(const struct tune *tune)
{

	verb_note("what was executed is in %s; go on with", tune->ledger.path);
	fprintf(stderr, "    %s\n", tune->options->command);
}

/* The ledger could not go on. */
static int
stopped(const struct tune *tune)
{

	if (tune->ledger.end == POOL_SIGNALLED) {
		print_resume(tune);
		return (VERB_INTERRUPTED + pool_signal());
	}
	verb_fail(VERB_ENVIRONMENT, &tune->ledger.err);
	if (tune->ledger.executed > 0)
		print_resume(tune);
	return (VERB_ENVIRONMENT);
}

/* The seeds of the race and those held out must not meet. */
static int
check_seeds(const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	uint64_t from = tune->field->scenario->seed_from;

	if (from + tune->seeds_most > wish->held_from &&
	    wish->held_from + wish->held_count > from)
		return (verb_failf(VERB_USAGE, "tune: the seeds held out, %llu "
		    "to %llu, are among those of the race, %llu to %llu; "
		    "`held_out: {from: SEED}` in `tune` moves them",
		    (unsigned long long)wish->held_from,
		    (unsigned long long)(wish->held_from + wish->held_count -
		    1), (unsigned long long)from,
		    (unsigned long long)(from + tune->seeds_most - 1)));
	return (VERB_HELD);
}

int
tune_run(struct tune *tune)
{
	struct tune_bench bench;
	struct race_client client = { tune_evaluate, tired, looked, &bench };
	struct race_rules rules;
	size_t i;
	int status;

	status = check_seeds(tune);
	if (status != VERB_HELD)
		return (status);
	for (i = 0; i < tune->field->race_count; i++)
		tune->scenes[i] = i;
	bench.tune = tune;
	bench.scenes = tune->scenes;
	bench.candidates = NULL;
	bench.seed_from = tune->field->scenario->seed_from;
	rules = tune_rules(tune);
	rules.runs_most = tune->race_runs_most;
	tune->race = race_create(&rules, &client);
	status = tune->field->tune->search_budget > 0 ? enter_search(tune) :
	    enter_race(tune);
	if (status != VERB_HELD)
		return (status);
	if (tune->race->end == RACE_STOPPED)
		return (stopped(tune));
	tune_choose(tune);
	if (tune_hold(tune) != 0 || tune_conclude(tune) != 0)
		return (stopped(tune));
	tune_explain(tune);
	if (ledger_finish(&tune->ledger) != 0)
		return (stopped(tune));
	/* The bench is gone; nobody asks any more. */
	memset(&tune->race->client, 0, sizeof(tune->race->client));
	return (tune->verdict == TUNE_NOTHING ? VERB_FINDING : VERB_HELD);
}

void
tune_fini(struct tune *tune)
{
	size_t i;

	ledger_close(&tune->ledger);
	race_free(tune->race);
	for (i = 0; i < tune->knob_count; i++)
		free(tune->knobs[i].turns);
	free(tune->knobs);
	free(tune->failures);
	free(tune->places);
	free(tune->robust);
}
