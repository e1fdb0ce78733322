/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/metrics/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/base/wide.h"
#include "sim/lab_run.h"
#include "sim/base/survival.h"
#include "sim/oracle/items.h"

enum histogram {
	H_USE,
	H_WAITING,
	H_SAFE,
	H_KNOWN,
	H_STAMPED,
	H_DEMAND,
	H_SECTION,
	H_ALLOC,
	H_FREE,
	H_WAIT,
	HISTOGRAMS
};

static const char *const histogram_names[HISTOGRAMS] = {
	[H_USE] = "free_to_use_ns",
	[H_WAITING] = "free_to_use_censored_ns",
	[H_SAFE] = "free_to_safe_ns",
	[H_KNOWN] = "safe_to_known_ns",
	[H_STAMPED] = "free_to_stamped_ns",
	[H_DEMAND] = "known_to_use_ns",
	[H_SECTION] = "enter_exit_ns",
	[H_ALLOC] = "alloc_ns",
	[H_FREE] = "free_ns",
	[H_WAIT] = "wait_ns",
};

/* Sums for the split of the mean latency; ps. */
enum split {
	SPLIT_BATCHING,
	SPLIT_READERS,
	SPLIT_DETECTION,
	SPLIT_DEMAND,
	SPLITS,
};

static struct metrics {
	struct run_result *result;
	struct hist *hists;		/* HISTOGRAMS of them */
	wide_uint split[SPLITS];
	uint64_t split_count;
	uint64_t frees;
	uint64_t allocs;
	uint64_t alloc_failures;
	uint64_t reuses;
	uint64_t cold;
	uint64_t transfers;
	uint64_t lost_ps;
	struct policy_counters counters;
	uint64_t length_ps;
} m;

/* When each thread began to wait; written before it is read. */
static uint64_t wait_since[MACHINE_THREADS_MAX + 1];
/* A zone's wait contains its core's: the outer one counts. */
static uint8_t wait_depth[MACHINE_THREADS_MAX + 1];
static uint32_t wait_most;	/* no thread after this one has waited */

struct run_result *
lab_result(void)
{

	return (m.result);
}

void
metric_put(struct run_result *result, const char *name, const char *stat,
    const char *unit, double value)
{
	struct run_metric *metric;

	if (result->metric_count == RUN_METRICS_MAX)
		abort();
	metric = &result->metrics[result->metric_count++];
	metric->name = name;
	metric->stat = stat;
	metric->unit = unit;
	metric->value = value;
}

void
metrics_begin(struct run_result *result)
{
	struct hist *hists;
	int i;

	hists = m.hists;
	if (hists == NULL) {
		hists = must_alloc(HISTOGRAMS, sizeof(*hists));
		for (i = 0; i < HISTOGRAMS; i++)
			hist_init(&hists[i]);
	}
	memset(&m, 0, sizeof(m));
	memset(wait_depth, 0, wait_most + 1);
	wait_most = 0;
	m.result = result;
	m.hists = hists;
	for (i = 0; i < HISTOGRAMS; i++)
		hist_reset(&m.hists[i]);
	footprint_begin();
	pages_begin();
	coverage_begin();
}

void
metrics_fini(void)
{

	free(m.hists);
	m.hists = NULL;
}

/* The policy's own counters, read without costing simulated time. */
static void
counters_read(struct policy_counters *counters)
{
	bool before;

	memset(counters, 0, sizeof(*counters));
	if (lab.policy == NULL || lab.policy_def->counters == NULL)
		return;
	before = machine_quiet(true);
	lab.policy_def->counters(lab.policy, counters);
	machine_quiet(before);
}

static uint64_t
transfers_sum(uint64_t *lost_ps)
{
	uint64_t sum;
	uint32_t i;

	sum = *lost_ps = 0;
	for (i = 0; i < the.cpu_count; i++) {
		sum += the.cpus[i].transfers;
		*lost_ps += the.cpus[i].lost_ps;
	}
	return (sum);
}

void
metrics_window_open(uint64_t at_ps)
{

	counters_read(&m.counters);
	m.transfers = transfers_sum(&m.lost_ps);
	footprint_window_open(at_ps);
	pages_window_open(at_ps);
}

/* Freed in the window and not handed out again: the age is a lower bound. */
static void
censor(uint64_t at_ps)
{
	const struct item *item;
	uint32_t number;

	for (number = 1; number < items.count; number++) {
		item = items_get(number);
		if (item->counted && item->published &&
		    item->state >= ITEM_FREED)
			hist_add(&m.hists[H_WAITING],
			    at_ps > item->intended_ps ?
			    at_ps - item->intended_ps : 0);
	}
}

