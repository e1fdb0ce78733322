/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/base/err.h"
#include "sim/base/must.h"
#include "tools/campaign/host.h"
#include "tools/claims/claim_out.h"
#include "tools/claims/claim_trial.h"
#include "tools/cli/verb.h"

/* What was asked for. */
struct claims {
	const struct options *options;
	uint64_t workers;
	enum progress_mode mode;
	struct claim_trial *trials;
	size_t count;
	struct err err;
};

/* "q01, q02, ..., vm17" */
static void
list_ids(char *text, size_t room)
{
	size_t i, length;

	text[0] = '\0';
	for (i = 0; i < claim_count; i++) {
		length = strlen(text);
		snprintf(text + length, room - length, "%s%s",
		    i == 0 ? "" : ", ", claim_table[i].id);
	}
}

static int
unknown(const char *id)
{
	const char *nearest;
	char ids[256];

	nearest = claim_nearest(id);
	list_ids(ids, sizeof(ids));
	return (verb_failf(VERB_USAGE, "claims: there is no claim '%s'%s%s%s; "
	    "there are %s", id, nearest == NULL ? "" : ", did you mean '",
	    nearest == NULL ? "" : nearest, nearest == NULL ? "" : "'?", ids));
}

static bool
asked(const struct options *options, const char *id)
{
	size_t i;

	for (i = 0; i < options->argument_count; i++) {
		if (strcmp(options->arguments[i], id) == 0)
			return (true);
	}
	return (options->argument_count == 0);
}

/* All scenarios are read before any is run. */
static int
begin(struct claims *claims)
{
	size_t i;

	for (i = 0; i < claims->options->argument_count; i++) {
		if (claim_find(claims->options->arguments[i]) == NULL)
			return (unknown(claims->options->arguments[i]));
	}
	for (i = 0; i < claim_count; i++) {
		if (!asked(claims->options, claim_table[i].id))
			continue;
		if (claim_trial_begin(&claims->trials[claims->count++],
		    &claim_table[i], &claims->err) != 0)
			return (verb_fail(VERB_ENVIRONMENT, &claims->err));
	}
	return (VERB_HELD);
}

/* What a run found is told at once, with the line that repeats it. */
static void
tell(const struct claim_trial *trial)
{

	if (trial->troubled > 0) {
		verb_note("claims: %llu of the %llu runs of %s did not end "
		    "well, the first with: %s",
		    (unsigned long long)trial->troubled,
		    (unsigned long long)trial->runs, trial->claim->id,
		    trial->trouble);
		verb_note("    gusim replay %s", trial->token);
	} else if (!claim_as_recorded(trial)) {
		verb_note("claims: %s is now '%s'; recorded is '%s' "
		    "(docs/claims.md)", trial->claim->id,
		    claim_verdict_names[trial->verdict],
		    claim_verdict_names[trial->claim->recorded]);
	}
}

static int
run(struct claims *claims)
{
	struct claim_trial *trial;
	enum pool_end end;
	size_t i, same;

	same = 0;
	for (i = 0; i < claims->count; i++) {
		trial = &claims->trials[i];
		end = claim_trial_run(trial, claims->options, claims->workers,
		    claims->mode, &claims->err);
		if (end == POOL_SIGNALLED)
			return (VERB_INTERRUPTED + pool_signal());
		if (end != POOL_DONE)
			return (verb_fail(VERB_ENVIRONMENT, &claims->err));
		if (!options_given(claims->options, OPTION_JSON))
			claim_text_print(trial);
		tell(trial);
		same += claim_as_recorded(trial) ? 1 : 0;
	}
	if (options_given(claims->options, OPTION_JSON))
		claim_json_print(claims->trials, claims->count);
	else
		claim_text_summary(claims->trials, claims->count);
	return (same == claims->count ? VERB_HELD : VERB_FINDING);
}

static int
read_options(struct claims *claims)
{
	size_t mode;

	if (options_count(claims->options, OPTION_JOBS, 1, 4096,
	    host_processors(), &claims->workers, &claims->err) != 0 ||
	    options_choice(claims->options, OPTION_PROGRESS, progress_modes, 0,
	    &mode, &claims->err) != 0)
		return (verb_fail(VERB_USAGE, &claims->err));
	claims->mode = (enum progress_mode)mode;
	return (VERB_HELD);
}

static int
claims(const struct options *options)
{
	struct claims claims = { .options = options };
	int status;
	size_t i;

	status = read_options(&claims);
	if (status != VERB_HELD)
		return (status);
	claims.trials = must_alloc(claim_count, sizeof(*claims.trials));
	status = begin(&claims);
	if (status == VERB_HELD)
		status = run(&claims);
	for (i = 0; i < claims.count; i++)
		claim_trial_end(&claims.trials[i]);
	free(claims.trials);
	return (status);
}

const struct verb verb_claims = {
	.name = "claims",
	.arguments = "[ID...]",
	.summary = "Puts published claims to the test: claim, source, value, our value, verdict",
	.details =
	    "Without an ID all of them, q01 to q17 with q01b, and vm17, which takes some\n"
	    "minutes.  Each has a scenario in scenarios/claims with the set-ups in which it\n"
	    "is tried.  A verdict is `reproduced` (holds in all set-ups), `contradicted` (in\n"
	    "none), or `not reproducible as stated`, and then the table says where it holds.\n"
	    "The status is 0 if all verdicts are those that docs/claims.md records, else 1.",
	.options = VERB_TAKES(JOBS) | VERB_TAKES(JSON) | VERB_TAKES(PROGRESS),
	.arguments_least = 0,
	.arguments_most = 64,
	.act = claims,
};
