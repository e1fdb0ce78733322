/*
 * GUS with the cycle counter for its write sequence: what remains of the core
 * when advancing costs no shared write.
 *
 * Model       entering stores the time in the CPU's word, leaving clears it.  A
 *             CPU's freed items are kept in batches; a full one is dated: that
 *             is its goal.  A poll compares the goal with the shared read
 *             sequence `rd`, and where that does not do, it scans: rd becomes
 *             the time before the scan, or the oldest word if that is older.
 *             So one scan serves every older goal of every CPU, as in GUS.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits.
 * Limits      needs a counter that is one clock for all CPUs, read in order with
 *             the accesses around it (so it is promised up to tso, as parsec.c
 *             is), and pays for reading it on each entry.  Memory grows without
 *             bound while a section stays open.  A CPU that frees no more keeps
 *             its batches.  Under lists, not under a zone with buckets: see
 *             limbo.h.
 * Source      FreeBSD sys/kern/subr_smr.c for the algorithm; the counter as a
 *             clock after Parsec, gwsystems/ps (which proposes the reverse).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/limbo.h"

struct tsc_config {
	uint64_t batch;
};

static const struct knob tsc_knobs[] = {
	{ "batch", KNOB_COUNT, offsetof(struct tsc_config, batch), "1",
	    "1000000", "64", NULL, "frees of a CPU that share one goal" },
};

struct tsc_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) time;	/* 0: outside */
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list open;
	struct limbo_list waiting;	/* batches with their goals */
	uint64_t goals;
	uint64_t polls;
	uint64_t scans;
	uint64_t fails;
};

struct tsc {
	struct limbo limbo;
	uint64_t batch;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) rd;
	_Alignas(2 * KERN_LINE_SIZE) struct tsc_cpu cpu[];
};

static void
tsc_destroy(void *policy)
{
	struct tsc *tsc;
	unsigned i;

	tsc = policy;
	if (tsc->limbo.zone != NULL)
		for (i = 0; i < tsc->cpu_count; i++) {
			(void)limbo_free(&tsc->limbo, &tsc->cpu[i].open);
			(void)limbo_free(&tsc->limbo, &tsc->cpu[i].waiting);
		}
	limbo_fini(&tsc->limbo);
	kern_pages_free(tsc, limbo_pages(sizeof(*tsc), sizeof(tsc->cpu[0])));
}

static void *
tsc_create(const struct policy_setup *setup)
{
	struct tsc *tsc;

	tsc = kern_pages_alloc(limbo_pages(sizeof(*tsc), sizeof(tsc->cpu[0])),
	    kern_domain());
	if (tsc == NULL)
		return (NULL);
	tsc->batch = setup->config == NULL ? 64 :
	    ((const struct tsc_config *)setup->config)->batch;
	tsc->cpu_count = kern_cpu_count();
	if (!limbo_init(&tsc->limbo, "tsc", setup,
	    sizeof(struct limbo_link))) {
		tsc_destroy(tsc);
		return (NULL);
	}
	return (tsc);
}

static void
tsc_enter(void *policy)
{
	struct tsc *tsc;

	tsc = policy;
	kern_critical_enter();
	atomic_store_explicit(&tsc->cpu[kern_cpu()].time, kern_cycles(),
	    memory_order_relaxed);
	/*
	 * [C1] full fence, pairs with [C3].
	 * Claim   a scan that misses this section has what was unlinked before
	 *         it seen by the section.
	 * Breaks  rd passes a section that holds an item.
	 * Mutant  tsc-enter-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
tsc_exit(void *policy)
{
	struct tsc *tsc;

	tsc = policy;
	/* [C2] release: the last access comes before the section is over. */
	atomic_store_explicit(&tsc->cpu[kern_cpu()].time, 0,
	    memory_order_release);
	kern_critical_exit();
}

/* All sections that began before the result are over. */
static uint64_t
tsc_scan(struct tsc *tsc)
{
	uint64_t least, time, rd;
	unsigned i;

	/* Before the words: who enters unseen enters after this. */
	least = kern_cycles();
	/* [C3] full fence, pairs with [C1]; see there. */
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < tsc->cpu_count; i++) {
		time = atomic_load_explicit(&tsc->cpu[i].time,
		    memory_order_acquire);
		if (time != 0 && time < least)
			least = time;
	}
	rd = atomic_load_explicit(&tsc->rd, memory_order_acquire);
	while (rd < least && !atomic_compare_exchange_weak_explicit(&tsc->rd,
	    &rd, least, memory_order_acq_rel, memory_order_acquire))
		continue;
	return (rd < least ? least : rd);
}

