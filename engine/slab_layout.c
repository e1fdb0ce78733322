/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/slab_layout.h"

#include "engine/kern.h"

/* Items beside an inline header in `bytes`. */
static uint32_t
inline_items(size_t bytes, size_t item_size)
{
	size_t items;

	if (bytes < slab_header_bytes(1))
		return (0);
	items = (bytes - SLAB_HEADER_BYTES) / item_size;
	while (items > 0 &&
	    items * item_size + slab_header_bytes(items) > bytes)
		items--;
	return ((uint32_t)items);
}

static uint32_t
remote_items(size_t bytes, size_t item_size)
{
	size_t items;

	items = bytes / item_size;
	return (items > SLAB_REMOTE_LARGE_ITEMS ? SLAB_REMOTE_LARGE_ITEMS :
	    (uint32_t)items);
}

static size_t
remote_bytes(uint32_t items)
{

	return (items > SLAB_REMOTE_SMALL_ITEMS ? SLAB_REMOTE_LARGE_BYTES :
	    SLAB_REMOTE_SMALL_BYTES);
}

/* Takes the candidate if it wastes less than what there is. */
static void
consider(struct slab_layout *layout, uint32_t pages, uint32_t items,
    bool remote)
{
	size_t total;
	uint32_t efficiency;

	total = (size_t)pages * KERN_PAGE_SIZE;
	if (remote)
		total += remote_bytes(items);
	efficiency = (uint32_t)(100 * (size_t)items * layout->item_size /
	    total);
	if (items == 0 || (layout->items != 0 &&
	    efficiency <= layout->efficiency))
		return;
	layout->items = items;
	layout->pages = pages;
	layout->remote = remote;
	layout->efficiency = efficiency;
}

void
slab_layout_init(struct slab_layout *layout, size_t item_size)
{
	size_t bytes, size;
	uint32_t pages;

	KERN_ASSERT(item_size > 0 && item_size <= SLAB_ITEM_SIZE_MAX,
	    "item size outside 1 to 32768 bytes");
	size = (item_size + SLAB_ITEM_ALIGN - 1) / SLAB_ITEM_ALIGN *
	    SLAB_ITEM_ALIGN;
	*layout = (struct slab_layout){ .item_size = (uint32_t)size };
	layout->reciprocal =
	    (uint32_t)((((uint64_t)1 << 32) + size - 1) / size);
	for (pages = 1; pages <= SLAB_PAGES_MAX; pages++) {
		bytes = (size_t)pages * KERN_PAGE_SIZE;
		consider(layout, pages, inline_items(bytes, size), false);
		if (layout->efficiency >= SLAB_EFFICIENCY_LEAST)
			break;
		consider(layout, pages, remote_items(bytes, size), true);
		if (layout->efficiency >= SLAB_EFFICIENCY_LEAST)
			break;
	}
	KERN_ASSERT(layout->items > 0, "no slab holds an item of this size");
	layout->mapped = layout->remote || layout->pages > 1;
	if (!layout->remote)
		layout->header_offset = (uint32_t)(layout->pages *
		    (size_t)KERN_PAGE_SIZE - slab_header_bytes(layout->items)) &
		    ~(uint32_t)(SLAB_ITEM_ALIGN - 1);
}
