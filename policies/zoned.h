/*
 * zoned - what do all policies that allocate from a zone have in common?
 *
 * The knobs zone.* as a zone, and the zone's figures as a policy's.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef POLICIES_ZONED_H
#define POLICIES_ZONED_H

#include "engine/zone.h"
#include "policies/policy.h"

/* NULL where memory is exhausted; `core` and `smr` NULL make a plain zone. */
struct zone *zoned_create(const char *name, const struct zone_config *config,
    const struct core_config *core, struct smr *smr);

void zoned_reclaim(struct zone *zone, enum policy_reclaim how);
void zoned_census(const struct zone *zone, struct policy_census *census);

#endif
