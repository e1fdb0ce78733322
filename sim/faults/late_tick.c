/*
 * A clock interrupt comes late, as after a long stretch with interrupts off.
 * One that is later than the next merges with it: that is a lost tick.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/faults/fault.h"

struct late_tick_config {
	uint64_t chance_ppm;
	struct dist delay;
};

static const struct knob knobs[] = {
	{ "chance", KNOB_SHARE, offsetof(struct late_tick_config, chance_ppm),
	    NULL, "100%", "1%", NULL, "share of the ticks that come late" },
	{ "by", KNOB_TIME_DIST, offsetof(struct late_tick_config, delay),
	    NULL, "10s", "{exp: 300us}", NULL, "how late" },
};

static uint64_t
delay(struct fault *fault, unsigned cpu)
{
	const struct late_tick_config *config;
	struct rng *rng;

	config = fault->config;
	rng = &fault->rngs[cpu];
	if (!rng_chance(rng, config->chance_ppm))
		return (0);
	return (dist_sample(&config->delay, rng));
}

const struct fault_def fault_late_tick = {
	.part = {
		.name = "late_tick",
		.about = "a clock interrupt comes late, or is lost in the next one",
		.knobs = knobs,
		.knob_count = sizeof(knobs) / sizeof(knobs[0]),
		.config_bytes = sizeof(struct late_tick_config),
	},
	.tick_delay = delay,
};
