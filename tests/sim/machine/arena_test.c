/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/machine/arena.h"

#include <criterion/criterion.h>
#include <string.h>

#include "sim/base/rng.h"

enum { PAGES = 256, TAKES = 60, RUNS = 400 };

static struct arena arena;

/* The first byte that is not zero, or the size of the whole. */
static size_t
first_left(void)
{
	size_t i;

	for (i = 0; i < arena.bytes; i++)
		if (arena.base[i] != 0)
			break;
	return (i);
}

static void
take_part(struct rng *rng, bool everything)
{
	unsigned char *memory;
	size_t bytes;

	bytes = 1 + rng_below(rng, rng_below(rng, 2) == 0 ? 64 :
	    3 * ARENA_PAGE);
	memory = arena_take_bytes(&arena, bytes,
	    (unsigned)rng_below(rng, arena.domains));
	if (memory == NULL)
		return;
	if (everything)
		bytes = (bytes + ARENA_PAGE - 1) / ARENA_PAGE * ARENA_PAGE;
	memset(memory, 0xff, bytes);
	/* Whoever gives a part back has had all of it. */
	if (rng_below(rng, 4) == 0)
		arena_give(&arena, memory, (bytes + ARENA_PAGE - 1) /
		    ARENA_PAGE);
}

static void
take_whole(struct rng *rng)
{
	unsigned char *memory;
	size_t pages, i;

	pages = 1 + rng_below(rng, 3);
	memory = arena_take(&arena, pages,
	    (unsigned)rng_below(rng, arena.domains));
	if (memory == NULL)
		return;
	for (i = 0; i < pages * ARENA_PAGE; i++)
		cr_assert_eq(memory[i], 0, "a page that was not clear");
	memset(memory, 0xff, pages * ARENA_PAGE);
	if (rng_below(rng, 4) == 0)
		arena_give(&arena, memory, pages);
}

Test(arena, what_was_written_is_clear_after_a_reset)
{
	struct rng rng;
	size_t run, i;
	bool wild;

	cr_assert(arena_open(&arena, PAGES * ARENA_PAGE));
	for (run = 0; run < RUNS; run++) {
		rng_init(&rng, 1, "arena", run);
		arena_reset(&arena, PAGES * ARENA_PAGE,
		    1 + (unsigned)rng_below(&rng, 3));
		cr_assert_eq(first_left(), arena.bytes, "run %zu", run);
		wild = rng_below(&rng, 4) == 0;
		if (wild)
			arena_wild(&arena);
		for (i = 0; i < TAKES; i++)
			if (rng_below(&rng, 3) == 0)
				take_whole(&rng);
			else
				take_part(&rng, wild);
	}
	arena_close(&arena);
}

/*
 * The end of a part is left alone, but for the rest of 64 bytes: whoever
 * wrote there would still see it.
 */
Test(arena, the_end_of_a_part_costs_nothing)
{
	unsigned char *part, *whole;

	cr_assert(arena_open(&arena, PAGES * ARENA_PAGE));
	arena_reset(&arena, PAGES * ARENA_PAGE, 1);
	part = arena_take_bytes(&arena, 100, 0);
	whole = arena_take(&arena, 1, 0);
	cr_assert_eq(whole, part + ARENA_PAGE);
	part[99] = part[128] = whole[0] = 1;
	arena_reset(&arena, PAGES * ARENA_PAGE, 1);
	cr_assert_eq(part[99], 0);
	cr_assert_eq(part[128], 1);
	cr_assert_eq(whole[0], 0);
	arena_close(&arena);
}

/* One byte, everywhere behind: found as far as is promised, and gone then. */
Test(arena, what_is_written_just_behind_is_found_and_cleared)
{
	unsigned char *part, *last;
	unsigned domain;
	size_t at;

	cr_assert(arena_open(&arena, PAGES * ARENA_PAGE));
	for (at = 0; at < ARENA_BEHIND; at++)
		for (domain = 0; domain < 2; domain++) {
			arena_reset(&arena, PAGES * ARENA_PAGE, 2);
			part = arena_take_bytes(&arena, 101, domain);
			last = arena_take(&arena, 1, domain);
			part[100] = last[0] = last[ARENA_PAGE - 1] = 1;
			cr_assert(!arena_overrun(&arena), "%d", (int)at);
			part[101 + at] = 1;
			cr_assert(arena_overrun(&arena), "%d", (int)at);
			arena_renew(&arena);
			cr_assert_eq(part[101 + at], 0, "%d", (int)at);
			last = arena_take(&arena, 1, domain);
			last[ARENA_PAGE + at] = 1;
			cr_assert(arena_overrun(&arena), "%d", (int)at);
			arena_renew(&arena);
			cr_assert_eq(last[ARENA_PAGE + at], 0, "%d", (int)at);
			cr_assert(!arena_overrun(&arena), "%d", (int)at);
		}
	arena_close(&arena);
}

/* What is kept need not be asked for again, whatever the last run did. */
Test(arena, what_is_kept_is_there_and_clear_in_each_run)
{
	unsigned char *kept, *next;
	size_t run;

	cr_assert(arena_open(&arena, PAGES * ARENA_PAGE));
	arena_reset(&arena, PAGES * ARENA_PAGE, 2);
	kept = arena_take_bytes(&arena, 100, 0);
	arena_keep(&arena);
	for (run = 0; run < 8; run++) {
		cr_assert_eq(arena.pages_free, arena.pages_total - 1);
		next = arena_take_bytes(&arena, 100, 0);
		cr_assert_eq(next, kept + ARENA_PAGE, "%zu", run);
		cr_assert(kept[0] == 0 && kept[99] == 0, "%zu", run);
		cr_assert(next[0] == 0 && next[99] == 0, "%zu", run);
		kept[0] = kept[99] = next[0] = next[99] = 1;
		if ((run & 1) != 0)
			kept[100 + run] = 1;
		if ((run & 2) != 0)
			arena_give(&arena, next, 1);
		if ((run & 4) != 0)
			arena_wild(&arena);
		cr_assert_eq(arena_overrun(&arena),
		    (run & 1) != 0 && (run & 4) == 0, "%zu", run);
		arena_renew(&arena);
		cr_assert_eq(first_left(), arena.bytes, "%zu", run);
	}
	/* It is not kept beyond that. */
	arena_reset(&arena, PAGES * ARENA_PAGE, 1);
	cr_assert_eq(arena.pages_free, arena.pages_total);
	cr_assert_eq(arena_take(&arena, 1, 0), kept);
	arena_close(&arena);
}

/* The last page of a domain has nothing behind it. */
Test(arena, nothing_is_looked_at_behind_the_last_page)
{
	unsigned char *memory;

	cr_assert(arena_open(&arena, 2 * ARENA_PAGE));
	arena_reset(&arena, 2 * ARENA_PAGE, 2);
	memory = arena_take(&arena, 1, 1);
	memory[0] = memory[ARENA_PAGE - 1] = 1;
	cr_assert(!arena_overrun(&arena));
	memory = arena_take(&arena, 1, 0);
	memset(memory, 1, ARENA_PAGE);
	cr_assert(!arena_overrun(&arena));
	arena_close(&arena);
}
