/*
 * slab_layout - how are items packed into pages?
 *
 * A slab is a run of pages cut into items of one size.  Its header counts the
 * free items and has one bit for each.  The header sits at the end of the run
 * where that wastes little, else in an object of its own off the page.  More
 * pages are tried until at least 90 % of the memory holds items.
 *
 * Units       sizes and offsets are bytes.
 * Errors      none; item_size is 8 to SLAB_ITEM_SIZE_MAX.
 * Source      FreeBSD sys/vm/uma_core.c, the layout of a keg
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SLAB_LAYOUT_H
#define ENGINE_SLAB_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SLAB_ITEM_ALIGN = 8,
	SLAB_ITEM_SIZE_MAX = 32768,
	SLAB_PAGES_MAX = 15,		/* an offset in a slab fits 16 bits */
	SLAB_EFFICIENCY_LEAST = 90,	/* percent; UMA_MAX_WASTE is 10 */
	SLAB_HEADER_BYTES = 24,		/* before the bits */
	/* Headers off the page come in two sizes, as UMA's slab zones do. */
	SLAB_REMOTE_SIZES = 2,
	SLAB_REMOTE_SMALL_ITEMS = 256,
	SLAB_REMOTE_SMALL_BYTES = 80,
	SLAB_REMOTE_LARGE_ITEMS = 512,
	SLAB_REMOTE_LARGE_BYTES = 112,
};

struct slab_layout {
	uint32_t item_size;	/* rounded up to SLAB_ITEM_ALIGN */
	uint32_t items;		/* in one slab */
	uint32_t pages;		/* of one slab */
	uint32_t header_offset;	/* of the header in the slab, if it is inside */
	uint32_t reciprocal;	/* 2^32 / item_size, rounded up */
	uint32_t efficiency;	/* percent of the memory that holds items */
	bool remote;		/* the header is off the page */
	bool mapped;		/* a page does not tell where its header is */
};

void slab_layout_init(struct slab_layout *layout, size_t item_size);

/* Size of a header with one bit for each of `items`. */
static inline size_t
slab_header_bytes(size_t items)
{

	return (SLAB_HEADER_BYTES + (items + 63) / 64 * 8);
}

/* Which item is at `offset`; exact for every offset inside a slab. */
static inline uint32_t
slab_layout_index(const struct slab_layout *layout, uint32_t offset)
{

	return ((uint32_t)((uint64_t)offset * layout->reciprocal >> 32));
}

#endif
