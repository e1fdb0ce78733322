/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/scenario/scenario_sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/yaml.h"

static const char *const axis_keys[] = { "knob", "over", "when", NULL };
static const char *const zip_keys[] = { "zip", "when", NULL };
static const char *const zipped_keys[] = { "knob", "over", NULL };
static const char *const sobol_keys[] = { "sobol", "when", NULL };
static const char *const latin_keys[] = { "latin_hypercube", "when", NULL };
static const char *const where_keys[] = { "where", NULL };

/* --- knobs and their values ------------------------------------------------ */

const struct run_spec *
sweep_spec(const struct scenario *scenario, const char *knob)
{
	size_t i;

	for (i = 0; i < scenario->policy_count; i++)
		if (scenario_concerns(scenario, i, knob))
			return (&scenario->policies[i].spec);
	return (&scenario->policies[0].spec);
}

int
sweep_canonical(struct scenario_reader *reader, const char *knob,
    const char *text, char canonical[KNOB_TEXT_MAX], double *number,
    enum sweep_fault *fault)
{
	const struct preset *preset;
	struct run_spec trial;
	void *config;
	int missing;

	*fault = SWEEP_FAULT_VALUE;
	if (strcmp(knob, settings_preset) == 0) {
		preset = scenario_preset(reader->scenario, text, &missing,
		    reader->err);
		if (preset == NULL && !missing)
			*fault = SWEEP_FAULT_PRESET;
		if (preset == NULL)
			return (-1);
		snprintf(canonical, KNOB_TEXT_MAX, "%s", preset->name);
		*number = (double)NAN;
		return (0);
	}
	trial = *sweep_spec(reader->scenario, knob);
	if (spec_find(&trial, knob, &config, reader->err) == NULL) {
		*fault = SWEEP_FAULT_NAME;
		return (-1);
	}
	if (spec_set(&trial, knob, text, reader->err) != 0)
		return (-1);
	return (spec_get(&trial, knob, canonical, KNOB_TEXT_MAX, number,
	    reader->err));
}

int
sweep_value(struct scenario_reader *reader, const char *knob,
    const char *text, const struct yaml_value *name_at,
    const struct yaml_value *value_at, char canonical[KNOB_TEXT_MAX],
    double *number)
{
	enum sweep_fault fault;

	if (sweep_canonical(reader, knob, text, canonical, number, &fault) ==
	    0)
		return (0);
	if (fault == SWEEP_FAULT_PRESET)
		return (-1);
	if (fault == SWEEP_FAULT_NAME)
		return (err_at(reader->err, "%.400s:%zu:%zu: sweep",
		    reader->path, name_at->line, name_at->column));
	return (err_at(reader->err, "%.400s:%zu:%zu: %s", reader->path,
	    value_at->line, value_at->column, knob));
}

/* --- when ------------------------------------------------------------------ */

/* Whether the entry, or one of those in its list, has {knob: NAME}. */
static bool
sweeps(const struct yaml_value *entry, const char *name)
{
	const struct yaml_value *knob, *list, *design;
	size_t i;

	knob = yaml_get(entry, "knob");
	if (knob != NULL)
		return (knob->kind == YAML_TEXT &&
		    strcmp(knob->text, name) == 0);
	design = yaml_get(entry, "sobol");
	if (design == NULL)
		design = yaml_get(entry, "latin_hypercube");
	list = design == NULL ? yaml_get(entry, "zip") :
	    yaml_get(design, "knobs");
	if (list == NULL || list->kind != YAML_LIST)
		return (false);
	for (i = 0; i < list->count; i++) {
		knob = yaml_get(list->entries[i].value, "knob");
		if (knob != NULL && knob->kind == YAML_TEXT &&
		    strcmp(knob->text, name) == 0)
			return (true);
	}
	return (false);
}

/*
 * A condition may look at what is already decided when the axis is reached:
 * knobs that are not swept, and axes before this one.
 */
static int
check_order(struct scenario_reader *reader, const struct yaml_value *sweep,
    size_t index, const struct yaml_value *key)
{
	size_t i;

	for (i = index; i < sweep->count; i++)
		if (sweeps(sweep->entries[i].value, key->text))
			return (yaml_blame(reader->path, key, reader->err,
			    "when: %.90s is swept %s; move that axis before "
			    "this one", key->text, i == index ?
			    "by this axis itself" : "later"));
	return (0);
}

