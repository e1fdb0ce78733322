/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/lab_run.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/checks/check.h"
#include "sim/machine/hook.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

struct lab lab;

/* --- set-up -------------------------------------------------------------- */

unsigned
lab_cpu_count(struct lab_thread *thread)
{

	(void)thread;
	return (the.cpu_count);
}

size_t
lab_item_size(struct lab_thread *thread)
{

	(void)thread;
	return ((size_t)lab.spec->zone.item_size);
}

void *
lab_memory(struct lab_thread *thread, size_t bytes)
{
	void *memory;

	(void)thread;
	memory = arena_take_bytes(&the.arena, bytes == 0 ? 1 : bytes, 0);
	if (memory == NULL) {
		the.ports.report("assertion",
		    "the workload's own structures do not fit into "
		    "machine.pages");
		machine_stop();
		machine_sync();
		abort();
	}
	return (memory);
}

static void
lab_thread_body(void *argument)
{
	struct lab_thread *thread;

	thread = argument;
	thread->body(thread, thread->argument);
	if (thread->section.serial != 0)
		the.ports.report("assertion",
		    "a workload thread ended inside a section");
}

static struct lab_thread *
lab_thread_new(void)
{
	struct lab_thread *thread, **threads;
	uint32_t room;

	if (lab.thread_count == lab.thread_room) {
		room = lab.thread_room == 0 ? 64 : lab.thread_room * 2;
		threads = must_resize(lab.threads, room, sizeof(*threads));
		memset(threads + lab.thread_room, 0,
		    (room - lab.thread_room) * sizeof(*threads));
		lab.threads = threads;
		lab.thread_room = room;
	}
	thread = lab.threads[lab.thread_count];
	if (thread == NULL) {
		thread = must_alloc(1, sizeof(*thread));
		lab.threads[lab.thread_count] = thread;
	}
	thread->index = lab.thread_count++;
	return (thread);
}

void
lab_spawn(struct lab_thread *parent, const char *name, int cpu, lab_body *body,
    void *argument)
{
	struct lab_thread *thread;

	(void)parent;
	thread = lab_thread_new();
	thread->body = body;
	thread->argument = argument;
	section_reset(&thread->section);
	rng_init(&thread->rng, lab.spec->seed, "workload", thread->index);
	thread->thread = thread_create(name, cpu, lab_thread_body, thread);
	if (thread->thread == NULL) {
		the.ports.report("assertion", "too many simulated threads");
		machine_stop();
		machine_sync();
	}
	thread->thread->owner = thread;
}

struct lab_thread *
lab_current(const struct cpu *cpu)
{

	return (cpu->current->owner);
}

/* --- time and chance ------------------------------------------------------ */

uint64_t
lab_now_ps(const struct lab_thread *thread)
{

	(void)thread;
	return (the.cpu->now_ps);
}

unsigned
lab_cpu(const struct lab_thread *thread)
{

	(void)thread;
	return (the.cpu->index);
}

unsigned
lab_index(const struct lab_thread *thread)
{

	return (thread->index);
}

bool
lab_running(const struct lab_thread *thread)
{

	(void)thread;
	return (lab.running);
}

void
lab_compute(struct lab_thread *thread, uint64_t ps)
{

	(void)thread;
	machine_spend(ps);
}

void
lab_sleep_until(struct lab_thread *thread, uint64_t instant_ps)
{

	(void)thread;
	/* Nobody sleeps through the end of the run. */
	if (lab.running && instant_ps > lab.window_end_ps)
		instant_ps = lab.window_end_ps;
	thread_sleep_until(instant_ps);
}

void
lab_spin(struct lab_thread *thread)
{

	(void)thread;
	machine_spend(the.config.pause_ps);
	if (the.stepped)
		step_await();
}

uint64_t
lab_draw(struct lab_thread *thread, uint64_t bound)
{

	return (rng_below(&thread->rng, bound));
}

uint64_t
lab_sample(struct lab_thread *thread, const struct dist *dist)
{

	return (dist_sample(dist, &thread->rng));
}

/* --- the policy under test --------------------------------------------------- */

void
lab_enter(struct lab_thread *thread)
{
	uint64_t start;

	start = the.cpu->now_ps;
	machine_event_at(STREAM_SECTION_ENTER, NULL, 0, 0,
	    __builtin_return_address(0));
	lab.policy_def->enter(lab.policy);
	section_open(&thread->section, the.cpu->index, thread->thread->number,
	    the.cpu->now_ps);
	lab_section_changed(thread);
	thread->enter_cost_ps = the.cpu->now_ps - start;
	machine_event_at(STREAM_SECTION_OPEN, NULL, thread->section.serial, 0,
	    __builtin_return_address(0));
}

