/*
 * native_items - since when has this item been free?
 *
 * A side table beside the items, by address, for one item in
 * NATIVE_ITEM_SAMPLE, chosen by a hash of its address: so the others cost one
 * multiplication.  Places are never given back within a round.
 *
 * Threads     all calls at any time; an item is in one thread's hands.
 * Units       ticks of native_clock.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef TOOLS_VALIDATE_NATIVE_ITEMS_H
#define TOOLS_VALIDATE_NATIVE_ITEMS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "tools/validate/native.h"

struct hist;

struct native_item {
	_Atomic(uintptr_t) item;	/* 0: the place is empty */
	_Atomic(uint64_t) freed;	/* 0: it is in use */
};

enum {
	NATIVE_ITEMS = 1 << 15,		/* places, 512 KiB */
	NATIVE_ITEMS_TRIES = 64,
};

void native_items_reset(void);

static inline uint64_t
native_item_hash(const void *item)
{

	return (((uintptr_t)item >> 4) * UINT64_C(0x9e3779b97f4a7c15));
}

static inline bool
native_item_sampled(const void *item)
{

	/* The highest bits; the place is found by others. */
	return ((native_item_hash(item) >> 56) % NATIVE_ITEM_SAMPLE == 0);
}

/* The item's place, or NULL where the table has none left. */
struct native_item *native_item_place(const void *item);

/* Whoever is still free, and was freed since `since`, has waited until `now`. */
void native_items_waiting(uint64_t since, uint64_t now, struct hist *waiting);

#endif
