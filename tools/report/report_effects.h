/*
 * report_effects - which knob matters, and how much?
 *
 * For each amount a fit of the effects of all knobs that vary, the policy among
 * them (tools/stats/effects.h).  Amounts above zero are fitted by their
 * logarithms, so that an effect is a factor.  Where knobs do not vary
 * independently (a knob that only one policy has), each policy and mode is
 * fitted by itself.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_EFFECTS_H
#define TOOLS_REPORT_REPORT_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/stats/interval.h"

struct err;
struct grid;
struct report_data;
struct report_experiment;
struct report_scene;
struct shape;

enum {
	SENSITIVITY_LABEL_SIZE = 160,
	SENSITIVITY_FITS_MAX = 12,
	SENSITIVITY_KNOBS_MAX = 12,
};

/* One knob in one fit. */
struct sensitivity_knob {
	const char *knob;	/* "policy", "zone.bucket_size" */
	double share;		/* of the variance of points, 0 to 1 */
	struct interval span;	/* factor from lowest to highest level, 95 % */
	char lowest[40], highest[40];	/* the levels */
};

/* One fit. */
struct sensitivity_fit {
	char label[SENSITIVITY_LABEL_SIZE];	/* "Peak footprint: gus" */
	size_t amount;		/* of report_amounts, or REPORT_AMOUNTS: ops */
	struct sensitivity_knob *knobs;
	size_t knob_count;
	double interactions;	/* share of the variance, 0 to 1 */
	size_t points, left_out, n;
};

struct sensitivity {
	struct sensitivity_fit fits[SENSITIVITY_FITS_MAX];
	size_t fit_count;
	size_t omitted;		/* fits that would have been too many */
};

/* None where nothing varies, or where nothing can be told apart. */
struct sensitivity *sensitivity_make(const struct report_data *data,
    const struct shape *shape, struct err *err);
/* NULL is fine. */
void sensitivity_free(struct sensitivity *sensitivity);

/* One row for each knob of each fit. */
struct grid *sensitivity_table(const struct sensitivity *sensitivity);

/* What the variance is made of, one bar for each fit. */
void sensitivity_figure(const struct sensitivity *sensitivity,
    struct report_scene *scene);

#endif
