/*
 * What the page allocator did in the window, where a run has one: who took its
 * locks, which lines moved for it, and how much lay where only one CPU finds it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/base/wide.h"
#include "sim/kern/kern_pages.h"
#include "sim/lab_run.h"
#include "sim/metrics/metrics.h"

static struct {
	struct page_pool_figures figures;	/* as the window opened */
	struct kern_pages_costs costs;
	uint64_t cached;			/* pages now */
	uint64_t peak;
	uint64_t cpu_peak;
	wide_uint weight;			/* page * ps */
	uint64_t open_ps;
	uint64_t since_ps;
	bool open;
	bool there;
} now;

void
pages_begin(void)
{

	memset(&now, 0, sizeof(now));
}

static void
book(uint64_t at_ps)
{

	if (!now.open || at_ps <= now.since_ps)
		return;
	now.weight += (wide_uint)now.cached * (at_ps - now.since_ps);
	now.since_ps = at_ps;
}

void
pages_cached(uint64_t pages, uint64_t of_cpu, uint64_t at_ps)
{

	book(at_ps);
	now.cached = pages;
	if (!now.open)
		return;
	if (pages > now.peak)
		now.peak = pages;
	if (of_cpu > now.cpu_peak)
		now.cpu_peak = of_cpu;
}

void
pages_window_open(uint64_t at_ps)
{

	now.there = kern_pages_read(&now.figures, &now.costs);
	now.open = true;
	now.open_ps = now.since_ps = at_ps;
	now.peak = now.cached;
}

/* What was counted in the window, from the counts at its two ends. */
static void
window_figures(struct page_pool_figures *figures)
{
	const struct page_pool_figures *before;

	before = &now.figures;
	figures->allocs -= before->allocs;
	figures->frees -= before->frees;
	figures->list_locks -= before->list_locks;
	figures->list_locks_contended -= before->list_locks_contended;
	figures->cache_locks -= before->cache_locks;
	figures->cache_locks_contended -= before->cache_locks_contended;
	figures->refills -= before->refills;
	figures->spills -= before->spills;
	figures->handed_back -= before->handed_back;
	figures->demands -= before->demands;
}

void
pages_window_close(uint64_t at_ps)
{
	struct page_pool_figures figures;

	book(at_ps);
	now.open = false;
	if (!now.there)
		return;
	(void)kern_pages_read(&figures, &now.costs);
	window_figures(&figures);
	now.figures = figures;
}

static double
each(uint64_t sum, uint64_t count)
{

	return (count == 0 ? 0 : (double)sum / (double)count);
}

void
pages_report(struct run_result *result)
{
	const struct page_pool_figures *figures;
	uint64_t moved;

	if (!now.there || now.since_ps <= now.open_ps)
		return;
	figures = &now.figures;
	moved = figures->allocs + figures->frees;
	metric_put(result, "pages", "taken", "1", (double)figures->allocs);
	metric_put(result, "pages", "given_back", "1", (double)figures->frees);
	metric_put(result, "page_ns", "take", "ns",
	    each(now.costs.alloc_ps, figures->allocs) / 1e3);
	metric_put(result, "page_ns", "give_back", "ns",
	    each(now.costs.free_ps, figures->frees) / 1e3);
	metric_put(result, "page_line_transfers", "each", "1",
	    each(now.costs.transfers, moved));
	metric_put(result, "page_locks", "lists", "1",
	    (double)figures->list_locks);
	metric_put(result, "page_locks", "lists_each", "1",
	    each(figures->list_locks, moved));
	metric_put(result, "page_locks", "lists_contended", "1",
	    (double)figures->list_locks_contended);
	metric_put(result, "page_locks", "caches", "1",
	    (double)figures->cache_locks);
	metric_put(result, "page_locks", "caches_contended", "1",
	    (double)figures->cache_locks_contended);
	metric_put(result, "page_caches", "refills", "1",
	    (double)figures->refills);
	metric_put(result, "page_caches", "spills", "1",
	    (double)figures->spills);
	metric_put(result, "page_caches", "handed_back", "1",
	    (double)figures->handed_back);
	metric_put(result, "page_caches", "demands", "1",
	    (double)figures->demands);
	metric_put(result, "page_cache_pages", "mean", "1",
	    (double)(uint64_t)(now.weight * 1000 /
	    (now.since_ps - now.open_ps)) / 1e3);
	metric_put(result, "page_cache_pages", "peak", "1",
	    (double)now.peak);
	metric_put(result, "page_cache_pages", "cpu_peak", "1",
	    (double)now.cpu_peak);
}
