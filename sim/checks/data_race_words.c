/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "sim/checks/check.h"
#include "sim/checks/data_race.h"
#include "sim/lab_run.h"
#include "sim/oracle/items.h"

static const char *
thread_name(uint32_t number)
{

	return (number == 0 ? "idle" :
	    the.threads[the.cpu_count + number - 1]->name);
}

/* "the plain write of 8 bytes by thread crew on CPU 2 at @1 (...)" */
static void
access_words(const struct race_record *record, unsigned mark, char *text,
    size_t room)
{
	char at[32], age[32], state[64];

	if (record->inside_ns == 0)
		snprintf(state, sizeof(state), "outside of sections");
	else
		snprintf(state, sizeof(state), "inside a section open for %s",
		    check_time((record->inside_ns - 1) * UINT64_C(1000), age,
		    sizeof(age)));
	snprintf(text, room,
	    "%s %s %s of %u byte%s by thread %s on CPU %u%s at @%u (%s, at %s)",
	    mark == 1 ? "the" : record->how & RACE_ATOMIC ? "an" : "a",
	    record->how & RACE_ATOMIC ? "atomic" : "plain",
	    record->how & RACE_WRITE ? "write" : "read",
	    (record->how >> RACE_SIZE_SHIFT) + 1U,
	    record->how >> RACE_SIZE_SHIFT == 0 ? "" : "s",
	    thread_name(record->thread), record->cpu,
	    record->how & RACE_HANDLER ? " in an interrupt handler" : "", mark,
	    state, check_time(record->at_ps, at, sizeof(at)));
}

/* The item that the byte is in, or 0: one starts at the latest there. */
static uint32_t
item_around(uint32_t offset)
{
	uint32_t granule, least, number;

	least = offset < items.largest ? 0 :
	    (offset - items.largest) >> ARENA_GRANULE_SHIFT;
	for (granule = offset >> ARENA_GRANULE_SHIFT;; granule--) {
		number = the.arena.granules[granule];
		if (number != 0)
			return (offset - items_get(number)->offset <
			    items_get(number)->bytes ? number : 0);
		if (granule == least)
			return (0);
	}
}

static void
byte_words(uint32_t offset, char *text, size_t room)
{
	static const char *const states[ITEM_STATES] = {
		[ITEM_NONE] = "in its slab",
		[ITEM_LIVE] = "live",
		[ITEM_FREED] = "freed",
		[ITEM_CACHED] = "freed",
		[ITEM_STAMPED] = "freed",
		[ITEM_KNOWN] = "free for use",
	};
	const struct item *item;
	uint32_t number;

	number = item_around(offset);
	if (number == 0) {
		snprintf(text, room, "byte %u of the page pool, in no item",
		    offset);
		return;
	}
	item = items_get(number);
	snprintf(text, room, "byte %u of item %u, which is %s",
	    offset - item->offset, number, states[item->state]);
}

void
data_race_report(const struct race_record *now,
    const struct race_record *before, uint32_t offset)
{
	extern const char __executable_start[];
	const void *where[2];
	char one[160], other[160], byte[64];

	where[0] = __executable_start + now->where;
	where[1] = __executable_start + before->where;
	access_words(now, 0, one, sizeof(one));
	access_words(before, 1, other, sizeof(other));
	byte_words(offset, byte, sizeof(byte));
	check_report_at("data_race", where, 2,
	    "nothing orders %s and %s; both touch %s", one, other, byte);
}
