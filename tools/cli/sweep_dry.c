/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/sweep_dry.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/cli/sweep_text.h"
#include "tools/cluster/shard.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"

enum { PILOT_RUNS = 8 };

/* The few runs, and what became of them. */
struct pilot {
	const struct sweep_dry *dry;
	struct pool_job jobs[PILOT_RUNS];
	size_t count;
	double wall_ns[PILOT_RUNS];
	size_t seen;
	size_t failed;			/* crashed, or out of time */
	double file_bytes;		/* the database as it is made */
	double empty_bytes;		/* in use in it: as made, */
	double done_bytes;		/* ... with these runs, */
	double kept_bytes;		/* ... and with what is kept of points */
};

/*
 * Of the pages of a table that grows in the middle so much is in use: measured,
 * on sweeps of 128 to 10,000 runs.  Between 2/3 and 1 by theory (Yao, On random
 * 2-3 trees, Acta Informatica 9, 1978).
 */
#define PAGE_FILL 0.8

/* --- what there is to do --------------------------------------------------- */

static void
print_filters(const struct plan *plan)
{
	const struct scenario_filter *filter;
	size_t i;

	for (i = 0; i < plan->scenario->filter_count; i++) {
		filter = &plan->scenario->filters[i];
		printf("%s  %zu points are not: %s\n", i == 0 ? "filters" :
		    "       ", plan->taken[i], filter->text);
	}
}

static void
print_until(const struct plan *plan)
{
	size_t i;

	printf("seeds    %llu to %llu, from %llu, until ",
	    (unsigned long long)plan->seed_count,
	    (unsigned long long)plan->seed_most,
	    (unsigned long long)plan->seed_from);
	for (i = 0; i < plan->seed_of_count; i++)
		printf("%s%s.%s", i == 0 ? "" : ", ", plan->seed_of[i].metric,
		    plan->seed_of[i].stat);
	printf(" is known to %g%%\n", 100 * plan->seed_until);
}

/* "480", or "48 to 480": runs of the whole plan, or of a shard of it. */
static void
print_span(const struct plan *plan, const struct shard *shard)
{
	unsigned long long least, most;

	least = shard_runs(shard, plan->point_count, plan->seed_count);
	most = shard_runs(shard, plan->point_count, plan->seed_most);
	if (plan->seed_until > 0 && most > least)
		printf("%llu to %llu", least, most);
	else
		printf("%llu", least);
}

/* The sizes of tasks differ by one run at most, or by the runs of one point. */
static void
print_tasks(const struct sweep_dry *dry)
{
	const struct plan *plan = dry->plan;
	unsigned long long points, runs, tasks;

	tasks = dry->tasks;
	points = (plan->point_count + tasks - 1) / tasks;
	if (plan->seed_until > 0) {
		printf("tasks    %llu, of up to %llu points\n", tasks, points);
		return;
	}
	runs = plan->point_count * plan->seed_count;
	printf("tasks    %llu, of up to %llu runs\n", tasks,
	    (runs + tasks - 1) / tasks);
}

static void
print_runs(const struct sweep_dry *dry)
{
	const struct plan *plan = dry->plan;
	const struct shard whole = { .count = 0 };

	printf("\n");
	print_filters(plan);
	printf("points   %zu\n", plan->point_count);
	if (plan->seed_until > 0)
		print_until(plan);
	else
		printf("seeds    %llu, from %llu\n",
		    (unsigned long long)plan->seed_count,
		    (unsigned long long)plan->seed_from);
	printf("runs     ");
	print_span(plan, &whole);
	printf("\n");
	if (dry->shard->count > 0) {
		printf("shard    %llu/%llu: ",
		    (unsigned long long)dry->shard->index + 1,
		    (unsigned long long)dry->shard->count);
		print_span(plan, dry->shard);
		printf(" of these runs\n");
	}
	if (dry->tasks > 0)
		print_tasks(dry);
}

