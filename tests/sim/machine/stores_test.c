/*
 * The store buffer of total store order: what it hides, for how long, and what
 * empties it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

/* CPU 0's stores go to lines that CPU 1 has: 110 ns away. */
static struct machine_config
far(enum machine_memory memory)
{
	struct machine_config config;

	config = rig_config(2, memory);
	config.sockets = 2;
	return (config);
}

static uint64_t *words;
static uint64_t paid_ps[16];

static uint64_t *
line(unsigned number)
{

	return (&words[8 * number]);
}

static void
owner_body(void *argument)
{
	unsigned i;

	(void)argument;
	for (i = 0; i < 16; i++)
		probe_store(line(i), 0);
	probe_fence();
}

static void
begin(const struct machine_config *config)
{

	rig_begin(config);
	words = rig_memory(1, 0);
	rig_thread(1, owner_body, NULL);
}

static void
burst_body(void *argument)
{
	uint64_t before;
	unsigned i;

	(void)argument;
	rig_until(20 * US);
	for (i = 0; i < 8; i++) {
		before = rig_now();
		probe_store(line(i), 1);
		paid_ps[i] = rig_now() - before;
	}
}

Test(stores, full_buffer_blocks_until_its_oldest_entry_leaves)
{
	struct machine_config config;
	unsigned i;

	config = far(MACHINE_TSO);
	config.store_buffer = 4;
	begin(&config);
	rig_thread(0, burst_body, NULL);
	machine_run();
	for (i = 0; i < 4; i++)
		cr_assert_eq(paid_ps[i], config.hit_ps, "%u", i);
	/*
	 * The first has its line after 110 ns, of which three have passed; the
	 * others left with their requests at once and follow one by one.
	 */
	cr_assert_eq(paid_ps[4], 110 * NS - 3 * config.hit_ps + config.hit_ps);
	for (i = 5; i < 8; i++)
		cr_assert_eq(paid_ps[i], config.hit_ps, "%u", i);

	/* Without a buffer each store waits for its own line. */
	config = far(MACHINE_SC);
	begin(&config);
	rig_thread(0, burst_body, NULL);
	machine_run();
	for (i = 0; i < 8; i++)
		cr_assert_eq(paid_ps[i], 110 * NS, "%u", i);
}

/* What CPU 1 sees of line 0, every ten nanoseconds. */
static uint64_t seen[64];

static void
looker_body(void *argument)
{
	unsigned i;

	(void)argument;
	for (i = 0; i < 64; i++) {
		rig_until(20 * US + i * 10 * NS);
		seen[i] = rig_look(line(0));
	}
}

enum drain { NOTHING, FENCE, LOCKED, SEQ_CST, SLEEP };

static void
storing_body(void *argument)
{

	rig_until(20 * US + 5 * NS);
	probe_store(line(0), 1);
	switch ((enum drain)(intptr_t)argument) {
	case FENCE:
		probe_fence();
		break;
	case LOCKED:
		probe_add(line(15), 1);
		break;
	case SEQ_CST:
		probe_store_seq_cst(line(15), 1);
		break;
	case SLEEP:
		thread_sleep_until(21 * US);
		break;
	default:
		break;
	}
	paid_ps[0] = rig_now();
	probe_load(line(0));
	paid_ps[1] = rig_now() - paid_ps[0];
	rig_until(30 * US);
}

static unsigned
first_seen(enum drain drain, struct machine_config *config)
{
	unsigned i;

	rig_begin(config);
	words = rig_memory(1, 0);
	thread_start(thread_create("owner", 1, owner_body, NULL), 0);
	rig_thread(0, storing_body, (void *)(intptr_t)drain);
	thread_start(thread_create("looker", 1, looker_body, NULL), 10 * US);
	machine_run();
	for (i = 0; i < 64 && seen[i] == 0; i++)
		;
	return (i);
}

Test(stores, buffered_store_is_seen_by_its_cpu_at_once_and_by_others_later)
{
	struct machine_config config;

	config = far(MACHINE_TSO);
	cr_assert_eq(first_seen(NOTHING, &config), 12);	/* 6 + 110 ns */
	/* Forwarded, at the price of a hit. */
	cr_assert_eq(paid_ps[1], config.hit_ps);
	cr_assert_eq(paid_ps[0], 20 * US + 5 * NS + config.hit_ps);
	/* Without a buffer it is memory at once. */
	config.memory = MACHINE_SC;
	cr_assert_eq(first_seen(NOTHING, &config), 1);
}

Test(stores, fence_waits_until_the_buffer_is_empty)
{
	struct machine_config config;

	config = far(MACHINE_TSO);
	cr_assert_eq(first_seen(FENCE, &config), 12);
	cr_assert_eq(paid_ps[0], 20 * US + 116 * NS + config.fence_ps);
}

