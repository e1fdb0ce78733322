/*
 * An ordinary zone without any protection of readers: what is freed may be
 * handed out again by the very next allocation.  Wrong for every workload that
 * has readers, and therefore a test of the checks; and the least that memory
 * management can cost, for comparison.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "policies/policy.h"
#include "policies/zoned.h"

static void
immediate_destroy(void *policy)
{

	(void)zone_destroy(policy);
}

static void *
immediate_create(const struct policy_setup *setup)
{

	return (zoned_create("immediate", &setup->zone, NULL, NULL));
}

/* Readers are not tracked, so nobody can wait for them either. */
static void
immediate_nothing(void *policy)
{

	(void)policy;
}

static void *
immediate_alloc(void *policy)
{

	return (zone_alloc(policy));
}

static void
immediate_retire(void *policy, void *item)
{

	kern_items(KERN_ITEMS_CACHED, policy, &item, 1, 0);
	kern_items(KERN_ITEMS_KNOWN, policy, &item, 1, 0);
	zone_free(policy, item);
}

static void
immediate_housekeep(void *policy)
{

	zone_timeout(policy);
}

static void
immediate_reclaim(void *policy, enum policy_reclaim how)
{

	zoned_reclaim(policy, how);
}

static void
immediate_census(const void *policy, struct policy_census *census)
{

	zoned_census(policy, census);
}

const struct policy_def policy_immediate = {
	.part = {
		.name = "immediate",
		.about = "UNSAFE, to test the checks: freed items are handed out again at once, readers or not.",
	},
	.safe = false,
	.create = immediate_create,
	.destroy = immediate_destroy,
	.enter = immediate_nothing,
	.exit = immediate_nothing,
	.alloc = immediate_alloc,
	.retire = immediate_retire,
	.synchronize = immediate_nothing,
	.housekeep = immediate_housekeep,
	.reclaim = immediate_reclaim,
	.census = immediate_census,
};