/* Frees the CPU's batches that are safe, and closes the one that is open. */
static void
tsc_poll(struct tsc *tsc)
{
	struct limbo_list ready = { 0 };
	struct tsc_cpu *cpu;
	uint64_t goal, rd;

	kern_critical_enter();
	cpu = &tsc->cpu[kern_cpu()];
	if (cpu->waiting.head != NULL) {
		cpu->polls++;
		rd = atomic_load_explicit(&tsc->rd, memory_order_acquire);
		if (cpu->waiting.head->stamp > rd) {
			cpu->scans++;
			rd = tsc_scan(tsc);
		}
		limbo_ready(&cpu->waiting, rd, &ready);
		cpu->fails += ready.head == NULL;
	}
	if (cpu->open.head != NULL) {
		/* [C4] full fence: the items are out of sight by their date. */
		atomic_thread_fence(memory_order_seq_cst);
		/* A section of the same instant may have begun before. */
		goal = kern_cycles() + 1;
		cpu->goals++;
		cpu->open.head->stamp = goal;
		limbo_stamped(&tsc->limbo, &cpu->open, goal);
		limbo_append(&cpu->waiting, &cpu->open);
	}
	kern_critical_exit();
	(void)limbo_free(&tsc->limbo, &ready);
}

static void *
tsc_alloc(void *policy)
{
	void *item;

	item = limbo_alloc(policy);
	if (item != NULL)
		return (item);
	tsc_poll(policy);
	return (limbo_alloc(policy));
}

static void
tsc_retire(void *policy, void *item)
{
	struct tsc_cpu *cpu;
	struct tsc *tsc;
	bool full;

	tsc = policy;
	limbo_cached(&tsc->limbo, item);
	kern_critical_enter();
	cpu = &tsc->cpu[kern_cpu()];
	limbo_push(&cpu->open, limbo_link_of(&tsc->limbo, item), 0);
	full = cpu->open.count >= tsc->batch;
	kern_critical_exit();
	if (full)
		tsc_poll(tsc);
}

static void
tsc_synchronize(void *policy)
{
	struct tsc *tsc;
	uint64_t goal;

	tsc = policy;
	kern_event(KERN_WAIT_BEGIN, tsc, 0, 0);
	atomic_thread_fence(memory_order_seq_cst);
	goal = kern_cycles() + 1;
	while (tsc_scan(tsc) < goal)
		kern_spin();
	kern_event(KERN_WAIT_END, tsc, 0, 0);
}

static void
tsc_reclaim(void *policy, enum policy_reclaim how)
{

	tsc_poll(policy);
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
tsc_census(const void *policy, struct policy_census *census)
{
	const struct tsc *tsc;
	unsigned i;

	tsc = policy;
	limbo_census(policy, census);
	for (i = 0; i < tsc->cpu_count; i++)
		census->items_cached += tsc->cpu[i].open.count +
		    tsc->cpu[i].waiting.count;
}

static KERN_UNSEEN void
tsc_counters(const void *policy, struct policy_counters *counters)
{
	const struct tsc *tsc;
	unsigned i;

	tsc = policy;
	*counters = (struct policy_counters){ 0 };
	for (i = 0; i < tsc->cpu_count; i++) {
		counters->advance += tsc->cpu[i].goals;
		counters->poll += tsc->cpu[i].polls;
		counters->poll_scan += tsc->cpu[i].scans;
		counters->poll_fail += tsc->cpu[i].fails;
	}
}

const struct policy_def policy_tsc = {
	.part = {
		.name = "tsc",
		.about = "GUS with the cycle counter for its write sequence: advancing writes nothing shared.",
		.source = "FreeBSD sys/kern/subr_smr.c; gwsystems/ps",
		.knobs = tsc_knobs,
		.knob_count = sizeof(tsc_knobs) / sizeof(tsc_knobs[0]),
		.config_bytes = sizeof(struct tsc_config),
	},
	.safe = true,
	.links = true,
	.create = tsc_create,
	.destroy = tsc_destroy,
	.enter = tsc_enter,
	.exit = tsc_exit,
	.alloc = tsc_alloc,
	.retire = tsc_retire,
	.discard = limbo_discard,
	.synchronize = tsc_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = tsc_reclaim,
	.census = tsc_census,
	.counters = tsc_counters,
};
