/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/expect.h"
#include "tools/campaign/host.h"
#include "tools/campaign/sweep.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/cluster/shard.h"
#include "tools/cli/sweep_close.h"
#include "tools/cli/sweep_dry.h"
#include "tools/cli/sweep_slurm.h"
#include "tools/cli/sweep_text.h"
#include "tools/cli/tail_text.h"
#include "tools/cli/verb.h"
#include "tools/cli/warmup_text.h"

enum { SWEEP_RUNS_MAX = 100000000 };

/* What the verb holds on its way. */
struct state {
	const struct options *options;
	struct plan *plan;
	uint64_t workers;
	size_t backend;
	struct shard shard;		/* count 0: the whole plan */
	struct sweep sweep;
	struct err err;
};

enum { BACKEND_LOCAL, BACKEND_SLURM };

static int
environment(struct state *state)
{

	return (verb_fail(VERB_ENVIRONMENT, &state->err));
}

/* The line that goes on from here. */
static void
print_resume(const struct state *state)
{

	fprintf(stderr, "    %s%s\n", state->options->command,
	    options_given(state->options, OPTION_RESUME) ? "" : " --resume");
}

/* Which experiment the runs belong to: a new one, or the one to go on with. */
static int
open_experiment(struct state *state)
{
	struct sweep *sweep = &state->sweep;
	const char *path;

	path = state->options->values[OPTION_DB];
	switch (sweep_open(sweep, path != NULL ? path : "gusim.db",
	    &state->err)) {
	case SWEEP_FAILED:
		return (environment(state));
	case SWEEP_OTHER:
		return (verb_fail(VERB_USAGE, &state->err));
	case SWEEP_NONE_TO_RESUME:
		/* A task always says --resume. */
		if (state->shard.count > 0)
			break;
		verb_note("%s holds no sweep of '%s' yet: this starts one",
		    store_path(sweep->campaign.store),
		    state->plan->scenario->name);
		break;
	case SWEEP_NEW:
		if (sweep->interrupted == 0)
			break;
		verb_note("%s holds an interrupted sweep of '%s' with %lld "
		    "runs to go; this starts a new one, --resume would have "
		    "gone on with it", store_path(sweep->campaign.store),
		    state->plan->scenario->name,
		    (long long)sweep->interrupted);
		break;
	case SWEEP_RESUMED:
		break;
	}
	return (VERB_HELD);
}

/* Runs that were answered and then rolled back will be executed again. */
static void
note_kept(const struct sweep *sweep)
{
	struct store_fates fates;
	struct err err;

	if (store_experiment_fates_all(sweep->campaign.store,
	    sweep->experiment, &fates, &err) != 0)
		verb_note("go on with");
	else
		verb_note("%llu runs are committed, %llu are to be done; go "
		    "on with", (unsigned long long)(fates.ok + fates.finding +
		    fates.crashed + fates.timeout),
		    (unsigned long long)fates.pending);
}

static int
execute_runs(struct state *state)
{
	struct sweep *sweep = &state->sweep;
	unsigned long long done;
	uint64_t start_ns;
	enum pool_end end;

	start_ns = host_clock_ns();
	end = sweep_run(sweep, &state->err);
	sweep_close_times(sweep, host_clock_ns() - start_ns, state->workers);
	switch (end) {
	case POOL_DONE:
		return (VERB_HELD);
	case POOL_SIGNALLED:
		done = sweep->campaign.done;
		verb_note("interrupted: %llu of the %zu runs to do are in %s; "
		    "go on with", done, sweep->to_do,
		    store_path(sweep->campaign.store));
		print_resume(state);
		return (VERB_INTERRUPTED + pool_signal());
	default:
		verb_fail(VERB_ENVIRONMENT, &state->err);
		note_kept(sweep);
		print_resume(state);
		return (VERB_ENVIRONMENT);
	}
}

static int
conclude(struct state *state)
{
	struct store *store = state->sweep.campaign.store;
	uint64_t broken;
	int failed;

	if (sweep_text_results(store, state->sweep.experiment, state->plan,
	    &state->err) != 0 || warmup_text(store, state->sweep.experiment,
	    state->plan, &state->err) != 0 || tail_text(store,
	    state->sweep.experiment, state->plan, &state->err) != 0)
		return (environment(state));
	failed = sweep_close(store, state->sweep.experiment, &state->err);
	printf("\n%s\n", store_path(store));
	if (failed || expect_judge(store, state->sweep.experiment,
	    state->plan, &broken, &state->err) != 0)
		return (environment(state));
	return (broken > 0 ? VERB_FINDING : VERB_HELD);
}

