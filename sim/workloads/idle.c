/*
 * Nothing happens, on every CPU.  What a run of this costs and reports is what
 * the machine, the policy's housekeeping and the checks do by themselves.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/lab.h"

static const uint64_t idle_nap_ps = 1000000000;

static void
idle_body(struct lab_thread *thread, void *argument)
{

	(void)argument;
	while (lab_running(thread))
		lab_sleep_until(thread, lab_now_ps(thread) + idle_nap_ps);
}

static void
idle_setup(struct lab_thread *thread, const void *config)
{
	unsigned cpu;

	(void)config;
	for (cpu = 0; cpu < lab_cpu_count(thread); cpu++)
		lab_spawn(thread, "sleeper", (int)cpu, idle_body, NULL);
}

const struct workload_def workload_idle = {
	.part = {
		.name = "idle",
		.about = "every CPU sleeps: what the machine does by itself",
	},
	.setup = idle_setup,
};
