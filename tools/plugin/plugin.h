/*
 * plugin - which policies has somebody brought along?
 *
 * Loads the files that --plugin names, before any verb acts: afterwards their
 * policies are members of the registry (sim/plugin.h), and all that is asked of
 * a policy can be asked of them.
 *
 * What is loaded is a copy of the file that nobody else has.  Its digest is that
 * of what runs, and whoever compiles a new one during a sweep disturbs nothing.
 *
 * Errors      a file that is not there, is no plugin, is one of another build,
 *             calls what no policy may call, or has a definition that no member
 *             of the registry could have.  A file is looked through before any of
 *             it is executed; past that it is trusted as the program itself is.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_PLUGIN_PLUGIN_H
#define TOOLS_PLUGIN_PLUGIN_H

#include <stddef.h>

struct err;
struct run_spec;

int plugin_load(const char *path, struct err *err);

/* Plugin number `index` of those that were loaded: its path as given, or NULL. */
const char *plugin_path(size_t index);
/* A descriptor of the copy; the caller's to close. */
int plugin_file(size_t index);

/*
 * What a command line needs for this spec: "--plugin FILE ", quoted for a shell,
 * or "" where its policy is built in.
 */
const char *plugin_words(const struct run_spec *spec);

#endif
