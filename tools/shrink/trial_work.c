/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/trial_work.h"

#include <string.h>

#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/campaign/player.h"
#include "tools/campaign/wire_bytes.h"
#include "tools/shrink/trial.h"

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
	if (guide == &bench.replay.guide)
		witness_stay(witness);
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

void
trial_work_execute(void *context, const struct pool_job *job,
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
