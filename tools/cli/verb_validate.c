/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/cli/verb.h"
#include "tools/scenario/scenario.h"
#include "tools/validate/native.h"
#include "tools/validate/validate.h"

/* What was asked for. */
struct wishes {
	uint64_t rounds;
	uint64_t limit_ns;
	const char **sets;
	size_t set_count;
	char *preset;
	struct validate_case *cases;
	size_t count;
};

static int
wishes_read(const struct options *options, struct wishes *wishes,
    struct err *err)
{
	const char *preset;
	size_t i, length;

	memset(wishes, 0, sizeof(*wishes));
	if (options_count(options, OPTION_ROUNDS, VALIDATE_KEEP,
	    VALIDATE_ROUNDS_MAX, VALIDATE_ROUNDS, &wishes->rounds, err) != 0 ||
	    options_time_ns(options, OPTION_TIME, 0, &wishes->limit_ns,
	    err) != 0)
		return (-1);
	wishes->sets = must_alloc(options->set_count + 1,
	    sizeof(*wishes->sets));
	for (i = 0; i < options->set_count; i++)
		wishes->sets[wishes->set_count++] = options->sets[i];
	preset = options->values[OPTION_PRESET];
	if (preset == NULL)
		return (0);
	length = strlen(preset) + sizeof("machine.preset=");
	wishes->preset = must_alloc(length, 1);
	snprintf(wishes->preset, length, "machine.preset=%s", preset);
	wishes->sets[wishes->set_count++] = wishes->preset;
	return (0);
}

static void
wishes_fini(struct wishes *wishes)
{
	size_t i;

	for (i = 0; i < wishes->count; i++)
		validate_case_fini(&wishes->cases[i]);
	free(wishes->cases);
	free(wishes->sets);
	free(wishes->preset);
}

/* Each policy of the scenario is a case. */
static int
add_cases(struct wishes *wishes, const char *path, struct err *err)
{
	const struct scenario_policy *policy;
	struct scenario *scenario;
	struct validate_case *one;
	size_t i;
	int failed;

	scenario = scenario_load(path, wishes->sets, wishes->set_count, err);
	if (scenario == NULL)
		return (-1);
	failed = 0;
	for (i = 0; i < scenario->policy_count && !failed; i++) {
		policy = &scenario->policies[i];
		wishes->cases = must_grow(wishes->cases, wishes->count,
		    sizeof(*wishes->cases));
		one = &wishes->cases[wishes->count];
		memset(one, 0, sizeof(*one));
		one->spec = policy->spec;
		one->spec.seed = scenario->seed_from;
		snprintf(one->name, sizeof(one->name),
		    scenario->policy_count == 1 ? "%s" : "%s, %s",
		    scenario->name, policy->label);
		failed = native_check(&one->spec,
		    (unsigned)host_processors(), err) != 0;
		if (failed)
			(void)err_at(err, "%.400s", scenario->path);
		else
			wishes->count++;
	}
	scenario_free(scenario);
	return (failed ? -1 : 0);
}

static int
make_folder(const char *folder, struct err *err)
{

	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return (err_set(err, "%.400s: %s", folder, strerror(errno)));
	return (0);
}

/* Whether everything that was measured was predicted, and nothing went wrong. */
static int
judge(const struct wishes *wishes)
{
	const struct validate_case *one;
	struct validate_verdict verdict;
	size_t i, row;
	int status;

	status = VERB_HELD;
	for (one = wishes->cases; one < wishes->cases + wishes->count; one++) {
		for (row = 0; row < VALIDATE_ROWS; row++) {
			validate_judge(one, (enum validate_row)row, &verdict);
			if (verdict.word == VALIDATE_OFF)
				status = VERB_FINDING;
		}
		for (i = 0; i < one->round_count; i++)
			if (one->rounds[i].trouble > 0)
				status = VERB_FINDING;
		for (i = 0; i < one->run_count; i++)
			if (one->runs[i].trouble > 0)
				status = VERB_FINDING;
	}
	return (status);
}

static int
fit(struct wishes *wishes, size_t workers, struct err *err)
{
	uint64_t before_ps, hit_ps;
	int status;

	before_ps = wishes->cases[0].spec.machine.hit_ps;
	status = validate_fit(wishes->cases, wishes->count, workers, &hit_ps,
	    err);
	if (status == 0)
		verb_note("machine.hit is %llu ps by the costs of %s, %llu ps "
		    "by the preset", (unsigned long long)hit_ps,
		    wishes->cases[0].name, (unsigned long long)before_ps);
	return (status);
}

static int
answer(const struct options *options, struct wishes *wishes)
{
	const char *folder;
	struct err err;
	uint64_t workers;
	size_t i;
	int status;

	folder = options->values[OPTION_OUTPUT];
	if (options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &workers, &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	if (folder != NULL && make_folder(folder, &err) != 0)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	status = validate_measure(wishes->cases, wishes->count,
	    (size_t)wishes->rounds, wishes->limit_ns, &err);
	if (status == 0) {
		for (i = 0; i < wishes->count; i++)
			validate_keep(&wishes->cases[i]);
		if (options_given(options, OPTION_FIT))
			status = fit(wishes, (size_t)workers, &err);
	}
	if (status == 0)
		status = validate_predict(wishes->cases, wishes->count,
		    (size_t)workers, &err);
	if (status > 0)
		return (VERB_INTERRUPTED + status);
	if (status != 0)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	if (options_given(options, OPTION_JSON))
		validate_json_print(wishes->cases, wishes->count);
	else
		validate_text_print(wishes->cases, wishes->count);
	if (folder != NULL && validate_plot(wishes->cases, wishes->count,
	    folder, &err) != 0)
		return (verb_fail(VERB_ENVIRONMENT, &err));
	return (judge(wishes));
}

static int
validate(const struct options *options)
{
	struct wishes wishes;
	struct err err;
	size_t i;
	int status;

	status = wishes_read(options, &wishes, &err);
	for (i = 0; status == 0 && i < options->argument_count; i++)
		status = add_cases(&wishes, options->arguments[i], &err);
	status = status != 0 ? verb_fail(VERB_USAGE, &err) :
	    answer(options, &wishes);
	wishes_fini(&wishes);
	return (status);
}

const struct verb verb_validate = {
	.name = "validate",
	.arguments = "SCENARIO...",
	.summary = "Holds the simulator's predictions against real threads",
	.details =
	    "Runs each scenario on threads of this machine, in rounds, and then simulated,\n"
	    "and prints both with their ratio and a verdict: costs and throughput within\n"
	    "25%, percentiles of free-to-use within a factor of 2. --preset gives the costs\n"
	    "of this machine, as `gusim calibrate` writes them. With --fit machine.hit is\n"
	    "what makes the costs of the first scenario agree, and is used for all.\n"
	    "\n"
	    "Each thread needs a processor, and the policy must be a safe one. Half of the\n"
	    "rounds are kept, those that lost the least time to others; the status is 1 if\n"
	    "a prediction is off. With -o pictures are written to that folder.",
	.options = VERB_TAKES(PRESET) | VERB_TAKES(FIT) | VERB_TAKES(ROUNDS) |
	    VERB_TAKES(TIME) | VERB_TAKES(SET) | VERB_TAKES(JOBS) |
	    VERB_TAKES(JSON) | VERB_TAKES(OUTPUT),
	.arguments_least = 1,
	.arguments_most = SIZE_MAX,
	.act = validate,
};