void
lab_exit(struct lab_thread *thread)
{
	uint64_t start;

	start = the.cpu->now_ps;
	machine_event_at(STREAM_SECTION_CLOSE, NULL, thread->section.serial, 0,
	    __builtin_return_address(0));
	section_close(&thread->section, start);
	lab_section_changed(thread);
	metrics_settle(start);
	lab.policy_def->exit(lab.policy);
	lab.steps++;
	metrics_section(thread->enter_cost_ps + (the.cpu->now_ps - start));
	machine_event_at(STREAM_SECTION_EXIT, NULL, 0, 0,
	    __builtin_return_address(0));
}

void *
lab_policy_load(struct lab_thread *thread, _Atomic(void *) *slot)
{

	(void)thread;
	if (lab.policy_def->load != NULL)
		return (lab.policy_def->load(lab.policy, slot));
	/* This file is not instrumented: the hook is called by hand. */
	return ((void *)(uintptr_t)atomic_read(slot, sizeof(*slot),
	    ORDER_ACQUIRE, __builtin_return_address(0)));
}

void
lab_hold(struct lab_thread *thread, void *item)
{
	uint32_t number;

	if (thread->section.serial == 0)
		return;
	number = items_find(item);
	if (number == 0)
		return;
	section_hold(&thread->section, number);
	machine_event_at(STREAM_HOLD, NULL, number, 0,
	    __builtin_return_address(0));
}

void *
lab_alloc(struct lab_thread *thread)
{
	uint64_t start;
	uint32_t number;
	void *item;

	(void)thread;
	start = the.cpu->now_ps;
	machine_event_at(STREAM_ALLOC_BEGIN, NULL, 0, 0,
	    __builtin_return_address(0));
	item = lab.policy_def->alloc(lab.policy);
	number = item == NULL ? 0 : items_number(item);
	lab.steps++;
	metrics_alloc(number, the.cpu->now_ps - start);
	/* Listeners see the item as it was; then it lives again. */
	machine_event_at(STREAM_ALLOC, NULL, number, 0,
	    __builtin_return_address(0));
	if (number != 0)
		items_live(number);
	metrics_settle(the.cpu->now_ps);
	return (item);
}

void
lab_retire(struct lab_thread *thread, void *item, uint64_t intended_ps)
{
	uint64_t start;
	uint32_t number;

	(void)thread;
	start = the.cpu->now_ps;
	number = items_number(item);
	machine_event_at(STREAM_RETIRE, NULL, number, intended_ps,
	    __builtin_return_address(0));
	items_freed(number, start, intended_ps, true);
	metrics_settle(start);
	lab.policy_def->retire(lab.policy, item);
	lab.steps++;
	metrics_free(the.cpu->now_ps - start);
	machine_event_at(STREAM_RETIRE_END, NULL, number, 0,
	    __builtin_return_address(0));
}

void
lab_discard(struct lab_thread *thread, void *item)
{
	uint32_t number;

	(void)thread;
	number = items_number(item);
	machine_event_at(STREAM_DISCARD, NULL, number, 0,
	    __builtin_return_address(0));
	items_freed(number, the.cpu->now_ps, 0, false);
	metrics_settle(the.cpu->now_ps);
	if (lab.policy_def->discard != NULL)
		lab.policy_def->discard(lab.policy, item);
	else
		lab.policy_def->retire(lab.policy, item);
	lab.steps++;
}

void
lab_synchronize(struct lab_thread *thread)
{

	(void)thread;
	lab.policy_def->synchronize(lab.policy);
	lab.steps++;
}

/* --- what was achieved --------------------------------------------------------- */

void
lab_done(struct lab_thread *thread, uint64_t operations)
{

	(void)thread;
	lab.steps++;
	if (the.in_window)
		lab.operations += operations;
}

void
lab_complain(struct lab_thread *thread, const char *message)
{
	const void *where;

	(void)thread;
	where = __builtin_return_address(0);
	check_report_at("use_after_free", &where, 1, "%s, at @0", message);
}

void
lab_canary(struct lab_thread *thread)
{

	(void)thread;
	the.ports.report("canary", "the canary sang, as it always does");
}

/* --- the course of a run ---------------------------------------------------------- */

void
lab_watch(void)
{
	uint64_t accesses;

	accesses = machine_accesses();
	if (lab.steps != lab.steps_seen) {
		lab.steps_seen = lab.steps;
		lab.accesses_seen = accesses;
	} else if (accesses - lab.accesses_seen > lab.spec->run.patience) {
		the.ports.report("livelock",
		    "many accesses, but no operation has ended");
		machine_stop();
	}
	if (lab.spec->run.accesses_max != 0 &&
	    accesses > lab.spec->run.accesses_max) {
		lab.timed_out = true;
		machine_stop();
	}
	if (the.ordering && clocks_spent(the.cpu_count)) {
		the.ports.report("assertion", "this run is longer than "
		    "happens-before can be kept: some 2^30 releases of one "
		    "CPU; run.duration or run.accesses_max can end it before, "
		    "and without run.data_race, under sc and tso, it is not "
		    "kept");
		machine_stop();
	}
}

