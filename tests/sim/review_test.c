/*
 * What a hostile reading of the machine found: each of these once went wrong.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/base/err.h"
#include "tests/sim/machine/constructs.h"
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

/* --- limits of the tables and of the machine ------------------------------ */

Test(review, knobs_end_where_the_machine_does)
{
	struct run_spec spec;
	struct err err;

	spec_init(&spec);
	cr_expect_eq(spec_set(&spec, "machine.store_buffer", "128", &err), 0);
	cr_expect_eq(spec.machine.store_buffer, CPU_STORES_MAX);
	cr_expect_neq(spec_set(&spec, "machine.store_buffer", "129", &err), 0);
	/* Offsets in memory have 32 bits. */
	cr_expect_eq(spec_set(&spec, "machine.pages", "4GiB", &err), 0);
	cr_expect_neq(spec_set(&spec, "machine.pages", "4097MiB", &err), 0);
}

/* --- the largest store buffer ----------------------------------------------- */

enum { MANY = 3 * CPU_STORES_MAX };

static uint64_t *words;

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
	for (i = 0; i < MANY; i++)
		probe_store(line(i), 0);
	probe_fence();
}

static void
many_body(void *argument)
{
	unsigned i;

	(void)argument;
	rig_until(1000 * US);
	for (i = 0; i < MANY; i++)
		probe_store(line(i), i + 1);
	for (i = 0; i < MANY; i++)
		cr_expect_eq(probe_load(line(i)), i + 1, "line %u", i);
	probe_fence();
}

Test(review, the_largest_store_buffer_loses_nothing)
{
	struct machine_config config;
	unsigned i;

	config = rig_config(2, MACHINE_TSO);
	config.store_buffer = CPU_STORES_MAX;
	rig_begin(&config);
	words = rig_memory(MANY / 64, 0);
	rig_thread(1, owner_body, NULL);
	rig_thread(0, many_body, NULL);
	machine_run();
	for (i = 0; i < MANY; i++)
		cr_expect_eq(*line(i), i + 1, "line %u", i);
}

/* --- the end of the largest memory ------------------------------------------ */

static void
far_body(void *argument)
{
	uint64_t *far = argument;

	probe_store(far, 7);
	cr_expect_eq(probe_load(far), 7);
	cr_expect_eq(probe_add(far, 1), 7);
	probe_fence();
}

Test(review, the_largest_memory_is_used_to_its_end)
{
	struct machine_config config;
	uint64_t *first, *far;

	config = rig_config(2, MACHINE_TSO);
	config.pages = UINT64_C(4) << 30;
	config.domains = 2;
	rig_begin(&config);
	first = rig_memory(1, 0);
	far = rig_memory(1, 1);
	cr_assert_geq((unsigned char *)far - (unsigned char *)first,
	    1LL << 30);
	rig_thread(0, far_body, far);
	machine_run();
	cr_expect_eq(*far, 8);
	cr_expect_eq(*first, 0);
}

/* --- stores of several steps ------------------------------------------------ */

/*
 * CPU 0 copies a structure while CPU 1 stores 5 to its first word: whoever
 * looks may see 0, 5 and the copy's 1 in some order, but once 0 is gone it does
 * not come back.
 */
static unsigned char *structures;
static uint64_t delay_ps;
static uint64_t seen[400];
static size_t seen_count;

static uint64_t *
copied(void)
{

	return ((uint64_t *)(void *)structures);
}

static void
copy_body(void *argument)
{
	const struct construct *construct = argument;

	rig_until(100 * US);
	construct->run(structures - 96);
	probe_fence();
}

static void
rival_body(void *argument)
{
	unsigned i;

	(void)argument;
	/* All lines are far from CPU 0, or the copy would not have to wait. */
	for (i = 0; i < 12; i++) {
		probe_store(copied() - 12 + i, 1);
		probe_store(copied() + i, 0);
	}
	rig_until(100 * US + delay_ps);
	probe_store(copied(), 5);
	probe_fence();
}

static void
look_body(void *argument)
{

	(void)argument;
	rig_until(100 * US);
	for (seen_count = 0; seen_count < 400; seen_count++) {
		rig_until(100 * US + seen_count * 2 * NS);
		seen[seen_count] = rig_look(copied());
	}
}

