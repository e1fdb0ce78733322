/*
 * wave - does a point need more seeds?
 *
 * With `seeds: {until: 5%}` the runs of a point come in waves.  When all runs
 * of a wave have ended, the point is looked at: it is done when the intervals
 * are narrow enough or when it has as many seeds as are allowed; otherwise it
 * gets the next wave.  A look sees the first n seeds of that point and
 * nothing else, so which runs a sweep has follows from their results alone,
 * however many workers there were and however often it was killed.
 *
 * Between looks the results of one point say nothing to another.
 *
 * Errors      -1 with err: the store could not be written or read.
 *
 * Source      tools/stats/stopping.h
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_WAVE_H
#define TOOLS_CAMPAIGN_WAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/campaign/pool.h"

struct err;
struct plan;
struct store;

struct wave_point;

/* All zero: a plan whose number of seeds is fixed. */
struct wave {
	struct store *store;
	const struct plan *plan;
	int64_t experiment;
	struct wave_point *points;
	struct pool_job *jobs;		/* those that waves have added */
	size_t job_count;
	size_t job_next;
};

/*
 * Looks at all points that `mine` has (NULL: all), where the plan has
 * seed_until: what an earlier sweep has done is known.  The first wave, the
 * plan's seed_count, is in the database already and comes from elsewhere.
 */
int wave_begin(struct wave *wave, struct store *store, const struct plan *plan,
    int64_t experiment, bool (*mine)(void *context, size_t point,
    uint64_t seed), void *context, struct err *err);
void wave_end(struct wave *wave);

/* The next job of a later wave. */
bool wave_behind(struct wave *wave, struct pool_job *job);

/* A run of the point has been written. */
int wave_after(struct wave *wave, uint64_t point, struct err *err);

#endif
