/*
 * slab_map - which slab does this page belong to?
 *
 * Where a page does not tell by itself where its slab's header is, this map
 * does, as the page structure does in a kernel.  It is a radix tree of pages
 * with 512 entries each.  A key is the distance from the map's base page, so
 * the shape of the tree does not depend on where the memory lies.
 *
 * Lookups take no lock: the entry of a page that holds a live item does not
 * change.  Changes go under the map's mutex.
 *
 * Errors      slab_map_insert() fails when there is no page for the tree.
 * Cost        a lookup is one load per level: one up to 1 MiB from the base,
 *             two up to 512 MiB.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SLAB_MAP_H
#define ENGINE_SLAB_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/mutex.h"

struct slab;

struct slab_map {
	struct mutex lock;
	_Atomic(uintptr_t) root;	/* page of the tree, height in its low bits */
	uintptr_t base;			/* any address near those to come */
	uint32_t nodes;			/* pages that the tree itself takes */
};

void slab_map_init(struct slab_map *map, const void *base);
void slab_map_fini(struct slab_map *map);

/* All pages from `memory`, or none: then it returns false. */
bool slab_map_insert(struct slab_map *map, const void *memory, size_t pages,
    struct slab *slab);
void slab_map_remove(struct slab_map *map, const void *memory, size_t pages);

/* NULL where no slab is. */
struct slab *slab_map_find(const struct slab_map *map, const void *address);
/* The same, for audits: costs no time. */
struct slab *slab_map_peek(const struct slab_map *map, const void *address);

#endif
