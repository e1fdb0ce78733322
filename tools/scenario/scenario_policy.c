/*
 * Which policies a setting is about.  With --set policy=NAME one policy takes
 * the place of those that the file lists: a name or label of the list keeps the
 * knobs that it has there; any other policy comes with its defaults.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

#include "sim/spec.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/settings.h"

/* policy.NAME. of that policy? */
static bool
is_knob_of(const struct part_def *policy, const char *knob)
{
	size_t length;

	length = strlen(policy->name);
	return (strncmp(knob, "policy.", 7) == 0 &&
	    strncmp(knob + 7, policy->name, length) == 0 &&
	    knob[7 + length] == '.');
}

bool
scenario_concerns(const struct scenario *scenario, size_t policy,
    const char *knob)
{
	const struct scenario_policy_source *policies;
	size_t i;

	policies = scenario->source->policies;
	if (strncmp(knob, "policy.", 7) != 0 ||
	    is_knob_of(policies[policy].part.def, knob))
		return (true);
	for (i = 0; i < scenario->policy_count; i++)
		if (is_knob_of(policies[i].part.def, knob))
			return (false);
	/* Nobody's: let it be looked up, and complained about. */
	return (true);
}

/* The one that the list has by that label, or else by that name; or the count. */
static size_t
listed(const struct scenario_reader *reader, const char *text)
{
	const struct scenario *scenario;
	size_t i;

	scenario = reader->scenario;
	for (i = 0; i < scenario->policy_count; i++)
		if (strcmp(scenario->policies[i].label, text) == 0)
			return (i);
	for (i = 0; i < scenario->policy_count; i++)
		if (strcmp(reader->source->policies[i].part.def->name, text) ==
		    0)
			return (i);
	return (scenario->policy_count);
}

int
scenario_choose_policy(struct scenario_reader *reader)
{
	struct scenario_policy_source *sources, kept;
	const struct setting *setting;
	struct scenario *scenario;
	struct run_spec trial;
	size_t chosen, i;

	setting = settings_find(&reader->source->overrides, settings_policy);
	if (setting == NULL)
		return (0);
	scenario = reader->scenario;
	sources = reader->source->policies;
	chosen = listed(reader, setting->text);
	if (chosen == scenario->policy_count) {
		trial = reader->source->base;
		if (spec_set_policy(&trial, setting->text, reader->err) != 0)
			return (setting_blame(setting, &setting->text_place,
			    reader->err));
		memset(&kept, 0, sizeof(kept));
		kept.part = trial.policy;
		snprintf(scenario->policies[0].label,
		    sizeof(scenario->policies[0].label), "%s", setting->text);
	} else {
		kept = sources[chosen];
		memset(&sources[chosen], 0, sizeof(sources[chosen]));
		memmove(scenario->policies[0].label,
		    scenario->policies[chosen].label,
		    sizeof(scenario->policies[0].label));
	}
	for (i = 0; i < scenario->policy_count; i++) {
		settings_fini(&sources[i].knobs);
		settings_fini(&sources[i].pins);
	}
	sources[0] = kept;
	scenario->policy_count = 1;
	return (0);
}
