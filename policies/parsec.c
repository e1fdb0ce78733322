/*
 * Parsec: time is the clock.  Sections and frees are dated by the cycle counter,
 * which all CPUs share without sharing a cache line.
 *
 * Model       entering stores the time in the CPU's record, leaving stores that
 *             time plus one beside it.  A freed item is dated and put at the
 *             end of the CPU's list.  Once the list is long enough (`target`),
 *             the CPU looks at the others, first at what it remembers of each:
 *             a date is safe if all of them entered later, or were outside at a
 *             later time.  Where its memory does not do, it reads the other's
 *             record, and takes over what that one found out last.  Then it
 *             frees at most `batch` items from the head.  A look that fails, or
 *             frees less than a batch, makes the list longer by a batch, for
 *             good.
 * Guarantees  an item is reused after all sections that were open when it was
 *             freed have ended.  Freeing never waits.
 * Limits      needs a counter that is one clock for all CPUs, read in order with
 *             the accesses around it: a later date stands for having seen what
 *             came before an earlier one.  C11 knows no such clock, so this is
 *             promised up to tso.  Memory grows without bound while a section
 *             stays open; the target never shrinks again.  A CPU that frees no
 *             more keeps its list.  Each record remembers all others: memory
 *             grows with the square of the number of CPUs.
 * Source      Q. Wang, T. Stamler, G. Parmer, Parallel Sections: Scaling
 *             System-Level Data-Structures, EuroSys 2016; gwsystems/ps @ 81eb50f.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/kern.h"
#include "engine/kern_scheme.h"
#include "policies/limbo.h"

struct parsec_config {
	uint64_t batch;
	uint64_t target;
};

static const struct parsec_config parsec_defaults = {
	.batch = 128, .target = 128
};

static const struct knob parsec_knobs[] = {
	{ "batch", KNOB_COUNT, offsetof(struct parsec_config, batch), "1",
	    "1000000", "128", NULL, "items that one look frees at most; "
	    "PS_QLIST_BATCH" },
	{ "target", KNOB_COUNT, offsetof(struct parsec_config, target), "1",
	    "1000000", "128", NULL, "freed items of a CPU before its first "
	    "look" },
};

/* What a CPU remembers of another. */
struct parsec_view {
	uint64_t in;
	uint64_t out;
	uint64_t updated;
};

struct parsec_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) in;
	_Atomic(uint64_t) out;
	_Atomic(uint64_t) known;	/* all sections from before it are over */
	_Alignas(2 * KERN_LINE_SIZE) struct limbo_list list;
	uint64_t target;
	uint64_t polls;
	uint64_t scans;
	uint64_t fails;
	struct parsec_view *views;
};

struct parsec {
	struct limbo limbo;
	struct parsec_config config;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct parsec_cpu cpu[];
};

static size_t
parsec_view_pages(const struct parsec *parsec)
{

	return ((parsec->cpu_count * sizeof(struct parsec_view) +
	    KERN_PAGE_SIZE - 1) / KERN_PAGE_SIZE);
}

static void
parsec_destroy(void *policy)
{
	struct parsec *parsec;
	unsigned i;

	parsec = policy;
	for (i = 0; i < parsec->cpu_count; i++) {
		if (parsec->limbo.zone != NULL)
			(void)limbo_free(&parsec->limbo, &parsec->cpu[i].list);
		if (parsec->cpu[i].views != NULL)
			kern_pages_free(parsec->cpu[i].views,
			    parsec_view_pages(parsec));
	}
	limbo_fini(&parsec->limbo);
	kern_pages_free(parsec,
	    limbo_pages(sizeof(*parsec), sizeof(parsec->cpu[0])));
}

static void *
parsec_create(const struct policy_setup *setup)
{
	struct parsec *parsec;
	unsigned i;

	parsec = kern_pages_alloc(limbo_pages(sizeof(*parsec),
	    sizeof(parsec->cpu[0])), kern_domain());
	if (parsec == NULL)
		return (NULL);
	parsec->config = setup->config == NULL ? parsec_defaults :
	    *(const struct parsec_config *)setup->config;
	parsec->cpu_count = kern_cpu_count();
	for (i = 0; i < parsec->cpu_count; i++) {
		parsec->cpu[i].target = parsec->config.target;
		/* Outside. */
		atomic_init(&parsec->cpu[i].out, 1);
		parsec->cpu[i].views = kern_pages_alloc(
		    parsec_view_pages(parsec), i % kern_domain_count());
		if (parsec->cpu[i].views == NULL)
			break;
	}
	if (i < parsec->cpu_count || !limbo_init(&parsec->limbo, "parsec",
	    setup, sizeof(struct limbo_link))) {
		parsec_destroy(parsec);
		return (NULL);
	}
	return (parsec);
}

