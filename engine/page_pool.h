/*
 * page_pool - who has a page, and how far is the way to it?
 *
 * The page allocator of a kernel: for each NUMA domain a list of free pages
 * under a lock, and for each CPU, in one of two forms, a cache of pages before
 * it.  Both are of NetBSD:
 *
 *	own lock	as it was proposed.  Each CPU has a list with a lock of
 *			its own, which nobody else takes in normal times; what
 *			a CPU frees goes there, wherever it is from.  The lists
 *			go back to the domains now and then, and when nobody
 *			else has a page.
 *	tiny		as it was committed.  Each CPU has an array of seven
 *			pages, a cache line, which it touches with preemption
 *			off and no lock.  A miss takes one page and six more
 *			for the array under the lock that it needs anyway; an
 *			array that is full goes back whole.  Nothing goes back
 *			by the clock, and no other CPU can have what lies there.
 *
 * NetBSD has a list for each colour of page as well; caches have no colours
 * here.
 *
 * Threads     all but create, figures and audit from any CPU; drain outside of
 *             critical sections.  Locks are spun for with preemption off.
 * Invariant   a page is used, or on one list, or in one cache.
 * Errors      an allocation returns NULL where no page is to be had.  A page
 *             that comes back twice, or is handed out twice, asserts.
 * Cost        a hit in a tiny cache is two lines that this CPU has, with an own
 *             lock three and a locked instruction; a miss is a lock of all CPUs
 *             of the domain and a line for each page.
 * Source      Andrew Doran's proposal for NetBSD, and what came of it:
 *             NetBSD sys/uvm/uvm_pgflcache.c 1.5 (MAXPGS 7, FILLPGS 6),
 *             sys/uvm/uvm_page.c.  Neither gives a bound or a number to fill
 *             for the proposed form; those here are ours.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_PAGE_POOL_H
#define ENGINE_PAGE_POOL_H

#include <stddef.h>
#include <stdint.h>

struct page_pool;

enum page_cache_form {
	PAGE_CACHE_NONE,	/* the lists of the domains alone */
	PAGE_CACHE_OWN_LOCK,
	PAGE_CACHE_TINY,
};

enum {
	PAGE_CACHE_TINY_MAX = 7,	/* MAXPGS: with the count, 64 bytes */
	PAGE_CACHE_FILL = 6,		/* FILLPGS */
	PAGE_CACHE_ROOM = 63,		/* a tiny one, or a fill, is never larger */
};

struct page_pool_setup {
	enum page_cache_form form;
	/* Pages of a cache; 0: 7 for tiny (at most 63), else no bound. */
	uint32_t cache_max;
	/* Pages that a miss takes beyond its own, at most 63; 0: 6. */
	uint32_t cache_fill;
	/* All pages that there may ever be. */
	const void *base;
	size_t pages;
	/*
	 * A page that the pool has never had, from `domain` if possible; NULL:
	 * there is none.  Called under the lock of a list.
	 */
	void *(*fresh)(unsigned domain);
};

/* Since the pool was made; pages, unless the name says more. */
struct page_pool_figures {
	uint64_t fresh;			/* all that the pool knows */
	uint64_t listed;		/* now on the lists of the domains */
	uint64_t cached;		/* now in the caches of CPUs */
	uint64_t allocs;
	uint64_t frees;
	uint64_t list_locks;		/* locks of lists that were taken */
	uint64_t list_locks_contended;	/* ... and were another's at first */
	uint64_t cache_locks;
	uint64_t cache_locks_contended;
	uint64_t refills;		/* misses that filled a cache */
	uint64_t spills;		/* caches that were full and went back */
	uint64_t handed_back;		/* by drain or on demand */
	uint64_t demands;		/* allocations that asked for all caches */
};

/* NULL without memory for it.  It lasts as long as its kernel. */
struct page_pool *page_pool_create(const struct page_pool_setup *setup);

/* A page, home in `domain` if possible, its content whatever it was; or NULL. */
void *page_pool_alloc(struct page_pool *pool, unsigned domain);
void page_pool_free(struct page_pool *pool, void *memory);

/*
 * Whatever lies in caches goes back to the lists: the period of the proposed
 * form, and low memory in both.  The thread goes to each CPU that has some, as
 * a cross call's would; where it cannot, tiny caches of other CPUs stay.
 */
void page_pool_drain(struct page_pool *pool);

/* --- looking, at no cost in simulated time ------------------------------------ */

void page_pool_figures(const struct page_pool *pool,
    struct page_pool_figures *figures);

/* Pages that anybody could have now: those on lists. */
uint64_t page_pool_listed(const struct page_pool *pool);

/* The first broken invariant in words, or NULL; while no call is in progress. */
const char *page_pool_audit(const struct page_pool *pool);

#endif
