/*
 * library - where are the scenarios and machine presets?
 *
 * They are looked for in these folders, the first that has the name wins:
 *
 *	the folder of the scenario (presets: machines/ in it)
 *	$GUSIM_SCENARIOS (presets: machines/ in it; claims: claims/)
 *	scenarios/ of the source tree that the program was built from
 *	scenarios/ as installed
 *
 * A machine preset may also be named by its path, with a slash in it or .yaml
 * at its end: relative to the folder of the scenario, or to the current one.
 *
 * Errors      library_read() sets err; the others have nothing to fail at.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_LIBRARY_H
#define TOOLS_SCENARIO_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum library_shelf { LIBRARY_SCENARIOS, LIBRARY_MACHINES, LIBRARY_CLAIMS };

/* The whole file; NULL if it cannot be read or is larger than `most` bytes. */
char *library_read(const char *path, size_t most, size_t *bytes,
    struct err *err);

/*
 * The path of NAME.yaml, to be freed, or NULL.  `beside` is the path of the
 * scenario that asks, or NULL.
 */
char *library_find(enum library_shelf shelf, const char *name,
    const char *beside);

/* Is it meant as the path of a preset, and not as the name of one? */
bool library_is_path(const char *name);

/* All names, sorted; NULL ends both lists. */
struct library_list {
	char **names;
	char **paths;
	size_t count;
};
void library_list(struct library_list *list, enum library_shelf shelf,
    const char *beside);
void library_list_fini(struct library_list *list);

#endif
