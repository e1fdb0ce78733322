/*
 * slab_keg - where do items come from, and when do their pages go back?
 *
 * A keg owns the slabs of one zone.  For each NUMA domain it keeps three lists
 * of them, partly used, wholly free, and full, under a mutex of its own.
 * Items are taken from partly used slabs first, then from free ones, then from
 * new pages; they go back to the domain that their slab is from.  Free slabs
 * stay until slab_keg_drain().
 *
 * Invariant   a slab is on the list that its free count says; the counts of a
 *             domain are the sums over its slabs.
 * Errors      slab_keg_alloc() returns fewer items than wanted where no page is
 *             to be had.  Freeing an item twice, or one of another keg, is a
 *             bug of the caller and asserts.
 * Cost        O(items); one lock per domain involved.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SLAB_KEG_H
#define ENGINE_SLAB_KEG_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/kern.h"
#include "engine/mutex.h"
#include "engine/slab_layout.h"
#include "engine/slab_map.h"

struct zone;

enum slab_list { SLAB_PARTIAL, SLAB_FREE, SLAB_FULL, SLAB_LISTS };

/* The header of a slab; a set bit is a free item. */
struct slab {
	struct slab *next;
	struct slab *prev;
	uint16_t free_count;
	uint8_t domain;		/* home of the pages */
	uint8_t list;		/* enum slab_list */
	uint32_t unused;	/* UMA has flags here */
	uint64_t free_bits[];
};

_Static_assert(offsetof(struct slab, free_bits) == SLAB_HEADER_BYTES,
    "facts: a slab header is 24 bytes and a bit for each item");

/*
 * What comes before a header off the page.  UMA's object has two words for its
 * hash table there; they stay reserved so that footprints compare.
 */
struct slab_remote {
	uint64_t reserved[2];
	unsigned char *memory;
};

_Static_assert(sizeof(struct slab_remote) + SLAB_HEADER_BYTES +
    SLAB_REMOTE_SMALL_ITEMS / 8 == SLAB_REMOTE_SMALL_BYTES, "small header");
_Static_assert(sizeof(struct slab_remote) + SLAB_HEADER_BYTES +
    SLAB_REMOTE_LARGE_ITEMS / 8 == SLAB_REMOTE_LARGE_BYTES, "large header");

struct slab_domain {
	struct mutex lock;
	struct slab *lists[SLAB_LISTS];
	uint32_t slabs;
	uint32_t free_slabs;
	uint64_t free_items;
} __attribute__((aligned(2 * KERN_LINE_SIZE)));

struct slab_keg_setup {
	size_t item_size;
	bool round_robin;	/* else pages of the domain that asks */
	bool keep;		/* free slabs are never given back (NOFREE) */
	struct zone *speaker;	/* named in tracepoints; NULL: silent */
	struct zone *remote_zone[SLAB_REMOTE_SIZES];	/* headers off the page */
	void (*init)(void *item, size_t size, void *argument);
	void (*fini)(void *item, size_t size, void *argument);
	void *argument;
};

struct slab_keg {
	struct slab_layout layout;
	struct slab_keg_setup setup;
	struct slab_map map;
	struct slab_domain *domains;
	unsigned domain_count;
	_Atomic(uint32_t) turn;		/* round robin: whose turn it is */
	_Atomic(uint64_t) pages;	/* all domains */
};

/* `domains` is memory for kern_domain_count() of them. */
void slab_keg_init(struct slab_keg *keg, const struct slab_keg_setup *setup,
    struct slab_domain *domains);

/* Gives all pages back except those with items still out; returns how many. */
size_t slab_keg_fini(struct slab_keg *keg);

/* Up to `want` items, from `domain` first; returns how many. */
unsigned slab_keg_alloc(struct slab_keg *keg, unsigned domain, void **items,
    unsigned want);
void slab_keg_free(struct slab_keg *keg, void *const *items, unsigned count);

/* The free slabs of one domain back to the page pool; returns how many. */
size_t slab_keg_drain(struct slab_keg *keg, unsigned domain);

/* Slab of an item, and whether the item is out. */
struct slab *slab_keg_slab(const struct slab_keg *keg, const void *item);
uint32_t slab_keg_index(const struct slab_keg *keg, const struct slab *slab,
    const void *item);
void *slab_keg_memory(const struct slab_keg *keg, const struct slab *slab);

#endif
