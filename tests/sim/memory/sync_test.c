/*
 * Which releases an acquire knows of, where stores have no history.  Whole
 * programs are in tests/sim/checks/data_race_random_test.c; here is what they
 * do not reach: widths, neighbours, buffers, memory that changes hands.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>

#include "sim/memory/clock.h"
#include "sim/memory/memory.h"
#include "sim/memory/sync.h"

enum { CPUS = 80, AT = 4096 - 16 };

static void
begin(void)
{

	clocks_reset(CPUS);
	sync_reset(CPUS);
}

/* A store that all see at once; the epoch that it, or its fence, ended. */
static uint32_t
store(uint32_t cpu, uint32_t offset, uint32_t size, int order)
{
	uint32_t epoch;

	epoch = clock_epoch(cpu);
	sync_visible(cpu, offset, size, sync_release(cpu, offset, size, order));
	return (epoch);
}

static bool
learns(uint32_t cpu, uint32_t offset, uint32_t size, uint32_t other,
    uint32_t epoch)
{

	cr_assert_not(clock_knows(cpu, other, epoch), "it knew before");
	sync_load(cpu, offset, size, ORDER_ACQUIRE);
	return (clock_knows(cpu, other, epoch));
}

Test(sync, acquire_learns_of_the_release_that_it_reads)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 8, ORDER_RELEASE);
	cr_assert(learns(1, AT, 8, 0, epoch));
	cr_assert_not(clock_knows(1, 0, epoch + 1));
	cr_assert_not(learns(2, AT + 8, 8, 0, epoch));
}

Test(sync, weaker_halves_teach_nothing)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 4, ORDER_RELAXED);
	cr_assert_not(learns(1, AT, 4, 0, epoch));
	epoch = store(0, AT, 4, ORDER_RELEASE);
	sync_load(2, AT, 4, ORDER_RELAXED);
	cr_assert_not(clock_knows(2, 0, epoch));
	sync_fence(2, ORDER_RELEASE);
	cr_assert_not(clock_knows(2, 0, epoch));
	sync_fence(2, ORDER_ACQUIRE);
	cr_assert(clock_knows(2, 0, epoch));
}

Test(sync, fence_gives_what_came_before_it_and_no_more)
{
	uint32_t epoch;

	begin();
	epoch = clock_epoch(0);
	sync_fence(0, ORDER_RELEASE);
	(void)store(0, AT, 4, ORDER_RELAXED);
	cr_assert(learns(1, AT, 4, 0, epoch));
	cr_assert_not(clock_knows(1, 0, epoch + 1));
	sync_fence(2, ORDER_ACQUIRE);
	cr_assert_not(learns(3, AT + 4, 4, 2, clock_epoch(2)));
}

Test(sync, release_sequence_goes_on_with_changes_and_with_its_own_cpu)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 4, ORDER_RELEASE);
	(void)store(0, AT, 4, ORDER_RELAXED);
	sync_change(1, AT, 4, ORDER_RELAXED);
	cr_assert_not(clock_knows(1, 0, epoch));
	cr_assert(learns(2, AT, 4, 0, epoch));
	(void)store(3, AT, 4, ORDER_RELAXED);
	cr_assert_not(learns(4, AT, 4, 0, epoch));
}

Test(sync, change_that_releases_adds_itself_to_the_sequence)
{
	uint32_t first, second;

	begin();
	first = store(0, AT, 4, ORDER_RELEASE);
	second = clock_epoch(1);
	sync_change(1, AT, 4, ORDER_RELEASE);
	cr_assert_not(clock_knows(1, 0, first));
	cr_assert(learns(2, AT, 4, 0, first));
	cr_assert(clock_knows(2, 1, second));
	/* A release store begins anew, for its own CPU too. */
	(void)store(0, AT, 4, ORDER_RELEASE);
	cr_assert_not(learns(3, AT, 4, 1, second));
	cr_assert(clock_knows(3, 0, first));
}

Test(sync, locked_change_is_a_fence_on_either_side)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 4, ORDER_RELEASE);
	sync_load(1, AT, 4, ORDER_RELAXED);
	sync_change(1, AT + 4, 4, ORDER_LOCKED);
	cr_assert(clock_knows(1, 0, epoch));
	(void)store(1, AT + 8, 4, ORDER_RELAXED);
	cr_assert(learns(2, AT + 8, 4, 1, epoch));
	/* What it orders, the change itself passes on. */
	cr_assert(learns(3, AT + 4, 4, 0, epoch));
}

/* --- widths ------------------------------------------------------------------ */

Test(sync, widths_that_overlap_teach)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 8, ORDER_RELEASE);
	cr_assert(learns(1, AT + 5, 1, 0, epoch));
	epoch = store(2, AT + 9, 1, ORDER_RELEASE);
	cr_assert(learns(3, AT, 16, 2, epoch));
	/* Over the end of a page of the table. */
	epoch = store(4, AT + 12, 8, ORDER_RELEASE);
	cr_assert(learns(5, AT + 16, 4, 4, epoch));
	cr_assert(learns(6, AT + 12, 4, 4, epoch));
}

Test(sync, store_to_a_part_or_a_neighbour_ends_no_sequence)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 8, ORDER_RELEASE);
	(void)store(1, AT, 2, ORDER_RELAXED);
	(void)store(2, AT + 4, 4, ORDER_RELAXED);
	cr_assert(learns(3, AT, 4, 0, epoch));
	cr_assert_not(learns(4, AT + 4, 4, 0, epoch));
	(void)store(1, AT, 4, ORDER_RELAXED);
	cr_assert_not(learns(5, AT, 4, 0, epoch));
}

