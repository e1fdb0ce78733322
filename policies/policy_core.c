/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/policy_core.h"

extern const struct policy_def policy_gus, policy_gus_ticking;

/*
 * The build defines, where there is a tree: the first part of the names of the
 * four copies, and what to say of them.
 */
#ifdef POLICY_CORE_FREEBSD

#define JOIN(first, rest)	first##rest
#define COPY(first, rest)	JOIN(first, rest)
#define FREEBSD(rest)		COPY(POLICY_CORE_FREEBSD, rest)

extern const struct policy_def FREEBSD(_production_amd64);
extern const struct policy_def FREEBSD(_production_arm64);
extern const struct policy_def FREEBSD(_invariants_amd64);
extern const struct policy_def FREEBSD(_invariants_arm64);

static const struct policy_def *const
    freebsd[CORE_PROFILE_COUNT][CORE_ARCH_COUNT] = {
	[CORE_PRODUCTION] = {
		[CORE_ARCH_AMD64] = &FREEBSD(_production_amd64),
		[CORE_ARCH_ARM64] = &FREEBSD(_production_arm64),
	},
	[CORE_WRAP] = {
		[CORE_ARCH_AMD64] = &FREEBSD(_invariants_amd64),
		[CORE_ARCH_ARM64] = &FREEBSD(_invariants_arm64),
	},
};

const char *
policy_core_freebsd(void)
{

	return (POLICY_CORE_FREEBSD_ABOUT);
}

bool
policy_core_freebsd_lazy(void)
{

	return (POLICY_CORE_FREEBSD_LAZY);
}

#else

static const struct policy_def *const
    freebsd[CORE_PROFILE_COUNT][CORE_ARCH_COUNT];

const char *
policy_core_freebsd(void)
{

	return (NULL);
}

bool
policy_core_freebsd_lazy(void)
{

	return (false);
}

#endif

static bool
goes_by_ticks(const struct core_config *core, const struct zone_config *zone)
{

	return (core->commit == CORE_COMMIT_TICK || zone->advance_ticks != 0 ||
	    zone->age_ticks != 0);
}

const struct policy_def *
policy_on_core(const struct policy_def *def, const struct core_config *core,
    const struct zone_config *zone, enum core_arch arch)
{

	if (def != &policy_gus)
		return (def);
	if (core->name != CORE_FREEBSD)
		return (goes_by_ticks(core, zone) ? &policy_gus_ticking : def);
	if (core->profile >= CORE_PROFILE_COUNT || arch >= CORE_ARCH_COUNT)
		return (NULL);
	return (freebsd[core->profile][arch]);
}
