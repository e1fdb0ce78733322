/*
 * A recommendation for a mail.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/cli/options.h"
#include "tools/cli/table.h"
#include "tools/tune/tune.h"

enum {
	TEXT_FAILED_MOST = 5,
	TEXT_SMALL = 64,
};

/* "-12.3 %" */
static void
put_share(double share, char text[TEXT_SMALL])
{

	if (isfinite(share))
		snprintf(text, TEXT_SMALL, "%+.1f %%", 100 * share);
	else
		snprintf(text, TEXT_SMALL, "-");
}

/* "12.3 % [10.0, 14.5]": 95 %, two-sided. */
static void
put_gap(const struct race_gap *gap, char text[TEXT_SMALL])
{

	if (gap->n < 2 || !isfinite(gap->error))
		snprintf(text, TEXT_SMALL, "-");
	else
		snprintf(text, TEXT_SMALL, "%+.1f %% [%+.1f, %+.1f]",
		    100 * gap->difference, 100 * race_gap_low(gap, 0.975),
		    100 * race_gap_high(gap, 0.975));
}

static const char *
keeping_word(enum race_keeping keeping)
{
	static const char *const words[] = { "yes", "on average", "doubtful",
		"NO" };

	return (words[keeping]);
}

/* --- what was asked --------------------------------------------------------------- */

static void
print_question(FILE *out, const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	const struct field_scene *scene;
	char name[FIELD_TEXT_SIZE];
	size_t i;

	fprintf(out, "TUNING %s\n", tune->field->scenario->name);
	for (i = 0; i < wish->goal_count; i++)
		fprintf(out, "  %s %s.%s%s", wish->goals[i].largest ?
		    "the largest" : "the least", wish->goals[i].stat.metric,
		    wish->goals[i].stat.stat, i + 1 < wish->goal_count ? "," :
		    "\n");
	for (i = 0; i < wish->limit_count; i++)
		fprintf(out, "  subject to %s\n", wish->limits[i].text);
	for (i = 0; i < tune->field->race_count; i++) {
		scene = &tune->field->scenes[i];
		fprintf(out, "%s%s", i == 0 ? "  in " : ",\n     ",
		    scene->label);
		if (scene->weight != 1)
			fprintf(out, " (weight %g)", scene->weight);
	}
	if (tune->field->race_count > 1)
		fprintf(out, ";\n     the %s regret counts",
		    wish->mean ? "mean" : "worst");
	field_name(tune->field, 0, name);
	fprintf(out, "\n  against today's default: %s\n", name);
	fprintf(out, "  differences below %g %% do not matter\n\n",
	    100 * wish->indifference);
}

/* --- the recommendation ----------------------------------------------------------- */

static void
print_replay(FILE *out, const struct tune *tune, size_t candidate, bool held)
{
	char *line;

	line = tune_replay(tune, candidate, held);
	if (line != NULL)
		fprintf(out, "      %s\n", line);
	free(line);
}

static void
print_gain(FILE *out, const struct tune *tune)
{
	const struct race_gap *gain = &tune->gain;

	fprintf(out, "  The default is worse by %.1f %% over %zu seeds,\n  and by "
	    "at least %.1f %% with %.2f %% confidence.\n",
	    100 * gain->difference, gain->n,
	    100 * race_gap_low(gain, tune->confidence),
	    100 * tune->confidence);
}

static void
print_held(FILE *out, const struct tune *tune)
{
	const struct tune_match *held = &tune->held;
	char gap[TEXT_SMALL];

	if (!held->made)
		return;
	fprintf(out, "  Under %zu fresh seeds, %llu and on: ", held->n,
	    (unsigned long long)tune->field->tune->held_from);
	if (held->failed[1][0] != '\0') {
		fprintf(out, "NOT HELD,\n  a run of it failed (%s).\n",
		    held->failed[1]);
		print_replay(out, tune, tune->winner, true);
		return;
	}
	fprintf(out, "%s;\n  ", tune->is_held ? "held" : "NOT HELD");
	if (held->failed[0][0] != '\0')
		fprintf(out, "the default failed (%s)", held->failed[0]);
	else {
		put_gap(&held->gain, gap);
		fprintf(out, "the default is worse by %s", gap);
	}
	if (tune->field->tune->limit_count > 0)
		fprintf(out, "; keeps the limits: %s",
		    keeping_word(held->keeping));
	fprintf(out, ".\n");
	if (held->failed[0][0] != '\0')
		print_replay(out, tune, 0, true);
}

