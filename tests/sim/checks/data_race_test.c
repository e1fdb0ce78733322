/*
 * For each rule of the check a program that is right and one that is almost
 * the same and wrong: what orders two accesses, and which kinds race.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/checks/data_race_rig.h"

/* --- what orders ---------------------------------------------------------------- */

/* So that messages can be passed again and again, from CPU 0 to CPU 1. */
static void
give_back(void)
{

	STORE(BACK, 4, ORDER_RELEASE);
}

static void
get_back(void)
{

	on(0);
	LOAD(BACK, 4, ORDER_ACQUIRE);
}

static void
pass_message(int release, int acquire)
{

	get_back();
	WRITE(DATA, 8);
	STORE(FLAG, 4, release);
	on(1);
	LOAD(FLAG, 4, acquire);
	READ(DATA, 8);
	give_back();
}

Test(data_race, message_passes_by_release_and_acquire_alone)
{

	begin();
	pass_message(ORDER_RELEASE, ORDER_ACQUIRE);
	pass_message(ORDER_SEQ_CST, ORDER_CONSUME);
	right();
	begin();
	pass_message(ORDER_RELAXED, ORDER_ACQUIRE);
	wrong("a plain read of 8 bytes by thread idle on CPU 1 at @0");
	pass_message(ORDER_RELEASE, ORDER_RELAXED);
	wrong("the plain write of 8 bytes by thread idle on CPU 0 at @1");
}

Test(data_race, what_follows_a_release_is_not_passed)
{

	begin();
	on(0);
	WRITE(DATA, 8);
	STORE(FLAG, 4, ORDER_RELEASE);
	WRITE(DATA + 8, 8);
	on(1);
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	WRITE(DATA, 8);
	right();
	WRITE(DATA + 8, 8);
	wrong("write");
}

static void
pass_by_fences(int first, int second)
{

	get_back();
	WRITE(DATA, 8);
	fence(first);
	STORE(FLAG, 4, ORDER_RELAXED);
	on(1);
	LOAD(FLAG, 4, ORDER_RELAXED);
	fence(second);
	READ(DATA, 8);
	give_back();
}

Test(data_race, fences_pass_what_relaxed_accesses_carry)
{

	begin();
	pass_by_fences(ORDER_RELEASE, ORDER_ACQUIRE);
	pass_by_fences(ORDER_SEQ_CST, ORDER_SEQ_CST);
	right();
	begin();
	pass_by_fences(ORDER_ACQUIRE, ORDER_ACQUIRE);
	wrong("write");
	pass_by_fences(ORDER_RELEASE, ORDER_RELEASE);
	wrong("write");
}

static void
pass_by_sequence(uint32_t between, bool changes)
{

	get_back();
	WRITE(DATA, 8);
	STORE(FLAG, 4, ORDER_RELEASE);
	on(between);
	if (changes)
		CHANGE(FLAG, 4, ORDER_RELAXED);
	else
		STORE(FLAG, 4, ORDER_RELAXED);
	on(1);
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	READ(DATA, 8);
	give_back();
}

Test(data_race, release_sequence_ends_with_the_store_of_another_cpu)
{

	begin();
	pass_by_sequence(2, true);
	pass_by_sequence(0, true);
	pass_by_sequence(0, false);
	right();
	begin();
	pass_by_sequence(2, false);
	wrong("write");
}

static void
lock_twice(int take, int give)
{
	uint32_t cpu;

	for (cpu = 0; cpu < 2; cpu++) {
		on(cpu);
		CHANGE(LOCK, 4, take);
		READ(DATA, 8);
		WRITE(DATA, 8);
		STORE(LOCK, 4, give);
	}
}

Test(data_race, lock_orders_by_acquire_and_release)
{

	begin();
	lock_twice(ORDER_ACQUIRE, ORDER_RELEASE);
	right();
	begin();
	lock_twice(ORDER_RELAXED, ORDER_RELEASE);
	wrong("write");
	lock_twice(ORDER_ACQUIRE, ORDER_RELAXED);
	wrong("write");
}

Test(data_race, pointer_published_by_a_plain_store_races_itself)
{

	begin();
	on(0);
	WRITE(DATA, 8);
	WRITE(FLAG, 8);
	on(1);
	LOAD(FLAG, 8, ORDER_ACQUIRE);
	wrong("an atomic read of 8 bytes by thread idle on CPU 1 at @0");
	on(0);
	WRITE(DATA, 8);
	STORE(FLAG, 8, ORDER_RELEASE);
	on(1);
	READ(FLAG, 8);
	wrong("the atomic write of 8 bytes by thread idle on CPU 0 at @1");
}

