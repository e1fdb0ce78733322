/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/cli/conform_text.h"
#include "tools/cli/progress.h"
#include "tools/cli/token_word.h"
#include "tools/cli/verb.h"
#include "tools/conform/conform.h"

enum { CONFORM_OPERATIONS = 20000 };	/* in each course, if not said */

static const uint64_t conform_timeout_ns = UINT64_C(600000000000);

/* A comparison on its way through the verb. */
struct comparison {
	const struct options *options;
	struct conform_settings settings;
	struct course_list courses;
	struct conform conform;
	struct progress progress;
	struct err err;
};

static int
choose_core(struct comparison *comparison, int side, enum option_id option,
    const char *preset)
{
	struct run_spec spec;
	const char *name;

	name = comparison->options->values[option];
	if (name == NULL)
		name = preset;
	comparison->settings.cores[side] = (struct pair_core){ .name = name };
	spec_init(&spec);
	if (spec_set(&spec, "core.name", name, &comparison->err) == 0)
		return (0);
	return (err_at(&comparison->err, "conform: --%s %s",
	    option_table[option].name, name));
}

static int
read_options(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	struct conform_settings *settings = &comparison->settings;
	struct err *err = &comparison->err;
	uint64_t workers;
	size_t mode;

	if (choose_core(comparison, 0, OPTION_CORE, "gus") != 0 ||
	    choose_core(comparison, 1, OPTION_AGAINST, "freebsd") != 0 ||
	    options_choice(options, OPTION_PROGRESS, progress_modes, 0, &mode,
	    err) != 0 ||
	    options_count(options, OPTION_OPERATIONS, 1, UINT64_C(1) << 40,
	    CONFORM_OPERATIONS, &settings->operations, err) != 0 ||
	    options_seed(options, OPTION_SEED, 1, &settings->seed,
	    err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, host_processors(),
	    &workers, err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, conform_timeout_ns,
	    &settings->timeout_ns, err) != 0)
		return (-1);
	settings->workers = workers;
	progress_begin(&comparison->progress, (enum progress_mode)mode, 0);
	return (0);
}

static void
look(void *context, uint64_t operations)
{
	struct comparison *comparison = context;
	char text[80];

	if (!progress_due(&comparison->progress))
		return;
	snprintf(text, sizeof(text), "%llu of %llu operations",
	    (unsigned long long)operations,
	    (unsigned long long)(comparison->settings.operations *
	    comparison->courses.count));
	progress_draw(&comparison->progress, text);
}

/* --- a token: one pair ---------------------------------------------------------- */

static int
compare_token(struct comparison *comparison, const char *word)
{
	static struct pair pair;
	static struct pair_answer answer;
	struct pair_guide guide;
	struct token token;
	const char *tokens[2];
	int status;

	if (token_word_read("conform", word, &token, &comparison->err) != 0)
		return (verb_fail(VERB_USAGE, &comparison->err));
	if (token.strategy[0] != '\0' || !token.schedule.stepped ||
	    token.spec.run.lockstep == RUN_STEPS_ALL) {
		token_fini(&token);
		return (verb_failf(VERB_USAGE, "conform: this token is of "
		    "another kind of run: only those that conform has printed "
		    "can be compared"));
	}
	memset(&guide, 0, sizeof(guide));
	guide.schedule = &token.schedule;
	pair_execute(&pair, comparison->settings.cores, token.scenario,
	    &token.spec, &guide, SIZE_MAX, &answer);
	tokens[0] = pair.tokens[0];
	tokens[1] = pair.tokens[1];
	if (answer.difference == PAIR_SAME)
		printf("no difference in %llu operations\n",
		    (unsigned long long)answer.operations);
	else {
		printf("the first difference is at entry %llu\n",
		    (unsigned long long)answer.at);
		conform_text_difference(comparison->settings.cores, &answer,
		    tokens);
	}
	status = answer.difference == PAIR_SAME ? VERB_HELD : VERB_FINDING;
	pair_fini(&pair);
	token_fini(&token);
	return (status);
}

/* --- scenarios --------------------------------------------------------------------- */

