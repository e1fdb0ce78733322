/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/tune/field.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/cli/options.h"
#include "tools/scenario/library.h"
#include "tools/scenario/scenario_source.h"

/* --- scenes ----------------------------------------------------------------- */

static int
blame(const struct place *place, struct err *err)
{

	return (err_at(err, "%.400s:%zu:%zu: tune", place->path, place->line,
	    place->column));
}

static struct field_scene *
add_scene(struct field *field, struct scenario *scenario, double weight)
{
	struct field_scene *scene;

	field->scenes = must_grow(field->scenes, field->scene_count,
	    sizeof(*field->scenes));
	scene = &field->scenes[field->scene_count];
	memset(scene, 0, sizeof(*scene));
	scene->scenario = scenario;
	scene->weight = weight;
	scene->base = field->scene_count++;
	snprintf(scene->label, sizeof(scene->label), "%s", scenario->name);
	scene->plan = must_alloc(1, sizeof(*scene->plan));
	scene->plan->scenario = scenario;
	return (scene);
}

/* A path beside the scenario that names it, or a name of the library. */
static char *
scene_path(const struct field *field, const struct tune_scene *named)
{
	const char *path, *slash;
	char *text;
	size_t length;

	path = field->scenario->path;
	if (!library_is_path(named->name))
		return (library_find(LIBRARY_SCENARIOS, named->name, path));
	slash = strrchr(path, '/');
	length = slash == NULL ? 0 : (size_t)(slash - path) + 1;
	text = must_alloc(length + strlen(named->name) + 1, 1);
	memcpy(text, path, length);
	memcpy(text + length, named->name, strlen(named->name) + 1);
	if (named->name[0] != '/' && access(text, F_OK) == 0)
		return (text);
	free(text);
	return (must_copy(named->name));
}

static struct scenario *
load_scene(const struct field *field, const struct tune_scene *named,
    const struct options *options, struct err *err)
{
	struct scenario *scenario;
	char *path;
	size_t i;

	path = scene_path(field, named);
	if (path == NULL) {
		err_set(err, "there is no scenario \"%.100s\"; `gusim list "
		    "scenarios` names those that are shipped", named->name);
		blame(&named->place, err);
		return (NULL);
	}
	scenario = scenario_load(path, options->sets, options->set_count, err);
	free(path);
	if (scenario == NULL) {
		blame(&named->place, err);
		return (NULL);
	}
	for (i = 0; i < field->scene_count; i++) {
		if (strcmp(field->scenes[i].scenario->name,
		    scenario->name) != 0)
			continue;
		err_set(err, "two scenarios are called \"%s\"",
		    scenario->name);
		blame(&named->place, err);
		scenario_free(scenario);
		return (NULL);
	}
	return (scenario);
}

/* The policies are looked for by what they are, then by their labels. */
static const struct scenario_policy *
same_policy(const struct scenario *scenario,
    const struct scenario_policy *policy)
{
	const struct scenario_policy *one;
	size_t i;

	for (i = 0; i < scenario->policy_count; i++)
		if (strcmp(scenario->policies[i].label, policy->label) == 0)
			return (&scenario->policies[i]);
	for (i = 0; i < scenario->policy_count; i++) {
		one = &scenario->policies[i];
		if (strcmp(one->spec.policy.def->name,
		    policy->spec.policy.def->name) == 0)
			return (one);
	}
	return (NULL);
}

static int
check_policies(const struct field *field, const struct field_scene *scene,
    const struct place *place, struct err *err)
{
	const struct scenario *tuned = field->scenario;
	size_t i;

	for (i = 0; i < tuned->policy_count; i++) {
		if (same_policy(scene->scenario, &tuned->policies[i]) != NULL)
			continue;
		err_set(err, "%s has no policy %s, which %s has",
		    scene->scenario->name, tuned->policies[i].label,
		    tuned->name);
		return (blame(place, err));
	}
	return (0);
}

