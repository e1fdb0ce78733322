/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/machine/choice.h"
#include "tools/show/explain.h"
#include "tools/show/picture.h"
#include "tools/show/story.h"
#include "tools/show/tale.h"
#include "tools/show/timeline.h"

/*
 * A story by hand: CPU 1 reads wr = 1 and is stopped, CPU 0 moves rd past it,
 * CPU 1 loads item 7, CPU 0 frees and reuses it.
 */

static struct story *story;
static uint64_t now_ns;

static void
happens(uint32_t cpu, enum stream_kind kind, uint64_t a, uint64_t b,
    const char *text)
{
	struct stream_event event;

	memset(&event, 0, sizeof(event));
	now_ns += 10;
	event.at_ps = now_ns * 1000;
	event.cpu = cpu;
	event.thread = cpu + 1;
	event.kind = kind;
	event.a = a;
	event.b = b;
	event.text = text;
	story_tracer(story)->event(story_tracer(story), &event);
}

static void
opens(size_t most, unsigned cpus)
{
	static const char *const names[] = { "writer", "reader", "c", "d",
	    "e", "f", "g", "h" };

	now_ns = 1000;
	story = story_create(most);
	story_tracer(story)->begin(story_tracer(story), cpus, names, cpus);
}

static void
scans(uint32_t cpu, uint64_t goal, uint64_t rd)
{

	happens(cpu, STREAM_POLL_BEGIN, goal, 0, NULL);
	happens(cpu, STREAM_POLL_SCAN, goal, 0, NULL);
	happens(cpu, STREAM_POLL_SCANNED, rd, 0, NULL);
	happens(cpu, STREAM_POLL_END, goal, rd >= goal, NULL);
}

static void
enters(uint32_t cpu, uint64_t wr, bool stopped)
{

	happens(cpu, STREAM_SECTION_ENTER, 0, 0, NULL);
	happens(cpu, STREAM_ENTER_SAMPLED, wr, 0, NULL);
	if (stopped) {
		happens(cpu, STREAM_CHOICE, CHOICE_DELAY,
		    UINT64_C(3200000) << 2 | DELAY_SMI, NULL);
		happens(cpu, STREAM_STALL_BEGIN, 3200000, STREAM_SMI, NULL);
		scans(0, 3, 3);
		happens(cpu, STREAM_STALL_END, 3200000, STREAM_SMI, NULL);
	}
	happens(cpu, STREAM_STORE_PUSH, 64, 4, NULL);
	happens(cpu, STREAM_STORE_DRAIN, 64, wr, NULL);
	happens(cpu, STREAM_ENTER_DONE, wr, 0, NULL);
	happens(cpu, STREAM_SECTION_OPEN, 5, 0, NULL);
}

static void
stale_story(void)
{

	enters(1, 1, true);
	happens(1, STREAM_HOLD, 7, 0, NULL);
	happens(0, STREAM_RETIRE, 7, 0, NULL);
	happens(0, STREAM_ADVANCE_END, 5, 0, NULL);
	happens(0, STREAM_ITEM_STAMPED, 7, 5, NULL);
	scans(0, 5, 5);
	happens(0, STREAM_ITEM_KNOWN, 7, 0, NULL);
	happens(0, STREAM_ALLOC, 7, 0, NULL);
	happens(1, STREAM_FINDING, 7, 0, "use_after_free");
}

static uint32_t
kind_at(enum story_mark mark)
{
	const struct story_event *event;

	event = story_at(story, mark);
	return (event == NULL ? (uint32_t)STREAM_KIND_COUNT : event->kind);
}

Test(story, the_chain_is_found_backwards)
{

	opens(1000, 2);
	stale_story();
	story_close(story);
	cr_assert(story->found && story->fatal);
	cr_expect_eq(story->item, 7);
	cr_expect(story->has_goal);
	cr_expect_eq(story->goal, 5);
	cr_expect_eq(kind_at(MARK_ENTER), STREAM_SECTION_ENTER);
	cr_expect_eq(kind_at(MARK_SAMPLED), STREAM_ENTER_SAMPLED);
	cr_expect_eq(kind_at(MARK_PASSED), STREAM_POLL_SCANNED);
	cr_expect_eq(kind_at(MARK_PUSH), STREAM_STORE_PUSH);
	cr_expect_eq(kind_at(MARK_DRAIN), STREAM_STORE_DRAIN);
	cr_expect_eq(kind_at(MARK_HOLD), STREAM_HOLD);
	cr_expect_eq(kind_at(MARK_RETIRE), STREAM_RETIRE);
	cr_expect_eq(kind_at(MARK_STAMPED), STREAM_ITEM_STAMPED);
	cr_expect_eq(story_at(story, MARK_POLL)->a, 5);
	cr_expect_eq(story_at(story, MARK_PASSED)->a, 3);
	cr_expect_eq(kind_at(MARK_REUSE), STREAM_ALLOC);
	cr_expect_eq(story->cast_count, 2);
	story_destroy(story);
}

