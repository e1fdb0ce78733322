/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/scenario_tune.h"
#include "tools/scenario/yaml.h"

/* --- knobs ---------------------------------------------------------------- */

/* Each entry but those called `faults` and `label` is a knob. */
static int
read_knobs(struct scenario_reader *reader, const char *key,
    const struct yaml_value *map, struct settings *settings)
{
	const struct yaml_entry *entry;
	char text[KNOB_TEXT_MAX];
	size_t i;

	if (map->kind != YAML_MAP)
		return (tune_blame(reader, map, key, "a mapping of knobs, as in "
		    "{zone.bucket_size: 62}"));
	for (i = 0; i < map->count; i++) {
		entry = &map->entries[i];
		if (strcmp(entry->key->text, "faults") == 0 ||
		    strcmp(entry->key->text, "label") == 0)
			continue;
		if (knob_text(reader->path, entry->key->text, entry->value,
		    text, reader->err) != 0)
			return (-1);
		settings_add(settings, entry->key->text, text,
		    place_of(reader->path, entry->key),
		    place_of(reader->path, entry->value));
	}
	return (0);
}

int
tune_read_default(struct scenario_reader *reader, const struct yaml_value *map)
{
	struct scenario_tune *tune;
	const struct yaml_value *value;
	const struct setting *one;
	struct run_spec trial;
	size_t i;

	tune = reader->scenario->tune;
	value = yaml_get(map, "default");
	if (value == NULL)
		return (0);
	if (read_knobs(reader, "default", value, &tune->preset) != 0)
		return (-1);
	trial = reader->scenario->policies[0].spec;
	for (i = 0; i < tune->preset.count; i++) {
		one = &tune->preset.items[i];
		if (strcmp(one->knob, settings_preset) == 0)
			return (err_set(reader->err, "%.400s:%zu:%zu: "
			    "tune.default: %s is no knob of the program; "
			    "machines are for `robust`", reader->path,
			    one->name_place.line, one->name_place.column,
			    settings_preset));
		if (setting_apply(one, &trial, reader->err) != 0)
			return (-1);
	}
	return (0);
}

/* --- robust --------------------------------------------------------------- */

static int
read_fault(struct scenario_reader *reader, const struct yaml_value *value,
    struct tune_robust *robust)
{
	const struct yaml_value *knobs, *name;
	struct tune_fault *fault;

	if (robust->fault_count == TUNE_FAULTS_MAX)
		return (yaml_blame(reader->path, value, reader->err,
		    "tune.robust: more than %d faults", TUNE_FAULTS_MAX));
	fault = &robust->faults[robust->fault_count];
	name = value;
	knobs = NULL;
	if (value->kind == YAML_MAP && value->count == 1) {
		name = value->entries[0].key;
		knobs = value->entries[0].value;
	}
	if (name->kind != YAML_TEXT || yaml_is_null(name))
		return (tune_blame(reader, value, "robust.faults", "a list of "
		    "faults, as in [smi, {preemption: {rate: 100/s}}]"));
	fault->name = must_copy(name->text);
	fault->place = place_of(reader->path, name);
	robust->fault_count++;
	return (knobs == NULL ? 0 : read_knobs(reader, "robust.faults", knobs,
	    &fault->knobs));
}

static int
read_faults(struct scenario_reader *reader, const struct yaml_value *list,
    struct tune_robust *robust)
{
	size_t i;

	if (list->kind != YAML_LIST)
		return (tune_blame(reader, list, "robust.faults", "a list of "
		    "faults, as in [smi, {preemption: {rate: 100/s}}]"));
	for (i = 0; i < list->count; i++)
		if (read_fault(reader, list->entries[i].value, robust) != 0)
			return (-1);
	return (0);
}

/* What reports call it, where it has no label: what it sets. */
static void
name_robust(struct tune_robust *robust)
{
	size_t i, used;

	used = 0;
	for (i = 0; i < robust->knobs.count && used < TUNE_TEXT_SIZE; i++)
		used += (size_t)snprintf(robust->label + used,
		    TUNE_TEXT_SIZE - used, "%s%s=%s", used > 0 ? ", " : "",
		    robust->knobs.items[i].knob, robust->knobs.items[i].text);
	for (i = 0; i < robust->fault_count && used < TUNE_TEXT_SIZE; i++)
		used += (size_t)snprintf(robust->label + used,
		    TUNE_TEXT_SIZE - used, "%swith %s", used > 0 ? ", " : "",
		    robust->faults[i].name);
}

