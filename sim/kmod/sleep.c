/*
 * sleep(9) as a module meets it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/kmod/guest.h"
#include "sim/machine/hook.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

/* Every sleeper and waker takes the lock of the kernel's queue of sleepers. */
static uint32_t *sleep_lock;

void
sleep_begin(void)
{

	sleep_lock = guest_memory(64);
}

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

/*
 * Whoever unloads and has slept comes after all that was done before: each CPU
 * has taken clock interrupts and the scheduler's locks since.  Modules rely on it
 * when they count those of their threads that have ended.
 */
void
guest_meet_all(void)
{
	stamp_id stamp;
	uint32_t i;

	if (!the.ordering || the.cpu->current != guest.unloader)
		return;
	for (i = 0; i < the.cpu_count; i++) {
		if (i == the.cpu->index)
			continue;
		stamp = stamp_take(i, 0);
		stamp_join(the.cpu->index, stamp);
		stamp_drop(stamp);
	}
	if (the.history == NULL)
		sync_fence(the.cpu->index, ORDER_ACQ_REL);
	else
		the.history->fence(the.cpu->index, ORDER_ACQ_REL);
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
	guest_meet_all();
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
	guest_meet_all();
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
void
guest_wake(const void *channel, bool one, const void *where)
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

	guest_wake(channel, false, __builtin_return_address(0));
}

KPI(void, wakeup_one, const void *channel)
{

	guest_wake(channel, true, __builtin_return_address(0));
}
