/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/*
 * Everything here is unseen.  Each function returns the first broken invariant
 * in words, or NULL.  To find items that are in two places, the bit of each
 * cached item is set in its slab on the way through, and cleared afterwards.
 */

struct audit {
	const struct zone *zone;
	uint64_t cached;
	uint64_t buckets;
	uint64_t bucket_bytes;
	bool mark;		/* else the marks are taken away again */
};

/* --- slabs ---------------------------------------------------------------- */

KERN_UNSEEN static struct slab *
audit_slab_of(const struct slab_keg *keg, const void *item)
{
	uintptr_t page;

	if (keg->layout.mapped)
		return (slab_map_peek(&keg->map, item));
	page = (uintptr_t)item & ~(uintptr_t)(KERN_PAGE_SIZE - 1);
	return ((struct slab *)(page + keg->layout.header_offset));
}

KERN_UNSEEN static uintptr_t
audit_memory(const struct slab_keg *keg, const struct slab *slab)
{

	if (keg->layout.remote)
		return ((uintptr_t)((const struct slab_remote *)(const void *)
		    slab)[-1].memory);
	return ((uintptr_t)slab - keg->layout.header_offset);
}

KERN_UNSEEN static const char *
audit_slab(const struct slab_keg *keg, const struct slab *slab, unsigned list,
    unsigned domain)
{
	uint32_t bits, i;

	bits = 0;
	for (i = 0; i < (keg->layout.items + 63) / 64; i++)
		bits += (uint32_t)__builtin_popcountll(slab->free_bits[i]);
	if (bits != slab->free_count)
		return ("a slab's free count differs from its bits");
	if (slab->list != list)
		return ("a slab is on another list than it says");
	if (slab->domain != domain)
		return ("a slab is in another domain than it says");
	if ((list == SLAB_FULL) != (slab->free_count == 0) ||
	    (list == SLAB_FREE) != (slab->free_count == keg->layout.items))
		return ("a slab's list does not fit its free count");
	if (slab->next != NULL && slab->next->prev != slab)
		return ("a list of slabs is broken");
	return (NULL);
}

KERN_UNSEEN static const char *
audit_slab_domain(const struct slab_keg *keg, unsigned index, uint64_t *slabs)
{
	const struct slab_domain *domain;
	const struct slab *slab;
	const char *broken;
	uint64_t count, free_items, free_slabs;
	unsigned list;

	domain = &keg->domains[index];
	count = 0;
	free_items = 0;
	free_slabs = 0;
	for (list = 0; list < SLAB_LISTS; list++) {
		for (slab = domain->lists[list]; slab != NULL;
		    slab = slab->next) {
			broken = audit_slab(keg, slab, list, index);
			if (broken != NULL)
				return (broken);
			if (++count > domain->slabs)
				return ("a list of slabs is too long");
			free_items += slab->free_count;
			free_slabs += list == SLAB_FREE;
		}
	}
	if (count != domain->slabs)
		return ("slabs are missing from their domain's lists");
	if (free_items != domain->free_items)
		return ("a domain's free items differ from its slabs'");
	if (free_slabs != domain->free_slabs)
		return ("a domain's free slabs differ from its list");
	*slabs += count;
	return (NULL);
}

KERN_UNSEEN static const char *
audit_keg(const struct slab_keg *keg)
{
	const char *broken;
	uint64_t slabs;
	unsigned i;

	slabs = 0;
	for (i = 0; i < keg->domain_count; i++) {
		broken = audit_slab_domain(keg, i, &slabs);
		if (broken != NULL)
			return (broken);
	}
	if (slabs * keg->layout.pages != atomic_load_explicit(&keg->pages,
	    memory_order_relaxed))
		return ("the pages of a zone differ from its slabs'");
	return (NULL);
}

/* --- items in buckets -------------------------------------------------------- */

KERN_UNSEEN static const char *
audit_item(const struct audit *audit, const void *item)
{
	const struct slab_keg *keg;
	struct slab *slab;
	uint64_t bit;
	uint64_t offset;
	uint32_t index;

	keg = &audit->zone->keg;
	if (item == NULL)
		return ("a bucket holds a null item");
	slab = audit_slab_of(keg, item);
	if (slab == NULL)
		return ("a bucket holds an item of no slab");
	offset = (uintptr_t)item - audit_memory(keg, slab);
	index = (uint32_t)(offset / keg->layout.item_size);
	if (offset % keg->layout.item_size != 0 || index >= keg->layout.items)
		return ("a bucket holds a pointer into an item");
	bit = (uint64_t)1 << (index % 64);
	if (audit->mark && (slab->free_bits[index / 64] & bit) != 0)
		return ("an item is cached twice, or cached and free");
	slab->free_bits[index / 64] ^= bit;
	return (NULL);
}

