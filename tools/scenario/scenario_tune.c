/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/scenario_tune.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/base/unit.h"
#include "sim/run.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/yaml.h"

static const char *const tune_keys[] = { "minimize", "maximize", "subject_to",
	"scenarios", "weight", "across", "default", "indifference", "seeds",
	"held_out", "search", "robust", NULL };
static const char *const goal_keys[] = { "metric", "weight", NULL };
static const char *const scene_keys[] = { "name", "weight", NULL };
static const char *const held_keys[] = { "from", "count", NULL };
static const char *const search_keys[] = { "budget", "seed", NULL };

/* The plain numbers, as they are written and with their limits. */
struct numbers {
	uint64_t weight_thousandths;
	uint64_t indifference_ppm;
	uint64_t seeds;
	uint64_t from;
	uint64_t count;
	uint64_t budget;
	uint64_t seed;
};
static const struct knob indifference_knob = { "indifference", KNOB_SHARE,
	offsetof(struct numbers, indifference_ppm), "0.1%", "50%", "3%", NULL,
	"differences that nobody cares for" };
static const struct knob seeds_knob = { "seeds", KNOB_COUNT,
	offsetof(struct numbers, seeds), "5", "100000", "40", NULL,
	"how many seeds a candidate gets at most" };
static const struct knob from_knob = { "from", KNOB_COUNT,
	offsetof(struct numbers, from), "0", "9223372036854775807", "1000001",
	NULL, "the first seed that is held out" };
static const struct knob count_knob = { "count", KNOB_COUNT,
	offsetof(struct numbers, count), "2", "100000", "20", NULL,
	"how many seeds are held out" };
static const struct knob budget_knob = { "budget", KNOB_COUNT,
	offsetof(struct numbers, budget), "20", "100000000", "2000", NULL,
	"how many runs a search may take" };
static const struct knob seed_knob = { "seed", KNOB_COUNT,
	offsetof(struct numbers, seed), "0", NULL, "1", NULL,
	"of the search itself" };

int
tune_blame(struct scenario_reader *reader, const struct yaml_value *at,
    const char *key, const char *allowed)
{

	return (yaml_blame(reader->path, at, reader->err, "tune.%s: given %s, "
	    "allowed is %s", key, at->kind == YAML_LIST && at->count == 0 ?
	    "an empty list" : yaml_kind_name(at), allowed));
}

/* The value of that key of the mapping, or the default. */
static int
read_number(struct scenario_reader *reader, const struct yaml_value *map,
    const char *within, const struct knob *knob, struct numbers *numbers)
{

	return (knob_read(reader->path, within, knob,
	    yaml_get(map, knob->name), numbers, reader->err));
}

/* A weight: 1, 0.5, 12; more than nothing. */
static int
read_weight(struct scenario_reader *reader, const struct yaml_value *map,
    double *weight)
{
	const struct yaml_value *value;
	char reason[UNIT_REASON_MAX], text[KNOB_TEXT_MAX];
	uint64_t thousandths;

	*weight = 1;
	value = yaml_get(map, "weight");
	if (value == NULL)
		return (0);
	if (plain_text(reader->path, "weight", value, text, sizeof(text),
	    reader->err) != 0)
		return (-1);
	if (unit_parse(&unit_thousandth, text, strlen(text), &thousandths,
	    reason, sizeof(reason)) != 0)
		return (yaml_blame(reader->path, value, reader->err,
		    "weight: given \"%.60s\", which %s; allowed is a number "
		    "like 2 or 0.5", text, reason));
	if (thousandths == 0 || thousandths > 1000000)
		return (yaml_blame(reader->path, value, reader->err,
		    "weight: given %.60s, allowed is 0.001 to 1000", text));
	*weight = (double)thousandths / 1000;
	return (0);
}

/* --- goals ---------------------------------------------------------------- */

