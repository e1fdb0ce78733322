/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/timeline.h"

#include <stdio.h>
#include <string.h>

#include "tools/show/explain.h"
#include "tools/show/timeline_lane.h"
#include "tools/source/source.h"

enum {
	MOMENTS = 56,		/* that get a place on the axis */
	TITLE_CHARACTERS = 190,	/* of a line at the top */
	TITLE_LINES = 4,
};

/* --- the top -------------------------------------------------------------------- */

static void
draw_lines(struct sheet *sheet, const char *text, uint32_t colour)
{
	char line[TITLE_CHARACTERS + 1];
	size_t length;
	int lines;

	for (lines = 0; *text != '\0' && lines < TITLE_LINES; lines++) {
		length = strlen(text);
		if (length > TITLE_CHARACTERS) {
			for (length = TITLE_CHARACTERS; length > 0; length--)
				if (text[length] == ' ')
					break;
			if (length == 0)
				length = TITLE_CHARACTERS;
		}
		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		picture_text(sheet->picture, 12, sheet->y, FONT_PLAIN, colour,
		    line);
		sheet->y += 16;
		text += length;
		text += strspn(text, " ");
	}
}

static void
draw_top(struct sheet *sheet, const struct show_words *words)
{
	const struct story *story = sheet->story;
	char sentence[TALE_SENTENCE_SIZE + 40];
	char cause[TALE_SENTENCE_SIZE];
	size_t i, told;

	sheet->y = 26;
	snprintf(sentence, sizeof(sentence), "%s%s%s", words->check == NULL ?
	    "no finding: the end of the run" : words->check, ", scenario ",
	    words->scenario);
	snprintf(sheet->picture->title, sizeof(sheet->picture->title), "%.*s",
	    PICTURE_TEXT_SIZE - 1, sentence);
	picture_text(sheet->picture, 12, sheet->y, FONT_TITLE,
	    words->check == NULL ? COLOUR_INK : COLOUR_FATAL,
	    sheet->picture->title)->bold = 1;
	sheet->y += 20;
	tale_cause(story, cause);
	draw_lines(sheet, cause, COLOUR_INK);
	told = 0;
	for (i = 0; i <= story->last && told < 3; i++) {
		if (story->events[i].kind != STREAM_CHOICE ||
		    story->choices > STORY_CHOICES_MAX)
			continue;
		tale_choice(story, i, cause);
		snprintf(sentence, sizeof(sentence), "Intervention: %s",
		    cause);
		draw_lines(sheet, sentence, COLOUR_STOP);
		told++;
	}
	if (told > 0 && told < story->choices) {
		snprintf(sentence, sizeof(sentence), "and %zu more, which "
		    "--explain has", story->choices - told);
		draw_lines(sheet, sentence, COLOUR_STOP);
	}
	sheet->y += 30;		/* the finding's own words go here */
}

/* --- across the lanes ------------------------------------------------------------- */

static void
draw_finding(struct sheet *sheet, double top)
{
	const struct story *story = sheet->story;
	const struct story_event *event;
	struct shape *text;
	char words[SOURCE_TEXT_SIZE + 60], where[SOURCE_TEXT_SIZE];
	double x;

	if (!story->found)
		return;
	event = &story->events[story->last];
	x = axis_x(&sheet->axis, event->at_ps);
	picture_line(sheet->picture, x, top - 10, x, sheet->y - 4,
	    COLOUR_FATAL, 1.6);
	snprintf(words, sizeof(words), "%sCPU %u, %s", story->fatal ?
	    "fatal access: " : "found: ", event->cpu,
	    source_text(event->place, where));
	words[PICTURE_TEXT_SIZE - 1] = '\0';
	text = picture_text(sheet->picture, x + 6, top - 16, FONT_PLAIN,
	    COLOUR_FATAL, words);
	text->bold = 1;
	if (x + 6 + picture_text_width(words, FONT_PLAIN) >
	    sheet->picture->width - 10) {
		text->anchor = ANCHOR_RIGHT;
		text->x = sheet->picture->width - 10;
		if (text->x < picture_text_width(words, FONT_PLAIN))
			text->x = picture_text_width(words, FONT_PLAIN) + 10;
	}
}

/* How much is not to scale. */
static void
draw_cuts(struct sheet *sheet)
{
	const struct axis_point *point;
	struct shape *text;
	char span[STORY_TIME_SIZE];
	double x;
	size_t i;

	for (i = 1; i < sheet->axis.count; i++) {
		point = &sheet->axis.points[i];
		if (!point->cut)
			continue;
		x = (point->x + point[-1].x) / 2;
		text = picture_text(sheet->picture, x, sheet->y + 28,
		    FONT_SMALL, COLOUR_FAINT, story_span(point->at_ps -
		    point[-1].at_ps, span));
		text->anchor = ANCHOR_MIDDLE;
	}
}

static void
draw_axis(struct sheet *sheet, bool stepped)
{
	const struct axis_point *point;
	char time[STORY_TIME_SIZE];
	struct shape *text;
	double free_from, wide;
	size_t i;

	lane_name(sheet, stepped ? "us, counted" : "us", "", sheet->y);
	picture_text(sheet->picture, 12, sheet->y + 28, FONT_SMALL,
	    COLOUR_FAINT, "cut out:");
	draw_cuts(sheet);
	picture_line(sheet->picture, SHEET_LEFT, sheet->y,
	    axis_right(&sheet->axis), sheet->y, COLOUR_INK, 1);
	lane_cuts(sheet, sheet->y - 4, sheet->y + 4);
	free_from = 0;
	for (i = 0; i < sheet->axis.count; i++) {
		point = &sheet->axis.points[i];
		picture_line(sheet->picture, point->x, sheet->y, point->x,
		    sheet->y + 3, COLOUR_INK, 1);
		wide = picture_text_width(story_time(point->at_ps, time),
		    FONT_SMALL);
		if (point->x - wide / 2 < free_from)
			continue;
		text = picture_text(sheet->picture, point->x, sheet->y + 14,
		    FONT_SMALL, COLOUR_INK, time);
		text->anchor = ANCHOR_MIDDLE;
		free_from = point->x + wide / 2 + 8;
	}
	sheet->y += 38;
}

