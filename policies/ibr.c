/*
 * Interval-based reclamation: items and sections have lifetimes, and an item is
 * kept while some section's lifetime meets its own.
 *
 * Model       a global era moves on every `era_every` allocations of a CPU. An
 *             item remembers the eras in which it was allocated and freed.  A
 *             section announces an interval of eras: it begins with the era of
 *             entering, and a load that finds the era moved on extends it and
 *             loads again.  A CPU that has freed `batch` items collects all
 *             intervals, and reuses what meets none.
 * Guarantees  bounded: a section that stays open keeps only items that were
 *             allocated up to the end of its interval, and those are no more
 *             than were in use then, and the allocations of one era:
 *             live + N * era_every, for N CPUs; and N batches.
 * Limits      only for pointers that are found from outside of items (rooted),
 *             as hazard pointers.  Each item is larger by two eras.
 * Source      Wen, Izraelevitz, Cai, Beadle, Scott, PPoPP 2018 (2GE-IBR);
 *             eras of items after Ramalhete and Correia, SPAA 2017.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "policies/limbo.h"

enum { IBR_SEEN = 128 };

struct ibr_config {
	uint64_t era_every;
	uint64_t batch;
};

static const struct ibr_config ibr_defaults = { .era_every = 64, .batch = 64 };

static const struct knob ibr_knobs[] = {
	{ "era_every", KNOB_COUNT, offsetof(struct ibr_config, era_every),
	    "1", "1000000", "64", NULL,
	    "allocations of a CPU after which the era moves on" },
	{ "batch", KNOB_COUNT, offsetof(struct ibr_config, batch), "1",
	    "1000000", "64", NULL, "freed items of a CPU before it looks at "
	    "everybody's intervals" },
};

/* Behind each item; the stamp of its link is the era of being freed. */
struct ibr_link {
	struct limbo_link link;
	uint64_t birth;
};

struct ibr_cpu {
	/* 0: no section is open. */
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) lower;
	_Atomic(uint64_t) upper;
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
	uint64_t next_scan;
	uint64_t allocs;
	uint64_t polls;
	uint64_t fails;
};

struct ibr {
	struct limbo limbo;
	struct ibr_config config;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) era;
	_Alignas(2 * KERN_LINE_SIZE) struct ibr_cpu cpu[];
};

static void
ibr_destroy(void *policy)
{
	struct ibr *ibr;
	unsigned i;

	ibr = policy;
	if (ibr->limbo.zone != NULL)
		for (i = 0; i < ibr->cpu_count; i++)
			(void)limbo_free(&ibr->limbo, &ibr->cpu[i].list);
	limbo_fini(&ibr->limbo);
	kern_pages_free(ibr, limbo_pages(sizeof(*ibr), sizeof(ibr->cpu[0])));
}

static void *
ibr_create(const struct policy_setup *setup)
{
	struct ibr *ibr;
	unsigned i;

	ibr = kern_pages_alloc(limbo_pages(sizeof(*ibr), sizeof(ibr->cpu[0])),
	    kern_domain());
	if (ibr == NULL)
		return (NULL);
	ibr->config = setup->config == NULL ? ibr_defaults :
	    *(const struct ibr_config *)setup->config;
	ibr->cpu_count = kern_cpu_count();
	for (i = 0; i < ibr->cpu_count; i++)
		ibr->cpu[i].next_scan = ibr->config.batch;
	atomic_init(&ibr->era, 1);
	if (!limbo_init(&ibr->limbo, "ibr", setup, sizeof(struct ibr_link))) {
		ibr_destroy(ibr);
		return (NULL);
	}
	return (ibr);
}

static struct ibr_link *
ibr_link_of(const struct ibr *ibr, void *item)
{

	return ((struct ibr_link *)(void *)limbo_link_of(&ibr->limbo, item));
}

