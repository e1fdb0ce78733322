/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/tale.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/machine/choice.h"
#include "tools/must.h"
#include "tools/show/story.h"
#include "tools/source/source.h"

/* What is being told: the story and where in it one is. */
struct teller {
	const struct story *story;
	struct moment *moment;
	size_t i;
};

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

static void
tell_push(struct teller *teller, const struct story_event *event)
{
	const struct story *story = teller->story;
	char where[SOURCE_TEXT_SIZE];
	size_t sampled, done;
	enum moment_weight weight;

	sampled = publishes(story, teller->i);
	if (sampled == STORY_NONE) {
		if (!waits_long(story, teller->i))
			return;
		say(teller, WEIGHT_HELP, "a store waits in its store buffer, "
		    "%s", source_text(event->place, where));
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
		if (!waits_long(story, event->mate))
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

	mine = story->has_goal && event->a == story->goal;
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
	weight = is_mark(story, teller->i) ? WEIGHT_CAUSE : WEIGHT_NEAR;
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
	default:
		break;
	}
}

/* --- the machine -------------------------------------------------------------- */

/* What the CPU was about, when something befell it. */
static const char *
amid(const struct story *story, size_t at)
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
	char span[STORY_TIME_SIZE];

	switch (event->a) {
	case CHOICE_NEXT:
		if (event->b >= teller->story->cpu_count) {
			say(teller, WEIGHT_REST,
			    "its oldest store may drain now");
		} else
			say(teller, WEIGHT_REST, "goes on out of turn");
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

	when = amid(teller->story, teller->i);
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

	fatal = teller->story->fatal &&
	    teller->i == teller->story->marks[MARK_FINDING];
	source_text(event->place, where);
	say(teller, WEIGHT_CAUSE, "%s%s%s%s", fatal ?
	    "ACCESSES ITEM A: use after free" : "FINDING: ",
	    fatal ? "" : event->text, event->place == 0 ? "" : ", ",
	    event->place == 0 ? "" : where);
	label(teller, "%s%s%s", fatal ? "use of A after free" : event->text,
	    event->place == 0 ? "" : ", ", event->place == 0 ? "" : where);
}

/* --- the tale ------------------------------------------------------------------- */

static void
tell(struct teller *teller)
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

/* By time; what happened first where the clocks say the same. */
static int
compare(const void *a, const void *b)
{
	const struct moment *one = a, *other = b;

	if (one->at_ps != other->at_ps)
		return (one->at_ps < other->at_ps ? -1 : 1);
	return (one->event < other->event ? -1 : one->event > other->event);
}

/* The rest only as far as there is room: the lightest go first. */
static void
thin_out(struct tale *tale, size_t most)
{
	size_t by_weight[WEIGHT_COUNT];
	size_t i, kept, sum, extra;
	enum moment_weight limit;

	memset(by_weight, 0, sizeof(by_weight));
	for (i = 0; i < tale->count; i++)
		by_weight[tale->moments[i].weight]++;
	sum = by_weight[WEIGHT_CAUSE];
	for (limit = WEIGHT_HELP; limit < WEIGHT_COUNT; limit++) {
		if (sum + by_weight[limit] > most)
			break;
		sum += by_weight[limit];
	}
	/* Of the first weight that is too much, what is nearest to the end. */
	extra = limit == WEIGHT_COUNT || limit > WEIGHT_NEAR || sum >= most ?
	    0 : most - sum;
	kept = limit == WEIGHT_COUNT ? 0 : by_weight[limit] - extra;
	sum = 0;
	for (i = 0; i < tale->count; i++) {
		if (limit != WEIGHT_COUNT && (tale->moments[i].weight > limit ||
		    (tale->moments[i].weight == limit && kept > 0))) {
			kept -= tale->moments[i].weight == limit;
			continue;
		}
		tale->moments[sum++] = tale->moments[i];
	}
	tale->left_out = tale->count - sum;
	tale->count = sum;
}

void
tale_make(struct tale *tale, const struct story *story, size_t most)
{
	struct teller teller = { .story = story };
	const struct story_event *event;
	struct moment moment;
	uint64_t end_ps;

	memset(tale, 0, sizeof(*tale));
	if (story->count == 0)
		return;
	end_ps = story->events[story->last].at_ps;
	teller.moment = &moment;
	for (teller.i = story->first; teller.i <= story->last; teller.i++) {
		event = &story->events[teller.i];
		if (story_cast(story, event->cpu) == STORY_NONE)
			continue;
		memset(&moment, 0, sizeof(moment));
		tell(&teller);
		if (moment.text[0] == '\0')
			continue;
		moment.at_ps = event->at_ps;
		/* The finding is the end, whatever the other clocks say. */
		if (story->found && moment.at_ps > end_ps)
			moment.at_ps = end_ps;
		moment.cpu = event->cpu;
		moment.event = teller.i;
		tale->moments = must_grow(tale->moments, tale->count,
		    sizeof(*tale->moments));
		tale->moments[tale->count++] = moment;
	}
	if (tale->count > 0)
		qsort(tale->moments, tale->count, sizeof(*tale->moments),
		    compare);
	thin_out(tale, most);
}

