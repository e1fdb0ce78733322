/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/plugin/plugin_def.h"

#include <string.h>

#include "policies/policy.h"
#include "sim/base/dist.h"
#include "sim/base/err.h"
#include "sim/base/knob.h"
#include "sim/base/must.h"
#include "sim/spec.h"

enum {
	NAME_LENGTH_MAX = 31,
	TEXT_LENGTH_MAX = 1000,
	KNOBS_MOST = 64,
	CONFIG_MOST = PART_CONFIG_BYTES - KNOB_WORDS_SIZE,
};

static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";

static bool
is_name(const char *name)
{
	size_t length;

	if (name == NULL || name[0] < 'a' || name[0] > 'z')
		return (false);
	length = strnlen(name, NAME_LENGTH_MAX + 1);
	return (length <= NAME_LENGTH_MAX && strspn(name, letters) == length);
}

static bool
is_sentence(const char *text)
{

	return (text != NULL &&
	    strnlen(text, TEXT_LENGTH_MAX + 1) <= TEXT_LENGTH_MAX);
}

static int
check_name(const struct policy_def *def, struct err *err)
{
	const struct part_def *other;
	size_t i;

	if (!is_name(def->part.name))
		return (err_set(err, "the policy's name is not one that "
		    "scenarios can write; allowed are 1 to %d small letters, "
		    "digits and '_', the first a letter", NAME_LENGTH_MAX));
	for (i = 0; (other = spec_part_at(SPEC_POLICIES, i)) != NULL; i++)
		if (strcmp(other->name, def->part.name) == 0)
			return (err_set(err, "there is a policy %s already; "
			    "give this one another name", other->name));
	if (!is_sentence(def->part.about) || (def->part.source != NULL &&
	    !is_sentence(def->part.source)))
		return (err_set(err, "the policy %s has no .part.about, which "
		    "`gusim list policies` prints, or one of more than %d "
		    "characters", def->part.name, TEXT_LENGTH_MAX));
	return (0);
}

static int
check_functions(const struct policy_def *def, struct err *err)
{
	const char *missing;

	missing = def->create == NULL ? "create" :
	    def->destroy == NULL ? "destroy" :
	    def->enter == NULL ? "enter" : def->exit == NULL ? "exit" :
	    def->alloc == NULL ? "alloc" : def->retire == NULL ? "retire" :
	    def->synchronize == NULL ? "synchronize" :
	    def->census == NULL ? "census" : NULL;
	if (missing != NULL)
		return (err_set(err, "the policy %s has no .%s, which every "
		    "policy has", def->part.name, missing));
	if (def->task_more > POLICY_TASKS_MORE)
		return (err_set(err, "the policy %s has .task_more %u; allowed "
		    "are %d at most", def->part.name, def->task_more,
		    POLICY_TASKS_MORE));
	if (def->task == NULL && (def->task_each_cpu || def->task_more > 0))
		return (err_set(err, "the policy %s has tasks but no .task",
		    def->part.name));
	return (0);
}

static size_t
knob_bytes(const struct knob *knob)
{

	switch (knob->kind) {
	case KNOB_TIME_DIST:
	case KNOB_COUNT_DIST:
		return (sizeof(struct dist));
	case KNOB_WORDS:
		return (KNOB_WORDS_SIZE);
	default:
		return (sizeof(uint64_t));
	}
}

/* A limit is a value of the knob, or of what its distribution is over. */
static bool
limit_parses(const struct knob *knob, const char *text)
{
	struct knob alone;
	struct err err;
	uint64_t value;

	if (text == NULL)
		return (true);
	memset(&alone, 0, sizeof(alone));
	alone.name = knob->name;
	alone.kind = knob->kind == KNOB_TIME_DIST ? KNOB_TIME :
	    knob->kind == KNOB_COUNT_DIST ? KNOB_COUNT : knob->kind;
	if (alone.kind == KNOB_FLAG || alone.kind == KNOB_CHOICE ||
	    alone.kind == KNOB_WORDS)
		return (false);
	return (knob_parse(&alone, text, &value, &err) == 0);
}

