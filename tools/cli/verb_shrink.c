/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/build_id.h"
#include "tools/campaign/token.h"
#include "tools/cli/progress.h"
#include "tools/cli/shrink_text.h"
#include "tools/cli/token_word.h"
#include "tools/cli/verb.h"
#include "tools/plugin/plugin.h"
#include "tools/shrink/shrink.h"

static const uint64_t shrink_time_ns = UINT64_C(10000000000);
static const uint64_t shrink_timeout_ns = UINT64_C(60000000000);

/* The token's run is not what it was, or cannot be worked with. */
static int
refuse(const struct shrink *shrink)
{
	const struct token *token = shrink->token;

	if (strncmp(token->build, build_id(), BUILD_ID_SHORT_LENGTH) != 0)
		verb_note("the token was made by build %s, this is %.8s "
		    "(commit %s, %s)", token->build, build_id(),
		    build_commit(), build_compiler());
	if (shrink->lost) {
		return (verb_failf(VERB_FINDING, "shrink: the token's run "
		    "fails, but its choices could not be written down; "
		    "nothing to shrink"));
	}
	return (verb_failf(VERB_FINDING, "shrink: the token's run does not "
	    "fail: there is nothing to shrink"));
}

static int
conclude(const struct options *options, const struct shrink *shrink)
{

	if (shrink->trial.end == POOL_FAILED)
		return (verb_fail(VERB_ENVIRONMENT, &shrink->trial.err));
	if (shrink->trial.end == POOL_SIGNALLED) {
		if (shrink->text[0] != '\0')
			printf("gusim replay %s%s\n",
			    plugin_words(&shrink->best.spec),
			    shrink->text);
		verb_note("interrupted after %llu executions%s",
		    (unsigned long long)shrink->trial.executions,
		    shrink->text[0] != '\0' ? "; this is the smallest run by "
		    "then" : "");
		return (VERB_INTERRUPTED + trial_signal());
	}
	if (!shrink->fails || shrink->lost)
		return (refuse(shrink));
	if (shrink->text[0] == '\0') {
		return (verb_failf(VERB_FINDING, "shrink: the shrunk run is "
		    "too large for a token; --time DURATION gives it longer"));
	}
	if (options_given(options, OPTION_JSON))
		shrink_text_json(shrink);
	else
		shrink_text_print(shrink);
	if (shrink->trial.late)
		verb_note("the time was over before nothing got smaller any "
		    "more; --time DURATION gives it longer");
	return (VERB_HELD);
}

struct looking {
	const struct shrink *shrink;
	struct progress progress;
};

static void
look(void *context)
{
	struct looking *looking = context;
	const struct shrink *shrink = looking->shrink;
	char text[200];

	if (!progress_due(&looking->progress))
		return;
	snprintf(text, sizeof(text), "%llu executions, %zu choices, %llu CPUs, "
	    "%llu accesses",
	    (unsigned long long)shrink->trial.executions,
	    shrink->best.schedule.count,
	    (unsigned long long)shrink->best.spec.machine.cpus,
	    (unsigned long long)shrink->best.answer.accesses);
	progress_draw(&looking->progress, text);
}

static int
shrink_token(const struct options *options, const struct token *token)
{
	struct looking looking;
	struct shrink *shrink;
	size_t mode;
	uint64_t time_ns, timeout_ns, memory_bytes, workers;
	struct err err;
	int status;

	if (options_time_ns(options, OPTION_TIME, shrink_time_ns, &time_ns,
	    &err) != 0 ||
	    options_time_ns(options, OPTION_TIMEOUT, shrink_timeout_ns,
	    &timeout_ns, &err) != 0 ||
	    options_size(options, OPTION_MEMORY, 0, &memory_bytes, &err) != 0 ||
	    options_count(options, OPTION_JOBS, 1, 4096, 1, &workers,
	    &err) != 0 ||
	    options_choice(options, OPTION_PROGRESS, progress_modes, 0, &mode,
	    &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	shrink = must_alloc(1, sizeof(*shrink));
	if (shrink_begin(shrink, token, timeout_ns, memory_bytes, &err) != 0) {
		free(shrink);
		return (verb_fail(VERB_ENVIRONMENT, &err));
	}
	looking.shrink = shrink;
	progress_begin(&looking.progress, (enum progress_mode)mode, 0);
	shrink->trial.look = look;
	shrink->trial.context = &looking;
	shrink_all(shrink, time_ns);
	progress_end(&looking.progress);
	status = conclude(options, shrink);
	shrink_end(shrink);
	free(shrink);
	return (status);
}

static int
shrink(const struct options *options)
{
	struct token token;
	struct err err;
	int status;

	if (token_word_read("shrink", options->arguments[0], &token,
	    &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	status = shrink_token(options, &token);
	token_fini(&token);
	return (status);
}

const struct verb verb_shrink = {
	.name = "shrink",
	.arguments = "TOKEN|FILE",
	.summary = "Makes a failing run as small as it gets, and says it in words",
	.details =
	    "Leaves choices, faults, CPUs, threads and time out for as long as the same check\n"
	    "fires, for 10 s or --time.  Prints the choices that are left, one to a line, and\n"
	    "the token of the shrunk run.  Status 0 if there is one, 1 if the token's run does\n"
	    "not fail.  Candidates are executed one at a time, whatever -j says.",
	.options = VERB_TAKES(TIME) | VERB_TAKES(JOBS) | VERB_TAKES(JSON) |
	    VERB_TAKES(TIMEOUT) | VERB_TAKES(MEMORY) | VERB_TAKES(PROGRESS) |
	    VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = shrink,
};
