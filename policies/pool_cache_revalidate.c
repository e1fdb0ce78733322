/*
 * NetBSD's pool_cache with PR_PSERIALIZE under readers that revalidate: an item
 * may be reused under a reader until the reader has a reference, and then the
 * reader looks whether it is still the item that it found.
 *
 * Model       a word behind each item counts references and says whether the
 *             item is dead.  To load a pointer is to load it, take a reference
 *             unless the item is dead, and load the pointer again: if it has
 *             changed, the item may be another one's by now, so the reference
 *             is given back and all starts over.  A free marks the item dead;
 *             whoever gives back the last reference puts it, and the put makes
 *             it available to the very next get.  The word outlives the item,
 *             which is what memory of one type is for.  References are given
 *             back when the section ends.  A CPU has `slots` of them; a section
 *             that wants more makes everybody's puts wait until it is over.
 * Guarantees  bounded: what waits are items that somebody has a reference to.
 *             A free asks nobody and interrupts nobody.
 * Limits      each load costs two locked operations on the item's own line, so
 *             readers of one item disturb each other as under a lock.  Only for
 *             pointers that are found from outside of items (rooted), as hazard
 *             pointers.
 * Source      pool_cache(9), tech-kern 2021-12-22; the same idea as Linux's
 *             SLAB_TYPESAFE_BY_RCU with refcount_inc_not_zero().
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "policies/pool_cache.h"

enum { REVALIDATE_SLOTS_MAX = 64 };

/* The word: dead or not, and references above. */
#define REVALIDATE_DEAD		((uint64_t)1)
#define REVALIDATE_ONE		((uint64_t)2)

struct revalidate_config {
	uint64_t slots;
};

static const struct knob revalidate_knobs[] = {
	{ "slots", KNOB_COUNT, offsetof(struct revalidate_config, slots), "1",
	    "64", "16", NULL, "references that a section can have" },
};

struct revalidate_link {
	struct limbo_link link;		/* of whoever gave back the last one */
	_Atomic(uint64_t) word;
};

struct revalidate_cpu {
	_Alignas(2 * KERN_LINE_SIZE) uint64_t held;
	void *item[REVALIDATE_SLOTS_MAX];
	struct limbo_list last;		/* to put when the section is over */
	uint64_t tries;			/* references that were taken ... */
	uint64_t fails;			/* ... and were to another item */
	bool crowding;			/* the section has no slot left */
};

struct revalidate {
	struct pool_cache pool;
	uint64_t slots;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) crowded;
	_Alignas(2 * KERN_LINE_SIZE) struct revalidate_cpu cpu[];
};

static struct revalidate_link *
revalidate_link(const struct revalidate *revalidate, void *item)
{

	return ((struct revalidate_link *)(void *)limbo_link_of(
	    &revalidate->pool.limbo, item));
}

/* Memory comes: nobody may take a reference yet. */
static void
revalidate_first(void *item, size_t size, void *argument)
{

	(void)size;
	atomic_store_explicit(&revalidate_link(argument, item)->word,
	    REVALIDATE_DEAD, memory_order_relaxed);
}

static void
revalidate_destroy(void *policy)
{
	struct revalidate *revalidate;

	revalidate = policy;
	pool_cache_fini(&revalidate->pool);
	kern_pages_free(revalidate,
	    limbo_pages(sizeof(*revalidate), sizeof(revalidate->cpu[0])));
}

static void *
revalidate_create(const struct policy_setup *setup)
{
	struct revalidate *revalidate;

	revalidate = kern_pages_alloc(limbo_pages(sizeof(*revalidate),
	    sizeof(revalidate->cpu[0])), kern_domain());
	if (revalidate == NULL)
		return (NULL);
	revalidate->slots = setup->config == NULL ? 16 :
	    ((const struct revalidate_config *)setup->config)->slots;
	revalidate->cpu_count = kern_cpu_count();
	if (!pool_cache_init(&revalidate->pool, "pool_cache_revalidate", setup,
	    sizeof(struct revalidate_link), revalidate_first)) {
		revalidate_destroy(revalidate);
		return (NULL);
	}
	return (revalidate);
}

