/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/campaign/campaign.h"
#include "tools/campaign/expect.h"
#include "tools/campaign/host.h"
#include "tools/cli/human.h"
#include "tools/must.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/cli/sweep_text.h"
#include "tools/cli/verb.h"

enum { SWEEP_SAMPLES = 8, SWEEP_RUNS_MAX = 100000000 };

/* A sweep on its way through the verb. */
struct sweep {
	const struct options *options;
	struct plan *plan;
	enum progress_mode mode;
	uint64_t workers;
	struct campaign campaign;
	int64_t experiment;
	struct err err;
};

static int
environment(struct sweep *sweep)
{

	return (verb_fail(VERB_ENVIRONMENT, &sweep->err));
}

/* The line that goes on from here. */
static void
print_resume(const struct sweep *sweep)
{

	fprintf(stderr, "    %s%s\n", sweep->options->command,
	    options_given(sweep->options, OPTION_RESUME) ? "" : " --resume");
}

/* Which experiment the runs belong to: a new one, or the one to go on with. */
static int
choose_experiment(struct sweep *sweep)
{
	struct store *store = sweep->campaign.store;
	int64_t pending;
	int found;

	if (options_given(sweep->options, OPTION_RESUME)) {
		found = store_experiment_find(store, sweep->plan,
		    &sweep->experiment, &sweep->err);
		if (found < 0)
			return (verb_fail(VERB_USAGE, &sweep->err));
		if (found > 0) {
			return (store_experiment_extend(store,
			    sweep->experiment, sweep->plan, &sweep->err) == 0 ?
			    VERB_HELD : environment(sweep));
		}
		verb_note("%s holds no sweep of '%s' yet: this starts one",
		    store_path(store), sweep->plan->scenario->name);
	} else {
		if (store_experiment_interrupted(store, sweep->plan, &pending,
		    &sweep->err) != 0)
			return (environment(sweep));
		if (pending > 0) {
			verb_note("%s holds an interrupted sweep of '%s' with "
			    "%lld runs to go; this starts a new one, --resume "
			    "would have gone on with it", store_path(store),
			    sweep->plan->scenario->name, (long long)pending);
		}
	}
	return (store_experiment_add(store, sweep->plan,
	    sweep->options->command, &sweep->experiment, &sweep->err) == 0 ?
	    VERB_HELD : environment(sweep));
}

static struct pool_job *
pool_jobs(const struct store_job *from, size_t count)
{
	struct pool_job *jobs;
	size_t i;

	jobs = must_alloc(count + 1, sizeof(*jobs));
	for (i = 0; i < count; i++) {
		jobs[i].id = from[i].run_id;
		jobs[i].point = from[i].point;
		jobs[i].seed = from[i].seed;
	}
	return (jobs);
}

static int
execute_runs(struct sweep *sweep)
{
	struct campaign *campaign = &sweep->campaign;
	struct store_job *pending;
	struct pool_job *jobs;
	enum pool_end end;
	size_t count;

	if (store_experiment_jobs(campaign->store, sweep->experiment,
	    sweep->plan, &pending, &count, &sweep->err) != 0)
		return (environment(sweep));
	jobs = pool_jobs(pending, count);
	free(pending);
	end = campaign_run(campaign, jobs, count, sweep->mode, &sweep->err);
	free(jobs);
	if (end == POOL_FAILED) {
		verb_fail(VERB_ENVIRONMENT, &sweep->err);
		verb_note("%llu of the %zu runs to do were done; go on with",
		    (unsigned long long)campaign->done, count);
		print_resume(sweep);
		return (VERB_ENVIRONMENT);
	}
	if (end == POOL_SIGNALLED) {
		verb_note("interrupted: %llu of the %zu runs to do are in %s; "
		    "go on with",
		    (unsigned long long)campaign->done, count,
		    store_path(campaign->store));
		print_resume(sweep);
		return (VERB_INTERRUPTED + pool_signal());
	}
	if (store_experiment_finish(campaign->store, sweep->experiment,
	    &sweep->err) != 0)
		return (environment(sweep));
	return (VERB_HELD);
}

static int
conclude(struct sweep *sweep)
{
	struct store *store = sweep->campaign.store;
	uint64_t broken;

	if (sweep_text_results(store, sweep->experiment, sweep->plan,
	    &sweep->err) != 0)
		return (environment(sweep));
	printf("\n%s\n", store_path(store));
	if (expect_judge(store, sweep->experiment, sweep->plan, &broken,
	    &sweep->err) != 0)
		return (environment(sweep));
	return (broken > 0 ? VERB_FINDING : VERB_HELD);
}

static int
sweep_into_store(struct sweep *sweep)
{
	const char *path;
	int status;

	path = sweep->options->values[OPTION_DB];
	sweep->campaign.store = store_open(path != NULL ? path : "gusim.db",
	    STORE_WRITE, &sweep->err);
	if (sweep->campaign.store == NULL)
		return (environment(sweep));
	status = choose_experiment(sweep);
	if (status == VERB_HELD)
		status = execute_runs(sweep);
	if (status == VERB_HELD)
		status = conclude(sweep);
	store_close(sweep->campaign.store);
	return (status);
}

