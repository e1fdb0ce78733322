/*
 * What does a user wait for?  The program itself, started as a user starts it:
 * its start, a sweep with one worker and with two.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

extern char **environ;

static const char *
program(void)
{
	const char *path;

	path = getenv("GUSIM");
	return (path != NULL ? path : "build/release/gusim");
}

/* How long it took, in real time. */
static uint64_t
start(char *const *arguments)
{
	posix_spawn_file_actions_t actions;
	uint64_t spent_ns;
	pid_t child;
	int status;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	spent_ns = bench_wall_ns();
	if (posix_spawn(&child, arguments[0], &actions, NULL, arguments,
	    environ) != 0) {
		fprintf(stderr, "bench: cannot start %s; GUSIM names the "
		    "program to be measured\n", arguments[0]);
		exit(3);
	}
	if (waitpid(child, &status, 0) != child || status != 0) {
		fprintf(stderr, "bench: %s %s has failed\n", arguments[0],
		    arguments[1]);
		exit(3);
	}
	spent_ns = bench_wall_ns() - spent_ns;
	posix_spawn_file_actions_destroy(&actions);
	return (spent_ns);
}

/* From nothing to the end of --version: what each start costs. */
double
bench_startup(uint64_t unused)
{
	char *const arguments[] = { (char *)program(), "--version", NULL };
	uint64_t spent_ns;
	int i;
	enum { STARTS = 10 };

	(void)unused;
	spent_ns = 0;
	for (i = 0; i < STARTS; i++)
		spent_ns += start(arguments);
	return ((double)spent_ns / STARTS / 1e6);
}

/* A run of the smallest scenario, read from its file. */
double
bench_startup_run(uint64_t unused)
{
	char *const arguments[] = { (char *)program(), "run",
	    "tests/perf/plain.yaml", "--set", "run.duration=1us", NULL };

	(void)unused;
	return ((double)start(arguments) / 1e6);
}

/* Runs of 0.12 simulated ms, eight points, stored in a database. */
double
bench_sweep(uint64_t workers)
{
	char folder[] = "/tmp/gusim-bench-XXXXXX", base[64], jobs[16];
	char *arguments[] = { (char *)program(), "sweep",
	    "tests/cli/tiny.yaml", "--db", base, "-j", jobs, "--progress=never",
	    NULL };
	static const char *const ends[] = { "", "-wal", "-shm" };
	uint64_t spent_ns;
	char path[80];
	size_t i;
	enum { RUNS = 8 * 60 };

	if (mkdtemp(folder) == NULL) {
		fprintf(stderr, "bench: cannot make a folder for the sweep's "
		    "database\n");
		exit(3);
	}
	snprintf(base, sizeof(base), "%s/x.db", folder);
	snprintf(jobs, sizeof(jobs), "%d", (int)workers);
	spent_ns = start(arguments);
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", base, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
	return (RUNS * 1e9 / (double)spent_ns);
}
