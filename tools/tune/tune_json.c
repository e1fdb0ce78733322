/*
 * A recommendation for a machine: docs/tune.md has the keys.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>

#include <jansson.h>

#include "tools/campaign/build_id.h"
#include "tools/cli/options.h"
#include "tools/tune/tune.h"

static const char *const verdict_names[] = { "propose", "keep_best",
	"keep_alike", "keep_unsure", "keep_not_held", "nothing", "too_early" };
static const char *const end_names[] = { "alone", "indifferent", "seeds",
	"runs", "time", "nobody", "stopped" };
static const char *const standing_names[] = { "in", "worse", "broken",
	"failed", "aside" };
static const char *const keeping_names[] = { "keeps", "perhaps", "doubtful",
	"breaks" };

static json_t *
number(double value)
{

	return (isfinite(value) ? json_real(value) : json_null());
}

static json_t *
gap_object(const struct race_gap *gap)
{

	if (gap->n < 2)
		return (json_null());
	return (json_pack("{s:I, s:o, s:[o, o]}", "n", (json_int_t)gap->n,
	    "value", number(gap->difference), "ci95",
	    number(race_gap_low(gap, 0.975)),
	    number(race_gap_high(gap, 0.975))));
}

static json_t *
knobs_object(const struct tune *tune, size_t candidate)
{
	const struct plan_point *point;
	json_t *object;
	size_t i;

	point = &tune->field->scenes[0].plan->points[candidate];
	object = json_object();
	for (i = 0; i < point->knob_count; i++)
		json_object_set_new(object, point->knobs[i].knob,
		    json_string(point->knobs[i].value));
	return (object);
}

/* A frame costs a look at all candidates, and there are few lengths of them. */
struct frames {
	struct race_frame frame[16];
	size_t count;
};

static const struct race_frame *
frame_of(struct frames *frames, const struct race *race, size_t n)
{
	struct race_frame *frame;
	size_t i;

	for (i = 0; i < frames->count; i++)
		if (frames->frame[i].n == n)
			return (&frames->frame[i]);
	if (frames->count < sizeof(frames->frame) / sizeof(frames->frame[0]))
		frames->count++;
	frame = &frames->frame[frames->count - 1];
	race_frame_make(race, n, frame);
	return (frame);
}

static json_t *
candidate_object(const struct tune *tune, struct frames *frames,
    size_t candidate)
{
	const struct race *race = tune->race;
	const struct race_candidate *one = &race->candidates[candidate];
	json_t *object;

	object = json_pack("{s:I, s:s, s:o, s:s, s:I}", "ordinal",
	    (json_int_t)candidate, "policy", tune->field->scenes[0].plan->
	    points[candidate].policy->label, "knobs", knobs_object(tune,
	    candidate), "standing", standing_names[one->standing], "seeds",
	    (json_int_t)one->blocks);
	json_object_set_new(object, "out_at", one->standing == RACE_IN ||
	    one->standing == RACE_ASIDE ? json_null() :
	    json_integer((json_int_t)one->out_at));
	json_object_set_new(object, "why", one->why[0] == '\0' ? json_null() :
	    json_string(one->why));
	if (one->blocks >= race->rules.first && one->standing != RACE_FAILED)
		json_object_set_new(object, "regret", number(race_score(race,
		    frame_of(frames, race, one->blocks), candidate)));
	else
		json_object_set_new(object, "regret", json_null());
	json_object_set_new(object, "front", tune->places == NULL ||
	    tune->places[candidate] == PARETO_PLACES ? json_null() :
	    json_string(pareto_words[tune->places[candidate]]));
	return (object);
}

static json_t *
scene_object(const struct tune *tune, size_t scene)
{
	const struct scenario_tune *wish = tune->field->tune;
	const struct tune_scene_row *row = &tune->rows[scene];
	json_t *goals, *limits;
	size_t i;

	goals = json_array();
	for (i = 0; i < wish->goal_count; i++)
		json_array_append_new(goals, json_pack("{s:s, s:s, s:s, s:o, "
		    "s:o, s:o}", "metric", wish->goals[i].stat.metric, "stat",
		    wish->goals[i].stat.stat, "unit", wish->goals[i].unit,
		    "default", number(row->value_default[i]), "candidate",
		    number(row->value[i]), "clairvoyant",
		    number(row->bound[i])));
	limits = json_array();
	for (i = 0; i < wish->limit_count; i++)
		json_array_append_new(limits, json_pack("{s:s, s:s, s:o, s:o, "
		    "s:s}", "limit", wish->limits[i].text, "unit",
		    wish->limits[i].unit, "default",
		    number(row->measured_default[i]), "candidate",
		    number(row->measured[i]), "kept",
		    keeping_names[row->keeping[i]]));
	return (json_pack("{s:s, s:f, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "scenario", tune->field->scenes[scene].label, "weight",
	    tune->field->scenes[scene].weight, "goals", goals, "limits",
	    limits, "gain", gap_object(&row->gain), "best",
	    row->best == SIZE_MAX ? json_null() :
	    json_integer((json_int_t)row->best), "regret",
	    gap_object(&row->regret), "regret_default",
	    gap_object(&row->regret_default)));
}

