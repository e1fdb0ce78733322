/*
 * Threads, sleep and time as a module meets them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kmod/guest.h"
#include "sim/machine/hook.h"
#include "sim/memory/memory.h"

/* Every sleeper and waker takes the lock of the kernel's queue of sleepers. */
static uint32_t *sleep_lock;
static struct shape_proc *process;
static int32_t last_tid;
static struct guest_thread *by_number[MACHINE_THREADS_MAX + 1];

/* --- who is it? ------------------------------------------------------------------- */

static struct guest_thread *
record_new(const char *name)
{
	struct guest_thread *record, **all;
	struct section *sections;
	size_t room;

	if (guest.thread_count == guest.thread_room) {
		room = guest.thread_room == 0 ? 64 : guest.thread_room * 2;
		all = realloc(guest.threads, room * sizeof(*all));
		if (all == NULL)
			abort();
		__real_memset(all + guest.thread_room, 0,
		    (room - guest.thread_room) * sizeof(*all));
		guest.threads = all;
		guest.thread_room = room;
	}
	record = guest.threads[guest.thread_count];
	if (record == NULL)
		record = calloc(1, sizeof(*record));
	if (record == NULL)
		abort();
	sections = record->sections;
	__real_memset(record, 0, sizeof(*record));
	record->sections = sections;
	guest.threads[guest.thread_count++] = record;
	guest_name(record->name, sizeof(record->name), name);
	record->shape = guest_memory(sizeof(*record->shape));
	record->shape->proc = process;
	record->shape->tid = ++last_tid;
	guest_name(record->shape->name, sizeof(record->shape->name), name);
	record->shape->record = record;
	record->shape->link.next = process->threads;
	if (process->threads != NULL)
		process->threads->link.prev = &record->shape->link.next;
	record->shape->link.prev = &process->threads;
	process->threads = record->shape;
	return (record);
}

struct guest_thread *
guest_self(void)
{
	struct guest_thread *record;
	struct thread *thread;

	thread = the.cpu->current;
	record = by_number[thread->number];
	if (record != NULL)
		return (record);
	record = record_new(thread->name);
	record->thread = thread;
	record->lab = lab_current(the.cpu);
	by_number[thread->number] = record;
	return (record);
}

void
threads_begin(void)
{

	last_tid = 100000;
	__real_memset(by_number, 0, sizeof(by_number));
	process = guest_memory(sizeof(*process));
	guest_name(process->comm, sizeof(process->comm), "kernel");
	process->mtx.object.name = "process lock";
	sleep_lock = guest_memory(64);
}

size_t
guest_threads_alive(void)
{
	size_t alive, i;

	alive = 0;
	for (i = 0; i < guest.thread_count; i++)
		if (guest.threads[i]->function != NULL &&
		    guest.threads[i]->thread != NULL &&
		    !guest.threads[i]->ended)
			alive++;
	return (alive);
}

KPI(struct shape_thread *, gusim_curthread, void)
{

	return (guest_self()->shape);
}

KPI(uint32_t, gusim_curcpu, void)
{

	return (the.cpu->index);
}

KPI(uint32_t, gusim_domain, uint32_t cpu)
{

	return (cpu < the.cpu_count ? the.cpus[cpu].domain : 0);
}

/* --- sleep -------------------------------------------------------------------------- */

void
guest_may_sleep(const void *where, const char *what)
{
	struct guest_thread *self;
	const struct section *section;

	self = guest_self();
	for (section = self->lab == NULL ? NULL : &self->lab->section;
	    section != NULL; section = section->nested)
		if (section->serial != 0)
			guest_fail("assertion", where, "thread %s may sleep in "
			    "%s while it is in a read section", self->name,
			    what);
	if (the.cpu->current->critical != 0)
		guest_fail("assertion", where, "thread %s may sleep in %s "
		    "while it is in a critical section, or has a spin mutex",
		    self->name, what);
}

/* Nobody sleeps through the end of the run. */
static void
sleep_until(uint64_t at_ps)
{

	lab_go();
	if (lab.running && at_ps > lab.window_end_ps)
		at_ps = lab.window_end_ps;
	lab.steps++;
	if (at_ps <= the.cpu->now_ps)
		at_ps = the.cpu->now_ps + 1;
	thread_sleep_until(at_ps);
}

void
guest_sleep_ticks(uint64_t ticks, const void *where)
{

	guest_may_sleep(where, "pause()");
	sleep_until(the.cpu->now_ps + (ticks == 0 ? 1 : ticks) * the.tick_ps);
}

static uint64_t
sbt_ps(int64_t sbt)
{
	uint64_t seconds;

	if (sbt <= 0)
		return (0);
	seconds = (uint64_t)sbt >> 32;
	if (seconds > 1000000)
		return (UINT64_C(1000000000000000000));
	return (seconds * UINT64_C(1000000000000) +
	    ((((uint64_t)sbt & 0xffffffff) * 1000000000 >> 32) * 1000));
}

