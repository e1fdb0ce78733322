/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_effects.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/plot.h"
#include "tools/report/plot_bars.h"
#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"
#include "tools/report/report_matrix.h"
#include "tools/report/report_shape.h"
#include "tools/report/report_table.h"
#include "tools/stats/effects.h"

enum {
	LEVELS_MAX = 12,	/* numbers with more are joined to groups */
	POLICY = 0,		/* the first factor; knobs follow */
};

static const char no_value[] = "(none)";

/* A knob that varies, and its level at each of the points of the fit. */
struct factor {
	const char *knob;
	const char **names;	/* of the levels; of the first one of a group */
	const char **lasts;	/* of the last one; the same where it is alone */
	size_t levels;
	size_t *level;		/* of each point */
	double *numbers;
};

struct fitting {
	const struct report_data *data;
	const struct report_experiment *experiment;
	size_t *points;		/* indices into the experiment's */
	size_t point_count;
	struct factor factors[SENSITIVITY_KNOBS_MAX];
	size_t factor_count;
};

static const struct report_knob *
knob_of(const struct report_point *point, const char *name)
{
	size_t i;

	for (i = 0; i < point->knob_count; i++) {
		if (strcmp(point->knobs[i].knob, name) == 0)
			return (&point->knobs[i]);
	}
	return (NULL);
}

static const char *
value_of(const struct fitting *fitting, size_t i, const char *knob,
    double *number)
{
	const struct report_point *point;
	const struct report_knob *found;

	point = &fitting->experiment->points[fitting->points[i]];
	*number = NAN;
	if (knob == NULL)
		return (point->policy);
	found = knob_of(point, knob);
	if (found == NULL)
		return (no_value);
	*number = found->number;
	return (found->value);
}

/* Levels by name, in the order in which they are met; false where too many. */
static bool
levels_by_name(struct fitting *fitting, const char *knob,
    struct factor *factor)
{
	const char *value;
	size_t i, k;

	factor->levels = 0;
	for (i = 0; i < fitting->point_count; i++) {
		value = value_of(fitting, i, knob, &factor->numbers[i]);
		for (k = 0; k < factor->levels; k++) {
			if (strcmp(factor->names[k], value) == 0)
				break;
		}
		if (k == LEVELS_MAX)
			return (false);
		if (k == factor->levels)
			factor->names[factor->levels++] = value;
		factor->level[i] = k;
	}
	memcpy(factor->lasts, factor->names,
	    factor->levels * sizeof(*factor->names));
	return (true);
}

/* Groups of neighbours, each named by its ends. */
static bool
levels_by_number(struct fitting *fitting, const char *knob,
    struct factor *factor)
{
	double ends[2][LEVELS_MAX];
	const char *value;
	size_t i, k;

	for (i = 0; i < fitting->point_count; i++) {
		(void)value_of(fitting, i, knob, &factor->numbers[i]);
		if (isnan(factor->numbers[i]))
			return (false);
	}
	factor->levels = effects_group(factor->numbers, fitting->point_count,
	    LEVELS_MAX / 2, factor->level);
	for (k = 0; k < factor->levels; k++) {
		ends[0][k] = INFINITY;
		ends[1][k] = -INFINITY;
	}
	for (i = 0; i < fitting->point_count; i++) {
		k = factor->level[i];
		value = value_of(fitting, i, knob, &factor->numbers[i]);
		if (factor->numbers[i] < ends[0][k]) {
			ends[0][k] = factor->numbers[i];
			factor->names[k] = value;
		}
		if (factor->numbers[i] > ends[1][k]) {
			ends[1][k] = factor->numbers[i];
			factor->lasts[k] = value;
		}
	}
	return (true);
}

static void
factor_fini(struct factor *factor)
{

	free(factor->names);
	free(factor->lasts);
	free(factor->level);
	free(factor->numbers);
}

static void
add_factor(struct fitting *fitting, const char *knob)
{
	struct factor *factor;

	if (fitting->factor_count == SENSITIVITY_KNOBS_MAX)
		return;
	factor = &fitting->factors[fitting->factor_count];
	factor->knob = knob == NULL ? "policy" : knob;
	factor->names = must_alloc(LEVELS_MAX, sizeof(*factor->names));
	factor->lasts = must_alloc(LEVELS_MAX, sizeof(*factor->lasts));
	factor->level = must_alloc(fitting->point_count,
	    sizeof(*factor->level));
	factor->numbers = must_alloc(fitting->point_count,
	    sizeof(*factor->numbers));
	if ((levels_by_name(fitting, knob, factor) ||
	    levels_by_number(fitting, knob, factor)) && factor->levels > 1)
		fitting->factor_count++;
	else
		factor_fini(factor);
}

