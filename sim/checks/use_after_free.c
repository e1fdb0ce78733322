/*
 * A reader accesses an item through a pointer that it loaded before the item
 * was handed out again or went back to the page pool.  When that happens under
 * an open section, the oracle marks the section's pointer as stale and has the
 * item's lines watched; the access itself is what fires.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"
#include "sim/lab_run.h"
#include "sim/oracle/items.h"
#include "sim/oracle/sections.h"

static void
spoil(const struct stream_event *event)
{

	if (event->a != 0)
		sections_spoil((uint32_t)event->a);
}

/* The stale item that the section holds and that has this byte, or NULL. */
static const struct item *
stale_item(const struct section *section, uint32_t offset, uint32_t size)
{
	const struct item *item;
	uint32_t i;

	for (i = 0; i < section->hold_count; i++) {
		if (!section->holds[i].stale)
			continue;
		item = items_get(section->holds[i].number);
		if (offset + size > item->offset &&
		    offset < item->offset + item->bytes) {
			check_about(section->holds[i].number);
			return (item);
		}
	}
	return (NULL);
}

void
use_after_free_access(uint32_t offset, uint32_t size, int is_write,
    const void *where)
{
	const struct lab_thread *thread;
	const struct section *section;
	const struct item *item;
	char since[32];

	thread = lab_current(the.cpu);
	if (thread == NULL)
		return;
	for (section = &thread->section; section != NULL;
	    section = section->nested) {
		if (section->stale_count == 0)
			continue;
		item = stale_item(section, offset, size);
		if (item == NULL)
			continue;
		check_report_at("use_after_free", &where, 1,
		    "thread %s %s byte %u of an item that was handed out again "
		    "since the thread loaded the pointer; its section has been "
		    "open for %s, at @0", thread->thread->name,
		    is_write ? "writes" : "reads", offset - item->offset,
		    check_time(the.cpu->now_ps - section->opened_ps, since,
		    sizeof(since)));
		return;
	}
}

const struct check check_use_after_free = {
	.def = {
		.name = "use_after_free",
		.about = "an access through a pointer whose item has been handed out again or returned to the page pool since the pointer was loaded",
	},
	.listens = CHECK_LISTENS(STREAM_ALLOC) |
	    CHECK_LISTENS(STREAM_ITEM_PAGED),
	.event = spoil,
};
