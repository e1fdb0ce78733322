/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/claims/claim_value.h"

#include <math.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/hist.h"
#include "sim/spec.h"
#include "tools/campaign/wire.h"

/* Of 2^32 sequence numbers a step takes two: engine/smr_life.c. */
static const double steps_round = 2147483648.0;
/* So far ahead of the readers an advance waits: UINT32_MAX / 4, in steps. */
static const double steps_limit = 536870912.0;

static double
metric(const struct claim_run *run, const char *name, const char *stat)
{
	const struct run_metric *row;
	size_t i;

	for (i = 0; i < run->result->metric_count; i++) {
		row = &run->result->metrics[i];
		if (strcmp(row->name, name) == 0 &&
		    strcmp(row->stat, stat) == 0)
			return (row->value);
	}
	return (NAN);
}

static double
window_ns(const struct claim_run *run)
{

	return ((double)run->spec->run.duration_ps / 1e3);
}

/* All CPUs' time. */
static double
machine_ns(const struct claim_run *run)
{

	return (window_ns(run) * (double)run->spec->machine.cpus);
}

static double
knob(const struct claim_run *run, const char *name)
{
	struct err err;
	char text[128];
	double number;

	return (spec_get(run->spec, name, text, sizeof(text), &number, &err) ==
	    0 ? number : NAN);
}

static double
section_length_ns(const struct claim_run *run)
{

	return (knob(run, "workload.slot_churn.section") / 1e3);
}

/* Mean times count: 0 where it never happened. */
static double
spent_ns(const struct claim_run *run, const char *name)
{
	double count;

	count = metric(run, name, "count");
	return (count > 0 ? count * metric(run, name, "mean") : 0);
}

double
claim_ops_per_s(const struct claim_run *run)
{

	return (metric(run, "ops_per_s", "mean"));
}

double
claim_footprint_peak_bytes(const struct claim_run *run)
{

	return (metric(run, "footprint_bytes", "peak"));
}

double
claim_section_ns(const struct claim_run *run)
{

	return (metric(run, "enter_exit_ns", "mean"));
}

double
claim_free_p50_ns(const struct claim_run *run)
{

	return (metric(run, "free_ns", "p50"));
}

double
claim_free_mean_ns(const struct claim_run *run)
{

	return (metric(run, "free_ns", "mean"));
}

double
claim_frees_per_scan(const struct claim_run *run)
{

	return (metric(run, "frees", "total") /
	    fmax(1, metric(run, "poll_scan", "total")));
}

double
claim_scan_share(const struct claim_run *run)
{

	return (metric(run, "poll_scan", "total") /
	    metric(run, "poll", "total"));
}

double
claim_frees_per_advance(const struct claim_run *run)
{

	return (metric(run, "frees", "total") /
	    fmax(1, metric(run, "advance", "total")));
}

double
claim_zone_share(const struct claim_run *run)
{

	return ((spent_ns(run, "alloc_ns") + spent_ns(run, "free_ns")) /
	    machine_ns(run));
}

double
claim_section_share(const struct claim_run *run)
{

	return (spent_ns(run, "enter_exit_ns") / machine_ns(run));
}

double
claim_use_least_ticks(const struct claim_run *run)
{
	struct hist hist;
	const struct wire_blob *blob;
	size_t i;

	for (i = 0; i < run->result->histogram_count; i++) {
		blob = &run->result->histograms[i];
		if (strcmp(blob->name, "free_to_use_ns") != 0)
			continue;
		hist_init(&hist);
		if (hist_decode(&hist, blob->bytes, blob->length) != 0 ||
		    hist.count == 0)
			return (NAN);
		return ((double)hist.min / 1e12 *
		    (double)run->spec->machine.hz);
	}
	return (NAN);
}

double
claim_use_mean_ticks(const struct claim_run *run)
{

	return (metric(run, "free_to_use_ns", "mean") / 1e9 *
	    (double)run->spec->machine.hz);
}

double
claim_known_ns(const struct claim_run *run)
{

	return (metric(run, "free_to_safe_ns", "mean") +
	    metric(run, "safe_to_known_ns", "mean"));
}

double
claim_use_p99_sections(const struct claim_run *run)
{

	return (metric(run, "free_to_use_ns", "p99") /
	    metric(run, "free_to_safe_ns", "max"));
}

double
claim_idle_buckets_per_cpu(const struct claim_run *run)
{
	static const char *const states[] = { "unstamped", "stamped_unsafe",
		"safe_unknown", "ready" };
	double bytes;
	size_t i;

	bytes = 0;
	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		bytes += metric(run, "footprint_state_bytes", states[i]);
	return (bytes / knob(run, "zone.item_size") /
	    knob(run, "zone.bucket_size") / (double)run->spec->machine.cpus);
}

double
claim_waits_per_bucket(const struct claim_run *run)
{

	return (claim_waits(run) / metric(run, "frees", "total") *
	    knob(run, "zone.bucket_size"));
}

double
claim_waits(const struct claim_run *run)
{

	return (metric(run, "wait_ns", "count"));
}

double
claim_wait_max_ns(const struct claim_run *run)
{

	return (claim_waits(run) > 0 ? metric(run, "wait_ns", "max") : 0);
}

double
claim_waiting_over_little(const struct claim_run *run)
{
	double items, rate;

	items = metric(run, "waiting_bytes", "mean") /
	    knob(run, "zone.item_size");
	rate = metric(run, "frees", "total") / window_ns(run);
	return (items / (rate * section_length_ns(run)));
}

double
claim_wrap_hours(const struct claim_run *run)
{

	return (steps_round / (double)run->spec->machine.hz / 3600);
}

/* Steps in a nanosecond. */
static double
pace(const struct claim_run *run)
{

	return (metric(run, "advance", "total") / window_ns(run));
}

double
claim_limit_s(const struct claim_run *run)
{

	return (steps_limit / pace(run) / 1e9);
}

double
claim_wraps(const struct claim_run *run)
{
	size_t i;

	for (i = 0; i < run->result->coverage_count; i++) {
		if (strcmp(run->result->coverage[i].name, "wrapped") == 0)
			return ((double)run->result->coverage[i].hits);
	}
	return (NAN);
}
