/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/* --- descriptors; in a critical section ----------------------------------------- */

static struct bucket *
cache_unload(struct zone_cache_bucket *slot)
{
	struct bucket *bucket;

	bucket = slot->bucket;
	if (bucket == NULL)
		return (NULL);
	bucket->count = slot->count;
	slot->bucket = NULL;
	slot->count = 0;
	slot->entries = 0;
	return (bucket);
}

static void
cache_load(struct zone_cache_bucket *slot, struct bucket *bucket)
{

	KERN_ASSERT(!smr_seq_valid(bucket->seq),
	    "a bucket with a goal is loaded in a cache");
	slot->bucket = bucket;
	slot->count = bucket->count;
	slot->entries = bucket->entries;
}

static struct bucket *
cache_take_pending(struct zone_cache *cache)
{
	struct bucket *pending;

	pending = cache->pending;
	cache->pending = NULL;
	cache->pending_last = NULL;
	cache->pending_count = 0;
	return (pending);
}

/* --- full buckets ------------------------------------------------------------------ */

/* The queue that a bucket of freed items belongs in. */
static unsigned
bucket_home(const struct zone *zone, uint32_t flags,
    const struct bucket *bucket)
{

	if ((flags & ZONE_SORTS) != 0)
		return (zone_home(bucket->items[0]));
	return (zone->domain_count == 1 ? 0 :
	    zone_domain_emptiest(zone, kern_domain()));
}

/* `flags` are the zone's. */
static void
bucket_queue(struct zone *zone, uint32_t flags, struct bucket *bucket)
{
	unsigned home;

	home = bucket_home(zone, flags, bucket);
	if ((flags & ZONE_TUNED) != 0 && smr_seq_valid(bucket->seq))
		zone_tune_put(zone, home, bucket);
	else
		zone_domain_put(zone, home, bucket, true);
}

/*
 * [Z8] one advance for several buckets, made after all were taken.
 * Claim   every item in them was unlinked before the advance.
 * Breaks  whoever takes buckets that were set aside frees under readers.
 * Mutant  commit-without-advance
 */
void
zone_cache_commit(struct zone *zone, struct bucket *pending)
{
	struct bucket *next;
	struct smr_seq goal;
	uint32_t flags;

	if (pending == NULL)
		return;
	goal = smr_advance(zone->smr);
	for (; pending != NULL; pending = next) {
		next = pending->next;
		pending->next = NULL;
		pending->seq = goal;
		kern_items(KERN_ITEMS_STAMPED, zone, pending->items,
		    (size_t)pending->count, goal.value);
		flags = zone->flags;
		if ((flags & ZONE_TUNED) != 0)
			zone_tune_stamped(zone, (unsigned)pending->count, goal);
		bucket_queue(zone, flags, pending);
	}
}

/* Several domains may be home to the items of a bucket. */
static bool
cache_sorts(const struct zone *zone, bool away)
{

	return (away && zone->domain_count > 2);
}

/* Keeps a full bucket until there are enough of them for an advance. */
static void
cache_set_aside(struct zone *zone, uint32_t flags, struct bucket *bucket)
{
	struct bucket *pending;
	struct zone_cache *cache;
	bool due;

	pending = NULL;
	kern_critical_enter();
	cache = zone_cache_here(zone);
	bucket->next = NULL;
	if (cache->pending == NULL)
		cache->pending = bucket;
	else
		cache->pending_last->next = bucket;
	cache->pending_last = bucket;
	cache->pending_count++;
	due = (flags & ZONE_TUNED) != 0 && zone_tune_due(zone, cache, bucket);
	if (due || cache->pending_count >= zone->advance_every)
		pending = cache_take_pending(cache);
	kern_critical_exit();
	zone_cache_commit(zone, pending);
}

