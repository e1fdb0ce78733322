/*
 * suite - what should each of our litmus tests say, and who says so?
 *
 * The rows of verdicts.tsv: test, its verdict under each model, source.
 *
 * Verdicts    Allowed: the state of the clause is reached.  Forbidden: never.
 *             Missed: the model of the source allows it, the machine does not
 *             get there (docs/memory-models.md says why).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TESTS_LITMUS_SUITE_H
#define TESTS_LITMUS_SUITE_H

#include <stddef.h>

#include "tests/litmus/axioms.h"

enum suite_verdict { SUITE_ALLOWED, SUITE_FORBIDDEN, SUITE_MISSED,
    SUITE_VERDICTS };

struct suite_row {
	char test[80];		/* "c/SB+rlxs" */
	enum suite_verdict verdicts[AXIOMS_MODELS];
	char source[160];
};

extern const char *const suite_verdicts[SUITE_VERDICTS];

/* All rows; the number of the line that is wrong, or 0. */
size_t suite_read(const char *file, struct suite_row **rows, size_t *count);

#endif
