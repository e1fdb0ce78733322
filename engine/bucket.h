/*
 * bucket - how many items travel together?
 *
 * A bucket is an array of pointers to items with a link, a count and the goal
 * that its items wait for.  Buckets come in sizes; each size is an internal
 * zone of the zone_base, so that bucket memory is slab memory as well.
 *
 * Invariant   an empty bucket has no goal.
 * Errors      bucket_alloc() returns NULL without memory, or where the machine
 *             was told to refuse (KERN_FAIL_BUCKET).
 * Source      FreeBSD sys/vm/uma_core.c, the table bucket_zones; rows beyond
 *             254 items are ours, for sweeps, and are never chosen by item size
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_BUCKET_H
#define ENGINE_BUCKET_H

#include <stddef.h>
#include <stdint.h>

#include "engine/seq.h"

struct zone;

struct bucket {
	struct bucket *next;
	int16_t count;
	int16_t entries;	/* room */
	struct smr_seq seq;		/* the goal, or SMR_SEQ_INVALID */
	void *items[];
};

_Static_assert(offsetof(struct bucket, items) == 16,
    "facts: a bucket's header is 16 bytes");

enum {
	BUCKET_SIZES = 12,
	BUCKET_UMA_MAX = 254,		/* UMA's largest */
	BUCKET_MAX = 4094,		/* ours */
};

/* The rule of facts 3.2; item_size is at least 1. */
unsigned bucket_size_by_item(size_t item_size);

/* Which of the sizes holds `entries` items; entries is 1 to BUCKET_MAX. */
unsigned bucket_size_index(unsigned entries);
unsigned bucket_size_entries(unsigned index);
size_t bucket_size_bytes(unsigned index);

/* An empty bucket of the zone's present size; never waits. */
struct bucket *bucket_alloc(struct zone *zone);

/* Gives a bucket back; if it holds items they are drained first. */
void bucket_free(struct zone *zone, struct bucket *bucket);

/*
 * Gives the items back to the slabs and keeps the bucket.  A stamped bucket is
 * waited for, then its items' destructors run.
 */
void bucket_drain(struct zone *zone, struct bucket *bucket);

/* The readers of a stamped bucket have left: says so, runs the destructors. */
void bucket_known(struct zone *zone, struct bucket *bucket);

/* One advance for this bucket. */
void bucket_stamp(struct zone *zone, struct bucket *bucket);

#endif
