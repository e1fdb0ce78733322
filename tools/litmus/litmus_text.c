/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/litmus/answer.h"

/*
 * The lines are those of herd7 (herd/top_herd.ml) and of litmus7, and one of
 * our own in a form that mcompare7 passes over: a word, the name of the test,
 * anything (tools/lexLog_tools.mll).
 */

static const char *const kinds[] = { [LITMUS_EXISTS] = "Allowed",
    [LITMUS_NOT_EXISTS] = "Forbidden", [LITMUS_FORALL] = "Required" };

static void
print_state(const struct litmus_test *test, const struct litmus_state *state)
{
	const struct litmus_observed *observed;
	size_t i;

	for (i = 0; i < test->shown_count; i++) {
		observed = &test->program.observed[i];
		printf(observed->size == 8 && !observed->sign ?
		    "%s%s=%" PRIu64 ";" : "%s%s=%" PRId64 ";",
		    i == 0 ? "" : " ", test->observed[i], state->values[i]);
	}
	putchar('\n');
}

static void
print_states(const struct litmus_answer *answer, bool counts)
{
	const struct litmus_state *state;
	size_t i;

	if (counts)
		printf("Histogram (%zu states)\n", answer->state_count);
	else
		printf("States %zu\n", answer->state_count);
	for (i = 0; i < answer->state_count; i++) {
		state = &answer->states[i];
		if (counts)
			printf("%-6" PRIu64 "%c>", state->count,
			    clause_holds(&answer->test->clause,
			    state->values) ? '*' : ':');
		print_state(answer->test, state);
	}
}

/* What herd does not say. */
static void
print_executions(const struct litmus_answer *answer)
{
	const struct litmus_outcome *outcome;

	outcome = &answer->outcome;
	printf("Executions %s model %s explored %" PRIu64 " abandoned %" PRIu64,
	    answer->test->name, answer->model, outcome->executions,
	    outcome->abandoned);
	if (outcome->stuck > 0)
		printf(" stuck %" PRIu64, outcome->stuck);
	if (outcome->cut > 0)
		printf(" endless %" PRIu64, outcome->cut);
	if (outcome->racy > 0)
		printf(" racy %" PRIu64, outcome->racy);
	puts(outcome->complete ? " complete" : " incomplete");
}

void
litmus_text_print(const struct litmus_answer *answer, bool counts)
{
	const struct litmus_test *test;
	uint64_t positive, negative;
	char *condition;

	test = answer->test;
	printf("Test %s %s\n", test->name, kinds[test->quantifier]);
	print_states(answer, counts);
	printf("%s%s\n", answer->outcome.cut > 0 ? "Loop " : "",
	    answer->ok ? "Ok" : "No");
	/* Witnesses are those of the clause, not of its proposition. */
	positive = test->quantifier == LITMUS_NOT_EXISTS ? answer->failing :
	    answer->holding;
	negative = test->quantifier == LITMUS_NOT_EXISTS ? answer->holding :
	    answer->failing;
	printf("%sWitnesses\nPositive: %" PRIu64 "%s Negative: %" PRIu64 "\n",
	    counts ? "\n" : "", positive, counts ? "," : "", negative);
	if (answer->outcome.racy > 0)
		puts("Flag data-race");
	condition = litmus_answer_condition(answer);
	printf("Condition %s%s\n", condition, !counts ? "" : answer->ok ?
	    " is validated" : " is NOT validated");
	free(condition);
	printf("Observation %s %s %" PRIu64 " %" PRIu64 "\n", test->name,
	    litmus_answer_observation(answer), answer->holding,
	    answer->failing);
	print_executions(answer);
	putchar('\n');
}