/* The scenario anew, changed: machine first, then knobs, then faults. */
static struct scenario *
load_robust(const struct field_scene *base, const struct tune_robust *robust,
    const struct options *options, struct err *err)
{
	const struct setting *preset;
	const struct preset *loaded;
	struct scenario *scenario;
	struct run_spec *spec;
	char blamed[SPEC_NAME_SIZE];
	size_t i;
	int failed, unknown;

	scenario = scenario_load(base->scenario->path, options->sets,
	    options->set_count, err);
	if (scenario == NULL)
		return (NULL);
	preset = settings_find(&robust->knobs, settings_preset);
	loaded = preset == NULL ? NULL : scenario_preset(scenario,
	    preset->text, &unknown, err);
	failed = preset != NULL && loaded == NULL;
	for (i = 0; i < scenario->policy_count && !failed; i++) {
		spec = &scenario->policies[i].spec;
		failed = (loaded != NULL && scenario_resolve(scenario, i,
		    loaded, spec, err) != 0) ||
		    tune_robust_apply(robust, spec, err) != 0;
		if (!failed && spec_check(spec, blamed, sizeof(blamed),
		    err) != 0) {
			err_at(err, "%s with %.100s: %s", scenario->name,
			    robust->label, blamed);
			failed = blame(&robust->place, err);
		}
	}
	if (!failed)
		return (scenario);
	scenario_free(scenario);
	return (NULL);
}

static int
add_robust(struct field *field, const struct options *options,
    struct err *err)
{
	const struct tune_robust *robust;
	struct field_scene *scene;
	struct scenario *scenario;
	char name[SCENARIO_NAME_SIZE];
	size_t i, r;

	for (r = 0; r < field->tune->robust_count; r++) {
		robust = &field->tune->robust[r];
		for (i = 0; i < field->race_count; i++) {
			scenario = load_robust(&field->scenes[i], robust,
			    options, err);
			if (scenario == NULL)
				return (-1);
			scene = add_scene(field, scenario, 1);
			scene->base = i;
			scene->robust = robust;
			snprintf(scene->label, sizeof(scene->label),
			    "%s, %.150s", scenario->name, robust->label);
			snprintf(name, sizeof(name), "%.40s+robust-%c",
			    scenario->name, (char)('1' + r));
			memcpy(scenario->name, name, sizeof(name));
		}
	}
	return (0);
}

static int
add_scenes(struct field *field, const struct options *options,
    struct err *err)
{
	const struct tune_scene *named;
	struct scenario *scenario;
	size_t i;

	/* A copy, since scenes have digests of their own. */
	scenario = scenario_load(field->scenario->path, options->sets,
	    options->set_count, err);
	if (scenario == NULL)
		return (-1);
	add_scene(field, scenario, field->tune->weight);
	for (i = 0; i < field->tune->scene_count; i++) {
		named = &field->tune->scenes[i];
		scenario = load_scene(field, named, options, err);
		if (scenario == NULL)
			return (-1);
		add_scene(field, scenario, named->weight);
		if (check_policies(field, &field->scenes[i + 1],
		    &named->place, err) != 0)
			return (-1);
	}
	field->race_count = field->scene_count;
	return (add_robust(field, options, err));
}

/* --- candidates --------------------------------------------------------------- */

static void
set_point(struct plan_point *point, const struct scenario_policy *policy,
    size_t ordinal, size_t knobs)
{

	point->ordinal = ordinal;
	point->policy = policy;
	point->knob_count = knobs;
	point->knobs = must_alloc(knobs, sizeof(*point->knobs));
}

/* The same knobs as in the plan, whose texts live as long. */
static void
point_as(const struct field *field, const struct field_scene *scene,
    size_t from, struct plan_point *point)
{
	const struct plan_point *tuned;

	tuned = &field->plan->points[from];
	set_point(point, same_policy(scene->scenario, tuned->policy),
	    scene->plan->point_count, tuned->knob_count);
	memcpy(point->knobs, tuned->knobs, tuned->knob_count *
	    sizeof(*tuned->knobs));
}

static void
point_default(const struct field *field, const struct field_scene *scene,
    struct plan_point *point)
{
	const struct settings *preset = &field->tune->preset;
	struct run_spec *trial;
	struct err err;
	char text[KNOB_TEXT_MAX];
	size_t i;

	set_point(point, same_policy(scene->scenario,
	    &field->scenario->policies[0]), scene->plan->point_count,
	    preset->count);
	trial = must_alloc(1, sizeof(*trial));
	*trial = point->policy->spec;
	for (i = 0; i < preset->count; i++) {
		point->knobs[i].knob = preset->items[i].knob;
		point->knobs[i].value = preset->items[i].text;
		point->knobs[i].number = (double)NAN;
		/* Whether it can be is asked with all of them, in check_point(). */
		if (spec_set(trial, preset->items[i].knob,
		    preset->items[i].text, &err) == 0)
			(void)spec_get(trial, preset->items[i].knob, text,
			    sizeof(text), &point->knobs[i].number, &err);
	}
	free(trial);
}

