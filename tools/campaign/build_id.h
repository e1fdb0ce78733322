/*
 * build_id - which gusim is this?
 *
 * Two programs with the same build id give the same digest for the same run.
 * It is a hash over the sources of everything that acts inside a run (engine,
 * policies, sim), the compiler and the flags of instrumented code.  The host
 * side (tools) is left out: a better report is no reason to repeat a sweep.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_CAMPAIGN_BUILD_ID_H
#define TOOLS_CAMPAIGN_BUILD_ID_H

enum {
	BUILD_ID_LENGTH = 32,		/* hex digits */
	BUILD_ID_SHORT_LENGTH = 8,	/* of them, in a token */
};

const char *build_id(void);
const char *build_version(void);	/* "0.1.0" */
const char *build_commit(void);		/* "1a2b3c4d5e6f", "...-dirty", "unknown" */
const char *build_compiler(void);	/* "GNU 12.2.0" */

#endif
