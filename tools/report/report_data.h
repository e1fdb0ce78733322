/*
 * report_data - what does the database hold, summed up for a reader?
 *
 * All experiments of a store with their points and, for each point and metric,
 * the mean over the runs that came to their end and its 95 % confidence
 * interval.  Runs that are pending, crashed or timed out are counted beside it
 * and are never part of a mean.  The sums are those of the view `summary`;
 * they are made here because one pass over a million rows is quicker than the
 * view.
 *
 * Histograms and series stay in the database until somebody asks.
 *
 * Errors      -1 or NULL with err: the database says something impossible.
 * Cost        one pass over the table metric; memory for one sum for each
 *             point and metric.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_DATA_H
#define TOOLS_REPORT_REPORT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct hist;
struct store;

/* As the column `status` of the table run. */
enum report_status {
	REPORT_OK,
	REPORT_FINDING,
	REPORT_CRASHED,
	REPORT_TIMEOUT,
	REPORT_PENDING,
	REPORT_STATUSES
};

extern const char *const report_status_names[REPORT_STATUSES];

struct report_metric {
	char *name;
	char *stat;
	char *unit;
};

/* Welford's sums over the runs of a point. */
struct report_sum {
	uint64_t n;
	double mean;
	double squares;		/* of the distances from the mean */
	double least;
	double most;
};

struct report_estimate {
	uint64_t n;		/* 0: nothing was measured, the rest is NAN */
	double mean;
	double low, high;	/* 95 % confidence; NAN where n is 1 */
	double least, most;
};

struct report_knob {
	char *knob;
	char *value;		/* as written */
	double number;		/* in base units; NAN for a word */
};

struct report_run {
	int64_t id;
	int64_t seed;
	enum report_status status;
};

struct report_point {
	int64_t id;
	int64_t ordinal;	/* its place in the plan, from 0 */
	char *policy;
	struct report_knob *knobs;
	size_t knob_count;
	struct report_run *runs;	/* by seed */
	size_t run_count;
	uint64_t status[REPORT_STATUSES];	/* how many runs */
	struct report_sum *sums;	/* one for each metric of the data */
	bool lost;	/* p99 of free_to_use_ns: see quantiles_mark() */
};

struct report_finding {
	size_t point;		/* index into the experiment's points */
	int64_t seed;
	char *check;
	char *summary;
	char *token;
};

struct report_experiment {
	int64_t id;
	char *name, *scenario_text, *scenario_digest, *command, *version;
	char *build_id, *host, *started_at;
	char *finished_at;	/* empty while incomplete */
	struct report_point *points;	/* in the order of the plan */
	size_t point_count;
	uint64_t status[REPORT_STATUSES];
	struct report_finding *findings;
	size_t finding_count;
	struct report_front *front;	/* NULL until report_make() knows it */
};

struct report_data {
	struct store *store;
	struct report_metric *metrics;	/* by name, then stat */
	size_t metric_count;
	struct report_experiment *experiments;
	size_t experiment_count;
	uint64_t value_count;		/* rows of the table metric */
};

/*
 * The store stays the caller's and must outlive the data; until that is freed
 * it is in a transaction.
 */
struct report_data *report_data_load(struct store *store, struct err *err);
/* NULL is fine. */
void report_data_free(struct report_data *data);

/* Which metric; -1 where no run ever reported it. */
int report_metric_find(const struct report_data *data, const char *name,
    const char *stat);

/* Any metric, also -1. */
struct report_estimate report_estimate(const struct report_point *point,
    int metric);
/* The same by name. */
struct report_estimate report_find(const struct report_data *data,
    const struct report_point *point, const char *name, const char *stat);

/*
 * Is the p99 of this metric only a lower bound, in some run or in all together,
 * because too many items still waited at the end?
 */
bool report_is_bound(const struct report_data *data,
    const struct report_point *point, const char *name);

/* Runs that came to their end, and all. */
uint64_t report_runs_done(const uint64_t status[REPORT_STATUSES]);
uint64_t report_runs_all(const uint64_t status[REPORT_STATUSES]);

/*
 * Adds the histograms of all finished runs of the point.  Returns how many
 * runs had one, or -1 with err.
 */
int report_hist(const struct report_data *data,
    const struct report_point *point, const char *name, struct hist *into,
    struct err *err);

/*
 * The finished run whose value is nearest to the mean of the point; 0 where
 * there is none, -1 with err.
 */
int64_t report_typical_run(const struct report_data *data,
    const struct report_point *point, const char *name, const char *stat,
    struct err *err);

/*
 * The series of one run: 1 and the points, 0 where it has none, -1 with err.
 */
int report_series(const struct report_data *data, int64_t run_id,
    const char *name, double *points, size_t room, size_t *count,
    double *step_ns, struct err *err);

#endif
