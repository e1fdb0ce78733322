/*
 * Epoch-based reclamation with three generations, the classic.
 *
 * Model       a global epoch; each CPU announces the epoch in which its section
 *             began, or that it has none.  A freed item goes to the CPU's list
 *             of the present epoch.  Every `advance_every` frees a CPU looks at
 *             all others: if nobody announces another epoch than the present
 *             one, the epoch moves on.  What was freed two epochs ago is safe.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits, and reuse comes about two
 *             changes of the epoch after the free.
 * Limits      one section that stays open stops the epoch after one step, and
 *             memory grows without bound.  A CPU that frees no more keeps its
 *             lists; so do items that wait for the next look.
 * Source      K. Fraser, Practical lock-freedom, UCAM-CL-TR-579 (2004), 5.2.3;
 *             T. Hart et al., JPDC 67 (2007).  The epoch is a counter and not
 *             taken modulo 3, so that a waiter cannot miss a whole turn.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "policies/limbo.h"

enum { EBR_GENERATIONS = 3, EBR_FIRST = 4 };

struct ebr_config {
	uint64_t advance_every;
};

static const struct knob ebr_knobs[] = {
	{ "advance_every", KNOB_COUNT,
	    offsetof(struct ebr_config, advance_every), "1", "1000000", "64",
	    NULL, "frees of a CPU after which it tries to move the epoch" },
};

struct ebr_cpu {
	/* epoch * 2 + 1 in a section, 0 outside. */
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) word;
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list[EBR_GENERATIONS];
	uint64_t epoch[EBR_GENERATIONS];	/* of the list */
	uint64_t frees;
	uint64_t polls;
	uint64_t fails;
};

struct ebr {
	struct limbo limbo;
	uint64_t advance_every;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) epoch;
	_Alignas(2 * KERN_LINE_SIZE) struct ebr_cpu cpu[];
};

static void
ebr_destroy(void *policy)
{
	struct ebr *ebr;
	unsigned i, j;

	ebr = policy;
	if (ebr->limbo.zone != NULL)
		for (i = 0; i < ebr->cpu_count; i++)
			for (j = 0; j < EBR_GENERATIONS; j++)
				(void)limbo_free(&ebr->limbo,
				    &ebr->cpu[i].list[j]);
	limbo_fini(&ebr->limbo);
	kern_pages_free(ebr, limbo_pages(sizeof(*ebr), sizeof(ebr->cpu[0])));
}

static void *
ebr_create(const struct policy_setup *setup)
{
	const struct ebr_config *config;
	struct ebr *ebr;

	ebr = kern_pages_alloc(limbo_pages(sizeof(*ebr), sizeof(ebr->cpu[0])),
	    kern_domain());
	if (ebr == NULL)
		return (NULL);
	config = setup->config;
	ebr->advance_every = config == NULL ? 64 : config->advance_every;
	ebr->cpu_count = kern_cpu_count();
	atomic_init(&ebr->epoch, EBR_FIRST);
	if (!limbo_init(&ebr->limbo, "ebr", setup,
	    sizeof(struct limbo_link))) {
		ebr_destroy(ebr);
		return (NULL);
	}
	return (ebr);
}

static void
ebr_enter(void *policy)
{
	struct ebr_cpu *cpu;
	struct ebr *ebr;
	uint64_t epoch;

	ebr = policy;
	kern_critical_enter();
	cpu = &ebr->cpu[kern_cpu()];
	epoch = atomic_load_explicit(&ebr->epoch, memory_order_relaxed);
	atomic_store_explicit(&cpu->word, epoch * 2 + 1, memory_order_relaxed);
	/*
	 * [E1] full fence, pairs with [E3] and [E4].
	 * Claim   either the one who frees sees this section, or the section
	 *         sees that the item is no longer linked.
	 * Breaks  the epoch moves twice under a reader that holds the item.
	 * Mutant  ebr-enter-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
ebr_exit(void *policy)
{
	struct ebr *ebr;

	ebr = policy;
	/*
	 * [E2] release, pairs with the acquire in ebr_advance().
	 * Claim   the section's last access comes before it is over.
	 * Breaks  the item is reused under it.
	 */
	atomic_store_explicit(&ebr->cpu[kern_cpu()].word, 0,
	    memory_order_release);
	kern_critical_exit();
}

/* Moves the epoch if all sections have begun in it; the epoch as it is now. */
static uint64_t
ebr_advance(struct ebr *ebr)
{
	uint64_t epoch, word;
	unsigned i;

	epoch = atomic_load_explicit(&ebr->epoch, memory_order_acquire);
	/* [E3] full fence, pairs with [E1]; see there. */
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < ebr->cpu_count; i++) {
		word = atomic_load_explicit(&ebr->cpu[i].word,
		    memory_order_acquire);
		if (word != 0 && word != epoch * 2 + 1)
			return (epoch);
	}
	if (atomic_compare_exchange_strong_explicit(&ebr->epoch, &epoch,
	    epoch + 1, memory_order_acq_rel, memory_order_acquire))
		epoch++;
	return (epoch);
}

/* Takes what is two epochs old; in a critical section. */
static void
ebr_collect(struct ebr_cpu *cpu, uint64_t epoch, struct limbo_list *ready)
{
	unsigned i;

	for (i = 0; i < EBR_GENERATIONS; i++)
		if (cpu->epoch[i] + 2 <= epoch)
			limbo_append(ready, &cpu->list[i]);
}

