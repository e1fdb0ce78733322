/*
 * What happens next: the total order of the machine, and how far a CPU may run
 * ahead of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

static struct {
	uint64_t at_ps;
	uint32_t who;
	uint32_t turn;		/* 1: needed the CPU's turn */
} steps[20000];
static size_t step_count;

static void
step(uint32_t who, uint64_t at_ps, uint32_t turn)
{

	if (step_count == sizeof(steps) / sizeof(steps[0]))
		return;
	steps[step_count].at_ps = at_ps;
	steps[step_count].turn = turn;
	steps[step_count++].who = who;
}

static void
fire(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	step((uint32_t)value, at_ps, 0);
}

enum { TIMER = 100 };

static void
timer_body(void *argument)
{

	(void)argument;
	machine_timer(10 * US, fire, NULL, TIMER);
	rig_until(10 * US);
	step(0, rig_now(), 0);
	/* The same with accesses that hit: they run ahead, but not past it. */
	machine_timer(rig_now() + 10 * NS, fire, NULL, TIMER + 1);
	while (step_count < 4)
		probe_load((uint64_t *)argument),
		    step(1, rig_now(), 0);
}

Test(order, timer_goes_before_a_cpu_at_one_instant)
{
	struct machine_config config;
	size_t i;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, timer_body, rig_memory(1, 0));
	machine_run();
	cr_assert_eq(steps[0].who, TIMER);
	cr_assert_eq(steps[0].at_ps, 10 * US);
	cr_assert_eq(steps[1].who, 0);
	cr_assert_eq(steps[1].at_ps, 10 * US);
	for (i = 2; i < step_count && steps[i].who != TIMER + 1; i++)
		cr_assert_lt(steps[i].at_ps, 10 * US + 100 * NS);
	cr_assert_lt(i, step_count, "the second timer was run past");
}

static void
sleep_body(void *argument)
{

	(void)argument;
	rig_until(200 * US);
}

Test(order, timers_of_one_instant_fire_as_they_were_set)
{
	enum { TIMERS = 1000 };
	struct machine_config config;
	struct rng rng;
	uint32_t last;
	size_t i;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rng_init(&rng, 1, "order", 0);
	rig_thread(0, sleep_body, NULL);
	for (i = 0; i < TIMERS; i++)
		machine_timer(100 * US + rng_below(&rng, 4), fire, NULL, i);
	machine_run();
	cr_assert_eq(step_count, TIMERS);
	last = 0;
	for (i = 1; i < TIMERS; i++) {
		cr_assert_geq(steps[i].at_ps, steps[i - 1].at_ps);
		if (steps[i].at_ps == steps[i - 1].at_ps)
			cr_assert_gt(steps[i].who, steps[i - 1].who);
		else
			last++;
	}
	cr_assert_eq(last, 3);
}

static void
meet_body(void *argument)
{

	(void)argument;
	rig_until(50 * US);
	machine_turn();
	step(the.cpu->index, rig_now(), 1);
}

/* Arrives at the same instant by an access that hits, not by waiting. */
static void
ahead_body(void *argument)
{

	probe_load(argument);
	rig_until(50 * US - the.config.hit_ps);
	probe_load(argument);
	machine_turn();
	step(the.cpu->index, rig_now(), 1);
}

