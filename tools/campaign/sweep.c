/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/sweep.h"

#include <stdlib.h>

#include "sim/base/must.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"

int
sweep_begin(struct sweep *sweep, const struct options *options,
    size_t workers_most, struct err *err)
{

	return (campaign_begin(&sweep->campaign, sweep->plan, options,
	    workers_most, err));
}

void
sweep_end(struct sweep *sweep)
{

	audit_end(&sweep->audit);
	wave_end(&sweep->wave);
	store_close(sweep->campaign.store);
	sweep->campaign.store = NULL;
	campaign_end(&sweep->campaign);
}

/* The runs of this process's share alone. */
static int
add_mine(struct sweep *sweep, struct err *err)
{
	const struct plan *plan = sweep->plan;
	struct store *store = sweep->campaign.store;
	uint64_t s;
	int64_t run_id;
	size_t i;
	bool done;

	if (store_begin(store, err) != 0)
		return (-1);
	for (s = 0; s < plan->seed_count; s++) {
		for (i = 0; i < plan->point_count; i++) {
			if (sweep->mine(sweep->context, i,
			    plan->seed_from + s) &&
			    store_experiment_want(store, sweep->experiment,
			    plan, i, plan->seed_from + s, &run_id, &done,
			    err) != 0) {
				store_rollback(store);
				return (-1);
			}
		}
	}
	return (store_commit(store, err));
}

static int
add(struct sweep *sweep, struct err *err)
{
	struct store *store = sweep->campaign.store;

	if (sweep->mine == NULL)
		return (store_experiment_add(store, sweep->plan,
		    sweep->command, &sweep->experiment, err));
	if (store_experiment_start(store, sweep->plan, sweep->command,
	    &sweep->experiment, err) != 0)
		return (-1);
	return (add_mine(sweep, err));
}

enum sweep_start
sweep_open(struct sweep *sweep, const char *path, struct err *err)
{
	struct store *store;
	int found;

	store = store_open(path, sweep->shared ? STORE_SHARED : STORE_WRITE,
	    err);
	sweep->campaign.store = store;
	if (store == NULL)
		return (SWEEP_FAILED);
	if (!sweep->resume) {
		if (store_experiment_interrupted(store, sweep->plan,
		    &sweep->interrupted, err) != 0 || add(sweep, err) != 0)
			return (SWEEP_FAILED);
		return (SWEEP_NEW);
	}
	found = store_experiment_find(store, sweep->plan, &sweep->experiment,
	    err);
	if (found < 0)
		return (SWEEP_OTHER);
	if (found == 0)
		return (add(sweep, err) != 0 ? SWEEP_FAILED :
		    SWEEP_NONE_TO_RESUME);
	if ((sweep->mine != NULL ? add_mine(sweep, err) :
	    store_experiment_extend(store, sweep->experiment, sweep->plan,
	    err)) != 0)
		return (SWEEP_FAILED);
	return (SWEEP_RESUMED);
}

/* The runs that are left, in the order in which they are to be executed. */
static int
pending_jobs(struct sweep *sweep, struct pool_job **jobs, size_t *count,
    struct err *err)
{
	struct store_job *pending;
	size_t i, all;

	if (store_experiment_jobs(sweep->campaign.store, sweep->experiment,
	    sweep->plan, &pending, &all, err) != 0)
		return (-1);
	*jobs = must_alloc(all + 1, sizeof(**jobs));
	*count = 0;
	for (i = 0; i < all; i++) {
		if (sweep->mine != NULL && !sweep->mine(sweep->context,
		    pending[i].point, pending[i].seed))
			continue;
		(*jobs)[*count].id = pending[i].run_id;
		(*jobs)[*count].point = pending[i].point;
		(*jobs)[(*count)++].seed = pending[i].seed;
	}
	free(pending);
	return (0);
}

static bool
ahead(void *context, struct pool_job *job)
{
	struct sweep *sweep = context;

	return (audit_ahead(&sweep->audit, job));
}

static bool
behind(void *context, struct pool_job *job)
{
	struct sweep *sweep = context;

	return (wave_behind(&sweep->wave, job));
}

static int
after(void *context, const struct pool_outcome *outcome,
    const struct wire_result *result, struct err *err)
{
	struct sweep *sweep = context;

	if (!sweep->no_audit)
		audit_after(&sweep->audit, outcome, result);
	if (wave_after(&sweep->wave, outcome->job.point, err) != 0)
		return (-1);
	sweep->campaign.more = sweep->wave.job_count;
	return (0);
}

static int
again(void *context, const struct pool_outcome *outcome,
    const struct wire_result *result, struct err *err)
{
	struct sweep *sweep = context;

	return (audit_again(&sweep->audit, outcome, result, err));
}

static int
begin_hooks(struct sweep *sweep, struct err *err)
{
	struct campaign *campaign = &sweep->campaign;

	if (wave_begin(&sweep->wave, campaign->store, sweep->plan,
	    sweep->experiment, sweep->mine, sweep->context, err) != 0)
		return (-1);
	campaign->more = sweep->wave.job_count;
	if (!sweep->no_audit && audit_begin(&sweep->audit, campaign->store,
	    sweep->plan, sweep->experiment, err) != 0)
		return (-1);
	campaign->hooks = (struct campaign_hooks){ .ahead = ahead,
		.behind = behind, .after = after, .again = again,
		.context = sweep };
	return (0);
}

static enum pool_end
execute(struct sweep *sweep, const struct pool_job *jobs, size_t count,
    struct err *err)
{
	enum pool_end end;

	end = campaign_run(&sweep->campaign, jobs, count, sweep->mode, err);
	/* What is left may not go to the one worker that would do it. */
	while (end == POOL_DONE && audit_waits(&sweep->audit)) {
		if (pool_renew(sweep->campaign.pool, err) != 0)
			return (POOL_FAILED);
		sweep->campaign.more = 0;
		end = campaign_run(&sweep->campaign, NULL, 0, sweep->mode,
		    err);
	}
	return (end);
}

enum pool_end
sweep_run(struct sweep *sweep, struct err *err)
{
	struct pool_job *jobs;
	enum pool_end end;
	size_t count;

	if (begin_hooks(sweep, err) != 0 ||
	    pending_jobs(sweep, &jobs, &count, err) != 0)
		return (POOL_FAILED);
	sweep->to_do = count + sweep->wave.job_count;
	end = execute(sweep, jobs, count, err);
	sweep->to_do = count + sweep->wave.job_count;
	free(jobs);
	if (end == POOL_DONE && store_experiment_finish(sweep->campaign.store,
	    sweep->experiment, err) != 0)
		return (POOL_FAILED);
	return (end);
}
