/*
 * store_audit - what did a sweep find out about itself?
 *
 * Which runs were executed twice, and did they agree?  Which points have
 * enough seeds, and why?  None of it changes a row of run or metric.
 *
 * Errors      -1 with err.  Writing is within the caller's transaction.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_STORE_STORE_AUDIT_H
#define TOOLS_STORE_STORE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/store/store_experiment.h"

struct err;
struct store;

enum store_verdict {
	STORE_SAME,
	STORE_DIFFERS,	/* another digest, or the second process died */
	STORE_TIMEOUT,	/* the second time it took too long: nothing is known */
	STORE_VERDICTS
};

/* `again` is NULL where the run did not come to its end the second time. */
int store_audit_add(struct store *store, int64_t run_id, const char *digest,
    const char *again, enum store_verdict verdict, struct err *err);

/* A run that came to its end and has not been executed twice. */
struct store_audit_run {
	struct store_job job;
	char digest[33];
};

/* In the order of their ids; the caller frees `*runs`. */
int store_audit_open(struct store *store, int64_t experiment,
    struct store_audit_run **runs, size_t *count, struct err *err);

struct store_audits {
	uint64_t count[STORE_VERDICTS];
};

int store_audit_count(struct store *store, int64_t experiment,
    struct store_audits *audits, struct err *err);

/* Why a point has no more seeds; what was said before is written over. */
struct store_stop {
	bool narrow;		/* else: as many as are allowed */
	uint64_t seeds;		/* so many were looked at */
	uint64_t look;		/* how often that was done */
	double until;		/* half-width asked for, share of the mean */
};

int store_stop_set(struct store *store, int64_t experiment, size_t point,
    const struct store_stop *stop, struct err *err);

/* Of all points of the experiment. */
struct store_stops {
	uint64_t narrow, most;		/* points */
	uint64_t narrow_least, narrow_most;	/* seeds of those that are narrow */
	uint64_t most_seeds;		/* of those that are not */
};

int store_stop_count(struct store *store, int64_t experiment,
    struct store_stops *stops, struct err *err);

#endif
