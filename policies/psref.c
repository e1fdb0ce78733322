/*
 * NetBSD's psref(9): passive references, which only the CPU that took them
 * knows of; whoever destroys an item asks all CPUs for it.
 *
 * Model       a load is a short pserialize(9) section, in which the reference is
 *             noted in a list of the CPU; references are given back when the
 *             section of the workload ends.  A CPU has `slots` of them; a
 *             section that wants more stays in its pserialize section until
 *             it is over, so that nobody can ask.  A free interrupts all CPUs,
 *             so that nobody is between a load and its note, and then
 *             interrupts them again to ask for the item, once a clock tick
 *             while somebody has it.
 * Guarantees  bounded: an item is reused at once when nobody has a reference,
 *             and what is kept is kept by those who free.
 * Limits      each free takes two broadcasts, and a clock tick where the item
 *             is in use.  Only for pointers that are found from outside of
 *             items (rooted), as hazard pointers.  Sections keep their CPU here,
 *             where those of NetBSD may sleep.
 * Source      NetBSD sys/kern/subr_psref.c @ 01b290be9c65, psref(9).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/broadcast.h"
#include "policies/limbo.h"

enum { PSREF_SLOTS_MAX = 64 };

struct psref_config {
	uint64_t slots;
};

static const struct knob psref_knobs[] = {
	{ "slots", KNOB_COUNT, offsetof(struct psref_config, slots), "1",
	    "64", "16", NULL, "references that a section can have" },
};

struct psref_cpu {
	_Alignas(2 * KERN_LINE_SIZE) uint64_t count;
	void *item[PSREF_SLOTS_MAX];
	bool full;		/* ... and its calls stay off */
};

struct psref {
	struct limbo limbo;
	uint64_t slots;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct broadcast broadcast;
	struct mutex asking;		/* for `answer` */
	_Atomic(unsigned) answer;
	_Alignas(2 * KERN_LINE_SIZE) struct psref_cpu cpu[];
};

/* One destruction: in memory that all CPUs share. */
struct psref_question {
	struct psref *psref;
	void *item;
	_Atomic(unsigned) held;
};

static void
psref_destroy(void *policy)
{
	struct psref *psref;

	psref = policy;
	limbo_fini(&psref->limbo);
	broadcast_fini(&psref->broadcast);
	mutex_fini(&psref->asking);
	kern_pages_free(psref,
	    limbo_pages(sizeof(*psref), sizeof(psref->cpu[0])));
}

static void *
psref_create(const struct policy_setup *setup)
{
	struct psref *psref;

	psref = kern_pages_alloc(limbo_pages(sizeof(*psref),
	    sizeof(psref->cpu[0])), kern_domain());
	if (psref == NULL)
		return (NULL);
	psref->slots = setup->config == NULL ? 16 :
	    ((const struct psref_config *)setup->config)->slots;
	psref->cpu_count = kern_cpu_count();
	broadcast_init(&psref->broadcast);
	mutex_init(&psref->asking);
	if (!limbo_init(&psref->limbo, "psref", setup,
	    sizeof(struct psref_question))) {
		psref_destroy(psref);
		return (NULL);
	}
	return (psref);
}

static void
psref_enter(void *policy)
{

	(void)policy;
	kern_critical_enter();
}

static void *
psref_load(void *policy, _Atomic(void *) *from)
{
	struct psref_cpu *cpu;
	struct psref *psref;
	void *item;

	psref = policy;
	kern_calls_off();
	cpu = &psref->cpu[kern_cpu()];
	item = atomic_load_explicit(from, memory_order_acquire);
	if (item != NULL && cpu->count < psref->slots)
		cpu->item[cpu->count++] = item;
	else if (item != NULL && !cpu->full) {
		cpu->full = true;
		return (item);
	}
	kern_calls_on();
	return (item);
}

static void
psref_exit(void *policy)
{
	struct psref_cpu *cpu;
	struct psref *psref;

	psref = policy;
	kern_calls_off();
	cpu = &psref->cpu[kern_cpu()];
	cpu->count = 0;
	if (cpu->full) {
		cpu->full = false;
		kern_calls_on();
	}
	kern_calls_on();
	kern_critical_exit();
}