static int
read_goal(struct scenario_reader *reader, const char *key, bool largest,
    const struct yaml_value *value)
{
	struct scenario_tune *tune;
	const struct yaml_value *name;
	struct tune_goal *goal;
	size_t i;

	tune = reader->scenario->tune;
	if (tune->goal_count == TUNE_GOALS_MAX)
		return (yaml_blame(reader->path, value, reader->err,
		    "tune: more than %d goals", TUNE_GOALS_MAX));
	goal = &tune->goals[tune->goal_count];
	goal->largest = largest;
	goal->weight = 1;
	name = value;
	if (value->kind == YAML_MAP) {
		if (keys_check(reader->path, value, goal_keys,
		    reader->err) != 0 ||
		    read_weight(reader, value, &goal->weight) != 0)
			return (-1);
		name = yaml_get(value, "metric");
	}
	if (name == NULL || name->kind != YAML_TEXT)
		return (tune_blame(reader, value, key, "METRIC.STAT, "
		    "{metric: METRIC.STAT, weight: NUMBER}, or a list of "
		    "these"));
	if (scenario_read_stat(reader, key, name, &goal->stat) != 0)
		return (-1);
	for (i = 0; i < tune->goal_count; i++)
		if (memcmp(&tune->goals[i].stat, &goal->stat,
		    sizeof(goal->stat)) == 0)
			return (yaml_blame(reader->path, name, reader->err,
			    "tune.%s: %s.%s is a goal already", key,
			    goal->stat.metric, goal->stat.stat));
	goal->unit = scenario_metric_unit(goal->stat.metric, goal->stat.stat);
	tune->goal_count++;
	return (0);
}

static int
read_goals(struct scenario_reader *reader, const struct yaml_value *map,
    const char *key, bool largest)
{
	const struct yaml_value *value;
	size_t i;

	value = yaml_get(map, key);
	if (value == NULL)
		return (0);
	if (value->kind != YAML_LIST)
		return (read_goal(reader, key, largest, value));
	if (value->count == 0)
		return (tune_blame(reader, value, key, "METRIC.STAT"));
	for (i = 0; i < value->count; i++)
		if (read_goal(reader, key, largest,
		    value->entries[i].value) != 0)
			return (-1);
	return (0);
}

/* --- limits --------------------------------------------------------------- */

static const char limit_form[] = "METRIC.STAT <= BOUND or METRIC.STAT >= "
    "BOUND, as in free_to_use_ns.p99 <= 1ms, or a list of these";

static int
read_limit(struct scenario_reader *reader, const struct yaml_value *value)
{
	struct scenario_tune *tune;
	struct yaml_value name;
	struct tune_limit *limit;
	char reason[UNIT_REASON_MAX], left[TUNE_TEXT_SIZE];
	const char *allowed, *bound, *sign;
	size_t length;

	tune = reader->scenario->tune;
	if (tune->limit_count == TUNE_LIMITS_MAX)
		return (yaml_blame(reader->path, value, reader->err,
		    "tune.subject_to: more than %d limits", TUNE_LIMITS_MAX));
	limit = &tune->limits[tune->limit_count];
	if (value->kind != YAML_TEXT || strlen(value->text) >=
	    sizeof(limit->text))
		return (tune_blame(reader, value, "subject_to", limit_form));
	sign = strstr(value->text, "<=");
	limit->least = sign == NULL;
	if (sign == NULL)
		sign = strstr(value->text, ">=");
	if (sign == NULL)
		return (yaml_blame(reader->path, value, reader->err,
		    "tune.subject_to: given \"%.100s\", allowed is %s",
		    value->text, limit_form));
	length = (size_t)(sign - value->text);
	snprintf(left, sizeof(left), "%.*s", (int)length, value->text);
	for (; length > 0 && left[length - 1] == ' '; length--)
		left[length - 1] = '\0';
	name = *value;
	name.text = left;
	if (scenario_read_stat(reader, "tune.subject_to", &name,
	    &limit->stat) != 0)
		return (-1);
	limit->unit = scenario_metric_unit(limit->stat.metric,
	    limit->stat.stat);
	bound = sign + 2 + strspn(sign + 2, " ");
	if (scenario_parse_bound(limit->unit, bound, &limit->bound, reason,
	    sizeof(reason), &allowed) != 0)
		return (yaml_blame(reader->path, value, reader->err,
		    "tune.subject_to: given \"%.60s\", which %s; allowed for "
		    "%s.%s is %s", bound, reason, limit->stat.metric,
		    limit->stat.stat, allowed));
	snprintf(limit->text, sizeof(limit->text), "%.90s %s %.60s", left,
	    limit->least ? ">=" : "<=", bound);
	tune->limit_count++;
	return (0);
}

