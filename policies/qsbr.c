/*
 * Reclamation by quiescent states: sections cost nothing, because a CPU tells
 * now and then that it is in none.
 *
 * Model       a shared sequence; each CPU announces the value that it has seen
 *             at a moment without a section: when it switches threads, at a
 *             clock interrupt that meets none, and (announce_every) after so
 *             many sections.  An idle CPU announces that nobody need wait for
 *             it, and takes that back before it runs a thread.  Freed items are
 *             kept in batches; a full one gets the next value of the sequence
 *             and is safe once all CPUs have announced that.  Preemption is off
 *             in a section.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits.
 * Limits      a CPU without quiescent states (a stalled one, a section without
 *             end) stops all reuse, and memory grows without bound.  Detection
 *             takes as long as the rarest announcements: a clock tick, where
 *             nothing else happens.  A CPU that frees no more keeps its lists.
 *             On a port without interrupts each section's end announces.
 * Source      T. Hart et al., JPDC 67 (2007); announcements by sequence numbers
 *             as in CPython's Python/qsbr.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/limbo.h"

#define QSBR_OFFLINE UINT64_MAX

struct qsbr_config {
	uint64_t batch;
	uint64_t announce_every;
};

static const struct qsbr_config qsbr_defaults = { .batch = 64 };

static const struct knob qsbr_knobs[] = {
	{ "batch", KNOB_COUNT, offsetof(struct qsbr_config, batch), "1",
	    "1000000", "64", NULL, "frees of a CPU that share one goal" },
	{ "announce_every", KNOB_COUNT,
	    offsetof(struct qsbr_config, announce_every), NULL, "1000000", "0",
	    NULL, "sections of a CPU after which it announces a quiescent "
	    "state; 0 leaves that to switches and ticks" },
};

struct qsbr_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) seen;
	uint64_t sections;
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list open;
	struct limbo_list waiting;	/* batches with their goals */
	uint64_t known;		/* all CPUs have announced this */
	uint64_t polls;
	uint64_t scans;
	uint64_t fails;
};

struct qsbr {
	struct limbo limbo;
	struct qsbr_config config;
	bool hooks;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) wr;
	_Alignas(2 * KERN_LINE_SIZE) struct qsbr_cpu cpu[];
};

static void
qsbr_destroy(void *policy)
{
	struct qsbr *qsbr;
	unsigned i;

	qsbr = policy;
	if (qsbr->limbo.zone != NULL)
		for (i = 0; i < qsbr->cpu_count; i++) {
			(void)limbo_free(&qsbr->limbo, &qsbr->cpu[i].open);
			(void)limbo_free(&qsbr->limbo, &qsbr->cpu[i].waiting);
		}
	limbo_fini(&qsbr->limbo);
	kern_pages_free(qsbr,
	    limbo_pages(sizeof(*qsbr), sizeof(qsbr->cpu[0])));
}

static void *
qsbr_create(const struct policy_setup *setup)
{
	struct qsbr *qsbr;
	unsigned i;

	qsbr = kern_pages_alloc(limbo_pages(sizeof(*qsbr),
	    sizeof(qsbr->cpu[0])), kern_domain());
	if (qsbr == NULL)
		return (NULL);
	qsbr->config = setup->config == NULL ? qsbr_defaults :
	    *(const struct qsbr_config *)setup->config;
	qsbr->cpu_count = kern_cpu_count();
	qsbr->hooks = kern_has_hooks();
	atomic_init(&qsbr->wr, 1);
	for (i = 0; i < qsbr->cpu_count; i++)
		atomic_init(&qsbr->cpu[i].seen, QSBR_OFFLINE);
	/* Who creates it may have sections from now on, without a switch. */
	if (qsbr->hooks)
		atomic_store_explicit(&qsbr->cpu[kern_cpu()].seen, 1,
		    memory_order_relaxed);
	if (!limbo_init(&qsbr->limbo, "qsbr", setup,
	    sizeof(struct limbo_link))) {
		qsbr_destroy(qsbr);
		return (NULL);
	}
	return (qsbr);
}