/* The policy and every knob of any point, each once. */
static void
find_factors(struct fitting *fitting)
{
	const struct report_point *point;
	const char **knobs;
	size_t count, i, k, n;

	add_factor(fitting, NULL);
	knobs = NULL;
	count = 0;
	for (i = 0; i < fitting->point_count; i++) {
		point = &fitting->experiment->points[fitting->points[i]];
		for (k = 0; k < point->knob_count; k++) {
			for (n = 0; n < count; n++) {
				if (strcmp(knobs[n],
				    point->knobs[k].knob) == 0)
					break;
			}
			if (n < count)
				continue;
			knobs = must_grow(knobs, count, sizeof(*knobs));
			knobs[count++] = point->knobs[k].knob;
		}
	}
	for (n = 0; n < count; n++)
		add_factor(fitting, knobs[n]);
	free(knobs);
}

static void
name_level(const struct factor *factor, size_t level, char *text, size_t room)
{
	const char *first = factor->names[level], *last = factor->lasts[level];

	snprintf(text, room, strcmp(first, last) == 0 ? "%s" : "%s to %s",
	    first, last);
}

static void
keep_fit(const struct fitting *fitting, const struct effects *effects,
    bool factors, struct sensitivity_fit *fit)
{
	struct sensitivity_knob *knob;
	size_t i;

	fit->knob_count = fitting->factor_count;
	fit->knobs = must_alloc(fit->knob_count, sizeof(*fit->knobs));
	fit->interactions = effects->interactions;
	fit->points = effects->points;
	fit->left_out = effects->left_out;
	fit->n = effects->replicas;
	for (i = 0; i < fit->knob_count; i++) {
		knob = &fit->knobs[i];
		knob->knob = fitting->factors[i].knob;
		knob->share = effects->knobs[i].share;
		knob->span = effects->knobs[i].span;
		if (factors) {
			knob->span.value = exp(knob->span.value);
			knob->span.low = exp(knob->span.low);
			knob->span.high = exp(knob->span.high);
		} else
			knob->span.value = knob->span.low = knob->span.high =
			    NAN;
		name_level(&fitting->factors[i], effects->knobs[i].lowest,
		    knob->lowest, sizeof(knob->lowest));
		name_level(&fitting->factors[i], effects->knobs[i].highest,
		    knob->highest, sizeof(knob->highest));
	}
}

/* 0: fitted; 1: it cannot be told apart. */
static int
fit_points(const struct fitting *fitting, const struct report_matrix *matrix,
    struct sensitivity_fit *fit)
{
	size_t i, k, *level, levels[SENSITIVITY_KNOBS_MAX], n;
	struct effects effects;
	double *values;
	bool factors;
	int good;

	n = matrix->n;
	level = must_alloc(fitting->point_count * fitting->factor_count + 1,
	    sizeof(*level));
	values = must_alloc(fitting->point_count * n + 1, sizeof(*values));
	factors = true;
	for (i = 0; i < fitting->point_count; i++) {
		for (k = 0; k < fitting->factor_count; k++)
			level[i * fitting->factor_count + k] =
			    fitting->factors[k].level[i];
		for (k = 0; k < n; k++) {
			values[i * n + k] =
			    matrix->values[fitting->points[i] * n + k];
			factors = factors && !(values[i * n + k] <= 0);
		}
	}
	for (i = 0; factors && i < fitting->point_count * n; i++)
		values[i] = log(values[i]);
	for (k = 0; k < fitting->factor_count; k++)
		levels[k] = fitting->factors[k].levels;
	good = fitting->factor_count == 0 || n == 0 ? -1 :
	    effects_fit(&effects, level, levels, fitting->factor_count,
	    values, fitting->point_count, n);
	if (good == 0) {
		keep_fit(fitting, &effects, factors, fit);
		effects_fini(&effects);
	}
	free(values);
	free(level);
	return (good == 0 ? 0 : 1);
}

