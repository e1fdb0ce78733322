/*
 * step_now - may the current CPU take its next step without a question?
 *
 * Most steps of a stepped run change nothing in who goes on: the guide has said
 * so beforehand (struct guide_stay), nobody else has become ready, no timer is
 * due.  Those are taken here, in line; all others in step.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_STEP_NOW_H
#define SIM_MACHINE_STEP_NOW_H

#include "sim/machine/causality.h"
#include "sim/machine/hook.h"
#include "sim/machine/hook_now.h"

enum { STEP_WATCH = 1024 };	/* steps between two calls of the.ports.watch */

/*
 * What step_leased() does not grant: turns, the guide, timers, interrupts, other
 * CPUs.
 */
void step_wait_slow(uint32_t kinds, uint32_t offset, uint32_t size);
/* Who goes on, after a look at everything; the current CPU waits for this. */
struct cpu *step_ask(struct cpu *cpu, uint32_t kinds, uint32_t offset,
    uint32_t size);
/* Whoever is next goes on, from the stack of whom a CPU at rest had before. */
void turn_rest(struct cpu *cpu, struct fiber *from);
/* The same after a look at everything. */
void step_rest_asked(struct cpu *cpu, struct fiber *from);
/* The CPU goes on with whatever it does next, up to its next step. */
void step_release(struct cpu *cpu);

/* As machine_switch_from(), which leaves word for those who fetch ahead. */
static inline __attribute__((always_inline)) void
turn_switch(struct fiber *from, struct cpu *next)
{

	the.switches++;
	the.cpu = next;
	if (next->store_count > 0)
		stores_show(next);
	fiber_switch(from, &next->current->fiber);
}

/* The CPU's oldest store is another one now, or the first. */
static inline void
step_head(const struct cpu *cpu, uint32_t offset, uint32_t size)
{
	uint32_t actor;

	actor = the.cpu_count + cpu->index;
	the.steps_next[actor] = (struct step){ STEP_WRITE | STEP_DRAIN, offset,
	    size };
	the.ready |= UINT64_C(1) << actor;
	if ((the.stay->unless >> actor & 1) != 0 &&
	    (!the.lease.own || cpu != the.cpu))
		step_look();
}

/* Whether nothing but its own buffer is in the way of the CPU's step. */
static inline bool
step_may(const struct cpu *cpu, uint32_t kinds)
{

	if (__builtin_expect(cpu->store_count == 0, 1))
		return (true);
	if (kinds & STEP_EMPTY)
		return (false);
	if (kinds & STEP_PUSH)
		return (cpu->store_count < the.config.store_buffer);
	return (true);
}

/* A store has gone out of the CPU's buffer. */
static inline void
step_popped(const struct cpu *cpu)
{
	const struct store *store;
	uint32_t actor, kinds;

	if (cpu->store_count > 0) {
		store = &cpu->stores[cpu->store_head];
		step_head(cpu, store->offset, store->size);
	} else {
		actor = the.cpu_count + cpu->index;
		the.ready &= ~(UINT64_C(1) << actor);
		the.steps_next[actor] = (struct step){ 0 };
	}
	/* Nothing is there where it waits for something else than its step. */
	kinds = the.steps_next[cpu->index].kinds;
	if ((kinds & (STEP_EMPTY | STEP_PUSH)) != 0 && step_may(cpu, kinds))
		the.ready |= UINT64_C(1) << cpu->index;
}

/*
 * `alone`: all of it is in one granule of causality.h.  `buffered`: as it is of
 * the machine.
 */
static inline __attribute__((always_inline)) bool
step_leased_of(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size,
    bool alone, bool buffered)
{
	bool stored;

	if (the.lease.steps == 0 || cpu->now_ps >= the.lease.until_ps ||
	    (buffered && !step_may(cpu, kinds)))
		return (false);
	stored = buffered && the.ready >> the.cpu_count != 0;
	if (stored && the.lease.stored == 0)
		return (false);
	if (alone ? causality_shared_alone(offset) :
	    size > 0 && causality_shared(offset, size)) {
		if (the.lease.shared == 0)
			return (false);
		the.lease.shared--;
	}
	the.lease.stored -= stored;
	the.lease.steps--;
	return (true);
}

/* True: the step is taken.  Its time is still to be added. */
static inline __attribute__((always_inline)) bool
step_leased(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{

	return (step_leased_of(cpu, kinds, offset, size, false,
	    the.buffered != 0));
}

/* What a loop that waits must see change. */
static inline __attribute__((always_inline)) void
step_heed(struct cpu *cpu, uint32_t offset, uint32_t size)
{
	uint32_t n;

	n = cpu->heed.count;
	if (n > CPU_HEEDS)
		return;
	cpu->heed.count = n + 1;
	cpu->heed.reads[n] = (struct cpu_read){ offset, size,
	    the.wrote_count };
}

/* Waits until the guide lets the current CPU do this; who it is then. */
static inline __attribute__((always_inline)) struct cpu *
step_take(uint32_t kinds, uint32_t offset, uint32_t size)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (!step_leased(cpu, kinds, offset, size)) {
		step_wait_slow(kinds, offset, size);
		cpu = the.cpu;
	}
	if (kinds & STEP_READ)
		step_heed(cpu, offset, size);
	return (cpu);
}

/* The access's step, and the access itself: enum access_how. */
static inline __attribute__((always_inline)) void
step_access(uint32_t kinds, uint32_t offset, uint32_t size, unsigned how,
    const void *where)
{
	struct cpu *cpu;

	if ((how & ACCESS_ORDERED) && the.history != NULL)
		kinds |= STEP_ORDERED;
	the.cpu->where = where;
	cpu = step_take(kinds, offset, size);
	hook_count(cpu, offset);
	cpu->now_ps += cpu->hit_ps;
	hook_now(&the.lines[offset >> ARENA_LINE_SHIFT], offset, size, how,
	    where);
	/* Whether a read-modify-write changes anything is not known yet. */
	if ((kinds & STEP_WRITE) != 0 && (how & ACCESS_UPDATE) == 0)
		step_written(cpu, offset, size);
}

#endif
