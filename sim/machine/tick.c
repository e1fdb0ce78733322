/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/hook.h"
#include "sim/machine/machine.h"
#include "sim/memory/memory.h"

/*
 * Clock interrupts.  Every CPU takes its own, each with its own phase; CPU 0's
 * moves the global counter, by as many ticks as have passed since it last did,
 * as hardclock does after a stall.  An interrupt that finds one pending is
 * merged with it.
 */

static uint64_t
tick_phase(uint32_t index)
{
	struct rng rng;

	switch (the.config.tick_phase) {
	case MACHINE_PHASE_ALIGNED:
		return (0);
	case MACHINE_PHASE_SPREAD:
		return (the.tick_ps / the.cpu_count * index);
	default:
		rng_init(&rng, the.seed, "tick_phase", index);
		return (rng_below(&rng, the.tick_ps));
	}
}

/* `value` is when this interrupt was to come, before any delay. */
static void
tick_fire(void *argument, uint64_t value, uint64_t at_ps)
{
	struct cpu *cpu;
	uint64_t next, delay;

	cpu = argument;
	cpu->pending |= CPU_TICK;
	cpu_kick(cpu, at_ps);
	next = value + the.tick_ps;
	delay = the.ports.tick_delay != NULL ?
	    the.ports.tick_delay(cpu->index) : 0;
	machine_timer(next + delay > at_ps ? next + delay : at_ps,
	    tick_fire, cpu, next);
}

void
tick_start(void)
{
	uint64_t first;
	uint32_t i;

	the.tick_origin_ps = tick_phase(0);
	for (i = 0; i < the.cpu_count; i++) {
		first = tick_phase(i);
		machine_timer(first, tick_fire, &the.cpus[i], first);
	}
}

void
tick_service(struct cpu *cpu)
{
	uint64_t passed;

	cpu->pending &= ~(uint32_t)CPU_TICK;
	cpu->interrupts++;
	stores_drain_all();
	machine_spend(the.config.tick_ps);
	if (cpu->index == 0) {
		passed = cpu->now_ps < the.tick_origin_ps ? 0 :
		    (cpu->now_ps - the.tick_origin_ps) / the.tick_ps + 1;
		atomic_write(the.ticks, sizeof(*the.ticks), passed,
		    ORDER_RELAXED, __builtin_return_address(0));
	}
	machine_event(STREAM_TICK, NULL, *the.ticks, 0);
	if (the.ports.tick != NULL)
		the.ports.tick(cpu);
	stores_drain_all();
	cpu->interrupts--;
	if (cpu->run_head != NULL && cpu->now_ps >= cpu->slice_end_ps)
		cpu->pending |= CPU_RESCHED;
}
