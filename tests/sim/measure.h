/*
 * measure - what does one run of a spec measure?
 *
 * For tests that hold runs against arithmetic: one spec, one result, and a
 * failure that says what was wrong.  The names are short since a test is a list
 * of them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MEASURE_H
#define TESTS_SIM_MEASURE_H

#include <inttypes.h>
#include <stdio.h>

#include <criterion/criterion.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "sim/spec.h"

static struct run_spec spec;
static struct run_result result;

static inline void
set(const char *name, const char *value)
{
	struct err err;

	cr_assert_eq(spec_set(&spec, name, value, &err), 0, "%s", err.text);
}

static inline void
set_number(const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	set(name, text);
}

/* All defaults, but for the policy and the workload. */
static inline void
begin_with(const char *policy, const char *workload)
{
	struct err err;

	spec_init(&spec);
	cr_assert_eq(spec_set_policy(&spec, policy, &err), 0, "%s", err.text);
	cr_assert_eq(spec_set_workload(&spec, workload, &err), 0, "%s",
	    err.text);
}

/*
 * Six CPUs read all the time, two free 200,000 items a second each, in buckets
 * of eight.
 */
static inline void
begin_churn(const char *policy)
{

	begin_with(policy, "slot_churn");
	set("machine.cpus", "8");
	set("machine.pages", "256MiB");
	set("zone.item_size", "256B");
	set("zone.bucket_size", "8");
	set("zone.bucket_growth", "false");
	set("workload.slot_churn.readers", "6");
	set("workload.slot_churn.writers", "2");
	set("workload.slot_churn.write_rate", "200k/s");
	set("workload.slot_churn.think", "20ns");
	set("run.warmup", "5ms");
	set("run.duration", "20ms");
}

/* The spec is one that can run, and the run has no finding. */
static inline void
run(void)
{
	struct err err;
	char name[96];

	cr_assert_eq(spec_check(&spec, name, sizeof(name), &err), 0, "%s: %s",
	    name, err.text);
	run_execute(&spec, &result);
	cr_assert_eq(result.status, RUN_OK, "%s: %s: %s",
	    run_status_name(result.status), result.findings[0].check,
	    result.findings[0].summary);
}

static inline double
metric(const char *name, const char *stat)
{
	const struct run_metric *metric;

	metric = run_metric_find(&result, name, stat);
	cr_assert_not_null(metric, "%s.%s", name, stat);
	return (metric->value);
}

#define WITHIN(measured, low, high, what)				\
	cr_expect((measured) >= (low) && (measured) <= (high),		\
	    "%s: %.4g is not in [%.4g, %.4g]", what, (double)(measured), \
	    (double)(low), (double)(high))

#endif
