/*
 * Looks at a domain from outside, without being seen by it.
 *
 * Other CPUs may be anywhere while an audit looks, and stores of theirs may be
 * on their way, so it holds the domain to what must be true of memory at every
 * instant, and to nothing more:
 *
 *	wr and rd are odd and rd never passes wr; the distance is therefore
 *	below half a turn;
 *	both move only forward.  This is judged only where steps are small: a
 *	domain that turns in a few thousand advances may go half round between
 *	two audits, and that is no fault of its own;
 *	a section's number is odd and not newer than wr.  It may be older than
 *	rd: that is a stale section.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include "engine/smr.h"

#include "engine/kern.h"
#include "engine/smr_layout.h"

KERN_UNSEEN void
smr_counters(const struct smr *smr, struct smr_counters *counters)
{
	uint64_t sums[SMR_COUNTERS];
	uint32_t cpu, i;

	for (i = 0; i < SMR_COUNTERS; i++)
		sums[i] = 0;
	for (cpu = 0; cpu < smr->cpu[0].shared->cpu_count; cpu++)
		for (i = 0; i < SMR_COUNTERS; i++)
			sums[i] += atomic_load_explicit(
			    &smr->cpu[cpu].counts[i], memory_order_relaxed);
	counters->advance = sums[SMR_COUNT_ADVANCE];
	counters->advance_wait = sums[SMR_COUNT_ADVANCE_WAIT];
	counters->poll = sums[SMR_COUNT_POLL];
	counters->poll_scan = sums[SMR_COUNT_POLL_SCAN];
	counters->poll_fail = sums[SMR_COUNT_POLL_FAIL];
}

KERN_UNSEEN void
smr_words(const struct smr *smr, struct smr_words *words)
{
	struct smr_shared *shared;
	uint64_t pair;

	shared = smr->cpu[0].shared;
	pair = atomic_load_explicit(&shared->wr_pair, memory_order_relaxed);
	words->wr = smr_pair_seq(pair);
	words->ticks = smr_pair_ticks(pair);
	words->rd = smr_seq_make(atomic_load_explicit(&shared->rd,
	    memory_order_relaxed));
	words->cpus = shared->cpu_count;
	words->wr_at = &shared->wr_pair;
	words->rd_at = &shared->rd;
	words->c_at = &smr->cpu[0].c_seq;
	words->c_stride = sizeof(struct smr_cpu);
	/* The blocks follow one another in one run of pages: smr_create(). */
	words->region = shared;
	words->region_bytes = sizeof(*shared) +
	    shared->cpu_count * sizeof(struct smr_cpu);
}

/* With steps up to this, half a turn is a hundred million advances. */
enum { SMR_AUDIT_INCR_MAX = 16 };

KERN_UNSEEN const char *
smr_audit(struct smr *smr)
{
	struct smr_shared *shared;
	struct smr_seq wr, rd, seq;
	uint32_t cpu, count;

	shared = smr->cpu[0].shared;
	count = shared->cpu_count;
	/*
	 * Everything is read in the order in which it can only look better: rd
	 * before the sections before wr.
	 */
	rd = smr_seq_make(atomic_load_explicit(&shared->rd,
	    memory_order_acquire));
	for (cpu = 0; cpu < count; cpu++) {
		seq = smr_seq_make(atomic_load_explicit(&smr->cpu[cpu].c_seq,
		    memory_order_acquire));
		wr = smr_pair_seq(atomic_load_explicit(&shared->wr_pair,
		    memory_order_acquire));
		if (!smr_seq_valid(seq))
			continue;
		if (seq.value % 2 == 0)
			return ("the number of an open section is even");
		if (smr_seq_gt(seq, wr))
			return ("an open section is newer than wr");
	}
	wr = smr_pair_seq(atomic_load_explicit(&shared->wr_pair,
	    memory_order_acquire));
	if (wr.value % 2 == 0 || rd.value % 2 == 0)
		return ("wr or rd is even");
	if (smr_seq_gt(rd, wr))
		return ("rd has passed wr");
	if (smr->cpu[0].incr <= SMR_AUDIT_INCR_MAX) {
		if (smr_seq_lt(wr, shared->audited_wr))
			return ("wr moved backwards");
		if (smr_seq_lt(rd, shared->audited_rd))
			return ("rd moved backwards");
	}
	shared->audited_wr = wr;
	shared->audited_rd = rd;
	return (NULL);
}
