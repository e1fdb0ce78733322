/*
 * answer - what did all executions of a litmus test come to?
 *
 * The states that are shown, each with the number of its executions, in the
 * order of their values; those that the filter leaves out are gone.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_LITMUS_ANSWER_H
#define TOOLS_LITMUS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/litmus/test.h"

struct litmus_answer {
	const struct litmus_test *test;
	const char *model;
	struct litmus_state *states;	/* values of what is shown only */
	size_t state_count;
	uint64_t holding;		/* executions in which the clause holds */
	uint64_t failing;
	bool ok;			/* exists, ~exists or forall is so */
	struct litmus_outcome outcome;	/* its states are given back */
};

/* The names of the memory models, NULL at their end; by their numbers. */
const char *const *litmus_models(void);

/* The number of the model that herd takes for a test of this dialect. */
uint32_t litmus_model_of(const struct litmus_test *test);

/* Runs the test. */
void litmus_answer_make(const struct litmus_test *test, uint32_t model,
    const struct litmus_limits *limits, struct litmus_answer *answer);

/* Out of states that are known; takes the outcome over. */
void litmus_answer_of(const struct litmus_test *test, const char *model,
    struct litmus_outcome *outcome, struct litmus_answer *answer);

void litmus_answer_fini(struct litmus_answer *answer);

/* Whether everything that can happen has been seen. */
bool litmus_answer_complete(const struct litmus_answer *answer);

/* "Always", "Sometimes" or "Never", of the proposition. */
const char *litmus_answer_observation(const struct litmus_answer *answer);

/* "exists (0:r0=0)"; the caller frees it. */
char *litmus_answer_condition(const struct litmus_answer *answer);

/* Prints it as herd7 does, or with counts as litmus7 does. */
void litmus_text_print(const struct litmus_answer *answer, bool counts);

/* Prints all as one document of JSON. */
void litmus_json_print(const struct litmus_answer *answers,
    const char *const *files, size_t count);

#endif