/* What becomes of a full bucket; `away`: its items live in other domains. */
static void
cache_dispose(struct zone *zone, struct bucket *full, bool away)
{
	uint32_t flags;

	if (cache_sorts(zone, away)) {
		zone_cross_sort(zone, full);
		return;
	}
	flags = zone->flags;
	if ((flags & ZONE_SMR) != 0 && !smr_seq_valid(full->seq))
		cache_set_aside(zone, flags, full);
	else
		bucket_queue(zone, flags, full);
}

/*
 * The goal of a full bucket, at the free that found it full.  A bucket that
 * will be sorted gets another one then, and is announced with that.
 */
static void
cache_stamp(struct zone *zone, uint32_t flags, struct bucket *full, bool away)
{
	struct smr_seq goal;

	if ((flags & ZONE_STAMP_EARLY) != 0 && smr_seq_valid(full->seq))
		return;
	if (cache_sorts(zone, away)) {
		/* By way of a local, as in bucket_stamp(). */
		goal = smr_advance(zone->smr);
		full->seq = goal;
	} else if (away || zone->advance_every == 1)
		bucket_stamp(zone, full);
	if ((flags & ZONE_TUNED) != 0)
		zone_tune_stamped(zone, (unsigned)full->count, full->seq);
}

/*
 * There is no memory for a bucket, but a full one in hand: never be without a
 * free bucket, or each free would have to wait for readers.
 *
 * [Z9] wait for this bucket's readers, then keep it.
 * Claim   at worst one wait in a bucket of frees.
 * Breaks  the items are handed out under readers.
 * Mutant  empty-without-wait
 */
static void
cache_empty(struct zone *zone, struct bucket *full, bool away)
{

	if (!smr_seq_valid(full->seq))
		bucket_stamp(zone, full);
	else if (cache_sorts(zone, away))
		kern_items(KERN_ITEMS_STAMPED, zone, full->items,
		    (size_t)full->count, full->seq.value);
	bucket_drain(zone, full);
}

/* --- when a bucket is empty or full --------------------------------------------------- */

/* Honours a request to flush this CPU; in a critical section, as after it. */
static bool
cache_flush_asked(struct zone *zone)
{
	struct zone_cache *cache;
	uint32_t request;

	cache = zone_cache_here(zone);
	request = atomic_load_explicit(&zone->flush_request,
	    memory_order_relaxed);
	if (cache->flushed == request)
		return (false);
	cache->flushed = request;
	zone_cache_flush(zone);
	kern_critical_enter();
	return (true);
}

/* A bucket of items that may be handed out; NULL where there is none. */
static struct bucket *
refill_bucket(struct zone *zone, unsigned *domain, bool *news)
{
	struct bucket *bucket;
	uint32_t flags;

	*domain = kern_domain();
	flags = zone->flags;
	if ((flags & ZONE_FIRST_TOUCH) == 0 && zone->domain_count > 1)
		*domain = zone_domain_fullest(zone, *domain);
	*news = false;
	bucket = (flags & ZONE_TUNED) != 0 ? zone_tune_fetch(zone, *domain) :
	    zone_domain_fetch(zone, *domain);
	if (bucket == NULL && !kern_memory_severe()) {
		bucket = zone_import(zone, *domain);
		*news = true;
	}
	return (bucket);
}

