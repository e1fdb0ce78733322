/*
 * There is no memory for a bucket: now and then, or in spells.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/faults/fault.h"

struct bucket_failure_config {
	uint64_t chance_ppm;
	uint64_t every_ps;
	uint64_t length_ps;
};

static const struct knob knobs[] = {
	{ "chance", KNOB_SHARE,
	    offsetof(struct bucket_failure_config, chance_ppm), NULL, "100%",
	    "100%", NULL, "share of the attempts that fail in a spell" },
	{ "every", KNOB_TIME, offsetof(struct bucket_failure_config, every_ps),
	    NULL, "1000s", "0s", NULL,
	    "time between two spells, at least 1us; 0: one spell that never ends" },
	{ "for", KNOB_TIME, offsetof(struct bucket_failure_config, length_ps),
	    NULL, "1000s", "1ms", NULL, "length of a spell" },
};

/* A spell each picosecond would be all that the machine ever does. */
static uint64_t
gap(const struct bucket_failure_config *config)
{

	return (config->every_ps < 1000000 ? 1000000 : config->every_ps);
}

static void
spell(void *argument, uint64_t value, uint64_t at_ps)
{
	const struct bucket_failure_config *config;
	struct fault *fault;

	fault = argument;
	config = fault->config;
	fault->until_ps = at_ps + config->length_ps;
	machine_timer(at_ps + gap(config), spell, fault, value);
}

static void
start(struct fault *fault, uint64_t at_ps)
{
	const struct bucket_failure_config *config;

	config = fault->config;
	if (config->every_ps == 0)
		fault->until_ps = MACHINE_NEVER;
	else
		machine_timer(at_ps + gap(config), spell, fault, 0);
}

static bool
fails(struct fault *fault, enum kern_fail site)
{
	const struct bucket_failure_config *config;

	config = fault->config;
	return (site == KERN_FAIL_BUCKET &&
	    the.cpu->now_ps < fault->until_ps &&
	    rng_chance(&fault->rngs[the.cpu->index], config->chance_ppm));
}

const struct fault_def fault_bucket_failure = {
	.part = {
		.name = "bucket_failure",
		.about = "no memory for a bucket, now and then or in spells",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct bucket_failure_config),
	},
	.start = start,
	.fails = fails,
};
