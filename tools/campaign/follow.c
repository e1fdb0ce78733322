/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/follow.h"

#include <string.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "sim/strategies/strategy.h"
#include "tools/campaign/player.h"
#include "tools/campaign/token.h"
#include "tools/campaign/wire.h"

int
follow_check(const struct token *token, struct err *err)
{
	const struct strategy *strategy;

	if (token->strategy[0] == '\0')
		return (0);
	strategy = strategy_find(token->strategy);
	if (strategy == NULL || strategy->pick != NULL) {
		return (err_set(err, "the token's run was guided by the "
		    "strategy '%s', which this gusim does not have",
		    token->strategy));
	}
	if (strategy->stepped && token->spec.machine.cpus >
	    STEP_ACTORS_MAX / 2) {
		return (err_set(err, "the token names the strategy '%s' for a "
		    "machine of %llu CPUs; it is for at most %d",
		    token->strategy,
		    (unsigned long long)token->spec.machine.cpus,
		    STEP_ACTORS_MAX / 2));
	}
	return (0);
}

bool
follow_stepped(const struct token *token)
{

	return (token->strategy[0] == '\0' ? token->schedule.stepped :
	    strategy_find(token->strategy)->stepped);
}

/* The same numbers drawn once more. */
static void
follow_strategy(const struct token *token, struct run_result *result,
    struct tracer *tracer)
{
	const struct strategy *strategy;
	struct player player;
	struct run_spec spec;
	uint64_t seed;

	memset(&player, 0, sizeof(player));
	strategy = strategy_find(token->strategy);
	spec = token->spec;
	seed = spec.seed - player_seed(strategy, 0, token->number);
	if (player_begin(&player, strategy, &spec, seed, token->number,
	    result)) {
		run_execute_guided(&spec, result, &player.guide, tracer);
		player_end(&player, result);
	}
	player_fini(&player);
}

static void
follow_schedule(const struct token *token, struct run_result *result,
    struct tracer *tracer, struct wire_departure *departure)
{
	struct replay replay;

	memset(&replay, 0, sizeof(replay));
	replay_begin(&replay, &token->schedule);
	run_execute_guided(&token->spec, result, &replay.guide, tracer);
	replay_end(&replay);
	departure->count = replay.departures;
	departure->kind = replay.parted.kind;
	departure->cpu = replay.parted.cpu;
	departure->nth = replay.parted.nth;
	replay_fini(&replay);
}

void
follow_execute(const struct token *token, struct run_result *result,
    struct tracer *tracer, struct wire_departure *departure)
{

	memset(departure, 0, sizeof(*departure));
	if (token->strategy[0] != '\0')
		follow_strategy(token, result, tracer);
	else if (token->schedule.stepped || token->schedule.count > 0)
		follow_schedule(token, result, tracer, departure);
	else
		run_execute_traced(&token->spec, result, tracer);
}
