/*
 * store_experiment - which runs does a sweep have, and which are left?
 *
 * An experiment is one plan in the database: its points, their knobs and all
 * of its runs, which are `pending` until they are done.  Its finished_at is
 * NULL for as long as any run is pending.
 *
 * Seeds are 64 bits; SQLite's integers are signed, so the bits are kept and a
 * seed of 2^63 and more is shown as a negative number.
 *
 * Errors      -1 with err; the transaction has been rolled back.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_EXPERIMENT_H
#define TOOLS_STORE_STORE_EXPERIMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct plan;
struct store;

/* Puts the whole plan into the database; `*id` gets the experiment's. */
int store_experiment_add(struct store *store, const struct plan *plan,
    const char *command, int64_t *id, struct err *err);

/*
 * Only the experiment itself: its points and runs come one by one, with
 * store_experiment_want().  For those who do not know yet how many there
 * will be.
 */
int store_experiment_start(struct store *store, const struct plan *plan,
    const char *command, int64_t *id, struct err *err);

/*
 * The run of a point with a seed: made, and its point, where it is absent.
 * `*done`: it has ended, well or not; otherwise it is pending.  Within the
 * caller's transaction where one is open, which is rolled back on failure.
 */
int store_experiment_want(struct store *store, int64_t experiment,
    const struct plan *plan, size_t point, uint64_t seed, int64_t *run_id,
    bool *done, struct err *err);

/*
 * The experiment to go on with: made from an equal scenario by an equal build;
 * an unfinished one before a finished one, the latest first.  1: found; 0: the
 * database has no experiment of this scenario's name at all; -1: it has, but of
 * another scenario digest or build, and err says which.
 */
int store_experiment_find(struct store *store, const struct plan *plan,
    int64_t *id, struct err *err);

/* How many runs of the latest experiment like this plan are pending. */
int store_experiment_interrupted(struct store *store, const struct plan *plan,
    int64_t *pending, struct err *err);

/* Adds the points and runs of the plan that the experiment does not have. */
int store_experiment_extend(struct store *store, int64_t id,
    const struct plan *plan, struct err *err);

/* One pending run. */
struct store_job {
	int64_t run_id;
	uint64_t seed;
	uint64_t point;		/* ordinal */
};

/*
 * The pending runs that the plan has, seeds outermost: the first seed of every
 * point comes before the second of any, and points in the order of plan_order(),
 * so that a sweep that is cut short has covered its space evenly.  The caller
 * frees `*jobs`.
 */
int store_experiment_jobs(struct store *store, int64_t id,
    const struct plan *plan, struct store_job **jobs, size_t *count,
    struct err *err);

struct store_value {
	uint64_t seed;
	double value;		/* NAN: the run had nothing to measure */
};

/*
 * What the runs of a point (its ordinal) measured, by seed: those that came to
 * their end, with a finding or without.  The caller frees `*values`.
 */
int store_experiment_values(struct store *store, int64_t experiment,
    size_t point, const char *metric, const char *stat,
    struct store_value **values, size_t *count, struct err *err);

/* How many runs there are, by status. */
struct store_fates {
	uint64_t pending;
	uint64_t ok;
	uint64_t finding;
	uint64_t crashed;
	uint64_t timeout;
};

/* Of one point; all 0 where the database does not have it. */
int store_experiment_fates(struct store *store, int64_t experiment,
    size_t point, struct store_fates *fates, struct err *err);

/* Of the whole experiment. */
int store_experiment_fates_all(struct store *store, int64_t experiment,
    struct store_fates *fates, struct err *err);

/* Sets finished_at if no run is pending. */
int store_experiment_finish(struct store *store, int64_t id, struct err *err);

#endif
