/*
 * Nothing that instrumented code does to simulated memory escapes the machine,
 * whichever compiler made it.  That each entry point exists is shown by the
 * fact that this program links.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/machine/constructs.h"
#include "tests/sim/machine/probe.h"
#include "tests/sim/machine/rig.h"

static unsigned char *memory;
static uint64_t moved, spent_ps;

static void
construct_body(void *argument)
{
	const struct construct *construct;
	uint64_t before, at_ps;
	unsigned i;

	construct = argument;
	/* The lines are here, so that only what counts costs. */
	for (i = 0; i < 256; i += 8)
		probe_store((uint64_t *)(memory + i), 0x0101010101010101);
	probe_fence();
	before = the.cpu->accesses;
	at_ps = rig_now();
	construct->run(memory);
	moved = the.cpu->accesses - before;
	spent_ps = rig_now() - at_ps;
}

static void
run_construct(const struct construct *construct, enum machine_memory model)
{
	struct machine_config config;

	config = rig_config(1, model);
	rig_begin(&config);
	memory = rig_memory(1, 0);
	rig_thread(0, construct_body, (void *)(uintptr_t)construct);
	machine_run();
	cr_assert_str_empty(rig_report, "%s", construct->name);
}

Test(hook, every_construct_is_seen)
{
	struct machine_config config;
	size_t i;

	config = rig_config(1, MACHINE_TSO);
	for (i = 0; i < construct_count; i++) {
		run_construct(&constructs[i], MACHINE_TSO);
		printf("%-26s %3lu accesses, %4lu ps\n", constructs[i].name,
		    moved, spent_ps);
		cr_expect_geq(moved, constructs[i].accesses, "%s: %lu",
		    constructs[i].name, moved);
		cr_expect_geq(spent_ps, moved * config.hit_ps +
		    constructs[i].locked * config.atomic_ps, "%s",
		    constructs[i].name);
	}
}

/* The machine changes when things happen, not what they do. */
Test(hook, machine_computes_what_the_code_says)
{
	static unsigned char native[256];
	size_t i, byte;
	int model;

	for (model = MACHINE_SC; model <= MACHINE_TSO; model++)
		for (i = 0; i < construct_count; i++) {
			memset(native, 1, sizeof(native));
			constructs[i].run(native);
			run_construct(&constructs[i],
			    (enum machine_memory)model);
			for (byte = 0; byte < sizeof(native); byte++)
				cr_expect_eq(memory[byte], native[byte],
				    "%s: byte %zu", constructs[i].name, byte);
		}
}

/* --- range by range -------------------------------------------------------- */

static size_t from, to, bytes;
static int which;

static void
string_body(void *argument)
{
	size_t i;

	(void)argument;
	for (i = 0; i < 256; i++)
		probe_store_byte(memory + i, (unsigned char)i);
	if (which == 0)
		memcpy(memory + to, memory + from, bytes);
	else if (which == 1)
		memmove(memory + to, memory + from, bytes);
	else
		memset(memory + to, 0xee, bytes);
}

Test(hook, strings_of_every_length_and_alignment_are_right)
{
	struct machine_config config;
	unsigned char expected[256];
	struct rng rng;
	int i, model;
	size_t byte;

	rng_init(&rng, 1, "strings", 0);
	for (i = 0; i < 3000; i++) {
		model = (int)rng_below(&rng, 2);
		which = (int)rng_below(&rng, 3);
		bytes = rng_below(&rng, 60);
		from = rng_below(&rng, 60);
		to = which == 0 ? 128 + rng_below(&rng, 60) :
		    rng_below(&rng, 60);
		for (byte = 0; byte < 256; byte++)
			expected[byte] = (unsigned char)byte;
		if (which == 2)
			memset(expected + to, 0xee, bytes);
		else
			memmove(expected + to, expected + from, bytes);
		config = rig_config(1, (enum machine_memory)model);
		config.store_buffer = 1 + rng_below(&rng, 8);
		config.pages = 1 << 20;
		rig_begin(&config);
		memory = rig_memory(1, 0);
		rig_thread(0, string_body, NULL);
		machine_run();
		for (byte = 0; byte < 256; byte++)
			cr_assert_eq(memory[byte], expected[byte],
			    "%d: %zu bytes from %zu to %zu: byte %zu", which,
			    bytes, from, to, byte);
	}
}

static void
wild_body(void *argument)
{

	probe_store(argument, 1);
}

Test(hook, store_outside_the_memory_is_a_crash)
{
	static uint64_t elsewhere;
	struct machine_config config;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, wild_body, &elsewhere);
	machine_run();
	cr_assert_str_eq(rig_report, "crash");
	cr_assert_eq(elsewhere, 0, "it was stopped before it did harm");
}

static void
stack_body(void *argument)
{
	uint64_t local;

	(void)argument;
	probe_store(&local, 7);
	cr_assert_eq(probe_load(&local), 7);
	cr_assert_eq(the.cpu->accesses, 0, "the stack is nobody else's");
}

Test(hook, own_stack_is_no_simulated_memory)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, stack_body, NULL);
	machine_run();
	cr_assert_str_empty(rig_report);
}

static void
quiet_body(void *argument)
{
	uint64_t before;

	probe_store(argument, 1);
	before = rig_now();
	cr_assert_not(machine_quiet(true));
	cr_assert_eq(probe_load(argument), 1);
	cr_assert_eq(rig_now(), before);
	cr_assert(machine_quiet(false));
	probe_load(argument);
	cr_assert_gt(rig_now(), before);
}

Test(hook, quiet_machine_sees_nothing_and_costs_nothing)
{
	struct machine_config config;

	config = rig_config(1, MACHINE_TSO);
	rig_begin(&config);
	rig_thread(0, quiet_body, rig_memory(1, 0));
	machine_run();
}
