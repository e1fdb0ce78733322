/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/show/picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/base/must.h"

void
picture_fini(struct picture *picture)
{

	free(picture->shapes);
	memset(picture, 0, sizeof(*picture));
}

static struct shape *
add(struct picture *picture, enum shape_kind kind, double x, double y)
{
	struct shape *shape;

	picture->shapes = must_grow(picture->shapes, picture->count,
	    sizeof(*picture->shapes));
	shape = &picture->shapes[picture->count++];
	memset(shape, 0, sizeof(*shape));
	shape->kind = kind;
	shape->x = shape->x2 = x;
	shape->y = shape->y2 = y;
	shape->fill = shape->stroke = PICTURE_CLEAR;
	return (shape);
}

struct shape *
picture_box(struct picture *picture, double x, double y, double x2, double y2,
    uint32_t fill, uint32_t stroke)
{
	struct shape *shape;

	shape = add(picture, SHAPE_BOX, x, y);
	shape->x2 = x2;
	shape->y2 = y2;
	shape->fill = fill;
	shape->stroke = stroke;
	shape->size = 1;
	return (shape);
}

struct shape *
picture_line(struct picture *picture, double x, double y, double x2,
    double y2, uint32_t stroke, double width)
{
	struct shape *shape;

	shape = add(picture, SHAPE_LINE, x, y);
	shape->x2 = x2;
	shape->y2 = y2;
	shape->stroke = stroke;
	shape->size = width;
	return (shape);
}

struct shape *
picture_dot(struct picture *picture, double x, double y, double radius,
    uint32_t fill)
{
	struct shape *shape;

	shape = add(picture, SHAPE_DOT, x, y);
	shape->size = radius;
	shape->fill = fill;
	return (shape);
}

struct shape *
picture_text(struct picture *picture, double x, double y, double size,
    uint32_t fill, const char *text)
{
	struct shape *shape;

	shape = add(picture, SHAPE_TEXT, x, y);
	shape->size = size;
	shape->fill = fill;
	snprintf(shape->text, sizeof(shape->text), "%s", text);
	return (shape);
}

void
picture_hatch(struct picture *picture, double x, double y, double x2,
    double y2, uint32_t stroke)
{
	const double step = 6;
	double at, height, from, to;

	height = y2 - y;
	for (at = x - height; at < x2; at += step) {
		from = at < x ? x : at;
		to = at + height > x2 ? x2 : at + height;
		if (to > from)
			picture_line(picture, from, y2 - (from - at), to,
			    y2 - (to - at), stroke, 1);
	}
}

void
picture_texts_last(struct picture *picture)
{
	struct shape *sorted;
	size_t i, count;
	int turn;

	sorted = must_alloc(picture->count, sizeof(*sorted));
	count = 0;
	for (turn = 0; turn < 2; turn++)
		for (i = 0; i < picture->count; i++)
			if ((picture->shapes[i].kind == SHAPE_TEXT) == turn)
				sorted[count++] = picture->shapes[i];
	memcpy(picture->shapes, sorted, count * sizeof(*sorted));
	free(sorted);
}

double
picture_text_width(const char *text, double size)
{

	return ((double)strlen(text) * size * PICTURE_ADVANCE);
}

/* --- files -------------------------------------------------------------------- */

static int
ends_with(const char *path, const char *end)
{
	size_t length;

	length = strlen(path);
	return (length > strlen(end) &&
	    strcasecmp(path + length - strlen(end), end) == 0);
}

int
picture_can_write(const char *path)
{

	return (ends_with(path, ".svg") || ends_with(path, ".png"));
}

int
picture_write(const struct picture *picture, const char *path,
    struct err *err)
{
	char *part;
	size_t room;
	int failed;

	room = strlen(path) + sizeof(".part");
	part = must_alloc(room, 1);
	snprintf(part, room, "%s.part", path);
	failed = ends_with(path, ".png") ? picture_png(picture, part, err) :
	    picture_svg(picture, part, err);
	if (!failed && rename(part, path) != 0)
		failed = err_set(err, "%s", strerror(errno));
	if (failed) {
		unlink(part);
		err_at(err, "%s", path);
	}
	free(part);
	return (failed);
}
