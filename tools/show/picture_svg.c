/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/markup.h"
#include "tools/show/picture.h"

/*
 * Texts stay texts, so that they can be searched and copied; `textLength`
 * makes them as wide as they were laid out for, whatever the viewer's font.
 */

/* Tenths of a point, in any locale. */
static void
put_number(FILE *out, const char *name, double value)
{
	long tenths;

	tenths = (long)(value * 10 + (value < 0 ? -0.5 : 0.5));
	fprintf(out, " %s=\"%s%ld.%ld\"", name, tenths < 0 ? "-" : "",
	    labs(tenths) / 10, labs(tenths) % 10);
}

static void
put_colour(FILE *out, const char *name, uint32_t colour)
{

	if (colour == PICTURE_CLEAR)
		fprintf(out, " %s=\"none\"", name);
	else
		fprintf(out, " %s=\"#%06x\"", name, colour & 0xffffff);
}

static void
put_shape(FILE *out, const struct shape *shape)
{
	static const char *const anchors[] = { "start", "middle", "end" };

	switch (shape->kind) {
	case SHAPE_BOX:
		fputs("<rect", out);
		put_number(out, "x", shape->x);
		put_number(out, "y", shape->y);
		put_number(out, "width", shape->x2 - shape->x);
		put_number(out, "height", shape->y2 - shape->y);
		put_colour(out, "fill", shape->fill);
		put_colour(out, "stroke", shape->stroke);
		break;
	case SHAPE_LINE:
		fputs("<line", out);
		put_number(out, "x1", shape->x);
		put_number(out, "y1", shape->y);
		put_number(out, "x2", shape->x2);
		put_number(out, "y2", shape->y2);
		put_colour(out, "stroke", shape->stroke);
		put_number(out, "stroke-width", shape->size);
		break;
	case SHAPE_DOT:
		fputs("<circle", out);
		put_number(out, "cx", shape->x);
		put_number(out, "cy", shape->y);
		put_number(out, "r", shape->size);
		put_colour(out, "fill", shape->fill);
		break;
	case SHAPE_TEXT:
		fputs("<text", out);
		put_number(out, "x", shape->x);
		put_number(out, "y", shape->y);
		put_number(out, "font-size", shape->size);
		put_number(out, "textLength",
		    picture_text_width(shape->text, shape->size));
		put_colour(out, "fill", shape->fill);
		fprintf(out, " text-anchor=\"%s\"%s", anchors[shape->anchor],
		    shape->bold ? " font-weight=\"bold\"" : "");
		break;
	}
	if (shape->dashed)
		fputs(" stroke-dasharray=\"4 3\"", out);
	if (shape->kind == SHAPE_TEXT) {
		fputc('>', out);
		markup_text(out, shape->text);
		fputs("</text>\n", out);
	} else if (shape->text[0] != '\0') {
		fputs("><title>", out);
		markup_text(out, shape->text);
		fprintf(out, "</title></%s>\n", shape->kind == SHAPE_BOX ?
		    "rect" : shape->kind == SHAPE_LINE ? "line" : "circle");
	} else
		fputs("/>\n", out);
}

int
picture_svg(const struct picture *picture, const char *path, struct err *err)
{
	FILE *out;
	size_t i;
	int bad;

	out = fopen(path, "w");
	if (out == NULL)
		return (err_set(err, "the picture cannot be written: %s",
		    strerror(errno)));
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<svg xmlns=\"http://www.w3.org/2000/svg\"", out);
	put_number(out, "width", picture->width);
	put_number(out, "height", picture->height);
	fprintf(out, " viewBox=\"0 0 %ld %ld\" font-family=\"monospace\" "
	    "role=\"img\">\n<title>", (long)picture->width,
	    (long)picture->height);
	markup_text(out, picture->title);
	fputs("</title>\n", out);
	for (i = 0; i < picture->count; i++)
		put_shape(out, &picture->shapes[i]);
	fputs("</svg>\n", out);
	bad = fflush(out) != 0 || ferror(out);
	bad = fclose(out) != 0 || bad;
	return (bad ? err_set(err, "the picture cannot be written: %s",
	    strerror(errno)) : 0);
}
