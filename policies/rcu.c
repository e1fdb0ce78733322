/*
 * RCU as in Linux: sections are free, the clock interrupt notices that a CPU is
 * in none, and callbacks wait for a grace period and for their turn.
 *
 * Model       a freed item is a callback of its CPU.  At the CPU's next clock
 *             interrupt, what is new asks for the next grace period.  One
 *             thread runs those, one after another: each CPU has to report once
 *             that it is outside of sections, at a switch of threads, when it
 *             idles, or at a clock interrupt that meets no section; reports go
 *             up a tree.  After `first_fqs` ticks the thread reports for idle
 *             CPUs, and after `resched` of these rounds it interrupts those
 *             that are late.  Callbacks of an ended grace period are run by a
 *             task of the CPU, `blimit` in one pass, or pending / 128 where
 *             that is more, or all of them above `qhimark`; ten passes for each
 *             clock interrupt.  Preemption is off in a section.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits and needs no memory.
 * Limits      a few ticks go by before reuse; a section that stays open, or a
 *             task that starves, lets memory grow without bound.  Not modelled:
 *             the time limit of a pass (3 ms), offloaded callbacks, boosting.
 *             On a port without ticks sections are counted, and whoever frees
 *             waits for them now and then.
 * Source      Linux kernel/rcu/tree.c, rcu_segcblist.c; the limits after
 *             commits 026ad2835ce6, 29fc5f93320c, 17c7798bea64, cfcdef5e3046.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/limbo.h"

enum {
	RCU_FANOUT = 16,	/* CPUs of a leaf */
	RCU_LEAVES = (KERN_CPUS_MAX + RCU_FANOUT - 1) / RCU_FANOUT,
	RCU_DIVISOR_SHIFT = 7,	/* rcu_divisor */
	RCU_PASSES = 10,	/* MAX_SOFTIRQ_RESTART */
	RCU_BLIMIT_MAX = 10000,	/* DEFAULT_MAX_RCU_BLIMIT */
	RCU_SELF_EVERY = 64,	/* frees, on a port without ticks */
};

struct rcu_config {
	uint64_t blimit;
	uint64_t qhimark;
	uint64_t qlowmark;
	uint64_t first_fqs;
	uint64_t resched;
	uint64_t task;		/* enum policy_class */
};

static const struct rcu_config rcu_defaults = {
	.blimit = 10, .qhimark = 10000, .qlowmark = 100, .first_fqs = 3,
	.resched = 3
};

static const char *const task_names[] = { "urgent", "shared", "background",
	NULL };

#define FIELD(name) offsetof(struct rcu_config, name)
static const struct knob rcu_knobs[] = {
	{ "blimit", KNOB_COUNT, FIELD(blimit), "1", "1000000", "10", NULL,
	    "callbacks that one pass runs" },
	{ "qhimark", KNOB_COUNT, FIELD(qhimark), "1", "1000000000", "10000",
	    NULL, "callbacks of a CPU above which passes are long" },
	{ "qlowmark", KNOB_COUNT, FIELD(qlowmark), NULL, "1000000000", "100",
	    NULL, "callbacks of a CPU below which they are short again" },
	{ "first_fqs", KNOB_COUNT, FIELD(first_fqs), "1", "1000", "3", NULL,
	    "clock ticks from a grace period's start, and then from round to "
	    "round, until idle CPUs are looked for" },
	{ "resched", KNOB_COUNT, FIELD(resched), "1", "1000000", "3", NULL,
	    "rounds after which late CPUs are interrupted" },
	{ "task", KNOB_CHOICE, FIELD(task), NULL, NULL, "urgent", task_names,
	    "when the tasks have their CPUs: before the workload, in turn with "
	    "it, or when they are idle" },
};
#undef FIELD

struct rcu_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) reported;
	_Atomic(uint64_t) idle;		/* 1: nothing runs here */
	_Atomic(uint64_t) active;	/* on a port without ticks */
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list fresh;
	struct limbo_list waiting;	/* batches, by grace period */
	struct limbo_list ready;
	_Atomic(uint64_t) pending;	/* in all three */
	uint64_t frees;
	uint64_t passes;		/* since the last clock interrupt */
	bool flooded;
};

struct rcu_node {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(unsigned) left;
};

