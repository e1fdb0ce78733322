/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "tools/cli/verb.h"

static void
overview(void)
{
	size_t i;

	printf("gusim - a laboratory for safe memory reclamation in kernels\n"
	    "\n"
	    "usage: gusim VERB [options]\n"
	    "\n");
	for (i = 0; i < verb_count; i++) {
		printf("  %-9s %s\n", verb_table[i]->name,
		    verb_table[i]->summary);
	}
	printf("\n"
	    "`gusim VERB --help` explains a verb, `gusim --version` names this build.\n"
	    "\n"
	    "exit status: 0 done and every expectation held; 1 a finding, or an\n"
	    "expectation that did not hold; 2 bad usage or bad input; 3 the environment\n"
	    "failed; 130 or 143 interrupted, and --resume goes on from there.\n");
}

static int
help(const struct options *options)
{
	const struct verb *verb;
	const char *name, *near;

	if (options->argument_count == 0) {
		overview();
		return (VERB_HELD);
	}
	name = options->arguments[0];
	verb = verb_find(name);
	if (verb == NULL) {
		near = verb_nearest(name);
		if (near != NULL) {
			return (verb_failf(VERB_USAGE, "there is no verb '%s'; "
			    "did you mean '%s'?", name, near));
		}
		return (verb_failf(VERB_USAGE, "there is no verb '%s'; `gusim "
		    "help` lists them", name));
	}
	verb_explain(verb);
	return (VERB_HELD);
}

const struct verb verb_help = {
	.name = "help",
	.arguments = "[VERB]",
	.summary = "Explains gusim, or one verb of it",
	.details = "",
	.arguments_most = 1,
	.act = help,
};
