/*
 * epoch(9) as FreeBSD has it over ck_epoch: what smr(9) was made to replace.
 *
 * Model       a global epoch and one record for each CPU: whether sections are
 *             open, in which epoch they began, and four lists of callbacks, by
 *             the epoch in which they were made.  The clock interrupt of a CPU
 *             that has callbacks wakes the CPU's task, which polls: if all open
 *             sections have begun in the present epoch, the epoch moves on, and
 *             some of the CPU's lists are found safe; if none is open, all are.
 *             Which lists a poll looks at has changed over time (`rule`):
 *             2017 the one that the epoch has just come round to; 2018 the one
 *             of two epochs ago before the scan, and that of the last epoch
 *             after it; 2026 the one of two epochs ago, after the scan.
 *             The task has the CPU before the workload, in turn with it, or
 *             in the background (`task`), where it starves.
 *             A preemptible section keeps its thread on its CPU and is counted
 *             by the epoch that it began in, so that overlapping sections of
 *             one CPU do not hold the epoch for ever.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits and needs no memory.
 * Limits      two clock ticks go by, at the least, where somebody always reads;
 *             memory grows without bound while a section stays open or the
 *             task starves.  Rule 2018 is for machines that do not reorder: it
 *             trusts that an item was out of sight when it was filed.  The
 *             others trust that the epoch moves less than twice meanwhile:
 *             without `call_fence` that is promised up to tso, and there for
 *             unlinking by a locked operation.
 *             On a port without ticks, freeing polls now and then.
 * Source      FreeBSD sys/kern/subr_epoch.c, share/man/man9/epoch.9;
 *             Concurrency Kit, src/ck_epoch.c and its history: dac27da (2018),
 *             1faa673 and d1b348c (2026).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/limbo.h"

enum {
	EPOCH_SLOTS = 4,	/* CK_EPOCH_LENGTH */
	EPOCH_SENSE = 2,	/* CK_EPOCH_SENSE */
	EPOCH_GRACE = 3,	/* CK_EPOCH_GRACE */
	EPOCH_SPINS = 100,	/* MAX_ADAPTIVE_SPIN */
	EPOCH_POLL_EVERY = 64,	/* frees, on a port without ticks */
};

enum epoch_rule { EPOCH_2017, EPOCH_2018, EPOCH_2026 };

struct epoch_config {
	uint64_t rule;		/* enum epoch_rule */
	uint64_t preemptible;	/* flag */
	uint64_t task;		/* enum policy_class */
	uint64_t call_fence;	/* flag */
};

static const struct epoch_config epoch_defaults = { .rule = EPOCH_2026 };

static const char *const rule_names[] = { "2017", "2018", "2026", NULL };
static const char *const task_names[] = { "urgent", "shared", "background",
	NULL };

static const struct knob epoch_knobs[] = {
	{ "rule", KNOB_CHOICE, offsetof(struct epoch_config, rule), NULL, NULL,
	    "2026", rule_names, "which lists a poll finds safe" },
	{ "preemptible", KNOB_FLAG, offsetof(struct epoch_config, preemptible),
	    NULL, NULL, "false", NULL, "sections may be preempted" },
	{ "task", KNOB_CHOICE, offsetof(struct epoch_config, task), NULL, NULL,
	    "urgent", task_names, "when the task that runs callbacks has its "
	    "CPU: before the workload, in turn with it, or when it is idle" },
	{ "call_fence", KNOB_FLAG, offsetof(struct epoch_config, call_fence),
	    NULL, NULL, "false", NULL, "a full fence before an item is filed, "
	    "which epoch_call() has not" },
};

struct epoch_bucket {
	uint64_t epoch;
	uint64_t count;		/* open sections that began in it */
};

struct epoch_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) epoch;
	_Atomic(uint64_t) active;	/* open sections */
	struct epoch_bucket bucket[EPOCH_SENSE];
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list[EPOCH_SLOTS];
	_Atomic(uint64_t) pending;
	uint64_t frees;
	uint64_t polls;
	uint64_t fails;
};

struct epoch {
	struct limbo limbo;
	struct epoch_config config;
	bool hooks;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) epoch;
	_Alignas(2 * KERN_LINE_SIZE) struct epoch_cpu cpu[];
};

