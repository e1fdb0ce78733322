/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/run.h"

/* What a run can report: `gusim list metrics`, and the names in `expect`. */
const struct metric_def metric_defs[] = {
	{ "footprint_bytes", "bytes",
	    "mean p50 p99 peak clairvoyant_mean clairvoyant_peak unstable",
	    "slab pages, bucket memory and page caches, weighted by time; clairvoyant: what "
	    "the ideal reclaimer would need; unstable: 1 if it grew without "
	    "bound" },
	{ "footprint_state_bytes", "bytes",
	    "live unstamped stamped_unsafe safe_unknown ready buckets slabs "
	    "page_caches",
	    "mean memory by state of the items; page_caches: pages that only one "
	    "CPU finds, where zone.page_cache wants such" },
	{ "waiting_bytes", "bytes", "mean",
	    "freed items that are not yet known to be safe" },
	{ "free_to_use_ns", "ns",
	    "mean p50 p90 p99 p999 max count p99_is_bound",
	    "from the (intended) free to the next handing out; percentiles "
	    "treat items still waiting as censored" },
	{ "free_to_safe_ns", "ns", "mean p50 p90 p99 p999 max count",
	    "from the free until, in truth, no reader could hold the item" },
	{ "safe_to_known_ns", "ns", "mean p50 p90 p99 p999 max count",
	    "from being safe until the policy found out" },
	{ "free_to_stamped_ns", "ns", "mean p50 p99 max count",
	    "from the free until the item's bucket got its goal" },
	{ "known_to_use_ns", "ns", "mean p50 p99 max count",
	    "from being known safe until somebody wanted it" },
	{ "latency_split_ns", "ns", "batching readers detection demand",
	    "the parts of the mean free-to-use latency, in order of time" },
	{ "censored_items", "1", "total oldest_ns",
	    "freed in the window and not reused in it: still waiting when it "
	    "closed, or given back to the slabs" },
	{ "enter_exit_ns", "ns", "mean p50 p99 max count",
	    "cost of entering and leaving a read section" },
	{ "alloc_ns", "ns", "mean p50 p99 max count", "cost of an allocation" },
	{ "free_ns", "ns", "mean p50 p99 max count", "cost of a free" },
	{ "wait_ns", "ns", "mean p50 p99 max count total",
	    "time spent in blocking waits for readers" },
	{ "ops_per_s", "1/s", "mean", "operations of the workload" },
	{ "frees", "1", "total", "items freed" },
	{ "allocs", "1", "total", "allocations asked for" },
	{ "alloc_failures", "1", "total", "allocations refused" },
	{ "advance", "1", "total", "advances that moved the write sequence" },
	{ "advance_wait", "1", "total", "advances that had to wait" },
	{ "poll", "1", "total", "polls" },
	{ "poll_scan", "1", "total", "polls that looked at all CPUs" },
	{ "poll_fail", "1", "total", "polls that did not meet their goal" },
	{ "frees_per_scan", "1", "mean", "frees for each scan" },
	{ "poll_fail_ratio", "1", "mean", "share of polls that failed" },
	{ "line_transfers_per_free", "1", "mean",
	    "cache lines moved between CPUs, all causes, for each free" },
	{ "cold_reuse_ratio", "1", "mean",
	    "share of reused items whose line had left all caches" },
	{ "ipis", "1", "total", "interprocessor interrupts sent by the policy" },
	{ "pages", "1", "taken given_back",
	    "single pages that went through the page allocator" },
	{ "page_ns", "ns", "take give_back",
	    "mean cost of the page allocator, without clearing the page" },
	{ "page_line_transfers", "1", "each",
	    "cache lines moved between CPUs by the page allocator, for each page "
	    "taken or given back" },
	{ "page_locks", "1", "lists lists_each lists_contended caches "
	    "caches_contended",
	    "locks taken by the page allocator: of the lists of all, also for each "
	    "page taken or given back, and of page caches; contended: another "
	    "had it" },
	{ "page_caches", "1", "refills spills handed_back demands",
	    "empty caches that were filled, full ones that went back whole, pages "
	    "handed back by period, low memory or demand, and allocations that "
	    "demanded it" },
	{ "page_cache_pages", "1", "mean peak cpu_peak",
	    "pages in page caches, of all CPUs, and at most in one" },
	{ "stalled_ns", "ns", "total", "CPU time lost to stalls and SMIs" },
};
const size_t metric_def_count = sizeof(metric_defs) / sizeof(metric_defs[0]);
