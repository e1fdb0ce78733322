/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/* Joins the sleepers, and wakes up with one item charged. */
static void
limit_sleep(struct zone *zone)
{
	uint64_t limit, old;

	atomic_fetch_add_explicit(&zone->charged, ZONE_LIMIT_SLEEPER,
	    memory_order_relaxed);
	for (;;) {
		limit = atomic_load_explicit(&zone->limit,
		    memory_order_relaxed);
		old = atomic_load_explicit(&zone->charged,
		    memory_order_relaxed);
		while ((old & ZONE_LIMIT_COUNT) < limit)
			if (atomic_compare_exchange_weak_explicit(
			    &zone->charged, &old, old + 1 - ZONE_LIMIT_SLEEPER,
			    memory_order_relaxed, memory_order_relaxed))
				return;
		kern_pause(1);
	}
}

unsigned
zone_limit_charge(struct zone *zone, unsigned want, bool wait)
{
	uint64_t count, limit, old;
	unsigned granted;

	limit = atomic_load_explicit(&zone->limit, memory_order_relaxed);
	old = atomic_fetch_add_explicit(&zone->charged, want,
	    memory_order_relaxed);
	if (old + want <= limit)
		return (want);
	/* What is left, if nobody sleeps for it. */
	count = old & ZONE_LIMIT_COUNT;
	granted = old == count && count < limit ? (unsigned)(limit - count) : 0;
	atomic_fetch_sub_explicit(&zone->charged, want - granted,
	    memory_order_relaxed);
	if (granted > 0 || !wait || (zone->flags & ZONE_LIMIT_WAIT) == 0)
		return (granted);
	limit_sleep(zone);
	return (1);
}

void
zone_limit_release(struct zone *zone, unsigned count)
{

	atomic_fetch_sub_explicit(&zone->charged, count, memory_order_relaxed);
}

bool
zone_limit_has_sleepers(const struct zone *zone)
{

	return (atomic_load_explicit(&zone->charged, memory_order_relaxed) >=
	    ZONE_LIMIT_SLEEPER);
}

void
zone_set_max(struct zone *zone, uint64_t items)
{

	KERN_ASSERT((zone->flags & ZONE_LIMITED) != 0 ||
	    atomic_load_explicit(&zone->keg.pages, memory_order_relaxed) == 0,
	    "a zone gets its first limit before its first item");
	if (items == 0 || items > ZONE_LIMIT_COUNT)
		items = ZONE_LIMIT_COUNT;
	atomic_store_explicit(&zone->limit, items, memory_order_relaxed);
	if ((zone->flags & ZONE_LIMITED) == 0) {
		zone->flags |= ZONE_LIMITED;
		zone_publish_flags(zone);
	}
}

void
zone_set_maxcache(struct zone *zone, uint64_t items)
{
	uint64_t buckets, each;
	uint32_t min, size;

	if (items == 0) {
		atomic_store_explicit(&zone->bucket_max, UINT64_MAX,
		    memory_order_relaxed);
		return;
	}
	/* One bucket to free to and one to allocate from, with NUMA a third. */
	buckets = 2 * (uint64_t)zone->cpu_count;
	if ((zone->flags & ZONE_SORTS) != 0)
		buckets = 3 * (uint64_t)zone->cpu_count + zone->domain_count;
	/* Half for them, half for the queues. */
	each = items / buckets / 2;
	if (each == 0 && items / buckets > 0)
		each = 1;
	if (each > BUCKET_UMA_MAX)
		each = BUCKET_UMA_MAX;
	size = atomic_load_explicit(&zone->bucket_size, memory_order_relaxed);
	min = atomic_load_explicit(&zone->bucket_size_min,
	    memory_order_relaxed);
	atomic_store_explicit(&zone->bucket_size_max, (uint32_t)each,
	    memory_order_relaxed);
	if (size > each)
		atomic_store_explicit(&zone->bucket_size, (uint32_t)each,
		    memory_order_relaxed);
	if (min > each)
		atomic_store_explicit(&zone->bucket_size_min, (uint32_t)each,
		    memory_order_relaxed);
	atomic_store_explicit(&zone->bucket_max, items - buckets * each,
	    memory_order_relaxed);
}