void
metrics_window_close(uint64_t at_ps)
{
	struct policy_counters begin;
	uint64_t lost;

	begin = m.counters;
	counters_read(&m.counters);
	m.counters.advance -= begin.advance;
	m.counters.advance_wait -= begin.advance_wait;
	m.counters.poll -= begin.poll;
	m.counters.poll_scan -= begin.poll_scan;
	m.counters.poll_fail -= begin.poll_fail;
	lost = m.lost_ps;
	m.transfers = transfers_sum(&m.lost_ps) - m.transfers;
	m.lost_ps -= lost;
	m.length_ps = at_ps - lab.window_begin_ps;
	censor(at_ps);
	footprint_window_close(at_ps);
	pages_window_close(at_ps);
}

void
metrics_section(uint64_t cost_ps)
{

	if (the.in_window)
		hist_add(&m.hists[H_SECTION], cost_ps);
}

void
metrics_free(uint64_t cost_ps)
{

	if (!the.in_window)
		return;
	m.frees++;
	hist_add(&m.hists[H_FREE], cost_ps);
}

static uint64_t
after(uint64_t later, uint64_t earlier)
{

	return (later > earlier ? later - earlier : 0);
}

/* An item that was freed in the window is handed out in it. */
static void
reused(const struct item *item, uint64_t now)
{
	const struct line *line;
	uint64_t stamped, known, ready;

	stamped = item->stamped_ps != 0 ? item->stamped_ps : item->retired_ps;
	ready = item->safe_ps > stamped ? item->safe_ps : stamped;
	known = item->known_ps > ready ? item->known_ps : ready;
	hist_add(&m.hists[H_USE], after(now, item->intended_ps));
	hist_add(&m.hists[H_STAMPED], after(stamped, item->intended_ps));
	hist_add(&m.hists[H_SAFE], after(item->safe_ps, item->intended_ps));
	hist_add(&m.hists[H_KNOWN], after(known, item->safe_ps));
	hist_add(&m.hists[H_DEMAND], after(now, known));
	m.split[SPLIT_BATCHING] += after(stamped, item->intended_ps);
	m.split[SPLIT_READERS] += ready - stamped;
	m.split[SPLIT_DETECTION] += known - ready;
	m.split[SPLIT_DEMAND] += after(now, known);
	m.split_count++;
	m.reuses++;
	line = &the.lines[item->offset >> ARENA_LINE_SHIFT];
	if (line->touched_ps == 0 ||
	    after(now, line->touched_ps) > the.config.shared_hold_ps)
		m.cold++;
}

void
metrics_alloc(uint32_t number, uint64_t cost_ps)
{
	struct item *item;

	if (!the.in_window)
		return;
	m.allocs++;
	hist_add(&m.hists[H_ALLOC], cost_ps);
	if (number == 0) {
		m.alloc_failures++;
		return;
	}
	item = items_get(number);
	if (item->counted && item->published && item->state >= ITEM_FREED)
		reused(item, the.cpu->now_ps);
	item->counted = 0;
}

/*
 * Freed in the window and given back to its slab: nobody will use it as this
 * item again, and it waited at least so long.
 */
static void
released(const struct stream_event *event)
{
	struct item *item;

	item = items_get((uint32_t)event->a);
	if (!event->in_window || !item->counted || !item->published)
		return;
	item->counted = 0;
	hist_add(&m.hists[H_WAITING], after(event->at_ps, item->intended_ps));
}

void
metrics_event(const struct stream_event *event)
{

	switch (event->kind) {
	case STREAM_PAGES:
		footprint_pages(event->object, event->a);
		break;
	case STREAM_BUCKETS:
		footprint_buckets(event->object, event->a);
		break;
	case STREAM_PAGES_CACHED:
		footprint_page_caches(event->a);
		pages_cached(event->a, event->b, event->at_ps);
		break;
	case STREAM_ITEM_RELEASED:
		released(event);
		break;
	case STREAM_WAIT_BEGIN:
		if (event->thread > wait_most)
			wait_most = event->thread;
		if (wait_depth[event->thread]++ == 0)
			wait_since[event->thread] = event->at_ps;
		break;
	case STREAM_WAIT_END:
		if (--wait_depth[event->thread] == 0 && event->in_window)
			hist_add(&m.hists[H_WAIT], after(event->at_ps,
			    wait_since[event->thread]));
		break;
	default:
		break;
	}
	coverage_event(event);
}

void
metrics_settle(uint64_t at_ps)
{

	footprint_settle(at_ps);
}

uint64_t
metrics_listen(void)
{

	return (coverage_listen() | UINT64_C(1) << STREAM_PAGES |
	    UINT64_C(1) << STREAM_PAGES_CACHED |
	    UINT64_C(1) << STREAM_ITEM_RELEASED |
	    UINT64_C(1) << STREAM_BUCKETS | UINT64_C(1) << STREAM_WAIT_BEGIN |
	    UINT64_C(1) << STREAM_WAIT_END);
}

/* --- the answer ------------------------------------------------------------- */

static void
put(const char *name, const char *stat, const char *unit, double value)
{

	metric_put(m.result, name, stat, unit, value);
}

