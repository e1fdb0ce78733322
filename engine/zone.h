/*
 * zone - where do items come from, and when may a freed one be used again?
 *
 * A zone hands out items of one size, in the manner of FreeBSD's UMA.  Each CPU
 * has a bucket to allocate from and one to free to; full buckets wait in a
 * queue per NUMA domain; behind them are slabs of pages.
 *
 * A zone with an SMR domain never hands out a freed item that a reader may
 * still hold.  A free only puts the item in the CPU's free bucket.  The next
 * free that finds this bucket full stamps it with one smr_advance() and queues
 * it, first in, first out.  An allocation that needs a bucket looks at the head
 * of the queue only: if its readers have left it is used, else new memory is
 * imported.  Allocation therefore never waits for readers.  Freeing waits only
 * where no memory for a bucket is to be had, at worst once per bucket of items.
 *
 * Threads     everything but create, destroy, census and audit may be called
 *             from any CPU at any time, outside of critical sections and of
 *             sections of the zone's own SMR domain.
 * Units       sizes are bytes, counts are items, unless the name says more.
 * Errors      creation and allocation return NULL when memory or the limit is
 *             exhausted.  Misuse asserts.
 * Source      FreeBSD sys/vm/uma_core.c; docs/decisions/lazy-zone-out-of-memory.md
 *             for what a zone with a lazy domain does where UMA would block.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_ZONE_H
#define ENGINE_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct smr;
struct zone;
struct zone_base;

enum zone_flag {
	ZONE_FIRST_TOUCH = 1,	/* items go home to their domain; else round robin */
	ZONE_GROWTH = 2,	/* bucket size grows on domain lock contention */
	ZONE_MAXBUCKET = 4,	/* start with the largest bucket */
	ZONE_NOBUCKET = 8,	/* every item straight from and to the slabs */
	ZONE_NOFREE = 16,	/* slabs never go back to the page pool */
	ZONE_UNMANAGED = 32,	/* zone_timeout() never trims */
	ZONE_LIMIT_WAIT = 64,	/* allocation sleeps at the limit, not NULL */
	/*
	 * The free that fills a bucket stamps it, not the next one (XNU does
	 * so); needs an advance_every of 1, and no tuning of advances.
	 */
	ZONE_STAMP_EARLY = 128,
	ZONE_LIFO = 256,	/* stamped buckets are queued last in, first out */
};

/*
 * What a zone with an SMR domain does otherwise than UMA; all 0 is UMA.  A
 * tick is kern_ticks()'; what goes by ticks needs zone_tick() and zone_age().
 */
struct zone_tuning {
	/* Buckets of a queue that an allocation looks at; 0 is 1, the head. */
	uint32_t poll_depth;
	/*
	 * Full buckets of one CPU share one advance until they hold so many
	 * bytes of items; until the first is so many ticks old.  With any of
	 * these an advance_every of 1 means none, else what is first decides.
	 */
	uint64_t advance_bytes;
	uint32_t advance_ticks;
	/* A partly filled free bucket is stamped and queued when so old. */
	uint32_t age_ticks;
	/* Deferred domains, smr_commit(): after so many freed bytes of a CPU; */
	uint64_t commit_bytes;
	/* ... and the goal of each bucket that joins a queue. */
	bool commit_queued;
};

struct zone_setup {
	const char *name;
	size_t item_size;
	/*
	 * Items in a bucket; 0: by item size (bucket.h).  Without ZONE_GROWTH
	 * buckets hold exactly so many.
	 */
	unsigned bucket_size;
	/* Growth ends here; 0: 254, or bucket_size where that is more. */
	unsigned bucket_size_max;
	/*
	 * Full buckets of one CPU that share one advance; 0 is 1.  With N > 1
	 * a CPU keeps its full buckets aside, unstamped, until there are N;
	 * then one smr_advance() stamps all N and they are queued oldest first.
	 * Whatever takes them earlier (a flush of the CPU, the end of the
	 * zone) stamps them with an advance of its own, made after they were
	 * taken.  Buckets for another NUMA domain are always stamped singly.
	 */
	unsigned advance_every;
	uint64_t limit;		/* allocated and cached items; 0: none */
	uint64_t cache_limit;	/* as zone_set_maxcache(); 0: none */
	uint32_t flags;		/* enum zone_flag */
	struct zone_tuning tuning;
	/* At allocation; and when the item can no longer be held by a reader. */
	void (*ctor)(void *item, size_t size, void *argument);
	void (*dtor)(void *item, size_t size, void *argument);
	/* When the item's slab gets its pages; and gives them back. */
	void (*init)(void *item, size_t size, void *argument);
	void (*fini)(void *item, size_t size, void *argument);
	void *argument;
	struct smr *smr;	/* NULL: a plain zone */
	struct zone_base *base;	/* shared internal zones; NULL: its own */
};

