/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include <cairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/run.h"
#include "tests/sim/absurd.h"
#include "tools/show/axis.h"
#include "tools/show/explain.h"
#include "tools/show/picture.h"
#include "tools/show/story.h"
#include "tools/show/timeline.h"

static struct run_spec spec;
static struct run_result result;

/* Draws an absurd run, with or without a finding. */
static void
draw(struct picture *picture, uint64_t seed)
{
	struct show_words words = { "a <fixture> & more", NULL, NULL, false };
	struct story *story;

	absurd_spec(&spec, seed, NULL);
	absurd_set(&spec, "core.mode", "lazy");
	absurd_set(&spec, "core.lazy_grace", "0");
	story = story_create(STORY_DEFAULT);
	run_execute_traced(&spec, &result, story_tracer(story));
	story_close(story);
	if (result.finding_count > 0) {
		words.check = result.findings[0].check;
		words.finding = result.findings[0].summary;
	}
	memset(picture, 0, sizeof(*picture));
	timeline_draw(picture, story, &words);
	story_destroy(story);
}

/* Where a text is, with a little less than its height. */
static void
extent(const struct shape *shape, double *left, double *right)
{
	double wide;

	wide = picture_text_width(shape->text, shape->size);
	*left = shape->anchor == ANCHOR_LEFT ? shape->x : shape->anchor ==
	    ANCHOR_MIDDLE ? shape->x - wide / 2 : shape->x - wide;
	*right = *left + wide;
}

static void
expect_room(const struct picture *picture, uint64_t seed)
{
	const struct shape *one, *other;
	double left, right, left2, right2;
	size_t i, k;

	for (i = 0; i < picture->count; i++) {
		one = &picture->shapes[i];
		if (one->kind != SHAPE_TEXT)
			continue;
		extent(one, &left, &right);
		cr_expect(left >= 0 && right <= picture->width + 0.5 &&
		    one->y <= picture->height, "run %llu: '%s' is outside",
		    (unsigned long long)seed, one->text);
		for (k = i + 1; k < picture->count; k++) {
			other = &picture->shapes[k];
			if (other->kind != SHAPE_TEXT ||
			    other->y - one->y > 8 || one->y - other->y > 8)
				continue;
			extent(other, &left2, &right2);
			cr_expect(right <= left2 + 0.5 || right2 <= left + 0.5,
			    "run %llu: '%s' is over '%s'",
			    (unsigned long long)seed, one->text, other->text);
		}
	}
}

Test(timeline, no_text_is_over_another, .timeout = 120)
{
	struct picture picture;
	uint64_t seed, found;

	found = 0;
	for (seed = 1; seed <= 40; seed++) {
		draw(&picture, seed);
		found += result.finding_count > 0;
		expect_room(&picture, seed);
		cr_expect_leq(picture.width, 4000);
		picture_fini(&picture);
	}
	cr_expect_gt(found, 0, "none of them is a story");
	run_result_fini(&result);
}

static char *
contents(const char *path, size_t *size)
{
	char *bytes;
	FILE *in;

	in = fopen(path, "rb");
	cr_assert_not_null(in);
	bytes = calloc(1, 4 << 20);
	*size = fread(bytes, 1, (4 << 20) - 1, in);
	fclose(in);
	return (bytes);
}

/* Tags are closed in the order in which they were opened. */
static void
expect_well_formed(const char *text)
{
	char names[8][16];
	const char *p;
	size_t depth, length;

	depth = 0;
	for (p = strchr(text, '<'); p != NULL; p = strchr(p + 1, '<')) {
		if (p[1] == '?')
			continue;
		length = strcspn(p + 1 + (p[1] == '/'), " />\n");
		cr_assert_lt(length, sizeof(names[0]));
		if (p[1] == '/') {
			cr_assert_gt(depth, 0);
			cr_assert_eq(strncmp(names[--depth], p + 2, length), 0);
			continue;
		}
		p = strchr(p, '>');
		cr_assert_not_null(p);
		if (p[-1] == '/')
			continue;
		cr_assert_lt(depth, sizeof(names) / sizeof(names[0]));
		while (*p != '<')
			p--;
		snprintf(names[depth++], sizeof(names[0]), "%.*s", (int)length,
		    p + 1);
	}
	cr_assert_eq(depth, 0);
}

