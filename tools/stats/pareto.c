/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/stats/pareto.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/base/must.h"
#include "sim/base/rng.h"
#include "tools/stats/paired.h"
#include "tools/stats/student.h"

enum { PARETO_RESAMPLINGS = 1000 };

const char *const pareto_words[PARETO_PLACES] = {
	[PARETO_FRONT] = "front",
	[PARETO_MAYBE] = "maybe",
	[PARETO_DOMINATED] = "dominated",
};

static const double *
values_of(const struct pareto_set *set, size_t point, size_t objective)
{

	return (&set->values[(point * set->objectives + objective) * set->n]);
}

/* means[point * objectives + objective]; `draw` NULL: each replica once. */
static void
find_means(const struct pareto_set *set, const size_t *draw, double *means)
{
	const double *values;
	double sum;
	size_t i, k;

	for (i = 0; i < set->points * set->objectives; i++) {
		values = &set->values[i * set->n];
		sum = 0;
		for (k = 0; k < set->n; k++)
			sum += values[draw == NULL ? k : draw[k]];
		means[i] = sum / (double)set->n;
	}
}

/* --- who beats whom ------------------------------------------------------------- */

static bool
beats(const double *a, const double *b, size_t objectives)
{
	bool smaller;
	size_t k;

	smaller = false;
	for (k = 0; k < objectives; k++) {
		if (a[k] > b[k])
			return (false);
		smaller = smaller || a[k] < b[k];
	}
	return (smaller);
}

/*
 * By how many standard errors the mean of a lies below that of b: at most 0
 * where it does not, and infinity where they are equal pair by pair, which is
 * as good as being smaller where something else is.
 */
static double
lead(const double *a, const double *b, size_t n)
{
	double mean, squares, step;
	bool alike;
	size_t i;

	mean = squares = 0;
	alike = true;
	for (i = 0; i < n; i++) {
		step = b[i] - a[i] - mean;
		mean += step / (double)(i + 1);
		squares += step * (b[i] - a[i] - mean);
		alike = alike && b[i] - a[i] == b[0] - a[0];
	}
	if (alike && mean == 0)
		return (INFINITY);
	if (mean <= 0 || n < 2)
		return (0);
	/* Rounded alike, not known to the bit: as sure as a sign test. */
	if (alike)
		return (student_t(1 - exp2(-(double)n), n - 1));
	return (mean / sqrt(squares / (double)(n - 1) / (double)n));
}

/* The least lead over all objectives, of which one at least differs. */
static double
least_lead(const struct pareto_set *set, size_t a, size_t b)
{
	double least;
	size_t k;

	least = INFINITY;
	for (k = 0; k < set->objectives; k++)
		least = fmin(least, lead(values_of(set, a, k),
		    values_of(set, b, k), set->n));
	return (isinf(least) ? 0 : least);
}

/*
 * The surest of those that beat point b in their means, among the front: how
 * likely is it, if none of them does?  Each of the other points might have been
 * the one (Bonferroni), though only those of the front are looked at.
 */
static double
beaten_p(const struct pareto_set *set, size_t b, const double *means,
    const enum pareto_place *place)
{
	double most;
	size_t a;

	most = 0;
	for (a = 0; a < set->points; a++) {
		if (place[a] == PARETO_FRONT &&
		    beats(&means[a * set->objectives],
		    &means[b * set->objectives], set->objectives))
			most = fmax(most, least_lead(set, a, b));
	}
	if (most <= 0)
		return (1);
	return (fmin(1, student_p(most, set->n - 1) / 2 *
	    (double)(set->points - 1)));
}

void
pareto_judge(const struct pareto_set *set, enum pareto_place *place)
{
	double *means, *p;
	size_t a, b, count;

	count = set->points;
	means = must_alloc(count * set->objectives, sizeof(*means));
	p = must_alloc(count, sizeof(*p));
	find_means(set, NULL, means);
	for (b = 0; b < count; b++) {
		place[b] = PARETO_FRONT;
		for (a = 0; a < count && place[b] == PARETO_FRONT; a++) {
			if (beats(&means[a * set->objectives],
			    &means[b * set->objectives], set->objectives))
				place[b] = PARETO_MAYBE;
		}
	}
	for (b = 0; b < count; b++)
		p[b] = place[b] == PARETO_FRONT ? 1 :
		    beaten_p(set, b, means, place);
	paired_holm(p, count);
	for (b = 0; b < count; b++) {
		if (p[b] < 0.05)
			place[b] = PARETO_DOMINATED;
	}
	free(means);
	free(p);
}