void
tale_fini(struct tale *tale)
{

	free(tale->moments);
	memset(tale, 0, sizeof(*tale));
}

/* --- in words ------------------------------------------------------------------- */

void
tale_choice(const struct story *story, size_t at,
    char text[TALE_SENTENCE_SIZE])
{
	static const char *const stops[] = {
		[DELAY_STALL] = "is stopped by the hypervisor for",
		[DELAY_SMI] = "is stopped by an SMI for",
		[DELAY_PREEMPT] = "has its thread taken off for",
	};
	const struct story_event *event;
	char span[STORY_TIME_SIZE], place[SOURCE_TEXT_SIZE];
	char where[SOURCE_TEXT_SIZE + 16];
	const char *when;

	event = &story->events[at];
	when = amid(story, at);
	where[0] = '\0';
	if (event->place != 0)
		snprintf(where, sizeof(where), ", at %s",
		    source_text(event->place, place));
	switch (event->a) {
	case CHOICE_DELAY:
		snprintf(text, TALE_SENTENCE_SIZE, "CPU %u %s %s%s%s%s",
		    event->cpu, stops[(event->b & 3) > DELAY_PREEMPT ? DELAY_STALL :
		    event->b & 3],
		    story_span(event->b >> 2, span), when[0] == '\0' ? "" : ", ",
		    when, where);
		break;
	case CHOICE_HOLD:
		snprintf(text, TALE_SENTENCE_SIZE, "a store of CPU %u waits %s "
		    "longer in its store buffer%s", event->cpu,
		    story_span(event->b, span), where);
		break;
	case CHOICE_READ:
		snprintf(text, TALE_SENTENCE_SIZE, "a load of CPU %u sees a "
		    "value older than the newest (%llu back)%s", event->cpu,
		    number(event->b), where);
		break;
	case CHOICE_PLACE:
		snprintf(text, TALE_SENTENCE_SIZE, "an operation of CPU %u "
		    "takes an earlier place in its order (%llu back)%s",
		    event->cpu, number(event->b), where);
		break;
	default:
		snprintf(text, TALE_SENTENCE_SIZE, event->b >= story->cpu_count ?
		    "the oldest buffered store of CPU %u drains%s" :
		    "CPU %u goes on in place of another%s", event->cpu, where);
		break;
	}
}

/* What the scan could see of the holder's c. */
static const char *
unseen(const struct story *story)
{
	const size_t *marks = story->marks;
	size_t scan;

	scan = marks[MARK_SCANNED];
	if (scan == STORY_NONE || marks[MARK_SAMPLED] == STORY_NONE)
		return (NULL);
	if (marks[MARK_SAMPLED] > scan)
		return ("the scan was over before that section began");
	if (marks[MARK_PUSH] != STORY_NONE && marks[MARK_PUSH] < scan &&
	    (marks[MARK_DRAIN] == STORY_NONE || marks[MARK_DRAIN] > scan))
		return ("when all CPUs were scanned, its sequence still waited "
		    "in the store buffer, where the scan could not see it");
	if ((marks[MARK_PUSH] == STORY_NONE || marks[MARK_PUSH] > scan) &&
	    (marks[MARK_DONE] == STORY_NONE || marks[MARK_DONE] > scan))
		return ("when all CPUs were scanned, it had read wr but not "
		    "yet published it");
	return ("its sequence was there to be seen when all CPUs were scanned, "
	    "and the goal passed for met all the same");
}

void
tale_cause(const struct story *story, char text[TALE_SENTENCE_SIZE])
{
	const struct story_event *hold, *retire, *enter;
	const char *why;

	text[0] = '\0';
	enter = story_at(story, MARK_ENTER);
	hold = story_at(story, MARK_HOLD);
	retire = story_at(story, MARK_RETIRE);
	if (enter == NULL || story->item == 0)
		return;
	why = unseen(story);
	if (why == NULL && story->marks[MARK_REUSE] != STORY_NONE &&
	    retire != NULL && story->marks[MARK_POLL] == STORY_NONE)
		why = "nobody polled a goal of the item before it was handed "
		    "out again";
	snprintf(text, TALE_SENTENCE_SIZE, "Item A was %s while the section "
	    "of CPU %u %s%s%s.",
	    story->marks[MARK_REUSE] != STORY_NONE ? "handed out again" :
	    story->marks[MARK_KNOWN] != STORY_NONE ? "found safe" :
	    "about to be reused", enter->cpu,
	    hold != NULL ? "still held it" : "may still have held it",
	    why == NULL ? "" : ": ", why == NULL ? "" : why);
}
