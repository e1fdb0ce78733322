/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "sim/base/words.h"
#include "sim/machine/cpu.h"
#include "sim/machine/step_now.h"
#include "sim/memory/clock.h"

/*
 * Stacks are kept from run to run: slot i of the.threads is idle loop i for the
 * first cpu_count slots, then threads 1, 2, ... in order of creation.
 */

static bool
thread_slots(uint32_t slots)
{
	struct thread **threads, *thread;
	uint32_t room;

	while (the.thread_room < slots) {
		room = the.thread_room;
		if ((room & (room - 1)) == 0) {
			threads = realloc(the.threads,
			    (room == 0 ? 1 : room * 2) * sizeof(*threads));
			if (threads == NULL)
				return (false);
			the.threads = threads;
		}
		thread = calloc(1, sizeof(*thread));
		if (thread == NULL)
			return (false);
		if (!fiber_map(&thread->fiber, room)) {
			free(thread);
			return (false);
		}
		the.threads[the.thread_room++] = thread;
	}
	return (true);
}

/* Where there is room, all but its stack as new. */
static inline __attribute__((always_inline)) struct thread *
thread_make(uint32_t slot, const char *name, int pinned, void (*body)(void *),
    void *argument)
{
	struct thread *thread;

	thread = the.threads[slot];
	words_clear(&thread->number,
	    sizeof(*thread) - offsetof(struct thread, number));
	thread->name = name;
	thread->pinned = pinned;
	thread->cpu = pinned >= 0 ? (uint32_t)pinned : 0;
	thread->body = body;
	thread->argument = argument;
	thread->opened_ps = MACHINE_NEVER;
	return (thread);
}

static void thread_stamp(struct thread *thread);

/* --- idle loops -------------------------------------------------------------- */

static void
idle_body(void *argument)
{
	struct cpu *cpu;

	cpu = argument;
	cpu->idle->begun = 1;
	for (;;) {
		cpu->at_rest = 0;
		/* Or the thread would begin with an interrupt that waits. */
		if (cpu->pending != 0) {
			cpu_service();
			continue;
		}
		if (cpu->run_head != NULL || cpu->spare != NULL) {
			if (the.ports.busy != NULL)
				the.ports.busy(cpu);
			cpu_dispatch(cpu);
			continue;
		}
		if (the.ports.idle != NULL) {
			the.ports.idle(cpu);
			/* Somebody may have come while the policy was busy. */
			if (cpu->pending != 0 || cpu->run_head != NULL ||
			    cpu->spare != NULL)
				continue;
		}
		cpu->at_rest = 1;
		machine_wait(cpu, MACHINE_NEVER);
	}
}

void
thread_idle(struct cpu *cpu)
{

	if (!thread_slots(cpu->index + 1))
		abort();
	cpu->idle = thread_make(cpu->index, "idle", (int)cpu->index, idle_body,
	    cpu);
	cpu->idle->state = THREAD_RUNNING;
	cpu->current = cpu->idle;
	cpu->at_rest = 1;
	fiber_prepare(&cpu->idle->fiber, idle_body, cpu);
}

/* --- threads --------------------------------------------------------------- */

static void
thread_body(void *argument)
{
	struct thread *thread;

	thread = argument;
	thread->body(thread->argument);
	thread_exit();
}

/* There is no stack for it yet, or there is to be none. */
static __attribute__((noinline)) struct thread *
thread_create_room(const char *name, int pinned, void (*body)(void *),
    void *argument)
{

	if (the.thread_count >= MACHINE_THREADS_MAX ||
	    !thread_slots(the.cpu_count + the.thread_count + 1))
		return (NULL);
	return (thread_create(name, pinned, body, argument));
}

