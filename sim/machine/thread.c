/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "sim/base/words.h"
#include "sim/machine/machine.h"
#include "sim/machine/queue.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

/*
 * Threads and what interrupts them.  Stacks are kept from run to run: slot i
 * of the.threads is idle loop i for the first cpu_count slots, then threads
 * 1, 2, ... in order of creation.
 */

static __attribute__((noinline)) struct thread *
thread_slot(uint32_t slot)
{
	struct thread **threads, *thread;
	uint32_t room;

	while (slot >= the.thread_room) {
		room = the.thread_room;
		if ((room & (room - 1)) == 0) {
			threads = realloc(the.threads,
			    (room == 0 ? 1 : room * 2) * sizeof(*threads));
			if (threads == NULL)
				return (NULL);
			the.threads = threads;
		}
		thread = calloc(1, sizeof(*thread));
		if (thread == NULL)
			return (NULL);
		if (!fiber_map(&thread->fiber, room)) {
			free(thread);
			return (NULL);
		}
		the.threads[the.thread_room++] = thread;
	}
	return (the.threads[slot]);
}

static struct thread *
thread_make(uint32_t slot, const char *name, int pinned, void (*body)(void *),
    void *argument)
{
	struct thread *thread;

	thread = slot < the.thread_room ? the.threads[slot] :
	    thread_slot(slot);
	if (thread == NULL)
		return (NULL);
	/* All but its stack. */
	words_clear(&thread->number,
	    sizeof(*thread) - offsetof(struct thread, number));
	thread->name = name;
	thread->pinned = pinned;
	thread->cpu = pinned >= 0 ? (uint32_t)pinned : 0;
	thread->body = body;
	thread->argument = argument;
	return (thread);
}

static void thread_arrive(struct cpu *cpu, struct thread *thread);
static void thread_stamp(struct thread *thread);

/* --- whose the CPU is ----------------------------------------------------- */

/* Whose the CPU is; the stack is still another one's. */
static inline __attribute__((always_inline)) void
cpu_take(struct cpu *cpu, struct thread *to)
{
	struct thread *from;

	from = cpu->current;
	/*
	 * Whoever asked for a look at the queue has had it.  The next thread
	 * would take an old request for one to give way again.
	 */
	cpu->pending &= ~(uint32_t)CPU_RESCHED;
	if (to != cpu->idle || from != cpu->idle)
		cpu->now_ps += cpu_scale(cpu, the.config.switch_ps);
	to->state = THREAD_RUNNING;
	to->cpu = cpu->index;
	cpu->current = to;
	/* Where no order is kept nobody has a stamp. */
	if (__builtin_expect(to->stamp != 0, 0))
		thread_arrive(cpu, to);
	cpu->slice_end_ps = cpu->now_ps + the.config.slice_ps;
	if (to != from)
		machine_event(STREAM_SWITCH, NULL, to->number, 0);
}

static void
cpu_change(struct cpu *cpu, struct thread *to)
{
	struct thread *from;

	from = cpu->current;
	cpu_take(cpu, to);
	/* No hook from here on: the stack is one thread's, the CPU another's. */
	if (to != from)
		fiber_switch(&from->fiber, &to->fiber);
}

void
cpu_dispatch(struct cpu *cpu)
{
	struct thread *from, *to;

	to = queue_next(cpu);
	from = cpu->current;
	if (to != NULL || from == cpu->idle || the.ports.idle != NULL ||
	    cpu->store_count > 0) {
		cpu_change(cpu, to == NULL ? cpu->idle : to);
		return;
	}
	/* The idle loop would only wait: that can be done from here. */
	cpu_take(cpu, cpu->idle);
	if (cpu->pending != 0) {
		fiber_switch(&from->fiber, &cpu->idle->fiber);
		return;
	}
	cpu->at_rest = 1;
	machine_rest(cpu, &from->fiber);
}

