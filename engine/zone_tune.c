/*
 * Where a zone does otherwise than UMA, as its tuning says.  Nothing here is
 * called for a zone without one: ZONE_TUNED stands in flags that the callers
 * have at hand, so that UMA's way costs what it did.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/zone_state.h"

bool
zone_tune_wanted(const struct zone_setup *setup)
{
	const struct zone_tuning *tuning;

	tuning = &setup->tuning;
	return ((setup->flags & (ZONE_STAMP_EARLY | ZONE_LIFO)) != 0 ||
	    tuning->poll_depth > 1 || tuning->advance_bytes != 0 ||
	    tuning->advance_ticks != 0 || tuning->age_ticks != 0 ||
	    tuning->commit_bytes != 0 || tuning->commit_queued);
}

void
zone_tune_place(struct zone *zone, const struct zone_setup *setup,
    struct zone_tuning *memory)
{

	*memory = setup->tuning;
	zone->tuning = memory;
	/* Bytes or ticks decide, and no count of buckets. */
	if (zone->advance_every == 1 &&
	    (memory->advance_bytes != 0 || memory->advance_ticks != 0))
		zone->advance_every = UINT32_MAX;
	KERN_ASSERT((zone->flags & ZONE_STAMP_EARLY) == 0 ||
	    zone->advance_every == 1,
	    "a bucket that is stamped when it is full shares no advance");
}

/* --- when to advance ------------------------------------------------------------ */

bool
zone_tune_due(const struct zone *zone, struct zone_cache *cache,
    const struct bucket *bucket)
{
	const struct zone_tuning *tuning;

	tuning = zone->tuning;
	if (cache->pending_count == 1) {
		cache->pending_items = 0;
		cache->pending_since = kern_ticks();
	}
	cache->pending_items += (uint32_t)bucket->count;
	if (tuning->advance_bytes != 0 && (uint64_t)cache->pending_items *
	    zone->item_size >= tuning->advance_bytes)
		return (true);
	return (zone_tune_pending_old(zone, cache));
}

bool
zone_tune_pending_old(const struct zone *zone, const struct zone_cache *cache)
{
	uint32_t most;

	most = zone->tuning->advance_ticks;
	return (most != 0 && cache->pending_count != 0 &&
	    kern_ticks() - cache->pending_since >= most);
}

/*
 * A bucket's age counts from the first tick that sees it with items in it, so
 * that the fast paths need not note anything.
 */
bool
zone_tune_slot_old(const struct zone *zone, struct zone_cache *cache,
    unsigned which)
{
	const struct zone_cache_bucket *slot;
	uint32_t most;

	most = zone->tuning->age_ticks;
	if (most == 0)
		return (false);
	slot = zone_cache_slot(cache, which);
	if (slot->count == 0) {
		cache->aged[which] = NULL;
		return (false);
	}
	if (slot->bucket != cache->aged[which]) {
		cache->aged[which] = slot->bucket;
		cache->aged_since[which] = kern_ticks();
	}
	return (kern_ticks() - cache->aged_since[which] >= most);
}

/* An interrupt may come in the midst of a free: what it sees is a hint. */
bool
zone_tick(struct zone *zone)
{
	struct zone_cache *cache;
	bool cross, free;

	if ((zone->flags & (ZONE_TUNED | ZONE_SMR)) != (ZONE_TUNED | ZONE_SMR))
		return (false);
	cache = zone_cache_here(zone);
	free = zone_tune_slot_old(zone, cache, 0);
	cross = zone_tune_slot_old(zone, cache, 1);
	return (free || cross || zone_tune_pending_old(zone, cache));
}

/* --- when to commit ------------------------------------------------------------- */

void
zone_tune_stamped(struct zone *zone, unsigned items, struct smr_seq goal)
{
	struct zone_cache *cache;
	uint64_t most;

	most = zone->tuning->commit_bytes;
	if (most == 0 || !smr_seq_valid(goal))
		return;
	kern_critical_enter();
	cache = zone_cache_here(zone);
	cache->deferred_bytes += (uint64_t)items * zone->item_size;
	if (cache->deferred_bytes >= most) {
		cache->deferred_bytes = 0;
		smr_commit(zone->smr, goal);
	}
	kern_critical_exit();
}

/* --- the queue -------------------------------------------------------------------- */

void
zone_tune_put(struct zone *zone, unsigned domain, struct bucket *bucket)
{

	if (zone->tuning->commit_queued)
		smr_commit(zone->smr, bucket->seq);
	if ((zone->flags & ZONE_LIFO) != 0)
		zone_domain_put_first(zone, domain, bucket);
	else
		zone_domain_put(zone, domain, bucket, true);
}

struct bucket *
zone_tune_fetch(struct zone *zone, unsigned domain)
{

	if (zone->tuning->poll_depth > 1)
		return (zone_domain_search(zone, domain,
		    zone->tuning->poll_depth));
	return (zone_domain_fetch(zone, domain));
}