Test(timeline, an_svg_is_well_formed_and_its_texts_are_texts)
{
	char path[] = "picture-test-XXXXXX.svg";
	struct picture picture;
	struct err err;
	char *text;
	size_t size;
	int file;

	file = mkstemps(path, 4);
	cr_assert_geq(file, 0);
	close(file);
	draw(&picture, 1);
	cr_assert_eq(picture_write(&picture, path, &err), 0, "%s", err.text);
	text = contents(path, &size);
	unlink(path);
	expect_well_formed(text);
	cr_expect_not_null(strstr(text, "a &lt;fixture&gt; &amp; more"));
	cr_expect_not_null(strstr(text, ">CPU "));
	cr_expect_null(strstr(text, "nan"));
	free(text);
	picture_fini(&picture);
	run_result_fini(&result);
}

Test(timeline, a_png_has_the_size_of_the_picture_and_is_not_blank)
{
	char path[] = "picture-test-XXXXXX.png";
	struct picture picture;
	cairo_surface_t *surface;
	const unsigned char *pixels;
	struct err err;
	size_t i, size, coloured;
	int file;

	file = mkstemps(path, 4);
	cr_assert_geq(file, 0);
	close(file);
	draw(&picture, 1);
	cr_assert_eq(picture_write(&picture, path, &err), 0, "%s", err.text);
	surface = cairo_image_surface_create_from_png(path);
	unlink(path);
	cr_assert_eq(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
	cr_expect_eq(cairo_image_surface_get_width(surface),
	    (int)picture.width * PICTURE_PNG_SCALE);
	cr_expect_eq(cairo_image_surface_get_height(surface),
	    (int)picture.height * PICTURE_PNG_SCALE);
	pixels = cairo_image_surface_get_data(surface);
	size = (size_t)cairo_image_surface_get_stride(surface) *
	    (size_t)cairo_image_surface_get_height(surface);
	coloured = 0;
	for (i = 0; i < size; i++)
		coloured += pixels[i] != 0xff;
	cr_expect_gt(coloured, size / 200);
	cairo_surface_destroy(surface);
	picture_fini(&picture);
	run_result_fini(&result);
}

Test(picture, what_cannot_be_written_is_told_and_leaves_nothing)
{
	struct picture picture;
	struct err err;

	memset(&picture, 0, sizeof(picture));
	picture.width = picture.height = 10;
	cr_expect_neq(picture_write(&picture, "no/such/a.svg", &err), 0);
	cr_expect_not_null(strstr(err.text, "no/such/a.svg"));
	cr_expect_neq(picture_write(&picture, "no/such/a.png", &err), 0);
	cr_expect_not_null(strstr(err.text, "no/such/a.png"));
	cr_expect(picture_can_write("a.svg") && picture_can_write("B.PNG"));
	cr_expect_not(picture_can_write("a.gif"));
	cr_expect_not(picture_can_write(".svg"));
}

Test(axis, gaps_keep_their_order_and_are_cut_where_they_are_long)
{
	struct axis axis;
	size_t i;

	memset(&axis, 0, sizeof(axis));
	axis_add(&axis, UINT64_C(9000000000000));
	axis_add(&axis, 1000);
	axis_add(&axis, 2000);
	axis_add(&axis, 2000);
	axis_add(&axis, 500000);
	axis_lay(&axis, 100, 1000);
	cr_assert_eq(axis.count, 4);
	for (i = 1; i < axis.count; i++) {
		cr_expect_geq(axis.points[i].x - axis.points[i - 1].x,
		    AXIS_GAP_LEAST - 0.01);
		cr_expect_leq(axis.points[i].x - axis.points[i - 1].x,
		    AXIS_GAP_MOST + 0.01);
	}
	cr_expect(axis.points[3].cut);
	cr_expect_float_eq(axis_x(&axis, 0), 100, 1e-9);
	cr_expect_float_eq(axis_x(&axis, UINT64_MAX), axis_right(&axis), 1e-9);
	axis_fini(&axis);
}
