/*
 * Hazard pointers: a reader says which items it holds, and only those are kept.
 *
 * Model       each CPU has `slots` words.  To load a pointer is to store it in
 *             the next word, fence, and load it again: if it is still there the
 *             item cannot have been freed before.  Leaving clears the words.  A
 *             section that loads more pointers than it has words says that it
 *             may hold anything.  A CPU that has freed `batch` items collects
 *             everybody's words, and reuses what is in none.
 * Guarantees  bounded: with N CPUs and K slots at most N * (batch + N * K) items
 *             wait, as long as no section needs more than K.  A stalled reader
 *             keeps no more than its K.
 * Limits      only for pointers that are found from outside of items (rooted):
 *             an item that is unlinked still points to what was linked behind
 *             it, and that may be reused before a reader says that it holds it.
 *             Each load costs a fence.  Scans look at N * K words.
 * Source      M. Michael, IEEE TPDS 15 (2004).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "policies/limbo.h"

enum { HAZARD_SLOTS_MAX = 64, HAZARD_SEEN = 256 };

struct hazard_config {
	uint64_t slots;
	uint64_t batch;
};

static const struct hazard_config hazard_defaults = {
	.slots = 8, .batch = 64
};

static const struct knob hazard_knobs[] = {
	{ "slots", KNOB_COUNT, offsetof(struct hazard_config, slots), "1",
	    "64", "8", NULL, "hazard pointers of a CPU" },
	{ "batch", KNOB_COUNT, offsetof(struct hazard_config, batch), "1",
	    "1000000", "64", NULL, "freed items of a CPU before it looks at "
	    "everybody's hazard pointers" },
};

struct hazard_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(void *) slot[HAZARD_SLOTS_MAX];
	uint64_t used;		/* slots of the open section */
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
	uint64_t next_scan;	/* when the list is so long */
	uint64_t polls;
	uint64_t fails;
};

struct hazard {
	struct limbo limbo;
	struct hazard_config config;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct hazard_cpu cpu[];
};

/* In a slot: its section may hold anything. */
static char hazard_anything;

static void
hazard_destroy(void *policy)
{
	struct hazard *hazard;
	unsigned i;

	hazard = policy;
	if (hazard->limbo.zone != NULL)
		for (i = 0; i < hazard->cpu_count; i++)
			(void)limbo_free(&hazard->limbo, &hazard->cpu[i].list);
	limbo_fini(&hazard->limbo);
	kern_pages_free(hazard,
	    limbo_pages(sizeof(*hazard), sizeof(hazard->cpu[0])));
}

static void *
hazard_create(const struct policy_setup *setup)
{
	struct hazard *hazard;
	unsigned i;

	hazard = kern_pages_alloc(limbo_pages(sizeof(*hazard),
	    sizeof(hazard->cpu[0])), kern_domain());
	if (hazard == NULL)
		return (NULL);
	hazard->config = setup->config == NULL ? hazard_defaults :
	    *(const struct hazard_config *)setup->config;
	hazard->cpu_count = kern_cpu_count();
	for (i = 0; i < hazard->cpu_count; i++)
		hazard->cpu[i].next_scan = hazard->config.batch;
	if (!limbo_init(&hazard->limbo, "hazard", setup,
	    sizeof(struct limbo_link))) {
		hazard_destroy(hazard);
		return (NULL);
	}
	return (hazard);
}

static void
hazard_enter(void *policy)
{
	struct hazard *hazard;

	hazard = policy;
	kern_critical_enter();
	hazard->cpu[kern_cpu()].used = 0;
}

static void
hazard_exit(void *policy)
{
	struct hazard_cpu *cpu;
	struct hazard *hazard;
	uint64_t i, used;

	hazard = policy;
	cpu = &hazard->cpu[kern_cpu()];
	used = cpu->used < hazard->config.slots ? cpu->used :
	    hazard->config.slots;
	/*
	 * [H1] release, pairs with the acquire in hazard_gather().
	 * Claim   the last access through the pointer comes before.
	 * Breaks  the item is reused under it.
	 */
	for (i = 0; i < used; i++)
		atomic_store_explicit(&cpu->slot[i], NULL,
		    memory_order_release);
	kern_critical_exit();
}

static void *
hazard_load(void *policy, _Atomic(void *) *from)
{
	struct hazard_cpu *cpu;
	struct hazard *hazard;
	void *item, *again;
	uint64_t slot;

	hazard = policy;
	cpu = &hazard->cpu[kern_cpu()];
	item = atomic_load_explicit(from, memory_order_acquire);
	slot = cpu->used;
	while (item != NULL) {
		if (slot >= hazard->config.slots)
			slot = 0;	/* for all that it held, too */
		atomic_store_explicit(&cpu->slot[slot],
		    cpu->used < hazard->config.slots ? item :
		    (void *)&hazard_anything, memory_order_release);
		/*
		 * [H2] full fence, pairs with [H3].
		 * Claim   whoever frees the item after this load sees the slot.
		 * Breaks  it is reused while it is held.
		 * Mutant  hazard-load-no-fence
		 */
		atomic_thread_fence(memory_order_seq_cst);
		again = atomic_load_explicit(from, memory_order_acquire);
		if (again == item)
			break;
		item = again;
	}
	if (item != NULL)
		cpu->used++;
	else if (slot == cpu->used && slot < hazard->config.slots)
		atomic_store_explicit(&cpu->slot[slot], NULL,
		    memory_order_release);
	return (item);
}

/*
 * What this CPU has freed and nobody holds; in a critical section.  All slots
 * are read into `seen`, a few hundred at a time, and each item of the list is
 * looked up among them.
 */
