/*
 * claim_value - which number of a run does a claim speak of?
 *
 * Each function takes one run and gives one number, NAN where the run did not
 * measure it (nothing was freed twice, say).
 *
 * Units       as the name says; a rate is per second, a share is of 1.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLAIMS_CLAIM_VALUE_H
#define TOOLS_CLAIMS_CLAIM_VALUE_H

struct run_spec;
struct wire_result;

/* One run: what was asked, and what was answered. */
struct claim_run {
	const struct run_spec *spec;
	const struct wire_result *result;
};

double claim_ops_per_s(const struct claim_run *run);
double claim_footprint_peak_bytes(const struct claim_run *run);
double claim_section_ns(const struct claim_run *run);
double claim_free_p50_ns(const struct claim_run *run);
double claim_free_mean_ns(const struct claim_run *run);

/* No scan at all counts as one: the number is then a lower bound. */
double claim_frees_per_scan(const struct claim_run *run);
/* Share of the polls that look at all CPUs. */
double claim_scan_share(const struct claim_run *run);
double claim_frees_per_advance(const struct claim_run *run);

/* Time in alloc and free, or in entering and leaving, of all CPUs' time. */
double claim_zone_share(const struct claim_run *run);
double claim_section_share(const struct claim_run *run);

/* From a free to the reuse, in clock ticks: the shortest, the mean. */
double claim_use_least_ticks(const struct claim_run *run);
double claim_use_mean_ticks(const struct claim_run *run);

/* From a free until the policy knows that it is safe. */
double claim_known_ns(const struct claim_run *run);

/*
 * From a free to the reuse, in the longest time that readers, in truth, held an
 * item after its free: the longest section, but for what of it was over.
 */
double claim_use_p99_sections(const struct claim_run *run);

/* Items that no reader and no slot needs, in buckets for each CPU. */
double claim_idle_buckets_per_cpu(const struct claim_run *run);

/* Blocking waits for each bucket's worth of frees. */
double claim_waits_per_bucket(const struct claim_run *run);
double claim_waits(const struct claim_run *run);
double claim_wait_max_ns(const struct claim_run *run);

/* Freed items that wait, over the rate of frees times a section's length. */
double claim_waiting_over_little(const struct claim_run *run);

/* Until the sequence comes round if it takes a step at each tick. */
double claim_wrap_hours(const struct claim_run *run);

/* At the pace of this run, until the readers are too far behind. */
double claim_limit_s(const struct claim_run *run);
/* How often the sequence passed zero. */
double claim_wraps(const struct claim_run *run);

#endif