static void
add_point(struct field_scene *scene, const struct plan_point *point)
{
	struct plan *plan = scene->plan;

	plan->points = must_grow(plan->points, plan->point_count,
	    sizeof(*plan->points));
	plan->points[plan->point_count++] = *point;
}

static void
drop_last(struct field *field)
{
	struct plan *plan;
	size_t i;

	for (i = 0; i < field->scene_count; i++) {
		plan = field->scenes[i].plan;
		/* A failure halfway leaves some without it. */
		if (plan->point_count > field->count)
			free(plan->points[--plan->point_count].knobs);
	}
}

/* Appends what the last point of the scene is; -1 where it cannot be. */
static int
write_spec(const struct field_scene *scene, FILE *out, struct err *err)
{
	struct run_spec *spec;
	char blamed[SPEC_NAME_SIZE], *text;
	size_t length;
	int failed;

	spec = must_alloc(1, sizeof(*spec));
	failed = plan_spec(scene->plan, scene->plan->point_count - 1,
	    scene->scenario->seed_from, spec, err);
	if (!failed && spec_check(spec, blamed, sizeof(blamed), err) != 0)
		failed = err_at(err, "%s", blamed);
	if (!failed) {
		length = spec_write(spec, NULL, 0);
		text = must_alloc(length + 1, 1);
		spec_write(spec, text, length + 1);
		fputs(text, out);
		fputc('\n', out);
		free(text);
	}
	free(spec);
	return (failed);
}

/* All specs of the newest candidate, one after the other; to be freed. */
static char *
write_specs(const struct field *field, size_t candidate, struct err *err)
{
	char name[FIELD_TEXT_SIZE], *text;
	size_t bytes, i;
	FILE *out;
	int failed;

	out = open_memstream(&text, &bytes);
	if (out == NULL)
		abort();
	failed = 0;
	for (i = 0; i < field->scene_count && !failed; i++) {
		failed = write_spec(&field->scenes[i], out, err);
		if (failed) {
			field_name(field, candidate, name);
			err_at(err, "%.300s: with %.300s in %.100s",
			    field->scenario->path, name,
			    field->scenes[i].label);
		}
	}
	if (fclose(out) != 0)
		abort();
	if (!failed)
		return (text);
	free(text);
	return (NULL);
}

static int
add_default(struct field *field, struct err *err)
{
	struct plan_point point;
	size_t i;

	for (i = 0; i < field->scene_count; i++) {
		point_default(field, &field->scenes[i], &point);
		add_point(&field->scenes[i], &point);
	}
	field->points = must_grow(field->points, 0, sizeof(*field->points));
	field->points[0] = SIZE_MAX;
	field->count = 1;
	field->spec_text = write_specs(field, 0, err);
	return (field->spec_text == NULL ? -1 : 0);
}

int
field_add(struct field *field, size_t from, struct err *err)
{
	struct plan_point point;
	char *text;
	size_t i;
	bool same;

	for (i = 0; i < field->scene_count; i++) {
		point_as(field, &field->scenes[i], from, &point);
		add_point(&field->scenes[i], &point);
	}
	field->points = must_grow(field->points, field->count,
	    sizeof(*field->points));
	field->points[field->count] = from;
	text = write_specs(field, field->count, err);
	same = text != NULL && strcmp(text, field->spec_text) == 0;
	if (text == NULL || same)
		drop_last(field);
	else
		field->count++;
	free(text);
	return (text == NULL ? -1 : !same);
}

/* --- the whole ---------------------------------------------------------------- */

static int
check_axes(const struct scenario *scenario, struct err *err)
{
	const struct scenario_axis *axis;
	size_t i;

	if (scenario->axis_count == 0)
		return (err_set(err, "%.300s: there is nothing to tune: the "
		    "scenario has no `sweep`, or --set decided all of it; its "
		    "entries say which knobs are tried and with which values",
		    scenario->path));
	for (i = 0; i < scenario->axis_count; i++) {
		axis = &scenario->axes[i];
		if (strcmp(axis->knob, settings_preset) == 0)
			return (err_set(err, "%.300s:%zu:%zu: %s cannot be "
			    "tuned: machines are what they are; the entry "
			    "`robust` of `tune` tries the winner on others",
			    scenario->path, axis->line, axis->column,
			    axis->knob));
	}
	return (0);
}

