/*
 * cpu - whose is it?
 *
 * A CPU goes from thread to thread, and has its idle loop where nobody could
 * run.  For those who switch; everybody else needs machine.h only.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_CPU_H
#define SIM_MACHINE_CPU_H

#include "sim/machine/machine.h"
#include "sim/machine/queue.h"

/* The thread's choice among those of its run queue, or its idle loop. */
void cpu_dispatch(struct cpu *cpu);
/* It goes on with this one. */
void cpu_change(struct cpu *cpu, struct thread *to);
/*
 * Goes on with whoever is next, from the stack of whom the CPU had before: it is
 * at rest.  The second is that of a stepped run.
 */
void machine_rest(struct cpu *cpu, struct fiber *from);
void step_rest(struct cpu *cpu, struct fiber *from);
/* The current thread leaves its CPU; MACHINE_NEVER: until it is woken. */
void thread_block(struct thread *thread, uint64_t at_ps);

/* What a thread brings along comes to the CPU; and the stream hears of it. */
void cpu_arrive(struct cpu *cpu, struct thread *thread);
void cpu_tell(struct cpu *cpu, const struct thread *to);

/*
 * Whose the CPU is; the stack is still another one's.  Nobody asks for a look;
 * here the thread brings nothing along, and nobody hears of it.
 */
static inline __attribute__((always_inline)) void
cpu_take_quietly(struct cpu *cpu, struct thread *to)
{

	if (to != cpu->idle || cpu->current != cpu->idle)
		cpu->now_ps += cpu_scale(cpu, the.config.switch_ps);
	to->state = THREAD_RUNNING;
	to->cpu = cpu->index;
	cpu->current = to;
	cpu->slice_end_ps = cpu->now_ps + the.config.slice_ps;
}

static inline __attribute__((always_inline)) void
cpu_take(struct cpu *cpu, struct thread *to)
{
	const struct thread *from;

	from = cpu->current;
	cpu_take_quietly(cpu, to);
	/* Where no order is kept nobody has a stamp. */
	if (__builtin_expect(to->stamp != 0, 0))
		cpu_arrive(cpu, to);
	if (__builtin_expect(the.listen >> STREAM_SWITCH & 1, 0) && to != from)
		cpu_tell(cpu, to);
}

/* The CPU, which is next, goes on with who waits for it, if it is at rest. */
static inline __attribute__((always_inline)) struct cpu *
cpu_rouse(struct cpu *cpu)
{
	struct thread *to;

	if (!cpu->at_rest || cpu == the.cpu || cpu->pending != 0 ||
	    the.ports.busy != NULL)
		return (cpu);
	to = queue_next(cpu);
	if (to == NULL)
		return (cpu);
	cpu->at_rest = 0;
	cpu_take(cpu, to);
	return (cpu);
}

#endif
