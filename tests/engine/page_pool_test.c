/*
 * The page allocator, step by step: who takes which lock, what lies where, and
 * that no page is lost or handed out twice.  NetBSD's numbers are those of
 * sys/uvm/uvm_pgflcache.c: MAXPGS 7, FILLPGS 6.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

#include "engine/page_pool.h"
#include "tests/engine/zone_test.h"

TestSuite(zone_pages, .timeout = 15);

enum { OUT_MAX = 512 };

static struct page_pool *pool;
static struct page_pool_figures figures;
static unsigned char *base;
static void *out[OUT_MAX];
static unsigned out_count;

static void *
fresh(unsigned domain)
{

	return (kern_pages_alloc(1, domain));
}

/* A pool over everything that the fake kernel has. */
static void
begin(enum page_cache_form form, unsigned cpus, unsigned domains)
{
	struct page_pool_setup setup;
	unsigned char *start, *end;
	unsigned i;

	fake_reset(cpus, domains);
	fake.binds = true;
	end = base = kern_pages_alloc(1, 0);
	for (i = 1; i < domains; i++) {
		start = kern_pages_alloc(1, i);
		base = start < base ? start : base;
		end = start > end ? start : end;
	}
	memset(&setup, 0, sizeof(setup));
	setup.form = form;
	setup.base = base;
	setup.pages = (size_t)(end - base) / KERN_PAGE_SIZE + 16384;
	setup.fresh = fresh;
	pool = page_pool_create(&setup);
	cr_assert_not_null(pool);
	out_count = 0;
}

static void
look(void)
{
	const char *broken;

	broken = page_pool_audit(pool);
	cr_assert_null(broken, "%s", broken);
	page_pool_figures(pool, &figures);
}

/* One page for the calling CPU; false where there is none. */
static bool
take(void)
{
	unsigned i;
	void *page;

	page = page_pool_alloc(pool, kern_domain());
	if (page == NULL)
		return (false);
	for (i = 0; i < out_count; i++)
		cr_assert_neq(out[i], page, "a page was handed out twice");
	cr_assert_lt(out_count, (unsigned)OUT_MAX);
	out[out_count++] = page;
	return (true);
}

static void
take_some(unsigned count)
{

	for (; count > 0; count--)
		cr_assert(take());
}

static void
give_back(unsigned count)
{

	for (; count > 0; count--)
		page_pool_free(pool, out[--out_count]);
}

Test(zone_pages, without_caches_each_page_is_a_lock)
{

	begin(PAGE_CACHE_NONE, 2, 1);
	take_some(10);
	give_back(10);
	look();
	cr_expect_eq(figures.list_locks, 20u);
	cr_expect_eq(figures.listed, 10u);
	cr_expect_eq(figures.cached, 0u);
}

Test(zone_pages, a_tiny_cache_fills_six_at_once)
{

	begin(PAGE_CACHE_TINY, 2, 1);
	take_some(1);
	look();
	cr_expect_eq(figures.list_locks, 1u);
	cr_expect_eq(figures.cached, 6u);
	cr_expect_eq(figures.refills, 1u);
	take_some(6);
	look();
	cr_expect_eq(figures.list_locks, 1u, "six hits take no lock");
	cr_expect_eq(figures.cached, 0u);
	take_some(1);
	look();
	cr_expect_eq(figures.list_locks, 2u);
	cr_expect_eq(figures.refills, 2u);
	cr_expect_eq(figures.cache_locks, 0u, "it has no lock");
}

Test(zone_pages, a_tiny_cache_holds_seven_and_spills_all_of_them)
{

	begin(PAGE_CACHE_TINY, 2, 1);
	/* 7 * 2 pages end with an empty cache. */
	take_some(14);
	look();
	cr_assert_eq(figures.cached, 0u);
	give_back(7);
	look();
	cr_expect_eq(figures.cached, 7u);
	cr_expect_eq(figures.list_locks, 2u, "seven frees take no lock");
	cr_expect_eq(figures.spills, 0u);
	give_back(1);
	look();
	cr_expect_eq(figures.spills, 1u);
	cr_expect_eq(figures.listed, 7u, "spilled entirely");
	cr_expect_eq(figures.cached, 1u);
	cr_expect_eq(figures.list_locks, 3u, "one lock for all seven");
}

Test(zone_pages, a_tiny_cache_keeps_only_pages_of_its_domain)
{

	begin(PAGE_CACHE_TINY, 2, 2);
	fake_on(0);
	take_some(7);
	fake_on(1);
	give_back(7);
	look();
	cr_expect_eq(figures.cached, 0u);
	cr_expect_eq(figures.listed, 7u);
	/* They are CPU 0's again without a fresh one. */
	fake_on(0);
	take_some(7);
	look();
	cr_expect_eq(figures.fresh, 7u);
}

Test(zone_pages, no_other_cpu_has_what_lies_in_a_tiny_cache)
{

	begin(PAGE_CACHE_TINY, 2, 1);
	take_some(1);
	fake.pages_left = 0;
	fake_on(1);
	cr_expect_not(take());
	/* A drain where threads cannot go elsewhere does not get there either. */
	fake.binds = false;
	page_pool_drain(pool);
	cr_expect_not(take());
	fake.binds = true;
	page_pool_drain(pool);
	look();
	cr_expect_eq(figures.handed_back, 6u);
	fake_on(1);
	take_some(6);
	cr_expect_not(take());
}

