/*
 * What the check keeps of memory, when it forgets, and how it words a finding.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "tests/sim/checks/data_race_rig.h"

/* --- bytes ------------------------------------------------------------------------ */

Test(data_race_memory, bytes_beside_each_other_are_apart)
{

	begin();
	on(0);
	WRITE(DATA, 1);
	WRITE(DATA + 4, 4);
	on(1);
	WRITE(DATA + 1, 1);
	WRITE(DATA + 2, 2);
	on(2);
	WRITE(DATA + 8, 8);
	right();
	READ(DATA + 3, 1);
	wrong("the plain write of 2 bytes by thread idle on CPU 1 at @1");
}

Test(data_race_memory, parts_that_overlap_race)
{

	begin();
	on(0);
	WRITE(DATA + 4, 16);
	on(1);
	READ(DATA + 2, 2);
	READ(DATA + 20, 4);
	right();
	READ(DATA + 19, 2);
	wrong("both touch byte 12307 of the page pool");
	on(0);
	WRITE(DATA + 6, 4);
	on(1);
	WRITE(DATA + 4, 4);
	wrong("both touch byte 12294 of the page pool");
}

Test(data_race_memory, part_written_over_does_not_hide_the_rest)
{

	begin();
	on(0);
	WRITE(DATA, 8);
	STORE(FLAG, 4, ORDER_RELEASE);
	on(1);
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	WRITE(DATA, 4);
	STORE(LOCK, 4, ORDER_RELEASE);
	on(2);
	LOAD(LOCK, 4, ORDER_ACQUIRE);
	WRITE(DATA, 8);
	right();
	/* Knows of the second only. */
	begin();
	on(0);
	WRITE(DATA, 8);
	on(1);
	WRITE(FLAG, 1);
	READ(DATA + 8, 4);
	STORE(LOCK, 4, ORDER_RELEASE);
	on(2);
	LOAD(LOCK, 4, ORDER_ACQUIRE);
	WRITE(DATA + 8, 4);
	right();
	WRITE(DATA + 7, 1);
	wrong("on CPU 0 at @1");
}

/* The bytes of a loop are one access, but not beyond a release. */
Test(data_race_memory, loop_over_bytes_is_told_apart_by_its_releases)
{
	uint32_t i;

	begin();
	on(0);
	for (i = 0; i < 8; i++) {
		WRITE(DATA + i, 1);
		if (i == 3)
			STORE(FLAG, 4, ORDER_RELEASE);
	}
	on(1);
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	WRITE(DATA, 4);
	right();
	READ(DATA + 4, 1);
	wrong("both touch byte 12292 of the page pool");
}

/* --- memory ------------------------------------------------------------------------ */

Test(data_race_memory, memory_that_changes_hands_has_no_past)
{

	begin();
	on(0);
	WRITE(DATA, 8);
	READ(DATA + 4080, 16);
	on(1);
	READ(DATA + 32, 8);
	READ(DATA + 4088, 8);
	WRITE(DATA + 4096, 8);
	data_race_forget(DATA, 4096);
	on(2);
	WRITE(DATA, 8);
	WRITE(DATA + 32, 8);
	WRITE(DATA + 4080, 16);
	right();
	WRITE(DATA + 4096, 8);
	wrong("on CPU 1 at @1");
	on(0);
	WRITE(DATA, 8);
	data_race_forget(DATA + 2, 4);
	on(1);
	WRITE(DATA + 2, 4);
	right();
	WRITE(DATA + 6, 1);
	wrong("on CPU 0 at @1");
}

Test(data_race_memory, next_run_knows_nothing_of_the_last)
{
	int i, gap;

	/* A page of the table can tell 65535 runs apart. */
	for (gap = 1; gap < 65540; gap += gap == 1 ? 65530 : 1) {
		begin();
		for (i = 0; i <= gap; i++) {
			data_race_begin(true);
			on(0);
			WRITE(i == 0 ? DATA : DATA + 8, 8);
		}
		on(1);
		READ(DATA, 1);
		right();
	}
}