struct cpu *
cpu_rouse(struct cpu *cpu)
{
	struct cpu *before;
	struct thread *to;

	if (!cpu->at_rest || cpu == the.cpu || cpu->pending != 0 ||
	    the.ports.busy != NULL)
		return (cpu);
	to = queue_next(cpu);
	if (to == NULL)
		return (cpu);
	before = the.cpu;
	the.cpu = cpu;
	cpu->at_rest = 0;
	cpu_take(cpu, to);
	the.cpu = before;
	return (cpu);
}

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

	cpu->idle = thread_make(cpu->index, "idle", (int)cpu->index, idle_body,
	    cpu);
	if (cpu->idle == NULL)
		abort();
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

struct thread *
thread_create(const char *name, int pinned, void (*body)(void *),
    void *argument)
{
	struct thread *thread;

	if (the.thread_count >= MACHINE_THREADS_MAX)
		return (NULL);
	thread = thread_make(the.cpu_count + the.thread_count, name, pinned,
	    body, argument);
	if (thread == NULL)
		return (NULL);
	thread->number = ++the.thread_count;
	the.threads_alive++;
	if (pinned < 0)
		thread->cpu = (thread->number - 1) % the.cpu_count;
	fiber_prepare(&thread->fiber, thread_body, thread);
	return (thread);
}

static inline __attribute__((always_inline)) struct cpu *
thread_home(const struct thread *thread)
{
	struct cpu *cpu;
	uint32_t i;

	cpu = &the.cpus[thread->cpu];
	if (thread->pinned >= 0)
		return (&the.cpus[thread->pinned]);
	if (cpu->current == cpu->idle && cpu->run_head == NULL)
		return (cpu);
	for (i = 0; i < the.cpu_count; i++)
		if (the.cpus[i].current == the.cpus[i].idle &&
		    the.cpus[i].run_head == NULL)
			return (&the.cpus[i]);
	return (cpu);
}

/* It is the next on an idle CPU, as most are, or it waits with others. */
static inline __attribute__((always_inline)) void
thread_ready(struct thread *thread, uint64_t at_ps)
{
	struct cpu *cpu;

	thread->wake_serial++;
	cpu = thread_home(thread);
	if (thread->urgent) {
		queue_push_first(cpu, thread);
		cpu->pending |= CPU_RESCHED;
	} else if (thread->background)
		spare_push(cpu, thread);
	else {
		queue_push(cpu, thread);
		if (cpu->current->background)
			cpu->pending |= CPU_RESCHED;
	}
	if (thread->urgent || cpu->current == cpu->idle ||
	    (cpu->current->background && !thread->background))
		cpu_kick(cpu, at_ps);
}

void
thread_wake(struct thread *thread, uint64_t at_ps)
{

	if (thread->state == THREAD_SLEEPING || thread->state == THREAD_NEW)
		thread_ready(thread, at_ps);
}

static void
thread_alarm(void *argument, uint64_t value, uint64_t at_ps)
{
	struct thread *thread;

	thread = argument;
	if (thread->wake_serial == (uint32_t)value)
		thread_wake(thread, at_ps);
}