/* An interrupt's handler: does this CPU have a reference? */
static void
psref_ask(void *argument)
{
	struct psref_question *question;
	const struct psref_cpu *cpu;
	uint64_t i;

	question = argument;
	cpu = &question->psref->cpu[kern_cpu()];
	for (i = 0; i < cpu->count; i++)
		if (cpu->item[i] == question->item) {
			(void)atomic_fetch_add_explicit(&question->held, 1,
			    memory_order_relaxed);
			return;
		}
}

static void
psref_retire(void *policy, void *item)
{
	struct psref_question *question;
	struct psref *psref;
	unsigned held;

	psref = policy;
	limbo_cached(&psref->limbo, item);
	question = (struct psref_question *)(void *)
	    ((unsigned char *)item + psref->limbo.offset);
	question->psref = psref;
	question->item = item;
	kern_event(KERN_WAIT_BEGIN, psref, 0, 0);
	/* Who has loaded the pointer has noted it by the end of this. */
	broadcast_all(&psref->broadcast, NULL, NULL);
	for (;;) {
		atomic_store_explicit(&question->held, 0,
		    memory_order_relaxed);
		broadcast_all(&psref->broadcast, psref_ask, question);
		held = atomic_load_explicit(&question->held,
		    memory_order_relaxed);
		if (held == 0)
			break;
		kern_pause(1);
	}
	kern_event(KERN_WAIT_END, psref, 0, 0);
	kern_items(KERN_ITEMS_KNOWN, psref, &item, 1, 0);
	limbo_discard(psref, item);
}

/* An interrupt's handler: 1 where this CPU has references, else 2. */
static void
psref_none(void *argument)
{
	struct psref *psref;

	psref = argument;
	atomic_store_explicit(&psref->answer,
	    psref->cpu[kern_cpu()].count != 0 ? 1 : 2, memory_order_release);
}

/* Each CPU has had no references, one after another. */
static void
psref_synchronize(void *policy)
{
	struct psref *psref;
	unsigned i, answer;

	psref = policy;
	kern_event(KERN_WAIT_BEGIN, psref, 0, 0);
	mutex_lock(&psref->asking);
	for (i = 0; i < psref->cpu_count; i++)
		do {
			atomic_store_explicit(&psref->answer, 0,
			    memory_order_relaxed);
			kern_cross_call(i, psref_none, psref);
			while ((answer = atomic_load_explicit(&psref->answer,
			    memory_order_acquire)) == 0)
				kern_spin();
		} while (answer == 1);
	mutex_unlock(&psref->asking);
	kern_event(KERN_WAIT_END, psref, 0, 0);
}

static KERN_UNSEEN void
psref_counters(const void *policy, struct policy_counters *counters)
{
	const struct psref *psref;

	psref = policy;
	*counters = (struct policy_counters){ 0 };
	counters->poll_scan = atomic_load_explicit(&psref->broadcast.count,
	    memory_order_relaxed);
	counters->poll = counters->poll_scan;
}

const struct policy_def policy_psref = {
	.part = {
		.name = "psref",
		.about = "NetBSD psref(9): references known to one CPU, frees that ask all, only for items found from roots.",
		.source = "NetBSD sys/kern/subr_psref.c @ 01b290be9c65",
		.knobs = psref_knobs,
		.knob_count = sizeof(psref_knobs) / sizeof(psref_knobs[0]),
		.config_bytes = sizeof(struct psref_config),
	},
	.safe = true,
	.links = true,
	.rooted = true,
	.by_item = true,
	.waits = true,
	.create = psref_create,
	.destroy = psref_destroy,
	.enter = psref_enter,
	.exit = psref_exit,
	.load = psref_load,
	.alloc = limbo_alloc,
	.retire = psref_retire,
	.discard = limbo_discard,
	.synchronize = psref_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = limbo_reclaim,
	.census = limbo_census,
	.counters = psref_counters,
};