static void
epoch_destroy(void *policy)
{
	struct epoch *epoch;
	unsigned i, j;

	epoch = policy;
	if (epoch->limbo.zone != NULL)
		for (i = 0; i < epoch->cpu_count; i++)
			for (j = 0; j < EPOCH_SLOTS; j++)
				(void)limbo_free(&epoch->limbo,
				    &epoch->cpu[i].list[j]);
	limbo_fini(&epoch->limbo);
	kern_pages_free(epoch,
	    limbo_pages(sizeof(*epoch), sizeof(epoch->cpu[0])));
}

static void *
epoch_create(const struct policy_setup *setup)
{
	struct epoch *epoch;

	epoch = kern_pages_alloc(limbo_pages(sizeof(*epoch),
	    sizeof(epoch->cpu[0])), kern_domain());
	if (epoch == NULL)
		return (NULL);
	epoch->config = setup->config == NULL ? epoch_defaults :
	    *(const struct epoch_config *)setup->config;
	epoch->cpu_count = kern_cpu_count();
	epoch->hooks = kern_has_hooks();
	atomic_init(&epoch->epoch, 1);
	if (!limbo_init(&epoch->limbo, "epoch", setup,
	    sizeof(struct limbo_link))) {
		epoch_destroy(epoch);
		return (NULL);
	}
	return (epoch);
}

/* --- sections --------------------------------------------------------------- */

/* The record's owner, in a critical section. */
static void
epoch_begin(struct epoch *epoch, struct epoch_cpu *cpu)
{
	uint64_t active, now;

	active = atomic_load_explicit(&cpu->active, memory_order_relaxed);
	if (active != 0) {
		atomic_store_explicit(&cpu->active, active + 1,
		    memory_order_relaxed);
		return;
	}
	atomic_store_explicit(&cpu->active, 1, memory_order_relaxed);
	/*
	 * [P1] full fence, pairs with [P4].
	 * Claim   a scan that does not see this section has what was unlinked
	 *         before it seen by the section.
	 * Breaks  lists are found safe that hold what this section holds.
	 * Mutant  epoch-begin-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
	/*
	 * [P2] acquire, pairs with the step in epoch_poll().
	 * Claim   a record does not say that it is in an epoch later than what
	 *         its section sees (ck 1faa673).
	 * Breaks  the scan takes it for one that cannot hold the item.
	 */
	now = atomic_load_explicit(&epoch->epoch, memory_order_acquire);
	atomic_store_explicit(&cpu->epoch, now, memory_order_relaxed);
}

static void
epoch_end(struct epoch_cpu *cpu)
{

	/*
	 * [P3] release, pairs with the acquire in epoch_scan().
	 * Claim   what the section read, it read before it was over.
	 * Breaks  an item is reused under its last access.
	 */
	atomic_store_explicit(&cpu->active,
	    atomic_load_explicit(&cpu->active, memory_order_relaxed) - 1,
	    memory_order_release);
}

/* Counts the section where its epoch is counted; which of the two that is. */
static unsigned
epoch_count(struct epoch *epoch, struct epoch_cpu *cpu)
{
	struct epoch_bucket *bucket;
	uint64_t now;
	unsigned which;

	now = atomic_load_explicit(&epoch->epoch, memory_order_acquire);
	which = (unsigned)(now % EPOCH_SENSE);
	bucket = &cpu->bucket[which];
	if (bucket->count++ == 0)
		bucket->epoch = now;
	return (which);
}

/* The last section of an epoch has ended: the record moves to the other's. */
static void
epoch_uncount(struct epoch_cpu *cpu, unsigned which)
{
	const struct epoch_bucket *bucket, *other;

	if (--cpu->bucket[which].count > 0)
		return;
	bucket = &cpu->bucket[which];
	other = &cpu->bucket[(which + 1) % EPOCH_SENSE];
	if (other->count > 0 && bucket->epoch < other->epoch)
		atomic_store_explicit(&cpu->epoch, other->epoch,
		    memory_order_release);
}

static void
epoch_enter(void *policy)
{
	struct epoch_cpu *cpu;
	struct epoch *epoch;

	epoch = policy;
	if (!epoch->config.preemptible) {
		kern_critical_enter();
		epoch_begin(epoch, &epoch->cpu[kern_cpu()]);
		return;
	}
	/* The record is the CPU's, so the thread stays. */
	(void)kern_bind(kern_cpu());
	kern_critical_enter();
	cpu = &epoch->cpu[kern_cpu()];
	epoch_begin(epoch, cpu);
	kern_thread_set_word(epoch_count(epoch, cpu));
	kern_critical_exit();
}