/* --- sections ------------------------------------------------------------------- */

/*
 * [V1] release, pairs with the acquire of whoever marks the item dead or gives
 * back the last reference.
 * Claim   whoever puts the item comes after all accesses of all who held it.
 * Breaks  the item's next life meets the last access of this one.
 * Mutant  revalidate-drop-relaxed
 */
static void
revalidate_drop(const struct revalidate *revalidate, struct revalidate_cpu *cpu,
    void *item)
{
	struct revalidate_link *link;

	link = revalidate_link(revalidate, item);
	if (atomic_fetch_sub_explicit(&link->word, REVALIDATE_ONE,
	    memory_order_acq_rel) == (REVALIDATE_DEAD | REVALIDATE_ONE))
		limbo_push(&cpu->last, &link->link, 0);
}

/*
 * A reference to what was found at `from`; false: it is gone.
 *
 * [V2] acquire, pairs with the release in revalidate_alloc(); no reference to a
 * dead item.
 * Claim   who has taken a reference to the item's next life sees that the
 *         pointer has changed; who marked the item dead saw all references.
 * Breaks  an item is put with somebody at it.
 * Mutant  revalidate-takes-dead
 */
static bool
revalidate_take(struct revalidate *revalidate, void *item)
{
	struct revalidate_link *link;
	uint64_t word;

	link = revalidate_link(revalidate, item);
	word = atomic_load_explicit(&link->word, memory_order_acquire);
	do {
		if ((word & REVALIDATE_DEAD) != 0)
			return (false);
	} while (!atomic_compare_exchange_weak_explicit(&link->word, &word,
	    word + REVALIDATE_ONE, memory_order_acquire, memory_order_acquire));
	return (true);
}

/*
 * No slot is left: from here on nothing is put until the section is over.
 *
 * [V3] full fence, pairs with [V4].
 * Claim   a put that does not see the crowd was of an item that the section
 *         cannot find.
 * Mutant  none: as [Z2] of pserialize.c
 */
static void
revalidate_crowd(struct revalidate *revalidate, struct revalidate_cpu *cpu)
{

	if (cpu->crowding)
		return;
	cpu->crowding = true;
	(void)atomic_fetch_add_explicit(&revalidate->crowded, 1,
	    memory_order_seq_cst);
	atomic_thread_fence(memory_order_seq_cst);
}

static void *
revalidate_load(void *policy, _Atomic(void *) *from)
{
	struct revalidate *revalidate;
	struct revalidate_cpu *cpu;
	void *item;

	revalidate = policy;
	cpu = &revalidate->cpu[kern_cpu()];
	if (cpu->held == revalidate->slots) {
		revalidate_crowd(revalidate, cpu);
		return (atomic_load_explicit(from, memory_order_acquire));
	}
	for (;;) {
		item = atomic_load_explicit(from, memory_order_acquire);
		if (item == NULL)
			return (NULL);
		if (!revalidate_take(revalidate, item)) {
			kern_spin();
			continue;
		}
		cpu->tries++;
		/*
		 * [V5] after the reference.
		 * Claim   what the pointer says now is what is held.
		 * Breaks  the reference is to whatever the memory is now.
		 * Mutant  revalidate-look-once
		 */
		if (atomic_load_explicit(from, memory_order_acquire) == item)
			break;
		cpu->fails++;
		revalidate_drop(revalidate, cpu, item);
	}
	cpu->item[cpu->held++] = item;
	return (item);
}

