/*
 * A kernel module of somebody else's, from its file: it makes its own threads,
 * zones and domains, and this is only its name in the registry.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "sim/kmod/kmod.h"
#include "sim/lab.h"

#define FIELD(name) offsetof(struct kmod_config, name)
static const struct knob kernel_module_knobs[] = {
	{ "file", KNOB_WORDS, FIELD(file), NULL, NULL, "", NULL,
	    "the module: an object file that was compiled with the flags of "
	    "`gusim kmod flags`; looked for beside the scenario first" },
	{ "content", KNOB_WORDS, FIELD(content), NULL, NULL, "", NULL,
	    "digest of the file's content; filled in where it is not given, "
	    "else any other file is refused" },
	{ "tunables", KNOB_WORDS, FIELD(tunables), NULL, NULL, "", NULL,
	    "values for the module's tunables and sysctls: NAME=VALUE, ..." },
	{ "stop_within", KNOB_TIME, FIELD(stop_within_ps), "1ms", "100s",
	    "10s", NULL, "after the end of the run, the time that the module has to "
	    "stop its threads and to unload" },
};
#undef FIELD

const struct workload_def workload_kernel_module = {
	.part = {
		.name = "kernel_module",
		.about = "a kernel module against smr(9), uma(9) and kthread(9) "
		    "of FreeBSD, compiled for gusim",
		.source = "docs/kernel-modules.md",
		.knobs = kernel_module_knobs,
		.knob_count = sizeof(kernel_module_knobs) /
		    sizeof(kernel_module_knobs[0]),
		.config_bytes = sizeof(struct kmod_config),
	},
	.setup = kmod_setup,
};
