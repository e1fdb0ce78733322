/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/kern.h"
#include "engine/smr.h"
#include "engine/zone.h"

enum { REGION_PAGES = 16384, ITEMS_MAX = 1 << 17 };

enum item_state {
	ITEM_UNKNOWN,	/* never freed, or its page went back */
	ITEM_LIVE,
	ITEM_FREED,	/* zone_free_smr() was called */
	ITEM_CACHED,
	ITEM_STAMPED,
	ITEM_KNOWN,
	ITEM_RELEASED,
};

struct followed {
	const void *item;
	uint64_t freed_at;
	enum item_state state;
};

struct fake fake;

static unsigned char *regions[KERN_DOMAINS_MAX];
static bool taken[KERN_DOMAINS_MAX][REGION_PAGES];
static struct followed followed[ITEMS_MAX];
static uint64_t serial;
static uint64_t opened_at[FAKE_CPUS_MAX];	/* 0: no section */

/* --- the machine -------------------------------------------------------- */

void
fake_reset(unsigned cpus, unsigned domains)
{
	unsigned i;

	memset(&fake, 0, sizeof(fake));
	memset(taken, 0, sizeof(taken));
	memset(followed, 0, sizeof(followed));
	memset(opened_at, 0, sizeof(opened_at));
	serial = 0;
	fake.cpus = cpus;
	fake.domains = domains;
	fake.pages_left = REGION_PAGES;
	for (i = 0; i < domains; i++) {
		if (regions[i] != NULL)
			continue;
		regions[i] = mmap(NULL, (size_t)REGION_PAGES * KERN_PAGE_SIZE,
		    PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		cr_assert(regions[i] != MAP_FAILED);
	}
}

void
fake_on(unsigned cpu)
{

	cr_assert_lt(cpu, fake.cpus);
	fake.cpu = cpu;
}

void
fake_refuse(unsigned site, uint64_t pass, uint64_t refuse)
{

	fake.fail_pass[site] = pass;
	fake.fail_refuse[site] = refuse;
}

unsigned
kern_cpu(void)
{

	return (fake.cpu);
}

unsigned
kern_cpu_count(void)
{

	return (fake.cpus);
}

unsigned
kern_domain(void)
{

	return (fake.cpu % fake.domains);
}

unsigned
kern_domain_count(void)
{

	return (fake.domains);
}

void
kern_critical_enter(void)
{

	fake.depth[fake.cpu]++;
}

void
kern_critical_exit(void)
{

	cr_assert_gt(fake.depth[fake.cpu], 0u);
	fake.depth[fake.cpu]--;
}

unsigned
kern_critical_depth(void)
{

	return (fake.depth[fake.cpu]);
}

uint32_t
kern_ticks(void)
{

	return (fake.ticks);
}

void
kern_spin(void)
{

	cr_assert_lt(++fake.spins, 100000u, "a wait that never ends");
	if (fake.waiting != NULL)
		fake.waiting();
}

void
kern_yield(void)
{

	kern_spin();
}

void
kern_pause(unsigned ticks)
{

	cr_assert_eq(fake.depth[fake.cpu], 0u, "sleep in a critical section");
	fake.ticks += ticks;
	kern_spin();
}

bool
kern_bind(unsigned cpu)
{

	if (!fake.binds)
		return (false);
	cr_assert_eq(fake.depth[fake.cpu], 0u);
	/* Nobody runs there before the section there has ended. */
	while (fake.depth[cpu] != 0)
		kern_spin();
	fake_on(cpu);
	return (true);
}

void
kern_unbind(void)
{
}

bool
kern_memory_severe(void)
{

	return (fake.severe);
}

bool
kern_fails(enum kern_fail site)
{

	if (fake.fail_refuse[site] == 0)
		return (false);
	if (fake.fail_pass[site] > 0) {
		fake.fail_pass[site]--;
		return (false);
	}
	fake.fail_refuse[site]--;
	return (true);
}

void
kern_panic(const char *file, int line, const char *message)
{

	fprintf(stderr, "panic: %s (%s:%d)\n", message, file, line);
	abort();
}

/* --- pages --------------------------------------------------------------- */

static bool
room_at(unsigned domain, size_t first, size_t pages)
{
	size_t i;

	for (i = 0; i < pages; i++)
		if (taken[domain][first + i])
			return (false);
	return (true);
}

void *
kern_pages_alloc(size_t pages, unsigned domain)
{
	unsigned char *memory;
	size_t first;

	if (fake.pages_left < pages)
		return (NULL);
	for (first = 0; first + pages <= REGION_PAGES; first++)
		if (room_at(domain, first, pages))
			break;
	cr_assert_leq(first + pages, REGION_PAGES);
	memset(&taken[domain][first], true, pages);
	fake.pages_left -= pages;
	fake.pages_used += pages;
	memory = regions[domain] + first * KERN_PAGE_SIZE;
	memset(memory, 0, pages * KERN_PAGE_SIZE);
	return (memory);
}

unsigned
kern_domain_of(const void *page)
{
	const unsigned char *address;
	unsigned i;

	address = page;
	for (i = 0; i < fake.domains; i++)
		if (address >= regions[i] && address < regions[i] +
		    (size_t)REGION_PAGES * KERN_PAGE_SIZE)
			return (i);
	kern_panic(__FILE__, __LINE__, "the home of memory that is not ours");
}

void
kern_pages_free(void *memory, size_t pages)
{
	unsigned domain;
	size_t first, i;

	domain = kern_domain_of(memory);
	first = (size_t)((unsigned char *)memory - regions[domain]) /
	    KERN_PAGE_SIZE;
	for (i = 0; i < pages; i++)
		cr_assert(taken[domain][first + i], "a page is freed twice");
	memset(&taken[domain][first], false, pages);
	memset(memory, 0xdf, pages * KERN_PAGE_SIZE);
	fake.pages_left += pages;
	fake.pages_used -= pages;
}

/* --- items --------------------------------------------------------------- */

static struct followed *
follow(const void *item)
{
	size_t i;

	i = ((uintptr_t)item / 8 * 0x9e3779b97f4a7c15u >> 40) % ITEMS_MAX;
	while (followed[i].item != NULL && followed[i].item != item)
		i = (i + 1) % ITEMS_MAX;
	followed[i].item = item;
	return (&followed[i]);
}

/* No section from before the free may be open. */
static void
must_be_safe(const struct followed *item, const char *what)
{
	unsigned i;

	for (i = 0; i < fake.cpus; i++)
		cr_assert(opened_at[i] == 0 || opened_at[i] > item->freed_at,
		    "%s while CPU %u may hold the item", what, i);
}

void
fake_enter(struct smr *smr)
{

	if (smr_is_lazy(smr))
		smr_lazy_enter(smr);
	else
		smr_enter(smr);
	opened_at[fake.cpu] = ++serial;
}

void
fake_exit(struct smr *smr)
{

	opened_at[fake.cpu] = 0;
	if (smr_is_lazy(smr))
		smr_lazy_exit(smr);
	else
		smr_exit(smr);
}

bool
fake_inside(unsigned cpu)
{

	return (opened_at[cpu] != 0);
}

void *
fake_alloc(struct zone *zone)
{
	struct followed *item;
	void *memory;

	memory = zone_alloc_smr(zone);
	if (memory == NULL)
		return (NULL);
	item = follow(memory);
	cr_assert(item->state == ITEM_UNKNOWN || item->state == ITEM_KNOWN ||
	    item->state == ITEM_RELEASED, "handed out in state %d",
	    item->state);
	if (item->state == ITEM_KNOWN || item->state == ITEM_RELEASED)
		must_be_safe(item, "handed out");
	item->state = ITEM_LIVE;
	return (memory);
}

void
fake_free(struct zone *zone, void *memory)
{
	struct followed *item;

	item = follow(memory);
	cr_assert_eq(item->state, ITEM_LIVE);
	item->state = ITEM_FREED;
	item->freed_at = ++serial;
	zone_free_smr(zone, memory);
	cr_assert_neq(item->state, ITEM_FREED, "no tracepoint spoke of the item");
}

static void
item_event(enum kern_items event, const void *memory)
{
	struct followed *item;

	item = follow(memory);
	switch (event) {
	case KERN_ITEMS_CACHED:
		cr_assert_eq(item->state, ITEM_FREED);
		item->state = ITEM_CACHED;
		break;
	case KERN_ITEMS_STAMPED:
		cr_assert(item->state == ITEM_CACHED ||
		    item->state == ITEM_FREED, "stamped in state %d",
		    item->state);
		item->state = ITEM_STAMPED;
		break;
	case KERN_ITEMS_KNOWN:
		cr_assert_eq(item->state, ITEM_STAMPED,
		    "known in state %d", item->state);
		must_be_safe(item, "known to be safe");
		item->state = ITEM_KNOWN;
		break;
	case KERN_ITEMS_RELEASED:
		cr_assert(item->state == ITEM_UNKNOWN ||
		    item->state == ITEM_KNOWN || item->state == ITEM_RELEASED,
		    "released in state %d", item->state);
		item->state = ITEM_RELEASED;
		break;
	default:
		cr_assert_eq(event, KERN_ITEMS_PAGED);
		cr_assert(item->state == ITEM_UNKNOWN ||
		    item->state == ITEM_RELEASED, "paged out in state %d",
		    item->state);
		item->state = ITEM_UNKNOWN;
	}
}

void
kern_items(enum kern_items event, const void *object, void *const *items,
    size_t count, uint64_t a)
{
	size_t i;

	(void)object;
	(void)a;
	cr_assert_gt(count, 0u);
	fake.sets[event]++;
	fake.items[event] += count;
	for (i = 0; i < count; i++)
		item_event(event, items[i]);
}

void
kern_event(enum kern_event event, const void *object, uint64_t a, uint64_t b)
{

	(void)object;
	(void)b;
	fake.events[event]++;
	fake.last_a[event] = a;
}