/* `count`: as its owner says; *done: how many items were marked. */
KERN_UNSEEN static const char *
audit_items(const struct audit *audit, const struct bucket *bucket,
    int64_t count, uint64_t *left)
{
	const char *broken;
	int64_t i;

	for (i = 0; i < count; i++) {
		/* Clearing stops where marking stopped. */
		if (!audit->mark && *left == 0)
			return (NULL);
		broken = audit_item(audit, bucket->items[i]);
		if (broken != NULL)
			return (broken);
		*left = audit->mark ? *left + 1 : *left - 1;
	}
	return (NULL);
}

KERN_UNSEEN static unsigned
audit_bucket_bytes(const struct bucket *bucket)
{
	unsigned bytes;

	/* As bucket_size_bytes(), which is not unseen. */
	for (bytes = 32; (bytes - 16) / 8 < (unsigned)bucket->entries;)
		bytes = bytes == 32 ? 48 : bytes == 48 ? 80 : bytes == 80 ?
		    144 : bytes == 144 ? 256 : 2 * bytes;
	return (bytes);
}

KERN_UNSEEN static const char *
audit_bucket(struct audit *audit, const struct bucket *bucket, int64_t count,
    uint64_t *left)
{

	if (bucket->entries <= 0 || bucket->entries > BUCKET_MAX)
		return ("a bucket's room is out of range");
	if (count < 0 || count > bucket->entries)
		return ("a bucket holds more items than it has room for");
	if (audit->mark) {
		audit->cached += (uint64_t)count;
		audit->buckets++;
		audit->bucket_bytes += audit_bucket_bytes(bucket);
	}
	return (audit_items(audit, bucket, count, left));
}

/* --- CPUs ------------------------------------------------------------------------ */

KERN_UNSEEN static const char *
audit_slot(struct audit *audit, const struct zone_cache_bucket *slot,
    uint64_t *left)
{

	if (slot->bucket == NULL)
		return (slot->entries == 0 && slot->count == 0 ? NULL :
		    "a cache counts items without a bucket");
	if (slot->entries != slot->bucket->entries)
		return ("a cache and its bucket differ about the room");
	if (smr_seq_valid(slot->bucket->seq) &&
	    ((slot->flags & ZONE_STAMP_EARLY) == 0 ||
	    slot->count < slot->entries))
		return ("a bucket with a goal is loaded in a cache");
	if (slot->flags != audit->zone->flags)
		return ("a cache has other flags than its zone");
	return (audit_bucket(audit, slot->bucket, slot->count, left));
}

KERN_UNSEEN static const char *
audit_pending(struct audit *audit, const struct zone_cache *cache,
    uint64_t *left)
{
	const struct bucket *bucket, *last;
	const char *broken;
	uint32_t count;

	count = 0;
	last = NULL;
	for (bucket = cache->pending; bucket != NULL; bucket = bucket->next) {
		if (++count > cache->pending_count)
			break;
		if (smr_seq_valid(bucket->seq))
			return ("a bucket that was set aside has a goal");
		broken = audit_bucket(audit, bucket, bucket->count, left);
		if (broken != NULL)
			return (broken);
		last = bucket;
	}
	if (count != cache->pending_count || last != cache->pending_last)
		return ("a CPU's buckets for the next advance are miscounted");
	if (count >= audit->zone->advance_every)
		return ("a CPU keeps more buckets than share an advance");
	return (NULL);
}

KERN_UNSEEN static const char *
audit_cache(struct audit *audit, const struct zone_cache *cache,
    uint64_t *left)
{
	const char *broken;

	broken = audit_slot(audit, &cache->alloc, left);
	if (broken == NULL)
		broken = audit_slot(audit, &cache->free, left);
	if (broken == NULL)
		broken = audit_slot(audit, &cache->cross, left);
	if (broken == NULL)
		broken = audit_pending(audit, cache, left);
	return (broken);
}

/* --- queues ------------------------------------------------------------------------ */