/* What the whole shows is judged when the shards are one again. */
static int
conclude_shard(struct state *state)
{
	struct store *store = state->sweep.campaign.store;
	struct store_fates fates;

	if (store_experiment_fates_all(store, state->sweep.experiment, &fates,
	    &state->err) != 0)
		return (environment(state));
	printf("shard %s of '%s': %llu runs, %llu with findings, %llu crashed, "
	    "%llu out of time\n\n%s\n", state->options->values[OPTION_SHARD],
	    state->plan->scenario->name,
	    (unsigned long long)(fates.ok + fates.finding + fates.crashed +
	    fates.timeout), (unsigned long long)fates.finding,
	    (unsigned long long)fates.crashed,
	    (unsigned long long)fates.timeout, store_path(store));
	return (VERB_HELD);
}

static int
sweep_into_store(struct state *state)
{
	int status;

	status = open_experiment(state);
	if (status == VERB_HELD)
		status = execute_runs(state);
	if (status != VERB_HELD)
		return (status);
	return (state->shard.count > 0 ? conclude_shard(state) :
	    conclude(state));
}

static bool
is_mine(void *context, size_t point, uint64_t seed)
{
	const struct state *state = context;

	return (shard_has(&state->shard, state->plan->point_count, point,
	    seed - state->plan->seed_from));
}

static int
cluster_open(void *context)
{

	return (open_experiment(context));
}

static int
cluster_conclude(void *context)
{

	return (conclude(context));
}

static int
sweep_on_cluster(struct state *state)
{
	struct sweep_slurm slurm = { .options = state->options,
		.plan = state->plan, .sweep = &state->sweep,
		.open = cluster_open, .conclude = cluster_conclude,
		.context = state };
	int status;

	status = sweep_slurm(&slurm);
	sweep_end(&state->sweep);
	return (status);
}

static int
dry_run(struct state *state)
{
	struct sweep_dry dry = { .plan = state->plan,
		.campaign = &state->sweep.campaign, .mode = state->sweep.mode,
		.workers = state->workers,
		.all = options_given(state->options, OPTION_ALL),
		.db = state->options->values[OPTION_DB],
		.resume = state->sweep.resume, .shard = &state->shard };

	if (state->backend == BACKEND_SLURM && sweep_slurm_size(state->options,
	    state->plan, &dry.tasks, &dry.workers, &state->err) != 0)
		return (verb_fail(VERB_USAGE, &state->err));
	if (dry.db == NULL && dry.resume)
		dry.db = "gusim.db";
	switch (sweep_dry(&dry, &state->err)) {
	case POOL_DONE:
		return (VERB_HELD);
	case POOL_SIGNALLED:
		return (VERB_INTERRUPTED + pool_signal());
	default:
		return (environment(state));
	}
}

/* Every point must make a spec before any is run. */
static int
check_points(struct state *state)
{
	struct run_spec spec;
	size_t i;

	if (state->plan->point_count * state->plan->seed_count >
	    SWEEP_RUNS_MAX) {
		return (verb_failf(VERB_USAGE, "sweep: %zu points with %llu "
		    "seeds each are more than %d runs; take fewer seeds or "
		    "axes", state->plan->point_count,
		    (unsigned long long)state->plan->seed_count,
		    SWEEP_RUNS_MAX));
	}
	for (i = 0; i < state->plan->point_count; i++) {
		if (plan_spec(state->plan, i, state->plan->seed_from, &spec,
		    &state->err) != 0)
			return (verb_fail(VERB_USAGE, &state->err));
	}
	return (VERB_HELD);
}

static int
sweep_plan(struct state *state)
{
	const struct options *options = state->options;
	int status;

	status = check_points(state);
	if (status != VERB_HELD)
		return (status);
	state->sweep.plan = state->plan;
	state->sweep.command = options->command;
	state->sweep.no_audit = options_given(options, OPTION_NO_AUDIT);
	state->sweep.resume = options_given(options, OPTION_RESUME) ||
	    options_given(options, OPTION_COLLECT);
	if (state->backend == BACKEND_SLURM &&
	    !options_given(options, OPTION_DRY_RUN))
		return (sweep_on_cluster(state));
	if (state->shard.count > 0) {
		/* Tasks on many computers, one file system. */
		state->sweep.shared = true;
		state->shard.by_point = state->plan->seed_until > 0;
		state->sweep.mine = is_mine;
		state->sweep.context = state;
	}
	if (sweep_begin(&state->sweep, options, state->workers,
	    &state->err) != 0)
		return (environment(state));
	status = options_given(options, OPTION_DRY_RUN) ? dry_run(state) :
	    sweep_into_store(state);
	sweep_end(&state->sweep);
	return (status);
}

