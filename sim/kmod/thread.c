/*
 * Threads as a module meets them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/kmod/guest.h"
#include "sim/machine/hook.h"
#include "sim/memory/memory.h"

static struct shape_proc *process;
static int32_t last_tid;
static struct guest_thread *by_number[MACHINE_THREADS_MAX + 1];

/* --- who is it? --------------------------------------------------------- */

static struct guest_thread *
record_new(const char *name)
{
	struct guest_thread *record, **all;
	struct section *sections;
	size_t room;

	if (guest.thread_count == guest.thread_room) {
		room = guest.thread_room == 0 ? 64 : guest.thread_room * 2;
		all = must_resize(guest.threads, room, sizeof(*all));
		__real_memset(all + guest.thread_room, 0,
		    (room - guest.thread_room) * sizeof(*all));
		guest.threads = all;
		guest.thread_room = room;
	}
	record = guest.threads[guest.thread_count];
	if (record == NULL)
		record = must_alloc(1, sizeof(*record));
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
	sleep_begin();
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

/* --- threads ------------------------------------------------------------ */

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
	guest_wake(self->shape, false, where);
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
