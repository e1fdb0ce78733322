/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/explain.h"

#include <string.h>

#include "tools/show/story.h"
#include "tools/show/tale.h"

enum {
	LINES = 48,		/* moments that are told */
	TIME_WIDTH = 12,
	COLUMN_MOST = 42,
};

/* The length of what fits into `room` of the text, broken at a blank. */
static size_t
fitting(const char *text, size_t room)
{
	size_t length, i;

	length = strlen(text);
	if (length <= room)
		return (length);
	for (i = room; i > 0; i--)
		if (text[i] == ' ')
			return (i);
	return (room);
}

/* A sentence, broken where the line ends. */
static void
paragraph(FILE *out, const char *first, const char *next, const char *text)
{
	size_t length;

	while (*text != '\0') {
		length = fitting(text, EXPLAIN_WIDTH - strlen(first));
		fprintf(out, "%s%.*s\n", first, (int)length, text);
		text += length;
		text += strspn(text, " ");
		first = next;
	}
}

static size_t
column_width(const struct story *story)
{
	size_t width;

	width = (EXPLAIN_WIDTH - TIME_WIDTH) / (story->cast_count == 0 ? 1 :
	    story->cast_count) - 2;
	return (width > COLUMN_MOST ? COLUMN_MOST : width);
}

/* `width` places for each column before this one. */
static void
indent(FILE *out, size_t column, size_t width)
{

	for (; column > 0; column--)
		fprintf(out, "%-*s", (int)width + 2, "|");
}

static void
tell_moment(FILE *out, const struct story *story, const struct moment *moment,
    size_t width)
{
	char time[STORY_TIME_SIZE];
	const char *text, *lead;
	size_t column, length, rest;

	column = story_cast(story, moment->cpu);
	story_time(moment->at_ps, time);
	lead = time;
	for (text = moment->text; *text != '\0'; lead = "") {
		length = fitting(text, width);
		fprintf(out, "%*s  ", TIME_WIDTH - 2, lead);
		indent(out, column, width);
		fprintf(out, "%.*s", (int)length, text);
		text += length;
		text += strspn(text, " ");
		rest = story->cast_count - column - 1;
		if (rest > 0)
			fprintf(out, "%*s|", (int)(width - length) + 2, "");
		for (; rest > 1; rest--)
			fprintf(out, "%*s|", (int)width + 1, "");
		fputc('\n', out);
	}
}

/* What each CPU of the cast is in this story. */
static const char *
role(const struct story *story, uint32_t cpu)
{
	const struct story_event *event;

	event = story_at(story, MARK_ENTER);
	if (event != NULL && event->cpu == cpu)
		return (", the reader");
	event = story_at(story, MARK_RETIRE);
	if (event != NULL && event->cpu == cpu)
		return (", frees");
	event = story_at(story, MARK_REUSE);
	if (event != NULL && event->cpu == cpu)
		return (", reuses");
	return ("");
}

static void
tell_head(FILE *out, const struct story *story, size_t width, bool stepped)
{
	char head[64];
	size_t i;

	fprintf(out, "%*s  ", TIME_WIDTH - 2, stepped ? "counted us" : "us");
	for (i = 0; i < story->cast_count; i++) {
		snprintf(head, sizeof(head), "CPU %u%s", story->cast[i],
		    role(story, story->cast[i]));
		if (i + 1 < story->cast_count)
			fprintf(out, "%-*.*s", (int)width + 2, (int)width,
			    head);
		else
			fprintf(out, "%.*s", (int)width, head);
	}
	fputc('\n', out);
}

static void
tell_choices(FILE *out, const struct story *story)
{
	char sentence[TALE_SENTENCE_SIZE];
	size_t i, told;

	if (story->choices == 0) {
		fputs("Nobody intervenes: the machine and its faults do this "
		    "by themselves.\n", out);
		return;
	}
	fprintf(out, "Interventions (%zu up to here):\n", story->choices);
	told = 0;
	for (i = 0; i <= story->last; i++) {
		if (story->events[i].kind != STREAM_CHOICE ||
		    (story->choices > STORY_CHOICES_MAX && i < story->first))
			continue;
		if (told++ == STORY_CHOICES_MAX) {
			fputs("  ... and more\n", out);
			break;
		}
		tale_choice(story, i, sentence);
		paragraph(out, "  - ", "    ", sentence);
	}
	if (told == 0)
		fputs("  none between the free and the finding\n", out);
}

static void
tell_end(FILE *out, const struct story *story, const struct show_words *words)
{
	char sentence[TALE_SENTENCE_SIZE];

	if (words->check == NULL) {
		fputs("No check found anything: this is how the run ends.\n",
		    out);
		return;
	}
	fprintf(out, "Found: %s\n", words->check);
	paragraph(out, "  ", "  ", words->finding);
	tale_cause(story, sentence);
	if (sentence[0] != '\0')
		paragraph(out, "", "", sentence);
}

void
explain_write(FILE *out, const struct story *story,
    const struct show_words *words)
{
	struct tale tale;
	size_t width, i;

	tale_make(&tale, story, LINES);
	width = column_width(story);
	fprintf(out, "\nHow it came about (%s)\n\n", words->scenario);
	tell_choices(out, story);
	fputc('\n', out);
	tell_head(out, story, width, words->stepped);
	for (i = 0; i < tale.count; i++)
		tell_moment(out, story, &tale.moments[i], width);
	fputc('\n', out);
	if (tale.left_out > 0)
		fprintf(out, "(%zu events of less weight are left out.)\n",
		    tale.left_out);
	if (story->others > 0)
		fprintf(out, "(Further CPUs take part that have no column.)\n");
	tell_end(out, story, words);
	tale_fini(&tale);
}