Test(data_race_memory, nothing_is_said_where_nobody_asks)
{

	begin();
	spec.run.data_race = 0;
	checks_begin(&result);
	on(0);
	WRITE(DATA, 8);
	on(1);
	WRITE(DATA, 8);
	data_race_forget(DATA, 8);
	right();
}

/* Reads by all CPUs; all but one of them pass on what they did to the last. */
static void
read_all_but(uint32_t cpus, uint32_t silent)
{

	begin_with(cpus);
	for (on(0); the.cpu->index < cpus - 1; on(the.cpu->index + 1)) {
		READ(DATA, 8);
		if (the.cpu->index != silent)
			CHANGE(FLAG, 4, ORDER_RELEASE);
	}
	LOAD(FLAG, 4, ORDER_ACQUIRE);
	WRITE(DATA, 8);
}

Test(data_race_memory, list_that_is_full_forgets_the_oldest)
{

	read_all_but(RACE_RECORDS_MAX + 1, 0);
	wrong("on CPU 0 at @1");
	read_all_but(RACE_RECORDS_MAX + 50, RACE_RECORDS_MAX);
	wrong("on CPU 256 at @1");
	read_all_but(RACE_RECORDS_MAX + 50, 0);
	right();
}

/* --- words --------------------------------------------------------------------------- */

Test(data_race_memory, finding_names_both_accesses_and_the_item)
{
	uint32_t number;
	size_t line;

	begin();
	number = items_number(the.arena.base + DATA);
	items_live(number);
	on(0);
	the.cpu->now_ps = 3 * US;
	WRITE(DATA + 16, 8);
	line = __LINE__ - 1;
	on(1);
	the.cpu->now_ps = 5 * US;
	the.cpu->current->opened_ps = 4 * US;
	the.cpu->interrupts++;
	LOAD(DATA + 20, 2, ORDER_ACQUIRE);
	cr_assert_eq(result.findings[0].where_count, 2);
	cr_assert_eq(result.findings[0].where[0], line + 6);
	cr_assert_eq(result.findings[0].where[1], line);
	cr_assert_eq(result.findings[0].at_ps, 5 * US);
	cr_assert_str_eq(result.findings[0].summary,
	    "nothing orders an atomic read of 2 bytes by thread idle on CPU 1 "
	    "in an interrupt handler at @0 (inside a section open for 1.0 us, "
	    "at 5.0 us) and the plain write of 8 bytes by thread idle on CPU 0 "
	    "at @1 (outside of sections, at 3.0 us); both touch byte 20 of "
	    "item 1, which is live");
	the.cpu->current->opened_ps = MACHINE_NEVER;
}

Test(data_race_memory, last_byte_of_an_item_is_its_own_and_the_next_is_not)
{

	begin();
	(void)items_number(the.arena.base + DATA);
	on(0);
	WRITE(DATA + ITEM_BYTES - 1, 1);
	on(1);
	READ(DATA + ITEM_BYTES - 1, 1);
	wrong("both touch byte 63 of item 1, which is in its slab");
	(void)items_number(the.arena.base + DATA);
	on(0);
	WRITE(DATA + ITEM_BYTES, 1);
	on(1);
	READ(DATA + ITEM_BYTES, 1);
	wrong("both touch byte 12352 of the page pool, in no item");
	on(0);
	WRITE(0, 1);
	on(1);
	READ(0, 1);
	wrong("both touch byte 0 of the page pool, in no item");
}

Test(data_race_memory, pair_of_places_is_told_once)
{
	int i;

	begin();
	for (i = 0; i < 10; i++) {
		on((uint32_t)i % 2);
		WRITE(DATA, 8);
	}
	cr_assert_eq(result.findings[0].repeats, 0);
	on(2);
	WRITE(DATA, 8);
	cr_assert_eq(result.findings[0].repeats, 1);
}