struct thread *
thread_create(const char *name, int pinned, void (*body)(void *),
    void *argument)
{
	struct thread *thread;
	uint32_t slot;

	slot = the.cpu_count + the.thread_count;
	if (__builtin_expect(the.thread_count >= MACHINE_THREADS_MAX ||
	    slot >= the.thread_room, 0))
		return (thread_create_room(name, pinned, body, argument));
	thread = thread_make(slot, name, pinned, body, argument);
	thread->number = ++the.thread_count;
	the.threads_alive++;
	if (pinned < 0)
		thread->cpu = (thread->number - 1) % the.cpu_count;
	fiber_prepare(&thread->fiber, thread_body, thread);
	return (thread);
}

/* Any idle CPU, rather than to wait for the one where it was last. */
static __attribute__((noinline)) struct cpu *
thread_home_found(const struct thread *thread)
{
	struct cpu *cpu;
	uint32_t i;

	cpu = &the.cpus[thread->cpu];
	if (cpu->current == cpu->idle && cpu->run_head == NULL)
		return (cpu);
	for (i = 0; i < the.cpu_count; i++)
		if (the.cpus[i].current == the.cpus[i].idle &&
		    the.cpus[i].run_head == NULL)
			return (&the.cpus[i]);
	return (cpu);
}

static inline __attribute__((always_inline)) struct cpu *
thread_home(const struct thread *thread)
{

	return (thread->pinned >= 0 ? &the.cpus[thread->pinned] :
	    thread_home_found(thread));
}

/* It goes before all others, or after them. */
static __attribute__((noinline)) void
thread_ready_ranked(struct thread *thread, struct cpu *cpu, uint64_t at_ps)
{

	if (thread->urgent) {
		queue_push_first(cpu, thread);
		cpu->pending |= CPU_RESCHED;
	} else {
		spare_push(cpu, thread);
	}
	if (thread->urgent || cpu->current == cpu->idle)
		cpu_kick(cpu, at_ps);
}

/* The same of a CPU that may have stood still since the machine was made. */
static inline __attribute__((always_inline)) void
cpu_kick_first(struct cpu *cpu)
{

	if (!the.stepped || cpu->at_step || cpu->now_ps != 0) {
		cpu_kick(cpu, 0);
		return;
	}
	cpu->want_ps = 0;
	the.off_step |= UINT64_C(1) << cpu->index;
}

/*
 * It is the next on an idle CPU, as most are, or it waits with others.  `first`:
 * the machine is not running yet.
 */
static inline __attribute__((always_inline)) void
thread_ready(struct thread *thread, uint64_t at_ps, bool first)
{
	struct cpu *cpu;

	thread->wake_serial++;
	cpu = thread_home(thread);
	if (__builtin_expect((thread->urgent | thread->background) != 0, 0)) {
		thread_ready_ranked(thread, cpu, at_ps);
		return;
	}
	queue_push(cpu, thread);
	if (__builtin_expect(cpu->current->background, 0))
		cpu->pending |= CPU_RESCHED;
	else if (cpu->current != cpu->idle)
		return;
	if (first)
		cpu_kick_first(cpu);
	else
		cpu_kick(cpu, at_ps);
}

void
thread_wake(struct thread *thread, uint64_t at_ps)
{

	if (thread->state == THREAD_SLEEPING || thread->state == THREAD_NEW)
		thread_ready(thread, at_ps, false);
}

static void
thread_alarm(void *argument, uint64_t value, uint64_t at_ps)
{
	struct thread *thread;

	thread = argument;
	if (thread->wake_serial == (uint32_t)value)
		thread_wake(thread, at_ps);
}

static __attribute__((noinline)) void
thread_start_later(struct thread *thread, uint64_t at_ps)
{

	thread_stamp(thread);
	machine_timer(at_ps, thread_alarm, thread, thread->wake_serial);
}

void
thread_start(struct thread *thread, uint64_t at_ps)
{

	/* Before the machine runs nothing can come in between. */
	if (the.cpu != NULL || at_ps != 0 || timers_next(&the.timers) == 0)
		thread_start_later(thread, at_ps);
	else if (thread->state == THREAD_NEW)
		thread_ready(thread, 0, true);
}

