/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_warmup.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/store/series.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

/* What has been read of a point; rows of RUN_SERIES_POINTS_MAX values. */
struct reading {
	double *values;
	size_t runs;
	size_t count;		/* the least of all runs */
	double step_ns;
};

static int
read_run(struct reading *reading, struct store *store,
    struct store_query *query, struct err *err)
{
	uint64_t points[RUN_SERIES_POINTS_MAX];
	const unsigned char *bytes;
	size_t count, i, length;
	double *row, step_ns;

	bytes = store_query_blob(query, 1, &length);
	if (series_decode(bytes, length, points, RUN_SERIES_POINTS_MAX,
	    &count) != 0) {
		return (err_set(err, "%s: the series total of run %lld is "
		    "damaged", store_path(store),
		    (long long)store_query_int(query, 2)));
	}
	step_ns = store_query_real(query, 0);
	if (reading->runs > 0 && step_ns != reading->step_ns)
		return (0);
	reading->step_ns = step_ns;
	if (reading->runs == 0 || count < reading->count)
		reading->count = count;
	row = &reading->values[reading->runs * RUN_SERIES_POINTS_MAX];
	for (i = 0; i < count; i++)
		row[i] = (double)points[i];
	reading->runs++;
	return (0);
}

int
store_warmup(struct store *store, int64_t point_id,
    struct store_warmup *answer, struct err *err)
{
	struct reading reading = { NULL, 0, 0, 0 };
	struct store_query *query;
	size_t i;
	int more;

	memset(answer, 0, sizeof(*answer));
	query = store_query_begin(store, "SELECT s.step_ns, s.points, r.id "
	    "FROM run r JOIN series s ON s.run_id = r.id AND s.name = 'total' "
	    "WHERE r.point_id = ?1 AND r.status IN ('ok', 'finding') "
	    "ORDER BY r.seed LIMIT ?2", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, point_id);
	store_query_bind_int(query, 2, STORE_WARMUP_RUNS);
	reading.values = must_alloc((size_t)STORE_WARMUP_RUNS *
	    RUN_SERIES_POINTS_MAX, sizeof(*reading.values));
	while ((more = store_query_step(query, err)) > 0) {
		if (read_run(&reading, store, query, err) != 0) {
			more = -1;
			break;
		}
	}
	store_query_end(query);
	if (more == 0) {
		/* Rows of what all have, one after the other. */
		for (i = 1; i < reading.runs; i++)
			memmove(&reading.values[i * reading.count],
			    &reading.values[i * RUN_SERIES_POINTS_MAX],
			    reading.count * sizeof(*reading.values));
		warmup_judge(&answer->warmup, reading.values, reading.runs,
		    reading.count);
		answer->step_ns = reading.step_ns;
	}
	free(reading.values);
	return (more);
}
