/*
 * Where a thread is and what time it is, as a module asks.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/kmod/guest.h"
#include "sim/machine/hook.h"
#include "sim/memory/memory.h"

KPI(void, sched_bind, struct shape_thread *td, int cpu)
{
	struct guest_thread *record;
	uint32_t critical;

	record = td->record;
	if (cpu < 0 || (uint32_t)cpu >= the.cpu_count)
		guest_fail("assertion", __builtin_return_address(0),
		    "sched_bind() to CPU %d; there are CPUs 0 to %u", cpu,
		    the.cpu_count - 1);
	if (record->thread != the.cpu->current) {
		if (record->thread != NULL &&
		    record->thread->state != THREAD_NEW)
			guest_fail("assertion", __builtin_return_address(0),
			    "sched_bind() of another thread, %s", record->name);
		record->bound = true;
		record->bound_to = cpu;
		if (record->thread != NULL)
			record->thread->pinned = cpu;
		return;
	}
	/* Between thread_lock() and thread_unlock(), which are no lock here. */
	critical = record->thread->critical;
	record->thread->critical = 0;
	lab_go();
	thread_bind((uint32_t)cpu);
	record->thread->critical = critical;
}

KPI(void, sched_unbind, struct shape_thread *td)
{
	struct guest_thread *record;

	record = td->record;
	if (record->thread == the.cpu->current)
		thread_unbind();
}

KPI(int, sched_is_bound, struct shape_thread *td)
{
	const struct guest_thread *record;

	record = td->record;
	return (record->thread != NULL && record->thread->bound != 0);
}

KPI(void, sched_prio, struct shape_thread *td, unsigned char priority)
{

	td->priority = priority;
}

KPI(void, kern_yield, int priority)
{

	(void)priority;
	guest_may_sleep(__builtin_return_address(0), "kern_yield()");
	lab.steps++;
	kern_yield();
}

KPI(void, maybe_yield, void)
{

	lab.steps++;
	if (the.cpu->run_head != NULL && the.cpu->current->critical == 0)
		kern_yield();
}

KPI(bool, should_yield, void)
{

	return (the.cpu->run_head != NULL);
}

KPI(void, smp_rendezvous, void (*setup)(void *), void (*action)(void *),
    void (*teardown)(void *), void *argument)
{
	uint32_t cpu;

	guest_may_sleep(__builtin_return_address(0), "smp_rendezvous()");
	lab_go();
	for (cpu = 0; cpu < the.cpu_count; cpu++) {
		thread_bind(cpu);
		kern_critical_enter();
		if (setup != NULL)
			setup(argument);
		if (action != NULL)
			action(argument);
		if (teardown != NULL)
			teardown(argument);
		kern_critical_exit();
	}
	thread_unbind();
}

KPI(void, gusim_spin, void)
{

	kern_spin();
}

KPI(void, DELAY, int us)
{

	if (us > 0)
		machine_spend((uint64_t)us * 1000000);
	lab.steps++;
}

KPI(void, critical_enter, void)
{

	kern_critical_enter();
}

KPI(void, critical_exit, void)
{

	kern_critical_exit();
}

KPI(uint64_t, gusim_cycles, void)
{

	the.cpu->now_ps += the.cpu->hit_ps;
	return (the.cpu->now_ps / 1000);
}

KPI(int64_t, sbinuptime, void)
{
	uint64_t ps, fraction;

	the.cpu->now_ps += the.cpu->hit_ps;
	ps = the.cpu->now_ps;
	fraction = ps % UINT64_C(1000000000000) / 1000;
	return ((int64_t)(ps / UINT64_C(1000000000000) << 32) +
	    (int64_t)((fraction << 32) / 1000000000));
}

static void
put_time(struct shape_timespec *at, uint64_t fraction, const void *where)
{

	atomic_write(&at->seconds, 8, the.cpu->now_ps /
	    UINT64_C(1000000000000), ORDER_RELAXED, where);
	atomic_write(&at->fraction, 8, fraction, ORDER_RELAXED, where);
}

KPI(void, nanouptime, struct shape_timespec *at)
{

	put_time(at, the.cpu->now_ps % UINT64_C(1000000000000) / 1000,
	    __builtin_return_address(0));
}

KPI(void, microuptime, struct shape_timespec *at)
{

	put_time(at, the.cpu->now_ps % UINT64_C(1000000000000) / 1000000,
	    __builtin_return_address(0));
}

KPI(void, binuptime, struct shape_timespec *at)
{

	put_time(at, ((the.cpu->now_ps % UINT64_C(1000000000000) / 1000 <<
	    32) / 1000000000) << 32, __builtin_return_address(0));
}
