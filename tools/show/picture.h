/*
 * picture - what is drawn where?
 *
 * A list of shapes, in the order in which they cover one another.  It knows
 * nothing of files: picture_svg.c and picture_png.c write the same list.
 *
 * Text is set in a font of fixed width, so that what it needs is known without
 * asking a font: PICTURE_ADVANCE of its size for each character.
 *
 * Units       picture points; a PNG has PICTURE_PNG_SCALE pixels for each.
 * Errors      writing sets err and leaves no file behind.
 * Cost        O(shapes).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SHOW_PICTURE_H
#define TOOLS_SHOW_PICTURE_H

#include <stddef.h>
#include <stdint.h>

struct err;

#define PICTURE_ADVANCE 0.602
enum { PICTURE_PNG_SCALE = 2, PICTURE_TEXT_SIZE = 200 };

/* 0xRRGGBB; PICTURE_CLEAR is none. */
#define PICTURE_CLEAR UINT32_MAX

enum shape_kind { SHAPE_BOX, SHAPE_LINE, SHAPE_TEXT, SHAPE_DOT };
enum shape_anchor { ANCHOR_LEFT, ANCHOR_MIDDLE, ANCHOR_RIGHT };

struct shape {
	enum shape_kind kind;
	enum shape_anchor anchor;
	double x, y;		/* a box's corner, a text's base line, ... */
	double x2, y2;		/* a line's other end, a box's other corner */
	double size;		/* of a font; width of a line; radius */
	uint32_t fill;
	uint32_t stroke;
	int bold;
	int dashed;
	char text[PICTURE_TEXT_SIZE];	/* of a box: what it is, when asked */
};

struct picture {
	double width;
	double height;
	char title[PICTURE_TEXT_SIZE];
	struct shape *shapes;
	size_t count;
};

void picture_fini(struct picture *picture);

/* The shape, to be changed at will until the next one is added. */
struct shape *picture_box(struct picture *picture, double x, double y,
    double x2, double y2, uint32_t fill, uint32_t stroke);
struct shape *picture_line(struct picture *picture, double x, double y,
    double x2, double y2, uint32_t stroke, double width);
struct shape *picture_dot(struct picture *picture, double x, double y,
    double radius, uint32_t fill);
struct shape *picture_text(struct picture *picture, double x, double y,
    double size, uint32_t fill, const char *text);
/* Slanting lines that fill a box. */
void picture_hatch(struct picture *picture, double x, double y, double x2,
    double y2, uint32_t stroke);

/* Texts cover all other shapes. */
void picture_texts_last(struct picture *picture);

/* How wide a text gets. */
double picture_text_width(const char *text, double size);

/* By the end of the name: .svg or .png.  False: it is neither. */
int picture_can_write(const char *path);
int picture_write(const struct picture *picture, const char *path,
    struct err *err);

/* The two ways; `path` is written as it is. */
int picture_svg(const struct picture *picture, const char *path,
    struct err *err);
int picture_png(const struct picture *picture, const char *path,
    struct err *err);

#endif