static void
print_why_default_falls(FILE *out, const struct tune *tune)
{
	const struct race_candidate *one = &tune->race->candidates[0];

	if (one->standing == RACE_FAILED)
		fprintf(out, "  The default failed: %s.\n", one->why);
	else if (one->standing == RACE_BROKEN)
		fprintf(out, "  The default breaks a limit beyond doubt.\n");
}

static void
print_recommendation(FILE *out, const struct tune *tune)
{
	char gap[TEXT_SMALL], name[FIELD_TEXT_SIZE];

	fprintf(out, "RECOMMENDATION\n");
	if (tune->verdict == TUNE_TOO_EARLY) {
		fprintf(out, "  None: it was stopped before the first look at "
		    "%zu seeds.\n", tune->race->rules.first);
		return;
	}
	if (tune->verdict == TUNE_NOTHING) {
		fprintf(out, "  None: %s.\n", tune->race->end == RACE_NOBODY ?
		    "every candidate breaks a limit or failed" :
		    "no candidate keeps the limits even on average");
		print_why_default_falls(out, tune);
		return;
	}
	field_name(tune->field, tune->winner, name);
	put_gap(&tune->gain, gap);
	switch (tune->verdict) {
	case TUNE_PROPOSE:
		fprintf(out, "  Set %s\n", name);
		print_why_default_falls(out, tune);
		if (tune->default_stands)
			print_gain(out, tune);
		break;
	case TUNE_BEST:
		if (tune->race->count == 1)
			fprintf(out, "  Keep today's default: the sweep has "
			    "nothing else.\n");
		else
			fprintf(out, "  Keep today's default: none of %zu others "
			    "is better.\n", tune->race->count - 1);
		break;
	case TUNE_ALIKE:
		fprintf(out, "  Keep today's default: the best of %zu others "
		    "is better by %s,\n  which is below the indifference: "
		    "%s\n", tune->race->count - 1, gap, name);
		break;
	case TUNE_UNSURE:
		fprintf(out, "  Keep today's default: the best of %zu others "
		    "looks better by %s,\n  but that it is by more than the "
		    "indifference is not certain: %s\n",
		    tune->race->count - 1, gap, name);
		break;
	default:
		fprintf(out, "  Keep today's default: what was better in the "
		    "race\n  was not so under fresh seeds: %s\n", name);
		print_gain(out, tune);
		break;
	}
	print_held(out, tune);
}

/* --- where ------------------------------------------------------------------------ */

static void
print_goals(FILE *out, const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	const struct tune_scene_row *row;
	struct table *table;
	size_t goal, i;

	fprintf(out, "\nGOALS: means over the seeds\n");
	table = table_create("llrrr");
	table_add(table, "scenario");
	table_add(table, "goal");
	table_add(table, "default");
	table_add(table, "candidate");
	table_add(table, "clairvoyant");
	for (i = 0; i < tune->field->race_count; i++) {
		row = &tune->rows[i];
		for (goal = 0; goal < wish->goal_count; goal++) {
			table_add(table, "%s", goal == 0 ?
			    tune->field->scenes[i].label : "");
			table_add(table, "%s.%s",
			    wish->goals[goal].stat.metric,
			    wish->goals[goal].stat.stat);
			tune_text_value(table, row->value_default[goal],
			    wish->goals[goal].unit);
			tune_text_value(table, row->value[goal],
			    wish->goals[goal].unit);
			tune_text_value(table, row->bound[goal],
			    wish->goals[goal].unit);
		}
	}
	table_print(table, out);
	table_destroy(table);
	fprintf(out, "Clairvoyant: what an ideal reclaimer would need.\n");
}

static void
print_scenes(FILE *out, const struct tune *tune)
{
	const struct tune_scene_row *row;
	struct table *table;
	char text[TEXT_SMALL];
	size_t i;

	fprintf(out, "\nSCENARIOS: the candidate beside the default\n");
	table = table_create("lrrr");
	table_add(table, "scenario");
	table_add(table, "default worse by");
	table_add(table, "regret");
	table_add(table, "of default");
	for (i = 0; i < tune->field->race_count; i++) {
		row = &tune->rows[i];
		table_add(table, "%s", tune->field->scenes[i].label);
		put_gap(&row->gain, text);
		table_add(table, "%s", text);
		put_share(row->regret.difference, text);
		table_add(table, "%s", text);
		put_share(row->regret_default.difference, text);
		table_add(table, "%s", text);
	}
	table_print(table, out);
	table_destroy(table);
	fprintf(out, "Worse by: as a share of the best, with its 95 %% "
	    "interval.\nRegret: how much worse than what is best for that "
	    "scenario alone.\n");
}

