/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/claims/claim_trial.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/campaign.h"
#include "tools/campaign/wire.h"
#include "tools/scenario/library.h"
#include "tools/scenario/plan.h"
#include "tools/scenario/scenario.h"

int
claim_trial_begin(struct claim_trial *trial, const struct claim *claim,
    struct err *err)
{
	char *path;

	*trial = (struct claim_trial){ .claim = claim,
		.verdict = CLAIM_NOT_AS_STATED };
	path = library_find(LIBRARY_CLAIMS, claim->id, NULL);
	if (path == NULL) {
		return (err_set(err, "claims: the scenario claims/%s.yaml is "
		    "not there; it belongs into the folder of the scenarios "
		    "that come with gusim", claim->id));
	}
	trial->scenario = scenario_load(path, NULL, 0, err);
	free(path);
	if (trial->scenario == NULL)
		return (-1);
	trial->plan = plan_make(trial->scenario, 0, err);
	if (trial->plan == NULL)
		return (-1);
	claim_values_init(&trial->values, claim->part_count,
	    trial->plan->point_count, trial->plan->seed_count);
	return (0);
}

/* Workers answer in any order: the first in the plan is the one to tell of. */
static void
note_trouble(struct claim_trial *trial, const struct pool_outcome *outcome,
    const struct wire_result *result, const char *token)
{
	uint64_t number;

	number = outcome->job.point * trial->plan->seed_count +
	    (outcome->job.seed - trial->plan->seed_from);
	if (trial->troubled++ > 0 && number > trial->trouble_run)
		return;
	trial->trouble_run = number;
	snprintf(trial->trouble, sizeof(trial->trouble), "%s",
	    result->finding_count > 0 ? result->findings[0].summary :
	    run_status_name(result->status));
	snprintf(trial->token, sizeof(trial->token), "%s", token);
}

static void
see(void *context, const struct pool_outcome *outcome,
    const struct wire_result *result, const char *token)
{
	struct claim_trial *trial = context;
	struct claim_run run;
	struct run_spec spec;
	struct err err;
	size_t i;

	if (result->status != RUN_OK) {
		note_trouble(trial, outcome, result, token);
		return;
	}
	/* It was made once before, for the worker. */
	if (plan_spec(trial->plan, outcome->job.point, outcome->job.seed,
	    &spec, &err) != 0)
		return;
	run.spec = &spec;
	run.result = result;
	for (i = 0; i < trial->claim->part_count; i++) {
		*claim_values_at(&trial->values, i, outcome->job.point,
		    outcome->job.seed - trial->plan->seed_from) =
		    trial->claim->parts[i].value(&run);
	}
}

static struct pool_job *
make_jobs(const struct plan *plan, size_t *count)
{
	struct pool_job *jobs;
	size_t i, seed;

	*count = 0;
	jobs = must_alloc(plan->point_count * plan->seed_count,
	    sizeof(*jobs));
	for (seed = 0; seed < plan->seed_count; seed++) {
		for (i = 0; i < plan->point_count; i++) {
			jobs[*count].id = (int64_t)*count;
			jobs[*count].point = i;
			jobs[*count].seed = plan->seed_from + seed;
			++*count;
		}
	}
	return (jobs);
}

static void
judge(struct claim_trial *trial)
{
	size_t i;

	for (i = 0; i < trial->claim->part_count; i++) {
		claim_finding_fini(&trial->findings[i]);
		claim_judge_part(&trial->claim->parts[i], i, trial->plan,
		    &trial->values, &trial->findings[i]);
	}
	trial->verdict = trial->troubled > 0 ? CLAIM_NO_ANSWER :
	    claim_judge(trial->claim, trial->findings);
}

enum pool_end
claim_trial_run(struct claim_trial *trial, const struct options *options,
    size_t workers, enum progress_mode mode, struct err *err)
{
	struct campaign *campaign;
	struct pool_job *jobs;
	enum pool_end end;
	size_t count;

	campaign = must_alloc(1, sizeof(*campaign));
	if (campaign_begin(campaign, trial->plan, options, workers, err) != 0) {
		free(campaign);
		return (POOL_FAILED);
	}
	campaign->see = see;
	campaign->context = trial;
	jobs = make_jobs(trial->plan, &count);
	trial->runs = count;
	end = campaign_run(campaign, jobs, count, mode, err);
	free(jobs);
	campaign_end(campaign);
	free(campaign);
	if (end == POOL_DONE)
		judge(trial);
	return (end);
}

void
claim_trial_end(struct claim_trial *trial)
{
	size_t i;

	for (i = 0; i < CLAIM_PARTS_MAX; i++)
		claim_finding_fini(&trial->findings[i]);
	claim_values_fini(&trial->values);
	plan_free(trial->plan);
	scenario_free(trial->scenario);
	trial->plan = NULL;
	trial->scenario = NULL;
}
