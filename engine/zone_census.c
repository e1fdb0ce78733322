/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/* Everything here is unseen: it looks at the zone without being there. */

KERN_UNSEEN static uint64_t
pending_items(const struct zone_cache *cache)
{
	const struct bucket *bucket;
	uint64_t count;

	count = 0;
	for (bucket = cache->pending; bucket != NULL; bucket = bucket->next)
		count += (uint64_t)bucket->count;
	return (count);
}

KERN_UNSEEN static void
census_caches(const struct zone *zone, struct zone_census *census)
{
	const struct zone_cache *cache;
	uint32_t i;

	for (i = 0; i < zone->cpu_count; i++) {
		cache = &zone->caches[i];
		census->items_alloc_buckets += (uint64_t)cache->alloc.count;
		census->items_free_buckets += (uint64_t)cache->free.count;
		census->items_cross_buckets += (uint64_t)cache->cross.count;
		census->items_pending += pending_items(cache);
		census->allocs += cache->allocs;
		census->frees += cache->frees;
	}
}

KERN_UNSEEN static void
census_domains(const struct zone *zone, struct zone_census *census)
{
	const struct slab_domain *slabs;
	const struct bucket *cross;
	uint32_t i;

	for (i = 0; i < zone->domain_count; i++) {
		census->items_queued += (uint64_t)atomic_load_explicit(
		    &zone->domains[i].nitems, memory_order_relaxed);
		cross = zone->domains[i].cross;
		if (cross != NULL)
			census->items_cross_buckets += (uint64_t)cross->count;
		slabs = &zone->keg.domains[i];
		census->items_total += (uint64_t)slabs->slabs *
		    zone->keg.layout.items;
		census->items_slab_free += slabs->free_items;
	}
}

KERN_UNSEEN static uint64_t
base_pages(const struct zone_base *base)
{
	uint64_t pages;
	unsigned i;

	pages = base->pages;
	for (i = 0; i < BUCKET_SIZES; i++)
		pages += atomic_load_explicit(&base->buckets[i]->keg.pages,
		    memory_order_relaxed);
	for (i = 0; i < SLAB_REMOTE_SIZES; i++)
		pages += atomic_load_explicit(&base->headers[i]->keg.pages,
		    memory_order_relaxed);
	return (pages);
}

KERN_UNSEEN void
zone_census(const struct zone *zone, struct zone_census *census)
{
	const struct zone_tally *tally;

	*census = (struct zone_census){ .items_total = 0 };
	census_caches(zone, census);
	census_domains(zone, census);
	census->items_cached = census->items_alloc_buckets +
	    census->items_free_buckets + census->items_cross_buckets +
	    census->items_pending + census->items_queued;
	tally = &zone->tally;
	census->slab_bytes = KERN_PAGE_SIZE * atomic_load_explicit(
	    &zone->keg.pages, memory_order_relaxed);
	census->bucket_bytes = atomic_load_explicit(&tally->bucket_bytes,
	    memory_order_relaxed);
	census->buckets = atomic_load_explicit(&tally->buckets,
	    memory_order_relaxed);
	census->base_bytes = KERN_PAGE_SIZE * base_pages(zone->base);
	census->allocs += atomic_load_explicit(&tally->allocs_direct,
	    memory_order_relaxed);
	census->frees += atomic_load_explicit(&tally->frees_direct,
	    memory_order_relaxed);
}

KERN_UNSEEN void
zone_figures(const struct zone *zone, struct zone_figures *figures)
{
	uint64_t charged;

	charged = atomic_load_explicit(&zone->charged, memory_order_relaxed);
	figures->bucket_size = atomic_load_explicit(&zone->bucket_size,
	    memory_order_relaxed);
	figures->bucket_size_min = atomic_load_explicit(&zone->bucket_size_min,
	    memory_order_relaxed);
	figures->bucket_size_max = atomic_load_explicit(&zone->bucket_size_max,
	    memory_order_relaxed);
	figures->bucket_max = atomic_load_explicit(&zone->bucket_max,
	    memory_order_relaxed);
	figures->items_limited = charged & ZONE_LIMIT_COUNT;
	figures->sleepers = charged / ZONE_LIMIT_SLEEPER;
	figures->limit = atomic_load_explicit(&zone->limit,
	    memory_order_relaxed);
	figures->xdomain = atomic_load_explicit(&zone->tally.xdomain,
	    memory_order_relaxed);
	figures->waits = atomic_load_explicit(&zone->tally.waits,
	    memory_order_relaxed);
	figures->imports_early = atomic_load_explicit(
	    &zone->tally.imports_early, memory_order_relaxed);
	figures->item_size = zone->keg.layout.item_size;
	figures->items_per_slab = zone->keg.layout.items;
	figures->pages_per_slab = zone->keg.layout.pages;
}

KERN_UNSEEN void
zone_domain_figures(const struct zone *zone, unsigned domain,
    struct zone_domain_figures *figures)
{
	const struct zone_domain *from;

	from = &zone->domains[domain];
	figures->nitems = atomic_load_explicit(&from->nitems,
	    memory_order_relaxed);
	figures->imax = atomic_load_explicit(&from->imax,
	    memory_order_relaxed);
	figures->imin = from->imin;
	figures->bimin = from->bimin;
	figures->wss = from->wss;
	figures->limin = from->limin;
	figures->timin = from->timin;
}
