/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_merge.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/store/store.h"
#include "tools/store/store_file.h"
#include "tools/store/store_query.h"
#include "tools/store/store_sqlite.h"

/* How far a run got, for both sides of a join. */
#define RANK(run) \
	"(CASE " run ".status WHEN 'pending' THEN 0 WHEN 'timeout' THEN 1 " \
	"WHEN 'crashed' THEN 1 ELSE 2 END)"

/*
 * The temporary tables say which row of the input is which row here: ours
 * stays NULL until the row is made.
 */
static const char *const map_experiments[] = {
	"CREATE TEMP TABLE same_experiment AS SELECT i.id AS theirs, "
	"(SELECT min(o.id) FROM main.experiment o WHERE o.name = i.name "
	"AND o.scenario_digest = i.scenario_digest "
	"AND o.build_id = i.build_id) AS ours FROM input.experiment i",

	/* Of equal ones within the input, the first stands for all. */
	"INSERT INTO main.experiment (name, scenario_text, scenario_digest, "
	"command, version, build_id, host, started_at, finished_at) "
	"SELECT name, scenario_text, scenario_digest, command, version, "
	"build_id, host, started_at, finished_at FROM input.experiment i "
	"JOIN temp.same_experiment s ON s.theirs = i.id WHERE s.ours IS NULL "
	"AND i.id = (SELECT min(id) FROM input.experiment j "
	"WHERE j.name = i.name AND j.scenario_digest = i.scenario_digest "
	"AND j.build_id = i.build_id) ORDER BY i.id",
};

static const char *const map_points[] = {
	"UPDATE temp.same_experiment SET ours = (SELECT min(o.id) "
	"FROM main.experiment o JOIN input.experiment i ON i.id = theirs "
	"WHERE o.name = i.name AND o.scenario_digest = i.scenario_digest "
	"AND o.build_id = i.build_id) WHERE ours IS NULL",

	"INSERT OR IGNORE INTO main.point (experiment_id, policy, ordinal) "
	"SELECT s.ours, p.policy, p.ordinal FROM input.point p "
	"JOIN temp.same_experiment s ON s.theirs = p.experiment_id "
	"ORDER BY s.ours, p.ordinal",

	"CREATE TEMP TABLE same_point AS SELECT p.id AS theirs, o.id AS ours "
	"FROM input.point p JOIN temp.same_experiment s "
	"ON s.theirs = p.experiment_id JOIN main.point o "
	"ON o.experiment_id = s.ours AND o.ordinal = p.ordinal",

	"INSERT OR IGNORE INTO main.point_knob (point_id, knob, value, number) "
	"SELECT s.ours, k.knob, k.value, k.number FROM input.point_knob k "
	"JOIN temp.same_point s ON s.theirs = k.point_id",

	"INSERT OR IGNORE INTO main.run (point_id, seed, status) "
	"SELECT s.ours, r.seed, 'pending' FROM input.run r "
	"JOIN temp.same_point s ON s.theirs = r.point_id "
	"ORDER BY r.id",

	"CREATE TEMP TABLE same_run AS SELECT r.id AS theirs, o.id AS ours "
	"FROM input.run r JOIN temp.same_point s ON s.theirs = r.point_id "
	"JOIN main.run o ON o.point_id = s.ours AND o.seed = r.seed "
	"WHERE " RANK("r") " > " RANK("o"),

	/* Two rows of the input may be one run: the one that got furthest stays. */
	"DELETE FROM temp.same_run WHERE rowid NOT IN (SELECT m FROM (SELECT "
	"s.rowid AS m, max(" RANK("r") ") FROM temp.same_run s "
	"JOIN input.run r ON r.id = s.theirs GROUP BY s.ours))",
};

