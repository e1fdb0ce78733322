/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/cli/list.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/lab.h"
#include "sim/memory/memory.h"
#include "sim/run.h"
#include "sim/spec.h"
#include "sim/strategies/strategy.h"
#include "tools/scenario/library.h"
#include "tools/scenario/preset.h"
#include "tools/scenario/yaml.h"

static void
set_text(json_t *object, const char *key, const char *text)
{

	json_object_set_new(object, key, text == NULL ? json_null() :
	    json_string(text));
}

static json_t *
new_row(const char *name, const char *summary)
{
	json_t *row;

	row = json_object();
	set_text(row, "name", name);
	set_text(row, "summary", summary);
	return (row);
}

/* --- knobs and parts ----------------------------------------------------- */

static json_t *
knob_row(const char *name, const struct knob *knob)
{
	char allowed[512];
	json_t *choices, *row;
	size_t i;

	row = new_row(name, knob->about);
	set_text(row, "kind", knob_kind_name(knob->kind));
	set_text(row, "unit", knob_kind_unit(knob->kind));
	set_text(row, "default", knob->preset);
	set_text(row, "least", knob->least);
	set_text(row, "most", knob->most);
	knob_allowed(knob, allowed, sizeof(allowed));
	set_text(row, "allowed", allowed);
	if (knob->choices != NULL) {
		choices = json_array();
		for (i = 0; knob->choices[i] != NULL; i++)
			json_array_append_new(choices,
			    json_string(knob->choices[i]));
		json_object_set_new(row, "choices", choices);
	}
	return (row);
}

static json_t *
part_row(const struct part_def *def)
{
	json_t *knobs, *row;
	size_t i;

	row = new_row(def->name, def->about);
	set_text(row, "source", def->source);
	knobs = json_array();
	for (i = 0; i < def->knob_count; i++)
		json_array_append_new(knobs,
		    knob_row(def->knobs[i].name, &def->knobs[i]));
	json_object_set_new(row, "knobs", knobs);
	return (row);
}

static json_t *
list_policies(void)
{
	const struct policy_def *policy;
	const struct part_def *def;
	json_t *row, *rows;
	size_t i;

	rows = json_array();
	for (i = 0; (def = spec_part_at(SPEC_POLICIES, i)) != NULL; i++) {
		/* Every part is the first member of its definition. */
		policy = (const struct policy_def *)(const void *)def;
		row = part_row(def);
		json_object_set_new(row, "safe",
		    json_boolean(policy->safe));
		json_object_set_new(row, "rooted",
		    json_boolean(policy->rooted));
		json_object_set_new(row, "waits",
		    json_boolean(policy->waits));
		json_array_append_new(rows, row);
	}
	return (rows);
}

static json_t *
list_workloads(void)
{
	const struct part_def *def;
	json_t *row, *rows;
	size_t i;

	rows = json_array();
	for (i = 0; (def = spec_part_at(SPEC_WORKLOADS, i)) != NULL; i++) {
		row = part_row(def);
		json_object_set_new(row, "item_bytes_least",
		    json_integer((json_int_t)
		    workload_defs[i]->item_bytes_least));
		json_array_append_new(rows, row);
	}
	return (rows);
}

static json_t *
list_faults(void)
{
	const struct part_def *def;
	json_t *rows;
	size_t i;

	rows = json_array();
	for (i = 0; (def = spec_part_at(SPEC_FAULTS, i)) != NULL; i++)
		json_array_append_new(rows, part_row(def));
	return (rows);
}

static void
add_part_knobs(json_t *rows, const char *prefix, const struct part_def *def)
{
	char dotted[SPEC_NAME_SIZE];
	size_t i;

	for (i = 0; i < def->knob_count; i++) {
		snprintf(dotted, sizeof(dotted), "%s.%s.%s", prefix, def->name,
		    def->knobs[i].name);
		json_array_append_new(rows, knob_row(dotted, &def->knobs[i]));
	}
}

/* machine.preset names a file: the only knob that no table has. */
static json_t *
preset_row(void)
{
	json_t *row;

	row = new_row("machine.preset", "machine preset whose numbers are the "
	    "defaults of machine.*");
	set_text(row, "kind", "name");
	set_text(row, "unit", "1");
	set_text(row, "default", NULL);
	set_text(row, "least", NULL);
	set_text(row, "most", NULL);
	set_text(row, "allowed", "a name of `gusim list machines`");
	return (row);
}

static json_t *
list_knobs(void)
{
	const struct spec_section *section;
	const struct part_def *def;
	char dotted[SPEC_NAME_SIZE];
	json_t *rows;
	size_t i, j;

	rows = json_array();
	json_array_append_new(rows, preset_row());
	for (i = 0; i < spec_section_count; i++) {
		section = &spec_sections[i];
		for (j = 0; j < section->knob_count; j++) {
			snprintf(dotted, sizeof(dotted), "%s.%s",
			    section->name, section->knobs[j].name);
			json_array_append_new(rows, knob_row(dotted,
			    &section->knobs[j]));
		}
	}
	for (i = 0; (def = spec_part_at(SPEC_POLICIES, i)) != NULL; i++)
		add_part_knobs(rows, "policy", def);
	for (i = 0; (def = spec_part_at(SPEC_WORKLOADS, i)) != NULL; i++)
		add_part_knobs(rows, "workload", def);
	for (i = 0; (def = spec_part_at(SPEC_FAULTS, i)) != NULL; i++)
		add_part_knobs(rows, "faults", def);
	return (rows);
}

