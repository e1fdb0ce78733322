/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/compare/scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/compare/compare.h"
#include "tools/compare/side.h"
#include "tools/report/plot.h"
#include "tools/report/report_folder.h"
#include "tools/report/report_shape.h"

const struct scene_amount scene_amounts[SCENE_AMOUNTS] = {
	[SCENE_OPS] = { "ops", "Throughput", "ops_per_s", "1/s", "ops_per_s",
	    "mean", NULL, true },
	[SCENE_SECTION] = { "section", "A read section, in and out",
	    "enter_exit_ns, mean", "ns", "enter_exit_ns", "mean", NULL, false },
	[SCENE_FREE] = { "free", "A free, with its waiting", "free_ns, mean",
	    "ns", "free_ns", "mean", NULL, false },
	[SCENE_KNOWN] = { "known", "From a free until memory is known to be "
	    "safe", "free to known, mean", "ns", "free_to_safe_ns", "mean",
	    "safe_to_known_ns", false },
	[SCENE_USE] = { "use", "From a free until reuse, p99",
	    "free_to_use_ns, p99", "ns", "free_to_use_ns", "p99", NULL, false },
	[SCENE_FOOTPRINT] = { "footprint", "Mean footprint",
	    "footprint_bytes, mean", "bytes", "footprint_bytes", "mean", NULL,
	    false },
	[SCENE_PEAK] = { "peak", "Peak footprint", "footprint_bytes, peak",
	    "bytes", "footprint_bytes", "peak", NULL, false },
	[SCENE_WAITING] = { "waiting", "Freed memory not yet known to be safe",
	    "waiting_bytes, mean", "bytes", "waiting_bytes", "mean", NULL,
	    false },
	[SCENE_IPIS] = { "ipis", "Interrupts sent to other CPUs", "ipis", "1",
	    "ipis", "total", NULL, false },
};

static bool
is_ideal_name(const char *policy)
{

	return (strcmp(policy, "clairvoyant") == 0);
}

struct report_estimate
scene_value(const struct scene *scene, size_t point,
    const struct scene_amount *amount)
{
	struct report_estimate estimate, second;

	estimate = report_find(scene->data, &scene->experiment->points[point],
	    amount->name, amount->stat);
	/* The ideal knows at once; what it is slow in is being asked. */
	if (amount->plus == NULL || is_ideal_name(
	    scene->experiment->points[point].policy))
		return (estimate);
	second = report_find(scene->data, &scene->experiment->points[point],
	    amount->plus, amount->stat);
	/* Wider than it need be where the two go against each other. */
	estimate.mean += second.mean;
	estimate.low += second.low;
	estimate.high += second.high;
	return (estimate);
}

bool
scene_is_ideal(const struct shape_slice *contender)
{

	return (is_ideal_name(contender->policy));
}

bool
scene_is_barred(const struct scene *scene, size_t contender)
{

	return (scene->accused[contender] ||
	    scene_is_ideal(scene->contenders[contender]));
}

const char *
scene_accusation(const struct scene *scene)
{
	size_t i;

	for (i = 0; i < scene->contender_count; i++) {
		if (scene->accused[i])
			return (" (!): checks fired in runs of this policy; "
			    "it is not safe as it is used here, and others "
			    "are not measured by it.");
	}
	return ("");
}

size_t
scene_curves(const struct scene *scene, size_t contenders[SCENE_CURVES_MAX])
{
	size_t count, i, ideals, room;
	bool all;

	ideals = 0;
	for (i = 0; i < scene->contender_count; i++)
		ideals += scene_is_ideal(scene->contenders[i]);
	room = ideals < SCENE_CURVES_MAX ? SCENE_CURVES_MAX - ideals : 0;
	/* A ninth would look like the first. */
	if (room > SCENE_STYLES)
		room = SCENE_STYLES;
	all = scene->contender_count - ideals <= room;
	count = 0;
	for (i = 0; i < scene->contender_count && count < SCENE_CURVES_MAX;
	    i++) {
		if (!all && !scene_is_ideal(scene->contenders[i])) {
			if (scene->accused[i] || room == 0)
				continue;
			room--;
		}
		contenders[count++] = i;
	}
	return (count);
}

const char *
scene_rest(const struct scene *scene, size_t shown)
{

	return (scene->rest[shown < scene->contender_count]);
}

