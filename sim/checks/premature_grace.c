/*
 * A poll answers true, or an item is found safe or handed out, while a section
 * that was open before the matching advance (or before the free) still is.
 * Fires without the fatal access having to happen.
 *
 * Where loads may see older stores (relaxed), the order of execution says
 * nothing about which of a section and an advance came first: the order of
 * their fences does, and it may be the other way round.  There only a section
 * counts that has the very item in its hands; and so under a policy that
 * promises no more (by_item).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/checks/check.h"
#include "sim/lab_run.h"
#include "sim/oracle/items.h"
#include "sim/oracle/sections.h"

/*
 * What each goal must outwait: the serial that the next section would have got
 * when the latest advance that returned the goal was called.  Direct mapped: a
 * goal that fell out is not judged.
 */
enum { GOALS = 4096 };

static struct goal {
	const void *object;
	uint64_t goal;
	uint64_t serial;
	uint64_t run;		/* an older run's entry is empty */
} goals[GOALS];

static uint64_t run;

/*
 * The call of the advance that each thread has under way: a thread may be
 * preempted in it and another call it on the same CPU.
 */
static uint64_t calls[MACHINE_THREADS_MAX + 1];

static struct goal *
goal_slot(const void *object, uint64_t goal)
{
	uint64_t hash;

	(void)object;	/* its address decides nothing but equality */
	hash = goal * UINT64_C(0x9e3779b97f4a7c15);
	return (&goals[hash >> 52]);
}

static void
begin(void)
{

	run++;
}

/* An open section that has loaded a pointer to the item; NULL: none. */
static const struct section *
holder(uint32_t number)
{
	const struct section *section;
	uint32_t i;

	for (section = sections_first(); section != NULL;
	    section = section->newer)
		for (i = 0; i < section->hold_count; i++)
			if (section->holds[i].number == number &&
			    !section->holds[i].stale)
				return (section);
	return (NULL);
}

static void
describe(const char *what, const struct section *section,
    const struct stream_event *event)
{
	char since[32];

	if (section == NULL)
		return;	/* nobody is inside, so nobody can be hurt */
	check_about(event->kind == STREAM_POLL_END ? 0 : (uint32_t)event->a);
	check_report_at("premature_grace", &event->where,
	    event->where != NULL,
	    "%s while the section of thread %s on CPU %u, open for %s, "
	    "may still hold what was freed before%s", what,
	    the.threads[the.cpu_count + section->thread - 1]->name,
	    section->cpu, check_time(the.cpu->now_ps > section->opened_ps ?
	    the.cpu->now_ps - section->opened_ps : 0, since, sizeof(since)),
	    event->where != NULL ? ", at @0" : "");
}

static void
event(const struct stream_event *event)
{
	const struct item *item;
	struct goal *slot;

	switch (event->kind) {
	case STREAM_ADVANCE_BEGIN:
		calls[event->thread] = sections_next();
		break;
	case STREAM_ADVANCE_END:
		slot = goal_slot(event->object, event->a);
		/* Two advances that return one goal: the later one counts. */
		if (slot->run == run && slot->object == event->object &&
		    slot->goal == event->a &&
		    slot->serial > calls[event->thread])
			break;
		slot->run = run;
		slot->object = event->object;
		slot->goal = event->a;
		slot->serial = calls[event->thread];
		break;
	case STREAM_POLL_END:
		slot = goal_slot(event->object, event->a);
		if (the.history == NULL && event->b != 0 && slot->run == run &&
		    slot->object == event->object &&
		    slot->goal == event->a && sections_oldest_of(
		    sections_domain_of(event->object)) < slot->serial)
			describe("a poll answered true", sections_first_of(
			    sections_domain_of(event->object)), event);
		break;
	case STREAM_ITEM_KNOWN:
	case STREAM_ITEM_PAGED:
	case STREAM_ALLOC:
		if (event->a == 0)
			break;
		item = items_get((uint32_t)event->a);
		if (item->state >= ITEM_FREED && !item->safe)
			describe(event->kind == STREAM_ITEM_KNOWN ?
			    "an item was found safe" :
			    event->kind == STREAM_ALLOC ?
			    "an item was handed out again" :
			    "an item's page was given back",
			    the.history == NULL &&
			    !lab.policy_def->by_item ?
			    sections_first_of(item->domain) :
			    holder((uint32_t)event->a), event);
		break;
	default:
		break;
	}
}

const struct check check_premature_grace = {
	.def = {
		.name = "premature_grace",
		.about = "a poll answers true, or memory is reused, while a section that was open before the matching advance still is",
	},
	.listens = CHECK_LISTENS(STREAM_ADVANCE_BEGIN) |
	    CHECK_LISTENS(STREAM_ADVANCE_END) |
	    CHECK_LISTENS(STREAM_POLL_END) |
	    CHECK_LISTENS(STREAM_ITEM_KNOWN) |
	    CHECK_LISTENS(STREAM_ITEM_PAGED) | CHECK_LISTENS(STREAM_ALLOC),
	.begin = begin,
	.event = event,
};
