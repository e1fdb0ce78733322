/*
 * The model.
 *
 * wr and rd are two hands of one clock that both only move forward; rd follows
 * wr and never passes it.  Every open section holds, in its CPU's word c, a
 * value that wr had when the section began:
 *
 *	            rd                            wr
 *	... --------|----c1-------c2---------------|-------- ...
 *	  met       |   not known to be met        |  not issued
 *
 * Three parties, each with its ordered operations.  The labels stand again at
 * the code; smr_section.h holds [R1] to [R5], smr_poll.c [S1] to [S6].
 *
 *	reader              writer                scan
 *	  s = wr              unlink                r0 = rd                [S1]
 *	  c = s       [R1]    release fence [W1]    w = wr                 [S2]
 *	  full fence  [R2]    rd            [W2]    full fence             [S3]
 *	  loads, uses         wr += incr            each c, clamped to r0  [S4]
 *	  c = 0       [R3]    goal = wr             rd = min(w, c...)      [S5]
 *	                                            or rd is there already [S6]
 *
 * Claim.  When a poll of a goal g answers true, no section can still use what
 * was unlinked before the advance that returned g, and all that departed
 * sections did has happened before.
 *
 * Proof.  Let U be the unlink and A the advance.  A true answer goes back to a
 * scan that found a minimum of g or more; take the first such scan.  Its r0 is
 * older than g, or an earlier one would have been the first.  Its w is not
 * older than g, because the minimum is not; and w was read by an acquire [S2]
 * from A's write or from one that follows it in the chain of
 * read-modify-writes, so U happens before the scan's fence [S3].  Now take any
 * section; its store to c is C, its fence F, and X is what the scan read in
 * that word.
 *
 *  (a) X is older than C.  Then [S3] is before F in the order of full fences,
 *      and U, which happens before [S3], is what the section's loads after F
 *      see, or newer.  It cannot find the item.
 *  (b) X is C, not older than g.  The section read that value of wr from A or
 *      later in the chain; with F as the acquire side, U happens before its
 *      loads.  It cannot find the item.
 *  (c) X is C, older than g.  Clamped to r0 it is still older than g, and the
 *      minimum would be too.  Contradiction.
 *  (d) X is newer than C.  The section has ended, and [R3], or the [R1] of the
 *      next section, is a release that the scan's [S4] acquires.
 *
 * A poll that finds rd at g or beyond, before a scan of its own or after it,
 * acquires by [S1] or [S6] what [S5] released, and so inherits (d).
 *
 * Stale sections.  A CPU may stop for long between reading wr and storing c
 * (a hypervisor, a system management interrupt); meanwhile rd can pass the
 * value that it is about to store.  By (a) its loads are fresh all the same;
 * only the number is old.  The clamp keeps such a number from pulling rd back.
 *
 * Wrap.  Comparisons are good for half a turn.  An eager or deferred advance
 * that gets max_delta ahead of rd waits, so wr - rd stays near a quarter turn
 * at most; a lazy wr makes `incr` a tick, which is 12 days at 1 kHz until half
 * a turn.  A CPU must not stop between reading wr and storing c for half a
 * turn, nor a caller keep a goal for so long.
 *
 * Deferred.  An advance that does not write wr has no place in the chain of
 * writes, so [S2] does not acquire from it.  [W3], a full fence before it
 * looks at wr, does instead: whoever makes the step to its goal comes later in
 * the order of wr, so [W3] is before the [S3] of every scan, and before the
 * [R2] of every section, that knows that step.  Without [W3] the unlink could
 * still sit in this CPU's store buffer while other CPUs take the step, scan,
 * and enter new sections that carry the goal and see the old pointer; that
 * takes no more than x86's store buffers.
 *
 * Lazy.  [R4] and [R5] are [R1] and [R3] without [R2] between them.  In its
 * place stands the clock: every CPU takes an interrupt each tick, which drains
 * its store buffer and discards its early loads; so does whatever delays that
 * interrupt (a hypervisor, a system management interrupt).  CPUs take it at
 * different moments within the tick, so one whole tick must pass between U and
 * a scan: a goal two ticks ahead guarantees it.
 *
 * Asymmetric.  Readers are many and scans are few, so a port may move the price
 * of [R2] to [S3]: kern_fence_light() is then an acquire fence that the
 * processor does not see as more, and kern_fence_heavy() a full fence of the
 * caller's after which each CPU passes one of its own, at some point P between
 * the call and the return.  What in the proof used F as a full fence:
 *
 *  (a) X is older than C.  If C came before P in the order of its CPU, it would
 *      be visible when [S3] returns, and X not older.  So P is before C, U
 *      happens before [S3] begins and thus before P, and the loads after C see
 *      it or newer.
 *  (b) X is C, not older than g.  F is used as an acquire, which it still is.
 *      The exception is a goal of [W3]: the step to it is another CPU's, and
 *      only the two full fences [W3] and F made it carry U along.  With an
 *      acquire in F's place that is the litmus test RWC+acq+scfence: C11 allows
 *      the stale load, and machines on which a store reaches all other CPUs at
 *      once (x86, ARMv8, RISC-V) forbid it.  So only those may be asymmetric.
 *
 * (c), (d), staleness and wrap do not ask what F is; [W1] and [W3] stay as they
 * are, since no reader's fence is on their side.  See
 * docs/decisions/asymmetric-fence.md.
 *
 * On x86-64 gcc makes [R1] and [R2] a plain store and one locked instruction
 * on the stack, the price of FreeBSD's locked add, which is a full fence on
 * that machine only.  A sequentially consistent exchange would be one
 * instruction too, but it is no fence in C11: later loads may be satisfied
 * before its store is visible, and ARM does that.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "engine/kern.h"
#include "engine/smr_layout.h"
#include "engine/smr_section.h"

static const char message_flavour[] =
    "smr: a lazy domain needs smr_lazy_enter() and smr_lazy_exit(), any other "
    "smr_enter() and smr_exit()";
static const char message_nested[] =
    "smr: this CPU is already in a section of the domain; sections do not nest";
static const char message_outside[] =
    "smr: exit without enter: this CPU is in no section of the domain";
static const char message_critical[] =
    "smr: exit without enter, or something in the section turned preemption on";

/* The assertions' note of a section: see smr_layout.h. */
static KERN_UNSEEN const char *
smr_note_enter(struct smr_cpu *self, bool lazy)
{

	if ((self->mode == SMR_LAZY) != lazy)
		return (message_flavour);
	if (SMR_INSIDE(self))
		return (message_nested);
	SMR_INSIDE_SET(self, 1);
	return (NULL);
}

