/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/tune/ledger.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/campaign/campaign.h"
#include "tools/cli/options.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"
#include "tools/tune/field.h"

void
ledger_close(struct ledger *ledger)
{

	store_close(ledger->store);
	ledger->store = NULL;
}

static int
open_store(struct ledger *ledger)
{

	if (ledger->store == NULL)
		ledger->store = store_open(ledger->path, STORE_WRITE,
		    &ledger->err);
	return (ledger->store == NULL ? -1 : 0);
}

/* The experiment of the scene; that of an equal tune by an equal build. */
static int
open_experiment(struct ledger *ledger, struct field_scene *scene)
{
	struct err none;

	if (open_store(ledger) != 0)
		return (-1);
	if (scene->experiment != 0)
		return (0);
	/* In one transaction: another process may be at the same point. */
	if (store_begin(ledger->store, &ledger->err) != 0)
		return (-1);
	if (store_experiment_find(ledger->store, scene->plan,
	    &scene->experiment, &none) > 0)
		return (store_commit(ledger->store, &ledger->err));
	scene->experiment = 0;
	if (store_experiment_start(ledger->store, scene->plan,
	    ledger->options->command, &scene->experiment, &ledger->err) != 0) {
		store_rollback(ledger->store);
		return (-1);
	}
	return (store_commit(ledger->store, &ledger->err));
}

/* It is not finished any more. */
static int
reopen(struct ledger *ledger, const struct field_scene *scene)
{
	struct store_query *query;
	int status;

	query = store_query_begin(ledger->store, "UPDATE experiment "
	    "SET finished_at = NULL WHERE id = ? AND finished_at IS NOT NULL",
	    &ledger->err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, scene->experiment);
	status = store_query_step(query, &ledger->err);
	store_query_end(query);
	return (status < 0 ? -1 : 0);
}

/* Rows for all, in one transaction; jobs for those that are pending. */
static int
want(struct ledger *ledger, const struct field_scene *scene,
    struct ledger_run *runs, size_t count, struct pool_job *jobs,
    size_t *job_count)
{
	size_t i;
	bool done;

	*job_count = 0;
	if (store_begin(ledger->store, &ledger->err) != 0)
		return (-1);
	for (i = 0; i < count; i++) {
		if (store_experiment_want(ledger->store, scene->experiment,
		    scene->plan, runs[i].candidate, runs[i].seed,
		    &runs[i].row, &done, &ledger->err) != 0) {
			store_rollback(ledger->store);
			return (-1);
		}
		if (done)
			continue;
		jobs[*job_count].id = runs[i].row;
		jobs[*job_count].point = runs[i].candidate;
		jobs[(*job_count)++].seed = runs[i].seed;
	}
	if (*job_count > 0 && reopen(ledger, scene) != 0) {
		store_rollback(ledger->store);
		return (-1);
	}
	return (store_commit(ledger->store, &ledger->err));
}

static int
execute(struct ledger *ledger, const struct field_scene *scene,
    const struct pool_job *jobs, size_t count)
{
	struct campaign *campaign;

	ledger_close(ledger);
	campaign = must_alloc(1, sizeof(*campaign));
	ledger->end = POOL_FAILED;
	if (campaign_begin(campaign, scene->plan, ledger->options,
	    ledger->workers, &ledger->err) == 0) {
		if (open_store(ledger) == 0) {
			campaign->store = ledger->store;
			ledger->end = campaign_run(campaign, jobs, count,
			    ledger->mode, &ledger->err);
			ledger->executed += campaign->done;
		}
		campaign_end(campaign);
	}
	free(campaign);
	return (ledger->end == POOL_DONE ? 0 : -1);
}

int
ledger_need(struct ledger *ledger, size_t index, struct ledger_run *runs,
    size_t count)
{
	struct field_scene *scene;
	struct pool_job *jobs;
	size_t job_count;
	int status;

	scene = &ledger->field->scenes[index];
	ledger->end = POOL_FAILED;
	if (open_experiment(ledger, scene) != 0)
		return (-1);
	jobs = must_alloc(count, sizeof(*jobs));
	status = want(ledger, scene, runs, count, jobs, &job_count);
	if (status == 0) {
		ledger->end = POOL_DONE;
		ledger->found += count - job_count;
		if (job_count > 0)
			status = execute(ledger, scene, jobs, job_count);
	}
	free(jobs);
	return (status);
}

