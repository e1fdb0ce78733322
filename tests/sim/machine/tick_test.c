/*
 * Clock interrupts: phases, the global counter, and what happens to those that
 * cannot be taken.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/rig.h"

static void
spend_body(void *argument)
{

	machine_spend((uint64_t)(uintptr_t)argument);
}

/* One busy thread on each CPU, for so long, with clocks. */
static void
run_clocks(const struct machine_config *config, uint64_t for_ps)
{
	uint32_t cpu;

	rig_begin(config);
	for (cpu = 0; cpu < config->cpus; cpu++)
		rig_thread((int)cpu, spend_body, (void *)(uintptr_t)for_ps);
	tick_start();
	machine_run();
}

/*
 * When the interrupt was taken.  A tick is spoken of when its handler has run;
 * CPU 0's also stores the counter.
 */
static uint64_t
tick_at(const struct machine_config *config, uint32_t cpu, size_t nth)
{

	return (rig_find(STREAM_TICK, cpu, nth)->at_ps - config->tick_ps -
	    (cpu == 0 ? config->hit_ps : 0));
}

Test(tick, every_cpu_has_its_own_phase)
{
	struct machine_config config;
	uint32_t cpu;

	config = rig_config(4, MACHINE_TSO);
	config.tick_phase = MACHINE_PHASE_SPREAD;
	run_clocks(&config, 5 * MS);
	for (cpu = 1; cpu < 4; cpu++) {
		cr_assert_eq(tick_at(&config, cpu, 0), cpu * MS / 4);
		cr_assert_eq(tick_at(&config, cpu, 3), cpu * MS / 4 + 3 * MS);
	}
	/* One from the moment at which nothing ran yet. */
	cr_assert_eq(tick_at(&config, 0, 1), MS);

	config.tick_phase = MACHINE_PHASE_ALIGNED;
	run_clocks(&config, 5 * MS);
	for (cpu = 0; cpu < 4; cpu++)
		cr_assert_eq(tick_at(&config, cpu, 2), 2 * MS);
}

Test(tick, random_phases_come_from_the_seed)
{
	struct machine_config config;
	uint64_t phase[4], again;
	uint32_t cpu;

	config = rig_config(4, MACHINE_TSO);
	config.tick_phase = MACHINE_PHASE_RANDOM;
	run_clocks(&config, 5 * MS);
	for (cpu = 0; cpu < 4; cpu++) {
		phase[cpu] = tick_at(&config, cpu, 1) - MS;
		cr_assert_lt(phase[cpu], MS);
		cr_assert(cpu == 0 || phase[cpu] != phase[cpu - 1]);
	}
	run_clocks(&config, 5 * MS);
	for (cpu = 0; cpu < 4; cpu++) {
		again = tick_at(&config, cpu, 1) - MS;
		cr_assert_eq(again, phase[cpu]);
	}
}

static void
stall(void *argument, uint64_t value, uint64_t at_ps)
{

	cpu_stall(&the.cpus[(intptr_t)argument], at_ps, value,
	    STREAM_HYPERVISOR);
}

Test(tick, any_cpu_moves_the_counter_where_it_is_behind)
{
	struct machine_config config;
	uint64_t at;
	uint32_t cpu;
	size_t i;

	config = rig_config(2, MACHINE_TSO);
	config.tick_mover = MACHINE_TICKS_ANY;
	rig_begin(&config);
	for (cpu = 0; cpu < 2; cpu++)
		rig_thread((int)cpu, spend_body, (void *)(uintptr_t)(12 * MS));
	tick_start();
	machine_timer(2 * MS + 700 * US, stall, (void *)0, 4 * MS);
	machine_run();
	/* CPU 1 is half a tick later, and a count behind at most. */
	for (i = 0; i < 10; i++) {
		at = rig_find(STREAM_TICK, 1, i)->at_ps;
		cr_assert_geq(rig_find(STREAM_TICK, 1, i)->a, at / MS);
	}
}

Test(tick, cpu_0_moves_the_counter_and_catches_up_after_a_stall)
{
	struct machine_config config;
	size_t i;
	uint32_t cpu;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	for (cpu = 0; cpu < 2; cpu++)
		rig_thread((int)cpu, spend_body, (void *)(uintptr_t)(12 * MS));
	tick_start();
	/* Over the ticks 3, 4, 5 and 6 of CPU 0. */
	machine_timer(2 * MS + 700 * US, stall, (void *)0, 4 * MS);
	machine_run();
	/* CPU 1 goes on and sees that nobody moves the clock. */
	for (i = 0; i < 10; i++) {
		uint64_t at, seen;

		at = tick_at(&config, 1, i);
		seen = rig_find(STREAM_TICK, 1, i)->a;
		if (at < 2 * MS + 700 * US || at > 6 * MS + 700 * US)
			cr_assert_eq(seen, at / MS + 1, "%zu", i);
		else
			cr_assert_eq(seen, 3, "%zu", i);
	}
	/* Its own: 0, 1, 2, then all four at once on resume, then 7. */
	cr_assert_eq(rig_find(STREAM_TICK, 0, 2)->a, 3);
	cr_assert_eq(rig_find(STREAM_TICK, 0, 3)->a, 7);
	cr_assert_eq(tick_at(&config, 0, 3), 6 * MS + 700 * US);
	cr_assert_eq(rig_find(STREAM_TICK, 0, 4)->a, 8);
	cr_assert_eq(tick_at(&config, 0, 4), 7 * MS);
}