bool
sweep_has_policy(const struct scenario_reader *reader, const char *text)
{
	const struct scenario_policy *policy;
	size_t i;

	/* It may be one that the command line has put aside. */
	if (settings_find(&reader->source->overrides, settings_policy) != NULL)
		return (true);
	for (i = 0; i < reader->scenario->policy_count; i++) {
		policy = &reader->scenario->policies[i];
		if (strcmp(policy->label, text) == 0 ||
		    strcmp(policy->spec.policy.def->name, text) == 0)
			return (true);
	}
	return (false);
}

static int
read_condition(struct scenario_reader *reader, const struct yaml_value *key,
    const struct yaml_value *value, char canonical[KNOB_TEXT_MAX])
{
	char text[KNOB_TEXT_MAX];
	double number;

	if (knob_text(reader->path, key->text, value, text, reader->err) != 0)
		return (-1);
	if (strcmp(key->text, "policy") != 0)
		return (sweep_value(reader, key->text, text, key, value,
		    canonical, &number));
	if (!sweep_has_policy(reader, text))
		return (yaml_blame(reader->path, value, reader->err,
		    "when: this scenario has no policy \"%.60s\"", text));
	snprintf(canonical, KNOB_TEXT_MAX, "%s", text);
	return (0);
}

static int
read_when(struct scenario_reader *reader, const struct yaml_value *sweep,
    size_t index)
{
	const struct yaml_value *key, *when;
	struct scenario_joint *joint;
	char canonical[KNOB_TEXT_MAX];
	size_t i;

	when = yaml_get(sweep->entries[index].value, "when");
	if (when == NULL)
		return (0);
	if (when->kind != YAML_MAP)
		return (yaml_blame(reader->path, when, reader->err,
		    "when: given %s, allowed is a mapping, as in "
		    "{core.mode: deferred}", yaml_kind_name(when)));
	joint = &reader->scenario->joints[reader->scenario->joint_count - 1];
	joint->when_knobs = must_alloc(when->count, sizeof(char *));
	joint->when_values = must_alloc(when->count, sizeof(char *));
	for (i = 0; i < when->count; i++) {
		key = when->entries[i].key;
		if (check_order(reader, sweep, index, key) != 0 ||
		    read_condition(reader, key, when->entries[i].value,
		    canonical) != 0)
			return (-1);
		joint->when_knobs[i] = must_copy(key->text);
		joint->when_values[i] = must_copy(canonical);
		joint->when_count++;
	}
	return (0);
}

/* --- entries --------------------------------------------------------------- */

static int
read_axis(struct scenario_reader *reader, const struct yaml_value *map,
    bool repeats)
{
	const struct yaml_value *over;
	struct scenario_axis *axis;

	axis = sweep_axis_add(reader, map);
	if (axis == NULL)
		return (-1);
	over = yaml_get(map, "over");
	if (over == NULL)
		return (yaml_blame(reader->path, map, reader->err,
		    "sweep: the key \"over\" is missing"));
	return (sweep_read_over(reader, axis, yaml_get(map, "knob"), over,
	    repeats));
}

static int
read_single(struct scenario_reader *reader, const struct yaml_value *entry)
{
	struct scenario_joint *joint;

	if (keys_check(reader->path, entry, axis_keys, reader->err) != 0)
		return (-1);
	joint = sweep_joint_add(reader, entry);
	if (joint == NULL || read_axis(reader, entry, false) != 0)
		return (-1);
	joint->row_count = reader->scenario->axes[joint->axis].value_count;
	return (0);
}

