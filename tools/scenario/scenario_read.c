/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/scenario/scenario_keys.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/yaml.h"

/* `core`, `run` and so on: each key is a knob of the section. */
static int
read_section(struct scenario_reader *reader, const char *section,
    const struct yaml_value *map)
{
	const struct yaml_entry *entry;
	char dotted[SPEC_NAME_SIZE], text[KNOB_TEXT_MAX];
	size_t i;

	if (map->kind != YAML_MAP)
		return (yaml_blame(reader->path, map, reader->err,
		    "%s: given %s, allowed is a mapping of its knobs", section,
		    yaml_kind_name(map)));
	for (i = 0; i < map->count; i++) {
		entry = &map->entries[i];
		snprintf(dotted, sizeof(dotted), "%s.%.60s", section,
		    entry->key->text);
		if (knob_text(reader->path, dotted, entry->value, text,
		    reader->err) != 0)
			return (-1);
		settings_add(&reader->source->file, dotted, text,
		    place_of(reader->path, entry->key),
		    place_of(reader->path, entry->value));
	}
	return (0);
}

/*
 * A member of a registry: NAME, or {NAME: {knob: value, ...}}.  `what` says
 * which in messages; `name` points at the text that gives the name.
 */
struct member {
	const char *what;
	const struct yaml_value *name;
	const struct yaml_value *knobs;	/* NULL: none given */
	bool words;	/* allowed is also a text, the value of the first knob */
};

static int
read_member(struct scenario_reader *reader, const struct yaml_value *value,
    struct member *member)
{

	member->name = value;
	member->knobs = NULL;
	if (value->kind == YAML_MAP && value->count == 1) {
		member->name = value->entries[0].key;
		member->knobs = value->entries[0].value;
	}
	if (member->name->kind != YAML_TEXT || yaml_is_null(member->name))
		return (yaml_blame(reader->path, value, reader->err,
		    "%s: given %s, allowed is a name or {name: {knob: value}}",
		    member->what, value->kind == YAML_MAP && value->count > 1 ?
		    "a mapping with several names" : yaml_kind_name(value)));
	if (member->knobs != NULL && member->knobs->kind != YAML_MAP &&
	    !(member->words && member->knobs->kind == YAML_TEXT))
		return (yaml_blame(reader->path, member->knobs, reader->err,
		    "%s: given %s, allowed is a mapping of the knobs of %.60s",
		    member->what, yaml_kind_name(member->knobs),
		    member->name->text));
	return (0);
}

/* The knobs of a member as settings called PREFIX.knob. */
static int
read_member_knobs(struct scenario_reader *reader, const struct member *member,
    const char *prefix, struct settings *settings)
{
	const struct yaml_entry *entry;
	char dotted[SPEC_NAME_SIZE], text[KNOB_TEXT_MAX];
	size_t i;

	for (i = 0; member->knobs != NULL && i < member->knobs->count; i++) {
		entry = &member->knobs->entries[i];
		snprintf(dotted, sizeof(dotted), "%.70s.%.24s", prefix,
		    entry->key->text);
		if (knob_text(reader->path, dotted, entry->value, text,
		    reader->err) != 0)
			return (-1);
		settings_add(settings, dotted, text,
		    place_of(reader->path, entry->key),
		    place_of(reader->path, entry->value));
	}
	return (0);
}

/* The registry refused the name: say where it stands. */
static int
blame_name(struct scenario_reader *reader, const struct member *member)
{

	return (err_at(reader->err, "%.400s:%zu:%zu: %s", reader->path,
	    member->name->line, member->name->column, member->what));
}

/* A workload that is little more than the file that it is in. */
static bool
first_is_words(const struct yaml_value *value)
{
	const struct part_def *part;
	size_t i;

	if (value->kind != YAML_MAP || value->count != 1)
		return (false);
	for (i = 0; (part = spec_part_at(SPEC_WORKLOADS, i)) != NULL; i++)
		if (strcmp(part->name, value->entries[0].key->text) == 0)
			return (part->knob_count > 0 &&
			    part->knobs[0].kind == KNOB_WORDS);
	return (false);
}

