/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/tale_tell.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/machine/choice.h"
#include "tools/show/story.h"
#include "tools/show/tale.h"
#include "tools/source/source.h"

static __attribute__((format(printf, 3, 4))) void
say(struct teller *teller, enum moment_weight weight, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(teller->moment->text, TALE_TEXT_SIZE, format, args);
	va_end(args);
	memcpy(teller->moment->label, teller->moment->text, TALE_TEXT_SIZE);
	teller->moment->weight = weight;
}

static __attribute__((format(printf, 2, 3))) void
label(struct teller *teller, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(teller->moment->label, TALE_TEXT_SIZE, format, args);
	va_end(args);
}

static bool
is_mark(const struct story *story, size_t i)
{
	size_t mark;

	for (mark = 0; mark < MARK_COUNT; mark++)
		if (story->marks[mark] == i)
			return (true);
	return (false);
}

static unsigned long long
number(uint64_t value)
{

	return ((unsigned long long)value);
}

/* --- stores ------------------------------------------------------------------- */

/*
 * The sampled wr that a store publishes: it is the first of its thread between
 * reading wr and the end of enter.  STORY_NONE: it is some other store.
 */
static size_t
publishes(const struct story *story, size_t push)
{
	const struct story_event *event, *store;
	size_t i;

	store = &story->events[push];
	for (i = push; i > 0; i--) {
		event = &story->events[i - 1];
		if (event->cpu != store->cpu || event->thread != store->thread)
			continue;
		if (event->kind == STREAM_ENTER_SAMPLED)
			return (i - 1);
		if (event->kind == STREAM_STORE_PUSH ||
		    event->kind == STREAM_ENTER_DONE ||
		    event->kind == STREAM_SECTION_CLOSE)
			return (STORY_NONE);
	}
	return (STORY_NONE);
}

/* When enter was over after wr was sampled; STORY_NONE: not yet. */
static size_t
entered(const struct story *story, size_t sampled)
{
	size_t i;

	for (i = sampled; i < story->count; i++)
		if (story->events[i].kind == STREAM_ENTER_DONE &&
		    story->events[i].thread == story->events[sampled].thread)
			return (i);
	return (STORY_NONE);
}

/* Whether a store waits while something that matters happens elsewhere. */
static bool
waits_long(const struct story *story, size_t push)
{
	const struct story_event *event;
	size_t mark, drain, at;

	event = &story->events[push];
	drain = event->mate == STORY_NONE ? story->last : event->mate;
	for (mark = MARK_HOLD; mark < MARK_COUNT; mark++) {
		at = story->marks[mark];
		if (at != STORY_NONE && at > push && at <= drain &&
		    story->events[at].cpu != event->cpu)
			return (true);
	}
	return (false);
}

/* Whether it waits behind a store of which that is told already. */
static bool
waits_behind(const struct story *story, size_t push)
{
	const struct story_event *event;
	size_t i;

	for (i = push; i > story->first; i--) {
		event = &story->events[i - 1];
		if (event->cpu == story->events[push].cpu &&
		    event->kind == STREAM_STORE_PUSH &&
		    (event->mate == STORY_NONE || event->mate > push) &&
		    waits_long(story, i - 1))
			return (true);
	}
	return (false);
}

/* A store that is worth telling of though it publishes no sequence. */
static bool
delays(const struct story *story, size_t push)
{

	return (push >= story->first && waits_long(story, push) &&
	    !waits_behind(story, push));
}

static void
tell_push(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	char where[SOURCE_TEXT_SIZE];
	size_t sampled, done;
	enum moment_weight weight;

	sampled = publishes(story, teller->i);
	if (sampled == STORY_NONE) {
		if (!delays(story, teller->i))
			return;
		say(teller, WEIGHT_HELP, "a store waits in its store buffer, "
		    "and so do those after it, %s",
		    source_text(event->place, where));
		label(teller, "store waits");
		return;
	}
	done = entered(story, sampled);
	/* Where it drains before enter is over, the drain says it all. */
	if (event->mate != STORY_NONE && done != STORY_NONE &&
	    event->mate < done)
		return;
	weight = teller->i == story->marks[MARK_PUSH] ? WEIGHT_CAUSE :
	    WEIGHT_REST;
	say(teller, weight, "publishes c = %llu: it waits in the store buffer",
	    number(story->events[sampled].a));
	label(teller, "c = %llu waits in buffer",
	    number(story->events[sampled].a));
}

