/*
 * The life of each item that a module has, as the oracle, the checks and the
 * metrics are told of it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

#include "sim/base/must.h"
#include "sim/checks/check.h"
#include "sim/kmod/guest.h"
#include "sim/metrics/metrics.h"
#include "sim/oracle/items.h"

static struct guest_item *
item_record(uint32_t number)
{
	size_t room;

	if (number >= guest.item_room) {
		room = guest.item_room == 0 ? 1024 : guest.item_room;
		while (room <= number)
			room *= 2;
		guest.items = must_resize(guest.items, room,
		    sizeof(*guest.items));
		__real_memset(guest.items + guest.item_room, 0,
		    (room - guest.item_room) * sizeof(*guest.items));
		guest.item_room = room;
	}
	return (&guest.items[number]);
}

/* Somebody has it now: told to the metrics, the checks, the oracle. */
void
guest_item_out(void *item, uint32_t bytes, struct guest_zone *zone,
    const struct shape_malloc_type *type, uint32_t pages, uint64_t start,
    const void *where)
{
	struct guest_item *record;
	uint32_t number, page;

	number = item == NULL ? 0 : items_number(item);
	metrics_alloc(number, the.cpu->now_ps - start);
	machine_event_at(STREAM_ALLOC, NULL, number, 0, where);
	lab.steps++;
	if (number != 0) {
		items_shape(number, bytes, zone != NULL &&
		    zone->domain != NULL ? zone->domain->number : 0);
		items_live(number);
		record = item_record(number);
		record->zone = zone;
		record->type = type;
		record->pages = pages;
		for (page = machine_offset(item) / ARENA_PAGE; page <=
		    (machine_offset(item) + bytes - 1) / ARENA_PAGE; page++)
			guest.pages[page] = 1;
	}
	metrics_settle(the.cpu->now_ps);
}

/* The module's own item at this address, or the end of the run. */
uint32_t
guest_item_of(const void *item, const char *what, const void *where)
{
	uint32_t number;

	number = items_find(item);
	if (number == 0 || number >= guest.item_room ||
	    (guest.items[number].zone == NULL &&
	    guest.items[number].pages == 0))
		guest_fail("assertion", where, "%s() is given an address where "
		    "no allocation begins", what);
	return (number);
}

/*
 * Freed.  With a domain it waits for its readers; without one it may be handed
 * out at once, so nobody may hold it.
 */
void
guest_item_back(uint32_t number, bool published, const void *where)
{

	machine_event_at(STREAM_RETIRE, NULL, number, 0, where);
	if (items_get(number)->state != ITEM_LIVE)
		guest_fail("invariant", where, "an item was freed that was not "
		    "in use");
	items_freed(number, the.cpu->now_ps, 0, published);
	metrics_settle(the.cpu->now_ps);
}

void
kmod_accessed(uint32_t offset, uint32_t size, bool write, const void *where)
{
	struct guest_thread *self;
	const struct guest_item *record;
	const struct item *item;
	uint32_t number;
	char since[32];

	(void)size;
	if (guest.block == NULL || guest.pages[offset / ARENA_PAGE] == 0 ||
	    (uint64_t)((const unsigned char *)where - guest.block) >=
	    guest.object->code_bytes)
		return;
	number = items_around(offset);
	if (number == 0 || number >= guest.item_room)
		return;
	item = items_get(number);
	record = &guest.items[number];
	if (item->state < ITEM_FREED || (record->zone == NULL &&
	    record->pages == 0))
		return;
	self = guest_self();
	if (self->busy > 0 || (record->zone != NULL &&
	    (record->zone->flags & GUEST_ZONE_NOFREE) != 0))
		return;
	if (record->zone != NULL && record->zone->domain != NULL &&
	    guest_section(self, record->zone->domain->number) != NULL)
		return;
	check_about(number);
	check_report_at("use_after_free", &where, 1,
	    "thread %s %s byte %u of an item of zone %s that was freed %s "
	    "before, in no section that could protect it, at @0",
	    self->name, write ? "writes" : "reads", offset - item->offset,
	    record->zone == NULL ? "malloc" : record->zone->name,
	    check_time(the.cpu->now_ps > item->retired_ps ? the.cpu->now_ps -
	    item->retired_ps : 0, since, sizeof(since)));
}