/* Tries to move the epoch, and frees what this CPU may free. */
static void
ebr_poll(struct ebr *ebr)
{
	struct limbo_list ready = { 0 };
	struct ebr_cpu *cpu;
	uint64_t before, epoch;

	kern_critical_enter();
	cpu = &ebr->cpu[kern_cpu()];
	before = atomic_load_explicit(&ebr->epoch, memory_order_relaxed);
	epoch = ebr_advance(ebr);
	cpu->polls++;
	cpu->fails += epoch == before;
	ebr_collect(cpu, epoch, &ready);
	kern_critical_exit();
	(void)limbo_free(&ebr->limbo, &ready);
}

static void *
ebr_alloc(void *policy)
{
	void *item;

	item = limbo_alloc(policy);
	if (item != NULL)
		return (item);
	ebr_poll(policy);
	return (limbo_alloc(policy));
}

static void
ebr_retire(void *policy, void *item)
{
	struct limbo_list ready = { 0 };
	struct ebr_cpu *cpu;
	struct ebr *ebr;
	uint64_t epoch;
	unsigned slot;
	bool due;

	ebr = policy;
	limbo_cached(&ebr->limbo, item);
	kern_critical_enter();
	cpu = &ebr->cpu[kern_cpu()];
	/*
	 * [E4] full fence, pairs with [E1].
	 * Claim   no section that may hold the item began in a later epoch than
	 *         the one that is read next.
	 * Breaks  the item is filed under an epoch that is too old.
	 */
	atomic_thread_fence(memory_order_seq_cst);
	epoch = atomic_load_explicit(&ebr->epoch, memory_order_acquire);
	slot = (unsigned)(epoch % EBR_GENERATIONS);
	/* What is three epochs old makes room. */
	if (cpu->epoch[slot] != epoch)
		limbo_append(&ready, &cpu->list[slot]);
	cpu->epoch[slot] = epoch;
	limbo_push(&cpu->list[slot], limbo_link_of(&ebr->limbo, item), 0);
	due = ++cpu->frees % ebr->advance_every == 0;
	kern_items(KERN_ITEMS_STAMPED, ebr, &item, 1, epoch);
	kern_critical_exit();
	if (ready.head != NULL)
		(void)limbo_free(&ebr->limbo, &ready);
	if (due)
		ebr_poll(ebr);
}

static void
ebr_synchronize(void *policy)
{
	struct ebr *ebr;
	uint64_t goal;

	ebr = policy;
	kern_event(KERN_WAIT_BEGIN, ebr, 0, 0);
	atomic_thread_fence(memory_order_seq_cst);
	goal = atomic_load_explicit(&ebr->epoch, memory_order_acquire) + 2;
	while (ebr_advance(ebr) < goal)
		kern_spin();
	kern_event(KERN_WAIT_END, ebr, 0, 0);
}

static void
ebr_reclaim(void *policy, enum policy_reclaim how)
{

	ebr_poll(policy);
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
ebr_census(const void *policy, struct policy_census *census)
{
	const struct ebr *ebr;
	unsigned i, j;

	ebr = policy;
	limbo_census(policy, census);
	for (i = 0; i < ebr->cpu_count; i++)
		for (j = 0; j < EBR_GENERATIONS; j++)
			census->items_cached += ebr->cpu[i].list[j].count;
}

static KERN_UNSEEN void
ebr_counters(const void *policy, struct policy_counters *counters)
{
	const struct ebr *ebr;
	unsigned i;

	ebr = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&ebr->epoch,
	    memory_order_relaxed) - EBR_FIRST;
	for (i = 0; i < ebr->cpu_count; i++) {
		counters->poll += ebr->cpu[i].polls;
		counters->poll_fail += ebr->cpu[i].fails;
	}
	counters->poll_scan = counters->poll;
}

/* Nobody announces an epoch to come. */
static KERN_UNSEEN const char *
ebr_audit(const void *policy)
{
	const struct ebr *ebr;
	uint64_t epoch;
	unsigned i;

	ebr = policy;
	epoch = atomic_load_explicit(&ebr->epoch, memory_order_relaxed);
	for (i = 0; i < ebr->cpu_count; i++)
		if (atomic_load_explicit(&ebr->cpu[i].word,
		    memory_order_relaxed) > epoch * 2 + 1)
			return ("ebr: a section is ahead of the epoch");
	return (NULL);
}

const struct policy_def policy_ebr = {
	.part = {
		.name = "ebr",
		.about = "Epoch-based reclamation, three generations; not bounded where a reader stalls.",
		.source = "K. Fraser, UCAM-CL-TR-579 (2004), 5.2.3",
		.knobs = ebr_knobs,
		.knob_count = sizeof(ebr_knobs) / sizeof(ebr_knobs[0]),
		.config_bytes = sizeof(struct ebr_config),
	},
	.safe = true,
	.links = true,
	.create = ebr_create,
	.destroy = ebr_destroy,
	.enter = ebr_enter,
	.exit = ebr_exit,
	.alloc = ebr_alloc,
	.retire = ebr_retire,
	.discard = limbo_discard,
	.synchronize = ebr_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = ebr_reclaim,
	.census = ebr_census,
	.counters = ebr_counters,
	.audit = ebr_audit,
};