void
thread_start(struct thread *thread, uint64_t at_ps)
{

	/* Before the machine runs nothing can come in between. */
	if (the.cpu == NULL && at_ps == 0 && timers_next(&the.timers) > 0) {
		if (thread->state == THREAD_NEW)
			thread_ready(thread, 0);
		return;
	}
	thread_stamp(thread);
	machine_timer(at_ps, thread_alarm, thread,
	    thread->wake_serial);
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

/* ... and brings it there: the scheduler's locks order the two. */
static __attribute__((noinline)) void
thread_arrive(struct cpu *cpu, struct thread *thread)
{

	stamp_join(cpu->index, thread->stamp);
	stamp_drop(thread->stamp);
	thread->stamp = 0;
	if (the.history == NULL)
		sync_fence(cpu->index, ORDER_ACQ_REL);
	else
		the.history->fence(cpu->index, ORDER_ACQ_REL);
}

/*
 * The policy hears of a switch while the leaving thread still is current.  The
 * scheduler's own locks empty the store buffer before the thread may run
 * elsewhere.
 */
static void
thread_settle(void)
{

	stores_settle();
	if (the.ports.context_switch != NULL) {
		/* Nobody takes the thread off in the middle of that. */
		the.cpu->current->critical++;
		the.ports.context_switch(the.cpu);
		the.cpu->current->critical--;
		/* What the policy stored for this thread is not the next
		 * one's. */
		stores_settle();
	}
}

static void
thread_leave(void)
{

	thread_settle();
	thread_stamp(the.cpu->current);
}

static void
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
	struct thread *thread;
	struct cpu *cpu;

	/* Nobody can tell what it did last: it runs nowhere again. */
	thread_settle();
	cpu = the.cpu;
	thread = cpu->current;
	thread->state = THREAD_DONE;
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

/* --- what interrupts a thread ---------------------------------------------- */

void
cpu_stall(struct cpu *cpu, uint64_t at_ps, uint64_t for_ps,
    enum stream_stall kind)
{
	uint64_t until;

	until = at_ps + for_ps;
	if (until > cpu->stall_until_ps)
		cpu->stall_until_ps = until;
	cpu->stall_kind = kind;
	cpu->pending |= CPU_STALL;
	cpu_kick(cpu, at_ps);
}

void
cpu_preempt(struct cpu *cpu, uint64_t at_ps, uint64_t for_ps)
{

	if (cpu->current == cpu->idle)
		return;
	/* Where a thread is its CPU, whoever takes it off takes all of that. */
	if (the.config.preemptible) {
		cpu_stall(cpu, at_ps, for_ps, STREAM_HYPERVISOR);
		return;
	}
	cpu->preempt_ps = for_ps;
	cpu->pending |= CPU_PREEMPT;
	cpu_kick(cpu, at_ps);
}

static void
service_stall(struct cpu *cpu)
{
	uint64_t start;

	stores_flush(cpu);
	start = cpu->now_ps;
	if (cpu->stall_until_ps > start) {
		machine_event(STREAM_STALL_BEGIN, NULL,
		    cpu->stall_until_ps - start, cpu->stall_kind);
		cpu->deaf = 1;
		while (cpu->now_ps < cpu->stall_until_ps)
			machine_wait(cpu, cpu->stall_until_ps);
		cpu->deaf = 0;
		cpu->lost_ps += cpu->now_ps - start;
		machine_event(STREAM_STALL_END, NULL, cpu->now_ps - start,
		    cpu->stall_kind);
	}
	/* Another stop may have been asked for at the same instant. */
	if (cpu->stall_until_ps <= cpu->now_ps)
		cpu->pending &= ~(uint32_t)CPU_STALL;
}

static void
service_preempt(struct cpu *cpu)
{
	struct thread *thread;

	cpu->pending &= ~(uint32_t)CPU_PREEMPT;
	thread = cpu->current;
	if (thread == cpu->idle)
		return;
	machine_event(STREAM_PREEMPT, NULL, thread->number, cpu->preempt_ps);
	thread_block(thread, cpu->now_ps + cpu->preempt_ps);
}

void
cpu_service(void)
{
	struct cpu *cpu;

	for (;;) {
		cpu = the.cpu;
		if (cpu->pending & CPU_STALL) {
			service_stall(cpu);
			continue;
		}
		if (cpu->interrupts > 0)
			return;
		if (cpu->pending & CPU_TICK) {
			tick_service(cpu);
			continue;
		}
		if ((cpu->pending & CPU_CALL) &&
		    cpu->current->calls_off == 0) {
			call_service(cpu);
			continue;
		}
		if (cpu->current->critical > 0)
			return;
		if (cpu->pending & CPU_PREEMPT) {
			service_preempt(cpu);
			continue;
		}
		if (cpu->pending & CPU_RESCHED) {
			cpu->pending &= ~(uint32_t)CPU_RESCHED;
			if (cpu->current != cpu->idle)
				thread_yield();
			continue;
		}
		return;
	}
}