static void
copy_run(const struct construct *construct)
{
	struct machine_config config;

	config = rig_config(3, MACHINE_TSO);
	rig_begin(&config);
	structures = rig_memory(1, 0);
	/* The copy's source lies before it. */
	structures += 96;
	rig_thread(0, copy_body, (void *)(uintptr_t)construct);
	rig_thread(1, rival_body, NULL);
	rig_thread(2, look_body, NULL);
	machine_run();
}

Test(review, a_store_of_several_steps_brings_nothing_back)
{
	const struct construct *construct;
	size_t i, j;
	bool gone;

	construct = NULL;
	for (i = 0; i < construct_count; i++)
		if (strcmp(constructs[i].name, "struct copy") == 0)
			construct = &constructs[i];
	cr_assert_not_null(construct);
	for (delay_ps = 0; delay_ps < 200 * NS; delay_ps += 1 * NS) {
		copy_run(construct);
		gone = false;
		for (j = 0; j < seen_count; j++) {
			gone = gone || seen[j] != 0;
			cr_assert(!gone || seen[j] != 0,
			    "0 came back at look %zu, rival at %lu ps", j,
			    (unsigned long)delay_ps);
		}
		cr_assert(gone);
	}
}

/* --- memmove() -------------------------------------------------------------- */

static uint64_t moved_accesses[2];
/* Not known to the compiler, which would do it by itself or with memcpy(). */
static volatile size_t moved_bytes = 64;
static unsigned char *volatile moved_local;

/* To and from a stack that may lie on either side of the machine's memory. */
static void
move_body(void *argument)
{
	unsigned char *memory = argument;
	unsigned char local[64] __attribute__((aligned(16)));
	uint64_t before;

	memset(local, 9, sizeof(local));
	moved_local = local;
	before = the.cpu->accesses;
	memmove(memory, moved_local, moved_bytes);
	moved_accesses[0] = the.cpu->accesses - before;
	before = the.cpu->accesses;
	memmove(moved_local, memory, moved_bytes);
	moved_accesses[1] = the.cpu->accesses - before;
	cr_expect_eq(local[63], 9);
	/* Overlapping, upwards: the last bytes first. */
	memory[0] = 1;
	memmove(memory + 1, memory, moved_bytes - 1);
	cr_expect_eq(memory[1], 1);
	cr_expect_eq(memory[2], 9);
	cr_expect_eq(memory[63], 9);
}

Test(review, memmove_does_not_look_at_where_the_host_put_things)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_SC);
	rig_begin(&config);
	rig_thread(0, move_body, rig_memory(1, 0));
	machine_run();
	cr_expect_eq(moved_accesses[0], 4);
	cr_expect_eq(moved_accesses[1], 4);
}

/* --- a policy that works while its CPU idles -------------------------------- */

static uint64_t woken_ps;
static uint64_t *idle_word;

/* Busy until after the thread has been woken, once. */
static void
idle_port(struct cpu *cpu)
{

	while (cpu->index == 0 && cpu->now_ps < 20 * US)
		(void)probe_load(idle_word);
}

static void
gone_body(void *argument)
{

	(void)argument;
}

static void
sleeper_body(void *argument)
{

	(void)argument;
	woken_ps = rig_now();
}

Test(review, who_wakes_while_the_policy_idles_is_not_forgotten)
{
	struct machine_config config;
	struct thread *thread;

	config = rig_config(1, MACHINE_SC);
	rig_begin(&config);
	idle_word = rig_memory(1, 0);
	the.ports.idle = idle_port;
	/* The loop begins when the first thread has gone. */
	rig_thread(0, gone_body, NULL);
	thread = thread_create("test", 0, sleeper_body, NULL);
	cr_assert_not_null(thread);
	thread_start(thread, 10 * US);
	woken_ps = 0;
	machine_run();
	cr_expect_eq(rig_report[0], 0, "%s", rig_report);
	cr_expect_geq(woken_ps, 10 * US);
	cr_expect_leq(woken_ps, 25 * US);
}
