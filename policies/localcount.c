/*
 * NetBSD's localcount(9): references counted on each CPU, and gathered by
 * whoever drains.
 *
 * Model       each item has a counter for each CPU behind it.  A load is a short
 *             pserialize(9) section that adds one to the item's counter of this
 *             CPU; the end of the workload's section takes it away.  A section
 *             that wants more than `slots` references stays in its pserialize
 *             section until it is over.  A free interrupts all CPUs, so that
 *             nobody is between a load and its count, and then again, so that
 *             each adds its counter to a total and clears it, until the total
 *             is zero.
 * Guarantees  an item is reused at once when its last reference is gone, and
 *             what is kept is kept by those who free.
 * Limits      eight bytes for each item and CPU; each free takes two broadcasts,
 *             and more while the item is in use.  A release does not wake who
 *             drains, as it does in NetBSD: that one gathers again, with the
 *             item's counters as they then are.  Only for pointers that are
 *             found from outside of items (rooted).  Sections keep their CPU
 *             here, where those of NetBSD may sleep and move.
 * Source      NetBSD sys/kern/subr_localcount.c @ 1a02a7de9b23, localcount(9).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/broadcast.h"
#include "policies/limbo.h"

enum { LOCALCOUNT_SLOTS_MAX = 64 };

struct localcount_config {
	uint64_t slots;
};

static const struct knob localcount_knobs[] = {
	{ "slots", KNOB_COUNT, offsetof(struct localcount_config, slots), "1",
	    "64", "16", NULL, "references that a section can have" },
};

/* Behind each item; of one CPU, with its calls off, but for the total. */
struct localcount_link {
	_Atomic(int64_t) total;
	int64_t count[];
};

struct localcount_cpu {
	_Alignas(2 * KERN_LINE_SIZE) uint64_t held;
	void *item[LOCALCOUNT_SLOTS_MAX];
	bool full;		/* ... and its calls stay off */
};

struct localcount {
	struct limbo limbo;
	uint64_t slots;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct broadcast broadcast;
	struct mutex asking;		/* for `answer` */
	_Atomic(unsigned) answer;
	_Alignas(2 * KERN_LINE_SIZE) struct localcount_cpu cpu[];
};

static struct localcount_link *
localcount_link_of(const struct localcount *local, void *item)
{

	return ((struct localcount_link *)(void *)
	    ((unsigned char *)item + local->limbo.offset));
}

static void
localcount_destroy(void *policy)
{
	struct localcount *local;

	local = policy;
	limbo_fini(&local->limbo);
	broadcast_fini(&local->broadcast);
	mutex_fini(&local->asking);
	kern_pages_free(local,
	    limbo_pages(sizeof(*local), sizeof(local->cpu[0])));
}

static void *
localcount_create(const struct policy_setup *setup)
{
	struct localcount *local;

	local = kern_pages_alloc(limbo_pages(sizeof(*local),
	    sizeof(local->cpu[0])), kern_domain());
	if (local == NULL)
		return (NULL);
	local->slots = setup->config == NULL ? 16 :
	    ((const struct localcount_config *)setup->config)->slots;
	local->cpu_count = kern_cpu_count();
	broadcast_init(&local->broadcast);
	mutex_init(&local->asking);
	if (!limbo_init(&local->limbo, "localcount", setup,
	    sizeof(struct localcount_link) +
	    local->cpu_count * sizeof(int64_t))) {
		localcount_destroy(local);
		return (NULL);
	}
	return (local);
}

static void
localcount_enter(void *policy)
{

	(void)policy;
	kern_critical_enter();
}

static void *
localcount_load(void *policy, _Atomic(void *) *from)
{
	struct localcount_cpu *cpu;
	struct localcount *local;
	unsigned index;
	void *item;

	local = policy;
	kern_calls_off();
	index = kern_cpu();
	cpu = &local->cpu[index];
	item = atomic_load_explicit(from, memory_order_acquire);
	if (item != NULL && cpu->held < local->slots) {
		localcount_link_of(local, item)->count[index]++;
		cpu->item[cpu->held++] = item;
	} else if (item != NULL && !cpu->full) {
		cpu->full = true;
		return (item);
	}
	kern_calls_on();
	return (item);
}