/* The current CPU is in no section: it has seen what has been unlinked. */
static void
qsbr_announce(struct qsbr *qsbr, struct qsbr_cpu *cpu)
{
	uint64_t wr;

	/*
	 * [Q1] acquire, pairs with the step in qsbr_goal().
	 * Claim   sections after this see what was unlinked before that step.
	 * Breaks  they find an item whose goal they have announced.
	 * Mutant  qsbr-announce-relaxed
	 */
	wr = atomic_load_explicit(&qsbr->wr, memory_order_acquire);
	/*
	 * [Q2] release, pairs with the acquire in qsbr_scan().
	 * Claim   the sections before this are over.
	 * Breaks  an item is reused under the last access of one.
	 */
	atomic_store_explicit(&cpu->seen, wr, memory_order_release);
}

static void
qsbr_online(struct qsbr *qsbr, struct qsbr_cpu *cpu)
{

	qsbr_announce(qsbr, cpu);
	/*
	 * [Q3] full fence, pairs with [Q4].
	 * Claim   whoever unlinks and still finds this CPU offline has
	 *         unlinked before its first section began.
	 * Breaks  nobody waits for a section that holds the item.
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
qsbr_enter(void *policy)
{
	struct qsbr *qsbr;

	qsbr = policy;
	kern_critical_enter();
	if (!qsbr->hooks)
		qsbr_online(qsbr, &qsbr->cpu[kern_cpu()]);
}

static void
qsbr_exit(void *policy)
{
	struct qsbr_cpu *cpu;
	struct qsbr *qsbr;

	qsbr = policy;
	if (!qsbr->hooks)
		atomic_store_explicit(&qsbr->cpu[kern_cpu()].seen,
		    QSBR_OFFLINE, memory_order_release);
	else if (qsbr->config.announce_every != 0) {
		cpu = &qsbr->cpu[kern_cpu()];
		if (++cpu->sections % qsbr->config.announce_every == 0)
			qsbr_announce(qsbr, cpu);
	}
	kern_critical_exit();
}

static void
qsbr_switch(void *policy)
{
	struct qsbr *qsbr;

	qsbr = policy;
	qsbr_announce(qsbr, &qsbr->cpu[kern_cpu()]);
}

static void
qsbr_tick(void *policy)
{
	struct qsbr_cpu *cpu;
	struct qsbr *qsbr;

	qsbr = policy;
	cpu = &qsbr->cpu[kern_cpu()];
	/* The interrupted thread may be in a section, or the CPU be idle. */
	if (kern_critical_depth() == 0 && atomic_load_explicit(&cpu->seen,
	    memory_order_relaxed) != QSBR_OFFLINE)
		qsbr_announce(qsbr, cpu);
}

static void
qsbr_idle(void *policy)
{
	struct qsbr *qsbr;

	qsbr = policy;
	atomic_store_explicit(&qsbr->cpu[kern_cpu()].seen, QSBR_OFFLINE,
	    memory_order_release);
}

static void
qsbr_busy(void *policy)
{
	struct qsbr *qsbr;

	qsbr = policy;
	qsbr_online(qsbr, &qsbr->cpu[kern_cpu()]);
}

/* The next value of the sequence: what was unlinked before it is seen with it. */
static uint64_t
qsbr_goal(struct qsbr *qsbr)
{

	return (atomic_fetch_add_explicit(&qsbr->wr, 1,
	    memory_order_acq_rel) + 1);
}

/* What all CPUs have announced. */
static uint64_t
qsbr_scan(const struct qsbr *qsbr)
{
	uint64_t least, seen;
	unsigned i;

	least = atomic_load_explicit(&qsbr->wr, memory_order_acquire);
	/* [Q4] full fence, pairs with [Q3]; see there. */
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < qsbr->cpu_count; i++) {
		seen = atomic_load_explicit(&qsbr->cpu[i].seen,
		    memory_order_acquire);
		if (seen < least)
			least = seen;
	}
	return (least);
}

