/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/campaign.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/campaign/follow.h"
#include "tools/campaign/host.h"
#include "tools/campaign/lost.h"
#include "tools/cli/options.h"
#include "tools/show/show.h"
#include "tools/source/source.h"
#include "tools/scenario/plan.h"
#include "tools/store/store.h"
#include "tools/store/store_run.h"
#include "tools/campaign/wire.h"

enum {
	CAMPAIGN_BATCH = 64,			/* runs to a transaction */
	CAMPAIGN_BATCH_NS = 250000000,		/* ... or what comes in so long */
};
static const uint64_t campaign_timeout_ns = UINT64_C(120000000000);

static int
job_spec(const struct campaign_work *work, const struct pool_job *job,
    struct run_spec *spec, struct err *err)
{

	if (work->plan != NULL)
		return (plan_spec(work->plan, job->point, job->seed, spec,
		    err));
	*spec = work->spec;
	return (0);
}

/* A finding in words; the places in it are of this very program. */
static void
name_places(const struct run_finding *finding, char text[RUN_SUMMARY_SIZE])
{

	source_fill(finding->summary, finding->where, finding->where_count,
	    text, RUN_SUMMARY_SIZE);
}

/* The token of an answer: guided as its run was. */
static size_t
write_token(const struct campaign_work *work, const struct run_spec *spec,
    const char *digest, bool crashed, char text[TOKEN_SIZE])
{
	struct token_guide guide;

	memset(&guide, 0, sizeof(guide));
	if (work->token != NULL && work->token->strategy[0] != '\0') {
		guide.strategy = work->token->strategy;
		guide.number = work->token->number;
	} else if (work->token != NULL)
		guide.schedule = &work->token->schedule;
	return (token_write_guided(work->scenario, spec, digest, crashed,
	    &guide, text));
}

static void
execute_run(struct campaign_work *work, const struct run_spec *spec,
    struct tracer *tracer, struct wire_departure *departure)
{

	if (work->token != NULL)
		follow_execute(work->token, &work->result, tracer, departure);
	else
		run_execute_traced(spec, &work->result, tracer);
}

/* A run whose process is lost leaves nothing to be shown. */
static void
execute_shown(struct campaign_work *work, const struct run_spec *spec,
    struct wire_departure *departure)
{
	char token[TOKEN_SIZE];
	struct show_about about = { work->scenario, token, false };

	execute_run(work, spec, show_listen(&work->show), departure);
	if (write_token(work, spec, work->result.digest, false, token) == 0)
		token[0] = '\0';
	about.stepped = work->token != NULL && follow_stepped(work->token);
	show_end(&work->show, &work->result, &about);
}

/* In the worker process. */
static void
execute(void *context, const struct pool_job *job, struct wire_buffer *answer)
{
	struct campaign_work *work = context;
	struct wire_departure departure;
	struct run_spec spec;
	struct err err;

	if (job_spec(work, job, &spec, &err) != 0) {
		/* Every point was checked before any was run. */
		fprintf(stderr, "gusim: %s\n", err.text);
		abort();
	}
	memset(&departure, 0, sizeof(departure));
	if (show_asked(&work->show))
		execute_shown(work, &spec, &departure);
	else
		execute_run(work, &spec, NULL, &departure);
	wire_encode(&work->result, answer);
	wire_encode_departure(&departure, answer);
}

static int
begin(struct campaign *campaign, const struct options *options,
    size_t workers_most, struct err *err)
{
	struct pool_settings settings;
	uint64_t workers;

	if (show_begin(&campaign->work.show, options, err) != 0)
		return (-1);
	memset(&settings, 0, sizeof(settings));
	settings.execute = execute;
	settings.context = &campaign->work;
	if (options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &workers, err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, campaign_timeout_ns,
	    &settings.timeout_ns, err) != 0 ||
	    options_size(options, OPTION_MEMORY, 0, &settings.memory_bytes,
	    err) != 0)
		return (-1);
	/* Nobody is between the run and whoever watches this process. */
	if (options_given(options, OPTION_IN_PROCESS))
		return (0);
	settings.workers = workers < workers_most ? workers : workers_most;
	campaign->pool = pool_create(&settings, err);
	return (campaign->pool != NULL ? 0 : -1);
}

