/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/plugin/plugin_trial.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TRIAL_RETURNED = 77,	/* no exit status of a loader that gives up */
	TRIAL_SECONDS = 10,
};

static _Noreturn void
child(int (*attempt)(void *context), void *context)
{
	static const int deadly[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE,
		SIGABRT, SIGALRM };
	const struct rlimit no_core = { 0, 0 };
	size_t i;
	int null;

	/* A death that is expected needs no report of a sanitizer's. */
	for (i = 0; i < sizeof(deadly) / sizeof(deadly[0]); i++)
		signal(deadly[i], SIG_DFL);
	(void)setrlimit(RLIMIT_CORE, &no_core);
	null = open("/dev/null", O_WRONLY);
	if (null >= 0) {
		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
	}
	alarm(TRIAL_SECONDS);
	(void)attempt(context);
	_exit(TRIAL_RETURNED);
}

bool
plugin_trial(int (*attempt)(void *context), void *context)
{
	pid_t pid;
	int status;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(attempt, context);
	if (pid < 0)
		return (true);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return (true);
	return (WIFEXITED(status) && WEXITSTATUS(status) == TRIAL_RETURNED);
}
