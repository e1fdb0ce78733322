/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "sim/memory/clock_order.h"

Test(clock, nobody_knows_of_anybody_at_first)
{

	clocks_reset(3);
	cr_expect_eq(clock_epoch(0), 1);
	cr_expect(clock_knows(0, 0, 1));
	cr_expect(!clock_knows(0, 1, 1));
	cr_expect(!clock_has_seen(2, 1, 1));
	cr_expect(clock_knows(0, 1, 0));
}

Test(clock, a_stamp_carries_what_was_before_it_and_not_what_is_after)
{
	stamp_id stamp;

	clocks_reset(2);
	stamp = stamp_take(0, 0);
	cr_expect_eq(clock_epoch(0), 2);
	cr_expect_eq(stamp_epoch(stamp), 1);
	stamp_join(1, stamp);
	cr_expect(clock_knows(1, 0, 1));
	cr_expect(!clock_knows(1, 0, 2));
	cr_expect(!clock_knows(0, 1, 1));
	stamp_drop(stamp);
}

Test(clock, knowledge_is_passed_on)
{
	stamp_id first, second;

	clocks_reset(3);
	first = stamp_take(0, 0);
	stamp_join(1, first);
	second = stamp_take(1, 0);
	stamp_join(2, second);
	cr_expect(clock_knows(2, 0, 1));
	cr_expect(clock_knows(2, 1, 1));
	stamp_drop(first);
	stamp_drop(second);
}

Test(clock, stamps_join_without_anybodys_clock)
{
	stamp_id both, first, second, with;

	clocks_reset(4);
	first = stamp_take(0, 0);
	second = stamp_take(1, 0);
	both = stamp_both(first, second);
	cr_expect_eq(stamp_epoch(both), 0);
	cr_expect(!clock_knows(0, 1, 1));
	stamp_join(2, both);
	cr_expect(clock_knows(2, 0, 1));
	cr_expect(clock_knows(2, 1, 1));
	/* A release that goes on with another one. */
	with = stamp_take(3, first);
	cr_expect(!clock_knows(3, 0, 1));
	stamp_join(1, with);
	cr_expect(clock_knows(1, 0, 1));
	cr_expect(clock_knows(1, 3, 1));
	/* One that holds the other is the other. */
	stamp_join(0, second);
	stamp_drop(first);
	first = stamp_take(0, 0);
	cr_expect_eq(stamp_both(first, second), first);
	cr_expect_eq(stamp_both(second, first), first);
	cr_expect_eq(stamp_both(0, first), first);
	cr_expect_eq(stamp_both(0, 0), 0);
}

Test(clock, a_join_that_is_left_out_would_have_brought_nothing)
{
	stamp_id later, mixed, other;

	/* A mixed stamp is not known by the epoch of one of its parts. */
	clocks_reset(3);
	other = stamp_take(1, 0);
	mixed = stamp_take(0, other);
	later = stamp_take(0, 0);
	stamp_join(2, later);
	cr_expect(!clock_knows(2, 1, 1));
	stamp_join(2, mixed);
	cr_expect(clock_knows(2, 1, 1));
}

Test(clock, stamps_are_used_again_when_the_last_reference_is_gone)
{
	stamp_id again, stamp;

	clocks_reset(2);
	stamp = stamp_take(0, 0);
	cr_expect_eq(stamp_hold(stamp), stamp);
	stamp_drop(stamp);
	again = stamp_take(0, 0);
	cr_expect_neq(again, stamp);
	stamp_drop(stamp);
	cr_expect_eq(stamp_take(0, 0), stamp);
}

Test(clock, what_is_noted_waits_for_the_fence)
{
	stamp_id first, second;

	clocks_reset(3);
	first = stamp_take(0, 0);
	second = stamp_take(1, 0);
	clock_note(2, first);
	clock_note(2, second);
	cr_expect(!clock_knows(2, 0, 1));
	clock_acquire(2);
	cr_expect(clock_knows(2, 0, 1));
	cr_expect(clock_knows(2, 1, 1));
}

Test(clock, fences_show_what_happened_before_earlier_ones)
{

	clocks_reset(3);
	order_fence(0, 0);
	stamp_drop(stamp_take(0, 0));
	cr_expect_neq(order_fenced(0, 1), UINT32_MAX);
	cr_expect_eq(order_fenced(0, 2), UINT32_MAX);
	cr_expect(!clock_has_seen(1, 0, 1));
	order_fence(1, 0);
	cr_expect(clock_has_seen(1, 0, 1));
	cr_expect(!clock_has_seen(1, 0, 2));
	/* Seen is not known: it is no happens-before. */
	cr_expect(!clock_knows(1, 0, 1));
}

Test(clock, a_stamp_passes_on_what_was_seen)
{
	stamp_id stamp;

	clocks_reset(3);
	order_fence(0, 0);
	stamp_drop(stamp_take(0, 0));
	order_fence(1, 0);
	stamp = stamp_take(1, 0);
	stamp_join(2, stamp);
	cr_expect(clock_has_seen(2, 0, 1));
	cr_expect(!clock_knows(2, 0, 1));
	cr_expect(clock_knows(2, 1, 1));
}

Test(clock, a_fence_may_stand_before_those_that_were_first)
{
	order_id early, late;

	clocks_reset(3);
	early = order_fence(0, 0);
	late = order_fence(1, 1);
	cr_expect_eq(order_later(early, late), early);
	cr_expect_eq(order_last(), early);
	cr_expect_lt(order_place(late), order_place(early));
	/* The first one now shows what was before the second, not reversed. */
	cr_expect(clock_has_seen(0, 1, 1));
	cr_expect(!clock_has_seen(1, 0, 1));
}

Test(clock, an_access_must_stand_behind_what_was_done_before_it)
{
	order_id access, fence;
	stamp_id stamp;

	clocks_reset(3);
	access = order_access(0, 0, 64);
	stamp = stamp_take(0, 0);
	/* To CPU 1 the access is known, but nothing that came after it. */
	stamp_join(1, stamp);
	cr_expect_eq(order_limit_access(1, 128, NULL), 0);
	cr_expect_eq(order_limit_access(1, 64, NULL), access);
	cr_expect_eq(order_limit_access(0, 128, NULL), access);
	cr_expect_eq(order_limit_access(2, 64, stamp_words(stamp) +
	    STAMP_HB), access);
	cr_expect_eq(order_limit_access(2, 64, NULL), 0);
	cr_expect_eq(order_limit_fence(1), access);
	stamp_drop(stamp);
	fence = order_fence(0, 0);
	stamp = stamp_take(0, 0);
	stamp_join(1, stamp);
	cr_expect_eq(order_limit_access(1, 128, NULL), fence);
}

Test(clock, the_oldest_fences_are_taken_for_one)
{
	order_id first;
	int i;

	clocks_reset(3);
	first = order_fence(2, 0);
	for (i = 0; i < 2 * ORDER_MAX; i++) {
		order_fence(0, 0);
		stamp_drop(stamp_take(0, 0));
	}
	cr_expect_eq(order_place(first), 1);
	cr_expect(clock_has_seen(2, 0, ORDER_MAX));
	cr_expect(!clock_has_seen(2, 0, ORDER_MAX + 1));
	cr_expect(!clock_has_seen(1, 0, 1));
}
