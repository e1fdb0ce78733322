/*
 * side - which points are meant?
 *
 * One side of a comparison: words of the command line, as compare.h explains
 * them, against the points of an experiment.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_COMPARE_SIDE_H
#define TOOLS_COMPARE_SIDE_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct report_data;
struct report_experiment;
struct report_knob;
struct report_point;

struct side_knob {
	char *knob;		/* whole, or its last word */
	char *value;
};

struct side {
	char *policy;		/* NULL: any */
	long long id;		/* of the point; 0: any */
	struct side_knob *knobs;
	size_t knob_count;
};

int side_parse(struct side *side, const struct report_data *data,
    const char *text, struct err *err);
void side_fini(struct side *side);

bool side_has(const struct side *side, const struct report_point *point);
/* Whether the side says which value the knob has. */
bool side_names(const struct side *side, const char *knob);

/* The knob of that name of the point, or NULL. */
const struct report_knob *side_knob_of(const struct report_point *point,
    const char *knob);

/* What there is to be named, for a complaint. */
void side_complain(const struct report_data *data, const char *text,
    struct err *err);

#endif
