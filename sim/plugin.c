/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/plugin.h"

#include <string.h>

#include "sim/base/err.h"
#include "sim/base/part.h"
#include "sim/machine/stream.h"
#include "sim/spec.h"

/* Besides STREAM_GUEST, in the places of a plugin's code. */
#define PLUGIN_PLACE	UINT64_C(0x40000000)

static struct plugin plugins[PLUGINS_MAX];
static size_t plugin_count;

bool
plugin_add(const struct plugin *plugin)
{

	if (plugin_count == PLUGINS_MAX)
		return (false);
	plugins[plugin_count++] = *plugin;
	return (true);
}

const struct policy_def *
plugin_policy_at(size_t index)
{

	return (index < plugin_count ? plugins[index].policy : NULL);
}

static const struct plugin *
plugin_of(const struct part *part)
{
	size_t i;

	for (i = 0; i < plugin_count; i++)
		if (&plugins[i].policy->part == part->def)
			return (&plugins[i]);
	return (NULL);
}

int
plugin_number(const struct run_spec *spec)
{
	const struct plugin *plugin;

	plugin = plugin_of(&spec->policy);
	return (plugin == NULL ? -1 : (int)(plugin - plugins));
}

static const struct knob *
content_knob(const struct part_def *def)
{

	return (&def->knobs[def->knob_count - 1]);
}

void
plugin_chosen(struct part *part)
{
	const struct plugin *plugin;

	plugin = plugin_of(part);
	if (plugin != NULL)
		memcpy(part->config + content_knob(part->def)->offset,
		    plugin->content, sizeof(plugin->content));
}

int
plugin_check(const struct run_spec *spec, struct err *err)
{
	const struct plugin *plugin;
	const char *given;

	plugin = plugin_of(&spec->policy);
	if (plugin == NULL)
		return (0);
	given = (const char *)spec->policy.config +
	    content_knob(spec->policy.def)->offset;
	if (strcmp(given, plugin->content) == 0)
		return (0);
	return (err_set(err, "the file of the policy %.60s has another content "
	    "than it had: given was %.40s, loaded is %s; load the old file "
	    "(--plugin FILE), or leave policy.%.60s.content out",
	    spec->policy.def->name, given, plugin->content,
	    spec->policy.def->name));
}

void
plugin_begin(const struct run_spec *spec)
{
	const struct plugin *plugin;

	plugin = plugin_of(&spec->policy);
	if (plugin == NULL)
		return;
	stream_guest.code = plugin->code;
	stream_guest.bytes = plugin->bytes;
	stream_guest.base = STREAM_GUEST | PLUGIN_PLACE |
	    (uint64_t)(plugin - plugins) << STREAM_GUEST_SHIFT;
}

void
plugin_end(void)
{

	stream_guest.bytes = 0;
}

bool
plugin_place(uint64_t place, size_t *number, uint64_t *offset)
{

	if (place >> 32 != 0 ||
	    (place & (STREAM_GUEST | PLUGIN_PLACE)) !=
	    (STREAM_GUEST | PLUGIN_PLACE))
		return (false);
	*number = (size_t)((place & ~(STREAM_GUEST | PLUGIN_PLACE)) >>
	    STREAM_GUEST_SHIFT);
	*offset = place & ((UINT64_C(1) << STREAM_GUEST_SHIFT) - 1);
	return (*number < plugin_count);
}
