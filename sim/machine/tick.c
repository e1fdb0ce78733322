/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/hook.h"
#include "sim/machine/machine.h"
#include "sim/memory/memory.h"

/*
 * Clock interrupts.  Every CPU takes its own, each with its own phase.  CPU 0's
 * moves the global counter, by as many ticks as have passed since it last did;
 * or each does that finds it behind its own count, as FreeBSD's hardclock()
 * (sys/kern/kern_clock.c).  An interrupt that finds one pending is
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

	for (i = 0; i < the.cpu_count; i++) {
		first = tick_phase(i);
		the.cpus[i].first_tick_ps = first;
		machine_timer(first, tick_fire, &the.cpus[i], first);
	}
}

/* How many ticks the CPU has had, or should have had. */
static uint32_t
tick_count(const struct cpu *cpu)
{

	return (cpu->now_ps < cpu->first_tick_ps ? 0 : (uint32_t)
	    ((cpu->now_ps - cpu->first_tick_ps) / the.tick_ps + 1));
}

/* Brings the counter up to this CPU's own count; others may do the same. */
static void
tick_push(const struct cpu *cpu)
{
	uint32_t own, global, seen;

	own = tick_count(cpu);
	global = (uint32_t)atomic_read(the.ticks, sizeof(*the.ticks),
	    ORDER_RELAXED, __builtin_return_address(0));
	while ((int32_t)(own - global) > 0) {
		seen = (uint32_t)atomic_compare(the.ticks, sizeof(*the.ticks),
		    global, own, ORDER_RELAXED, ORDER_RELAXED,
		    __builtin_return_address(0));
		if (seen == global)
			break;
		global = seen;
	}
}

void
tick_service(struct cpu *cpu)
{

	cpu->pending &= ~(uint32_t)CPU_TICK;
	cpu->interrupts++;
	stores_drain_all();
	machine_spend(the.config.tick_ps);
	if (the.config.tick_mover == MACHINE_TICKS_ANY)
		tick_push(cpu);
	else if (cpu->index == 0)
		atomic_write(the.ticks, sizeof(*the.ticks), tick_count(cpu),
		    ORDER_RELAXED, __builtin_return_address(0));
	machine_event(STREAM_TICK, NULL, *the.ticks, 0);
	if (the.ports.tick != NULL)
		the.ports.tick(cpu);
	stores_drain_all();
	cpu->interrupts--;
	if (cpu->run_head != NULL && cpu->now_ps >= cpu->slice_end_ps)
		cpu->pending |= CPU_RESCHED;
}
