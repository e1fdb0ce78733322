/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>

#include "tools/show/timeline_lane.h"

/* --- the sequence numbers ------------------------------------------------------- */

static void
draw_value(struct sheet *sheet, uint64_t from_ps, uint64_t to_ps,
    uint64_t value, bool passed)
{
	double left, right;
	char text[24];

	left = axis_x(&sheet->axis, from_ps);
	right = axis_x(&sheet->axis, to_ps);
	if (right < left + 0.5)
		return;
	picture_box(sheet->picture, left, sheet->y, right, sheet->y + 15,
	    passed ? COLOUR_PASSED : COLOUR_NUMBER, COLOUR_FAINT);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	if (picture_text_width(text, FONT_SMALL) + 4 <= right - left)
		picture_text(sheet->picture, (left + right) / 2,
		    sheet->y + 11, FONT_SMALL, COLOUR_INK, text)->anchor =
		    ANCHOR_MIDDLE;
}

/* Like a bus in a logic analyser: a box for as long as the value stays. */
static void
draw_values(struct sheet *sheet, bool judge)
{
	const struct story *story = sheet->story;
	const struct story_event *event;
	uint64_t value, since_ps, begin_ps;
	bool known, passed;
	size_t i;

	begin_ps = sheet->axis.points[0].at_ps;
	known = false;
	value = since_ps = 0;
	for (i = 0; i <= story->last; i++) {
		event = &story->events[i];
		/* What rd is, wr has been before. */
		if ((event->kind != STREAM_ENTER_SAMPLED || judge) &&
		    event->kind != STREAM_POLL_SCANNED)
			continue;
		if (known && (event->a == value || (!judge &&
		    (int32_t)((uint32_t)event->a - (uint32_t)value) < 0)))
			continue;
		passed = judge && story->has_goal && known &&
		    (int32_t)((uint32_t)value - (uint32_t)story->goal) >= 0;
		if (known && event->at_ps > begin_ps)
			draw_value(sheet, since_ps, event->at_ps, value,
			    passed);
		value = event->a;
		since_ps = event->at_ps;
		known = true;
	}
	passed = judge && story->has_goal && known &&
	    (int32_t)((uint32_t)value - (uint32_t)story->goal) >= 0;
	if (known)
		draw_value(sheet, since_ps, story->events[story->last].at_ps,
		    value, passed);
}

static bool
any(const struct story *story, enum stream_kind kind)
{
	size_t i;

	for (i = 0; i <= story->last; i++)
		if (story->events[i].kind == kind)
			return (true);
	return (false);
}

void
lane_numbers(struct sheet *sheet)
{
	double top;

	top = sheet->y;
	if (any(sheet->story, STREAM_ENTER_SAMPLED)) {
		lane_name(sheet, "wr", "", sheet->y);
		picture_text(sheet->picture, 34, sheet->y + 12, FONT_SMALL,
		    COLOUR_FAINT, "as far as seen");
		draw_values(sheet, false);
		sheet->y += 20;
	}
	if (any(sheet->story, STREAM_POLL_SCANNED)) {
		lane_name(sheet, "rd", "", sheet->y);
		picture_text(sheet->picture, 34, sheet->y + 12, FONT_SMALL,
		    COLOUR_FAINT, "as scans left it");
		draw_values(sheet, true);
		sheet->y += 20;
	}
	lane_cuts(sheet, top - 2, sheet->y - 3);
	sheet->y += LANE_GAP - 6;
}

/* --- the item --------------------------------------------------------------------- */

static uint64_t
when(const struct sheet *sheet, enum story_mark mark, uint64_t otherwise_ps)
{
	const struct story_event *event;

	event = story_at(sheet->story, mark);
	return (event == NULL ? otherwise_ps : event->at_ps);
}

