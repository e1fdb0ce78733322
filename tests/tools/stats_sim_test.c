/*
 * stats_sim_test - do comparisons of real runs err as seldom as they say?
 *
 * Runs of a small scenario under many seeds, made once.  What the queue of
 * stats_queue_test.c cannot show is here: metrics that come in lumps, that are
 * mostly zero, that depend on one another, and policies that go different ways
 * under the same seed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "tests/tools/say.h"
#include "tools/scenario/plan.h"
#include "tools/stats/paired.h"

enum { METRICS_MOST = 128 };

static const char text[] =
    "machine: {cpus: 4, pages: 16MiB}\n"
    "zone: {item_size: 256B, bucket_size: 8}\n"
    "workload:\n"
    "  slot_churn:\n"
    "    slots: 256\n"
    "    words: 6\n"
    "    section: {lognormal: {median: 150ns, p99: 3us}}\n"
    "    think: {exp: 1us}\n"
    "    write_share: 20%\n"
    "faults:\n"
    "  - preemption: {rate: 2000/s, for: {exp: 50us}}\n"
    "run: {warmup: 200us, duration: 1ms}\n"
    "sweep: [{knob: zone.bucket_size, over: [8, 32]}]\n";

/* values[metric][run]; all runs of a point have the same metrics. */
struct runs {
	size_t count, metrics;
	const char *names[METRICS_MOST], *stats[METRICS_MOST];
	double *values[METRICS_MOST];
};

static void
execute(struct runs *runs, size_t point, size_t count)
{
	struct run_result result = { 0 };
	struct scenario *scenario;
	struct run_spec spec;
	struct plan *plan;
	struct err err;
	size_t i, k;

	scenario = scenario_parse("x.yaml", text, strlen(text), NULL, 0, &err);
	cr_assert_not_null(scenario, "%s", err.text);
	plan = plan_make(scenario, 0, &err);
	cr_assert_not_null(plan, "%s", err.text);
	memset(runs, 0, sizeof(*runs));
	runs->count = count;
	for (i = 0; i < count; i++) {
		cr_assert_eq(plan_spec(plan, point, i + 1, &spec, &err), 0,
		    "%s", err.text);
		run_execute(&spec, &result);
		cr_assert_eq(result.status, RUN_OK);
		cr_assert(i == 0 || result.metric_count == runs->metrics);
		cr_assert_leq(result.metric_count, METRICS_MOST);
		for (k = 0; k < result.metric_count; k++) {
			if (i == 0) {
				runs->names[k] = result.metrics[k].name;
				runs->stats[k] = result.metrics[k].stat;
				runs->values[k] = calloc(count,
				    sizeof(double));
			}
			runs->values[k][i] = result.metrics[k].value;
		}
		runs->metrics = result.metric_count;
		run_result_fini(&result);
	}
	plan_free(plan);
	scenario_free(scenario);
}

static const double *
metric_of(const struct runs *runs, const char *name, const char *stat)
{
	size_t k;

	for (k = 0; k < runs->metrics; k++) {
		if (strcmp(runs->names[k], name) == 0 &&
		    strcmp(runs->stats[k], stat) == 0)
			return (runs->values[k]);
	}
	cr_assert_fail("no %s.%s", name, stat);
	return (NULL);
}

/*
 * Two groups of seeds of one point are dealt out at random, again and again, and
 * compared in every metric there is.
 */
Test(stats_sim, a_policy_differs_from_itself_in_at_most_one_of_twenty)
{
	enum { RUNS = 600, PAIRS = 8, REPETITIONS = 1000 };
	double a[PAIRS], b[PAIRS], p[METRICS_MOST];
	size_t deck[RUNS], i, k, other, swap, compared;
	unsigned called, naive;
	struct paired paired;
	struct runs runs;
	struct rng rng;
	uint64_t seed;

	execute(&runs, 0, RUNS);
	for (i = 0; i < RUNS; i++)
		deck[i] = i;
	rng_init(&rng, 1, "deck", 0);
	called = naive = 0;
	compared = 0;
	for (seed = 0; seed < REPETITIONS; seed++) {
		bool any = false, any_naive = false;

		for (i = 0; i < 2 * PAIRS; i++) {
			other = i + (size_t)rng_below(&rng, RUNS - i);
			swap = deck[i];
			deck[i] = deck[other];
			deck[other] = swap;
		}
		compared = 0;
		for (k = 0; k < runs.metrics; k++) {
			for (i = 0; i < PAIRS; i++) {
				a[i] = runs.values[k][deck[2 * i]];
				b[i] = runs.values[k][deck[2 * i + 1]];
				if (isnan(a[i]) || isnan(b[i]))
					break;
			}
			if (i < PAIRS)
				continue;
			paired_compare(&paired, a, b, PAIRS);
			p[compared++] = paired.p;
			any_naive = any_naive || paired.p < 0.05;
		}
		paired_holm(p, compared);
		for (k = 0; k < compared; k++)
			any = any || p[k] < 0.05;
		called += any;
		naive += any_naive;
	}
	say("a policy and itself, %zu metrics after Holm: a difference "
	    "in %.1f%%; without correction in %.1f%%", compared,
	    100. * called / REPETITIONS, 100. * naive / REPETITIONS);
	cr_expect_gt(compared, 20);
	cr_expect_leq(called, REPETITIONS / 20);
	/* A test that never says so would pass too. */
	cr_expect_gt(naive, REPETITIONS / 4);
}

/*
 * Two bucket sizes, pair by pair and with the pairs of the second moved on by
 * one, so that they are of strangers.  How much common streams help depends on
 * what a metric is made of: arrivals are common, the fate of one bucket is not.
 */
Test(stats_sim, common_streams_cut_the_variance_of_a_difference)
{
	enum { RUNS = 200 };
	static const struct {
		const char *name, *stat;
		double least;
	} shown[] = {
		{ "ops_per_s", "mean", 10 },
		{ "footprint_bytes", "mean", 0.8 },
		{ "footprint_bytes", "peak", 0.8 },
		{ "free_ns", "mean", 0.8 },
	};
	double moved[RUNS];
	const double *of_a, *of_b;
	struct paired common, strange;
	struct runs a, b;
	size_t i, k;

	execute(&a, 0, RUNS);
	execute(&b, 1, RUNS);
	for (k = 0; k < sizeof(shown) / sizeof(shown[0]); k++) {
		of_a = metric_of(&a, shown[k].name, shown[k].stat);
		of_b = metric_of(&b, shown[k].name, shown[k].stat);
		for (i = 0; i < RUNS; i++)
			moved[i] = of_b[(i + 1) % RUNS];
		paired_compare(&common, of_a, of_b, RUNS);
		paired_compare(&strange, of_a, moved, RUNS);
		say("%s.%s: common streams cut the variance by %.2f, "
		    "other seeds by %.2f", shown[k].name, shown[k].stat,
		    common.variance_cut, strange.variance_cut);
		cr_expect_gt(common.variance_cut, shown[k].least);
		cr_expect(strange.variance_cut > 0.7 &&
		    strange.variance_cut < 1.4);
	}
}
