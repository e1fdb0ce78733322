/*
 * The rounds and the runs, each in a process of its own: a crash is one
 * message, memory that a round leaves behind goes with it, and nobody is ever
 * forked from a process with threads.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tools/validate/validate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "sim/run.h"
#include "tools/campaign/host.h"
#include "tools/campaign/pool.h"
#include "tools/campaign/wire_bytes.h"
#include "tools/cli/progress.h"
#include "tools/validate/native.h"

static const uint64_t timeout_ns = UINT64_C(60000000000);

/* What parent and worker agree on. */
struct work {
	struct validate_case *cases;
	struct validate_sample *sample;	/* in the worker: the answer */
	const struct pool_job *jobs;
	size_t job_count;
	size_t job_next;
	bool native;
	uint64_t done;
	struct progress *progress;
	struct err *err;
};

/* --- in the worker --------------------------------------------------------------- */

static void
round_native(const struct validate_case *one, uint64_t seed,
    struct validate_sample *sample)
{
	struct native_answer *answer;
	struct run_spec spec;
	struct err err;
	uint64_t steal_ms;

	spec = one->spec;
	spec.seed = seed;
	answer = must_alloc(1, sizeof(*answer));
	steal_ms = validate_steal_ms();
	if (native_run(&spec, answer, &err) != 0) {
		memset(sample, 0, sizeof(*sample));
		sample->trouble = UINT64_MAX;
		snprintf(sample->words, sizeof(sample->words), "%.250s",
		    err.text);
	} else {
		validate_from_native(answer, sample);
		sample->steal_ms = validate_steal_ms() - steal_ms;
	}
	free(answer);
}

/* The round of the same seed says how far apart the processors were. */
static void
round_simulated(const struct validate_case *one, uint64_t seed,
    struct validate_sample *sample)
{
	struct run_result result;
	struct run_spec spec;
	struct err err;

	if (validate_simulated(one, &one->rounds[seed - one->spec.seed], &spec,
	    &err) != 0) {
		memset(sample, 0, sizeof(*sample));
		sample->trouble = UINT64_MAX;
		snprintf(sample->words, sizeof(sample->words), "%.250s",
		    err.text);
		return;
	}
	spec.seed = seed;
	memset(&result, 0, sizeof(result));
	run_execute(&spec, &result);
	validate_from_run(&result, sample);
	run_result_fini(&result);
}

static void
execute(void *context, const struct pool_job *job, struct wire_buffer *answer)
{
	struct work *work = context;

	(work->native ? round_native : round_simulated)(
	    &work->cases[job->point], job->seed, work->sample);
	wire_buffer_add(answer, work->sample, sizeof(*work->sample));
}

/* --- in the parent ---------------------------------------------------------------- */

static bool
next(void *context, struct pool_job *job)
{
	struct work *work = context;

	if (work->job_next == work->job_count)
		return (false);
	*job = work->jobs[work->job_next++];
	return (true);
}

static int
done(void *context, const struct pool_outcome *outcome)
{
	struct work *work = context;
	struct validate_case *one;
	struct validate_sample *sample;

	one = &work->cases[outcome->job.point];
	if (outcome->fate != POOL_ANSWERED ||
	    outcome->length != sizeof(*sample))
		return (err_set(work->err, "%s, %s: %s", one->name,
		    work->native ? "on real threads" : "simulated",
		    outcome->fate == POOL_TIMEOUT ? "no end after a minute" :
		    outcome->fate == POOL_CRASHED ? outcome->how :
		    "the answer was damaged"));
	sample = work->native ? &one->rounds[outcome->job.id] :
	    &one->runs[outcome->job.id];
	memcpy(sample, outcome->answer, sizeof(*sample));
	sample->words[sizeof(sample->words) - 1] = '\0';
	if (sample->trouble == UINT64_MAX)
		return (err_set(work->err, "%s, %s: %s", one->name,
		    work->native ? "on real threads" : "simulated",
		    sample->words));
	work->done++;
	progress_update(work->progress, work->done, 0);
	return (0);
}

