/*
 * The page daemon asks zones to give memory back.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "policies/policy.h"
#include "sim/faults/fault.h"
#include "sim/lab_run.h"

struct memory_pressure_config {
	uint64_t every_ps;
	uint64_t how;
};

static const char *const hows[] = { "trim", "drain", "drain_cpu", NULL };

static const struct knob knobs[] = {
	{ "every", KNOB_TIME, offsetof(struct memory_pressure_config, every_ps),
	    "1us", "1000s", "10ms", NULL, "time between two requests" },
	{ "how", KNOB_CHOICE, offsetof(struct memory_pressure_config, how),
	    NULL, NULL, "drain", hows,
	    "trim to the working set, drain, or drain and flush every CPU" },
};

static void
strike(void *argument, uint64_t value, uint64_t at_ps)
{
	const struct memory_pressure_config *config;
	struct fault *fault;

	fault = argument;
	config = fault->config;
	lab_pressure((enum policy_reclaim)config->how, at_ps);
	machine_timer(at_ps + config->every_ps, strike, fault, value);
}

static void
start(struct fault *fault, uint64_t at_ps)
{
	const struct memory_pressure_config *config;

	config = fault->config;
	machine_timer(at_ps + config->every_ps, strike, fault, 0);
}

const struct fault_def fault_memory_pressure = {
	.part = {
		.name = "memory_pressure",
		.about = "the page daemon asks for memory back",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct memory_pressure_config),
	},
	.start = start,
};