static void
tell_drain(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	size_t sampled, done;
	enum moment_weight weight;

	if (event->mate == STORY_NONE)
		return;
	sampled = publishes(story, event->mate);
	if (sampled == STORY_NONE) {
		if (!delays(story, event->mate))
			return;
		say(teller, WEIGHT_HELP, "that store drains: others see it");
		label(teller, "store drains");
		return;
	}
	done = entered(story, sampled);
	weight = teller->i == story->marks[MARK_DRAIN] ? WEIGHT_CAUSE :
	    WEIGHT_REST;
	if (done != STORY_NONE && teller->i < done) {
		say(teller, weight, "publishes c = %llu", number(event->b));
		return;
	}
	say(teller, weight, "c = %llu drains: only now others see it",
	    number(event->b));
	label(teller, "c = %llu drains", number(event->b));
}

/* A store that never was in the buffer is told at the end of enter. */
static void
tell_done(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	size_t i;

	for (i = teller->i; i > 0; i--) {
		if (story->events[i - 1].thread != event->thread)
			continue;
		if (story->events[i - 1].kind == STREAM_STORE_PUSH)
			return;
		if (story->events[i - 1].kind == STREAM_ENTER_SAMPLED)
			break;
	}
	say(teller, teller->i == story->marks[MARK_DONE] ? WEIGHT_CAUSE :
	    WEIGHT_REST, "publishes c = %llu", number(event->a));
}

/* --- sections, goals, items --------------------------------------------------- */

static void
tell_poll(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	enum moment_weight weight;
	bool mine;
	size_t i;

	mine = story->has_goal && event->a == story->goal &&
	    teller->i > story->marks[MARK_RETIRE];
	weight = is_mark(story, teller->i) ? WEIGHT_CAUSE :
	    mine && event->b != 0 ? WEIGHT_NEAR : WEIGHT_REST;
	for (i = teller->i; i > 0; i--) {
		if (story->events[i - 1].thread != event->thread)
			continue;
		if (story->events[i - 1].kind == STREAM_POLL_SCANNED ||
		    story->events[i - 1].kind == STREAM_POLL_BEGIN)
			break;
	}
	if (i > 0 && story->events[i - 1].kind == STREAM_POLL_SCANNED) {
		say(teller, weight, "polls goal %llu: %s (scanned, rd = %llu)",
		    number(event->a), event->b != 0 ? "met" : "not met",
		    number(story->events[i - 1].a));
	} else {
		say(teller, weight, "polls goal %llu: %s", number(event->a),
		    event->b != 0 ? "met" : "not met");
	}
	label(teller, "poll %llu: %s", number(event->a),
	    event->b != 0 ? "met" : "not met");
}

static void
tell_item(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	enum moment_weight weight;

	if (story->item == 0 || event->a != story->item)
		return;
	/* What happens to it in the life before, or after, is another story. */
	weight = is_mark(story, teller->i) ? WEIGHT_CAUSE :
	    teller->i < story->marks[MARK_RETIRE] ||
	    teller->i > story->marks[MARK_REUSE] ? WEIGHT_REST : WEIGHT_NEAR;
	switch (event->kind) {
	case STREAM_HOLD:
		say(teller, weight, "loads the pointer to item A");
		label(teller, "loads A");
		break;
	case STREAM_RETIRE:
		say(teller, weight, "has taken item A out, frees it");
		label(teller, "frees A");
		break;
	case STREAM_DISCARD:
		say(teller, weight, "discards item A");
		label(teller, "discards A");
		break;
	case STREAM_ITEM_STAMPED:
		if (event->b == 0) {
			say(teller, WEIGHT_REST, "item A waits for no goal");
			break;
		}
		say(teller, weight, "item A is to wait for goal %llu",
		    number(event->b));
		label(teller, "A waits for %llu", number(event->b));
		break;
	case STREAM_ITEM_KNOWN:
		say(teller, weight, "item A is found safe");
		label(teller, "A found safe");
		break;
	case STREAM_ITEM_RELEASED:
		say(teller, weight, "item A goes back to its slab");
		label(teller, "A to slab");
		break;
	case STREAM_ITEM_PAGED:
		say(teller, weight, "the page of item A is given back");
		label(teller, "A's page goes");
		break;
	default:
		say(teller, weight, "is handed item A again");
		label(teller, "A handed out again");
		break;
	}
}