static int
fit_some(struct sensitivity *sensitivity, struct fitting *fitting,
    const struct report_matrix *matrix, const char *title, const char *label,
    size_t amount)
{
	struct sensitivity_fit *fit;
	size_t i;
	int told;

	if (sensitivity->fit_count == SENSITIVITY_FITS_MAX) {
		sensitivity->omitted++;
		return (0);
	}
	fit = &sensitivity->fits[sensitivity->fit_count];
	find_factors(fitting);
	told = fit_points(fitting, matrix, fit);
	if (told == 0) {
		snprintf(fit->label, sizeof(fit->label), "%s%s%s", title,
		    label[0] == '\0' ? "" : ": ", label);
		fit->amount = amount;
		sensitivity->fit_count++;
	}
	for (i = 0; i < fitting->factor_count; i++)
		factor_fini(&fitting->factors[i]);
	fitting->factor_count = 0;
	return (told);
}

/* All points in one fit, or each slice by itself. */
static void
fit_amount(struct sensitivity *sensitivity, const struct report_data *data,
    const struct shape *shape, const struct report_matrix *matrix,
    const char *title, size_t amount)
{
	struct fitting fitting = { .data = data,
		.experiment = shape->experiment };
	size_t i, s;

	fitting.point_count = shape->experiment->point_count;
	fitting.points = must_alloc(fitting.point_count,
	    sizeof(*fitting.points));
	for (i = 0; i < fitting.point_count; i++)
		fitting.points[i] = i;
	i = (size_t)fit_some(sensitivity, &fitting, matrix, title, "", amount);
	free(fitting.points);
	for (s = 0; i != 0 && s < shape->slice_count; s++) {
		if (shape->slices[s].axis_count == 0)
			continue;
		fitting.points = shape->slices[s].points;
		fitting.point_count = shape->slices[s].point_count;
		(void)fit_some(sensitivity, &fitting, matrix, title,
		    shape->slices[s].label, amount);
	}
}

struct sensitivity *
sensitivity_make(const struct report_data *data, const struct shape *shape,
    struct err *err)
{
	static const struct report_amount throughput = { .name = "ops_per_s",
		.stat = "mean", .title = "Throughput" };
	const struct report_amount *amount;
	struct sensitivity *sensitivity;
	struct report_matrix matrix;
	size_t a;

	sensitivity = must_alloc(1, sizeof(*sensitivity));
	for (a = REPORT_MEAN_FOOTPRINT; a <= REPORT_AMOUNTS; a++) {
		amount = a < REPORT_AMOUNTS ? &report_amounts[a] : &throughput;
		if (report_matrix_load(&matrix, data, shape->experiment,
		    amount->name, amount->stat, err) != 0) {
			sensitivity_free(sensitivity);
			return (NULL);
		}
		fit_amount(sensitivity, data, shape, &matrix, amount->title,
		    a);
		report_matrix_fini(&matrix);
	}
	return (sensitivity);
}

void
sensitivity_free(struct sensitivity *sensitivity)
{
	size_t i;

	if (sensitivity == NULL)
		return;
	for (i = 0; i < sensitivity->fit_count; i++)
		free(sensitivity->fits[i].knobs);
	free(sensitivity);
}

/* --- for readers ------------------------------------------------------------ */

static void
add_span(struct grid *grid, const struct interval *span)
{

	if (isnan(span->value))
		grid_add(grid, "-");
	else if (isnan(span->low))
		grid_add(grid, "x %.3g", span->value);
	else
		grid_add(grid, "x %.3g (%.3g to %.3g)", span->value, span->low,
		    span->high);
}

struct grid *
sensitivity_table(const struct sensitivity *sensitivity)
{
	static const char *const head[] = { "amount", "knob", "share",
		"least at", "most at", "factor (95 %)", "points", "seeds" };
	const struct sensitivity_fit *fit;
	struct grid *grid;
	size_t f, i;

	grid = grid_create("llrllrrr");
	for (i = 0; i < grid->column_count; i++)
		grid_add(grid, "%s", head[i]);
	for (f = 0; f < sensitivity->fit_count; f++) {
		fit = &sensitivity->fits[f];
		for (i = 0; i < fit->knob_count; i++) {
			grid_add(grid, "%s", fit->label);
			grid_add(grid, "%s", fit->knobs[i].knob);
			grid_add(grid, "%.1f %%", fit->knobs[i].share * 100);
			grid_add(grid, "%s", fit->knobs[i].lowest);
			grid_add(grid, "%s", fit->knobs[i].highest);
			add_span(grid, &fit->knobs[i].span);
			grid_add(grid, "%zu", fit->points);
			grid_add(grid, "%zu", fit->n);
		}
		grid_add(grid, "%s", fit->label);
		grid_add(grid, "(interactions)");
		grid_add(grid, "%.1f %%", fit->interactions * 100);
		grid_add(grid, "-");
		grid_add(grid, "-");
		grid_add(grid, "-");
		grid_add(grid, "%zu", fit->points);
		grid_add(grid, "%zu", fit->n);
	}
	return (grid);
}