KPI(int, pause, const char *why, int timeout)
{

	(void)why;
	guest_sleep_ticks(timeout < 0 ? 1 : (uint64_t)timeout,
	    __builtin_return_address(0));
	return (SHAPE_EAGAIN);
}

KPI(int, pause_sbt, const char *why, int64_t sbt, int64_t precision, int flags)
{

	(void)why;
	(void)precision;
	(void)flags;
	guest_may_sleep(__builtin_return_address(0), "pause_sbt()");
	sleep_until(the.cpu->now_ps + sbt_ps(sbt));
	return (SHAPE_EAGAIN);
}

static void
queue_locked(const void *where)
{

	(void)atomic_change(sleep_lock, sizeof(*sleep_lock), CHANGE_ADD, 1,
	    ORDER_ACQ_REL, where);
}

/* Waits on the channel; `unlock` has been prepared to be let go of. */
static int
sleep_on(const void *channel, uint64_t for_ps, void (*unlock)(void *),
    void *lock, const void *where)
{
	struct guest_thread *self;
	uint64_t until;
	int error;

	lab_go();
	self = guest_self();
	queue_locked(where);
	self->channel = channel;
	self->woken = false;
	self->asleep = ++guest.sleeps;
	if (unlock != NULL)
		unlock(lock);
	guest_may_sleep(where, "tsleep()");
	until = for_ps == 0 ? MACHINE_NEVER : the.cpu->now_ps + for_ps;
	if (for_ps != 0 && lab.running && until > lab.window_end_ps)
		until = lab.window_end_ps;
	machine_turn();
	/* From here to the switch nobody else acts. */
	if (!self->woken && until > the.cpu->now_ps)
		thread_sleep_until(until);
	error = self->woken ? 0 : SHAPE_EAGAIN;
	self->channel = NULL;
	queue_locked(where);
	lab.steps++;
	return (error);
}

KPI(int, tsleep, const void *channel, int priority, const char *why,
    int timeout)
{

	(void)priority;
	(void)why;
	guest_may_sleep(__builtin_return_address(0), "tsleep()");
	return (sleep_on(channel, timeout <= 0 ? 0 : (uint64_t)timeout *
	    the.tick_ps, NULL, NULL, __builtin_return_address(0)));
}

KPI(int, tsleep_sbt, const void *channel, int priority, const char *why,
    int64_t sbt, int64_t precision, int flags)
{

	(void)priority;
	(void)why;
	(void)precision;
	(void)flags;
	guest_may_sleep(__builtin_return_address(0), "tsleep_sbt()");
	return (sleep_on(channel, sbt_ps(sbt), NULL, NULL,
	    __builtin_return_address(0)));
}

void kmod_mtx_release(void *mtx);
void kmod_mtx_take(void *mtx);
void kmod_sx_release(void *sx);
void kmod_sx_take(void *sx);

KPI(int, mtx_sleep_, const void *channel, struct shape_mtx *mtx, int priority,
    const char *why, int64_t sbt)
{
	int error;

	(void)why;
	error = sleep_on(channel, sbt_ps(sbt), mtx == NULL ? NULL :
	    kmod_mtx_release, mtx, __builtin_return_address(0));
	if (mtx != NULL && (priority & SHAPE_PDROP) == 0)
		kmod_mtx_take(mtx);
	return (error);
}

KPI(int, sx_sleep_, const void *channel, struct shape_sx *sx, int priority,
    const char *why, int64_t sbt)
{
	int error;

	(void)why;
	error = sleep_on(channel, sbt_ps(sbt), sx == NULL ? NULL :
	    kmod_sx_release, sx, __builtin_return_address(0));
	if (sx != NULL && (priority & SHAPE_PDROP) == 0)
		kmod_sx_take(sx);
	return (error);
}

/* The longest sleepers first. */
static void
wake(const void *channel, bool one, const void *where)
{
	struct guest_thread *first;
	size_t i;

	queue_locked(where);
	lab.steps++;
	do {
		machine_turn();
		first = NULL;
		for (i = 0; i < guest.thread_count; i++)
			if (guest.threads[i]->channel == channel &&
			    channel != NULL && !guest.threads[i]->woken &&
			    (first == NULL ||
			    guest.threads[i]->asleep < first->asleep))
				first = guest.threads[i];
		if (first == NULL)
			break;
		first->woken = true;
		thread_wake(first->thread, the.cpu->now_ps);
	} while (!one);
}

KPI(void, wakeup, const void *channel)
{

	wake(channel, false, __builtin_return_address(0));
}

KPI(void, wakeup_one, const void *channel)
{

	wake(channel, true, __builtin_return_address(0));
}

/* --- threads -------------------------------------------------------------------------- */