static void
localcount_exit(void *policy)
{
	struct localcount_cpu *cpu;
	struct localcount *local;
	unsigned index;

	local = policy;
	kern_calls_off();
	index = kern_cpu();
	cpu = &local->cpu[index];
	while (cpu->held > 0)
		localcount_link_of(local,
		    cpu->item[--cpu->held])->count[index]--;
	if (cpu->full) {
		cpu->full = false;
		kern_calls_on();
	}
	kern_calls_on();
	kern_critical_exit();
}

/* An interrupt's handler: this CPU's counter goes to the total. */
static void
localcount_gather(void *argument)
{
	struct localcount_link *link;
	unsigned index;

	link = argument;
	index = kern_cpu();
	if (link->count[index] == 0)
		return;
	(void)atomic_fetch_add_explicit(&link->total, link->count[index],
	    memory_order_relaxed);
	link->count[index] = 0;
}

static void
localcount_retire(void *policy, void *item)
{
	struct localcount_link *link;
	struct localcount *local;

	local = policy;
	limbo_cached(&local->limbo, item);
	link = localcount_link_of(local, item);
	kern_event(KERN_WAIT_BEGIN, local, 0, 0);
	/* Who has loaded the pointer has counted it by the end of this. */
	broadcast_all(&local->broadcast, NULL, NULL);
	for (;;) {
		broadcast_all(&local->broadcast, localcount_gather, link);
		if (atomic_load_explicit(&link->total,
		    memory_order_relaxed) == 0)
			break;
		kern_spin();
	}
	kern_event(KERN_WAIT_END, local, 0, 0);
	kern_items(KERN_ITEMS_KNOWN, local, &item, 1, 0);
	limbo_discard(local, item);
}

/* Memory that was another item's may have any counters. */
static void *
localcount_alloc(void *policy)
{
	struct localcount_link *link;
	struct localcount *local;
	unsigned i;
	void *item;

	local = policy;
	item = limbo_alloc(policy);
	if (item == NULL)
		return (NULL);
	link = localcount_link_of(local, item);
	atomic_store_explicit(&link->total, 0, memory_order_relaxed);
	for (i = 0; i < local->cpu_count; i++)
		link->count[i] = 0;
	return (item);
}

/* An interrupt's handler: 1 where this CPU has references, else 2. */
static void
localcount_none(void *argument)
{
	struct localcount *local;

	local = argument;
	atomic_store_explicit(&local->answer,
	    local->cpu[kern_cpu()].held != 0 ? 1 : 2, memory_order_release);
}

/* Each CPU has had no references, one after another. */
static void
localcount_synchronize(void *policy)
{
	struct localcount *local;
	unsigned i, answer;

	local = policy;
	kern_event(KERN_WAIT_BEGIN, local, 0, 0);
	mutex_lock(&local->asking);
	for (i = 0; i < local->cpu_count; i++)
		do {
			atomic_store_explicit(&local->answer, 0,
			    memory_order_relaxed);
			kern_cross_call(i, localcount_none, local);
			while ((answer = atomic_load_explicit(&local->answer,
			    memory_order_acquire)) == 0)
				kern_spin();
		} while (answer == 1);
	mutex_unlock(&local->asking);
	kern_event(KERN_WAIT_END, local, 0, 0);
}

static KERN_UNSEEN void
localcount_counters(const void *policy, struct policy_counters *counters)
{
	const struct localcount *local;

	local = policy;
	*counters = (struct policy_counters){ 0 };
	counters->poll_scan = atomic_load_explicit(&local->broadcast.count,
	    memory_order_relaxed);
	counters->poll = counters->poll_scan;
}

const struct policy_def policy_localcount = {
	.part = {
		.name = "localcount",
		.about = "NetBSD localcount(9): a counter for each item and CPU, gathered by frees, only for items found from roots.",
		.source = "NetBSD sys/kern/subr_localcount.c @ 1a02a7de9b23",
		.knobs = localcount_knobs,
		.knob_count =
		    sizeof(localcount_knobs) / sizeof(localcount_knobs[0]),
		.config_bytes = sizeof(struct localcount_config),
	},
	.safe = true,
	.links = true,
	.rooted = true,
	.by_item = true,
	.waits = true,
	.create = localcount_create,
	.destroy = localcount_destroy,
	.enter = localcount_enter,
	.exit = localcount_exit,
	.load = localcount_load,
	.alloc = localcount_alloc,
	.retire = localcount_retire,
	.discard = limbo_discard,
	.synchronize = localcount_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = limbo_census,
	.counters = localcount_counters,
};
