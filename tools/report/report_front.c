/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_front.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "sim/base/must.h"
#include "tools/report/report_data.h"
#include "tools/report/report_matrix.h"
#include "tools/stats/pareto.h"

enum { OBJECTIVES = 2 };

struct pair {
	double x, y;
	size_t point;
};

static int
compare_pairs(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	if (p->x != q->x)
		return (p->x < q->x ? -1 : 1);
	if (p->y != q->y)
		return (p->y < q->y ? -1 : 1);
	return (p->point < q->point ? -1 : p->point > q->point);
}

/* By the means of all runs that a point has. */
static void
by_means(struct report_front *front, const struct report_data *data,
    const struct report_experiment *experiment)
{
	struct report_estimate x, y;
	struct pair *pairs;
	size_t i, used;
	double least;

	pairs = must_alloc(experiment->point_count, sizeof(*pairs));
	used = 0;
	for (i = 0; i < experiment->point_count; i++) {
		x = report_find(data, &experiment->points[i],
		    "footprint_bytes", "mean");
		y = report_find(data, &experiment->points[i], "free_to_use_ns",
		    "p99");
		if (x.n > 0 && y.n > 0)
			pairs[used++] = (struct pair){ x.mean, y.mean, i };
	}
	qsort(pairs, used, sizeof(*pairs), compare_pairs);
	/* From small to large footprint, the latency must keep falling. */
	least = INFINITY;
	for (i = 0; i < used; i++) {
		front->place[pairs[i].point] = REPORT_MAYBE;
		if (pairs[i].y >= least)
			continue;
		least = pairs[i].y;
		front->place[pairs[i].point] = REPORT_FRONT;
		front->order[front->order_count++] = pairs[i].point;
	}
	free(pairs);
}

/* The points with all seeds, as pareto_judge() wants them. */
static size_t
gather(const struct report_matrix matrices[OBJECTIVES], double *values,
    size_t *points)
{
	const struct report_matrix *matrix;
	size_t count, i, k, n, o;
	bool whole;

	n = matrices[0].n;
	count = 0;
	for (i = 0; i < matrices[0].points; i++) {
		whole = true;
		for (o = 0; o < OBJECTIVES; o++) {
			matrix = &matrices[o];
			for (k = 0; k < n; k++) {
				values[(count * OBJECTIVES + o) * n + k] =
				    matrix->values[i * n + k];
				whole = whole &&
				    !isnan(matrix->values[i * n + k]);
			}
		}
		if (whole)
			points[count++] = i;
	}
	return (count);
}

/*
 * Who is on the front is what the means of all runs say; who is beaten for
 * certain, what the seeds say that the points have in common.
 */
static void
by_seeds(struct report_front *front,
    const struct report_matrix matrices[OBJECTIVES])
{
	struct pareto_set set = { .objectives = OBJECTIVES };
	enum pareto_place *place;
	double *values;
	size_t i, *points;

	values = must_alloc((matrices[0].points + 1) * OBJECTIVES *
	    matrices[0].n, sizeof(*values));
	points = must_alloc(matrices[0].points, sizeof(*points));
	set.n = front->n = matrices[0].n;
	set.points = gather(matrices, values, points);
	set.values = values;
	place = must_alloc(set.points, sizeof(*place));
	if (set.points > 0)
		pareto_judge(&set, place);
	for (i = 0; i < set.points; i++) {
		if (place[i] == PARETO_DOMINATED &&
		    front->place[points[i]] == REPORT_MAYBE)
			front->place[points[i]] = REPORT_DOMINATED;
	}
	for (i = 0; i < matrices[0].points; i++)
		front->unpaired += front->place[i] != REPORT_UNMEASURED;
	front->unpaired -= set.points < front->unpaired ? set.points :
	    front->unpaired;
	free(place);
	free(points);
	free(values);
}

struct report_front *
report_front_make(const struct report_data *data,
    const struct report_experiment *experiment, struct err *err)
{
	struct report_matrix matrices[OBJECTIVES] = { 0 };
	struct report_front *front;
	size_t i;
	int good;

	front = must_alloc(1, sizeof(*front));
	front->place = must_alloc(experiment->point_count,
	    sizeof(*front->place));
	front->order = must_alloc(experiment->point_count,
	    sizeof(*front->order));
	by_means(front, data, experiment);
	good = 0;
	if (experiment->point_count <= REPORT_FRONT_POINTS_MAX) {
		good = report_matrix_load(&matrices[0], data, experiment,
		    "footprint_bytes", "mean", err) == 0 &&
		    report_matrix_load(&matrices[1], data, experiment,
		    "free_to_use_ns", "p99", err) == 0 ? 0 : -1;
		if (good == 0 && matrices[0].n > 1 &&
		    matrices[0].n == matrices[1].n)
			by_seeds(front, matrices);
		for (i = 0; i < OBJECTIVES; i++)
			report_matrix_fini(&matrices[i]);
	}
	for (i = 0; i < experiment->point_count; i++)
		front->maybe_count += front->place[i] == REPORT_MAYBE;
	if (good == 0)
		return (front);
	report_front_free(front);
	return (NULL);
}

void
report_front_free(struct report_front *front)
{

	if (front == NULL)
		return;
	free(front->place);
	free(front->order);
	free(front);
}

size_t
report_best(const struct report_experiment *experiment, size_t **points)
{
	const struct report_front *front = experiment->front;
	size_t count, i;

	*points = must_alloc(REPORT_BEST_MAX, sizeof(**points));
	count = 0;
	for (i = 0; i < front->order_count && count < REPORT_BEST_MAX; i++)
		(*points)[count++] = front->order[i];
	/* Where nothing could be told apart, everything may be. */
	if (front->n < 2 || front->order_count + front->maybe_count ==
	    experiment->point_count)
		return (count);
	for (i = 0; i < experiment->point_count && count < REPORT_BEST_MAX;
	    i++) {
		if (front->place[i] == REPORT_MAYBE)
			(*points)[count++] = i;
	}
	return (count);
}

const char *
report_front_word(enum report_place place)
{
	static const char *const words[] = {
		[REPORT_UNMEASURED] = "-", [REPORT_FRONT] = "front",
		[REPORT_MAYBE] = "maybe", [REPORT_DOMINATED] = "dominated",
	};

	return (words[place]);
}
