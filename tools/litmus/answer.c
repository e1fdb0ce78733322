/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/litmus/answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/must.h"
#include "sim/memory/memory.h"

const char *const *
litmus_models(void)
{
	static const char *const names[] = {
#define MEMORY(name) #name,
#include "sim/memory/memories.def"
#undef MEMORY
		NULL,
	};

	return (names);
}

uint32_t
litmus_model_of(const struct litmus_test *test)
{
	const char *wanted;
	uint32_t i;

	wanted = test->dialect == LITMUS_C ? "relaxed" : "tso";
	for (i = 0; litmus_models()[i] != NULL; i++)
		if (strcmp(litmus_models()[i], wanted) == 0)
			return (i);
	abort();
}

static int
by_values(const void *a, const void *b)
{
	const struct litmus_state *x = a, *y = b;
	size_t i;

	for (i = 0; i < LITMUS_OBSERVED_MAX; i++)
		if (x->values[i] != y->values[i])
			return (x->values[i] < y->values[i] ? -1 : 1);
	return (0);
}

/* Without what only the filter looked at, some states are the same. */
static void
unite(struct litmus_answer *answer)
{
	size_t i, n;

	qsort(answer->states, answer->state_count, sizeof(*answer->states),
	    by_values);
	n = 0;
	for (i = 0; i < answer->state_count; i++) {
		if (n > 0 && by_values(&answer->states[n - 1],
		    &answer->states[i]) == 0)
			answer->states[n - 1].count += answer->states[i].count;
		else
			answer->states[n++] = answer->states[i];
	}
	answer->state_count = n;
}

void
litmus_answer_of(const struct litmus_test *test, const char *model,
    struct litmus_outcome *outcome, struct litmus_answer *answer)
{
	const struct litmus_state *state;
	size_t i;

	memset(answer, 0, sizeof(*answer));
	answer->test = test;
	answer->model = model;
	answer->states = must_alloc(outcome->state_count,
	    sizeof(*answer->states));
	for (i = 0; i < outcome->state_count; i++) {
		state = &outcome->states[i];
		if (!clause_holds(&test->filter, state->values))
			continue;
		if (clause_holds(&test->clause, state->values))
			answer->holding += state->count;
		else
			answer->failing += state->count;
		memcpy(answer->states[answer->state_count].values,
		    state->values, test->shown_count * sizeof(*state->values));
		answer->states[answer->state_count++].count = state->count;
	}
	unite(answer);
	answer->ok = test->quantifier == LITMUS_EXISTS ? answer->holding > 0 :
	    test->quantifier == LITMUS_NOT_EXISTS ? answer->holding == 0 :
	    answer->failing == 0;
	answer->outcome = *outcome;
	litmus_outcome_fini(outcome);
	answer->outcome.states = NULL;
}

void
litmus_answer_make(const struct litmus_test *test, uint32_t model,
    const struct litmus_limits *limits, struct litmus_answer *answer)
{
	struct litmus_outcome outcome;

	litmus_explore(&test->program, model, limits, &outcome);
	litmus_answer_of(test, litmus_models()[model], &outcome, answer);
}

void
litmus_answer_fini(struct litmus_answer *answer)
{

	free(answer->states);
	memset(answer, 0, sizeof(*answer));
}

bool
litmus_answer_complete(const struct litmus_answer *answer)
{

	return (answer->outcome.complete);
}

const char *
litmus_answer_observation(const struct litmus_answer *answer)
{

	return (answer->holding == 0 ? "Never" : answer->failing == 0 ?
	    "Always" : "Sometimes");
}

char *
litmus_answer_condition(const struct litmus_answer *answer)
{
	static const char *const words[] = { [LITMUS_EXISTS] = "exists",
	    [LITMUS_NOT_EXISTS] = "~exists", [LITMUS_FORALL] = "forall" };
	char *clause, *text;
	size_t size;

	clause = clause_text(answer->test, &answer->test->clause);
	size = strlen(clause) + 16;
	text = must_alloc(size, 1);
	snprintf(text, size, "%s (%s)", words[answer->test->quantifier],
	    clause);
	free(clause);
	return (text);
}
