/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/*
 * Fields that are read without the lock are written under it: relaxed atomics
 * both ways, since the unlocked reads are hints and nothing is read through
 * them.
 */
static int64_t
get(const _Atomic(int64_t) *field)
{

	return (atomic_load_explicit(field, memory_order_relaxed));
}

static void
set(_Atomic(int64_t) *field, int64_t value)
{

	atomic_store_explicit(field, value, memory_order_relaxed);
}

void
zone_domain_init(struct zone_domain *domain)
{

	mutex_init(&domain->lock);
	atomic_init(&domain->head_seq, SMR_SEQ_INVALID.value);
	atomic_init(&domain->nitems, 0);
	atomic_init(&domain->imax, 0);
}

/*
 * A lock that somebody else holds is the sign that buckets are too small for
 * this many CPUs.  The size is a hint: two CPUs that grow it at once may grow
 * it by one.
 */
static void
domain_lock(struct zone *zone, struct zone_domain *domain)
{
	uint32_t max, size;

	if (!mutex_lock_contended(&domain->lock) ||
	    (zone->flags & ZONE_GROWTH) == 0)
		return;
	size = atomic_load_explicit(&zone->bucket_size, memory_order_relaxed);
	max = atomic_load_explicit(&zone->bucket_size_max,
	    memory_order_relaxed);
	if (size < max)
		atomic_store_explicit(&zone->bucket_size, size + 1,
		    memory_order_relaxed);
}

/* Keeps the hint exact; the lock is held. */
static void
domain_note_head(struct zone_domain *domain)
{
	struct smr_seq seq;

	seq = domain->head == NULL ? SMR_SEQ_INVALID : domain->head->seq;
	atomic_store_explicit(&domain->head_seq, seq.value,
	    memory_order_relaxed);
}

/* --- the working set; the lock is held ----------------------------------------- */

/*
 * bimin to imax is the largest batch that was taken and put since the last
 * look; a new maximum ends one batch and starts the next.
 */
static void
domain_raise(struct zone_domain *domain, int64_t nitems)
{
	int64_t batch, imax;

	imax = get(&domain->imax);
	do {
		if (nitems <= imax)
			return;
	} while (!atomic_compare_exchange_weak_explicit(&domain->imax, &imax,
	    nitems, memory_order_relaxed, memory_order_relaxed));
	batch = imax - domain->bimin;
	if (domain->wss < batch)
		domain->wss = batch;
	domain->bimin = nitems;
}

/* Items come or go that nobody asked for: the estimate shall not notice. */
static void
domain_shift(struct zone_domain *domain, int64_t change)
{
	int64_t down;

	if (change >= 0) {
		atomic_fetch_add_explicit(&domain->imax, change,
		    memory_order_relaxed);
		domain->bimin += change;
		domain->imin += change;
		return;
	}
	down = -change < domain->bimin ? -change : domain->bimin;
	atomic_fetch_sub_explicit(&domain->imax, down, memory_order_relaxed);
	domain->bimin -= down;
	domain->imin -= -change < domain->imin ? -change : domain->imin;
	if (domain->limin >= -change) {
		domain->limin += change;
	} else {
		domain->limin = 0;
		domain->timin = 0;
	}
}

static void
domain_lower(struct zone_domain *domain, int64_t nitems)
{

	if (domain->bimin > nitems)
		domain->bimin = nitems;
	if (domain->imin > nitems)
		domain->imin = nitems;
}

void
zone_domain_imported(struct zone_domain *domain, unsigned count)
{

	/* Without the lock: what was imported was missing from the cache. */
	atomic_fetch_add_explicit(&domain->imax, count, memory_order_relaxed);
}

void
zone_domain_period(struct zone_domain *domain)
{
	int64_t decayed, imax, nitems, spare;

	nitems = get(&domain->nitems);
	imax = get(&domain->imax);
	decayed = domain->wss * 3 / 4;
	domain->wss = imax - domain->bimin > decayed ? imax - domain->bimin :
	    decayed;
	/* What was never needed, even with the working set put aside. */
	spare = domain->imin - domain->wss;
	if (spare < 0) {
		domain->limin = 0;
		domain->timin = 0;
	} else {
		domain->limin = spare <= domain->limin ? spare :
		    (spare + 255 * domain->limin) / 256;
		domain->timin++;
	}
	/* Half of the peak stays, for batches that straddle two periods. */
	atomic_fetch_sub_explicit(&domain->imax, (imax - nitems + 1) / 2,
	    memory_order_relaxed);
	domain->bimin = nitems;
	domain->imin = nitems;
}

/* --- the queue ------------------------------------------------------------------ */

