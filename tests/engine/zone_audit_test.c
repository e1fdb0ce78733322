/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_test.h"

enum { SIZE = 8 };

/* A zone with something everywhere: caches, set aside, queued, partly used. */
static struct bench
busy(void)
{
	static void *items[10 * SIZE];
	struct bench bench;
	unsigned i;

	fake_reset(3, 3);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE,
	    .advance_every = 2, .limit = 1000, .flags = ZONE_FIRST_TOUCH },
	    NULL);
	for (i = 0; i < 10 * SIZE; i++) {
		fake_on(i < 4 ? 2 : 0);
		items[i] = fake_alloc(bench.zone);
	}
	/* Items of two domains in the cross bucket of a third. */
	for (i = 0; i < 5 * SIZE; i++) {
		fake_on(i <= SIZE ? 1 : 0);
		fake_free(bench.zone, items[i]);
	}
	must_be_sound(bench.zone);
	cr_assert_gt(bench.zone->caches[0].pending_count, 0u);
	cr_assert_not_null(bench.zone->domains[0].head);
	cr_assert_not_null(bench.zone->domains[0].cross);
	return (bench);
}

static void
must_be_broken(const struct bench *bench, const char *expected)
{
	const char *broken;

	broken = zone_audit(bench->zone);
	cr_assert_not_null(broken, "not noticed: %s", expected);
	cr_assert_not_null(strstr(broken, expected), "\"%s\", not \"%s\"",
	    broken, expected);
}

Test(zone_audit, an_audit_changes_nothing)
{
	struct bench bench;
	struct zone_census after, before;
	unsigned i;

	bench = busy();
	before = census_of(bench.zone);
	for (i = 0; i < 3; i++)
		must_be_sound(bench.zone);
	after = census_of(bench.zone);
	cr_assert_eq(memcmp(&before, &after, sizeof(before)), 0);
}

Test(zone_audit, an_item_in_two_places_is_noticed)
{
	struct bench bench;
	struct bucket *bucket;
	void *saved;

	bench = busy();
	bucket = bench.zone->caches[0].free.bucket;
	saved = bucket->items[0];
	bucket->items[0] = bench.zone->domains[0].head->items[0];
	must_be_broken(&bench, "an item is cached twice");
	/* And its own marks are gone. */
	bucket->items[0] = saved;
	must_be_sound(bench.zone);
}

Test(zone_audit, a_pointer_that_is_no_item_is_noticed)
{
	struct bench bench;
	void **slot;

	bench = busy();
	slot = &bench.zone->domains[0].head->items[1];
	*slot = (char *)*slot + 8;
	must_be_broken(&bench, "a pointer into an item");
	*slot = NULL;
	must_be_broken(&bench, "a null item");
}

Test(zone_audit, a_wrong_count_is_noticed)
{
	struct bench bench;

	bench = busy();
	atomic_fetch_add(&bench.zone->domains[0].nitems, 1);
	atomic_fetch_add(&bench.zone->domains[0].imax, 1);
	must_be_broken(&bench, "fewer items than it counts");
	bench = busy();
	bench.zone->caches[0].free.count--;
	must_be_broken(&bench, "neither live nor cached");
	bench = busy();
	bench.zone->caches[0].free.count = SIZE + 1;
	must_be_broken(&bench, "more items than it has room for");
	bench = busy();
	bench.zone->caches[0].pending_count++;
	must_be_broken(&bench, "miscounted");
	bench = busy();
	atomic_fetch_add(&bench.zone->charged, 1);
	must_be_broken(&bench, "the limit is charged");
	bench = busy();
	bench.zone->domains[0].bimin = -1;
	must_be_broken(&bench, "imin <= bimin");
}

Test(zone_audit, a_wrong_goal_is_noticed)
{
	struct bench bench;
	struct zone_domain *domain;

	bench = busy();
	domain = &bench.zone->domains[0];
	atomic_store(&domain->head_seq, 0);
	must_be_broken(&bench, "the hint differs");
	bench = busy();
	domain->head->next->seq = SMR_SEQ_INVALID;
	must_be_broken(&bench, "behind one that waits");
	bench = busy();
	bench.zone->caches[0].alloc.bucket->seq = smr_seq_make(1);
	must_be_broken(&bench, "loaded in a cache");
	bench = busy();
	bench.zone->caches[0].pending->seq = smr_seq_make(1);
	must_be_broken(&bench, "set aside has a goal");
	bench = busy();
	domain->cross->seq = SMR_SEQ_INVALID;
	must_be_broken(&bench, "without a goal");
}

Test(zone_audit, a_lost_bucket_is_noticed)
{
	struct bench bench;
	struct zone_cache *cache;

	bench = busy();
	cache = &bench.zone->caches[0];
	cache->alloc.bucket = NULL;
	cache->alloc.count = 0;
	cache->alloc.entries = 0;
	must_be_broken(&bench, "a bucket is lost");
}

Test(zone_audit, a_broken_slab_is_noticed)
{
	struct bench bench;
	struct slab_domain *domain;

	bench = busy();
	domain = &bench.zone->keg.domains[0];
	domain->lists[SLAB_FULL]->free_bits[0] ^= 1;
	must_be_broken(&bench, "differs from its bits");
	bench = busy();
	domain->lists[SLAB_FULL]->list = SLAB_FREE;
	must_be_broken(&bench, "another list");
	bench = busy();
	domain->free_items++;
	must_be_broken(&bench, "free items differ");
	bench = busy();
	domain->lists[SLAB_FULL] = domain->lists[SLAB_FULL]->next;
	must_be_broken(&bench, "slabs are missing");
	bench = busy();
	atomic_fetch_add(&bench.zone->keg.pages, 1);
	must_be_broken(&bench, "pages of a zone differ");
}

Test(zone_audit, a_double_free_is_noticed)
{
	struct bench bench;
	void *item;

	fake_reset(1, 1);
	bench = bench_make((struct zone_setup){ .bucket_size = SIZE }, NULL);
	item = fake_alloc(bench.zone);
	fake_free(bench.zone, item);
	/* As the zone itself would be asked to, without being told. */
	bench.zone->caches[0].free.bucket->items[1] = item;
	bench.zone->caches[0].free.count++;
	bench.zone->caches[0].frees++;
	must_be_broken(&bench, "an item is cached twice");
}

Test(zone_audit, a_second_release_to_the_slabs_stops_at_once,
    .signal = SIGABRT)
{
	struct zone_setup setup;
	struct zone *zone;
	void *item;

	fake_reset(1, 1);
	setup = (struct zone_setup){ .name = "twice", .item_size = 64,
		.flags = ZONE_NOBUCKET };
	zone = zone_create(&setup);
	item = zone_alloc(zone);
	zone_free(zone, item);
	zone_free(zone, item);
}
