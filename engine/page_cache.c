/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/page_state.h"

/* Says how many pages lie where only one CPU finds them, at no cost. */
static KERN_UNSEEN void
say_cached(struct page_pool *pool, const struct page_cache *cache,
    int64_t change)
{
	uint64_t all;

	all = atomic_fetch_add_explicit(&pool->tally.cached, (uint64_t)change,
	    memory_order_relaxed) + (uint64_t)change;
	kern_event(KERN_PAGES_CACHED, pool, all,
	    atomic_load_explicit(&cache->count, memory_order_relaxed));
}

/* Of the calling CPU; in a critical section. */
static struct page_cache *
cache_here(struct page_pool *pool)
{

	return (&pool->caches[kern_cpu()]);
}

static uint32_t
cache_count(const struct page_cache *cache)
{

	return (atomic_load_explicit(&cache->count, memory_order_relaxed));
}

static bool
cache_locks(const struct page_pool *pool)
{

	return (pool->setup.form == PAGE_CACHE_OWN_LOCK);
}

/* A tiny cache is private to its CPU, which has preemption off. */
static void
cache_lock(struct page_pool *pool, struct page_cache *cache)
{

	if (!cache_locks(pool))
		return;
	if (mutex_lock_contended(&cache->lock))
		page_count(&pool->tally.cache_locks_contended, 1);
	page_count(&pool->tally.cache_locks, 1);
}

static void
cache_unlock(struct page_pool *pool, struct page_cache *cache)
{

	if (cache_locks(pool))
		mutex_unlock(&cache->lock);
}

/* Whoever changes a cache has its lock, or is on its CPU and stays there. */
static void
cache_must_be_mine(const struct page_pool *pool,
    const struct page_cache *cache)
{

	if (cache_locks(pool))
		KERN_ASSERT(mutex_owned(&cache->lock),
		    "a page cache without its lock");
	else
		KERN_ASSERT(cache == &pool->caches[kern_cpu()] &&
		    kern_critical_depth() != 0, "a page cache of another CPU");
}

static void
cache_push(struct page_pool *pool, struct page_cache *cache,
    struct page *page)
{
	uint32_t count;

	cache_must_be_mine(pool, cache);
	count = cache_count(cache);
	page->place = PAGE_CACHED;
	if (cache_locks(pool)) {
		page->next = cache->first;
		cache->first = page;
	} else
		cache->slots[count] = page;
	atomic_store_explicit(&cache->count, count + 1, memory_order_relaxed);
}

static struct page *
cache_pop(struct page_pool *pool, struct page_cache *cache)
{
	struct page *page;
	uint32_t count;

	cache_must_be_mine(pool, cache);
	count = cache_count(cache);
	if (count == 0)
		return (NULL);
	if (cache_locks(pool)) {
		page = cache->first;
		cache->first = page->next;
	} else
		page = cache->slots[count - 1];
	KERN_ASSERT(page->place == PAGE_CACHED, "a page in a cache is not free");
	atomic_store_explicit(&cache->count, count - 1, memory_order_relaxed);
	return (page);
}

/*
 * [G2] the whole cache, as a chain.
 * Claim   a page that goes to a list is in the cache no more.
 * Breaks  both hand it out.
 * Mutant  page-hand-back-kept
 */
static struct page *
cache_detach(struct page_pool *pool, struct page_cache *cache)
{
	struct page *chain;
	uint32_t count, i;

	cache_must_be_mine(pool, cache);
	count = cache_count(cache);
	if (cache_locks(pool)) {
		chain = cache->first;
		cache->first = NULL;
	} else {
		chain = NULL;
		for (i = 0; i < count; i++) {
			cache->slots[i]->next = chain;
			chain = cache->slots[i];
		}
	}
	atomic_store_explicit(&cache->count, 0, memory_order_relaxed);
	if (count != 0)
		say_cached(pool, cache, -(int64_t)count);
	return (chain);
}

/* One page for the caller, and some more for the cache of its CPU. */
static struct page *
cache_refill(struct page_pool *pool, struct page_cache *cache)
{
	struct page *chain, *next, *page;
	int64_t more;

	chain = page_lists_take(pool, kern_domain(),
	    pool->setup.cache_fill + 1);
	if (chain == NULL)
		return (NULL);
	page = chain;
	chain = page->next;
	if (chain == NULL)
		return (page);
	more = 0;
	cache_lock(pool, cache);
	for (; chain != NULL; chain = next) {
		next = chain->next;
		/* The array is for pages of this domain, of which none is left. */
		if (!cache_locks(pool) && chain->domain != kern_domain())
			break;
		cache_push(pool, cache, chain);
		more++;
	}
	say_cached(pool, cache, more);
	cache_unlock(pool, cache);
	page_count(&pool->tally.refills, 1);
	(void)page_lists_put(pool, chain);
	return (page);
}

struct page *
page_cache_last(struct page_pool *pool)
{
	struct page_cache *cache;
	struct page *page;

	cache = cache_here(pool);
	cache_lock(pool, cache);
	page = cache_pop(pool, cache);
	if (page != NULL)
		say_cached(pool, cache, -1);
	cache_unlock(pool, cache);
	return (page);
}

struct page *
page_cache_alloc(struct page_pool *pool)
{
	struct page *page;

	page = page_cache_last(pool);
	if (page == NULL)
		page = cache_refill(pool, cache_here(pool));
	return (page);
}

void
page_cache_free(struct page_pool *pool, struct page *page)
{
	struct page_cache *cache;
	struct page *spilled;

	cache = cache_here(pool);
	spilled = NULL;
	cache_lock(pool, cache);
	if (cache_count(cache) >= pool->setup.cache_max) {
		spilled = cache_detach(pool, cache);
		page_count(&pool->tally.spills, 1);
	}
	cache_push(pool, cache, page);
	say_cached(pool, cache, 1);
	cache_unlock(pool, cache);
	(void)page_lists_put(pool, spilled);
}

/*
 * [G3] what one cache holds goes back to the lists.
 * Claim   every page that is taken out of the cache gets to its list.
 * Breaks  it is nobody's: memory leaks, page by page.
 * Mutant  page-drain-loses
 */
static void
cache_hand_back(struct page_pool *pool, struct page_cache *cache)
{
	struct page *chain;

	cache_lock(pool, cache);
	chain = cache_detach(pool, cache);
	cache_unlock(pool, cache);
	page_count(&pool->tally.handed_back, page_lists_put(pool, chain));
}

/*
 * [G4] caches of others are emptied from here.
 * Claim   their CPUs are kept out by the lock, which is what it is for.
 * Breaks  a page is taken by both.
 * Mutant  page-demand-unlocked
 */
void
page_caches_demand(struct page_pool *pool)
{
	uint32_t i;

	page_count(&pool->tally.demands, 1);
	for (i = 0; i < pool->cpu_count; i++)
		if (cache_count(&pool->caches[i]) != 0)
			cache_hand_back(pool, &pool->caches[i]);
}

void
page_pool_drain(struct page_pool *pool)
{
	bool bound;
	uint32_t i;

	if (pool->setup.form == PAGE_CACHE_NONE)
		return;
	bound = false;
	for (i = 0; i < pool->cpu_count; i++) {
		/* Where that is out of date, there is a next time. */
		if (cache_count(&pool->caches[i]) == 0)
			continue;
		if (kern_bind(i))
			bound = true;
		kern_critical_enter();
		if (kern_cpu() == i || cache_locks(pool))
			cache_hand_back(pool, &pool->caches[i]);
		kern_critical_exit();
	}
	if (bound)
		kern_unbind();
}
