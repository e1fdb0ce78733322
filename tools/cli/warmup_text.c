/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/warmup_text.h"

#include <math.h>
#include <stdio.h>

#include "sim/spec.h"
#include "tools/cli/human.h"
#include "tools/scenario/plan.h"
#include "tools/store/store_query.h"
#include "tools/store/store_warmup.h"

/* So many points tell enough; more would cost seconds at the end of a sweep. */
enum { WARMUP_POINTS = 256 };

struct tally {
	size_t points[WARMUP_VERDICTS];
	size_t example[WARMUP_VERDICTS];	/* ordinal of the worst */
	double worst[WARMUP_VERDICTS];
	double longer_ns;	/* the warm-up that all points would need */
	size_t all;
};

/* How bad it is, among those of one verdict. */
static double
size_of(const struct store_warmup *answer, double needs_ns)
{

	switch (answer->warmup.verdict) {
	case WARMUP_LONGER:
		return (needs_ns);
	case WARMUP_SHORT:
		return (fabs(answer->warmup.bias));
	case WARMUP_DRIFT:
		return (fabs(answer->warmup.drift));
	default:
		return (0);
	}
}

static int
tally_point(struct tally *tally, struct store *store, int64_t point_id,
    size_t ordinal, const struct plan *plan, struct err *err)
{
	struct store_warmup answer;
	struct run_spec spec;
	double needs_ns, size;
	size_t verdict;

	if (store_warmup(store, point_id, &answer, err) != 0 ||
	    plan_spec(plan, ordinal, plan->seed_from, &spec, err) != 0)
		return (-1);
	if (answer.warmup.replicas == 0)
		return (0);
	needs_ns = (double)spec.run.warmup_ps / 1000 +
	    (double)answer.warmup.cut * answer.step_ns;
	size = size_of(&answer, needs_ns);
	verdict = answer.warmup.verdict;
	if (verdict == WARMUP_LONGER)
		tally->longer_ns = fmax(tally->longer_ns, needs_ns);
	if (tally->points[verdict] == 0 || size > tally->worst[verdict]) {
		tally->worst[verdict] = size;
		tally->example[verdict] = ordinal;
	}
	tally->points[verdict]++;
	tally->all++;
	return (0);
}

/* "gus zone.bucket_size=32" */
static void
print_point(const struct plan *plan, size_t ordinal)
{
	const struct plan_point *point;
	size_t i;

	point = &plan->points[ordinal];
	printf("%s", point->policy->label);
	for (i = 0; i < point->knob_count; i++)
		printf(" %s=%s", point->knobs[i].knob, point->knobs[i].value);
}

static void
print_verdict(const struct tally *tally, enum warmup_verdict verdict,
    const struct plan *plan)
{
	char needs[HUMAN_SIZE];

	if (tally->points[verdict] == 0)
		return;
	printf("  %-4zu ", tally->points[verdict]);
	switch (verdict) {
	case WARMUP_FINE:
		printf("fine\n");
		return;
	case WARMUP_LONGER:
		human_value(tally->longer_ns, "ns", needs);
		printf("too short: run.warmup of %s would do for all (", needs);
		break;
	case WARMUP_SHORT:
		printf("not settled within the first half: make run.duration "
		    "longer (");
		break;
	case WARMUP_DRIFT:
		printf("no steady state: the footprint moves by %.0f%% from "
		    "there to the end (", 100 * tally->worst[verdict]);
		break;
	default:
		printf("unclear: three seeds or more, and 50 points of "
		    "run.series_points, would tell (");
		break;
	}
	print_point(plan, tally->example[verdict]);
	printf(")\n");
}

static void
print_tally(const struct tally *tally, size_t points, const struct plan *plan)
{
	size_t verdict;

	if (tally->all == 0)
		return;
	printf("\nwarm-up, by MSER-5 of the footprint: ");
	if (tally->points[WARMUP_FINE] == tally->all && tally->all == points) {
		printf("fine at %s\n", points == 1 ? "the point" :
		    "all points");
		return;
	}
	printf("%zu of %zu points\n", tally->all, points);
	for (verdict = 0; verdict < WARMUP_VERDICTS; verdict++)
		print_verdict(tally, (enum warmup_verdict)verdict, plan);
}

int
warmup_text(struct store *store, int64_t experiment, const struct plan *plan,
    struct err *err)
{
	struct tally tally = { 0 };
	struct store_query *query;
	uint64_t ordinal;
	size_t stride;
	int more;

	stride = (plan->point_count + WARMUP_POINTS - 1) / WARMUP_POINTS;
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
		    store_query_int(query, 0), (size_t)ordinal, plan,
		    err) != 0) {
			more = -1;
			break;
		}
	}
	store_query_end(query);
	if (more == 0)
		print_tally(&tally, plan->point_count, plan);
	return (more);
}
