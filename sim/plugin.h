/*
 * plugin - which policies are there that this program was not built with?
 *
 * The host side loads them (tools/plugin/) before any run, and adds each to the
 * registry of policies: behind those of policies.def, in the order in which they
 * were given.  A spec names such a policy as any other.  Its last knob,
 * policy.NAME.content, is the digest of the file that it came from, so that a
 * spec is the question that it was only where that file is the same.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_PLUGIN_H
#define SIM_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policies/policy.h"

struct err;
struct part;
struct run_spec;

enum {
	PLUGINS_MAX = 16,
	PLUGIN_CONTENT_SIZE = 33,
	PLUGIN_CODE_MAX = 1 << 24,	/* bytes that a place can tell apart */
};

struct plugin {
	const struct policy_def *policy;	/* its last knob is the content */
	char content[PLUGIN_CONTENT_SIZE];
	const unsigned char *code;	/* where the file lies in this process */
	uint64_t bytes;
};

/* --- before runs ----------------------------------------------------------- */

/*
 * False: there are PLUGINS_MAX already.  The plugin is copied; what it points to
 * stays.
 */
bool plugin_add(const struct plugin *plugin);
/* The policy number `index` of those that were added; NULL: no more. */
const struct policy_def *plugin_policy_at(size_t index);

/* The number of the policy of this spec, or -1: it is built in. */
int plugin_number(const struct run_spec *spec);

/* A policy was chosen for this part: it is that of the file that was loaded. */
void plugin_chosen(struct part *part);
/* Is the policy that which the spec means? */
int plugin_check(const struct run_spec *spec, struct err *err);

/* --- in a run ---------------------------------------------------------------- */

/* Places in the plugin's code have names of their own (sim/machine/stream.h). */
void plugin_begin(const struct run_spec *spec);
void plugin_end(void);

/* Whose code is at this place, and how far from its start? */
bool plugin_place(uint64_t place, size_t *number, uint64_t *offset);

#endif
