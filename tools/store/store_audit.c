/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_audit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/store/store_query.h"

static const char *const verdicts[STORE_VERDICTS] = {
	[STORE_SAME] = "same",
	[STORE_DIFFERS] = "differs",
	[STORE_TIMEOUT] = "timeout",
};

int
store_audit_add(struct store *store, int64_t run_id, const char *digest,
    const char *again, enum store_verdict verdict, struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(store, "INSERT OR REPLACE INTO audit "
	    "(run_id, digest, again, verdict) VALUES (?, ?, ?, ?)", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, run_id);
	store_query_bind_text(query, 2, digest);
	store_query_bind_text(query, 3, again);
	store_query_bind_text(query, 4, verdicts[verdict]);
	more = store_query_step(query, err);
	store_query_end(query);
	return (more);
}

int
store_audit_open(struct store *store, int64_t experiment,
    struct store_audit_run **runs, size_t *count, struct err *err)
{
	struct store_query *query;
	struct store_audit_run *run;
	int more;

	*runs = NULL;
	*count = 0;
	query = store_query_begin(store, "SELECT r.id, r.seed, p.ordinal, "
	    "r.digest FROM point p JOIN run r ON r.point_id = p.id "
	    "WHERE p.experiment_id = ? AND r.status IN ('ok', 'finding') "
	    "AND r.digest IS NOT NULL "
	    "AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.run_id = r.id) "
	    "ORDER BY r.id", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	while ((more = store_query_step(query, err)) > 0) {
		*runs = must_grow(*runs, *count, sizeof(**runs));
		run = &(*runs)[(*count)++];
		run->job.run_id = store_query_int(query, 0);
		run->job.seed = (uint64_t)store_query_int(query, 1);
		run->job.point = (uint64_t)store_query_int(query, 2);
		snprintf(run->digest, sizeof(run->digest), "%s",
		    store_query_text(query, 3));
	}
	store_query_end(query);
	return (more);
}

int
store_audit_count(struct store *store, int64_t experiment,
    struct store_audits *audits, struct err *err)
{
	struct store_query *query;
	size_t i;
	int more;

	memset(audits, 0, sizeof(*audits));
	query = store_query_begin(store, "SELECT a.verdict, count(*) "
	    "FROM audit a JOIN run r ON r.id = a.run_id "
	    "JOIN point p ON p.id = r.point_id "
	    "WHERE p.experiment_id = ? GROUP BY a.verdict", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	while ((more = store_query_step(query, err)) > 0) {
		for (i = 0; i < STORE_VERDICTS; i++) {
			if (strcmp(verdicts[i], store_query_text(query, 0)) ==
			    0)
				audits->count[i] =
				    (uint64_t)store_query_int(query, 1);
		}
	}
	store_query_end(query);
	return (more);
}

int
store_stop_set(struct store *store, int64_t experiment, size_t point,
    const struct store_stop *stop, struct err *err)
{
	struct store_query *query;
	int more;

	query = store_query_begin(store, "INSERT OR REPLACE INTO point_stop "
	    "(point_id, reason, seeds, look, until) SELECT id, ?3, ?4, ?5, ?6 "
	    "FROM point WHERE experiment_id = ?1 AND ordinal = ?2", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	store_query_bind_int(query, 2, (int64_t)point);
	store_query_bind_text(query, 3, stop->narrow ? "narrow" : "most");
	store_query_bind_int(query, 4, (int64_t)stop->seeds);
	store_query_bind_int(query, 5, (int64_t)stop->look);
	store_query_bind_real(query, 6, stop->until);
	more = store_query_step(query, err);
	store_query_end(query);
	return (more);
}

int
store_stop_count(struct store *store, int64_t experiment,
    struct store_stops *stops, struct err *err)
{
	struct store_query *query;
	int more;

	memset(stops, 0, sizeof(*stops));
	query = store_query_begin(store, "SELECT "
	    "coalesce(sum(s.reason = 'narrow'), 0), "
	    "coalesce(sum(s.reason = 'most'), 0), "
	    "coalesce(min(CASE s.reason WHEN 'narrow' THEN s.seeds END), 0), "
	    "coalesce(max(CASE s.reason WHEN 'narrow' THEN s.seeds END), 0), "
	    "coalesce(max(CASE s.reason WHEN 'most' THEN s.seeds END), 0) "
	    "FROM point_stop s JOIN point p ON p.id = s.point_id "
	    "WHERE p.experiment_id = ?", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	more = store_query_step(query, err);
	if (more > 0) {
		stops->narrow = (uint64_t)store_query_int(query, 0);
		stops->most = (uint64_t)store_query_int(query, 1);
		stops->narrow_least = (uint64_t)store_query_int(query, 2);
		stops->narrow_most = (uint64_t)store_query_int(query, 3);
		stops->most_seeds = (uint64_t)store_query_int(query, 4);
	}
	store_query_end(query);
	return (more < 0 ? -1 : 0);
}