static void
window_open(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	the.in_window = 1;
	metrics_window_open(at_ps);
}

enum {
	OVERTIME_PS = 2000000000,	/* a look every two milliseconds */
	OVERTIMES_MAX = 1000,
};

/*
 * A thread of the workload that has had a CPU to itself for half of the
 * overtime and does not come to its end.  One that is taken off again and
 * again may simply not have got far.
 */
static bool
lab_stuck(void)
{
	const struct cpu *cpu;
	uint64_t long_ago;
	uint32_t i;

	long_ago = (uint64_t)OVERTIME_PS * OVERTIMES_MAX / 2;

	for (i = 0; i < the.cpu_count; i++) {
		cpu = &the.cpus[i];
		if (!cpu->deaf && cpu->current->owner != NULL &&
		    cpu->now_ps > cpu->slice_end_ps + long_ago)
			return (true);
	}
	return (false);
}

/*
 * Time to stop, whoever is still at work.  But where no section is open that
 * somebody could be waiting for, a thread that does not come to its end is
 * stuck: lab_watch() gets the accesses that it needs to say so.
 */
static void
run_over(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	if (lab.guest)
		return;		/* sim/kmod/ watches over its own end */
	if (sections_open_count() > 0) {
		machine_stop();
	} else if (++lab.overtimes > OVERTIMES_MAX) {
		if (lab_stuck())
			the.ports.report("livelock", "a thread runs on, long "
			    "after the end of the run");
		machine_stop();
	} else {
		machine_timer(at_ps + OVERTIME_PS, run_over, NULL, 0);
	}
}

void
lab_threads_gone(void)
{

	/* The window is measured to its end, even if nothing happens in it. */
	if (lab.measured || !lab.running)
		machine_stop();
}

static void
window_close(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	(void)value;
	metrics_window_close(at_ps);
	the.in_window = 0;
	lab.measured = true;
	lab.running = false;
	if (the.threads_alive == 0) {
		machine_stop();
		return;
	}
	lab_result()->cut = true;
	/* Threads finish their operation; those that cannot are left behind. */
	machine_timer(at_ps + lab.spec->run.duration_ps / 4 + 5000000000,
	    run_over, NULL, 0);
}

void
lab_go(void)
{
	uint64_t now;
	uint32_t i;

	if (lab.start_ps != 0)
		return;
	lab_house_create();
	machine_turn();
	now = the.cpu->now_ps + 1000;
	lab.start_ps = now;
	lab.window_begin_ps = now + lab.spec->run.warmup_ps;
	lab.window_end_ps = lab.window_begin_ps + lab.spec->run.duration_ps;
	lab.running = true;
	machine_timer(lab.window_begin_ps, window_open, NULL, 0);
	machine_timer(lab.window_end_ps, window_close, NULL, 0);
	run_started(now);
	for (i = 0; i < lab.thread_count; i++)
		thread_start(lab.threads[i]->thread, now);
	lab_house_start(now);
}

static void
boot_body(void *argument)
{
	struct policy_setup setup;

	(void)argument;
	setup.core = lab.spec->core;
	setup.zone = lab.spec->zone;
	setup.config = lab.spec->policy.config;
	lab.policy = lab_house_pages() ? lab.policy_def->create(&setup) : NULL;
	if (lab.policy == NULL) {
		the.ports.report("assertion",
		    "the policy could not be created: machine.pages is too "
		    "small");
		machine_stop();
		return;
	}
	lab.workload_def->setup(&lab.boot, lab.spec->workload.config);
	lab_go();
}

void
lab_begin(const struct run_spec *spec)
{
	struct lab_thread **threads;
	uint32_t room;

	threads = lab.threads;
	room = lab.thread_room;
	/* Whoever counts tasks fills them in. */
	memset(&lab, 0, offsetof(struct lab, tasks));
	lab.threads = threads;
	lab.thread_room = room;
	lab.spec = spec;
	lab.policy_def = spec_policy(spec);
	if (lab.policy_def == NULL)
		abort();	/* spec_check() has not been asked */
	lab.workload_def = (const struct workload_def *)spec->workload.def;
	lab.boot.thread = thread_create("boot", 0, boot_body, NULL);
	if (lab.boot.thread == NULL)
		abort();
	lab.boot.thread->owner = &lab.boot;
	section_reset(&lab.boot.section);
	rng_init(&lab.boot.rng, spec->seed, "setup", 0);
	thread_start(lab.boot.thread, 0);
}

void
lab_fini(void)
{
	uint32_t i;

	for (i = 0; i < lab.thread_room; i++) {
		if (lab.threads[i] != NULL)
			free(lab.threads[i]->section.holds);
		free(lab.threads[i]);
	}
	free(lab.threads);
	memset(&lab, 0, sizeof(lab));
}
