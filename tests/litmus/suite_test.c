/*
 * Our litmus tests: literature, axioms and machine must agree.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/memory/memory.h"
#include "tests/litmus/suite.h"
#include "tests/litmus/versus.h"
#include "tools/litmus/test.h"

static struct suite_row *rows;
static size_t row_count;

static void
table_read(void)
{

	cr_assert(suite_read(LITMUS_SUITE "/verdicts.tsv", &rows,
	    &row_count) == 0);
	cr_assert(row_count >= 90);
}

static struct litmus_test *
load(const struct suite_row *row)
{
	struct litmus_test *test;
	struct err err = { 0 };
	char file[512];
	int status;

	snprintf(file, sizeof file, "%s/%s.litmus", LITMUS_SUITE, row->test);
	test = litmus_test_load(file, &status, &err);
	cr_assert(test != NULL, "%s", err.text);
	return (test);
}

/* Whether this is a state that the table speaks of. */
static bool
asked(const struct litmus_test *test, const int64_t *values)
{

	return (clause_holds(&test->clause, values) !=
	    (test->quantifier == LITMUS_FORALL));
}

/* Only tests of mixed widths are beyond the judge. */
static void
judge_row(const struct suite_row *row, enum axioms_model model,
    unsigned *judged)
{
	struct litmus_test *test = load(row);
	struct axioms_verdict verdict;
	enum suite_verdict said = SUITE_FORBIDDEN;
	const char *refusal;
	size_t i;

	refusal = axioms_judge(&test->program, model, &verdict);
	if (refusal != NULL) {
		cr_expect(strncmp(row->test, "x86/mix-", 8) == 0, "%s: %s",
		    row->test, refusal);
		litmus_test_free(test);
		return;
	}
	(*judged)++;
	for (i = 0; i < verdict.state_count; i++)
		if (asked(test, verdict.states[i].values))
			said = SUITE_ALLOWED;
	cr_expect(said == row->verdicts[model], "%s under %s: %s says %s, the "
	    "axioms say %s", row->test, versus_models[model], row->source,
	    suite_verdicts[row->verdicts[model]], suite_verdicts[said]);
	axioms_verdict_fini(&verdict);
	litmus_test_free(test);
}

Test(suite, the_axioms_say_what_the_literature_says)
{
	enum axioms_model model;
	unsigned judged = 0;
	size_t i;

	table_read();
	for (i = 0; i < row_count; i++)
		for (model = AXIOMS_SC; model < AXIOMS_MODELS; model++)
			judge_row(&rows[i], model, &judged);
	cr_assert(judged > 600, "only %u verdicts were judged", judged);
	free(rows);
}

static uint32_t
model_number(const char *name)
{
	uint32_t i;

	for (i = 0; i < memory_model_count; i++)
		if (strcmp(memory_models[i]->name, name) == 0)
			return (i);
	cr_assert_fail("no model %s", name);
	return (0);
}

static void
explore_row(const struct suite_row *row, enum axioms_model model)
{
	const struct litmus_limits limits = { .prune = true };
	struct litmus_test *test = load(row);
	struct litmus_outcome outcome;
	bool reached = false;
	size_t i;

	litmus_explore(&test->program, model_number(versus_models[model]),
	    &limits, &outcome);
	for (i = 0; i < outcome.state_count; i++)
		reached |= asked(test, outcome.states[i].values);
	cr_expect(outcome.complete, "%s under %s: not all executions",
	    row->test, versus_models[model]);
	cr_expect(outcome.stuck == 0, "%s under %s: waits for ever",
	    row->test, versus_models[model]);
	cr_expect(reached == (row->verdicts[model] == SUITE_ALLOWED),
	    "%s under %s: %s by %s, but %s", row->test, versus_models[model],
	    suite_verdicts[row->verdicts[model]], row->source,
	    reached ? "reached" : "never reached");
	litmus_outcome_fini(&outcome);
	litmus_test_free(test);
}

Test(suite, the_machine_reaches_what_is_allowed_and_nothing_else)
{
	enum axioms_model model;
	size_t i;

	table_read();
	for (i = 0; i < row_count; i++)
		for (model = AXIOMS_SC; model < AXIOMS_MODELS; model++)
			explore_row(&rows[i], model);
	free(rows);
}

Test(suite, the_machine_has_all_states_of_the_axioms_and_no_others)
{
	struct litmus_test *test;
	struct versus result;
	enum axioms_model model;
	uint64_t missed = 0;
	unsigned compared = 0;
	size_t i;

	table_read();
	for (i = 0; i < row_count; i++) {
		test = load(&rows[i]);
		for (model = AXIOMS_SC; model < AXIOMS_MODELS; model++) {
			result = versus(&test->program, model, true, stderr);
			cr_expect(result.agree, "%s under %s", rows[i].test,
			    versus_models[model]);
			compared += result.compared;
			missed += result.missed;
		}
		litmus_test_free(test);
	}
	fprintf(stderr, "%u compared\n", compared);
	cr_assert(compared > 600, "only %u were compared", compared);
	cr_assert_eq(missed, 0, "%" PRIu64 " states missed for the order of "
	    "seq_cst operations", missed);
	free(rows);
}

/* Each file has its row. */
static unsigned
folder_check(const char *name)
{
	char path[512], test[300];
	struct dirent *entry;
	unsigned files = 0, found;
	DIR *folder;
	size_t i;

	snprintf(path, sizeof path, "%s/%s", LITMUS_SUITE, name);
	folder = opendir(path);
	cr_assert(folder != NULL, "%s", path);
	while ((entry = readdir(folder)) != NULL) {
		if (strstr(entry->d_name, ".litmus") == NULL)
			continue;
		files++;
		snprintf(test, sizeof test, "%s/%s", name, entry->d_name);
		*strstr(test, ".litmus") = '\0';
		found = 0;
		for (i = 0; i < row_count; i++)
			found += strcmp(rows[i].test, test) == 0;
		cr_expect(found == 1, "%s: %u rows in verdicts.tsv", test,
		    found);
	}
	closedir(folder);
	return (files);
}

Test(suite, each_test_has_its_verdicts)
{
	unsigned files;

	table_read();
	files = folder_check("c") + folder_check("x86");
	cr_expect(files == row_count, "%u files, %zu rows", files, row_count);
	free(rows);
}
