/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/spec.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/dist.h"
#include "sim/base/err.h"
#include "sim/base/unit.h"
#include "sim/faults/fault.h"
#include "sim/lab.h"
#include "sim/plugin.h"

/* --- registries -------------------------------------------------------- */

/* One of the three registries, seen as a list of parts. */
struct registry {
	const char *noun;	/* also the first word of dotted names ... */
	const char *prefix;	/* ... but for faults */
	const struct part_def *(*at)(size_t i);
};

static const struct part_def *
policy_at(size_t i)
{
	const struct policy_def *plugin;

	if (i < policy_def_count)
		return (&policy_defs[i]->part);
	plugin = plugin_policy_at(i - policy_def_count);
	return (plugin == NULL ? NULL : &plugin->part);
}

static const struct part_def *
workload_at(size_t i)
{

	return (i < workload_def_count ? &workload_defs[i]->part : NULL);
}

static const struct part_def *
fault_at(size_t i)
{

	return (i < fault_def_count ? &fault_defs[i]->part : NULL);
}

static const struct registry policies = { "policy", "policy", policy_at };
static const struct registry workloads = { "workload", "workload",
	workload_at };
static const struct registry faults = { "fault", "faults", fault_at };

const struct part_def *
spec_part_at(enum spec_registry registry, size_t index)
{

	switch (registry) {
	case SPEC_POLICIES:
		return (policy_at(index));
	case SPEC_WORKLOADS:
		return (workload_at(index));
	case SPEC_FAULTS:
		break;
	}
	return (fault_at(index));
}

static const char *
registry_name_at(const void *context, size_t i)
{
	const struct part_def *def;

	def = ((const struct registry *)context)->at(i);
	return (def == NULL ? NULL : def->name);
}

static const struct part_def *
registry_find(const struct registry *registry, const char *name)
{
	const struct part_def *def;
	size_t i;

	for (i = 0; (def = registry->at(i)) != NULL; i++)
		if (strcmp(def->name, name) == 0)
			return (def);
	return (NULL);
}

static int
registry_miss(const struct registry *registry, const char *name,
    struct err *err)
{
	char names[512];
	const char *nearest;
	const struct part_def *def;
	size_t i, used;

	nearest = knob_nearest(name, registry_name_at, registry);
	used = 0;
	names[0] = '\0';
	for (i = 0; (def = registry->at(i)) != NULL && used < sizeof(names);
	    i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used,
		    "%s%s", i == 0 ? "" : ", ", def->name);
	return (err_set(err, "there is no %s \"%.60s\"; there are: %s%s%s%s%s",
	    registry->noun, name, names, nearest == NULL ? "" :
	    "; did you mean \"", nearest == NULL ? "" : nearest,
	    nearest == NULL ? "" : "\"?", registry == &policies ?
	    "; --plugin FILE loads one of your own" : ""));
}

void
spec_init(struct run_spec *spec)
{
	const struct part_def *policy, *workload;
	const struct spec_section *section;
	size_t i;

	memset(spec, 0, sizeof(*spec));
	for (i = 0; i < spec_section_count; i++) {
		section = &spec_sections[i];
		knob_preset_all(section->knobs, section->knob_count,
		    (char *)spec + section->offset);
	}
	policy = registry_find(&policies, "gus");
	workload = registry_find(&workloads, "idle");
	assert(policy != NULL && workload != NULL);
	part_init(&spec->policy, policy);
	part_init(&spec->workload, workload);
	spec->seed = 1;
}

static int
set_part(const struct registry *registry, struct part *part, const char *name,
    struct err *err)
{
	const struct part_def *def;

	def = registry_find(registry, name);
	if (def == NULL)
		return (registry_miss(registry, name, err));
	part_init(part, def);
	return (0);
}

int
spec_set_policy(struct run_spec *spec, const char *name, struct err *err)
{

	if (set_part(&policies, &spec->policy, name, err) != 0)
		return (-1);
	plugin_chosen(&spec->policy);
	return (0);
}

int
spec_set_workload(struct run_spec *spec, const char *name, struct err *err)
{

	return (set_part(&workloads, &spec->workload, name, err));
}

int
spec_add_fault(struct run_spec *spec, const char *name, struct err *err)
{

	if (spec->fault_count == SPEC_FAULTS_MAX)
		return (err_set(err, "there are more than %d faults",
		    SPEC_FAULTS_MAX));
	if (set_part(&faults, &spec->faults[spec->fault_count], name, err) != 0)
		return (-1);
	spec->fault_count++;
	return (0);
}

/* --- names of knobs ---------------------------------------------------- */

/* How many faults of the same kind there are up to this one: 1, 2, ... */
static size_t
fault_nth(const struct run_spec *spec, size_t index)
{
	size_t i, nth;

	nth = 1;
	for (i = 0; i < index; i++)
		if (spec->faults[i].def == spec->faults[index].def)
			nth++;
	return (nth);
}

