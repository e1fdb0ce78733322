/*
 * NetBSD's pserialize(9): readers do nothing, and whoever frees interrupts all.
 *
 * Model       a section raises the CPU's interrupt level, so that cross calls
 *             wait for its end: no barrier, no store that others see.  Freed
 *             items are kept by the CPU that freed them; when there are `batch`
 *             of them, it performs: it interrupts every CPU and waits until all
 *             have answered, and with that all sections are over.  Then the
 *             items go to the next allocation: to perform before the put is
 *             what PR_PSERIALIZE does not do (see pool_cache).
 *             Performs may be coalesced (`coalesce`): who comes while a round
 *             is under way waits for the next one, which serves all of them.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  At most batch - 1 items of each CPU wait for
 *             company: memory is bounded.  K performs at once take at most two
 *             rounds, coalesced, else K.
 * Limits      each round interrupts all CPUs, and the one who frees waits for
 *             the slowest: a stalled CPU stalls every free.  A thread that keeps
 *             an item in its batch and frees no more keeps it for good.
 * Source      NetBSD sys/kern/subr_pserialize.c since 2019-12-03: perform is
 *             one xc_barrier(XC_HIGHPRI); coalescing: tech-kern, May 2026.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "engine/mutex.h"
#include "policies/limbo.h"

struct pserialize_config {
	uint64_t batch;
	uint64_t coalesce;	/* flag */
};

static const struct pserialize_config pserialize_defaults = { .batch = 1 };

static const struct knob pserialize_knobs[] = {
	{ "batch", KNOB_COUNT, offsetof(struct pserialize_config, batch), "1",
	    "1000000", "1", NULL, "freed items of a CPU that share a perform" },
	{ "coalesce", KNOB_FLAG, offsetof(struct pserialize_config, coalesce),
	    NULL, NULL, "false", NULL,
	    "performs that come during a round share the next one" },
};

struct pserialize_cpu {
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
};

struct pserialize {
	struct limbo limbo;
	struct pserialize_config config;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct mutex lock;	/* of a round */
	_Atomic(uint64_t) begun;	/* rounds */
	_Atomic(uint64_t) done;
	_Atomic(uint64_t) performs;
	_Atomic(unsigned) left;		/* CPUs that have not answered */
	_Alignas(2 * KERN_LINE_SIZE) struct pserialize_cpu cpu[];
};

static void
pserialize_destroy(void *policy)
{
	struct pserialize *psz;
	unsigned i;

	psz = policy;
	if (psz->limbo.zone != NULL)
		for (i = 0; i < psz->cpu_count; i++)
			(void)limbo_free(&psz->limbo, &psz->cpu[i].list);
	limbo_fini(&psz->limbo);
	mutex_fini(&psz->lock);
	kern_pages_free(psz, limbo_pages(sizeof(*psz), sizeof(psz->cpu[0])));
}

static void *
pserialize_create(const struct policy_setup *setup)
{
	struct pserialize *psz;

	psz = kern_pages_alloc(limbo_pages(sizeof(*psz), sizeof(psz->cpu[0])),
	    kern_domain());
	if (psz == NULL)
		return (NULL);
	psz->config = setup->config == NULL ? pserialize_defaults :
	    *(const struct pserialize_config *)setup->config;
	psz->cpu_count = kern_cpu_count();
	mutex_init(&psz->lock);
	if (!limbo_init(&psz->limbo, "pserialize", setup,
	    sizeof(struct limbo_link))) {
		pserialize_destroy(psz);
		return (NULL);
	}
	return (psz);
}

static void
pserialize_enter(void *policy)
{

	(void)policy;
	kern_critical_enter();
	kern_calls_off();
}

static void
pserialize_exit(void *policy)
{

	(void)policy;
	kern_calls_on();
	kern_critical_exit();
}

/*
 * [Z1] release, pairs with the acquire in pserialize_barrier().
 * Claim   the sections of the CPU that was interrupted are over.
 * Breaks  an item is reused under the last access of one.
 */
static void
pserialize_answer(void *argument)
{

	(void)atomic_fetch_sub_explicit((_Atomic(unsigned) *)argument, 1,
	    memory_order_acq_rel);
}

/* xc_barrier(): every CPU is interrupted, outside of any section.  Locked. */
static void
pserialize_round(struct pserialize *psz)
{
	unsigned i;

	(void)atomic_fetch_add_explicit(&psz->begun, 1, memory_order_seq_cst);
	atomic_store_explicit(&psz->left, psz->cpu_count,
	    memory_order_release);
	for (i = 0; i < psz->cpu_count; i++)
		kern_cross_call(i, pserialize_answer, &psz->left);
	while (atomic_load_explicit(&psz->left, memory_order_acquire) != 0)
		kern_spin();
	(void)atomic_fetch_add_explicit(&psz->done, 1, memory_order_acq_rel);
}

