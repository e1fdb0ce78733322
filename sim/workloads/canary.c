/*
 * A workload that is always caught.  If a run of this reports nothing, the
 * reporting is broken, not the code under test.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"

struct canary_config {
	uint64_t after_ps;
};

static const struct knob canary_knobs[] = {
	{ "after", KNOB_TIME, offsetof(struct canary_config, after_ps),
	    NULL, "1s", "10us", NULL, "when it sings" },
};

static void
canary_body(struct lab_thread *thread, void *argument)
{
	const struct canary_config *config = argument;

	lab_sleep_until(thread, lab_now_ps(thread) + config->after_ps);
	lab_canary(thread);
	lab_done(thread, 1);
}

static void
canary_setup(struct lab_thread *thread, const void *argument)
{
	struct canary_config *config;

	config = lab_memory(thread, sizeof(*config));
	*config = *(const struct canary_config *)argument;
	lab_spawn(thread, "canary", 0, canary_body, config);
}

const struct workload_def workload_canary = {
	.part = {
		.name = "canary",
		.about = "sets off the check canary once: it tests the testing",
		.knobs = canary_knobs,
		.knob_count = sizeof(canary_knobs) / sizeof(canary_knobs[0]),
		.config_bytes = sizeof(struct canary_config),
	},
	.setup = canary_setup,
};
