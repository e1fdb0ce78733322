/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/trial.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/campaign/player.h"
#include "tools/campaign/wire_bytes.h"

/* --- in the worker ------------------------------------------------------------ */

/* One worker has one of it. */
static struct {
	struct witness witness;
	struct replay replay;
	struct run_result result;
	struct run_result scratch;
	struct schedule schedule;
} bench;

static bool
same_places(const struct trial_target *target,
    const struct run_finding *finding)
{
	size_t i;

	if (target->anywhere)
		return (true);
	if (finding->where_count != target->place_count)
		return (false);
	for (i = 0; i < finding->where_count; i++)
		if (finding->where[i] != target->places[i])
			return (false);
	return (true);
}

/* The check that has no name yet is any. */
static bool
wanted(const struct trial_target *target, const struct run_result *result)
{

	if (target->crashed || result->finding_count == 0)
		return (false);
	if (target->check[0] == '\0')
		return (true);
	return (strcmp(result->findings[0].check, target->check) == 0 &&
	    same_places(target, &result->findings[0]));
}

/* A candidate that would go on for much longer than the run is none. */
static struct run_spec
limited(const struct trial_request *request)
{
	struct run_spec spec;

	spec = request->spec;
	if (request->accesses_max != 0 && (spec.run.accesses_max == 0 ||
	    spec.run.accesses_max > request->accesses_max))
		spec.run.accesses_max = request->accesses_max;
	return (spec);
}

static void
execute(struct trial_request *request, struct witness_log *log,
    const struct run_spec *spec, const struct guide *guide)
{
	struct witness *witness = &bench.witness;
	bool listening;

	request->seed = spec->seed;
	request->executions++;
	witness->telling = request->kind == TRIAL_TELL;
	witness->faults = request->faults;
	listening = witness->telling || witness->faults;
	witness_begin(witness, log, guide, spec->machine.cpus);
	/* A run whose token has no schedule is replayed without a guide. */
	run_execute_guided(spec, &bench.result,
	    guide == NULL && !witness->faults ? NULL : &witness->guide,
	    listening ? &witness->tracer : NULL);
}

static void
follow(struct trial_request *request, struct witness_log *log)
{
	struct schedule *schedule = &bench.schedule;
	struct run_spec spec;
	size_t i;

	spec = limited(request);
	schedule_clear(schedule);
	schedule->stepped = request->stepped;
	for (i = 0; i < request->count; i++)
		schedule_add(schedule,
		    (enum choice_kind)request->entries[i].kind,
		    request->entries[i].cpu, request->entries[i].nth,
		    request->entries[i].answer);
	if (request->count == 0 && !request->stepped) {
		execute(request, log, &spec, NULL);
		return;
	}
	replay_begin(&bench.replay, schedule);
	execute(request, log, &spec, &bench.replay.guide);
	replay_end(&bench.replay);
}

static void
play(struct trial_request *request, struct witness_log *log)
{
	struct player player;
	struct run_spec spec;
	uint64_t seed;

	memset(&player, 0, sizeof(player));
	spec = limited(request);
	seed = spec.seed - player_seed(request->strategy, 0, request->number);
	bench.result.finding_count = 0;
	if (player_begin(&player, request->strategy, &spec, seed,
	    request->number, &bench.scratch)) {
		execute(request, log, &spec, &player.guide);
		player_end(&player, &bench.result);
	}
	player_fini(&player);
}

/* Each strategy of a mixture has one player. */
static struct player *
player_of(struct player players[], size_t count,
    const struct strategy *strategy)
{
	size_t i;

	for (i = 0; i + 1 < count; i++)
		if (players[i].strategy == strategy ||
		    players[i].strategy == NULL)
			break;
	return (&players[i]);
}

static void
seek(struct trial_request *request, struct witness_log *log)
{
	enum { PLAYERS = 16 };
	struct player players[PLAYERS];
	struct player *player;
	const struct strategy *strategy;
	struct strategy_shares shares;
	struct run_spec spec;
	uint64_t number, accesses;
	size_t i;
	bool found;

	memset(players, 0, sizeof(players));
	/* All parts of a mixture have the same share. */
	memset(&shares, 1, sizeof(shares));
	accesses = 0;
	found = false;
	for (number = 0; !found && number < request->runs_most &&
	    accesses < request->accesses_most; number++) {
		if (host_clock_ns() >= request->deadline_ns)
			break;
		spec = limited(request);
		strategy = player_pick(request->strategy, &spec,
		    request->spec.seed, number, &shares);
		player = player_of(players, PLAYERS, strategy);
		if (!player_begin(player, strategy, &spec, request->spec.seed,
		    number, &bench.scratch))
			break;
		execute(request, log, &spec, &player->guide);
		player_end(player, &bench.result);
		/* A run that was given up has cost something as well. */
		accesses += bench.result.accesses + 1000;
		found = wanted(&request->target, &bench.result);
	}
	if (!found)
		bench.result.finding_count = 0;
	for (i = 0; i < PLAYERS; i++)
		player_fini(&players[i]);
}

