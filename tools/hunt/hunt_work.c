/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/hunt/hunt_work.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/campaign/pool.h"
#include "tools/campaign/wire.h"

/* The run that is being executed. */
struct current {
	struct player *player;
	const struct strategy *strategy;
	struct run_spec spec;
	uint64_t number;
	uint64_t wall_ns;
};

/* Each strategy has one player, which keeps what it has measured. */
static struct player *
player_of(struct hunt_work *work, const struct strategy *strategy)
{
	size_t i;

	for (i = 0; i < HUNT_PLAYERS_MAX; i++)
		if (work->players[i].strategy == strategy ||
		    work->players[i].strategy == NULL)
			return (&work->players[i]);
	abort();
}

static void
defect(struct hunt_account *account, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void
defect(struct hunt_account *account, const char *format, ...)
{
	va_list args;

	if (account->defect[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(account->defect, sizeof(account->defect), format, args);
	va_end(args);
}

/*
 * The schedule of the run that was just executed.  A strategy that can make
 * the run again is asked to; one that cannot was written down all along.
 */
static bool
write_down(struct hunt_work *work, const struct current *now,
    struct hunt_account *account)
{
	struct run_spec spec;

	if (now->strategy->one_worker)
		return (true);
	spec = now->spec;
	if (!player_begin(now->player, now->strategy, &spec, work->seed,
	    now->number, &work->again)) {
		defect(account, "the strategy cannot make the run again");
		return (false);
	}
	record_begin(&work->record, &now->player->guide);
	run_execute_guided(&spec, &work->again, &work->record.guide, NULL);
	record_end(&work->record);
	if (strcmp(work->again.digest, work->result.digest) == 0)
		return (true);
	defect(account, "the same choices gave digest %s, and %s when made "
	    "again", work->result.digest, work->again.digest);
	return (false);
}

static bool
follow(struct hunt_work *work, const struct current *now,
    struct hunt_account *account)
{

	replay_begin(&work->replay, &work->record.schedule);
	run_execute_guided(&now->spec, &work->again, &work->replay.guide,
	    NULL);
	replay_end(&work->replay);
	if (strcmp(work->again.digest, work->result.digest) != 0)
		defect(account, "the schedule gave digest %s, not %s",
		    work->again.digest, work->result.digest);
	else if (work->replay.departures > 0)
		defect(account, "%llu choices of the schedule could not be "
		    "followed", (unsigned long long)work->replay.departures);
	return (account->defect[0] == '\0');
}

/* The schedule where it fits into a token; else the strategy. */
static void
name_run(struct hunt_work *work, const struct current *now, bool schedule,
    struct hunt_account *account)
{
	struct token_guide guide;

	memset(&guide, 0, sizeof(guide));
	guide.strategy = now->strategy->name;
	guide.number = now->number;
	if (schedule)
		guide.schedule = &work->record.schedule;
	work->token[0] = '\0';
	if (!schedule || token_write_guided(work->scenario, &now->spec,
	    work->result.digest, false, &guide, work->token) == 0) {
		guide.schedule = NULL;
		if (token_write_guided(work->scenario, &now->spec,
		    work->result.digest, false, &guide, work->token) == 0)
			defect(account, "the run is too large for a token");
	}
	account->token = must_copy(work->token);
}

/* What the run was and how to see it again. */
static struct hunt_account *
give_account(struct hunt_work *work, const struct current *now)
{
	struct hunt_account *account;
	struct wire_buffer message;
	bool known;

	account = must_alloc(1, sizeof(*account));
	account->wall_ns = now->wall_ns;
	snprintf(account->strategy, sizeof(account->strategy), "%s",
	    now->strategy->name);
	/* Before the run is repeated: histograms are shared by all results. */
	memset(&message, 0, sizeof(message));
	wire_encode(&work->result, &message);
	account->result = message.bytes;
	account->result_length = message.length;
	known = write_down(work, now, account);
	if (known)
		follow(work, now, account);
	name_run(work, now, known, account);
	return (account);
}

static void
add_finding(struct hunt_work *work, const struct current *now)
{
	struct hunt_batch *batch = &work->batch;
	struct hunt_batch_finding *finding;
	uint64_t cause;

	cause = hunt_cause(&work->result.findings[0]);
	finding = hunt_batch_find(batch, cause);
	if (finding != NULL) {
		finding->count++;
		return;
	}
	finding = hunt_batch_append(batch, cause, now->number);
	if (hunt_told_add(&work->told, cause, now->number))
		finding->account = give_account(work, now);
}

static void
execute_run(struct hunt_work *work, struct current *now)
{
	const struct guide *guide = &now->player->guide;
	uint64_t start_ns;

	if (now->strategy->one_worker) {
		record_begin(&work->record, guide);
		guide = &work->record.guide;
	}
	work->result.brief = true;
	start_ns = host_clock_ns();
	run_execute_guided(&now->spec, &work->result, guide, NULL);
	now->wall_ns = host_clock_ns() - start_ns;
	if (now->strategy->one_worker)
		record_end(&work->record);
}

/* False: the batch ends here. */
static bool
one_run(struct hunt_work *work, uint64_t number,
    const struct strategy_shares *shares)
{
	struct current now;

	now.number = number;
	now.strategy = player_pick(work->strategy, &work->spec, work->seed,
	    number, shares);
	now.player = player_of(work, now.strategy);
	now.spec = work->spec;
	if (!player_begin(now.player, now.strategy, &now.spec, work->seed,
	    number, &work->again)) {
		work->batch.spent = true;
		return (false);
	}
	execute_run(work, &now);
	player_end(now.player, &work->result);
	hunt_batch_add(&work->batch, &work->result);
	work->batch.spent = now.player->spent;
	if (work->result.finding_count > 0) {
		add_finding(work, &now);
		if (!work->keep_going)
			return (false);
	}
	return (!work->batch.spent);
}

void
hunt_work_execute(void *context, const struct pool_job *job,
    struct wire_buffer *answer)
{
	struct hunt_work *work = context;
	const struct player *player = &work->players[0];
	struct strategy_shares shares;
	uint64_t number;

	memcpy(&shares, &job->seed, sizeof(shares));
	assert(job->id > 0 && job->id <= HUNT_BATCH_RUNS_MAX);
	hunt_batch_clear(&work->batch);
	work->batch.first = job->point;
	for (number = job->point; number < job->point + (uint64_t)job->id;
	    number++) {
		/* A run that is looked at alone is executed whatever the hour. */
		if (work->deadline_ns != 0 && job->id > 1 &&
		    host_clock_ns() >= work->deadline_ns)
			break;
		if (!one_run(work, number, &shares))
			break;
	}
	if (player->strategy != NULL && player->strategy->report != NULL &&
	    player->strategy == work->strategy)
		player->strategy->report(player->state, work->batch.report,
		    sizeof(work->batch.report));
	hunt_batch_encode(&work->batch, answer);
}
