/* SPDX-License-Identifier: BSD-2-Clause */
#include "policies/zoned.h"

struct zone *
zoned_create(const char *name, const struct zone_config *config,
    struct smr *smr)
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