static const struct knob *
part_knob_at(const struct part *part, const char *prefix, size_t nth,
    size_t index, char dotted[SPEC_NAME_SIZE], const void **config)
{
	const struct knob *knob;

	knob = &part->def->knobs[index];
	if (nth > 1)
		snprintf(dotted, SPEC_NAME_SIZE, "%s.%s[%zu].%s", prefix,
		    part->def->name, nth, knob->name);
	else
		snprintf(dotted, SPEC_NAME_SIZE, "%s.%s.%s", prefix,
		    part->def->name, knob->name);
	if (config != NULL)
		*config = part->config;
	return (knob);
}

const struct knob *
spec_knob_at(const struct run_spec *spec, size_t index,
    char dotted[SPEC_NAME_SIZE], const void **config)
{
	const struct spec_section *section;
	size_t i;

	if (index < spec->policy.def->knob_count)
		return (part_knob_at(&spec->policy, policies.prefix, 1, index,
		    dotted, config));
	index -= spec->policy.def->knob_count;
	if (index < spec->workload.def->knob_count)
		return (part_knob_at(&spec->workload, workloads.prefix, 1,
		    index, dotted, config));
	index -= spec->workload.def->knob_count;
	for (i = 0; i < spec->fault_count; i++) {
		if (index < spec->faults[i].def->knob_count)
			return (part_knob_at(&spec->faults[i], faults.prefix,
			    fault_nth(spec, i), index, dotted, config));
		index -= spec->faults[i].def->knob_count;
	}
	for (i = 0; i < spec_section_count; i++) {
		section = &spec_sections[i];
		if (index >= section->knob_count) {
			index -= section->knob_count;
			continue;
		}
		snprintf(dotted, SPEC_NAME_SIZE, "%s.%s", section->name,
		    section->knobs[index].name);
		if (config != NULL)
			*config = (const char *)spec + section->offset;
		return (&section->knobs[index]);
	}
	return (NULL);
}

/* Every name that this spec has, for suggestions. */
enum { NAMES_MAX = 512 };
struct names {
	size_t count;
	char texts[NAMES_MAX][SPEC_NAME_SIZE];
};

static const char *
names_at(const void *context, size_t i)
{
	const struct names *names = context;

	return (i < names->count ? names->texts[i] : NULL);
}

/* The knobs beside a misspelt one: what may follow its last dot. */
static void
list_siblings(const struct names *names, const char *dotted, char *text,
    size_t room)
{
	const char *dot;
	size_t i, length, used;

	text[0] = '\0';
	dot = strrchr(dotted, '.');
	if (dot == NULL)
		return;
	length = (size_t)(dot - dotted) + 1;
	used = 0;
	for (i = 0; i < names->count && used < room; i++)
		if (strncmp(names->texts[i], dotted, length) == 0 &&
		    strchr(names->texts[i] + length, '.') == NULL)
			used += (size_t)snprintf(text + used, room - used,
			    "%s%s", used == 0 ? "" : ", ",
			    names->texts[i] + length);
}

/* The registry member that a name speaks of, whether or not it was chosen. */
static const struct part_def *
part_meant(const char *dotted, const struct registry **registry)
{
	static const struct registry *const all[] = { &policies, &workloads,
		&faults };
	const char *name;
	char part[SPEC_NAME_SIZE];
	size_t i, length;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		length = strlen(all[i]->prefix);
		if (strncmp(dotted, all[i]->prefix, length) != 0 ||
		    dotted[length] != '.')
			continue;
		name = dotted + length + 1;
		snprintf(part, sizeof(part), "%.*s",
		    (int)strcspn(name, ".["), name);
		*registry = all[i];
		return (registry_find(all[i], part));
	}
	return (NULL);
}

static bool
has_knobs_of(const struct names *names, const struct part_def *part)
{
	const struct registry *registry;
	size_t i;

	for (i = 0; i < names->count; i++)
		if (part_meant(names->texts[i], &registry) == part)
			return (true);
	return (false);
}

