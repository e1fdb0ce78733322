/*
 * metrics - how much, how long, how often?
 *
 * Metrics listen and never act.  Only what happens in the measured window
 * counts.  Latencies go into histograms that are stored whole; the footprint
 * is weighted by the time that it lasted; items that are still waiting when
 * the window closes are counted and treated as right-censored, so that a
 * reader that never leaves cannot improve a percentile.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_METRICS_METRICS_H
#define SIM_METRICS_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/machine/stream.h"
#include "sim/run.h"

/* Everything to zero; `result` is where the answer will go. */
void metrics_begin(struct run_result *result);
void metrics_fini(void);
void metrics_window_open(uint64_t at_ps);
void metrics_window_close(uint64_t at_ps);
/* Called for each event, before and after the oracle has taken it in. */
void metrics_event(const struct stream_event *event);
void metrics_settle(uint64_t at_ps);
uint64_t metrics_listen(void);

/* Told by the lab directly: the hot ones. */
void metrics_section(uint64_t cost_ps);
void metrics_alloc(uint32_t number, uint64_t cost_ps);
void metrics_free(uint64_t cost_ps);

/* Writes metrics, histograms, series and coverage into the result. */
void metrics_report(void);

/* --- parts ------------------------------------------------------------------ */

/* footprint.c */
void footprint_begin(void);
void footprint_window_open(uint64_t at_ps);
void footprint_window_close(uint64_t at_ps);
void footprint_pages(const void *zone, uint64_t pages);
void footprint_buckets(const void *zone, uint64_t bytes);
/* Pages that lie in page caches. */
void footprint_page_caches(uint64_t pages);
void footprint_settle(uint64_t at_ps);
void footprint_report(struct run_result *result);

/* pages.c: says nothing where there is no page allocator */
void pages_begin(void);
void pages_window_open(uint64_t at_ps);
void pages_window_close(uint64_t at_ps);
/* Pages in all page caches, and in the one that changed. */
void pages_cached(uint64_t pages, uint64_t of_cpu, uint64_t at_ps);
void pages_report(struct run_result *result);

/* coverage.c */
void coverage_begin(void);
void coverage_event(const struct stream_event *event);
uint64_t coverage_listen(void);
void coverage_report(struct run_result *result);

/* One row of the result. */
void metric_put(struct run_result *result, const char *name, const char *stat,
    const char *unit, double value);

#endif