static int
read_limits(struct scenario_reader *reader, const struct yaml_value *map)
{
	const struct yaml_value *value;
	size_t i;

	value = yaml_get(map, "subject_to");
	if (value == NULL)
		return (0);
	if (value->kind != YAML_LIST)
		return (read_limit(reader, value));
	for (i = 0; i < value->count; i++)
		if (read_limit(reader, value->entries[i].value) != 0)
			return (-1);
	return (0);
}

/* --- scenarios ------------------------------------------------------------ */

static int
read_scene(struct scenario_reader *reader, const struct yaml_value *value)
{
	struct scenario_tune *tune;
	const struct yaml_value *name;
	struct tune_scene *scene;

	tune = reader->scenario->tune;
	if (tune->scene_count == TUNE_SCENES_MAX)
		return (yaml_blame(reader->path, value, reader->err,
		    "tune.scenarios: more than %d", TUNE_SCENES_MAX));
	scene = &tune->scenes[tune->scene_count];
	scene->weight = 1;
	name = value;
	if (value->kind == YAML_MAP) {
		if (keys_check(reader->path, value, scene_keys,
		    reader->err) != 0 ||
		    read_weight(reader, value, &scene->weight) != 0)
			return (-1);
		name = yaml_get(value, "name");
	}
	if (name == NULL || name->kind != YAML_TEXT || yaml_is_null(name))
		return (tune_blame(reader, value, "scenarios", "a list of scenarios"
		    ", each a name, a path, or {name: NAME, weight: NUMBER}"));
	scene->name = must_copy(name->text);
	scene->place = place_of(reader->path, name);
	tune->scene_count++;
	return (0);
}

static int
read_scenes(struct scenario_reader *reader, const struct yaml_value *map)
{
	const struct yaml_value *list;
	size_t i;

	list = yaml_get(map, "scenarios");
	if (list == NULL)
		return (0);
	if (list->kind != YAML_LIST)
		return (tune_blame(reader, list, "scenarios", "a list of "
		    "scenarios"));
	for (i = 0; i < list->count; i++)
		if (read_scene(reader, list->entries[i].value) != 0)
			return (-1);
	return (0);
}

/* --- the rest ------------------------------------------------------------- */

static int
read_across(struct scenario_reader *reader, const struct yaml_value *map)
{
	const struct yaml_value *value;

	value = yaml_get(map, "across");
	if (value == NULL || (value->kind == YAML_TEXT &&
	    strcmp(value->text, "worst") == 0))
		return (0);
	if (value->kind == YAML_TEXT && strcmp(value->text, "mean") == 0) {
		reader->scenario->tune->mean = true;
		return (0);
	}
	return (yaml_blame(reader->path, value, reader->err,
	    "tune.across: given \"%.60s\", allowed are worst, mean",
	    value->kind == YAML_TEXT ? value->text : yaml_kind_name(value)));
}

static int
read_submap(struct scenario_reader *reader, const struct yaml_value *map,
    const char *key, const char *const *keys, const char *allowed,
    const struct yaml_value **submap)
{

	*submap = yaml_get(map, key);
	if (*submap == NULL)
		return (0);
	if ((*submap)->kind != YAML_MAP)
		return (tune_blame(reader, *submap, key, allowed));
	return (keys_check(reader->path, *submap, keys, reader->err));
}

