/*
 * The oracle by itself: an item is safe from the instant on at which the last
 * section that was open when it was freed has closed, whatever else opens and
 * closes, and in whatever order.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/oracle/items.h"
#include "sim/oracle/sections.h"
#include "tests/sim/machine/rig.h"

enum { ITEMS = 64, READERS = 16 };

static unsigned char *memory;
static struct section readers[READERS];
static uint64_t now_ps;

static void
oracle_begin(void)
{
	struct machine_config config;
	int i;

	config = rig_config(1, MACHINE_SC);
	rig_begin(&config);
	memory = rig_memory(2, 0);
	items_reset(128);
	sections_reset();
	for (i = 0; i < READERS; i++)
		section_reset(&readers[i]);
	now_ps = 1000;
}

static void
enter(int reader)
{

	section_open(&readers[reader], 0, 1, now_ps);
}

static void
leave(int reader)
{

	section_close(&readers[reader], now_ps);
}

static uint32_t
fresh(int slot)
{
	uint32_t number;

	number = items_number(memory + 128 * slot);
	items_live(number);
	return (number);
}

Test(oracle, item_without_readers_is_safe_at_once)
{
	uint32_t item;

	oracle_begin();
	item = fresh(0);
	items_freed(item, 7000, 0, true);
	cr_assert(items_get(item)->safe);
	cr_assert_eq(items_get(item)->safe_ps, 7000);
}

Test(oracle, sections_that_open_later_do_not_matter)
{
	uint32_t item;

	oracle_begin();
	enter(0);
	item = fresh(0);
	now_ps = 2000;
	items_freed(item, now_ps, 0, true);
	cr_assert_not(items_get(item)->safe);
	enter(1);
	now_ps = 3000;
	leave(0);
	cr_assert(items_get(item)->safe);
	cr_assert_eq(items_get(item)->safe_ps, 3000);
	leave(1);
	cr_assert_eq(items_get(item)->safe_ps, 3000);
}

Test(oracle, last_of_the_open_sections_decides_not_the_first_nor_the_oldest)
{
	uint32_t item;

	oracle_begin();
	item = fresh(0);
	enter(0);
	enter(1);
	enter(2);
	items_freed(item, now_ps, 0, true);
	leave(0);
	cr_assert_not(items_get(item)->safe);
	leave(2);
	cr_assert_not(items_get(item)->safe);
	now_ps = 9000;
	leave(1);
	cr_assert(items_get(item)->safe);
	cr_assert_eq(items_get(item)->safe_ps, 9000);
}

Test(oracle, discarded_item_was_never_seen_by_a_reader)
{
	uint32_t item;

	oracle_begin();
	enter(0);
	item = fresh(0);
	items_freed(item, now_ps, 0, false);
	cr_assert(items_get(item)->safe);
}

Test(oracle, counts_of_all_places_follow_an_item_through_its_life)
{
	uint32_t item;

	oracle_begin();
	enter(0);
	item = fresh(0);
	cr_assert_eq(items.places[PLACE_LIVE], 1);
	items_freed(item, now_ps, 0, true);
	cr_assert_eq(items.places[PLACE_LIVE], 0);
	cr_assert_eq(items.places[PLACE_UNSTAMPED], 1);
	cr_assert_eq(items.places[PLACE_UNSAFE], 1);
	items_step(item, ITEM_CACHED, now_ps);
	cr_assert_eq(items.places[PLACE_UNSTAMPED], 1);
	items_step(item, ITEM_STAMPED, now_ps);
	cr_assert_eq(items.places[PLACE_UNSTAMPED], 0);
	cr_assert_eq(items.places[PLACE_STAMPED_UNSAFE], 1);
	leave(0);
	cr_assert_eq(items.places[PLACE_STAMPED_UNSAFE], 0);
	cr_assert_eq(items.places[PLACE_SAFE_UNKNOWN], 1);
	cr_assert_eq(items.places[PLACE_UNSAFE], 0);
	items_step(item, ITEM_KNOWN, now_ps);
	cr_assert_eq(items.places[PLACE_SAFE_UNKNOWN], 0);
	cr_assert_eq(items.places[PLACE_READY], 1);
	items_live(item);
	cr_assert_eq(items.places[PLACE_READY], 0);
	cr_assert_eq(items.places[PLACE_LIVE], 1);
	items_step(item, ITEM_NONE, now_ps);
	cr_assert_eq(items.places[PLACE_LIVE], 0);
}

Test(oracle,
    pointer_is_stale_for_those_who_loaded_it_before_and_for_nobody_else)
{
	uint32_t item, other;

	oracle_begin();
	item = fresh(0);
	other = fresh(1);
	enter(0);
	enter(1);
	enter(2);
	section_hold(&readers[0], item);
	section_hold(&readers[1], other);
	section_hold(&readers[2], item);
	leave(2);
	cr_assert_eq(items_get(item)->holders, 1);
	cr_assert_eq(sections_spoil(item), 1);
	items_live(item);
	cr_assert_eq(readers[0].stale_count, 1);
	cr_assert_eq(readers[1].stale_count, 0);
	cr_assert(the.lines[items_get(item)->offset >>
	    ARENA_LINE_SHIFT].watched);
	cr_assert_not(the.lines[items_get(other)->offset >>
	    ARENA_LINE_SHIFT].watched);
	/* Whoever loads the pointer now holds the new life of the item. */
	enter(3);
	section_hold(&readers[3], item);
	cr_assert_eq(readers[3].stale_count, 0);
	leave(0);
	leave(1);
	leave(3);
	cr_assert_eq(items_get(item)->holders, 0);
	cr_assert_eq(sections_spoil(item), 0);
}