static void
parsec_enter(void *policy)
{
	struct parsec_cpu *cpu;
	struct parsec *parsec;

	parsec = policy;
	kern_critical_enter();
	cpu = &parsec->cpu[kern_cpu()];
	/*
	 * [T0] release, pairs with the acquire in parsec_look().
	 * Claim   who sees this section's time sees the one before over: a date
	 *         before `in` is safe whatever `out` says.
	 * Breaks  the last accesses of that section come after the reuse.
	 * Mutant  none: only relaxed would tell, for which see Limits
	 */
	atomic_store_explicit(&cpu->in, kern_cycles(), memory_order_release);
	/*
	 * [T1] full fence, pairs with [T3].
	 * Claim   whoever freed and does not see this section has its unlink
	 *         seen by it.
	 * Breaks  the CPU looks as if it were outside.
	 * Mutant  parsec-enter-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

static void
parsec_exit(void *policy)
{
	struct parsec_cpu *cpu;
	struct parsec *parsec;

	parsec = policy;
	cpu = &parsec->cpu[kern_cpu()];
	/*
	 * [T2] release, pairs with the acquire in parsec_look().
	 * Claim   the section's last access comes before it is over.
	 * Breaks  the item is reused under it.
	 */
	atomic_store_explicit(&cpu->out, atomic_load_explicit(&cpu->in,
	    memory_order_relaxed) + 1, memory_order_release);
	kern_critical_exit();
}

/* What this CPU now sees of the other. */
static void
parsec_look(struct parsec_cpu *other, struct parsec_view *view)
{

	view->updated = kern_cycles();
	/* The time first: who has left by then has left the later section. */
	view->in = atomic_load_explicit(&other->in, memory_order_acquire);
	view->out = atomic_load_explicit(&other->out, memory_order_acquire);
}

static bool
parsec_view_safe(const struct parsec_view *view, uint64_t date)
{

	return (date < view->in ||
	    (date < view->updated && view->in < view->out));
}

/* Whether all sections from up to `date` are over; else what is, if anything. */
static bool
parsec_quiesced(struct parsec *parsec, unsigned self, uint64_t date,
    uint64_t *known)
{
	struct parsec_view *view;
	struct parsec_cpu *other;
	uint64_t least, theirs;
	unsigned i, cpu;

	least = UINT64_MAX;
	for (i = 1; i < parsec->cpu_count; i++) {
		cpu = (self + i) % parsec->cpu_count;
		view = &parsec->cpu[self].views[cpu];
		if (!parsec_view_safe(view, date)) {
			other = &parsec->cpu[cpu];
			parsec_look(other, view);
			theirs = atomic_load_explicit(&other->known,
			    memory_order_acquire);
			if (theirs > date) {
				*known = theirs;
				return (true);
			}
			if (!parsec_view_safe(view, date))
				return (false);
		}
		theirs = view->in < view->out && view->in < view->updated ?
		    view->updated : view->in;
		if (theirs < least)
			least = theirs;
	}
	/* With one CPU, that is the present. */
	*known = least == UINT64_MAX ? date + 1 : least;
	return (true);
}

/* Takes up to a batch of what is safe; in a critical section. */
static void
parsec_collect(struct parsec *parsec, struct limbo_list *ready)
{
	struct parsec_cpu *cpu;
	uint64_t known;
	unsigned self;

	self = kern_cpu();
	cpu = &parsec->cpu[self];
	if (cpu->list.head == NULL)
		return;
	cpu->polls++;
	known = atomic_load_explicit(&cpu->known, memory_order_relaxed);
	if (cpu->list.head->stamp >= known) {
		cpu->scans++;
		if (parsec_quiesced(parsec, self, cpu->list.head->stamp,
		    &known))
			atomic_store_explicit(&cpu->known, known,
			    memory_order_release);
	}
	while (ready->count < parsec->config.batch &&
	    cpu->list.head != NULL && cpu->list.head->stamp < known)
		limbo_push(ready, limbo_pop(&cpu->list), 0);
	cpu->fails += ready->count == 0;
	if (ready->count < parsec->config.batch)
		cpu->target += parsec->config.batch;
}

