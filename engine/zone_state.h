/*
 * zone_state - what is a zone made of?
 *
 * Shared by the sources of the zone, and by tests that look inside.  A CPU's
 * cache is private to that CPU and is touched only in a critical section.  A
 * domain's queue belongs to the domain's mutex, but its head's sequence and
 * its count are also read without it, as hints.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_ZONE_STATE_H
#define ENGINE_ZONE_STATE_H

#include <stdatomic.h>
#include <stddef.h>

#include "engine/bucket.h"
#include "engine/kern.h"
#include "engine/mutex.h"
#include "engine/seq.h"
#include "engine/slab_keg.h"
#include "engine/smr.h"
#include "engine/zone.h"

/* More flags, of our own. */
enum {
	ZONE_SMR = 1 << 16,	/* has an SMR domain */
	ZONE_INTERNAL = 1 << 17,	/* of a zone_base: silent, no buckets */
	ZONE_LIMITED = 1 << 18,	/* zone_set_max() was called */
	ZONE_SORTS = 1 << 19,	/* items are told by their home domain */
	ZONE_OWN_BASE = 1 << 20,
	ZONE_CTOR = 1 << 21,
	ZONE_DTOR = 1 << 22,
	ZONE_TUNED = 1 << 23,	/* has a tuning, or a flag of that kind */
};

/* A bucket while it is loaded in a CPU's cache. */
struct zone_cache_bucket {
	struct bucket *bucket;
	int16_t count;
	int16_t entries;
	uint32_t flags;		/* the zone's, so that fast paths need no other line */
};

struct zone_cache {
	struct zone_cache_bucket free;
	struct zone_cache_bucket alloc;
	struct zone_cache_bucket cross;	/* items of other domains */
	uint64_t allocs;
	uint64_t frees;
	/* Rarely used: full buckets that await their common advance. */
	struct bucket *pending;		/* oldest first */
	struct bucket *pending_last;
	uint32_t pending_count;
	uint32_t flushed;		/* the flush request that was last honoured */
	/* Tuned zones only. */
	uint32_t pending_items;
	uint32_t pending_since;		/* tick */
	uint64_t deferred_bytes;	/* freed since this CPU's last commit */
	const struct bucket *aged[2];	/* as a tick first saw them: free, cross */
	uint32_t aged_since[2];
} __attribute__((aligned(2 * KERN_LINE_SIZE)));

_Static_assert(sizeof(struct zone_cache_bucket) == 16, "facts: 16 bytes");
_Static_assert(offsetof(struct zone_cache, pending) == KERN_LINE_SIZE,
    "facts: the fast paths stay on one line");
_Static_assert(sizeof(struct zone_cache) == 2 * KERN_LINE_SIZE,
    "facts: caches of two CPUs never share a pair of lines");

struct zone_domain {
	struct mutex lock;
	struct bucket *head;
	struct bucket *tail;
	struct bucket *cross;	/* partly filled; under the zone's cross lock */
	_Atomic(uint32_t) head_seq;	/* of the head; 0: none or it needs no wait */
	_Atomic(int64_t) nitems;
	_Atomic(int64_t) imax;
	int64_t imin;
	int64_t bimin;
	int64_t wss;
	int64_t limin;
	int64_t timin;
} __attribute__((aligned(2 * KERN_LINE_SIZE)));

/* What only census and tracepoints read; kept by unseen functions. */
struct zone_tally {
	_Atomic(uint64_t) buckets;
	_Atomic(uint64_t) bucket_bytes;
	_Atomic(uint64_t) allocs_direct;	/* without a bucket */
	_Atomic(uint64_t) frees_direct;
	_Atomic(uint64_t) xdomain;
	_Atomic(uint64_t) waits;
	_Atomic(uint64_t) imports_early;
};

struct zone {
	const char *name;
	struct smr *smr;
	struct zone_base *base;
	void (*ctor)(void *item, size_t size, void *argument);
	void (*dtor)(void *item, size_t size, void *argument);
	void *argument;
	struct zone_domain *domains;
	size_t pages;		/* that this structure takes; 0: in a zone_base */
	uint32_t flags;		/* enum zone_flag and our own */
	uint32_t item_size;	/* as asked for */
	uint32_t advance_every;
	uint32_t domain_count;
	uint32_t cpu_count;	/* caches below; 0: internal */