static void
tell_section(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	enum moment_weight weight;

	weight = is_mark(story, teller->i) ? WEIGHT_CAUSE : WEIGHT_REST;
	switch (event->kind) {
	case STREAM_ENTER_SAMPLED:
		say(teller, weight, "enters a section, reads wr = %llu",
		    number(event->a));
		label(teller, "reads wr = %llu", number(event->a));
		break;
	case STREAM_ENTER_DONE:
		tell_done(teller, event);
		break;
	case STREAM_SECTION_CLOSE:
		say(teller, WEIGHT_REST, "leaves its section");
		label(teller, "leaves");
		break;
	case STREAM_ADVANCE_END:
		if (event->a == 0)
			break;
		say(teller, weight, "advances: goal %llu", number(event->a));
		label(teller, "goal %llu", number(event->a));
		break;
	case STREAM_POLL_SCAN:
		if (teller->i != story->marks[MARK_SCAN])
			break;
		say(teller, WEIGHT_CAUSE, "scans all CPUs' c");
		label(teller, "scans");
		break;
	case STREAM_POLL_SCANNED:
		if (teller->i != story->marks[MARK_PASSED])
			break;
		say(teller, WEIGHT_CAUSE, "scans: rd = %llu, past the wr = "
		    "%llu that CPU %u has read", number(event->a),
		    number(story_at(story, MARK_SAMPLED)->a),
		    story_at(story, MARK_SAMPLED)->cpu);
		label(teller, "rd = %llu passes %llu", number(event->a),
		    number(story_at(story, MARK_SAMPLED)->a));
		break;
	default:
		break;
	}
}

/* --- the machine -------------------------------------------------------------- */

const char *
tale_amid(const struct story *story, size_t at)
{
	const struct story_event *event;
	uint32_t cpu;
	size_t i;

	cpu = story->events[at].cpu;
	for (i = at; i > 0; i--) {
		event = &story->events[i - 1];
		if (event->cpu != cpu)
			continue;
		switch (event->kind) {
		case STREAM_ENTER_SAMPLED:
			return ("between reading wr and publishing it");
		case STREAM_STORE_PUSH:
			if (publishes(story, i - 1) != STORY_NONE)
				return ("just after publishing c");
			break;
		case STREAM_SECTION_ENTER:
			return ("at the begin of a section");
		case STREAM_ENTER_DONE:
		case STREAM_SECTION_OPEN:
		case STREAM_HOLD:
			return ("inside its section");
		case STREAM_POLL_SCAN:
			return ("in a scan");
		case STREAM_ADVANCE_BEGIN:
			return ("in an advance");
		case STREAM_POLL_BEGIN:
			return ("in a poll");
		case STREAM_SECTION_CLOSE:
		case STREAM_EXIT_BEGIN:
		case STREAM_ADVANCE_END:
		case STREAM_POLL_END:
		case STREAM_POLL_SCANNED:
		case STREAM_RETIRE:
		case STREAM_ALLOC:
			return ("");
		default:
			break;
		}
	}
	return ("");
}

