/*
 * OpenBSD's smr(9): another algorithm of the same name.  Sections are free, and
 * a thread visits every CPU.
 *
 * Model       a freed item goes to a list of its CPU; when the CPU switches
 *             threads or idles, its list moves to a queue for all.  One kernel
 *             thread serves the queue.  It sleeps for `pause` first, so that
 *             there is more to do; then it starts a grace period, visits each
 *             CPU that has not switched threads meanwhile, which it can only
 *             when no section is open there, and frees what was in the queue.
 *             Preemption is off in a section.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits and needs no memory.
 * Limits      reuse takes the pause and a visit to every busy CPU; nothing
 *             bounds the lists.  A CPU that does not switch threads keeps its
 *             list until it is visited, and it is visited only if there is
 *             something in the queue: its own clock interrupt asks for that.
 *             On a port without switches sections are counted, as in epochs.
 * Source      OpenBSD sys/kern/kern_smr.c 1.16, smr_call(9): SMR_PAUSE is
 *             100 ms, which are 100 ticks at 1000 Hz.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/limbo.h"

struct openbsd_config {
	uint64_t pause;
	uint64_t expedite;	/* flag */
};

static const struct openbsd_config openbsd_defaults = { .pause = 100 };

static const struct knob openbsd_knobs[] = {
	{ "pause", KNOB_COUNT, offsetof(struct openbsd_config, pause), "1",
	    "100000", "100", NULL,
	    "clock ticks that the thread sleeps before a grace period" },
	{ "expedite", KNOB_FLAG, offsetof(struct openbsd_config, expedite),
	    NULL, NULL, "false", NULL, "no sleep before grace periods, as "
	    "after smr_flush()" },
};

struct openbsd_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) seen;	/* grace */
	_Atomic(uint64_t) active;	/* on a port without switches */
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
};

struct openbsd {
	struct limbo limbo;
	struct openbsd_config config;
	bool hooks;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(struct limbo_link *) queue;
	_Atomic(uint64_t) queued;	/* items in it */
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) grace;
	_Atomic(uint64_t) done;		/* the last that is over */
	_Atomic(uint64_t) wanted;	/* somebody waits for this one */
	uint64_t visits;
	_Alignas(2 * KERN_LINE_SIZE) struct openbsd_cpu cpu[];
};

static void
openbsd_take(struct openbsd *smr, struct limbo_list *ready)
{
	struct limbo_link *link, *next;

	/* acquire, pairs with the release in openbsd_hand_over(). */
	link = atomic_exchange_explicit(&smr->queue, NULL,
	    memory_order_acquire);
	for (; link != NULL; link = next) {
		next = link->next;
		limbo_push(ready, link, 0);
	}
}

static void
openbsd_destroy(void *policy)
{
	struct limbo_list ready = { 0 };
	struct openbsd *smr;
	unsigned i;

	smr = policy;
	if (smr->limbo.zone != NULL) {
		openbsd_take(smr, &ready);
		for (i = 0; i < smr->cpu_count; i++)
			limbo_append(&ready, &smr->cpu[i].list);
		(void)limbo_free(&smr->limbo, &ready);
	}
	limbo_fini(&smr->limbo);
	kern_pages_free(smr, limbo_pages(sizeof(*smr), sizeof(smr->cpu[0])));
}

static void *
openbsd_create(const struct policy_setup *setup)
{
	struct openbsd *smr;

	smr = kern_pages_alloc(limbo_pages(sizeof(*smr), sizeof(smr->cpu[0])),
	    kern_domain());
	if (smr == NULL)
		return (NULL);
	smr->config = setup->config == NULL ? openbsd_defaults :
	    *(const struct openbsd_config *)setup->config;
	smr->cpu_count = kern_cpu_count();
	smr->hooks = kern_has_hooks();
	if (!limbo_init(&smr->limbo, "openbsd", setup,
	    sizeof(struct limbo_link))) {
		openbsd_destroy(smr);
		return (NULL);
	}
	return (smr);
}

