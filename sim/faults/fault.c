/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/faults/fault.h"

#include "sim/spec.h"

#define FAULT(name) extern const struct fault_def fault_##name;
#include "sim/faults/faults.def"
#undef FAULT

const struct fault_def *const fault_defs[] = {
#define FAULT(name) &fault_##name,
#include "sim/faults/faults.def"
#undef FAULT
};
const size_t fault_def_count = sizeof(fault_defs) / sizeof(fault_defs[0]);

static struct fault faults[SPEC_FAULTS_MAX];
static size_t fault_count;
static struct rng fault_rngs[SPEC_FAULTS_MAX][MACHINE_CPUS_MAX];

void
faults_begin(const struct run_spec *spec)
{
	struct fault *fault;
	uint32_t cpu;
	size_t i;

	fault_count = spec->fault_count;
	for (i = 0; i < fault_count; i++) {
		fault = &faults[i];
		fault->def = (const struct fault_def *)spec->faults[i].def;
		fault->config = spec->faults[i].config;
		fault->ordinal = (uint32_t)i;
		fault->rngs = fault_rngs[i];
		fault->until_ps = 0;
		for (cpu = 0; cpu < the.cpu_count; cpu++)
			rng_init(&fault_rngs[i][cpu], spec->seed,
			    fault->def->part.name, i << 16 | cpu);
	}
}

void
faults_start(uint64_t at_ps)
{
	size_t i;

	for (i = 0; i < fault_count; i++)
		if (faults[i].def->start != NULL)
			faults[i].def->start(&faults[i], at_ps);
}

bool
faults_fail(enum kern_fail site)
{
	size_t i;

	for (i = 0; i < fault_count; i++)
		if (faults[i].def->fails != NULL &&
		    faults[i].def->fails(&faults[i], site))
			return (true);
	return (false);
}

uint64_t
faults_tick_delay(unsigned cpu)
{
	uint64_t delay;
	size_t i;

	delay = 0;
	for (i = 0; i < fault_count; i++)
		if (faults[i].def->tick_delay != NULL)
			delay += faults[i].def->tick_delay(&faults[i], cpu);
	return (delay);
}

uint64_t
fault_gap(uint64_t rate, struct rng *rng)
{
	struct dist gap;

	/* `rate` is in millionths of an event per second, time in ps. */
	gap.kind = DIST_EXP;
	gap.a = UINT64_C(1000000000000000000) / rate;
	gap.b = gap.c = 0;
	return (dist_sample(&gap, rng) + 1);
}

void
fault_each_cpu(struct fault *fault, uint64_t at_ps, uint64_t rate,
    timer_call *call)
{
	uint32_t cpu;

	for (cpu = 0; cpu < the.cpu_count; cpu++)
		machine_timer(at_ps + fault_gap(rate, &fault->rngs[cpu]), call,
		    fault, cpu);
}
