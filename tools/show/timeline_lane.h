/*
 * timeline_lane - what is drawn of one CPU, of the item, of the numbers?
 *
 * For timeline*.c only.  A lane has rows of labels at its top, then a band.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_TIMELINE_LANE_H
#define TOOLS_SHOW_TIMELINE_LANE_H

#include "tools/show/axis.h"
#include "tools/show/picture.h"
#include "tools/show/story.h"
#include "tools/show/tale.h"

enum {
	SHEET_LEFT = 150,	/* where the axis begins */
	SHEET_WIDTH = 1080,	/* of the axis, if it can be kept */
	SHEET_RIGHT = 190,	/* for labels that begin at its end */
	ROW_HEIGHT = 13,
	BAND_HEIGHT = 20,
	BUFFER_HEIGHT = 8,
	LANE_GAP = 14,
};

#define FONT_SMALL 10.0
#define FONT_PLAIN 11.5
#define FONT_TITLE 16.0

#define COLOUR_INK 0x222222
#define COLOUR_FAINT 0x8a8a8a
#define COLOUR_RULE 0xd8d8d8
#define COLOUR_SECTION 0xc9dff5
#define COLOUR_HOLDER 0x6fa8dc
#define COLOUR_ENTERING 0xfff2b3
#define COLOUR_STOP 0xb03060
#define COLOUR_TAKEN_OFF 0x707070
#define COLOUR_BUFFER 0xf0912d
#define COLOUR_BUFFER_FAINT 0xf9d9b5
#define COLOUR_ADVANCE 0x3d9a50
#define COLOUR_POLL 0x8e63c0
#define COLOUR_SCAN 0x5b2f91
#define COLOUR_TICK 0x222222
#define COLOUR_LIVE 0xb7e1b0
#define COLOUR_FREED 0xffe28a
#define COLOUR_WAITS 0xffc04d
#define COLOUR_SAFE 0xa8d5e5
#define COLOUR_REUSED 0xe39bb0
#define COLOUR_NUMBER 0xf4f4f4
#define COLOUR_PASSED 0xf7c9c9
#define COLOUR_FATAL 0xd40000

struct sheet {
	struct picture *picture;
	const struct story *story;
	const struct tale *tale;
	struct axis axis;
	double y;		/* where the next lane begins */
};

/* Each draws at sheet->y and moves it down. */
void lane_cpu(struct sheet *sheet, uint32_t cpu);
void lane_numbers(struct sheet *sheet);
void lane_item(struct sheet *sheet);

/* A strip of nothing wherever the axis is cut. */
void lane_cuts(struct sheet *sheet, double top, double bottom);

/* The name at the left of a band. */
void lane_name(struct sheet *sheet, const char *name, const char *about,
    double y);

#endif