/* --- the front of two objectives ----------------------------------------------- */

struct corner {
	double x, y;
	size_t point;
};

static int
compare_corners(const void *left, const void *right)
{
	const struct corner *a = left, *b = right;

	if (a->x != b->x)
		return (a->x < b->x ? -1 : 1);
	if (a->y != b->y)
		return (a->y < b->y ? -1 : 1);
	return ((a->point > b->point) - (a->point < b->point));
}

/* The front, from left to right and so from top to bottom. */
static size_t
find_front(const double *means, size_t points, struct corner *front)
{
	size_t count, i;

	for (i = 0; i < points; i++)
		front[i] = (struct corner){ means[2 * i], means[2 * i + 1], i };
	qsort(front, points, sizeof(*front), compare_corners);
	count = 0;
	for (i = 0; i < points; i++) {
		if (count == 0 || front[i].y < front[count - 1].y)
			front[count++] = front[i];
	}
	return (count);
}

static double
area_of(const double *means, size_t points, const double reference[2],
    struct corner *front)
{
	double area, right;
	size_t count, i;

	count = find_front(means, points, front);
	area = 0;
	right = reference[0];
	for (i = count; i-- > 0;) {
		if (front[i].x >= right || front[i].y >= reference[1])
			continue;
		area += (right - front[i].x) * (reference[1] - front[i].y);
		right = front[i].x;
	}
	return (area);
}

static int
compare_numbers(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return ((*a > *b) - (*a < *b));
}

struct interval
pareto_hypervolume(const struct pareto_set *set, const double reference[2],
    double confidence, uint64_t seed)
{
	struct interval interval = { set->n, NAN, NAN, NAN };
	double areas[PARETO_RESAMPLINGS], best[2], box, *means;
	struct corner *front;
	struct rng rng;
	size_t *draw, i, k;

	assert(set->objectives == 2);
	if (set->points == 0 || set->n == 0)
		return (interval);
	means = must_alloc(set->points * 2, sizeof(*means));
	front = must_alloc(set->points, sizeof(*front));
	draw = must_alloc(set->n, sizeof(*draw));
	find_means(set, NULL, means);
	best[0] = best[1] = INFINITY;
	for (i = 0; i < set->points; i++) {
		best[0] = fmin(best[0], means[2 * i]);
		best[1] = fmin(best[1], means[2 * i + 1]);
	}
	box = fmax(0, reference[0] - best[0]) * fmax(0, reference[1] - best[1]);
	if (box > 0)
		interval.value = area_of(means, set->points, reference, front) /
		    box;
	rng_init(&rng, seed, "hypervolume", 0);
	for (i = 0; i < PARETO_RESAMPLINGS && set->n > 1 && box > 0; i++) {
		for (k = 0; k < set->n; k++)
			draw[k] = (size_t)rng_below(&rng, set->n);
		find_means(set, draw, means);
		areas[i] = area_of(means, set->points, reference, front) / box;
	}
	if (i == PARETO_RESAMPLINGS) {
		qsort(areas, i, sizeof(areas[0]), compare_numbers);
		k = (size_t)((1 - confidence) / 2 * PARETO_RESAMPLINGS);
		interval.low = areas[k];
		interval.high = areas[PARETO_RESAMPLINGS - 1 - k];
	}
	free(draw);
	free(front);
	free(means);
	return (interval);
}

size_t
pareto_knee(const struct pareto_set *set)
{
	double far, most, *means;
	struct corner *first, *front, *last;
	size_t count, i, knee;

	assert(set->objectives == 2);
	means = must_alloc(set->points * 2, sizeof(*means));
	front = must_alloc(set->points, sizeof(*front));
	find_means(set, NULL, means);
	count = find_front(means, set->points, front);
	knee = set->points;
	most = 0;
	for (i = 1; i + 1 < count; i++) {
		first = &front[0];
		last = &front[count - 1];
		/* On the line the two shares are 1 together. */
		far = 1 - (front[i].x - first->x) / (last->x - first->x) -
		    (front[i].y - last->y) / (first->y - last->y);
		if (knee == set->points || far > most) {
			most = far;
			knee = front[i].point;
		}
	}
	free(front);
	free(means);
	return (knee);
}
