/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/gdb/gdb.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/plugin.h"
#include "tools/plugin/plugin.h"

static const char *const scripts[] = {
#ifdef GUSIM_SOURCE_GDB
	GUSIM_SOURCE_GDB,
#endif
#ifdef GUSIM_INSTALLED_GDB
	GUSIM_INSTALLED_GDB,
#endif
	/* Installed, and moved since: beside the program's folder. */
	"/../share/gusim/gusim-gdb.py",
};

/* The program's own path; false where the system does not tell. */
static bool
own_path(char path[PATH_MAX])
{
	ssize_t length;

	length = readlink("/proc/self/exe", path, PATH_MAX - 1);
	if (length <= 0)
		return (false);
	path[length] = '\0';
	return (true);
}

/* The first script that is there; false for none. */
static bool
script_path(const char *program, char path[PATH_MAX])
{
	const char *slash;
	size_t i, count;
	int length;

	count = sizeof(scripts) / sizeof(scripts[0]);
	slash = strrchr(program, '/');
	for (i = 0; i < count; i++) {
		length = i + 1 < count || slash == NULL ? 0 :
		    (int)(slash - program);
		snprintf(path, PATH_MAX, "%.*s%s", length, program, scripts[i]);
		if (access(path, R_OK) == 0)
			return (true);
	}
	return (false);
}

void
gdb_become(const char *token, struct err *err)
{
	char program[PATH_MAX], script[PATH_MAX];
	const char *words[20 + 2 * PLUGINS_MAX];
	size_t i, n;

	if (!own_path(program)) {
		err_set(err, "replay --gdb: /proc/self/exe cannot be read: %s",
		    strerror(errno));
		return;
	}
	if (!script_path(program, script)) {
		err_set(err, "replay --gdb: gusim-gdb.py is not where gusim "
		    "was built or installed; install gusim again");
		return;
	}
	n = 0;
	words[n++] = "gdb";
	words[n++] = "-q";
	/* Nothing is asked of the network. */
	words[n++] = "-iex";
	words[n++] = "set debuginfod enabled off";
	if (!isatty(STDIN_FILENO))
		words[n++] = "-batch";
	words[n++] = "-x";
	words[n++] = script;
	words[n++] = "-ex";
	words[n++] = "gusim start";
	if (!isatty(STDIN_FILENO)) {
		words[n++] = "-ex";
		words[n++] = "gusim read";
	}
	words[n++] = "--args";
	words[n++] = program;
	words[n++] = "replay";
	words[n++] = "--in-process";
	for (i = 0; plugin_path(i) != NULL; i++) {
		words[n++] = "--plugin";
		words[n++] = plugin_path(i);
	}
	words[n++] = token;
	words[n] = NULL;
	fflush(NULL);
	/* C's history forbids `const` here: nothing is written. */
	execvp("gdb", (char *const *)(uintptr_t)words);
	if (errno == ENOENT)
		err_set(err, "replay --gdb: there is no gdb on this system; "
		    "install the Debian package gdb");
	else
		err_set(err, "replay --gdb: gdb cannot be started: %s",
		    strerror(errno));
}
