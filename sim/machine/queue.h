/*
 * queue - who runs next on this CPU?
 *
 * Threads that could run and do not, oldest first.
 *
 * Cost        O(1), but for the spare ones, which are few.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_MACHINE_QUEUE_H
#define SIM_MACHINE_QUEUE_H

#include "sim/machine/machine.h"

static inline void
queue_push(struct cpu *cpu, struct thread *thread)
{

	thread->state = THREAD_RUNNABLE;
	thread->next = NULL;
	if (cpu->run_tail == NULL)
		cpu->run_head = thread;
	else
		cpu->run_tail->next = thread;
	cpu->run_tail = thread;
	cpu->runnable_count++;
}

static inline void
queue_push_first(struct cpu *cpu, struct thread *thread)
{

	thread->state = THREAD_RUNNABLE;
	thread->next = cpu->run_head;
	cpu->run_head = thread;
	if (cpu->run_tail == NULL)
		cpu->run_tail = thread;
	cpu->runnable_count++;
}

static inline struct thread *
queue_pop(struct cpu *cpu)
{
	struct thread *thread;

	thread = cpu->run_head;
	if (thread == NULL)
		return (NULL);
	cpu->run_head = thread->next;
	if (cpu->run_head == NULL)
		cpu->run_tail = NULL;
	cpu->runnable_count--;
	return (thread);
}

/* Those that have the CPU only when nobody else wants it, oldest first. */
static inline void
spare_push(struct cpu *cpu, struct thread *thread)
{
	struct thread **end;

	thread->state = THREAD_RUNNABLE;
	thread->next = NULL;
	for (end = &cpu->spare; *end != NULL; end = &(*end)->next)
		continue;
	*end = thread;
}

static inline struct thread *
spare_pop(struct cpu *cpu)
{
	struct thread *thread;

	thread = cpu->spare;
	if (thread != NULL)
		cpu->spare = thread->next;
	return (thread);
}

/* NULL: nobody. */
static inline struct thread *
queue_next(struct cpu *cpu)
{
	struct thread *thread;

	thread = queue_pop(cpu);
	return (thread == NULL ? spare_pop(cpu) : thread);
}

#endif
