/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "sim/base/err.h"
#include "tools/campaign/campaign.h"
#include "tools/campaign/expect.h"
#include "tools/cli/json_out.h"
#include "tools/scenario/plan.h"
#include "tools/cli/run_text.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/cli/verb.h"

/* What the one answer is shown with. */
struct seen {
	const struct options *options;
	const struct plan *plan;
};

static void
show(void *context, const struct pool_outcome *outcome,
    const struct wire_result *result, const char *token)
{
	const struct seen *with = context;
	const struct plan_point *point = &with->plan->points[0];
	struct run_spec spec;

	spec = point->policy->spec;
	spec.seed = outcome->job.seed;
	(options_given(with->options, OPTION_JSON) ? json_out_run :
	    run_text_print)(with->plan->scenario->name, point->policy->label,
	    &spec, result, token);
}

/* The run, its row and the verdict, in a store that may be memory only. */
static int
store_and_judge(const struct options *options, const struct plan *plan,
    struct campaign *campaign, struct err *err)
{
	struct store_job *jobs;
	struct pool_job job;
	int64_t experiment;
	uint64_t broken;
	size_t count;
	enum pool_end end;

	if (store_experiment_add(campaign->store, plan, options->command,
	    &experiment, err) != 0 ||
	    store_experiment_jobs(campaign->store, experiment, plan, &jobs,
	    &count, err) != 0)
		return (verb_fail(VERB_ENVIRONMENT, err));
	job.id = jobs[0].run_id;
	job.point = jobs[0].point;
	job.seed = jobs[0].seed;
	free(jobs);
	end = campaign_run(campaign, &job, 1, PROGRESS_NEVER, err);
	if (end == POOL_SIGNALLED)
		return (VERB_INTERRUPTED + pool_signal());
	if (end != POOL_DONE ||
	    store_experiment_finish(campaign->store, experiment, err) != 0 ||
	    expect_judge(campaign->store, experiment, plan, &broken, err) != 0)
		return (verb_fail(VERB_ENVIRONMENT, err));
	return (broken > 0 ? VERB_FINDING : VERB_HELD);
}

static int
run_plan(const struct options *options, struct plan *plan)
{
	struct seen with = { options, plan };
	struct campaign campaign;
	const char *db;
	struct err err;
	int status;

	db = options->values[OPTION_DB];
	if (campaign_begin(&campaign, plan, options, 1, &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	campaign.see = show;
	campaign.context = &with;
	campaign.store = store_open(db, db != NULL ? STORE_WRITE :
	    STORE_MEMORY, &err);
	status = campaign.store == NULL ? verb_fail(VERB_ENVIRONMENT, &err) :
	    store_and_judge(options, plan, &campaign, &err);
	store_close(campaign.store);
	campaign_end(&campaign);
	return (status);
}

static int
run(const struct options *options)
{
	struct scenario *scenario;
	struct plan *plan, one;
	struct run_spec spec;
	struct err err;
	int status;

	scenario = scenario_load(options->arguments[0], options->sets,
	    options->set_count, &err);
	if (scenario == NULL)
		return (verb_fail(VERB_USAGE, &err));
	plan = plan_make(scenario, 1, &err);
	if (plan == NULL) {
		scenario_free(scenario);
		return (verb_fail(VERB_USAGE, &err));
	}
	/* One run: of the first policy, with one seed. */
	one = *plan;
	one.point_count = 1;
	one.seed_count = 1;
	if (options_seed(options, OPTION_SEED, scenario->seed_from,
	    &one.seed_from, &err) != 0 ||
	    plan_spec(&one, 0, one.seed_from, &spec, &err) != 0)
		status = verb_fail(VERB_USAGE, &err);
	else {
		if (plan->point_count > 1) {
			verb_note("the scenario compares %zu policies; this is "
			    "the first, %s (`gusim sweep` runs them all)",
			    plan->point_count, plan->points[0].policy->label);
		}
		status = run_plan(options, &one);
	}
	plan_free(plan);
	scenario_free(scenario);
	return (status);
}

const struct verb verb_run = {
	.name = "run",
	.arguments = "SCENARIO",
	.summary = "Executes one run and prints its metrics",
	.details =
	    "A scenario with a sweep runs its base point, one with several policies the\n"
	    "first.  The run has a process of its own: if the code under test crashes, that\n"
	    "is a finding.  The last line printed repeats the run, on any machine.",
	.options = VERB_TAKES(SEED) | VERB_TAKES(SET) | VERB_TAKES(DB) |
	    VERB_TAKES(JSON) | VERB_TAKES(TRACE) | VERB_TAKES(WINDOW) |
	    VERB_TAKES(TIMEOUT) | VERB_TAKES(MEMORY) | VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = run,
};
