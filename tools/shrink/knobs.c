/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/shrink/knobs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/knob.h"

static bool
listed(const char *const *names, const char *name)
{

	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return (true);
	return (false);
}

/* What is counted elsewhere than in the workload. */
static bool
counts(const char *dotted, const struct knob *knob)
{
	static const char *const names[] = {
		"machine.cpus", "machine.sockets", "machine.threads_per_core",
		"machine.domains", "zone.bucket_size", "zone.advance_every",
		"core.deferral", NULL
	};

	if (knob->kind != KNOB_COUNT)
		return (false);
	return (strncmp(dotted, "workload.", 9) == 0 ||
	    listed(names, dotted));
}

bool
knobs_count_at(const struct run_spec *spec, size_t index,
    struct knobs_count *count)
{
	const struct knob *knob;
	const void *config;
	size_t i;

	for (i = 0; (knob = spec_knob_at(spec, i, count->dotted,
	    &config)) != NULL; i++) {
		if (!counts(count->dotted, knob) || index-- > 0)
			continue;
		memcpy(&count->value, (const char *)config + knob->offset,
		    sizeof(count->value));
		count->least = knob->least == NULL ? 0 :
		    strtoull(knob->least, NULL, 10);
		/* 0 often means that somebody else decides. */
		if (count->least == 0 && count->value > 0)
			count->least = 1;
		return (true);
	}
	return (false);
}

void
knobs_count_set(struct run_spec *spec, const char *dotted, uint64_t value)
{
	const struct knob *knob;
	struct err err;
	void *config;

	knob = spec_find(spec, dotted, &config, &err);
	assert(knob != NULL && knob->kind == KNOB_COUNT);
	memcpy((char *)config + knob->offset, &value, sizeof(value));
}

void
knobs_drop_fault(struct run_spec *spec, size_t index)
{
	size_t i;

	assert(index < spec->fault_count);
	spec->fault_count--;
	for (i = index; i < spec->fault_count; i++)
		spec->faults[i] = spec->faults[i + 1];
	memset(&spec->faults[spec->fault_count], 0, sizeof(spec->faults[0]));
}

bool
knobs_setting_at(const struct run_spec *spec, size_t index,
    char dotted[SPEC_NAME_SIZE], const char **preset)
{
	/*
	 * Times of the run are cut elsewhere; less memory is not more.  A
	 * module that this process has read is found without its name, and by
	 * nobody else.
	 */
	static const char *const others[] = {
		"run.warmup", "run.duration", "machine.pages",
		"zone.item_size", "machine.memory",
		"workload.kernel_module.file",
		"workload.kernel_module.content", NULL
	};
	const struct knob *knob;
	const void *config;
	size_t i;

	for (i = 0; (knob = spec_knob_at(spec, i, dotted, &config)) != NULL;
	    i++) {
		if (counts(dotted, knob) || listed(others, dotted) ||
		    strncmp(dotted, "policy.", 7) == 0 ||
		    strncmp(dotted, "faults.", 7) == 0 ||
		    spec_is_preset(knob, config) || index-- > 0)
			continue;
		*preset = knob->preset;
		return (true);
	}
	return (false);
}
