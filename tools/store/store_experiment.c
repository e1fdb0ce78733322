/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_experiment.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/build_id.h"
#include "tools/campaign/host.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"
#include "tools/store/store_sqlite.h"

static int
add_experiment(struct store *store, const struct plan *plan,
    const char *command, int64_t *id, struct err *err)
{
	const struct scenario *scenario = plan->scenario;
	struct store_query *query;
	char host[HOST_TEXT_SIZE];
	char now[HOST_TIME_SIZE];
	char version[100];
	int more;

	query = store_query_begin(store, "INSERT INTO experiment (name, "
	    "scenario_text, scenario_digest, command, version, build_id, host, "
	    "started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id", err);
	if (query == NULL)
		return (-1);
	host_describe(host);
	host_time(now);
	store_query_bind_text(query, 1, scenario->name);
	store_query_bind_text(query, 2, scenario->text);
	store_query_bind_text(query, 3, scenario->digest);
	store_query_bind_text(query, 4, command);
	snprintf(version, sizeof(version), "%s %s", build_version(),
	    build_commit());
	store_query_bind_text(query, 5, version);
	store_query_bind_text(query, 6, build_id());
	store_query_bind_text(query, 7, host);
	store_query_bind_text(query, 8, now);
	more = store_query_step(query, err);
	if (more > 0)
		*id = store_query_int(query, 0);
	store_query_end(query);
	return (more > 0 ? 0 : -1);
}

/* The statements that put one point and its runs into the tables. */
struct writer {
	struct store_query *find;
	struct store_query *point;
	struct store_query *knob;
	struct store_query *run;
};

static int
writer_open(struct writer *writer, struct store *store, struct err *err)
{

	memset(writer, 0, sizeof(*writer));
	writer->find = store_query_begin(store, "SELECT id FROM point "
	    "WHERE experiment_id = ? AND ordinal = ?", err);
	if (writer->find != NULL)
		writer->point = store_query_begin(store, "INSERT INTO point "
		    "(experiment_id, policy, ordinal) VALUES (?, ?, ?) "
		    "RETURNING id", err);
	if (writer->point != NULL)
		writer->knob = store_query_begin(store, "INSERT INTO "
		    "point_knob (point_id, knob, value, number) "
		    "VALUES (?, ?, ?, ?)", err);
	if (writer->knob != NULL)
		writer->run = store_query_begin(store, "INSERT OR IGNORE INTO "
		    "run (point_id, seed, status) VALUES (?, ?, 'pending')",
		    err);
	return (writer->run != NULL ? 0 : -1);
}

static void
writer_close(struct writer *writer)
{

	store_query_end(writer->find);
	store_query_end(writer->point);
	store_query_end(writer->knob);
	store_query_end(writer->run);
}

/* 1: `*point_id` is known; 0: it has just been made. */
static int
add_point(struct writer *writer, int64_t experiment,
    const struct plan_point *point, int64_t *point_id, struct err *err)
{
	size_t i;
	int more;

	store_query_bind_int(writer->find, 1, experiment);
	store_query_bind_int(writer->find, 2, (int64_t)point->ordinal);
	more = store_query_step(writer->find, err);
	if (more > 0)
		*point_id = store_query_int(writer->find, 0);
	store_query_reset(writer->find);
	if (more != 0)
		return (more);

	store_query_bind_int(writer->point, 1, experiment);
	store_query_bind_text(writer->point, 2, point->policy->label);
	store_query_bind_int(writer->point, 3, (int64_t)point->ordinal);
	more = store_query_step(writer->point, err);
	if (more > 0)
		*point_id = store_query_int(writer->point, 0);
	store_query_reset(writer->point);
	if (more < 0)
		return (-1);
	for (i = 0; i < point->knob_count; i++) {
		store_query_bind_int(writer->knob, 1, *point_id);
		store_query_bind_text(writer->knob, 2, point->knobs[i].knob);
		store_query_bind_text(writer->knob, 3, point->knobs[i].value);
		store_query_bind_real(writer->knob, 4, point->knobs[i].number);
		if (store_query_step(writer->knob, err) < 0)
			return (-1);
		store_query_reset(writer->knob);
	}
	return (0);
}