Test(order, cpus_of_one_instant_go_by_number)
{
	struct machine_config config;
	size_t i;

	config = rig_config(5, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(4, ahead_body, rig_memory(1, 0));
	rig_thread(2, ahead_body, rig_memory(1, 0));
	for (i = 4; i-- > 0;)
		if (i != 2)
			rig_thread((int)i, meet_body, NULL);
	machine_run();
	cr_assert_eq(step_count, 5);
	for (i = 0; i < 5; i++) {
		cr_assert_eq(steps[i].at_ps, 50 * US, "%zu", i);
		cr_assert_eq(steps[i].who, i, "CPU %u came %zu-th",
		    steps[i].who, i);
	}
}

/* --- running ahead --------------------------------------------------------- */

static uint64_t *own[8];
static uint64_t *common;

/* Hits, spends and now and then a transaction, each noted when it begins. */
static void
mixed_body(void *argument)
{
	struct rng rng;
	uint32_t cpu;
	int i;

	(void)argument;
	cpu = the.cpu->index;
	rng_init(&rng, 7, "mixed", cpu);
	probe_load(own[cpu]);
	for (i = 0; i < 600; i++) {
		switch (rng_below(&rng, 6)) {
		case 0:
			machine_spend(rng_below(&rng, 100 * NS));
			break;
		case 1:
			machine_turn();
			step(cpu, rig_now(), 1);
			probe_add(common, 1);
			break;
		default:
			probe_load(own[cpu]);
			step(cpu, rig_now(), 0);
			break;
		}
	}
}

Test(order, nobody_runs_ahead_by_more_than_the_window)
{
	struct machine_config config;
	uint64_t furthest, ahead;
	size_t i;
	uint32_t cpu;

	config = rig_config(8, MACHINE_TSO);
	rig_begin(&config);
	cr_assert_eq(the.window_ps, 40 * NS, "the cheapest way to be seen");
	common = rig_memory(1, 0);
	for (cpu = 0; cpu < 8; cpu++) {
		own[cpu] = rig_memory(1, 0);
		rig_thread((int)cpu, mixed_body, NULL);
	}
	machine_run();
	furthest = ahead = 0;
	for (i = 0; i < step_count; i++) {
		if (steps[i].at_ps + ahead < furthest)
			ahead = furthest - steps[i].at_ps;
		if (steps[i].at_ps > furthest)
			furthest = steps[i].at_ps;
	}
	cr_assert_gt(ahead, 0, "nobody ever ran ahead: the rule is not used");
	/* The access that reaches the limit is still carried out. */
	cr_assert_leq(ahead, the.window_ps + config.hit_ps);
}

Test(order, access_that_needs_a_transaction_waits_its_turn)
{
	struct machine_config config;
	uint64_t least;
	size_t i, turns;
	uint32_t cpu;

	config = rig_config(8, MACHINE_TSO);
	rig_begin(&config);
	common = rig_memory(1, 0);
	for (cpu = 0; cpu < 8; cpu++) {
		own[cpu] = rig_memory(1, 0);
		rig_thread((int)cpu, mixed_body, NULL);
	}
	machine_run();
	/* After a transaction at some instant nobody does anything earlier. */
	least = MACHINE_NEVER;
	turns = 0;
	for (i = step_count; i-- > 0;) {
		if (steps[i].turn) {
			cr_assert_leq(steps[i].at_ps, least);
			turns++;
		}
		if (steps[i].at_ps < least)
			least = steps[i].at_ps;
	}
	cr_assert_gt(turns, 500);
}

static uint64_t finished_ps[1000];

static void
queue_body(void *argument)
{
	uint64_t ticket;
	int i;

	for (i = 0; i < 100; i++) {
		ticket = probe_add(argument, 1);
		finished_ps[ticket] = rig_now();
		machine_spend((ticket * 7919) % (200 * NS));
	}
}

Test(order, contended_updates_are_made_in_order_of_time)
{
	struct machine_config config;
	uint64_t *word;
	size_t i;

	config = rig_config(8, MACHINE_TSO);
	rig_begin(&config);
	word = rig_memory(1, 0);
	for (i = 0; i < 8; i++)
		rig_thread((int)i, queue_body, word);
	machine_run();
	cr_assert_eq(*word, 800);
	for (i = 1; i < 800; i++)
		cr_assert_gt(finished_ps[i], finished_ps[i - 1]);
}

Test(order, end_of_the_last_thread_ends_the_run)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(1, sleep_body, NULL);
	machine_timer(MS, fire, NULL, 1);
	machine_run();
	cr_assert_eq(step_count, 0);
	cr_assert_str_empty(rig_report);
	cr_assert_geq(the.cpus[1].now_ps, 200 * US);
}

static void
never_body(void *argument)
{

	(void)argument;
	thread_sleep_until(MACHINE_NEVER);
}

Test(order, nothing_left_to_do_is_a_deadlock)
{
	struct machine_config config;

	config = rig_config(2, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, never_body, NULL);
	machine_run();
	cr_assert_str_eq(rig_report, "deadlock");
}
