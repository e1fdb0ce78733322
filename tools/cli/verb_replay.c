/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "sim/base/err.h"
#include "tools/campaign/build_id.h"
#include "tools/campaign/campaign.h"
#include "tools/cli/json_out.h"
#include "tools/cli/run_text.h"
#include "tools/cli/token_word.h"
#include "tools/cli/verb.h"
#include "tools/campaign/wire.h"
#include "tools/gdb/gdb.h"

struct seen {
	const struct options *options;
	const struct token *token;
	enum run_status status;
	char digest[33];
	size_t finding_count;
	struct wire_departure departure;
};

static void
see(void *context, const struct pool_outcome *outcome,
    const struct wire_result *result, const char *token)
{
	struct seen *seen = context;
	const struct run_spec *spec = &seen->token->spec;

	(void)outcome;
	seen->status = result->status;
	seen->finding_count = result->finding_count;
	seen->departure = result->departure;
	memcpy(seen->digest, result->digest, sizeof(seen->digest));
	(options_given(seen->options, OPTION_JSON) ? json_out_run :
	    run_text_print)(seen->token->scenario,
	    spec->policy.def->name, spec, result, token);
}

/* Where the run and its schedule went different ways. */
static void
tell_departure(const struct token *token, const struct wire_departure *from)
{
	char where[40];

	where[0] = '\0';
	if (from->kind != CHOICE_NEXT)
		snprintf(where, sizeof(where), " on CPU %u", from->cpu);
	verb_note("the run could not follow %llu of the %zu choices in the "
	    "token; they part at choice %llu of kind '%s'%s",
	    (unsigned long long)from->count, token->schedule.count,
	    (unsigned long long)from->nth + 1, choice_kind_names[from->kind],
	    where);
}

/* Is it what the token says? */
static int
compare(const struct token *token, const struct seen *seen)
{
	bool same_build, same;

	same_build = strncmp(token->build, build_id(),
	    BUILD_ID_SHORT_LENGTH) == 0;
	if (seen->status == RUN_TIMEOUT && seen->digest[0] == '\0') {
		return (verb_failf(VERB_FINDING, "the run was given up; "
		    "--timeout TIME gives it longer"));
	}
	same = token->crashed == (seen->status == RUN_CRASHED) &&
	    (token->digest[0] == '\0' || seen->digest[0] == '\0' ||
	    strcmp(token->digest, seen->digest) == 0);
	if (seen->departure.count > 0)
		tell_departure(token, &seen->departure);
	if (same && seen->departure.count == 0) {
		return (seen->finding_count > 0 ||
		    seen->status == RUN_TIMEOUT ? VERB_FINDING : VERB_HELD);
	}
	if (same)
		return (VERB_FINDING);
	if (token->crashed != (seen->status == RUN_CRASHED))
		verb_note(token->crashed ? "the recorded run crashed, this one "
		    "did not" : "the recorded run did not crash, this one did");
	else
		verb_note("the digest is %s, but %s was recorded",
		    seen->digest, token->digest);
	if (same_build && token->crashed != (seen->status == RUN_CRASHED)) {
		return (verb_failf(VERB_FINDING, "unless a process was killed "
		    "or out of memory (--memory), this is not deterministic: "
		    "please report it with the token"));
	}
	if (same_build) {
		return (verb_failf(VERB_FINDING, "the same build must repeat a "
		    "run to the last bit: this is not deterministic, please "
		    "report it with the token"));
	}
	return (verb_failf(VERB_FINDING, "the token was made by build %s, this "
	    "is %.8s (commit %s, %s): another engine, simulator or compiler "
	    "gives other runs; check out and build what made the token",
	    token->build, build_id(), build_commit(), build_compiler()));
}

static int
replay_token(const struct options *options, const struct token *token)
{
	static const struct pool_job job = { .id = 0 };
	struct seen seen = { .options = options, .token = token };
	struct campaign campaign;
	struct err err;
	enum pool_end end;
	int status;

	if (campaign_begin_token(&campaign, token, options, &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	campaign.see = see;
	campaign.context = &seen;
	end = campaign_run(&campaign, &job, 1, PROGRESS_NEVER, &err);
	if (end == POOL_SIGNALLED)
		status = VERB_INTERRUPTED + pool_signal();
	else if (end != POOL_DONE)
		status = verb_fail(VERB_ENVIRONMENT, &err);
	else {
		show_print(&campaign.work.show);
		status = compare(token, &seen);
	}
	campaign_end(&campaign);
	return (status);
}

static int
replay(const struct options *options)
{
	char text[TOKEN_SIZE];
	struct token token;
	struct err err;
	int status;

	if (token_word_find("replay", options->arguments[0], text,
	    &err) != 0 || token_word_read("replay", text, &token, &err) != 0)
		return (verb_fail(VERB_USAGE, &err));
	if (options_given(options, OPTION_GDB)) {
		gdb_become(text, &err);
		status = verb_fail(VERB_ENVIRONMENT, &err);
	} else
		status = replay_token(options, &token);
	token_fini(&token);
	return (status);
}

const struct verb verb_replay = {
	.name = "replay",
	.arguments = "TOKEN|FILE",
	.summary = "Repeats a run to the same bit and prints it",
	.details =
	    "A token holds the whole run: no other file is needed.  FILE may hold one on a\n"
	    "line of its own, alone or after 'gusim replay'.  If the digest is not the\n"
	    "recorded one, replay says whether the builds differ, and where the run left the\n"
	    "schedule of the token.  --explain and --timeline show what led to the finding,\n"
	    "--trace all that happened.  --gdb goes there: the commands of gdb are read from\n"
	    "standard input, and `help gusim` in it says what they know of the machine.",
	.options = VERB_TAKES(JSON) | VERB_TAKES(TRACE) |
	    VERB_TAKES(WINDOW) | VERB_TAKES(TIMELINE) | VERB_TAKES(EXPLAIN) |
	    VERB_TAKES(TIMEOUT) | VERB_TAKES(MEMORY) | VERB_TAKES(GDB) |
	    VERB_TAKES(IN_PROCESS) | VERB_TAKES(PLUGIN),
	.arguments_least = 1,
	.arguments_most = 1,
	.act = replay,
};
