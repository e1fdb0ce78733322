/*
 * One CPU is slower than the others: thermal limits, a smaller core, a noisy
 * sibling.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/faults/fault.h"

struct slow_cpu_config {
	uint64_t cpu;
	uint64_t slowdown_ppm;
};

static const struct knob knobs[] = {
	{ "cpu", KNOB_COUNT, offsetof(struct slow_cpu_config, cpu), NULL,
	    "1023", "0", NULL,
	    "which; counted modulo the number of CPUs" },
	{ "slowdown", KNOB_SHARE,
	    offsetof(struct slow_cpu_config, slowdown_ppm), NULL, "10000%",
	    "100%", NULL, "how much longer everything takes on it" },
};

static void
start(struct fault *fault, uint64_t at_ps)
{
	const struct slow_cpu_config *config;

	(void)at_ps;
	config = fault->config;
	cpu_slow(&the.cpus[config->cpu % the.cpu_count],
	    (uint32_t)config->slowdown_ppm);
}

const struct fault_def fault_slow_cpu = {
	.part = {
		.name = "slow_cpu",
		.about = "one CPU takes longer for everything",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct slow_cpu_config),
	},
	.start = start,
};
