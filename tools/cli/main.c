/*
 * main - which verb is meant?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "policies/policy_core.h"
#include "sim/base/err.h"
#include "tools/campaign/build_id.h"
#include "tools/cli/verb.h"
#include "tools/plugin/plugin.h"

/* A policy of one's own is a policy for whatever the verb does. */
static int
load_plugins(const struct options *options, struct err *err)
{
	size_t i;

	for (i = 0; i < options->plugin_count; i++)
		if (plugin_load(options->plugins[i], err) != 0)
			return (err_at(err, "%s", options->verb->name));
	return (0);
}

static int
act(const struct verb *verb, int argc, char **argv)
{
	struct options options;
	struct err err;
	int status;

	if (options_parse(&options, verb, argc, argv, &err) != 0)
		status = verb_fail(VERB_USAGE, &err);
	else if (options_given(&options, OPTION_HELP)) {
		verb_explain(verb);
		status = VERB_HELD;
	} else if (load_plugins(&options, &err) != 0)
		status = verb_fail(VERB_USAGE, &err);
	else
		status = verb->act(&options);
	options_fini(&options);
	return (status);
}

static int
unknown(const char *word)
{
	const char *near;

	near = word[0] == '-' ? NULL : verb_nearest(word);
	if (near != NULL) {
		return (verb_failf(VERB_USAGE, "there is no verb '%s'; did you "
		    "mean '%s'?", word, near));
	}
	return (verb_failf(VERB_USAGE, "there is no verb '%s'; `gusim help` "
	    "lists them", word));
}

static int
choose(int argc, char **argv)
{
	static char *help[] = { "help", NULL };
	const struct verb *verb;

	if (argc < 2 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return (act(verb_find("help"), 1, help));
	if (strcmp(argv[1], "--version") == 0) {
		printf("gusim %s\ncommit   %s\ncompiler %s\nbuild    %s\n"
		    "freebsd  %s\n",
		    build_version(), build_commit(), build_compiler(),
		    build_id(), policy_core_freebsd() == NULL ?
		    "not built in" : policy_core_freebsd());
		return (VERB_HELD);
	}
	verb = verb_find(argv[1]);
	if (verb == NULL)
		return (unknown(argv[1]));
	return (act(verb, argc - 1, argv + 1));
}

/*
 * A standard descriptor that the caller has closed would otherwise become the
 * number of the next socket or database, and what is printed would go there.
 * What takes its place refuses just what the closed one did: writing to
 * standard output and error, reading from standard input.
 */
static void
keep_standard_descriptors(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
	}
}

int
main(int argc, char **argv)
{
	int status;

	keep_standard_descriptors();
	/* Writing past a file size limit is an error to report, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	status = choose(argc, argv);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status < VERB_USAGE) {
		status = verb_failf(VERB_ENVIRONMENT, "cannot write to standard "
		    "output: %s", strerror(errno));
	}
	return (status);
}
