/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/slab_map.h"

#include "engine/kern.h"

enum {
	MAP_BITS = 9,
	MAP_ENTRIES = 1 << MAP_BITS,
	MAP_HEIGHT_MAX = 6,
	MAP_PAGE_SHIFT = 12,
};

_Static_assert(1 << MAP_PAGE_SHIFT == KERN_PAGE_SIZE, "page size and shift");
_Static_assert(MAP_ENTRIES * sizeof(void *) <= KERN_PAGE_SIZE, "a node is a page");

/* Entries are nodes of the tree, or slabs in its lowest level. */
struct map_node {
	_Atomic(void *) entries[MAP_ENTRIES];
};

/* Instrumented or not as its caller is. */
#define MAP_BOTH static inline __attribute__((always_inline))

/* Pages before and after the base share the small keys. */
MAP_BOTH uint64_t
map_key(const struct slab_map *map, const void *address)
{
	int64_t distance;

	distance = (int64_t)((uintptr_t)address >> MAP_PAGE_SHIFT) -
	    (int64_t)(map->base >> MAP_PAGE_SHIFT);
	return (distance < 0 ? (uint64_t)(-distance) * 2 - 1 :
	    (uint64_t)distance * 2);
}

MAP_BOTH unsigned
root_height(uintptr_t root)
{

	return ((unsigned)(root & (KERN_PAGE_SIZE - 1)));
}

MAP_BOTH struct map_node *
root_node(uintptr_t root)
{

	return ((struct map_node *)(root & ~(uintptr_t)(KERN_PAGE_SIZE - 1)));
}

MAP_BOTH unsigned
map_index(uint64_t key, unsigned level)
{

	return ((unsigned)(key >> (level * MAP_BITS)) & (MAP_ENTRIES - 1));
}

MAP_BOTH bool
map_reaches(uintptr_t root, uint64_t key)
{

	return (root != 0 && key >> (root_height(root) * MAP_BITS) == 0);
}

static struct map_node *
map_node_create(struct slab_map *map)
{
	struct map_node *node;

	node = kern_pages_alloc(1, 0);
	if (node != NULL)
		map->nodes++;
	return (node);
}

void
slab_map_init(struct slab_map *map, const void *base)
{

	mutex_init(&map->lock);
	atomic_init(&map->root, 0);
	map->base = (uintptr_t)base;
	map->nodes = 0;
}

static void
map_node_destroy(struct map_node *node, unsigned height)
{
	struct map_node *child;
	unsigned i;

	for (i = 0; height > 1 && i < MAP_ENTRIES; i++) {
		child = atomic_load_explicit(&node->entries[i],
		    memory_order_relaxed);
		if (child != NULL)
			map_node_destroy(child, height - 1);
	}
	kern_pages_free(node, 1);
}

void
slab_map_fini(struct slab_map *map)
{
	uintptr_t root;

	root = atomic_load_explicit(&map->root, memory_order_relaxed);
	if (root != 0)
		map_node_destroy(root_node(root), root_height(root));
	atomic_store_explicit(&map->root, 0, memory_order_relaxed);
	map->nodes = 0;
}

/* Makes the tree high enough for `key`. */
static bool
map_grow(struct slab_map *map, uint64_t key)
{
	struct map_node *node;
	uintptr_t root;
	unsigned height;

	root = atomic_load_explicit(&map->root, memory_order_relaxed);
	while (!map_reaches(root, key)) {
		node = map_node_create(map);
		if (node == NULL)
			return (false);
		height = root == 0 ? 0 : root_height(root);
		KERN_ASSERT(height < MAP_HEIGHT_MAX, "page out of the map's reach");
		if (root != 0)
			atomic_store_explicit(&node->entries[0],
			    root_node(root), memory_order_relaxed);
		root = (uintptr_t)node | (height + 1);
		/* Release: who follows the root sees the new node's entry. */
		atomic_store_explicit(&map->root, root, memory_order_release);
	}
	return (true);
}

/* The entry of `key`, made if need be; NULL without memory for it. */
static _Atomic(void *) *
map_entry(struct slab_map *map, uint64_t key)
{
	struct map_node *child, *node;
	uintptr_t root;
	unsigned level;

	if (!map_grow(map, key))
		return (NULL);
	root = atomic_load_explicit(&map->root, memory_order_relaxed);
	node = root_node(root);
	for (level = root_height(root) - 1; level > 0; level--) {
		child = atomic_load_explicit(
		    &node->entries[map_index(key, level)],
		    memory_order_relaxed);
		if (child == NULL) {
			child = map_node_create(map);
			if (child == NULL)
				return (NULL);
			atomic_store_explicit(
			    &node->entries[map_index(key, level)], child,
			    memory_order_release);
		}
		node = child;
	}
	return (&node->entries[map_index(key, 0)]);
}

bool
slab_map_insert(struct slab_map *map, const void *memory, size_t pages,
    struct slab *slab)
{
	_Atomic(void *) *entry;
	const unsigned char *page;
	size_t i;

	page = memory;
	mutex_lock(&map->lock);
	for (i = 0; i < pages; i++) {
		entry = map_entry(map, map_key(map, page + i * KERN_PAGE_SIZE));
		if (entry == NULL)
			break;
		atomic_store_explicit(entry, slab, memory_order_release);
	}
	mutex_unlock(&map->lock);
	if (i < pages)
		slab_map_remove(map, memory, i);
	return (i == pages);
}

void
slab_map_remove(struct slab_map *map, const void *memory, size_t pages)
{
	_Atomic(void *) *entry;
	const unsigned char *page;
	size_t i;

	page = memory;
	mutex_lock(&map->lock);
	for (i = 0; i < pages; i++) {
		entry = map_entry(map, map_key(map, page + i * KERN_PAGE_SIZE));
		atomic_store_explicit(entry, NULL, memory_order_relaxed);
	}
	mutex_unlock(&map->lock);
}

MAP_BOTH struct slab *
map_find(const struct slab_map *map, const void *address)
{
	struct map_node *node;
	uint64_t key;
	uintptr_t root;
	unsigned level;

	key = map_key(map, address);
	root = atomic_load_explicit(&map->root, memory_order_acquire);
	if (!map_reaches(root, key))
		return (NULL);
	node = root_node(root);
	for (level = root_height(root) - 1; node != NULL && level > 0; level--)
		node = atomic_load_explicit(
		    &node->entries[map_index(key, level)],
		    memory_order_acquire);
	if (node == NULL)
		return (NULL);
	return (atomic_load_explicit(&node->entries[map_index(key, 0)],
	    memory_order_acquire));
}

struct slab *
slab_map_find(const struct slab_map *map, const void *address)
{

	return (map_find(map, address));
}

KERN_UNSEEN struct slab *
slab_map_peek(const struct slab_map *map, const void *address)
{

	return (map_find(map, address));
}
