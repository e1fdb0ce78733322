/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/effects.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"

/*
 * The model: column 0 is the mean; then for each knob one column for each level
 * but the last, which is 1 at that level and -1 at the last.
 */
struct model {
	const size_t *level;	/* of all points */
	const size_t *levels;
	size_t knobs;
	size_t *rows;		/* the points that count */
	size_t row_count;
	size_t columns;
	double *factor;		/* lower triangle of X'X, after Cholesky */
};

/* --- least squares ---------------------------------------------------------------- */

static void
row_of(const struct model *model, size_t point, double *row)
{
	size_t at, k, l, own;

	row[0] = 1;
	at = 1;
	for (k = 0; k < model->knobs; k++) {
		own = model->level[point * model->knobs + k];
		for (l = 0; l + 1 < model->levels[k]; l++)
			row[at++] = own == l ? 1 :
			    own + 1 == model->levels[k] ? -1 : 0;
	}
}

/* False where a column is a sum of the ones before it. */
static bool
factorize(struct model *model)
{
	double *factor, *row, sum;
	size_t c, i, j, k;

	c = model->columns;
	factor = model->factor;
	row = must_alloc(c, sizeof(*row));
	for (k = 0; k < model->row_count; k++) {
		row_of(model, model->rows[k], row);
		for (i = 0; i < c; i++) {
			for (j = 0; j <= i; j++)
				factor[i * c + j] += row[i] * row[j];
		}
	}
	free(row);
	for (i = 0; i < c; i++) {
		for (j = 0; j <= i; j++) {
			sum = factor[i * c + j];
			for (k = 0; k < j; k++)
				sum -= factor[i * c + k] * factor[j * c + k];
			if (i != j)
				factor[i * c + j] = sum / factor[j * c + j];
			else if (sum < 1e-9 * (double)model->row_count)
				return (false);
			else
				factor[i * c + i] = sqrt(sum);
		}
	}
	return (true);
}

/* The coefficients for responses y[row]. */
static void
solve(const struct model *model, const double *y, double *b)
{
	const double *factor;
	double *row;
	size_t c, i, k;

	c = model->columns;
	factor = model->factor;
	row = must_alloc(c, sizeof(*row));
	memset(b, 0, c * sizeof(*b));
	for (k = 0; k < model->row_count; k++) {
		row_of(model, model->rows[k], row);
		for (i = 0; i < c; i++)
			b[i] += row[i] * y[k];
	}
	free(row);
	for (i = 0; i < c; i++) {
		for (k = 0; k < i; k++)
			b[i] -= factor[i * c + k] * b[k];
		b[i] /= factor[i * c + i];
	}
	for (i = c; i-- > 0;) {
		for (k = i + 1; k < c; k++)
			b[i] -= factor[k * c + i] * b[k];
		b[i] /= factor[i * c + i];
	}
}

/* The effect of a level, from the coefficients from column `first` on. */
static double
effect_of(const double *b, size_t first, size_t levels, size_t level)
{
	double sum;
	size_t l;

	if (level + 1 < levels)
		return (b[first + level]);
	sum = 0;
	for (l = 0; l + 1 < levels; l++)
		sum -= b[first + l];
	return (sum);
}

/* --- the shares --------------------------------------------------------------------- */

/*
 * The variance of one replica at one point, less what all points of a replica
 * have in common: by two-way residuals.
 */
static double
noise_of(const double *y, const double *means, size_t rows, size_t n)
{
	double grand, own, residual, squares;
	size_t i, r;

	if (n < 2 || rows < 2)
		return (0);
	grand = 0;
	for (i = 0; i < rows; i++)
		grand += means[i] / (double)rows;
	squares = 0;
	for (r = 0; r < n; r++) {
		own = 0;
		for (i = 0; i < rows; i++)
			own += y[r * rows + i] / (double)rows;
		for (i = 0; i < rows; i++) {
			residual = y[r * rows + i] - own - means[i] + grand;
			squares += residual * residual;
		}
	}
	return (squares / (double)((n - 1) * (rows - 1)));
}

/* The sum of squares of one knob's effects over the points. */
static double
squares_of(const struct model *model, const double *b, size_t first,
    size_t knob)
{
	double effect, mean, squares;
	size_t i;

	mean = squares = 0;
	for (i = 0; i < model->row_count; i++) {
		effect = effect_of(b, first, model->levels[knob],
		    model->level[model->rows[i] * model->knobs + knob]);
		mean += effect / (double)model->row_count;
		squares += effect * effect;
	}
	return (squares - mean * mean * (double)model->row_count);
}

static void
find_shares(struct effects *effects, const struct model *model,
    const double *y, const double *means)
{
	double *b, each, fitted, grand, left, *row, total;
	size_t first, i, k, n;

	n = effects->replicas;
	each = noise_of(y, means, model->row_count, n);
	effects->noise = sqrt(each);
	each /= (double)n;
	b = must_alloc(model->columns, sizeof(*b));
	row = must_alloc(model->columns, sizeof(*row));
	solve(model, means, b);
	grand = total = left = 0;
	for (i = 0; i < model->row_count; i++)
		grand += means[i] / (double)model->row_count;
	for (i = 0; i < model->row_count; i++) {
		total += (means[i] - grand) * (means[i] - grand);
		row_of(model, model->rows[i], row);
		fitted = 0;
		for (k = 0; k < model->columns; k++)
			fitted += row[k] * b[k];
		left += (means[i] - fitted) * (means[i] - fitted);
	}
	total = fmax(0, total - (double)(model->row_count - 1) * each);
	left = fmax(0, left - (double)(model->row_count - model->columns) *
	    each);
	effects->interactions = total <= 0 ? 0 : fmin(1, left / total);
	first = 1;
	for (k = 0; k < model->knobs; k++) {
		fitted = squares_of(model, b, first, k) -
		    (double)(model->levels[k] - 1) * each;
		effects->knobs[k].share = total <= 0 ? 0 :
		    fmin(1, fmax(0, fitted) / total);
		first += model->levels[k] - 1;
	}
	free(row);
	free(b);
}

