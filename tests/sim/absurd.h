/*
 * absurd - what if everything goes wrong all the time?
 *
 * Each seed gives another scenario: workload, core mode and profile, machine,
 * memory model, tiny buckets, and every fault at rates that no machine has.
 * Used to show that correct code is never accused, and that mutants are.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_ABSURD_H
#define TESTS_SIM_ABSURD_H

#include <stdio.h>
#include <stdlib.h>

#include "sim/base/err.h"
#include "sim/base/rng.h"
#include "sim/run.h"
#include "sim/spec.h"

static void
absurd_set(struct run_spec *spec, const char *name, const char *value)
{
	struct err err;

	if (spec_set(spec, name, value, &err) != 0) {
		fprintf(stderr, "absurd: %s\n", err.text);
		exit(2);
	}
}

static void
absurd_number(struct run_spec *spec, const char *name, uint64_t value)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	absurd_set(spec, name, text);
}

static void
absurd_fault(struct run_spec *spec, const char *name)
{
	struct err err;

	if (spec_add_fault(spec, name, &err) != 0) {
		fprintf(stderr, "absurd: %s\n", err.text);
		exit(2);
	}
}

static void
absurd_faults(struct run_spec *spec, struct rng *rng)
{
	static const char *const hows[] = { "trim", "drain", "drain_cpu" };

	absurd_fault(spec, "preemption");
	absurd_set(spec, "faults.preemption.rate", "100000/s");
	absurd_set(spec, "faults.preemption.for", "{exp: 5us}");
	absurd_fault(spec, "hypervisor_stall");
	absurd_set(spec, "faults.hypervisor_stall.rate", "100000/s");
	absurd_set(spec, "faults.hypervisor_stall.for", "{exp: 5us}");
	absurd_set(spec, "faults.hypervisor_stall.gang", "10%");
	absurd_fault(spec, "smi");
	absurd_set(spec, "faults.smi.every", "20us");
	absurd_set(spec, "faults.smi.for", "{exp: 3us}");
	absurd_set(spec, "faults.smi.scope", rng_below(rng, 2) ? "one" : "all");
	absurd_fault(spec, "late_tick");
	absurd_set(spec, "faults.late_tick.chance", "30%");
	absurd_set(spec, "faults.late_tick.by", "{exp: 20us}");
	absurd_fault(spec, "slow_cpu");
	absurd_fault(spec, "bucket_failure");
	absurd_set(spec, "faults.bucket_failure.chance", "30%");
	absurd_fault(spec, "memory_pressure");
	absurd_set(spec, "faults.memory_pressure.every", "30us");
	absurd_set(spec, "faults.memory_pressure.how",
	    hows[rng_below(rng, 3)]);
}

/* Everything but the workload and the policy's mode. */
static void
absurd_machine(struct run_spec *spec, struct rng *rng)
{
	static const char *const phases[] = { "spread", "aligned", "random" };

	absurd_number(spec, "machine.cpus", 1 + rng_below(rng, 6));
	if (spec->machine.cpus >= 4)
		absurd_number(spec, "machine.sockets",
		    1 + rng_below(rng, 4));
	absurd_number(spec, "machine.store_buffer", 1 + rng_below(rng, 56));
	absurd_set(spec, "machine.memory", rng_below(rng, 4) ? "tso" : "sc");
	absurd_set(spec, "machine.pages", "64MiB");
	absurd_set(spec, "machine.hz", rng_below(rng, 2) ? "10000" : "100000");
	absurd_set(spec, "machine.tick_phase", phases[rng_below(rng, 3)]);
	absurd_set(spec, "run.warmup", "10us");
	absurd_set(spec, "run.duration", "200us");
	absurd_set(spec, "run.series_points", "1");
}

static void
absurd_zone(struct run_spec *spec, struct rng *rng)
{

	absurd_number(spec, "zone.bucket_size", 1 + rng_below(rng, 6));
	absurd_number(spec, "zone.advance_every", 1 + rng_below(rng, 3));
	absurd_set(spec, "zone.bucket_growth",
	    rng_below(rng, 2) ? "true" : "false");
	absurd_set(spec, "zone.first_touch",
	    rng_below(rng, 2) ? "true" : "false");
}

/* The scenario of this seed; `mode` NULL draws the core's mode as well. */
static inline void
absurd_spec(struct run_spec *spec, uint64_t seed, const char *mode)
{
	static const char *const workloads[] = { "slot_churn", "stress",
		"radix", "chains", "burst", "producer_consumer", "namecache" };
	static const char *const modes[] = { "eager", "deferred", "lazy" };
	struct rng rng;
	struct err err;
	const char *drawn;

	rng_init(&rng, seed, "absurd", 0);
	spec_init(spec);
	spec->seed = seed;
	if (spec_set_workload(spec, workloads[rng_below(&rng, 7)], &err) != 0) {
		fprintf(stderr, "absurd: %s\n", err.text);
		exit(2);
	}
	drawn = modes[rng_below(&rng, 3)];
	absurd_set(spec, "core.mode", mode != NULL ? mode : drawn);
	if (rng_below(&rng, 2))
		absurd_set(spec, "core.profile", "wrap");
	absurd_number(spec, "core.deferral", 1 + rng_below(&rng, 6));
	absurd_number(spec, "core.lazy_grace", 2 + rng_below(&rng, 3));
	absurd_machine(spec, &rng);
	absurd_zone(spec, &rng);
	absurd_faults(spec, &rng);
}

#endif
