/*
 * malloc(9) and counter(9) as a module meets them: zones of powers of two, and
 * pages.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/kmod/guest.h"
#include "sim/oracle/items.h"

enum {
	SIZE_LEAST = 16,
	SIZE_MOST = 2048,
	PCPU_BYTES = 128,
};

static struct guest_zone *
size_zone(size_t bytes)
{
	size_t size;
	int which;

	which = 0;
	for (size = SIZE_LEAST; size < bytes; size *= 2)
		which++;
	return (guest.sizes[which]);
}

void
memory_sizes(void)
{
	struct guest_zone *zone;
	size_t size;
	char name[24];
	int which;

	which = 0;
	for (size = SIZE_LEAST; size <= SIZE_MOST; size *= 2) {
		snprintf(name, sizeof(name), "malloc-%zu", size);
		zone = guest_zone_new(name, size, 0, 0);
		zone->memory = true;
		guest_zone_make(zone, NULL);
		guest.sizes[which++] = zone;
	}
}

static void *
memory_take(size_t bytes, const struct shape_malloc_type *type, int flags,
    const void *where)
{
	struct guest_zone *zone;
	uint64_t start;
	uint32_t pages;
	void *memory;

	if (bytes <= SIZE_MOST) {
		zone = size_zone(bytes);
		memory = guest_zone_take(zone, false, NULL, flags, "malloc", where);
		if (memory != NULL)
			guest.items[items_find(memory)].type = type;
		return (memory);
	}
	if (bytes > the.arena.bytes) {
		if (flags & SHAPE_M_WAITOK)
			guest_fail("assertion", where, "malloc() is asked for "
			    "%zu bytes, which machine.pages never holds",
			    bytes);
		return (NULL);
	}
	if (flags & SHAPE_M_WAITOK)
		guest_may_sleep(where, "malloc(M_WAITOK)");
	pages = (uint32_t)((bytes + ARENA_PAGE - 1) / ARENA_PAGE);
	for (;;) {
		start = the.cpu->now_ps;
		machine_event_at(STREAM_ALLOC_BEGIN, NULL, 0, 0, where);
		memory = kern_pages_alloc(pages, kern_domain());
		guest_item_out(memory, pages * ARENA_PAGE, NULL, type, pages,
		    start, where);
		if (memory != NULL || (flags & SHAPE_M_WAITOK) == 0)
			break;
		guest_sleep_ticks(1, where);
	}
	if (memory != NULL)
		guest.large_live++;
	return (memory);
}

static void
memory_give(void *memory, const char *what, const void *where)
{
	struct guest_item *record;
	uint32_t number, pages;

	if (memory == NULL)
		return;
	number = guest_item_of(memory, what, where);
	record = &guest.items[number];
	if (record->zone != NULL && !record->zone->memory)
		guest_fail("assertion", where, "%s() is given an item of zone "
		    "%s", what, record->zone->name);
	if (record->zone != NULL) {
		guest_zone_give(record->zone, memory, false, NULL, what, where);
		return;
	}
	pages = record->pages;
	guest_item_back(number, false, where);
	machine_event_at(STREAM_ITEM_PAGED, NULL, number, 0, where);
	record->pages = 0;
	guest.large_live--;
	kern_pages_free(memory, pages);
}

/* The C library gives a size of 0 something too. */
KPI(void *, malloc, size_t bytes, const struct shape_malloc_type *type,
    int flags)
{

	return (memory_take(bytes, type, flags, __builtin_return_address(0)));
}

KPI(void *, mallocarray, size_t count, size_t bytes,
    const struct shape_malloc_type *type, int flags)
{
	size_t sum;

	if (__builtin_mul_overflow(count, bytes, &sum))
		guest_fail("assertion", __builtin_return_address(0),
		    "mallocarray() is asked for %zu times %zu bytes", count,
		    bytes);
	return (memory_take(sum, type, flags, __builtin_return_address(0)));
}

KPI(void, free, void *memory, const struct shape_malloc_type *type)
{

	(void)type;
	memory_give(memory, "free", __builtin_return_address(0));
}

KPI(void, zfree, void *memory, const struct shape_malloc_type *type)
{

	(void)type;
	if (memory == NULL)
		return;
	memset(memory, 0, items_get(guest_item_of(memory, "zfree",
	    __builtin_return_address(0)))->bytes);
	memory_give(memory, "zfree", __builtin_return_address(0));
}

KPI(void *, realloc, void *memory, size_t bytes,
    const struct shape_malloc_type *type, int flags)
{
	uint32_t before;
	void *other;

	other = memory_take(bytes, type, flags, __builtin_return_address(0));
	if (other == NULL || memory == NULL)
		return (other);
	before = items_get(guest_item_of(memory, "realloc",
	    __builtin_return_address(0)))->bytes;
	memcpy(other, memory, before < bytes ? before : bytes);
	memory_give(memory, "realloc", __builtin_return_address(0));
	return (other);
}

KPI(void *, reallocf, void *memory, size_t bytes,
    const struct shape_malloc_type *type, int flags)
{
	void *other;

	other = kmod_realloc(memory, bytes, type, flags);
	if (other == NULL)
		memory_give(memory, "reallocf", __builtin_return_address(0));
	return (other);
}

/* --- counter(9) --------------------------------------------------------- */

KPI(uint64_t *, counter_u64_alloc, int flags)
{

	return (memory_take((size_t)PCPU_BYTES * the.cpu_count, NULL,
	    (flags & ~SHAPE_M_NOWAIT) | SHAPE_M_WAITOK | SHAPE_M_ZERO,
	    __builtin_return_address(0)));
}

KPI(void, counter_u64_free, uint64_t *counter)
{

	memory_give(counter, "counter_u64_free", __builtin_return_address(0));
}

/* --- life --------------------------------------------------------------- */

void
memory_begin(void)
{
	size_t pages;

	pages = the.arena.bytes / ARENA_PAGE + 1;
	if (pages > guest.page_room) {
		free(guest.pages);
		guest.pages = must_resize(NULL, pages, 1);
		guest.page_room = pages;
	}
	memset(guest.pages, 0, pages);
	if (guest.items != NULL)
		memset(guest.items, 0, guest.item_room * sizeof(*guest.items));
}

/* After MOD_UNLOAD: what it has not given back. */
void
memory_end(void)
{
	const struct guest_item *record;
	const struct guest_zone *zone;
	size_t i, left;
	const char *type;

	for (i = 0; i < guest.zone_count; i++) {
		zone = guest.zones[i];
		if (!zone->dead && !zone->memory)
			guest_report("leak", NULL, "the module is gone, but its "
			    "zone %s was not destroyed (%llu items in use)",
			    zone->name, (unsigned long long)zone->live);
	}
	left = 0;
	type = NULL;
	for (i = 1; i < items.count && i < guest.item_room; i++) {
		record = &guest.items[i];
		if (items_get((uint32_t)i)->state != ITEM_LIVE ||
		    (record->zone == NULL ? record->pages == 0 :
		    !record->zone->memory))
			continue;
		left++;
		if (type == NULL && record->type != NULL)
			type = record->type->name;
	}
	if (left > 0)
		guest_report("leak", NULL, "the module is gone, but %zu of its "
		    "allocations by malloc() were not freed%s%s", left,
		    type == NULL ? "" : ", of type ", type == NULL ? "" : type);
}
