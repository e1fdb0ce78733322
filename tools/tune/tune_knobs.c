/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/tune/tune.h"

enum {
	LEVELS_MOST = 8,	/* with more a knob's numbers are grouped ... */
	LEVELS_GROUPS = 5,	/* ... into so many */
	FRONT_MOST = 4000,	/* candidates; judging a front takes its square */
};

/* What the candidates have of each knob, as canonical text and number. */
struct values {
	size_t knobs;
	char (*text)[KNOB_TEXT_MAX];	/* [candidate * knobs + knob] */
	double *number;
};

static void
read_values(const struct tune *tune, struct values *values)
{
	const struct scenario *scenario = tune->field->scenario;
	size_t i, j;

	values->knobs = scenario->axis_count;
	values->text = must_alloc(tune->field->count * values->knobs,
	    sizeof(*values->text));
	values->number = must_alloc(tune->field->count * values->knobs,
	    sizeof(*values->number));
	for (i = 0; i < tune->field->count; i++)
		for (j = 0; j < values->knobs; j++)
			field_value(tune->field, i, scenario->axes[j].knob,
			    values->text[i * values->knobs + j],
			    &values->number[i * values->knobs + j]);
}

/* --- around the winner ---------------------------------------------------------- */

/* Do they differ in that knob, and in no other? */
static bool
differ_only_in(const struct values *values, size_t a, size_t b, size_t knob)
{
	size_t i;

	for (i = 0; i < values->knobs; i++)
		if ((strcmp(values->text[a * values->knobs + i],
		    values->text[b * values->knobs + i]) != 0) != (i == knob))
			return (false);
	return (true);
}

static void
find_turns(struct tune *tune, const struct values *values, size_t knob)
{
	const struct race *race = tune->race;
	struct tune_knob *row = &tune->knobs[knob];
	struct race_frame frame;
	size_t i, n;

	/* The bases of several scenarios are no one setting of the knobs. */
	for (i = tune->field->tune->preset.count == 0 ? 1 : 0;
	    i < race->count; i++) {
		n = race->candidates[i].blocks;
		if (race->candidates[tune->winner].blocks < n)
			n = race->candidates[tune->winner].blocks;
		if (n < race->rules.first ||
		    race->candidates[i].standing == RACE_FAILED ||
		    !differ_only_in(values, i, tune->winner, knob))
			continue;
		row->turns = must_grow(row->turns, row->turn_count,
		    sizeof(*row->turns));
		race_frame_make(race, n, &frame);
		row->turns[row->turn_count].candidate = i;
		row->turns[row->turn_count++].loss = race_gap(race, &frame, i,
		    tune->winner);
	}
}

/* --- over all points -------------------------------------------------------------- */

/* Who counts: has the first blocks, has not failed. */
static size_t
find_points(const struct race *race, size_t *points)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < race->count; i++) {
		if (race->candidates[i].blocks >= race->rules.first &&
		    race->candidates[i].standing != RACE_FAILED)
			points[count++] = i;
	}
	return (count);
}

/* The levels of one knob: the values that there are, or groups of numbers. */
static size_t
find_levels(const struct values *values, const size_t *points, size_t count,
    size_t knob, size_t *level)
{
	const char **names;
	double *numbers;
	size_t i, j, levels;

	names = must_alloc(count, sizeof(*names));
	levels = 0;
	for (i = 0; i < count; i++) {
		const char *text = values->text[points[i] * values->knobs +
		    knob];

		for (j = 0; j < levels && strcmp(names[j], text) != 0; j++)
			continue;
		level[i] = j;
		if (j == levels)
			names[levels++] = text;
	}
	free(names);
	if (levels <= LEVELS_MOST)
		return (levels);
	numbers = must_alloc(count, sizeof(*numbers));
	for (i = 0; i < count; i++)
		numbers[i] = values->number[points[i] * values->knobs + knob];
	levels = effects_group(numbers, count, LEVELS_GROUPS, level);
	free(numbers);
	return (levels);
}

/* The mean of the weighted regrets over scenarios, block by block. */
static void
find_responses(const struct race *race, const size_t *points, size_t count,
    double *responses)
{
	struct race_frame frame;
	size_t b, i, n;

	n = race->rules.first;
	race_frame_make(race, n, &frame);
	for (i = 0; i < count; i++)
		for (b = 0; b < n; b++)
			responses[i * n + b] = race_regret(race, &frame,
			    points[i], b);
}

