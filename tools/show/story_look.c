/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/story_look.h"

#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/show/story.h"

/* --- stores ------------------------------------------------------------------- */

void
story_look_stores(struct story *story)
{
	struct story_event *event;
	size_t *oldest;
	size_t i, next;

	/* The oldest store of each CPU whose drain has not been seen. */
	oldest = must_alloc(story->cpu_count, sizeof(*oldest));
	for (i = 0; i < story->cpu_count; i++)
		oldest[i] = STORY_NONE;
	for (i = 0; i < story->count; i++) {
		event = &story->events[i];
		if (event->cpu >= story->cpu_count)
			continue;
		if (event->kind == STREAM_STORE_PUSH &&
		    oldest[event->cpu] == STORY_NONE)
			oldest[event->cpu] = i;
		if (event->kind != STREAM_STORE_DRAIN ||
		    oldest[event->cpu] == STORY_NONE)
			continue;
		next = oldest[event->cpu];
		/* Pushed before the first event that was kept. */
		if (story->events[next].a != event->a)
			continue;
		event->mate = next;
		story->events[next].mate = i;
		for (next++; next < i; next++)
			if (story->events[next].kind == STREAM_STORE_PUSH &&
			    story->events[next].cpu == event->cpu)
				break;
		oldest[event->cpu] = next < i ? next : STORY_NONE;
	}
	free(oldest);
}

/* --- looking back ------------------------------------------------------------- */

/* The last event of a kind about `a`, before `end`, not before `begin`. */
static size_t
last_of(const struct story *story, enum stream_kind kind, uint64_t a,
    size_t begin, size_t end)
{
	size_t i;

	for (i = end; i > begin; i--)
		if (story->events[i - 1].kind == kind &&
		    story->events[i - 1].a == a)
			return (i - 1);
	return (STORY_NONE);
}

/* The last of a kind that this thread did. */
static size_t
last_by(const struct story *story, enum stream_kind kind, uint32_t thread,
    size_t begin, size_t end)
{
	size_t i;

	for (i = end; i > begin; i--)
		if (story->events[i - 1].kind == kind &&
		    story->events[i - 1].thread == thread)
			return (i - 1);
	return (STORY_NONE);
}

static size_t
first_by(const struct story *story, enum stream_kind kind, uint32_t thread,
    size_t begin, size_t end)
{
	size_t i;

	for (i = begin; i < end; i++)
		if (story->events[i].kind == kind &&
		    story->events[i].thread == thread)
			return (i);
	return (STORY_NONE);
}

/* Where the section began that each thread has open before `end`. */
static size_t *
open_sections(const struct story *story, size_t end)
{
	const struct story_event *event;
	size_t *open;
	size_t i;

	open = must_alloc(story->thread_count + 1, sizeof(*open));
	for (i = 0; i <= story->thread_count; i++)
		open[i] = STORY_NONE;
	for (i = 0; i < end; i++) {
		event = &story->events[i];
		if (event->thread > story->thread_count)
			continue;
		if (event->kind == STREAM_SECTION_OPEN)
			open[event->thread] = i;
		else if (event->kind == STREAM_SECTION_CLOSE)
			open[event->thread] = STORY_NONE;
	}
	return (open);
}

/* The begin of the section that the event is part of, still open at the end. */
static size_t
within(const struct story *story, const size_t *open, size_t i)
{
	uint32_t thread;

	thread = story->events[i].thread;
	return (thread > story->thread_count || open[thread] == STORY_NONE ||
	    open[thread] > i ? STORY_NONE : open[thread]);
}

/* An item in the hands of an open section, freed since: the goal's first. */
static uint64_t
spoiled(const struct story *story, const size_t *open, size_t end,
    uint64_t goal)
{
	const struct story_event *event;
	uint64_t found;
	size_t i, retired, stamped;

	found = 0;
	for (i = end; i > 0; i--) {
		event = &story->events[i - 1];
		if (event->kind != STREAM_HOLD ||
		    within(story, open, i - 1) == STORY_NONE)
			continue;
		retired = last_of(story, STREAM_RETIRE, event->a, i, end);
		if (retired == STORY_NONE)
			continue;
		stamped = last_of(story, STREAM_ITEM_STAMPED, event->a,
		    retired, end);
		if (stamped != STORY_NONE && story->events[stamped].b == goal)
			return (event->a);
		found = event->a;
	}
	return (found);
}

