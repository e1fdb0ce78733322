/*
 * Stops from outside: at any instruction, critical section or not, for as long
 * as was asked; alone and in gangs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

static uint64_t *words;
static uint64_t began_ps, ended_ps;

/* About a hundred accesses that hit, some of them in a critical section. */
static void
program_body(void *argument)
{
	int i;

	(void)argument;
	for (i = 0; i < 8; i++)
		probe_store_seq_cst(&words[8 * i], 1);
	began_ps = rig_now();
	for (i = 0; i < 40; i++) {
		if (i == 10)
			kern_critical_enter();
		probe_load(&words[8 * (i % 8)]);
		probe_store(&words[8 * (i % 8)], (uint64_t)i);
		if (i == 30)
			kern_critical_exit();
	}
	ended_ps = rig_now();
}

static void
stall(void *argument, uint64_t value, uint64_t at_ps)
{

	cpu_stall(&the.cpus[(intptr_t)argument], at_ps, value,
	    STREAM_HYPERVISOR);
}

static void
program(const struct machine_config *config, uint64_t stall_at_ps)
{

	rig_begin(config);
	words = rig_memory(1, 0);
	rig_thread(0, program_body, NULL);
	if (stall_at_ps != 0)
		machine_timer(stall_at_ps, stall, (void *)0, 7 * US);
	machine_run();
}

Test(stall, may_come_at_any_instruction_and_lasts_as_long_as_asked)
{
	struct machine_config config;
	const struct stream_event *begin, *end;
	uint64_t base, from, at, places;

	config = rig_config(2, MACHINE_TSO);
	program(&config, 0);
	base = ended_ps - began_ps;
	from = began_ps;
	cr_assert_eq(base, 82 * config.hit_ps);
	places = 0;
	for (at = from; at < from + base - config.hit_ps; at += 250) {
		program(&config, at);
		cr_assert_eq(began_ps, from);
		begin = rig_find(STREAM_STALL_BEGIN, 0, 0);
		end = rig_find(STREAM_STALL_END, 0, 0);
		/*
		 * At the next instruction, not at a more convenient one;
		 * entering a critical section is one with the next access.
		 */
		cr_assert(begin->at_ps >= at &&
		    begin->at_ps < at + 2 * config.hit_ps, "%lu", at - from);
		cr_assert_eq(end->at_ps, at + 7 * US);
		cr_assert_eq(end->a, end->at_ps - begin->at_ps);
		cr_assert_eq(ended_ps - began_ps,
		    base + end->at_ps - begin->at_ps);
		cr_assert_eq(the.cpus[0].lost_ps, end->a);
		places++;
	}
	cr_assert_eq(places, 4 * (base / config.hit_ps - 1));
}

static uint64_t progress[4];

static void
count_body(void *argument)
{
	uint32_t cpu;

	(void)argument;
	cpu = the.cpu->index;
	while (rig_now() < 100 * US) {
		if (rig_now() >= 41 * US && rig_now() < 60 * US)
			progress[cpu]++;
		machine_spend(100 * NS);
	}
}

static void
gang(void *argument, uint64_t value, uint64_t at_ps)
{
	uint32_t cpu;

	(void)argument;
	for (cpu = 0; cpu < the.cpu_count; cpu++)
		cpu_stall(&the.cpus[cpu], at_ps, value, STREAM_SMI);
}

Test(stall, one_stopped_cpu_does_not_hold_the_others)
{
	struct machine_config config;
	uint32_t cpu;

	config = rig_config(4, MACHINE_TSO);
	rig_begin(&config);
	for (cpu = 0; cpu < 4; cpu++)
		rig_thread((int)cpu, count_body, NULL);
	machine_timer(40 * US, stall, (void *)2, 20 * US);
	machine_run();
	for (cpu = 0; cpu < 4; cpu++)
		cr_assert(cpu == 2 ? progress[cpu] == 0 : progress[cpu] > 180,
		    "CPU %u: %lu", cpu, progress[cpu]);
}

Test(stall, gang_stops_everybody_at_once_idle_ones_too)
{
	struct machine_config config;
	uint32_t cpu;

	config = rig_config(4, MACHINE_TSO);
	rig_begin(&config);
	for (cpu = 0; cpu < 3; cpu++)
		rig_thread((int)cpu, count_body, NULL);
	machine_timer(40 * US, gang, NULL, 20 * US);
	machine_run();
	for (cpu = 0; cpu < 4; cpu++) {
		const struct stream_event *event;

		cr_assert_eq(progress[cpu], 0);
		event = rig_find(STREAM_STALL_BEGIN, cpu, 0);
		cr_assert(event->at_ps >= 40 * US &&
		    event->at_ps <= 40 * US + 100 * NS);
		cr_assert_eq(event->b, STREAM_SMI);
		cr_assert_eq(rig_find(STREAM_STALL_END, cpu, 0)->at_ps,
		    60 * US);
	}
}

Test(stall, second_stop_during_the_first_prolongs_it)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, count_body, NULL);
	machine_timer(40 * US, stall, (void *)0, 10 * US);
	machine_timer(45 * US, stall, (void *)0, 15 * US);
	machine_timer(47 * US, stall, (void *)0, 1 * US);
	machine_run();
	cr_assert_eq(progress[0], 0);
	cr_assert_eq(the.cpus[0].lost_ps, 20 * US);
}

static void
storing_body(void *argument)
{

	rig_until(20 * US);
	probe_store(argument, 5);
	rig_until(100 * US);
}

static uint64_t seen;

static void
looking_body(void *argument)
{

	probe_load(argument);	/* so that the store needs a transaction */
	rig_until(20 * US + 30 * NS);
	seen = *(uint64_t *)argument;
}

/* The store would be 110 ns under way; who stops the CPU drains it. */
Test(stall, drains_the_store_buffer)
{
	struct machine_config config;
	uint64_t *word;
	int stalled;

	config = rig_config(2, MACHINE_TSO);
	config.sockets = 2;
	for (stalled = 0; stalled < 2; stalled++) {
		rig_begin(&config);
		word = rig_memory(1, 0);
		rig_thread(0, storing_body, word);
		rig_thread(1, looking_body, word);
		if (stalled)
			machine_timer(20 * US + 10 * NS, stall, (void *)0,
			    10 * US);
		machine_run();
		cr_assert_eq(seen, stalled ? 5 : 0);
	}
}