/*
 * The runs have rising ids in the order in which they will be executed, more or
 * less: then the rows of each come behind those of the one before, in every
 * table, and not in the middle, once for each point.
 */
static int
add_runs(struct writer *writer, const struct plan *plan,
    const int64_t *point_ids, struct err *err)
{
	size_t *order, i;
	uint64_t s;
	int status;

	order = must_alloc(plan->point_count + 1, sizeof(*order));
	plan_order(plan, order);
	status = 0;
	for (s = 0; s < plan->seed_count; s++) {
		for (i = 0; i < plan->point_count && status == 0; i++) {
			store_query_bind_int(writer->run, 1,
			    point_ids[order[i]]);
			store_query_bind_int(writer->run, 2,
			    (int64_t)(plan->seed_from + s));
			status = store_query_step(writer->run, err);
			store_query_reset(writer->run);
		}
	}
	free(order);
	return (status);
}

static int
add_plan(struct store *store, int64_t experiment, const struct plan *plan,
    struct err *err)
{
	struct writer writer;
	int64_t *point_ids;
	size_t i;
	int status;

	point_ids = must_alloc(plan->point_count + 1, sizeof(*point_ids));
	status = writer_open(&writer, store, err);
	for (i = 0; i < plan->point_count && status == 0; i++) {
		if (add_point(&writer, experiment, &plan->points[i],
		    &point_ids[i], err) < 0)
			status = -1;
	}
	if (status == 0)
		status = add_runs(&writer, plan, point_ids, err);
	writer_close(&writer);
	free(point_ids);
	return (status);
}

int
store_experiment_add(struct store *store, const struct plan *plan,
    const char *command, int64_t *id, struct err *err)
{

	if (store_begin(store, err) != 0)
		return (-1);
	if (add_experiment(store, plan, command, id, err) != 0 ||
	    add_plan(store, *id, plan, err) != 0) {
		store_rollback(store);
		return (-1);
	}
	return (store_commit(store, err));
}

int
store_experiment_start(struct store *store, const struct plan *plan,
    const char *command, int64_t *id, struct err *err)
{

	return (add_experiment(store, plan, command, id, err));
}

/* The point where it is absent, and the run, which is. */
static int
add_wanted(struct store *store, int64_t experiment, const struct plan *plan,
    size_t point, uint64_t seed, int64_t *run_id, struct err *err)
{
	struct writer writer;
	sqlite3_stmt *row;
	int64_t point_id;
	int code;

	if (writer_open(&writer, store, err) != 0 || add_point(&writer,
	    experiment, &plan->points[point], &point_id, err) < 0) {
		writer_close(&writer);
		return (-1);
	}
	writer_close(&writer);
	row = store_statement(store, STORE_WANT_ADD, "INSERT INTO run "
	    "(point_id, seed, status) VALUES (?1, ?2, 'pending')", err);
	if (row == NULL)
		return (-1);
	sqlite3_bind_int64(row, 1, point_id);
	sqlite3_bind_int64(row, 2, (int64_t)seed);
	code = sqlite3_step(row);
	sqlite3_reset(row);
	*run_id = sqlite3_last_insert_rowid(store->db);
	return (code == SQLITE_DONE ? 0 : store_err(store, code, err));
}

