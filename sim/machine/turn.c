/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/shown.h"
#include "sim/machine/step_now.h"

/*
 * Turns without a question: the lease stands, but what it says of the current
 * CPU is used up, or the CPU cannot go on, or a store has waited long enough.
 * Where the guide has said by what chance that goes on, it is drawn here.
 */

/*
 * A store becomes visible where it is time for one; false where the lease did
 * not outlive that, or where nobody is ready.
 */
static bool
turn_drains(bool *shown)
{
	struct chance *chance;
	uint64_t buffers;
	uint32_t who;
	bool stuck;

	chance = the.stay->chance;
	while ((buffers = the.ready >> the.cpu_count) != 0) {
		stuck = (the.ready ^ buffers << the.cpu_count) == 0;
		if (!stuck && the.lease.stored > 0) {
			the.lease.stored--;
			return (true);
		}
		/* The last step of the lease is for whoever looks around. */
		if (the.lease.steps < 2)
			return (false);
		who = chance_drain(chance, buffers);
		if (!stuck)
			the.lease.stored = chance_wait(chance);
		the.steps++;
		the.lease.steps--;
		the.lease.granted--;
		shown_drain(&the.cpus[who], shown);
		if (the.lease.steps == 0)
			return (false);
	}
	return (the.ready != 0);
}

/* Anybody who is ready goes on. */
static inline uint32_t
turn_draw(uint64_t cpus)
{
	struct guide_stay *stay;
	uint32_t steps;

	stay = the.stay;
	stay->who = chance_turn(stay->chance, cpus, &the.lease.shared);
	stay->steps = stay->chance->row - 1;
	the.steps += the.lease.granted - the.lease.steps + 1;
	steps = STEP_WATCH - 1 - the.steps % STEP_WATCH;
	if (steps > stay->steps)
		steps = stay->steps;
	the.lease.granted = the.lease.steps = steps;
	the.last_actor = stay->who;
	return (stay->who);
}

/* The CPU that was drawn goes on. */
static inline struct cpu *
turn_to(struct cpu *cpu)
{
	struct guide_stay *stay;

	cpu->now_ps = the.floor_ps;
	cpu->earliest_ps = cpu->end_ps = MACHINE_NEVER;
	if (__builtin_expect(the.lease.granted == 0 ||
	    cpu->heeded.count != 0 || (cpu->pending & CPU_CALL) != 0, 0)) {
		stay = the.stay;
		stay->shared = the.lease.shared;
		stay->stored = the.lease.stored;
		the.lease.granted = the.lease.steps = 0;
	}
	return (cpu);
}

/* The current CPU waits for this; who is ready. */
static inline uint64_t
turn_offer(const struct cpu *cpu, uint32_t kinds, uint32_t offset,
    uint32_t size)
{
	uint64_t self;

	self = UINT64_C(1) << cpu->index;
	the.steps_next[cpu->index] = (struct step){ kinds, offset, size };
	the.floor_ps = cpu->now_ps;
	the.ready |= self;
	if (__builtin_expect(cpu->store_count > 0, 0) && !step_may(cpu, kinds))
		the.ready ^= self;
	return (the.ready);
}

/* Who goes on, where the lease stands; the current CPU waits for this step. */
static inline __attribute__((always_inline)) struct cpu *
turn_next(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{
	struct cpu *next;
	uint64_t cpus, self;
	bool shown;

	self = UINT64_C(1) << cpu->index;
	cpus = turn_offer(cpu, kinds, offset, size);
	shown = true;
	if (the.buffered) {
		if (!turn_drains(&shown)) {
			shown_set(&shown, true);
			return (step_ask(cpu, kinds, offset, size));
		}
		cpus = the.ready & ((UINT64_C(1) << the.cpu_count) - 1);
	}
	if ((cpus & self) != 0) {
		if (size == 0 || !causality_shared(offset, size)) {
			the.lease.steps--;
			shown_set(&shown, true);
			return (cpu);
		}
		if (the.lease.shared > 0) {
			the.lease.shared--;
			the.lease.steps--;
			shown_set(&shown, true);
			return (cpu);
		}
	}
	next = &the.cpus[turn_draw(cpus)];
	if (the.buffered)
		shown_set(&shown, next == cpu);
	return (turn_to(next));
}

/*
 * The current CPU, where none that goes before it is ready; its buffer, where
 * that goes before it, or where it waits for its buffer.  NULL: the guide is to
 * be asked.
 */
static struct cpu *
turn_own(struct cpu *cpu, uint32_t kinds, uint32_t offset, uint32_t size)
{
	const struct guide_stay *stay;
	const struct step *step;
	bool shown;

	stay = the.stay;
	shown = true;
	turn_offer(cpu, kinds, offset, size);
	for (;;) {
		step = &the.steps_next[cpu->index];
		if ((the.ready & stay->unless) != 0 ||
		    (the.ready >> cpu->index & 1) == 0) {
			if ((the.ready & stay->before) != 0 ||
			    cpu->store_count == 0 || the.lease.steps < 2)
				break;
			step = &the.steps_next[the.cpu_count + cpu->index];
		}
		if (choice_shared(step) && the.lease.shared-- == 0) {
			the.lease.shared = 0;
			break;
		}
		the.lease.steps--;
		if (step == &the.steps_next[cpu->index]) {
			shown_set(&shown, true);
			return (cpu);
		}
		shown_drain(cpu, &shown);
		if (the.lease.steps == 0)
			break;
	}
	shown_set(&shown, true);
	return (step_ask(cpu, kinds, offset, size));
}

struct cpu *
turn_rest(const struct cpu *cpu)
{
	uint64_t cpus;
	bool shown;

	if (the.lease.steps == 0 || cpu->now_ps >= the.lease.until_ps ||
	    the.stay->chance == NULL)
		return (NULL);
	the.floor_ps = cpu->now_ps;
	shown = false;
	if (the.buffered && !turn_drains(&shown))
		return (NULL);
	cpus = the.ready & ((UINT64_C(1) << the.cpu_count) - 1);
	return (cpus == 0 ? NULL : turn_to(&the.cpus[turn_draw(cpus)]));
}

__attribute__((noinline)) void
step_wait_slow(uint32_t kinds, uint32_t offset, uint32_t size)
{
	struct cpu *cpu, *next;

	cpu = the.cpu;
	if (the.lease.steps == 0 || cpu->now_ps >= the.lease.until_ps)
		next = step_ask(cpu, kinds, offset, size);
	else if (the.stay->chance != NULL)
		next = turn_next(cpu, kinds, offset, size);
	else if (the.lease.own)
		next = turn_own(cpu, kinds, offset, size);
	else
		next = step_ask(cpu, kinds, offset, size);
	/* What it was asked to do first may have moved the thread. */
	cpu = the.cpu;
	if (next == cpu)
		return;
	if (__builtin_expect(next == NULL, 0))
		machine_switch(cpu, next);
	else
		turn_switch(&cpu->current->fiber, next);
}
