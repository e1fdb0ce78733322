/*
 * report_matrix - what did each seed of each point say?
 *
 * The values of one metric, point by point and seed by seed, for methods that
 * compare points under the same seed.  Seeds are those that nearly all points
 * have: where points were given different numbers of runs, the common ones.
 * What is missing is NAN.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_MATRIX_H
#define TOOLS_REPORT_REPORT_MATRIX_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct report_data;
struct report_experiment;

struct report_matrix {
	size_t points;		/* as many as the experiment has */
	size_t n;		/* seeds; 0: no metric of that name */
	int64_t *seeds;		/* rising */
	double *values;		/* values[point * n + seed] */
};

int report_matrix_load(struct report_matrix *matrix,
    const struct report_data *data, const struct report_experiment *experiment,
    const char *name, const char *stat, struct err *err);
void report_matrix_fini(struct report_matrix *matrix);

#endif