/* --- reading ---------------------------------------------------------------- */

int
ledger_value(struct ledger *ledger, int64_t row, const char *metric,
    const char *stat, double *value)
{
	struct store_query *query;
	int more;

	query = store_query_begin(ledger->store, "SELECT value FROM metric "
	    "WHERE run_id = ? AND name = ? AND stat = ?", &ledger->err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, row);
	store_query_bind_text(query, 2, metric);
	store_query_bind_text(query, 3, stat);
	more = store_query_step(query, &ledger->err);
	*value = more > 0 ? store_query_real(query, 0) : (double)NAN;
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

/* What is wrong with a run that came to no good end, with its token. */
static int
read_status(struct ledger *ledger, struct ledger_run *run,
    char why[RACE_WHY_SIZE])
{
	struct store_query *query;
	const char *check, *status;
	int more;

	why[0] = '\0';
	query = store_query_begin(ledger->store, "SELECT r.status, "
	    "(SELECT f.check_name FROM finding f WHERE f.run_id = r.id "
	    "ORDER BY f.id LIMIT 1), r.digest FROM run r WHERE r.id = ?", &ledger->err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, run->row);
	more = store_query_step(query, &ledger->err);
	if (more > 0) {
		status = store_query_text(query, 0);
		check = store_query_text(query, 1);
		run->crashed = strcmp(status, "crashed") == 0;
		snprintf(run->digest, sizeof(run->digest), "%s",
		    store_query_text(query, 2));
		if (strcmp(status, "ok") != 0)
			snprintf(why, RACE_WHY_SIZE, "seed %llu: %s%s%.60s",
			    (unsigned long long)run->seed, status,
			    check[0] != '\0' ? " of " : "", check);
	}
	store_query_end(query);
	if (more == 0)
		return (err_set(&ledger->err, "%s: row %lld of run is gone",
		    ledger->path, (long long)run->row));
	return (more < 0 ? -1 : 0);
}

int
ledger_read(struct ledger *ledger, struct ledger_run *run,
    const struct scenario_stat *const *stats, const int *worse, size_t count,
    double *values, char why[RACE_WHY_SIZE])
{
	char bound[48];
	double flag;
	size_t i;

	if (read_status(ledger, run, why) != 0)
		return (-1);
	for (i = 0; i < count && why[0] == '\0'; i++) {
		snprintf(bound, sizeof(bound), "%s_is_bound", stats[i]->stat);
		if (ledger_value(ledger, run->row, stats[i]->metric,
		    stats[i]->stat, &values[i]) != 0 ||
		    ledger_value(ledger, run->row, stats[i]->metric, bound,
		    &flag) != 0)
			return (-1);
		/* The bounds that there are are from below. */
		if (flag > 0 && worse[i] > 0)
			snprintf(why, RACE_WHY_SIZE, "seed %llu: %s.%s is only "
			    "a lower bound, the run was too short",
			    (unsigned long long)run->seed, stats[i]->metric,
			    stats[i]->stat);
		else if (isnan(values[i]))
			snprintf(why, RACE_WHY_SIZE, "seed %llu: nothing to "
			    "measure %s.%s by", (unsigned long long)run->seed,
			    stats[i]->metric, stats[i]->stat);
	}
	return (0);
}

int
ledger_finish(struct ledger *ledger)
{
	struct field_scene *scene;
	size_t i;

	if (open_store(ledger) != 0)
		return (-1);
	for (i = 0; i < ledger->field->scene_count; i++) {
		scene = &ledger->field->scenes[i];
		if (scene->experiment != 0 && store_experiment_finish(
		    ledger->store, scene->experiment, &ledger->err) != 0)
			return (-1);
	}
	ledger_close(ledger);
	return (0);
}