Test(stores, locked_operations_and_seq_cst_stores_empty_the_buffer)
{
	struct machine_config config;

	config = far(MACHINE_TSO);
	cr_assert_eq(first_seen(LOCKED, &config), 12);
	cr_assert_eq(paid_ps[0], 20 * US + 116 * NS + 110 * NS +
	    config.atomic_ps);
	cr_assert_eq(first_seen(SEQ_CST, &config), 12);
	cr_assert_eq(paid_ps[0], 20 * US + 116 * NS + 110 * NS +
	    config.atomic_ps);
}

static uint64_t handled_ps;

static void
handler(struct cpu *cpu)
{

	handled_ps = cpu->now_ps;
	cr_assert_not(stores_cover(cpu, machine_offset(line(0)), 8));
}

/* As the clock does it. */
static void
interrupt(void *argument, uint64_t value, uint64_t at_ps)
{

	(void)argument;
	the.cpus[value].pending |= CPU_TICK;
	cpu_kick(&the.cpus[value], at_ps);
}

static void
interrupted_body(void *argument)
{

	(void)argument;
	rig_until(20 * US + 5 * NS);
	probe_store(line(0), 1);
	rig_until(20 * US + 80 * NS);
}

Test(stores, interrupt_empties_the_buffer_before_its_handler_runs)
{
	struct machine_config config;

	config = far(MACHINE_TSO);
	config.tick_ps = 0;
	rig_begin(&config);
	the.ports.tick = handler;
	words = rig_memory(1, 0);
	rig_thread(1, owner_body, NULL);
	rig_thread(0, interrupted_body, NULL);
	machine_timer(20 * US + 20 * NS, interrupt, NULL, 0);
	machine_run();
	/* The store is under way until 116 ns, and so the handler waits. */
	cr_assert_geq(handled_ps, 20 * US + 116 * NS);
	cr_assert_leq(handled_ps, 20 * US + 125 * NS);
	cr_assert_eq(*line(0), 1);
}

Test(stores, leaving_thread_takes_no_store_with_it)
{
	struct machine_config config;

	config = far(MACHINE_TSO);
	cr_assert_eq(first_seen(SLEEP, &config), 1);
}

static uint64_t got[4];

static void
widths_body(void *argument)
{
	unsigned char *bytes;

	(void)argument;
	rig_until(20 * US);
	bytes = (unsigned char *)line(0);
	probe_store(line(0), UINT64_C(0x1111111111111111));
	probe_store_byte(bytes + 2, 0x22);
	probe_store_byte(bytes + 7, 0x33);
	got[0] = probe_load(line(0));
	got[1] = the.cpu->store_count;
	/* Not a word of it is in memory yet. */
	machine_wait(the.cpu, rig_now() + 20 * NS);
	got[2] = probe_load(line(0));
}

Test(stores, load_is_put_together_from_stores_of_other_widths)
{
	struct machine_config config;

	config = far(MACHINE_TSO);
	begin(&config);
	thread_start(thread_create("looker", 1, looker_body, NULL), 10 * US);
	rig_thread(0, widths_body, NULL);
	machine_run();
	cr_assert_eq(got[0], UINT64_C(0x3311111111221111));
	cr_assert_eq(got[1], 3);
	cr_assert_eq(got[2], UINT64_C(0x3311111111221111));
	cr_assert_eq(seen[2], 0);
	cr_assert_eq(seen[40], UINT64_C(0x3311111111221111));
}

static uint64_t trail[64];
static unsigned trail_count;

static void
series_body(void *argument)
{
	uint64_t i;

	(void)argument;
	rig_until(20 * US);
	for (i = 1; i <= 20; i++)
		probe_store(line((unsigned)i % 3), i);
	rig_until(22 * US);	/* who leaves empties its buffer */
}

static void
follow_body(void *argument)
{
	uint64_t last, most;
	unsigned i;

	(void)argument;
	last = 0;
	while (rig_now() < 23 * US) {
		machine_spend(NS);
		most = 0;
		for (i = 0; i < 3; i++)
			if (rig_look(line(i)) > most)
				most = *line(i);
		if (most != last && trail_count < 64)
			trail[trail_count++] = most;
		last = most;
	}
}

Test(stores, leave_in_order_one_at_a_time)
{
	struct machine_config config;
	unsigned i;

	config = far(MACHINE_TSO);
	begin(&config);
	rig_thread(0, series_body, NULL);
	thread_start(thread_create("follow", 1, follow_body, NULL), 10 * US);
	machine_run();
	cr_assert_eq(trail_count, 20, "%u", trail_count);
	for (i = 0; i < 20; i++)
		cr_assert_eq(trail[i], i + 1);
}