Test(zone_pages, what_a_cpu_frees_stays_there_with_a_lock_of_its_own)
{

	begin(PAGE_CACHE_OWN_LOCK, 2, 1);
	take_some(70);
	look();
	cr_expect_eq(figures.list_locks, 10u, "seven for each lock");
	give_back(70);
	look();
	cr_expect_eq(figures.cached, 70u, "without a bound");
	cr_expect_eq(figures.list_locks, 10u);
	/* Once for each page, and once more for each fill. */
	cr_expect_eq(figures.cache_locks, 150u);
	cr_expect_eq(figures.spills, 0u);
}

Test(zone_pages, it_is_always_free_to_local)
{

	begin(PAGE_CACHE_OWN_LOCK, 2, 2);
	fake_on(0);
	take_some(7);
	fake_on(1);
	give_back(7);
	look();
	cr_expect_eq(figures.cached, 7u);
	/* ... and home when it is handed back. */
	page_pool_drain(pool);
	fake_on(0);
	take_some(7);
	look();
	cr_expect_eq(figures.fresh, 7u);
}

Test(zone_pages, a_period_hands_back_all_caches_with_and_without_visits)
{
	unsigned cpu, visits;

	for (visits = 0; visits < 2; visits++) {
		begin(PAGE_CACHE_OWN_LOCK, 4, 1);
		fake.binds = visits == 1;
		for (cpu = 0; cpu < 4; cpu++) {
			fake_on(cpu);
			take_some(1);
		}
		page_pool_drain(pool);
		look();
		cr_expect_eq(figures.cached, 0u);
		cr_expect_eq(figures.handed_back, 24u);
		cr_expect_eq(figures.listed, 24u);
		/* A look, a fill and the hand-back of each. */
		cr_expect_eq(figures.cache_locks, 12u);
		/* Where there is nothing to do, no lock is taken. */
		page_pool_drain(pool);
		look();
		cr_expect_eq(figures.cache_locks, 12u);
	}
}

Test(zone_pages, on_demand_another_cpu_gets_what_sits_in_a_cache)
{

	begin(PAGE_CACHE_OWN_LOCK, 4, 1);
	take_some(1);
	fake_on(1);
	take_some(1);
	fake.pages_left = 0;
	fake_on(2);
	take_some(1);
	look();
	cr_expect_eq(figures.demands, 1u);
	cr_expect_eq(figures.handed_back, 12u);
	take_some(11);
	cr_expect_not(take(), "all twelve are out");
	look();
	cr_expect_eq(figures.fresh, 14u);
}

Test(zone_pages, a_bound_makes_an_own_lock_spill)
{
	struct page_pool_setup setup;

	begin(PAGE_CACHE_OWN_LOCK, 1, 1);
	memset(&setup, 0, sizeof(setup));
	setup.form = PAGE_CACHE_OWN_LOCK;
	setup.cache_max = 20;
	setup.cache_fill = 1;
	setup.base = base;
	setup.pages = 16384;
	setup.fresh = fresh;
	pool = page_pool_create(&setup);
	take_some(40);
	give_back(40);
	look();
	cr_expect_eq(figures.refills, 20u);
	cr_expect_eq(figures.spills, 1u);
	cr_expect_eq(figures.cached, 20u);
	cr_expect_eq(figures.listed, 20u);
}

/* At random, memory short now and then, with drains; each page is followed. */
static void
walk(enum page_cache_form form, unsigned domains)
{
	uint64_t state;
	unsigned step, which;
	void *page;

	begin(form, 4, domains);
	state = 1 + form;
	fake.pages_left = 300;
	for (step = 0; step < 20000; step++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		fake_on((unsigned)(state >> 60) % 4);
		which = (unsigned)(state >> 40) % 1000;
		if (which == 0)
			page_pool_drain(pool);
		else if (which < 520 && out_count < OUT_MAX)
			(void)take();
		else if (out_count > 0) {
			which %= out_count;
			page = out[which];
			out[which] = out[--out_count];
			page_pool_free(pool, page);
		}
		if (step % 50 == 0) {
			look();
			cr_assert_eq(figures.listed + figures.cached +
			    out_count, figures.fresh, "pages are lost");
		}
	}
	give_back(out_count);
	fake.binds = true;
	page_pool_drain(pool);
	look();
	cr_assert_eq(figures.listed, figures.fresh);
	cr_assert_gt(figures.fresh, 100u);
}

Test(zone_pages, none_is_lost_or_handed_out_twice)
{
	unsigned domains;

	for (domains = 1; domains <= 2; domains++) {
		walk(PAGE_CACHE_NONE, domains);
		walk(PAGE_CACHE_OWN_LOCK, domains);
		walk(PAGE_CACHE_TINY, domains);
	}
}

Test(zone_pages, a_page_that_comes_back_twice_is_an_assertion,
    .signal = SIGABRT)
{

	begin(PAGE_CACHE_TINY, 1, 1);
	take_some(1);
	page_pool_free(pool, out[0]);
	page_pool_free(pool, out[0]);
}

Test(zone_pages, a_cache_that_would_be_filled_beyond_its_end_is_one_too,
    .signal = SIGABRT)
{
	struct page_pool_setup setup;

	fake_reset(1, 1);
	memset(&setup, 0, sizeof(setup));
	setup.form = PAGE_CACHE_TINY;
	setup.cache_max = 5;
	setup.pages = 1;
	(void)page_pool_create(&setup);
}