struct rcu {
	struct limbo limbo;
	struct rcu_config config;
	bool hooks;
	unsigned cpu_count;
	unsigned leaf_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) started;
	_Atomic(uint64_t) done;
	_Atomic(uint64_t) wanted;
	_Atomic(uint32_t) fqs_tick;	/* of the next round */
	_Alignas(2 * KERN_LINE_SIZE) uint64_t rounds;	/* the thread's own */
	uint64_t forced;
	struct rcu_node root;
	struct rcu_node leaf[RCU_LEAVES];
	_Alignas(2 * KERN_LINE_SIZE) struct rcu_cpu cpu[];
};

static void
rcu_destroy(void *policy)
{
	struct limbo_list all = { 0 };
	struct rcu *rcu;
	unsigned i;

	rcu = policy;
	if (rcu->limbo.zone != NULL) {
		for (i = 0; i < rcu->cpu_count; i++) {
			limbo_append(&all, &rcu->cpu[i].fresh);
			limbo_append(&all, &rcu->cpu[i].waiting);
			limbo_append(&all, &rcu->cpu[i].ready);
		}
		(void)limbo_free(&rcu->limbo, &all);
	}
	limbo_fini(&rcu->limbo);
	kern_pages_free(rcu, limbo_pages(sizeof(*rcu), sizeof(rcu->cpu[0])));
}

static void *
rcu_create(const struct policy_setup *setup)
{
	struct rcu *rcu;

	rcu = kern_pages_alloc(limbo_pages(sizeof(*rcu), sizeof(rcu->cpu[0])),
	    kern_domain());
	if (rcu == NULL)
		return (NULL);
	rcu->config = setup->config == NULL ? rcu_defaults :
	    *(const struct rcu_config *)setup->config;
	rcu->cpu_count = kern_cpu_count();
	rcu->leaf_count = (rcu->cpu_count + RCU_FANOUT - 1) / RCU_FANOUT;
	rcu->hooks = kern_has_hooks();
	if (!limbo_init(&rcu->limbo, "rcu", setup,
	    sizeof(struct limbo_link))) {
		rcu_destroy(rcu);
		return (NULL);
	}
	return (rcu);
}

