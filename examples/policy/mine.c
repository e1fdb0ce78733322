/*
 * A policy to begin with: epochs, in their plainest form.
 *
 * Model       a global epoch; each CPU announces the epoch in which its section
 *             began, or 0.  A freed item goes to the end of its CPU's list, with
 *             the present epoch as its stamp.  Every `batch` frees a CPU looks
 *             at all others, and moves the epoch on if nobody announces another
 *             one.  What has a stamp of two epochs ago is handed back.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.
 * Limits      one section that stays open stops everything, and memory grows
 *             without bound.
 * Source      K. Fraser, Practical lock-freedom, UCAM-CL-TR-579 (2004), 5.2.3.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "policies/limbo.h"
#include "policies/plugin.h"

/* Knobs: scenarios and --set know them as policy.mine.NAME. */
struct mine_config {
	uint64_t batch;
};

static const struct knob mine_knobs[] = {
	{ "batch", KNOB_COUNT, offsetof(struct mine_config, batch), "1",
	    "1000000", "32", NULL,
	    "frees of a CPU after which it tries to move the epoch" },
};

enum { MINE_FIRST = 2, MINE_WAIT = 2 };	/* epochs */

/* All that changes lies in pages of the machine, none of it in variables. */
struct mine_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) section;	/* 0: none */
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
	uint64_t frees;
	uint64_t polls;
	uint64_t fails;
};

struct mine {
	struct limbo limbo;	/* the first, so that limbo_alloc() is ours */
	uint64_t batch;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) epoch;
	_Alignas(2 * KERN_LINE_SIZE) struct mine_cpu cpu[];
};

static void
mine_destroy(void *policy)
{
	struct mine *mine;
	unsigned i;

	mine = policy;
	if (mine->limbo.zone != NULL)
		for (i = 0; i < mine->cpu_count; i++)
			(void)limbo_free(&mine->limbo, &mine->cpu[i].list);
	limbo_fini(&mine->limbo);
	kern_pages_free(mine,
	    limbo_pages(sizeof(*mine), sizeof(mine->cpu[0])));
}

static void *
mine_create(const struct policy_setup *setup)
{
	const struct mine_config *config;
	struct mine *mine;

	mine = kern_pages_alloc(limbo_pages(sizeof(*mine),
	    sizeof(mine->cpu[0])), kern_domain());
	if (mine == NULL)
		return (NULL);
	config = setup->config;
	/* Real threads, in the tests of policies/, have no scenario. */
	mine->batch = config == NULL ? 32 : config->batch;
	mine->cpu_count = kern_cpu_count();
	atomic_init(&mine->epoch, MINE_FIRST);
	if (!limbo_init(&mine->limbo, "mine", setup,
	    sizeof(struct limbo_link))) {
		mine_destroy(mine);
		return (NULL);
	}
	return (mine);
}

