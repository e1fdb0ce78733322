/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/bucket.h"

#include "engine/zone_state.h"

/*
 * A row's bytes are its header and its pointers; from 32 on a power of two.
 * A row is right for items of up to item_size_max bytes, so that a full bucket
 * holds 8 to 16 KiB of items.
 */
static const struct bucket_row {
	uint16_t entries;
	uint16_t item_size_max;
} bucket_rows[BUCKET_SIZES] = {
	{ 2, 4096 },
	{ 4, 3072 },
	{ 8, 2048 },
	{ 16, 1024 },
	{ 30, 512 },
	{ 62, 256 },
	{ 126, 128 },
	{ 254, 64 },
	{ 510, 0 },
	{ 1022, 0 },
	{ 2046, 0 },
	{ 4094, 0 },
};

unsigned
bucket_size_by_item(size_t item_size)
{
	unsigned i;

	if (item_size > bucket_rows[0].item_size_max)
		return (item_size >= 2 * (size_t)bucket_rows[0].item_size_max ?
		    1 : (unsigned)(2 * (size_t)bucket_rows[0].item_size_max /
		    item_size));
	for (i = 0; i + 1 < BUCKET_SIZES; i++)
		if (bucket_rows[i + 1].item_size_max < item_size)
			break;
	return (bucket_rows[i].entries);
}

unsigned
bucket_size_index(unsigned entries)
{
	unsigned i;

	for (i = 0; bucket_rows[i].entries < entries; i++)
		KERN_ASSERT(i + 1 < BUCKET_SIZES, "no bucket is that large");
	return (i);
}

unsigned
bucket_size_entries(unsigned index)
{

	return (bucket_rows[index].entries);
}

size_t
bucket_size_bytes(unsigned index)
{

	return (offsetof(struct bucket, items) +
	    bucket_rows[index].entries * sizeof(void *));
}

/* Says how much bucket memory the zone holds, at no cost. */
KERN_UNSEEN static void
bucket_account(struct zone *zone, unsigned index, bool more)
{
	uint64_t bytes;

	bytes = bucket_size_bytes(index);
	if (more) {
		atomic_fetch_add_explicit(&zone->tally.buckets, 1,
		    memory_order_relaxed);
		bytes += atomic_fetch_add_explicit(&zone->tally.bucket_bytes,
		    bytes, memory_order_relaxed);
	} else {
		atomic_fetch_sub_explicit(&zone->tally.buckets, 1,
		    memory_order_relaxed);
		bytes = atomic_fetch_sub_explicit(&zone->tally.bucket_bytes,
		    bytes, memory_order_relaxed) - bytes;
	}
	kern_event(KERN_BUCKETS, zone, bytes, 0);
}

struct bucket *
bucket_alloc(struct zone *zone)
{
	struct bucket *bucket;
	unsigned index, max, room, want;

	/* Unlocked on purpose: any recent size will do. */
	want = atomic_load_explicit(&zone->bucket_size, memory_order_relaxed);
	max = atomic_load_explicit(&zone->bucket_size_max,
	    memory_order_relaxed);
	if (want > max)
		want = max;
	if (want == 0 || kern_fails(KERN_FAIL_BUCKET))
		return (NULL);
	index = bucket_size_index(want);
	bucket = zone_alloc_item(zone->base->buckets[index]);
	if (bucket == NULL)
		return (NULL);
	room = bucket_rows[index].entries;
	bucket->next = NULL;
	bucket->count = 0;
	bucket->entries = (int16_t)(room < max ? room : max);
	bucket->seq = SMR_SEQ_INVALID;
	bucket_account(zone, index, true);
	return (bucket);
}

void
bucket_free(struct zone *zone, struct bucket *bucket)
{
	unsigned index;

	if (bucket->count != 0)
		bucket_drain(zone, bucket);
	KERN_ASSERT(!smr_seq_valid(bucket->seq), "an empty bucket has a goal");
	index = bucket_size_index((unsigned)bucket->entries);
	bucket_account(zone, index, false);
	zone_free_item(zone->base->buckets[index], bucket);
}

void
bucket_drain(struct zone *zone, struct bucket *bucket)
{
	unsigned count;

	if (bucket->count == 0)
		return;
	/*
	 * [Z5] the wait of last resort.
	 * Claim   items that readers may hold do not get to the slabs.
	 * Breaks  memory is used again, or unmapped, under a reader.
	 * Mutant  bucket-drain-no-wait
	 */
	if (smr_seq_valid(bucket->seq)) {
		zone_wait(zone, bucket->seq);
		bucket_known(zone, bucket);
	}
	count = (unsigned)bucket->count;
	bucket->count = 0;
	zone_release(zone, bucket->items, count);
}

void
bucket_known(struct zone *zone, struct bucket *bucket)
{

	kern_items(KERN_ITEMS_KNOWN, zone, bucket->items,
	    (size_t)bucket->count, bucket->seq.value);
	bucket->seq = SMR_SEQ_INVALID;
	zone_destruct(zone, bucket->items, (unsigned)bucket->count);
}

void
bucket_stamp(struct zone *zone, struct bucket *bucket)
{
	struct smr_seq goal;

	/*
	 * By way of a local: gcc does not instrument the store of a struct that
	 * a function returns, and the machine would not see it.
	 */
	goal = smr_advance(zone->smr);
	bucket->seq = goal;
	kern_items(KERN_ITEMS_STAMPED, zone, bucket->items,
	    (size_t)bucket->count, bucket->seq.value);
}
