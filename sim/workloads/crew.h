/*
 * crew - how many threads work on this, and where?
 *
 * Knobs and a helper that several workloads share.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_WORKLOADS_CREW_H
#define SIM_WORKLOADS_CREW_H

#include "sim/lab.h"

enum crew_placement { CREW_PINNED, CREW_MIGRATING };

struct crew_config {
	uint64_t threads_per_cpu;
	uint64_t placement;	/* enum crew_placement */
};

static const char *const crew_placements[] = { "pinned", "migrating", NULL };

/* Two rows of a knob table; `type` has a member `crew`. */
#define CREW_KNOBS(type)						\
	{ "threads_per_cpu", KNOB_COUNT,				\
	    offsetof(type, crew) + offsetof(struct crew_config,		\
	    threads_per_cpu), "1", "64", "1", NULL,			\
	    "threads for each CPU" },					\
	{ "placement", KNOB_CHOICE,					\
	    offsetof(type, crew) + offsetof(struct crew_config,		\
	    placement), NULL, NULL, "pinned", crew_placements,		\
	    "whether threads stay on their CPU or go where there is room" }

/* The CPU that the n-th thread is spawned on, of the first `cpus` ones. */
static inline int
crew_cpu(const struct crew_config *config, unsigned cpus, uint64_t n)
{

	return (config->placement == CREW_MIGRATING ? LAB_ANY_CPU :
	    (int)(n % cpus));
}

/* threads_per_cpu threads for each of the first `cpus` CPUs. */
static inline void
crew_spawn(struct lab_thread *thread, const struct crew_config *config,
    unsigned cpus, const char *name, lab_body *body, void *argument)
{
	uint64_t n;

	for (n = 0; n < cpus * config->threads_per_cpu; n++)
		lab_spawn(thread, name, crew_cpu(config, cpus, n), body,
		    argument);
}

#endif