/* Returns when all sections that were open at the call are over. */
static void
pserialize_perform(struct pserialize *psz)
{
	uint64_t goal;

	kern_event(KERN_WAIT_BEGIN, psz, 0, 0);
	(void)atomic_fetch_add_explicit(&psz->performs, 1,
	    memory_order_relaxed);
	if (!psz->config.coalesce) {
		mutex_lock(&psz->lock);
		pserialize_round(psz);
		mutex_unlock(&psz->lock);
		kern_event(KERN_WAIT_END, psz, 0, 0);
		return;
	}
	/*
	 * [Z2] a look that is a step of no length: acquire and release, pairs
	 * with the step of `begun` in pserialize_round().
	 * Claim   a round that begins after this look interrupts CPUs that see
	 *         what was unlinked.
	 * Breaks  a round that has passed some CPU already is counted on; or
	 *         the CPUs that it interrupts learn nothing of this caller's
	 *         stores (a fence and a load hand them nothing on).
	 * Mutant  pserialize-coalesce-early, pserialize-look-only
	 */
	goal = atomic_fetch_add_explicit(&psz->begun, 0,
	    memory_order_acq_rel) + 1;
	while (atomic_load_explicit(&psz->done, memory_order_acquire) < goal) {
		if (!mutex_trylock(&psz->lock)) {
			kern_spin();
			continue;
		}
		/* Whoever had the lock may have served this caller too. */
		if (atomic_load_explicit(&psz->done, memory_order_acquire) <
		    goal)
			pserialize_round(psz);
		mutex_unlock(&psz->lock);
	}
	kern_event(KERN_WAIT_END, psz, 0, 0);
}

static void
pserialize_retire(void *policy, void *item)
{
	struct limbo_list ready = { 0 };
	struct pserialize_cpu *cpu;
	struct pserialize *psz;

	psz = policy;
	limbo_cached(&psz->limbo, item);
	kern_critical_enter();
	cpu = &psz->cpu[kern_cpu()];
	limbo_push(&cpu->list, limbo_link_of(&psz->limbo, item), 0);
	if (cpu->list.count >= psz->config.batch) {
		limbo_stamped(&psz->limbo, &cpu->list, 0);
		limbo_append(&ready, &cpu->list);
	}
	kern_critical_exit();
	if (ready.head == NULL)
		return;
	pserialize_perform(psz);
	(void)limbo_free(&psz->limbo, &ready);
}

static void
pserialize_synchronize(void *policy)
{

	pserialize_perform(policy);
}

static void
pserialize_reclaim(void *policy, enum policy_reclaim how)
{
	struct limbo_list ready = { 0 };
	struct pserialize *psz;

	psz = policy;
	kern_critical_enter();
	limbo_append(&ready, &psz->cpu[kern_cpu()].list);
	kern_critical_exit();
	if (ready.head != NULL) {
		pserialize_perform(psz);
		(void)limbo_free(&psz->limbo, &ready);
	}
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
pserialize_census(const void *policy, struct policy_census *census)
{
	const struct pserialize *psz;
	unsigned i;

	psz = policy;
	limbo_census(policy, census);
	for (i = 0; i < psz->cpu_count; i++)
		census->items_cached += psz->cpu[i].list.count;
}

/* Rounds are its scans of all CPUs, performs its polls. */
static KERN_UNSEEN void
pserialize_counters(const void *policy, struct policy_counters *counters)
{
	const struct pserialize *psz;

	psz = policy;
	*counters = (struct policy_counters){ 0 };
	counters->advance = atomic_load_explicit(&psz->begun,
	    memory_order_relaxed);
	counters->poll_scan = counters->advance;
	counters->poll = atomic_load_explicit(&psz->performs,
	    memory_order_relaxed);
}

const struct policy_def policy_pserialize = {
	.part = {
		.name = "pserialize",
		.about = "NetBSD pserialize(9): free sections, and frees that interrupt all CPUs and wait.",
		.source = "NetBSD sys/kern/subr_pserialize.c, 2019-12-03; tech-kern, May 2026",
		.knobs = pserialize_knobs,
		.knob_count =
		    sizeof(pserialize_knobs) / sizeof(pserialize_knobs[0]),
		.config_bytes = sizeof(struct pserialize_config),
	},
	.safe = true,
	.links = true,
	.waits = true,
	.create = pserialize_create,
	.destroy = pserialize_destroy,
	.enter = pserialize_enter,
	.exit = pserialize_exit,
	.alloc = limbo_alloc,
	.retire = pserialize_retire,
	.discard = limbo_discard,
	.synchronize = pserialize_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = pserialize_reclaim,
	.census = pserialize_census,
	.counters = pserialize_counters,
};