Test(story, what_came_after_the_fatal_access_is_not_part_of_it)
{
	size_t count;

	opens(1000, 2);
	stale_story();
	happens(0, STREAM_RETIRE, 7, 0, NULL);
	happens(0, STREAM_FINDING, 0, 0, "leak");
	story_close(story);
	count = story->count;
	cr_expect_eq(story->events[count - 1].kind, STREAM_FINDING);
	cr_expect_str_eq(story->events[count - 1].text, "use_after_free");
	story_destroy(story);
}

Test(story, drains_belong_to_pushes_in_order)
{
	size_t i, pairs;

	opens(1000, 2);
	/* One that was pushed before anybody listened. */
	happens(0, STREAM_STORE_DRAIN, 8, 1, NULL);
	happens(0, STREAM_STORE_PUSH, 16, 8, NULL);
	happens(0, STREAM_STORE_PUSH, 16, 8, NULL);
	happens(1, STREAM_STORE_PUSH, 16, 8, NULL);
	happens(0, STREAM_STORE_DRAIN, 16, 2, NULL);
	happens(0, STREAM_STORE_DRAIN, 16, 3, NULL);
	story_close(story);
	pairs = 0;
	for (i = 0; i < story->count; i++)
		if (story->events[i].kind == STREAM_STORE_DRAIN &&
		    story->events[i].mate != STORY_NONE)
			pairs++;
	cr_expect_eq(pairs, 2);
	cr_expect_eq(story->events[1].mate, 4);
	cr_expect_eq(story->events[2].mate, 5);
	cr_expect_eq(story->events[3].mate, STORY_NONE);
	story_destroy(story);
}

static char *
explained(const char *check)
{
	struct show_words words = { "fixture", check, "it is broken", false };
	char *text;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	cr_assert_not_null(out);
	explain_write(out, story, &words);
	fclose(out);
	return (text);
}

static void
says(const char *text, const char *words)
{

	cr_expect_not_null(strstr(text, words), "'%s' is not in\n%s", words,
	    text);
}

Test(explain, it_says_who_did_what_and_why)
{
	char *text, *line;

	opens(1000, 2);
	stale_story();
	story_close(story);
	text = explained("use_after_free");
	says(text, "CPU 1 is stopped by an SMI for 3.2 us, between reading wr "
	    "and publishing it");
	says(text, "CPU 1, the reader");
	says(text, "CPU 0, frees");
	says(text, "enters a section, reads wr = 1");
	says(text, "publishes c = 1");
	says(text, "item A is to wait for goal 5");
	says(text, "is handed item A again");
	says(text, "ACCESSES ITEM A");
	says(text, "its sequence was older than rd");
	for (line = strtok(text, "\n"); line != NULL;
	    line = strtok(NULL, "\n"))
		cr_expect_leq(strlen(line), EXPLAIN_WIDTH, "%s", line);
	free(text);
	story_destroy(story);
}

Test(explain, a_store_in_the_buffer_is_the_cause)
{
	char *text;

	opens(1000, 2);
	happens(1, STREAM_SECTION_ENTER, 0, 0, NULL);
	happens(1, STREAM_ENTER_SAMPLED, 3, 0, NULL);
	happens(1, STREAM_STORE_PUSH, 64, 4, NULL);
	happens(1, STREAM_ENTER_DONE, 3, 0, NULL);
	happens(1, STREAM_SECTION_OPEN, 5, 0, NULL);
	happens(1, STREAM_HOLD, 7, 0, NULL);
	happens(0, STREAM_RETIRE, 7, 0, NULL);
	happens(0, STREAM_ITEM_STAMPED, 7, 5, NULL);
	happens(0, STREAM_POLL_BEGIN, 5, 0, NULL);
	happens(0, STREAM_POLL_SCAN, 5, 0, NULL);
	happens(0, STREAM_POLL_SCANNED, 5, 0, NULL);
	/* The check hears of the poll's answer before any tracer does. */
	happens(0, STREAM_FINDING, 0, 0, "premature_grace");
	happens(0, STREAM_POLL_END, 5, 1, NULL);
	happens(1, STREAM_STORE_DRAIN, 64, 3, NULL);
	story_close(story);
	cr_expect_eq(story->item, 7);
	text = explained("premature_grace");
	says(text, "publishes c = 3: it waits in the store");
	says(text, "polls goal 5: met");
	says(text, "still waited in the store buffer");
	free(text);
	story_destroy(story);
}

