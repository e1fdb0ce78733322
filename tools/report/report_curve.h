/*
 * report_curve - how is a latency spread?
 *
 * The distribution of a latency at a point, from the merged histograms of its
 * runs, drawn in two ways:
 *
 *	tail	the latency over its percentiles, 90 %, 99 %, 99.9 % equally far
 *		apart: how bad are the worst?
 *	cdf	the share that is done over the latency: how many are quick?
 *
 * Both end where there are too few values for a 95 % bound, or where too many
 * items still waited when the run ended.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_CURVE_H
#define TOOLS_REPORT_REPORT_CURVE_H

#include <stddef.h>

struct err;
struct plot;
struct plot_curve;
struct plot_figure;
struct report_data;
struct report_point;

enum {
	CURVE_STEPS = 24,	/* in each tenfold of 1 / (1 - p) */
	CURVE_TENFOLDS = 6,
	CURVE_POINTS = CURVE_STEPS * CURVE_TENFOLDS,
};

struct curve {
	size_t count;		/* 0: nothing is known */
	double rest[CURVE_POINTS];	/* 1 / (1 - p) */
	double share[CURVE_POINTS];	/* p, in percent */
	double ns[CURVE_POINTS];
};

/* Of free_to_use_ns. */
int curve_load(struct curve *curve, const struct report_data *data,
    const struct report_point *point, struct err *err);

/* Only the title, kind and style are the caller's. */
void curve_as_tail(const struct curve *curve, struct plot_curve *plotted);
void curve_as_cdf(const struct curve *curve, struct plot_curve *plotted);

/* NULL where there is nothing to draw.  The caption is set; the text is not. */
struct plot_figure *curve_draw_tail(struct plot *plot, const char *name,
    const char *title, const struct plot_curve *curves, size_t count,
    const char *remark);
struct plot_figure *curve_draw_cdf(struct plot *plot, const char *name,
    const char *title, const struct plot_curve *curves, size_t count,
    const char *remark);

#endif