/* --- what a run reports -------------------------------------------------- */

static json_t *
list_metrics(void)
{
	json_t *row, *rows;
	size_t i;

	rows = json_array();
	for (i = 0; i < metric_def_count; i++) {
		row = new_row(metric_defs[i].name, metric_defs[i].about);
		set_text(row, "unit", metric_defs[i].unit);
		set_text(row, "stats", metric_defs[i].stats);
		json_array_append_new(rows, row);
	}
	return (rows);
}

static json_t *
list_checks(void)
{
	json_t *rows;
	size_t i;

	rows = json_array();
	for (i = 0; i < check_table_count; i++)
		json_array_append_new(rows, new_row(check_table[i]->name,
		    check_table[i]->about));
	return (rows);
}

/* Who may answer what could have gone differently in a run. */
static json_t *
list_strategies(void)
{
	json_t *row, *rows;
	size_t i;

	rows = json_array();
	for (i = 0; i < strategy_count; i++) {
		row = new_row(strategies[i]->name, strategies[i]->about);
		json_object_set_new(row, "stepped",
		    json_boolean(strategies[i]->stepped));
		json_object_set_new(row, "one_worker",
		    json_boolean(strategies[i]->one_worker));
		json_array_append_new(rows, row);
	}
	return (rows);
}

static json_t *
list_models(void)
{
	json_t *row, *rows;
	uint32_t i;

	rows = json_array();
	for (i = 0; i < memory_model_count; i++) {
		row = new_row(memory_models[i]->name, memory_models[i]->about);
		json_array_append_new(rows, row);
	}
	return (rows);
}

/* --- files --------------------------------------------------------------- */

static json_t *
list_machines(void)
{
	struct library_list list;
	struct preset *preset;
	json_t *costs, *row, *rows;
	struct err err;
	size_t i, j;
	int unknown;

	rows = json_array();
	library_list(&list, LIBRARY_MACHINES, NULL);
	for (i = 0; i < list.count; i++) {
		preset = preset_load(list.names[i], NULL, &unknown, &err);
		row = new_row(list.names[i], preset != NULL ? preset->about :
		    err.text);
		set_text(row, "path", list.paths[i]);
		costs = json_object();
		for (j = 0; preset != NULL && j < preset->settings.count; j++)
			set_text(costs, preset->settings.items[j].knob,
			    preset->settings.items[j].text);
		json_object_set_new(row, "knobs", costs);
		json_array_append_new(rows, row);
		preset_free(preset);
	}
	library_list_fini(&list);
	return (rows);
}

static json_t *
scenario_row(const char *name, const char *path)
{
	const struct yaml_value *about;
	struct yaml_value *root;
	struct err err;
	char *text;
	size_t bytes;
	json_t *row;

	root = NULL;
	text = library_read(path, YAML_BYTES_MAX, &bytes, &err);
	if (text != NULL)
		root = yaml_parse(path, text, bytes, &err);
	about = yaml_get(root, "about");
	row = new_row(name, root == NULL ? err.text : about != NULL &&
	    about->kind == YAML_TEXT ? about->text : "");
	set_text(row, "path", path);
	yaml_discard(root);
	free(text);
	return (row);
}

static json_t *
list_scenarios(void)
{
	struct library_list list;
	json_t *rows;
	size_t i;

	rows = json_array();
	library_list(&list, LIBRARY_SCENARIOS, NULL);
	for (i = 0; i < list.count; i++)
		json_array_append_new(rows, scenario_row(list.names[i],
		    list.paths[i]));
	library_list_fini(&list);
	return (rows);
}

const struct list_def list_table[] = {
	{ "policies", "reclamation schemes", list_policies,
	    "name default allowed summary" },
	{ "faults", "what the machine may do to the program", list_faults,
	    "name default allowed summary" },
	{ "workloads", "what the program does", list_workloads,
	    "name default allowed summary" },
	{ "metrics", "what a run measures", list_metrics,
	    "name unit stats summary" },
	{ "checks", "what a run may find", list_checks, "name summary" },
	{ "strategies", "who chooses where a hunt looks",
	    list_strategies, "name summary" },
	{ "models", "memory models: what loads may return", list_models,
	    "name summary" },
	{ "machines", "presets of real machines", list_machines,
	    "name summary" },
	{ "scenarios", "scenarios that come with gusim", list_scenarios,
	    "name summary" },
	{ "knobs", "everything that a scenario, --set and sweeps can set",
	    list_knobs, "name default allowed summary" },
};
const size_t list_count = sizeof(list_table) / sizeof(list_table[0]);