/* A candidate's own value would win over what the entry says. */
static int
check_not_tuned(struct scenario_reader *reader,
    const struct tune_robust *robust)
{
	const struct scenario *scenario = reader->scenario;
	const struct setting *one;
	size_t i;

	for (i = 0; i < scenario->axis_count; i++) {
		one = settings_find(&robust->knobs, scenario->axes[i].knob);
		if (one != NULL)
			return (err_set(reader->err, "%.400s:%zu:%zu: "
			    "tune.robust: %s is tuned by this sweep; allowed are "
			    "knobs that are not", reader->path,
			    one->name_place.line, one->name_place.column,
			    one->knob));
	}
	return (0);
}

static int
check_robust(struct scenario_reader *reader, struct tune_robust *robust)
{
	const struct setting *preset;
	struct run_spec *trial;
	int failed, unknown;

	if (check_not_tuned(reader, robust) != 0)
		return (-1);
	preset = settings_find(&robust->knobs, settings_preset);
	if (preset != NULL && scenario_preset(reader->scenario, preset->text,
	    &unknown, reader->err) == NULL) {
		if (unknown)
			err_at(reader->err, "%.400s:%zu:%zu: %s", reader->path,
			    preset->text_place.line, preset->text_place.column,
			    settings_preset);
		return (-1);
	}
	trial = must_alloc(1, sizeof(*trial));
	*trial = reader->scenario->policies[0].spec;
	failed = tune_robust_apply(robust, trial, reader->err);
	free(trial);
	return (failed);
}

static int
read_one(struct scenario_reader *reader, const struct yaml_value *value,
    struct tune_robust *robust)
{
	const struct yaml_value *faults, *label;

	robust->place = place_of(reader->path, value);
	if (read_knobs(reader, "robust", value, &robust->knobs) != 0)
		return (-1);
	faults = yaml_get(value, "faults");
	if (faults != NULL && read_faults(reader, faults, robust) != 0)
		return (-1);
	label = yaml_get(value, "label");
	if (label != NULL && plain_text(reader->path, "label", label,
	    robust->label, sizeof(robust->label), reader->err) != 0)
		return (-1);
	if (robust->knobs.count + robust->fault_count == 0)
		return (tune_blame(reader, value, "robust", "a mapping of at "
		    "least one knob, or with faults"));
	if (label == NULL)
		name_robust(robust);
	return (check_robust(reader, robust));
}

int
tune_read_robust(struct scenario_reader *reader, const struct yaml_value *map)
{
	struct scenario_tune *tune;
	const struct yaml_value *list;
	size_t i;

	tune = reader->scenario->tune;
	list = yaml_get(map, "robust");
	if (list == NULL)
		return (0);
	if (list->kind != YAML_LIST || list->count > TUNE_ROBUST_MAX)
		return (tune_blame(reader, list, "robust", "a list of up to 8 "
		    "mappings, as in [{machine.preset: epyc-1s}, "
		    "{faults: [smi]}]"));
	for (i = 0; i < list->count; i++)
		if (read_one(reader, list->entries[i].value,
		    &tune->robust[tune->robust_count++]) != 0)
			return (-1);
	return (0);
}

static int
add_fault(const struct tune_fault *fault, struct run_spec *spec,
    struct err *err)
{
	struct setting setting;
	char dotted[SPEC_NAME_SIZE];
	size_t i, nth;

	if (spec_add_fault(spec, fault->name, err) != 0)
		return (err_at(err, "%.400s:%zu:%zu: tune.robust",
		    fault->place.path, fault->place.line,
		    fault->place.column));
	nth = 0;
	for (i = 0; i < spec->fault_count; i++)
		nth += strcmp(spec->faults[i].def->name, fault->name) == 0;
	for (i = 0; i < fault->knobs.count; i++) {
		setting = fault->knobs.items[i];
		if (nth == 1)
			snprintf(dotted, sizeof(dotted), "faults.%.40s.%.40s",
			    fault->name, setting.knob);
		else
			snprintf(dotted, sizeof(dotted),
			    "faults.%.40s[%zu].%.20s", fault->name, nth,
			    setting.knob);
		setting.knob = dotted;
		if (setting_apply(&setting, spec, err) != 0)
			return (-1);
	}
	return (0);
}

int
tune_robust_apply(const struct tune_robust *robust, struct run_spec *spec,
    struct err *err)
{
	size_t i;

	for (i = 0; i < robust->knobs.count; i++) {
		if (strcmp(robust->knobs.items[i].knob, settings_preset) != 0 &&
		    setting_apply(&robust->knobs.items[i], spec, err) != 0)
			return (-1);
	}
	for (i = 0; i < robust->fault_count; i++)
		if (add_fault(&robust->faults[i], spec, err) != 0)
			return (-1);
	return (0);
}