/* What a run had before gives way to what it has now. */
static const char *const copy_rows[] = {
	"DELETE FROM main.metric WHERE run_id IN "
	"(SELECT ours FROM temp.same_run)",
	"DELETE FROM main.histogram WHERE run_id IN "
	"(SELECT ours FROM temp.same_run)",
	"DELETE FROM main.series WHERE run_id IN "
	"(SELECT ours FROM temp.same_run)",
	"DELETE FROM main.coverage WHERE run_id IN "
	"(SELECT ours FROM temp.same_run)",
	"DELETE FROM main.finding WHERE run_id IN "
	"(SELECT ours FROM temp.same_run)",

	"UPDATE main.run SET (status, digest, sim_ns, accesses, wall_ns) = "
	"(SELECT status, digest, sim_ns, accesses, wall_ns FROM input.run r "
	"JOIN temp.same_run s ON s.theirs = r.id WHERE s.ours = main.run.id) "
	"WHERE id IN (SELECT ours FROM temp.same_run)",
	"INSERT INTO main.metric SELECT s.ours, name, stat, unit, value "
	"FROM input.metric JOIN temp.same_run s ON s.theirs = run_id",
	"INSERT INTO main.histogram SELECT s.ours, name, unit, buckets "
	"FROM input.histogram JOIN temp.same_run s ON s.theirs = run_id",
	"INSERT INTO main.series SELECT s.ours, name, unit, step_ns, points "
	"FROM input.series JOIN temp.same_run s ON s.theirs = run_id",
	"INSERT INTO main.coverage SELECT s.ours, name, hits "
	"FROM input.coverage JOIN temp.same_run s ON s.theirs = run_id",
	"INSERT INTO main.finding (run_id, check_name, summary, token) "
	"SELECT s.ours, check_name, summary, token FROM input.finding f "
	"JOIN temp.same_run s ON s.theirs = f.run_id ORDER BY f.id",

	/* The whole lasted from the first start to the last end. */
	"UPDATE main.experiment SET started_at = min(started_at, i.first), "
	"finished_at = CASE WHEN EXISTS (SELECT 1 FROM main.run r "
	"JOIN main.point p ON p.id = r.point_id "
	"WHERE p.experiment_id = i.ours AND r.status = 'pending') THEN NULL "
	"ELSE coalesce(max(finished_at, i.last), finished_at, i.last, "
	"strftime('%Y-%m-%dT%H:%M:%SZ', 'now')) END "
	"FROM (SELECT s.ours AS ours, min(e.started_at) AS first, "
	"max(e.finished_at) AS last FROM input.experiment e "
	"JOIN temp.same_experiment s ON s.theirs = e.id GROUP BY s.ours) AS i "
	"WHERE i.ours = experiment.id",
};

/*
 * What sweeps found out about themselves; inputs of version 1 have none.  A run
 * that was audited twice differs if it differed once, and of two looks at a
 * point the one that saw more counts.
 */
static const char *const copy_audits[] = {
	"INSERT INTO main.audit (run_id, digest, again, verdict) "
	"SELECT o.id, a.digest, a.again, a.verdict FROM input.audit a "
	"JOIN input.run r ON r.id = a.run_id "
	"JOIN temp.same_point s ON s.theirs = r.point_id "
	"JOIN main.run o ON o.point_id = s.ours AND o.seed = r.seed "
	"WHERE o.digest = a.digest ORDER BY o.id "
	"ON CONFLICT (run_id) DO UPDATE SET again = excluded.again, "
	"verdict = excluded.verdict WHERE excluded.verdict = 'differs' "
	"OR (verdict = 'timeout' AND excluded.verdict = 'same')",
	"INSERT INTO main.point_stop (point_id, reason, seeds, look, until) "
	"SELECT s.ours, p.reason, p.seeds, p.look, p.until "
	"FROM input.point_stop p JOIN temp.same_point s "
	"ON s.theirs = p.point_id WHERE true "
	"ON CONFLICT (point_id) DO UPDATE SET reason = excluded.reason, "
	"seeds = excluded.seeds, look = excluded.look, until = excluded.until "
	"WHERE excluded.seeds > seeds",
};

static const char *const drop_maps[] = {
	"DROP TABLE IF EXISTS temp.same_experiment",
	"DROP TABLE IF EXISTS temp.same_point",
	"DROP TABLE IF EXISTS temp.same_run",
};

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