static json_t *
match_object(const struct tune_match *match)
{
	json_t *object;

	object = json_pack("{s:I, s:o, s:s}", "n", (json_int_t)match->n,
	    "gain", gap_object(&match->gain), "limits",
	    keeping_names[match->keeping]);
	json_object_set_new(object, "default_failed",
	    match->failed[0][0] == '\0' ? json_null() :
	    json_string(match->failed[0]));
	json_object_set_new(object, "candidate_failed",
	    match->failed[1][0] == '\0' ? json_null() :
	    json_string(match->failed[1]));
	return (object);
}

static json_t *
robust_array(const struct tune *tune)
{
	const struct field *field = tune->field;
	json_t *array, *object;
	size_t i;

	array = json_array();
	for (i = field->race_count; i < field->scene_count; i++) {
		if (!tune->robust[i - field->race_count].made)
			continue;
		object = match_object(&tune->robust[i - field->race_count]);
		json_object_set_new(object, "scenario",
		    json_string(field->scenes[i].label));
		json_array_append_new(array, object);
	}
	return (array);
}

static json_t *
knob_object(const struct tune *tune, const struct tune_knob *knob)
{
	char text[KNOB_TEXT_MAX];
	double value;
	json_t *turns;
	size_t i;

	turns = json_array();
	for (i = 0; i < knob->turn_count; i++) {
		field_value(tune->field, knob->turns[i].candidate, knob->knob,
		    text, &value);
		json_array_append_new(turns, json_pack("{s:s, s:I, s:o}",
		    "value", text, "ordinal",
		    (json_int_t)knob->turns[i].candidate, "loss",
		    gap_object(&knob->turns[i].loss)));
	}
	return (json_pack("{s:s, s:o, s:o, s:[o, o], s:o}", "knob",
	    knob->knob, "share", number(knob->share), "span",
	    number(isnan(knob->share) ? (double)NAN : knob->span.value),
	    "span_ci95", number(isnan(knob->share) ? (double)NAN :
	    knob->span.low), number(isnan(knob->share) ? (double)NAN :
	    knob->span.high), "around", turns));
}

static json_t *
question_object(const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	json_t *goals, *limits;
	size_t i;

	goals = json_array();
	for (i = 0; i < wish->goal_count; i++)
		json_array_append_new(goals, json_pack("{s:s, s:s, s:s, s:f}",
		    "want", wish->goals[i].largest ? "maximize" : "minimize",
		    "metric", wish->goals[i].stat.metric, "stat",
		    wish->goals[i].stat.stat, "weight",
		    wish->goals[i].weight));
	limits = json_array();
	for (i = 0; i < wish->limit_count; i++)
		json_array_append_new(limits,
		    json_string(wish->limits[i].text));
	return (json_pack("{s:o, s:o, s:s, s:f}", "goals", goals,
	    "subject_to", limits, "across", wish->mean ? "mean" : "worst",
	    "indifference", wish->indifference));
}

static void
put_outcome(const struct tune *tune, json_t *root)
{
	struct frames frames;
	json_t *array;
	size_t i;

	frames.count = 0;
	array = json_array();
	for (i = 0; tune->winner != SIZE_MAX && i < tune->field->race_count;
	    i++)
		json_array_append_new(array, scene_object(tune, i));
	json_object_set_new(root, "scenarios", array);
	json_object_set_new(root, "held_out", tune->held.made ?
	    match_object(&tune->held) : json_null());
	json_object_set_new(root, "held", tune->held.made ?
	    json_boolean(tune->is_held) : json_null());
	json_object_set_new(root, "robust", robust_array(tune));
	array = json_array();
	for (i = 0; i < tune->knob_count; i++)
		json_array_append_new(array, knob_object(tune,
		    &tune->knobs[i]));
	json_object_set_new(root, "knobs", array);
	json_object_set_new(root, "interactions", number(tune->interactions));
	array = json_array();
	for (i = 0; i < tune->race->count; i++)
		json_array_append_new(array, candidate_object(tune, &frames,
		    i));
	json_object_set_new(root, "candidates", array);
}

void
tune_json(FILE *out, const struct tune *tune)
{
	const struct race *race = tune->race;
	json_t *root;

	root = json_pack("{s:i, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:f}",
	    "schema_version", 1, "scenario", tune->field->scenario->name,
	    "build", build_id(), "question", question_object(tune), "verdict",
	    verdict_names[tune->verdict], "candidate",
	    tune->winner == SIZE_MAX ? json_null() :
	    json_integer((json_int_t)tune->winner), "recommended",
	    tune->verdict == TUNE_NOTHING || tune->verdict == TUNE_TOO_EARLY ?
	    json_null() : knobs_object(tune, tune->verdict == TUNE_PROPOSE ?
	    tune->winner : 0), "gain", gap_object(&tune->gain), "confidence",
	    tune->confidence);
	put_outcome(tune, root);
	json_object_set_new(root, "ended", json_string(end_names[race->end]));
	json_object_set_new(root, "search_cut",
	    json_boolean(tune->search_cut));
	json_object_set_new(root, "seeds",
	    json_integer((json_int_t)race->frame.n));
	json_object_set_new(root, "runs", json_integer((json_int_t)race->runs));
	json_object_set_new(root, "grid_runs",
	    json_integer((json_int_t)tune->grid_runs));
	json_object_set_new(root, "database", json_string(tune->ledger.path));
	json_object_set_new(root, "command",
	    json_string(tune->options->command));
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
}