static void
ibr_enter(void *policy)
{
	struct ibr_cpu *cpu;
	struct ibr *ibr;
	uint64_t era;

	ibr = policy;
	kern_critical_enter();
	cpu = &ibr->cpu[kern_cpu()];
	era = atomic_load_explicit(&ibr->era, memory_order_acquire);
	/* Whoever sees the lower end sees an upper end that is not older. */
	atomic_store_explicit(&cpu->upper, era, memory_order_release);
	atomic_store_explicit(&cpu->lower, era, memory_order_release);
	/*
	 * [I1] full fence, pairs with [I3].
	 * Claim   whoever frees an item that this section loads sees the
	 *         interval.
	 * Breaks  the item is reused while it is held.
	 * Mutant  ibr-enter-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
ibr_exit(void *policy)
{
	struct ibr *ibr;

	ibr = policy;
	/*
	 * [I2] release, pairs with the acquire in ibr_collect().
	 * Claim   the section's last access comes before it is over.
	 * Breaks  the item is reused under it.
	 */
	atomic_store_explicit(&ibr->cpu[kern_cpu()].lower, 0,
	    memory_order_release);
	kern_critical_exit();
}

static void *
ibr_load(void *policy, _Atomic(void *) *from)
{
	struct ibr_cpu *cpu;
	struct ibr *ibr;
	uint64_t era;
	void *item;

	ibr = policy;
	cpu = &ibr->cpu[kern_cpu()];
	for (;;) {
		item = atomic_load_explicit(from, memory_order_acquire);
		/* Not older than the one in which the item was allocated. */
		era = atomic_load_explicit(&ibr->era, memory_order_acquire);
		if (era == atomic_load_explicit(&cpu->upper,
		    memory_order_relaxed))
			return (item);
		atomic_store_explicit(&cpu->upper, era, memory_order_release);
		/* [I4] full fence, pairs with [I3]; as [I1]. */
		atomic_thread_fence(memory_order_seq_cst);
	}
}

static bool
ibr_meets(const struct ibr_link *link, const uint64_t (*seen)[2],
    unsigned count)
{
	unsigned i;

	for (i = 0; i < count; i++)
		if (link->birth <= seen[i][1] && link->link.stamp >= seen[i][0])
			return (true);
	return (false);
}

/* What this CPU has freed and no section can hold; in a critical section. */
static void
ibr_collect(struct ibr *ibr, struct ibr_cpu *cpu, struct limbo_list *ready)
{
	struct limbo_list held = { 0 }, rest;
	uint64_t seen[IBR_SEEN][2];
	struct limbo_link *link;
	unsigned count, from;

	/*
	 * [I3] full fence, pairs with [I1] and [I4].
	 * Claim   the items are out of sight before the intervals are read.
	 * Breaks  a section begins unseen and finds one.
	 */
	atomic_thread_fence(memory_order_seq_cst);
	limbo_append(ready, &cpu->list);
	for (from = 0; from < ibr->cpu_count;) {
		for (count = 0; from < ibr->cpu_count && count < IBR_SEEN;
		    from++) {
			seen[count][0] = atomic_load_explicit(
			    &ibr->cpu[from].lower, memory_order_acquire);
			seen[count][1] = atomic_load_explicit(
			    &ibr->cpu[from].upper, memory_order_acquire);
			if (seen[count][0] != 0)
				count++;
		}
		if (count == 0)
			continue;
		rest = (struct limbo_list){ 0 };
		while ((link = limbo_pop(ready)) != NULL)
			limbo_push(ibr_meets((struct ibr_link *)(void *)link,
			    (const uint64_t (*)[2])seen, count) ? &held :
			    &rest, link, link->stamp);
		*ready = rest;
	}
	cpu->polls++;
	cpu->fails += ready->head == NULL;
	limbo_append(&cpu->list, &held);
	cpu->next_scan = cpu->list.count + ibr->config.batch;
}

static void
ibr_poll(struct ibr *ibr)
{
	struct limbo_list ready = { 0 };

	kern_critical_enter();
	ibr_collect(ibr, &ibr->cpu[kern_cpu()], &ready);
	kern_critical_exit();
	(void)limbo_free(&ibr->limbo, &ready);
}

