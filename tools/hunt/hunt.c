/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/hunt/hunt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/campaign/lost.h"
#include "tools/campaign/player.h"
#include "tools/campaign/token.h"
#include "tools/campaign/wire.h"
#include "tools/hunt/hunt_work.h"
#include "tools/source/source.h"

enum {
	BATCH_NS = 50000000,		/* how long a batch should last */
	BATCH_GROWTH = 4,		/* at most so many times the last one */
	OVERTIME_NS = 1000000000,	/* for the run that is under way */
};

/* The answer to one job, kept until all before it are there. */
struct hunt_arrival {
	uint64_t first;
	uint64_t count;
	bool lost;			/* there is no batch */
	enum pool_fate fate;
	char how[80];
	uint64_t wall_ns;
	struct hunt_batch batch;
	struct hunt_arrival *next;
};

/* A run that is executed alone, since its batch was lost. */
struct hunt_single {
	uint64_t number;
	struct hunt_single *next;
};

static void
drop_arrival(struct hunt_arrival *arrival)
{

	hunt_batch_fini(&arrival->batch);
	free(arrival);
}

int
hunt_begin(struct hunt *hunt, const struct hunt_settings *settings,
    struct err *err)
{
	struct pool_settings pool;
	struct hunt_work *work;

	memset(hunt, 0, sizeof(*hunt));
	hunt->settings = *settings;
	hunt->batch_runs = 1;
	hunt->start_ns = hunt->last_new_ns = host_clock_ns();
	work = must_alloc(1, sizeof(*work));
	work->scenario = settings->scenario;
	work->spec = settings->spec;
	work->strategy = settings->strategy;
	work->seed = settings->seed;
	work->keep_going = settings->keep_going;
	if (settings->time_ns != 0)
		work->deadline_ns = hunt->start_ns + settings->time_ns;
	hunt->work = work;
	hunt_shares_begin(&hunt->shares, settings->strategy);
	memset(&pool, 0, sizeof(pool));
	/* Runs that depend on each other are all for one. */
	pool.workers = settings->strategy->one_worker ? 1 : settings->workers;
	pool.timeout_ns = settings->timeout_ns;
	pool.memory_bytes = settings->memory_bytes;
	pool.execute = hunt_work_execute;
	pool.context = work;
	hunt->pool = pool_create(&pool, err);
	if (hunt->pool != NULL)
		return (0);
	hunt_end(hunt);
	return (-1);
}

void
hunt_end(struct hunt *hunt)
{
	struct hunt_arrival *arrival;
	struct hunt_single *single;
	size_t i;

	pool_destroy(hunt->pool);
	for (i = 0; i < hunt->finding_count; i++) {
		free(hunt->findings[i].token);
		free(hunt->findings[i].result);
		free(hunt->findings[i].bytes);
	}
	free(hunt->findings);
	while ((arrival = hunt->arrivals) != NULL) {
		hunt->arrivals = arrival->next;
		drop_arrival(arrival);
	}
	while ((single = hunt->singles) != NULL) {
		hunt->singles = single->next;
		free(single);
	}
	hunt_set_fini(&hunt->behaviours);
	hunt_set_fini(&hunt->further);
	free(hunt->work);
	memset(hunt, 0, sizeof(*hunt));
}

/* --- who has which run --------------------------------------------------------- */

static const struct strategy_shares *
shares_of(const struct hunt *hunt, uint64_t number)
{

	return (&hunt->shares.epochs[hunt_shares_epoch(number)]);
}

static const struct strategy *
part_of(const struct hunt *hunt, uint64_t number)
{

	return (player_pick(hunt->settings.strategy, &hunt->settings.spec,
	    hunt->settings.seed, number, shares_of(hunt, number)));
}

/* Whether the runs behind a border may be given out. */
static bool
may_cross(struct hunt *hunt)
{

	if (hunt->settings.strategy->part_count == 0 ||
	    hunt_shares_epoch(hunt->issue_next) < hunt->shares.known)
		return (true);
	if (hunt->fold_next < hunt->issue_next)
		return (false);
	hunt_shares_settle(&hunt->shares, hunt->settings.strategy);
	return (true);
}

/* --- findings ---------------------------------------------------------------- */

