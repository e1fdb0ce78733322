/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/tune/tune.h"

/* Candidate 0 of the small race is the default, candidate 1 the winner. */
static int
play(struct tune *tune, const size_t *scenes, size_t scene_count,
    struct tune_match *match)
{
	const struct scenario_tune *wish = tune->field->tune;
	const size_t candidates[2] = { 0, tune->winner };
	struct tune_bench bench = { tune, scenes, candidates,
		wish->held_from };
	struct race_client client = { tune_evaluate, NULL, NULL, &bench };
	struct race_frame frame;
	struct race_rules rules;
	struct race *race;
	size_t i;
	int status;

	rules = tune_rules(tune);
	rules.scenario_count = scene_count;
	race = race_create(&rules, &client);
	race_add(race);
	race_add(race);
	status = race_fill(race, wish->held_count);
	if (status == 0) {
		match->made = true;
		match->n = wish->held_count;
		for (i = 0; i < 2; i++)
			snprintf(match->failed[i], RACE_WHY_SIZE, "%s",
			    race->candidates[i].why);
	}
	if (status == 0 && match->failed[1][0] == '\0') {
		match->keeping = race_keeping(race, match->n, 1, 0.95, NULL,
		    NULL);
		race_frame_make(race, match->n, &frame);
		if (match->failed[0][0] == '\0')
			match->gain = race_gap(race, &frame, 0, 1);
	}
	race_free(race);
	return (status);
}

/* Does what was said of the winner hold under seeds that it has not met? */
static bool
is_held(const struct tune *tune, const struct tune_match *match)
{

	if (match->failed[1][0] != '\0' || match->keeping > RACE_PERHAPS)
		return (false);
	if (!tune->default_stands || match->failed[0][0] != '\0')
		return (true);
	return (race_gap_low(&match->gain, 0.975) > 0);
}

int
tune_hold(struct tune *tune)
{
	const struct field *field = tune->field;
	size_t i, robust;

	robust = field->scene_count - field->race_count;
	tune->robust = must_alloc(robust, sizeof(*tune->robust));
	if (tune->verdict != TUNE_PROPOSE)
		return (0);
	if (play(tune, tune->scenes, field->race_count, &tune->held) != 0)
		return (-1);
	tune->is_held = is_held(tune, &tune->held);
	if (!tune->is_held)
		tune->verdict = TUNE_NOT_HELD;
	for (i = 0; i < robust; i++) {
		const size_t scene = field->race_count + i;

		if (play(tune, &scene, 1, &tune->robust[i]) != 0)
			return (-1);
	}
	return (0);
}