static _Noreturn void
end(struct guest_thread *self, const void *where)
{
	const struct section *section;

	for (section = &self->lab->section; section != NULL;
	    section = section->nested)
		if (section->serial != 0)
			guest_fail("assertion", where, "thread %s ends in a "
			    "read section", self->name);
	if (the.cpu->current->critical != 0)
		guest_fail("assertion", where, "thread %s ends in a critical "
		    "section, or with a spin mutex", self->name);
	wake(self->shape, false, where);
	self->ended = true;
	lab.steps++;
	thread_exit();
}

static void
body(struct lab_thread *thread, void *argument)
{
	struct guest_thread *self;

	(void)thread;
	self = argument;
	self->function(self->argument);
	end(self, NULL);
}

static void
launch(struct guest_thread *record)
{
	struct lab_thread *lab_thread;

	lab_spawn(&lab.boot, record->name, record->bound ?
	    record->bound_to : LAB_ANY_CPU, body, record);
	lab_thread = lab.threads[lab.thread_count - 1];
	record->lab = lab_thread;
	record->thread = lab_thread->thread;
	by_number[record->thread->number] = record;
	/* During the set-up it waits for its end. */
	if (lab.start_ps != 0) {
		machine_turn();
		thread_start(record->thread, the.cpu->now_ps);
	}
}

static struct guest_thread *
add(void (*function)(void *), void *argument, int flags, const char *name)
{
	struct guest_thread *record;

	lab.steps++;
	record = record_new(name);
	record->function = function;
	record->argument = argument;
	if ((flags & SHAPE_STOPPED) == 0)
		launch(record);
	return (record);
}

KPI(int, kthread_add, void (*function)(void *), void *argument,
    struct shape_proc *proc, struct shape_thread **tdp, int flags, int pages,
    const char *format, ...)
{
	struct guest_thread *record;
	char name[SHAPE_NAME];
	va_list args;

	(void)proc;
	(void)pages;
	va_start(args, format);
	guest_format(name, sizeof(name), format, args);
	va_end(args);
	record = add(function, argument, flags, name);
	if (tdp != NULL)
		atomic_write(tdp, sizeof(*tdp), (uintptr_t)record->shape,
		    ORDER_RELAXED, __builtin_return_address(0));
	return (0);
}

KPI(int, kproc_create, void (*function)(void *), void *argument,
    struct shape_proc **procp, int flags, int pages, const char *format, ...)
{
	char name[SHAPE_NAME];
	va_list args;

	(void)pages;
	va_start(args, format);
	guest_format(name, sizeof(name), format, args);
	va_end(args);
	(void)add(function, argument, flags, name);
	if (procp != NULL)
		atomic_write(procp, sizeof(*procp), (uintptr_t)process,
		    ORDER_RELAXED, __builtin_return_address(0));
	return (0);
}

KPI(int, kproc_kthread_add, void (*function)(void *), void *argument,
    struct shape_proc **procp, struct shape_thread **tdp, int flags, int pages,
    const char *proc, const char *format, ...)
{
	struct guest_thread *record;
	char name[SHAPE_NAME];
	va_list args;

	(void)pages;
	(void)proc;
	va_start(args, format);
	guest_format(name, sizeof(name), format, args);
	va_end(args);
	record = add(function, argument, flags, name);
	if (procp != NULL)
		atomic_write(procp, sizeof(*procp), (uintptr_t)process,
		    ORDER_RELAXED, __builtin_return_address(0));
	if (tdp != NULL)
		atomic_write(tdp, sizeof(*tdp), (uintptr_t)record->shape,
		    ORDER_RELAXED, __builtin_return_address(0));
	return (0);
}

static _Noreturn void
leave(const void *where)
{
	struct guest_thread *self;

	self = guest_self();
	if (self->function == NULL)
		guest_fail("assertion", where, "kthread_exit() is called by "
		    "%s, which kthread_add() did not make", self->name);
	end(self, where);
}

KPI(void, kthread_exit, void)
{

	leave(__builtin_return_address(0));
}

KPI(void, kproc_exit, int code)
{

	(void)code;
	leave(__builtin_return_address(0));
}

/* The same layout for threads and processes: a name, a function, a place. */
struct description {
	const char *name;
	void (*function)(void *);
	void **place;
};

KPI(void, kthread_start, const void *argument)
{
	const struct description *description = argument;
	struct guest_thread *record;

	record = add(description->function, NULL, 0, description->name);
	if (description->place != NULL)
		*description->place = record->shape;
}

KPI(void, kproc_start, const void *argument)
{
	const struct description *description = argument;

	(void)add(description->function, NULL, 0, description->name);
	if (description->place != NULL)
		*description->place = process;
}

KPI(void, sched_add, struct shape_thread *td, int flags)
{
	struct guest_thread *record;

	(void)flags;
	record = td->record;
	if (record->thread == NULL)
		launch(record);
}

/* --- where and when ------------------------------------------------------------------------ */

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
