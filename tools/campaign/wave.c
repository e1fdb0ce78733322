/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/wave.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/scenario/plan.h"
#include "tools/stats/stopping.h"
#include "tools/store/store.h"
#include "tools/store/store_audit.h"
#include "tools/store/store_experiment.h"

/* A point that is not this sweep's has no wave: its seeds stay 0. */
struct wave_point {
	uint64_t seeds;		/* of the waves so far */
	uint64_t open;		/* runs of them that have not ended */
	uint32_t look;		/* the next one, from 1 */
	bool stopped;
};

static void
add_job(struct wave *wave, int64_t run_id, size_t point, uint64_t seed)
{
	struct pool_job *job;

	wave->jobs = must_grow(wave->jobs, wave->job_count, sizeof(*job));
	job = &wave->jobs[wave->job_count++];
	memset(job, 0, sizeof(*job));
	job->id = run_id;
	job->point = point;
	job->seed = seed;
}

/* Makes the runs of a point up to `seeds` of them. */
static int
raise_wave(struct wave *wave, size_t point, uint64_t seeds, struct err *err)
{
	const struct plan *plan = wave->plan;
	struct wave_point *state = &wave->points[point];
	int64_t run_id;
	bool done;

	for (; state->seeds < seeds; state->seeds++) {
		if (store_experiment_want(wave->store, wave->experiment, plan,
		    point, plan->seed_from + state->seeds, &run_id, &done,
		    err) != 0)
			return (-1);
		if (done)
			continue;
		state->open++;
		if (state->seeds >= plan->seed_count)
			add_job(wave, run_id, point,
			    plan->seed_from + state->seeds);
	}
	return (0);
}

/* 1: all that is asked for is narrow enough; 0: it is not. */
static int
narrow(struct wave *wave, size_t point, struct err *err)
{
	const struct plan *plan = wave->plan;
	const struct wave_point *state = &wave->points[point];
	struct store_value *stored;
	double *values;
	size_t i, k, n, count;
	bool enough;

	enough = true;
	for (i = 0; i < plan->seed_of_count && enough; i++) {
		if (store_experiment_values(wave->store, wave->experiment,
		    point, plan->seed_of[i].metric, plan->seed_of[i].stat,
		    &stored, &count, err) != 0)
			return (-1);
		values = must_alloc(count + 1, sizeof(*values));
		for (k = n = 0; k < count; k++) {
			/* What an earlier sweep had beyond is not looked at. */
			if (stored[k].seed - plan->seed_from < state->seeds)
				values[n++] = stored[k].value;
		}
		enough = stopping_enough(values, n, plan->seed_until,
		    state->look);
		free(values);
		free(stored);
	}
	return (enough);
}

/* Looks as often as there is something new to see. */
static int
look(struct wave *wave, size_t point, struct err *err)
{
	const struct plan *plan = wave->plan;
	struct wave_point *state = &wave->points[point];
	struct store_stop stop;
	int enough;

	while (state->open == 0 && !state->stopped) {
		enough = narrow(wave, point, err);
		if (enough < 0)
			return (-1);
		if (enough == 0 && state->seeds < plan->seed_most) {
			state->look++;
			if (raise_wave(wave, point, stopping_next(
			    (size_t)state->seeds, (size_t)plan->seed_most),
			    err) != 0)
				return (-1);
			continue;
		}
		state->stopped = true;
		stop.narrow = enough > 0;
		stop.seeds = state->seeds;
		stop.look = state->look;
		stop.until = plan->seed_until;
		if (store_stop_set(wave->store, wave->experiment, point, &stop,
		    err) != 0)
			return (-1);
	}
	return (0);
}

static int
look_at_all(struct wave *wave, bool (*mine)(void *context, size_t point,
    uint64_t seed), void *context, struct err *err)
{
	const struct plan *plan = wave->plan;
	size_t i;

	for (i = 0; i < plan->point_count; i++) {
		if (mine != NULL && !mine(context, i, plan->seed_from))
			continue;
		wave->points[i].look = 1;
		if (raise_wave(wave, i, plan->seed_count, err) != 0 ||
		    look(wave, i, err) != 0)
			return (-1);
	}
	return (0);
}

int
wave_begin(struct wave *wave, struct store *store, const struct plan *plan,
    int64_t experiment, bool (*mine)(void *context, size_t point,
    uint64_t seed), void *context, struct err *err)
{

	memset(wave, 0, sizeof(*wave));
	wave->store = store;
	wave->plan = plan;
	wave->experiment = experiment;
	if (plan->seed_until <= 0)
		return (0);
	wave->points = must_alloc(plan->point_count, sizeof(*wave->points));
	if (store_begin(store, err) != 0)
		return (-1);
	if (look_at_all(wave, mine, context, err) != 0) {
		store_rollback(store);
		return (-1);
	}
	return (store_commit(store, err));
}

void
wave_end(struct wave *wave)
{

	free(wave->points);
	free(wave->jobs);
	memset(wave, 0, sizeof(*wave));
}

bool
wave_behind(struct wave *wave, struct pool_job *job)
{

	if (wave->job_next == wave->job_count)
		return (false);
	*job = wave->jobs[wave->job_next++];
	return (true);
}

int
wave_after(struct wave *wave, uint64_t point, struct err *err)
{
	struct wave_point *state;

	if (wave->points == NULL)
		return (0);
	assert(point < wave->plan->point_count);
	state = &wave->points[point];
	assert(state->open > 0);
	state->open--;
	return (look(wave, point, err));
}