static int
read_numbers(struct scenario_reader *reader, const struct yaml_value *map)
{
	const struct yaml_value *held, *search;
	struct scenario_tune *tune;
	struct numbers numbers;

	tune = reader->scenario->tune;
	if (read_submap(reader, map, "held_out", held_keys,
	    "{from: SEED, count: N}", &held) != 0 ||
	    read_submap(reader, map, "search", search_keys,
	    "{budget: RUNS, seed: N}", &search) != 0 ||
	    read_number(reader, map, "tune.", &indifference_knob,
	    &numbers) != 0 ||
	    read_number(reader, map, "tune.", &seeds_knob, &numbers) != 0 ||
	    read_number(reader, held, "tune.held_out.", &from_knob,
	    &numbers) != 0 ||
	    read_number(reader, held, "tune.held_out.", &count_knob,
	    &numbers) != 0 ||
	    read_number(reader, search, "tune.search.", &budget_knob,
	    &numbers) != 0 ||
	    read_number(reader, search, "tune.search.", &seed_knob,
	    &numbers) != 0)
		return (-1);
	tune->indifference = (double)numbers.indifference_ppm / 1e6;
	tune->seeds = numbers.seeds;
	tune->held_from = numbers.from;
	tune->held_count = numbers.count;
	tune->search_budget = search == NULL ? 0 : numbers.budget;
	tune->search_seed = numbers.seed;
	if (tune->held_from > (uint64_t)INT64_MAX - tune->held_count)
		return (yaml_blame(reader->path, held, reader->err,
		    "tune.held_out: the last seed would be above %lld",
		    (long long)INT64_MAX));
	return (0);
}

int
scenario_read_tune(struct scenario_reader *reader)
{
	const struct yaml_value *map;
	struct scenario_tune *tune;

	map = yaml_get(reader->root, "tune");
	if (map == NULL)
		return (0);
	if (map->kind != YAML_MAP)
		return (yaml_blame(reader->path, map, reader->err,
		    "tune: given %s, allowed is a mapping, as in "
		    "{minimize: footprint_bytes.p99, subject_to: "
		    "free_to_use_ns.p99 <= 1ms}", yaml_kind_name(map)));
	tune = must_alloc(1, sizeof(*tune));
	reader->scenario->tune = tune;
	if (keys_check(reader->path, map, tune_keys, reader->err) != 0 ||
	    read_goals(reader, map, "minimize", false) != 0 ||
	    read_goals(reader, map, "maximize", true) != 0 ||
	    read_limits(reader, map) != 0 || read_scenes(reader, map) != 0 ||
	    read_weight(reader, map, &tune->weight) != 0 ||
	    read_across(reader, map) != 0 ||
	    tune_read_default(reader, map) != 0 ||
	    read_numbers(reader, map) != 0 ||
	    tune_read_robust(reader, map) != 0)
		return (-1);
	if (tune->goal_count == 0)
		return (yaml_blame(reader->path, map, reader->err,
		    "tune: there is no goal; say what to minimize or "
		    "maximize, as in minimize: footprint_bytes.p99"));
	return (0);
}

void
scenario_tune_free(struct scenario_tune *tune)
{
	struct tune_robust *robust;
	size_t i, j;

	if (tune == NULL)
		return;
	for (i = 0; i < tune->scene_count; i++)
		free(tune->scenes[i].name);
	settings_fini(&tune->preset);
	for (i = 0; i < tune->robust_count; i++) {
		robust = &tune->robust[i];
		settings_fini(&robust->knobs);
		for (j = 0; j < robust->fault_count; j++) {
			free(robust->faults[j].name);
			settings_fini(&robust->faults[j].knobs);
		}
	}
	free(tune);
}