static int
read_workload(struct scenario_reader *reader, const struct yaml_value *value)
{
	struct member member = { "workload", NULL, NULL, false };
	char dotted[SPEC_NAME_SIZE], text[KNOB_TEXT_MAX];
	char prefix[SPEC_NAME_SIZE];
	const struct part_def *part;

	member.words = first_is_words(value);
	if (read_member(reader, value, &member) != 0)
		return (-1);
	if (spec_set_workload(&reader->source->base, member.name->text,
	    reader->err) != 0)
		return (blame_name(reader, &member));
	snprintf(prefix, sizeof(prefix), "workload.%s", member.name->text);
	if (member.knobs != NULL && member.knobs->kind == YAML_TEXT) {
		part = reader->source->base.workload.def;
		snprintf(dotted, sizeof(dotted), "%.70s.%.24s", prefix,
		    part->knobs[0].name);
		if (knob_text(reader->path, dotted, member.knobs, text,
		    reader->err) != 0)
			return (-1);
		settings_add(&reader->source->file, dotted, text,
		    place_of(reader->path, member.name),
		    place_of(reader->path, member.knobs));
		return (0);
	}
	return (read_member_knobs(reader, &member, prefix,
	    &reader->source->file));
}

static int
read_fault(struct scenario_reader *reader, const struct yaml_value *value)
{
	struct member member = { "faults", NULL, NULL, false };
	struct run_spec *base;
	char prefix[SPEC_NAME_SIZE];
	size_t i, nth;

	if (read_member(reader, value, &member) != 0)
		return (-1);
	base = &reader->source->base;
	if (spec_add_fault(base, member.name->text, reader->err) != 0)
		return (blame_name(reader, &member));
	nth = 0;
	for (i = 0; i < base->fault_count; i++)
		if (strcmp(base->faults[i].def->name, member.name->text) == 0)
			nth++;
	snprintf(prefix, sizeof(prefix), nth == 1 ? "faults.%s" :
	    "faults.%s[%zu]", member.name->text, nth);
	return (read_member_knobs(reader, &member, prefix,
	    &reader->source->file));
}

static int
read_faults(struct scenario_reader *reader, const struct yaml_value *list)
{
	size_t i;

	if (list->kind != YAML_LIST)
		return (yaml_blame(reader->path, list, reader->err,
		    "faults: given %s, allowed is a list, as in "
		    "[smi, {preemption: {rate: 100/s}}]", yaml_kind_name(list)));
	for (i = 0; i < list->count; i++)
		if (read_fault(reader, list->entries[i].value) != 0)
			return (-1);
	return (0);
}

int
scenario_read_sections(struct scenario_reader *reader)
{
	const struct yaml_value *value;
	size_t i;

	for (i = 0; i < spec_section_count; i++) {
		value = yaml_get(reader->root, spec_sections[i].name);
		if (value != NULL && read_section(reader, spec_sections[i].name,
		    value) != 0)
			return (-1);
	}
	value = yaml_get(reader->root, "workload");
	if (value != NULL && read_workload(reader, value) != 0)
		return (-1);
	value = yaml_get(reader->root, "faults");
	if (value != NULL && read_faults(reader, value) != 0)
		return (-1);
	return (0);
}

/* --- policies ------------------------------------------------------------ */

static const char *const policy_keys[] = { "name", "label", "set", NULL };

