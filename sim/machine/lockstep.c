/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/lockstep.h"

#include "sim/machine/machine.h"

enum { WR_BYTES = 8, RD_BYTES = 4, C_BYTES = 4 };

/* Ticks that come at once after an interrupt that was late. */
enum { TICKS_AT_ONCE = 4, TICKS_LATE_ONE_IN = 8 };

/*
 * Ticks that nobody looked at, in a domain that lay idle: from 2^31 on their
 * number is negative where it is an int, as FreeBSD's `ticks` is.
 */
#define	TICKS_IDLE	(UINT64_C(1) << 31)
enum { TICKS_IDLE_ONE_IN = 256 };

void
machine_lockstep(const struct lockstep *lockstep)
{

	the.lockstep = *lockstep;
	the.swift = 0;
	the.straight = 0;
}

static inline bool
overlap(uint32_t offset, uint32_t size, uint32_t word, uint32_t bytes)
{

	return (offset < word + bytes && word < offset + size);
}

/* The CPU whose c is there, or the number of CPUs. */
static uint32_t
lockstep_section(uint32_t offset, uint32_t size)
{
	const struct lockstep *own;
	uint32_t nth;

	own = &the.lockstep;
	if (offset + size <= own->c || own->c_stride == 0)
		return (the.cpu_count);
	nth = offset < own->c ? 0 : (offset - own->c) / own->c_stride;
	if (nth >= the.cpu_count || !overlap(offset, size,
	    own->c + nth * own->c_stride, C_BYTES))
		return (the.cpu_count);
	return (nth);
}

bool
lockstep_own(uint32_t offset, uint32_t size, bool write)
{
	uint32_t cpu;

	if (!lockstep_inside(offset))
		return (false);
	if (overlap(offset, size, the.lockstep.wr, WR_BYTES) ||
	    overlap(offset, size, the.lockstep.rd, RD_BYTES))
		return (false);
	cpu = lockstep_section(offset, size);
	if (cpu == the.cpu_count)
		return (true);
	return (cpu == the.cpu->index && !write);
}

uint32_t
lockstep_needs(uint32_t offset)
{

	return (the.cpu->in_core != 0 && the.buffered &&
	    lockstep_inside(offset) ? STEP_EMPTY : 0);
}

bool
lockstep_straight(uint32_t offset)
{

	return (the.lockstep.locked && the.cpu->entering &&
	    lockstep_inside(offset));
}

bool
lockstep_passes_fence(void)
{

	if (the.lockstep.to == 0)
		return (false);
	return (the.cpu->in_core != 0 ||
	    (the.lockstep.locked && the.cpu->entering));
}

/* Between two steps, so all buffered stores are hidden. */
static void
lockstep_tick(void *argument, uint64_t mean_ps, uint64_t at_ps)
{
	struct cpu *cpu;
	uint64_t gap, ticks;
	uint32_t i;

	(void)argument;
	if (the.threads_alive == 0)
		return;
	for (i = 0; i < the.cpu_count; i++) {
		cpu = &the.cpus[i];
		while (cpu->store_count > 0)
			stores_step(cpu, false);
	}
	ticks = 1;
	if (rng_below(&the.lockstep_draws, TICKS_LATE_ONE_IN) == 0)
		ticks += rng_below(&the.lockstep_draws, TICKS_AT_ONCE);
	if (rng_below(&the.lockstep_draws, TICKS_IDLE_ONE_IN) == 0)
		ticks += TICKS_IDLE;
	*the.ticks += (uint32_t)ticks;
	machine_event_on(&the.cpus[0], STREAM_TICK, at_ps, *the.ticks, 0);
	gap = 1 + rng_below(&the.lockstep_draws, 2 * mean_ps);
	machine_timer(at_ps + gap, lockstep_tick, NULL, mean_ps);
}

void
lockstep_clock(uint64_t mean_ps)
{
	uint64_t at_ps;

	rng_init(&the.lockstep_draws, the.seed, "lockstep_clock", 0);
	at_ps = the.cpu->now_ps > the.floor_ps ? the.cpu->now_ps :
	    the.floor_ps;
	machine_timer(at_ps + 1 + rng_below(&the.lockstep_draws, 2 * mean_ps),
	    lockstep_tick, NULL, mean_ps);
}