/* The last bucket in front of those that are stamped; NULL: none. */
static struct bucket *
domain_last_unstamped(const struct zone_domain *domain)
{
	struct bucket *bucket, *last;

	last = NULL;
	for (bucket = domain->head; bucket != NULL &&
	    !smr_seq_valid(bucket->seq); bucket = bucket->next)
		last = bucket;
	return (last);
}

/* Last in, first out. */
static void
domain_insert_first(struct zone_domain *domain, struct bucket *bucket)
{
	struct bucket *before;

	before = domain_last_unstamped(domain);
	if (before == NULL) {
		bucket->next = domain->head;
		domain->head = bucket;
	} else {
		bucket->next = before->next;
		before->next = bucket;
	}
	if (bucket->next == NULL)
		domain->tail = bucket;
	domain_note_head(domain);
}

static void
domain_insert(struct zone_domain *domain, struct bucket *bucket)
{

	/*
	 * Unstamped buckets can be used at once and are warm: first.  Stamped
	 * ones age: last.
	 */
	if (!smr_seq_valid(bucket->seq)) {
		bucket->next = domain->head;
		domain->head = bucket;
		if (domain->tail == NULL)
			domain->tail = bucket;
	} else {
		bucket->next = NULL;
		if (domain->tail == NULL)
			domain->head = bucket;
		else
			domain->tail->next = bucket;
		domain->tail = bucket;
	}
	domain_note_head(domain);
}

static struct bucket *
domain_remove_head(struct zone_domain *domain)
{
	struct bucket *bucket;

	bucket = domain->head;
	domain->head = bucket->next;
	if (domain->head == NULL)
		domain->tail = NULL;
	bucket->next = NULL;
	domain_note_head(domain);
	set(&domain->nitems, get(&domain->nitems) - bucket->count);
	return (bucket);
}

/*
 * The head bucket if no reader can hold its items; ends the lock.
 *
 * [Z3] the bucket's own goal is polled under the lock.
 * Claim   no item is handed out before its goal was met.
 * Breaks  the unlocked hint may be about another bucket, or about none.
 * Mutant  fetch-trusts-hint
 */
static struct bucket *
domain_fetch_locked(struct zone *zone, struct zone_domain *domain,
    bool reclaim)
{
	struct bucket *bucket;
	bool stamped;

	bucket = domain->head;
	if (bucket == NULL) {
		mutex_unlock(&domain->lock);
		return (NULL);
	}
	stamped = smr_seq_valid(bucket->seq);
	if (stamped && !smr_poll(zone->smr, bucket->seq, false)) {
		mutex_unlock(&domain->lock);
		if (!reclaim)
			zone_count(&zone->tally.imports_early, 1);
		return (NULL);
	}
	(void)domain_remove_head(domain);
	if (reclaim)
		domain_shift(domain, -(int64_t)bucket->count);
	else
		domain_lower(domain, get(&domain->nitems));
	mutex_unlock(&domain->lock);
	/*
	 * [Z4] destructors run now, not when the item was freed.
	 * Claim   a destructor never runs while a reader can hold the item.
	 * Mutant  destruct-at-free
	 */
	if (stamped)
		bucket_known(zone, bucket);
	return (bucket);
}

struct bucket *
zone_domain_fetch(struct zone *zone, unsigned index)
{
	struct zone_domain *domain;
	struct smr_seq seq;

	domain = &zone->domains[index];
	/* Hints, to spare the lock. */
	if (get(&domain->nitems) == 0)
		return (NULL);
	seq = smr_seq_make(atomic_load_explicit(&domain->head_seq,
	    memory_order_relaxed));
	if (smr_seq_valid(seq) && !smr_poll(zone->smr, seq, false)) {
		zone_count(&zone->tally.imports_early, 1);
		return (NULL);
	}
	domain_lock(zone, domain);
	return (domain_fetch_locked(zone, domain, false));
}

/*
 * Inlined twice, so that the common way is what it would be alone: no flag is
 * looked at.
 */
static inline __attribute__((always_inline)) void
domain_put(struct zone *zone, unsigned index, struct bucket *bucket, bool news,
    bool lifo)
{
	struct zone_domain *domain;
	int64_t nitems;

	if (bucket->count == 0) {
		bucket_free(zone, bucket);
		return;
	}
	domain = &zone->domains[index];
	domain_lock(zone, domain);
	nitems = get(&domain->nitems) + bucket->count;
	if ((uint64_t)nitems < atomic_load_explicit(&zone->bucket_max,
	    memory_order_relaxed)) {
		set(&domain->nitems, nitems);
		if (news)
			domain_raise(domain, nitems);
		else
			domain_shift(domain, bucket->count);
		if (lifo)
			domain_insert_first(domain, bucket);
		else
			domain_insert(domain, bucket);
		mutex_unlock(&domain->lock);
		return;
	}
	mutex_unlock(&domain->lock);
	/* No room: the items go to the slabs, if need be after a wait. */
	bucket_free(zone, bucket);
}