static KERN_UNSEEN const char *
smr_note_exit(struct smr *smr, bool lazy)
{
	struct smr_cpu *self;

	if (kern_critical_depth() == 0)
		return (message_critical);
	self = smr_self(smr);
	if ((self->mode == SMR_LAZY) != lazy)
		return (message_flavour);
	if (!SMR_INSIDE(self))
		return (message_outside);
	SMR_INSIDE_SET(self, 0);
	return (NULL);
}

static inline void
smr_expect_none(const char *broken)
{

	if (__builtin_expect(broken != NULL, 0))
		kern_panic(__FILE__, __LINE__, broken);
}

KERN_UNSEEN bool
smr_entered(const struct smr *smr)
{

	return (SMR_PINNED() && SMR_INSIDE(&smr->cpu[kern_cpu()]));
}

void
smr_enter(struct smr *smr)
{
	struct smr_cpu *self;

	kern_critical_enter();
	self = smr_self(smr);
	smr_expect_none(smr_note_enter(self, false));
	smr_section_open(smr, self);
}

void
smr_exit(struct smr *smr)
{

	smr_expect_none(smr_note_exit(smr, false));
	kern_event(KERN_EXIT_BEGIN, smr, 0, 0);
	smr_section_close(smr_self(smr));
	kern_critical_exit();
}