static void
print_losses(FILE *out, const struct tune *tune)
{
	const struct tune_scene_row *row;
	char best[FIELD_TEXT_SIZE], gap[TEXT_SMALL];
	size_t i;

	for (i = 0; i < tune->field->race_count; i++) {
		row = &tune->rows[i];
		if (row->best != SIZE_MAX && row->best != tune->winner &&
		    race_gap_low(&row->regret, 0.975) >
		    tune->race->rules.indifference) {
			field_name(tune->field, row->best, best);
			put_gap(&row->regret, gap);
			fprintf(out, "  %s alone would rather have\n    %s:\n"
			    "    the candidate is worse by %s.\n",
			    tune->field->scenes[i].label, best, gap);
		}
		if (race_gap_high(&row->gain, 0.975) < 0) {
			put_gap(&row->gain, gap);
			fprintf(out, "  It LOSES to the default in %s: %s.\n",
			    tune->field->scenes[i].label, gap);
		}
	}
}

static void
print_limits(FILE *out, const struct tune *tune)
{
	const struct scenario_tune *wish = tune->field->tune;
	const struct tune_scene_row *row;
	struct table *table;
	char name[FIELD_TEXT_SIZE], text[TEXT_SMALL];
	size_t i, limit;

	if (wish->limit_count == 0 || (tune->winner == SIZE_MAX &&
	    tune->nearest == SIZE_MAX))
		return;
	if (tune->winner == SIZE_MAX) {
		field_name(tune->field, tune->nearest, name);
		fprintf(out, "\nLIMITS: the candidate that comes nearest, %s"
		    "\nmeans over %zu seeds; over: how far beyond the limit\n",
		    name, tune_limit_blocks(tune));
	} else
		fprintf(out, "\nLIMITS: means over the seeds\n");
	table = table_create("llrrrl");
	table_add(table, "scenario");
	table_add(table, "limit");
	table_add(table, "default");
	table_add(table, "candidate");
	table_add(table, "over");
	table_add(table, "kept");
	for (i = 0; i < tune->field->race_count; i++) {
		row = &tune->rows[i];
		for (limit = 0; limit < wish->limit_count; limit++) {
			table_add(table, "%s", limit == 0 ?
			    tune->field->scenes[i].label : "");
			table_add(table, "%s", wish->limits[limit].text);
			tune_text_value(table, row->measured_default[limit],
			    wish->limits[limit].unit);
			tune_text_value(table, row->measured[limit],
			    wish->limits[limit].unit);
			put_share(row->over[limit], text);
			table_add(table, "%s", row->over[limit] > 0 ? text :
			    "");
			table_add(table, "%s",
			    keeping_word(row->keeping[limit]));
		}
	}
	table_print(table, out);
	table_destroy(table);
}

static const char *
match_word(const struct tune_match *match)
{

	if (match->failed[1][0] != '\0')
		return ("FAILED");
	if (match->keeping > RACE_PERHAPS)
		return ("BREAKS A LIMIT");
	if (match->failed[0][0] != '\0')
		return ("default failed");
	if (race_gap_low(&match->gain, 0.975) > 0)
		return ("better");
	return (race_gap_high(&match->gain, 0.975) < 0 ? "WORSE" : "alike");
}

static void
print_robust(FILE *out, const struct tune *tune)
{
	const struct field *field = tune->field;
	const struct tune_match *match;
	struct table *table;
	char text[TEXT_SMALL];
	size_t i;

	if (field->scene_count == field->race_count || !tune->robust[0].made)
		return;
	fprintf(out, "\nELSEWHERE: under %zu fresh seeds\n",
	    tune->robust[0].n);
	table = table_create("lrl");
	table_add(table, "scenario");
	table_add(table, "default worse by");
	table_add(table, "candidate");
	for (i = field->race_count; i < field->scene_count; i++) {
		match = &tune->robust[i - field->race_count];
		if (!match->made)
			continue;
		table_add(table, "%s", field->scenes[i].label);
		put_gap(&match->gain, text);
		table_add(table, "%s", text);
		table_add(table, "%s", match_word(match));
	}
	table_print(table, out);
	table_destroy(table);
}

/* --- why -------------------------------------------------------------------------- */

static void
print_turns(struct table *table, const struct tune *tune,
    const struct tune_knob *knob)
{
	char gap[TEXT_SMALL], value[KNOB_TEXT_MAX];
	double number;
	size_t i;

	for (i = 0; i < knob->turn_count; i++) {
		field_value(tune->field, knob->turns[i].candidate, knob->knob,
		    value, &number);
		put_gap(&knob->turns[i].loss, gap);
		table_add(table, "%s", i == 0 ? knob->knob : "");
		table_add(table, "%s", value);
		table_add(table, "%s", gap);
		table_add(table, "%zu", knob->turns[i].loss.n);
	}
}

