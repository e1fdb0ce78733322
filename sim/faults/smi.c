/*
 * A system management interrupt: the firmware stops all CPUs, or one, wherever
 * they are.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/faults/fault.h"

enum smi_scope { SMI_ALL, SMI_ONE };

struct smi_config {
	uint64_t every_ps;
	uint64_t jitter_ppm;
	struct dist length;
	uint64_t scope;
};

static const char *const scopes[] = { "all", "one", NULL };

static const struct knob knobs[] = {
	{ "every", KNOB_TIME, offsetof(struct smi_config, every_ps),
	    "1us", "1000s", "1s", NULL, "time between two" },
	{ "jitter", KNOB_SHARE, offsetof(struct smi_config, jitter_ppm),
	    NULL, "100%", "10%", NULL,
	    "the time between two varies by up to this share, either way" },
	{ "for", KNOB_TIME_DIST, offsetof(struct smi_config, length),
	    "1ns", "10s", "150us", NULL, "how long the CPUs are stopped" },
	{ "scope", KNOB_CHOICE, offsetof(struct smi_config, scope), NULL, NULL,
	    "all", scopes, "whom it stops: all CPUs, or one drawn each time" },
};

static uint64_t
gap(const struct smi_config *config, struct rng *rng)
{
	uint64_t spread;

	spread = config->every_ps / 1000000 * config->jitter_ppm;
	return (config->every_ps - spread + rng_below(rng, 2 * spread + 1) + 1);
}

static void
strike(void *argument, uint64_t value, uint64_t at_ps)
{
	const struct smi_config *config;
	struct fault *fault;
	struct rng *rng;
	uint64_t length;
	uint32_t cpu;

	fault = argument;
	config = fault->config;
	rng = &fault->rngs[0];
	length = dist_sample(&config->length, rng);
	if (config->scope == SMI_ONE)
		cpu_stall(&the.cpus[rng_below(rng, the.cpu_count)], at_ps,
		    length, STREAM_SMI);
	else
		for (cpu = 0; cpu < the.cpu_count; cpu++)
			cpu_stall(&the.cpus[cpu], at_ps, length, STREAM_SMI);
	machine_timer(at_ps + length + gap(config, rng), strike, fault, value);
}

static void
start(struct fault *fault, uint64_t at_ps)
{
	const struct smi_config *config;

	config = fault->config;
	/* The first comes anywhere in the first interval. */
	machine_timer(at_ps + rng_below(&fault->rngs[0], config->every_ps) + 1,
	    strike, fault, 0);
}

const struct fault_def fault_smi = {
	.part = {
		.name = "smi",
		.about = "the firmware stops all CPUs, or one, wherever they are",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct smi_config),
	},
	.start = start,
};
