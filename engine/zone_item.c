/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

KERN_UNSEEN void
zone_count(_Atomic(uint64_t) *counter, uint64_t count)
{

	atomic_fetch_add_explicit(counter, count, memory_order_relaxed);
}

/*
 * Blocks until the goal is met.  A lazy domain forbids blocking polls, since
 * the clock that they wait for must tick: there the caller looks once a tick
 * (docs/decisions/lazy-zone-out-of-memory.md).  In the other case the wait is
 * announced by smr_wait() itself.
 */
void
zone_wait(struct zone *zone, struct smr_seq goal)
{

	zone_count(&zone->tally.waits, 1);
	if (!smr_is_lazy(zone->smr)) {
		smr_wait(zone->smr, goal);
		return;
	}
	kern_event(KERN_WAIT_BEGIN, zone, goal.value, 0);
	while (!smr_poll(zone->smr, goal, false))
		kern_pause(1);
	kern_event(KERN_WAIT_END, zone, goal.value, 0);
}

void
zone_destruct(struct zone *zone, void *const *items, unsigned count)
{
	unsigned i;

	if (zone->dtor == NULL)
		return;
	for (i = 0; i < count; i++)
		zone->dtor(items[i], zone->item_size, zone->argument);
}

void
zone_release(struct zone *zone, void *const *items, unsigned count)
{

	if ((zone->flags & ZONE_INTERNAL) == 0)
		kern_items(KERN_ITEMS_RELEASED, zone, items, count, 0);
	slab_keg_free(&zone->keg, items, count);
	if ((zone->flags & ZONE_LIMITED) != 0)
		zone_limit_release(zone, count);
}

/* Up to `want` new items for a bucket; NULL without memory. */
static struct bucket *
import_items(struct zone *zone, unsigned domain, unsigned want)
{
	struct bucket *bucket;
	unsigned count;

	bucket = bucket_alloc(zone);
	if (bucket == NULL)
		return (NULL);
	if (want > (unsigned)bucket->entries)
		want = (unsigned)bucket->entries;
	count = slab_keg_alloc(&zone->keg, domain, bucket->items, want);
	if (count == 0) {
		bucket_free(zone, bucket);
		return (NULL);
	}
	bucket->count = (int16_t)count;
	return (bucket);
}

struct bucket *
zone_import(struct zone *zone, unsigned domain)
{
	struct bucket *bucket;
	unsigned count, want;

	want = atomic_load_explicit(&zone->bucket_size, memory_order_relaxed);
	if ((zone->flags & ZONE_LIMITED) != 0)
		want = zone_limit_charge(zone, want, false);
	if (want == 0)
		return (NULL);
	bucket = import_items(zone, domain, want);
	count = bucket == NULL ? 0 : (unsigned)bucket->count;
	if ((zone->flags & ZONE_LIMITED) != 0 && count < want)
		zone_limit_release(zone, want - count);
	return (bucket);
}

void *
zone_alloc_item(struct zone *zone)
{
	void *item;

	if ((zone->flags & ZONE_LIMITED) != 0 &&
	    zone_limit_charge(zone, 1, true) == 0)
		return (NULL);
	if (slab_keg_alloc(&zone->keg, kern_domain(), &item, 1) == 0) {
		if ((zone->flags & ZONE_LIMITED) != 0)
			zone_limit_release(zone, 1);
		return (NULL);
	}
	zone_count(&zone->tally.allocs_direct, 1);
	if ((zone->flags & ZONE_CTOR) != 0)
		zone->ctor(item, zone->item_size, zone->argument);
	return (item);
}

/*
 * [Z6] One item without a bucket.
 * Claim   nobody holds the item when it gets to the slabs.
 * Breaks  its memory is used again, or unmapped, under a reader.
 * Mutant  free-item-no-synchronize
 */
void
zone_free_item(struct zone *zone, void *item)
{
	struct smr_seq goal;

	zone_count(&zone->tally.frees_direct, 1);
	if ((zone->flags & ZONE_SMR) != 0) {
		goal = smr_advance(zone->smr);
		kern_items(KERN_ITEMS_STAMPED, zone, &item, 1, goal.value);
		zone_wait(zone, goal);
		kern_items(KERN_ITEMS_KNOWN, zone, &item, 1, goal.value);
		zone_destruct(zone, &item, 1);
	}
	zone_release(zone, &item, 1);
}