KERN_UNSEEN static const char *
audit_cross(struct audit *audit, const struct bucket *cross, uint64_t *left)
{

	if (cross == NULL)
		return (NULL);
	if (cross->count >= cross->entries || cross->count <= 0)
		return ("a shared cross bucket is empty or full");
	if ((audit->zone->flags & ZONE_SMR) != 0 && !smr_seq_valid(cross->seq))
		return ("a shared cross bucket holds items without a goal");
	return (audit_bucket(audit, cross, cross->count, left));
}

KERN_UNSEEN static const char *
audit_queue(struct audit *audit, const struct zone_domain *domain,
    int64_t nitems, uint64_t *left)
{
	const struct bucket *bucket, *last;
	const char *broken;
	bool stamped;
	int64_t sum;

	last = NULL;
	stamped = false;
	sum = 0;
	for (bucket = domain->head; bucket != NULL; bucket = bucket->next) {
		if (bucket->count <= 0)
			return ("an empty bucket is queued");
		if (stamped && !smr_seq_valid(bucket->seq))
			return ("a bucket without a goal is behind one that waits");
		stamped = smr_seq_valid(bucket->seq);
		sum += bucket->count;
		if (sum > nitems)
			return ("a queue holds more items than it counts");
		broken = audit_bucket(audit, bucket, bucket->count, left);
		if (broken != NULL)
			return (broken);
		last = bucket;
	}
	if (sum != nitems)
		return ("a queue holds fewer items than it counts");
	if (last != domain->tail)
		return ("a queue's tail is not its last bucket");
	return (NULL);
}

KERN_UNSEEN static const char *
audit_domain(struct audit *audit, const struct zone_domain *domain,
    uint64_t *left)
{
	const char *broken;
	uint32_t head, seq;
	int64_t imax, nitems;

	nitems = atomic_load_explicit(&domain->nitems, memory_order_relaxed);
	imax = atomic_load_explicit(&domain->imax, memory_order_relaxed);
	if (domain->imin < 0 || domain->imin > domain->bimin ||
	    domain->bimin > nitems || nitems > imax)
		return ("not 0 <= imin <= bimin <= nitems <= imax");
	head = domain->head == NULL ? 0 : domain->head->seq.value;
	seq = atomic_load_explicit(&domain->head_seq, memory_order_relaxed);
	if (seq != head)
		return ("the hint differs from the goal of a queue's head");
	broken = audit_queue(audit, domain, nitems, left);
	if (broken == NULL)
		broken = audit_cross(audit, domain->cross, left);
	return (broken);
}

/* --- the whole zone -------------------------------------------------------------------- */

/* Goes over all buckets in one fixed order, to mark or to clear. */
KERN_UNSEEN static const char *
audit_buckets(struct audit *audit, uint64_t *left)
{
	const struct zone *zone;
	const char *broken;
	unsigned i;

	zone = audit->zone;
	broken = NULL;
	for (i = 0; broken == NULL && i < zone->cpu_count; i++)
		broken = audit_cache(audit, &zone->caches[i], left);
	for (i = 0; broken == NULL && i < zone->domain_count; i++)
		broken = audit_domain(audit, &zone->domains[i], left);
	return (broken);
}

KERN_UNSEEN static const char *
audit_sums(const struct audit *audit)
{
	const struct zone *zone;
	struct zone_census census;
	uint64_t charged, out;

	zone = audit->zone;
	zone_census(zone, &census);
	if (audit->buckets != census.buckets ||
	    audit->bucket_bytes != census.bucket_bytes)
		return ("a bucket is lost, or is in two places");
	if (audit->cached != census.items_cached)
		return ("the cached items differ from the census");
	out = census.items_total - census.items_slab_free;
	if (out != audit->cached + census.allocs - census.frees)
		return ("items out of the slabs are neither live nor cached");
	charged = atomic_load_explicit(&zone->charged, memory_order_relaxed) &
	    ZONE_LIMIT_COUNT;
	if ((zone->flags & ZONE_LIMITED) != 0 && charged != out)
		return ("the limit is charged for other items than are out");
	return (NULL);
}

KERN_UNSEEN const char *
zone_audit(const struct zone *zone)
{
	struct audit audit;
	const char *broken;
	uint64_t marked;

	audit = (struct audit){ .zone = zone, .mark = true };
	broken = audit_keg(&zone->keg);
	if (broken != NULL)
		return (broken);
	marked = 0;
	broken = audit_buckets(&audit, &marked);
	audit.mark = false;
	(void)audit_buckets(&audit, &marked);
	return (broken != NULL ? broken : audit_sums(&audit));
}