Test(story, a_run_without_findings_or_events_has_a_story_too)
{
	char *text;

	opens(10, 2);
	story_close(story);
	text = explained(NULL);
	says(text, "No check found anything");
	free(text);
	story_destroy(story);
	opens(10, 2);
	happens(0, STREAM_ALLOC, 1, 0, NULL);
	story_close(story);
	cr_expect_not(story->found);
	cr_expect_eq(story->cast_count, 1);
	story_destroy(story);
}

Test(story, a_ring_that_is_too_small_loses_the_begin_and_nothing_else)
{

	opens(6, 2);
	stale_story();
	story_close(story);
	cr_expect_eq(story->count, 6);
	cr_expect(story->found);
	cr_expect_eq(kind_at(MARK_FINDING), STREAM_FINDING);
	cr_expect_eq(kind_at(MARK_REUSE), STREAM_ALLOC);
	cr_expect_null(story_at(story, MARK_ENTER));
	free(explained("use_after_free"));
	story_destroy(story);
}

Test(tale, what_matters_is_told_however_much_else_there_is)
{
	struct tale tale;
	size_t i, causes;

	opens(100000, 8);
	enters(1, 1, true);
	happens(1, STREAM_HOLD, 7, 0, NULL);
	happens(0, STREAM_RETIRE, 7, 0, NULL);
	happens(0, STREAM_ITEM_STAMPED, 7, 5, NULL);
	for (i = 0; i < 5000; i++) {
		scans(0, 5, 3);
		happens(0, STREAM_TICK, i, 0, NULL);
	}
	scans(0, 5, 5);
	happens(0, STREAM_ITEM_KNOWN, 7, 0, NULL);
	happens(0, STREAM_ALLOC, 7, 0, NULL);
	happens(1, STREAM_FINDING, 7, 0, "use_after_free");
	story_close(story);
	tale_make(&tale, story, 40);
	cr_expect_leq(tale.count, 40);
	cr_expect_gt(tale.left_out, 5000);
	causes = 0;
	for (i = 0; i < tale.count; i++)
		causes += tale.moments[i].weight == WEIGHT_CAUSE;
	cr_expect_geq(causes, 9);
	for (i = 1; i < tale.count; i++)
		cr_expect_geq(tale.moments[i].at_ps, tale.moments[i - 1].at_ps);
	tale_fini(&tale);
	story_destroy(story);
}

/* How many texts of a picture of `choices` interventions begin so. */
static size_t
texts_of(size_t choices, const char *begin)
{
	struct show_words words = { "hand-made", "use_after_free",
		"it was reused", false };
	struct picture picture;
	size_t count, i;

	opens(1000, 2);
	for (i = 1; i < choices; i++)
		happens(1, STREAM_CHOICE, CHOICE_DELAY,
		    UINT64_C(3200000) << 2 | DELAY_SMI, NULL);
	stale_story();
	story_close(story);
	cr_expect_eq(story->choices, choices);
	memset(&picture, 0, sizeof(picture));
	timeline_draw(&picture, story, &words);
	count = 0;
	for (i = 0; i < picture.count; i++)
		count += picture.shapes[i].kind == SHAPE_TEXT &&
		    strncmp(picture.shapes[i].text, begin, strlen(begin)) == 0;
	picture_fini(&picture);
	story_destroy(story);
	return (count);
}

Test(timeline, interventions_that_are_not_told_are_counted)
{

	cr_expect_eq(texts_of(3, "Intervention: "), 3);
	cr_expect_eq(texts_of(3, "and "), 0);
	cr_expect_eq(texts_of(5, "Intervention: "), 3);
	cr_expect_eq(texts_of(5, "and 2 more, which --explain has"), 1);
}

Test(story, times_are_in_words)
{
	char text[STORY_TIME_SIZE];

	cr_expect_str_eq(story_time(56213999, text), "56.213");
	cr_expect_str_eq(story_span(3200000, text), "3.2 us");
	cr_expect_str_eq(story_span(10000, text), "10 ns");
	cr_expect_str_eq(story_span(UINT64_C(2000000000000), text), "2 s");
}
