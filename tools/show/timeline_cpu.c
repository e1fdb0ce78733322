/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/show/timeline_lane.h"

/* What is open on the CPU as its events go by: the index of the begin. */
struct lane {
	struct sheet *sheet;
	uint32_t cpu;
	double top;		/* of the band */
	size_t enter;
	size_t stall;
	size_t advance;
	size_t poll;
	size_t scan;
};

void
lane_name(struct sheet *sheet, const char *name, const char *about, double y)
{

	picture_text(sheet->picture, 12, y + 13, FONT_PLAIN, COLOUR_INK,
	    name)->bold = 1;
	if (about[0] != '\0')
		picture_text(sheet->picture, 12, y + 26, FONT_SMALL,
		    COLOUR_FAINT, about);
}

void
lane_cuts(struct sheet *sheet, double top, double bottom)
{
	const struct axis_point *point;
	double x;
	size_t i;

	for (i = 1; i < sheet->axis.count; i++) {
		point = &sheet->axis.points[i];
		if (!point->cut)
			continue;
		x = (point->x + point[-1].x) / 2;
		picture_box(sheet->picture, x - 3, top, x + 3, bottom,
		    0xffffff, PICTURE_CLEAR);
		picture_line(sheet->picture, x - 3, top, x - 3, bottom,
		    COLOUR_FAINT, 0.8)->dashed = 1;
		picture_line(sheet->picture, x + 3, top, x + 3, bottom,
		    COLOUR_FAINT, 0.8)->dashed = 1;
	}
}

/* --- labels ------------------------------------------------------------------- */

/*
 * Rows of labels, filled from the right: a label goes above all to its right
 * that begin below it, so the lines that lead down from where they begin cross
 * none of them.  What only fills in has no label: it is drawn.
 */
static size_t
place_labels(const struct sheet *sheet, uint32_t cpu, size_t *rows)
{
	const struct moment *moment;
	double x, right;
	size_t count, i, k, row;

	count = 0;
	for (i = sheet->tale->count; i > 0; i--) {
		moment = &sheet->tale->moments[i - 1];
		rows[i - 1] = STORY_NONE;
		if (moment->cpu != cpu || moment->label[0] == '\0' ||
		    moment->weight >= WEIGHT_REST ||
		    moment->event == sheet->story->marks[MARK_FINDING])
			continue;
		x = axis_x(&sheet->axis, moment->at_ps);
		right = x + picture_text_width(moment->label, FONT_SMALL) + 8;
		row = 0;
		for (k = i; k < sheet->tale->count; k++)
			if (rows[k] != STORY_NONE && rows[k] >= row &&
			    axis_x(&sheet->axis,
			    sheet->tale->moments[k].at_ps) < right)
				row = rows[k] + 1;
		if (row == count)
			count++;
		rows[i - 1] = row;
	}
	return (count);
}

static void
draw_labels(struct sheet *sheet, const size_t *rows, double bottom)
{
	const struct moment *moment;
	double x, y;
	size_t i;

	for (i = 0; i < sheet->tale->count; i++) {
		if (rows[i] == STORY_NONE)
			continue;
		moment = &sheet->tale->moments[i];
		x = axis_x(&sheet->axis, moment->at_ps);
		y = bottom - 4 - (double)rows[i] * ROW_HEIGHT;
		picture_line(sheet->picture, x, y - 8, x, bottom, COLOUR_FAINT,
		    0.6);
		picture_text(sheet->picture, x + 3, y, FONT_SMALL,
		    moment->weight == WEIGHT_HELP ? COLOUR_STOP : COLOUR_INK,
		    moment->label)->bold = moment->weight == WEIGHT_CAUSE;
	}
}

/* --- the band ------------------------------------------------------------------- */

static double
x_of(const struct lane *lane, size_t i)
{

	return (axis_x(&lane->sheet->axis,
	    lane->sheet->story->events[i].at_ps));
}

/* A box from one event to another; none where there is nothing to see. */
static struct shape *
box(const struct lane *lane, size_t from, size_t to, double down, double high,
    uint32_t fill, uint32_t stroke)
{
	double left, right;

	left = x_of(lane, from);
	right = x_of(lane, to);
	if (to <= lane->sheet->story->first || right < left + 0.5)
		return (NULL);
	return (picture_box(lane->sheet->picture, left, lane->top + down,
	    right, lane->top + down + high, fill, stroke));
}