static void
openbsd_enter(void *policy)
{
	struct openbsd *smr;

	smr = policy;
	kern_critical_enter();
	if (smr->hooks)
		return;
	atomic_store_explicit(&smr->cpu[kern_cpu()].active, 1,
	    memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
}

static void
openbsd_exit(void *policy)
{
	struct openbsd *smr;

	smr = policy;
	if (!smr->hooks)
		atomic_store_explicit(&smr->cpu[kern_cpu()].active, 0,
		    memory_order_release);
	kern_critical_exit();
}

/* The CPU's list goes to the queue for all.  Whether it had anything. */
static bool
openbsd_hand_over(struct openbsd *smr, struct openbsd_cpu *cpu)
{
	struct limbo_list list = { 0 };
	struct limbo_link *head;

	if (cpu->list.head == NULL)
		return (false);
	limbo_append(&list, &cpu->list);
	(void)atomic_fetch_add_explicit(&smr->queued, list.count,
	    memory_order_relaxed);
	head = atomic_load_explicit(&smr->queue, memory_order_relaxed);
	do
		list.tail->next = head;
	while (!atomic_compare_exchange_weak_explicit(&smr->queue, &head,
	    list.head, memory_order_release, memory_order_relaxed));
	return (true);
}

/* smr_idle(): no section is open on this CPU. */
static void
openbsd_quiesce(void *policy)
{
	struct openbsd_cpu *cpu;
	struct openbsd *smr;
	uint64_t grace;

	smr = policy;
	cpu = &smr->cpu[kern_cpu()];
	if (openbsd_hand_over(smr, cpu))
		kern_task_wake(0);
	/*
	 * [B1] acquire and release, pair with openbsd_grace().
	 * Claim   sections from before are over, and later ones see what was
	 *         unlinked before the grace period.
	 * Breaks  the thread need not visit a CPU that it should.
	 */
	grace = atomic_load_explicit(&smr->grace, memory_order_acquire);
	if (atomic_load_explicit(&cpu->seen, memory_order_relaxed) != grace)
		atomic_store_explicit(&cpu->seen, grace, memory_order_release);
}

/* A CPU that never switches asks for a visit. */
static void
openbsd_tick(void *policy)
{
	struct openbsd *smr;

	smr = policy;
	if (smr->cpu[kern_cpu()].list.count != 0)
		kern_task_wake(0);
}

/* Is on every CPU once, or knows that it has switched threads. */
static void
openbsd_grace(struct openbsd *smr)
{
	struct openbsd_cpu *cpu;
	uint64_t grace;
	unsigned i;

	grace = atomic_fetch_add_explicit(&smr->grace, 1,
	    memory_order_seq_cst) + 1;
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < smr->cpu_count; i++) {
		cpu = &smr->cpu[i];
		if (!smr->hooks) {
			while (atomic_load_explicit(&cpu->active,
			    memory_order_acquire) != 0)
				kern_spin();
			continue;
		}
		if (atomic_load_explicit(&cpu->seen, memory_order_acquire) ==
		    grace)
			continue;
		(void)kern_bind(i);
		smr->visits++;
	}
	if (smr->hooks)
		kern_unbind();
	atomic_store_explicit(&smr->done, grace, memory_order_release);
}

/* What the one thread does when there is work. */
static void
openbsd_serve(struct openbsd *smr, bool sleep)
{
	struct limbo_list ready = { 0 };

	/* A visit takes the lists of CPUs that have not switched, too. */
	if (sleep && !smr->config.expedite)
		kern_pause((unsigned)smr->config.pause);
	openbsd_take(smr, &ready);
	openbsd_grace(smr);
	(void)atomic_fetch_sub_explicit(&smr->queued, ready.count,
	    memory_order_relaxed);
	(void)limbo_free(&smr->limbo, &ready);
}

