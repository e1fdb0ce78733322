/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/tune/race.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/base/must.h"
#include "tools/stats/paired.h"
#include "tools/stats/stopping.h"

enum {
	/*
	 * With at least so many questions to a block it is asked for alone, so
	 * that who fails in it is not asked again.  Below that a batch of several
	 * keeps more workers busy.
	 */
	RACE_BATCH = 48,
};

const char *const race_end_words[] = {
	"one candidate was left",
	"no candidate that was left can be better by more than the indifference",
	"all seeds that were allowed had been used",
	"all runs that were allowed had been used",
	"the time that was allowed was over",
	"no candidate was left",
	"it was stopped",
};

const char *const race_standing_words[] = { "in", "worse", "breaks a limit",
	"failed", "put aside" };

struct race *
race_create(const struct race_rules *rules, const struct race_client *client)
{
	struct race *race;

	assert(rules->first >= 2 && rules->scenario_count > 0 &&
	    rules->scenario_count <= RACE_SCENARIOS_MAX &&
	    rules->goal_count > 0);
	race = must_alloc(1, sizeof(*race));
	race->rules = *rules;
	race->client = *client;
	race->incumbent = SIZE_MAX;
	return (race);
}

void
race_free(struct race *race)
{
	size_t i;

	if (race == NULL)
		return;
	for (i = 0; i < race->count; i++)
		free(race->candidates[i].values);
	free(race->candidates);
	free(race);
}

size_t
race_add(struct race *race)
{

	race->candidates = must_grow(race->candidates, race->count,
	    sizeof(*race->candidates));
	memset(&race->candidates[race->count], 0, sizeof(*race->candidates));
	return (race->count++);
}

/* --- answers ---------------------------------------------------------------- */

void
race_fail(struct race *race, size_t candidate, const char *why)
{
	struct race_candidate *one;

	one = &race->candidates[candidate];
	if (one->standing == RACE_FAILED)
		return;
	one->standing = RACE_FAILED;
	one->out_at = one->blocks;
	snprintf(one->why, sizeof(one->why), "%s", why);
}

void
race_answer(struct race *race, size_t candidate, size_t block,
    size_t scenario, const double *values)
{
	struct race_candidate *one;
	size_t i, width;

	one = &race->candidates[candidate];
	width = race->rules.goal_count + race->rules.limit_count;
	for (i = 0; i < width; i++) {
		if (isnan(values[i])) {
			race_fail(race, candidate, "there was nothing to "
			    "measure");
			return;
		}
	}
	memcpy(one->values + (block * race->rules.scenario_count + scenario) *
	    width, values, width * sizeof(*values));
}

/* --- batches ---------------------------------------------------------------- */

/* Who runs: all that are in, or the two of a duel; the reference always. */
static bool
runs(const struct race *race, size_t candidate, bool duel)
{
	const struct race_candidate *one;

	one = &race->candidates[candidate];
	if (one->standing == RACE_FAILED)
		return (false);
	if (candidate == 0 || (duel && candidate == race->incumbent))
		return (true);
	return (!duel && one->standing == RACE_IN);
}

static size_t
count_tasks(const struct race *race, size_t to, bool duel)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < race->count; i++) {
		if (runs(race, i, duel) && race->candidates[i].blocks < to)
			count += to - race->candidates[i].blocks;
	}
	return (count);
}

/* Who runs has all blocks before `to` afterwards, or has failed. */
static int
fill(struct race *race, size_t to, bool duel)
{
	struct race_candidate *one;
	struct race_task *tasks;
	size_t block, count, i, room, width;
	int end;

	width = race->rules.scenario_count *
	    (race->rules.goal_count + race->rules.limit_count);
	room = count_tasks(race, to, duel);
	tasks = must_alloc(room, sizeof(*tasks));
	count = 0;
	for (block = 0; block < to; block++) {
		for (i = 0; i < race->count; i++) {
			one = &race->candidates[i];
			if (!runs(race, i, duel) || one->blocks > block)
				continue;
			tasks[count].candidate = i;
			tasks[count++].block = block;
		}
	}
	for (i = 0; i < race->count; i++) {
		one = &race->candidates[i];
		if (!runs(race, i, duel) || one->blocks >= to)
			continue;
		one->values = reallocarray(one->values, to * width,
		    sizeof(double));
		if (one->values == NULL)
			abort();
	}
	end = count == 0 ? 0 : race->client.evaluate(race->client.context,
	    race, tasks, count);
	free(tasks);
	race->runs += count * race->rules.scenario_count;
	if (end != 0)
		return (end);
	for (i = 0; i < race->count; i++) {
		if (runs(race, i, duel) && race->candidates[i].blocks < to)
			race->candidates[i].blocks = to;
	}
	return (0);
}

