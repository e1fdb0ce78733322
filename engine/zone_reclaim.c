/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

static void
reclaim_domain(struct zone *zone, unsigned index, enum zone_depth depth)
{
	struct bucket *cross;

	/*
	 * The shared cross bucket of an SMR zone needs a wait, so only a drain
	 * takes it.  It has a goal, whatever its fill: see [Z7].
	 */
	if ((zone->flags & ZONE_SMR) == 0 || depth == ZONE_DEPTH_DRAIN) {
		cross = zone_cross_take(zone, index);
		if (cross != NULL)
			bucket_free(zone, cross);
	}
	(void)zone_domain_shrink(zone, index, depth);
	(void)slab_keg_drain(&zone->keg, index);
}

static void
reclaim_queues(struct zone *zone, enum zone_depth depth)
{
	uint32_t min, size;
	unsigned i;

	/* Buckets that are asked for back were too large. */
	size = atomic_load_explicit(&zone->bucket_size, memory_order_relaxed);
	min = atomic_load_explicit(&zone->bucket_size_min,
	    memory_order_relaxed);
	if (size > min)
		atomic_store_explicit(&zone->bucket_size, size - 1,
		    memory_order_relaxed);
	for (i = 0; i < zone->domain_count; i++)
		reclaim_domain(zone, i, depth);
	/* Only now are the buckets that held the items free. */
	for (i = 0; i < zone->domain_count; i++)
		zone_base_drain(zone->base, i);
}

/* Flushes the CPU that this thread is on, unless that was done meanwhile. */
static void
flush_here(struct zone *zone, uint32_t request)
{
	struct zone_cache *cache;

	kern_critical_enter();
	cache = zone_cache_here(zone);
	if (cache->flushed == request) {
		kern_critical_exit();
		return;
	}
	cache->flushed = request;
	zone_cache_flush(zone);
}

/*
 * Goes to each CPU in turn.  Where threads cannot, the others flush at their
 * next slow path, and an idle CPU keeps what it has.
 */
static void
flush_all(struct zone *zone)
{
	uint32_t min, request, size;
	unsigned i;

	size = atomic_load_explicit(&zone->bucket_size, memory_order_relaxed);
	min = atomic_load_explicit(&zone->bucket_size_min,
	    memory_order_relaxed);
	if (size > min)
		atomic_store_explicit(&zone->bucket_size, (min + size) / 2,
		    memory_order_relaxed);
	request = atomic_fetch_add_explicit(&zone->flush_request, 1,
	    memory_order_relaxed) + 1;
	for (i = 0; i < zone->cpu_count; i++) {
		if (!kern_bind(i)) {
			flush_here(zone, request);
			return;
		}
		flush_here(zone, request);
	}
	kern_unbind();
}

void
zone_reclaim(struct zone *zone, enum zone_reclaim how)
{

	kern_event(KERN_RECLAIM, zone, how, 0);
	switch (how) {
	case ZONE_TRIM:
		reclaim_queues(zone, ZONE_DEPTH_TRIM);
		break;
	case ZONE_DRAIN:
		reclaim_queues(zone, ZONE_DEPTH_DRAIN);
		break;
	case ZONE_DRAIN_CPU:
		reclaim_queues(zone, ZONE_DEPTH_TRIM);
		flush_all(zone);
		reclaim_queues(zone, ZONE_DEPTH_DRAIN);
		break;
	}
}

void
zone_timeout(struct zone *zone)
{
	struct zone_domain *domain;
	unsigned i;

	for (i = 0; i < zone->domain_count; i++) {
		if ((zone->flags & ZONE_UNMANAGED) != 0) {
			domain = &zone->domains[i];
			mutex_lock(&domain->lock);
			zone_domain_period(domain);
			mutex_unlock(&domain->lock);
		} else if (zone_domain_shrink(zone, i, ZONE_DEPTH_VOLUNTARY)) {
			(void)slab_keg_drain(&zone->keg, i);
		}
	}
}
