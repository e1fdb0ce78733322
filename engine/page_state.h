/*
 * page_state - what is the page allocator made of?
 *
 * Shared by its sources.  page_pool.c has the lists and the way of a page,
 * page_cache.c what stands before the lists, page_pool_audit.c looks.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_PAGE_STATE_H
#define ENGINE_PAGE_STATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "engine/kern.h"
#include "engine/mutex.h"
#include "engine/page_pool.h"

enum page_place {
	PAGE_UNKNOWN,		/* not yet seen by the pool */
	PAGE_USED,
	PAGE_LISTED,
	PAGE_CACHED,
};

/* What a kernel knows of a page, off the page: NetBSD's struct vm_page. */
struct page {
	struct page *next;
	uint32_t place;		/* enum page_place */
	uint32_t domain;	/* home */
} __attribute__((aligned(KERN_LINE_SIZE)));

struct page_list {
	struct mutex lock;
	_Atomic(uint32_t) count;	/* written under the lock */
	struct page *first;
} __attribute__((aligned(KERN_BLOCK_SIZE)));

struct page_cache {
	struct mutex lock;	/* own lock only */
	/* Written by who may touch the cache, read by all as a hint. */
	_Atomic(uint32_t) count;
	union {
		struct page *first;			/* own lock */
		struct page *slots[PAGE_CACHE_ROOM];	/* tiny */
	};
} __attribute__((aligned(KERN_BLOCK_SIZE)));

_Static_assert(offsetof(struct page_cache, slots) +
    PAGE_CACHE_TINY_MAX * sizeof(struct page *) == KERN_LINE_SIZE,
    "facts: seven pages and their count are a cache line");

/* What only figures read; kept by an unseen function. */
struct page_tally {
	_Atomic(uint64_t) fresh;
	_Atomic(uint64_t) cached;
	_Atomic(uint64_t) allocs;
	_Atomic(uint64_t) frees;
	_Atomic(uint64_t) list_locks;
	_Atomic(uint64_t) list_locks_contended;
	_Atomic(uint64_t) cache_locks;
	_Atomic(uint64_t) cache_locks_contended;
	_Atomic(uint64_t) refills;
	_Atomic(uint64_t) spills;
	_Atomic(uint64_t) handed_back;
	_Atomic(uint64_t) demands;
};

struct page_pool {
	struct page_pool_setup setup;
	struct page *pages;		/* of page n of the machine, by n */
	struct page_cache *caches;
	uint32_t cpu_count;
	uint32_t domain_count;
	struct page_tally tally __attribute__((aligned(KERN_BLOCK_SIZE)));
	struct page_list lists[];
};

/* --- page_pool.c ------------------------------------------------------------- */

/* A number of the tally, at no cost. */
void page_count(_Atomic(uint64_t) *counter, uint64_t by);

/* Up to `want` pages of one domain, or fresh ones, as a chain. */
struct page *page_lists_take(struct page_pool *pool, unsigned domain,
    unsigned want);
/* Each page of a chain to the list of its domain; returns how many. */
uint64_t page_lists_put(struct page_pool *pool, struct page *chain);

/* --- page_cache.c: in a critical section ----------------------------------------- */

/* From the cache of this CPU, which is filled if it is empty; or NULL. */
struct page *page_cache_alloc(struct page_pool *pool);
void page_cache_free(struct page_pool *pool, struct page *page);
/* A page of this CPU's cache, which is not filled; or NULL. */
struct page *page_cache_last(struct page_pool *pool);
/* Empties the caches of all CPUs from here: own locks only. */
void page_caches_demand(struct page_pool *pool);

#endif
