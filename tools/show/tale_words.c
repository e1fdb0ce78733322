/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "sim/machine/choice.h"
#include "tools/show/story.h"
#include "tools/show/tale.h"
#include "tools/show/tale_tell.h"
#include "tools/source/source.h"

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
	when = tale_amid(story, at);
	where[0] = '\0';
	if (event->place != 0)
		snprintf(where, sizeof(where), ", at %s",
		    source_text(event->place, place));
	switch (event->a) {
	case CHOICE_DELAY:
		snprintf(text, TALE_SENTENCE_SIZE, "CPU %u %s %s%s%s%s",
		    event->cpu, stops[(event->b & 3) > DELAY_PREEMPT ?
		    DELAY_STALL : event->b & 3],
		    story_span(event->b >> 2, span),
		    when[0] == '\0' ? "" : ", ", when, where);
		break;
	case CHOICE_HOLD:
		snprintf(text, TALE_SENTENCE_SIZE, "a store of CPU %u waits %s "
		    "longer in its store buffer%s", event->cpu,
		    story_span(event->b, span), where);
		break;
	case CHOICE_READ:
		snprintf(text, TALE_SENTENCE_SIZE, "a load of CPU %u sees a "
		    "value older than the newest (%llu back)%s", event->cpu,
		    (unsigned long long)(event->b), where);
		break;
	case CHOICE_PLACE:
		snprintf(text, TALE_SENTENCE_SIZE, "an operation of CPU %u "
		    "takes an earlier place in its order (%llu back)%s",
		    event->cpu, (unsigned long long)(event->b), where);
		break;
	default:
		snprintf(text, TALE_SENTENCE_SIZE,
		    event->b >= story->cpu_count ?
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
	if (scan == STORY_NONE && marks[MARK_POLL] != STORY_NONE &&
	    marks[MARK_RETIRE] != STORY_NONE)
		return ("nobody had scanned the CPUs since it was freed; its "
		    "goal was met already");
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
	if (marks[MARK_PASSED] != STORY_NONE)
		return ("it had read wr long before it published it, so its "
		    "sequence was older than rd by then; the scan saw it and "
		    "let the goal pass all the same");
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