static int
check_knob(const struct part_def *part, const struct knob *knob,
    struct err *err)
{
	union {
		struct dist dist;
		char words[KNOB_WORDS_SIZE];
		uint64_t number;
	} value;
	struct knob alone;
	const struct knob *other;
	struct err why;

	if (!is_name(knob->name))
		return (err_set(err, "a knob of the policy %s has a name that "
		    "scenarios cannot write", part->name));
	if (strcmp(knob->name, PLUGIN_KNOB) == 0)
		return (err_set(err, "the policy %s has a knob %s, which every "
		    "plugin gets by itself", part->name, knob->name));
	for (other = part->knobs; other < knob; other++)
		if (strcmp(other->name, knob->name) == 0)
			return (err_set(err, "the policy %s has two knobs %s",
			    part->name, knob->name));
	if ((unsigned)knob->kind > KNOB_WORDS || !is_sentence(knob->about) ||
	    knob->preset == NULL || (knob->kind == KNOB_CHOICE &&
	    knob->choices == NULL))
		return (err_set(err, "the knob %s of the policy %s lacks its "
		    "kind, default, choices or sentence", knob->name,
		    part->name));
	if (knob->offset % _Alignof(uint64_t) != 0 ||
	    knob_bytes(knob) > part->config_bytes ||
	    knob->offset > part->config_bytes - knob_bytes(knob))
		return (err_set(err, "the knob %s of the policy %s lies "
		    "outside of the %zu bytes of .config_bytes, or is not a "
		    "uint64_t", knob->name, part->name, part->config_bytes));
	if (!limit_parses(knob, knob->least) ||
	    !limit_parses(knob, knob->most))
		return (err_set(err, "the limits of the knob %s of the policy "
		    "%s are not values of its kind, %s", knob->name, part->name,
		    knob_kind_name(knob->kind)));
	alone = *knob;
	alone.offset = 0;
	if (knob_parse(&alone, knob->preset, &value, &why) != 0)
		return (err_set(err, "the default of the knob %s of the policy "
		    "%s: %.500s", knob->name, part->name, why.text));
	return (0);
}

static int
check_knobs(const struct part_def *part, struct err *err)
{
	size_t i;

	if (part->config_bytes > CONFIG_MOST || part->knob_count > KNOBS_MOST ||
	    (part->knob_count > 0 && part->knobs == NULL))
		return (err_set(err, "the policy %s has %zu knobs in %zu bytes; "
		    "allowed are %d in %d", part->name, part->knob_count,
		    part->config_bytes, KNOBS_MOST, CONFIG_MOST));
	for (i = 0; i < part->knob_count; i++)
		if (check_knob(part, &part->knobs[i], err) != 0)
			return (-1);
	return (0);
}

int
plugin_def_check(const struct policy_def *def, struct err *err)
{

	if (def == NULL)
		return (err_set(err, "POLICY_PLUGIN() names no policy"));
	return (check_name(def, err) != 0 || check_functions(def, err) != 0 ||
	    check_knobs(&def->part, err) != 0 ? -1 : 0);
}

const struct policy_def *
plugin_def_extend(const struct policy_def *def)
{
	struct policy_def *extended;
	struct knob *knobs;
	size_t count;

	count = def->part.knob_count;
	knobs = must_alloc(count + 1, sizeof(*knobs));
	if (count > 0)
		memcpy(knobs, def->part.knobs, count * sizeof(*knobs));
	knobs[count] = (struct knob){
		.name = PLUGIN_KNOB,
		.kind = KNOB_WORDS,
		.offset = (def->part.config_bytes + 7) / 8 * 8,
		.preset = "",
		.about = "digest of the file that --plugin named; filled in",
	};
	extended = must_alloc(1, sizeof(*extended));
	memcpy(extended, def, sizeof(*extended));
	extended->part.knobs = knobs;
	extended->part.knob_count = count + 1;
	extended->part.config_bytes = knobs[count].offset + KNOB_WORDS_SIZE;
	/* Kernel modules bring places of their own; a run has those of one. */
	extended->engine = NULL;
	return (extended);
}
