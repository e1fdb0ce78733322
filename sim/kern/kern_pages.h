/*
 * kern_pages - how does the simulated machine hand out single pages?
 *
 * As it stands, a page comes out of the arena and costs machine.page, whoever
 * asks.  A run may put the engine's page allocator (engine/page_pool.h) in
 * between: then single pages come from it, its locks and lists are memory of the
 * machine, and machine.page is what it takes to clear a page that is taken.
 * Several pages at once come out of the arena as before.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef SIM_KERN_KERN_PAGES_H
#define SIM_KERN_KERN_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/page_pool.h"

/* What the allocator's calls in the measured window cost those who made them. */
struct kern_pages_costs {
	uint64_t alloc_ps;
	uint64_t free_ps;
	uint64_t transfers;	/* lines moved between CPUs by them */
};

/* A new run: there is no allocator. */
void kern_pages_reset(void);

/*
 * From here on there is one; false without memory.  In a simulated thread,
 * before anything takes a page.
 */
bool kern_pages_begin(enum page_cache_form form, uint32_t cache_max,
    uint32_t cache_fill);

/* Whether so many pages come from the allocator. */
bool kern_pages_pooled(size_t pages);
void *kern_pages_take(unsigned domain);
/* Nobody may be told any more of what was done to it. */
void kern_pages_give(void *memory);

/* Page caches go back to the lists; nothing where there is no allocator. */
void kern_pages_drain(void);

/* --- looking ------------------------------------------------------------------- */

/* Pages on lists; 0 where there is no allocator. */
uint64_t kern_pages_listed(void);

/* False, and nothing is written, where there is none. */
bool kern_pages_read(struct page_pool_figures *figures,
    struct kern_pages_costs *costs);

/* As page_pool_audit(), once the run is over; NULL where there is none. */
const char *kern_pages_audit(void);

#endif