/* Outside of sections: nobody has a reference, and nobody will. */
static void
revalidate_put(struct revalidate *revalidate, void *item)
{

	/*
	 * [V4] full fence, pairs with [V3].
	 */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&revalidate->crowded, memory_order_acquire) !=
	    0) {
		kern_event(KERN_WAIT_BEGIN, revalidate, 0, 0);
		while (atomic_load_explicit(&revalidate->crowded,
		    memory_order_acquire) != 0)
			kern_spin();
		kern_event(KERN_WAIT_END, revalidate, 0, 0);
	}
	kern_items(KERN_ITEMS_KNOWN, revalidate, &item, 1, 0);
	limbo_discard(revalidate, item);
}

static void
revalidate_exit(void *policy)
{
	struct limbo_list last = { 0 };
	struct revalidate *revalidate;
	struct revalidate_cpu *cpu;
	struct limbo_link *link;

	revalidate = policy;
	cpu = &revalidate->cpu[kern_cpu()];
	while (cpu->held > 0)
		revalidate_drop(revalidate, cpu, cpu->item[--cpu->held]);
	if (cpu->crowding) {
		cpu->crowding = false;
		(void)atomic_fetch_sub_explicit(&revalidate->crowded, 1,
		    memory_order_release);
	}
	limbo_append(&last, &cpu->last);
	pool_cache_exit(policy);
	while ((link = limbo_pop(&last)) != NULL)
		revalidate_put(revalidate,
		    limbo_item_of(&revalidate->pool.limbo, link));
}

/* --- items --------------------------------------------------------------------- */

static void *
revalidate_alloc(void *policy)
{
	struct revalidate_link *link;
	void *item;

	item = limbo_alloc(policy);
	if (item == NULL)
		return (NULL);
	link = revalidate_link(policy, item);
	/* Release: see [V2]. */
	atomic_store_explicit(&link->word, 0, memory_order_release);
	return (item);
}

/* Also of what was never found: a stale reader may have a reference for now. */
static void
revalidate_discard(void *policy, void *item)
{
	struct revalidate_link *link;

	link = revalidate_link(policy, item);
	if (atomic_fetch_or_explicit(&link->word, REVALIDATE_DEAD,
	    memory_order_acq_rel) == 0)
		revalidate_put(policy, item);
}

static void
revalidate_retire(void *policy, void *item)
{
	struct revalidate *revalidate;

	revalidate = policy;
	limbo_cached(&revalidate->pool.limbo, item);
	revalidate_discard(revalidate, item);
}

/* Polls are references that were taken, failures those to another item. */
static KERN_UNSEEN void
revalidate_counters(const void *policy, struct policy_counters *counters)
{
	const struct revalidate *revalidate;
	unsigned i;

	revalidate = policy;
	*counters = (struct policy_counters){ 0 };
	for (i = 0; i < revalidate->cpu_count; i++) {
		counters->poll += revalidate->cpu[i].tries;
		counters->poll_fail += revalidate->cpu[i].fails;
	}
	counters->poll_scan = atomic_load_explicit(
	    &revalidate->pool.broadcast.count, memory_order_relaxed);
}

const struct policy_def policy_pool_cache_revalidate = {
	.part = {
		.name = "pool_cache_revalidate",
		.about = "NetBSD pool_cache with PR_PSERIALIZE, and readers that reference an item and look again.",
		.source = "NetBSD sys/kern/subr_pool.c; pool_cache(9); tech-kern 2021-12-22",
		.knobs = revalidate_knobs,
		.knob_count =
		    sizeof(revalidate_knobs) / sizeof(revalidate_knobs[0]),
		.config_bytes = sizeof(struct revalidate_config),
	},
	.safe = true,
	.links = true,
	.rooted = true,
	.by_item = true,
	.waits = true,
	.create = revalidate_create,
	.destroy = revalidate_destroy,
	.enter = pool_cache_enter,
	.exit = revalidate_exit,
	.load = revalidate_load,
	.alloc = revalidate_alloc,
	.retire = revalidate_retire,
	.discard = revalidate_discard,
	.synchronize = pool_cache_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = limbo_census,
	.counters = revalidate_counters,
};
