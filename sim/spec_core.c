/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/policy_core.h"
#include "sim/spec.h"

static enum core_arch
arch_of(const struct machine_config *machine)
{

	switch (machine->arch) {
	case MACHINE_ARCH_AMD64:
		return (CORE_ARCH_AMD64);
	case MACHINE_ARCH_ARM64:
		return (CORE_ARCH_ARM64);
	}
	return (machine->memory == MACHINE_RELAXED ? CORE_ARCH_ARM64 :
	    CORE_ARCH_AMD64);
}

const struct policy_def *
spec_policy(const struct run_spec *spec)
{

	/* Every part of the registry is the first member of its definition. */
	return (policy_on_core((const struct policy_def *)(const void *)
	    spec->policy.def, &spec->core, &spec->zone,
	    arch_of(&spec->machine)));
}