static void
mine_enter(void *policy)
{
	struct mine *mine;

	mine = policy;
	kern_critical_enter();
	atomic_store_explicit(&mine->cpu[kern_cpu()].section,
	    atomic_load_explicit(&mine->epoch, memory_order_relaxed),
	    memory_order_relaxed);
	/* Either mine_advance() sees this section, or it sees the unlinking. */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
mine_exit(void *policy)
{
	struct mine *mine;

	mine = policy;
	atomic_store_explicit(&mine->cpu[kern_cpu()].section, 0,
	    memory_order_release);
	kern_critical_exit();
}

/* Moves the epoch on if all sections have begun in it; the epoch as it is now. */
static uint64_t
mine_advance(struct mine *mine)
{
	uint64_t epoch, section;
	unsigned i;

	epoch = atomic_load_explicit(&mine->epoch, memory_order_acquire);
	atomic_thread_fence(memory_order_seq_cst);
	for (i = 0; i < mine->cpu_count; i++) {
		section = atomic_load_explicit(&mine->cpu[i].section,
		    memory_order_acquire);
		if (section != 0 && section != epoch)
			return (epoch);
	}
	if (atomic_compare_exchange_strong_explicit(&mine->epoch, &epoch,
	    epoch + 1, memory_order_acq_rel, memory_order_acquire))
		epoch++;
	return (epoch);
}

static void
mine_poll(struct mine *mine)
{
	struct limbo_list ready = { 0 };
	struct mine_cpu *cpu;
	uint64_t epoch;

	kern_critical_enter();
	cpu = &mine->cpu[kern_cpu()];
	epoch = mine_advance(mine);
	limbo_ready(&cpu->list, epoch - MINE_WAIT, &ready);
	cpu->polls++;
	cpu->fails += ready.head == NULL;
	kern_critical_exit();
	(void)limbo_free(&mine->limbo, &ready);
}

static void *
mine_alloc(void *policy)
{
	void *item;

	item = limbo_alloc(policy);
	if (item != NULL)
		return (item);
	mine_poll(policy);
	return (limbo_alloc(policy));
}

static void
mine_retire(void *policy, void *item)
{
	struct mine_cpu *cpu;
	struct mine *mine;
	uint64_t epoch;
	bool due;

	mine = policy;
	limbo_cached(&mine->limbo, item);
	kern_critical_enter();
	cpu = &mine->cpu[kern_cpu()];
	/* No section that may hold the item begins in a later epoch. */
	atomic_thread_fence(memory_order_seq_cst);
	epoch = atomic_load_explicit(&mine->epoch, memory_order_acquire);
	limbo_push(&cpu->list, limbo_link_of(&mine->limbo, item), epoch);
	due = ++cpu->frees % mine->batch == 0;
	/* What the metrics know of an item's way, they know from such calls. */
	kern_items(KERN_ITEMS_STAMPED, mine, &item, 1, epoch);
	kern_critical_exit();
	if (due)
		mine_poll(mine);
}

static void
mine_synchronize(void *policy)
{
	struct mine *mine;
	uint64_t goal;

	mine = policy;
	kern_event(KERN_WAIT_BEGIN, mine, 0, 0);
	atomic_thread_fence(memory_order_seq_cst);
	goal = atomic_load_explicit(&mine->epoch, memory_order_acquire) +
	    MINE_WAIT;
	while (mine_advance(mine) < goal)
		kern_spin();
	kern_event(KERN_WAIT_END, mine, 0, 0);
}

static void
mine_reclaim(void *policy, enum policy_reclaim how)
{

	mine_poll(policy);
	limbo_reclaim(policy, how);
}

/* KERN_UNSEEN: what looks on from outside costs no simulated time. */
static KERN_UNSEEN void
mine_census(const void *policy, struct policy_census *census)
{
	const struct mine *mine;
	unsigned i;

	mine = policy;
	limbo_census(policy, census);
	for (i = 0; i < mine->cpu_count; i++)
		census->items_cached += mine->cpu[i].list.count;
}

static KERN_UNSEEN void
mine_counters(const void *policy, struct policy_counters *counters)
{
	const struct mine *mine;
	unsigned i;

	mine = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&mine->epoch,
	    memory_order_relaxed) - MINE_FIRST;
	for (i = 0; i < mine->cpu_count; i++) {
		counters->poll += mine->cpu[i].polls;
		counters->poll_fail += mine->cpu[i].fails;
	}
	counters->poll_scan = counters->poll;
}

static const struct policy_def policy_mine = {
	.part = {
		.name = "mine",
		.about = "Epochs in their plainest form; the example of docs/policies-plugin.md.",
		.source = "K. Fraser, UCAM-CL-TR-579 (2004), 5.2.3",
		.knobs = mine_knobs,
		.knob_count = sizeof(mine_knobs) / sizeof(mine_knobs[0]),
		.config_bytes = sizeof(struct mine_config),
	},
	.safe = true,
	.create = mine_create,
	.destroy = mine_destroy,
	.enter = mine_enter,
	.exit = mine_exit,
	.alloc = mine_alloc,
	.retire = mine_retire,
	.discard = limbo_discard,
	.synchronize = mine_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = mine_reclaim,
	.census = mine_census,
	.counters = mine_counters,
};

POLICY_PLUGIN(policy_mine);