/* The thread takes along what this CPU has done, to where it runs next. */
static void
thread_stamp(struct thread *thread)
{

	if (!the.ordering || the.cpu == NULL)
		return;
	stamp_drop(thread->stamp);
	thread->stamp = stamp_take(the.cpu->index, 0);
}

static __attribute__((noinline)) void
thread_settle_policy(void)
{

	/* Nobody takes the thread off in the middle of that. */
	the.cpu->current->critical++;
	the.ports.context_switch(the.cpu);
	the.cpu->current->critical--;
	/* What the policy stored for this thread is not the next one's. */
	stores_settle();
}

/*
 * The policy hears of a switch while the leaving thread still is current.  The
 * scheduler's own locks empty the store buffer before the thread may run
 * elsewhere.
 */
static inline __attribute__((always_inline)) void
thread_settle(void)
{

	if (the.stepped)
		(void)step_take(STEP_EMPTY, 0, 0);
	else
		stores_settle();
	if (the.ports.context_switch != NULL)
		thread_settle_policy();
}

static void
thread_leave(void)
{

	thread_settle();
	thread_stamp(the.cpu->current);
}

void
thread_block(struct thread *thread, uint64_t at_ps)
{

	thread_leave();
	thread->state = THREAD_SLEEPING;
	thread->wake_serial++;
	if (at_ps != MACHINE_NEVER)
		machine_timer(at_ps, thread_alarm, thread,
		    thread->wake_serial);
	cpu_dispatch(&the.cpus[thread->cpu]);
}

void
thread_sleep_until(uint64_t at_ps)
{
	struct cpu *cpu;

	cpu = the.cpu;
	/* Timers belong to the future of everybody. */
	machine_turn();
	cpu = the.cpu;
	if (at_ps <= cpu->now_ps)
		return;
	thread_block(cpu->current, at_ps);
}

void
thread_yield(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (cpu->run_head == NULL || !cpu_may_preempt(cpu))
		return;
	thread_leave();
	if (cpu->current->background)
		spare_push(cpu, cpu->current);
	else
		queue_push(cpu, cpu->current);
	cpu_dispatch(cpu);
}

/* Who waits for somebody may be waiting for one of the background. */
void
thread_yield_all(void)
{
	struct cpu *cpu;

	cpu = the.cpu;
	if (cpu->run_head != NULL || cpu->spare == NULL) {
		thread_yield();
		return;
	}
	if (!cpu_may_preempt(cpu))
		return;
	thread_leave();
	if (cpu->current->background)
		spare_push(cpu, cpu->current);
	else
		queue_push(cpu, cpu->current);
	cpu_change(cpu, spare_pop(cpu));
}

void
thread_bind(uint32_t cpu)
{
	struct thread *thread;

	thread = the.cpu->current;
	if (!thread->bound) {
		thread->unbound = thread->pinned;
		thread->bound = 1;
	}
	thread->pinned = (int32_t)cpu;
	if (the.cpu->index == cpu)
		return;
	/* It is woken at once, by the CPU that it now belongs to. */
	machine_turn();
	thread_block(thread, the.cpu->now_ps + 1);
}

void
thread_unbind(void)
{
	struct thread *thread;

	thread = the.cpu->current;
	if (!thread->bound)
		return;
	thread->pinned = thread->unbound;
	thread->bound = 0;
}

_Noreturn void
thread_exit(void)
{
	struct cpu *cpu;

	/* Nobody can tell what it did last: it runs nowhere again. */
	thread_settle();
	cpu = the.cpu;
	cpu->current->state = THREAD_DONE;
	the.threads_alive--;
	if (the.threads_alive == 0) {
		if (the.ports.threads_gone != NULL)
			the.ports.threads_gone();
		else
			machine_stop();
	}
	cpu_dispatch(cpu);
	abort();
}
