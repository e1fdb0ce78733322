/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/* --- life ------------------------------------------------------------------ */

static uint32_t
zone_cache_count(uint32_t flags)
{

	return ((flags & ZONE_INTERNAL) != 0 ? 0 : kern_cpu_count());
}

size_t
zone_bytes(uint32_t flags)
{
	size_t bytes, domains;

	domains = kern_domain_count();
	bytes = offsetof(struct zone, caches) +
	    zone_cache_count(flags) * sizeof(struct zone_cache);
	bytes = zone_align(bytes) + domains * sizeof(struct slab_domain);
	if ((flags & ZONE_INTERNAL) == 0)
		bytes += domains * sizeof(struct zone_domain);
	if ((flags & ZONE_TUNED) != 0)
		bytes += sizeof(struct zone_tuning);
	return (zone_align(bytes));
}

static void
zone_size_buckets(struct zone *zone, const struct zone_setup *setup)
{
	unsigned max, size;

	size = setup->bucket_size;
	if (size == 0)
		size = bucket_size_by_item(setup->item_size);
	if ((zone->flags & ZONE_MAXBUCKET) != 0)
		size = BUCKET_UMA_MAX;
	if ((zone->flags & (ZONE_NOBUCKET | ZONE_INTERNAL)) != 0)
		size = 0;
	KERN_ASSERT(size <= BUCKET_MAX && setup->bucket_size_max <= BUCKET_MAX,
	    "a bucket holds at most 4094 items");
	max = setup->bucket_size_max == 0 ? BUCKET_UMA_MAX :
	    setup->bucket_size_max;
	if (max < size || (zone->flags & ZONE_GROWTH) == 0)
		max = size;
	atomic_init(&zone->bucket_size, size);
	atomic_init(&zone->bucket_size_min, size);
	atomic_init(&zone->bucket_size_max, max);
	atomic_init(&zone->bucket_max, UINT64_MAX);
}

void
zone_publish_flags(struct zone *zone)
{
	unsigned i;

	for (i = 0; i < zone->cpu_count; i++) {
		zone->caches[i].alloc.flags = zone->flags;
		zone->caches[i].free.flags = zone->flags;
		zone->caches[i].cross.flags = zone->flags;
	}
}

void
zone_place(struct zone *zone, const struct zone_setup *setup, uint32_t flags)
{
	struct slab_keg_setup keg;
	unsigned char *tail;
	unsigned i;

	KERN_ASSERT(setup->item_size > 0, "a zone needs an item size");
	zone->name = setup->name;
	zone->flags = setup->flags | flags;
	zone->item_size = (uint32_t)setup->item_size;
	zone->ctor = setup->ctor;
	zone->dtor = setup->dtor;
	zone->argument = setup->argument;
	zone->base = setup->base;
	zone->advance_every = setup->advance_every == 0 ? 1 :
	    setup->advance_every;
	zone->cpu_count = zone_cache_count(zone->flags);
	zone->domain_count = kern_domain_count();
	if ((zone->flags & ZONE_FIRST_TOUCH) != 0 && zone->domain_count > 1)
		zone->flags |= ZONE_SORTS;
	if (setup->ctor != NULL)
		zone->flags |= ZONE_CTOR;
	if (setup->dtor != NULL)
		zone->flags |= ZONE_DTOR;
	zone_size_buckets(zone, setup);
	mutex_init(&zone->cross_lock);

	tail = (unsigned char *)zone + zone_align(offsetof(struct zone,
	    caches) + zone->cpu_count * sizeof(struct zone_cache));
	keg = (struct slab_keg_setup){
		.item_size = setup->item_size,
		.round_robin = (zone->flags & ZONE_FIRST_TOUCH) == 0,
		.keep = (zone->flags & ZONE_NOFREE) != 0,
		.speaker = (zone->flags & ZONE_INTERNAL) != 0 ? NULL : zone,
		.init = setup->init,
		.fini = setup->fini,
		.argument = setup->argument,
	};
	for (i = 0; setup->base != NULL && i < SLAB_REMOTE_SIZES; i++)
		keg.remote_zone[i] = setup->base->headers[i];
	slab_keg_init(&zone->keg, &keg, (struct slab_domain *)(void *)tail);
	tail += zone->domain_count * sizeof(struct slab_domain);
	if ((zone->flags & ZONE_INTERNAL) == 0) {
		zone->domains = (struct zone_domain *)(void *)tail;
		for (i = 0; i < zone->domain_count; i++)
			zone_domain_init(&zone->domains[i]);
	}
	if ((flags & ZONE_TUNED) != 0)
		zone_tune_place(zone, setup, (struct zone_tuning *)(void *)
		    &zone->domains[zone->domain_count]);
	zone_publish_flags(zone);
}

