/*
 * Who runs where: sleep and wake, pinned and migrating threads, time slices,
 * preemption and what defers it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

static struct {
	uint64_t at_ps;
	uint32_t cpu;
} notes[16];

static void
note(int slot)
{

	notes[slot].at_ps = rig_now();
	notes[slot].cpu = the.cpu->index;
}

static void
sleeper_body(void *argument)
{

	(void)argument;
	thread_sleep_until(100 * US);
	note(0);
	thread_sleep_until(50 * US);	/* over: no sleep at all */
	note(1);
}

Test(thread, sleeper_runs_again_at_its_instant)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(1, sleeper_body, NULL);
	machine_run();
	cr_assert_eq(notes[0].at_ps, 100 * US + config.switch_ps);
	cr_assert_eq(notes[1].at_ps, notes[0].at_ps);
}

static struct thread *dreamer;

static void
dreamer_body(void *argument)
{

	(void)argument;
	thread_sleep_until(500 * US);
	note(0);
	thread_sleep_until(MS);
	note(1);
	thread_sleep_until(MACHINE_NEVER);
	note(2);
}

static void
waker_body(void *argument)
{

	(void)argument;
	rig_until(100 * US);
	thread_wake(dreamer, rig_now());
	rig_until(2 * MS);
	thread_wake(dreamer, rig_now());
	thread_wake(dreamer, rig_now());	/* it runs: nothing happens */
}

Test(thread, early_wake_outdates_the_alarm)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	dreamer = rig_thread(0, dreamer_body, NULL);
	rig_thread(1, waker_body, NULL);
	machine_run();
	cr_assert_str_empty(rig_report);
	cr_assert_eq(notes[0].at_ps, 100 * US + config.switch_ps);
	/* Not at 500 us, for which the first sleep had set its alarm. */
	cr_assert_eq(notes[1].at_ps, MS + config.switch_ps);
	cr_assert_eq(notes[2].at_ps, 2 * MS + config.switch_ps);
}

static void
hog_body(void *argument)
{

	(void)argument;
	thread_sleep_until(50 * US);
	machine_spend(400 * US);
	note(2);
}

static void
napper_body(void *argument)
{

	note((int)(intptr_t)argument + 4);
	thread_sleep_until(100 * US);
	note((int)(intptr_t)argument);
}

Test(thread, pinned_thread_waits_for_its_cpu_and_a_migrating_one_goes_elsewhere)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	thread_start(thread_create("hog", 1, hog_body, NULL), 40 * US);
	/* The second of two CPUs is where the second thread begins. */
	rig_thread(-1, napper_body, (void *)0);
	rig_thread(1, napper_body, (void *)1);
	machine_run();
	cr_assert_neq(notes[4].cpu, notes[0].cpu,
	    "its CPU was busy when it woke");
	cr_assert_eq(notes[0].at_ps, 100 * US + config.switch_ps);
	cr_assert_eq(notes[1].cpu, 1);
	cr_assert_geq(notes[1].at_ps, notes[2].at_ps);
}

static void
long_body(void *argument)
{

	machine_spend(5 * MS);
	note((int)(intptr_t)argument);
}

Test(thread, threads_of_one_cpu_take_turns_by_slices)
{
	struct machine_config config;
	size_t i, switches;

	config = rig_config(1, MACHINE_TSO);
	config.slice_ps = 900 * US;
	rig_begin(&config);
	rig_thread(0, long_body, (void *)0);
	rig_thread(0, long_body, (void *)1);
	tick_start();
	machine_run();
	/* Alone after the other the first would have been through at 5 ms. */
	cr_assert_gt(notes[0].at_ps, 8 * MS);
	cr_assert_gt(notes[1].at_ps, 9 * MS);
	cr_assert_lt(notes[1].at_ps, 11 * MS);
	for (i = switches = 0; i < rig_event_count; i++)
		switches += rig_events[i].kind == STREAM_SWITCH;
	cr_assert(switches >= 9 && switches <= 14, "%zu switches", switches);
}

/* --- preemption ------------------------------------------------------------- */

static void
preempt(void *argument, uint64_t value, uint64_t at_ps)
{

	cpu_preempt(&the.cpus[(intptr_t)argument], at_ps, value);
}

static void
busy_body(void *argument)
{

	(void)argument;
	rig_until(100 * US);
	note(0);
	machine_spend(10 * US);
	note(1);
}