bool
zone_cache_refill(struct zone *zone)
{
	struct zone_cache_bucket spare;
	struct zone_cache *cache;
	struct bucket *bucket, *empty;
	unsigned domain;
	bool news;

	if (cache_flush_asked(zone))
		return (true);
	cache = zone_cache_here(zone);
	/*
	 * [Z2] an SMR zone never allocates from its free bucket.
	 * Claim   what is handed out was polled, or never freed.
	 * Breaks  an item is reused while its readers are still there.
	 * Mutant  swap-alloc-and-free
	 */
	if ((zone->flags & ZONE_SMR) == 0 && cache->free.count != 0) {
		spare = cache->free;
		cache->free = cache->alloc;
		cache->alloc = spare;
		return (true);
	}
	empty = cache_unload(&cache->alloc);
	kern_critical_exit();
	if (empty != NULL)
		bucket_free(zone, empty);
	if (atomic_load_explicit(&zone->bucket_size, memory_order_relaxed) == 0)
		return (false);
	bucket = refill_bucket(zone, &domain, &news);
	if (bucket == NULL)
		return (false);
	kern_critical_enter();
	cache = zone_cache_here(zone);
	if (cache->alloc.bucket == NULL && ((zone->flags & ZONE_SORTS) == 0 ||
	    domain == kern_domain())) {
		if (news)
			zone_domain_imported(&zone->domains[domain],
			    (unsigned)bucket->count);
		cache_load(&cache->alloc, bucket);
		return (true);
	}
	/* Another thread was quicker, or this one is elsewhere now. */
	kern_critical_exit();
	zone_domain_put(zone, domain, bucket, !news);
	kern_critical_enter();
	return (true);
}

/* The bucket of this CPU that the item goes to; in a critical section. */
static struct zone_cache_bucket *
cache_slot(struct zone *zone, const void *item, bool *away)
{
	struct zone_cache *cache;

	cache = zone_cache_here(zone);
	*away = (zone->flags & ZONE_SORTS) != 0 &&
	    zone_home(item) != kern_domain();
	return (*away ? &cache->cross : &cache->free);
}

bool
zone_cache_make_room(struct zone *zone, const void *item)
{
	struct zone_cache_bucket *slot;
	struct bucket *empty, *full;
	uint32_t flags;
	bool away, smr;

	if (cache_flush_asked(zone))
		return (true);
	flags = zone->flags;
	smr = (flags & ZONE_SMR) != 0;
	slot = cache_slot(zone, item, &away);
	full = cache_unload(slot);
	kern_critical_exit();
	if (atomic_load_explicit(&zone->bucket_size,
	    memory_order_relaxed) == 0 &&
	    full == NULL)
		return (false);
	if (away && full != NULL)
		zone_count(&zone->tally.xdomain, (unsigned)full->count);
	if (smr && full != NULL)
		cache_stamp(zone, flags, full, away);
	/* SMR zones try even where memory is severe: see [Z9]. */
	empty = smr || !kern_memory_severe() ? bucket_alloc(zone) : NULL;
	if (empty == NULL && smr && full != NULL) {
		cache_empty(zone, full, away);
		empty = full;
		full = NULL;
	}
	if (full != NULL)
		cache_dispose(zone, full, away);
	if (empty == NULL)
		return (false);
	kern_critical_enter();
	slot = cache_slot(zone, item, &away);
	if (slot->bucket == NULL) {
		cache_load(slot, empty);
		return (true);
	}
	/* Another thread was quicker. */
	kern_critical_exit();
	bucket_free(zone, empty);
	kern_critical_enter();
	return (true);
}

/* --- giving up a cache ------------------------------------------------------------------ */

void
zone_cache_flush(struct zone *zone)
{
	struct bucket *alloc, *away, *local, *pending;
	struct zone_cache *cache;
	unsigned domain;

	cache = zone_cache_here(zone);
	alloc = cache_unload(&cache->alloc);
	/*
	 * [Z10] an SMR zone keeps its free and cross buckets.
	 * Claim   a flush does not leave a CPU without a free bucket.
	 * Breaks  each free waits for readers until memory is back.
	 * Mutant  flush-free-bucket
	 */
	local = NULL;
	away = NULL;
	if ((zone->flags & ZONE_SMR) == 0) {
		local = cache_unload(&cache->free);
		away = cache_unload(&cache->cross);
	}
	pending = cache_take_pending(cache);
	domain = kern_domain();
	kern_critical_exit();
	if (alloc != NULL)
		zone_domain_put(zone, domain, alloc, false);
	if (local != NULL)
		zone_domain_put(zone, domain, local, false);
	if (away != NULL && away->count > 0)
		cache_dispose(zone, away, true);
	else if (away != NULL)
		bucket_free(zone, away);
	zone_cache_commit(zone, pending);
}

