/*
 * What is paid in memory, in latency and in throughput, all at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/cli/human.h"
#include "tools/compare/scene.h"
#include "tools/report/plot.h"
#include "tools/report/plot_lines.h"
#include "tools/report/report_shape.h"

enum { AMOUNTS = 3, CORNER = 3 };

struct mark {
	char title[SCENE_LABEL_SIZE + 64];
	size_t contender;
	struct report_estimate x, y;
	double third;
};

struct view {
	const char *kind, *title;
	/* Along, upwards, and in the legend. */
	const struct scene_amount *amounts[AMOUNTS];
};

struct picture {
	struct scene *scene;
	const struct view *view;
	size_t shown;			/* contenders that were asked */
	struct mark marks[SCENE_CURVES_MAX];
	size_t count;
	struct plot_curve curves[SCENE_CURVES_MAX];
	double corner_x[CORNER], corner_y[CORNER];
};

/* Does `a` lose in nothing, and win somewhere? */
static bool
beats(const struct mark *a, const struct mark *b, const struct view *view)
{
	const double mine[AMOUNTS] = { a->x.mean, a->y.mean, a->third };
	const double theirs[AMOUNTS] = { b->x.mean, b->y.mean, b->third };
	bool wins;
	int i;

	wins = false;
	for (i = 0; i < AMOUNTS; i++) {
		if (mine[i] == theirs[i])
			continue;
		if ((mine[i] > theirs[i]) != view->amounts[i]->more)
			return (false);
		wins = true;
	}
	return (wins);
}

static bool
is_beaten(const struct picture *picture, const struct mark *mark)
{
	size_t i;

	for (i = 0; i < picture->count; i++) {
		if (!scene_is_barred(picture->scene,
		    picture->marks[i].contender) &&
		    beats(&picture->marks[i], mark, picture->view))
			return (true);
	}
	return (false);
}

static void
fill(struct picture *picture, const struct scene_condition *here)
{
	const struct scene *scene = picture->scene;
	struct mark *mark;
	size_t contenders[SCENE_CURVES_MAX], i, k;

	picture->shown = scene_curves(scene, contenders);
	for (k = 0; k < picture->shown; k++) {
		i = contenders[k];
		if (here->points[i] == SCENE_NO_POINT)
			continue;
		mark = &picture->marks[picture->count];
		mark->contender = i;
		mark->x = scene_value(scene, here->points[i],
		    picture->view->amounts[0]);
		mark->y = scene_value(scene, here->points[i],
		    picture->view->amounts[1]);
		mark->third = scene_value(scene, here->points[i],
		    picture->view->amounts[2]).mean;
		if (!isnan(mark->x.mean) && !isnan(mark->y.mean))
			picture->count++;
	}
}

/* The ideal is no mark: it is the corner that none of them can pass. */
static void
draw_corner(struct picture *picture, const struct mark *mark,
    struct plot_curve *curve)
{
	const struct view *view = picture->view;
	double x, y;
	size_t i;

	x = mark->x.mean;
	y = mark->y.mean;
	for (i = 0; i < picture->count; i++) {
		x = fmax(x, picture->marks[i].x.mean);
		y = view->amounts[1]->more ?
		    fmin(y, picture->marks[i].y.mean) :
		    fmax(y, picture->marks[i].y.mean);
	}
	picture->corner_x[0] = picture->corner_x[1] = mark->x.mean;
	picture->corner_x[2] = x;
	picture->corner_y[0] = y;
	picture->corner_y[1] = picture->corner_y[2] = mark->y.mean;
	curve->kind = PLOT_DASHED;
	curve->count = CORNER;
	curve->x = picture->corner_x;
	curve->y = picture->corner_y;
}

static void
draw_mark(struct picture *picture, size_t i)
{
	struct mark *mark = &picture->marks[i];
	struct plot_curve *curve = &picture->curves[i];
	char third[HUMAN_SIZE];
	bool ideal;

	ideal = scene_is_ideal(picture->scene->contenders[mark->contender]);
	human_value(mark->third, picture->view->amounts[2]->unit, third);
	snprintf(mark->title, sizeof(mark->title), "%s, %s%s",
	    picture->scene->names[mark->contender], third,
	    ideal || scene_is_barred(picture->scene, mark->contender) ||
	    is_beaten(picture, mark) ? "" : " *");
	curve->title = mark->title;
	curve->style = scene_style(picture->scene, mark->contender);
	if (ideal) {
		draw_corner(picture, mark, curve);
		return;
	}
	curve->kind = PLOT_POINTS;
	curve->count = 1;
	curve->x = &mark->x.mean;
	curve->x_low = &mark->x.low;
	curve->x_high = &mark->x.high;
	curve->y = &mark->y.mean;
	curve->y_low = &mark->y.low;
	curve->y_high = &mark->y.high;
}

static void
draw(struct picture *picture, const struct scene_condition *here)
{
	const struct view *view = picture->view;
	struct plot_lines lines = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE], title[SCENE_LABEL_SIZE + 64];
	size_t i;

	for (i = 0; i < picture->count; i++)
		draw_mark(picture, i);
	lines.x_label = view->amounts[0]->label;
	lines.y_label = view->amounts[1]->label;
	lines.x_unit = view->amounts[0]->unit;
	lines.y_unit = view->amounts[1]->unit;
	lines.curves = picture->curves;
	lines.curve_count = picture->count;
	scene_name(picture->scene, name, view->kind, here->key);
	snprintf(title, sizeof(title), "%s%s%s", view->title,
	    here->label[0] == '\0' ? "" : ": ", here->label);
	figure = plot_lines(picture->scene->plot, name, title, &lines);
	if (figure == NULL)
		return;
	plot_caption(figure, "Each mark is a policy, its mean over the seeds "
	    "with 95 %% intervals; the legend adds %s. A star: no other "
	    "policy is as good in all three and better in one. The dotted "
	    "corner is the clairvoyant reclaimer, which reuses memory the "
	    "instant that is safe.%s%s", view->amounts[2]->label,
	    scene_rest(picture->scene, picture->shown),
	    scene_accusation(picture->scene));
	plot_text(figure, "Scatter plot of %zu policies: %s against %s.",
	    picture->count, view->amounts[0]->label, view->amounts[1]->label);
}

void
scene_pareto(struct scene *scene, size_t condition)
{
	static const struct view views[] = {
		{ "pareto-known", "Memory against latency",
		    { &scene_amounts[SCENE_FOOTPRINT],
		    &scene_amounts[SCENE_KNOWN], &scene_amounts[SCENE_OPS] } },
		{ "pareto-ops", "Memory against throughput",
		    { &scene_amounts[SCENE_FOOTPRINT],
		    &scene_amounts[SCENE_OPS], &scene_amounts[SCENE_KNOWN] } },
	};
	struct picture *picture;
	size_t v;

	for (v = 0; v < sizeof(views) / sizeof(views[0]); v++) {
		picture = must_alloc(1, sizeof(*picture));
		picture->scene = scene;
		picture->view = &views[v];
		fill(picture, &scene->conditions[condition]);
		draw(picture, &scene->conditions[condition]);
		free(picture);
	}
}
