/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/cpu.h"

#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

/* --- whose the CPU is ----------------------------------------------------- */

void
cpu_tell(struct cpu *cpu, const struct thread *to)
{
	struct cpu *before;

	before = the.cpu;
	the.cpu = cpu;
	machine_event(STREAM_SWITCH, NULL, to->number, 0);
	the.cpu = before;
}

/* The scheduler's locks order what it did where it was and what it does here. */
void
cpu_arrive(struct cpu *cpu, struct thread *thread)
{
	struct cpu *before;

	before = the.cpu;
	the.cpu = cpu;
	stamp_join(cpu->index, thread->stamp);
	stamp_drop(thread->stamp);
	thread->stamp = 0;
	if (the.history == NULL)
		sync_fence(cpu->index, ORDER_ACQ_REL);
	else
		the.history->fence(cpu->index, ORDER_ACQ_REL);
	the.cpu = before;
}

void
cpu_change(struct cpu *cpu, struct thread *to)
{
	struct thread *from;

	from = cpu->current;
	/*
	 * Whoever asked for a look at the queue has had it.  The next thread
	 * would take an old request for one to give way again.
	 */
	cpu->pending &= ~(uint32_t)CPU_RESCHED;
	cpu_take(cpu, to);
	/* No hook from here on: the stack is one thread's, the CPU another's. */
	if (to != from)
		fiber_switch(&from->fiber, &to->fiber);
}

/* There is somebody to run, or the idle loop has something to do. */
static __attribute__((noinline)) void
cpu_dispatch_busy(struct cpu *cpu)
{
	struct thread *to;

	to = queue_next(cpu);
	cpu_change(cpu, to == NULL ? cpu->idle : to);
}

static inline __attribute__((always_inline)) void
cpu_rest(struct cpu *cpu, struct fiber *from)
{

	cpu->at_rest = 1;
	if (the.stepped)
		step_rest(cpu, from);
	else
		machine_rest(cpu, from);
}

/* Somebody hears of it. */
static __attribute__((noinline)) void
cpu_rest_told(struct cpu *cpu)
{
	struct thread *from;

	from = cpu->current;
	cpu_take(cpu, cpu->idle);
	cpu_rest(cpu, &from->fiber);
}

void
cpu_dispatch(struct cpu *cpu)
{
	struct thread *from, *idle;

	from = cpu->current;
	idle = cpu->idle;
	if (cpu->run_head != NULL || cpu->spare != NULL || from == idle ||
	    the.ports.idle != NULL || cpu->store_count > 0 ||
	    (cpu->pending & ~(uint32_t)CPU_RESCHED) != 0) {
		cpu_dispatch_busy(cpu);
		return;
	}
	/* The idle loop would only wait: that can be done from here. */
	cpu->pending = 0;
	if (__builtin_expect(idle->stamp != 0 ||
	    (the.listen >> STREAM_SWITCH & 1) != 0, 0)) {
		cpu_rest_told(cpu);
		return;
	}
	cpu_take_quietly(cpu, idle);
	cpu_rest(cpu, &from->fiber);
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