static void
parsec_poll(struct parsec *parsec)
{
	struct limbo_list ready = { 0 };

	kern_critical_enter();
	parsec_collect(parsec, &ready);
	kern_critical_exit();
	(void)limbo_free(&parsec->limbo, &ready);
}

static void *
parsec_alloc(void *policy)
{
	void *item;

	item = limbo_alloc(policy);
	if (item != NULL)
		return (item);
	parsec_poll(policy);
	return (limbo_alloc(policy));
}

static void
parsec_retire(void *policy, void *item)
{
	struct limbo_list ready = { 0 };
	struct parsec_cpu *cpu;
	struct parsec *parsec;
	uint64_t date;

	parsec = policy;
	limbo_cached(&parsec->limbo, item);
	kern_critical_enter();
	cpu = &parsec->cpu[kern_cpu()];
	/*
	 * [T3] full fence, pairs with [T1].
	 * Claim   the item is out of everybody's sight before it is dated.
	 * Breaks  a section that began after the date finds it.
	 */
	atomic_thread_fence(memory_order_seq_cst);
	date = kern_cycles();
	limbo_push(&cpu->list, limbo_link_of(&parsec->limbo, item), date);
	kern_items(KERN_ITEMS_STAMPED, parsec, &item, 1, date);
	if (cpu->list.count >= cpu->target)
		parsec_collect(parsec, &ready);
	kern_critical_exit();
	if (ready.head != NULL)
		(void)limbo_free(&parsec->limbo, &ready);
}

static void
parsec_synchronize(void *policy)
{
	struct parsec_view view;
	struct parsec *parsec;
	uint64_t date;
	unsigned i;

	parsec = policy;
	kern_event(KERN_WAIT_BEGIN, parsec, 0, 0);
	atomic_thread_fence(memory_order_seq_cst);
	date = kern_cycles();
	for (i = 0; i < parsec->cpu_count; i++)
		for (;;) {
			parsec_look(&parsec->cpu[i], &view);
			if (parsec_view_safe(&view, date))
				break;
			kern_spin();
		}
	kern_event(KERN_WAIT_END, parsec, 0, 0);
}

static void
parsec_reclaim(void *policy, enum policy_reclaim how)
{

	parsec_poll(policy);
	limbo_reclaim(policy, how);
}

static KERN_UNSEEN void
parsec_census(const void *policy, struct policy_census *census)
{
	const struct parsec *parsec;
	unsigned i;

	parsec = policy;
	limbo_census(policy, census);
	for (i = 0; i < parsec->cpu_count; i++)
		census->items_cached += parsec->cpu[i].list.count;
}

static KERN_UNSEEN void
parsec_counters(const void *policy, struct policy_counters *counters)
{
	const struct parsec *parsec;
	unsigned i;

	parsec = policy;
	*counters = (struct policy_counters){ 0 };
	for (i = 0; i < parsec->cpu_count; i++) {
		counters->poll += parsec->cpu[i].polls;
		counters->poll_scan += parsec->cpu[i].scans;
		counters->poll_fail += parsec->cpu[i].fails;
	}
}

const struct policy_def policy_parsec = {
	.part = {
		.name = "parsec",
		.about = "Parallel sections: frees and sections are dated by the cycle counter.",
		.source = "Wang, Stamler, Parmer, EuroSys 2016; gwsystems/ps @ 81eb50f",
		.knobs = parsec_knobs,
		.knob_count = sizeof(parsec_knobs) / sizeof(parsec_knobs[0]),
		.config_bytes = sizeof(struct parsec_config),
	},
	.safe = true,
	.links = true,
	.create = parsec_create,
	.destroy = parsec_destroy,
	.enter = parsec_enter,
	.exit = parsec_exit,
	.alloc = parsec_alloc,
	.retire = parsec_retire,
	.discard = limbo_discard,
	.synchronize = parsec_synchronize,
	.housekeep = limbo_housekeep,
	.reclaim = parsec_reclaim,
	.census = parsec_census,
	.counters = parsec_counters,
};