/* All jobs of `work`; 0, -1, or a signal's number. */
static int
run_jobs(struct work *work, size_t workers, struct err *err)
{
	struct pool_settings settings;
	struct pool_client client;
	struct pool *pool;
	enum pool_end end;

	memset(&settings, 0, sizeof(settings));
	settings.workers = workers;
	settings.timeout_ns = timeout_ns;
	settings.execute = execute;
	settings.context = work;
	memset(&client, 0, sizeof(client));
	client.next = next;
	client.done = done;
	client.context = work;
	work->job_next = 0;
	work->err = err;
	work->sample = must_alloc(1, sizeof(*work->sample));
	pool = pool_create(&settings, err);
	end = pool == NULL ? POOL_FAILED : pool_run(pool, &client, err);
	pool_destroy(pool);
	free(work->sample);
	return (end == POOL_DONE ? 0 : end == POOL_SIGNALLED ? pool_signal() :
	    -1);
}

/* The rounds of a scenario are its seeds, from the first on. */
static int
one_round(struct work *work, size_t which, struct err *err)
{
	struct validate_case *one;
	struct pool_job job;
	int status;

	one = &work->cases[which];
	one->rounds = must_grow(one->rounds, one->round_count,
	    sizeof(*one->rounds));
	job.id = (int64_t)one->round_count;
	job.point = which;
	job.seed = one->spec.seed + one->round_count;
	work->jobs = &job;
	work->job_count = 1;
	status = run_jobs(work, 1, err);
	if (status == 0)
		one->round_count++;
	return (status);
}

int
validate_measure(struct validate_case *cases, size_t count, size_t rounds,
    uint64_t limit_ns, struct err *err)
{
	struct progress progress;
	struct work work;
	uint64_t begin_ns;
	size_t i, round;
	int status;

	memset(&work, 0, sizeof(work));
	work.cases = cases;
	work.native = true;
	work.progress = &progress;
	progress_begin(&progress, PROGRESS_AUTO, count * rounds);
	begin_ns = host_clock_ns();
	status = 0;
	for (round = 0; round < rounds && status == 0; round++) {
		if (limit_ns != 0 && round >= VALIDATE_KEEP &&
		    host_clock_ns() - begin_ns >= limit_ns)
			break;
		for (i = 0; i < count && status == 0; i++)
			status = one_round(&work, i, err);
	}
	progress_end(&progress);
	return (status);
}

int
validate_predict(struct validate_case *cases, size_t count, size_t workers,
    struct err *err)
{
	struct progress progress;
	struct pool_job *jobs;
	struct work work;
	size_t i, round, run, total;
	int status;

	total = 0;
	for (i = 0; i < count; i++) {
		free(cases[i].runs);
		cases[i].run_count = validate_kept(&cases[i]);
		cases[i].runs = must_alloc(cases[i].run_count,
		    sizeof(*cases[i].runs));
		total += cases[i].run_count;
		validate_host(cases[i].rounds, cases[i].round_count,
		    &cases[i].host);
	}
	memset(&work, 0, sizeof(work));
	jobs = must_alloc(total, sizeof(*jobs));
	for (i = 0; i < count; i++) {
		run = 0;
		for (round = 0; round < cases[i].round_count; round++) {
			if (!cases[i].rounds[round].kept)
				continue;
			jobs[work.job_count].id = (int64_t)run++;
			jobs[work.job_count].point = i;
			jobs[work.job_count].seed = cases[i].spec.seed + round;
			work.job_count++;
		}
	}
	work.cases = cases;
	work.jobs = jobs;
	work.progress = &progress;
	progress_begin(&progress, PROGRESS_AUTO, total);
	status = run_jobs(&work, workers, err);
	progress_end(&progress);
	free(jobs);
	return (status);
}
