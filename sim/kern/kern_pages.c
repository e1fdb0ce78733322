/* SPDX-License-Identifier: BSD-2-Clause */
#include "sim/kern/kern_pages.h"

#include <string.h>

#include "sim/machine/machine.h"

static struct {
	struct page_pool *pool;		/* NULL: pages come from the arena */
	struct kern_pages_costs costs;
} pages;

/* The C library's own: memset() on the arena is an access by the program. */
void *__real_memset(void *to, int byte, size_t bytes);

void
kern_pages_reset(void)
{

	memset(&pages, 0, sizeof(pages));
}

static void *
pages_fresh(unsigned domain)
{

	machine_turn();
	return (arena_take(&the.arena, 1, domain));
}

bool
kern_pages_begin(enum page_cache_form form, uint32_t cache_max,
    uint32_t cache_fill)
{
	struct page_pool_setup setup;

	setup = (struct page_pool_setup){
		.form = form,
		.cache_max = cache_max,
		.cache_fill = cache_fill,
		.base = the.arena.base,
		.pages = the.arena.pages_total,
		.fresh = pages_fresh,
	};
	pages.pool = page_pool_create(&setup);
	return (pages.pool != NULL);
}

bool
kern_pages_pooled(size_t count)
{

	return (pages.pool != NULL && count == 1);
}

/* --- what it costs ---------------------------------------------------------- */

struct stand {
	const struct cpu *cpu;
	uint64_t now_ps;
	uint64_t transfers;
};

static struct stand
stand_take(void)
{

	return ((struct stand){ the.cpu, the.cpu->now_ps,
	    the.cpu->transfers });
}

/* A call that ends on another CPU than it began on is not booked. */
static void
stand_book(const struct stand *before, uint64_t *cost_ps)
{

	if (!the.in_window || the.cpu != before->cpu)
		return;
	*cost_ps += the.cpu->now_ps - before->now_ps;
	pages.costs.transfers += the.cpu->transfers - before->transfers;
}

void *
kern_pages_take(unsigned domain)
{
	struct stand before;
	void *memory;

	before = stand_take();
	memory = page_pool_alloc(pages.pool, domain);
	stand_book(&before, &pages.costs.alloc_ps);
	return (memory);
}

/* As arena_give() leaves a page, before anybody else can have it. */
static void
page_wipe(void *memory)
{
	struct line *line;
	size_t i;

	__real_memset(memory, 0, ARENA_PAGE);
	i = machine_offset(memory) >> ARENA_LINE_SHIFT;
	lines_renew(&the.arena, i, 1);
	line = &the.lines[i];
	for (i = 0; i < ARENA_PAGE_LINES; i++, line++) {
		line->owner = ARENA_NOBODY;
		line->sockets = 0;
		line->touched_ps = 0;
	}
}

void
kern_pages_give(void *memory)
{
	struct stand before;

	page_wipe(memory);
	before = stand_take();
	page_pool_free(pages.pool, memory);
	stand_book(&before, &pages.costs.free_ps);
}

void
kern_pages_drain(void)
{

	if (pages.pool != NULL)
		page_pool_drain(pages.pool);
}

/* --- looking -------------------------------------------------------------------- */

uint64_t
kern_pages_listed(void)
{

	return (pages.pool == NULL ? 0 : page_pool_listed(pages.pool));
}

bool
kern_pages_read(struct page_pool_figures *figures,
    struct kern_pages_costs *costs)
{

	if (pages.pool == NULL)
		return (false);
	page_pool_figures(pages.pool, figures);
	*costs = pages.costs;
	return (true);
}

/*
 * What waits in store buffers as the run ends has been done all the same.  Under
 * the allocator's locks no two CPUs have stores to one place under way.
 */
const char *
kern_pages_audit(void)
{
	const char *broken;
	uint32_t i;

	if (pages.pool == NULL)
		return (NULL);
	for (i = 0; i < the.cpu_count; i++)
		stores_show(&the.cpus[i]);
	broken = page_pool_audit(pages.pool);
	for (i = the.cpu_count; i-- > 0;)
		stores_hide(&the.cpus[i]);
	return (broken);
}
