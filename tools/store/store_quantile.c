/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/store/store_quantile.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/hist.h"
#include "sim/base/must.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

static int
read_hist(struct store *store, struct store_query *query, const char *name,
    struct hist *hist, struct err *err)
{
	const unsigned char *bytes;
	size_t length;

	bytes = store_query_blob(query, 0, &length);
	if (hist_decode(hist, bytes, length) == 0)
		return (0);
	return (err_set(err, "%s: the histogram %s of run %lld is damaged",
	    store_path(store), name, (long long)store_query_int(query, 1)));
}

int
store_quantile(struct store *store, int64_t point_id, const char *name,
    double p, struct store_quantile *answer, struct err *err)
{
	const struct hist *list[STORE_QUANTILE_RUNS];
	struct store_query *query;
	struct hist *hists;
	size_t n;
	int more;

	memset(answer, 0, sizeof(*answer));
	query = store_query_begin(store, "SELECT h.buckets, r.id FROM run r "
	    "JOIN histogram h ON h.run_id = r.id AND h.name = ?2 "
	    "WHERE r.point_id = ?1 AND r.status IN ('ok', 'finding') "
	    "ORDER BY r.seed LIMIT ?3", err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, point_id);
	store_query_bind_text(query, 2, name);
	store_query_bind_int(query, 3, STORE_QUANTILE_RUNS);
	hists = must_alloc(STORE_QUANTILE_RUNS, sizeof(*hists));
	n = 0;
	while ((more = store_query_step(query, err)) > 0) {
		if (read_hist(store, query, name, &hists[n], err) != 0) {
			more = -1;
			break;
		}
		list[n] = &hists[n];
		n++;
	}
	store_query_end(query);
	if (more == 0) {
		answer->interval = interval_quantile(list, n, p, 0.95);
		answer->effective = interval_effective(list, n, p);
		answer->needed = interval_quantile_needs(p, 0.95);
	}
	free(hists);
	return (more);
}