enum zone_reclaim {
	ZONE_TRIM,	/* keep the working set */
	ZONE_DRAIN,	/* empty the queues, as far as readers allow */
	ZONE_DRAIN_CPU,	/* ... and the allocation buckets of all CPUs */
};

/* Where the items are. */
struct zone_census {
	uint64_t items_total;		/* carved out of slabs */
	uint64_t items_slab_free;
	uint64_t items_alloc_buckets;
	uint64_t items_free_buckets;
	uint64_t items_cross_buckets;	/* per CPU, and the domains' partly filled */
	uint64_t items_pending;		/* full buckets that await their advance */
	uint64_t items_queued;		/* in the domains' queues */
	uint64_t items_cached;		/* the sum of the five above */
	uint64_t slab_bytes;		/* uma_zone_memory() */
	uint64_t bucket_bytes;		/* buckets that this zone holds */
	uint64_t buckets;
	uint64_t base_bytes;		/* the zone_base with its slabs, used or free */
	uint64_t allocs;		/* since the zone was made */
	uint64_t frees;
};

/* What the sysctls vm.uma.<zone> show. */
struct zone_figures {
	unsigned bucket_size;
	unsigned bucket_size_min;
	unsigned bucket_size_max;
	uint64_t bucket_max;		/* items that a queue may hold */
	uint64_t items_limited;		/* charged to the limit */
	uint64_t limit;
	uint64_t sleepers;
	uint64_t xdomain;		/* frees of items of another domain */
	uint64_t waits;			/* blocking waits for readers */
	uint64_t imports_early;		/* imports while a queue had its head unexpired */
	unsigned item_size;
	unsigned items_per_slab;
	unsigned pages_per_slab;
};

struct zone_domain_figures {
	int64_t nitems;
	int64_t imax;
	int64_t imin;
	int64_t bimin;
	int64_t wss;
	int64_t limin;
	int64_t timin;
};

/* --- life ------------------------------------------------------------------ */

struct zone *zone_create(const struct zone_setup *setup);

/*
 * Waits for readers of whatever is cached and gives all memory back.  Returns
 * the number of items that were never freed; their pages are lost.  No other
 * call into the zone may be in progress.
 */
size_t zone_destroy(struct zone *zone);

/* Bucket and header zones for several zones to share; they outlive them. */
struct zone_base *zone_base_create(void);
void zone_base_destroy(struct zone_base *base);

/* Makes a plain zone an SMR zone, before its first item: else false. */
bool zone_set_smr(struct zone *zone, struct smr *smr);
struct smr *zone_smr(const struct zone *zone);

/* uma_zone_set_max(): counts items that are allocated or cached; 0: no limit. */
void zone_set_max(struct zone *zone, uint64_t items);

/*
 * uma_zone_set_maxcache(): shrinks the buckets so that CPUs hold about half of
 * `items`, and lets a queue hold the rest.  0: no limit.
 */
void zone_set_maxcache(struct zone *zone, uint64_t items);

/* --- items ------------------------------------------------------------------ */

void *zone_alloc_smr(struct zone *zone);
/* The item is unlinked: no reader that enters from now on can find it. */
void zone_free_smr(struct zone *zone, void *item);

/* For zones without an SMR domain. */
void *zone_alloc(struct zone *zone);
void zone_free(struct zone *zone, void *item);

/* --- memory that is not needed ----------------------------------------------- */

/* Never waits for readers: what they may hold stays. */
void zone_reclaim(struct zone *zone, enum zone_reclaim how);

enum { ZONE_TIMEOUT_S = 20 };	/* UMA_TIMEOUT: the working set's period */

/* The end of a period; called by whoever keeps the house. */
void zone_timeout(struct zone *zone);

/*
 * For advance_ticks and age_ticks: each clock interrupt asks on its CPU whether
 * something there is old enough, and if so has a thread call zone_age() on that
 * CPU, soon.  Where nobody does, freed items wait for the next free.
 */
bool zone_tick(struct zone *zone);
void zone_age(struct zone *zone);

/* --- looking, at no cost in simulated time ------------------------------------ */

/* Exact while no call is in progress. */
void zone_census(const struct zone *zone, struct zone_census *census);
void zone_figures(const struct zone *zone, struct zone_figures *figures);
void zone_domain_figures(const struct zone *zone, unsigned domain,
    struct zone_domain_figures *figures);

/*
 * The first broken invariant in words, or NULL.  Only while no call is in
 * progress on any CPU.
 */
const char *zone_audit(const struct zone *zone);

#endif