static void
put_hist(enum histogram which, const char *const *stats, const uint64_t *ppm)
{
	const struct hist *hist;
	const char *name;
	size_t i;

	hist = &m.hists[which];
	name = histogram_names[which];
	if (hist->count > 0)
		put(name, "mean", "ns", hist_mean(hist) / 1e3);
	for (i = 0; stats[i] != NULL && hist->count > 0; i++)
		put(name, stats[i], "ns",
		    (double)hist_quantile(hist, ppm[i]) / 1e3);
	if (hist->count > 0)
		put(name, "max", "ns", (double)hist->max / 1e3);
	put(name, "count", "1", (double)hist->count);
}

static const char *const use_stats[] = { "p50", "p90", "p99", "p999" };
static const uint64_t use_ppm[] = { 500000, 900000, 990000, 999000 };

/* With the items that still wait taken as censored, not left out. */
static void
put_use(void)
{
	const struct hist *done, *waiting;
	bool bound;
	size_t i;

	done = &m.hists[H_USE];
	waiting = &m.hists[H_WAITING];
	if (done->count > 0)
		put("free_to_use_ns", "mean", "ns", hist_mean(done) / 1e3);
	for (i = 0; i < 4 && done->count + waiting->count > 0; i++) {
		uint64_t value;

		value = survival_quantile(done, waiting, use_ppm[i], &bound);
		put("free_to_use_ns", use_stats[i], "ns",
		    (double)value / 1e3);
		if (use_ppm[i] == 990000)
			put("free_to_use_ns", "p99_is_bound", "1",
			    bound ? 1 : 0);
	}
	if (done->count > 0)
		put("free_to_use_ns", "max", "ns", (double)done->max / 1e3);
	put("free_to_use_ns", "count", "1", (double)done->count);
	put("censored_items", "total", "1", (double)waiting->count);
	if (waiting->count > 0)
		put("censored_items", "oldest_ns", "ns",
		    (double)waiting->max / 1e3);
}

static void
put_split(void)
{
	static const char *const names[SPLITS] = { "batching", "readers",
		"detection", "demand" };
	int i;

	if (m.split_count == 0)
		return;
	for (i = 0; i < SPLITS; i++)
		put("latency_split_ns", names[i], "ns",
		    (double)(uint64_t)(m.split[i] / m.split_count) / 1e3);
}

static double
ratio(uint64_t part, uint64_t whole)
{

	return (whole == 0 ? 0 : (double)part / (double)whole);
}

static void
put_histograms(struct run_result *result)
{
	int i;

	result->histogram_count = HISTOGRAMS;
	for (i = 0; i < HISTOGRAMS; i++) {
		result->histograms[i].name = histogram_names[i];
		result->histograms[i].unit = "ps";
		result->histograms[i].hist = &m.hists[i];
	}
}

void
metrics_report(void)
{
	static const char *const stats[] = { "p50", "p99", NULL };
	static const char *const all[] = { "p50", "p90", "p99", "p999", NULL };
	static const uint64_t ppm[] = { 500000, 990000 };

	put_histograms(m.result);
	coverage_report(m.result);
	if (!lab.measured)
		return;
	footprint_report(m.result);
	pages_report(m.result);
	put_use();
	put_hist(H_SAFE, all, use_ppm);
	put_hist(H_KNOWN, all, use_ppm);
	put_hist(H_STAMPED, stats, ppm);
	put_hist(H_DEMAND, stats, ppm);
	put_split();
	put_hist(H_SECTION, stats, ppm);
	put_hist(H_ALLOC, stats, ppm);
	put_hist(H_FREE, stats, ppm);
	put_hist(H_WAIT, stats, ppm);
	put("wait_ns", "total", "ns", (double)(uint64_t)(m.hists[H_WAIT].sum /
	    1000));
	put("ops_per_s", "mean", "1/s", m.length_ps == 0 ? 0 :
	    (double)lab.operations * 1e12 / (double)m.length_ps);
	put("frees", "total", "1", (double)m.frees);
	put("allocs", "total", "1", (double)m.allocs);
	put("alloc_failures", "total", "1", (double)m.alloc_failures);
	put("advance", "total", "1", (double)m.counters.advance);
	put("advance_wait", "total", "1", (double)m.counters.advance_wait);
	put("poll", "total", "1", (double)m.counters.poll);
	put("poll_scan", "total", "1", (double)m.counters.poll_scan);
	put("poll_fail", "total", "1", (double)m.counters.poll_fail);
	if (m.counters.poll_scan > 0)
		put("frees_per_scan", "mean", "1",
		    ratio(m.frees, m.counters.poll_scan));
	put("poll_fail_ratio", "mean", "1",
	    ratio(m.counters.poll_fail, m.counters.poll));
	if (m.frees > 0)
		put("line_transfers_per_free", "mean", "1",
		    ratio(m.transfers, m.frees));
	put("cold_reuse_ratio", "mean", "1", ratio(m.cold, m.reuses));
	put("ipis", "total", "1", (double)the.ipis);
	put("stalled_ns", "total", "ns", (double)(m.lost_ps / 1000));
}