size_t
scene_style(const struct scene *scene, size_t contender)
{
	size_t contenders[SCENE_CURVES_MAX], count, i, style;

	count = scene_curves(scene, contenders);
	style = 0;
	for (i = 0; i < count && contenders[i] < contender; i++)
		style += !scene_is_ideal(scene->contenders[contenders[i]]);
	return (style);
}

void
scene_name(const struct scene *scene, char name[REPORT_NAME_SIZE],
    const char *kind, const char *detail)
{
	const char *words[3] = { scene->prefix, kind, detail };

	report_name(name, words, detail[0] == '\0' ? 2 : 3);
}

/* --- contenders and conditions ------------------------------------------------ */

static bool
takes_part(const struct compare *compare, const struct report_point *point)
{
	size_t c;

	for (c = 0; compare != NULL && c < compare->condition_count; c++) {
		if (compare->conditions[c].points[0] == point ||
		    compare->conditions[c].points[1] == point)
			return (true);
	}
	return (compare == NULL);
}

static void
add_contender(struct scene *scene, const struct shape_slice *slice)
{
	size_t i, n;

	n = scene->contender_count++;
	scene->contenders[n] = slice;
	for (i = 0; i < slice->point_count; i++) {
		if (scene->experiment->points[slice->points[i]].status[
		    REPORT_FINDING] > 0)
			scene->accused[n] = true;
	}
	snprintf(scene->names[n], sizeof(scene->names[n]), "%s%s",
	    slice->label, scene->accused[n] ? " (!)" : "");
}

static void
find_contenders(struct scene *scene, const struct compare *compare)
{
	const struct shape_slice *slice;
	char crowd[100] = "";
	size_t i, s;

	for (s = 0; s < scene->shape->slice_count; s++) {
		slice = &scene->shape->slices[s];
		for (i = 0; i < slice->point_count; i++) {
			if (takes_part(compare,
			    &scene->experiment->points[slice->points[i]]))
				break;
		}
		if (i == slice->point_count)
			continue;
		if (scene->contender_count < SCENE_CONTENDERS_MAX)
			add_contender(scene, slice);
		else
			scene->left_out++;
	}
	if (scene->left_out > 0)
		snprintf(crowd, sizeof(crowd), " %zu more policies and modes "
		    "are in no picture: there is room for %d.",
		    scene->left_out, SCENE_CONTENDERS_MAX);
	snprintf(scene->rest[0], sizeof(scene->rest[0]), "%s", crowd);
	snprintf(scene->rest[1], sizeof(scene->rest[1]), " The grids have the "
	    "policies that are left out%s%s", scene->left_out > 0 ? " here." :
	    ".", crowd);
}

/* The point of a contender that has the numbers of another one's. */
static size_t
point_like(const struct scene *scene, const struct shape_slice *contender,
    const struct report_point *model)
{
	const struct report_knob *knob;
	const struct report_point *point;
	size_t a, i;

	for (i = 0; i < contender->point_count; i++) {
		point = &scene->experiment->points[contender->points[i]];
		for (a = 0; a < contender->axis_count; a++) {
			knob = side_knob_of(model, contender->axes[a].knob);
			if (knob != NULL && knob->number != side_knob_of(point,
			    knob->knob)->number)
				break;
		}
		if (a == contender->axis_count)
			return (contender->points[i]);
	}
	return (SCENE_NO_POINT);
}

__attribute__((format(printf, 2, 3))) static void
text_add(char text[SCENE_LABEL_SIZE], const char *format, ...)
{
	va_list args;
	size_t used;

	used = strlen(text);
	va_start(args, format);
	vsnprintf(text + used, SCENE_LABEL_SIZE - used, format, args);
	va_end(args);
}

static void
add_condition(struct scene *scene, const struct shape_slice *slice,
    size_t point)
{
	const struct report_point *model = &scene->experiment->points[point];
	struct scene_condition *condition;
	const char *knob, *value;
	size_t a, i;

	scene->conditions = must_grow(scene->conditions,
	    scene->condition_count, sizeof(*scene->conditions));
	if (point == slice->middle)
		scene->middle = scene->condition_count;
	condition = &scene->conditions[scene->condition_count++];
	memset(condition, 0, sizeof(*condition));
	for (a = 0; a < slice->axis_count; a++) {
		knob = shape_short(slice->axes[a].knob);
		value = side_knob_of(model, slice->axes[a].knob)->value;
		text_add(condition->label, "%s%s %s", a == 0 ? "" : ", ", knob,
		    value);
		text_add(condition->values, "%s%s", a == 0 ? "" : ", ", value);
		text_add(condition->key, "%s%s%.*s", a == 0 ? "" : "-", knob,
		    (int)strcspn(value, "%/"), value);
	}
	for (i = 0; i < scene->contender_count; i++)
		condition->points[i] = point_like(scene, scene->contenders[i],
		    model);
}

