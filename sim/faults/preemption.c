/*
 * Something else gets the CPU for a while.  The thread is taken off at the end
 * of its critical section; other threads of the CPU may run meanwhile.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/faults/fault.h"

struct preemption_config {
	uint64_t rate;
	struct dist length;
};

static const struct knob knobs[] = {
	{ "rate", KNOB_RATE, offsetof(struct preemption_config, rate),
	    "0.001/s", "1000000/s", "100/s", NULL,
	    "how often, for each CPU; the instants are a Poisson process" },
	{ "for", KNOB_TIME_DIST, offsetof(struct preemption_config, length),
	    "1ns", "10s", "{exp: 500us}", NULL,
	    "how long the thread stays off the CPU" },
};

static void
strike(void *argument, uint64_t value, uint64_t at_ps)
{
	const struct preemption_config *config;
	struct fault *fault;
	struct rng *rng;

	fault = argument;
	config = fault->config;
	rng = &fault->rngs[value];
	cpu_preempt(&the.cpus[value], at_ps,
	    dist_sample(&config->length, rng));
	machine_timer(at_ps + fault_gap(config->rate, rng), strike, fault,
	    value);
}

static void
start(struct fault *fault, uint64_t at_ps)
{
	const struct preemption_config *config;

	config = fault->config;
	fault_each_cpu(fault, at_ps, config->rate, strike);
}

const struct fault_def fault_preemption = {
	.part = {
		.name = "preemption",
		.about = "a thread is taken off its CPU, at the end of its critical section",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct preemption_config),
	},
	.start = start,
};