int
race_fill(struct race *race, size_t blocks)
{

	return (fill(race, blocks, false));
}

/* To the next look; there may be some who were not run for a while. */
static int
advance(struct race *race, size_t to, bool duel)
{
	size_t block;

	if (count_tasks(race, to, duel) * race->rules.scenario_count <
	    RACE_BATCH * to)
		return (fill(race, to, duel));
	for (block = 0; block < to; block++) {
		if (fill(race, block + 1, duel) != 0)
			return (-1);
	}
	return (0);
}

/* --- looks ------------------------------------------------------------------ */

static bool
is_in(const struct race *race, size_t candidate)
{

	return (race->candidates[candidate].standing == RACE_IN &&
	    race->candidates[candidate].blocks >= race->frame.n);
}

static void
put_out(struct race *race, size_t candidate, enum race_standing standing)
{

	race->candidates[candidate].standing = standing;
	race->candidates[candidate].out_at = race->frame.n;
}

/* The confidence of one of several questions at this look. */
static double
shared_confidence(const struct race *race, size_t questions)
{

	return (1 - (1 - stopping_confidence(race->look)) /
	    (double)(questions == 0 ? 1 : questions));
}

/* Who was put out by one that should not have been there comes back. */
static void
take_back(struct race *race)
{
	size_t i;

	for (i = 0; i < race->count; i++) {
		if (race->candidates[i].standing == RACE_WORSE)
			race->candidates[i].standing = RACE_IN;
	}
}

static void
put_out_broken(struct race *race)
{
	double confidence;
	size_t i;

	confidence = shared_confidence(race, race->rules.limit_count *
	    race->rules.scenario_count);
	for (i = 0; i < race->count; i++) {
		if (!is_in(race, i) || race_keeping(race, race->frame.n, i,
		    confidence, NULL, NULL) != RACE_BREAKS)
			continue;
		put_out(race, i, RACE_BROKEN);
		if (race->candidates[i].led)
			take_back(race);
	}
}

/* The best of those that keep the limits on average; ties to the first. */
static size_t
find_incumbent(const struct race *race)
{
	double least, score;
	size_t best, i;

	best = SIZE_MAX;
	least = INFINITY;
	for (i = 0; i < race->count; i++) {
		if (!is_in(race, i) || race_keeping(race, race->frame.n, i,
		    0.5, NULL, NULL) > RACE_PERHAPS)
			continue;
		score = race_score(race, &race->frame, i);
		if (score < least) {
			least = score;
			best = i;
		}
	}
	return (best);
}

/* The gaps of all that are in to the incumbent, with shared spreads. */
static size_t
find_gaps(const struct race *race, bool towards, size_t *who,
    struct race_gap *gaps)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < race->count; i++) {
		if (!is_in(race, i) || i == race->incumbent)
			continue;
		who[count] = i;
		gaps[count++] = towards ?
		    race_gap(race, &race->frame, i, race->incumbent) :
		    race_gap(race, &race->frame, race->incumbent, i);
	}
	race_gaps_share(gaps, count);
	return (count);
}

static void
put_out_worse(struct race *race)
{
	struct race_gap *gaps;
	size_t count, i, *who;
	double *p;

	gaps = must_alloc(race->count, sizeof(*gaps));
	who = must_alloc(race->count, sizeof(*who));
	p = must_alloc(race->count, sizeof(*p));
	count = find_gaps(race, true, who, gaps);
	for (i = 0; i < count; i++)
		p[i] = race_gap_p(&gaps[i]);
	paired_holm(p, count);
	for (i = 0; i < count; i++) {
		if (p[i] <= 1 - stopping_confidence(race->look))
			put_out(race, who[i], RACE_WORSE);
	}
	free(p);
	free(who);
	free(gaps);
}

static size_t
count_in(const struct race *race)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < race->count; i++)
		count += race->candidates[i].standing == RACE_IN;
	return (count);
}

/* Does the incumbent keep the limits for sure? */
static bool
is_keeping(const struct race *race)
{

	return (race_keeping(race, race->frame.n, race->incumbent,
	    stopping_confidence(race->look), NULL, NULL) == RACE_KEEPS);
}

