/*
 * stats_queue_test - do intervals hold the truth as often as they say?
 *
 * Counted over repetitions of a queue whose answers are known.  Each repetition
 * is a whole experiment: replicas under seeds of its own, the warm-up cut by
 * MSER-5 from what it sees, then the intervals.
 *
 * A count of 1,000 with a chance of 0.95 is within 0.93 and 0.97 in 99.6 of 100
 * cases; the seeds are fixed, so that the test says the same today and tomorrow.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>

#include "sim/base/hist.h"
#include "tests/tools/queue.h"
#include "tools/stats/interval.h"
#include "tools/stats/paired.h"
#include "tools/stats/stopping.h"
#include "tools/stats/warmup.h"

enum { REPETITIONS = 1000, REPLICAS_MOST = 400 };

static const double shares[] = { 0.5, 0.9, 0.99 };

/* --- coverage ------------------------------------------------------------------- */

struct coverage {
	unsigned mean, quantile[3];
	double half[3];		/* relative half-widths, summed */
	double cut;		/* observations, summed */
	unsigned unbounded, refused;
};

static void
repeat(struct coverage *coverage, const struct queue_spec *spec,
    size_t replicas, uint64_t seed)
{
	static struct hist hists[REPLICAS_MOST];
	const struct hist *list[REPLICAS_MOST];
	double means[REPLICAS_MOST], *sojourns, truth;
	struct interval interval;
	struct warmup warmup;
	size_t cut, i, n;

	n = spec->customers;
	sojourns = malloc(replicas * n * sizeof(*sojourns));
	for (i = 0; i < replicas; i++)
		queue_run(spec, seed, i, &sojourns[i * n]);
	warmup_judge(&warmup, sojourns, replicas, n);
	coverage->refused += warmup.cut == n;
	cut = warmup.cut == n ? n / 2 : warmup.cut;
	coverage->cut += (double)cut;
	for (i = 0; i < replicas; i++) {
		if (hists[i].count == 0)
			hist_init(&hists[i]);
		means[i] = queue_average(&sojourns[i * n], cut, n);
		queue_histogram(&sojourns[i * n], cut, n, &hists[i]);
		list[i] = &hists[i];
	}
	interval = interval_mean(means, replicas, 0.95);
	truth = queue_mean(spec);
	coverage->mean += interval.low < truth && truth < interval.high;
	for (i = 0; i < 3; i++) {
		interval = interval_quantile(list, replicas, shares[i], 0.95);
		truth = queue_quantile(spec, shares[i]) / QUEUE_UNIT;
		coverage->quantile[i] += interval.low < truth &&
		    truth < interval.high;
		coverage->unbounded += isinf(interval.high);
		if (!isinf(interval.high))
			coverage->half[i] += (interval.high - interval.low) /
			    2 / truth;
	}
	free(sojourns);
}

static void
covers(const struct queue_spec *spec, size_t replicas)
{
	struct coverage coverage = { 0 };
	uint64_t seed;
	size_t i;

	for (seed = 1; seed <= REPETITIONS; seed++)
		repeat(&coverage, spec, replicas, seed);
	cr_log_warn("load %g, %zu replicas of %zu: cut at %.0f; coverage of "
	    "mean %.3f, p50 %.3f, p90 %.3f, p99 %.3f; half-widths %.1f%%, "
	    "%.1f%%, %.1f%%; %u unbounded, %u without a cut", spec->load,
	    replicas, spec->customers, coverage.cut / REPETITIONS,
	    coverage.mean / 1000., coverage.quantile[0] / 1000.,
	    coverage.quantile[1] / 1000., coverage.quantile[2] / 1000.,
	    coverage.half[0] / 10, coverage.half[1] / 10,
	    coverage.half[2] / 10, coverage.unbounded, coverage.refused);
	cr_expect(coverage.mean >= 930 && coverage.mean <= 970, "mean: %u",
	    coverage.mean);
	for (i = 0; i < 3; i++)
		cr_expect(coverage.quantile[i] >= 930 &&
		    coverage.quantile[i] <= 970, "p%g: %u", 100 * shares[i],
		    coverage.quantile[i]);
}

Test(stats_queue, intervals_hold_the_truth_as_often_as_they_say)
{
	static const struct queue_spec spec = { 0.5, 1, 2500 };

	covers(&spec, 12);
}

#ifdef QUEUE_LONG

/*
 * A busier queue, whose customers remember one another for longer: a replica
 * must be long enough for its mean to be nearly normal.  With 10,000 customers
 * each the mean is held in 92.9 %.
 */
Test(stats_queue, of_a_busier_queue_too)
{
	static const struct queue_spec spec = { 0.8, 1, 30000 };

	covers(&spec, 12);
}

/* As few as anybody should take. */
Test(stats_queue, of_five_replicas_too)
{
	static const struct queue_spec spec = { 0.5, 1, 6000 };

	covers(&spec, 5);
}

#endif