static void
put_answer(const struct trial_request *request, struct wire_buffer *answer)
{
	const struct run_result *result = &bench.result;
	const struct run_finding *finding = &result->findings[0];
	size_t i;

	wire_put_number(answer, wanted(&request->target, result));
	wire_put_number(answer, result->accesses);
	wire_put_number(answer, result->sim_ps);
	wire_put_number(answer, result->finding_count);
	wire_put_text(answer, result->digest);
	if (result->finding_count == 0)
		return;
	wire_put_text(answer, finding->check);
	wire_put_text(answer, finding->summary);
	wire_put_number(answer, finding->at_ps);
	wire_put_number(answer, finding->cpu);
	wire_put_number(answer, finding->where_count);
	for (i = 0; i < finding->where_count; i++)
		wire_put_number(answer, finding->where[i]);
}

static void
execute_job(void *context, const struct pool_job *job,
    struct wire_buffer *answer)
{
	struct trial *trial = context;
	struct trial_request *request = &trial->shared->request;
	struct witness_log *log = &trial->shared->log;

	(void)job;
	request->executions = 0;
	switch (request->kind) {
	case TRIAL_PLAY:
		play(request, log);
		break;
	case TRIAL_SEEK:
		seek(request, log);
		break;
	case TRIAL_FOLLOW:
	case TRIAL_TELL:
		follow(request, log);
		break;
	}
	put_answer(request, answer);
}

/* --- in the parent ------------------------------------------------------------- */

/* The check of an answer outlives the message that it came in. */
static const char *
known_check(const char *name)
{
	size_t i;

	for (i = 0; i < check_table_count; i++)
		if (strcmp(check_table[i]->name, name) == 0)
			return (check_table[i]->name);
	return ("crash");
}

static void
get_finding(struct wire_reader *reader, struct run_finding *finding)
{
	size_t i;

	finding->check = known_check(wire_get_text(reader));
	wire_get_text_into(reader, finding->summary,
	    sizeof(finding->summary));
	finding->at_ps = wire_get_number(reader);
	finding->cpu = wire_get_number(reader);
	finding->where_count = wire_get_count(reader, RUN_WHERE_MAX);
	for (i = 0; i < finding->where_count; i++)
		finding->where[i] = wire_get_number(reader);
}

static void
get_answer(struct trial *trial, const struct pool_outcome *outcome)
{
	struct trial_answer *answer = &trial->answer;
	struct wire_reader reader;

	reader = (struct wire_reader){ outcome->answer, outcome->length, 0 };
	answer->fails = wire_get_number(&reader) != 0;
	answer->accesses = wire_get_number(&reader);
	answer->sim_ps = wire_get_number(&reader);
	answer->finding_count = wire_get_number(&reader);
	wire_get_text_into(&reader, answer->digest, sizeof(answer->digest));
	if (answer->finding_count > 0)
		get_finding(&reader, &answer->finding);
	answer->survived = !reader.bad;
	if (reader.bad)
		answer->fails = false;
}

struct asking {
	struct trial *trial;
	bool asked;
};

static bool
next_job(void *context, struct pool_job *job)
{
	struct asking *asking = context;

	if (asking->asked)
		return (false);
	asking->asked = true;
	memset(job, 0, sizeof(*job));
	return (true);
}

static int
job_done(void *context, const struct pool_outcome *outcome)
{
	struct asking *asking = context;
	struct trial *trial = asking->trial;
	struct trial_answer *answer = &trial->answer;

	switch (outcome->fate) {
	case POOL_ANSWERED:
		get_answer(trial, outcome);
		break;
	case POOL_CRASHED:
		answer->crashed = true;
		answer->fails = trial->target.crashed ||
		    trial->target.check[0] == '\0';
		answer->finding_count = 1;
		answer->finding.check = "crash";
		snprintf(answer->finding.summary,
		    sizeof(answer->finding.summary), "the process ended with "
		    "%s", outcome->how);
		break;
	case POOL_TIMEOUT:
		break;
	}
	return (0);
}