/* How much of the plan is asked for here, and who does the rest. */
static int
read_share(struct state *state)
{
	const struct options *options = state->options;
	const char *text;

	if (state->backend == BACKEND_LOCAL &&
	    sweep_slurm_only(options, &state->err))
		return (verb_fail(VERB_USAGE, &state->err));
	text = options->values[OPTION_SHARD];
	if (text == NULL)
		return (VERB_HELD);
	if (shard_parse(text, &state->shard, &state->err) != 0) {
		err_at(&state->err, "sweep: --shard");
		return (verb_fail(VERB_USAGE, &state->err));
	}
	if (!options_given(options, OPTION_DB) &&
	    !options_given(options, OPTION_DRY_RUN)) {
		return (verb_failf(VERB_USAGE, "sweep: --shard %s: a shard "
		    "needs a database of its own; add --db shard-%llu.db",
		    text, (unsigned long long)state->shard.index + 1));
	}
	return (VERB_HELD);
}

static int
read_options(struct state *state, uint64_t *seed_count)
{
	static const char *const backends[] = { "local", "slurm", NULL };
	const struct options *options = state->options;
	size_t mode;
	uint64_t ignored;

	if (options_choice(options, OPTION_BACKEND, backends, 0,
	    &state->backend, &state->err) != 0 ||
	    options_choice(options, OPTION_PROGRESS, progress_modes, 0, &mode,
	    &state->err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &state->workers, &state->err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, 1, &ignored,
	    &state->err) != 0 ||
	    options_size(options, OPTION_MEMORY, 0, &ignored,
	    &state->err) != 0 ||
	    options_count(options, OPTION_SEEDS, 1, 1000000000, *seed_count,
	    seed_count, &state->err) != 0)
		return (verb_fail(VERB_USAGE, &state->err));
	state->sweep.mode = (enum progress_mode)mode;
	return (read_share(state));
}

static int
sweep_scenario(struct state *state, struct scenario *scenario)
{
	uint64_t seed_count;
	int status;

	seed_count = scenario->seed_count;
	status = read_options(state, &seed_count);
	if (status != VERB_HELD)
		return (status);
	state->plan = plan_make(scenario, 0, &state->err);
	if (state->plan == NULL)
		return (verb_fail(VERB_USAGE, &state->err));
	state->plan->seed_count = seed_count;
	if (state->plan->seed_most < seed_count)
		state->plan->seed_most = seed_count;
	status = sweep_plan(state);
	plan_free(state->plan);
	return (status);
}

static int
sweep(const struct options *options)
{
	struct scenario *scenario;
	struct state *state;
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
	    "the width of its 95 % confidence interval.\n"
	    "\n"
	    "One run in a hundred is executed once more in another process; where the two\n"
	    "differ, the sweep says so and ends with status 1.\n"
	    "\n"
	    "--shard K/N executes a part, for many computers by hand; --backend slurm gives\n"
	    "the parts to a cluster as one job array with a merge after it.  docs/cluster.md\n"
	    "shows both.",
	.options = VERB_TAKES(DB) | VERB_TAKES(JOBS) | VERB_TAKES(SEEDS) |
	    VERB_TAKES(SET) | VERB_TAKES(RESUME) | VERB_TAKES(DRY_RUN) |
	    VERB_TAKES(BACKEND) | VERB_TAKES(TIMEOUT) | VERB_TAKES(MEMORY) |
	    VERB_TAKES(PROGRESS) | VERB_TAKES(PLUGIN) | VERB_TAKES(SHARD) |
	    VERB_TAKES(ARRAY) | VERB_TAKES(AT_MOST) | VERB_TAKES(PARTITION) |
	    VERB_TAKES(SLURM_OPTIONS) | VERB_TAKES(WAIT) |
	    VERB_TAKES(COLLECT) | VERB_TAKES(ALL) | VERB_TAKES(NO_AUDIT),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = sweep,
};