/* --- against a record that keeps everything ---------------------------------- */

static struct {
	uint64_t waits_for;	/* bit for each reader still to leave */
	bool freed;
	uint64_t safe_ps;
} truth[ITEMS];

static void
check(uint32_t first)
{
	const struct item *item;
	uint64_t unsafe;
	int i;

	unsafe = 0;
	for (i = 0; i < ITEMS; i++) {
		item = items_get(first + (uint32_t)i);
		if (!truth[i].freed)
			continue;
		cr_assert_eq(item->safe, truth[i].waits_for == 0, "%d", i);
		if (item->safe)
			cr_assert_eq(item->safe_ps, truth[i].safe_ps);
		unsafe += !item->safe;
	}
	cr_assert_eq(items.places[PLACE_UNSAFE], unsafe);
}

static void
step(struct rng *rng, uint32_t first)
{
	uint64_t open;
	int i, reader, slot;

	now_ps += 1 + rng_below(rng, 1000);
	reader = (int)rng_below(rng, READERS);
	slot = (int)rng_below(rng, ITEMS);
	switch (rng_below(rng, 4)) {
	case 0:
		if (readers[reader].serial == 0)
			enter(reader);
		break;
	case 1:
		if (readers[reader].serial == 0)
			break;
		leave(reader);
		for (i = 0; i < ITEMS; i++) {
			if (!truth[i].freed || truth[i].waits_for == 0)
				continue;
			truth[i].waits_for &= ~(UINT64_C(1) << reader);
			if (truth[i].waits_for == 0)
				truth[i].safe_ps = now_ps;
		}
		break;
	default:
		/* Handed out again too early, now and then. */
		if (truth[slot].freed) {
			items_live(first + (uint32_t)slot);
			truth[slot].freed = false;
			break;
		}
		items_freed(first + (uint32_t)slot, now_ps, 0, true);
		truth[slot].freed = true;
		open = 0;
		for (i = 0; i < READERS; i++)
			if (readers[i].serial != 0)
				open |= UINT64_C(1) << i;
		truth[slot].waits_for = open;
		truth[slot].safe_ps = now_ps;
		break;
	}
}

Test(oracle,
    item_becomes_safe_exactly_when_all_sections_open_at_its_free_have_closed)
{
	struct rng rng;
	uint32_t first;
	int i, seed;

	for (seed = 0; seed < 20; seed++) {
		oracle_begin();
		rng_init(&rng, (uint64_t)seed, "oracle", 0);
		memset(truth, 0, sizeof(truth));
		first = fresh(0);
		for (i = 1; i < ITEMS; i++)
			(void)fresh(i);
		for (i = 0; i < 5000; i++) {
			step(&rng, first);
			check(first);
		}
	}
}

Test(oracle, run_that_ended_in_nested_sections_leaves_nothing_of_them)
{
	static struct section inner;
	uint32_t item;

	oracle_begin();
	item = fresh(0);
	readers[0].nested = &inner;
	readers[0].domain = 3;
	inner.domain = 4;
	enter(0);
	section_hold(&readers[0], item);
	section_open(&inner, 0, 1, now_ps);
	section_hold(&inner, item);
	cr_assert_eq(sections_spoil(item), 2);

	oracle_begin();
	cr_assert_eq(readers[0].serial, 0);
	cr_assert_eq(readers[0].stale_count, 0);
	cr_assert_eq(readers[0].domain, 0);
	cr_assert_eq(inner.serial, 0);
	cr_assert_eq(inner.stale_count, 0);
	cr_assert_eq(inner.domain, 0);
}
