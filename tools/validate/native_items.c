/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/validate/native_items.h"

#include "tools/validate/native_clock.h"

static struct native_item native_items[NATIVE_ITEMS];

void
native_items_reset(void)
{
	size_t i;

	for (i = 0; i < NATIVE_ITEMS; i++) {
		atomic_store_explicit(&native_items[i].item, 0,
		    memory_order_relaxed);
		atomic_store_explicit(&native_items[i].freed, 0,
		    memory_order_relaxed);
	}
}

struct native_item *
native_item_place(const void *item)
{
	struct native_item *place;
	uintptr_t found;
	size_t at, i;

	at = native_item_hash(item) >> 32;
	for (i = 0; i < NATIVE_ITEMS_TRIES; i++) {
		place = &native_items[(at + i) % NATIVE_ITEMS];
		found = atomic_load_explicit(&place->item,
		    memory_order_relaxed);
		if (found == 0 && atomic_compare_exchange_strong_explicit(
		    &place->item, &found, (uintptr_t)item,
		    memory_order_relaxed, memory_order_relaxed))
			return (place);
		if (found == (uintptr_t)item)
			return (place);
	}
	return (NULL);
}

void
native_items_waiting(uint64_t since, uint64_t now, struct hist *waiting)
{
	uint64_t freed;
	size_t i;

	for (i = 0; i < NATIVE_ITEMS; i++) {
		freed = atomic_load_explicit(&native_items[i].freed,
		    memory_order_relaxed);
		if (freed != 0 && freed >= since && freed <= now)
			hist_add(waiting, native_to_ps(now - freed));
	}
}
