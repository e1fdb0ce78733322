/*
 * seq - which of two sequence numbers is older?
 *
 * Sequence numbers live on a circle of 2^32 values, so order is only defined
 * between values less than half a turn apart.  A number is a struct of one
 * member: `a < b` does not compile, and the helpers below are the only way to
 * compare.  Every value that a domain produces is odd; 0 is never one of them
 * and means "none": a CPU outside a section, a bucket that need not wait.
 *
 * Invariant   operands are less than 2^31 steps apart.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#ifndef ENGINE_SEQ_H
#define ENGINE_SEQ_H

#include <stdbool.h>
#include <stdint.h>

struct smr_seq {
	uint32_t value;
};

#define SMR_SEQ_INVALID ((struct smr_seq){ 0 })

static inline struct smr_seq
smr_seq_make(uint32_t value)
{

	return ((struct smr_seq){ value });
}

static inline bool
smr_seq_valid(struct smr_seq seq)
{

	return (seq.value != 0);
}

/* How far `a` is ahead of `b`; negative where it is behind. */
static inline int32_t
smr_seq_delta(struct smr_seq a, struct smr_seq b)
{

	return ((int32_t)(a.value - b.value));
}

/* The number `steps` after `seq`; steps may be a negative cast to uint32_t. */
static inline struct smr_seq
smr_seq_add(struct smr_seq seq, uint32_t steps)
{

	return (smr_seq_make(seq.value + steps));
}

static inline bool
smr_seq_eq(struct smr_seq a, struct smr_seq b)
{

	return (a.value == b.value);
}

static inline bool
smr_seq_lt(struct smr_seq a, struct smr_seq b)
{

	return (smr_seq_delta(a, b) < 0);
}

static inline bool
smr_seq_leq(struct smr_seq a, struct smr_seq b)
{

	return (smr_seq_delta(a, b) <= 0);
}

static inline bool
smr_seq_gt(struct smr_seq a, struct smr_seq b)
{

	return (smr_seq_delta(a, b) > 0);
}

static inline bool
smr_seq_geq(struct smr_seq a, struct smr_seq b)
{

	return (smr_seq_delta(a, b) >= 0);
}

/* The older of the two. */
static inline struct smr_seq
smr_seq_min(struct smr_seq a, struct smr_seq b)
{

	return (smr_seq_lt(a, b) ? a : b);
}

#endif