/*
 * Counts runs with a cause; false: it is new, and there is room for it.  There
 * is an account, unless a worker had told it before and was not understood.
 */
static bool
counted(struct hunt *hunt, uint64_t cause, uint64_t runs, bool account)
{
	size_t i;

	for (i = 0; i < hunt->finding_count; i++) {
		if (hunt->findings[i].cause != cause)
			continue;
		hunt->findings[i].count += runs;
		return (true);
	}
	if (account && hunt->finding_count < HUNT_CAUSES_MAX)
		return (false);
	hunt->unlisted += runs;
	hunt_set_add(&hunt->further, cause);
	return (true);
}

static struct hunt_finding *
append(struct hunt *hunt)
{
	struct hunt_finding *finding;

	hunt->findings = must_grow(hunt->findings, hunt->finding_count,
	    sizeof(*hunt->findings));
	finding = &hunt->findings[hunt->finding_count++];
	memset(finding, 0, sizeof(*finding));
	finding->result = must_alloc(1, sizeof(*finding->result));
	return (finding);
}

/* The places of the code in words; they are of this very program. */
static void
name_places(struct wire_result *result)
{
	struct run_finding *finding;
	char text[RUN_SUMMARY_SIZE];
	size_t i;

	for (i = 0; i < result->finding_count; i++) {
		finding = &result->findings[i];
		source_fill(finding->summary, finding->where,
		    finding->where_count, text, sizeof(text));
		memcpy(finding->summary, text, sizeof(text));
	}
}

/* Takes over what the account owns. */
static void
take_account(struct hunt_finding *finding, struct hunt_account *account)
{

	finding->wall_ns = account->wall_ns;
	memcpy(finding->strategy, account->strategy,
	    sizeof(finding->strategy));
	memcpy(finding->defect, account->defect, sizeof(finding->defect));
	finding->token = account->token;
	finding->bytes = account->result;
	account->token = NULL;
	account->result = NULL;
	if (wire_decode(finding->bytes, account->result_length,
	    finding->result) != 0) {
		memset(finding->result, 0, sizeof(*finding->result));
		finding->result->status = RUN_FINDING;
		snprintf(finding->defect, sizeof(finding->defect),
		    "the worker's account of the run makes no sense; its "
		    "memory was overwritten");
	}
	name_places(finding->result);
}

static void
add_finding(struct hunt *hunt, const struct hunt_batch_finding *from)
{
	struct hunt_finding *finding;

	if (counted(hunt, from->cause, from->count, from->account != NULL))
		return;
	finding = append(hunt);
	finding->cause = from->cause;
	finding->number = from->number;
	finding->count = from->count;
	finding->seed = player_seed(part_of(hunt, from->number),
	    hunt->settings.seed, from->number);
	take_account(finding, from->account);
}

/* A run that took its process along: all that is known is its number. */
static void
add_lost(struct hunt *hunt, const struct hunt_arrival *arrival)
{
	const struct hunt_settings *settings = &hunt->settings;
	const struct strategy *strategy;
	struct hunt_finding *finding;
	struct run_finding *crash;
	struct token_guide guide;
	struct run_finding what;
	struct run_spec spec;
	enum run_status status;
	char token[TOKEN_SIZE];

	status = lost_describe(arrival->fate, arrival->how, &what);
	if (counted(hunt, hunt_cause(&what), 1, true))
		return;
	finding = append(hunt);
	strategy = part_of(hunt, arrival->first);
	finding->cause = hunt_cause(&what);
	finding->number = arrival->first;
	finding->seed = player_seed(strategy, settings->seed, arrival->first);
	finding->count = 1;
	finding->wall_ns = arrival->wall_ns;
	snprintf(finding->strategy, sizeof(finding->strategy), "%s",
	    strategy->name);
	finding->result->status = status;
	finding->result->finding_count = 1;
	crash = &finding->result->findings[0];
	*crash = what;
	memset(&guide, 0, sizeof(guide));
	guide.strategy = strategy->name;
	guide.number = arrival->first;
	spec = settings->spec;
	spec.seed = finding->seed;
	token[0] = '\0';
	if (token_write_guided(settings->scenario, &spec, "",
	    status == RUN_CRASHED, &guide, token) == 0)
		snprintf(finding->defect, sizeof(finding->defect),
		    "the run is too large for a token");
	finding->token = must_copy(token);
}

