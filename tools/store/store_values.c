/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/store/store_experiment.h"
#include "tools/store/store_query.h"

/* Seeds are 64 bits without a sign, as nobody told SQLite. */
static int
compare_seeds(const void *left, const void *right)
{
	const struct store_value *a = left, *b = right;

	return ((a->seed > b->seed) - (a->seed < b->seed));
}

int
store_experiment_values(struct store *store, int64_t experiment, size_t point,
    const char *metric, const char *stat, struct store_value **values,
    size_t *count, struct err *err)
{
	struct store_query *query;
	int more;

	*values = NULL;
	*count = 0;
	query = store_query_begin(store, "SELECT r.seed, m.value FROM point p "
	    "JOIN run r ON r.point_id = p.id JOIN metric m ON m.run_id = r.id "
	    "WHERE p.experiment_id = ?1 AND p.ordinal = ?2 AND m.name = ?3 "
	    "AND m.stat = ?4 AND r.status IN ('ok', 'finding')", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	store_query_bind_int(query, 2, (int64_t)point);
	store_query_bind_text(query, 3, metric);
	store_query_bind_text(query, 4, stat);
	while ((more = store_query_step(query, err)) > 0) {
		*values = must_grow(*values, *count, sizeof(**values));
		(*values)[*count].seed = (uint64_t)store_query_int(query, 0);
		(*values)[(*count)++].value = store_query_real(query, 1);
	}
	store_query_end(query);
	if (more < 0) {
		free(*values);
		*values = NULL;
		*count = 0;
		return (-1);
	}
	if (*count > 0)
		qsort(*values, *count, sizeof(**values), compare_seeds);
	return (0);
}

static int
count_fates(struct store *store, const char *sql, int64_t experiment,
    int64_t point, struct store_fates *fates, struct err *err)
{
	const struct {
		const char *status;
		uint64_t *count;
	} kinds[] = {
		{ "pending", &fates->pending },
		{ "ok", &fates->ok },
		{ "finding", &fates->finding },
		{ "crashed", &fates->crashed },
		{ "timeout", &fates->timeout },
	};
	struct store_query *query;
	size_t i;
	int more;

	memset(fates, 0, sizeof(*fates));
	query = store_query_begin(store, sql, err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	store_query_bind_int(query, 2, point);
	while ((more = store_query_step(query, err)) > 0) {
		for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
			if (strcmp(kinds[i].status,
			    store_query_text(query, 0)) == 0)
				*kinds[i].count =
				    (uint64_t)store_query_int(query, 1);
		}
	}
	store_query_end(query);
	return (more);
}

int
store_experiment_fates(struct store *store, int64_t experiment, size_t point,
    struct store_fates *fates, struct err *err)
{

	return (count_fates(store, "SELECT r.status, count(*) FROM point p "
	    "JOIN run r ON r.point_id = p.id WHERE p.experiment_id = ?1 "
	    "AND p.ordinal = ?2 GROUP BY r.status", experiment, (int64_t)point,
	    fates, err));
}

int
store_experiment_fates_all(struct store *store, int64_t experiment,
    struct store_fates *fates, struct err *err)
{

	return (count_fates(store, "SELECT r.status, count(*) FROM point p "
	    "JOIN run r ON r.point_id = p.id WHERE p.experiment_id = ?1 "
	    "AND ?2 = 0 GROUP BY r.status", experiment, 0, fates, err));
}
