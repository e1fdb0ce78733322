/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/show/story_look.h"

/* --- listening ---------------------------------------------------------------- */

static const uint64_t story_hears =
    UINT64_C(1) << STREAM_SECTION_ENTER | UINT64_C(1) << STREAM_SECTION_OPEN |
    UINT64_C(1) << STREAM_SECTION_CLOSE | UINT64_C(1) << STREAM_HOLD |
    UINT64_C(1) << STREAM_ALLOC | UINT64_C(1) << STREAM_RETIRE |
    UINT64_C(1) << STREAM_DISCARD | UINT64_C(1) << STREAM_ADVANCE_BEGIN |
    UINT64_C(1) << STREAM_ADVANCE_END | UINT64_C(1) << STREAM_ADVANCE_WAIT |
    UINT64_C(1) << STREAM_POLL_BEGIN | UINT64_C(1) << STREAM_POLL_END |
    UINT64_C(1) << STREAM_POLL_SCAN | UINT64_C(1) << STREAM_POLL_SCANNED |
    UINT64_C(1) << STREAM_ENTER_SAMPLED | UINT64_C(1) << STREAM_ENTER_DONE |
    UINT64_C(1) << STREAM_EXIT_BEGIN |
    UINT64_C(1) << STREAM_ITEM_STAMPED | UINT64_C(1) << STREAM_ITEM_KNOWN |
    UINT64_C(1) << STREAM_ITEM_RELEASED | UINT64_C(1) << STREAM_ITEM_PAGED |
    UINT64_C(1) << STREAM_TICK | UINT64_C(1) << STREAM_STALL_BEGIN |
    UINT64_C(1) << STREAM_STALL_END | UINT64_C(1) << STREAM_PREEMPT |
    UINT64_C(1) << STREAM_FINDING | UINT64_C(1) << STREAM_STORE_PUSH |
    UINT64_C(1) << STREAM_STORE_DRAIN | UINT64_C(1) << STREAM_CHOICE;

static void
keep(struct story *story, const struct story_event *event)
{

	if (event->kind == STREAM_FINDING && (!story->found ||
	    (!story->fatal && strcmp(event->text, "use_after_free") == 0))) {
		story->found = true;
		story->fatal = strcmp(event->text, "use_after_free") == 0;
		story->focus = story->total;
		story->frozen = story->fatal;
	}
	story->ring[story->total++ % story->most] = *event;
	/* What led to the first finding is not given up for what follows. */
	if (story->found && story->total - story->focus > story->most / 4)
		story->frozen = true;
}

static void
take(struct tracer *tracer, const struct stream_event *event)
{
	struct story *story = (struct story *)tracer;
	struct story_event kept;

	if (story->frozen || (story_hears >> event->kind & 1) == 0)
		return;
	memset(&kept, 0, sizeof(kept));
	kept.at_ps = event->at_ps;
	kept.a = event->a;
	kept.b = event->b;
	kept.text = event->text == NULL ? "" : event->text;
	kept.place = stream_place(event->where);
	kept.kind = event->kind;
	kept.cpu = event->cpu;
	kept.thread = event->thread;
	kept.mate = STORY_NONE;
	/* A check that listens to events speaks before others hear of them. */
	if (event->kind == STREAM_FINDING && !story->holds &&
	    strcmp(kept.text, "premature_grace") == 0) {
		story->held = kept;
		story->holds = true;
		return;
	}
	keep(story, &kept);
	if (!story->holds)
		return;
	story->holds = false;
	if (!story->frozen)
		keep(story, &story->held);
}

static void
begin(struct tracer *tracer, unsigned cpus, const char *const *thread_names,
    unsigned thread_count)
{
	struct story *story = (struct story *)tracer;
	unsigned i;

	story->cpu_count = cpus;
	story->thread_count = thread_count;
	story->thread_names = must_alloc(thread_count,
	    sizeof(*story->thread_names));
	for (i = 0; i < thread_count; i++)
		story->thread_names[i] = must_copy(thread_names[i]);
}

/* --- life ------------------------------------------------------------------- */

struct story *
story_create(size_t most)
{
	struct story *story;

	story = must_alloc(1, sizeof(*story));
	story->most = most == 0 ? 1 : most;
	story->ring = must_alloc(story->most, sizeof(*story->ring));
	story->tracer.event = take;
	story->tracer.begin = begin;
	return (story);
}

void
story_destroy(struct story *story)
{
	unsigned i;

	if (story == NULL)
		return;
	for (i = 0; i < story->thread_count; i++)
		free(story->thread_names[i]);
	free(story->thread_names);
	free(story->ring);
	free(story->events);
	free(story);
}

struct tracer *
story_tracer(struct story *story)
{

	return (&story->tracer);
}

/* The ring in order, without what came after the finding. */
static void
unroll(struct story *story)
{
	uint64_t end, begin_at, i;

	if (story->holds)
		keep(story, &story->held);
	story->holds = false;
	end = story->found ? story->focus + 1 : story->total;
	begin_at = story->total > story->most ? story->total - story->most : 0;
	story->count = (size_t)(end - begin_at);
	story->events = must_alloc(story->count, sizeof(*story->events));
	for (i = begin_at; i < end; i++)
		story->events[i - begin_at] = story->ring[i % story->most];
}

void
story_close(struct story *story)
{
	size_t i;

	unroll(story);
	for (i = 0; i < MARK_COUNT; i++)
		story->marks[i] = STORY_NONE;
	if (story->count == 0)
		return;
	story_look_stores(story);
	story_look_back(story);
	story_look_cast(story);
}

/* --- questions ---------------------------------------------------------------- */

const struct story_event *
story_at(const struct story *story, enum story_mark mark)
{

	return (story->marks[mark] == STORY_NONE ? NULL :
	    &story->events[story->marks[mark]]);
}

size_t
story_cast(const struct story *story, uint32_t cpu)
{
	size_t i;

	for (i = 0; i < story->cast_count; i++)
		if (story->cast[i] == cpu)
			return (i);
	return (STORY_NONE);
}

const char *
story_thread(const struct story *story, uint32_t thread)
{

	return (thread == 0 || thread > story->thread_count ? "idle" :
	    story->thread_names[thread - 1]);
}

const char *
story_time(uint64_t ps, char text[STORY_TIME_SIZE])
{

	snprintf(text, STORY_TIME_SIZE, "%llu.%03llu",
	    (unsigned long long)(ps / 1000000),
	    (unsigned long long)(ps / 1000 % 1000));
	return (text);
}

const char *
story_span(uint64_t ps, char text[STORY_TIME_SIZE])
{
	static const struct {
		uint64_t ps;
		const char *unit;
	} units[] = {
		{ UINT64_C(1000000000000), "s" },
		{ UINT64_C(1000000000), "ms" },
		{ UINT64_C(1000000), "us" },
		{ UINT64_C(1000), "ns" },
	};
	size_t i;

	for (i = 0; i < 3 && ps < units[i].ps; i++)
		;
	if (ps % units[i].ps * 10 / units[i].ps == 0) {
		snprintf(text, STORY_TIME_SIZE, "%llu %s",
		    (unsigned long long)(ps / units[i].ps), units[i].unit);
		return (text);
	}
	snprintf(text, STORY_TIME_SIZE, "%llu.%llu %s",
	    (unsigned long long)(ps / units[i].ps),
	    (unsigned long long)(ps % units[i].ps * 10 / units[i].ps),
	    units[i].unit);
	return (text);
}
