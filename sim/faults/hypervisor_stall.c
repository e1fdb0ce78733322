/*
 * The hypervisor takes a virtual CPU off its processor, at any instruction,
 * critical section or not.  Its store buffer drains on the exit.  A gang stall
 * takes all virtual CPUs of the guest at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/faults/fault.h"

struct hypervisor_config {
	uint64_t rate;
	struct dist length;
	uint64_t gang_ppm;
};

static const struct knob knobs[] = {
	{ "rate", KNOB_RATE, offsetof(struct hypervisor_config, rate),
	    "0.001/s", "1000000/s", "20/s", NULL,
	    "how often, for each CPU; the instants are a Poisson process" },
	{ "for", KNOB_TIME_DIST, offsetof(struct hypervisor_config, length),
	    "1ns", "10s", "{lognormal: {median: 200us, p99: 5ms}}", NULL,
	    "how long the virtual CPU does not run" },
	{ "gang", KNOB_SHARE, offsetof(struct hypervisor_config, gang_ppm),
	    NULL, "100%", "0%", NULL,
	    "share of the stalls that take all CPUs at once" },
};

static void
strike(void *argument, uint64_t value, uint64_t at_ps)
{
	const struct hypervisor_config *config;
	struct fault *fault;
	struct rng *rng;
	uint64_t length;
	uint32_t cpu;

	fault = argument;
	config = fault->config;
	rng = &fault->rngs[value];
	length = dist_sample(&config->length, rng);
	if (rng_chance(rng, config->gang_ppm)) {
		for (cpu = 0; cpu < the.cpu_count; cpu++)
			cpu_stall(&the.cpus[cpu], at_ps, length,
			    STREAM_HYPERVISOR);
	} else
		cpu_stall(&the.cpus[value], at_ps, length, STREAM_HYPERVISOR);
	/* The next one is counted from when it runs again. */
	machine_timer(at_ps + length + fault_gap(config->rate, rng), strike,
	    fault, value);
}

static void
start(struct fault *fault, uint64_t at_ps)
{
	const struct hypervisor_config *config;

	config = fault->config;
	fault_each_cpu(fault, at_ps, config->rate, strike);
}

const struct fault_def fault_hypervisor_stall = {
	.part = {
		.name = "hypervisor_stall",
		.about = "a virtual CPU stops at any instruction, even in a critical section",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct hypervisor_config),
	},
	.start = start,
};
