/*
 * For each rule of the check a program that is right and one that is almost
 * the same and wrong.  The accesses are made here by hand, in the order in
 * which a machine would carry them out.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/lab_run.h"
#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"
#include "sim/oracle/items.h"
#include "tests/sim/machine/rig.h"

enum { CPUS = 4, FLAG = 8192, LOCK = 8256, BACK = 8320, DATA = 12288, ITEM_BYTES = 64 };

static struct run_spec spec;
static struct run_result result;

static void
begin_with(uint32_t cpus)
{
	struct machine_config config;

	config = rig_config(cpus, MACHINE_SC);
	rig_begin(&config);
	spec_init(&spec);
	spec.run.data_race = 1;
	lab.spec = &spec;
	items_reset(ITEM_BYTES);
	clocks_reset(cpus);
	sync_reset(cpus);
	memset(&result, 0, sizeof(result));
	checks_begin(&result);
}

static void
begin(void)
{

	begin_with(CPUS);
}

static void
on(uint32_t cpu)
{

	the.cpu = &the.cpus[cpu];
}

/* Each line of a test is a place of its own. */
#define HERE	((const char *)stream_image() + __LINE__)
#define READ(offset, size)	data_race_access(offset, size, 0, HERE)
#define WRITE(offset, size)	data_race_access(offset, size, RACE_WRITE, HERE)
#define LOAD(offset, size, order)	load(offset, size, order, HERE)
#define STORE(offset, size, order)	store(offset, size, order, HERE)
#define CHANGE(offset, size, order)	change(offset, size, order, HERE)

static const void *
stream_image(void)
{
	extern const char __executable_start[];

	return (__executable_start);
}

static void
load(uint32_t offset, uint32_t size, int order, const void *where)
{

	sync_load(the.cpu->index, offset, size, order);
	data_race_access(offset, size, RACE_ATOMIC, where);
}

static void
store(uint32_t offset, uint32_t size, int order, const void *where)
{
	uint32_t cpu;

	cpu = the.cpu->index;
	data_race_access(offset, size, RACE_ATOMIC | RACE_WRITE, where);
	sync_visible(cpu, offset, size, sync_release(cpu, offset, size, order));
}

static void
change(uint32_t offset, uint32_t size, int order, const void *where)
{

	sync_load(the.cpu->index, offset, size, order);
	data_race_access(offset, size, RACE_ATOMIC | RACE_WRITE, where);
	sync_change(the.cpu->index, offset, size, order);
}

static void
fence(int order)
{

	sync_fence(the.cpu->index, order);
}

static void
right(void)
{

	cr_assert_eq(result.finding_count, 0, "%s", result.findings[0].summary);
}

static void
wrong(const char *words)
{

	cr_assert_eq(result.finding_count, 1, "not accused");
	cr_assert_str_eq(result.findings[0].check, "data_race");
	cr_assert_not_null(strstr(result.findings[0].summary, words), "%s",
	    result.findings[0].summary);
	begin();
}

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

/* --- bytes ------------------------------------------------------------------------ */

Test(data_race, bytes_beside_each_other_are_apart)
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

Test(data_race, parts_that_overlap_race)
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

Test(data_race, part_written_over_does_not_hide_the_rest)
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
Test(data_race, loop_over_bytes_is_told_apart_by_its_releases)
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

Test(data_race, memory_that_changes_hands_has_no_past)
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

Test(data_race, next_run_knows_nothing_of_the_last)
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

Test(data_race, nothing_is_said_where_nobody_asks)
{

	begin();
	spec.run.data_race = 0;
	checks_begin(&result);
	pass_message(ORDER_RELAXED, ORDER_RELAXED);
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

Test(data_race, list_that_is_full_forgets_the_oldest)
{

	read_all_but(RACE_RECORDS_MAX + 1, 0);
	wrong("on CPU 0 at @1");
	read_all_but(RACE_RECORDS_MAX + 50, RACE_RECORDS_MAX);
	wrong("on CPU 256 at @1");
	read_all_but(RACE_RECORDS_MAX + 50, 0);
	right();
}

/* --- words --------------------------------------------------------------------------- */

Test(data_race, finding_names_both_accesses_and_the_item)
{
	struct lab_thread reader;
	uint32_t number;
	size_t line;

	begin();
	memset(&reader, 0, sizeof(reader));
	number = items_number(the.arena.base + DATA);
	items_live(number);
	on(0);
	the.cpu->now_ps = 3 * US;
	WRITE(DATA + 16, 8);
	line = __LINE__ - 1;
	on(1);
	the.cpu->now_ps = 5 * US;
	the.cpu->current->owner = &reader;
	reader.section.serial = 1;
	reader.section.opened_ps = 4 * US;
	the.cpu->interrupts++;
	LOAD(DATA + 20, 2, ORDER_ACQUIRE);
	cr_assert_eq(result.findings[0].where_count, 2);
	cr_assert_eq(result.findings[0].where[0], line + 8);
	cr_assert_eq(result.findings[0].where[1], line);
	cr_assert_eq(result.findings[0].at_ps, 5 * US);
	cr_assert_str_eq(result.findings[0].summary,
	    "nothing orders an atomic read of 2 bytes by thread idle on CPU 1 "
	    "in an interrupt handler at @0 (inside a section open for 1.0 us, "
	    "at 5.0 us) and the plain write of 8 bytes by thread idle on CPU 0 "
	    "at @1 (outside of sections, at 3.0 us); both touch byte 20 of "
	    "item 1, which is live");
	the.cpu->current->owner = NULL;
}

Test(data_race, last_byte_of_an_item_is_its_own_and_the_next_is_not)
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

Test(data_race, pair_of_places_is_told_once)
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
