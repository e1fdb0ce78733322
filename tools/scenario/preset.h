/*
 * preset - which real machine is meant by this name?
 *
 * scenarios/machines/NAME.yaml says what the accesses of one machine cost:
 *
 *	name: xeon-2s
 *	about: Two sockets of ...
 *	machine:
 *	  cpus: 16
 *	  dram: {value: 90ns, source: "where the number is from"}
 *
 * Errors      with the place in the preset's own file; a name that does not
 *             exist lists those that do.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_SCENARIO_PRESET_H
#define TOOLS_SCENARIO_PRESET_H

#include "tools/scenario/settings.h"

struct err;

struct preset {
	char *name;			/* as the scenario calls it */
	char *path;
	char *about;			/* "" where the file has none */
	struct settings settings;	/* machine.* */
};

/*
 * NULL on failure.  Where the name itself is to blame, `*unknown` is 1 and
 * the message has no place yet.  `beside` is the scenario that asks, or NULL.
 */
struct preset *preset_load(const char *name, const char *beside, int *unknown,
    struct err *err);
void preset_free(struct preset *preset);

#endif