static void
name_box(struct shape *shape, const char *format, uint64_t value)
{

	if (shape != NULL)
		snprintf(shape->text, sizeof(shape->text), "%s %llu", format,
		    (unsigned long long)value);
}

/* From enter to exit, or to the end of the picture. */
static void
draw_section(struct lane *lane, size_t to)
{
	const struct story *story = lane->sheet->story;
	const struct story_event *event;
	size_t done, i;
	uint64_t seq;
	char text[40];
	double left, right;
	bool holder;

	if (lane->enter == STORY_NONE)
		return;
	done = to;
	seq = 0;
	for (i = lane->enter; i < to; i++) {
		event = &story->events[i];
		if (event->cpu != lane->cpu)
			continue;
		if (event->kind == STREAM_ENTER_DONE)
			seq = event->a;
		if (event->kind == STREAM_ENTER_DONE ||
		    event->kind == STREAM_SECTION_OPEN) {
			done = i;
			break;
		}
	}
	holder = lane->enter == story->marks[MARK_ENTER];
	(void)box(lane, lane->enter, done, 0, BAND_HEIGHT, COLOUR_ENTERING,
	    COLOUR_FAINT);
	name_box(box(lane, done, to, 0, BAND_HEIGHT, holder ? COLOUR_HOLDER :
	    COLOUR_SECTION, COLOUR_FAINT), "section with sequence", seq);
	lane->enter = STORY_NONE;
	if (seq == 0 || to <= story->first)
		return;
	left = x_of(lane, done);
	right = x_of(lane, to);
	snprintf(text, sizeof(text), "in section, c = %llu",
	    (unsigned long long)seq);
	if (picture_text_width(text, FONT_SMALL) + 8 > right - left)
		snprintf(text, sizeof(text), "c = %llu",
		    (unsigned long long)seq);
	if (picture_text_width(text, FONT_SMALL) + 8 > right - left)
		return;
	picture_text(lane->sheet->picture, left + 4, lane->top + 14,
	    FONT_SMALL, COLOUR_INK, text);
}

static void
draw_stop(struct lane *lane, double left, double right, uint32_t colour)
{

	if (right <= left + 0.5)
		return;
	picture_box(lane->sheet->picture, left, lane->top - 2, right,
	    lane->top + BAND_HEIGHT + 2, PICTURE_CLEAR, colour);
	picture_hatch(lane->sheet->picture, left, lane->top - 2, right,
	    lane->top + BAND_HEIGHT + 2, colour);
}

static void
draw_buffer(struct lane *lane, size_t push)
{
	const struct story *story = lane->sheet->story;
	struct shape *shape;
	size_t drain;
	bool matters;

	drain = story->events[push].mate == STORY_NONE ? story->last :
	    story->events[push].mate;
	matters = push == story->marks[MARK_PUSH];
	shape = box(lane, push, drain, BAND_HEIGHT + 3, BUFFER_HEIGHT - 2,
	    matters ? COLOUR_BUFFER : COLOUR_BUFFER_FAINT, COLOUR_BUFFER);
	name_box(shape, "in the store buffer: the store at offset",
	    story->events[push].a);
}

static void
draw_tick(struct lane *lane, size_t i)
{

	if (i >= lane->sheet->story->first)
		picture_line(lane->sheet->picture, x_of(lane, i),
		    lane->top - 3, x_of(lane, i), lane->top + BAND_HEIGHT + 3,
		    COLOUR_TICK, 2);
}

static void
draw_event(struct lane *lane, size_t i)
{
	const struct story_event *event;

	event = &lane->sheet->story->events[i];
	switch (event->kind) {
	case STREAM_SECTION_ENTER:
		lane->enter = i;
		break;
	case STREAM_SECTION_CLOSE:
		draw_section(lane, i);
		break;
	case STREAM_STORE_PUSH:
		draw_buffer(lane, i);
		break;
	case STREAM_ADVANCE_BEGIN:
		lane->advance = i;
		break;
	case STREAM_ADVANCE_END:
		if (lane->advance != STORY_NONE)
			name_box(box(lane, lane->advance, i, 4,
			    BAND_HEIGHT - 8, COLOUR_ADVANCE, PICTURE_CLEAR),
			    "advance, goal", event->a);
		lane->advance = STORY_NONE;
		break;
	case STREAM_POLL_BEGIN:
		lane->poll = i;
		break;
	case STREAM_POLL_SCAN:
		lane->scan = i;
		break;
	case STREAM_POLL_END:
		if (lane->poll != STORY_NONE)
			name_box(box(lane, lane->poll, i, 4, BAND_HEIGHT - 8,
			    COLOUR_POLL, PICTURE_CLEAR), "poll, goal",
			    event->a);
		lane->poll = STORY_NONE;
		break;
	default:
		break;
	}
}

