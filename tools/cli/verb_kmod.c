/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/base/err.h"
#include "sim/kmod/kmod.h"
#include "sim/kmod/kpi.h"
#include "sim/kmod/object.h"
#include "tools/cli/verb.h"
#include "tools/scenario/library.h"

/* Where the headers are: in the tree, or as installed. */
static const char *const folders[][2] = {
#ifdef GUSIM_SOURCE_MODULE
	{ GUSIM_SOURCE_MODULE, GUSIM_SOURCE_FREEBSD },
#endif
#ifdef GUSIM_INSTALLED_MODULE
	{ GUSIM_INSTALLED_MODULE, GUSIM_INSTALLED_FREEBSD },
#endif
};

/* As cmake/Instrument.cmake has them, for code that is not ours. */
static const char flags_gcc[] = GUSIM_KMOD_FLAGS " "
    "--param=tsan-distinguish-volatile=1 "
    "--param=tsan-instrument-func-entry-exit=0 -Wno-tsan";
static const char flags_clang[] = GUSIM_KMOD_FLAGS " "
    "-mllvm -tsan-distinguish-volatile=1 "
    "-mllvm -tsan-instrument-read-before-write=1 "
    "-mllvm -tsan-instrument-func-entry-exit=0";

static int
show_flags(const struct options *options)
{
	const char *compiler;
	struct err err;
	size_t i;

	compiler = options->argument_count > 1 ? options->arguments[1] :
#ifdef __clang__
	    "clang";
#else
	    "gcc";
#endif
	if (options->argument_count > 2 || (strcmp(compiler, "gcc") != 0 &&
	    strcmp(compiler, "clang") != 0)) {
		err_set(&err, "kmod flags: given \"%.60s\", allowed is gcc or "
		    "clang", compiler);
		return (verb_fail(VERB_USAGE, &err));
	}
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (access(folders[i][0], R_OK) == 0) {
			printf("%s -isystem %s -isystem %s\n",
			    compiler[0] == 'c' ? flags_clang : flags_gcc,
			    folders[i][0], folders[i][1]);
			return (VERB_HELD);
		}
	err_set(&err, "kmod flags: the headers for kernel modules are not "
	    "installed");
	return (verb_fail(VERB_ENVIRONMENT, &err));
}

/* Read, laid out and looked up, as before a run, but not run. */
static int
check_files(const struct options *options)
{
	char *file;
	struct err err;
	size_t bytes, i;
	int status;

	status = VERB_HELD;
	for (i = 1; i < options->argument_count; i++) {
		file = library_read(options->arguments[i], OBJECT_FILE_MAX,
		    &bytes, &err);
		if (file == NULL || kmod_provide(options->arguments[i], file,
		    bytes, &err) != 0) {
			if (file != NULL)
				err_at(&err, "%.300s", options->arguments[i]);
			status = verb_fail(VERB_USAGE, &err);
		} else
			printf("%s: ok\n", options->arguments[i]);
		free(file);
	}
	return (status);
}

static int
show_symbols(void)
{
	size_t i;

	for (i = 0; i < kpi_row_count; i++)
		if (strncmp(kpi_rows[i].name, "__tsan_", 7) != 0)
			printf("%s\n", kpi_rows[i].name);
	return (VERB_HELD);
}

static int
kmod(const struct options *options)
{
	const char *what = options->arguments[0];
	struct err err;

	if (strcmp(what, "flags") == 0)
		return (show_flags(options));
	if (strcmp(what, "check") == 0 && options->argument_count > 1)
		return (check_files(options));
	if (strcmp(what, "symbols") == 0 && options->argument_count == 1)
		return (show_symbols());
	err_set(&err, "kmod: given \"%.60s\", allowed are flags [gcc|clang], "
	    "check FILE..., symbols", what);
	return (verb_fail(VERB_USAGE, &err));
}

const struct verb verb_kmod = {
	.name = "kmod",
	.arguments = "flags [gcc|clang] | check FILE... | symbols",
	.summary = "Helps to compile kernel modules that gusim can run",
	.details =
	    "flags prints what the compiler is to be called with, as in\n"
	    "    cc $(gusim kmod flags) -c stress.c -o stress.o\n"
	    "check says whether gusim could run what came out, and if not, why.  symbols\n"
	    "lists the functions and variables of the kernel.  The scenario that runs the\n"
	    "module says `workload: {kernel_module: stress.o}`.",
	.options = 0,
	.arguments_least = 1,
	.arguments_most = SIZE_MAX,
	.act = kmod,
};