struct zone *
zone_create(const struct zone_setup *setup)
{
	struct zone_setup own;
	struct zone *zone;
	uint32_t flags;
	size_t pages;

	own = *setup;
	flags = 0;
	if (own.base == NULL) {
		own.base = zone_base_create();
		if (own.base == NULL)
			return (NULL);
		flags |= ZONE_OWN_BASE;
	}
	if (zone_tune_wanted(&own))
		flags |= ZONE_TUNED;
	pages = zone_pages(zone_bytes(own.flags | flags));
	zone = kern_pages_alloc(pages, kern_domain());
	if (zone == NULL) {
		if ((flags & ZONE_OWN_BASE) != 0)
			zone_base_destroy(own.base);
		return (NULL);
	}
	zone_place(zone, &own, flags);
	zone->pages = pages;
	if (own.smr != NULL)
		(void)zone_set_smr(zone, own.smr);
	if (own.limit != 0)
		zone_set_max(zone, own.limit);
	if (own.cache_limit != 0)
		zone_set_maxcache(zone, own.cache_limit);
	return (zone);
}

size_t
zone_destroy(struct zone *zone)
{
	struct zone_base *base;
	uint32_t flags;
	size_t lost;
	unsigned i;

	zone_cache_dismantle(zone);
	for (i = 0; i < zone->domain_count; i++)
		zone_domain_fini(zone, i);
	lost = slab_keg_fini(&zone->keg);
	flags = zone->flags;
	base = zone->base;
	kern_pages_free(zone, zone->pages);
	if ((flags & ZONE_OWN_BASE) != 0)
		zone_base_destroy(base);
	return (lost);
}

bool
zone_set_smr(struct zone *zone, struct smr *smr)
{

	if ((zone->flags & ZONE_SMR) != 0 ||
	    atomic_load_explicit(&zone->keg.pages, memory_order_relaxed) != 0)
		return (false);
	zone->smr = smr;
	zone->flags |= ZONE_SMR;
	zone_publish_flags(zone);
	return (true);
}

struct smr *
zone_smr(const struct zone *zone)
{

	return (zone->smr);
}

/* --- the fast paths ----------------------------------------------------------- */

/* For an assertion: costs no time. */
KERN_UNSEEN static bool
zone_in_section(const struct zone *zone)
{

	return (smr_entered(zone->smr));
}

static inline void *
cache_pop(struct zone_cache_bucket *bucket)
{

	bucket->count--;
	return (bucket->bucket->items[bucket->count]);
}

/* Returns where the item is now. */
static inline void **
cache_push(struct zone_cache_bucket *bucket, void *item)
{
	void **slot;

	slot = &bucket->bucket->items[bucket->count];
	*slot = item;
	bucket->count++;
	return (slot);
}

/* The bucket of this CPU that an item goes to. */
static inline struct zone_cache_bucket *
cache_choose(struct zone_cache *cache, struct zone_cache_bucket *local,
    uint32_t flags, const void *item)
{

	if ((flags & ZONE_SORTS) != 0 && zone_home(item) != kern_domain())
		return (&cache->cross);
	return (local);
}

/* The last item of the CPU's allocation bucket, else one from the slabs. */
static inline void *
zone_alloc_kind(struct zone *zone, uint32_t kind)
{
	struct zone_cache *cache;
	uint32_t flags;
	void *item;

	kern_critical_enter();
	do {
		cache = zone_cache_here(zone);
		flags = cache->alloc.flags;
		KERN_ASSERT((flags & ZONE_SMR) == kind,
		    "zone_alloc_smr() is for SMR zones, and only that");
		if (cache->alloc.count != 0) {
			item = cache_pop(&cache->alloc);
			cache->allocs++;
			kern_critical_exit();
			if ((flags & ZONE_CTOR) != 0)
				zone->ctor(item, zone->item_size,
				    zone->argument);
			return (item);
		}
	} while (zone_cache_refill(zone));
	return (zone_alloc_item(zone));
}

void *
zone_alloc_smr(struct zone *zone)
{

	return (zone_alloc_kind(zone, ZONE_SMR));
}