/* The section that holds the item at the end, or is the oldest one open. */
static size_t
holder(const struct story *story, const size_t *open, size_t end,
    size_t *hold)
{
	const struct story_event *event;
	size_t i, begin, oldest;

	*hold = STORY_NONE;
	event = &story->events[end];
	if (story->fatal) {
		*hold = last_of(story, STREAM_HOLD, story->item, 0, end);
		while (*hold != STORY_NONE &&
		    story->events[*hold].thread != event->thread)
			*hold = last_of(story, STREAM_HOLD, story->item, 0,
			    *hold);
		return (within(story, open, end));
	}
	oldest = STORY_NONE;
	for (i = end; i > 0; i--) {
		event = &story->events[i - 1];
		if (event->kind != STREAM_SECTION_OPEN &&
		    (event->kind != STREAM_HOLD || event->a != story->item))
			continue;
		begin = within(story, open, i - 1);
		if (begin == STORY_NONE)
			continue;
		if (event->kind == STREAM_HOLD && story->item != 0) {
			*hold = i - 1;
			return (begin);
		}
		oldest = begin;
	}
	return (oldest);
}

/* Where rd overtook a section that was still entering: it is stale. */
static void
look_at_overtaking(struct story *story)
{
	const struct story_event *event;
	size_t *marks = story->marks;
	size_t i, until;
	uint64_t seq;

	seq = story->events[marks[MARK_SAMPLED]].a;
	until = marks[MARK_DRAIN] == STORY_NONE ? marks[MARK_DONE] :
	    marks[MARK_DRAIN];
	for (i = marks[MARK_SAMPLED]; i < until; i++) {
		event = &story->events[i];
		if (event->kind != STREAM_POLL_SCANNED ||
		    (int32_t)((uint32_t)event->a - (uint32_t)seq) <= 0)
			continue;
		marks[MARK_PASSED] = i;
		return;
	}
}

/* How the holder came in. */
static void
look_at_enter(struct story *story, size_t open)
{
	const struct story_event *event;
	size_t *marks = story->marks;
	size_t i;

	event = &story->events[open];
	marks[MARK_ENTER] = last_by(story, STREAM_SECTION_ENTER, event->thread,
	    0, open);
	if (marks[MARK_ENTER] == STORY_NONE) {
		marks[MARK_ENTER] = open;
		return;
	}
	marks[MARK_SAMPLED] = first_by(story, STREAM_ENTER_SAMPLED,
	    event->thread, marks[MARK_ENTER], open);
	marks[MARK_DONE] = first_by(story, STREAM_ENTER_DONE, event->thread,
	    marks[MARK_ENTER], open);
	if (marks[MARK_SAMPLED] == STORY_NONE || marks[MARK_DONE] == STORY_NONE)
		return;
	i = first_by(story, STREAM_STORE_PUSH, event->thread,
	    marks[MARK_SAMPLED], marks[MARK_DONE]);
	marks[MARK_PUSH] = i;
	if (i != STORY_NONE)
		marks[MARK_DRAIN] = story->events[i].mate;
	look_at_overtaking(story);
}

/* How the item was given up, from its last free on. */
static void
look_at_item(struct story *story, size_t end)
{
	const struct story_event *event;
	size_t *marks = story->marks;
	uint64_t item;
	size_t i, from;

	item = story->item;
	/* Of a fatal access the item lives again; its free is before that. */
	marks[MARK_REUSE] = last_of(story, STREAM_ALLOC, item,
	    marks[MARK_HOLD] == STORY_NONE ? 0 : marks[MARK_HOLD], end);
	from = marks[MARK_REUSE] == STORY_NONE ? end : marks[MARK_REUSE];
	marks[MARK_RETIRE] = last_of(story, STREAM_RETIRE, item, 0, from);
	if (marks[MARK_RETIRE] == STORY_NONE)
		return;
	from = marks[MARK_RETIRE];
	if (marks[MARK_REUSE] != STORY_NONE && marks[MARK_REUSE] < from)
		marks[MARK_REUSE] = STORY_NONE;
	for (i = from; i < end; i++) {
		event = &story->events[i];
		if (event->a != item)
			continue;
		if (event->kind == STREAM_ITEM_STAMPED &&
		    marks[MARK_KNOWN] == STORY_NONE) {
			marks[MARK_STAMPED] = i;
			story->goal = event->b;
			story->has_goal = event->b != 0;
		} else if ((event->kind == STREAM_ITEM_KNOWN ||
		    event->kind == STREAM_ITEM_PAGED) &&
		    marks[MARK_KNOWN] == STORY_NONE)
			marks[MARK_KNOWN] = i;
	}
}