/*
 * A partly filled bucket of this CPU, if it is old enough.
 *
 * [Z13] another bucket is in its place before it goes.
 * Claim   as [Z10].
 * Mutant  none: what breaks is speed
 */
static void
cache_age(struct zone *zone, unsigned which)
{
	struct zone_cache_bucket *slot;
	struct bucket *aged, *empty;
	struct zone_cache *cache;
	bool old;

	kern_critical_enter();
	old = zone_tune_slot_old(zone, zone_cache_here(zone), which);
	kern_critical_exit();
	if (!old || (empty = bucket_alloc(zone)) == NULL)
		return;
	kern_critical_enter();
	cache = zone_cache_here(zone);
	slot = zone_cache_slot(cache, which);
	/* Perhaps this thread has slept, and is elsewhere now. */
	if (!zone_tune_slot_old(zone, cache, which)) {
		kern_critical_exit();
		bucket_free(zone, empty);
		return;
	}
	aged = cache_unload(slot);
	cache_load(slot, empty);
	kern_critical_exit();
	if (which != 0)
		zone_count(&zone->tally.xdomain, (unsigned)aged->count);
	if (!cache_sorts(zone, which != 0) && !smr_seq_valid(aged->seq)) {
		bucket_stamp(zone, aged);
		zone_tune_stamped(zone, (unsigned)aged->count, aged->seq);
	}
	cache_dispose(zone, aged, which != 0);
}

void
zone_age(struct zone *zone)
{
	struct bucket *pending;
	struct zone_cache *cache;

	if ((zone->flags & (ZONE_TUNED | ZONE_SMR)) != (ZONE_TUNED | ZONE_SMR))
		return;
	kern_critical_enter();
	cache = zone_cache_here(zone);
	pending = NULL;
	if (zone_tune_pending_old(zone, cache))
		pending = cache_take_pending(cache);
	kern_critical_exit();
	zone_cache_commit(zone, pending);
	cache_age(zone, 0);
	cache_age(zone, 1);
}

/* A bucket of a dead cache; freed items take the common goal. */
static void
dismantle_bucket(struct zone *zone, struct bucket *bucket, struct smr_seq goal)
{

	if (bucket == NULL)
		return;
	if (bucket->count > 0 && smr_seq_valid(goal)) {
		bucket->seq = goal;
		kern_items(KERN_ITEMS_STAMPED, zone, bucket->items,
		    (size_t)bucket->count, goal.value);
	}
	bucket_free(zone, bucket);
}

static void
dismantle_cache(struct zone *zone, struct zone_cache *cache,
    struct smr_seq goal)
{
	struct bucket *next, *pending;

	dismantle_bucket(zone, cache_unload(&cache->alloc), SMR_SEQ_INVALID);
	dismantle_bucket(zone, cache_unload(&cache->free), goal);
	dismantle_bucket(zone, cache_unload(&cache->cross), goal);
	for (pending = cache_take_pending(cache); pending != NULL;
	    pending = next) {
		next = pending->next;
		dismantle_bucket(zone, pending, goal);
	}
}

/*
 * [Z11] one advance for all caches, after the last free.
 * Claim   the slabs get items only when their readers have left.
 * Breaks  partly filled buckets have no goal of their own to wait for.
 * Mutant  dismantle-without-advance
 */
void
zone_cache_dismantle(struct zone *zone)
{
	struct smr_seq goal;
	unsigned i;

	goal = SMR_SEQ_INVALID;
	if ((zone->flags & ZONE_SMR) != 0)
		goal = smr_advance(zone->smr);
	for (i = 0; i < zone->cpu_count; i++)
		dismantle_cache(zone, &zone->caches[i], goal);
}
