/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "sim/kern/kern_pages.h"
#include "sim/lab_run.h"

/*
 * The kernel threads of a run: one that keeps the house, and the tasks of the
 * policy.  They are daemons: nobody waits for them to end.
 */

/* --- pages ------------------------------------------------------------------- */

bool
lab_house_pages(void)
{
	static const enum page_cache_form forms[] = {
		[ZONE_PAGES_NONE] = PAGE_CACHE_NONE,
		[ZONE_PAGES_OWN_LOCK] = PAGE_CACHE_OWN_LOCK,
		[ZONE_PAGES_TINY] = PAGE_CACHE_TINY,
	};
	const struct zone_config *zone;

	zone = &lab.spec->zone;
	if (zone->page_cache == ZONE_PAGES_FLAT)
		return (true);
	return (kern_pages_begin(forms[zone->page_cache],
	    (uint32_t)zone->page_cache_max, (uint32_t)zone->page_cache_fill));
}

/* The proposed form's period: what a cross call on each CPU would do. */
static void
pages_body(void *argument)
{

	(void)argument;
	for (;;) {
		thread_sleep_until(the.cpu->now_ps +
		    lab.spec->zone.page_cache_every_ps);
		lab.housekeeping++;
		kern_pages_drain();
		lab.housekeeping--;
	}
}

/* --- the housekeeper --------------------------------------------------------- */

/* What is due in each period. */
static void
house_periodic(void)
{
	static const enum policy_reclaim ways[] = {
		[ZONE_PERIODIC_TRIM] = POLICY_TRIM,
		[ZONE_PERIODIC_DRAIN] = POLICY_DRAIN,
		[ZONE_PERIODIC_DRAIN_CPU] = POLICY_DRAIN_CPU,
	};

	if (lab.spec->zone.reclaim == ZONE_PERIODIC_TIMEOUT) {
		if (lab.policy_def->housekeep != NULL)
			lab.policy_def->housekeep(lab.policy);
	} else if (lab.policy_def->reclaim != NULL)
		lab.policy_def->reclaim(lab.policy,
		    ways[lab.spec->zone.reclaim]);
	if (lab.spec->zone.reclaim >= ZONE_PERIODIC_DRAIN)
		kern_pages_drain();
}

static void
housekeeper_body(void *argument)
{
	enum policy_reclaim how;
	uint64_t every, next;

	(void)argument;
	every = lab.spec->zone.reclaim_every_ps;
	next = the.cpu->now_ps + every;
	for (;;) {
		if (lab.reclaim_wanted != 0) {
			how = (enum policy_reclaim)(lab.reclaim_wanted - 1);
			lab.reclaim_wanted = 0;
			machine_event(STREAM_PRESSURE, NULL, how, 0);
			lab.housekeeping++;
			if (lab.policy_def->reclaim != NULL)
				lab.policy_def->reclaim(lab.policy, how);
			kern_pages_drain();
			lab.housekeeping--;
		} else if (every != 0 && the.cpu->now_ps >= next) {
			next = the.cpu->now_ps + every;
			lab.housekeeping++;
			house_periodic();
			lab.housekeeping--;
		} else
			thread_sleep_until(every == 0 ? MACHINE_NEVER : next);
	}
}

static void
pressure_retry(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	if (lab.reclaim_wanted == 0)
		return;
	if (lab.housekeeper->state == THREAD_SLEEPING)
		thread_wake(lab.housekeeper, at_ps);
	else
		machine_timer(at_ps + 10000000, pressure_retry, NULL, 0);
}

void
lab_pressure(enum policy_reclaim how, uint64_t at_ps)
{

	if (lab.housekeeper == NULL || !lab.running)
		return;
	lab.reclaim_wanted = 1 + (uint32_t)how;
	pressure_retry(NULL, 0, at_ps);
}

/* --- tasks ------------------------------------------------------------------ */

static void
task_body(void *argument)
{
	struct lab_task *task;

	task = argument;
	for (;;) {
		if (task->wanted) {
			task->wanted = false;
			lab.housekeeping++;
			lab.policy_def->task(lab.policy, task->number);
			lab.housekeeping--;
		} else
			thread_sleep_until(MACHINE_NEVER);
	}
}

/* Somebody who wakes it while it falls asleep must not be forgotten. */
static void
task_retry(void *argument, uint64_t value, uint64_t at_ps)
{
	struct lab_task *task;

	(void)value;
	task = argument;
	if (!task->wanted)
		return;
	if (task->thread->state == THREAD_SLEEPING ||
	    task->thread->state == THREAD_NEW)
		thread_wake(task->thread, at_ps);
	else
		machine_timer(at_ps + 1000000, task_retry, task, 0);
}

void
lab_task_wake(unsigned number)
{
	struct lab_task *task;

	if (number >= lab.task_count || !lab.tasks_started)
		return;
	task = &lab.tasks[number];
	if (task->wanted)
		return;
	task->wanted = true;
	task_retry(task, 0, the.cpu->now_ps);
}

static struct thread *
daemon_create(const char *name, int pinned, void (*body)(void *),
    void *argument)
{
	struct thread *thread;

	thread = thread_create(name, pinned, body, argument);
	if (thread == NULL)
		abort();
	the.threads_alive--;
	return (thread);
}

static void
tasks_create(void)
{
	enum policy_class class;
	struct lab_task *task;
	unsigned each, i;

	if (lab.policy_def->task == NULL)
		return;
	class = lab.policy_def->task_class == NULL ? POLICY_URGENT :
	    lab.policy_def->task_class(lab.spec->policy.config);
	each = lab.policy_def->task_each_cpu ? the.cpu_count : 0;
	lab.task_count = each + lab.policy_def->task_more;
	for (i = 0; i < lab.task_count; i++) {
		task = &lab.tasks[i];
		task->number = i;
		task->wanted = false;
		task->thread = daemon_create("task",
		    i < each ? (int)i : -1, task_body, task);
		task->thread->urgent = class == POLICY_URGENT;
		task->thread->background = class == POLICY_BACKGROUND;
	}
}

void
lab_house_create(void)
{

	lab.housekeeper = daemon_create("housekeeper", -1, housekeeper_body,
	    NULL);
	lab.housekeeper->urgent = 1;
	if (lab.spec->zone.page_cache == ZONE_PAGES_OWN_LOCK &&
	    lab.spec->zone.page_cache_every_ps != 0) {
		lab.pages_keeper = daemon_create("pages", -1, pages_body,
		    NULL);
		lab.pages_keeper->urgent = 1;
	}
	tasks_create();
}

void
lab_house_start(uint64_t at_ps)
{
	unsigned i;

	thread_start(lab.housekeeper, at_ps);
	if (lab.pages_keeper != NULL)
		thread_start(lab.pages_keeper, at_ps);
	for (i = 0; i < lab.task_count; i++)
		thread_start(lab.tasks[i].thread, at_ps);
	lab.tasks_started = true;
}
