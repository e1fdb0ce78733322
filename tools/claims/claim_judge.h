/*
 * claim_judge - does what was measured agree with what was published?
 *
 * For each set-up a part has one value for each seed, and of these a mean with
 * its 95 % interval: of the logarithms where all values are positive (ratios
 * and times vary by factors), else of the values.  A set-up holds if the whole
 * interval is on the right side, fails if it is wholly on the wrong one, and
 * is open otherwise.
 *
 * A part holds if all of its set-ups do (one, if it is claimed for the best
 * case only) and fails if all do.  A claim is reproduced if all parts hold,
 * contradicted if all fail, and else not reproducible as stated.
 *
 * Source      Student's t: tools/stats/student.h
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CLAIMS_CLAIM_JUDGE_H
#define TOOLS_CLAIMS_CLAIM_JUDGE_H

#include <stddef.h>

#include "tools/claims/claim.h"

struct plan;

enum claim_outcome {
	CLAIM_HOLDS,
	CLAIM_FAILS,
	CLAIM_OPEN,
	CLAIM_OUTCOMES
};
extern const char *const claim_outcome_names[CLAIM_OUTCOMES];

/* A mean of `count` values that are numbers; NAN where there are none. */
struct claim_estimate {
	double mean;
	double low;		/* infinite where count is 1 */
	double high;
	size_t count;
};

struct claim_row {
	size_t point;			/* of the plan */
	struct claim_estimate estimate;
	enum claim_outcome outcome;
};

struct claim_finding {
	struct claim_row *rows;
	size_t row_count;
	size_t holds;			/* rows that do */
	size_t fails;
	enum claim_outcome outcome;	/* of the part; OPEN where it is shown only */
};

/* The values of all runs of a claim: NAN until a run has answered. */
struct claim_values {
	size_t points;
	size_t seeds;
	double *values;			/* [part][point][seed] */
};

void claim_values_init(struct claim_values *values, size_t parts,
    size_t points, size_t seeds);
void claim_values_fini(struct claim_values *values);
double *claim_values_at(const struct claim_values *values, size_t part,
    size_t point, size_t seed);

struct claim_estimate claim_estimate_of(const double *values, size_t count);

enum claim_outcome claim_outcome_of(const struct claim_part *part,
    const struct claim_estimate *estimate);

/* The rows are to be given back with claim_finding_fini(). */
void claim_judge_part(const struct claim_part *part, size_t index,
    const struct plan *plan, const struct claim_values *values,
    struct claim_finding *finding);
void claim_finding_fini(struct claim_finding *finding);

/* `findings` has one for each part. */
enum claim_verdict claim_judge(const struct claim *claim,
    const struct claim_finding *findings);

#endif