/* --- answers, in the order of the runs --------------------------------------- */

static void
fold_coverage(struct hunt *hunt, const struct hunt_batch *batch)
{
	size_t i;

	for (i = 0; i < batch->coverage_count; i++) {
		if (i == hunt->coverage_count) {
			hunt->coverage[i] = batch->coverage[i];
			hunt->coverage_count++;
		} else
			hunt->coverage[i].hits += batch->coverage[i].hits;
	}
}

static void
count_behaviour(struct hunt *hunt, uint64_t number, uint64_t behaviour)
{
	const struct hunt_settings *settings = &hunt->settings;
	bool fresh;

	fresh = hunt_set_add(&hunt->behaviours, behaviour);
	if (fresh)
		hunt->last_new_ns = host_clock_ns();
	if (settings->strategy->part_count > 0)
		hunt_shares_count(&hunt->shares, settings->strategy->pick(
		    &settings->spec, settings->seed, number,
		    shares_of(hunt, number)), fresh);
}

static void
fold_batch(struct hunt *hunt, const struct hunt_batch *batch)
{
	size_t i;

	hunt->runs += batch->runs;
	hunt->accesses += batch->accesses;
	hunt->given_up += batch->given_up;
	for (i = 0; i < batch->runs; i++)
		count_behaviour(hunt, batch->first + i, batch->behaviours[i]);
	fold_coverage(hunt, batch);
	for (i = 0; i < batch->finding_count; i++)
		add_finding(hunt, &batch->findings[i]);
	if (batch->report[0] != '\0')
		memcpy(hunt->report, batch->report, sizeof(hunt->report));
	if (batch->spent)
		hunt->spent = hunt->over = true;
}

static void
fold(struct hunt *hunt, const struct hunt_arrival *arrival)
{

	if (!arrival->lost)
		fold_batch(hunt, &arrival->batch);
	else {
		hunt->runs++;
		hunt->lost++;
		add_lost(hunt, arrival);
		/* Nobody gets past it to the runs behind. */
		if (hunt->settings.strategy->one_worker)
			hunt->over = true;
	}
	if (hunt->finding_count > 0 && !hunt->settings.keep_going)
		hunt->over = true;
}

/* Nonzero: the hunt is over, and nothing that is under way matters. */
static int
fold_arrivals(struct hunt *hunt, bool all)
{
	struct hunt_arrival *arrival;

	while ((arrival = hunt->arrivals) != NULL &&
	    (all || arrival->first == hunt->fold_next) &&
	    !(hunt->spent || (hunt->finding_count > 0 &&
	    !hunt->settings.keep_going))) {
		hunt->arrivals = arrival->next;
		hunt->fold_next = arrival->first + arrival->count;
		fold(hunt, arrival);
		drop_arrival(arrival);
	}
	return (hunt->spent || (hunt->over && hunt->finding_count > 0 &&
	    (!hunt->settings.keep_going ||
	    hunt->settings.strategy->one_worker)));
}

/* --- the pool's questions ---------------------------------------------------- */

static bool
late(const struct hunt *hunt)
{

	return (hunt->settings.time_ns != 0 && host_clock_ns() -
	    hunt->start_ns >= hunt->settings.time_ns);
}

static bool
next(void *context, struct pool_job *job)
{
	struct hunt *hunt = context;
	struct hunt_single *single;
	uint64_t left;

	single = hunt->singles;
	memset(job, 0, sizeof(*job));
	job->id = 1;
	hunt->waits = false;
	if (single != NULL) {
		hunt->singles = single->next;
		job->point = single->number;
		memcpy(&job->seed, shares_of(hunt, job->point),
		    sizeof(job->seed));
		free(single);
		return (true);
	}
	left = hunt->settings.runs_max - hunt->issue_next;
	if (hunt->over || left == 0 || late(hunt))
		return (false);
	hunt->waits = !may_cross(hunt);
	if (hunt->waits)
		return (false);
	if (hunt->settings.strategy->part_count > 0 &&
	    left > hunt_shares_border(hunt->issue_next) - hunt->issue_next)
		left = hunt_shares_border(hunt->issue_next) -
		    hunt->issue_next;
	job->point = hunt->issue_next;
	job->id = (int64_t)(hunt->batch_runs < left ? hunt->batch_runs : left);
	/* What the worker has to know besides: who has which share. */
	memcpy(&job->seed, shares_of(hunt, job->point), sizeof(job->seed));
	hunt->issue_next += (uint64_t)job->id;
	return (true);
}