Test(sync, neighbours_in_a_granule_are_two_locations)
{
	uint32_t first, second;

	begin();
	first = store(0, AT, 4, ORDER_RELEASE);
	second = store(1, AT + 4, 4, ORDER_RELEASE);
	cr_assert(learns(2, AT, 4, 0, first));
	cr_assert_not(clock_knows(2, 1, second));
	cr_assert(learns(3, AT + 4, 4, 1, second));
	cr_assert_not(clock_knows(3, 0, first));
}

Test(sync, bytes_of_one_place_lose_nothing)
{
	uint32_t first, second;

	begin();
	first = store(0, AT, 1, ORDER_RELEASE);
	second = store(1, AT + 1, 1, ORDER_RELEASE);
	(void)store(2, AT + 2, 1, ORDER_RELAXED);
	cr_assert(learns(3, AT, 1, 0, first));
	cr_assert(learns(4, AT + 1, 1, 1, second));
}

/* --- buffers ------------------------------------------------------------------ */

Test(sync, store_in_a_buffer_teaches_nobody_and_hides_nothing)
{
	uint32_t old, new;
	stamp_id waits;

	begin();
	old = store(0, AT, 4, ORDER_RELEASE);
	new = clock_epoch(1);
	waits = sync_release(1, AT, 4, ORDER_RELEASE);
	cr_assert(learns(2, AT, 4, 0, old));
	cr_assert_not(clock_knows(2, 1, new));
	sync_visible(1, AT, 4, waits);
	cr_assert(learns(3, AT, 4, 1, new));
	cr_assert_not(clock_knows(3, 0, old));
}

Test(sync, buffered_store_gives_what_came_before_its_issue)
{
	stamp_id waits;
	uint32_t epoch;

	begin();
	waits = sync_release(0, AT, 4, ORDER_RELEASE);
	epoch = clock_epoch(0);		/* what the CPU does in between */
	sync_visible(0, AT, 4, waits);
	sync_load(1, AT, 4, ORDER_ACQUIRE);
	cr_assert(clock_knows(1, 0, epoch - 1));
	cr_assert_not(clock_knows(1, 0, epoch));
}

Test(sync, stores_of_a_buffer_keep_their_kinds)
{
	stamp_id fenced, released;
	uint32_t epoch;

	begin();
	/* Another CPU heads the sequence too, until a release store comes. */
	(void)store(0, AT, 4, ORDER_RELEASE);
	epoch = clock_epoch(1);
	sync_change(1, AT, 4, ORDER_RELEASE);
	sync_fence(0, ORDER_RELEASE);
	fenced = sync_release(0, AT + 4, 4, ORDER_RELAXED);
	released = sync_release(0, AT, 4, ORDER_RELEASE);
	sync_visible(0, AT + 4, 4, fenced);
	cr_assert(learns(2, AT, 4, 1, epoch));
	sync_visible(0, AT, 4, released);
	cr_assert_not(learns(3, AT, 4, 1, epoch));
}

Test(sync, stores_that_never_come_do_no_harm)
{
	uint32_t epoch;
	int i;

	begin();
	for (i = 0; i < 1000; i++)
		(void)sync_release(0, AT, 4, ORDER_RELEASE);
	epoch = store(0, AT, 4, ORDER_RELEASE);
	cr_assert(learns(1, AT, 4, 0, epoch));
	/* After a while release stores are taken for such again. */
	epoch = clock_epoch(2);
	sync_change(2, AT, 4, ORDER_RELEASE);
	for (i = 0; i < 200; i++)
		(void)store(0, AT, 4, ORDER_RELEASE);
	cr_assert_not(learns(3, AT, 4, 2, epoch));
}

/* --- memory, runs, many CPUs --------------------------------------------------- */

Test(sync, memory_that_changes_hands_has_no_past)
{
	uint32_t epoch;

	begin();
	epoch = store(0, 4096, 8, ORDER_RELEASE);
	(void)store(0, 8192, 8, ORDER_RELEASE);
	(void)store(0, 40960, 8, ORDER_RELEASE);
	sync_forget(4096, 4096);
	sync_forget(20480, 20480);
	cr_assert_not(learns(1, 4096, 8, 0, epoch));
	cr_assert(learns(2, 8192, 8, 0, epoch));
	cr_assert(learns(3, 40960, 8, 0, epoch));
}

Test(sync, next_run_knows_nothing_of_the_last)
{
	uint32_t epoch;
	int i;

	/* More runs than a page of the table can tell apart. */
	for (i = 0; i < 70000; i++) {
		begin();
		epoch = store(0, i == 5 ? AT : AT + 4, 4, ORDER_RELEASE);
		cr_assert_eq(learns(1, AT, 4, 0, epoch), i == 5, "run %d", i);
	}
}

Test(sync, cpus_that_share_a_bit_err_on_the_side_of_order)
{
	uint32_t epoch;

	begin();
	epoch = store(0, AT, 4, ORDER_RELEASE);
	(void)store(64, AT, 4, ORDER_RELAXED);
	cr_assert(learns(1, AT, 4, 0, epoch));
	(void)store(65, AT, 4, ORDER_RELAXED);
	cr_assert_not(learns(2, AT, 4, 0, epoch));
}