static bool
ask(struct trial *trial, enum trial_kind kind, const struct run_spec *spec)
{
	struct trial_request *request = &trial->shared->request;
	struct asking asking = { trial, false };
	struct pool_client client = { 0 };

	memset(&trial->answer, 0, sizeof(trial->answer));
	if (trial->end != POOL_DONE)
		return (false);
	if (kind != TRIAL_TELL && trial->deadline_ns != 0 &&
	    host_clock_ns() >= trial->deadline_ns) {
		trial->late = true;
		return (false);
	}
	request->kind = kind;
	request->spec = *spec;
	request->target = trial->target;
	request->accesses_max = kind == TRIAL_TELL ? 0 : trial->accesses_max;
	request->deadline_ns = trial->deadline_ns == 0 ? UINT64_MAX :
	    trial->deadline_ns;
	request->executions = 0;
	client.next = next_job;
	client.done = job_done;
	client.context = &asking;
	trial->end = pool_run(trial->pool, &client, &trial->err);
	/* One that ends its process may not get far enough to be counted. */
	trial->executions += request->executions == 0 ? 1 :
	    request->executions;
	trial->answer.seed = request->seed;
	trial->answer.stepped = trial->shared->log.stepped;
	trial->answer.choices = trial->shared->log.count;
	if (trial->end != POOL_DONE)
		trial->answer.fails = false;
	return (trial->answer.fails);
}

static void
put_schedule(struct trial *trial, const struct schedule *schedule)
{
	struct trial_request *request = &trial->shared->request;

	request->faults = false;
	request->stepped = schedule->stepped;
	request->count = schedule->count;
	if (schedule->count > 0)
		memcpy(request->entries, schedule->entries,
		    schedule->count * sizeof(request->entries[0]));
}

bool
trial_follow(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule)
{

	put_schedule(trial, schedule);
	return (ask(trial, TRIAL_FOLLOW, spec));
}

bool
trial_convert(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule)
{

	put_schedule(trial, schedule);
	trial->shared->request.faults = true;
	return (ask(trial, TRIAL_FOLLOW, spec));
}

bool
trial_tell(struct trial *trial, const struct run_spec *spec,
    const struct schedule *schedule)
{

	put_schedule(trial, schedule);
	return (ask(trial, TRIAL_TELL, spec));
}

bool
trial_play(struct trial *trial, const struct run_spec *spec,
    const struct strategy *strategy, uint64_t number)
{
	struct trial_request *request = &trial->shared->request;

	request->faults = false;
	request->strategy = strategy;
	request->number = number;
	return (ask(trial, TRIAL_PLAY, spec));
}

bool
trial_seek(struct trial *trial, const struct run_spec *spec,
    const struct strategy *strategy, uint64_t runs_most,
    uint64_t accesses_most)
{
	struct trial_request *request = &trial->shared->request;

	request->faults = false;
	request->strategy = strategy;
	request->runs_most = runs_most;
	request->accesses_most = accesses_most;
	return (ask(trial, TRIAL_SEEK, spec));
}

bool
trial_schedule(const struct trial *trial, uint64_t cpus,
    struct schedule *schedule)
{

	return (witness_schedule(&trial->shared->log, cpus, schedule));
}

void
trial_aim(struct trial *trial, const struct trial_answer *answer)
{
	const struct run_finding *finding = &answer->finding;
	struct trial_target *target = &trial->target;

	target->crashed = answer->crashed;
	snprintf(target->check, sizeof(target->check), "%s", finding->check);
	target->place_count = finding->where_count;
	memcpy(target->places, finding->where, sizeof(target->places));
}

/* --- its life -------------------------------------------------------------------- */

int
trial_begin(struct trial *trial, uint64_t timeout_ns, uint64_t memory_bytes,
    struct err *err)
{
	struct pool_settings settings;
	void *memory;

	memset(trial, 0, sizeof(*trial));
	memory = mmap(NULL, sizeof(*trial->shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED) {
		return (err_set(err, "cannot share memory with a worker: %s",
		    strerror(errno)));
	}
	trial->shared = memory;
	memset(&settings, 0, sizeof(settings));
	settings.workers = 1;
	settings.timeout_ns = timeout_ns;
	settings.memory_bytes = memory_bytes;
	settings.execute = execute_job;
	settings.context = trial;
	trial->pool = pool_create(&settings, err);
	if (trial->pool != NULL)
		return (0);
	munmap(trial->shared, sizeof(*trial->shared));
	trial->shared = NULL;
	return (-1);
}

void
trial_end(struct trial *trial)
{

	pool_destroy(trial->pool);
	if (trial->shared != NULL)
		munmap(trial->shared, sizeof(*trial->shared));
	memset(trial, 0, sizeof(*trial));
}