/* 1: it is there; 0: it is not; -1 with err. */
static int
find_wanted(struct store *store, int64_t experiment, size_t point,
    uint64_t seed, int64_t *run_id, bool *done, struct err *err)
{
	sqlite3_stmt *row;
	int code;

	row = store_statement(store, STORE_WANT_FIND, "SELECT r.id, "
	    "r.status <> 'pending' FROM point p JOIN run r ON "
	    "r.point_id = p.id AND r.seed = ?3 "
	    "WHERE p.experiment_id = ?1 AND p.ordinal = ?2", err);
	if (row == NULL)
		return (-1);
	sqlite3_bind_int64(row, 1, experiment);
	sqlite3_bind_int64(row, 2, (int64_t)point);
	sqlite3_bind_int64(row, 3, (int64_t)seed);
	code = sqlite3_step(row);
	if (code == SQLITE_ROW) {
		*run_id = sqlite3_column_int64(row, 0);
		*done = sqlite3_column_int(row, 1) != 0;
	}
	sqlite3_reset(row);
	if (code == SQLITE_ROW || code == SQLITE_DONE)
		return (code == SQLITE_ROW);
	return (store_err(store, code, err));
}

int
store_experiment_want(struct store *store, int64_t experiment,
    const struct plan *plan, size_t point, uint64_t seed, int64_t *run_id,
    bool *done, struct err *err)
{
	bool alone;
	int found;

	assert(point < plan->point_count);
	found = find_wanted(store, experiment, point, seed, run_id, done, err);
	if (found != 0)
		return (found > 0 ? 0 : -1);
	*done = false;
	/* A point without its knobs must never be seen. */
	alone = sqlite3_get_autocommit(store->db) != 0;
	if (alone && store_begin(store, err) != 0)
		return (-1);
	if (add_wanted(store, experiment, plan, point, seed, run_id,
	    err) != 0) {
		store_rollback(store);
		return (-1);
	}
	return (alone ? store_commit(store, err) : 0);
}

/* 1: the latest like this plan; 0: none; its pending runs are counted. */
static int
find_equal(struct store *store, const struct plan *plan, int64_t *id,
    int64_t *pending, struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(store, "SELECT id, (SELECT count(*) "
	    "FROM run JOIN point ON point.id = run.point_id "
	    "WHERE point.experiment_id = experiment.id "
	    "AND run.status = 'pending') AS pending FROM experiment "
	    "WHERE name = ? AND scenario_digest = ? AND build_id = ? "
	    "ORDER BY pending = 0, id DESC LIMIT 1", err);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 1, plan->scenario->name);
	store_query_bind_text(query, 2, plan->scenario->digest);
	store_query_bind_text(query, 3, build_id());
	more = store_query_step(query, err);
	if (more > 0) {
		*id = store_query_int(query, 0);
		*pending = store_query_int(query, 1);
	}
	store_query_end(query);
	return (more);
}

int
store_experiment_find(struct store *store, const struct plan *plan,
    int64_t *id, struct err *err)
{
	const struct scenario *scenario = plan->scenario;
	struct store_query *query;
	int64_t pending;
	int more;

	more = find_equal(store, plan, id, &pending, err);
	if (more != 0)
		return (more);
	query = store_query_begin(store, "SELECT scenario_digest, build_id, "
	    "started_at FROM experiment WHERE name = ? ORDER BY id DESC LIMIT 1",
	    err);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 1, scenario->name);
	more = store_query_step(query, err);
	if (more > 0) {
		if (strcmp(store_query_text(query, 0), scenario->digest) != 0)
			err_set(err, "%s: the sweep of '%s' that was started at "
			    "%s had another scenario or other --set values "
			    "(digest %.8s, now %.8s), so it cannot be resumed; "
			    "leave --resume out to add a new experiment",
			    store_path(store), scenario->name,
			    store_query_text(query, 2),
			    store_query_text(query, 0), scenario->digest);
		else
			err_set(err, "%s: the sweep of '%s' that was started at "
			    "%s was made by another build of gusim (%.8s, this "
			    "is %.8s), so it cannot be resumed; leave --resume "
			    "out to add a new experiment", store_path(store),
			    scenario->name, store_query_text(query, 2),
			    store_query_text(query, 1), build_id());
	}
	store_query_end(query);
	return (more > 0 ? -1 : more);
}

