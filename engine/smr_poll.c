/*
 * The second half of the proof at the head of smr.c: how rd moves.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "engine/kern.h"
#include "engine/smr_layout.h"

/*
 * What one CPU allows rd to be, or SMR_SEQ_INVALID where it has no section.
 * With `wait`, not before the CPU has met the goal.
 */
static struct smr_seq
smr_poll_cpu(struct smr_cpu *cpu, struct smr_seq rd, struct smr_seq goal,
    bool wait)
{
	struct smr_seq seq;

	for (;;) {
		/*
		 * [S4] acquire, pairs with [R1], [R3], [R4] and [R5].
		 * Claim   all that the departed sections did is over.
		 * Breaks  their last accesses meet the item's next life.
		 * Mutant  scan-relaxed
		 */
		seq = smr_seq_make(atomic_load_explicit(&cpu->c_seq,
		    memory_order_acquire));
		if (!smr_seq_valid(seq))
			return (seq);
		/*
		 * A stale section: its CPU stopped between reading wr and
		 * storing c, and rd went past.  Its loads are fresh, so rd
		 * need not go back for it, but stays while it is open.
		 */
		if (smr_seq_lt(seq, rd))
			seq = rd;
		if (!wait || smr_seq_leq(goal, seq))
			return (seq);
		kern_spin();
	}
}

/*
 * Looks at every CPU and moves rd as far as their sections allow; what rd is
 * then, as far as this scan can tell.  `rd` and `wr` are what smr_poll() read
 * before.
 *
 * Without `wait` a CPU that fails the goal does not end the scan: the others
 * still say how far rd can go, and the next poll may need no scan.
 */
static struct smr_seq
smr_poll_scan(struct smr_shared *shared, struct smr *smr, struct smr_seq rd,
    struct smr_seq wr, struct smr_seq goal, bool wait)
{
	struct smr_seq least, seq;
	uint32_t found, count, i;

	kern_event(KERN_POLL_SCAN, smr, goal.value, 0);
	least = wr;
	count = shared->cpu_count;
	for (i = 0; i < count; i++) {
		seq = smr_poll_cpu(&smr->cpu[i], rd, goal, wait);
		if (smr_seq_valid(seq))
			least = smr_seq_min(least, seq);
	}
	/*
	 * [S6] acquire, pairs with [S5].
	 * Claim   where another scan has moved rd further than this one found,
	 *         this one knows what the other knew.
	 * Breaks  as [S4].
	 * Mutant  scan-again-relaxed
	 */
	found = atomic_load_explicit(&shared->rd, memory_order_acquire);
	if (smr_seq_gt(least, smr_seq_make(found))) {
		/*
		 * [S5] release, pairs with [S1] and [S6].
		 * Claim   who finds rd at its goal knows what this scan knows.
		 * Breaks  as [S4], for a poll that made no scan.
		 * Mutant  scan-publish-relaxed; scan-publish-goal (M10) for
		 *         what is published
		 *
		 * Failure means that another scan moved rd.  What this scan
		 * saw is true all the same.
		 */
		(void)atomic_compare_exchange_strong_explicit(&shared->rd,
		    &found, least.value, memory_order_release,
		    memory_order_relaxed);
	} else
		least = smr_seq_make(found);
	kern_event(KERN_POLL_SCANNED, smr, least.value, 0);
	return (least);
}

