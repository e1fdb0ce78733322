/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/must.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/yaml.h"

static const char *const axis_keys[] = { "knob", "over", "when", NULL };

/* The spec of a policy that has this knob; the first where none has. */
static const struct run_spec *
spec_with(const struct scenario *scenario, const char *knob)
{
	size_t i;

	for (i = 0; i < scenario->policy_count; i++)
		if (scenario_concerns(scenario, i, knob))
			return (&scenario->policies[i].spec);
	return (&scenario->policies[0].spec);
}

/*
 * Checks `text` as a value of the knob and gives its canonical text.  A bad
 * name is blamed on `name_at`, a bad value on `value_at`.
 */
static int
canonical_value(struct scenario_reader *reader, const char *knob,
    const char *text, const struct yaml_value *name_at,
    const struct yaml_value *value_at, char canonical[KNOB_TEXT_MAX],
    double *number)
{
	const struct yaml_value *at;
	const struct preset *preset;
	struct run_spec trial;
	void *config;
	int unknown;

	if (strcmp(knob, settings_preset) == 0) {
		preset = scenario_preset(reader->scenario, text, &unknown,
		    reader->err);
		if (preset == NULL && !unknown)
			return (-1);
		if (preset == NULL)
			return (err_at(reader->err, "%.400s:%zu:%zu: %s",
			    reader->path, value_at->line, value_at->column,
			    knob));
		snprintf(canonical, KNOB_TEXT_MAX, "%s", preset->name);
		*number = (double)NAN;
		return (0);
	}
	trial = *spec_with(reader->scenario, knob);
	at = name_at;
	if (spec_find(&trial, knob, &config, reader->err) != NULL) {
		at = value_at;
		if (spec_set(&trial, knob, text, reader->err) == 0)
			return (spec_get(&trial, knob, canonical,
			    KNOB_TEXT_MAX, number, reader->err));
	}
	return (err_at(reader->err, "%.400s:%zu:%zu: %s", reader->path,
	    at->line, at->column, at == name_at ? "sweep" : knob));
}

static int
read_values(struct scenario_reader *reader, struct scenario_axis *axis,
    const struct yaml_value *name, const struct yaml_value *over)
{
	const struct yaml_value *value;
	char canonical[KNOB_TEXT_MAX], text[KNOB_TEXT_MAX];
	size_t i, j;

	if (over->kind != YAML_LIST || over->count == 0)
		return (yaml_blame(reader->path, over, reader->err,
		    "over: given %s, allowed is a list of values of %.90s",
		    over->kind == YAML_LIST ? "an empty list" :
		    yaml_kind_name(over), axis->knob));
	axis->values = must_alloc(over->count, sizeof(*axis->values));
	axis->canonical = must_alloc(over->count, sizeof(*axis->canonical));
	axis->numbers = must_alloc(over->count, sizeof(*axis->numbers));
	for (i = 0; i < over->count; i++) {
		value = over->entries[i].value;
		if (knob_text(reader->path, axis->knob, value, text,
		    reader->err) != 0 || canonical_value(reader, axis->knob,
		    text, name, value, canonical, &axis->numbers[i]) != 0)
			return (-1);
		for (j = 0; j < i; j++)
			if (strcmp(axis->canonical[j], canonical) == 0)
				return (yaml_blame(reader->path, value,
				    reader->err, "over: %s is the same value "
				    "as %s before", text, axis->values[j]));
		axis->values[i] = must_copy(text);
		axis->canonical[i] = must_copy(canonical);
		axis->value_count++;
	}
	return (0);
}

/*
 * A condition may look at what is already decided when the axis is reached:
 * knobs that are not swept, and axes before this one.
 */
static int
check_order(struct scenario_reader *reader, const struct yaml_value *sweep,
    size_t index, const struct yaml_value *key)
{
	const struct yaml_value *knob;
	size_t i;

	for (i = index; i < sweep->count; i++) {
		knob = yaml_get(sweep->entries[i].value, "knob");
		if (knob != NULL && knob->kind == YAML_TEXT &&
		    strcmp(knob->text, key->text) == 0)
			return (yaml_blame(reader->path, key, reader->err,
			    "when: %.90s is swept %s; move that axis before "
			    "this one", key->text, i == index ?
			    "by this axis itself" : "later"));
	}
	return (0);
}

static int
check_policy(struct scenario_reader *reader, const struct yaml_value *value)
{
	const struct scenario *scenario;
	const struct scenario_policy *policy;
	size_t i;

	/* It may be one that the command line has put aside. */
	if (settings_find(&reader->source->overrides, settings_policy) != NULL)
		return (0);
	scenario = reader->scenario;
	for (i = 0; i < scenario->policy_count; i++) {
		policy = &scenario->policies[i];
		if (strcmp(policy->label, value->text) == 0 ||
		    strcmp(policy->spec.policy.def->name, value->text) == 0)
			return (0);
	}
	return (yaml_blame(reader->path, value, reader->err,
	    "when: this scenario has no policy \"%.60s\"", value->text));
}

