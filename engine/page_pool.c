/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/page_state.h"

KERN_UNSEEN void
page_count(_Atomic(uint64_t) *counter, uint64_t by)
{

	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

/* --- life ------------------------------------------------------------------ */

static size_t
pages_of(size_t bytes)
{

	return ((bytes + KERN_PAGE_SIZE - 1) / KERN_PAGE_SIZE);
}

struct page_pool *
page_pool_create(const struct page_pool_setup *setup)
{
	struct page_pool *pool;
	unsigned cpus, domains, i;
	size_t head;

	cpus = kern_cpu_count();
	domains = kern_domain_count();
	head = sizeof(*pool) + domains * sizeof(pool->lists[0]);
	pool = kern_pages_alloc(pages_of(head + cpus *
	    sizeof(struct page_cache)), kern_domain());
	if (pool == NULL)
		return (NULL);
	pool->pages = kern_pages_alloc(pages_of(setup->pages *
	    sizeof(struct page)), kern_domain());
	if (pool->pages == NULL) {
		kern_pages_free(pool, pages_of(head + cpus *
		    sizeof(struct page_cache)));
		return (NULL);
	}
	pool->setup = *setup;
	pool->caches = (struct page_cache *)((uintptr_t)pool + head);
	pool->cpu_count = cpus;
	pool->domain_count = domains;
	if (setup->cache_max == 0)
		pool->setup.cache_max = setup->form == PAGE_CACHE_TINY ?
		    PAGE_CACHE_TINY_MAX : UINT32_MAX;
	if (setup->cache_fill == 0)
		pool->setup.cache_fill = PAGE_CACHE_FILL;
	KERN_ASSERT(pool->setup.cache_fill <= PAGE_CACHE_ROOM &&
	    pool->setup.cache_fill <= pool->setup.cache_max,
	    "a page cache is filled beyond its end");
	KERN_ASSERT(setup->form != PAGE_CACHE_TINY ||
	    pool->setup.cache_max <= PAGE_CACHE_ROOM,
	    "a tiny page cache is larger than its array");
	for (i = 0; i < domains; i++)
		mutex_init(&pool->lists[i].lock);
	for (i = 0; i < cpus; i++)
		mutex_init(&pool->caches[i].lock);
	return (pool);
}

static struct page *
page_of(const struct page_pool *pool, const void *memory)
{
	size_t number;

	number = ((uintptr_t)memory - (uintptr_t)pool->setup.base) /
	    KERN_PAGE_SIZE;
	KERN_ASSERT(number < pool->setup.pages, "a page that is not the pool's");
	return (&pool->pages[number]);
}

static void *
page_memory(const struct page_pool *pool, const struct page *page)
{

	return ((void *)((uintptr_t)pool->setup.base +
	    (size_t)(page - pool->pages) * KERN_PAGE_SIZE));
}

/* --- the lists of the domains --------------------------------------------- */

static void
list_lock(struct page_pool *pool, struct page_list *list)
{

	if (mutex_lock_contended(&list->lock))
		page_count(&pool->tally.list_locks_contended, 1);
	page_count(&pool->tally.list_locks, 1);
}

/* A page that nobody has had yet; its list is locked, for whom it is. */
static struct page *
page_fresh(struct page_pool *pool, unsigned domain)
{
	struct page *page;
	void *memory;

	memory = pool->setup.fresh(domain);
	if (memory == NULL)
		return (NULL);
	page = page_of(pool, memory);
	KERN_ASSERT(page->place == PAGE_UNKNOWN, "a fresh page is known");
	page->domain = (uint32_t)kern_domain_of(memory);
	page->place = PAGE_LISTED;
	page_count(&pool->tally.fresh, 1);
	return (page);
}

/* The lock is held. */
static struct page *
list_get(struct page_list *list)
{
	struct page *page;

	page = list->first;
	if (page == NULL)
		return (NULL);
	KERN_ASSERT(mutex_owned(&list->lock), "a list of pages without its lock");
	KERN_ASSERT(page->place == PAGE_LISTED, "a page on a list is not free");
	list->first = page->next;
	atomic_store_explicit(&list->count,
	    atomic_load_explicit(&list->count, memory_order_relaxed) - 1,
	    memory_order_relaxed);
	return (page);
}

/* The lock is held. */
static void
list_put(struct page_list *list, struct page *page)
{

	KERN_ASSERT(mutex_owned(&list->lock), "a list of pages without its lock");
	page->place = PAGE_LISTED;
	page->next = list->first;
	list->first = page;
	atomic_store_explicit(&list->count,
	    atomic_load_explicit(&list->count, memory_order_relaxed) + 1,
	    memory_order_relaxed);
}

struct page *
page_lists_take(struct page_pool *pool, unsigned domain, unsigned want)
{
	struct page *chain, *page;
	struct page_list *list;

	chain = NULL;
	list = &pool->lists[domain];
	list_lock(pool, list);
	for (; want > 0; want--) {
		page = list_get(list);
		if (page == NULL)
			page = page_fresh(pool, domain);
		if (page == NULL)
			break;
		page->next = chain;
		chain = page;
	}
	mutex_unlock(&list->lock);
	return (chain);
}

/*
 * [G1] a chain of pages goes home, each under the lock of its list.
 * Claim   a list is changed by one CPU at a time.
 * Breaks  two CPUs put and take at once: a page is lost, or is handed out twice.
 * Mutant  page-spill-unlocked
 */
uint64_t
page_lists_put(struct page_pool *pool, struct page *chain)
{
	struct page_list *list, *locked;
	struct page *next;
	uint64_t count;

	locked = NULL;
	count = 0;
	for (; chain != NULL; chain = next) {
		next = chain->next;
		list = &pool->lists[chain->domain];
		if (list != locked) {
			if (locked != NULL)
				mutex_unlock(&locked->lock);
			list_lock(pool, list);
			locked = list;
		}
		list_put(list, chain);
		count++;
	}
	if (locked != NULL)
		mutex_unlock(&locked->lock);
	return (count);
}

/* --- pages -------------------------------------------------------------------- */

/* From a list that has some, whose ever it is. */
static struct page *
lists_search(struct page_pool *pool, unsigned domain)
{
	struct page *page;
	uint32_t i;

	for (i = 0; i < pool->domain_count; i++) {
		if (atomic_load_explicit(&pool->lists[domain].count,
		    memory_order_relaxed) != 0) {
			page = page_lists_take(pool, domain, 1);
			if (page != NULL)
				return (page);
		}
		domain = domain + 1 == pool->domain_count ? 0 : domain + 1;
	}
	return (NULL);
}

/* Neither the cache, nor the domain's list, nor the machine has one. */
static struct page *
page_search(struct page_pool *pool, unsigned domain)
{
	struct page *page;

	page = lists_search(pool, domain);
	if (page != NULL)
		return (page);
	switch (pool->setup.form) {
	case PAGE_CACHE_NONE:
		break;
	case PAGE_CACHE_OWN_LOCK:
		page_caches_demand(pool);
		return (lists_search(pool, domain));
	case PAGE_CACHE_TINY:
		/* Of the others' arrays nothing is to be had. */
		return (page_cache_last(pool));
	}
	return (NULL);
}

void *
page_pool_alloc(struct page_pool *pool, unsigned domain)
{
	struct page *page;

	kern_critical_enter();
	if (pool->setup.form == PAGE_CACHE_NONE || domain != kern_domain())
		page = page_lists_take(pool, domain, 1);
	else
		page = page_cache_alloc(pool);
	if (page == NULL)
		page = page_search(pool, domain);
	kern_critical_exit();
	if (page == NULL)
		return (NULL);
	KERN_ASSERT(page->place != PAGE_USED, "a page is handed out twice");
	page->place = PAGE_USED;
	page_count(&pool->tally.allocs, 1);
	return (page_memory(pool, page));
}

void
page_pool_free(struct page_pool *pool, void *memory)
{
	struct page *page;

	page = page_of(pool, memory);
	KERN_ASSERT(page->place == PAGE_USED, "a page is freed twice");
	page_count(&pool->tally.frees, 1);
	kern_critical_enter();
	if (pool->setup.form == PAGE_CACHE_NONE ||
	    (pool->setup.form == PAGE_CACHE_TINY &&
	    page->domain != kern_domain())) {
		page->next = NULL;
		(void)page_lists_put(pool, page);
	} else
		page_cache_free(pool, page);
	kern_critical_exit();
}