/* The knobs of all fits, each once; how many. */
static size_t
join_knobs(const struct sensitivity *sensitivity,
    const char *names[SENSITIVITY_KNOBS_MAX + 1])
{
	const struct sensitivity_fit *fit;
	size_t count, f, i, k;

	count = 0;
	for (f = 0; f < sensitivity->fit_count; f++) {
		fit = &sensitivity->fits[f];
		for (i = 0; i < fit->knob_count; i++) {
			for (k = 0; k < count; k++) {
				if (strcmp(names[k], shape_short(
				    fit->knobs[i].knob)) == 0)
					break;
			}
			if (k == count && count < SENSITIVITY_KNOBS_MAX)
				names[count++] =
				    shape_short(fit->knobs[i].knob);
		}
	}
	names[count] = "interactions";
	return (count + 1);
}

/* What is counted twice, where one knob tells of another. */
static bool
overlaps(const struct sensitivity *sensitivity)
{
	const struct sensitivity_fit *fit;
	double sum;
	size_t f, i;

	for (f = 0; f < sensitivity->fit_count; f++) {
		fit = &sensitivity->fits[f];
		sum = fit->interactions;
		for (i = 0; i < fit->knob_count; i++)
			sum += fit->knobs[i].share;
		if (sum > 1.01)
			return (true);
	}
	return (false);
}

void
sensitivity_figure(const struct sensitivity *sensitivity,
    struct report_scene *scene)
{
	const char *names[SENSITIVITY_KNOBS_MAX + 1], *words[2];
	struct plot_bar list[SENSITIVITY_FITS_MAX];
	double parts[SENSITIVITY_FITS_MAX][SENSITIVITY_KNOBS_MAX + 1];
	const struct sensitivity_fit *fit;
	struct plot_bars bars = { 0 };
	struct plot_figure *figure;
	char name[REPORT_NAME_SIZE];
	size_t count, f, i, k;

	if (sensitivity->fit_count == 0)
		return;
	count = join_knobs(sensitivity, names);
	for (f = 0; f < sensitivity->fit_count; f++) {
		fit = &sensitivity->fits[f];
		for (k = 0; k < count; k++)
			parts[f][k] = NAN;
		for (i = 0; i < fit->knob_count; i++) {
			for (k = 0; k + 1 < count; k++) {
				if (strcmp(names[k], shape_short(
				    fit->knobs[i].knob)) == 0)
					parts[f][k] = fit->knobs[i].share *
					    100;
			}
		}
		parts[f][count - 1] = fit->interactions * 100;
		list[f] = (struct plot_bar){ .label = fit->label,
			.parts = parts[f], .low = NAN, .high = NAN,
			.bound = NAN };
	}
	bars.x_label = "share of the variance between points";
	bars.unit = "%";
	bars.parts = names;
	bars.part_count = count;
	bars.shares = true;
	bars.bars = list;
	bars.bar_count = sensitivity->fit_count;
	words[0] = scene->prefix;
	words[1] = "effects";
	report_name(name, words, 2);
	figure = plot_bars(scene->plot, name, "Which knob matters?", &bars);
	if (figure == NULL)
		return;
	plot_caption(figure, "How much of the difference between points goes "
	    "with each knob alone, noise subtracted; what is left over is of "
	    "several knobs together. It holds for the values that were swept: "
	    "a knob with a wider range has more to say. The table of "
	    "sensitivities has the factors with their intervals.%s%s",
	    overlaps(sensitivity) ? " Here knobs did not vary independently of "
	    "each other, so shares overlap and add up to more than 100 %." : "",
	    sensitivity->omitted > 0 ? " Further policies and modes are left "
	    "out." : "");
	plot_text(figure, "Stacked bars of shares for %zu amounts; of %s, %s "
	    "has %.0f %%. The table of sensitivities has all.",
	    sensitivity->fit_count, sensitivity->fits[0].label,
	    sensitivity->fits[0].knobs[0].knob,
	    sensitivity->fits[0].knobs[0].share * 100);
}