static int
add_courses(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	size_t i;

	if (options->argument_count == 0)
		return (course_add(&comparison->courses, NULL, options->sets,
		    options->set_count, &comparison->err));
	for (i = 0; i < options->argument_count; i++)
		if (course_add(&comparison->courses, options->arguments[i],
		    options->sets, options->set_count, &comparison->err) != 0)
			return (-1);
	return (0);
}

static int
conclude(struct comparison *comparison, enum pool_end end)
{
	const struct conform *conform = &comparison->conform;
	size_t i;

	progress_end(&comparison->progress);
	if (end == POOL_FAILED)
		return (verb_fail(VERB_ENVIRONMENT, &comparison->err));
	if (end == POOL_SIGNALLED) {
		verb_note("interrupted after %llu operations",
		    (unsigned long long)conform->operations);
		return (VERB_INTERRUPTED + pool_signal());
	}
	conform_text_print(conform, options_given(comparison->options,
	    OPTION_KEEP_GOING));
	for (i = 0; i < comparison->courses.count; i++)
		if (conform->courses[i].fate != CONFORM_SAME)
			return (VERB_FINDING);
	return (VERB_HELD);
}

/* A core may not be built in, or not have what the course is about. */
static int
check_cores(struct comparison *comparison)
{
	struct run_spec spec;
	char blamed[SPEC_NAME_SIZE];
	const char *name;
	size_t i;
	int side;

	for (i = 0; i < comparison->courses.count; i++)
		for (side = 0; side < 2; side++) {
			spec = comparison->courses.courses[i].spec;
			name = comparison->settings.cores[side].name;
			if (spec_set(&spec, "core.name", name,
			    &comparison->err) != 0 ||
			    spec_check(&spec, blamed, sizeof(blamed),
			    &comparison->err) != 0)
				return (err_at(&comparison->err,
				    "conform: core %s", name));
		}
	return (0);
}

static int
compare(struct comparison *comparison)
{
	struct conform_settings *settings = &comparison->settings;

	if (add_courses(comparison) != 0 || check_cores(comparison) != 0)
		return (verb_fail(VERB_USAGE, &comparison->err));
	settings->courses = comparison->courses.courses;
	settings->course_count = comparison->courses.count;
	settings->look = look;
	settings->context = comparison;
	return (conclude(comparison, conform_run(&comparison->conform,
	    settings, &comparison->err)));
}

static int
conform(const struct options *options)
{
	struct comparison *comparison;
	int status;

	comparison = must_alloc(1, sizeof(*comparison));
	comparison->options = options;
	if (read_options(comparison) != 0)
		status = verb_fail(VERB_USAGE, &comparison->err);
	else if (options->argument_count == 1 &&
	    token_looks_like(options->arguments[0]))
		status = compare_token(comparison, options->arguments[0]);
	else
		status = compare(comparison);
	conform_fini(&comparison->conform);
	course_fini(&comparison->courses);
	free(comparison);
	return (status);
}

const struct verb verb_conform = {
	.name = "conform",
	.arguments = "[SCENARIO...|TOKEN]",
	.summary = "Compares two cores, operation by operation",
	.details =
	    "Runs both cores on the same schedules, step by step, and compares each goal,\n"
	    "each poll's answer, all counters and all sequence numbers after every operation.\n"
	    "Without a scenario: random calls of the core.  Each scenario is run in every\n"
	    "mode, both profiles, under sc and tso, unless --set says which.  A difference is\n"
	    "printed with what came before it, what each core answered and held, and a token\n"
	    "for each core; the status is then 1.  Such a token, given instead of a scenario,\n"
	    "compares that one run.",
	.options = VERB_TAKES(CORE) | VERB_TAKES(AGAINST) |
	    VERB_TAKES(OPERATIONS) | VERB_TAKES(SEED) | VERB_TAKES(JOBS) |
	    VERB_TAKES(SET) | VERB_TAKES(KEEP_GOING) | VERB_TAKES(TIMEOUT) |
	    VERB_TAKES(PROGRESS),
	.arguments_least = 0,
	.arguments_most = SIZE_MAX,
	.act = conform,
};