static void
rcu_enter(void *policy)
{
	struct rcu *rcu;

	rcu = policy;
	kern_critical_enter();
	if (rcu->hooks)
		return;
	atomic_store_explicit(&rcu->cpu[kern_cpu()].active, 1,
	    memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
}

static void
rcu_exit(void *policy)
{
	struct rcu *rcu;

	rcu = policy;
	if (!rcu->hooks)
		atomic_store_explicit(&rcu->cpu[kern_cpu()].active, 0,
		    memory_order_release);
	kern_critical_exit();
}

/* --- grace periods ---------------------------------------------------------- */

/* `number` may be one of the tasks of the CPUs, or the one after them. */
static unsigned
rcu_keeper(const struct rcu *rcu)
{

	return (rcu->cpu_count);
}

/*
 * The CPU is in no section, or is reported to be in none.  Who takes the report
 * makes it: the same CPU's interrupt and its thread may both come here.
 */
static void
rcu_report(struct rcu *rcu, unsigned index)
{
	struct rcu_cpu *cpu;
	uint64_t now, before;

	cpu = &rcu->cpu[index];
	/*
	 * [U1] acquire, pairs with the step in rcu_begin().
	 * Claim   sections after this see what was unlinked before the grace
	 *         period.
	 * Breaks  they find items that it is for.
	 */
	now = atomic_load_explicit(&rcu->started, memory_order_acquire);
	before = atomic_load_explicit(&cpu->reported, memory_order_relaxed);
	if (before >= now || !atomic_compare_exchange_strong_explicit(
	    &cpu->reported, &before, now, memory_order_relaxed,
	    memory_order_relaxed))
		return;
	/*
	 * [U2] release and acquire up the tree, to rcu_end().
	 * Claim   the sections before this are over.
	 * Breaks  an item is reused under the last access of one.
	 */
	if (atomic_fetch_sub_explicit(&rcu->leaf[index / RCU_FANOUT].left, 1,
	    memory_order_acq_rel) == 1 &&
	    atomic_fetch_sub_explicit(&rcu->root.left, 1,
	    memory_order_acq_rel) == 1)
		kern_task_wake(rcu_keeper(rcu));
}

static void
rcu_begin(struct rcu *rcu)
{
	unsigned i, last;

	for (i = 0; i < rcu->leaf_count; i++) {
		last = rcu->cpu_count - i * RCU_FANOUT;
		atomic_store_explicit(&rcu->leaf[i].left,
		    last < RCU_FANOUT ? last : RCU_FANOUT,
		    memory_order_relaxed);
	}
	atomic_store_explicit(&rcu->root.left, rcu->leaf_count,
	    memory_order_relaxed);
	atomic_store_explicit(&rcu->fqs_tick, kern_ticks() +
	    (uint32_t)rcu->config.first_fqs, memory_order_relaxed);
	rcu->rounds = 0;
	(void)atomic_fetch_add_explicit(&rcu->started, 1,
	    memory_order_seq_cst);
	/*
	 * [U3] full fence, pairs with [U4].
	 * Claim   a CPU that is found idle begins its sections afterwards.
	 * Breaks  it is reported while a section holds an item.
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

/* Interrupted because it is late. */
static void
rcu_urge(void *policy)
{

	if (kern_critical_depth() == 0)
		rcu_report(policy, kern_cpu());
}

/* Reports for idle CPUs, and interrupts late ones. */
static void
rcu_force(struct rcu *rcu)
{
	uint64_t now;
	unsigned i;

	now = atomic_load_explicit(&rcu->started, memory_order_relaxed);
	rcu->rounds++;
	rcu->forced++;
	for (i = 0; i < rcu->cpu_count; i++) {
		if (atomic_load_explicit(&rcu->cpu[i].reported,
		    memory_order_acquire) >= now)
			continue;
		if (atomic_load_explicit(&rcu->cpu[i].idle,
		    memory_order_acquire) != 0)
			rcu_report(rcu, i);
		else if (rcu->rounds >= rcu->config.resched)
			kern_cross_call(i, rcu_urge, rcu);
	}
	atomic_store_explicit(&rcu->fqs_tick, kern_ticks() +
	    (uint32_t)rcu->config.first_fqs, memory_order_relaxed);
}

static bool
rcu_under_way(const struct rcu *rcu)
{

	return (atomic_load_explicit(&rcu->started, memory_order_relaxed) !=
	    atomic_load_explicit(&rcu->done, memory_order_relaxed));
}

/* The grace-period thread: does what can be done now. */
static void
rcu_keep(struct rcu *rcu)
{

	for (;;) {
		if (rcu_under_way(rcu)) {
			if (atomic_load_explicit(&rcu->root.left,
			    memory_order_acquire) != 0) {
				if ((int32_t)(kern_ticks() -
				    atomic_load_explicit(&rcu->fqs_tick,
				    memory_order_relaxed)) >= 0)
					rcu_force(rcu);
				if (atomic_load_explicit(&rcu->root.left,
				    memory_order_acquire) != 0)
					return;
			}
			atomic_store_explicit(&rcu->done,
			    atomic_load_explicit(&rcu->started,
			    memory_order_relaxed), memory_order_release);
			/* [U6] */
			atomic_thread_fence(memory_order_seq_cst);
		}
		/* acquire: what was unlinked for it is seen by all. */
		if (atomic_load_explicit(&rcu->wanted, memory_order_acquire) <=
		    atomic_load_explicit(&rcu->done, memory_order_relaxed))
			return;
		rcu_begin(rcu);
	}
}

/* The grace period that begins next, from now on wanted. */
static uint64_t
rcu_want(struct rcu *rcu)
{
	uint64_t goal, wanted;

	/*
	 * [U5] a look that is a step of no length, pairs with rcu_begin()'s.
	 * Claim   who reports for a later period sees what was unlinked.
	 * Breaks  where somebody has asked already, nothing else hands it on.
	 * Mutant  none that hunts found: litmus tests RCU+look and RCU+step
	 */
	goal = atomic_fetch_add_explicit(&rcu->started, 0,
	    memory_order_acq_rel) + 1;
	wanted = atomic_load_explicit(&rcu->wanted, memory_order_relaxed);
	while (wanted < goal && !atomic_compare_exchange_weak_explicit(
	    &rcu->wanted, &wanted, goal, memory_order_acq_rel,
	    memory_order_relaxed))
		continue;
	/* [U6] full fence: rcu_keep() sees the wish, or we that it is done. */
	atomic_thread_fence(memory_order_seq_cst);
	if (!rcu_under_way(rcu))
		kern_task_wake(rcu_keeper(rcu));
	return (goal);
}

/* --- notice ----------------------------------------------------------------- */

static void
rcu_switch(void *policy)
{

	rcu_report(policy, kern_cpu());
}

static void
rcu_idle(void *policy)
{
	struct rcu *rcu;

	rcu = policy;
	rcu_report(rcu, kern_cpu());
	atomic_store_explicit(&rcu->cpu[kern_cpu()].idle, 1,
	    memory_order_release);
}

static void
rcu_busy(void *policy)
{
	struct rcu *rcu;

	rcu = policy;
	atomic_store_explicit(&rcu->cpu[kern_cpu()].idle, 0,
	    memory_order_relaxed);
	/* [U4] full fence, pairs with [U3]; see there. */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
rcu_tick(void *policy)
{
	struct rcu *rcu;
	unsigned cpu;

	rcu = policy;
	cpu = kern_cpu();
	if (kern_critical_depth() == 0)
		rcu_report(rcu, cpu);
	rcu->cpu[cpu].passes = 0;
	if (atomic_load_explicit(&rcu->cpu[cpu].pending,
	    memory_order_relaxed) != 0)
		kern_task_wake(cpu);
	if (rcu_under_way(rcu) && (int32_t)(kern_ticks() -
	    atomic_load_explicit(&rcu->fqs_tick, memory_order_relaxed)) >= 0)
		kern_task_wake(rcu_keeper(rcu));
}

/* --- callbacks -------------------------------------------------------------- */

/* Sorts the CPU's callbacks by what they wait for; in a critical section. */
static void
rcu_sort(struct rcu *rcu, struct rcu_cpu *cpu)
{
	uint64_t goal;

	if (cpu->fresh.head != NULL) {
		goal = rcu_want(rcu);
		cpu->fresh.head->stamp = goal;
		limbo_stamped(&rcu->limbo, &cpu->fresh, goal);
		limbo_append(&cpu->waiting, &cpu->fresh);
	}
	/* acquire: all sections that these waited for are over. */
	limbo_ready(&cpu->waiting, atomic_load_explicit(&rcu->done,
	    memory_order_acquire), &cpu->ready);
}

/* How many callbacks one pass may run. */
static uint64_t
rcu_limit(const struct rcu *rcu, struct rcu_cpu *cpu)
{
	uint64_t limit, pending;

	pending = atomic_load_explicit(&cpu->pending, memory_order_relaxed);
	if (pending > rcu->config.qhimark)
		cpu->flooded = true;
	else if (pending <= rcu->config.qlowmark)
		cpu->flooded = false;
	if (cpu->flooded)
		return (RCU_BLIMIT_MAX);
	limit = pending >> RCU_DIVISOR_SHIFT;
	return (limit > rcu->config.blimit ? limit : rcu->config.blimit);
}

static void
rcu_pass(struct rcu *rcu, unsigned index)
{
	struct limbo_list run = { 0 };
	struct rcu_cpu *cpu;
	uint64_t limit;
	bool more;

	kern_critical_enter();
	cpu = &rcu->cpu[index];
	rcu_sort(rcu, cpu);
	limit = rcu_limit(rcu, cpu);
	while (run.count < limit && cpu->ready.head != NULL)
		limbo_push(&run, limbo_pop(&cpu->ready), 0);
	atomic_store_explicit(&cpu->pending, atomic_load_explicit(
	    &cpu->pending, memory_order_relaxed) - run.count,
	    memory_order_relaxed);
	more = cpu->ready.head != NULL && ++cpu->passes < RCU_PASSES;
	kern_critical_exit();
	(void)limbo_free(&rcu->limbo, &run);
	if (more)
		kern_task_wake(index);
}

static void
rcu_task(void *policy, unsigned number)
{
	struct rcu *rcu;

	rcu = policy;
	if (number == rcu_keeper(rcu))
		rcu_keep(rcu);
	else
		rcu_pass(rcu, number);
}

static enum policy_class
rcu_task_class(const void *config)
{

	return ((enum policy_class)((const struct rcu_config *)config)->task);
}

/* Without ticks: waits until each section that is open has ended. */
static void
rcu_self(struct rcu *rcu)
{
	struct limbo_list ready = { 0 };
	struct rcu_cpu *cpu;
	unsigned i;

	kern_critical_enter();
	cpu = &rcu->cpu[kern_cpu()];
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < rcu->cpu_count && atomic_load_explicit(
	    &rcu->cpu[i].active, memory_order_acquire) == 0; i++)
		continue;
	if (i == rcu->cpu_count) {
		limbo_append(&ready, &cpu->fresh);
		atomic_store_explicit(&cpu->pending, 0, memory_order_relaxed);
	}
	kern_critical_exit();
	(void)limbo_free(&rcu->limbo, &ready);
}

static void
rcu_retire(void *policy, void *item)
{
	struct rcu_cpu *cpu;
	struct rcu *rcu;
	bool due;

	rcu = policy;
	limbo_cached(&rcu->limbo, item);
	kern_critical_enter();
	cpu = &rcu->cpu[kern_cpu()];
	limbo_push(&cpu->fresh, limbo_link_of(&rcu->limbo, item), 0);
	atomic_store_explicit(&cpu->pending, atomic_load_explicit(
	    &cpu->pending, memory_order_relaxed) + 1, memory_order_relaxed);
	due = !rcu->hooks && ++cpu->frees % RCU_SELF_EVERY == 0;
	kern_critical_exit();
	if (due)
		rcu_self(rcu);
}

static void
rcu_synchronize(void *policy)
{
	struct rcu *rcu;
	uint64_t goal;
	unsigned i;

	rcu = policy;
	kern_event(KERN_WAIT_BEGIN, rcu, 0, 0);
	goal = rcu_want(rcu);
	if (rcu->hooks) {
		while (atomic_load_explicit(&rcu->done,
		    memory_order_acquire) < goal)
			kern_pause(1);
	} else {
		for (i = 0; i < rcu->cpu_count; i++)
			while (atomic_load_explicit(&rcu->cpu[i].active,
			    memory_order_acquire) != 0)
				kern_spin();
	}
	kern_event(KERN_WAIT_END, rcu, 0, 0);
}

static KERN_UNSEEN void
rcu_census(const void *policy, struct policy_census *census)
{
	const struct rcu *rcu;
	unsigned i;

	rcu = policy;
	limbo_census(policy, census);
	for (i = 0; i < rcu->cpu_count; i++)
		census->items_cached += rcu->cpu[i].fresh.count +
		    rcu->cpu[i].waiting.count + rcu->cpu[i].ready.count;
}

static KERN_UNSEEN void
rcu_counters(const void *policy, struct policy_counters *counters)
{
	const struct rcu *rcu;

	rcu = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&rcu->started,
	    memory_order_relaxed);
	counters->poll = counters->advance;
	counters->poll_scan = rcu->forced;
}

const struct policy_def policy_rcu = {
	.part = {
		.name = "rcu",
		.about = "Linux tree RCU: grace periods by ticks, callbacks in limited batches.",
		.source = "Linux kernel/rcu/tree.c; 026ad2835ce6, 29fc5f93320c, 17c7798bea64, cfcdef5e3046",
		.knobs = rcu_knobs,
		.knob_count = sizeof(rcu_knobs) / sizeof(rcu_knobs[0]),
		.config_bytes = sizeof(struct rcu_config),
	},
	.safe = true,
	.links = true,
	.create = rcu_create,
	.destroy = rcu_destroy,
	.enter = rcu_enter,
	.exit = rcu_exit,
	.alloc = limbo_alloc,
	.retire = rcu_retire,
	.discard = limbo_discard,
	.synchronize = rcu_synchronize,
	.tick = rcu_tick,
	.context_switch = rcu_switch,
	.idle = rcu_idle,
	.busy = rcu_busy,
	.task = rcu_task,
	.task_class = rcu_task_class,
	.task_each_cpu = true,
	.task_more = 1,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = rcu_census,
	.counters = rcu_counters,
};
