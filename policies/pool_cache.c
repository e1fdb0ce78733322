/*
 * NetBSD's pool_cache with PR_PSERIALIZE, as it is: type-stable memory, and no
 * more.  A put makes the item available to the very next get.
 *
 * Model       sections are those of pserialize(9).  Freed items go straight to
 *             the CPU's bucket.  Only before an item's memory goes back to the
 *             page pool does every CPU get interrupted, once for each item of
 *             the slab, as the overflow path does for each object.
 * Guarantees  a section that follows a stale pointer finds memory of the same
 *             type, never a page of somebody else.
 * Limits      UNSAFE without more: a reader has to make sure, after it has
 *             locked or referenced an item, that it still is the one that it
 *             looked for.  Workloads here do not, and are hurt.  To perform
 *             before the put makes it safe: that is the policy pserialize.
 * Source      NetBSD sys/kern/subr_pool.c, pool_cache(9), tech-kern 2021-12-22.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/zone.h"
#include "policies/broadcast.h"
#include "policies/limbo.h"

struct pool_cache {
	struct limbo limbo;	/* of which only the zone is used */
	bool dying;		/* no reader is left to be waited for */
	_Alignas(2 * KERN_LINE_SIZE) struct broadcast broadcast;
};

/* The item's memory is about to be given back. */
static void
pool_cache_fini(void *item, size_t size, void *argument)
{
	struct pool_cache *pool;

	(void)item;
	(void)size;
	pool = argument;
	if (!pool->dying)
		broadcast_all(&pool->broadcast, NULL, NULL);
}

static void
pool_cache_destroy(void *policy)
{
	struct pool_cache *pool;

	pool = policy;
	pool->dying = true;
	limbo_fini(&pool->limbo);
	broadcast_fini(&pool->broadcast);
	kern_pages_free(pool, limbo_pages(sizeof(*pool), 0));
}

static void *
pool_cache_create(const struct policy_setup *setup)
{
	struct zone_setup zone = {
		.name = "pool_cache",
		.item_size = setup->zone.item_size,
		.bucket_size = (unsigned)setup->zone.bucket_size,
		.bucket_size_max = (unsigned)setup->zone.bucket_size_max,
		.limit = setup->zone.limit,
		.cache_limit = setup->zone.cache_limit,
		.flags = (setup->zone.first_touch ? ZONE_FIRST_TOUCH : 0) |
		    (setup->zone.bucket_growth ? ZONE_GROWTH : 0),
		.fini = pool_cache_fini,
	};
	struct pool_cache *pool;

	pool = kern_pages_alloc(limbo_pages(sizeof(*pool), 0), kern_domain());
	if (pool == NULL)
		return (NULL);
	broadcast_init(&pool->broadcast);
	zone.argument = pool;
	pool->limbo.zone = zone_create(&zone);
	if (pool->limbo.zone == NULL) {
		pool_cache_destroy(pool);
		return (NULL);
	}
	return (pool);
}

static void
pool_cache_enter(void *policy)
{

	(void)policy;
	kern_critical_enter();
	kern_calls_off();
}

static void
pool_cache_exit(void *policy)
{

	(void)policy;
	kern_calls_on();
	kern_critical_exit();
}

static void
pool_cache_put(void *policy, void *item)
{
	struct pool_cache *pool;

	pool = policy;
	limbo_cached(&pool->limbo, item);
	kern_items(KERN_ITEMS_KNOWN, pool, &item, 1, 0);
	limbo_discard(pool, item);
}

static void
pool_cache_synchronize(void *policy)
{
	struct pool_cache *pool;

	pool = policy;
	kern_event(KERN_WAIT_BEGIN, pool, 0, 0);
	broadcast_all(&pool->broadcast, NULL, NULL);
	kern_event(KERN_WAIT_END, pool, 0, 0);
}

const struct policy_def policy_pool_cache = {
	.part = {
		.name = "pool_cache",
		.about = "UNSAFE without revalidation: NetBSD pool_cache with PR_PSERIALIZE, type-stable memory.",
		.source = "NetBSD sys/kern/subr_pool.c; tech-kern 2021-12-22",
	},
	.safe = false,
	.create = pool_cache_create,
	.destroy = pool_cache_destroy,
	.enter = pool_cache_enter,
	.exit = pool_cache_exit,
	.alloc = limbo_alloc,
	.retire = pool_cache_put,
	.discard = limbo_discard,
	.synchronize = pool_cache_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = limbo_census,
};
