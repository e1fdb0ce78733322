/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/warmup_text.h"

#include <math.h>
#include <stdio.h>

#include "sim/spec.h"
#include "tools/cli/human.h"
#include "tools/cli/sweep_sample.h"
#include "tools/cli/wrap.h"
#include "tools/scenario/plan.h"
#include "tools/store/store_warmup.h"

struct tally {
	const struct plan *plan;
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
tally_point(void *context, struct store *store, int64_t point_id,
    size_t ordinal, struct err *err)
{
	struct store_warmup answer;
	struct run_spec spec;
	struct tally *tally;
	double needs_ns, size;
	size_t verdict;

	tally = context;
	if (store_warmup(store, point_id, &answer, err) != 0 ||
	    plan_spec(tally->plan, ordinal, tally->plan->seed_from, &spec,
	    err) != 0)
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

static void
print_verdict(const struct tally *tally, enum warmup_verdict verdict)
{
	struct wrap wrap;
	char needs[HUMAN_SIZE];

	if (tally->points[verdict] == 0)
		return;
	wrap_begin(&wrap, stdout, (size_t)printf("  %-4zu ",
	    tally->points[verdict]));
	switch (verdict) {
	case WARMUP_FINE:
		wrap_put(&wrap, "fine");
		wrap_end(&wrap);
		return;
	case WARMUP_LONGER:
		human_value(tally->longer_ns, "ns", needs);
		wrap_putf(&wrap, "too short: run.warmup of %s would do for "
		    "all (", needs);
		break;
	case WARMUP_SHORT:
		wrap_put(&wrap, "not settled within the first half: make "
		    "run.duration longer (");
		break;
	case WARMUP_DRIFT:
		wrap_putf(&wrap, "no steady state: the footprint moves by "
		    "%.0f%% from there to the end (",
		    100 * tally->worst[verdict]);
		break;
	default:
		wrap_put(&wrap, "unclear: three seeds or more, and 50 points "
		    "of run.series_points, would tell (");
		break;
	}
	sweep_sample_name(&wrap, tally->plan, tally->example[verdict]);
	wrap_put(&wrap, ")");
	wrap_end(&wrap);
}

static void
print_tally(const struct tally *tally)
{
	size_t points, verdict;

	if (tally->all == 0)
		return;
	points = tally->plan->point_count;
	printf("\nwarm-up, by MSER-5 of the footprint: ");
	if (tally->points[WARMUP_FINE] == tally->all && tally->all == points) {
		printf("fine at %s\n", points == 1 ? "the point" :
		    "all points");
		return;
	}
	printf("%zu of %zu points\n", tally->all, points);
	for (verdict = 0; verdict < WARMUP_VERDICTS; verdict++)
		print_verdict(tally, (enum warmup_verdict)verdict);
}

int
warmup_text(struct store *store, int64_t experiment, const struct plan *plan,
    struct err *err)
{
	struct tally tally = { .plan = plan };

	if (sweep_sample(store, experiment, plan, tally_point, &tally,
	    err) != 0)
		return (-1);
	print_tally(&tally);
	return (0);
}
