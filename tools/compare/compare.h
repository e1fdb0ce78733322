/*
 * compare - what does B change against A, seed by seed?
 *
 * A side is a policy (its label in the database), a point, or anything between:
 *
 *	gus-lazy
 *	gus-lazy,machine.cpus=16,write_share=1%
 *	machine.cpus=16
 *	#12				the point with that point_id
 *
 * A knob may be named by its last word where that is clear.  Points of the two
 * sides belong together where all knobs agree that both have, but for those
 * that both sides name: that is a condition, and each is compared by itself.
 * Where neither side names a policy they have the same.  In a
 * condition the runs of one seed are a pair.  Runs that did not come to their
 * end have no numbers; they, and seeds that only one side has, are counted.
 *
 * All comparisons that are made are one family, and p is corrected for it.
 *
 * Errors      NULL with err: a side that names nothing, with what there is.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_COMPARE_COMPARE_H
#define TOOLS_COMPARE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/report/report_data.h"
#include "tools/stats/paired.h"

struct err;

/* Which of two values one would rather have. */
enum compare_wish { COMPARE_NEITHER, COMPARE_LESS, COMPARE_MORE };

enum compare_verdict {
	COMPARE_UNCLEAR,	/* no difference that these runs could show */
	COMPARE_SAME,		/* equal in each pair */
	COMPARE_LOWER,		/* B is */
	COMPARE_HIGHER,
	COMPARE_FEW,		/* fewer than two pairs */
};

extern const char *const compare_verdict_names[];

struct compare_row {
	const struct report_metric *metric;
	enum compare_wish wish;
	struct paired paired;
	double p;		/* corrected */
	enum compare_verdict verdict;
	bool bound;		/* of a percentile: some values are "at least" */
};

struct compare_condition {
	char *label;		/* "machine.cpus=16 ..."; "" if there is one */
	const struct report_point *points[2];
	size_t pairs;
	size_t alone[2];	/* finished runs whose seed the other lacks */
	struct compare_row *rows;
	size_t row_count;
};

struct compare {
	const struct report_experiment *experiment;
	char *names[2];
	struct compare_condition *conditions;
	size_t condition_count;
	size_t family;		/* comparisons that p is corrected for */
	/* Of all comparisons in which it is known: the median. */
	double variance_cut;
};

/* `all`: every metric, not only the main ones. */
struct compare *compare_make(const struct report_data *data, const char *a,
    const char *b, bool all, struct err *err);
/* NULL is fine. */
void compare_free(struct compare *compare);

void compare_text(FILE *out, const struct compare *compare);
void compare_json(FILE *out, const struct compare *compare);

/* "better", "worse" or "": what the verdict means for B. */
const char *compare_opinion(const struct compare_row *row);

#endif
