/*
 * rig - what does a machine do with nothing on it?
 *
 * No policy, no workload, no checks: bodies of a test run as threads of the
 * simulated machine, and what happened is in a log.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_SIM_MACHINE_RIG_H
#define TESTS_SIM_MACHINE_RIG_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/machine/machine.h"
#include "sim/spec.h"

enum { RIG_EVENTS = 4096 };

static struct stream_event rig_events[RIG_EVENTS];
static size_t rig_event_count;
static char rig_report[64];

static void
rig_event(const struct stream_event *event)
{

	if (rig_event_count < RIG_EVENTS)
		rig_events[rig_event_count++] = *event;
}

static void
rig_wrong(const char *check, const char *summary)
{

	(void)summary;
	snprintf(rig_report, sizeof(rig_report), "%s", check);
}

static __attribute__((noreturn)) void
rig_panic(const char *file, int line, const char *message)
{

	cr_log_error("%s:%d: %s", file, line, message);
	abort();
}

/* The defaults of a scenario, with a small memory and so many CPUs. */
static inline struct machine_config
rig_config(uint64_t cpus, enum machine_memory memory)
{
	struct run_spec spec;

	spec_init(&spec);
	spec.machine.cpus = cpus;
	spec.machine.memory = memory;
	spec.machine.pages = 4 << 20;
	return (spec.machine);
}

static inline void
rig_begin(const struct machine_config *config)
{

	cr_assert(machine_open());
	machine_reset(config, 1);
	memset(&the.ports, 0, sizeof(the.ports));
	the.ports.event = rig_event;
	the.ports.report = rig_wrong;
	the.ports.panic = rig_panic;
	the.listen = UINT64_MAX;
	rig_event_count = 0;
	rig_report[0] = 0;
}

static inline struct thread *
rig_thread(int cpu, void (*body)(void *), void *argument)
{
	struct thread *thread;

	thread = thread_create("test", cpu, body, argument);
	cr_assert_not_null(thread);
	thread_start(thread, 0);
	return (thread);
}

/* Zeroed memory that no cache has seen, and that nobody else has. */
static inline void *
rig_memory(size_t pages, unsigned domain)
{
	void *memory;

	memory = arena_take(&the.arena, pages, domain);
	cr_assert_not_null(memory);
	return (memory);
}

static inline uint64_t
rig_now(void)
{

	return (the.cpu->now_ps);
}

/* Busy until that instant. */
static inline void
rig_until(uint64_t at_ps)
{

	cr_assert_leq(rig_now(), at_ps, "the test's own plan is too tight");
	/* A slow CPU takes longer for what it is told to spend. */
	if (at_ps > rig_now())
		machine_spend((at_ps - rig_now()) * 1000000 /
		    (1000000 + the.cpu->slow_ppm));
}

/* What memory shows to all, when nobody is behind this CPU any more. */
static inline uint64_t
rig_look(const uint64_t *word)
{

	machine_turn();
	return (*word);
}

static inline size_t
rig_count(enum stream_kind kind, uint32_t cpu)
{
	size_t count, i;

	count = 0;
	for (i = 0; i < rig_event_count; i++)
		if (rig_events[i].kind == kind && rig_events[i].cpu == cpu)
			count++;
	return (count);
}

/* The nth event of its kind on a CPU; it must exist. */
static inline const struct stream_event *
rig_find(enum stream_kind kind, uint32_t cpu, size_t nth)
{
	size_t i;

	for (i = 0; i < rig_event_count; i++)
		if (rig_events[i].kind == kind && rig_events[i].cpu == cpu &&
		    nth-- == 0)
			return (&rig_events[i]);
	cr_assert_fail("no such event: %s", stream_kind_names[kind]);
	return (NULL);
}

#define NS	UINT64_C(1000)
#define US	UINT64_C(1000000)
#define MS	UINT64_C(1000000000)

#endif
