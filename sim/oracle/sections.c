/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/oracle/sections.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/machine/machine.h"
#include "sim/oracle/items.h"

static struct {
	struct section *oldest;
	struct section *newest;
	uint64_t next;
	uint32_t open_count;
	/* Objects with domains of their own: number i has domain i + 1. */
	const void **objects;
	uint32_t object_count;
	uint32_t object_room;
} sections;

void
sections_reset(void)
{

	sections.oldest = sections.newest = NULL;
	sections.next = 1;
	sections.open_count = 0;
	sections.object_count = 0;
}

void
sections_fini(void)
{

	free(sections.objects);
	memset(&sections, 0, sizeof(sections));
}

uint32_t
sections_domain_new(const void *object)
{

	if (sections.object_count == sections.object_room) {
		sections.object_room = sections.object_room == 0 ? 8 :
		    sections.object_room * 2;
		sections.objects = must_resize(sections.objects,
		    sections.object_room, sizeof(*sections.objects));
	}
	sections.objects[sections.object_count++] = object;
	return (sections.object_count);
}

/* The newest: memory of a domain that is gone may hold another one. */
uint32_t
sections_domain_of(const void *object)
{
	uint32_t i;

	for (i = sections.object_count; i > 0; i--)
		if (sections.objects[i - 1] == object)
			return (i);
	return (0);
}

uint64_t
sections_next(void)
{

	return (sections.next);
}

struct section *
sections_first_of(uint32_t domain)
{
	struct section *section;

	section = sections.oldest;
	while (section != NULL && section->domain != domain)
		section = section->newer;
	return (section);
}

uint64_t
sections_oldest(void)
{

	return (sections.oldest != NULL ? sections.oldest->serial :
	    sections.next);
}

uint64_t
sections_oldest_of(uint32_t domain)
{
	const struct section *section;

	section = sections_first_of(domain);
	return (section != NULL ? section->serial : sections.next);
}

uint32_t
sections_open_count(void)
{

	return (sections.open_count);
}

struct section *
sections_first(void)
{

	return (sections.oldest);
}

void
section_reset(struct section *section)
{

	for (; section != NULL; section = section->nested) {
		section->serial = 0;
		section->domain = 0;
		section->hold_count = 0;
		section->stale_count = 0;
	}
}

void
section_open(struct section *section, uint32_t cpu, uint32_t thread,
    uint64_t now_ps)
{

	section->serial = sections.next++;
	section->opened_ps = now_ps;
	section->cpu = cpu;
	section->thread = thread;
	section->hold_count = 0;
	section->stale_count = 0;
	section->newer = NULL;
	section->older = sections.newest;
	if (sections.newest != NULL)
		sections.newest->newer = section;
	else
		sections.oldest = section;
	sections.newest = section;
	sections.open_count++;
}

void
section_close(struct section *section, uint64_t now_ps)
{
	struct section_hold *hold;
	uint32_t i;
	bool was_oldest;

	for (i = 0; i < section->hold_count; i++) {
		hold = &section->holds[i];
		items_get(hold->number)->holders--;
	}
	was_oldest = sections_first_of(section->domain) == section;
	if (section->older != NULL)
		section->older->newer = section->newer;
	else
		sections.oldest = section->newer;
	if (section->newer != NULL)
		section->newer->older = section->older;
	else
		sections.newest = section->older;
	section->serial = 0;
	section->hold_count = section->stale_count = 0;
	sections.open_count--;
	if (was_oldest)
		items_safe_below(section->domain,
		    sections_oldest_of(section->domain), now_ps);
}

void
section_hold(struct section *section, uint32_t number)
{
	struct section_hold *hold;
	struct item *item;

	if (section->hold_count == section->hold_room) {
		section->hold_room = section->hold_room == 0 ? 16 :
		    section->hold_room * 2;
		section->holds = must_resize(section->holds,
		    section->hold_room, sizeof(*section->holds));
	}
	item = items_get(number);
	item->holders++;
	hold = &section->holds[section->hold_count++];
	hold->number = number;
	hold->generation = item->generation;
	hold->stale = 0;
}

/* Every further access to the item's lines goes through the slow path. */
static void
item_watch(const struct item *item)
{
	struct line *line;
	uint32_t number, last;

	last = (item->offset + item->bytes - 1) >> ARENA_LINE_SHIFT;
	for (number = item->offset >> ARENA_LINE_SHIFT; number <= last;
	    number++) {
		line = &the.arena.lines[number];
		line->watched = 1;
		machine_watches();
		line_renew(&the.arena, line);
		line->owner = ARENA_NOBODY;
	}
}

uint32_t
sections_spoil(uint32_t number)
{
	struct section *section;
	struct item *item;
	uint32_t i, found;

	item = items_get(number);
	if (item->holders == 0)
		return (0);
	found = 0;
	for (section = sections.oldest; section != NULL;
	    section = section->newer)
		for (i = 0; i < section->hold_count; i++)
			if (section->holds[i].number == number &&
			    section->holds[i].generation == item->generation &&
			    !section->holds[i].stale) {
				section->holds[i].stale = 1;
				section->stale_count++;
				found++;
			}
	if (found > 0)
		item_watch(item);
	return (found);
}