static void
tell_choice(struct teller *teller, const struct story_event *event)
{
	char span[STORY_TIME_SIZE], where[SOURCE_TEXT_SIZE];

	switch (event->a) {
	case CHOICE_NEXT:
		if (event->b >= teller->story->cpu_count) {
			say(teller, WEIGHT_REST,
			    "its oldest store may drain now");
		} else
			say(teller, WEIGHT_REST, "goes on out of turn%s%s",
			    event->place == 0 ? "" : ", at ",
			    event->place == 0 ? "" :
			    source_text(event->place, where));
		label(teller, "%s", "");
		break;
	case CHOICE_READ:
		say(teller, WEIGHT_HELP, "reads an older value (%llu back)",
		    number(event->b));
		label(teller, "reads old value");
		break;
	case CHOICE_HOLD:
		say(teller, WEIGHT_HELP, "the next store is held back for %s",
		    story_span(event->b, span));
		label(teller, "store held %s", span);
		break;
	default:
		break;	/* a delay is told by what it does */
	}
}

static void
tell_stop(struct teller *teller, const struct story_event *event)
{
	const char *what, *when;
	char span[STORY_TIME_SIZE];

	when = tale_amid(teller->story, teller->i);
	switch (event->kind) {
	case STREAM_STALL_BEGIN:
		what = event->b == STREAM_SMI ? "an SMI" : "the hypervisor";
		say(teller, WEIGHT_HELP, "is stopped by %s for %s%s%s", what,
		    story_span(event->a, span), when[0] == '\0' ? "" : ", ",
		    when);
		label(teller, "%s %s", event->b == STREAM_SMI ? "SMI" :
		    "stopped", span);
		break;
	case STREAM_STALL_END:
		say(teller, WEIGHT_HELP, "goes on");
		label(teller, "%s", "");
		break;
	case STREAM_PREEMPT:
		say(teller, WEIGHT_HELP, "its thread is taken off for %s%s%s",
		    story_span(event->b, span), when[0] == '\0' ? "" : ", ",
		    when);
		label(teller, "taken off %s", span);
		break;
	case STREAM_TICK:
		say(teller, WEIGHT_NEAR, "clock tick %llu", number(event->a));
		label(teller, "tick %llu", number(event->a));
		break;
	default:
		break;
	}
}

static void
tell_finding(struct teller *teller, const struct story_event *event)
{
	char where[SOURCE_TEXT_SIZE];
	bool fatal;

	source_text(event->place, where);
	if (teller->i != teller->story->marks[MARK_FINDING]) {
		say(teller, WEIGHT_NEAR, "found: %s%s%s", event->text,
		    event->place == 0 ? "" : ", ",
		    event->place == 0 ? "" : where);
		label(teller, "found: %s", event->text);
		return;
	}
	fatal = teller->story->fatal;
	say(teller, WEIGHT_CAUSE, "%s%s%s%s", fatal ?
	    "ACCESSES ITEM A: use after free" : "FINDING: ",
	    fatal ? "" : event->text, event->place == 0 ? "" : ", ",
	    event->place == 0 ? "" : where);
	label(teller, "%s%s%s", fatal ? "use of A after free" : event->text,
	    event->place == 0 ? "" : ", ", event->place == 0 ? "" : where);
}

/* --- one event --------------------------------------------------------------- */

void
tale_tell(struct teller *teller)
{
	const struct story_event *event;

	event = &teller->story->events[teller->i];
	switch (event->kind) {
	case STREAM_STORE_PUSH:
		tell_push(teller, event);
		break;
	case STREAM_STORE_DRAIN:
		tell_drain(teller, event);
		break;
	case STREAM_POLL_END:
		tell_poll(teller, event);
		break;
	case STREAM_HOLD:
	case STREAM_RETIRE:
	case STREAM_DISCARD:
	case STREAM_ITEM_STAMPED:
	case STREAM_ITEM_KNOWN:
	case STREAM_ITEM_RELEASED:
	case STREAM_ITEM_PAGED:
	case STREAM_ALLOC:
		tell_item(teller, event);
		break;
	case STREAM_CHOICE:
		tell_choice(teller, event);
		break;
	case STREAM_FINDING:
		tell_finding(teller, event);
		break;
	case STREAM_STALL_BEGIN:
	case STREAM_STALL_END:
	case STREAM_PREEMPT:
	case STREAM_TICK:
		tell_stop(teller, event);
		break;
	default:
		tell_section(teller, event);
		break;
	}
}