/* --- the intervals -------------------------------------------------------------------- */

static void
find_knob(struct effects_knob *knob, const double *b, size_t columns,
    size_t first, size_t n)
{
	double *each;
	size_t l, r;

	each = must_alloc(n, sizeof(*each));
	knob->level = must_alloc(knob->levels, sizeof(*knob->level));
	for (l = 0; l < knob->levels; l++) {
		for (r = 0; r < n; r++)
			each[r] = effect_of(&b[r * columns], first,
			    knob->levels, l);
		knob->level[l] = interval_mean(each, n, 0.95);
		if (knob->level[l].value < knob->level[knob->lowest].value)
			knob->lowest = l;
		if (knob->level[l].value > knob->level[knob->highest].value)
			knob->highest = l;
	}
	for (r = 0; r < n; r++)
		each[r] = effect_of(&b[r * columns], first, knob->levels,
		    knob->highest) - effect_of(&b[r * columns], first,
		    knob->levels, knob->lowest);
	knob->span = interval_mean(each, n, 0.95);
	free(each);
}

static void
find_effects(struct effects *effects, const struct model *model,
    const double *y)
{
	double *b, *each;
	size_t first, k, n, r;

	n = effects->replicas;
	b = must_alloc(n * model->columns, sizeof(*b));
	each = must_alloc(n, sizeof(*each));
	for (r = 0; r < n; r++) {
		solve(model, &y[r * model->row_count], &b[r * model->columns]);
		each[r] = b[r * model->columns];
	}
	effects->mean = interval_mean(each, n, 0.95);
	first = 1;
	for (k = 0; k < model->knobs; k++) {
		effects->knobs[k].levels = model->levels[k];
		find_knob(&effects->knobs[k], b, model->columns, first, n);
		first += model->levels[k] - 1;
	}
	free(each);
	free(b);
}

static bool
complete(const double *values, size_t n)
{
	size_t r;

	for (r = 0; r < n; r++) {
		if (isnan(values[r]))
			return (false);
	}
	return (true);
}

int
effects_fit(struct effects *effects, const size_t *level,
    const size_t *levels, size_t knobs, const double *values, size_t points,
    size_t n)
{
	struct model model = { level, levels, knobs, NULL, 0, 1, NULL };
	double *means, *y;
	size_t i, k, r;
	int status;

	memset(effects, 0, sizeof(*effects));
	status = -1;
	for (k = 0; k < knobs; k++) {
		if (levels[k] == 0)
			return (-1);
		model.columns += levels[k] - 1;
	}
	model.rows = must_alloc(points, sizeof(*model.rows));
	for (i = 0; i < points; i++) {
		if (complete(&values[i * n], n))
			model.rows[model.row_count++] = i;
	}
	model.factor = must_alloc(model.columns * model.columns,
	    sizeof(*model.factor));
	y = must_alloc(n * model.row_count, sizeof(*y));
	means = must_alloc(model.row_count, sizeof(*means));
	for (i = 0; i < model.row_count; i++) {
		for (r = 0; r < n; r++) {
			y[r * model.row_count + i] =
			    values[model.rows[i] * n + r];
			means[i] += y[r * model.row_count + i] / (double)n;
		}
	}
	if (n > 0 && model.row_count >= model.columns && factorize(&model)) {
		effects->points = model.row_count;
		effects->replicas = n;
		effects->left_out = points - model.row_count;
		effects->knobs = must_alloc(knobs, sizeof(*effects->knobs));
		effects->knob_count = knobs;
		find_effects(effects, &model, y);
		find_shares(effects, &model, y, means);
		status = 0;
	}
	free(means);
	free(y);
	free(model.factor);
	free(model.rows);
	return (status);
}

void
effects_fini(struct effects *effects)
{
	size_t k;

	for (k = 0; k < effects->knob_count; k++)
		free(effects->knobs[k].level);
	free(effects->knobs);
	memset(effects, 0, sizeof(*effects));
}

/* --- levels of a knob with many values --------------------------------------------------- */

static int
compare_numbers(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return ((*a > *b) - (*a < *b));
}

size_t
effects_group(const double *numbers, size_t points, size_t most,
    size_t *level)
{
	double *bounds, *sorted;
	size_t count, i, l;

	if (points == 0 || most == 0)
		return (0);
	sorted = must_alloc(points, sizeof(*sorted));
	bounds = must_alloc(most, sizeof(*bounds));
	memcpy(sorted, numbers, points * sizeof(*sorted));
	qsort(sorted, points, sizeof(*sorted), compare_numbers);
	/* The largest of each group; equal bounds are one. */
	count = 0;
	for (l = 1; l <= most; l++) {
		i = l * points / most;
		if (i > 0 && (count == 0 || sorted[i - 1] > bounds[count - 1]))
			bounds[count++] = sorted[i - 1];
	}
	for (i = 0; i < points; i++) {
		for (l = 0; l + 1 < count && numbers[i] > bounds[l]; l++)
			;
		level[i] = l;
	}
	free(bounds);
	free(sorted);
	return (count);
}
