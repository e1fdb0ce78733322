/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sim/machine/machine.h"

/*
 * The stepped machine.  A CPU runs until it is about to access memory, and
 * waits there; the guide says who goes on.  There is one clock for all,
 * `floor_ps`: it moves with whoever works, and to the next instant that
 * somebody waits for when nobody can step.
 */

/* The step looks again at what the CPU has been waiting for. */
static bool
step_again(const struct cpu *cpu)
{
	uint32_t i;

	for (i = 0; i < cpu->heeded.count && i < CPU_HEEDS; i++)
		if (cpu->heeded.offsets[i] == cpu->step.offset &&
		    cpu->heeded.sizes[i] == cpu->step.size)
			return (true);
	return (false);
}

bool
step_may_be_stale(struct cpu *cpu)
{

	return (!the.stepped || cpu->heeded.count == 0);
}

void
step_wait(uint32_t kinds, uint32_t offset, uint32_t size)
{
	struct cpu *cpu;
	uint32_t n;

	/* Interrupts come between two steps. */
	if (the.cpu->pending & CPU_CALL)
		cpu_service();
	cpu = the.cpu;
	cpu->step.kinds = kinds;
	cpu->step.offset = offset;
	cpu->step.size = size;
	if (cpu->heeded.count > 0 &&
	    ((kinds & STEP_READ) == 0 || !step_again(cpu)))
		cpu->heeded.count = 0;
	cpu->at_step = 1;
	machine_wait(cpu, MACHINE_NEVER);
	if ((kinds & STEP_READ) == 0)
		return;
	n = cpu->heed.count++;
	if (n < CPU_HEEDS) {
		cpu->heed.offsets[n] = offset;
		cpu->heed.sizes[n] = size;
	}
}

void
step_await(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (!cpu->heed.stale) {
		cpu->step.kinds = 0;
		cpu->at_step = 1;
		cpu->awaits = 1;
		machine_wait(cpu, MACHINE_NEVER);
	}
	cpu->heeded = cpu->heed;
	cpu->heed.count = 0;
	cpu->heed.stale = 0;
}

/* It goes on with whatever it does next, up to its next step. */
static void
step_release(struct cpu *cpu)
{

	cpu->awaits = 0;
	cpu->at_step = 0;
	cpu->want_ps = 0;
}

void
step_interrupt(struct cpu *cpu)
{

	if (cpu->awaits)
		step_release(cpu);
}

void
step_written(const struct cpu *by, uint32_t offset, uint32_t size)
{
	struct cpu_heed *heed;
	struct cpu *cpu;
	uint32_t i, n;

	for (i = 0; i < the.cpu_count; i++) {
		cpu = &the.cpus[i];
		heed = &cpu->heed;
		if (cpu == by || heed->count == 0 || heed->stale)
			continue;
		heed->stale = heed->count > CPU_HEEDS;
		for (n = 0; n < heed->count && n < CPU_HEEDS; n++)
			if (offset < heed->offsets[n] + heed->sizes[n] &&
			    heed->offsets[n] < offset + size)
				heed->stale = 1;
		if (heed->stale && cpu->awaits)
			step_release(cpu);
	}
}

/* Whether nothing but its own buffer is in the way of the CPU's step. */
static bool
step_may(const struct cpu *cpu)
{
	const struct step *step;

	step = &cpu->step;
	if (cpu->store_count == 0)
		return (true);
	if (step->kinds & STEP_EMPTY)
		return (false);
	if (step->kinds & STEP_PUSH)
		return (cpu->store_count < the.config.store_buffer);
	return (true);
}

/* What everybody does next; the result has a bit for each that can. */
static uint64_t
step_list(struct step *steps)
{
	const struct store *store;
	const struct cpu *cpu;
	uint64_t ready;
	uint32_t i, buffer;

	ready = 0;
	for (i = 0; i < the.cpu_count; i++) {
		cpu = &the.cpus[i];
		buffer = the.cpu_count + i;
		steps[i] = (struct step){ 0 };
		steps[buffer] = (struct step){ 0 };
		if (cpu->at_step && !cpu->awaits) {
			steps[i] = cpu->step;
			if (step_may(cpu))
				ready |= UINT64_C(1) << i;
		}
		if (cpu->store_count > 0) {
			store = &cpu->stores[cpu->store_head];
			steps[buffer].kinds = STEP_WRITE | STEP_DRAIN;
			steps[buffer].offset = store->offset;
			steps[buffer].size = store->size;
			ready |= UINT64_C(1) << buffer;
		}
	}
	return (ready);
}

