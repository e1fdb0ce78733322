/*
 * The proof is that at the head of engine/smr.c: what this core does otherwise
 * is stronger (a second fence), or cannot happen (a wrap of 64 bits).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "policies/xnu_core.h"

#include "engine/kern.h"
#include "policies/limbo.h"

enum { XNU_FIRST = 1, XNU_STEP = 2 };

struct xnu_core_cpu {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) c;	/* 0: no section */
	_Alignas(KERN_LINE_SIZE) uint64_t commits;
	uint64_t polls;
	uint64_t scans;
	uint64_t fails;
};

struct xnu_core {
	_Alignas(2 * KERN_LINE_SIZE) _Atomic(uint64_t) wr;
	_Atomic(uint64_t) rd;
	unsigned cpu_count;
	_Alignas(2 * KERN_LINE_SIZE) struct xnu_core_cpu cpu[];
};

void
xnu_core_enter(struct xnu_core *core)
{
	struct xnu_core_cpu *self;
	uint64_t seq;

	kern_critical_enter();
	self = &core->cpu[kern_cpu()];
	seq = atomic_load_explicit(&core->wr, memory_order_acquire);
	atomic_store_explicit(&self->c, seq, memory_order_release);
	/*
	 * [X1] full fence, pairs with [X3].
	 * Claim   a scan that misses the section, it sees what was unlinked.
	 * Breaks  the section finds an item that is reused.
	 * Mutant  xnu-enter-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
}

void
xnu_core_exit(struct xnu_core *core)
{

	atomic_store_explicit(&core->cpu[kern_cpu()].c, 0,
	    memory_order_release);
	kern_critical_exit();
}

/*
 * [X2] full fence, pairs with [X1] and [X3].
 * Claim   what was unlinked is visible before anybody takes the step to it.
 * Breaks  a section carries the goal and still finds the item.
 */
uint64_t
xnu_core_goal(struct xnu_core *core)
{

	atomic_thread_fence(memory_order_seq_cst);
	return (atomic_load_explicit(&core->wr, memory_order_relaxed) +
	    XNU_STEP);
}

void
xnu_core_commit(struct xnu_core *core, uint64_t goal)
{
	uint64_t before;

	before = goal - XNU_STEP;
	kern_critical_enter();
	if (atomic_load_explicit(&core->wr, memory_order_relaxed) == before &&
	    atomic_compare_exchange_strong_explicit(&core->wr, &before, goal,
	    memory_order_acq_rel, memory_order_relaxed))
		core->cpu[kern_cpu()].commits++;
	kern_critical_exit();
}

/* What one CPU allows rd to be; with `wait`, not before it meets the goal. */
static uint64_t
xnu_look(struct xnu_core_cpu *cpu, uint64_t rd, uint64_t goal, bool wait)
{
	uint64_t seq;

	for (;;) {
		seq = atomic_load_explicit(&cpu->c, memory_order_acquire);
		if (seq == 0)
			return (UINT64_MAX);
		/* It stopped between its load and its store: see smr.c. */
		if (seq < rd)
			seq = rd;
		if (!wait || seq >= goal)
			return (seq);
		kern_spin();
	}
}

static uint64_t
xnu_scan(struct xnu_core *core, uint64_t rd, uint64_t wr, uint64_t goal,
    bool wait)
{
	uint64_t least, seq;
	unsigned i;

	/*
	 * [X3] full fence, pairs with [X1] and [X2].
	 * Claim   as [X1].
	 */
	atomic_thread_fence(memory_order_seq_cst);
	least = wr;
	for (i = 0; i < core->cpu_count; i++) {
		seq = xnu_look(&core->cpu[i], rd, goal, wait);
		if (seq < least)
			least = seq;
	}
	/* XNU's second one; nothing here is known to need it. */
	atomic_thread_fence(memory_order_seq_cst);
	rd = atomic_load_explicit(&core->rd, memory_order_acquire);
	while (rd < least)
		if (atomic_compare_exchange_weak_explicit(&core->rd, &rd, least,
		    memory_order_acq_rel, memory_order_acquire))
			return (least);
	return (rd);
}

bool
xnu_core_poll(struct xnu_core *core, uint64_t goal, bool wait)
{
	struct xnu_core_cpu *self;
	uint64_t rd, wr;
	bool met;

	kern_critical_enter();
	self = &core->cpu[kern_cpu()];
	self->polls++;
	rd = atomic_load_explicit(&core->rd, memory_order_acquire);
	met = goal <= rd;
	if (!met && wait)
		xnu_core_commit(core, goal);
	if (!met) {
		wr = atomic_load_explicit(&core->wr, memory_order_acquire);
		if (goal <= wr) {
			self->scans++;
			met = goal <= xnu_scan(core, rd, wr, goal, wait);
		}
	}
	if (!met)
		self->fails++;
	kern_critical_exit();
	return (met);
}

void
xnu_core_wait(struct xnu_core *core, uint64_t goal)
{

	kern_event(KERN_WAIT_BEGIN, core, goal, 0);
	(void)xnu_core_poll(core, goal, true);
	kern_event(KERN_WAIT_END, core, goal, 0);
}

void
xnu_core_destroy(struct xnu_core *core)
{

	kern_pages_free(core, limbo_pages(sizeof(*core),
	    sizeof(core->cpu[0])));
}

struct xnu_core *
xnu_core_create(void)
{
	struct xnu_core *core;

	core = kern_pages_alloc(limbo_pages(sizeof(*core),
	    sizeof(core->cpu[0])), kern_domain());
	if (core == NULL)
		return (NULL);
	core->cpu_count = kern_cpu_count();
	atomic_init(&core->wr, XNU_FIRST);
	atomic_init(&core->rd, XNU_FIRST);
	return (core);
}

KERN_UNSEEN void
xnu_core_counters(const struct xnu_core *core,
    struct policy_counters *counters)
{
	unsigned i;

	*counters = (struct policy_counters){ 0 };
	for (i = 0; i < core->cpu_count; i++) {
		counters->advance += core->cpu[i].commits;
		counters->poll += core->cpu[i].polls;
		counters->poll_scan += core->cpu[i].scans;
		counters->poll_fail += core->cpu[i].fails;
	}
}

KERN_UNSEEN const char *
xnu_core_audit(const struct xnu_core *core)
{

	if (atomic_load_explicit(&core->rd, memory_order_relaxed) >
	    atomic_load_explicit(&core->wr, memory_order_relaxed))
		return ("rd has passed wr");
	return (NULL);
}
