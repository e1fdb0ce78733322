/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/scenario/module.h"
#include "tools/scenario/scenario_source.h"
#include "tools/scenario/where.h"

/* The text of a spec, as long as it may be. */
static void
put_spec(FILE *out, const struct run_spec *spec)
{
	struct run_spec anywhere;
	char *text;
	size_t length;

	anywhere = *spec;
	module_nowhere(&anywhere);
	length = spec_write(&anywhere, NULL, 0);
	text = must_alloc(length + 1, 1);
	spec_write(&anywhere, text, length + 1);
	fputs(text, out);
	free(text);
}

/* A joint of one axis is a list; one of several says what goes with what. */
static void
put_joint(FILE *out, const struct scenario *scenario,
    const struct scenario_joint *joint)
{
	const struct scenario_axis *axes;
	size_t i, j;

	axes = &scenario->axes[joint->axis];
	if (joint->axis_count > 1)
		fprintf(out, "zip %zu\n", joint->axis_count);
	for (i = 0; i < joint->axis_count; i++) {
		fprintf(out, "sweep %s\n", axes[i].knob);
		for (j = 0; j < axes[i].value_count; j++)
			fprintf(out, "over %s\n", axes[i].canonical[j]);
	}
	for (i = 0; i < joint->when_count; i++)
		fprintf(out, "when %s %s\n", joint->when_knobs[i],
		    joint->when_values[i]);
}

static void
put_filter(FILE *out, const struct scenario_filter *filter)
{
	char *text;

	text = where_canonical(filter->where);
	fprintf(out, "where %s\n", text);
	free(text);
}

static bool
is_swept(const struct scenario *scenario, const char *knob)
{
	size_t i;

	for (i = 0; i < scenario->axis_count; i++)
		if (strcmp(scenario->axes[i].knob, knob) == 0)
			return (true);
	return (false);
}

/*
 * What an axis over presets would make of a policy; resolving cannot fail
 * here, since every layer was applied before.
 */
static void
put_presets(FILE *out, const struct scenario *scenario, size_t policy)
{
	const struct scenario_source *source;
	struct run_spec spec;
	struct err err;
	size_t i;

	source = scenario->source;
	for (i = 0; i < source->preset_count; i++) {
		fprintf(out, "preset %s\n", source->presets[i]->name);
		if (scenario_resolve(scenario, policy, source->presets[i],
		    &spec, &err) == 0)
			put_spec(out, &spec);
	}
}

void
scenario_digest(struct scenario *scenario)
{
	const struct settings *pins;
	XXH128_canonical_t canonical;
	char *text;
	size_t bytes, i, j;
	FILE *out;

	out = open_memstream(&text, &bytes);
	if (out == NULL)
		abort();
	fputs("gusim scenario 1\n", out);
	for (i = 0; i < scenario->policy_count; i++) {
		fprintf(out, "label %s\n", scenario->policies[i].label);
		put_spec(out, &scenario->policies[i].spec);
		if (is_swept(scenario, settings_preset))
			put_presets(out, scenario, i);
		/* A pinned knob is not swept, whatever its value. */
		pins = &scenario->source->policies[i].pins;
		for (j = 0; j < pins->count; j++)
			if (is_swept(scenario, pins->items[j].knob))
				fprintf(out, "set %s\n", pins->items[j].knob);
	}
	for (i = 0; i < scenario->joint_count; i++)
		put_joint(out, scenario, &scenario->joints[i]);
	for (i = 0; i < scenario->filter_count; i++)
		put_filter(out, &scenario->filters[i]);
	if (fclose(out) != 0)
		abort();
	XXH128_canonicalFromHash(&canonical, XXH3_128bits(text, bytes));
	for (i = 0; i < sizeof(canonical.digest); i++)
		snprintf(scenario->digest + 2 * i, 3, "%02x",
		    canonical.digest[i]);
	free(text);
}
