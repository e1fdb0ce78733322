/*
 * NetBSD's pool_cache with PR_PSERIALIZE, as it is: type-stable memory, and no
 * more.  A put makes the item available to the very next get.
 *
 * Model       sections are those of pserialize(9).  Freed items go straight to
 *             the CPU's bucket; with `put: performed` every CPU is interrupted
 *             first, which is what pserialize does without batches.  Only before
 *             an item's memory goes back to the page pool does every CPU get
 *             interrupted, once for each item of the slab, as the overflow path
 *             does for each object.
 * Guarantees  a section that follows a stale pointer finds memory of the same
 *             type, never a page of somebody else.  With `put: performed` an
 *             item is reused after all sections that were open when it was freed
 *             have ended.
 * Limits      UNSAFE without more: a reader has to make sure, after it has
 *             locked or referenced an item, that it still is the one that it
 *             looked for.  Readers here do not, and are hurt; those of
 *             pool_cache_revalidate do.
 * Source      NetBSD sys/kern/subr_pool.c, pool_cache(9), tech-kern 2021-12-22.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "policies/pool_cache.h"

#include "engine/kern.h"
#include "engine/zone.h"

enum { PUT_AT_ONCE, PUT_PERFORMED };

struct pool_cache_config {
	uint64_t put;
};

static const char *const pool_cache_puts[] = { "at_once", "performed", NULL };

static const struct knob pool_cache_knobs[] = {
	{ "put", KNOB_CHOICE, offsetof(struct pool_cache_config, put), NULL,
	    NULL, "at_once", pool_cache_puts, "when a freed item may be used "
	    "again: at once (UNSAFE), or when every CPU has been interrupted" },
};

/* The item's memory is about to be given back. */
static void
pool_cache_last(void *item, size_t size, void *argument)
{
	struct pool_cache *pool;

	(void)item;
	(void)size;
	pool = argument;
	if (!pool->dying)
		broadcast_all(&pool->broadcast, NULL, NULL);
}

bool
pool_cache_init(struct pool_cache *pool, const char *name,
    const struct policy_setup *setup, size_t link_bytes,
    void (*init)(void *item, size_t size, void *argument))
{
	struct zone_setup zone = {
		.name = name,
		.bucket_size = (unsigned)setup->zone.bucket_size,
		.bucket_size_max = (unsigned)setup->zone.bucket_size_max,
		.limit = setup->zone.limit,
		.cache_limit = setup->zone.cache_limit,
		.flags = (setup->zone.first_touch ? ZONE_FIRST_TOUCH : 0) |
		    (setup->zone.bucket_growth ? ZONE_GROWTH : 0),
		.init = init,
		.fini = pool_cache_last,
		.argument = pool,
	};

	broadcast_init(&pool->broadcast);
	pool->limbo.offset = (size_t)(setup->zone.item_size + 7) / 8 * 8;
	zone.item_size = link_bytes == 0 ? (size_t)setup->zone.item_size :
	    pool->limbo.offset + link_bytes;
	pool->limbo.zone = zone_create(&zone);
	return (pool->limbo.zone != NULL);
}

void
pool_cache_fini(struct pool_cache *pool)
{

	pool->dying = true;
	limbo_fini(&pool->limbo);
	broadcast_fini(&pool->broadcast);
}

static void
pool_cache_destroy(void *policy)
{

	pool_cache_fini(policy);
	kern_pages_free(policy, limbo_pages(sizeof(struct pool_cache), 0));
}

static void *
pool_cache_create(const struct policy_setup *setup)
{
	struct pool_cache *pool;

	pool = kern_pages_alloc(limbo_pages(sizeof(*pool), 0), kern_domain());
	if (pool == NULL)
		return (NULL);
	pool->performs = setup->config != NULL &&
	    ((const struct pool_cache_config *)setup->config)->put ==
	    PUT_PERFORMED;
	if (!pool_cache_init(pool, "pool_cache", setup, 0, NULL)) {
		pool_cache_destroy(pool);
		return (NULL);
	}
	return (pool);
}

void
pool_cache_enter(void *policy)
{

	(void)policy;
	kern_critical_enter();
	kern_calls_off();
}

void
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
	if (pool->performs)
		pool_cache_synchronize(pool);
	kern_items(KERN_ITEMS_KNOWN, pool, &item, 1, 0);
	limbo_discard(pool, item);
}

void
pool_cache_synchronize(void *policy)
{
	struct pool_cache *pool;

	pool = policy;
	kern_event(KERN_WAIT_BEGIN, pool, 0, 0);
	broadcast_all(&pool->broadcast, NULL, NULL);
	kern_event(KERN_WAIT_END, pool, 0, 0);
}

static KERN_UNSEEN void
pool_cache_counters(const void *policy, struct policy_counters *counters)
{
	const struct pool_cache *pool;

	pool = policy;
	*counters = (struct policy_counters){ 0 };
	counters->poll_scan = atomic_load_explicit(&pool->broadcast.count,
	    memory_order_relaxed);
	counters->poll = counters->poll_scan;
}

const struct policy_def policy_pool_cache = {
	.part = {
		.name = "pool_cache",
		.about = "UNSAFE without revalidation: NetBSD pool_cache with PR_PSERIALIZE, type-stable memory.",
		.source = "NetBSD sys/kern/subr_pool.c; tech-kern 2021-12-22",
		.knobs = pool_cache_knobs,
		.knob_count =
		    sizeof(pool_cache_knobs) / sizeof(pool_cache_knobs[0]),
		.config_bytes = sizeof(struct pool_cache_config),
	},
	.safe = false,
	.links = true,
	.waits = true,		/* put: performed */
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
	.counters = pool_cache_counters,
};