/* Can any that is left be better than the incumbent by more than that? */
static bool
is_indifferent(const struct race *race)
{
	struct race_gap *gaps;
	double confidence;
	size_t count, i, *who;
	bool alike;

	gaps = must_alloc(race->count, sizeof(*gaps));
	who = must_alloc(race->count, sizeof(*who));
	count = find_gaps(race, false, who, gaps);
	confidence = shared_confidence(race, count);
	alike = true;
	for (i = 0; i < count; i++)
		alike = alike && race_gap_high(&gaps[i], confidence) <=
		    race->rules.indifference;
	free(who);
	free(gaps);
	return (alike);
}

/* Is it clear whether the incumbent beats the reference by enough? */
static bool
is_duel_over(const struct race *race)
{
	struct race_gap gap;
	double confidence;

	if (race->incumbent == 0 || race->candidates[0].standing ==
	    RACE_FAILED || race->candidates[0].standing == RACE_BROKEN)
		return (true);
	gap = race_gap(race, &race->frame, 0, race->incumbent);
	confidence = shared_confidence(race, race->count - 1);
	return (race_gap_low(&gap, confidence) > race->rules.indifference ||
	    race_gap_high(&gap, stopping_confidence(race->look)) <
	    race->rules.indifference);
}

/* What is so after this look; RACE_STOPPED: nothing that would end it. */
static enum race_end
look(struct race *race, size_t n, bool *failed)
{

	*failed = false;
	race->look++;
	race_frame_make(race, n, &race->frame);
	if (race->duelled) {
		if (race->candidates[race->incumbent].standing != RACE_FAILED)
			return (is_duel_over(race) ? RACE_ALONE :
			    RACE_STOPPED);
		/* The others catch up, and another is the best. */
		race->duelled = false;
	}
	put_out_broken(race);
	/* Who comes back has fewer blocks. */
	*failed = advance(race, n, false) != 0;
	if (*failed)
		return (RACE_STOPPED);
	race_frame_make(race, n, &race->frame);
	race->incumbent = find_incumbent(race);
	if (count_in(race) == 0)
		return (RACE_NOBODY);
	if (race->incumbent == SIZE_MAX)
		return (RACE_STOPPED);
	race->candidates[race->incumbent].led = true;
	put_out_worse(race);
	if (!is_keeping(race))
		return (RACE_STOPPED);
	if (count_in(race) == 1)
		return (RACE_ALONE);
	return (is_indifferent(race) ? RACE_INDIFFERENT : RACE_STOPPED);
}

/*
 * The field is settled: does the incumbent go on against the reference?  Its
 * end stays what it was.
 */
static bool
begins_duel(struct race *race, enum race_end end, bool duel)
{

	if (!duel || race->duelled || (end != RACE_ALONE &&
	    end != RACE_INDIFFERENT) || is_duel_over(race))
		return (false);
	race->duelled = true;
	return (true);
}

/* Why no further look is taken; RACE_STOPPED: one is. */
static enum race_end
exhausted(const struct race *race, size_t from, size_t to, size_t most)
{

	if (from >= most)
		return (RACE_SEEDS);
	if (race->rules.runs_most > 0 && race->runs + count_tasks(race, to,
	    race->duelled) * race->rules.scenario_count >
	    race->rules.runs_most)
		return (RACE_RUNS);
	if (race->client.tired != NULL &&
	    race->client.tired(race->client.context))
		return (RACE_TIRED);
	return (RACE_STOPPED);
}

enum race_end
race_run(struct race *race, size_t most, bool duel)
{
	enum race_end end, settled;
	size_t n, next;
	bool failed;

	race->look = 0;
	race->duelled = false;
	race->incumbent = SIZE_MAX;
	settled = RACE_STOPPED;
	for (n = 0;; n = next) {
		next = n > 0 ? stopping_next(n, most) :
		    race->rules.first < most ? race->rules.first : most;
		end = exhausted(race, n, next, most);
		if (end != RACE_STOPPED)
			break;
		failed = advance(race, next, race->duelled) != 0;
		if (!failed)
			end = look(race, next, &failed);
		if (failed) {
			race->duelled = false;
			break;
		}
		if (race->client.looked != NULL)
			race->client.looked(race->client.context, race);
		if (begins_duel(race, end, duel))
			settled = end;
		else if (end != RACE_STOPPED)
			break;
	}
	/* A duel does not change why the field was settled. */
	race->end = race->duelled ? settled : end;
	return (race->end);
}