static void
openbsd_task(void *policy, unsigned number)
{
	struct openbsd *smr;

	(void)number;
	smr = policy;
	openbsd_serve(smr, true);
	/* What the visits have brought. */
	if (atomic_load_explicit(&smr->queue, memory_order_relaxed) != NULL ||
	    atomic_load_explicit(&smr->wanted, memory_order_relaxed) >
	    atomic_load_explicit(&smr->done, memory_order_relaxed))
		kern_task_wake(0);
}

/* A port without threads of ours: whoever frees does it now and then. */
static void
openbsd_self(struct openbsd *smr)
{
	struct limbo_list ready = { 0 };

	kern_critical_enter();
	limbo_append(&ready, &smr->cpu[kern_cpu()].list);
	kern_critical_exit();
	openbsd_grace(smr);
	(void)limbo_free(&smr->limbo, &ready);
}

static void
openbsd_retire(void *policy, void *item)
{
	struct openbsd_cpu *cpu;
	struct openbsd *smr;

	smr = policy;
	limbo_cached(&smr->limbo, item);
	kern_critical_enter();
	cpu = &smr->cpu[kern_cpu()];
	limbo_push(&cpu->list, limbo_link_of(&smr->limbo, item), 0);
	kern_items(KERN_ITEMS_STAMPED, smr, &item, 1, 0);
	kern_critical_exit();
}

static void
openbsd_synchronize(void *policy)
{
	struct openbsd *smr;
	uint64_t goal, wanted;

	smr = policy;
	kern_event(KERN_WAIT_BEGIN, smr, 0, 0);
	if (!smr->hooks) {
		openbsd_self(smr);
		kern_event(KERN_WAIT_END, smr, 0, 0);
		return;
	}
	atomic_thread_fence(memory_order_seq_cst);
	goal = atomic_load_explicit(&smr->grace, memory_order_acquire) + 1;
	wanted = atomic_load_explicit(&smr->wanted, memory_order_relaxed);
	while (wanted < goal && !atomic_compare_exchange_weak_explicit(
	    &smr->wanted, &wanted, goal, memory_order_relaxed,
	    memory_order_relaxed))
		continue;
	while (atomic_load_explicit(&smr->done, memory_order_acquire) < goal) {
		kern_task_wake(0);
		kern_pause(1);
	}
	kern_event(KERN_WAIT_END, smr, 0, 0);
}

static KERN_UNSEEN void
openbsd_census(const void *policy, struct policy_census *census)
{
	const struct openbsd *smr;
	unsigned i;

	smr = policy;
	limbo_census(policy, census);
	census->items_cached += atomic_load_explicit(&smr->queued,
	    memory_order_relaxed);
	for (i = 0; i < smr->cpu_count; i++)
		census->items_cached += smr->cpu[i].list.count;
}

/* A visit is what a scan is elsewhere. */
static KERN_UNSEEN void
openbsd_counters(const void *policy, struct policy_counters *counters)
{
	const struct openbsd *smr;

	smr = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&smr->grace,
	    memory_order_relaxed);
	counters->poll = counters->advance;
	counters->poll_scan = smr->visits;
}

const struct policy_def policy_openbsd = {
	.part = {
		.name = "openbsd",
		.about = "OpenBSD smr(9): free sections, and a thread that visits every CPU after a pause.",
		.source = "OpenBSD sys/kern/kern_smr.c 1.16; smr_call(9)",
		.knobs = openbsd_knobs,
		.knob_count = sizeof(openbsd_knobs) / sizeof(openbsd_knobs[0]),
		.config_bytes = sizeof(struct openbsd_config),
	},
	.safe = true,
	.links = true,
	.create = openbsd_create,
	.destroy = openbsd_destroy,
	.enter = openbsd_enter,
	.exit = openbsd_exit,
	.alloc = limbo_alloc,
	.retire = openbsd_retire,
	.discard = limbo_discard,
	.synchronize = openbsd_synchronize,
	.tick = openbsd_tick,
	.context_switch = openbsd_quiesce,
	.idle = openbsd_quiesce,
	.task = openbsd_task,
	.task_more = 1,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = openbsd_census,
	.counters = openbsd_counters,
};