int
store_experiment_interrupted(struct store *store, const struct plan *plan,
    int64_t *pending, struct err *err)
{
	int64_t id;

	*pending = 0;
	return (find_equal(store, plan, &id, pending, err) < 0 ? -1 : 0);
}

int
store_experiment_extend(struct store *store, int64_t id,
    const struct plan *plan, struct err *err)
{

	if (store_begin(store, err) != 0)
		return (-1);
	if (add_plan(store, id, plan, err) != 0) {
		store_rollback(store);
		return (-1);
	}
	return (store_commit(store, err));
}

static int
compare_jobs(const void *left, const void *right)
{
	const struct store_job *a = left, *b = right;

	if (a->seed != b->seed)
		return (a->seed < b->seed ? -1 : 1);
	return ((a->point > b->point) - (a->point < b->point));
}

/* By seed, and within a seed in the order of the plan. */
static void
sort_jobs(const struct plan *plan, struct store_job *jobs, size_t count)
{
	size_t *order, *place, i;

	order = must_alloc(plan->point_count, sizeof(*order));
	place = must_alloc(plan->point_count, sizeof(*place));
	plan_order(plan, order);
	for (i = 0; i < plan->point_count; i++)
		place[order[i]] = i;
	for (i = 0; i < count; i++)
		jobs[i].point = place[jobs[i].point];
	qsort(jobs, count, sizeof(*jobs), compare_jobs);
	for (i = 0; i < count; i++)
		jobs[i].point = order[jobs[i].point];
	free(order);
	free(place);
}

int
store_experiment_jobs(struct store *store, int64_t id, const struct plan *plan,
    struct store_job **jobs, size_t *count, struct err *err)
{
	struct store_query *query;
	struct store_job *job;
	size_t i, room;
	int more;

	*jobs = NULL;
	*count = 0;
	room = 0;
	query = store_query_begin(store, "SELECT run.id, run.seed, "
	    "point.ordinal FROM run JOIN point ON point.id = run.point_id "
	    "WHERE point.experiment_id = ? AND run.status = 'pending'", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, id);
	while ((more = store_query_step(query, err)) > 0) {
		/* One that the plan does not have is written over. */
		if (*count == room) {
			*jobs = must_grow(*jobs, room, sizeof(**jobs));
			room = room == 0 ? 1 : room * 2;
		}
		job = &(*jobs)[*count];
		job->run_id = store_query_int(query, 0);
		/* The distance from the first seed, which may wrap. */
		job->seed = (uint64_t)store_query_int(query, 1) -
		    plan->seed_from;
		job->point = (uint64_t)store_query_int(query, 2);
		if (job->seed < plan->seed_count &&
		    job->point < plan->point_count)
			(*count)++;
	}
	store_query_end(query);
	if (more < 0) {
		free(*jobs);
		*jobs = NULL;
		*count = 0;
		return (-1);
	}
	if (*count > 0)
		sort_jobs(plan, *jobs, *count);
	for (i = 0; i < *count; i++)
		(*jobs)[i].seed += plan->seed_from;
	return (0);
}

int
store_experiment_finish(struct store *store, int64_t id, struct err *err)
{
	struct store_query *query;
	char now[HOST_TIME_SIZE];
	int status;

	query = store_query_begin(store, "UPDATE experiment SET finished_at = ?2 "
	    "WHERE id = ?1 AND finished_at IS NULL AND NOT EXISTS (SELECT 1 "
	    "FROM run JOIN point ON point.id = run.point_id "
	    "WHERE point.experiment_id = ?1 AND run.status = 'pending')", err);
	if (query == NULL)
		return (-1);
	if (store_begin(store, err) != 0) {
		store_query_end(query);
		return (-1);
	}
	host_time(now);
	store_query_bind_int(query, 1, id);
	store_query_bind_text(query, 2, now);
	status = store_query_step(query, err);
	store_query_end(query);
	if (status != 0)
		store_rollback(store);
	return (status != 0 ? status : store_commit(store, err));
}
