/*
 * scene - how do several policies look side by side?
 *
 * Pictures of one experiment in which every policy meets the same conditions.
 * A contender is a slice of the sweep (tools/report/report_shape.h): a policy,
 * and a value of each swept word.  A condition is a value of each swept
 * number.
 *
 *	grid-*		contenders by conditions, one amount: who loses where?
 *	line-*		an amount along a number, the others at their middle
 *
 * and for each condition (for the middle one, where there are many):
 *
 *	tail		free-to-use latency, percentile by percentile
 *	split		what the mean latency is made of
 *	time		memory by state over simulated time
 *	cost		what each kind of operation costs
 *	pareto-*	memory against latency, and against throughput
 *
 * Errors      1: the folder is somebody else's; -1: no gnuplot, disk full, a
 *             damaged database.  Then nothing was written.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_COMPARE_SCENE_H
#define TOOLS_COMPARE_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/report/report_data.h"
#include "tools/report/report_figures.h"

struct compare;
struct err;
struct plot;
struct shape;
struct shape_slice;

struct scene_made {
	char **files;
	size_t file_count;
	bool blind;		/* no font: the PNG files lack all text */
};

/* `compare` NULL: all policies of all experiments; else its points alone. */
int scene_make(const struct report_data *data, const struct compare *compare,
    const char *folder, struct scene_made *made, struct err *err);
void scene_made_fini(struct scene_made *made);

/* --- for scene_*.c -------------------------------------------------------- */

enum {
	SCENE_CONTENDERS_MAX = 16,
	SCENE_STYLES = 8,		/* curves that can be told apart */
	SCENE_CURVES_MAX = SCENE_STYLES + 1,	/* and a bound */
	SCENE_CONDITIONS_MAX = 12,	/* with pictures of their own */
	SCENE_COLUMNS_MAX = 16,
	SCENE_LABEL_SIZE = 160,
};

#define SCENE_NO_POINT	((size_t)-1)

struct scene_condition {
	char label[SCENE_LABEL_SIZE];	/* "cpus 16, write_share 1%" */
	char values[SCENE_LABEL_SIZE];	/* "16, 1%" */
	char key[SCENE_LABEL_SIZE];	/* "cpus16-write_share1", for files */
	/* One for each contender, or SCENE_NO_POINT. */
	size_t points[SCENE_CONTENDERS_MAX];
};

struct scene {
	const struct report_data *data;
	const struct report_experiment *experiment;
	const struct shape *shape;
	struct plot *plot;
	const char *prefix;
	const struct shape_slice *contenders[SCENE_CONTENDERS_MAX];
	/* Their names; " (!)" behind that of one that checks have accused. */
	char names[SCENE_CONTENDERS_MAX][SCENE_LABEL_SIZE + 8];
	bool accused[SCENE_CONTENDERS_MAX];
	size_t contender_count;
	size_t left_out;		/* contenders that were too many */
	char rest[2][160];		/* scene_rest() of all, and of some */
	struct scene_condition *conditions;
	size_t condition_count;
	size_t middle;			/* the condition that stands for all */
};

/* An amount of a point: a metric, or the sum of the means of two. */
struct scene_amount {
	const char *key;		/* for names of files */
	const char *title;
	const char *label;		/* for an axis */
	const char *unit;
	const char *name, *stat;
	const char *plus;		/* NULL, or the second metric */
	bool more;			/* more is better */
};

enum {
	SCENE_OPS,
	SCENE_SECTION,
	SCENE_FREE,
	SCENE_KNOWN,
	SCENE_USE,
	SCENE_FOOTPRINT,
	SCENE_PEAK,
	SCENE_WAITING,
	SCENE_IPIS,
	SCENE_AMOUNTS
};
extern const struct scene_amount scene_amounts[SCENE_AMOUNTS];

struct report_estimate scene_value(const struct scene *scene, size_t point,
    const struct scene_amount *amount);

/* The ideal: drawn as a bound, without a colour of its own. */
bool scene_is_ideal(const struct shape_slice *contender);
/* An ideal, or not to be trusted: others are not measured by it. */
bool scene_is_barred(const struct scene *scene, size_t contender);
/* " (!): ..." for a caption, or "". */
const char *scene_accusation(const struct scene *scene);
/*
 * Those that get a curve or a mark: all, or where there are more than can be
 * told apart, the first that nobody has accused, and the ideal.
 */
size_t scene_curves(const struct scene *scene,
    size_t contenders[SCENE_CURVES_MAX]);
/* What a picture with `shown` of the contenders says of the others, or "". */
const char *scene_rest(const struct scene *scene, size_t shown);
/* The colour of a contender's curve, the same in every picture. */
size_t scene_style(const struct scene *scene, size_t contender);

void scene_name(const struct scene *scene, char name[REPORT_NAME_SIZE],
    const char *kind, const char *detail);

void scene_grids(struct scene *scene);
void scene_lines(struct scene *scene);
int scene_tail(struct scene *scene, size_t condition, struct err *err);
int scene_time(struct scene *scene, size_t condition, struct err *err);
void scene_split(struct scene *scene, size_t condition);
void scene_cost(struct scene *scene, size_t condition);
void scene_pareto(struct scene *scene, size_t condition);

#endif
