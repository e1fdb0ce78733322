/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/shrink.h"

#include <stdio.h>
#include <string.h>

#include "sim/strategies/strategy.h"
#include "tools/campaign/host.h"
#include "tools/shrink/choices.h"
#include "tools/shrink/reduce.h"

enum {
	SHRINK_TURNS_MAX = 4,
	/* A candidate may be this much longer than the run was. */
	SHRINK_LONGER = 4,
	SHRINK_ACCESSES_LEAST = 200000,
	SHRINK_CHOICES_FEW = 5,
	SHRINK_CHOICES_MANY = 64,
};

void
shrink_run_copy(struct shrink_run *to, const struct shrink_run *from)
{

	to->spec = from->spec;
	to->answer = from->answer;
	schedule_copy(&to->schedule, &from->schedule);
}

void
shrink_run_fini(struct shrink_run *run)
{

	schedule_fini(&run->schedule);
	memset(run, 0, sizeof(*run));
}

bool
shrink_over(const struct shrink *shrink)
{

	return (shrink->trial.late || shrink->trial.end != POOL_DONE);
}

bool
shrink_try(struct shrink *shrink, const struct run_spec *spec,
    const struct schedule *schedule)
{
	struct shrink_run *best = &shrink->best;
	struct run_spec now;
	char blamed[SPEC_NAME_SIZE];
	struct err err;

	now = *spec;
	if (spec_check(&now, blamed, sizeof(blamed), &err) != 0 ||
	    !trial_follow(&shrink->trial, &now, schedule))
		return (false);
	best->answer = shrink->trial.answer;
	best->spec = now;
	/* Choices that were not asked for are none. */
	if (trial_schedule(&shrink->trial, now.machine.cpus, &shrink->taken))
		schedule_copy(&best->schedule, &shrink->taken);
	else
		schedule_copy(&best->schedule, schedule);
	return (true);
}

/* --- the token's run -------------------------------------------------------------- */

/* Executes it and writes its choices down, where only a strategy is named. */
static void
start(struct shrink *shrink)
{
	const struct token *token = shrink->token;
	struct trial *trial = &shrink->trial;
	struct shrink_run *first = &shrink->first;

	first->spec = token->spec;
	schedule_copy(&first->schedule, &token->schedule);
	if (token->strategy[0] != '\0') {
		shrink->fails = trial_play(trial, &token->spec,
		    strategy_find(token->strategy), token->number);
		if (shrink->fails)
			shrink->lost = !trial_schedule(trial,
			    token->spec.machine.cpus, &first->schedule);
	} else
		shrink->fails = trial_follow(trial, &token->spec,
		    &token->schedule);
	first->answer = trial->answer;
	if (!shrink->fails)
		return;
	trial_aim(trial, &first->answer);
	/* A check that waits for long takes long in every smaller run too. */
	trial->accesses_max = first->answer.accesses * SHRINK_LONGER;
	if (trial->accesses_max < SHRINK_ACCESSES_LEAST)
		trial->accesses_max = SHRINK_ACCESSES_LEAST;
	shrink_run_copy(&shrink->best, first);
	/* What was written down must fail as what made it did. */
	if (!shrink->lost && token->strategy[0] != '\0')
		shrink->lost = !shrink_try(shrink, &first->spec,
		    &first->schedule);
}

/* --- the end ---------------------------------------------------------------------------- */

static void
name_run(struct shrink *shrink)
{
	const struct shrink_run *best = &shrink->best;
	struct token_guide guide;

	memset(&guide, 0, sizeof(guide));
	guide.schedule = &best->schedule;
	shrink->text[0] = '\0';
	(void)token_write_guided(shrink->token->scenario, &best->spec,
	    best->answer.digest, best->answer.crashed, &guide, shrink->text);
}

/* Once more, in full, so that all about it is known. */
static void
tell(struct shrink *shrink)
{
	struct shrink_run *best = &shrink->best;

	if (trial_tell(&shrink->trial, &best->spec, &best->schedule))
		best->answer = shrink->trial.answer;
}

static uint64_t
size_of(const struct shrink_run *run)
{

	return (run->schedule.count + run->answer.accesses);
}

static void
turns(struct shrink *shrink)
{
	uint64_t before;
	unsigned turn;

	for (turn = 0; turn < SHRINK_TURNS_MAX; turn++) {
		before = size_of(&shrink->best);
		choices_fewer(shrink);
		reduce_others(shrink);
		reduce_steps(shrink);
		choices_fewer(shrink);
		choices_simpler(shrink);
		if (shrink_over(shrink) || size_of(&shrink->best) >= before)
			break;
	}
}

/* Where the same place takes too many choices, another place may do. */
static void
elsewhere(struct shrink *shrink)
{
	struct shrink_run before;
	struct trial_target target;

	memset(&before, 0, sizeof(before));
	shrink_run_copy(&before, &shrink->best);
	target = shrink->trial.target;
	if (reduce_leap(shrink, true))
		turns(shrink);
	if (shrink->best.schedule.count >= before.schedule.count) {
		shrink_run_copy(&shrink->best, &before);
		shrink->trial.target = target;
	}
	shrink_run_fini(&before);
}

static void
make_smaller(struct shrink *shrink)
{

	/* Where many choices are to be looked at, that is done elsewhere. */
	if (!reduce_leap(shrink, false) &&
	    shrink->best.schedule.count > SHRINK_CHOICES_MANY)
		(void)reduce_leap(shrink, true);
	turns(shrink);
	if (shrink->best.schedule.count > SHRINK_CHOICES_FEW &&
	    !shrink_over(shrink))
		elsewhere(shrink);
	reduce_end(shrink);
}

bool
shrink_same_place(const struct shrink *shrink)
{
	const struct run_finding *a, *b;

	a = &shrink->first.answer.finding;
	b = &shrink->best.answer.finding;
	return (a->where_count == b->where_count && memcmp(a->where, b->where,
	    a->where_count * sizeof(a->where[0])) == 0);
}

void
shrink_all(struct shrink *shrink, uint64_t time_ns)
{
	uint64_t start_ns;

	start_ns = host_clock_ns();
	start(shrink);
	if (shrink->fails && !shrink->lost) {
		shrink->trial.deadline_ns = time_ns == 0 ? 0 :
		    start_ns + time_ns;
		make_smaller(shrink);
		tell(shrink);
		name_run(shrink);
	}
	shrink->wall_ns = host_clock_ns() - start_ns;
}

/* --- its life ---------------------------------------------------------------------------- */

int
shrink_begin(struct shrink *shrink, const struct token *token,
    uint64_t timeout_ns, uint64_t memory_bytes, struct err *err)
{

	memset(shrink, 0, sizeof(*shrink));
	shrink->token = token;
	return (trial_begin(&shrink->trial, timeout_ns, memory_bytes, err));
}

void
shrink_end(struct shrink *shrink)
{

	trial_end(&shrink->trial);
	shrink_run_fini(&shrink->best);
	shrink_run_fini(&shrink->first);
	schedule_fini(&shrink->taken);
}