Test(tick, pending_interrupts_merge_and_are_taken_on_resume)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(1, spend_body, (void *)(uintptr_t)(12 * MS));
	tick_start();
	machine_timer(600 * US, stall, (void *)1, 5 * MS);
	machine_run();
	/* 0.5 | 1.5 to 5.5 merged | 6.5 ... */
	cr_assert_eq(tick_at(&config, 1, 0), 500 * US);
	cr_assert_eq(tick_at(&config, 1, 1), 5 * MS + 600 * US);
	cr_assert_eq(tick_at(&config, 1, 2), 6 * MS + 500 * US);
}

static void
critical_body(void *argument)
{

	(void)argument;
	kern_critical_enter();
	rig_until(3 * MS);
	kern_critical_exit();
}

Test(tick, critical_section_does_not_defer_the_clock)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, critical_body, NULL);
	tick_start();
	machine_run();
	cr_assert_eq(tick_at(&config, 0, 1), MS);
	cr_assert_eq(tick_at(&config, 0, 2), 2 * MS);
}

static uint64_t
delay_third(unsigned cpu)
{
	static int asked;

	return (cpu == 0 && ++asked == 3 ? 300 * US : 0);
}

Test(tick, late_tick_comes_late_and_moves_no_other)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	the.ports.tick_delay = delay_third;
	rig_thread(0, spend_body, (void *)(uintptr_t)(8 * MS));
	tick_start();
	machine_run();
	cr_assert_eq(tick_at(&config, 0, 2), 2 * MS);
	cr_assert_eq(tick_at(&config, 0, 3), 3 * MS + 300 * US);
	cr_assert_eq(tick_at(&config, 0, 4), 4 * MS);
	cr_assert_eq(rig_find(STREAM_TICK, 0, 4)->a, 5);
}

static uint64_t
delay_much(unsigned cpu)
{
	static int asked;

	return (cpu == 0 && ++asked == 3 ? 2 * MS + 300 * US : 0);
}

Test(tick, tick_later_than_the_next_is_lost_in_it)
{
	struct machine_config config;
	size_t i, count;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	the.ports.tick_delay = delay_much;
	rig_thread(0, spend_body, (void *)(uintptr_t)(8 * MS));
	tick_start();
	machine_run();
	count = rig_count(STREAM_TICK, 0);
	cr_assert_eq(tick_at(&config, 0, 2), 2 * MS);
	cr_assert_eq(tick_at(&config, 0, 3), 5 * MS + 300 * US);
	/* 3, 4 and 5 came as one; the counter has missed none. */
	cr_assert_eq(rig_find(STREAM_TICK, 0, 3)->a, 6);
	cr_assert_eq(tick_at(&config, 0, 4), 6 * MS);
	for (i = 4; i < count; i++)
		cr_assert_eq(rig_find(STREAM_TICK, 0, i)->a, i + 3);
}

static void
slow_body(void *argument)
{

	(void)argument;
	machine_spend(100 * US);
}

Test(tick, slow_cpu_takes_longer_for_everything)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	cpu_slow(&the.cpus[1], 500000);
	cr_assert_eq(the.cpus[1].hit_ps, config.hit_ps * 3 / 2);
	rig_thread(0, slow_body, NULL);
	rig_thread(1, slow_body, NULL);
	machine_run();
	/* The first switch to the thread, the work, the switch to idle. */
	cr_assert_eq(the.cpus[0].now_ps, 100 * US + 2 * config.switch_ps);
	cr_assert_eq(the.cpus[1].now_ps,
	    150 * US + 2 * (config.switch_ps * 3 / 2));
}

/* The notes of what stands above the port lie in the same page. */
Test(tick, a_run_finds_nothing_of_the_last_one_beside_the_counter)
{
	static const unsigned char nothing[KERN_NOTES_BYTES];
	struct machine_config config;

	config = rig_config(1, MACHINE_SC);
	run_clocks(&config, 5 * MS);
	memset(kern_notes(), 0xff, KERN_NOTES_BYTES);
	rig_begin(&config);
	cr_assert_eq(*the.ticks, 0);
	cr_assert_eq(memcmp(kern_notes(), nothing, KERN_NOTES_BYTES), 0);
}