struct field *
field_create(struct scenario *scenario, const struct options *options,
    struct err *err)
{
	struct field *field;

	if (scenario->tune == NULL) {
		err_set(err, "%.300s: there is no `tune` in this scenario; it "
		    "says what is best, as in tune: {minimize: "
		    "footprint_bytes.p99, subject_to: free_to_use_ns.p99 <= "
		    "1ms}", scenario->path);
		return (NULL);
	}
	if (check_axes(scenario, err) != 0)
		return (NULL);
	field = must_alloc(1, sizeof(*field));
	field->scenario = scenario;
	field->tune = scenario->tune;
	field->plan = plan_make(scenario, 0, err);
	if (field->plan != NULL && add_scenes(field, options, err) == 0 &&
	    add_default(field, err) == 0)
		return (field);
	field_free(field);
	return (NULL);
}

void
field_free(struct field *field)
{
	size_t i;

	if (field == NULL)
		return;
	for (i = 0; i < field->scene_count; i++) {
		plan_free(field->scenes[i].plan);
		scenario_free(field->scenes[i].scenario);
	}
	plan_free(field->plan);
	free(field->scenes);
	free(field->points);
	free(field->spec_text);
	free(field);
}

/* --- digests -------------------------------------------------------------- */

static void
put_candidates(const struct field *field, FILE *out)
{
	char name[FIELD_TEXT_SIZE];
	size_t i;

	for (i = 0; i < field->count; i++) {
		field_name(field, i, name);
		fprintf(out, "%s %s\n", i == 0 ? "-" :
		    field->plan->points[field->points[i]].policy->label, name);
	}
}

static void
seal_scene(const struct field *field, struct field_scene *scene,
    const char *salt)
{
	XXH128_canonical_t canonical;
	char *text;
	size_t bytes, i;
	FILE *out;

	out = open_memstream(&text, &bytes);
	if (out == NULL)
		abort();
	fprintf(out, "gusim tune 1\n%s\n%s\n", scene->scenario->digest,
	    scene->robust == NULL ? "" : scene->label);
	for (i = 0; scene->robust != NULL && i <
	    scene->robust->fault_count; i++)
		fprintf(out, "fault %s\n", scene->robust->faults[i].name);
	fputs(field->spec_text, out);
	if (salt != NULL)
		fputs(salt, out);
	else
		put_candidates(field, out);
	if (fclose(out) != 0)
		abort();
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(text, bytes));
	for (i = 0; i < sizeof(canonical.digest); i++)
		snprintf(scene->scenario->digest + 2 * i, 3, "%02x",
		    canonical.digest[i]);
	free(text);
}

void
field_seal(struct field *field, const char *salt)
{
	size_t i;

	for (i = 0; i < field->scene_count; i++)
		seal_scene(field, &field->scenes[i], salt);
}

/* --- names ---------------------------------------------------------------- */

static void
put_knobs(const struct plan_point *point, char *text, size_t room)
{
	size_t i, used;

	used = 0;
	text[0] = '\0';
	for (i = 0; i < point->knob_count && used < room; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s=%s",
		    i == 0 ? "" : ", ", point->knobs[i].knob,
		    point->knobs[i].value);
}

void
field_name(const struct field *field, size_t candidate,
    char text[FIELD_TEXT_SIZE])
{
	const struct plan_point *point;
	size_t used;

	assert(candidate < field->scenes[0].plan->point_count);
	point = &field->scenes[0].plan->points[candidate];
	if (candidate == 0 && point->knob_count == 0) {
		snprintf(text, FIELD_TEXT_SIZE, "the base of each scenario");
		return;
	}
	used = 0;
	if (field->scenario->policy_count > 1)
		used = (size_t)snprintf(text, FIELD_TEXT_SIZE, "%s%s",
		    point->policy->label, point->knob_count > 0 ? ", " : "");
	put_knobs(point, text + used, FIELD_TEXT_SIZE - used);
}

void
field_value(const struct field *field, size_t candidate, const char *knob,
    char text[KNOB_TEXT_MAX], double *number)
{
	struct run_spec *spec;
	struct err err;

	spec = must_alloc(1, sizeof(*spec));
	snprintf(text, KNOB_TEXT_MAX, "-");
	*number = (double)NAN;
	if (plan_spec(field->scenes[0].plan, candidate, 1, spec, &err) == 0)
		(void)spec_get(spec, knob, text, KNOB_TEXT_MAX, number, &err);
	free(spec);
}
