/* SPDX-License-Identifier: BSD-2-Clause */
#include "zone_test.h"

Test(zone_rules, buckets_are_chosen_by_item_size_as_uma_does)
{
	static const struct {
		size_t item_size;
		unsigned items;
	} rows[] = {
		{ 1, 254 }, { 8, 254 }, { 64, 254 }, { 65, 126 }, { 128, 126 },
		{ 129, 62 }, { 144, 62 }, { 256, 62 }, { 257, 30 }, { 512, 30 },
		{ 513, 16 }, { 1024, 16 }, { 1025, 8 }, { 2048, 8 },
		{ 2049, 4 }, { 3072, 4 }, { 3073, 2 }, { 4096, 2 },
		{ 4097, 1 }, { 8192, 1 }, { 8193, 1 }, { 32768, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_expect_eq(bucket_size_by_item(rows[i].item_size),
		    rows[i].items, "%zu bytes: %u, not %u", rows[i].item_size,
		    bucket_size_by_item(rows[i].item_size), rows[i].items);
}

Test(zone_rules, a_bucket_costs_sixteen_bytes_and_a_pointer_for_each_item)
{
	static const struct {
		unsigned entries;
		size_t bytes;
	} rows[BUCKET_SIZES] = {
		{ 2, 32 }, { 4, 48 }, { 8, 80 }, { 16, 144 }, { 30, 256 },
		{ 62, 512 }, { 126, 1024 }, { 254, 2048 }, { 510, 4096 },
		{ 1022, 8192 }, { 2046, 16384 }, { 4094, 32768 },
	};
	unsigned i;

	for (i = 0; i < BUCKET_SIZES; i++) {
		cr_expect_eq(bucket_size_entries(i), rows[i].entries);
		cr_expect_eq(bucket_size_bytes(i), rows[i].bytes);
	}
}

Test(zone_rules, the_smallest_bucket_with_room_is_taken)
{
	unsigned entries, index;

	for (entries = 1; entries <= BUCKET_MAX; entries++) {
		index = bucket_size_index(entries);
		cr_assert_geq(bucket_size_entries(index), entries);
		cr_assert(index == 0 ||
		    bucket_size_entries(index - 1) < entries);
	}
}

Test(zone_rules, slabs_hold_what_umas_slabs_hold)
{
	static const struct {
		size_t item_size;
		uint32_t items;
		uint32_t pages;
		bool remote;
	} rows[] = {
		{ 64, 63, 1, false }, { 128, 31, 1, false },
		{ 144, 28, 1, false }, { 256, 15, 1, false },
		{ 512, 8, 1, true }, { 1024, 4, 1, true },
		{ 2048, 2, 1, true }, { 4096, 1, 1, true },
		{ 1500, 5, 2, false },
	};
	struct slab_layout layout;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		slab_layout_init(&layout, rows[i].item_size);
		cr_expect_eq(layout.items, rows[i].items, "%zu bytes: %u items",
		    rows[i].item_size, layout.items);
		cr_expect_eq(layout.pages, rows[i].pages, "%zu bytes: %u pages",
		    rows[i].item_size, layout.pages);
		cr_expect_eq(layout.remote, rows[i].remote, "%zu bytes",
		    rows[i].item_size);
	}
}

Test(zone_rules, every_slab_has_room_for_its_items_and_header)
{
	struct slab_layout layout;
	size_t end, size;

	for (size = 1; size <= SLAB_ITEM_SIZE_MAX; size++) {
		slab_layout_init(&layout, size);
		end = (size_t)layout.items * layout.item_size;
		cr_assert_geq(layout.item_size, size);
		cr_assert_eq(layout.item_size % SLAB_ITEM_ALIGN, 0u);
		if (layout.remote) {
			cr_assert_leq(end, (size_t)layout.pages * 4096);
			cr_assert_leq(layout.items, SLAB_REMOTE_LARGE_ITEMS);
			continue;
		}
		cr_assert_leq(end, layout.header_offset);
		cr_assert_leq(layout.header_offset +
		    slab_header_bytes(layout.items),
		    (size_t)layout.pages * 4096);
		cr_assert_eq(layout.header_offset % 8, 0u);
	}
}

Test(zone_rules, slabs_of_items_up_to_a_page_waste_at_most_a_tenth)
{
	struct slab_layout layout;
	size_t size;

	for (size = 1; size <= KERN_PAGE_SIZE; size++) {
		slab_layout_init(&layout, size);
		cr_assert_geq(layout.efficiency, 90u, "%zu bytes: %u %%", size,
		    layout.efficiency);
	}
}

Test(zone_rules, an_index_is_found_without_division_for_every_offset)
{
	struct slab_layout layout;
	uint32_t offset, size;

	for (size = 8; size <= 8192; size += size < 600 ? 8 : 456) {
		slab_layout_init(&layout, size);
		for (offset = 0; offset < layout.pages * 4096; offset++)
			cr_assert_eq(slab_layout_index(&layout, offset),
			    offset / layout.item_size);
	}
}

Test(zone_rules, a_map_finds_pages_near_and_far_on_both_sides)
{
	static unsigned char *const base = (unsigned char *)0x7f0000000000;
	static const int64_t distances[] = { 0, 1, -1, 255, -256, 256, 511,
		512, -512, 131071, 131072, -131072, 1 << 20, -(1 << 25) };
	struct slab_map map;
	unsigned char *page;
	size_t i, j;

	fake_reset(1, 1);
	memset(&map, 0, sizeof(map));
	slab_map_init(&map, base);
	for (i = 0; i < sizeof(distances) / sizeof(distances[0]); i++) {
		page = base + distances[i] * KERN_PAGE_SIZE;
		cr_assert_null(slab_map_find(&map, page));
		cr_assert(slab_map_insert(&map, page, 1,
		    (struct slab *)(0x1000 + i * 64)));
		for (j = 0; j <= i; j++) {
			page = base + distances[j] * KERN_PAGE_SIZE;
			cr_assert_eq((uintptr_t)slab_map_find(&map, page + 8),
			    0x1000 + j * 64);
			cr_assert_eq((uintptr_t)slab_map_peek(&map, page),
			    0x1000 + j * 64);
		}
	}
	page = base + distances[3] * KERN_PAGE_SIZE;
	slab_map_remove(&map, page, 1);
	cr_assert_null(slab_map_find(&map, page));
	slab_map_fini(&map);
	cr_assert_eq(fake.pages_used, 0u);
}

Test(zone_rules, a_map_without_memory_remembers_nothing)
{
	static unsigned char *const base = (unsigned char *)0x7f0000000000;
	struct slab_map map;
	unsigned pages;

	/* The insertion needs a second leaf for its last pages. */
	for (pages = 0; pages < 3; pages++) {
		fake_reset(1, 1);
		fake.pages_left = pages;
		memset(&map, 0, sizeof(map));
		slab_map_init(&map, base);
		cr_assert_not(slab_map_insert(&map, base + 254 * KERN_PAGE_SIZE,
		    8, (struct slab *)0x1000));
		cr_assert_null(slab_map_find(&map,
		    base + 254 * KERN_PAGE_SIZE));
		slab_map_fini(&map);
		cr_assert_eq(fake.pages_used, 0u);
	}
}

Test(zone_rules, an_exact_bucket_size_is_kept_exactly)
{
	struct bench bench;
	struct zone_figures figures;

	fake_reset(1, 1);
	bench = bench_make((struct zone_setup){ .bucket_size = 10 }, NULL);
	figures = figures_of(bench.zone);
	cr_assert_eq(figures.bucket_size, 10u);
	cr_assert_eq(figures.bucket_size_max, 10u);
	fake_free(bench.zone, fake_alloc(bench.zone));
	cr_assert_eq(bench.zone->caches[0].free.entries, 10);
	cr_assert_eq(bench.zone->caches[0].alloc.entries, 10);
	bench_end(&bench);
}

Test(zone_rules, flags_set_the_first_bucket_size)
{
	static const struct {
		uint32_t flags;
		unsigned size, max;
	} rows[] = {
		{ 0, 62, 62 }, { ZONE_GROWTH, 62, 254 },
		{ ZONE_MAXBUCKET, 254, 254 }, { ZONE_NOBUCKET, 0, 0 },
	};
	struct bench bench;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_reset(1, 1);
		bench = bench_make((struct zone_setup){ .item_size = 144,
		    .flags = rows[i].flags }, NULL);
		cr_expect_eq(figures_of(bench.zone).bucket_size, rows[i].size);
		cr_expect_eq(figures_of(bench.zone).bucket_size_max,
		    rows[i].max);
		bench_end(&bench);
	}
}