/* Closes the CPU's batch and frees the older ones that are safe. */
static void
qsbr_poll(struct qsbr *qsbr)
{
	struct limbo_list ready = { 0 };
	struct qsbr_cpu *cpu;
	uint64_t goal;

	kern_critical_enter();
	cpu = &qsbr->cpu[kern_cpu()];
	if (cpu->open.head != NULL) {
		goal = qsbr_goal(qsbr);
		cpu->open.head->stamp = goal;
		limbo_stamped(&qsbr->limbo, &cpu->open, goal);
		limbo_append(&cpu->waiting, &cpu->open);
	}
	if (cpu->waiting.head != NULL) {
		cpu->polls++;
		if (cpu->waiting.head->stamp > cpu->known) {
			cpu->scans++;
			cpu->known = qsbr_scan(qsbr);
		}
		limbo_ready(&cpu->waiting, cpu->known, &ready);
		cpu->fails += ready.head == NULL;
	}
	kern_critical_exit();
	(void)limbo_free(&qsbr->limbo, &ready);
}

static void *
qsbr_alloc(void *policy)
{
	void *item;

	item = limbo_alloc(policy);
	if (item != NULL)
		return (item);
	qsbr_poll(policy);
	return (limbo_alloc(policy));
}

static void
qsbr_retire(void *policy, void *item)
{
	struct qsbr_cpu *cpu;
	struct qsbr *qsbr;
	bool full;

	qsbr = policy;
	limbo_cached(&qsbr->limbo, item);
	kern_critical_enter();
	cpu = &qsbr->cpu[kern_cpu()];
	limbo_push(&cpu->open, limbo_link_of(&qsbr->limbo, item), 0);
	full = cpu->open.count >= qsbr->config.batch;
	kern_critical_exit();
	if (full)
		qsbr_poll(qsbr);
}

static void
qsbr_synchronize(void *policy)
{
	struct qsbr *qsbr;
	uint64_t goal;

	qsbr = policy;
	kern_event(KERN_WAIT_BEGIN, qsbr, 0, 0);
	goal = qsbr_goal(qsbr);
	while (qsbr_scan(qsbr) < goal) {
		/* To sleep is a quiescent state of one's own CPU. */
		if (qsbr->hooks)
			kern_pause(1);
		else
			kern_spin();
	}
	kern_event(KERN_WAIT_END, qsbr, 0, 0);
}

static void
qsbr_reclaim(void *policy, enum policy_reclaim how)
{

	qsbr_poll(policy);
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
qsbr_census(const void *policy, struct policy_census *census)
{
	const struct qsbr *qsbr;
	unsigned i;

	qsbr = policy;
	limbo_census(policy, census);
	for (i = 0; i < qsbr->cpu_count; i++)
		census->items_cached += qsbr->cpu[i].open.count +
		    qsbr->cpu[i].waiting.count;
}

static KERN_UNSEEN void
qsbr_counters(const void *policy, struct policy_counters *counters)
{
	const struct qsbr *qsbr;
	unsigned i;

	qsbr = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&qsbr->wr,
	    memory_order_relaxed) - 1;
	for (i = 0; i < qsbr->cpu_count; i++) {
		counters->poll += qsbr->cpu[i].polls;
		counters->poll_scan += qsbr->cpu[i].scans;
		counters->poll_fail += qsbr->cpu[i].fails;
	}
}

const struct policy_def policy_qsbr = {
	.part = {
		.name = "qsbr",
		.about = "Reclamation by quiescent states: sections are free, ticks and switches announce.",
		.source = "T. Hart et al., JPDC 67 (2007); CPython, Python/qsbr.c",
		.knobs = qsbr_knobs,
		.knob_count = sizeof(qsbr_knobs) / sizeof(qsbr_knobs[0]),
		.config_bytes = sizeof(struct qsbr_config),
	},
	.safe = true,
	.links = true,
	.create = qsbr_create,
	.destroy = qsbr_destroy,
	.enter = qsbr_enter,
	.exit = qsbr_exit,
	.alloc = qsbr_alloc,
	.retire = qsbr_retire,
	.discard = limbo_discard,
	.synchronize = qsbr_synchronize,
	.tick = qsbr_tick,
	.context_switch = qsbr_switch,
	.idle = qsbr_idle,
	.busy = qsbr_busy,
	.housekeep = limbo_housekeep,
	.reclaim = qsbr_reclaim,
	.census = qsbr_census,
	.counters = qsbr_counters,
};
