/* SPDX-License-Identifier: BSD-2-Clause */
#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "sim/memory/memory.h"
#include "tests/litmus/generate.h"
#include "tests/litmus/versus.h"

const char *const versus_models[AXIOMS_MODELS] = { "sc", "tso", "relaxed" };

/* More than any program here needs: an explorer that does not end fails. */
enum { EXECUTIONS_MAX = 20000000 };

static uint32_t
model_number(enum axioms_model model)
{
	uint32_t i;

	for (i = 0; i < memory_model_count; i++)
		if (strcmp(memory_models[i]->name, versus_models[model]) == 0)
			return (i);
	assert(i < memory_model_count);
	return (0);
}

static void
tell(FILE *out, const char *what, const struct litmus_program *program,
    const int64_t *values)
{
	const struct litmus_observed *observed;
	size_t i;

	fprintf(out, "%s:", what);
	for (i = 0; i < program->observed_count; i++) {
		observed = &program->observed[i];
		if (observed->thread == LITMUS_NOWHERE)
			fprintf(out, " [%" PRIu32 "]=", observed->offset);
		else
			fprintf(out, " %d:r%d=", observed->thread,
			    observed->reg);
		fprintf(out, "%" PRId64, values[i]);
	}
	fputc('\n', out);
}

static int
compare(const struct litmus_program *program, const int64_t *left,
    const int64_t *right)
{
	size_t i;

	for (i = 0; i < program->observed_count; i++)
		if (left[i] != right[i])
			return (left[i] < right[i] ? -1 : 1);
	return (0);
}

/* Both lists are sorted. */
static void
merge(const struct litmus_program *program,
    const struct litmus_outcome *outcome, const struct axioms_verdict *verdict,
    struct versus *result, FILE *out)
{
	size_t machine = 0, judge = 0;
	int sign;

	while (machine < outcome->state_count ||
	    judge < verdict->state_count) {
		sign = machine == outcome->state_count ? 1 :
		    judge == verdict->state_count ? -1 :
		    compare(program, outcome->states[machine].values,
		    verdict->states[judge].values);
		if (sign < 0) {
			tell(out, "the machine alone reaches", program,
			    outcome->states[machine].values);
			result->agree = false;
		} else if (sign > 0 && verdict->states[judge].in_order) {
			tell(out, "the axioms alone allow", program,
			    verdict->states[judge].values);
			result->agree = false;
		} else if (sign > 0)
			result->missed++;
		machine += sign <= 0;
		judge += sign >= 0;
	}
}

struct versus
versus(const struct litmus_program *program, enum axioms_model model,
    bool prune, FILE *out)
{
	const struct litmus_limits limits = { .executions = EXECUTIONS_MAX,
	    .prune = prune };
	struct versus result = { .agree = true };
	struct litmus_outcome outcome;
	struct axioms_verdict verdict;

	result.reason = axioms_judge(program, model, &verdict);
	if (result.reason == NULL && verdict.racy)
		result.reason = "a data race";
	if (result.reason != NULL) {
		axioms_verdict_fini(&verdict);
		return (result);
	}
	result.compared = true;
	litmus_explore(program, model_number(model), &limits, &outcome);
	result.executions = outcome.executions;
	merge(program, &outcome, &verdict, &result, out);
	if (outcome.executions + outcome.abandoned >= EXECUTIONS_MAX) {
		fprintf(out, "the machine has not come to an end\n");
		result.agree = false;
	}
	if (!result.agree) {
		fprintf(out, "under %s, of:\n", versus_models[model]);
		generate_print(program, out);
	}
	litmus_outcome_fini(&outcome);
	axioms_verdict_fini(&verdict);
	return (result);
}