void *
zone_alloc(struct zone *zone)
{

	return (zone_alloc_kind(zone, 0));
}

/*
 * ZONE_STAMP_EARLY: the bucket was filled just now.  One that will be sorted
 * gets its goal then.  In a critical section.
 *
 * [Z12] only a full bucket gets its goal while it is loaded.
 * Claim   no item joins a bucket behind its goal.
 * Breaks  the goal says nothing about that item.
 * Mutant  early-stamped-when-opened
 */
static void
zone_stamp_early(struct zone *zone, struct zone_cache_bucket *slot, bool away)
{
	struct smr_seq goal;

	if (away && zone->domain_count > 2)
		return;
	/* By way of a local, as in bucket_stamp(). */
	goal = smr_advance(zone->smr);
	slot->bucket->seq = goal;
	kern_items(KERN_ITEMS_STAMPED, zone, slot->bucket->items,
	    (size_t)slot->count, goal.value);
	zone_tune_stamped(zone, (unsigned)slot->count, goal);
}

/*
 * [Z1] No sequence operation here: the bucket is stamped as a whole when the
 * next free finds it full.
 * Claim   every item of a bucket was unlinked before the bucket's advance.
 * Breaks  a goal taken earlier says nothing about items that come later.
 * Mutant  bucket-stamped-when-opened
 */
void
zone_free_smr(struct zone *zone, void *item)
{
	struct zone_cache_bucket *bucket;
	struct zone_cache *cache;
	uint32_t flags;
	void **slot;

	KERN_ASSERT(item != NULL, "there is no item to free");
	kern_critical_enter();
	do {
		cache = zone_cache_here(zone);
		flags = cache->free.flags;
		KERN_ASSERT((flags & ZONE_SMR) != 0,
		    "zone_free_smr() is for SMR zones");
		KERN_ASSERT(!zone_in_section(zone),
		    "an item is freed inside a section");
		bucket = cache_choose(cache, &cache->free, flags, item);
		if (bucket->count < bucket->entries) {
			slot = cache_push(bucket, item);
			kern_items(KERN_ITEMS_CACHED, zone, slot, 1, 0);
			cache->frees++;
			if ((flags & ZONE_STAMP_EARLY) != 0 &&
			    bucket->count == bucket->entries)
				zone_stamp_early(zone, bucket,
				    bucket == &cache->cross);
			kern_critical_exit();
			return;
		}
	} while (zone_cache_make_room(zone, item));
	zone_free_item(zone, item);
}

/*
 * A plain item is safe to use at once, so it goes where the next allocation
 * looks first; the free bucket takes what is too much.
 */
static inline struct zone_cache_bucket *
cache_choose_plain(struct zone_cache *cache, uint32_t flags, const void *item)
{
	struct zone_cache_bucket *bucket, spare;

	bucket = cache_choose(cache, &cache->alloc, flags, item);
	if (bucket == &cache->alloc && bucket->count == bucket->entries &&
	    cache->free.count < cache->free.entries) {
		spare = cache->free;
		cache->free = cache->alloc;
		cache->alloc = spare;
	}
	return (bucket);
}

void
zone_free(struct zone *zone, void *item)
{
	struct zone_cache_bucket *bucket;
	struct zone_cache *cache;
	uint32_t flags;

	KERN_ASSERT(item != NULL, "there is no item to free");
	/* They are the same on every CPU, but only this one may read its own. */
	kern_critical_enter();
	flags = zone_cache_here(zone)->free.flags;
	KERN_ASSERT((flags & ZONE_SMR) == 0,
	    "an item of an SMR zone needs zone_free_smr()");
	if ((flags & (ZONE_DTOR | ZONE_LIMITED)) != 0) {
		kern_critical_exit();
		if ((flags & ZONE_DTOR) != 0)
			zone->dtor(item, zone->item_size, zone->argument);
		/* Who sleeps at the limit waits for slabs, not for a cache. */
		if ((flags & ZONE_LIMITED) != 0 &&
		    zone_limit_has_sleepers(zone)) {
			zone_free_item(zone, item);
			return;
		}
		kern_critical_enter();
	}
	do {
		cache = zone_cache_here(zone);
		bucket = cache_choose_plain(cache, flags, item);
		if (bucket->count < bucket->entries) {
			(void)cache_push(bucket, item);
			cache->frees++;
			kern_critical_exit();
			return;
		}
	} while (zone_cache_make_room(zone, item));
	zone_free_item(zone, item);
}
