/*
 * What a run asks of its policy, answered for all zones and domains that the
 * module has made.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "sim/kmod/guest.h"

static void *
guest_create(const struct policy_setup *setup)
{

	(void)setup;
	return (&guest);
}

static void
guest_housekeep(void *policy)
{
	size_t i;

	(void)policy;
	guest.keeping_house = true;
	for (i = 0; i < guest.zone_count; i++)
		if (guest.zones[i]->zone != NULL)
			guest.engine->zone_timeout(guest.zones[i]->zone);
	guest.keeping_house = false;
}

static void
guest_reclaim(void *policy, enum policy_reclaim how)
{
	size_t i;

	(void)policy;
	guest.keeping_house = true;
	for (i = 0; i < guest.zone_count; i++)
		if (guest.zones[i]->zone != NULL)
			guest.engine->zone_reclaim(guest.zones[i]->zone,
			    how == POLICY_TRIM ? ZONE_TRIM :
			    how == POLICY_DRAIN ? ZONE_DRAIN : ZONE_DRAIN_CPU);
	guest.keeping_house = false;
}

static void
guest_census(const void *policy, struct policy_census *census)
{
	struct zone_census found;
	size_t i;

	(void)policy;
	memset(census, 0, sizeof(*census));
	for (i = 0; i < guest.zone_count; i++) {
		if (guest.zones[i]->zone == NULL)
			continue;
		guest.engine->zone_census(guest.zones[i]->zone, &found);
		census->items_total += found.items_total;
		census->items_slab_free += found.items_slab_free;
		census->items_cached += found.items_cached;
		census->slab_bytes += found.slab_bytes;
		census->bucket_bytes += found.bucket_bytes;
	}
	census->items_total += guest.large_live;
}

static void
guest_counters(const void *policy, struct policy_counters *counters)
{
	struct smr_counters sums, one;
	size_t i;

	(void)policy;
	sums = guest.gone;
	for (i = 0; i < guest.domain_count; i++) {
		if (guest.domains[i]->smr == NULL)
			continue;
		guest.engine->counters(guest.domains[i]->smr, &one);
		sums.advance += one.advance;
		sums.advance_wait += one.advance_wait;
		sums.poll += one.poll;
		sums.poll_scan += one.poll_scan;
		sums.poll_fail += one.poll_fail;
	}
	counters->advance = sums.advance;
	counters->advance_wait = sums.advance_wait;
	counters->poll = sums.poll;
	counters->poll_scan = sums.poll_scan;
	counters->poll_fail = sums.poll_fail;
}

static const char *
guest_audit(const void *policy)
{
	const char *broken;
	size_t i;

	(void)policy;
	for (i = 0; i < guest.domain_count; i++) {
		if (guest.domains[i]->smr == NULL)
			continue;
		broken = guest.engine->audit(guest.domains[i]->smr);
		if (broken != NULL)
			return (broken);
	}
	return (NULL);
}

const struct policy_def guest_policy = {
	.part = {
		.name = "kernel_module",
		.about = "the zones and domains that a kernel module makes",
	},
	.safe = true,
	.create = guest_create,
	.housekeep = guest_housekeep,
	.reclaim = guest_reclaim,
	.census = guest_census,
	.counters = guest_counters,
	.audit = guest_audit,
};
