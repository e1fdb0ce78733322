/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/campaign/player.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"

const struct strategy *
player_pick(const struct strategy *strategy, const struct run_spec *spec,
    uint64_t seed, uint64_t number, const struct strategy_shares *shares)
{

	if (strategy->pick == NULL)
		return (strategy);
	return (strategy->parts[strategy->pick(spec, seed, number, shares)]);
}

uint64_t
player_seed(const struct strategy *strategy, uint64_t seed, uint64_t number)
{

	return (strategy->one_worker ? seed : seed + number);
}

/* --- the guide of who has nothing to say -------------------------------- */

static uint32_t
usual_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	uint64_t *asked = context;

	(void)steps;
	(void)actors;
	(void)ready;
	if (asked != NULL)
		asked[CHOICE_NEXT]++;
	return (usual);
}

static uint64_t
usual_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	uint64_t *asked = context;

	(void)cpu;
	(void)alternatives;
	if (asked != NULL)
		asked[kind]++;
	return (0);
}

/* A strategy without next(), or without choose(), leaves it to the machine. */
static uint32_t
no_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{

	(void)context;
	return (usual_next(NULL, steps, actors, ready, usual));
}

static uint64_t
no_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{

	(void)context;
	return (usual_choose(NULL, kind, cpu, alternatives));
}

/* --- one strategy --------------------------------------------------------- */

static void
engage(struct player *player, const struct strategy *strategy)
{

	if (player->strategy == strategy)
		return;
	player_fini(player);
	player->strategy = strategy;
	player->state = must_alloc(1, strategy->state_bytes == 0 ? 1 :
	    strategy->state_bytes);
	player->guide.stepped = strategy->stepped;
	player->guide.next = strategy->next != NULL ? strategy->next : no_next;
	player->guide.choose = strategy->choose != NULL ? strategy->choose :
	    no_choose;
	player->guide.context = player->state;
	player->guide.stay = strategy->stay == NULL ? NULL :
	    strategy->stay(player->state);
}

/* Notes which questions are about what CPUs share. */
struct survey {
	struct strategy_usual usual;
	uint64_t *conflicts;
	size_t room;
};

static void
note(struct survey *survey, uint64_t question)
{
	size_t count;

	count = survey->usual.conflict_count;
	if (count == survey->room) {
		survey->room = count == 0 ? 1024 : count * 2;
		survey->conflicts = must_grow(survey->conflicts,
		    survey->room, sizeof(*survey->conflicts));
	}
	survey->conflicts[count] = question;
	survey->usual.conflict_count++;
}

static uint32_t
survey_next(void *context, const struct step *steps, uint32_t actors,
    uint64_t ready, uint32_t usual)
{
	struct survey *survey = context;

	(void)actors;
	(void)ready;
	survey->usual.asked[CHOICE_NEXT]++;
	if (choice_shared(&steps[usual]))
		survey->usual.shared_steps++;
	return (usual);
}

static uint64_t
survey_choose(void *context, enum choice_kind kind, uint32_t cpu,
    uint64_t alternatives)
{
	struct survey *survey = context;
	uint64_t question;

	(void)cpu;
	(void)alternatives;
	question = survey->usual.asked[kind]++;
	if (kind == CHOICE_DELAY && choice_conflicts())
		note(survey, question);
	return (0);
}

/*
 * What is shared: by the usual run of either kind, so that it does not depend
 * on whose knowledge it is.
 */
static void
learn(const struct run_spec *spec, struct run_result *scratch)
{
	struct guide guide;

	memset(&guide, 0, sizeof(guide));
	guide.next = usual_next;
	guide.choose = usual_choose;
	choice_learn(true);
	run_execute_guided(spec, scratch, &guide, NULL);
	if (2 * spec->machine.cpus <= STEP_ACTORS_MAX) {
		guide.stepped = true;
		run_execute_guided(spec, scratch, &guide, NULL);
	}
	choice_learn(false);
}

static void
measure(struct player *player, const struct run_spec *spec, uint64_t seed,
    struct run_result *scratch)
{
	struct survey survey;
	struct guide guide;
	struct run_spec first;

	player->measured = true;
	if (player->strategy->measure == NULL)
		return;
	first = *spec;
	first.seed = seed;
	learn(&first, scratch);
	memset(&survey, 0, sizeof(survey));
	memset(&guide, 0, sizeof(guide));
	guide.stepped = player->strategy->stepped;
	guide.next = survey_next;
	guide.choose = survey_choose;
	guide.context = &survey;
	run_execute_guided(&first, scratch, &guide, NULL);
	survey.usual.result = scratch;
	survey.usual.conflicts = survey.conflicts;
	free(player->conflicts);
	player->conflicts = survey.conflicts;
	player->strategy->measure(player->state, &survey.usual);
}

static void
begin(struct player *player, struct run_spec *spec, uint64_t seed,
    uint64_t number)
{

	spec->seed = player_seed(player->strategy, seed, number);
	player->strategy->begin(player->state, spec, seed, number);
}

bool
player_begin(struct player *player, const struct strategy *strategy,
    struct run_spec *spec, uint64_t seed, uint64_t number,
    struct run_result *scratch)
{

	engage(player, strategy);
	if (!player->measured)
		measure(player, spec, seed, scratch);
	if (strategy->one_worker) {
		/* There is no way back, and no way past the runs between. */
		assert(number >= player->next || player->spent);
		while (!player->spent && player->next < number) {
			begin(player, spec, seed, player->next);
			run_execute_guided(spec, scratch, &player->guide,
			    NULL);
			player_end(player, scratch);
		}
	}
	if (player->spent)
		return (false);
	begin(player, spec, seed, number);
	return (true);
}

void
player_end(struct player *player, const struct run_result *result)
{

	player->next++;
	if (player->strategy->end != NULL &&
	    !player->strategy->end(player->state, result))
		player->spent = true;
}

void
player_fini(struct player *player)
{

	if (player->strategy != NULL && player->strategy->fini != NULL)
		player->strategy->fini(player->state);
	free(player->state);
	free(player->conflicts);
	memset(player, 0, sizeof(*player));
}