/* smr_poll() with preemption off. */
static bool
smr_poll_critical(struct smr *smr, struct smr_cpu *self, struct smr_seq goal,
    bool wait)
{
	struct smr_shared *shared;
	struct smr_seq rd, wr;
	int32_t ahead;

	shared = self->shared;
	/* So that the lazy clock moves even where nobody frees. */
	if (self->mode == SMR_LAZY)
		(void)smr_lazy_advance(self);
	/*
	 * [S1] acquire, pairs with [S5]; orders the load before that of wr.
	 * Claim   rd as read is not newer than wr as read; a goal that rd has
	 *         passed is met with all that [S4] promises.
	 * Breaks  a snapshot in which rd has overtaken wr.
	 * Mutant  poll-rd-relaxed (M8)
	 */
	rd = smr_seq_make(atomic_load_explicit(&shared->rd,
	    memory_order_acquire));
	if (smr_seq_leq(goal, rd))
		return (true);
	/*
	 * [S2] acquire, pairs with [W1].
	 * Claim   every unlink whose goal is not newer than wr as read happens
	 *         before the scan.
	 * Breaks  the scan runs ahead of an unlink that it vouches for.
	 * Mutant  poll-wr-relaxed
	 */
	wr = smr_pair_seq(atomic_load_explicit(&shared->wr_pair,
	    memory_order_acquire));
	ahead = smr_seq_delta(goal, wr);
	if (ahead > 0 && (uint32_t)ahead <= self->ahead &&
	    self->mode != SMR_EAGER) {
		/* Valid, but nobody has taken the step to it yet. */
		if (!wait)
			return (false);
		/* Only deferred domains wait; [W3] covers this step too. */
		wr = smr_wr_step(shared, self->incr);
		ahead = 0;
	}
	/* From before the last wrap: half a turn of sections has ended since. */
	if (ahead > 0)
		return (true);
	/*
	 * [S3] full fence, the heavy side of [R2]; pairs with [W3], too.
	 * Claim   a section whose c this scan misses sees every unlink that
	 *         [S2] covers.
	 * Breaks  the scan reads c before such an unlink is visible.
	 * Mutant  scan-no-fence
	 */
	kern_fence_heavy();
	smr_count(self, SMR_COUNT_POLL_SCAN);
	rd = smr_poll_scan(shared, smr, rd, wr, goal, wait);
	return (smr_seq_leq(goal, rd));
}

bool
smr_poll(struct smr *smr, struct smr_seq goal, bool wait)
{
	struct smr_cpu *self;
	bool met;

	KERN_ASSERT(!wait || !smr_entered(smr),
	    "smr: waiting for readers in a section of the same domain would "
	    "wait for itself");
	KERN_ASSERT(!wait || !smr_is_lazy(smr),
	    "smr: a lazy domain cannot be waited for with preemption off; poll "
	    "it, or use smr_synchronize()");
	kern_event(KERN_POLL_BEGIN, smr, goal.value, 0);
	if (wait)
		kern_event(KERN_WAIT_BEGIN, smr, goal.value, 0);
	/*
	 * Preemption stays off because rd and wr as read must not grow half a
	 * turn old before the scan compares with them.
	 */
	kern_critical_enter();
	self = smr_self(smr);
	smr_count(self, SMR_COUNT_POLL);
	met = smr_poll_critical(smr, self, goal, wait);
	if (!met)
		smr_count(self, SMR_COUNT_POLL_FAIL);
	kern_critical_exit();
	if (wait)
		kern_event(KERN_WAIT_END, smr, goal.value, 0);
	kern_event(KERN_POLL_END, smr, goal.value, met);
	KERN_ASSERT(met || !wait,
	    "smr: a waiting poll ended without meeting its goal; the goal is "
	    "not one that this domain has returned");
	return (met);
}

void
smr_wait(struct smr *smr, struct smr_seq goal)
{

	(void)smr_poll(smr, goal, true);
}

void
smr_synchronize(struct smr *smr)
{
	struct smr_seq goal;

	goal = smr_advance(smr);
	if (!smr_is_lazy(smr)) {
		smr_wait(smr, goal);
		return;
	}
	KERN_ASSERT(kern_critical_depth() == 0,
	    "smr: smr_synchronize() of a lazy domain sleeps, so preemption must "
	    "be on");
	kern_event(KERN_WAIT_BEGIN, smr, goal.value, 0);
	while (!smr_poll(smr, goal, false))
		kern_pause(1);
	kern_event(KERN_WAIT_END, smr, goal.value, 0);
}
