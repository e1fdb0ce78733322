/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/cli/verb.h"
#include "tools/litmus/answer.h"

/* What --model and the others ask for. */
struct wishes {
	bool model_given;
	size_t model;
	struct litmus_limits limits;
};

static int
wishes_read(const struct options *options, struct wishes *wishes,
    struct err *err)
{

	wishes->model_given = options_given(options, OPTION_MODEL);
	wishes->limits.prune = !options_given(options, OPTION_NO_PRUNE);
	if (options_choice(options, OPTION_MODEL, litmus_models(), 0,
	    &wishes->model, err) != 0)
		return (-1);
	return (options_count(options, OPTION_RUNS, 1, UINT64_MAX, 0,
	    &wishes->limits.executions, err));
}

/* All files are read before the first is run. */
static int
load_all(const struct options *options, struct litmus_test **tests)
{
	struct err err;
	size_t i;
	int status, worst;

	worst = VERB_HELD;
	for (i = 0; i < options->argument_count; i++) {
		tests[i] = litmus_test_load(options->arguments[i], &status,
		    &err);
		if (tests[i] != NULL)
			continue;
		fprintf(stderr, "%s\n", err.text);
		worst = status;
	}
	return (worst);
}

static void
warn(const struct litmus_answer *answer, const char *file)
{

	if (answer->outcome.cut > 0)
		verb_note("%s: a loop does not end; states may be missing",
		    file);
	else
		verb_note("%s: stopped after %llu executions, as --runs says; "
		    "states may be missing", file,
		    (unsigned long long)answer->outcome.executions);
}

static int
run_all(const struct options *options, const struct wishes *wishes,
    struct litmus_test **tests)
{
	struct litmus_answer *answers;
	uint32_t model;
	size_t i;
	int status;

	answers = must_alloc(options->argument_count, sizeof(*answers));
	status = VERB_HELD;
	for (i = 0; i < options->argument_count; i++) {
		model = wishes->model_given ? (uint32_t)wishes->model :
		    litmus_model_of(tests[i]);
		litmus_answer_make(tests[i], model, &wishes->limits,
		    &answers[i]);
		if (!options_given(options, OPTION_JSON)) {
			litmus_text_print(&answers[i],
			    options_given(options, OPTION_COUNTS));
			fflush(stdout);
		}
		if (!litmus_answer_complete(&answers[i])) {
			warn(&answers[i], options->arguments[i]);
			status = VERB_FINDING;
		}
	}
	if (options_given(options, OPTION_JSON))
		litmus_json_print(answers, options->arguments,
		    options->argument_count);
	for (i = 0; i < options->argument_count; i++)
		litmus_answer_fini(&answers[i]);
	free(answers);
	return (status);
}

static int
litmus(const struct options *options)
{
	struct litmus_test **tests;
	struct wishes wishes;
	struct err err;
	size_t i;
	int status;

	if (wishes_read(options, &wishes, &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	tests = must_alloc(options->argument_count, sizeof(*tests));
	status = load_all(options, tests);
	if (status == VERB_HELD)
		status = run_all(options, &wishes, tests);
	for (i = 0; i < options->argument_count; i++)
		litmus_test_free(tests[i]);
	free(tests);
	return (status);
}

const struct verb verb_litmus = {
	.name = "litmus",
	.arguments = "FILE...",
	.summary = "Runs litmus tests through all their executions",
	.details =
	    "Reads tests in herd's format, of the dialects C (C11 atomics), X86 and X86_64,\n"
	    "runs every execution that the memory model allows, and prints the final states\n"
	    "and the verdict as herd7 does; with --counts as litmus7 does. Without --model C\n"
	    "tests are run under relaxed and those of x86 under tso.\n"
	    "\n"
	    "The status is 0 if everything that can happen was seen, whatever the verdict,\n"
	    "and 1 if the search was cut short. What is wrong with a file is printed as\n"
	    "FILE:LINE:COLUMN:, and nothing is run.",
	.options = VERB_TAKES(MODEL) | VERB_TAKES(COUNTS) | VERB_TAKES(JSON) |
	    VERB_TAKES(RUNS) | VERB_TAKES(NO_PRUNE),
	.arguments_least = 1,
	.arguments_most = SIZE_MAX,
	.act = litmus,
};
