/*
 * plugin_def - can this definition be a member of the registry of policies?
 *
 * What tests/policies asks of the policies of this tree is asked here of one
 * that is not: a name that scenarios can write, the functions that every policy
 * has, and knobs whose limits and defaults mean something.
 *
 * Errors      set err; the definition is then of no use.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_PLUGIN_PLUGIN_DEF_H
#define TOOLS_PLUGIN_PLUGIN_DEF_H

struct err;
struct policy_def;

/* The knob that every plugin gets, behind its own. */
#define PLUGIN_KNOB	"content"

int plugin_def_check(const struct policy_def *def, struct err *err);

/* The same policy with that knob; never freed. */
const struct policy_def *plugin_def_extend(const struct policy_def *def);

#endif
