/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/survival.h"
#include "sim/run.h"
#include "tools/validate/native.h"
#include "tools/validate/validate.h"

#define COST	0.75, 1.25, "25%"
#define TAIL	0.5, 2, "a factor of 2"

const struct validate_row_def validate_rows[VALIDATE_ROWS] = {
	[VALIDATE_OPS] = { "ops_per_s", "mean", "1/s", COST },
	[VALIDATE_SECTION] = { "enter_exit_ns", "mean", "ns", COST },
	[VALIDATE_ALLOC] = { "alloc_ns", "mean", "ns", COST },
	[VALIDATE_FREE] = { "free_ns", "mean", "ns", COST },
	[VALIDATE_SCAN] = { "frees_per_scan", "mean", "1", COST },
	[VALIDATE_FOOTPRINT] = { "footprint_bytes", "mean", "bytes", COST },
	[VALIDATE_USE_P50] = { "free_to_use_ns", "p50", "ns", TAIL },
	[VALIDATE_USE_P90] = { "free_to_use_ns", "p90", "ns", TAIL },
	[VALIDATE_USE_P99] = { "free_to_use_ns", "p99", "ns", TAIL },
};

enum { SAMPLES_LEAST = 30 };	/* of a call, for a mean; fewer are none */

static const struct {
	enum validate_row row;
	uint64_t ppm;
} quantiles[] = {
	{ VALIDATE_USE_P50, 500000 },
	{ VALIDATE_USE_P90, 900000 },
	{ VALIDATE_USE_P99, 990000 },
};

/*
 * The mean of what lies below the cut, in ns: a call in which the processor was
 * taken away says nothing of what the call costs.  Both sides get the same cut.
 */
static double
cost_ns(const struct hist *hist)
{
	wide_uint sum;
	uint64_t count, middle;
	size_t i;

	if (hist->max < validate_cut_ps)
		return (hist->count < SAMPLES_LEAST ? NAN :
		    hist_mean(hist) / 1e3);
	sum = 0;
	count = 0;
	for (i = 0; i < HIST_BUCKETS; i++) {
		if (hist->bucket[i] == 0 || hist_lower(i) >= validate_cut_ps)
			continue;
		middle = (hist_lower(i) + hist_lower(i + 1)) / 2;
		sum += (wide_uint)middle * hist->bucket[i];
		count += hist->bucket[i];
	}
	return (count < SAMPLES_LEAST ? NAN :
	    (double)sum / (double)count / 1e3);
}

static void
sample_init(struct validate_sample *sample)
{
	size_t i;

	memset(sample, 0, sizeof(*sample));
	for (i = 0; i < VALIDATE_ROWS; i++)
		sample->values[i] = NAN;
	hist_init(&sample->gaps);
}

/* Percentiles with those who still wait as censored; bounds say nothing. */
static void
put_use(struct validate_sample *sample, const struct hist *done,
    const struct hist *waiting)
{
	uint64_t value;
	size_t i;
	bool bound;

	if (done->count < SAMPLES_LEAST)
		return;
	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		value = survival_quantile(done, waiting, quantiles[i].ppm,
		    &bound);
		if (!bound)
			sample->values[quantiles[i].row] = (double)value / 1e3;
	}
}

static double
share(uint64_t part, uint64_t whole)
{

	return (whole == 0 ? 0 : (double)part / (double)whole);
}

static double
unpaid_share(const struct native_answer *answer)
{

	return (answer->threads == 0 ? 0 : share(answer->unpaid_ps /
	    answer->threads, answer->run_ps));
}

void
validate_from_native(const struct native_answer *answer,
    struct validate_sample *sample)
{
	double *values, pair;