/* The goal's advance, and the poll that let it pass. */
static void
look_at_goal(struct story *story, size_t end)
{
	const struct story_event *event;
	size_t *marks = story->marks;
	size_t i, until;

	if (!story->has_goal)
		return;
	until = marks[MARK_STAMPED] == STORY_NONE ? end : marks[MARK_STAMPED];
	marks[MARK_ADVANCE] = last_of(story, STREAM_ADVANCE_END, story->goal,
	    0, until);
	until = marks[MARK_KNOWN] == STORY_NONE ? end :
	    marks[MARK_KNOWN];
	for (i = until + 1; i > 0; i--) {
		event = &story->events[i - 1];
		if (event->kind == STREAM_POLL_END && event->b != 0 &&
		    event->a == story->goal)
			break;
		if (marks[MARK_RETIRE] == i - 1)
			return;
	}
	if (i == 0)
		return;
	marks[MARK_POLL] = i - 1;
	event = &story->events[i - 1];
	until = last_by(story, STREAM_POLL_BEGIN, event->thread, 0, i - 1);
	if (until == STORY_NONE)
		return;
	marks[MARK_SCAN] = first_by(story, STREAM_POLL_SCAN, event->thread,
	    until, i);
	marks[MARK_SCANNED] = first_by(story, STREAM_POLL_SCANNED,
	    event->thread, until, i);
	if (marks[MARK_SCAN] != STORY_NONE)
		return;
	/* Somebody else's scan had moved rd. */
	for (i = until; i > 0; i--) {
		event = &story->events[i - 1];
		if (event->kind == STREAM_POLL_SCANNED)
			break;
		if (marks[MARK_RETIRE] == i - 1)
			return;
	}
	if (i == 0)
		return;
	marks[MARK_SCANNED] = i - 1;
	marks[MARK_SCAN] = last_by(story, STREAM_POLL_SCAN, event->thread, 0,
	    i - 1);
}

void
story_look_back(struct story *story)
{
	const struct story_event *event, *cause;
	size_t *open;
	size_t end, section;

	story->last = end = story->count - 1;
	if (!story->found)
		return;
	event = &story->events[end];
	story->marks[MARK_FINDING] = end;
	story->item = event->a;
	open = open_sections(story, end);
	cause = end > 0 ? &story->events[end - 1] : event;
	if (story->item == 0 && cause->kind == STREAM_POLL_END &&
	    strcmp(event->text, "premature_grace") == 0) {
		story->goal = cause->a;
		story->has_goal = true;
		story->item = spoiled(story, open, end, cause->a);
	}
	/* What is wrong with no item has no section that is to blame. */
	section = story->item == 0 && !story->has_goal ? STORY_NONE :
	    holder(story, open, end, &story->marks[MARK_HOLD]);
	free(open);
	if (section != STORY_NONE)
		look_at_enter(story, section);
	if (story->item != 0)
		look_at_item(story, end);
	look_at_goal(story, end);
}

/* --- the window and the cast -------------------------------------------------- */

static void
take_part(struct story *story, uint32_t cpu)
{
	size_t i, at;

	if (story_cast(story, cpu) != STORY_NONE)
		return;
	if (story->cast_count == STORY_CAST_MAX) {
		story->others++;
		return;
	}
	for (at = 0; at < story->cast_count && story->cast[at] < cpu; at++)
		;
	for (i = story->cast_count++; i > at; i--)
		story->cast[i] = story->cast[i - 1];
	story->cast[at] = cpu;
}

/* Where nothing says who matters: whoever acted last. */
static void
take_last(struct story *story)
{
	enum { EVENTS = 60, CPUS = 4 };
	size_t i, seen;

	seen = 0;
	story->first = 0;
	for (i = story->count; i > 0 && seen < EVENTS; i--) {
		if (story->cast_count == CPUS &&
		    story_cast(story, story->events[i - 1].cpu) == STORY_NONE)
			continue;
		take_part(story, story->events[i - 1].cpu);
		story->first = i - 1;
		seen++;
	}
}

void
story_look_cast(struct story *story)
{
	size_t i, first;

	for (i = 0; i < story->count; i++)
		story->choices += story->events[i].kind == STREAM_CHOICE;
	if (story->marks[MARK_ENTER] == STORY_NONE &&
	    story->marks[MARK_RETIRE] == STORY_NONE) {
		take_last(story);
		return;
	}
	first = story->marks[MARK_FINDING];
	for (i = 0; i < MARK_COUNT; i++) {
		if (story->marks[i] == STORY_NONE)
			continue;
		/* A goal may be older than what is told here. */
		if (i != MARK_ADVANCE && story->marks[i] < first)
			first = story->marks[i];
		take_part(story, story->events[story->marks[i]].cpu);
	}
	/* Whose clock ticks meanwhile may have moved the sequence. */
	for (i = first; i < story->count; i++)
		if (story->events[i].kind == STREAM_TICK &&
		    story->cast_count < STORY_CAST_MAX - 1)
			take_part(story, story->events[i].cpu);
	for (i = 0; i < story->count; i++) {
		if (story->events[i].kind != STREAM_CHOICE ||
		    (story->choices > STORY_CHOICES_MAX && i < first))
			continue;
		take_part(story, story->events[i].cpu);
		if (story->choices <= STORY_CHOICES_MAX && i < first)
			first = i;
	}
	story->first = first;
}