static void
short_body(void *argument)
{

	note((int)(intptr_t)argument);
	machine_spend(5 * US);
}

Test(thread, preemption_takes_the_thread_off_at_once_and_for_so_long)
{
	struct machine_config config;
	const struct stream_event *event;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, busy_body, NULL);
	thread_start(thread_create("other", 0, short_body, (void *)2), 30 * US);
	machine_timer(50 * US, preempt, (void *)0, 200 * US);
	machine_run();
	event = rig_find(STREAM_PREEMPT, 0, 0);
	cr_assert_eq(event->at_ps, 50 * US);
	cr_assert_eq(event->a, 1, "the first thread");
	cr_assert_eq(event->b, 200 * US);
	/* Somebody else has the CPU meanwhile. */
	cr_assert_eq(notes[2].at_ps, 50 * US + config.switch_ps);
	/* Half of the work was left to do. */
	cr_assert_eq(notes[0].at_ps, 250 * US + config.switch_ps + 50 * US);
	cr_assert_eq(notes[1].at_ps, notes[0].at_ps + 10 * US);
}

static void
critical_body(void *argument)
{

	(void)argument;
	rig_until(20 * US);
	kern_critical_enter();
	kern_critical_enter();
	rig_until(80 * US);
	note(0);
	kern_critical_exit();
	rig_until(120 * US);
	note(1);
	kern_critical_exit();
	note(2);
}

Test(thread, critical_section_defers_preemption_to_its_outermost_end)
{
	struct machine_config config;
	const struct stream_event *event;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, critical_body, NULL);
	machine_timer(50 * US, preempt, (void *)0, 300 * US);
	machine_run();
	cr_assert_eq(notes[0].at_ps, 80 * US);
	cr_assert_eq(notes[1].at_ps, 120 * US);
	event = rig_find(STREAM_PREEMPT, 0, 0);
	cr_assert_eq(event->at_ps, 120 * US + config.hit_ps);
	cr_assert_eq(notes[2].at_ps,
	    event->at_ps + 300 * US + config.switch_ps);
	cr_assert_eq(rig_count(STREAM_PREEMPT, 0), 1);
}

Test(thread, preemption_of_an_idle_cpu_does_nothing)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, busy_body, NULL);
	machine_timer(50 * US, preempt, (void *)1, 200 * US);
	machine_run();
	cr_assert_eq(notes[0].at_ps, 100 * US);
	cr_assert_eq(rig_count(STREAM_PREEMPT, 1), 0);
}

static uint64_t *shelf;

static void
storer_body(void *argument)
{

	(void)argument;
	probe_store(shelf, 1);
	cr_assert_eq(the.cpu->store_count, 1);
	thread_sleep_until(rig_now() + 10 * US);
}

Test(thread, stores_of_a_leaving_thread_are_visible)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	shelf = rig_memory(1, 0);
	rig_thread(0, storer_body, NULL);
	the.ports.context_switch = NULL;
	machine_run();
	cr_assert_eq(the.cpus[0].store_count, 0);
	cr_assert_eq(*shelf, 1);
}

static void
long_leave(struct cpu *cpu)
{

	if (cpu->current != cpu->idle)
		machine_spend(20 * US);
}

static void
quick_body(void *argument)
{

	(void)argument;
	note(0);
	machine_sync();		/* where requests are heard */
	machine_spend(30 * US);
	note(1);
}

static void
patient_body(void *argument)
{

	(void)argument;
	note(2);
}

/* It wakes while somebody leaves: it has the CPU, and nobody need give way. */
Test(thread, urgent_thread_that_was_switched_to_does_not_give_way)
{
	struct machine_config config;
	struct thread *urgent;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	memset(notes, 0, sizeof(notes));
	the.ports.context_switch = long_leave;
	urgent = thread_create("quick", 0, quick_body, NULL);
	urgent->urgent = 1;
	rig_thread(0, sleeper_body, NULL);
	thread_start(thread_create("patient", 0, patient_body, NULL),
	    105 * US);
	thread_start(urgent, 110 * US);
	machine_run();
	cr_assert_str_empty(rig_report);
	cr_assert_geq(notes[0].at_ps, 110 * US);
	cr_assert_lt(notes[0].at_ps, 130 * US, "it woke while nobody left");
	cr_assert_eq(notes[1].at_ps, notes[0].at_ps + 30 * US);
	cr_assert_gt(notes[2].at_ps, notes[1].at_ps);
}
