/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/tail_text.h"

#include <stdio.h>

#include "tools/scenario/plan.h"
#include "tools/store/store_quantile.h"
#include "tools/store/store_query.h"

/* So many points tell enough; more would cost seconds at the end of a sweep. */
enum { TAIL_POINTS = 256 };

struct tally {
	size_t points, poor;
	size_t poorest;		/* its ordinal */
	double least, needed;
};

static int
tally_point(struct tally *tally, struct store *store, int64_t point_id,
    size_t ordinal, struct err *err)
{
	struct store_quantile answer;

	if (store_quantile(store, point_id, "free_to_use_ns", 0.99, &answer,
	    err) != 0)
		return (-1);
	if (answer.interval.n < 2)
		return (0);
	tally->points++;
	tally->needed = answer.needed;
	if (answer.effective >= answer.needed)
		return (0);
	if (tally->poor == 0 || answer.effective < tally->least) {
		tally->least = answer.effective;
		tally->poorest = ordinal;
	}
	tally->poor++;
	return (0);
}

static void
print_tally(const struct tally *tally, const struct plan *plan)
{
	const struct plan_point *point;
	size_t i;

	if (tally->poor == 0)
		return;
	printf("\nfree-to-use p99 rests on too little at %zu of %zu points: a 95%% "
	    "bound needs %.0f\nindependent frees, and these runs are worth "
	    "%.0f (", tally->poor, tally->points, tally->needed, tally->least);
	point = &plan->points[tally->poorest];
	printf("%s", point->policy->label);
	for (i = 0; i < point->knob_count; i++)
		printf(" %s=%s", point->knobs[i].knob, point->knobs[i].value);
	printf("); more seeds or longer runs help\n");
}

int
tail_text(struct store *store, int64_t experiment, const struct plan *plan,
    struct err *err)
{
	struct tally tally = { 0 };
	struct store_query *query;
	uint64_t ordinal;
	size_t stride;
	int more;

	stride = (plan->point_count + TAIL_POINTS - 1) / TAIL_POINTS;
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
		if (ordinal < plan->point_count && tally_point(&tally, store,
		    store_query_int(query, 0), (size_t)ordinal, err) != 0) {
			more = -1;
			break;
		}
	}
	store_query_end(query);
	if (more == 0)
		print_tally(&tally, plan);
	return (more);
}