void
zone_domain_put(struct zone *zone, unsigned index, struct bucket *bucket,
    bool news)
{

	domain_put(zone, index, bucket, news, false);
}

void
zone_domain_put_first(struct zone *zone, unsigned index, struct bucket *bucket)
{

	domain_put(zone, index, bucket, true, true);
}

/* The bucket behind `before`, or the head, leaves; the lock is held. */
static void
domain_remove(struct zone_domain *domain, struct bucket *before,
    struct bucket *bucket)
{

	if (before == NULL) {
		(void)domain_remove_head(domain);
		return;
	}
	before->next = bucket->next;
	if (domain->tail == bucket)
		domain->tail = before;
	bucket->next = NULL;
	set(&domain->nitems, get(&domain->nitems) - bucket->count);
}

struct bucket *
zone_domain_search(struct zone *zone, unsigned index, unsigned depth)
{
	struct bucket *before, *bucket;
	struct zone_domain *domain;
	struct smr_seq failed;
	bool stamped;

	domain = &zone->domains[index];
	if (get(&domain->nitems) == 0)
		return (NULL);
	domain_lock(zone, domain);
	before = NULL;
	failed = SMR_SEQ_INVALID;
	stamped = false;
	for (bucket = domain->head; bucket != NULL && depth > 0;
	    before = bucket, bucket = bucket->next, depth--) {
		stamped = smr_seq_valid(bucket->seq);
		if (!stamped)
			break;
		/* What is not older than a goal that was not met is not met. */
		if (smr_seq_valid(failed) && !smr_seq_lt(bucket->seq, failed))
			continue;
		if (smr_poll(zone->smr, bucket->seq, false))
			break;
		failed = bucket->seq;
	}
	if (bucket == NULL || depth == 0) {
		mutex_unlock(&domain->lock);
		if (smr_seq_valid(failed))
			zone_count(&zone->tally.imports_early, 1);
		return (NULL);
	}
	domain_remove(domain, before, bucket);
	domain_lower(domain, get(&domain->nitems));
	mutex_unlock(&domain->lock);
	if (stamped)
		bucket_known(zone, bucket);
	return (bucket);
}

unsigned
zone_domain_fullest(const struct zone *zone, unsigned domain)
{
	int64_t best, nitems;
	unsigned i;

	best = get(&zone->domains[domain].nitems);
	if (best > BUCKET_UMA_MAX)
		return (domain);
	for (i = 0; i < zone->domain_count; i++) {
		nitems = get(&zone->domains[i].nitems);
		if (nitems > best) {
			best = nitems;
			domain = i;
		}
	}
	return (domain);
}

unsigned
zone_domain_emptiest(const struct zone *zone, unsigned domain)
{
	int64_t best, nitems;
	unsigned i;

	best = get(&zone->domains[domain].nitems);
	for (i = 0; i < zone->domain_count; i++) {
		nitems = get(&zone->domains[i].nitems);
		if (nitems < best) {
			best = nitems;
			domain = i;
		}
	}
	return (domain);
}

bool
zone_domain_shrink(struct zone *zone, unsigned index, enum zone_depth depth)
{
	enum { QUIET_PERIODS = 900 / ZONE_TIMEOUT_S };	/* a quarter of an hour */
	struct zone_domain *domain;
	struct bucket *bucket;
	int64_t target;
	bool any;

	domain = &zone->domains[index];
	mutex_lock(&domain->lock);
	zone_domain_period(domain);
	target = 0;
	if (depth == ZONE_DEPTH_TRIM)
		target = domain->wss;
	else if (depth == ZONE_DEPTH_VOLUNTARY)
		target = domain->timin > QUIET_PERIODS ?
		    get(&domain->nitems) - domain->limin / 4 : INT64_MAX;
	any = false;
	while (domain->head != NULL && target <= INT64_MAX - BUCKET_MAX &&
	    get(&domain->nitems) >= target + domain->head->count) {
		/* The first bucket that readers may hold ends it: no waits. */
		bucket = domain_fetch_locked(zone, domain, true);
		if (bucket == NULL)
			return (any);
		bucket_free(zone, bucket);
		any = true;
		mutex_lock(&domain->lock);
	}
	mutex_unlock(&domain->lock);
	return (any);
}

void
zone_domain_fini(struct zone *zone, unsigned index)
{
	struct zone_domain *domain;

	domain = &zone->domains[index];
	if (domain->cross != NULL)
		bucket_free(zone, domain->cross);
	domain->cross = NULL;
	while (domain->head != NULL)
		bucket_free(zone, domain_remove_head(domain));
	mutex_fini(&domain->lock);
}