static void
epoch_exit(void *policy)
{
	struct epoch_cpu *cpu;
	struct epoch *epoch;

	epoch = policy;
	cpu = &epoch->cpu[kern_cpu()];
	if (!epoch->config.preemptible) {
		epoch_end(cpu);
		kern_critical_exit();
		return;
	}
	kern_critical_enter();
	epoch_uncount(cpu, (unsigned)kern_thread_word());
	epoch_end(cpu);
	kern_critical_exit();
	kern_unbind();
}

/* --- callbacks -------------------------------------------------------------- */

/* A CPU with an open section that began in another epoch; NULL: none. */
static struct epoch_cpu *
epoch_scan(struct epoch *epoch, uint64_t now, bool *active)
{
	struct epoch_cpu *cpu;
	unsigned i;

	*active = false;
	for (i = 0; i < epoch->cpu_count; i++) {
		cpu = &epoch->cpu[i];
		if (atomic_load_explicit(&cpu->active, memory_order_acquire) ==
		    0)
			continue;
		*active = true;
		if (atomic_load_explicit(&cpu->epoch, memory_order_acquire) !=
		    now)
			return (cpu);
	}
	return (NULL);
}

static void
epoch_take(struct epoch_cpu *cpu, uint64_t slot, struct limbo_list *ready)
{

	limbo_append(ready, &cpu->list[slot % EPOCH_SLOTS]);
}

/* One poll of the CPU's own record, in a critical section. */
static void
epoch_poll(struct epoch *epoch, struct epoch_cpu *cpu,
    struct limbo_list *ready)
{
	uint64_t now, seen, slot;
	bool active;

	now = atomic_load_explicit(&epoch->epoch, memory_order_acquire);
	/*
	 * [P4] full fence, pairs with [P1].
	 * Claim, Breaks  see there.
	 */
	atomic_thread_fence(memory_order_seq_cst);
	if (epoch->config.rule == EPOCH_2018)
		epoch_take(cpu, now - 2, ready);
	cpu->polls++;
	if (epoch_scan(epoch, now, &active) != NULL) {
		cpu->fails++;
		return;
	}
	if (!active) {
		for (slot = 0; slot < EPOCH_SLOTS; slot++)
			epoch_take(cpu, slot, ready);
		return;
	}
	seen = now;
	(void)atomic_compare_exchange_strong_explicit(&epoch->epoch, &seen,
	    now + 1, memory_order_acq_rel, memory_order_acquire);
	switch (epoch->config.rule) {
	case EPOCH_2017:
		/* Only for whoever moved the epoch: hence dac27da. */
		if (seen == now)
			epoch_take(cpu, now + 1, ready);
		break;
	case EPOCH_2018:
		epoch_take(cpu, now - 1, ready);
		break;
	default:
		epoch_take(cpu, now - 2, ready);
		break;
	}
}

static void
epoch_run(struct epoch *epoch)
{
	struct limbo_list ready = { 0 };
	struct epoch_cpu *cpu;

	kern_critical_enter();
	cpu = &epoch->cpu[kern_cpu()];
	if (atomic_load_explicit(&cpu->pending, memory_order_relaxed) != 0)
		epoch_poll(epoch, cpu, &ready);
	/* The clock interrupt only looks at it. */
	atomic_store_explicit(&cpu->pending,
	    atomic_load_explicit(&cpu->pending, memory_order_relaxed) -
	    ready.count, memory_order_relaxed);
	kern_critical_exit();
	(void)limbo_free(&epoch->limbo, &ready);
}

static void
epoch_task(void *policy, unsigned number)
{

	(void)number;
	epoch_run(policy);
}

static enum policy_class
epoch_task_class(const void *config)
{

	return ((enum policy_class)((const struct epoch_config *)config)->task);
}

static void
epoch_tick(void *policy)
{
	struct epoch *epoch;
	unsigned cpu;

	epoch = policy;
	cpu = kern_cpu();
	if (atomic_load_explicit(&epoch->cpu[cpu].pending,
	    memory_order_relaxed) != 0)
		kern_task_wake(cpu);
}

