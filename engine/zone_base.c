/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/* Header zones come first: slabs of large buckets have headers off the page. */
static struct zone *
base_place(struct zone_base *base, struct zone *zone, size_t item_size,
    bool header)
{
	struct zone_setup setup;

	setup = (struct zone_setup){
		.name = header ? "slab header" : "bucket",
		.item_size = item_size,
		.flags = ZONE_FIRST_TOUCH | ZONE_NOBUCKET,
		.base = header ? NULL : base,
	};
	zone_place(zone, &setup, ZONE_INTERNAL);
	return (zone);
}

struct zone_base *
zone_base_create(void)
{
	static const size_t header_bytes[SLAB_REMOTE_SIZES] = {
		SLAB_REMOTE_SMALL_BYTES, SLAB_REMOTE_LARGE_BYTES
	};
	struct zone_base *base;
	unsigned char *next;
	size_t pages, step;
	unsigned i;

	step = zone_bytes(ZONE_INTERNAL);
	pages = zone_pages(zone_align(sizeof(*base)) +
	    (SLAB_REMOTE_SIZES + BUCKET_SIZES) * step);
	base = kern_pages_alloc(pages, kern_domain());
	if (base == NULL)
		return (NULL);
	base->pages = pages;
	next = (unsigned char *)base + zone_align(sizeof(*base));
	for (i = 0; i < SLAB_REMOTE_SIZES; i++, next += step)
		base->headers[i] = base_place(base, (struct zone *)(void *)next,
		    header_bytes[i], true);
	for (i = 0; i < BUCKET_SIZES; i++, next += step)
		base->buckets[i] = base_place(base, (struct zone *)(void *)next,
		    bucket_size_bytes(i), false);
	return (base);
}

void
zone_base_destroy(struct zone_base *base)
{
	unsigned i;

	for (i = 0; i < BUCKET_SIZES; i++)
		KERN_ASSERT(slab_keg_fini(&base->buckets[i]->keg) == 0,
		    "a bucket outlives its zone");
	for (i = 0; i < SLAB_REMOTE_SIZES; i++)
		KERN_ASSERT(slab_keg_fini(&base->headers[i]->keg) == 0,
		    "a slab outlives its zone");
	kern_pages_free(base, base->pages);
}


void
zone_base_drain(struct zone_base *base, unsigned domain)
{
	unsigned i;

	for (i = 0; i < BUCKET_SIZES; i++)
		(void)slab_keg_drain(&base->buckets[i]->keg, domain);
	/* Last: the slabs of large buckets had their headers there. */
	for (i = 0; i < SLAB_REMOTE_SIZES; i++)
		(void)slab_keg_drain(&base->headers[i]->keg, domain);
}