/* A count that falls to zero, and the last one frees by a plain store. */
Test(data_race, last_reference_owns_the_memory)
{

	begin();
	on(0);
	READ(DATA, 8);
	CHANGE(LOCK, 4, ORDER_RELEASE);
	on(1);
	CHANGE(LOCK, 4, ORDER_ACQ_REL);
	WRITE(DATA, 8);
	WRITE(LOCK, 4);
	right();
	begin();
	on(0);
	READ(DATA, 8);
	CHANGE(LOCK, 4, ORDER_RELEASE);
	on(1);
	CHANGE(LOCK, 4, ORDER_RELEASE);
	WRITE(DATA, 8);
	wrong("the plain read");
}

/* An object that came by a release store and is initialised plainly before. */
Test(data_race, plain_start_of_an_atomic_is_ordered_by_its_publication)
{

	begin();
	on(0);
	WRITE(LOCK, 4);
	STORE(LOCK, 4, ORDER_RELEASE);
	on(1);
	CHANGE(LOCK, 4, ORDER_ACQUIRE);
	right();
	begin();
	on(0);
	WRITE(LOCK, 4);
	STORE(LOCK, 4, ORDER_RELEASE);
	on(1);
	CHANGE(LOCK, 4, ORDER_RELAXED);
	wrong("an atomic write");
}

/* --- who races with whom -------------------------------------------------------- */

Test(data_race, one_cpu_does_not_race_with_itself)
{

	begin();
	on(0);
	WRITE(DATA, 8);
	the.cpu->interrupts++;
	WRITE(DATA, 8);
	READ(DATA, 8);
	the.cpu->interrupts--;
	LOAD(DATA, 8, ORDER_RELAXED);
	right();
}

Test(data_race, reads_do_not_race)
{

	begin();
	on(0);
	READ(DATA, 8);
	LOAD(DATA, 8, ORDER_RELAXED);
	on(1);
	READ(DATA, 8);
	LOAD(DATA, 8, ORDER_RELAXED);
	right();
}

Test(data_race, atomics_do_not_race_with_each_other)
{

	begin();
	on(0);
	STORE(DATA, 8, ORDER_RELAXED);
	on(1);
	STORE(DATA, 8, ORDER_RELAXED);
	CHANGE(DATA, 8, ORDER_RELAXED);
	LOAD(DATA + 4, 4, ORDER_RELAXED);
	right();
	on(2);
	READ(DATA, 8);
	wrong("a plain read");
}

Test(data_race, each_kind_of_access_meets_each_other)
{
	static const bool race[4][4] = {
		[0] = { [1] = true, [3] = true },
		[1] = { true, true, true, true },
		[2] = { [1] = true },
		[3] = { [0] = true, [1] = true },
	};
	unsigned first, second;

	for (first = 0; first < 4; first++)
		for (second = 0; second < 4; second++) {
			begin();
			on(0);
			data_race_access(DATA, 4, first, HERE);
			on(1);
			data_race_access(DATA, 4, second, HERE);
			cr_expect_eq(result.finding_count,
			    race[first][second], "%u, %u", first, second);
		}
}

Test(data_race, reads_of_all_cpus_are_remembered)
{
	uint32_t cpu;

	for (cpu = 0; cpu < 3; cpu++) {
		begin();
		/* All but one have passed on what they did. */
		for (on(0); the.cpu->index < 3; on(the.cpu->index + 1)) {
			READ(DATA, 8);
			if (the.cpu->index != cpu)
				CHANGE(FLAG, 4, ORDER_RELEASE);
		}
		LOAD(FLAG, 4, ORDER_ACQUIRE);
		WRITE(DATA, 8);
		wrong(cpu == 0 ? "the plain read of 8 bytes by thread idle on "
		    "CPU 0" : cpu == 1 ? "on CPU 1 at @1" : "on CPU 2 at @1");
	}
	for (on(0); the.cpu->index < 3; on(the.cpu->index + 1)) {
		READ(DATA, 8);
		CHANGE(FLAG, 4, ORDER_RELEASE);
	}
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	WRITE(DATA, 8);
	right();
}

Test(data_race, ordered_write_does_not_hide_an_atomic_one_before_it)
{

	/* CPU 2's plain read is after the plain write, not the atomic one. */
	begin();
	on(0);
	STORE(DATA, 8, ORDER_RELAXED);
	on(1);
	STORE(DATA, 8, ORDER_RELAXED);
	STORE(FLAG, 4, ORDER_RELEASE);
	on(2);
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	READ(DATA, 8);
	wrong("on CPU 0 at @1");
}