/* Going on with whoever went last, its buffer first: the fewest changes. */
static uint32_t
step_usual(uint64_t ready)
{
	uint32_t cpu;

	cpu = the.last_actor % the.cpu_count;
	if (ready >> (the.cpu_count + cpu) & 1)
		return (the.cpu_count + cpu);
	if (ready >> cpu & 1)
		return (cpu);
	return ((uint32_t)__builtin_ctzll(ready));
}

/* For whoever draws the run: somebody else goes on than would have. */
static void
step_tell(uint32_t actor)
{
	struct stream_event event;
	const struct cpu *cpu;

	cpu = &the.cpus[actor % the.cpu_count];
	memset(&event, 0, sizeof(event));
	event.at_ps = the.floor_ps;
	event.a = CHOICE_NEXT;
	event.b = actor;
	event.where = actor < the.cpu_count ? cpu->where : NULL;
	event.kind = STREAM_CHOICE;
	event.cpu = cpu->index;
	event.thread = cpu->current->number;
	event.in_window = the.in_window;
	the.ports.event(&event);
}

/* The actor that goes on, or STEP_STOP. */
static uint32_t
step_choose(const struct step *steps, uint64_t ready)
{
	uint32_t actor, usual;

	usual = step_usual(ready);
	actor = the.guide->next(the.guide->context, steps,
	    2 * the.cpu_count, ready, usual);
	if (actor == STEP_STOP || (ready >> actor & 1) == 0)
		return (actor == STEP_STOP ? actor : usual);
	if (actor != usual && (the.listen >> STREAM_CHOICE & 1))
		step_tell(actor);
	return (actor);
}

/* A CPU that works on something else than a step, or the next instant. */
static struct cpu *
step_worker(uint64_t *soon_ps)
{
	struct cpu *cpu;
	uint32_t i;

	*soon_ps = MACHINE_NEVER;
	for (i = 0; i < the.cpu_count; i++) {
		cpu = &the.cpus[i];
		if (cpu->at_step)
			continue;
		if (cpu->want_ps <= the.floor_ps)
			return (cpu);
		if (cpu->want_ps < *soon_ps)
			*soon_ps = cpu->want_ps;
	}
	return (NULL);
}

static struct cpu *
step_resume(struct cpu *cpu)
{

	cpu->at_step = 0;
	if (cpu->now_ps < the.floor_ps)
		cpu->now_ps = the.floor_ps;
	cpu->earliest_ps = MACHINE_NEVER;
	cpu->end_ps = MACHINE_NEVER;
	cpu->limit_ps = 0;
	return (cpu);
}

/* Nobody can step: it gets later.  False when there is no later. */
static bool
step_later(uint64_t at_ps)
{
	uint32_t i;

	if (at_ps == MACHINE_NEVER) {
		the.ports.report("deadlock",
		    "every thread waits for another one");
		the.stopping = true;
		return (false);
	}
	the.floor_ps = at_ps;
	/* Those who wait for time to pass look again. */
	for (i = 0; i < the.cpu_count; i++)
		if (the.cpus[i].awaits)
			step_release(&the.cpus[i]);
	return (true);
}

struct cpu *
step_next(void)
{
	struct step steps[STEP_ACTORS_MAX];
	struct timer timer;
	struct cpu *cpu;
	uint64_t soon, at, ready;
	uint32_t actor;

	if (the.cpu != NULL && the.cpu->now_ps > the.floor_ps)
		the.floor_ps = the.cpu->now_ps;
	while (!the.stopping) {
		cpu = step_worker(&soon);
		if (cpu != NULL)
			return (step_resume(cpu));
		at = timers_next(&the.timers);
		if (at <= the.floor_ps) {
			timer = timers_take(&the.timers);
			timer.call(timer.argument, timer.value, timer.at_ps);
			continue;
		}
		ready = step_list(steps);
		if (ready == 0) {
			(void)step_later(at < soon ? at : soon);
			continue;
		}
		if (++the.steps % 1024 == 0 && the.ports.watch != NULL)
			the.ports.watch();
		actor = step_choose(steps, ready);
		if (actor == STEP_STOP) {
			the.abandoned = true;
			the.stopping = true;
			break;
		}
		the.last_actor = actor;
		if (actor < the.cpu_count)
			return (step_resume(&the.cpus[actor]));
		stores_step(&the.cpus[actor - the.cpu_count]);
	}
	return (NULL);
}