static void *
ibr_alloc(void *policy)
{
	struct ibr_cpu *cpu;
	struct ibr *ibr;
	void *item;

	ibr = policy;
	item = limbo_alloc(policy);
	if (item == NULL) {
		ibr_poll(ibr);
		item = limbo_alloc(policy);
		if (item == NULL)
			return (NULL);
	}
	kern_critical_enter();
	cpu = &ibr->cpu[kern_cpu()];
	if (++cpu->allocs % ibr->config.era_every == 0)
		(void)atomic_fetch_add_explicit(&ibr->era, 1,
		    memory_order_acq_rel);
	ibr_link_of(ibr, item)->birth = atomic_load_explicit(&ibr->era,
	    memory_order_acquire);
	kern_critical_exit();
	return (item);
}

static void
ibr_retire(void *policy, void *item)
{
	struct limbo_list ready = { 0 };
	struct ibr_cpu *cpu;
	struct ibr *ibr;
	uint64_t era;

	ibr = policy;
	limbo_cached(&ibr->limbo, item);
	kern_critical_enter();
	cpu = &ibr->cpu[kern_cpu()];
	/* [I5] full fence: the era of being freed is read after the unlink. */
	atomic_thread_fence(memory_order_seq_cst);
	era = atomic_load_explicit(&ibr->era, memory_order_acquire);
	limbo_push(&cpu->list, limbo_link_of(&ibr->limbo, item), era);
	kern_items(KERN_ITEMS_STAMPED, ibr, &item, 1, era);
	if (cpu->list.count >= cpu->next_scan)
		ibr_collect(ibr, cpu, &ready);
	kern_critical_exit();
	if (ready.head != NULL)
		(void)limbo_free(&ibr->limbo, &ready);
}

/* Each CPU's section has ended, or there was none: an era of its own tells. */
static void
ibr_synchronize(void *policy)
{
	struct ibr *ibr;
	uint64_t era, lower;
	unsigned i;

	ibr = policy;
	kern_event(KERN_WAIT_BEGIN, ibr, 0, 0);
	era = atomic_fetch_add_explicit(&ibr->era, 1, memory_order_seq_cst) + 1;
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < ibr->cpu_count; i++)
		for (;;) {
			lower = atomic_load_explicit(&ibr->cpu[i].lower,
			    memory_order_acquire);
			if (lower == 0 || lower >= era)
				break;
			kern_spin();
		}
	kern_event(KERN_WAIT_END, ibr, 0, 0);
}

static void
ibr_reclaim(void *policy, enum policy_reclaim how)
{

	ibr_poll(policy);
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
ibr_census(const void *policy, struct policy_census *census)
{
	const struct ibr *ibr;
	unsigned i;

	ibr = policy;
	limbo_census(policy, census);
	for (i = 0; i < ibr->cpu_count; i++)
		census->items_cached += ibr->cpu[i].list.count;
}

static KERN_UNSEEN void
ibr_counters(const void *policy, struct policy_counters *counters)
{
	const struct ibr *ibr;
	unsigned i;

	ibr = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&ibr->era,
	    memory_order_relaxed) - 1;
	for (i = 0; i < ibr->cpu_count; i++) {
		counters->poll += ibr->cpu[i].polls;
		counters->poll_fail += ibr->cpu[i].fails;
	}
	counters->poll_scan = counters->poll;
}

const struct policy_def policy_ibr = {
	.part = {
		.name = "ibr",
		.about = "Interval-based reclamation: bounded memory by eras, only for items found from roots.",
		.source = "Wen et al., PPoPP 2018; Ramalhete, Correia, SPAA 2017",
		.knobs = ibr_knobs,
		.knob_count = sizeof(ibr_knobs) / sizeof(ibr_knobs[0]),
		.config_bytes = sizeof(struct ibr_config),
	},
	.safe = true,
	.links = true,
	.rooted = true,
	.by_item = true,
	.create = ibr_create,
	.destroy = ibr_destroy,
	.enter = ibr_enter,
	.exit = ibr_exit,
	.load = ibr_load,
	.alloc = ibr_alloc,
	.retire = ibr_retire,
	.discard = limbo_discard,
	.synchronize = ibr_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = ibr_reclaim,
	.census = ibr_census,
	.counters = ibr_counters,
};