static void
print_knobs(FILE *out, const struct tune *tune)
{
	const struct tune_knob *knob;
	struct table *table;
	size_t i, turns;

	fprintf(out, "\nKNOBS: share of the differences between candidates,\n"
	    "and from a knob's best value to its worst\n");
	table = table_create("lrr");
	table_add(table, "knob");
	table_add(table, "share");
	table_add(table, "span, 95 %%");
	turns = 0;
	for (i = 0; i < tune->knob_count; i++) {
		knob = &tune->knobs[i];
		turns += knob->turn_count;
		table_add(table, "%s", knob->knob);
		if (isnan(knob->share)) {
			table_add(table, "-");
			table_add(table, "-");
			continue;
		}
		table_add(table, "%.0f %%", 100 * knob->share);
		table_add(table, "%.1f %% [%.1f, %.1f]",
		    100 * knob->span.value, 100 * knob->span.low,
		    100 * knob->span.high);
	}
	if (!isnan(tune->interactions)) {
		table_add(table, "(together)");
		table_add(table, "%.0f %%", 100 * tune->interactions);
		table_add(table, "%s", "");
	}
	table_print(table, out);
	table_destroy(table);
	if (turns == 0)
		return;
	fprintf(out, "\nAROUND THE CANDIDATE: one knob turned, all else as it "
	    "is\n");
	table = table_create("lrrr");
	table_add(table, "knob");
	table_add(table, "value");
	table_add(table, "worse by, 95 %%");
	table_add(table, "seeds");
	for (i = 0; i < tune->knob_count; i++)
		print_turns(table, tune, &tune->knobs[i]);
	table_print(table, out);
	table_destroy(table);
}

/* --- how sure --------------------------------------------------------------------- */

static void
print_failures(FILE *out, const struct tune *tune)
{
	const struct race *race = tune->race;
	char name[FIELD_TEXT_SIZE];
	size_t i, shown;

	shown = 0;
	for (i = 0; i < race->count && shown < TEXT_FAILED_MOST; i++) {
		if (race->candidates[i].standing != RACE_FAILED)
			continue;
		field_name(tune->field, i, name);
		fprintf(out, "    %s: %s\n", name, race->candidates[i].why);
		print_replay(out, tune, i, false);
		shown++;
	}
}

static void
print_course(FILE *out, const struct tune *tune)
{
	const struct race *race = tune->race;
	size_t i, out_of[RACE_ASIDE + 1];

	memset(out_of, 0, sizeof(out_of));
	for (i = 0; i < race->count; i++)
		out_of[race->candidates[i].standing]++;
	fprintf(out, "\nHOW SURE\n  It ended because %s",
	    race_end_words[race->end]);
	if (race->end == RACE_INDIFFERENT || race->end == RACE_ALONE)
		fprintf(out, ",\n  at %zu seeds%s", race->frame.n,
		    race->duelled ? ", the last of them for the best and the "
		    "default alone" : "");
	fprintf(out, ".\n  %zu candidates: %zu left, %zu worse, %zu break a "
	    "limit, %zu failed", race->count, out_of[RACE_IN],
	    out_of[RACE_WORSE], out_of[RACE_BROKEN], out_of[RACE_FAILED]);
	if (out_of[RACE_ASIDE] > 0)
		fprintf(out, ", %zu put aside by the search",
		    out_of[RACE_ASIDE]);
	fprintf(out, ".\n");
	print_failures(out, tune);
	if (tune->search_cut)
		fprintf(out, "  The search was cut short: there may be better "
		    "points beside the best.\n  A larger budget (or --runs), or "
		    "more time, would look further.\n");
	fprintf(out, "  %llu runs; all %zu points under all %llu seeds would "
	    "be %llu.\n", (unsigned long long)race->runs,
	    tune->field->plan->point_count,
	    (unsigned long long)tune->seeds_most,
	    (unsigned long long)tune->grid_runs);
}

void
tune_text(FILE *out, const struct tune *tune)
{

	print_question(out, tune);
	print_recommendation(out, tune);
	if (tune->winner != SIZE_MAX) {
		print_scenes(out, tune);
		print_losses(out, tune);
		print_goals(out, tune);
		print_limits(out, tune);
		print_robust(out, tune);
	} else
		print_limits(out, tune);
	if (tune->race->frame.n > 0) {
		print_knobs(out, tune);
		tune_text_front(out, tune);
	}
	print_course(out, tune);
	fprintf(out, "\nThe rows are in %s. Again:\n    %s\n",
	    tune->ledger.path, tune->options->command);
}