int
campaign_begin(struct campaign *campaign, const struct plan *plan,
    const struct options *options, size_t workers_most, struct err *err)
{

	memset(campaign, 0, sizeof(*campaign));
	campaign->work.plan = plan;
	campaign->work.scenario = plan->scenario->name;
	return (begin(campaign, options, workers_most, err));
}

int
campaign_begin_token(struct campaign *campaign, const struct token *token,
    const struct options *options, struct err *err)
{

	memset(campaign, 0, sizeof(*campaign));
	campaign->work.scenario = token->scenario;
	campaign->work.spec = token->spec;
	campaign->work.token = token;
	return (begin(campaign, options, 1, err));
}

void
campaign_end(struct campaign *campaign)
{

	pool_destroy(campaign->pool);
	campaign->pool = NULL;
	show_fini(&campaign->work.show);
}

static bool
next(void *context, struct pool_job *job)
{
	struct campaign *campaign = context;
	const struct campaign_hooks *hooks = &campaign->hooks;

	if (hooks->ahead != NULL && hooks->ahead(hooks->context, job))
		return (true);
	if (campaign->job_next < campaign->job_count) {
		*job = campaign->jobs[campaign->job_next++];
		return (true);
	}
	return (hooks->behind != NULL && hooks->behind(hooks->context, job));
}

/* What is known of a run whose process is gone. */
static void
lost(const struct pool_outcome *outcome, struct wire_result *result)
{

	memset(result, 0, sizeof(*result));
	result->status = lost_describe(outcome->fate, outcome->how,
	    &result->findings[0]);
	result->finding_count = 1;
}

/* Every reader of the answer sees the same words. */
static void
name_all_places(struct wire_result *result)
{
	char text[RUN_SUMMARY_SIZE];
	size_t i;

	for (i = 0; i < result->finding_count; i++) {
		name_places(&result->findings[i], text);
		memcpy(result->findings[i].summary, text, sizeof(text));
	}
}

/* An answer, and what it leads to, is written as a whole or not at all. */
static int
write_answer(struct campaign *campaign, const struct pool_outcome *outcome,
    const struct wire_result *result)
{
	const struct campaign_hooks *hooks = &campaign->hooks;

	if (campaign->uncommitted == 0 &&
	    store_begin(campaign->store, campaign->err) != 0)
		return (-1);
	campaign->uncommitted++;
	if ((outcome->job.flags & CAMPAIGN_AGAIN) != 0)
		return (hooks->again(hooks->context, outcome, result,
		    campaign->err));
	if (store_run_write(campaign->store, outcome->job.id, result,
	    outcome->wall_ns, campaign->token, campaign->err) != 0)
		return (-1);
	return (hooks->after == NULL ? 0 : hooks->after(hooks->context,
	    outcome, result, campaign->err));
}

static int
keep(struct campaign *campaign, const struct pool_outcome *outcome,
    const struct wire_result *result)
{
	uint64_t before_ns;
	int status;

	before_ns = host_cpu_ns();
	status = write_answer(campaign, outcome, result);
	if (status != 0) {
		store_rollback(campaign->store);
		campaign->uncommitted = 0;
	}
	campaign->store_cpu_ns += host_cpu_ns() - before_ns;
	return (status);
}

static int
commit(struct campaign *campaign)
{
	uint64_t before_ns;
	int status;

	if (campaign->uncommitted == 0)
		return (0);
	campaign->uncommitted = 0;
	before_ns = host_cpu_ns();
	status = store_commit(campaign->store, campaign->err);
	campaign->store_cpu_ns += host_cpu_ns() - before_ns;
	campaign->committed_ns = host_clock_ns();
	return (status);
}

/* The token of a run that somebody may want to see again. */
static int
make_token(struct campaign *campaign, const struct pool_outcome *outcome,
    const struct wire_result *result)
{
	struct run_spec spec;

	campaign->token[0] = '\0';
	if (result->finding_count == 0 && campaign->see == NULL)
		return (0);
	if (job_spec(&campaign->work, &outcome->job, &spec,
	    campaign->err) != 0)
		return (-1);
	if (write_token(&campaign->work, &spec, result->digest,
	    result->status == RUN_CRASHED, campaign->token) == 0) {
		return (err_set(campaign->err, "a run is too large for a "
		    "token; please report this scenario"));
	}
	return (0);
}

