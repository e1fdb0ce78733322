/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/zoned.h"

/* Goals are what the tuning is about: a plain zone has none. */
static void
zoned_tune(struct zone_setup *setup, const struct zone_config *config,
    const struct core_config *core)
{

	setup->flags |= (config->stamp_early ? ZONE_STAMP_EARLY : 0) |
	    (config->lifo ? ZONE_LIFO : 0);
	setup->tuning.poll_depth = (uint32_t)config->poll_depth;
	setup->tuning.advance_bytes = config->advance_bytes;
	setup->tuning.advance_ticks = (uint32_t)config->advance_ticks;
	setup->tuning.age_ticks = (uint32_t)config->age_ticks;
	if (core->mode == CORE_DEFERRED) {
		setup->tuning.commit_bytes = core->deferral_bytes;
		setup->tuning.commit_queued = core->commit ==
		    CORE_COMMIT_QUEUE;
	}
}

struct zone *
zoned_create(const char *name, const struct zone_config *config,
    const struct core_config *core, struct smr *smr)
{
	struct zone_setup setup = {
		.name = name,
		.item_size = config->item_size,
		.bucket_size = (unsigned)config->bucket_size,
		.bucket_size_max = (unsigned)config->bucket_size_max,
		.advance_every = (unsigned)config->advance_every,
		.limit = config->limit,
		.cache_limit = config->cache_limit,
		.flags = (config->first_touch ? ZONE_FIRST_TOUCH : 0) |
		    (config->bucket_growth ? ZONE_GROWTH : 0),
		.smr = smr,
	};

	if (smr != NULL)
		zoned_tune(&setup, config, core);
	return (zone_create(&setup));
}

void
zoned_reclaim(struct zone *zone, enum policy_reclaim how)
{

	zone_reclaim(zone, how == POLICY_TRIM ? ZONE_TRIM :
	    how == POLICY_DRAIN ? ZONE_DRAIN : ZONE_DRAIN_CPU);
}

void
zoned_census(const struct zone *zone, struct policy_census *census)
{
	struct zone_census found;

	zone_census(zone, &found);
	*census = (struct policy_census){
		.items_total = found.items_total,
		.items_slab_free = found.items_slab_free,
		.items_cached = found.items_cached,
		.slab_bytes = found.slab_bytes,
		.bucket_bytes = found.bucket_bytes,
	};
}
