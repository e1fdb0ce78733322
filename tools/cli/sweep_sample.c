/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/sweep_sample.h"

#include "tools/cli/wrap.h"
#include "tools/scenario/plan.h"
#include "tools/store/store_query.h"

int
sweep_sample(struct store *store, int64_t experiment, const struct plan *plan,
    sweep_sample_visit *visit, void *context, struct err *err)
{
	struct store_query *query;
	uint64_t ordinal;
	size_t stride;
	int more;

	stride = (plan->point_count + SWEEP_SAMPLE_POINTS - 1) /
	    SWEEP_SAMPLE_POINTS;
	if (stride == 0)
		return (0);
	query = store_query_begin(store, "SELECT id, ordinal FROM point "
	    "WHERE experiment_id = ?1 AND ordinal % ?2 = 0 ORDER BY ordinal",
	    err);
	if (query == NULL)
		return (-1);
	store_query_bind_int(query, 1, experiment);
	store_query_bind_int(query, 2, (int64_t)stride);
	while ((more = store_query_step(query, err)) > 0) {
		ordinal = (uint64_t)store_query_int(query, 1);
		if (ordinal < plan->point_count && visit(context, store,
		    store_query_int(query, 0), (size_t)ordinal, err) != 0) {
			more = -1;
			break;
		}
	}
	store_query_end(query);
	return (more);
}

void
sweep_sample_name(struct wrap *wrap, const struct plan *plan, size_t ordinal)
{
	const struct plan_point *point;
	size_t i;

	point = &plan->points[ordinal];
	wrap_put(wrap, point->policy->label);
	for (i = 0; i < point->knob_count; i++) {
		wrap_put(wrap, " ");
		wrap_put(wrap, point->knobs[i].knob);
		wrap_put(wrap, "=");
		wrap_put(wrap, point->knobs[i].value);
	}
}
