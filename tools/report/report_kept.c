/*
 * What stays in the database until somebody asks: histograms and series.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/base/err.h"
#include "sim/base/hist.h"
#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/report/report_data.h"
#include "tools/store/series.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

int
report_hist(const struct report_data *data, const struct report_point *point,
    const char *name, struct hist *into, struct err *err)
{
	struct store_query *query;
	struct hist *one;
	const void *bytes;
	size_t length;
	int found, more;

	query = store_query_begin(data->store, "SELECT h.buckets, h.run_id "
	    "FROM run r JOIN histogram h ON h.run_id = r.id AND h.name = ? "
	    "WHERE r.point_id = ? AND r.status IN ('ok', 'finding') "
	    "ORDER BY r.seed", err);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 1, name);
	store_query_bind_int(query, 2, point->id);
	one = must_alloc(1, sizeof(*one));
	found = 0;
	while ((more = store_query_step(query, err)) > 0) {
		bytes = store_query_blob(query, 0, &length);
		if (hist_decode(one, bytes, length) != 0) {
			more = err_set(err, "%s: the histogram %s of run %lld "
			    "is damaged", store_path(data->store), name,
			    (long long)store_query_int(query, 1));
			break;
		}
		hist_merge(into, one);
		found++;
	}
	free(one);
	store_query_end(query);
	return (more < 0 ? -1 : found);
}

int64_t
report_typical_run(const struct report_data *data,
    const struct report_point *point, const char *name, const char *stat,
    struct err *err)
{
	struct report_estimate estimate;
	struct store_query *query;
	int64_t id;
	int more;

	estimate = report_find(data, point, name, stat);
	if (estimate.n == 0)
		return (0);
	query = store_query_begin(data->store, "SELECT r.id FROM run r "
	    "JOIN metric m ON m.run_id = r.id AND m.name = ? AND m.stat = ? "
	    "WHERE r.point_id = ? AND r.status IN ('ok', 'finding') "
	    "AND m.value IS NOT NULL ORDER BY abs(m.value - ?), r.seed", err);
	if (query == NULL)
		return (-1);
	store_query_bind_text(query, 1, name);
	store_query_bind_text(query, 2, stat);
	store_query_bind_int(query, 3, point->id);
	store_query_bind_real(query, 4, estimate.mean);
	more = store_query_step(query, err);
	id = more > 0 ? store_query_int(query, 0) : more;
	store_query_end(query);
	return (id);
}

int
report_series(const struct report_data *data, int64_t run_id, const char *name,
    double *points, size_t room, size_t *count, double *step_ns,
    struct err *err)
{
	struct store_query *query;
	uint64_t values[RUN_SERIES_POINTS_MAX];
	const void *bytes;
	size_t i, length;
	int more;

	query = store_query_begin(data->store, "SELECT step_ns, points FROM "
	    "series WHERE run_id = ? AND name = ?", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, run_id);
	store_query_bind_text(query, 2, name);
	more = store_query_step(query, err);
	*count = 0;
	if (more > 0) {
		*step_ns = store_query_real(query, 0);
		bytes = store_query_blob(query, 1, &length);
		/* A step of a year and a day is none of ours. */
		if (!(*step_ns > 0 && *step_ns < 4e16) ||
		    series_decode(bytes, length, values,
		    RUN_SERIES_POINTS_MAX, count) != 0)
			more = err_set(err, "%s: the series %s of run %lld is "
			    "damaged", store_path(data->store), name,
			    (long long)run_id);
		if (*count > room)
			*count = room;
		for (i = 0; i < *count; i++)
			points[i] = (double)values[i];
	}
	store_query_end(query);
	return (more < 0 ? -1 : *count > 0);
}
