/*
 * report_figures - which figures does an experiment get?
 *
 * Chosen by the shape of its sweep, never by the names of its knobs:
 *
 *	heat	a pair of swept numbers: amounts over both
 *	line	each swept number: amounts along it, policies side by side
 *	bars	several policies or words: their middle points compared
 *	tail	percentiles of the latency, up to the last that is known
 *	split	what the latency is made of
 *	time	memory by state over simulated time
 *	pareto	memory against latency, all points
 *
 * The number of figures and of curves in each is bounded; what is left out is
 * said in `omitted`.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_REPORT_REPORT_FIGURES_H
#define TOOLS_REPORT_REPORT_FIGURES_H

#include <stddef.h>

struct err;
struct plot;
struct report_data;
struct report_experiment;
struct shape;

struct report_scene {
	const struct report_data *data;
	const struct report_experiment *experiment;
	const struct shape *shape;
	struct plot *plot;
	const char *prefix;	/* of the figures' names */
	size_t omitted;		/* figures that would have been too many */
};

enum {
	REPORT_HEATS_MAX = 64,
	REPORT_CURVES_MAX = 8,
	REPORT_BARS_MAX = 32,
	REPORT_PANELS_MAX = 4,
	REPORT_NAME_SIZE = 240,
};

/* What is drawn, and the bound that an ideal reclaimer would reach. */
struct report_amount {
	const char *name, *stat;	/* of the metric */
	const char *bound_name, *bound_stat;
	const char *unit;
	const char *title;		/* "Peak footprint" */
};
enum {
	REPORT_PEAK_FOOTPRINT,
	REPORT_MEAN_FOOTPRINT,
	REPORT_LATENCY,
	REPORT_AMOUNTS
};
extern const struct report_amount report_amounts[REPORT_AMOUNTS];

/* Adds all figures to scene->plot; nothing is drawn yet. */
int report_figures(struct report_scene *scene, struct err *err);

/* Its parts. */
void report_figures_heat(struct report_scene *scene);
void report_figures_lines(struct report_scene *scene);
void report_figures_pareto(struct report_scene *scene);
void report_figures_bars(struct report_scene *scene);
int report_figures_tail(struct report_scene *scene, struct err *err);
int report_figures_time(struct report_scene *scene, struct err *err);

/*
 * Points that stand for the whole: the middle of each slice; where there are
 * few slices, also the best and the worst latency of each.
 */
size_t report_choose(const struct report_scene *scene, size_t *points,
    size_t room);

/* A file name from words: "main-heat-footprint_bytes-peak-deferred". */
void report_name(char name[REPORT_NAME_SIZE], const char *const *words,
    size_t count);

/* "4", or "2 to 4". */
void report_range(char *text, size_t room, size_t least, size_t most);

#endif