void
smr_lazy_enter(struct smr *smr)
{
	struct smr_cpu *self;

	kern_critical_enter();
	self = smr_self(smr);
	smr_expect_none(smr_note_enter(self, true));
	smr_section_lazy_open(smr, self);
}

void
smr_lazy_exit(struct smr *smr)
{

	smr_expect_none(smr_note_exit(smr, true));
	kern_event(KERN_EXIT_BEGIN, smr, 0, 0);
	smr_section_lazy_close(smr_self(smr));
	kern_critical_exit();
}

/* Writes wr, and waits where rd has fallen too far behind. */
static struct smr_seq
smr_eager_advance(struct smr *smr, struct smr_cpu *self)
{
	struct smr_shared *shared;
	struct smr_seq goal, rd;

	shared = self->shared;
	/*
	 * [W2] acquire, orders the load before the step of wr.
	 * Claim   rd as read is older than the goal.
	 * Breaks  other CPUs move rd past the goal in between, and the distance
	 *         comes out negative.
	 * Mutant  advance-rd-late (M37); harmless as long as it is signed
	 */
	rd = smr_seq_make(atomic_load_explicit(&shared->rd,
	    memory_order_acquire));
	goal = smr_wr_step(shared, self->incr);
	/*
	 * This is what keeps comparisons valid, so it cannot be left to
	 * callers.  The threshold leaves room for every other CPU to take its
	 * step at the same moment.
	 */
	if (smr_seq_delta(goal, rd) >= (int32_t)self->max_delta) {
		smr_count(self, SMR_COUNT_ADVANCE_WAIT);
		kern_event(KERN_ADVANCE_WAIT, smr, goal.value, 0);
		smr_wait(smr, smr_seq_add(goal, 0 - self->max_advance));
	}
	smr_count(self, SMR_COUNT_ADVANCE);
	return (goal);
}

static struct smr_seq
smr_deferred_advance(struct smr *smr, struct smr_cpu *self)
{
	struct smr_seq wr;

	if (++self->deferred >= self->limit) {
		self->deferred = 0;
		return (smr_eager_advance(smr, self));
	}
	/*
	 * [W3] full fence, pairs with [S3] in smr_poll() and with [R2].
	 * Claim   the unlink is visible before anybody takes the step that
	 *         this goal waits for.
	 * Breaks  a section carries the goal and still finds the item.
	 * Mutant  deferred-no-fence
	 */
	atomic_thread_fence(memory_order_seq_cst);
	wr = smr_pair_seq(atomic_load_explicit(&self->shared->wr_pair,
	    memory_order_relaxed));
	return (smr_seq_add(wr, self->incr));
}

struct smr_seq
smr_lazy_advance(struct smr_cpu *self)
{
	struct smr_shared *shared;
	uint64_t pair;
	struct smr_seq seq;
	uint32_t ticks, most;
	int32_t elapsed;

	shared = self->shared;
	/*
	 * [W4] acquire, orders the load before the look at the tick.
	 * Claim   the tick is not older than the one in the pair.
	 * Breaks  elapsed comes out negative and the clock jumps.
	 * Mutant  lazy-tick-early (M22)
	 */
	pair = atomic_load_explicit(&shared->wr_pair, memory_order_acquire);
	ticks = kern_ticks();
	seq = smr_pair_seq(pair);
	elapsed = (int32_t)(ticks - smr_pair_ticks(pair));
	if (elapsed != 0) {
		/*
		 * Idle time is not made up for: a goal asks for lazy_grace
		 * ticks, and a jump of wr must not grant more than it asks.
		 */
		most = self->lazy_grace > 0 ? self->lazy_grace : 1;
		if (elapsed < 0 || (uint32_t)elapsed > most)
			elapsed = (int32_t)most;
		seq = smr_seq_add(seq, (uint32_t)elapsed * self->incr);
		/*
		 * Only another CPU that did the same can make this fail, and a
		 * goal reckoned from this CPU's view is good either way.
		 */
		(void)atomic_compare_exchange_strong_explicit(&shared->wr_pair,
		    &pair, smr_pair(seq, ticks), memory_order_relaxed,
		    memory_order_relaxed);
	}
	return (smr_seq_add(seq, self->lazy_incr));
}

