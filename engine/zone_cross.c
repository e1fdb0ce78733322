/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/zone_state.h"

/* Buckets in hand, linked through themselves. */
struct bucket_stack {
	struct bucket *top;
};

static void
stack_push(struct bucket_stack *stack, struct bucket *bucket)
{

	bucket->next = stack->top;
	stack->top = bucket;
}

static struct bucket *
stack_pop(struct bucket_stack *stack)
{
	struct bucket *bucket;

	bucket = stack->top;
	if (bucket != NULL) {
		stack->top = bucket->next;
		bucket->next = NULL;
	}
	return (bucket);
}

unsigned
zone_home(const void *item)
{

	return (kern_domain_of((const void *)((uintptr_t)item &
	    ~(uintptr_t)(KERN_PAGE_SIZE - 1))));
}

/* Adds one item to its domain's bucket; false: there is no bucket for it. */
static bool
cross_add(struct zone *zone, void *item, struct smr_seq goal,
    struct bucket_stack *empty, struct bucket_stack *full)
{
	struct zone_domain *domain;
	struct bucket *cross;

	domain = &zone->domains[zone_home(item)];
	if (domain->cross == NULL)
		domain->cross = stack_pop(empty);
	cross = domain->cross;
	if (cross == NULL)
		return (false);
	/*
	 * [Z7] stamped with each item that is added, not when it is full; the
	 * newest goal wins, since batches come in any order.
	 * Claim   a partly filled bucket can be taken at any moment.
	 * Breaks  a drain takes it without waiting for all readers.
	 * Mutant  cross-stamped-when-full
	 */
	if (!smr_seq_valid(cross->seq) || smr_seq_lt(cross->seq, goal))
		cross->seq = goal;
	cross->items[cross->count++] = item;
	if (cross->count == cross->entries) {
		stack_push(full, cross);
		domain->cross = NULL;
	}
	return (true);
}

/* Sorts items from the end until none is left, or no bucket for the next. */
static void
cross_sort_locked(struct zone *zone, struct bucket *bucket,
    struct smr_seq goal, struct bucket_stack *empty, struct bucket_stack *full)
{
	int16_t before;

	before = bucket->count;
	while (bucket->count > 0 && cross_add(zone,
	    bucket->items[bucket->count - 1], goal, empty, full))
		bucket->count--;
	if (smr_seq_valid(goal) && bucket->count < before)
		kern_items(KERN_ITEMS_STAMPED, zone,
		    &bucket->items[bucket->count],
		    (size_t)(before - bucket->count), goal.value);
}

/* What could not be sorted goes to the slabs; the bucket is given back. */
static void
cross_finish(struct zone *zone, struct bucket *bucket)
{

	if (bucket->count == 0)
		bucket->seq = SMR_SEQ_INVALID;
	else if (smr_seq_valid(bucket->seq))
		kern_items(KERN_ITEMS_STAMPED, zone, bucket->items,
		    (size_t)bucket->count, bucket->seq.value);
	bucket_free(zone, bucket);
}

void
zone_cross_sort(struct zone *zone, struct bucket *bucket)
{
	struct bucket_stack empty, full;
	struct bucket *other;
	struct smr_seq goal;
	uint32_t flags;

	empty.top = NULL;
	full.top = NULL;
	/* One fresh goal for the whole batch, as UMA does. */
	goal = SMR_SEQ_INVALID;
	flags = zone->flags;
	if ((flags & ZONE_SMR) != 0)
		goal = smr_advance(zone->smr);
	if ((flags & ZONE_TUNED) != 0)
		zone_tune_stamped(zone, (unsigned)bucket->count, goal);
	for (;;) {
		mutex_lock(&zone->cross_lock);
		cross_sort_locked(zone, bucket, goal, &empty, &full);
		mutex_unlock(&zone->cross_lock);
		if (bucket->count == 0)
			break;
		/* Without the lock: bucket zones take locks as well. */
		other = bucket_alloc(zone);
		if (other == NULL)
			break;
		stack_push(&empty, other);
	}
	cross_finish(zone, bucket);
	while ((other = stack_pop(&empty)) != NULL)
		bucket_free(zone, other);
	while ((other = stack_pop(&full)) != NULL)
		if ((flags & ZONE_TUNED) != 0)
			zone_tune_put(zone, zone_home(other->items[0]), other);
		else
			zone_domain_put(zone, zone_home(other->items[0]),
			    other, true);
}

struct bucket *
zone_cross_take(struct zone *zone, unsigned domain)
{
	struct bucket *bucket;

	mutex_lock(&zone->cross_lock);
	bucket = zone->domains[domain].cross;
	zone->domains[domain].cross = NULL;
	mutex_unlock(&zone->cross_lock);
	return (bucket);
}