static int
unknown_knob(const struct run_spec *spec, const char *dotted, struct err *err)
{
	const struct registry *registry;
	const struct part_def *part;
	struct names names;
	const char *nearest;
	char allowed[500];

	names.count = 0;
	while (names.count < NAMES_MAX && spec_knob_at(spec, names.count,
	    names.texts[names.count], NULL) != NULL)
		names.count++;
	part = part_meant(dotted, &registry);
	if (part != NULL && part->knob_count == 0)
		return (err_set(err, "there is no knob \"%.90s\"; the %s %s has "
		    "no knobs", dotted, registry->noun, part->name));
	if (part != NULL && !has_knobs_of(&names, part))
		return (err_set(err, "the knob \"%.90s\" is of the %s %s, which "
		    "this run does not have", dotted, registry->noun,
		    part->name));
	nearest = knob_nearest(dotted, names_at, &names);
	list_siblings(&names, dotted, allowed, sizeof(allowed));
	return (err_set(err, "there is no knob \"%.90s\"; allowed %s%s%s%s%s",
	    dotted, allowed[0] == '\0' ? "is what `gusim list knobs` names" :
	    "are ", allowed, nearest == NULL ? "" : "; did you mean \"",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?"));
}

/* Whether `text` is NAME or NAME[n] up to `length`; n is 1 where not given. */
static bool
split_nth(const char *text, size_t length, size_t *name_length, size_t *nth)
{
	char reason[UNIT_REASON_MAX];
	const char *open;
	uint64_t value;

	open = memchr(text, '[', length);
	*name_length = open == NULL ? length : (size_t)(open - text);
	*nth = 1;
	if (open == NULL)
		return (true);
	if (text[length - 1] != ']' || unit_parse(&unit_none, open + 1,
	    length - *name_length - 2, &value, reason, sizeof(reason)) != 0 ||
	    value == 0 || value > SPEC_FAULTS_MAX)
		return (false);
	*nth = (size_t)value;
	return (true);
}

static bool
same(const char *name, const char *text, size_t length)
{

	return (strlen(name) == length && memcmp(name, text, length) == 0);
}

static const struct part *
named_part(const struct run_spec *spec, const char *prefix,
    size_t prefix_length, const char *name, size_t length)
{
	size_t i, name_length, nth;

	if (same(policies.prefix, prefix, prefix_length))
		return (same(spec->policy.def->name, name, length) ?
		    &spec->policy : NULL);
	if (same(workloads.prefix, prefix, prefix_length))
		return (same(spec->workload.def->name, name, length) ?
		    &spec->workload : NULL);
	if (!same(faults.prefix, prefix, prefix_length) ||
	    !split_nth(name, length, &name_length, &nth))
		return (NULL);
	for (i = 0; i < spec->fault_count; i++)
		if (same(spec->faults[i].def->name, name, name_length) &&
		    fault_nth(spec, i) == nth)
			return (&spec->faults[i]);
	return (NULL);
}

/* The knob and its config as an offset in the spec, or NULL. */
static const struct knob *
locate(const struct run_spec *spec, const char *dotted, size_t *offset)
{
	const struct part *part;
	const char *dot, *rest;
	size_t i, length;

	dot = strchr(dotted, '.');
	if (dot == NULL)
		return (NULL);
	length = (size_t)(dot - dotted);
	rest = dot + 1;
	for (i = 0; i < spec_section_count; i++)
		if (same(spec_sections[i].name, dotted, length)) {
			*offset = spec_sections[i].offset;
			return (knob_find(spec_sections[i].knobs,
			    spec_sections[i].knob_count, rest));
		}
	dot = strchr(rest, '.');
	if (dot == NULL)
		return (NULL);
	part = named_part(spec, dotted, length, rest, (size_t)(dot - rest));
	if (part == NULL)
		return (NULL);
	*offset = (size_t)((const char *)part->config - (const char *)spec);
	return (knob_find(part->def->knobs, part->def->knob_count, dot + 1));
}

const struct knob *
spec_find(struct run_spec *spec, const char *dotted, void **config,
    struct err *err)
{
	const struct knob *knob;
	size_t offset;

	knob = locate(spec, dotted, &offset);
	if (knob == NULL) {
		unknown_knob(spec, dotted, err);
		return (NULL);
	}
	*config = (char *)spec + offset;
	return (knob);
}

int
spec_set(struct run_spec *spec, const char *dotted, const char *text,
    struct err *err)
{
	const struct knob *knob;
	void *config;

	knob = spec_find(spec, dotted, &config, err);
	if (knob == NULL)
		return (-1);
	return (knob_parse(knob, text, config, err));
}

int
spec_get(const struct run_spec *spec, const char *dotted, char *text,
    size_t room, double *number, struct err *err)
{
	const struct knob *knob;
	const void *config;
	size_t offset;

	knob = locate(spec, dotted, &offset);
	if (knob == NULL)
		return (unknown_knob(spec, dotted, err));
	config = (const char *)spec + offset;
	knob_format(knob, config, text, room);
	if (number != NULL)
		*number = knob_number(knob, config);
	return (0);
}

int
spec_is_preset(const struct knob *knob, const void *config)
{
	union {
		struct dist dist;
		char words[KNOB_WORDS_SIZE];
	} preset;
	struct knob alone;
	struct err err;
	size_t bytes;
	int failed;

	alone = *knob;
	alone.offset = 0;
	bytes = knob->kind == KNOB_TIME_DIST || knob->kind == KNOB_COUNT_DIST ?
	    sizeof(struct dist) : knob->kind == KNOB_WORDS ?
	    KNOB_WORDS_SIZE : sizeof(uint64_t);
	failed = knob_parse(&alone, knob->preset, &preset, &err);
	assert(!failed && "a knob's default obeys its own limits");
	return (memcmp(&preset, (const char *)config + knob->offset, bytes) ==
	    0);
}
