/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cluster/gather.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/build_id.h"
#include "tools/cluster/folder.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_merge.h"
#include "tools/store/store_query.h"

struct shard
gather_part(const struct plan *plan, uint64_t tasks, uint64_t index)
{
	struct shard shard;

	shard.index = index;
	shard.count = tasks;
	shard.by_point = plan->seed_until > 0;
	return (shard);
}

/* How many experiments are of an equal scenario by an equal build. */
static int
count_equal(struct store *store, const struct plan *plan, int64_t *count,
    struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(store, "SELECT count(*) FROM experiment "
	    "WHERE name = ? AND scenario_digest = ? AND build_id = ?", err);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 1, plan->scenario->name);
	store_query_bind_text(query, 2, plan->scenario->digest);
	store_query_bind_text(query, 3, build_id());
	more = store_query_step(query, err);
	*count = more > 0 ? store_query_int(query, 0) : 0;
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

int
gather_check(const struct folder *folder, const struct plan *plan, bool again,
    struct err *err)
{
	struct store *store;
	int64_t count;
	int failed;

	if (access(folder->database, F_OK) != 0)
		return (0);
	store = store_open(folder->database, STORE_READ, err);
	if (store == NULL)
		return (-1);
	failed = count_equal(store, plan, &count, err);
	store_close(store);
	if (failed)
		return (-1);
	if (count > (again ? 1 : 0)) {
		err_set(err, "%.600s holds %lld sweep%s of '%s' already,"
		    " and a cluster needs to know which one it works for; %s",
		    folder->database, (long long)count, count == 1 ? "" : "s",
		    plan->scenario->name, count == 1 ?
		    "--resume goes on with it, --db makes another database" :
		    "take another database with --db");
		return (1);
	}
	return (0);
}

/* NULL where the task has not begun. */
static char *
shard_path(const struct folder *folder, uint64_t index)
{
	char *path;

	path = folder_file(folder, "shard-%llu.db",
	    (unsigned long long)index + 1);
	if (access(path, F_OK) == 0)
		return (path);
	free(path);
	return (NULL);
}

/*
 * 1: the shard has runs of this sweep, and `*finished` whether all of its own;
 * 0: none yet; -1 with err.
 */
static int
judge(const char *path, const struct plan *plan, bool *finished,
    struct err *err)
{
	struct store_query *query;
	struct store *store;
	int64_t experiment;
	int found;

	*finished = false;
	store = store_open(path, STORE_READ, err);
	if (store == NULL)
		return (-1);
	found = store_experiment_find(store, plan, &experiment, err);
	if (found > 0) {
		query = store_query_begin(store, "SELECT 1 FROM experiment "
		    "WHERE id = ? AND finished_at IS NOT NULL", err);
		if (query == NULL)
			found = -1;
		else {
			store_query_bind_int(query, 1, experiment);
			*finished = store_query_step(query, err) > 0;
		}
		store_query_end(query);
	}
	store_close(store);
	return (found);
}

static void
gather_shard(const struct folder *folder, const struct plan *plan,
    struct store *store, uint64_t index, struct gather_shard *shard)
{
	struct store_merged merged;
	struct err err;
	char *path;
	int found;

	path = shard_path(folder, index);
	if (path == NULL)
		return;
	found = judge(path, plan, &shard->complete, &err);
	if (found > 0 && store_merge(store, path, &merged, &err) != 0)
		found = -1;
	if (found < 0) {
		shard->complete = false;
		shard->trouble = must_copy(err.text);
	}
	free(path);
}

static int
count_missing(const struct plan *plan, struct store *store,
    int64_t experiment, struct gather *result, struct err *err)
{
	struct store_fates fates;
	struct store_job *jobs;
	struct shard like;
	size_t count, i;
	uint64_t owner;

	if (store_experiment_fates_all(store, experiment, &fates, err) != 0 ||
	    store_experiment_jobs(store, experiment, plan, &jobs, &count,
	    err) != 0)
		return (-1);
	result->total = fates.pending + fates.ok + fates.finding +
	    fates.crashed + fates.timeout;
	result->missing = count;
	like = gather_part(plan, result->tasks, 0);
	for (i = 0; i < count; i++) {
		owner = shard_of(&like, plan->point_count, jobs[i].point,
		    jobs[i].seed - plan->seed_from);
		result->shards[owner].missing++;
	}
	free(jobs);
	return (0);
}

int
gather(const struct folder *folder, const struct plan *plan,
    struct store *store, int64_t experiment, struct gather *result,
    struct err *err)
{
	struct gather_shard *shard;
	uint64_t i;

	memset(result, 0, sizeof(*result));
	result->tasks = folder->tasks;
	result->shards = must_alloc(folder->tasks, sizeof(*result->shards));
	for (i = 0; i < folder->tasks; i++)
		gather_shard(folder, plan, store, i, &result->shards[i]);
	if (count_missing(plan, store, experiment, result, err) != 0) {
		gather_fini(result);
		return (-1);
	}
	for (i = 0; i < folder->tasks; i++) {
		shard = &result->shards[i];
		/*
		 * Where the count of runs is fixed, it is complete when they are
		 * there, wherever from; otherwise only its task knows.
		 */
		if (plan->seed_until == 0 || shard->missing > 0)
			shard->complete = shard->missing == 0;
		result->incomplete += !shard->complete;
	}
	return (0);
}

void
gather_fini(struct gather *result)
{
	uint64_t i;

	for (i = 0; i < result->tasks && result->shards != NULL; i++)
		free(result->shards[i].trouble);
	free(result->shards);
	memset(result, 0, sizeof(*result));
}

static void
add_progress(struct store *store, const struct plan *plan, uint64_t *done,
    uint64_t *findings, uint64_t *total)
{
	struct store_fates fates;
	int64_t experiment;
	struct err err;

	if (store_experiment_find(store, plan, &experiment, &err) <= 0 ||
	    store_experiment_fates_all(store, experiment, &fates, &err) != 0)
		return;
	*findings += fates.finding + fates.crashed;
	*done += fates.ok + fates.finding + fates.crashed + fates.timeout;
	*total += fates.pending + fates.ok + fates.finding + fates.crashed +
	    fates.timeout;
}

void
gather_progress(const struct folder *folder, const struct plan *plan,
    uint64_t *done, uint64_t *findings, uint64_t *total)
{
	struct store *store;
	struct shard shard;
	struct err err;
	uint64_t all, i;
	char *path;

	*done = *findings = *total = 0;
	for (i = 0; i < folder->tasks; i++) {
		all = 0;
		path = shard_path(folder, i);
		store = path == NULL ? NULL :
		    store_open(path, STORE_READ, &err);
		if (store != NULL)
			add_progress(store, plan, done, findings, &all);
		store_close(store);
		free(path);
		/* One that has not begun will have so many. */
		shard = gather_part(plan, folder->tasks, i);
		*total += all > 0 ? all : shard_runs(&shard,
		    plan->point_count, plan->seed_count);
	}
}