static void
count(struct campaign *campaign, const struct pool_outcome *outcome,
    const struct wire_result *result)
{

	campaign->done++;
	campaign->findings += result->finding_count > 0;
	campaign->wall_ns += outcome->wall_ns;
	campaign->accesses += result->accesses;
	campaign->answer_bytes += outcome->length;
}

static int
done(void *context, const struct pool_outcome *outcome)
{
	static struct wire_result result;
	struct campaign *campaign = context;
	bool again;

	again = (outcome->job.flags & CAMPAIGN_AGAIN) != 0;
	if (outcome->fate != POOL_ANSWERED ||
	    wire_decode(outcome->answer, outcome->length, &result) != 0)
		lost(outcome, &result);
	name_all_places(&result);
	if (show_arrived(&campaign->work.show, outcome->fate == POOL_ANSWERED,
	    campaign->err) != 0 ||
	    make_token(campaign, outcome, &result) != 0)
		return (-1);
	if (campaign->see != NULL && !again)
		campaign->see(campaign->context, outcome, &result,
		    campaign->token);
	if (campaign->store != NULL && keep(campaign, outcome, &result) != 0)
		return (-1);
	if (!again)
		count(campaign, outcome, &result);
	return (campaign->uncommitted >= CAMPAIGN_BATCH ? commit(campaign) : 0);
}

static int
tick(void *context)
{
	struct campaign *campaign = context;

	campaign->progress.total = campaign->progress.first +
	    campaign->job_count + campaign->more;
	progress_update(&campaign->progress, campaign->done,
	    campaign->findings);
	if (host_clock_ns() - campaign->committed_ns < CAMPAIGN_BATCH_NS)
		return (0);
	return (commit(campaign));
}

/* As the pool does it, without one. */
static enum pool_end
run_in_process(struct campaign *campaign)
{
	struct wire_buffer answer;
	struct pool_outcome outcome;
	uint64_t start_ns;
	int status;

	memset(&outcome, 0, sizeof(outcome));
	outcome.fate = POOL_ANSWERED;
	for (status = 0; status == 0 && next(campaign, &outcome.job);) {
		memset(&answer, 0, sizeof(answer));
		start_ns = host_clock_ns();
		execute(&campaign->work, &outcome.job, &answer);
		outcome.wall_ns = host_clock_ns() - start_ns;
		outcome.answer = answer.bytes;
		outcome.length = answer.length;
		status = done(campaign, &outcome);
		wire_buffer_free(&answer);
	}
	return (status == 0 ? POOL_DONE : POOL_STOPPED);
}

enum pool_end
campaign_run(struct campaign *campaign, const struct pool_job *jobs,
    size_t count, enum progress_mode mode, struct err *err)
{
	const struct pool_client client = { .next = next, .done = done,
	    .tick = tick, .context = campaign, .asks_again = true };
	enum pool_end end;
	uint64_t before_ns;

	before_ns = host_cpu_ns();
	campaign->jobs = jobs;
	campaign->job_count = count;
	campaign->job_next = 0;
	campaign->err = err;
	campaign->committed_ns = host_clock_ns();
	progress_begin(&campaign->progress, mode, count);
	campaign->progress.first = campaign->done;
	end = campaign->pool == NULL ? run_in_process(campaign) :
	    pool_run(campaign->pool, &client, err);
	progress_end(&campaign->progress);
	/* A callback that stopped the pool has set err. */
	if (end == POOL_STOPPED)
		end = POOL_FAILED;
	if (end == POOL_DONE || end == POOL_SIGNALLED) {
		if (commit(campaign) != 0)
			end = POOL_FAILED;
	} else if (campaign->store != NULL && campaign->uncommitted > 0) {
		/* Whatever failed, the answers that are here are good. */
		struct err second;

		campaign->err = &second;
		(void)commit(campaign);
		campaign->err = err;
	}
	campaign->cpu_ns += host_cpu_ns() - before_ns;
	return (end);
}