static void
hazard_collect(struct hazard *hazard, struct hazard_cpu *cpu,
    struct limbo_list *ready)
{
	struct limbo_list held = { 0 };
	struct limbo_link *link;
	void *seen[HAZARD_SEEN], *item;
	unsigned from, count, i, slots;
	bool anything;

	slots = (unsigned)hazard->config.slots;
	/*
	 * [H3] full fence, pairs with [H2].
	 * Claim   the items are out of sight before the slots are read.
	 * Breaks  a slot is filled afterwards with an item that is reused.
	 */
	atomic_thread_fence(memory_order_seq_cst);
	limbo_append(ready, &cpu->list);
	from = 0;
	while (from < hazard->cpu_count * slots) {
		anything = false;
		for (count = 0; from < hazard->cpu_count * slots &&
		    count < HAZARD_SEEN; from++) {
			item = atomic_load_explicit(
			    &hazard->cpu[from / slots].slot[from % slots],
			    memory_order_acquire);
			anything = anything || item == &hazard_anything;
			if (item != NULL)
				seen[count++] = item;
		}
		if (anything) {
			limbo_append(&held, ready);
			break;
		}
		if (count == 0)
			continue;
		struct limbo_list rest = { 0 };
		while ((link = limbo_pop(ready)) != NULL) {
			item = limbo_item_of(&hazard->limbo, link);
			for (i = 0; i < count && seen[i] != item; i++)
				continue;
			limbo_push(i < count ? &held : &rest, link, 0);
		}
		*ready = rest;
	}
	cpu->polls++;
	cpu->fails += ready->head == NULL;
	limbo_append(&cpu->list, &held);
	/* No scan before there can be something new to find. */
	cpu->next_scan = cpu->list.count + hazard->config.batch;
}

static void
hazard_poll(struct hazard *hazard)
{
	struct limbo_list ready = { 0 };

	kern_critical_enter();
	hazard_collect(hazard, &hazard->cpu[kern_cpu()], &ready);
	kern_critical_exit();
	(void)limbo_free(&hazard->limbo, &ready);
}

static void *
hazard_alloc(void *policy)
{
	void *item;

	item = limbo_alloc(policy);
	if (item != NULL)
		return (item);
	hazard_poll(policy);
	return (limbo_alloc(policy));
}

static void
hazard_retire(void *policy, void *item)
{
	struct limbo_list ready = { 0 };
	struct hazard_cpu *cpu;
	struct hazard *hazard;

	hazard = policy;
	limbo_cached(&hazard->limbo, item);
	kern_critical_enter();
	cpu = &hazard->cpu[kern_cpu()];
	limbo_push(&cpu->list, limbo_link_of(&hazard->limbo, item), 0);
	kern_items(KERN_ITEMS_STAMPED, hazard, &item, 1, 0);
	if (cpu->list.count >= cpu->next_scan)
		hazard_collect(hazard, cpu, &ready);
	kern_critical_exit();
	if (ready.head != NULL)
		(void)limbo_free(&hazard->limbo, &ready);
}

/*
 * Nobody knows of sections here, only of what they hold: each slot has been
 * empty, or has changed, since the call.  A section that holds nothing is not
 * waited for; it has nothing to lose.
 */
static void
hazard_synchronize(void *policy)
{
	struct hazard *hazard;
	_Atomic(void *) *slot;
	uint64_t i;
	unsigned cpu;
	void *item;

	hazard = policy;
	kern_event(KERN_WAIT_BEGIN, hazard, 0, 0);
	atomic_thread_fence(memory_order_seq_cst);
	for (cpu = 0; cpu < hazard->cpu_count; cpu++)
		for (i = 0; i < hazard->config.slots; i++) {
			slot = &hazard->cpu[cpu].slot[i];
			item = atomic_load_explicit(slot,
			    memory_order_acquire);
			while (item != NULL && atomic_load_explicit(slot,
			    memory_order_acquire) == item)
				kern_spin();
		}
	kern_event(KERN_WAIT_END, hazard, 0, 0);
}

static void
hazard_reclaim(void *policy, enum policy_reclaim how)
{

	hazard_poll(policy);
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
hazard_census(const void *policy, struct policy_census *census)
{
	const struct hazard *hazard;
	unsigned i;

	hazard = policy;
	limbo_census(policy, census);
	for (i = 0; i < hazard->cpu_count; i++)
		census->items_cached += hazard->cpu[i].list.count;
}

static KERN_UNSEEN void
hazard_counters(const void *policy, struct policy_counters *counters)
{
	const struct hazard *hazard;
	unsigned i;

	hazard = policy;
	*counters = (struct policy_counters){ 0 };
	for (i = 0; i < hazard->cpu_count; i++) {
		counters->poll += hazard->cpu[i].polls;
		counters->poll_fail += hazard->cpu[i].fails;
	}
	counters->poll_scan = counters->poll;
}

const struct policy_def policy_hazard = {
	.part = {
		.name = "hazard",
		.about = "Hazard pointers: bounded memory, a fence for each load, only for items found from roots.",
		.source = "M. Michael, IEEE TPDS 15 (2004)",
		.knobs = hazard_knobs,
		.knob_count = sizeof(hazard_knobs) / sizeof(hazard_knobs[0]),
		.config_bytes = sizeof(struct hazard_config),
	},
	.safe = true,
	.links = true,
	.rooted = true,
	.by_item = true,
	.create = hazard_create,
	.destroy = hazard_destroy,
	.enter = hazard_enter,
	.exit = hazard_exit,
	.load = hazard_load,
	.alloc = hazard_alloc,
	.retire = hazard_retire,
	.discard = limbo_discard,
	.synchronize = hazard_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = hazard_reclaim,
	.census = hazard_census,
	.counters = hazard_counters,
};