static int
read_when(struct scenario_reader *reader, struct scenario_axis *axis,
    const struct yaml_value *sweep, size_t index,
    const struct yaml_value *when)
{
	const struct yaml_value *key, *value;
	char canonical[KNOB_TEXT_MAX], text[KNOB_TEXT_MAX];
	double number;
	size_t i;

	if (when->kind != YAML_MAP)
		return (yaml_blame(reader->path, when, reader->err,
		    "when: given %s, allowed is a mapping, as in "
		    "{core.mode: deferred}", yaml_kind_name(when)));
	axis->when_knobs = must_alloc(when->count, sizeof(char *));
	axis->when_values = must_alloc(when->count, sizeof(char *));
	for (i = 0; i < when->count; i++) {
		key = when->entries[i].key;
		value = when->entries[i].value;
		if (knob_text(reader->path, key->text, value, text,
		    reader->err) != 0 ||
		    check_order(reader, sweep, index, key) != 0)
			return (-1);
		if (strcmp(key->text, "policy") == 0) {
			if (check_policy(reader, value) != 0)
				return (-1);
			snprintf(canonical, sizeof(canonical), "%s", text);
		} else if (canonical_value(reader, key->text, text, key, value,
		    canonical, &number) != 0)
			return (-1);
		axis->when_knobs[i] = must_copy(key->text);
		axis->when_values[i] = must_copy(canonical);
		axis->when_count++;
	}
	return (0);
}

static int
read_axis(struct scenario_reader *reader, const struct yaml_value *sweep,
    size_t index)
{
	const struct yaml_value *axis_value, *knob, *over, *when;
	struct scenario *scenario;
	struct scenario_axis *axis;
	char name[SPEC_NAME_SIZE];
	size_t i;

	scenario = reader->scenario;
	axis_value = sweep->entries[index].value;
	if (axis_value->kind != YAML_MAP)
		return (yaml_blame(reader->path, axis_value, reader->err,
		    "sweep: given %s, allowed is {knob: NAME, over: [VALUES]}",
		    yaml_kind_name(axis_value)));
	if (keys_check(reader->path, axis_value, axis_keys, reader->err) != 0)
		return (-1);
	knob = yaml_get(axis_value, "knob");
	over = yaml_get(axis_value, "over");
	when = yaml_get(axis_value, "when");
	if (knob == NULL || over == NULL)
		return (yaml_blame(reader->path, axis_value, reader->err,
		    "sweep: the key \"%s\" is missing",
		    knob == NULL ? "knob" : "over"));
	if (plain_text(reader->path, "knob", knob, name, sizeof(name),
	    reader->err) != 0)
		return (-1);
	for (i = 0; i < scenario->axis_count; i++)
		if (strcmp(scenario->axes[i].knob, name) == 0)
			return (yaml_blame(reader->path, knob, reader->err,
			    "sweep: %s is swept in line %zu already", name,
			    scenario->axes[i].line));
	if (scenario->axis_count == SCENARIO_AXES_MAX)
		return (yaml_blame(reader->path, axis_value, reader->err,
		    "sweep: more than %d axes", SCENARIO_AXES_MAX));
	axis = &scenario->axes[scenario->axis_count++];
	axis->knob = must_copy(name);
	axis->line = knob->line;
	axis->column = knob->column;
	if (read_values(reader, axis, knob, over) != 0)
		return (-1);
	return (when == NULL ? 0 : read_when(reader, axis, sweep, index, when));
}

int
scenario_read_sweep(struct scenario_reader *reader)
{
	const struct yaml_value *sweep;
	struct scenario_axis *axis;
	struct scenario *scenario;
	size_t i;

	sweep = yaml_get(reader->root, "sweep");
	if (sweep == NULL)
		return (0);
	if (sweep->kind != YAML_LIST)
		return (yaml_blame(reader->path, sweep, reader->err,
		    "sweep: given %s, allowed is a list of "
		    "{knob: NAME, over: [VALUES]}", yaml_kind_name(sweep)));
	scenario = reader->scenario;
	for (i = 0; i < sweep->count; i++)
		if (read_axis(reader, sweep, i) != 0)
			return (-1);
	/* What --set decides is not swept; the file was still checked. */
	for (i = 0; i < scenario->axis_count;) {
		axis = &scenario->axes[i];
		if (settings_find(&reader->source->overrides, axis->knob) ==
		    NULL) {
			i++;
			continue;
		}
		scenario_axis_fini(axis);
		scenario->axis_count--;
		memmove(axis, axis + 1, (scenario->axis_count - i) *
		    sizeof(*axis));
		memset(&scenario->axes[scenario->axis_count], 0, sizeof(*axis));
	}
	return (0);
}

void
scenario_axis_fini(struct scenario_axis *axis)
{
	size_t i;

	for (i = 0; i < axis->value_count; i++) {
		free(axis->values[i]);
		free(axis->canonical[i]);
	}
	for (i = 0; i < axis->when_count; i++) {
		free(axis->when_knobs[i]);
		free(axis->when_values[i]);
	}
	free(axis->knob);
	free(axis->values);
	free(axis->canonical);
	free(axis->numbers);
	free(axis->when_knobs);
	free(axis->when_values);
	memset(axis, 0, sizeof(*axis));
}