/* Those of the contender with the most numbers; all meet the same ones. */
static void
find_conditions(struct scene *scene, const struct compare *compare)
{
	const struct shape_slice *slice;
	size_t i;

	slice = scene->contenders[0];
	for (i = 1; i < scene->contender_count; i++) {
		if (scene->contenders[i]->axis_count > slice->axis_count)
			slice = scene->contenders[i];
	}
	for (i = 0; i < slice->point_count; i++) {
		if (takes_part(compare,
		    &scene->experiment->points[slice->points[i]]))
			add_condition(scene, slice, slice->points[i]);
	}
}

/* --- the pictures -------------------------------------------------------------- */

static int
draw_conditions(struct scene *scene, struct err *err)
{
	size_t c;

	for (c = 0; c < scene->condition_count; c++) {
		if (scene->condition_count > SCENE_CONDITIONS_MAX &&
		    c != scene->middle)
			continue;
		if (scene_tail(scene, c, err) != 0)
			return (-1);
		scene_split(scene, c);
		scene_cost(scene, c);
		scene_pareto(scene, c);
		if (scene_time(scene, c, err) != 0)
			return (-1);
	}
	return (0);
}

static int
draw_experiment(const struct report_data *data,
    const struct report_experiment *experiment, const struct compare *compare,
    struct plot *plot, struct err *err)
{
	struct scene scene = { .data = data, .experiment = experiment,
		.plot = plot, .prefix = experiment->name };
	struct shape *shape;
	int good;

	shape = shape_make(experiment);
	scene.shape = shape;
	find_contenders(&scene, compare);
	good = 0;
	if (scene.contender_count > 0) {
		find_conditions(&scene, compare);
		scene_grids(&scene);
		scene_lines(&scene);
		good = draw_conditions(&scene, err);
	}
	free(scene.conditions);
	shape_free(shape);
	return (good);
}

static int
draw_all(const struct report_data *data, const struct compare *compare,
    struct plot *plot, struct err *err)
{
	size_t e;

	for (e = 0; e < data->experiment_count; e++) {
		if (compare != NULL &&
		    compare->experiment != &data->experiments[e])
			continue;
		if (draw_experiment(data, &data->experiments[e], compare, plot,
		    err) != 0)
			return (-1);
	}
	if (plot_count(plot) == 0)
		return (err_set(err, "there is nothing to draw: no run has "
		    "come to its end yet"));
	return (0);
}

/* What there is to see, in words, for those who cannot see it too. */
static int
write_words(struct report_folder *folder, const struct plot *plot,
    struct err *err)
{
	const struct plot_figure *figure;
	FILE *out;
	size_t i;

	out = report_folder_begin(folder, "index.md", err);
	if (out == NULL)
		return (-1);
	fputs("# Policies compared\n", out);
	for (i = 0; i < plot_count(plot); i++) {
		figure = plot_at(plot, i);
		fprintf(out, "\n## %s\n\n![%s](%s.svg)\n", figure->title,
		    figure->text == NULL ? figure->title : figure->text,
		    figure->name);
		if (figure->caption != NULL)
			fprintf(out, "\n%s\n", figure->caption);
	}
	return (report_folder_end(folder, out, err));
}

int
scene_make(const struct report_data *data, const struct compare *compare,
    const char *path, struct scene_made *made, struct err *err)
{
	struct report_folder *folder;
	struct plot *plot;
	int good;

	memset(made, 0, sizeof(*made));
	good = report_folder_look(path, err);
	if (good != 0)
		return (good);
	folder = report_folder_create(path, err);
	if (folder == NULL)
		return (-1);
	plot = plot_create(report_folder_path(folder));
	good = draw_all(data, compare, plot, err) == 0 &&
	    plot_run(plot, &made->blind, err) == 0 &&
	    write_words(folder, plot, err) == 0 &&
	    report_folder_publish(folder, &made->files, &made->file_count,
	    err) == 0 ? 0 : -1;
	plot_destroy(plot);
	report_folder_destroy(folder);
	return (good);
}

void
scene_made_fini(struct scene_made *made)
{
	size_t i;

	for (i = 0; i < made->file_count; i++)
		free(made->files[i]);
	free(made->files);
	memset(made, 0, sizeof(*made));
}
