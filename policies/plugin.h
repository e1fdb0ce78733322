/*
 * plugin - which policy does this shared object hold?
 *
 * A policy need not be built with gusim: a shared object that is compiled with
 * what `pkg-config --cflags gusim-policy` prints, and that says
 *
 *	POLICY_PLUGIN(policy_mine);
 *
 * behind its `const struct policy_def policy_mine`, is loaded by
 * `gusim run --plugin ./mine.so`.  The rest of the file is what a policy of this
 * folder is, and could become one: docs/policies-plugin.md.
 *
 * The passport is read from the file before anything in it is executed; so it is
 * plain bytes but for its last member.  The build is that of the gusim whose
 * headers were used: they have code in them, so another build would not do.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_PLUGIN_H
#define POLICIES_PLUGIN_H

#include <stdint.h>

#include "policies/policy.h"

/* Changes whenever struct policy_def or what lies under it does. */
#define POLICY_INTERFACE	1

#define POLICY_PLUGIN_MAGIC	"gusim policy"
#define POLICY_PLUGIN_SYMBOL	"gusim_policy"

enum { POLICY_PLUGIN_MAGIC_BYTES = 16, POLICY_PLUGIN_BUILD_BYTES = 40 };

struct policy_plugin {
	char magic[POLICY_PLUGIN_MAGIC_BYTES];
	uint32_t interface;
	uint32_t def_bytes;
	char build[POLICY_PLUGIN_BUILD_BYTES];
	const struct policy_def *def;
};

#define POLICY_PLUGIN_WORD(word)	#word
#define POLICY_PLUGIN_TEXT(word)	POLICY_PLUGIN_WORD(word)

/* The flags of pkg-config define GUSIM_BUILD. */
#define POLICY_PLUGIN(definition)					\
	extern const struct policy_plugin gusim_policy;			\
	__attribute__((visibility("default"), used))			\
	const struct policy_plugin gusim_policy = {			\
		.magic = POLICY_PLUGIN_MAGIC,				\
		.interface = POLICY_INTERFACE,				\
		.def_bytes = sizeof(struct policy_def),			\
		.build = POLICY_PLUGIN_TEXT(GUSIM_BUILD),		\
		.def = &(definition),					\
	}

#endif
