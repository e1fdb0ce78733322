/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/campaign/wire.h"
#include "tools/cli/hunt_text.h"
#include "tools/cli/json_out.h"
#include "tools/cli/progress.h"
#include "tools/cli/verb.h"
#include "tools/hunt/hunt.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_run.h"

/* Where neither runs nor time are limited, and for one run. */
static const uint64_t hunt_time_ns = UINT64_C(60000000000);
static const uint64_t hunt_timeout_ns = UINT64_C(120000000000);

/* A hunt on its way through the verb. */
struct pursuit {
	const struct options *options;
	struct plan plan;		/* one point, the base */
	struct hunt_settings settings;
	struct hunt hunt;
	struct progress progress;
	struct store *store;		/* NULL: nothing is kept */
	struct err err;
};

static const char *
strategy_at(const void *context, size_t i)
{

	(void)context;
	return (i < strategy_count ? strategies[i]->name : NULL);
}

static int
choose_strategy(struct pursuit *pursuit)
{
	const char *name, *near;
	char names[200];
	size_t i, used;

	name = pursuit->options->values[OPTION_STRATEGY];
	if (name == NULL)
		name = "mixed";
	pursuit->settings.strategy = strategy_find(name);
	if (pursuit->settings.strategy != NULL)
		return (0);
	used = 0;
	for (i = 0; i < strategy_count && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", i > 0 ? ", " : "", strategies[i]->name);
	near = knob_nearest(name, strategy_at, NULL);
	return (err_set(&pursuit->err, "hunt: --strategy %s: there is no such "
	    "strategy; there are: %s%s%s%s", name, names, near == NULL ? "" :
	    "; did you mean ", near == NULL ? "" : near,
	    near == NULL ? "" : "?"));
}

static int
read_options(struct pursuit *pursuit, uint64_t seed_from)
{
	const struct options *options = pursuit->options;
	struct hunt_settings *settings = &pursuit->settings;
	struct err *err = &pursuit->err;
	uint64_t workers, preset_ns;
	size_t mode;

	preset_ns = options_given(options, OPTION_RUNS) ? 0 : hunt_time_ns;
	if (choose_strategy(pursuit) != 0 ||
	    options_choice(options, OPTION_PROGRESS, progress_modes, 0, &mode,
	    err) != 0 ||
	    options_count(options, OPTION_RUNS, 1, UINT64_C(1) << 62,
	    UINT64_MAX, &settings->runs_max, err) != 0 ||
	    options_time_ns(options, OPTION_TIME, preset_ns,
	    &settings->time_ns, err) != 0 ||
	    options_seed(options, OPTION_SEED, seed_from, &settings->seed,
	    err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &workers, err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, hunt_timeout_ns,
	    &settings->timeout_ns, err) != 0 ||
	    options_size(options, OPTION_MEMORY, 0, &settings->memory_bytes,
	    err) != 0)
		return (-1);
	settings->workers = workers;
	settings->keep_going = options_given(options, OPTION_KEEP_GOING);
	progress_begin(&pursuit->progress, (enum progress_mode)mode, 0);
	return (0);
}

/* Hunts look for data races too, unless somebody has said that they do not. */
static int
watch_races(struct pursuit *pursuit)
{
	const char *knob = "run.data_race";
	const struct options *options = pursuit->options;
	size_t i;

	for (i = 0; i < options->set_count; i++)
		if (strncmp(options->sets[i], knob, strlen(knob)) == 0)
			return (0);
	return (spec_set(&pursuit->settings.spec, knob, "true",
	    &pursuit->err));
}

static int
check_machine(struct pursuit *pursuit)
{
	const struct hunt_settings *settings = &pursuit->settings;

	if (!settings->strategy->stepped ||
	    settings->spec.machine.cpus <= STEP_ACTORS_MAX / 2)
		return (0);
	return (err_set(&pursuit->err, "hunt: --strategy %s goes step by step, "
	    "which is for machines of at most %d CPUs; this one has %llu "
	    "(--set machine.cpus=N)", settings->strategy->name,
	    STEP_ACTORS_MAX / 2,
	    (unsigned long long)settings->spec.machine.cpus));
}

static void
look(void *context)
{
	struct pursuit *pursuit = context;

	hunt_text_progress(&pursuit->hunt, &pursuit->progress);
}

/* --- into the database ------------------------------------------------------- */

static int
keep_finding(struct pursuit *pursuit, int64_t experiment,
    const struct hunt_finding *finding)
{
	struct store_job *jobs;
	int64_t run_id;
	size_t count;

	pursuit->plan.seed_from = finding->seed;
	pursuit->plan.seed_count = 1;
	if (store_experiment_extend(pursuit->store, experiment,
	    &pursuit->plan, &pursuit->err) != 0 ||
	    store_experiment_jobs(pursuit->store, experiment, &pursuit->plan,
	    &jobs, &count, &pursuit->err) != 0)
		return (-1);
	run_id = count > 0 ? jobs[0].run_id : -1;
	free(jobs);
	if (count == 0) {
		verb_note("the finding of run %llu is not in the database: "
		    "another run with seed %llu is",
		    (unsigned long long)finding->number,
		    (unsigned long long)finding->seed);
		return (0);
	}
	if (store_begin(pursuit->store, &pursuit->err) != 0)
		return (-1);
	if (store_run_write(pursuit->store, run_id, finding->result,
	    finding->wall_ns, finding->token, &pursuit->err) != 0) {
		store_rollback(pursuit->store);
		return (-1);
	}
	return (store_commit(pursuit->store, &pursuit->err));
}

static int
keep(struct pursuit *pursuit)
{
	int64_t experiment;
	size_t i;

	pursuit->plan.seed_count = 0;
	if (store_experiment_add(pursuit->store, &pursuit->plan,
	    pursuit->options->command, &experiment, &pursuit->err) != 0)
		return (-1);
	for (i = 0; i < pursuit->hunt.finding_count; i++)
		if (keep_finding(pursuit, experiment,
		    &pursuit->hunt.findings[i]) != 0)
			return (-1);
	return (store_experiment_finish(pursuit->store, experiment,
	    &pursuit->err));
}

/* --- the verb ----------------------------------------------------------------- */

static int
conclude(struct pursuit *pursuit, enum pool_end end)
{
	struct hunt *hunt = &pursuit->hunt;

	progress_end(&pursuit->progress);
	if (end == POOL_FAILED)
		return (verb_fail(VERB_ENVIRONMENT, &pursuit->err));
	if (options_given(pursuit->options, OPTION_JSON))
		json_out_hunt(hunt);
	else
		hunt_text_print(hunt);
	if (pursuit->store != NULL && keep(pursuit) != 0)
		return (verb_fail(VERB_ENVIRONMENT, &pursuit->err));
	if (end != POOL_SIGNALLED && hunt->runs == 0 && hunt->lost == 0 &&
	    hunt->finding_count == 0)
		verb_note("not one run came to its end, so this says nothing; "
		    "give it more --time, or a smaller run (--set "
		    "run.duration=..., --set machine.cpus=...)");
	if (end == POOL_SIGNALLED) {
		verb_note("interrupted after %llu runs",
		    (unsigned long long)hunt->runs);
		return (VERB_INTERRUPTED + pool_signal());
	}
	return (hunt->finding_count > 0 ? VERB_FINDING : VERB_HELD);
}

static int
pursue(struct pursuit *pursuit)
{
	const char *db;
	int status;

	pursuit->settings.look = look;
	pursuit->settings.context = pursuit;
	/* Before the database is opened, so that no worker holds it. */
	if (hunt_begin(&pursuit->hunt, &pursuit->settings, &pursuit->err) != 0)
		return (verb_fail(VERB_ENVIRONMENT, &pursuit->err));
	db = pursuit->options->values[OPTION_DB];
	if (db != NULL)
		pursuit->store = store_open(db, STORE_WRITE, &pursuit->err);
	if (db != NULL && pursuit->store == NULL)
		status = verb_fail(VERB_ENVIRONMENT, &pursuit->err);
	else
		status = conclude(pursuit, hunt_run(&pursuit->hunt,
		    &pursuit->err));
	store_close(pursuit->store);
	hunt_end(&pursuit->hunt);
	return (status);
}

static int
hunt_scenario(struct pursuit *pursuit, const struct scenario *scenario)
{
	struct plan *plan;
	int status;

	plan = plan_make(scenario, 1, &pursuit->err);
	if (plan == NULL)
		return (verb_fail(VERB_USAGE, &pursuit->err));
	pursuit->plan = *plan;
	pursuit->plan.point_count = 1;
	pursuit->settings.scenario = scenario->name;
	if (read_options(pursuit, scenario->seed_from) != 0 ||
	    plan_spec(&pursuit->plan, 0, pursuit->settings.seed,
	    &pursuit->settings.spec, &pursuit->err) != 0 ||
	    watch_races(pursuit) != 0 || check_machine(pursuit) != 0)
		status = verb_fail(VERB_USAGE, &pursuit->err);
	else {
		if (plan->point_count > 1)
			verb_note("the scenario compares %zu policies; this "
			    "hunts the first, %s", plan->point_count,
			    plan->points[0].policy->label);
		status = pursue(pursuit);
	}
	plan_free(plan);
	return (status);
}

static int
hunt(const struct options *options)
{
	struct scenario *scenario;
	struct pursuit *pursuit;
	int status;

	pursuit = must_alloc(1, sizeof(*pursuit));
	pursuit->options = options;
	scenario = scenario_load(options->arguments[0], options->sets,
	    options->set_count, &pursuit->err);
	status = scenario == NULL ? verb_fail(VERB_USAGE, &pursuit->err) :
	    hunt_scenario(pursuit, scenario);
	scenario_free(scenario);
	free(pursuit);
	return (status);
}

const struct verb verb_hunt = {
	.name = "hunt",
	.arguments = "SCENARIO",
	.summary = "Searches schedules for a finding",
	.details =
	    "Executes the base point of the scenario again and again, while a strategy stops\n"
	    "CPUs, holds stores back or says who goes next.  Ends at the first finding, with\n"
	    "status 1 and a token that repeats it; or after --runs or --time (60 s if neither\n"
	    "is given).  Looks for data races too, unless --set run.data_race=false.",
	.options = VERB_TAKES(STRATEGY) | VERB_TAKES(RUNS) | VERB_TAKES(TIME) |
	    VERB_TAKES(SEED) | VERB_TAKES(JOBS) | VERB_TAKES(DB) |
	    VERB_TAKES(KEEP_GOING) | VERB_TAKES(SET) | VERB_TAKES(JSON) |
	    VERB_TAKES(TIMEOUT) | VERB_TAKES(MEMORY) | VERB_TAKES(PROGRESS) |
	    VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = hunt,
};