	sample_init(sample);
	values = sample->values;
	pair = (double)answer->pair_ps / 1e3;
	/* What the lab could not take off a lab_compute() is taken off here. */
	if (answer->operations > 0)
		values[VALIDATE_OPS] = (double)answer->operations * 1e12 /
		    ((double)answer->window_ps * (1 - unpaid_share(answer)));
	values[VALIDATE_SECTION] = cost_ns(&answer->hists[NATIVE_SECTION]) -
	    2 * pair;
	values[VALIDATE_ALLOC] = cost_ns(&answer->hists[NATIVE_ALLOC]) - pair;
	values[VALIDATE_FREE] = cost_ns(&answer->hists[NATIVE_FREE]) - pair;
	if (answer->counted && answer->counters.poll_scan > 0)
		values[VALIDATE_SCAN] = (double)answer->frees /
		    (double)answer->counters.poll_scan;
	values[VALIDATE_FOOTPRINT] = (double)answer->footprint_mean;
	put_use(sample, &answer->hists[NATIVE_USE],
	    &answer->hists[NATIVE_WAITING]);
	sample->transfer_ps = (answer->before.transfer_ps +
	    answer->after.transfer_ps) / 2;
	sample->invalidate_ps = (answer->before.invalidate_ps +
	    answer->after.invalidate_ps) / 2;
	sample->upgrade_ps = (answer->before.upgrade_ps +
	    answer->after.upgrade_ps) / 2;
	sample->moved = validate_differ(answer->before.transfer_ps,
	    answer->after.transfer_ps);
	sample->keeps_ps = answer->keeps_ps;
	sample->watched_ps = answer->watched_ps;
	sample->lost = share(answer->lost_ps, answer->watched_ps);
	sample->unpaid = unpaid_share(answer);
	sample->switches = answer->switches;
	sample->trouble = answer->complaints;
	if (answer->complaints > 0)
		snprintf(sample->words, sizeof(sample->words), "%s",
		    answer->complaint);
	hist_merge(&sample->gaps, &answer->hists[NATIVE_GAP]);
}

static const struct hist *
run_hist(const struct run_result *result, const char *name)
{
	static struct hist nothing;
	size_t i;

	for (i = 0; i < result->histogram_count; i++)
		if (strcmp(result->histograms[i].name, name) == 0)
			return (result->histograms[i].hist);
	hist_init(&nothing);
	return (&nothing);
}

void
validate_from_run(const struct run_result *result,
    struct validate_sample *sample)
{
	static const enum validate_row plain[] = { VALIDATE_OPS,
		VALIDATE_SCAN, VALIDATE_FOOTPRINT };
	static const enum validate_row costs[] = { VALIDATE_SECTION,
		VALIDATE_ALLOC, VALIDATE_FREE };
	const struct validate_row_def *def;
	const struct run_metric *metric;
	size_t i;

	sample_init(sample);
	sample->kept = true;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		def = &validate_rows[plain[i]];
		metric = run_metric_find(result, def->name, def->stat);
		if (metric != NULL && metric->value > 0)
			sample->values[plain[i]] = metric->value;
	}
	for (i = 0; i < sizeof(costs) / sizeof(costs[0]); i++)
		sample->values[costs[i]] = cost_ns(run_hist(result,
		    validate_rows[costs[i]].name));
	put_use(sample, run_hist(result, "free_to_use_ns"),
	    run_hist(result, "free_to_use_censored_ns"));
	sample->trouble = result->finding_count +
	    (result->status == RUN_TIMEOUT ? 1 : 0);
	if (result->finding_count > 0)
		snprintf(sample->words, sizeof(sample->words), "%s: %.200s",
		    result->findings[0].check, result->findings[0].summary);
	else if (result->status == RUN_TIMEOUT)
		snprintf(sample->words, sizeof(sample->words),
		    "the run was given up: run.accesses_max");
}

uint64_t
validate_steal_ms(void)
{
	unsigned long long steal, unused[7];
	FILE *file;
	long hz;
	int count;

	file = fopen("/proc/stat", "r");
	if (file == NULL)
		return (0);
	count = fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu",
	    &unused[0], &unused[1], &unused[2], &unused[3], &unused[4],
	    &unused[5], &unused[6], &steal);
	fclose(file);
	hz = sysconf(_SC_CLK_TCK);
	return (count == 8 && hz > 0 ? steal * 1000 /
	    (unsigned long long)hz : 0);
}