	/* Tuned while running, read without a lock. */
	_Atomic(uint32_t) bucket_size;
	_Atomic(uint32_t) bucket_size_min;
	_Atomic(uint32_t) bucket_size_max;
	_Atomic(uint32_t) flush_request;
	_Atomic(uint64_t) bucket_max;	/* items in one domain's queue */
	_Atomic(uint64_t) limit;
	const struct zone_tuning *tuning;	/* where the flags say so */

	/* Items charged to the limit, and sleepers: see ZONE_LIMIT_SLEEPER. */
	_Atomic(uint64_t) charged __attribute__((aligned(2 * KERN_LINE_SIZE)));
	struct mutex cross_lock __attribute__((aligned(2 * KERN_LINE_SIZE)));
	struct zone_tally tally __attribute__((aligned(2 * KERN_LINE_SIZE)));
	struct slab_keg keg;
	struct zone_cache caches[];
};

_Static_assert(offsetof(struct zone, charged) == KERN_BLOCK_SIZE,
    "what is written while running is not on the lines of what is only read");

/* The internal zones that zones share: they have no caches. */
struct zone_base {
	struct zone *buckets[BUCKET_SIZES];
	struct zone *headers[SLAB_REMOTE_SIZES];
	size_t pages;
};

/* --- zone.c ------------------------------------------------------------------ */

/* Of the calling CPU; in a critical section. */
static inline struct zone_cache *
zone_cache_here(struct zone *zone)
{

	return (&zone->caches[kern_cpu()]);
}

/* Room in one block of memory, in steps of two cache lines. */
static inline size_t
zone_align(size_t bytes)
{

	return ((bytes + 2 * KERN_LINE_SIZE - 1) /
	    (2 * (size_t)KERN_LINE_SIZE) * (2 * (size_t)KERN_LINE_SIZE));
}

static inline size_t
zone_pages(size_t bytes)
{

	return ((bytes + KERN_PAGE_SIZE - 1) / KERN_PAGE_SIZE);
}

/* The memory that a zone with these flags takes. */
size_t zone_bytes(uint32_t flags);
/* Makes a zone in so much zeroed memory. */
void zone_place(struct zone *zone, const struct zone_setup *setup,
    uint32_t flags);

/* Fast paths read the zone's flags in the lines that they use anyway. */
void zone_publish_flags(struct zone *zone);

/* --- zone_base.c ------------------------------------------------------------- */

/* Free slabs of buckets and headers go back to the page pool. */
void zone_base_drain(struct zone_base *base, unsigned domain);

/* --- zone_item.c: single items and the way to the slabs ------------------------ */

void zone_wait(struct zone *zone, struct smr_seq goal);
void zone_destruct(struct zone *zone, void *const *items, unsigned count);
/* Items that are safe go to the slabs, and are no longer charged. */
void zone_release(struct zone *zone, void *const *items, unsigned count);
/* A full bucket of new items; NULL without memory or limit. */
struct bucket *zone_import(struct zone *zone, unsigned domain);
void *zone_alloc_item(struct zone *zone);
void zone_free_item(struct zone *zone, void *item);
/* Counts what only census and figures show, at no cost. */
void zone_count(_Atomic(uint64_t) *counter, uint64_t count);

/* --- zone_cache.c: when a CPU's bucket is empty or full ------------------------ */

/*
 * Both are called in a critical section.  True: look at the cache again, still
 * in a critical section, perhaps on another CPU.  False: there is no bucket;
 * the critical section has ended.
 */
bool zone_cache_refill(struct zone *zone);
bool zone_cache_make_room(struct zone *zone, const void *item);
/*
 * What readers cannot hold, and what was set aside, goes from this CPU to the
 * queues; called in a critical section, ends it.
 */