static int
run_all(struct store *store, const char *const *statements, size_t count,
    struct err *err)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (store_query_run(store, statements[i], err) != 0)
			return (-1);
	}
	return (0);
}

/* 0: both agree on every run that both have done. */
static int
compare(struct store *store, const char *path, struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(store, "SELECT e.name, o.seed, p.policy, "
	    "o.digest, r.digest FROM input.run r "
	    "JOIN temp.same_point s ON s.theirs = r.point_id "
	    "JOIN main.run o ON o.point_id = s.ours AND o.seed = r.seed "
	    "JOIN main.point p ON p.id = s.ours "
	    "JOIN main.experiment e ON e.id = p.experiment_id "
	    "WHERE o.digest IS NOT NULL AND r.digest IS NOT NULL "
	    "AND o.digest <> r.digest "
	    "AND o.status IN ('ok', 'finding') "
	    "AND r.status IN ('ok', 'finding') ORDER BY o.id LIMIT 1", err);
	if (query == NULL)
		return (-1);
	more = store_query_step(query, err);
	if (more > 0) {
		err_set(err, "%s: disagrees with %s about a run of '%s' "
		    "(policy %s, seed %llu): digest %s there, %s here; the same "
		    "build must never do that, please report it", path,
		    store_path(store), store_query_text(query, 0),
		    store_query_text(query, 2),
		    (unsigned long long)store_query_int(query, 1),
		    store_query_text(query, 4), store_query_text(query, 3));
	}
	store_query_end(query);
	return (more);
}

static int
join(struct store *store, const char *path, int version,
    struct store_merged *merged, struct err *err)
{
	int64_t before, after;
	int verdict;

	if (run_all(store, drop_maps, LENGTH(drop_maps), err) != 0 ||
	    store_number(store, "SELECT count(*) FROM main.experiment",
	    &before, err) != 0 ||
	    run_all(store, map_experiments, LENGTH(map_experiments),
	    err) != 0 ||
	    store_number(store, "SELECT count(*) FROM main.experiment",
	    &after, err) != 0 ||
	    run_all(store, map_points, LENGTH(map_points), err) != 0)
		return (-1);
	merged->experiments = after - before;
	verdict = compare(store, path, err);
	if (verdict != 0)
		return (verdict);
	if (store_number(store, "SELECT count(*) FROM temp.same_run",
	    &merged->runs, err) != 0 ||
	    run_all(store, copy_rows, LENGTH(copy_rows), err) != 0 ||
	    (version >= 2 &&
	    run_all(store, copy_audits, LENGTH(copy_audits), err) != 0))
		return (-1);
	return (run_all(store, drop_maps, LENGTH(drop_maps), err));
}

static int
attach(struct store *store, const char *path, struct err *err)
{
	struct store_query *query;
	char *name;
	int status;

	query = store_query_begin(store, "ATTACH ? AS input", err);
	if (query == NULL)
		return (-1);
	name = store_file_name(path);
	store_query_bind_text(query, 1, name);
	status = store_query_step(query, err);
	store_query_end(query);
	free(name);
	return (status);
}

int
store_merge(struct store *store, const char *path, struct store_merged *merged,
    struct err *err)
{
	char *own_path;
	int judged, status;

	memset(merged, 0, sizeof(*merged));
	if (store_file_check(path, err) != 0)
		return (-1);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	if (attach(store, path, err) != 0)
		return (-1);
	/* Messages of SQLite about the input must not blame the output. */
	own_path = store->path;
	store->path = (char *)path;
	judged = store_judge(store, "input", path, err);
	store->path = own_path;
	status = judged < 0 ? -1 : 0;
	if (judged > 0) {
		status = store_begin(store, err);
		if (status == 0) {
			status = join(store, path, judged, merged, err);
			if (status == 0)
				status = store_commit(store, err);
			else
				store_rollback(store);
		}
	}
	sqlite3_exec(store->db, "DETACH input", NULL, NULL, NULL);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	return (status);
}
