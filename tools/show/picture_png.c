/* SPDX-License-Identifier: BSD-2-Clause */
#include <cairo.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/show/picture.h"

static void
colour(cairo_t *cairo, uint32_t rgb)
{

	cairo_set_source_rgb(cairo, (double)(rgb >> 16 & 0xff) / 255,
	    (double)(rgb >> 8 & 0xff) / 255, (double)(rgb & 0xff) / 255);
}

/* As wide as it was laid out for, whatever the font. */
static void
draw_text(cairo_t *cairo, const struct shape *shape)
{
	cairo_text_extents_t extents;
	double wide, x;

	cairo_select_font_face(cairo, "monospace", CAIRO_FONT_SLANT_NORMAL,
	    shape->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cairo, shape->size);
	cairo_text_extents(cairo, shape->text, &extents);
	wide = picture_text_width(shape->text, shape->size);
	x = shape->x;
	if (shape->anchor == ANCHOR_MIDDLE)
		x -= wide / 2;
	else if (shape->anchor == ANCHOR_RIGHT)
		x -= wide;
	cairo_save(cairo);
	cairo_translate(cairo, x, shape->y);
	if (extents.x_advance > wide)
		cairo_scale(cairo, wide / extents.x_advance, 1);
	cairo_move_to(cairo, 0, 0);
	cairo_show_text(cairo, shape->text);
	cairo_restore(cairo);
}

static void
draw(cairo_t *cairo, const struct shape *shape)
{
	static const double dashes[] = { 4, 3 };

	if (shape->kind == SHAPE_TEXT) {
		colour(cairo, shape->fill);
		draw_text(cairo, shape);
		return;
	}
	cairo_new_path(cairo);
	if (shape->kind == SHAPE_BOX) {
		cairo_rectangle(cairo, shape->x, shape->y,
		    shape->x2 - shape->x, shape->y2 - shape->y);
	} else if (shape->kind == SHAPE_DOT) {
		cairo_arc(cairo, shape->x, shape->y, shape->size, 0,
		    2 * M_PI);
	} else {
		cairo_move_to(cairo, shape->x, shape->y);
		cairo_line_to(cairo, shape->x2, shape->y2);
	}
	if (shape->fill != PICTURE_CLEAR) {
		colour(cairo, shape->fill);
		cairo_fill_preserve(cairo);
	}
	if (shape->stroke != PICTURE_CLEAR) {
		colour(cairo, shape->stroke);
		cairo_set_line_width(cairo, shape->size);
		cairo_set_dash(cairo, dashes, shape->dashed ? 2 : 0, 0);
		cairo_stroke(cairo);
	}
}

int
picture_png(const struct picture *picture, const char *path, struct err *err)
{
	cairo_surface_t *surface;
	cairo_status_t status;
	cairo_t *cairo;
	size_t i;
	int error;

	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24,
	    (int)picture->width * PICTURE_PNG_SCALE,
	    (int)picture->height * PICTURE_PNG_SCALE);
	cairo = cairo_create(surface);
	cairo_scale(cairo, PICTURE_PNG_SCALE, PICTURE_PNG_SCALE);
	colour(cairo, 0xffffff);
	cairo_paint(cairo);
	for (i = 0; i < picture->count; i++)
		draw(cairo, &picture->shapes[i]);
	status = cairo_status(cairo);
	cairo_destroy(cairo);
	errno = 0;
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png(surface, path);
	/* What cairo calls an error while writing has its cause there. */
	error = errno;
	cairo_surface_destroy(surface);
	return (status == CAIRO_STATUS_SUCCESS ? 0 : err_set(err,
	    "the picture cannot be written: %s",
	    status == CAIRO_STATUS_WRITE_ERROR && error != 0 ?
	    strerror(error) : cairo_status_to_string(status)));
}