/* Runs of the plan, or of the shard, that an experiment has done. */
static int
count_done(struct store *store, int64_t experiment,
    const struct sweep_dry *dry, uint64_t *done, struct err *err)
{
	const struct plan *plan = dry->plan;
	struct store_query *query;
	int more;

	query = store_query_begin(store, "SELECT point.ordinal, run.seed FROM run "
	    "JOIN point ON point.id = run.point_id "
	    "WHERE point.experiment_id = ?1 AND run.status <> 'pending' "
	    "AND run.seed BETWEEN ?2 AND ?3", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	store_query_bind_int(query, 2, (int64_t)plan->seed_from);
	store_query_bind_int(query, 3, (int64_t)(plan->seed_from +
	    plan->seed_most - 1));
	while ((more = store_query_step(query, err)) > 0)
		*done += shard_has(dry->shard, plan->point_count,
		    (uint64_t)store_query_int(query, 0),
		    (uint64_t)store_query_int(query, 1) - plan->seed_from);
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}

/* What --resume finds, or would have found. */
static int
look_into_db(const struct sweep_dry *dry, uint64_t *done, struct err *err)
{
	struct store *store;
	struct err why;
	int64_t experiment;
	int found;

	*done = 0;
	if (dry->db == NULL)
		return (0);
	if (access(dry->db, F_OK) != 0) {
		printf("there    none: %s does not exist yet\n", dry->db);
		return (0);
	}
	store = store_open(dry->db, STORE_READ, err);
	if (store == NULL)
		return (-1);
	found = store_experiment_find(store, dry->plan, &experiment, &why);
	if (found > 0 && count_done(store, experiment, dry, done, err) != 0) {
		store_close(store);
		return (-1);
	}
	store_close(store);
	if (found > 0)
		printf("there    %llu of these runs are in %s%s\n",
		    (unsigned long long)*done, dry->db, dry->resume ? "" :
		    "; with --resume they would not be executed again");
	else if (found < 0)
		printf("there    none: %s\n", why.text);
	else
		printf("there    none in %s\n", dry->db);
	if (!dry->resume)
		*done = 0;
	return (0);
}

/* --- the pilot ------------------------------------------------------------- */

static void
see(void *context, const struct pool_outcome *outcome,
    const struct wire_result *result, const char *token)
{
	struct pilot *pilot = context;

	(void)result;
	(void)token;
	if (pilot->seen < PILOT_RUNS)
		pilot->wall_ns[pilot->seen++] = (double)outcome->wall_ns;
	pilot->failed += outcome->fate != POOL_ANSWERED;
}

static const char in_use[] = "pgsize - unused";

/* `what` of the pages, together. */
static int
measure(struct store *store, const char *what, double *bytes, struct err *err)
{
	struct store_query *query;
	char sql[80];
	int more;

	snprintf(sql, sizeof(sql), "SELECT total(%s) FROM dbstat", what);
	query = store_query_begin(store, sql, err);
	if (query == NULL)
		return (-1);
	more = store_query_step(query, err);
	if (more > 0)
		*bytes = store_query_real(query, 0);
	store_query_end(query);
	return (more > 0 ? 0 : -1);
}

/* The first points in the order of execution, with the first seed. */
static int
choose(struct pilot *pilot, struct store *store, int64_t *experiment,
    struct err *err)
{
	const struct plan *plan = pilot->dry->plan;
	size_t *order;
	size_t i;
	int failed;
	bool done;

	pilot->count = plan->point_count < PILOT_RUNS ? plan->point_count :
	    PILOT_RUNS;
	failed = measure(store, "pgsize", &pilot->file_bytes, err) != 0 ||
	    measure(store, in_use, &pilot->empty_bytes, err) != 0 ||
	    store_begin(store, err) != 0 || store_experiment_start(store, plan,
	    "a pilot", experiment, err) != 0;
	order = must_alloc(plan->point_count, sizeof(*order));
	plan_order(plan, order);
	for (i = 0; i < pilot->count && !failed; i++) {
		pilot->jobs[i].point = order[i];
		pilot->jobs[i].seed = plan->seed_from;
		failed = store_experiment_want(store, *experiment, plan,
		    order[i], plan->seed_from, &pilot->jobs[i].id, &done,
		    err) != 0;
	}
	free(order);
	return (failed || store_commit(store, err) != 0 ? -1 : 0);
}

static enum pool_end
execute(struct pilot *pilot, struct err *err)
{
	struct campaign *campaign = pilot->dry->campaign;
	struct store *store;
	enum pool_end end;
	int64_t experiment;

	store = store_open("the pilot's database", STORE_MEMORY, err);
	if (store == NULL)
		return (POOL_FAILED);
	if (choose(pilot, store, &experiment, err) != 0) {
		store_close(store);
		return (POOL_FAILED);
	}
	campaign->store = store;
	campaign->see = see;
	campaign->context = pilot;
	end = campaign_run(campaign, pilot->jobs, pilot->count,
	    pilot->dry->mode, err);
	campaign->store = NULL;
	campaign->see = NULL;
	if (end == POOL_DONE &&
	    (measure(store, in_use, &pilot->done_bytes, err) != 0 ||
	    store_experiment_finish(store, experiment, err) != 0 ||
	    measure(store, in_use, &pilot->kept_bytes, err) != 0))
		end = POOL_FAILED;
	store_close(store);
	return (end);
}

/* --- what it tells --------------------------------------------------------- */

static void
wait_text(double ns, char text[HUMAN_SIZE])
{

	human_wait(ns < 1e18 ? (uint64_t)ns : (uint64_t)1e18, text);
}

static void
print_time(const struct pilot *pilot, double runs)
{
	char each[HUMAN_SIZE], high[HUMAN_SIZE], low[HUMAN_SIZE];
	char whole[HUMAN_SIZE];
	double least, most, sum;
	size_t i;

	sum = 0;
	least = most = pilot->wall_ns[0];
	for (i = 0; i < pilot->seen; i++) {
		sum += pilot->wall_ns[i];
		least = fmin(least, pilot->wall_ns[i]);
		most = fmax(most, pilot->wall_ns[i]);
	}
	sum /= (double)pilot->seen;
	runs /= (double)pilot->dry->workers;
	wait_text(sum * runs, whole);
	human_value(sum, "ns", each);
	printf("time     about %s with %llu workers, %s for each run\n",
	    whole, (unsigned long long)pilot->dry->workers, each);
	human_value(least, "ns", low);
	human_value(most, "ns", high);
	printf("         (the pilot's %zu run%s took from %s to %s",
	    pilot->seen, pilot->seen == 1 ? "" : "s", low, high);
	wait_text(least * runs, low);
	wait_text(most * runs, high);
	printf(":\n         %s if all were like the fastest, %s if like the "
	    "slowest)\n", low, high);
}

static void
print_disk(const struct pilot *pilot, double runs)
{
	char each[HUMAN_SIZE], point[HUMAN_SIZE], whole[HUMAN_SIZE];
	const struct sweep_dry *dry = pilot->dry;
	double kept, points, run, share;

	points = (double)shard_runs(dry->shard, dry->plan->point_count,
	    dry->shard->by_point ? 1 : dry->plan->seed_count);
	points = fmin(points, (double)dry->plan->point_count);
	share = PAGE_FILL * (double)pilot->count;
	run = (pilot->done_bytes - pilot->empty_bytes) / share;
	kept = (pilot->kept_bytes - pilot->done_bytes) / share;
	human_value(run, "bytes", each);
	human_value(kept, "bytes", point);
	human_value(pilot->file_bytes + run * runs + kept * points, "bytes",
	    whole);
	printf("disk     about %s, %s for each run and %s for each point, as "
	    "the\n         pilot's database grew\n", whole, each, point);
}

static void
print_cost(const struct pilot *pilot, uint64_t done)
{
	const struct plan *plan = pilot->dry->plan;
	const struct shard *shard = pilot->dry->shard;
	double least, most;

	if (pilot->seen == 0)
		return;
	least = (double)shard_runs(shard, plan->point_count, plan->seed_count);
	most = (double)shard_runs(shard, plan->point_count, plan->seed_most);
	least = least > (double)done ? least - (double)done : 0;
	most = most > (double)done ? most - (double)done : 0;
	if (done > 0)
		printf("to do    %.0f runs\n", least);
	print_time(pilot, least);
	print_disk(pilot, least);
	if (plan->seed_until > 0) {
		printf("\nand if every point needs all of its %llu seeds:\n",
		    (unsigned long long)plan->seed_most);
		print_time(pilot, most);
		print_disk(pilot, most);
	}
	if (pilot->failed > 0)
		printf("\n%zu of the pilot's %zu runs crashed or ran out of "
		    "time\n", pilot->failed, pilot->seen);
}

enum pool_end
sweep_dry(const struct sweep_dry *dry, struct err *err)
{
	struct pilot pilot;
	enum pool_end end;
	uint64_t done;

	sweep_text_plan(dry->plan, dry->all);
	print_runs(dry);
	if (look_into_db(dry, &done, err) != 0)
		return (POOL_FAILED);
	fflush(stdout);
	memset(&pilot, 0, sizeof(pilot));
	pilot.dry = dry;
	end = execute(&pilot, err);
	if (end == POOL_DONE)
		print_cost(&pilot, done);
	return (end);
}