static void
find_effects(struct tune *tune, const struct values *values)
{
	const struct race *race = tune->race;
	struct effects effects;
	double *responses;
	size_t *columns, *level, *levels, *points, *which;
	size_t count, i, j, knobs;

	points = must_alloc(race->count, sizeof(*points));
	count = find_points(race, points);
	columns = must_alloc(count + 1, sizeof(*columns));
	level = must_alloc(count * values->knobs + 1, sizeof(*level));
	levels = must_alloc(values->knobs, sizeof(*levels));
	which = must_alloc(values->knobs, sizeof(*which));
	knobs = 0;
	/* A knob that has one value has no effect. */
	for (j = 0; j < values->knobs; j++) {
		levels[knobs] = find_levels(values, points, count, j, columns);
		if (levels[knobs] < 2)
			continue;
		for (i = 0; i < count; i++)
			level[i * values->knobs + knobs] = columns[i];
		which[knobs++] = j;
	}
	/* Close the gaps that those left. */
	for (i = 0; i < count; i++)
		memmove(level + i * knobs, level + i * values->knobs,
		    knobs * sizeof(*level));
	responses = must_alloc(count * race->rules.first + 1,
	    sizeof(*responses));
	find_responses(race, points, count, responses);
	if (knobs > 0 && effects_fit(&effects, level, levels, knobs, responses,
	    count, race->rules.first) == 0) {
		for (j = 0; j < knobs; j++) {
			tune->knobs[which[j]].share = effects.knobs[j].share;
			tune->knobs[which[j]].span = effects.knobs[j].span;
		}
		tune->interactions = effects.interactions;
		effects_fini(&effects);
	}
	free(responses);
	free(which);
	free(levels);
	free(level);
	free(columns);
	free(points);
}

/* --- the front -------------------------------------------------------------------- */

const struct scenario_stat *
tune_second(const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;

	if (wish->goal_count > 1)
		return (&wish->goals[1].stat);
	return (wish->limit_count > 0 ? &wish->limits[0].stat : NULL);
}

static void
find_front(struct tune *tune)
{
	const struct race *race = tune->race;
	const struct race_rules *rules = &race->rules;
	struct pareto_set set;
	enum pareto_place *places;
	double *values, sign[2];
	const double *seen;
	size_t *points;
	size_t b, i, knee, n;

	points = must_alloc(race->count, sizeof(*points));
	set.points = find_points(race, points);
	set.objectives = 2;
	set.n = n = rules->first;
	sign[0] = rules->goals[0].largest ? -1 : 1;
	sign[1] = (rules->goal_count > 1 ? rules->goals[1].largest :
	    rules->limits[0].least) ? -1 : 1;
	values = must_alloc(set.points * 2 * n + 1, sizeof(*values));
	places = must_alloc(set.points + 1, sizeof(*places));
	for (i = 0; i < set.points; i++) {
		for (b = 0; b < n; b++) {
			seen = race_values(race, points[i], b, 0);
			values[(i * 2) * n + b] = sign[0] * seen[0];
			values[(i * 2 + 1) * n + b] = sign[1] * seen[1];
		}
	}
	set.values = values;
	if (set.points > 1 && set.points <= FRONT_MOST) {
		pareto_judge(&set, places);
		for (i = 0; i < set.points; i++)
			tune->places[points[i]] = places[i];
		knee = pareto_knee(&set);
		tune->knee = knee < set.points ? points[knee] : SIZE_MAX;
		tune->front_n = n;
	}
	free(places);
	free(values);
	free(points);
}

void
tune_explain(struct tune *tune)
{
	const struct scenario *scenario = tune->field->scenario;
	struct values values;
	size_t i;

	tune->knob_count = scenario->axis_count;
	tune->knobs = must_alloc(tune->knob_count, sizeof(*tune->knobs));
	tune->places = must_alloc(tune->race->count, sizeof(*tune->places));
	tune->interactions = (double)NAN;
	for (i = 0; i < tune->race->count; i++)
		tune->places[i] = PARETO_PLACES;
	read_values(tune, &values);
	for (i = 0; i < tune->knob_count; i++) {
		tune->knobs[i].knob = scenario->axes[i].knob;
		tune->knobs[i].share = (double)NAN;
		if (tune->winner != SIZE_MAX)
			find_turns(tune, &values, i);
	}
	if (tune->race->frame.n > 0) {
		find_effects(tune, &values);
		/* Both aims are of the tuned scenario. */
		if (tune_second(tune) != NULL)
			find_front(tune);
	}
	free(values.number);
	free(values.text);
}
