/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>

#include "sim/base/err.h"
#include "tools/scenario/plan.h"
#include "tools/scenario/scenario.h"
#include "tools/cli/verb.h"

/*
 * One file: its line to standard output, or the complaint to standard error,
 * as FILE:LINE:COLUMN: so that editors jump there.
 */
static int
check_file(const struct options *options, const char *path)
{
	struct scenario *scenario;
	struct plan *plan;
	struct err err;
	uint64_t runs;

	plan = NULL;
	scenario = scenario_load(path, options->sets, options->set_count, &err);
	if (scenario != NULL)
		plan = plan_make(scenario, 0, &err);
	if (plan == NULL) {
		fprintf(stderr, "%s\n", err.text);
		scenario_free(scenario);
		return (VERB_USAGE);
	}
	runs = plan->point_count * plan->seed_count;
	printf("%s: ok: %s, %zu point%s, %llu run%s\n", path, scenario->name,
	    plan->point_count, plan->point_count == 1 ? "" : "s",
	    (unsigned long long)runs, runs == 1 ? "" : "s");
	plan_free(plan);
	scenario_free(scenario);
	return (VERB_HELD);
}

static int
check(const struct options *options)
{
	size_t i;
	int status;

	status = VERB_HELD;
	for (i = 0; i < options->argument_count; i++)
		if (check_file(options, options->arguments[i]) != VERB_HELD)
			status = VERB_USAGE;
	return (status);
}

const struct verb verb_check = {
	.name = "check",
	.arguments = "SCENARIO...",
	.summary = "Checks scenarios without running them",
	.details =
	    "Reads each file, its machine presets and every point of its sweep.  What is\n"
	    "wrong is printed as FILE:LINE:COLUMN: with what was given and what is allowed.",
	.options = VERB_TAKES(SET) | VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = SIZE_MAX,
	.act = check,
};