/* What lies over the sections: scans within polls, ticks, stops. */
static void
draw_over(struct lane *lane, size_t i)
{
	const struct story_event *event;
	double left;

	event = &lane->sheet->story->events[i];
	switch (event->kind) {
	case STREAM_POLL_SCAN:
		lane->scan = i;
		break;
	case STREAM_POLL_SCANNED:
		if (lane->scan != STORY_NONE)
			name_box(box(lane, lane->scan, i, 7, BAND_HEIGHT - 14,
			    COLOUR_SCAN, PICTURE_CLEAR), "scan, rd", event->a);
		lane->scan = STORY_NONE;
		break;
	case STREAM_TICK:
		draw_tick(lane, i);
		break;
	case STREAM_STALL_BEGIN:
		lane->stall = i;
		break;
	case STREAM_STALL_END:
		if (lane->stall != STORY_NONE &&
		    i > lane->sheet->story->first)
			draw_stop(lane, x_of(lane, lane->stall),
			    x_of(lane, i), COLOUR_STOP);
		lane->stall = STORY_NONE;
		break;
	case STREAM_PREEMPT:
		left = x_of(lane, i);
		if (event->at_ps + event->b >
		    lane->sheet->axis.points[0].at_ps)
			draw_stop(lane, left, axis_x(&lane->sheet->axis,
			    event->at_ps + event->b), COLOUR_TAKEN_OFF);
		break;
	default:
		break;
	}
}

static const char *
about(const struct story *story, uint32_t cpu)
{
	static const struct {
		enum story_mark mark;
		const char *words;
	} roles[] = {
		{ MARK_ENTER, "reader" },
		{ MARK_RETIRE, "frees item A" },
		{ MARK_REUSE, "reuses item A" },
		{ MARK_POLL, "polls" },
		{ MARK_SCANNED, "scans" },
		{ MARK_ADVANCE, "advances" },
	};
	const struct story_event *event;
	size_t i;

	for (i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		event = story_at(story, roles[i].mark);
		if (event != NULL && event->cpu == cpu)
			return (roles[i].words);
	}
	return ("");
}

void
lane_cpu(struct sheet *sheet, uint32_t cpu)
{
	const struct story *story = sheet->story;
	struct lane lane = { .sheet = sheet, .cpu = cpu };
	char name[32];
	size_t *rows;
	size_t i;

	rows = must_alloc(sheet->tale->count, sizeof(*rows));
	sheet->y += (double)(place_labels(sheet, cpu, rows) * ROW_HEIGHT);
	lane.top = sheet->y;
	lane.enter = lane.stall = lane.advance = lane.poll = lane.scan =
	    STORY_NONE;
	snprintf(name, sizeof(name), "CPU %u", cpu);
	lane_name(sheet, name, about(story, cpu), lane.top);
	picture_line(sheet->picture, SHEET_LEFT, lane.top + BAND_HEIGHT / 2.0,
	    axis_right(&sheet->axis), lane.top + BAND_HEIGHT / 2.0,
	    COLOUR_RULE, 1);
	for (i = 0; i <= story->last; i++)
		if (story->events[i].cpu == cpu)
			draw_event(&lane, i);
	draw_section(&lane, story->last);
	lane.scan = STORY_NONE;
	for (i = 0; i <= story->last; i++)
		if (story->events[i].cpu == cpu)
			draw_over(&lane, i);
	if (lane.stall != STORY_NONE)
		draw_stop(&lane, x_of(&lane, lane.stall),
		    axis_right(&sheet->axis), COLOUR_STOP);
	lane_cuts(sheet, lane.top - 3, lane.top + BAND_HEIGHT + BUFFER_HEIGHT +
	    3);
	draw_labels(sheet, rows, lane.top);
	free(rows);
	sheet->y += BAND_HEIGHT + BUFFER_HEIGHT + LANE_GAP;
}
