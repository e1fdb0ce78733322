/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/page_state.h"

static KERN_UNSEEN uint64_t
tally_read(const _Atomic(uint64_t) *counter)
{

	return (atomic_load_explicit(counter, memory_order_relaxed));
}

KERN_UNSEEN uint64_t
page_pool_listed(const struct page_pool *pool)
{
	uint64_t sum;
	uint32_t i;

	sum = 0;
	for (i = 0; i < pool->domain_count; i++)
		sum += atomic_load_explicit(&pool->lists[i].count,
		    memory_order_relaxed);
	return (sum);
}

KERN_UNSEEN void
page_pool_figures(const struct page_pool *pool,
    struct page_pool_figures *figures)
{
	const struct page_tally *tally;

	tally = &pool->tally;
	figures->fresh = tally_read(&tally->fresh);
	figures->listed = page_pool_listed(pool);
	figures->cached = tally_read(&tally->cached);
	figures->allocs = tally_read(&tally->allocs);
	figures->frees = tally_read(&tally->frees);
	figures->list_locks = tally_read(&tally->list_locks);
	figures->list_locks_contended =
	    tally_read(&tally->list_locks_contended);
	figures->cache_locks = tally_read(&tally->cache_locks);
	figures->cache_locks_contended =
	    tally_read(&tally->cache_locks_contended);
	figures->refills = tally_read(&tally->refills);
	figures->spills = tally_read(&tally->spills);
	figures->handed_back = tally_read(&tally->handed_back);
	figures->demands = tally_read(&tally->demands);
}

/* Of a list or a cache: as many as it says, all of that place. */
static KERN_UNSEEN bool
chain_is(const struct page *page, uint32_t count, enum page_place place)
{

	for (; page != NULL && count > 0; page = page->next, count--)
		if (page->place != (uint32_t)place)
			return (false);
	return (page == NULL && count == 0);
}

static KERN_UNSEEN bool
cache_is_sound(const struct page_pool *pool, const struct page_cache *cache)
{
	uint32_t count, i;

	count = atomic_load_explicit(&cache->count, memory_order_relaxed);
	if (pool->setup.form != PAGE_CACHE_TINY)
		return (chain_is(cache->first, count, PAGE_CACHED));
	if (count > pool->setup.cache_max)
		return (false);
	for (i = 0; i < count; i++)
		if (cache->slots[i]->place != PAGE_CACHED)
			return (false);
	return (true);
}

KERN_UNSEEN const char *
page_pool_audit(const struct page_pool *pool)
{
	struct page_pool_figures figures;
	uint64_t cached;
	uint32_t i;

	cached = 0;
	for (i = 0; i < pool->domain_count; i++)
		if (!chain_is(pool->lists[i].first, atomic_load_explicit(
		    &pool->lists[i].count, memory_order_relaxed), PAGE_LISTED))
			return ("a list of pages is not what its count says");
	for (i = 0; i < pool->cpu_count; i++) {
		if (!cache_is_sound(pool, &pool->caches[i]))
			return ("a page cache is not what its count says");
		cached += atomic_load_explicit(&pool->caches[i].count,
		    memory_order_relaxed);
	}
	page_pool_figures(pool, &figures);
	if (cached != figures.cached)
		return ("the page caches are not what was told of them");
	if (figures.listed + cached + figures.allocs - figures.frees !=
	    figures.fresh)
		return ("pages are neither used nor free: they are lost");
	return (NULL);
}