static int
check_rows(struct scenario_reader *reader, const struct scenario_joint *joint,
    const struct yaml_value *zip)
{
	const struct scenario_axis *axes;
	size_t i, rows;
	bool *repeats, active[SCENARIO_AXES_MAX];

	axes = &reader->scenario->axes[joint->axis];
	for (i = 1; i < joint->axis_count; i++)
		if (axes[i].value_count != axes[0].value_count)
			return (yaml_blame(reader->path,
			    zip->entries[i].value, reader->err, "zip: %s has "
			    "%zu values and %s has %zu; what turns together "
			    "is equally long", axes[i].knob,
			    axes[i].value_count, axes[0].knob,
			    axes[0].value_count));
	memset(active, true, sizeof(active));
	repeats = must_alloc(joint->row_count, sizeof(*repeats));
	rows = sweep_joint_repeats(reader->scenario, joint, active, repeats);
	for (i = 0; rows > 0 && !repeats[i]; i++)
		continue;
	free(repeats);
	return (rows == 0 ? 0 : yaml_blame(reader->path, zip, reader->err,
	    "zip: row %zu is the same as a row before it", i + 1));
}

static int
read_zip(struct scenario_reader *reader, const struct yaml_value *entry)
{
	const struct yaml_value *map, *zip;
	struct scenario_joint *joint;
	size_t i;

	zip = yaml_get(entry, "zip");
	if (keys_check(reader->path, entry, zip_keys, reader->err) != 0)
		return (-1);
	if (zip->kind != YAML_LIST || zip->count == 0)
		return (yaml_blame(reader->path, zip, reader->err,
		    "zip: given %s, allowed is a list of {knob: NAME, over: "
		    "[VALUES]} that turn together", zip->kind == YAML_LIST ?
		    "an empty list" : yaml_kind_name(zip)));
	joint = sweep_joint_add(reader, entry);
	if (joint == NULL)
		return (-1);
	for (i = 0; i < zip->count; i++) {
		map = zip->entries[i].value;
		if (map->kind != YAML_MAP)
			return (yaml_blame(reader->path, map, reader->err,
			    "zip: given %s, allowed is {knob: NAME, over: "
			    "[VALUES]}", yaml_kind_name(map)));
		if (keys_check(reader->path, map, zipped_keys, reader->err) !=
		    0 || read_axis(reader, map, true) != 0)
			return (-1);
	}
	joint->row_count = reader->scenario->axes[joint->axis].value_count;
	return (check_rows(reader, joint, zip));
}

static int
read_design(struct scenario_reader *reader, const struct yaml_value *entry,
    const char *const *keys)
{
	struct scenario_joint *joint;

	if (keys_check(reader->path, entry, keys, reader->err) != 0)
		return (-1);
	joint = sweep_joint_add(reader, entry);
	if (joint == NULL || sweep_read_design(reader, keys[0],
	    yaml_get(entry, keys[0])) != 0)
		return (-1);
	joint->even = true;
	joint->row_count = reader->scenario->axes[joint->axis].value_count;
	sweep_joint_unify(reader->scenario, joint);
	return (0);
}

static int
read_entry(struct scenario_reader *reader, const struct yaml_value *sweep,
    size_t index)
{
	const struct yaml_value *entry;
	int failed;

	entry = sweep->entries[index].value;
	if (entry->kind != YAML_MAP)
		return (yaml_blame(reader->path, entry, reader->err,
		    "sweep: given %s, allowed is {knob: NAME, over: [VALUES]}, "
		    "{zip: ...}, {sobol: ...}, {latin_hypercube: ...} or "
		    "{where: CONDITION}", yaml_kind_name(entry)));
	if (yaml_get(entry, "where") != NULL)
		return (keys_check(reader->path, entry, where_keys,
		    reader->err) != 0 ? -1 : sweep_read_filter(reader,
		    yaml_get(entry, "where")));
	if (yaml_get(entry, "zip") != NULL)
		failed = read_zip(reader, entry);
	else if (yaml_get(entry, "sobol") != NULL)
		failed = read_design(reader, entry, sobol_keys);
	else if (yaml_get(entry, "latin_hypercube") != NULL)
		failed = read_design(reader, entry, latin_keys);
	else
		failed = read_single(reader, entry);
	return (failed ? -1 : read_when(reader, sweep, index));
}

int
scenario_read_sweep(struct scenario_reader *reader)
{
	const struct yaml_value *sweep;
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
		if (read_entry(reader, sweep, i) != 0)
			return (-1);
	/* What --set decides is not swept; the file was still checked. */
	for (i = 0; i < scenario->axis_count;)
		if (settings_find(&reader->source->overrides,
		    scenario->axes[i].knob) != NULL)
			sweep_axis_remove(scenario, i);
		else
			i++;
	return (0);
}