static int
read_label(struct scenario_reader *reader, const struct yaml_value *value,
    char *label, size_t room)
{

	if (plain_text(reader->path, "label", value, label, room,
	    reader->err) != 0)
		return (-1);
	if (strspn(label, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._+-") != strlen(label))
		return (yaml_blame(reader->path, value, reader->err,
		    "label: given \"%.60s\", allowed are letters, digits and "
		    "._+-", label));
	return (0);
}

/* The dotted knobs that hold for this policy only. */
static int
read_pins(struct scenario_reader *reader, const struct yaml_value *map,
    struct settings *pins)
{
	const struct yaml_entry *entry;
	char text[KNOB_TEXT_MAX];
	size_t i;

	if (map->kind != YAML_MAP)
		return (yaml_blame(reader->path, map, reader->err,
		    "set: given %s, allowed is a mapping, as in "
		    "{core.mode: lazy}", yaml_kind_name(map)));
	for (i = 0; i < map->count; i++) {
		entry = &map->entries[i];
		if (knob_text(reader->path, entry->key->text, entry->value,
		    text, reader->err) != 0)
			return (-1);
		settings_add(pins, entry->key->text, text,
		    place_of(reader->path, entry->key),
		    place_of(reader->path, entry->value));
	}
	return (0);
}

/* Labels tell policies apart in the database, so each is used once. */
static int
take_label(struct scenario_reader *reader, const struct yaml_value *at,
    const char *label)
{
	struct scenario *scenario;
	size_t i;

	scenario = reader->scenario;
	for (i = 0; i < scenario->policy_count; i++)
		if (strcmp(scenario->policies[i].label, label) == 0)
			return (yaml_blame(reader->path, at, reader->err,
			    "policies: \"%s\" is there twice; give one of them "
			    "a label of its own: {name: NAME, label: LABEL}",
			    label));
	snprintf(scenario->policies[i].label,
	    sizeof(scenario->policies[i].label), "%s", label);
	return (0);
}

static int
read_policy(struct scenario_reader *reader, const struct yaml_value *value)
{
	struct member member = { "policy", NULL, NULL, false };
	const struct yaml_value *label, *set;
	struct scenario_policy_source *source;
	struct run_spec trial;
	char prefix[SPEC_NAME_SIZE], word[sizeof(((struct scenario_policy *)
	    NULL)->label)];

	if (reader->scenario->policy_count == SCENARIO_POLICIES_MAX)
		return (yaml_blame(reader->path, value, reader->err,
		    "policies: more than %d policies", SCENARIO_POLICIES_MAX));
	source = &reader->source->policies[reader->scenario->policy_count];
	label = set = NULL;
	if (yaml_get(value, "name") != NULL) {
		if (keys_check(reader->path, value, policy_keys,
		    reader->err) != 0)
			return (-1);
		member.name = yaml_get(value, "name");
		label = yaml_get(value, "label");
		set = yaml_get(value, "set");
		if (member.name->kind != YAML_TEXT)
			return (yaml_blame(reader->path, member.name,
			    reader->err, "name: given %s, allowed is the name "
			    "of a policy", yaml_kind_name(member.name)));
	} else if (read_member(reader, value, &member) != 0)
		return (-1);
	trial = reader->source->base;
	if (spec_set_policy(&trial, member.name->text, reader->err) != 0)
		return (blame_name(reader, &member));
	source->part = trial.policy;

	snprintf(word, sizeof(word), "%s", member.name->text);
	if ((label != NULL && read_label(reader, label, word,
	    sizeof(word)) != 0) || take_label(reader,
	    label != NULL ? label : member.name, word) != 0)
		return (-1);
	reader->scenario->policy_count++;
	snprintf(prefix, sizeof(prefix), "policy.%s", member.name->text);
	if (read_member_knobs(reader, &member, prefix, &source->knobs) != 0)
		return (-1);
	return (set == NULL ? 0 : read_pins(reader, set, &source->pins));
}

int
scenario_read_policies(struct scenario_reader *reader)
{
	const struct yaml_value *list, *one;
	struct scenario *scenario;
	size_t i;

	one = yaml_get(reader->root, "policy");
	list = yaml_get(reader->root, "policies");
	if (one != NULL && list != NULL)
		return (yaml_blame(reader->path, one, reader->err,
		    "policy: there is a list of policies too, in line %zu; "
		    "keep one of them", list->line));
	if (one != NULL)
		return (read_policy(reader, one));
	if (list == NULL) {
		scenario = reader->scenario;
		scenario->policy_count = 1;
		reader->source->policies[0].part = reader->source->base.policy;
		snprintf(scenario->policies[0].label,
		    sizeof(scenario->policies[0].label), "%s",
		    reader->source->base.policy.def->name);
		return (0);
	}
	if (list->kind != YAML_LIST || list->count == 0)
		return (yaml_blame(reader->path, list, reader->err,
		    "policies: given %s, allowed is a list of policies",
		    list->kind == YAML_LIST ? "an empty list" :
		    yaml_kind_name(list)));
	for (i = 0; i < list->count; i++)
		if (read_policy(reader, list->entries[i].value) != 0)
			return (-1);
	return (0);
}
