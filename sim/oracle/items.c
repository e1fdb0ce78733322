/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/oracle/items.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/machine/machine.h"
#include "sim/oracle/sections.h"

struct items items;

void
items_reset(uint32_t item_size)
{
	uint32_t i;

	items.count = 1;
	items.size = items.largest = item_size;
	items.version = 0;
	for (i = 0; i < items.waiting_domains; i++)
		items.waiting[i].head = items.waiting[i].count = 0;
	memset(items.places, 0, sizeof(items.places));
	memset(items.bytes, 0, sizeof(items.bytes));
}

void
items_fini(void)
{
	uint32_t i;

	free(items.table);
	for (i = 0; i < items.waiting_domains; i++)
		free(items.waiting[i].ring);
	free(items.waiting);
	memset(&items, 0, sizeof(items));
}

uint32_t
items_find(const void *address)
{
	uint64_t offset;

	offset = (uint64_t)((const unsigned char *)address - the.arena.base);
	if (offset >= the.arena.bytes)
		return (0);
	return (the.arena.granules[offset >> ARENA_GRANULE_SHIFT]);
}

uint32_t
items_number(const void *address)
{
	uint32_t number;
	uint64_t offset;

	number = items_find(address);
	if (number != 0)
		return (number);
	offset = (uint64_t)((const unsigned char *)address - the.arena.base);
	if (offset >= the.arena.bytes)
		return (0);
	if (items.count >= items.room) {
		items.room = items.room == 0 ? 1024 : items.room * 2;
		items.table = must_resize(items.table, items.room,
		    sizeof(*items.table));
	}
	number = items.count++;
	memset(&items.table[number], 0, sizeof(items.table[number]));
	items.table[number].offset = (uint32_t)offset;
	items.table[number].bytes = items.size;
	arena_write_granule(&the.arena, offset, number);
	return (number);
}

uint32_t
items_around(uint32_t offset)
{
	const struct item *item;
	uint32_t granule, least, number;

	least = offset < items.largest ? 0 :
	    (offset - items.largest) >> ARENA_GRANULE_SHIFT;
	for (granule = offset >> ARENA_GRANULE_SHIFT;; granule--) {
		number = the.arena.granules[granule];
		if (number != 0) {
			item = items_get(number);
			if (item->state != ITEM_NONE)
				return (offset - item->offset < item->bytes ?
				    number : 0);
		}
		if (granule == least)
			return (0);
	}
}

static enum item_place
item_place(const struct item *item)
{

	switch (item->state) {
	case ITEM_LIVE:
		return (PLACE_LIVE);
	case ITEM_FREED:
	case ITEM_CACHED:
		return (PLACE_UNSTAMPED);
	case ITEM_STAMPED:
		return (item->safe ? PLACE_SAFE_UNKNOWN : PLACE_STAMPED_UNSAFE);
	case ITEM_KNOWN:
		return (PLACE_READY);
	default:
		return (PLACE_COUNT);
	}
}

static bool
item_unsafe(const struct item *item)
{

	return (item->state >= ITEM_FREED && !item->safe);
}

/* Takes the item out of the counts, or puts it in. */
static void
item_count(const struct item *item, uint64_t by)
{
	enum item_place place;

	place = item_place(item);
	if (place != PLACE_COUNT) {
		items.places[place] += by;
		items.bytes[place] += by * item->bytes;
	}
	if (item_unsafe(item)) {
		items.places[PLACE_UNSAFE] += by;
		items.bytes[PLACE_UNSAFE] += by * item->bytes;
	}
	items.version++;
}

void
items_shape(uint32_t number, uint32_t bytes, uint32_t domain)
{
	struct item *item;

	item = items_get(number);
	item_count(item, (uint64_t)-1);
	item->bytes = bytes;
	item->domain = domain;
	item_count(item, 1);
	if (bytes > items.largest)
		items.largest = bytes;
}

void
items_live(uint32_t number)
{
	struct item *item;

	item = items_get(number);
	item_count(item, (uint64_t)-1);
	item->state = ITEM_LIVE;
	item->safe = 0;
	item->generation++;
	item_count(item, 1);
}

static struct items_queue *
waiting_queue(uint32_t domain)
{
	uint32_t count;

	if (domain >= items.waiting_domains) {
		count = domain + 1;
		items.waiting = must_resize(items.waiting, count,
		    sizeof(*items.waiting));
		memset(items.waiting + items.waiting_domains, 0,
		    (count - items.waiting_domains) * sizeof(*items.waiting));
		items.waiting_domains = count;
	}
	return (&items.waiting[domain]);
}

static void
waiting_push(uint32_t domain, uint32_t number, uint32_t generation)
{
	struct items_queue *queue;
	struct items_waiting *ring;
	uint32_t room, i;

	queue = waiting_queue(domain);
	if (queue->count == queue->room) {
		room = queue->room == 0 ? 1024 : queue->room * 2;
		ring = must_resize(NULL, room, sizeof(*ring));
		for (i = 0; i < queue->count; i++)
			ring[i] = queue->ring[(queue->head + i) &
			    (queue->room - 1)];
		free(queue->ring);
		queue->ring = ring;
		queue->room = room;
		queue->head = 0;
	}
	i = (queue->head + queue->count++) & (queue->room - 1);
	queue->ring[i].number = number;
	queue->ring[i].generation = generation;
}

void
items_freed(uint32_t number, uint64_t now_ps, uint64_t intended_ps,
    bool published)
{
	struct item *item;

	item = items_get(number);
	item_count(item, (uint64_t)-1);
	item->state = ITEM_FREED;
	item->published = published;
	item->retired_ps = now_ps;
	item->intended_ps = intended_ps != 0 && intended_ps < now_ps ?
	    intended_ps : now_ps;
	item->stamped_ps = item->known_ps = 0;
	item->serial = sections_next();
	item->counted = (uint8_t)the.in_window;
	item->safe = !published ||
	    sections_oldest_of(item->domain) >= item->serial;
	item->safe_ps = item->safe ? now_ps : 0;
	item_count(item, 1);
	if (!item->safe)
		waiting_push(item->domain, number, item->generation);
}

void
items_step(uint32_t number, enum item_state state, uint64_t now_ps)
{
	struct item *item;

	item = items_get(number);
	item_count(item, (uint64_t)-1);
	item->state = (uint8_t)state;
	if (state == ITEM_STAMPED)
		item->stamped_ps = now_ps;
	else if (state == ITEM_KNOWN)
		item->known_ps = now_ps;
	item_count(item, 1);
}

void
items_safe_below(uint32_t domain, uint64_t serial, uint64_t now_ps)
{
	struct items_waiting *first;
	struct items_queue *queue;
	struct item *item;

	if (domain >= items.waiting_domains)
		return;
	queue = &items.waiting[domain];
	while (queue->count > 0) {
		first = &queue->ring[queue->head];
		item = items_get(first->number);
		/* An item that was handed out early is no longer waiting. */
		if (item->generation == first->generation &&
		    item->domain == domain && item->state >= ITEM_FREED) {
			if (item->serial > serial)
				return;
			item_count(item, (uint64_t)-1);
			item->safe = 1;
			item->safe_ps = now_ps > item->retired_ps ? now_ps :
			    item->retired_ps;
			item_count(item, 1);
		}
		queue->head = (queue->head + 1) & (queue->room - 1);
		queue->count--;
	}
}