void zone_cache_flush(struct zone *zone);
/* Stamps what was set aside with one fresh advance, and queues it. */
void zone_cache_commit(struct zone *zone, struct bucket *pending);
/* All of a cache that no CPU uses any more; pays one advance for all. */
void zone_cache_dismantle(struct zone *zone);
/* The free bucket (0) or the cross bucket (1) of a cache. */
static inline struct zone_cache_bucket *
zone_cache_slot(struct zone_cache *cache, unsigned which)
{

	return (which == 0 ? &cache->free : &cache->cross);
}

/* --- zone_domain.c: the queue of full buckets ----------------------------------- */

void zone_domain_init(struct zone_domain *domain);
/* Waits for the readers of what is queued; nobody else uses the zone. */
void zone_domain_fini(struct zone *zone, unsigned domain);
/* The head bucket if its readers have left; NULL: empty or too early. */
struct bucket *zone_domain_fetch(struct zone *zone, unsigned domain);
/* `news`: the items count as demand on the working set. */
void zone_domain_put(struct zone *zone, unsigned domain, struct bucket *bucket,
    bool news);
/* As zone_domain_put() of a stamped bucket, before all others that are. */
void zone_domain_put_first(struct zone *zone, unsigned domain,
    struct bucket *bucket);
/* The first bucket that can be used, of the first `depth`; NULL: none. */
struct bucket *zone_domain_search(struct zone *zone, unsigned domain,
    unsigned depth);
void zone_domain_imported(struct zone_domain *domain, unsigned count);
/* The domain with the most items, unless `domain` has plenty; the fewest. */
unsigned zone_domain_fullest(const struct zone *zone, unsigned domain);
unsigned zone_domain_emptiest(const struct zone *zone, unsigned domain);
void zone_domain_period(struct zone_domain *domain);
/* Gives buckets back while more than `target` items would stay. */
enum zone_depth { ZONE_DEPTH_VOLUNTARY, ZONE_DEPTH_TRIM, ZONE_DEPTH_DRAIN };
bool zone_domain_shrink(struct zone *zone, unsigned domain,
    enum zone_depth depth);

/* --- zone_cross.c: items on their way home --------------------------------------- */

unsigned zone_home(const void *item);
/* Sorts a bucket of items of several domains; takes the bucket. */
void zone_cross_sort(struct zone *zone, struct bucket *bucket);
/* The partly filled bucket of a domain, or NULL; it is the caller's now. */
struct bucket *zone_cross_take(struct zone *zone, unsigned domain);

/* --- zone_tune.c: where a zone does otherwise than UMA ----------------------------- */

bool zone_tune_wanted(const struct zone_setup *setup);
/* The zone gets its tuning, in `memory`. */
void zone_tune_place(struct zone *zone, const struct zone_setup *setup,
    struct zone_tuning *memory);
/* A full bucket was set aside: is it time for an advance? */
bool zone_tune_due(const struct zone *zone, struct zone_cache *cache,
    const struct bucket *bucket);
/* So many items have got this goal, if it is one. */
void zone_tune_stamped(struct zone *zone, unsigned items, struct smr_seq goal);
/* Queues a stamped bucket. */
void zone_tune_put(struct zone *zone, unsigned domain, struct bucket *bucket);
struct bucket *zone_tune_fetch(struct zone *zone, unsigned domain);
/* What was set aside on this CPU, or one of its buckets, is old enough. */
bool zone_tune_pending_old(const struct zone *zone,
    const struct zone_cache *cache);
bool zone_tune_slot_old(const struct zone *zone, struct zone_cache *cache,
    unsigned which);

/* --- zone_limit.c ------------------------------------------------------------------ */

/*
 * One word holds the charged items and, above them, the sleepers, so that one
 * addition both charges and tells whether that was allowed: with any sleeper
 * the sum is beyond every limit.
 */
#define ZONE_LIMIT_SLEEPER	((uint64_t)1 << 44)
#define ZONE_LIMIT_COUNT	(ZONE_LIMIT_SLEEPER - 1)

/* Up to `want`; `wait`: at least one, unless the zone never sleeps. */
unsigned zone_limit_charge(struct zone *zone, unsigned want, bool wait);
void zone_limit_release(struct zone *zone, unsigned count);
bool zone_limit_has_sleepers(const struct zone *zone);

#endif