/* A few runs, spread over the plan, tell what the whole would cost. */
static int
dry_run(struct sweep *sweep)
{
	const struct plan *plan = sweep->plan;
	struct pool_job jobs[SWEEP_SAMPLES];
	enum pool_end end;
	size_t i, count;

	sweep_text_plan(plan);
	fflush(stdout);
	count = plan->point_count < SWEEP_SAMPLES ? plan->point_count :
	    SWEEP_SAMPLES;
	for (i = 0; i < count; i++) {
		jobs[i].id = 0;
		jobs[i].point = i * plan->point_count / count;
		jobs[i].seed = plan->seed_from;
	}
	end = campaign_run(&sweep->campaign, jobs, count, sweep->mode,
	    &sweep->err);
	if (end == POOL_SIGNALLED)
		return (VERB_INTERRUPTED + pool_signal());
	if (end != POOL_DONE)
		return (environment(sweep));
	sweep_text_estimate(plan, &sweep->campaign, sweep->workers);
	return (VERB_HELD);
}

/* Every point must make a spec before any is run. */
static int
check_points(struct sweep *sweep)
{
	struct run_spec spec;
	size_t i;

	if (sweep->plan->point_count * sweep->plan->seed_count >
	    SWEEP_RUNS_MAX) {
		return (verb_failf(VERB_USAGE, "sweep: %zu points with %llu "
		    "seeds each are more than %d runs; take fewer seeds or "
		    "axes", sweep->plan->point_count,
		    (unsigned long long)sweep->plan->seed_count,
		    SWEEP_RUNS_MAX));
	}
	for (i = 0; i < sweep->plan->point_count; i++) {
		if (plan_spec(sweep->plan, i, sweep->plan->seed_from, &spec,
		    &sweep->err) != 0)
			return (verb_fail(VERB_USAGE, &sweep->err));
	}
	return (VERB_HELD);
}

static int
sweep_plan(struct sweep *sweep)
{
	const struct options *options = sweep->options;
	int status;

	status = check_points(sweep);
	if (status != VERB_HELD)
		return (status);
	if (campaign_begin(&sweep->campaign, sweep->plan, options,
	    sweep->workers, &sweep->err) != 0)
		return (environment(sweep));
	status = options_given(options, OPTION_DRY_RUN) ? dry_run(sweep) :
	    sweep_into_store(sweep);
	campaign_end(&sweep->campaign);
	return (status);
}

static int
read_options(struct sweep *sweep, uint64_t *seed_count)
{
	static const char *const backends[] = { "local", "slurm", NULL };
	const struct options *options = sweep->options;
	size_t backend, mode;
	uint64_t ignored;

	if (options_choice(options, OPTION_BACKEND, backends, 0, &backend,
	    &sweep->err) != 0 ||
	    options_choice(options, OPTION_PROGRESS, progress_modes, 0, &mode,
	    &sweep->err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &sweep->workers, &sweep->err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, 1, &ignored,
	    &sweep->err) != 0 ||
	    options_size(options, OPTION_MEMORY, 0, &ignored,
	    &sweep->err) != 0 ||
	    options_count(options, OPTION_SEEDS, 1, 1000000000, *seed_count,
	    seed_count, &sweep->err) != 0)
		return (verb_fail(VERB_USAGE, &sweep->err));
	if (backend != 0) {
		return (verb_failf(VERB_USAGE, "sweep: this build has no "
		    "backend slurm; --backend local runs the sweep here"));
	}
	sweep->mode = (enum progress_mode)mode;
	return (VERB_HELD);
}

static int
sweep_scenario(struct sweep *sweep, struct scenario *scenario)
{
	uint64_t seed_count;
	int status;

	seed_count = scenario->seed_count;
	status = read_options(sweep, &seed_count);
	if (status != VERB_HELD)
		return (status);
	sweep->plan = plan_make(scenario, 0, &sweep->err);
	if (sweep->plan == NULL)
		return (verb_fail(VERB_USAGE, &sweep->err));
	sweep->plan->seed_count = seed_count;
	status = sweep_plan(sweep);
	plan_free(sweep->plan);
	return (status);
}

static int
sweep(const struct options *options)
{
	struct scenario *scenario;
	struct sweep *state;
	int status;

	state = must_alloc(1, sizeof(*state));
	state->options = options;
	scenario = scenario_load(options->arguments[0], options->sets,
	    options->set_count, &state->err);
	status = scenario == NULL ? verb_fail(VERB_USAGE, &state->err) :
	    sweep_scenario(state, scenario);
	scenario_free(scenario);
	free(state);
	return (status);
}

const struct verb verb_sweep = {
	.name = "sweep",
	.arguments = "SCENARIO",
	.summary = "Executes the whole grid of a scenario into a database",
	.details =
	    "Worker processes execute the runs, the first seed of every point before the\n"
	    "second of any.  A sweep may be killed at any moment; --resume goes on from\n"
	    "there and ends with the same rows.  Without --resume a new experiment is added\n"
	    "to the database.  It ends with a table: means over the seeds, each with half\n"
	    "the width of its 95 % confidence interval.",
	.options = VERB_TAKES(DB) | VERB_TAKES(JOBS) | VERB_TAKES(SEEDS) |
	    VERB_TAKES(SET) | VERB_TAKES(RESUME) | VERB_TAKES(DRY_RUN) |
	    VERB_TAKES(BACKEND) | VERB_TAKES(TIMEOUT) | VERB_TAKES(MEMORY) |
	    VERB_TAKES(PROGRESS) | VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = sweep,
};