static void
draw_state(struct sheet *sheet, uint64_t from_ps, uint64_t to_ps,
    uint32_t colour, const char *text, const char *brief)
{
	double left, right;

	left = axis_x(&sheet->axis, from_ps);
	right = axis_x(&sheet->axis, to_ps);
	if (right < left + 0.5)
		return;
	snprintf(picture_box(sheet->picture, left, sheet->y, right,
	    sheet->y + BAND_HEIGHT, colour, COLOUR_FAINT)->text,
	    PICTURE_TEXT_SIZE, "item A: %s", text);
	if (picture_text_width(text, FONT_SMALL) + 6 > right - left)
		text = brief;
	if (picture_text_width(text, FONT_SMALL) + 6 <= right - left)
		picture_text(sheet->picture, (left + right) / 2,
		    sheet->y + 14, FONT_SMALL, COLOUR_INK, text)->anchor =
		    ANCHOR_MIDDLE;
}

/* In the hands of the reader, over what has become of the item. */
static void
draw_hold(struct sheet *sheet, uint64_t end_ps)
{
	const struct story_event *hold;
	double left, right, bad;
	char text[64];

	hold = story_at(sheet->story, MARK_HOLD);
	if (hold == NULL)
		return;
	left = axis_x(&sheet->axis, hold->at_ps);
	right = axis_x(&sheet->axis, end_ps);
	bad = axis_x(&sheet->axis, when(sheet, MARK_REUSE,
	    when(sheet, MARK_KNOWN, when(sheet, MARK_POLL, end_ps))));
	if (bad < left)
		bad = left;
	picture_box(sheet->picture, left, sheet->y, bad, sheet->y + 14,
	    COLOUR_HOLDER, PICTURE_CLEAR);
	picture_box(sheet->picture, bad, sheet->y, right, sheet->y + 14,
	    COLOUR_FATAL, PICTURE_CLEAR);
	snprintf(text, sizeof(text), "CPU %u holds a pointer to A", hold->cpu);
	if (picture_text_width(text, FONT_SMALL) + 6 > right - left)
		snprintf(text, sizeof(text), "held");
	if (picture_text_width(text, FONT_SMALL) + 6 <= bad - left)
		picture_text(sheet->picture, left + 4, sheet->y + 10.5,
		    FONT_SMALL, COLOUR_INK, text);
	else if (picture_text_width(text, FONT_SMALL) + 6 <= right - left) {
		picture_text(sheet->picture, right + 5, sheet->y + 10.5,
		    FONT_SMALL, COLOUR_INK, text);
	}
	lane_name(sheet, "holder", "", sheet->y - 2);
	sheet->y += 14;
}

void
lane_item(struct sheet *sheet)
{
	const struct story *story = sheet->story;
	uint64_t begin_ps, end_ps, retire, stamped, known, reuse;
	char text[64], brief[32];

	if (story->item == 0)
		return;
	begin_ps = sheet->axis.points[0].at_ps;
	end_ps = story->events[story->last].at_ps;
	reuse = when(sheet, MARK_REUSE, end_ps);
	known = when(sheet, MARK_KNOWN, reuse);
	stamped = when(sheet, MARK_STAMPED, known);
	retire = when(sheet, MARK_RETIRE, stamped);
	/* Told by several CPUs, whose clocks are a little apart. */
	known = known > reuse ? reuse : known;
	stamped = stamped > known ? known : stamped;
	retire = retire > stamped ? stamped : retire;
	lane_name(sheet, "item A", "", sheet->y);
	draw_state(sheet, begin_ps, retire, COLOUR_LIVE, "in use", "in use");
	draw_state(sheet, retire, stamped, COLOUR_FREED, "freed", "freed");
	if (story->has_goal) {
		snprintf(text, sizeof(text), "waits for goal %llu",
		    (unsigned long long)story->goal);
		snprintf(brief, sizeof(brief), "> %llu",
		    (unsigned long long)story->goal);
	} else {
		snprintf(text, sizeof(text), "waits");
		snprintf(brief, sizeof(brief), "waits");
	}
	draw_state(sheet, stamped, known, COLOUR_WAITS, text, brief);
	draw_state(sheet, known, reuse, COLOUR_SAFE, "thought safe", "safe?");
	draw_state(sheet, reuse, end_ps, COLOUR_REUSED, "handed out again",
	    "reused");
	lane_cuts(sheet, sheet->y - 2, sheet->y + BAND_HEIGHT + 2);
	sheet->y += BAND_HEIGHT + 3;
	draw_hold(sheet, end_ps);
	sheet->y += LANE_GAP;
}
