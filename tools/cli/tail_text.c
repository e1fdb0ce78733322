/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/tail_text.h"

#include <stdio.h>

#include "tools/cli/sweep_sample.h"
#include "tools/cli/wrap.h"
#include "tools/store/store_quantile.h"

struct tally {
	size_t points, poor;
	size_t poorest;		/* its ordinal */
	double least, needed;
};

static int
tally_point(void *context, struct store *store, int64_t point_id,
    size_t ordinal, struct err *err)
{
	struct store_quantile answer;
	struct tally *tally;

	tally = context;
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
	struct wrap wrap;

	if (tally->poor == 0)
		return;
	printf("\n");
	wrap_begin(&wrap, stdout, 0);
	wrap_putf(&wrap, "free-to-use p99 rests on too little at %zu of %zu "
	    "points: a 95%% bound needs %.0f independent frees, and these runs "
	    "are worth %.0f (", tally->poor, tally->points, tally->needed,
	    tally->least);
	sweep_sample_name(&wrap, plan, tally->poorest);
	wrap_put(&wrap, "); more seeds or longer runs help");
	wrap_end(&wrap);
}

int
tail_text(struct store *store, int64_t experiment, const struct plan *plan,
    struct err *err)
{
	struct tally tally = { 0 };

	if (sweep_sample(store, experiment, plan, tally_point, &tally,
	    err) != 0)
		return (-1);
	print_tally(&tally, plan);
	return (0);
}
