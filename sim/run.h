/*
 * run - what happened?
 *
 * run_execute() is the waist of gusim: a pure function from a run_spec to a
 * run_result, with no clock, no files, no environment and no threads.  Left of
 * it stands a question, right of it an answer.
 *
 * Units       as each row says.
 * Errors      none: whatever the code under test does is part of the answer.
 *             (A crash of the code under test ends the process; callers that
 *             must survive one run it in a process of its own.)
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_RUN_H
#define SIM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/base/hist.h"

struct run_spec;
struct tracer;

enum run_status {
	RUN_OK,
	RUN_FINDING,
	RUN_CRASHED,	/* set by the caller that lost the process */
	RUN_TIMEOUT,
	RUN_STATUS_COUNT
};

enum {
	RUN_METRICS_MAX = 160,
	RUN_HISTOGRAMS_MAX = 12,
	RUN_SERIES_MAX = 12,
	RUN_SERIES_POINTS_MAX = 512,
	RUN_FINDINGS_MAX = 16,
	RUN_COVERAGE_MAX = 24,
	RUN_SUMMARY_SIZE = 800,	/* places in words are long */
	RUN_WHERE_MAX = 2,
};

/* One number.  `name`, `stat` and `unit` are static strings. */
struct run_metric {
	const char *name;
	const char *stat;	/* mean, p50, p99, peak, total, ... */
	const char *unit;	/* ns, bytes, 1/s, 1 */
	double value;
};

struct run_histogram {
	const char *name;
	const char *unit;	/* ps */
	struct hist *hist;
};

/* A quantity over the measured time, sampled at equal steps. */
struct run_series {
	const char *name;
	const char *unit;
	uint64_t step_ps;
	uint64_t points[RUN_SERIES_POINTS_MAX];
	size_t point_count;
};

struct run_finding {
	const char *check;
	uint64_t at_ps;
	uint64_t cpu;
	uint64_t repeats;	/* further findings of the same check */
	/* "@0" and "@1" stand for where[0] and where[1]: source_fill(). */
	char summary[RUN_SUMMARY_SIZE];
	/*
	 * Return addresses as distances from the start of the program's image.
	 * Not in the digest: they are of the build, not of the run.
	 */
	uint64_t where[RUN_WHERE_MAX];
	size_t where_count;
};

/* How often something that matters happened at all. */
struct run_coverage {
	const char *name;
	const char *about;
	uint64_t hits;
};

struct run_result {
	enum run_status status;
	char digest[33];	/* 128 bits in hex */
	uint64_t sim_ps;	/* simulated time from start to end */
	uint64_t accesses;	/* memory accesses of instrumented code */
	uint64_t switches;	/* fiber switches */
	uint64_t behaviour;	/* guided: digest of happens-before */
	bool abandoned;		/* the guide did not want to see the end */
	bool cut;		/* its time was over while threads were at work */
	bool brief;		/* asked: of a run without a finding no digest */

	struct run_metric metrics[RUN_METRICS_MAX];
	size_t metric_count;
	struct run_histogram histograms[RUN_HISTOGRAMS_MAX];
	size_t histogram_count;
	struct run_series *series;
	size_t series_count;
	struct run_finding findings[RUN_FINDINGS_MAX];
	size_t finding_count;
	struct run_coverage coverage[RUN_COVERAGE_MAX];
	size_t coverage_count;
};

/* All zero is a valid start: `struct run_result result = {0};`. */
void run_execute(const struct run_spec *spec, struct run_result *result);

/* The same, while a tracer listens; the result is the same to the bit. */
void run_execute_traced(const struct run_spec *spec, struct run_result *result,
    struct tracer *tracer);

/*
 * The same, while `guide` says what happens wherever something else could
 * (sim/machine/choice.h); NULL: nobody does.  A run that the guide does not
 * want to see the end of is `abandoned`, and has no digest and no metrics.  Nor
 * has one without a finding where the result was asked to be `brief`: a hunt
 * looks at thousands of such, for what was covered and nothing else.
 */
struct guide;
void run_execute_guided(const struct run_spec *spec, struct run_result *result,
    const struct guide *guide, struct tracer *tracer);

/* Gives back the memory; the result is as new. */
void run_result_fini(struct run_result *result);

/* The metric, or NULL. */
const struct run_metric *run_metric_find(const struct run_result *result,
    const char *name, const char *stat);

const char *run_status_name(enum run_status status);

/* What a run can report: for `gusim list metrics` and `checks`. */
struct metric_def {
	const char *name;
	const char *unit;
	const char *stats;	/* "mean p50 p99 peak" */
	const char *about;
};
extern const struct metric_def metric_defs[];
extern const size_t metric_def_count;

struct check_def {
	const char *name;
	const char *about;
};
extern const struct check_def *const check_table[];
extern const size_t check_table_count;

#endif