/* All of the lost batch, one by one, to find the run that did it. */
static void
split(struct hunt *hunt, const struct pool_job *job)
{
	struct hunt_single **at, *single;
	uint64_t i;

	for (at = &hunt->singles; *at != NULL;)
		at = &(*at)->next;
	for (i = 0; i < (uint64_t)job->id; i++) {
		single = must_alloc(1, sizeof(*single));
		single->number = job->point + i;
		*at = single;
		at = &single->next;
	}
}

/* How many runs make a batch that is neither long nor hardly worth it. */
static void
set_batch(struct hunt *hunt, uint64_t runs, uint64_t wall_ns)
{
	uint64_t wanted;

	wanted = BATCH_NS / (wall_ns / runs + 1) + 1;
	if (wanted > runs * BATCH_GROWTH)
		wanted = runs * BATCH_GROWTH;
	hunt->batch_runs = wanted < HUNT_BATCH_RUNS_MAX ? wanted :
	    HUNT_BATCH_RUNS_MAX;
}

/* An answer that makes no sense is as good as none. */
static bool
understood(struct hunt_arrival *arrival, const struct pool_outcome *outcome)
{
	const struct hunt_batch *batch = &arrival->batch;

	return (outcome->fate == POOL_ANSWERED &&
	    hunt_batch_decode(outcome->answer, outcome->length,
	    &arrival->batch) == 0 && batch->first == arrival->first &&
	    batch->runs <= arrival->count);
}

static int
done(void *context, const struct pool_outcome *outcome)
{
	struct hunt *hunt = context;
	struct hunt_arrival *arrival, **at;

	arrival = must_alloc(1, sizeof(*arrival));
	arrival->first = outcome->job.point;
	arrival->count = (uint64_t)outcome->job.id;
	arrival->fate = outcome->fate;
	memcpy(arrival->how, outcome->how, sizeof(arrival->how));
	arrival->wall_ns = outcome->wall_ns;
	arrival->lost = !understood(arrival, outcome);
	if (arrival->lost && arrival->count > 1) {
		split(hunt, &outcome->job);
		hunt->batch_runs = 1;
		drop_arrival(arrival);
		return (0);
	}
	if (!arrival->lost)
		set_batch(hunt, arrival->count, outcome->wall_ns);
	for (at = &hunt->arrivals; *at != NULL &&
	    (*at)->first < arrival->first;)
		at = &(*at)->next;
	arrival->next = *at;
	*at = arrival;
	return (fold_arrivals(hunt, false));
}

/*
 * Workers end their batches when time is over, but not in the middle of a run.
 * One that takes much longer still is given up.
 */
static int
tick(void *context)
{
	struct hunt *hunt = context;
	uint64_t time_ns;

	hunt->wall_ns = host_clock_ns() - hunt->start_ns;
	if (hunt->settings.look != NULL)
		hunt->settings.look(hunt->settings.context);
	time_ns = hunt->settings.time_ns;
	return (time_ns != 0 && hunt->wall_ns / 10 * 9 > time_ns &&
	    hunt->wall_ns > time_ns + OVERTIME_NS);
}

enum pool_end
hunt_run(struct hunt *hunt, struct err *err)
{
	const struct pool_client client = { .next = next, .done = done,
	    .tick = tick, .context = hunt };
	enum pool_end end;

	/* A pool that has once heard that there is no more does not ask again. */
	do {
		end = pool_run(hunt->pool, &client, err);
	} while (end == POOL_DONE && (hunt->singles != NULL || hunt->waits));
	/* Where it was broken off, some answers lack those before them. */
	fold_arrivals(hunt, true);
	hunt->wall_ns = host_clock_ns() - hunt->start_ns;
	return (end == POOL_STOPPED ? POOL_DONE : end);
}