static void
epoch_retire(void *policy, void *item)
{
	struct epoch_cpu *cpu;
	struct epoch *epoch;
	uint64_t now;
	bool due;

	epoch = policy;
	limbo_cached(&epoch->limbo, item);
	kern_critical_enter();
	cpu = &epoch->cpu[kern_cpu()];
	/*
	 * [P5] full fence, pairs with [P4] of whoever moves the epoch.
	 * Claim   the epoch is read at most one behind that of a section that
	 *         does not see the unlink: what d1b348c allows for.
	 * Breaks  filed two behind: found safe while the section holds it.
	 *         So it is without `call_fence`; litmus tests EPOCH+call*.
	 */
	if (epoch->config.call_fence != 0)
		atomic_thread_fence(memory_order_seq_cst);
	now = atomic_load_explicit(&epoch->epoch, memory_order_acquire);
	limbo_push(&cpu->list[now % EPOCH_SLOTS],
	    limbo_link_of(&epoch->limbo, item), 0);
	atomic_store_explicit(&cpu->pending,
	    atomic_load_explicit(&cpu->pending, memory_order_relaxed) + 1,
	    memory_order_relaxed);
	kern_items(KERN_ITEMS_STAMPED, epoch, &item, 1, now);
	due = !epoch->hooks && ++cpu->frees % EPOCH_POLL_EVERY == 0;
	kern_critical_exit();
	if (due)
		epoch_run(epoch);
}

/* --- waiting ---------------------------------------------------------------- */

static void
epoch_relax(const struct epoch *epoch, unsigned *spins)
{

	/* A preempted section may need the very CPU of the one who waits. */
	if (epoch->config.preemptible && ++*spins > EPOCH_SPINS)
		kern_yield();
	else
		kern_spin();
}

static void
epoch_synchronize(void *policy)
{
	struct epoch *epoch;
	uint64_t now, goal;
	unsigned spins;
	bool active;

	epoch = policy;
	spins = 0;
	kern_event(KERN_WAIT_BEGIN, epoch, 0, 0);
	/* The caller's stores first: ck e60c05b. */
	atomic_thread_fence(memory_order_seq_cst);
	now = atomic_load_explicit(&epoch->epoch, memory_order_acquire);
	goal = now + EPOCH_GRACE;
	while (now < goal) {
		while (epoch_scan(epoch, now, &active) != NULL) {
			epoch_relax(epoch, &spins);
			now = atomic_load_explicit(&epoch->epoch,
			    memory_order_acquire);
			atomic_thread_fence(memory_order_seq_cst);
		}
		if (!active)
			break;
		if (atomic_compare_exchange_strong_explicit(&epoch->epoch,
		    &now, now + 1, memory_order_acq_rel, memory_order_acquire))
			now++;
		atomic_thread_fence(memory_order_seq_cst);
	}
	kern_event(KERN_WAIT_END, epoch, 0, 0);
}

/* --- looking ---------------------------------------------------------------- */

static KERN_UNSEEN void
epoch_census(const void *policy, struct policy_census *census)
{
	const struct epoch *epoch;
	unsigned i, j;

	epoch = policy;
	limbo_census(policy, census);
	for (i = 0; i < epoch->cpu_count; i++)
		for (j = 0; j < EPOCH_SLOTS; j++)
			census->items_cached += epoch->cpu[i].list[j].count;
}

static KERN_UNSEEN void
epoch_counters(const void *policy, struct policy_counters *counters)
{
	const struct epoch *epoch;
	unsigned i;

	epoch = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&epoch->epoch,
	    memory_order_relaxed) - 1;
	for (i = 0; i < epoch->cpu_count; i++) {
		counters->poll += epoch->cpu[i].polls;
		counters->poll_fail += epoch->cpu[i].fails;
	}
	counters->poll_scan = counters->poll;
}

const struct policy_def policy_epoch = {
	.part = {
		.name = "epoch",
		.about = "FreeBSD epoch(9) over ck_epoch: callbacks that a task polls for at each tick.",
		.source = "FreeBSD sys/kern/subr_epoch.c; Concurrency Kit src/ck_epoch.c",
		.knobs = epoch_knobs,
		.knob_count = sizeof(epoch_knobs) / sizeof(epoch_knobs[0]),
		.config_bytes = sizeof(struct epoch_config),
	},
	.safe = true,
	.links = true,
	.create = epoch_create,
	.destroy = epoch_destroy,
	.enter = epoch_enter,
	.exit = epoch_exit,
	.alloc = limbo_alloc,
	.retire = epoch_retire,
	.discard = limbo_discard,
	.synchronize = epoch_synchronize,
	.tick = epoch_tick,
	.task = epoch_task,
	.task_class = epoch_task_class,
	.task_each_cpu = true,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = epoch_census,
	.counters = epoch_counters,
};