/* --- the legend ------------------------------------------------------------------- */

static void
draw_legend(struct sheet *sheet)
{
	static const struct {
		uint32_t fill;
		uint32_t hatch;
		const char *words;
	} rows[] = {
		{ COLOUR_ENTERING, PICTURE_CLEAR, "entering" },
		{ COLOUR_HOLDER, PICTURE_CLEAR, "section that holds A" },
		{ COLOUR_SECTION, PICTURE_CLEAR, "other section" },
		{ PICTURE_CLEAR, COLOUR_STOP, "stopped (SMI, hypervisor)" },
		{ PICTURE_CLEAR, COLOUR_TAKEN_OFF, "thread taken off" },
		{ COLOUR_BUFFER, PICTURE_CLEAR, "c in the store buffer" },
		{ COLOUR_BUFFER_FAINT, PICTURE_CLEAR, "other buffered store" },
		{ COLOUR_ADVANCE, PICTURE_CLEAR, "advance" },
		{ COLOUR_POLL, PICTURE_CLEAR, "poll (darker: scan)" },
		{ COLOUR_TICK, PICTURE_CLEAR, "clock tick" },
		{ COLOUR_PASSED, PICTURE_CLEAR, "rd has passed A's goal" },
		{ COLOUR_FATAL, PICTURE_CLEAR, "held too long" },
	};
	double x, wide;
	size_t i;

	x = 12;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wide = 24 + picture_text_width(rows[i].words, FONT_SMALL) + 18;
		if (x + wide > sheet->picture->width) {
			x = 12;
			sheet->y += 17;
		}
		picture_box(sheet->picture, x, sheet->y, x + 18,
		    sheet->y + 10, rows[i].fill, COLOUR_FAINT);
		if (rows[i].hatch != PICTURE_CLEAR)
			picture_hatch(sheet->picture, x, sheet->y, x + 18,
			    sheet->y + 10, rows[i].hatch);
		picture_text(sheet->picture, x + 24, sheet->y + 9, FONT_SMALL,
		    COLOUR_INK, rows[i].words);
		x += wide;
	}
	sheet->y += 24;
}

/* --- the picture ------------------------------------------------------------------ */

static void
lay_axis(struct sheet *sheet)
{
	const struct story *story = sheet->story;
	const struct story_event *event;
	uint64_t first_ps, last_ps, begin_ps;
	size_t i;

	last_ps = story->events[story->last].at_ps;
	first_ps = last_ps;
	for (i = 0; i < sheet->tale->count; i++) {
		axis_add(&sheet->axis, sheet->tale->moments[i].at_ps);
		if (sheet->tale->moments[i].at_ps < first_ps)
			first_ps = sheet->tale->moments[i].at_ps;
	}
	for (i = 0; i < MARK_COUNT; i++) {
		event = story_at(story, (enum story_mark)i);
		if (event == NULL || i == MARK_ADVANCE ||
		    event->at_ps > last_ps)
			continue;
		axis_add(&sheet->axis, event->at_ps);
		if (event->at_ps < first_ps)
			first_ps = event->at_ps;
	}
	axis_add(&sheet->axis, last_ps);
	/* A little of what was before, so that nothing begins at the edge. */
	begin_ps = (last_ps - first_ps) / 40 + 20000;
	axis_add(&sheet->axis, first_ps > begin_ps ? first_ps - begin_ps : 0);
	axis_lay(&sheet->axis, SHEET_LEFT, SHEET_WIDTH);
}

void
timeline_draw(struct picture *picture, const struct story *story,
    const struct show_words *words)
{
	struct sheet sheet = { .picture = picture, .story = story };
	struct tale tale;
	double top;
	size_t i;

	tale_make(&tale, story, MOMENTS);
	sheet.tale = &tale;
	picture->width = SHEET_LEFT + SHEET_WIDTH + SHEET_RIGHT;
	if (story->count > 0) {
		lay_axis(&sheet);
		if (axis_right(&sheet.axis) + SHEET_RIGHT > picture->width)
			picture->width = (double)(long)(SHEET_RIGHT +
			    axis_right(&sheet.axis));
	}
	draw_top(&sheet, words);
	top = sheet.y;
	for (i = 0; i < story->cast_count; i++)
		lane_cpu(&sheet, story->cast[i]);
	if (story->count > 0) {
		lane_numbers(&sheet);
		lane_item(&sheet);
		draw_axis(&sheet, words->stepped);
		sheet.y -= 38;
		draw_finding(&sheet, top);
		sheet.y += 38;
	}
	draw_legend(&sheet);
	if (tale.left_out > 0 || story->others > 0) {
		picture_text(picture, 12, sheet.y + 2, FONT_SMALL,
		    COLOUR_FAINT, story->others > 0 ?
		    "Not all CPUs that take part and not all events have "
		    "room here." : "Events of less weight have no label here.");
		sheet.y += 16;
	}
	picture->height = (double)(long)(sheet.y + 8);
	picture_texts_last(picture);
	axis_fini(&sheet.axis);
	tale_fini(&tale);
}
