/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report/report_matrix.h"

#include <math.h>
#include <stdbool.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/report/report_data.h"
#include "tools/store/store.h"
#include "tools/store/store_query.h"

/* Of ten points at least nine have a seed that is taken. */
static const double most_points = 0.9;

static int
compare_seeds(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x < *y ? -1 : *x > *y);
}

/* The seeds of finished runs, each as often as points have it. */
static int64_t *
all_seeds(const struct report_experiment *experiment, size_t *count,
    size_t *points)
{
	const struct report_point *point;
	int64_t *seeds;
	size_t i, k;

	seeds = NULL;
	*count = *points = 0;
	for (i = 0; i < experiment->point_count; i++) {
		point = &experiment->points[i];
		*points += report_runs_done(point->status) > 0;
		for (k = 0; k < point->run_count; k++) {
			if (point->runs[k].status != REPORT_OK &&
			    point->runs[k].status != REPORT_FINDING)
				continue;
			seeds = must_grow(seeds, *count, sizeof(*seeds));
			seeds[(*count)++] = point->runs[k].seed;
		}
	}
	if (*count > 0)
		qsort(seeds, *count, sizeof(*seeds), compare_seeds);
	return (seeds);
}

static void
choose_seeds(struct report_matrix *matrix,
    const struct report_experiment *experiment)
{
	int64_t *seeds;
	size_t count, first, i, points;

	seeds = all_seeds(experiment, &count, &points);
	for (i = first = 0; i < count; i++) {
		if (i + 1 < count && seeds[i + 1] == seeds[first])
			continue;
		/* Never behind what is read from. */
		if ((double)(i + 1 - first) >= most_points * (double)points)
			seeds[matrix->n++] = seeds[first];
		first = i + 1;
	}
	matrix->seeds = seeds;
}

static int
read_values(struct report_matrix *matrix, struct store_query *query,
    const struct report_experiment *experiment, struct err *err)
{
	const int64_t *found;
	size_t point;
	int64_t seed;
	int more;

	point = 0;
	while ((more = store_query_step(query, err)) > 0) {
		while (point < matrix->points &&
		    experiment->points[point].id != store_query_int(query, 0))
			point++;
		if (point == matrix->points)
			break;
		seed = store_query_int(query, 1);
		found = bsearch(&seed, matrix->seeds, matrix->n,
		    sizeof(*matrix->seeds), compare_seeds);
		if (found != NULL)
			matrix->values[point * matrix->n +
			    (size_t)(found - matrix->seeds)] =
			    store_query_real(query, 2);
	}
	return (more < 0 ? -1 : 0);
}

int
report_matrix_load(struct report_matrix *matrix,
    const struct report_data *data, const struct report_experiment *experiment,
    const char *name, const char *stat, struct err *err)
{
	struct store_query *query;
	size_t i;
	int good;

	memset(matrix, 0, sizeof(*matrix));
	matrix->points = experiment->point_count;
	if (report_metric_find(data, name, stat) < 0)
		return (0);
	choose_seeds(matrix, experiment);
	if (matrix->n == 0)
		return (0);
	matrix->values = must_alloc(matrix->points * matrix->n,
	    sizeof(*matrix->values));
	for (i = 0; i < matrix->points * matrix->n; i++)
		matrix->values[i] = NAN;
	query = store_query_begin(data->store, "SELECT p.id, r.seed, m.value "
	    "FROM point p CROSS JOIN run r ON r.point_id = p.id "
	    "CROSS JOIN metric m ON m.run_id = r.id AND m.name = ? "
	    "AND m.stat = ? WHERE p.experiment_id = ? AND r.status IN "
	    "('ok', 'finding') ORDER BY p.ordinal", err);
	if (query == NULL) {
		report_matrix_fini(matrix);
		return (-1);
	}
	store_query_bind_text(query, 1, name);
	store_query_bind_text(query, 2, stat);
	store_query_bind_int(query, 3, experiment->id);
	good = read_values(matrix, query, experiment, err);
	store_query_end(query);
	if (good != 0)
		report_matrix_fini(matrix);
	return (good);
}

void
report_matrix_fini(struct report_matrix *matrix)
{

	free(matrix->seeds);
	free(matrix->values);
	memset(matrix, 0, sizeof(*matrix));
}