struct smr_seq
smr_advance(struct smr *smr)
{
	struct smr_cpu *self;
	struct smr_seq goal;

	KERN_ASSERT(!smr_entered(smr),
	    "smr: smr_advance() in a section of the same domain: it may have to "
	    "wait for that very section");
	kern_event(KERN_ADVANCE_BEGIN, smr, 0, 0);
	/*
	 * [W1] release fence, pairs with [S2] in smr_poll() and with [R2].
	 * Claim   the unlink is visible to whoever sees the step of wr.
	 * Breaks  a section that carries the goal still finds the item.
	 * Mutant  advance-no-release (M6)
	 */
	atomic_thread_fence(memory_order_release);
	kern_critical_enter();
	self = smr_self(smr);
	goal = SMR_SEQ_INVALID;
	switch (self->mode) {
	case SMR_EAGER:
		goal = smr_eager_advance(smr, self);
		break;
	case SMR_DEFERRED:
		goal = smr_deferred_advance(smr, self);
		break;
	case SMR_LAZY:
		goal = smr_lazy_advance(self);
		break;
	case SMR_MODE_COUNT:
		kern_panic(__FILE__, __LINE__, "smr: the domain is overwritten");
	}
	kern_critical_exit();
	kern_event(KERN_ADVANCE_END, smr, goal.value, 0);
	return (goal);
}

/*
 * One step to `goal`, unless somebody has taken it; in a critical section.
 *
 * [W5] relaxed: [W3] covers this step as it covers any other CPU's.
 * Claim   the step is to that goal and no further.
 * Breaks  wr runs ahead of rd with nobody to wait for it.
 * Mutant  commit-any-goal
 */
static void
smr_take_step(struct smr_cpu *self, uint64_t pair, struct smr_seq goal)
{
	struct smr_seq rd;

	/* As [W2]; where an advance would have to wait, one shall do it. */
	rd = smr_seq_make(atomic_load_explicit(&self->shared->rd,
	    memory_order_acquire));
	if (smr_seq_delta(goal, rd) >= (int32_t)self->max_delta)
		return;
	if (atomic_compare_exchange_strong_explicit(&self->shared->wr_pair,
	    &pair, pair + ((uint64_t)self->incr << 32), memory_order_relaxed,
	    memory_order_relaxed))
		smr_count(self, SMR_COUNT_ADVANCE);
}

void
smr_commit(struct smr *smr, struct smr_seq goal)
{
	struct smr_cpu *self;
	uint64_t pair;

	kern_critical_enter();
	self = smr_self(smr);
	if (self->mode == SMR_DEFERRED) {
		pair = atomic_load_explicit(&self->shared->wr_pair,
		    memory_order_relaxed);
		if (smr_seq_eq(smr_seq_add(smr_pair_seq(pair), self->incr),
		    goal))
			smr_take_step(self, pair, goal);
	}
	kern_critical_exit();
}

void
smr_commit_tick(struct smr *smr)
{
	struct smr_cpu *self;
	uint64_t pair;

	self = smr_self(smr);
	if (self->mode != SMR_DEFERRED || self->deferred == 0)
		return;
	/*
	 * Where this interrupts the counting of an advance, the count is
	 * restored and the next tick takes one step too many.
	 */
	self->deferred = 0;
	pair = atomic_load_explicit(&self->shared->wr_pair,
	    memory_order_relaxed);
	smr_take_step(self, pair, smr_seq_add(smr_pair_seq(pair), self->incr));
}

struct smr_seq
smr_current(const struct smr *smr)
{

	/* Any CPU's block will do; this one's line is at hand. */
	return (smr_pair_seq(atomic_load_explicit(
	    &smr->cpu[kern_cpu()].shared->wr_pair, memory_order_relaxed)));
}
